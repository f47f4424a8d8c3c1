"""The shortcut sheet: every command with its keys, by menu or page, and the keys of tables and results."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.commands import Commands
from ui.widgets.basics import label

TABLE_KEYS = (
    ("Open the row", "Return"),
    ("Select a column", "Ctrl+Space"),
    ("Select the row", "Shift+Space"),
    ("First or last column", "Home, End"),
    ("First or last row", "Ctrl+Home, Ctrl+End"),
    ("Extend the selection", "Shift+Up, Shift+Down"),
    ("Include a facet's value", "Space"),
    ("Exclude a facet's value", "Alt+Space, Delete"),
)


RESULT_KEYS = (
    ("Mark the chosen results as passed", "P"),
    ("Mark the chosen results as failed", "F"),
    ("Mark the chosen results as blocked", "B"),
    ("Mark the chosen results as not run", "N"),
    ("Mark the chosen results as not applicable", "A"),
)
"""In the table of results and in the steps of a case."""


def sheet(commands: Commands) -> list[tuple[str, str, str]]:
    """(where, what, keys) for every command, and for the keys that are no command's."""
    rows = [
        (commands.where(command) or "Anywhere", commands.words(command).removesuffix("…"), commands.keys(command))
        for command in commands.all()
    ]
    return [
        *rows,
        *(("Test runs, table of results", what, keys) for what, keys in RESULT_KEYS),
        *(("Tables", what, keys) for what, keys in TABLE_KEYS),
    ]


class ShortcutsDialog(QDialog):
    """A table of keys with a search."""

    def __init__(self, parent: QWidget | None, commands: Commands) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.addWidget(label("Keyboard shortcuts", "heading"))
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search")
        self._search.setAccessibleName("Search the shortcuts")
        self._search.setClearButtonEnabled(True)
        column.addWidget(self._search)
        rows = sheet(commands)
        self.table = QTableWidget(len(rows), 3)
        self.table.setAccessibleName("Keyboard shortcuts")
        self.table.setHorizontalHeaderLabels(["Where", "What", "Keys"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for place, row in enumerate(rows):
            for part, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(place, part, item)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        column.addWidget(self.table, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self._search.textChanged.connect(self._filter)
        self.resize(unit * 38, unit * 34)

    def _filter(self, typed: str) -> None:
        for place in range(self.table.rowCount()):
            cells = (self.table.item(place, part) for part in range(3))
            words = " ".join(cell.text() for cell in cells if cell).casefold()
            self.table.setRowHidden(place, typed.casefold() not in words)
