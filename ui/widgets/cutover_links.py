"""Lines that lead to other activities: the key as a link, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.cutover.model import Activity
from ui.widgets.basics import button, label

Line = tuple[int | None, str, str]
"""Id of the activity that it leads to (None: to none), its key, and the words beside it."""


class ActivityLinks(QWidget):
    """A line for each activity; `show` is asked with its id."""

    def __init__(self, show: Callable[[int], object]) -> None:
        super().__init__()
        self._show = show
        self._lines: tuple[Line, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(self.fontMetrics().averageCharWidth())
        self._grid.setVerticalSpacing(self.fontMetrics().height() // 4)
        self._grid.setColumnStretch(1, 1)

    def fill(self, lines: Sequence[Line]) -> None:
        """Show these lines; the same lines as before are left as they are, so that the keyboard stays."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        top = Qt.AlignmentFlag.AlignTop
        for row, (to, key, words) in enumerate(lines):
            if to is None:
                self._grid.addWidget(label(words, wrap=True, selectable=True), row, 0, 1, 2)
                continue
            link = button(key.replace("&", "&&"), partial(self._show, to), role="link")
            link.setAccessibleName(f"Show {key} {words}")
            beside = label(words, wrap=True, selectable=True)
            # A button has room around its words; the text beside it begins where they do.
            beside.setContentsMargins(0, (link.sizeHint().height() - beside.fontMetrics().height()) // 2, 0, 0)
            self._grid.addWidget(link, row, 0, top | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(beside, row, 1, top)


def waiting_lines(one: Activity, plan: Mapping[int, Activity]) -> list[Line]:
    """Why it cannot start, each with the activity that it names, if it names one of the plan."""
    before = sorted((link.key for link in one.details.predecessors), key=len, reverse=True)
    by_key = {other.details.key.casefold(): other for other in plan.values()}
    lines: list[Line] = []
    for why in one.waiting_for:
        key = next((key for key in before if why.casefold().startswith(f"{key.casefold()} ")), "")
        other = by_key.get(key.casefold())
        lines.append((other.id, key, why[len(key) + 1 :]) if other is not None else (None, "", why))
    return lines
