"""A table with what is said of its row beside it, and a divider between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget


class Beside(QSplitter):
    """`widths`: characters that each begins with; the table takes most of what a larger window gives."""

    def __init__(self, table: QWidget, pane: QWidget, widths: tuple[int, int]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self.addWidget(table)
        self.addWidget(pane)
        self.setStretchFactor(0, 5)
        self.setStretchFactor(1, 2)
        character = self.fontMetrics().averageCharWidth()
        self.setSizes([character * width for width in widths])
