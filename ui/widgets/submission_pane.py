"""One submission in full: what it is, the one next step, what else can be done, and tabs with all that is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QPushButton, QTabWidget, QToolButton, QVBoxLayout, QWidget

from desktop.submissions.model import SubmissionState
from desktop.sync.sendable import can_be_sent, to_tell
from ui.context import Context
from ui.widgets.basics import button, label, set_role
from ui.widgets.flow import Flow
from ui.widgets.pit_look import Look
from ui.widgets.submission_contents_tab import ContentsTab
from ui.widgets.submission_history_tab import HistoryTab
from ui.widgets.submission_look import deadline_words, state_look, state_words
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.submission_shown import Looked, PaneAsks, PaneTab, ShownSubmission, next_verb
from ui.widgets.submission_status_tab import NARROWEST, StatusTab

NOTHING = "Choose a submission to see how it stands."
VERBS: dict[str, tuple[str, str]] = {
    "freeze": ("Freeze…", "From then on it is what was sent, for ever"),
    "send": ("Send…", "See what goes to which endpoint, file by file, and queue it"),
    "export": ("Export…", "Write what each recipient gets into a folder"),
    "handed over": ("Handed over…", "Say that it was sent, and how"),
    "received": ("Received…", "Say that they have it; it is not accepted by that"),
    "in review": ("In review…", "Say that they are looking at it"),
    "changes requested": ("Changes requested…", "Say what they ask for"),
    "accepted": ("Accepted…", "Say that they accept it"),
    "comments": ("Answer the comments", "Show what the reviewers said"),
    "edit": ("Edit…", "Title, scope, recipients, deadline, personal data, notes"),
    "preview": ("Preview the workbook…", "As it would be now; every sheet says DRAFT"),
    "version": ("New version…", "A draft that takes its place once it is frozen"),
    "another": ("Prepare another…", "A new draft with the same details"),
    "newest": ("Show the newest version", "The one that took its place"),
    "withdraw": ("Withdraw…", "A record; it stays as it was"),
    "tell": ("Tell the endpoints…", "Those that have it are told that it was withdrawn"),
    "remove": ("Remove the draft…", "Undo brings it back"),
}
"""What can be done with a submission: words and tip, in the order of the buttons."""
READS = {"preview", "comments", "newest"}
"""Those that write nothing into the workspace."""


class SubmissionPane(QWidget):
    """Shows one submission; what can be done with it is asked of the page. More tabs come with `add_tab`."""

    def __init__(self, context: Context, asks: PaneAsks) -> None:
        super().__init__()
        self.context = context
        self.shown: ShownSubmission | None = None
        self.setAccessibleName("The chosen submission")
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * NARROWEST)
        theme = context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(2), 0, 0, 0)
        column.setSpacing(theme.px(1))
        self.look = Look(theme)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.about = label("", "small", wrap=True, selectable=True)
        self.next = label("", "strong", wrap=True)
        for part in (self.look, self.title, self.about, self.next):
            column.addWidget(part)
        self.verbs = QWidget()
        flow = Flow(self.verbs, gap=theme.px(1))
        self.buttons: dict[str, QPushButton] = {}
        for name, (words, tip) in VERBS.items():
            made = button(words, self._asker(asks, name), tip=tip)
            self.buttons[name] = made
            flow.addWidget(made)
        flow.addWidget(QWidget())
        column.addWidget(self.verbs)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Parts of the submission")
        self.tabs.tabBar().setAccessibleName("Parts of the submission")
        self.tabs.setStyleSheet(f"QTabBar::tab {{ padding: {theme.px(2)}px {theme.px(1) + 2}px; }}")
        for scroll in self.tabs.tabBar().findChildren(QToolButton):
            scroll.setToolTip(scroll.accessibleName())
        self._tabs: list[PaneTab] = []
        column.addWidget(self.tabs, 1)
        let_narrow(self)
        self.status = StatusTab(context, asks)
        self.contents = ContentsTab(context)
        self.history = HistoryTab(context, asks)
        for tab in (self.status, self.contents, self.history):
            self.add_tab(tab)
        self.show_submission(None)

    def add_tab(self, tab: PaneTab) -> None:
        """Put a tab after those that are there."""
        self._tabs.append(tab)
        self.tabs.addTab(tab.as_widget(), tab.heading)

    def show_tab(self, heading: str) -> bool:
        """Bring a tab to the front and the keyboard into it; False if there is none of this name."""
        for place, tab in enumerate(self._tabs):
            if tab.heading == heading:
                self.tabs.setCurrentIndex(place)
                tab.as_widget().setFocus()
                return True
        return False

    def show_submission(self, shown: ShownSubmission | None) -> None:
        """Show one; None = none is chosen."""
        self.shown = shown
        here = shown is not None
        for part in (self.look, self.about, self.verbs, self.tabs):
            part.setVisible(here)
        self.next.setVisible(bool(shown and (shown.next_step or shown.ended)))
        for place, tab in enumerate(self._tabs):
            tab.show_submission(shown)
            number = tab.count(shown) if shown else 0
            self.tabs.setTabText(place, f"{tab.heading} ({number:,})" if number else tab.heading)
        if shown is None:
            self.title.setText(NOTHING)
            return
        one = shown.one
        self.look.say(state_words(one), *state_look(one.state))
        self.title.setText(f"{one.name}  {one.details.title}".strip())
        due = f"Deadline {deadline_words(one, shown.today)}" if one.deadline or one.deadline_words else ""
        self.about.setText(" · ".join(part for part in (one.kind.name, due) if part))
        words = shown.next_step
        if blocked(shown):
            words = "Mend what stands in the way, then freeze it"
        self.next.setText(f"Next: {words[:1].lower()}{words[1:]}" if words else shown.ended)
        self._fit_buttons(shown)

    def looked(self, submission_id: int, looked: Looked) -> None:
        """What was gathered meanwhile, if this submission is still the one shown."""
        if self.shown is not None and self.shown.one.id == submission_id:
            self.show_submission(replace(self.shown, looked=looked))

    def _fit_buttons(self, shown: ShownSubmission) -> None:
        """Show the verbs that its state allows; the one that comes next is the primary one."""
        one = shown.one
        draft, frozen = one.state is SubmissionState.DRAFT, one.state is SubmissionState.FROZEN
        chosen = "" if blocked(shown) else next_verb(shown)
        allowed = {
            *(("freeze", "edit", "preview", "remove") if draft else ()),
            *(("export",) if frozen or one.state is SubmissionState.SUPERSEDED else ()),
            *(("withdraw",) if frozen else ()),
            *(("send",) if can_be_sent(one, shown.routes) else ()),
            *(("tell",) if one.state is SubmissionState.WITHDRAWN and to_tell(shown.deliveries) else ()),
            *(("another",) if one.state is SubmissionState.WITHDRAWN else ()),
            *(("newest",) if one.state is SubmissionState.SUPERSEDED else ()),
            *(("version",) if frozen and shown.newest else ()),
            *(kind.value for standing in one.recipients for kind in standing.next if kind.value == chosen),
            *(("comments",) if one.open_comments and self._has("Comments") else ()),
        }
        for name, made in self.buttons.items():
            made.setVisible(name in allowed)
            made.setEnabled(name in READS or not self.context.workspace.read_only)
            role = "primary" if name == chosen else ""
            if (made.property("role") or "") != role:
                set_role(made, role=role)

    def _has(self, heading: str) -> bool:
        return any(tab.heading == heading for tab in self._tabs)

    @staticmethod
    def _asker(asks: PaneAsks, name: str) -> Callable[[], object]:
        return lambda: asks.do(name)

    def primary(self) -> Sequence[QPushButton]:
        """The button of the next step; none when nothing is to be done."""
        return [made for made in self.buttons.values() if made.property("role") == "primary" and not made.isHidden()]


def blocked(shown: ShownSubmission) -> bool:
    """Whether something is known to stand in the way of freezing a draft."""
    report = shown.looked.report if shown.looked else None
    return report is not None and not shown.one.state.locked and bool(report.blocked)
