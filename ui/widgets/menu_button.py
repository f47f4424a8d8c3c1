"""A button that opens a menu."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton


class MenuButton(QPushButton):
    """`menu_of` is filled by whoever makes it; `words` are what a screen reader says, even if it shows no text."""

    def __init__(self, text: str, words: str, tip: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(words)
        self.setToolTip(tip or words)
        self.setAutoDefault(False)
        self.menu_of = QMenu(self)
        self.menu_of.setToolTipsVisible(True)
        self.setMenu(self.menu_of)
