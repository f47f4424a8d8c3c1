"""The frame of a pane beside a table: it scrolls downwards only, and its parts stand in one column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui.context import Context


class PaneFrame(QScrollArea):
    """Parts go into `column`."""

    def __init__(self, context: Context, name: str, narrowest: int) -> None:
        """`name` is spoken; `narrowest`: characters of text that it is wide at least."""
        super().__init__()
        self.context = context
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * narrowest)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        gap = context.theme.px(2)
        self.column.setContentsMargins(gap, 0, gap, 0)
        self.column.setSpacing(gap)
        self.setWidget(inside)
