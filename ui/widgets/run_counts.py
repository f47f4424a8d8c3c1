"""How the results of a run stand: one link for each status; a click filters the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.testing.model import Status
from ui.theme.theme import Theme
from ui.widgets.basics import follow_icon, set_role
from ui.widgets.button_row import ButtonRow
from ui.widgets.trace_look import STATUSES

ORDER = (Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.PASSED, Status.NOT_APPLICABLE)


class RunCounts(QWidget):
    """`wanted(status)` when one is pressed."""

    def __init__(self, theme: Theme, wanted: Callable[[Status], object]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.links: dict[Status, QPushButton] = {}
        for status in ORDER:
            made = QPushButton(status.value)
            made.setAutoDefault(False)
            made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            set_role(made, role="link")
            follow_icon(made, theme, *STATUSES[status])
            made.setToolTip(f"Show only the results that are {status.value.lower()}; press again for all")
            made.clicked.connect(lambda _checked=False, one=status: wanted(one))
            self.links[status] = made
        column.addWidget(ButtonRow(*self.links.values()))

    def fill(self, counts: Mapping[Status, int]) -> None:
        """Show these counts; a status without results is left out."""
        for status, made in self.links.items():
            count = counts.get(status, 0)
            made.setText(f"{count:,} {status.value}")
            made.setVisible(count > 0)
