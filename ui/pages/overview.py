"""Overview: what is open, who mends it, where it is going, what was not checked, and what comes next."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.agenda import GATE, MILESTONE, SUBMISSION, Due
from desktop.browse.view import Filter, Op, View
from desktop.changes import Subject
from desktop.cleanse.finding_table import DEFAULT_VIEW
from desktop.cleanse.model import Outcome, State
from desktop.cleanse.overview import Overview
from desktop.cleanse.work import counted
from desktop.jobs import Job
from desktop.sync.needing import Needing, needing
from ui.pages.page import Page
from ui.pages.payloads import ShowEvidence, ShowSubmission, ShowView, place_of
from ui.widgets.basics import Card, EmptyState, button, label, set_role
from ui.widgets.count_bars import CountBar, CountBars
from ui.widgets.import_button import import_button
from ui.widgets.pit_look import Look
from ui.widgets.trace_links import LinkLine
from ui.widgets.trend_chart import TrendChart

LISTED = 6
"""So many checks that did not run are named on the page; the rest are counted."""
DATES = 4
"""So many dates of testing are named."""
SOON = timedelta(days=14)
_SYNC = frozenset({Subject.DELIVERIES, Subject.ENDPOINTS, Subject.INBOX})
"""What changes again and again while something is sent; the rest of the page does not depend on it."""


class OverviewPage(Page):
    """Answers, from the top: how bad is it, what first, whose is it, is it getting better, what do I not know."""

    id = "overview"
    title = "Overview"
    icon = "overview"
    subjects = frozenset(
        {
            Subject.SNAPSHOTS,
            Subject.RUNS,
            Subject.FINDINGS,
            Subject.EXCEPTIONS,
            Subject.CONTENT,
            Subject.PARTICIPANT,
            Subject.PIT,
            Subject.DEFECTS,
            Subject.EVIDENCE,
            Subject.SUBMISSIONS,
            Subject.COMMENTS,
            *_SYNC,
            Subject.REQUESTS,
            Subject.SETTINGS,
        }
    )

    def build(self) -> None:
        self._every_date = False
        self._needing = Needing()
        self.import_button = import_button(self.context)
        self.report_button = button("Make the report…", self._report, role="primary")
        self.header.add_action(self.import_button)
        self.header.add_action(self.report_button)
        self.stack = QStackedLayout()
        start = import_button(self.context, "primary")
        self.stack.addWidget(
            EmptyState(
                self.context.theme,
                "overview",
                "No portfolio has been imported yet",
                "Import the file of your MPANs (CSV or Excel) and see within a minute what is wrong and who mends it.",
                start,
            )
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._content())
        self.stack.addWidget(scroll)
        self.body.addLayout(self.stack, 1)

    def refresh(self, subjects: frozenset[Subject]) -> None:
        today = clock.today(self.context.clock)
        cleanse, agenda = self.context.workspace.cleanse, self.context.workspace.agenda

        def work(_job: Job) -> tuple[Overview, tuple[Due, ...]]:
            return cleanse.overview(today), agenda.due(today)

        if not subjects <= _SYNC:
            self.context.read("Reading the overview", work, self._fill)
        if subjects & _SYNC:
            self._read_needing()

    def _read_needing(self) -> None:
        workspace = self.context.workspace

        def work(_job: Job) -> Needing:
            if not workspace.endpoints.endpoints(removed=True):
                return Needing()
            return needing(workspace.outbox.deliveries(done=False), workspace.inbox.conflicts())

        self.context.read("Reading what needs you", work, self._fill_needing)

    def _fill_needing(self, found: Needing) -> None:
        self._needing = found
        self.needing.say(found.words, "warning", "high")
        for part in (self.needing, self.needing_action):
            part.setVisible(bool(found.words))
        self.needing_action.setText("Go to Sending" if found.where == "sending" else "Go to Endpoints")

    def _content(self) -> QWidget:
        theme = self.context.theme
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, theme.px(1), 0)
        grid.setSpacing(theme.px(3))
        self.notice = label("", wrap=True)
        self.notice_action = button("Check it now", self._check_now)
        notice = QHBoxLayout()
        notice.addWidget(self.notice, 1)
        notice.addWidget(self.notice_action)
        self.needing = Look(theme)
        self.needing_action = button("Go to Sending", lambda: self.context.navigate(self._needing.where))
        wanting = QHBoxLayout()
        wanting.addWidget(self.needing, 1)
        wanting.addWidget(self.needing_action)
        notices = QVBoxLayout()
        notices.addLayout(wanting)
        notices.addLayout(notice)
        grid.addLayout(notices, 0, 0, 1, 12)
        for part in (self.needing, self.needing_action):
            part.hide()
        self.figures: dict[str, tuple[QLabel, QLabel]] = {}
        for place, (name, title) in enumerate(
            (
                ("open", "Open findings"),
                ("gone", "Gone since the last run"),
                ("clean", "Rows without a finding"),
                ("due", "To do"),
            )
        ):
            card = Card(title)
            figure, note = label("", "figure"), label("", "small", wrap=True)
            card.body.addWidget(figure)
            card.body.addWidget(note)
            card.body.addStretch()
            self.figures[name] = (figure, note)
            grid.addWidget(card, 1, place * 3, 1, 3)
        self.severity = CountBars(theme, lambda key: self._show("severity", key))
        self.party = CountBars(theme, lambda key: self._show("party", key))
        self.trend = TrendChart(theme)
        for place, (title, widget) in enumerate(
            (("By severity", self.severity), ("By who mends it", self.party), ("Trend over the runs", self.trend))
        ):
            card = Card(title)
            card.body.addWidget(widget, 1)
            grid.addWidget(card, 2, place * 4, 1, 4)
        self.not_checked, self.dates = QVBoxLayout(), QVBoxLayout()
        for title, layout, place, span in (
            ("What was not checked", self.not_checked, 0, 7),
            ("Next dates", self.dates, 7, 5),
        ):
            card = Card(title)
            layout.setSpacing(theme.px(2))
            card.body.addLayout(layout)
            card.body.addStretch()
            grid.addWidget(card, 3, place, 1, span)
        for column in range(12):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(4, 1)
        return content

    def _fill(self, found: tuple[Overview, tuple[Due, ...]]) -> None:
        overview, due = found
        no_portfolio = overview.snapshot is None and overview.unchecked_snapshot is None
        empty = no_portfolio and not due
        self.stack.setCurrentIndex(0 if empty else 1)
        self.report_button.setEnabled(overview.run is not None)
        self.import_button.setVisible(not empty)
        self.report_button.setVisible(not no_portfolio)
        self._overview = overview
        self.header.set_subtitle(_about(overview))
        waiting = overview.unchecked_snapshot
        notice = f"“{waiting.file_name}” has been imported but not checked yet." if waiting else ""
        self.notice.setText("No portfolio has been imported yet: nothing was checked." if no_portfolio else notice)
        self.notice.setVisible(waiting is not None or no_portfolio)
        self.notice_action.setVisible(waiting is not None)
        self.notice_action.setEnabled(not self.context.workspace.read_only)
        if empty:
            return
        self._fill_figures(overview, due)
        self.severity.fill(
            [
                CountBar(
                    c.key, c.title, c.open, _states(c.new, c.changed, c.accepted),
                    f"severity-{c.key.lower()}", c.key.lower(),
                )
                for c in overview.by_severity
            ]
        )  # fmt: skip
        self.party.fill(
            [CountBar(c.key, c.title, c.open, _states(c.new, c.changed, c.accepted), "user") for c in overview.by_party]
        )
        self.trend.fill(overview.trend)
        self._fill_not_checked(overview)
        self._fill_dates(overview, due)

    def _fill_figures(self, overview: Overview, due: tuple[Due, ...]) -> None:
        run, snapshot = overview.run, overview.snapshot
        still = sum(count.still for count in overview.by_severity)
        changed = sum(count.changed for count in overview.by_severity)
        parts = ((overview.new, "new"), (still, "still open"), (changed, "changed"))
        note = ", ".join(f"{count:,} {word}" for count, word in parts if count) or "Nothing is open."
        note += f"; {overview.accepted:,} accepted besides" if overview.accepted else ""
        if run is None:
            note = "Nothing was checked yet."
        self._figure("open", "–" if run is None else f"{overview.open:,}", note)
        first = run is None or run.previous_run is None
        fewer, more_than_one = overview.fewer_rows, "" if overview.fewer_rows == 1 else "s"
        proof = f"{fewer:,} row{more_than_one} fewer than the file before." if fewer else "Proved by the newest file."
        only = "" if run is None else "This was the first run."
        self._figure("gone", "–" if run is None else f"{overview.gone:,}", only if first else proof)
        if snapshot and run and snapshot.rows:
            share = overview.rows_without_findings / snapshot.rows
            blocked = f"{run.mpans_blocked:,} MPAN{'' if run.mpans_blocked == 1 else 's'} with a Block finding"
            self._figure(
                "clean", _percent(share), f"{overview.rows_without_findings:,} of {snapshot.rows:,}; {blocked}"
            )
        else:
            self._figure("clean", "–", "")
        late = sum(one.late for one in due)
        overdue = f"{overview.overdue + late:,} overdue" if overview.overdue or late else "Nothing overdue"
        ending = len(overview.expiring)
        soon = clock.today(self.context.clock) + SOON
        coming = overview.due_soon + sum(
            not one.late and one.kind != GATE and one.day is not None and one.day <= soon for one in due
        )
        notes = [f"{coming:,} due within {SOON.days} days" if coming else f"Nothing due within {SOON.days} days"]
        notes = [*([f"{late:,} of them in testing and cutover"] if late else []), *notes]
        notes += [f"{ending} exception{'s end' if ending > 1 else ' ends'} soon"] if ending else []
        self._figure("due", overdue, "; ".join(notes))
        set_role(self.figures["due"][0], role="figure" if overview.overdue or late else "title")

    def _figure(self, name: str, figure: str, note: str) -> None:
        self.figures[name][0].setText(figure)
        self.figures[name][1].setText(note)

    def _fill_not_checked(self, overview: Overview) -> None:
        _clear(self.not_checked)
        titles = {one.id: one.title for one in self.context.workspace.cleanse.catalogue()}
        for one in overview.not_checked[:LISTED]:
            words = "switched off" if one.outcome is Outcome.SKIPPED else "could not run"
            first = f"{one.check_id}  {titles.get(one.check_id, '')}"
            self.not_checked.addLayout(_pair(first, f"{words.capitalize()}: {one.reason}"))
        partly = len(overview.partly_checked)
        if words := rest_words(len(overview.not_checked) - LISTED, partly):
            self.not_checked.addWidget(label(words, "muted", wrap=True))
        if not overview.not_checked and not partly:
            words = "Every check ran." if overview.run else "Nothing has been checked yet."
            self.not_checked.addWidget(label(words, "muted"))

    def _fill_dates(self, overview: Overview, due: tuple[Due, ...]) -> None:
        _clear(self.dates)
        named = due if self._every_date else due[:DATES]
        for entry in named:
            self.dates.addLayout(self._due(entry))
        if more := len(due) - len(named):
            words = f"{more} more date{'' if more == 1 else 's'} of testing, cutover and submissions"
            self.dates.addWidget(button(words, lambda: self._name_all(overview, due), role="link"))
        for one in overview.next_dates:
            day = one.text if len(one.text) < 10 else f"{one.day:%d %b %Y}"
            plan = f"{one.title}; {_in_days(one.days)} (plan {one.plan}, suggested)"
            self.dates.addLayout(_pair(f"{day}  {one.id}", plan))
        for exception in overview.expiring[:3]:
            first = f"{exception.expires:%d %b %Y}  Exception for {exception.check_id} ends"
            self.dates.addLayout(_pair(first, f"{counted(exception.population)} open again then."))
        if not overview.next_dates and not overview.expiring and not due:
            self.dates.addWidget(label("No dates lie ahead.", "muted"))

    def _name_all(self, overview: Overview, due: tuple[Due, ...]) -> None:
        """Name every date, until the window is closed."""
        self._every_date = True
        self._fill_dates(overview, due)

    def _due(self, one: Due) -> QVBoxLayout:
        """A date of testing: the way to the thing itself, its day, and whether it has passed."""
        title = QHBoxLayout()
        title.setSpacing(self.context.theme.px(1))
        day = f"{one.day:%d %b %Y}" if one.day else "No day set"
        title.addWidget(label(f"Late, {day}", "block") if one.late else label(day, "" if one.day else "muted"))
        way = LinkLine(one.title, lambda: self._open(one))  # a long title is shortened: it would push the page out
        when = f"{'late since' if one.late else 'due'} {day}" if one.day else "no day set"
        way.setAccessibleName(f"{one.title}, {when}")
        title.addWidget(way)
        title.addStretch()
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(title)
        column.addWidget(label(one.detail, "small", wrap=True))
        return column

    def _open(self, one: Due) -> None:
        place = place_of(one.target) if one.target else None
        if one.kind == SUBMISSION:
            place = (
                ("requests", None) if one.submission_id is None else ("submissions", ShowSubmission(one.submission_id))
            )
        if one.evidence_id is not None:
            place = ("evidence", ShowEvidence(one.evidence_id))
        self.context.navigate(*(place or ("cutover" if one.kind == MILESTONE else "pit", None)))

    def _show(self, column: str, key: str) -> None:
        filters = (*DEFAULT_VIEW.filters, Filter(column, Op.IS_ANY, (key,)))
        self.context.navigate("cleanse", ShowView(View(filters=filters)))

    def _check_now(self) -> None:
        waiting = self._overview.unchecked_snapshot
        if waiting:
            today: date = clock.today(self.context.clock)
            cleanse = self.context.workspace.cleanse
            self.context.change("Checking the portfolio", lambda job: cleanse.run(waiting.id, today, job).changes)

    def _report(self) -> None:
        self.context.commands.run("report.make")


def rest_words(more: int, partly: int) -> str:
    """What is said of the checks that are not named: `more` that did not run, `partly` that ran in part."""

    def checks(count: int, middle: str, end: str) -> list[str]:
        return [f"{count} {middle}check{'' if count == 1 else 's'} {end}"] if count > 0 else []

    parts = checks(more, "more ", "did not run") + checks(partly, "", "ran in part")
    return f"{'; '.join(parts)}. The report lists them all." if parts else ""


def _about(overview: Overview) -> str:
    snapshot, run = overview.snapshot, overview.run
    if snapshot is None or run is None:
        return ""
    age = f"{snapshot.age_days} day{'' if snapshot.age_days == 1 else 's'}"
    if snapshot.extract_date:
        days = "today" if snapshot.age_days == 0 else f"{age} old"
        made = f"extracted {snapshot.extract_date:%d %b %Y}, {days}"
    else:
        made = f"imported {'today' if snapshot.age_days == 0 else f'{age} ago'}"
    return f"{snapshot.file_name} · {snapshot.rows:,} rows · {made} · checked as of {run.as_of:%d %b %Y}"


def _states(new: int, changed: int, accepted: int) -> str:
    parts = [(new, State.NEW.value.lower()), (changed, State.CHANGED.value.lower()), (accepted, "accepted")]
    return ", ".join(f"{count:,} {words}" for count, words in parts if count)


def _percent(share: float) -> str:
    # Never round up to the whole: 99.96 % clean is not clean.
    return "100 %" if share == 1 else f"{min(99.9, int(share * 1000) / 10):.1f} %"


def _in_days(days: int) -> str:
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days:,} days"


def _pair(first: str, then: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(label(first, wrap=True))
    column.addWidget(label(then, "small", wrap=True))
    return column


def _clear(layout: QBoxLayout) -> None:
    while item := layout.takeAt(0):
        if inner := item.layout():
            assert isinstance(inner, QBoxLayout)
            _clear(inner)
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
