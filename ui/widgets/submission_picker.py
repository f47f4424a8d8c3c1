"""Choosing what a submission is over: one of a list, or any number of a long one that can be searched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.submissions.model import Choice
from ui.widgets.basics import label

SEARCH_FROM = 12
"""Entries from which the list can be searched."""
ROWS = 6
"""Entries in sight."""


class Picker(QWidget):
    """A list to choose one from, or one to tick any number of; `offer` says which."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.one = QComboBox()
        self.one.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.one.setMinimumContentsLength(30)
        self.one.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.many = QListWidget()
        self.many.setFixedHeight(round(self.fontMetrics().height() * 1.6 * ROWS))
        self.many.itemChanged.connect(lambda _item: self._say_count())
        self.count = label("", "small")
        self.nothing = label("", "high", wrap=True)
        for part in (self.one, self.search, self.many, self.count, self.nothing):
            column.addWidget(part)
        self._several = False

    def offer(
        self, choices: Sequence[Choice], chosen: Sequence[str], *, several: bool, nothing: str, words: str
    ) -> None:
        """Show these to choose from; `nothing` is said when there are none."""
        self._several = several
        for part in (self.one, self.many):
            part.setAccessibleName(words)
        self.search.setAccessibleName(f"Search: {words}")
        self.nothing.setText(nothing)
        self.nothing.setVisible(not choices)
        self.one.setVisible(bool(choices) and not several)
        self.many.setVisible(bool(choices) and several)
        self.count.setVisible(bool(choices) and several)
        self.search.setVisible(several and len(choices) >= SEARCH_FROM)
        self.search.clear()
        self.one.blockSignals(True)
        self.one.clear()
        self.many.blockSignals(True)
        self.many.clear()
        for one in choices if not several else ():
            self.one.addItem(_words(one), one.id)
        self.one.setCurrentIndex(max(0, self.one.findData(chosen[0]) if chosen else 0))
        for one in choices if several else ():
            item = QListWidgetItem(_words(one))
            item.setToolTip(_words(one))
            item.setData(Qt.ItemDataRole.UserRole, one.id)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if one.id in chosen else Qt.CheckState.Unchecked)
            self.many.addItem(item)
        self.many.blockSignals(False)
        self.one.blockSignals(False)
        self.setFocusProxy(self.many if several else self.one)
        self._say_count()

    def chosen(self) -> tuple[str, ...]:
        """Ids of what is chosen."""
        if not self._several:
            return (str(self.one.currentData()),) if self.one.count() else ()
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in self._items()
            if item.checkState() == Qt.CheckState.Checked
        )

    def _items(self) -> list[QListWidgetItem]:
        return [self.many.item(place) for place in range(self.many.count())]

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._items():
            item.setHidden(not all(word in item.text().casefold() for word in words))

    def _say_count(self) -> None:
        ticked = len(self.chosen()) if self._several else 0
        self.count.setText(f"{ticked:,} of {self.many.count():,} ticked")
        self.changed.emit()


def _words(one: Choice) -> str:
    return f"{one.title}  ({one.detail})" if one.detail else one.title
