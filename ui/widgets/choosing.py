"""Choosing from what a form offers: one out of a list, or any number of boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from ui.widgets.basics import label
from ui.widgets.flow import Flow

_WIDTH = 30
"""Characters that a list has room for at least; longer words widen no form."""


def choice_list(choices: Sequence[tuple[str, str]], now: str) -> QComboBox:
    """A list of (id, words) with `now` chosen; an id that is not offered any more is kept as it stands."""
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(_WIDTH)
    for key, words in choices:
        made.addItem(words, key)
    if now and made.findData(now) < 0:
        made.addItem(now, now)
    made.setCurrentIndex(max(0, made.findData(now)))
    return made


class Ticks(QWidget):
    """Boxes to tick, side by side; `nothing` is said where there is none. `ticked` tells of a person's tick alone."""

    ticked = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: Sequence[str], nothing: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.boxes: dict[str, QCheckBox] = {}
        if not choices:
            column.addWidget(label(nothing, "muted", wrap=True))
            return
        place = QWidget()
        flow = Flow(place, gap=round(self.fontMetrics().height() * 0.6))
        for key, words in choices:
            made = QCheckBox(words.replace("&", "&&"))
            made.setChecked(key in chosen)
            made.clicked.connect(lambda _on=False: self.ticked.emit())
            self.boxes[key] = made
            flow.addWidget(made)
        flow.addWidget(QWidget())
        column.addWidget(place)
        self.setFocusProxy(next(iter(self.boxes.values())))

    def tick(self, keys: Sequence[str]) -> None:
        """Tick these and no others."""
        for key, made in self.boxes.items():
            made.setChecked(key in keys)

    def chosen(self) -> tuple[str, ...]:
        """Ids of those that are ticked."""
        return tuple(key for key, made in self.boxes.items() if made.isChecked())
