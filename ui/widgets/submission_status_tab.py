"""Where a submission stands: with each recipient, whether they would bounce it, and its frozen files."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.submissions.model import (
    CheckLine,
    CheckReport,
    EventKind,
    Outcome,
    RecipientStanding,
    RecipientState,
    SubmissionFile,
)
from desktop.sync.delivery_words import QUEUED, stands
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.widgets.basics import Card, button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.delivery_look import state_words
from ui.widgets.menu_button import MenuButton
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.pit_look import Look
from ui.widgets.record_pane import facts
from ui.widgets.submission_look import (
    CHOICES,
    check_heading,
    deadline_words,
    outcome_words,
    recipient_look,
    said_words,
    since_words,
    size_words,
    step_words,
)
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.submission_shown import PaneAsks, ShownSubmission
from ui.widgets.tab_order import buttons_of, tab_from
from ui.widgets.trace_links import Lines, LinkLine

NARROWEST = 44
"""Characters of text that the pane is wide at least."""
LISTED = 30
"""Rules of one list that are shown; the rest are counted."""
EXAMPLES = 5
"""Examples of one rule that are shown."""
SENDING = "Show how sending goes"
PLAINLY = "Exported is not sent, and received is not accepted: say each when it happens."


class StatusTab(PaneFrame):
    """The first tab of the pane."""

    heading = "Status"

    def __init__(self, context: Context, asks: PaneAsks) -> None:
        super().__init__(context, "Where the chosen submission stands", NARROWEST)
        self._asks = asks
        gap = context.theme.px(1)
        self.recipients = Lines(context.theme.px(3))
        self.plainly = label(PLAINLY, "small", wrap=True)
        self.recipients_card = self._card("Recipients", self.recipients, self.plainly)
        self.verdict = label("", wrap=True, selectable=True)
        self.checks = Lines(context.theme.px(2))
        self.as_of = label("", "small", wrap=True)
        self.again = button("Check again", lambda: asks.do("check"), tip="Gather it anew and hold the rules against it")
        self.check_card = self._card(
            "Would they bounce it?", self.verdict, self.checks, self.as_of, ButtonRow(self.again)
        )
        self.files = Lines(gap)
        self.files_card = self._card("Files", self.files)
        self.facts = label("", wrap=True, selectable=True)
        self.facts_card = self._card("What it is", self.facts)
        self.column.addStretch()
        self.show_submission(None)

    def as_widget(self) -> QWidget:
        return self

    def count(self, shown: ShownSubmission) -> int:
        return 0

    def show_submission(self, shown: ShownSubmission | None) -> None:
        for card in (self.recipients_card, self.check_card, self.files_card, self.facts_card):
            card.setVisible(shown is not None)
        if shown is None:
            return
        one = shown.one
        parts: list[QWidget] = [self._recipient(shown, standing) for standing in one.recipients]
        nobody = "Nobody gets it yet. Enter your roles under Settings, or choose recipients with “Edit…”."
        self.recipients.fill(parts or [label(nobody, "high", wrap=True)])
        self.plainly.setVisible(any(standing.next for standing in one.recipients))
        self._show_check(shown)
        self.files.fill(self._files(shown))
        self.files_card.setVisible(one.state.locked)
        details = one.details
        self.facts.setText(
            facts(
                (
                    ("Kind", one.kind.name or details.kind),
                    ("Deadline", deadline_words(one, shown.today)),
                    ("Personal data", CHOICES[details.mpan_choice]),
                    ("Covering note", details.covering),
                    ("Note for us", details.note),
                    ("Why a newer version", one.reason),
                    ("Prepared by", one.created_by),
                    ("Frozen by", one.frozen_by),
                )
            )
        )
        let_narrow(self)
        above = buttons_of([*self.recipients.shown(), *self.checks.shown()])
        below = [self.again, *buttons_of(self.files.shown())]
        tab_from(above[0] if above else self.again, [*above[1:], *below] if above else below[1:])

    # -- how -----------------------------------------------------------------------------------------------------------

    def _card(self, heading: str, *widgets: QWidget) -> Card:
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        self.column.addWidget(card)
        return card

    def _recipient(self, shown: ShownSubmission, standing: RecipientStanding) -> QWidget:
        """Who, how it stands in words, since when; and what may be said next as a menu."""
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label(standing.name or standing.recipient, "strong", wrap=True, selectable=True))
        look = Look(self.context.theme)
        look.say(standing.state.words, *recipient_look(standing.state))
        column.addWidget(look)
        if more := since_words(standing):
            column.addWidget(label(more, "small", wrap=True, selectable=True))
        if (event := shown.said_of(standing)) is not None:
            column.addWidget(label(f"“{event.note}”", wrap=True, selectable=True))
            column.addWidget(label(said_words(event), "small", wrap=True, selectable=True))
        if (sent := shown.delivery(standing.recipient)) is not None:
            if standing.state is not RecipientState.QUEUED or stands(sent) != QUEUED:  # else it stands above already
                told = state_words(sent, self.context.clock())
                column.addWidget(label(told, "small", wrap=True, selectable=True))
            way = LinkLine(SENDING, partial(self._asks.do, "sending"), theme=self.context.theme, icon="sending")
            way.setAccessibleName(f"{SENDING}, to {standing.name or standing.recipient}")
            column.addWidget(way)
        if form := (shown.forms or {}).get(standing.recipient):
            words = f"Freezing also fills their own form, {form}"
            column.addWidget(label(words, "small", wrap=True, selectable=True))
        row.addLayout(column, 1)
        mistaken = shown.said_last(standing.recipient)
        if standing.next or mistaken is not None:
            name = standing.name or standing.recipient
            made = MenuButton("Say…", f"Say what happened with {name}", "What happened, as far as you know")
            for kind in standing.next:
                made.menu_of.addAction(f"{step_words(kind)}…", partial(self._say, kind, standing.recipient))
            if mistaken is not None:
                made.menu_of.addSeparator()
                words = f"It was not {mistaken.kind.value}: take it back…"
                made.menu_of.addAction(words, partial(self._asks.take_back, mistaken))
            made.setEnabled(not self.context.workspace.read_only)
            row.addWidget(made)
        return part

    def _say(self, kind: EventKind, recipient: str) -> None:
        self._asks.say(kind, recipient)

    def _show_check(self, shown: ShownSubmission) -> None:
        looked, draft = shown.looked, not shown.one.state.locked
        self.again.setVisible(draft)
        report = looked.report if looked else None
        if looked is None:
            self.verdict.setText("Being gathered and checked…" if draft else "Being read…")
        elif report is None:
            self.verdict.setText(looked.problem or "Nothing can be said of it.")
        else:
            self.verdict.setText(check_heading(report.blocked, report.advised))
        self.checks.fill(self._lines(report) if report else [])
        passed = len(report.lines) - len(report.blocked) - len(report.advised) if report else 0
        when = "Checked as of" if draft else "As it was checked when it was frozen, as of"
        day = shown_date(report.as_of.isoformat()) if report else ""
        self.as_of.setText(
            f"{when} {day} against {report.pack}; {passed:,} of {len(report.lines):,} rules raised "
            "nothing. These rules are a help: what a recipient really says is theirs."
            if report
            else ""
        )
        self.as_of.setVisible(report is not None)

    def _lines(self, report: CheckReport) -> list[QWidget]:
        found: list[QWidget] = []
        for heading, role, lines in (
            ("In the way of freezing", "block", report.blocked),
            ("They may well ask about", "med", report.advised),
        ):
            if lines:
                found.append(label(heading, "strong"))
                found += [self._line(one, role) for one in lines[:LISTED]]
            if len(lines) > LISTED:
                found.append(label(f"and {len(lines) - LISTED:,} more", "small"))
        return found

    def _line(self, one: CheckLine, role: str) -> QWidget:
        """A rule with what it found, its examples, and the way to what to mend."""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        look = Look(self.context.theme)
        whose = f" ({one.recipient})" if one.recipient else ""
        failed = one.outcome is Outcome.FAILED and bool(one.detail)
        words = one.detail if failed else f"{outcome_words(one)}: {one.title}"
        look.say(f"{words}{whose}", "severity-block" if role == "block" else "info", role)
        look.setToolTip(f"The rule: {one.title}")
        column.addWidget(look)
        if one.detail and not failed:
            column.addWidget(label(one.detail, "small", wrap=True, selectable=True))
        for text, where in one.examples[:EXAMPLES]:
            column.addWidget(LinkLine(text, partial(self._asks.mend, where), theme=self.context.theme))
        if (more := one.count - min(len(one.examples), EXAMPLES)) > 0 and one.examples:
            column.addWidget(label(f"and {more:,} more", "small"))
        if one.mend is not None:
            way = LinkLine("Mend it", partial(self._asks.mend, one.mend), theme=self.context.theme)
            way.setAccessibleName(f"Mend: {one.title}")
            column.addWidget(way)
        return part

    def _files(self, shown: ShownSubmission) -> list[QWidget]:
        """The frozen files to save a copy of, then what was exported."""
        names = shown.recipients or {}
        found: list[QWidget] = []
        for one in (file for file in shown.files if file.role != "rows"):
            found.append(self._file(one, names))
        exported = list(dict.fromkeys(event.file_name for event in shown.events if event.file_name))
        if exported:
            found.append(label("Written so far", "small"))
        for name in exported:
            made = LinkLine(name, partial(self._asks.show_export, name), theme=self.context.theme, icon="open")
            made.setAccessibleName(f"Show {name} in its folder")
            made.setToolTip(f"Show {name} in the folder that was exported to last")
            found.append(made)
        return found or [label("None.", "muted")]

    def _file(self, one: SubmissionFile, names: object) -> QWidget:
        known = names if isinstance(names, dict) else {}
        whose = known.get(one.recipient, one.recipient)
        what = f", {whose}’s own template, filled" if one.role == "template" else f", for {whose}" if whose else ""
        words = f"Save a copy of {one.name}{what}"
        made = LinkLine(
            f"{words} ({size_words(one.size)})…", partial(self._asks.save_file, one), theme=self.context.theme,
            icon="file",
        )  # fmt: skip
        made.setToolTip(f"Byte for byte as it was frozen. SHA-256 {one.sha256}")
        return made
