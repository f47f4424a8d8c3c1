"""Choosing among many records: a search, a list with ticks, and a verb that counts them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.view import TableSource, View
from ui.models.paged_table import shown
from ui.widgets.basics import button, label, main_button

PAGE = 200
_DISPLAY = Qt.ItemDataRole.DisplayRole
_Index = QModelIndex | QPersistentModelIndex


class TickList(QAbstractTableModel):
    """The rows of a table source that fit the search, each with a tick that outlasts the search."""

    def __init__(self, source: TableSource, keys: Sequence[str], already: Sequence[int], parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        known = {column.key: place for place, column in enumerate(source.columns)}
        self._places = [known[key] for key in keys if key in known]
        self._already = frozenset(already)
        self._pages: dict[int, tuple[list[int], list[tuple[object, ...]]]] = {}
        self.ticked: dict[int, None] = {}
        self._rows = source.count()

    def search(self, text: str) -> None:
        """Show the rows that fit."""
        self.beginResetModel()
        self._source.apply(View(text=text))
        self._pages.clear()
        self._rows = self._source.count()
        self.endResetModel()

    def row_id(self, row: int) -> int:
        """The id of a row."""
        return self._page(row)[0][row % PAGE]

    def toggle(self, rows: Sequence[int]) -> None:
        """Tick these rows; untick them if all were ticked. What is linked already stays so."""
        ids = [number for row in rows if (number := self.row_id(row)) not in self._already]
        if ids and all(number in self.ticked for number in ids):
            for number in ids:
                del self.ticked[number]
        else:
            self.ticked |= dict.fromkeys(ids)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, 0))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._places)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if orientation == Qt.Orientation.Horizontal and role == _DISPLAY and section < len(self._places):
            return self._source.columns[self._places[section]].title
        return None

    def data(self, index: _Index, role: int = _DISPLAY) -> object:
        row, place = index.row(), index.column()
        if role == Qt.ItemDataRole.CheckStateRole and place == 0:
            number = self.row_id(row)
            on = number in self.ticked or number in self._already
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role in (_DISPLAY, Qt.ItemDataRole.ToolTipRole):
            cell = self._page(row)[1][row % PAGE][self._places[place]]
            text = shown(cell, self._source.columns[self._places[place]].kind)
            already = place == 0 and role == _DISPLAY and self.row_id(row) in self._already
            return f"{text} (linked)" if already else text
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and index.column() == 0 and self.row_id(index.row()) not in self._already:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggle([index.row()])
        return True

    def _page(self, row: int) -> tuple[list[int], list[tuple[object, ...]]]:
        number = row // PAGE
        if number not in self._pages:
            start = number * PAGE
            self._pages[number] = (self._source.ids(start, PAGE), self._source.page(start, PAGE))
        return self._pages[number]


class ChooseRecordsDialog(QDialog):
    """`word` is what is chosen, in the singular and the plural; `verb` comes before the number."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        source: TableSource,
        *,
        keys: Sequence[str],
        verb: str,
        word: tuple[str, str],
        already: Sequence[int] = (),
        intro: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._verb, self._word = verb, word
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.6))
        column.addWidget(label(title, "heading", wrap=True))
        if intro:
            column.addWidget(label(intro, "muted", wrap=True))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search any word")
        self.search.setAccessibleName(f"Search {word[1]}")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        column.addWidget(self.search)
        self.list = QTableView()
        self.list.setAccessibleName(f"{word[1].capitalize()} to choose from")
        self.model = TickList(source, keys, already, self)
        self.list.setModel(self.model)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTabKeyNavigation(False)
        self.list.setShowGrid(False)
        self.list.setWordWrap(False)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.verticalHeader().hide()
        self.list.verticalHeader().setDefaultSectionSize(round(unit * 1.75))
        self.list.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.list.horizontalHeader().setHighlightSections(False)
        self.list.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.list.horizontalHeader().setStretchLastSection(True)
        self.list.installEventFilter(self)
        self.list.doubleClicked.connect(lambda index: self.model.toggle([index.row()]))
        wide = self.fontMetrics().averageCharWidth()
        for place in range(self.model.columnCount()):
            self.list.setColumnWidth(place, wide * (22 if place == 0 else 46 if place == 1 else 18))
        column.addWidget(self.list, 1)
        self.state = label("", "small")
        column.addWidget(self.state)
        box = QDialogButtonBox(self)
        self.verb = button(verb, self.accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.search.textChanged.connect(self._search)
        self.model.dataChanged.connect(lambda *_: self._tell())
        self.resize(unit * 48, unit * 32)
        self._tell()
        self.search.setFocus()

    def chosen(self) -> list[int]:
        """The ids that are ticked, in the order they were ticked."""
        return list(self.model.ticked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.list and event.key() == Qt.Key.Key_Space:
                rows = sorted({index.row() for index in self.list.selectionModel().selectedRows()})
                self.model.toggle(rows or [self.list.currentIndex().row()])
                return True
            if watched is self.search and event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                if not self.list.currentIndex().isValid() and self.model.rowCount():
                    self.list.selectRow(0)
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        self.model.search(text)
        if self.model.rowCount():
            self.list.selectRow(0)
        self._tell()

    def _tell(self) -> None:
        count, rows = len(self.model.ticked), self.model.rowCount()
        self.verb.setText(f"{self._verb} {count:,} {self._word[0] if count == 1 else self._word[1]}")
        self.verb.setEnabled(count > 0)
        self.state.setText(
            f"{rows:,} {self._word[0] if rows == 1 else self._word[1]} here. Space ticks the selected rows; "
            "ticks stay while you search."
            if rows
            else "None fits. Search with another word."
        )


def choose_records(
    parent: QWidget,
    title: str,
    source: TableSource,
    *,
    keys: Sequence[str],
    verb: str,
    word: tuple[str, str],
    already: Sequence[int] = (),
    intro: str = "",
) -> list[int]:
    """Ask; the chosen ids, none if the person gave up."""
    dialog = ChooseRecordsDialog(parent, title, source, keys=keys, verb=verb, word=word, already=already, intro=intro)
    try:
        return dialog.chosen() if dialog.exec() == QDialog.DialogCode.Accepted else []
    finally:
        dialog.deleteLater()
