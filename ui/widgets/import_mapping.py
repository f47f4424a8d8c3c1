"""Which heading holds what: the headings of the file with samples, the item or field of each, how sure and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QCompleter,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOption,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.portfolio.items import ITEMS, NEEDED
from desktop.portfolio.mapping import Suggestion
from ui.theme.theme import Theme
from ui.widgets.basics import label, set_role

HEADING, SAMPLES, ITEM, WHY = range(4)
NOT_USED = "Not used"


@dataclass(frozen=True)
class Holder:
    """What a heading can hold: a data item of a portfolio, a field of a record."""

    name: str
    title: str
    needed: bool = False
    about: str = ""


PORTFOLIO_ITEMS = tuple(Holder(item.name, item.title, item.name in NEEDED) for item in ITEMS.values())
"""The data items of a portfolio, as they stand in `ITEMS`."""


class _ItemChoice(QStyledItemDelegate):
    """Edits the item column with a list that can be searched by typing any part of an item's name."""

    def __init__(self, parent: QWidget, word: str) -> None:
        super().__init__(parent)
        self._word = word
        self.titles: tuple[str, ...] = ()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell with the mark of a list that drops down at its right end."""
        super().paint(painter, option, index)
        view = option.widget
        side = option.fontMetrics.height() // 2
        mark = QStyleOption()
        area = option.rect
        mark.rect = QRect(area.right() - side * 2, area.center().y() - side // 2, side, side)
        mark.palette = option.palette
        mark.state = QStyle.StateFlag.State_Enabled
        style = view.style() if view is not None else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorArrowDown, mark, painter, view)

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        combo = QComboBox(parent)
        combo.setEditable(True)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        combo.addItems([NOT_USED, *self.titles])
        completer = combo.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        combo.setAccessibleName(f"{self._word.capitalize()} held by this heading")
        combo.activated.connect(lambda _place: self._finish(combo))
        if line := combo.lineEdit():
            # Return while suggestions are open takes what was typed: a part of one item's name is enough.
            line.returnPressed.connect(lambda: self._finish(combo))
        return combo

    def _finish(self, combo: QComboBox) -> None:
        if not combo.property("finished"):
            combo.setProperty("finished", True)
            self.commitData.emit(combo)
            self.closeEditor.emit(combo)

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentText(str(index.data(Qt.ItemDataRole.EditRole)))
        if line := editor.lineEdit():
            line.selectAll()

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        assert isinstance(editor, QComboBox)
        found = title_meant(editor.currentText().strip(), self.titles)
        if found is not None:
            model.setData(index, found)


def title_meant(text: str, titles: Iterable[str]) -> str | None:
    """The title (or `Not used`) that was typed in full or in part; None when it may be several, or none."""
    typed = text.casefold()
    if not typed:
        return None
    fitting = [title for title in (NOT_USED, *titles) if typed in title.casefold()]
    # “GSP gr” means the GSP Group ID, and not the date from which it holds; “mpa” the MPAN, and not the linked one.
    if starting := [title for title in fitting if title.casefold().startswith(typed)]:
        return min(starting, key=len)
    return fitting[0] if len(fitting) == 1 else None


class MappingTable(QWidget):
    """The mapping while the person works on it; `changed` fires with each choice. `word` is what a heading holds."""

    changed = Signal()

    def __init__(self, theme: Theme, holders: Sequence[Holder] = PORTFOLIO_ITEMS, word: str = "item") -> None:
        super().__init__()
        self._theme, self._word = theme, word
        self._filling = False
        self.others = "are kept with the rows"
        """What becomes of headings that are not used."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.state = label("", wrap=True)
        column.addWidget(self.state)
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName(f"Headings of the file and the {word}s they hold")
        self.table.setHorizontalHeaderLabels(["Heading in the file", "First values", word.capitalize(), "Why"])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.9))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self._choice = _ItemChoice(self.table, word)
        self.table.setItemDelegateForColumn(ITEM, self._choice)
        self.set_holders(holders)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place in (SAMPLES, WHY):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.table.itemChanged.connect(self._chosen)
        self.table.cellClicked.connect(self._open_choice)
        column.addWidget(self.table, 1)

    def set_holders(self, holders: Sequence[Holder]) -> None:
        """Let headings hold these from now on; `fill` follows."""
        self._holders = {one.name: one for one in holders}
        self._names = {one.title: one.name for one in holders}
        self._choice.titles = tuple(self._names)

    def fill(
        self, headings: Sequence[str], samples: Sequence[Sequence[str]], suggestions: Mapping[str, Suggestion]
    ) -> None:
        """Show the headings with their suggested items."""
        by_heading = {one.heading: (item, one) for item, one in suggestions.items()}
        self._filling = True
        self.table.setRowCount(len(headings))
        for row, heading in enumerate(headings):
            values = [cells[row] for cells in samples if row < len(cells) and cells[row].strip()]
            item, suggestion = by_heading.get(heading, ("", None))
            why = _why(suggestion) if suggestion else ""
            for place, text in (
                (HEADING, heading),
                (SAMPLES, " · ".join(dict.fromkeys(values[:3]))),
                (ITEM, self._holders[item].title if item in self._holders else NOT_USED),
                (WHY, why),
            ):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if place != ITEM:
                    cell.setFlags(cell.flags() & ~Qt.ItemFlag.ItemIsEditable)
                else:
                    cell.setToolTip(f"Click, press F2 or type to choose the {self._word}")
                self.table.setItem(row, place, cell)
        for place, wide in ((HEADING, 33), (ITEM, 34)):
            self.table.setColumnWidth(place, self.fontMetrics().averageCharWidth() * wide)
        self._filling = False
        self._tell()
        if headings:
            self.table.setCurrentCell(0, ITEM)

    def mapping(self) -> dict[str, str]:
        """Item to heading, as it stands."""
        found = {}
        for row in range(self.table.rowCount()):
            name = self._names.get(self._text(row, ITEM))
            if name:
                found[name] = self._text(row, HEADING)
        return found

    def missing(self) -> list[str]:
        """The titles of what is needed and no heading holds."""
        mapping = self.mapping()
        return [one.title for one in self._holders.values() if one.needed and one.name not in mapping]

    def choose(self, heading: str, item: str) -> None:
        """Let a heading hold an item ('' = not used), as if the person had chosen it."""
        for row in range(self.table.rowCount()):
            if self._text(row, HEADING) == heading:
                self._put(row, ITEM, self._holders[item].title if item else NOT_USED)

    def _open_choice(self, row: int, column: int) -> None:
        """One click on what a heading holds opens the list of what it can hold."""
        cell = self.table.item(row, column)
        if column != ITEM or cell is None:
            return
        self.table.editItem(cell)
        editor = self.table.indexWidget(self.table.indexFromItem(cell))
        if isinstance(editor, QComboBox):
            editor.showPopup()

    def _text(self, row: int, column: int) -> str:
        cell = self.table.item(row, column)
        return cell.text() if cell else ""

    def _put(self, row: int, column: int, text: str) -> None:
        if cell := self.table.item(row, column):
            cell.setText(text)

    def _chosen(self, cell: QTableWidgetItem) -> None:
        if self._filling or cell.column() != ITEM:
            return
        self._filling = True
        moved = ""
        if cell.text() != NOT_USED:
            for row in range(self.table.rowCount()):
                if row != cell.row() and self._text(row, ITEM) == cell.text():
                    # One heading for each item: the one chosen last keeps it.
                    self._put(row, ITEM, NOT_USED)
                    self._put(row, WHY, "")
                    moved = self._text(row, HEADING)
        self._put(cell.row(), WHY, "You chose it" if cell.text() != NOT_USED else "")
        self._filling = False
        article = "an" if self._word[0] in "aeiou" else "a"
        self._tell(f"“{moved}” is not used any more: {article} {self._word} has one heading." if moved else "")
        self.changed.emit()

    def _tell(self, more: str = "") -> None:
        used, total = len(self.mapping()), self.table.rowCount()
        missing = self.missing()
        if missing:
            self.state.setText(f"Choose the heading that holds the {' and the '.join(missing)}. {more}".strip())
        else:
            self.state.setText(f"{used} of {total} headings are used; the others {self.others}. {more}".strip())
        set_role(self.state, role="block" if missing else "muted")


def _why(suggestion: Suggestion) -> str:
    sure = "Sure" if suggestion.sure >= 95 else "Likely" if suggestion.sure >= 75 else "Please check"
    return f"{sure}: {suggestion.reason or _WHY.get(suggestion.why, suggestion.why)}"


_WHY = {
    "remembered": "You mapped these headings before.",
    "name": "The heading is the item's name.",
    "synonym": "The heading is another name of the item.",
    "content": "The values look like it.",
}
