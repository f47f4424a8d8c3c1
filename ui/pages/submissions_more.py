"""What else the page of submissions has: tabs of the pane, and entries of the menu More. One line for each.

A tab is made by a function of the context and the page and is a `PaneTab` (`ui/widgets/submission_shown.py`); an entry
of the menu is added by a function that registers its commands and puts their actions into `page.more_button.menu_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.context import Context
from ui.pages.submissions_beside import add_files, add_records, add_versions
from ui.widgets.submission_comments import CommentsTab
from ui.widgets.submission_shown import PaneTab

if TYPE_CHECKING:
    from ui.pages.submissions import SubmissionsPage


def add_comments(context: Context, page: SubmissionsPage) -> PaneTab:
    """The comments of reviewers; the page asks them before it closes."""
    page.comments = CommentsTab(context)
    return page.comments


TABS: tuple[Callable[[Context, SubmissionsPage], PaneTab], ...] = (add_comments,)
"""Makes the tabs after Status, Contents and History."""
MORE: tuple[Callable[[Context, SubmissionsPage], object], ...] = (add_records, add_versions, add_files)
"""Fills the menu More."""
