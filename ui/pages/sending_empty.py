"""The page Sending before anything was queued: what it is for, and the one next step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import EmptyState, button

NO_ENDPOINT = (
    "What you queue for an endpoint stands here until there is a signed receipt for it. There is no endpoint yet: add "
    "one, or go on as before and hand over what you export yourself."
)
NOTHING_QUEUED = (
    "Choose a frozen submission on the page of submissions and press “Send…”: you see what goes where, file by file, "
    "before it is queued. It is sent when there is a network, and stands here until there is a signed receipt for it."
)
_NO_ENDPOINT, _NOTHING_QUEUED = range(2)


class EmptyPlace(QWidget):
    """`endpoints` and `submissions` go to those pages."""

    def __init__(self, theme: Theme, endpoints: Callable[[], object], submissions: Callable[[], object]) -> None:
        super().__init__()
        self.endpoints_button = button("Go to Endpoints", endpoints, role="primary")
        self.submissions_button = button("Go to Submissions", submissions, role="primary")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(
            EmptyState(theme, "sending", "Nothing is sent from here yet", NO_ENDPOINT, self.endpoints_button)
        )
        self._stack.addWidget(
            EmptyState(theme, "sending", "Nothing was queued yet", NOTHING_QUEUED, self.submissions_button)
        )

    def say(self, *, any_endpoint: bool) -> None:
        """Whether there is an endpoint to send to."""
        self._stack.setCurrentIndex(_NOTHING_QUEUED if any_endpoint else _NO_ENDPOINT)
