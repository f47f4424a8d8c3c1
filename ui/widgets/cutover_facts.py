"""Facts under one another: what they are called at the left, what they say at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.widgets.basics import label

Facts = Sequence[tuple[str, str]]
"""(name, words); without a name the words take the whole line."""


class FactGrid(QWidget):
    """Shows facts; its lines are kept and filled anew."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[tuple[str, str], ...] = ()
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(self.fontMetrics().averageCharWidth() * 2)
        self._grid.setVerticalSpacing(self.fontMetrics().height() // 4)
        self._grid.setColumnStretch(1, 1)

    def fill(self, facts: Facts) -> None:
        """Show these; one that says nothing is left out."""
        shown = tuple((name, words) for name, words in facts if words)
        if shown == self._facts:
            return
        self._facts = shown
        top = Qt.AlignmentFlag.AlignTop
        for line in self._lines:
            for part in line:
                self._grid.removeWidget(part)
        while len(self._lines) < len(shown):
            self._lines.append((label("", "muted"), label("", wrap=True, selectable=True)))
        for row, (name_label, words_label) in enumerate(self._lines):
            there = row < len(shown)
            name, words = shown[row] if there else ("", "")
            name_label.setText(name)
            words_label.setText(words)
            if there and name:
                self._grid.addWidget(name_label, row, 0, top)
                self._grid.addWidget(words_label, row, 1, top)
            elif there:
                self._grid.addWidget(words_label, row, 0, 1, 2, top)
            name_label.setVisible(there and bool(name))
            words_label.setVisible(there)

    def text(self) -> str:
        """All of it, a line each: Planned: Mon 14 Dec 2026."""
        return "\n".join(f"{name}: {words}" if name else words for name, words in self._facts)
