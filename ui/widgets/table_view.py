"""The table itself: a QTableView set up so that a million rows scroll, sort and select without a wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.browse.view import View
from ui.models.paged_table import PAGE_ROWS, PagedTableModel, shown

WIDEST = 46
"""A column starts no wider than this many characters."""


class DeskTable(QTableView):
    """Speaks in positions and column keys; never touches a row that is not on the screen."""

    row_activated = Signal(int)
    current_row_changed = Signal(int)
    selection_moved = Signal()
    sort_wanted = Signal(str, bool)
    columns_moved = Signal(object)
    width_changed = Signal(str, int)

    def __init__(self, model: PagedTableModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._sizing = False
        self.setAccessibleName(name)
        self.setModel(model)
        # The header asks the selection "is column n wholly selected?": a million calls into Python. It need not know.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self))
        self.verticalHeader().setSelectionModel(QItemSelectionModel(model, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(self.fontMetrics().height() * 1.75))
        rows.hide()
        columns = self.horizontalHeader()
        columns.setSectionsMovable(True)
        columns.setSectionsClickable(True)
        columns.setHighlightSections(False)
        columns.setSortIndicatorShown(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setMinimumSectionSize(self.fontMetrics().averageCharWidth() * 4)
        columns.sectionClicked.connect(self._header_clicked)
        columns.sectionMoved.connect(lambda _logical, _old, _new: QTimer.singleShot(0, self, self._say_moved))
        columns.sectionResized.connect(self._say_width)
        self._view = View()
        self._last_cell = (0, 0)
        self.activated.connect(lambda index: self.row_activated.emit(index.row()))
        self.selectionModel().selectionChanged.connect(lambda _new, _old: self.selection_moved.emit())
        self.selectionModel().currentRowChanged.connect(lambda new, _old: self.current_row_changed.emit(new.row()))

    def after_reset(self, view: View) -> None:
        """The model was reset to this view: show the sort, undo the header's own order, choose the first row."""
        self._view = view
        header = self.horizontalHeader()
        header.blockSignals(True)
        for place in range(header.count()):
            header.moveSection(header.visualIndex(place), place)
        header.blockSignals(False)
        section = self._rows.section(view.sort)
        header.setSortIndicatorShown(section >= 0)
        if section >= 0:
            order = Qt.SortOrder.DescendingOrder if view.descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(section, order)
        if self._rows.rowCount() and not self.currentIndex().isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._rows.index(0, 0), flags)

    def size_columns(self, kept: dict[str, int]) -> None:
        """Give each column the person's width, else what its heading and the first page of rows need."""
        self._sizing = True
        metrics = self.fontMetrics()
        letter = metrics.averageCharWidth()
        source = self._rows.source
        every = [column.key for column in source.columns] if source else []
        sample = [self._rows.cells(row) for row in range(min(self._rows.rowCount(), PAGE_ROWS))]
        for section, column in enumerate(self._rows.columns):
            width = kept.get(column.key, 0)
            if not width:
                place = every.index(column.key)
                texts = {shown(cells[place], column.kind)[:WIDEST] for cells in sample if cells}
                longest = sorted(texts, key=len)[-4:]
                needed = max((metrics.horizontalAdvance(text) for text in longest), default=letter * column.width)
                picture = metrics.height() * 2 if column.kind in ("severity", "state") else 0
                heading = round(metrics.horizontalAdvance(column.title) * 1.1) + letter * 4
                most = letter * (column.most or WIDEST)
                beside = letter * (4 if column.most else 5)
                width = max(min(0 if column.icon_only else needed + picture, most) + beside, heading)
            self.setColumnWidth(section, width)
        self._sizing = False

    def selected_ranges(self) -> list[tuple[int, int]]:
        """The selected rows as (first, number): from the selection's ranges, never index by index."""
        spans = sorted((part.top(), part.bottom()) for part in self._parts())
        merged: list[tuple[int, int]] = []
        for top, bottom in spans:
            if merged and top <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
            else:
                merged.append((top, bottom))
        return [(top, bottom - top + 1) for top, bottom in merged]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Excel's habits: Ctrl+Space a column, Shift+Space the row, Home and End within the row, Return opens."""
        index = self.currentIndex()
        modifiers = event.modifiers()
        if event.key() == Qt.Key.Key_Space and modifiers == Qt.KeyboardModifier.ControlModifier and index.isValid():
            self._select_column(index.column())
        elif event.key() == Qt.Key.Key_Space and modifiers == Qt.KeyboardModifier.ShiftModifier and index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().select(index, flags)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not modifiers and index.isValid():
            column = 0 if event.key() == Qt.Key.Key_Home else self._rows.columnCount() - 1
            flags = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(column), flags)
            self.scrollTo(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not modifiers:
            # A cell's editor lets Return through to the table: that one ends the edit and opens nothing.
            if self.state() != QAbstractItemView.State.EditingState:
                self.row_activated.emit(index.row())
        else:
            super().keyPressEvent(event)

    def _parts(self) -> list[QItemSelectionRange]:
        selection = cast("Iterable[QItemSelectionRange]", self.selectionModel().selection())
        return [part for part in selection if part.isValid()]

    def selected_columns(self) -> list[int]:
        """The columns that the selection touches: all of them unless a column was selected by key."""
        spans = [(part.left(), part.right()) for part in self._parts()]
        return sorted({column for left, right in spans for column in range(left, right + 1)})

    def _select_column(self, column: int) -> None:
        last = self._rows.rowCount() - 1
        selection = QItemSelection(self._rows.index(0, column), self._rows.index(last, column))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _header_clicked(self, section: int) -> None:
        key = self._rows.columns[section].key
        if self._view.sort != key:
            self.sort_wanted.emit(key, False)
        elif not self._view.descending:
            self.sort_wanted.emit(key, True)
        else:
            self.sort_wanted.emit("", False)

    def _say_moved(self) -> None:
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        if order != sorted(order):
            self.columns_moved.emit(tuple(self._rows.columns[logical].key for logical in order))

    def _say_width(self, section: int, _old: int, new: int) -> None:
        if not self._sizing and 0 <= section < len(self._rows.columns):
            self.width_changed.emit(self._rows.columns[section].key, new)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Ctrl+Home and Ctrl+End go to the first and last row, staying in the column."""
        if modifiers & Qt.KeyboardModifier.ControlModifier and action in (
            QAbstractItemView.CursorAction.MoveHome,
            QAbstractItemView.CursorAction.MoveEnd,
        ):
            row = 0 if action == QAbstractItemView.CursorAction.MoveHome else self._rows.rowCount() - 1
            return self._rows.index(row, max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)
