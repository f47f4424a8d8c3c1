"""A part of a form that is folded away until it is asked for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget


class Fold(QWidget):
    """`words` open and close what is in it."""

    def __init__(self, words: str, inside: QWidget) -> None:
        super().__init__()
        self.inside = inside
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.toggle = QToolButton()
        self.toggle.setText(words)
        self.toggle.setAccessibleName(words)
        self.toggle.setCheckable(True)
        self.toggle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.toggled.connect(self.open)
        column.addWidget(self.toggle)
        column.addWidget(inside)
        self.open(False)

    def open(self, on: bool) -> None:
        """Show what is in it, or fold it away."""
        self.toggle.setChecked(on)
        self.toggle.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self.toggle.setToolTip("Fold it away" if on else "Show it")
        self.inside.setVisible(on)
