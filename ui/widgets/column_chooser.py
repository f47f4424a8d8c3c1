"""Choose, order and hide columns."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.view import Column
from ui.widgets.basics import button, label, main_button

_KEY = Qt.ItemDataRole.UserRole


class ColumnChooser(QDialog):
    """A checked list: visible columns first, in their order; drag or Alt+Up and Alt+Down to order."""

    def __init__(self, parent: QWidget | None, columns: tuple[Column, ...], visible: tuple[str, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Columns")
        self._columns = columns
        unit = self.fontMetrics().height()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(unit, unit, unit, unit)
        layout.addWidget(label("Columns", "heading"))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search columns")
        self.search.setAccessibleName("Search columns")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        layout.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("Columns: Space shows or hides, Alt+Up and Alt+Down order")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        layout.addWidget(self.list, 1)
        by_key = {column.key: column for column in columns}
        self._fill([by_key[key] for key in visible] + [c for c in columns if c.key not in visible], set(visible))
        row = QHBoxLayout()
        for words, step in (("Move up", -1), ("Move down", 1)):
            row.addWidget(button(words, partial(self.move_current, step)))
        row.addStretch()
        row.addWidget(button("Show all", lambda: self._check_all(True)))
        row.addWidget(button("Usual columns", self._usual))
        layout.addLayout(row)
        box = QDialogButtonBox(self)
        take = button("Use these columns", self.accept, role="primary")
        main_button(box, take)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        layout.addWidget(box)
        self.resize(unit * 26, unit * 32)

    def chosen(self) -> tuple[str, ...]:
        """The visible keys in order; at least one column always stays, () = the table's own choice."""
        items = [self.list.item(place) for place in range(self.list.count())]
        keys = tuple(item.data(_KEY) for item in items if item.checkState() == Qt.CheckState.Checked)
        return () if keys == tuple(column.key for column in self._columns if column.shown) else keys

    def move_current(self, step: int) -> None:
        """Move the column with the cursor one place."""
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + step < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + step, item)
            self.list.setCurrentItem(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _fill(self, columns: list[Column], checked: set[str]) -> None:
        self.list.clear()
        for column in columns:
            item = QListWidgetItem(column.title)
            item.setData(_KEY, column.key)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setCheckState(Qt.CheckState.Checked if column.key in checked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _check_all(self, on: bool) -> None:
        for place in range(self.list.count()):
            self.list.item(place).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _usual(self) -> None:
        self._fill(list(self._columns), {column.key for column in self._columns if column.shown})

    def _search(self, typed: str) -> None:
        for place in range(self.list.count()):
            item = self.list.item(place)
            item.setHidden(typed.casefold() not in item.text().casefold())
