"""The list of the places of a form: a row for each, with a list of choices in those rows that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem

from desktop.submissions.filling.model import Item, Spot

LEAVE = "(leave as it is)"
HEADINGS = ("Place", "What stands there", "Our item", "It would say")
PLACE, WHAT, OURS, SAYS = range(4)


@dataclass
class Line:
    """A row: a cell or name, a whole table, or the column `letter` of the table of `table_line`."""

    spot: Spot
    place: str
    what: str
    items: Sequence[Item]
    chosen: str = ""
    letter: str = ""
    table_line: int = -1
    combo: QComboBox | None = None
    columns: list[int] = field(default_factory=list)
    """Of a table: the lines of its columns."""

    @property
    def item(self) -> Item | None:
        """What is chosen for it."""
        return next((one for one in self.items if one.id == self.chosen), None) if self.chosen else None


class PlaceTable(QTableWidget):
    """A form has up to thousands of places: the lists of choices are made as their rows come into sight.

    Return or F2 opens the list of the row; the wheel scrolls and never changes a choice.
    """

    def __init__(self, chosen: Callable[[int], object]) -> None:
        super().__init__(0, len(HEADINGS))
        self.lines: list[Line] = []
        self._chosen = chosen
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.verticalHeader().hide()
        self.setAccessibleName("Places of the form")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        unit = self.fontMetrics().height()
        self.verticalHeader().setDefaultSectionSize(round(unit * 2))
        for place, width in enumerate((unit * 11, unit * 20, unit * 22)):
            self.setColumnWidth(place, width)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.lay_out())

    def fill(self, lines: list[Line]) -> None:
        """Show these lines; called once."""
        self.lines = lines
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in ((PLACE, line.place), (WHAT, line.what), (OURS, ""), (SAYS, "")):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text.strip())
                self.setItem(row, column, cell)
            self.tell(row)
        if lines:
            self.setCurrentCell(0, 0)

    def tell(self, row: int) -> None:
        """Show what is chosen in a row."""
        item = self.lines[row].item
        for column, text in ((OURS, item.title if item else LEAVE), (SAYS, item.example if item else "")):
            if (cell := self.item(row, column)) is not None:
                cell.setText(text)
                cell.setToolTip(text)

    def offer(self, row: int, items: Sequence[Item], chosen: str = "") -> None:
        """Give a row other items to choose from."""
        line = self.lines[row]
        line.items, line.chosen = items, chosen
        if line.combo is not None:
            self.removeCellWidget(row, OURS)
            line.combo = None
        self.tell(row)

    def combo(self, row: int) -> QComboBox:
        """The list of choices of a row; made if there is none yet."""
        line = self.lines[row]
        if line.combo is None:
            line.combo = self._made(row)
        return line.combo

    def lay_out(self) -> None:
        """Make the lists of the rows that can be seen."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return
        for row in range(first, (last if last >= 0 else self.rowCount() - 1) + 1):
            if not self.isRowHidden(row):
                self.combo(row)

    def _made(self, row: int) -> QComboBox:
        line = self.lines[row]
        made = _Choice()
        made.addItem(LEAVE, "")
        for one in line.items:
            made.addItem(one.title, one.id)
            made.setItemData(made.count() - 1, one.example or one.title, Qt.ItemDataRole.ToolTipRole)
        made.setCurrentIndex(max(0, made.findData(line.chosen)))
        made.setAccessibleName(f"Our item for {line.what.strip() or line.place.strip()}")
        made.currentIndexChanged.connect(lambda _index: self._choose(row, str(made.currentData() or "")))
        self.setCellWidget(row, OURS, made)
        before = next((self.lines[at].combo for at in range(row - 1, -1, -1) if self.lines[at].combo), None)
        if before is not None:
            self.setTabOrder(before, made)
        return made

    def _choose(self, row: int, item: str) -> None:
        self.lines[row].chosen = item
        self.tell(row)
        self._chosen(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentRow()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and row >= 0:
            made = self.combo(row)
            made.setFocus()
            made.showPopup()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()


class _Choice(QComboBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # whoever scrolls through the places must not change them
