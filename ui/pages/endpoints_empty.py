"""The page of endpoints before there is one: what an endpoint is, the two ways in, and that nothing needs one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import EmptyState, button

WHAT_IT_IS = (
    "An endpoint is a service of a Code Body or the programme that takes what you submit, over the network or in "
    "bundles carried by hand, and gives a signed receipt for it. Whoever runs it invites you.\n\n"
    "Everything works without one: you prepare, freeze and export as before. With one, what waits is sent when there "
    "is a network, and no work here ever waits for it."
)


class EmptyPlace(QWidget):
    """`add` and `add_file` begin the two ways."""

    def __init__(self, theme: Theme, add: Callable[[], object], add_file: Callable[[], object]) -> None:
        super().__init__()
        self.add_button = button("Add an endpoint…", add, role="primary")
        self.file_button = button("Add from an invitation…", add_file)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        state = EmptyState(theme, "endpoints", "There is no endpoint yet", WHAT_IT_IS)
        column = state.layout()
        both = QWidget()
        pair = QHBoxLayout(both)
        pair.setContentsMargins(0, 0, 0, 0)
        for made in (self.add_button, self.file_button):
            pair.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        assert column is not None
        column.insertWidget(column.count() - 1, both, 0, Qt.AlignmentFlag.AlignHCenter)  # type: ignore[attr-defined]
        row.addWidget(state)
