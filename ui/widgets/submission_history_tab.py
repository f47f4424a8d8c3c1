"""What happened to a submission, and its other versions."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.submissions.model import Submission
from ui.context import Context
from ui.widgets.basics import Card, label
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.submission_look import event_words, state_words
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.submission_shown import PaneAsks, ShownSubmission
from ui.widgets.submission_status_tab import NARROWEST
from ui.widgets.trace_links import Lines, LinkLine


class HistoryTab(PaneFrame):
    """The tab about what became of it."""

    heading = "History"

    def __init__(self, context: Context, asks: PaneAsks) -> None:
        super().__init__(context, "What happened to the chosen submission", NARROWEST)
        self._asks = asks
        self.events = Lines(context.theme.px(2))
        self.events_card = self._card("What happened", self.events)
        self.versions = Lines(context.theme.px(1))
        self.versions_card = self._card("Versions", self.versions)
        self.column.addStretch()
        self.show_submission(None)

    def as_widget(self) -> QWidget:
        return self

    def count(self, shown: ShownSubmission) -> int:
        return 0

    def show_submission(self, shown: ShownSubmission | None) -> None:
        for card in (self.events_card, self.versions_card):
            card.setVisible(shown is not None)
        if shown is None:
            return
        lines: list[QWidget] = [
            label(event_words(one), "muted" if one.taken_back else "", wrap=True, selectable=True)
            for one in reversed(shown.events)
        ]
        self.events.fill(lines or [label("Nothing yet: it is a draft.", "muted", wrap=True)])
        self.versions.fill([self._version(shown, one) for one in shown.versions])
        let_narrow(self)

    def _version(self, shown: ShownSubmission, one: Submission) -> QWidget:
        words = f"{one.name}: {state_words(one)}"
        if one.id == shown.one.id:
            return label(f"{words} (shown)", wrap=True)
        return LinkLine(words, partial(self._asks.show_version, one.id), theme=self.context.theme)

    def _card(self, heading: str, *widgets: QWidget) -> Card:
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        self.column.addWidget(card)
        return card
