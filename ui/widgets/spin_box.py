"""A field for a number whose text stands as far from its edge as that of every other field."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox


class SpinBox(QSpinBox):
    """Qt leaves the padding of the style sheet out of a spin box, so it is given to the text inside."""

    def __init__(self) -> None:
        super().__init__()
        self.lineEdit().setTextMargins(round(self.fontMetrics().height() * 0.5), 0, 0, 0)
