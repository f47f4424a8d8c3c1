"""A short list in columns, with buttons under it: for what could be printed on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.basics import button, label

GAP = 4
"""Pixels beside the text of a column."""


def shared(natural: Sequence[int], room: int) -> list[int]:
    """Widths of columns within `room`: those that ask for less than an equal share get what they ask for."""
    widths, left, waiting = list(natural), room, sorted(range(len(natural)), key=natural.__getitem__)
    while waiting:
        share = left // len(waiting)
        column = waiting.pop(0)
        widths[column] = min(natural[column], max(share, 24))
        left -= widths[column]
    return widths


def _within(wanted: Sequence[int], room: int) -> list[int]:
    """What each gets of `room`: those that want less than an equal share get what they want."""
    got, left, waiting = [0] * len(wanted), room, sorted(range(len(wanted)), key=wanted.__getitem__)
    while waiting:
        share = left // len(waiting)
        place = waiting.pop(0)
        got[place] = min(wanted[place], share)
        left -= got[place]
    return got


class _List(QTableWidget):
    """Tab leaves the list, as people expect of a list; arrows move inside it."""

    def __init__(
        self, headings: Sequence[str], activate: Callable[[], object] | None, remove: Callable[[], object] | None
    ):
        super().__init__(0, len(headings))
        self._activate, self._remove = activate, remove
        self.setHorizontalHeaderLabels(list(headings))
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        for column, heading in enumerate(headings):
            if (cell := self.horizontalHeaderItem(column)) is not None:
                cell.setToolTip(heading)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.75))
        self.doubleClicked.connect(lambda _index: self._activate() if self._activate else None)

    def fit_columns(self) -> None:
        """Give each column its natural width while that fits; else cap the widest ones, whose texts are elided."""
        columns, room = range(self.columnCount()), self.viewport().width()
        texts = [self.sizeHintForColumn(column) + GAP for column in columns]
        headings = [self.horizontalHeader().sectionSizeHint(column) for column in columns]
        widths = [max(pair) for pair in zip(texts, headings, strict=True)]
        if sum(widths) > room:
            # Texts are elided first; a heading only where even all headings have no room side by side.
            spare = room - sum(headings)
            if spare > 0:
                more = [max(0, text - head) for text, head in zip(texts, headings, strict=True)]
                widths = [head + extra for head, extra in zip(headings, _within(more, spare), strict=True)]
            else:
                widths = shared(widths, room)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self._activate:
            self._activate()
        elif event.key() == Qt.Key.Key_Delete and self._remove:
            self._remove()
        else:
            super().keyPressEvent(event)


class SmallTable(QWidget):
    """Rows of texts, each with a key; `add`, `edit` and `remove` become buttons when they are given."""

    def __init__(
        self,
        name: str,
        headings: Sequence[str],
        empty: str,
        *,
        add: Callable[[], object] | None = None,
        edit: Callable[[object], object] | None = None,
        remove: Callable[[object], object] | None = None,
        more: Sequence[QWidget] = (),
    ) -> None:
        super().__init__()
        self._keys: list[object] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.list = _List(
            headings,
            (lambda: self._with(edit)) if edit else None,
            (lambda: self._with(remove)) if remove else None,
        )
        self.list.setAccessibleName(name)
        self.empty = label(empty, "muted", wrap=True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.add_button = button("Add…", add) if add else None
        self.edit_button = button("Edit…", lambda: self._with(edit)) if edit else None
        self.remove_button = button("Remove", lambda: self._with(remove)) if remove else None
        for made, verb in ((self.add_button, "Add"), (self.edit_button, "Edit"), (self.remove_button, "Remove")):
            if made:
                made.setAccessibleName(f"{verb}: {name}")
                row.addWidget(made)
        for widget in more:
            row.addWidget(widget)
        row.addStretch()
        column.addLayout(row)
        column.addStretch(0)  # takes the room while the list is hidden: the words stand at the top, the buttons below
        self.list.itemSelectionChanged.connect(self._enable)

    def fill(self, rows: Sequence[tuple[object, Sequence[str]]], *, writable: bool = True) -> None:
        """Show these rows (key, texts); the chosen key stays chosen."""
        chosen = self.key()
        self._keys = [key for key, _ in rows]
        self.list.setRowCount(len(rows))
        for place, (_, texts) in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.list.setItem(place, column, item)
        self.list.fit_columns()
        self.list.setVisible(bool(rows))
        for made in (self.edit_button, self.remove_button):
            if made and not self.add_button:
                made.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if rows:
            self.list.selectRow(self._keys.index(chosen) if chosen in self._keys else 0)
        self._writable = writable
        self._enable()

    def fit_rows(self, least: int, most: int) -> None:
        """Make the list as tall as its rows, between two numbers of rows: for a pane that scrolls as a whole."""
        rows = max(least, min(most, self.list.rowCount()))
        frame = 2 * self.list.frameWidth() + 2
        height = self.list.verticalHeader().defaultSectionSize() * rows + frame
        self.list.setFixedHeight(height + self.list.horizontalHeader().sizeHint().height())

    def key(self) -> object | None:
        """The key of the chosen row; None if there is none."""
        row = self.list.currentRow()
        return self._keys[row] if 0 <= row < len(self._keys) else None

    _writable = True

    def _with(self, run: Callable[[object], object] | None) -> None:
        key = self.key()
        if run and key is not None and self._writable:
            run(key)

    def _enable(self) -> None:
        if self.add_button:
            self.add_button.setEnabled(self._writable)
        for made in (self.edit_button, self.remove_button):
            if made:
                made.setEnabled(self._writable and self.key() is not None)
