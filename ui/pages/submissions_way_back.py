"""From what a check found to the thing to mend, and back: the keyboard lands on the thing, and a button leads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from desktop.submissions.model import Submission
from ui.context import Context
from ui.pages.page import Page
from ui.pages.payloads import ShowSubmission
from ui.pages.submissions_mend import Place
from ui.widgets.basics import button

if TYPE_CHECKING:
    from ui.pages.submissions import SubmissionsPage

CHECKED_ON = "Status"
"""The tab with “Would they bounce it?”."""


class WayBack:
    """One button at most, on the page that was gone to last; it goes once the person is back."""

    def __init__(self, context: Context, page: SubmissionsPage) -> None:
        self._context, self._page = context, page
        self._button: QPushButton | None = None

    def go(self, place: Place, one: Submission) -> None:
        """Go to the page of the thing, with the keyboard on it."""
        self.take_away()
        self._context.navigate(*place)
        there = getattr(self._page.window(), "current", None)
        if not isinstance(there, Page) or there is self._page:
            return
        made = button(f"Back to the check of {one.name}", lambda: self._return(one.id))
        made.setIcon(self._context.theme.icon("submissions"))
        there.body.insertWidget(0, made, 0, Qt.AlignmentFlag.AlignLeft)
        self._button = made
        QTimer.singleShot(0, there, lambda: _focus(there))  # once it is laid out: what is not shown takes no keyboard

    def take_away(self) -> None:
        """The person is back, or went on to another thing."""
        if self._button is not None:
            self._button.hide()
            self._button.deleteLater()
            self._button = None

    def _return(self, submission_id: int) -> None:
        self._context.navigate("submissions", ShowSubmission(submission_id, CHECKED_ON))


def _focus(there: Page) -> None:
    """The table that has its cursor on the thing; on a page without one, the first field of what is shown."""
    panel = there.table()
    if panel is not None:
        panel.table.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    stack = getattr(there, "stack", None)
    shown = stack.currentWidget() if isinstance(stack, QStackedWidget) else None
    fields = (one for one in (shown or there).findChildren(QWidget) if one.isVisibleTo(there) and one.isEnabled())
    first = next((one for one in fields if one.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
    if first is not None:
        first.setFocus(Qt.FocusReason.OtherFocusReason)
