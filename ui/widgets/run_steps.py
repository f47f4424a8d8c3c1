"""The steps of a result in the columns of the qualification test grid; status by one key, texts edited in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.testing.model import Status, StepResult
from desktop.testing.stepping import suggested_status
from ui.theme.theme import Theme
from ui.widgets.basics import button, label
from ui.widgets.trace_look import STATUSES

KEYS: dict[int, Status] = {
    Qt.Key.Key_P: Status.PASSED,
    Qt.Key.Key_F: Status.FAILED,
    Qt.Key.Key_B: Status.BLOCKED,
    Qt.Key.Key_N: Status.NOT_RUN,
    Qt.Key.Key_A: Status.NOT_APPLICABLE,
}
"""The key of each status, in the table of results and in the steps."""
_HEADINGS = (
    "Step", "Description", "Source", "Recipient", "Message", "Who", "Valid", "Status", "Evidence", "Files", "Remark",
)  # fmt: skip
STATUS, EVIDENCE, FILES, REMARK = 7, 8, 9, 10
_EDITED = {EVIDENCE: "evidence", FILES: "files", REMARK: "remark"}
_WIDE = (6, 32, 10, 11, 15, 7, 8, 15, 10, 16, 24)


def status_of(event: QKeyEvent) -> Status | None:
    """The status that a key stands for; None for any other key, and with a modifier."""
    if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
        return None
    return KEYS.get(event.key())


class StepGrid(QWidget):
    """`set_step(position, status, **texts)` is asked to keep a change, `take(status)` to give it to the whole case."""

    moved = Signal()

    def __init__(self, theme: Theme, set_step: Callable[..., object], take: Callable[[Status], object]) -> None:
        super().__init__()
        self._theme, self._set_step, self._take = theme, set_step, take
        self._steps: tuple[StepResult, ...] = ()
        self._filling = self._writable = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(1))
        row = QHBoxLayout()
        self.heading = label("Steps", "strong")
        row.addWidget(self.heading)
        row.addStretch()
        self.suggestion = label("", "muted")
        self.take_button = button("Mark the case", self._take_suggestion)
        row.addWidget(self.suggestion)
        row.addWidget(self.take_button)
        column.addLayout(row)
        self.table = _Grid(self._on_key)
        self.table.itemChanged.connect(self._edited)
        column.addWidget(self.table, 1)
        theme.changed.connect(self._fill)

    def show_steps(self, steps: Sequence[StepResult], name: str, now: Status, *, writable: bool) -> None:
        """Show the steps of the result called `name`, whose own status is `now`."""
        self._steps, self._writable = tuple(steps), writable
        self.heading.setText(f"Steps of {name}" if steps else f"{name} has no steps" if name else "Steps")
        self._fill()
        meant = suggested_status(self._steps)
        offered = meant is not None and meant is not now and meant is not Status.NOT_RUN and writable
        self.suggestion.setText(f"By its steps it is {meant.value.lower()}." if offered and meant else "")
        self.take_button.setText(f"Mark the case as {meant.value.lower()}" if meant else "Mark the case")
        self.take_button.setVisible(offered)
        self._meant = meant

    _meant: Status | None = None

    def _fill(self) -> None:
        chosen = self.table.currentRow(), self.table.currentColumn()
        self._filling = True
        self.table.setRowCount(len(self._steps))
        for row, one in enumerate(self._steps):
            step = one.step
            texts = (
                step.step, step.description, step.source, step.recipient, step.message, step.who, step.valid,
                one.status.value, one.evidence, one.files, one.remark,
            )  # fmt: skip
            for place, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if place == STATUS:
                    icon, role = STATUSES[one.status]
                    cell.setIcon(self._theme.icon(icon, role))
                if place not in _EDITED or not self._writable:
                    cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsEditable)
                else:
                    cell.setToolTip(f"{text}\nF2 or a double click edits it".strip())
                self.table.setItem(row, place, cell)
        self._filling = False
        if self._steps:
            row = chosen[0] if 0 <= chosen[0] < len(self._steps) else 0
            self.table.setCurrentCell(row, max(0, chosen[1]))
        self.table.setVisible(bool(self._steps))

    def _on_key(self, event: QKeyEvent) -> bool:
        status = status_of(event)
        row = self.table.currentRow()
        if status is None or not self._writable or not 0 <= row < len(self._steps):
            return False
        position = self._steps[row].step.position
        if row + 1 < len(self._steps):
            self.table.setCurrentCell(row + 1, self.table.currentColumn())
        self._set_step(position, status)
        return True

    def _edited(self, cell: QTableWidgetItem) -> None:
        if self._filling or cell.column() not in _EDITED:
            return
        one = self._steps[cell.row()]
        self._set_step(one.step.position, one.status, **{_EDITED[cell.column()]: cell.text().strip()})

    def _take_suggestion(self) -> None:
        if self._meant is not None:
            self._take(self._meant)


class _Grid(QTableWidget):
    """Tab leaves it; a letter sets a status."""

    def __init__(self, on_key: Callable[[QKeyEvent], bool]) -> None:
        super().__init__(0, len(_HEADINGS))
        self._on_key = on_key
        self.setAccessibleName("Steps of the chosen result")
        self.setHorizontalHeaderLabels(list(_HEADINGS))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.75))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        for place, wide in enumerate(_WIDE):
            heading = self.horizontalHeader().sectionSizeHint(place)
            self.setColumnWidth(place, max(heading, self.fontMetrics().averageCharWidth() * wide))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState or not self._on_key(event):
            super().keyPressEvent(event)
