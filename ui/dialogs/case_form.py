"""A test case typed by hand: its texts, and its steps in the columns of the qualification test grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import InvalidInput, PlainError
from desktop.testing.model import Case, CaseEdit, Step
from ui.dialogs.form import Field, field_value, field_widget
from ui.dialogs.typed_text import TypedDialog
from ui.widgets.basics import button, label, main_button, set_role

COLUMNS = ("step", "description", "source", "recipient", "message", "who", "valid")
_HEADINGS = ("Step", "Description", "Source", "Recipient", "Message", "Who", "Valid")
_WIDE = (9, 40, 12, 14, 14, 8, 8)


class StepsTable(QWidget):
    """The steps of a case, edited in place; rows are added, removed and moved."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.table = _Grid(self._on_key)
        self.table.setAccessibleName("Steps of the test case")
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        for words, run, name in (
            ("Add a step", self.add, "Add a step"),
            ("Remove", self.remove, "Remove the chosen step"),
            ("Up", lambda: self.move_step(-1), "Move the step up"),
            ("Down", lambda: self.move_step(1), "Move the step down"),
        ):
            made = button(words, run)
            made.setAccessibleName(name)
            row.addWidget(made)
        row.addStretch()
        column.addLayout(row)
        for one in steps:
            self._append(tuple(str(getattr(one, name)) for name in COLUMNS))
        if steps:
            self.table.setCurrentCell(0, 1)

    def steps(self) -> tuple[Step, ...]:
        """The steps as they stand, renumbered by place; rows without any text are left out."""
        rows = [self._row(place) for place in range(self.table.rowCount())]
        kept = [cells for cells in rows if any(cells[1:])]
        return tuple(Step(place, *(cells[0] or str(place), *cells[1:])) for place, cells in enumerate(kept, start=1))

    def add(self) -> None:
        """A new row under the chosen one, ready to be typed into."""
        self._append((str(self.table.rowCount() + 1), *("",) * (len(COLUMNS) - 1)))
        self.table.setCurrentCell(self.table.rowCount() - 1, 1)
        self.table.setFocus()

    def remove(self) -> None:
        """Take the chosen row away."""
        if (place := self.table.currentRow()) >= 0:
            self.table.removeRow(place)

    def move_step(self, by: int) -> None:
        """Change places with the row above or below; the grid's numbers stay where they are."""
        place, other = self.table.currentRow(), self.table.currentRow() + by
        if place < 0 or not 0 <= other < self.table.rowCount():
            return
        mine, theirs = self._row(place), self._row(other)
        self._put(other, (theirs[0], *mine[1:]))
        self._put(place, (mine[0], *theirs[1:]))
        self.table.setCurrentCell(other, self.table.currentColumn())

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_step(-1 if event.key() == Qt.Key.Key_Up else 1)
            return True
        if event.key() == Qt.Key.Key_Down and self.table.currentRow() == self.table.rowCount() - 1:
            self.add()
            return True
        return False

    def _append(self, cells: Sequence[str]) -> None:
        self.table.insertRow(self.table.rowCount())
        self._put(self.table.rowCount() - 1, cells)

    def _put(self, row: int, cells: Sequence[str]) -> None:
        for place, text in enumerate(cells):
            self.table.setItem(row, place, QTableWidgetItem(text))

    def _row(self, row: int) -> tuple[str, ...]:
        found = [self.table.item(row, place) for place in range(len(COLUMNS))]
        return tuple(cell.text().strip() if cell else "" for cell in found)


class _Grid(QTableWidget):
    """Tab leaves it; typing edits the cell."""

    def __init__(self, on_key: Callable[[QKeyEvent], bool]) -> None:
        super().__init__(0, len(COLUMNS))
        self._on_key = on_key
        self.setHorizontalHeaderLabels(list(_HEADINGS))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.9))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        for place, wide in enumerate(_WIDE):
            self.setColumnWidth(place, self.fontMetrics().averageCharWidth() * wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._on_key(event):
            super().keyPressEvent(event)


class CaseDialog(TypedDialog):
    """Adds a case (`case` None, then with its key) or changes one. `save` is asked to save what stands in it."""

    def __init__(
        self,
        parent: QWidget | None,
        case: Case | None,
        stages: tuple[str, ...],
        save: Callable[[CaseDialog], object],
        intro: str = "",
    ) -> None:
        super().__init__(parent)
        title = f"Edit {case.key}" if case else "Add a test case"
        self.setWindowTitle(title)
        self._case = case
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.6))
        column.addWidget(label(title, "heading"))
        if intro:
            column.addWidget(label(intro, "muted", wrap=True))
        fields = (
            *(() if case else (Field("key", "Key"),)),
            Field("title", "Title", case.title if case else ""),
            Field("scenario", "Scenario", case.scenario if case else ""),
            Field("description", "Description", case.description if case else "", long=True),
            Field("precondition", "Precondition", case.precondition if case else "", long=True),
            Field("expected", "Expected result", case.expected if case else "", long=True),
            Field("stage", "Stage", case.stage if case else "", suggestions=stages),
            Field("priority", "Priority", case.priority if case else ""),
            Field("owner", "Owner", case.owner if case else ""),
            Field("note", "Note", case.note if case else ""),
        )
        self.fields: dict[str, QWidget] = {}
        left, right = QFormLayout(), QFormLayout()
        for form in (left, right):
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in fields:
            widget = field_widget(field)
            widget.setAccessibleName(field.title)
            if isinstance(widget, QPlainTextEdit):
                widget.setFixedHeight(widget.fontMetrics().height() * 4)
            (right if field.name in _RIGHT else left).addRow(field.title, widget)
            self.fields[field.name] = widget
        pair = QHBoxLayout()
        pair.setSpacing(unit)
        pair.addLayout(left, 1)
        pair.addLayout(right, 1)
        column.addLayout(pair)
        column.addWidget(label("Steps", "strong"))
        self.steps = StepsTable(case.steps if case else ())
        self.steps.setMinimumHeight(unit * 11)
        self._steps_before = self.steps.steps()
        column.addWidget(self.steps, 1)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Save the case" if case else "Add the case", lambda: save(self), role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.give_up)
        column.addWidget(box)
        self.resize(unit * 56, unit * 38)
        first = self.fields["title" if case else "key"]
        assert isinstance(first, QLineEdit)
        first.setFocus()

    def typed_in(self) -> bool:
        return super().typed_in() or self.steps.steps() != self._steps_before

    def values(self) -> tuple[str, CaseEdit]:
        """The key and what stands in the form."""
        values = {name: field_value(widget) for name, widget in self.fields.items()}
        key = values.pop("key", self._case.key if self._case else "")
        return key, CaseEdit(**values, steps=self.steps.steps())

    def show_wrong(self, error: PlainError) -> None:
        """Say what is wrong, at its field when it names one; nothing that was typed is lost."""
        self.wrong.setText(str(error))
        self.wrong.show()
        named = error.field if isinstance(error, InvalidInput) else ""
        for name, widget in self.fields.items():
            set_role(widget, wrong="true" if name == named else "false")
        if named in self.fields:
            self.fields[named].setFocus()


_RIGHT = ("precondition", "expected", "priority", "owner", "note")
