"""Submissions: what is due to whom, what is drafted, what is out and unanswered, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import View
from desktop.changes import Subject
from desktop.content.pack import Pack
from desktop.jobs import Job
from desktop.submissions.model import DueSubmission, Event, Scope, Submission, SubmissionDetails, SubmissionState
from ui.dropping import Drop
from ui.job_runner import Running
from ui.pages.page import Page
from ui.pages.payloads import PrepareSubmission, ShowSubmission, ShowView
from ui.pages.submissions_drops import offered, take
from ui.pages.submissions_more import MORE, TABS
from ui.pages.submissions_verbs import SubmissionVerbs
from ui.widgets.basics import EmptyState, button
from ui.widgets.menu_button import MenuButton
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.submission_comments import CommentsTab
from ui.widgets.submission_due import DueList
from ui.widgets.submission_look import look_of
from ui.widgets.submission_pane import SubmissionPane
from ui.widgets.submission_shown import Looked, ShownSubmission, read_looked, read_shown
from ui.widgets.table_giving_way import GivingWay, Way
from ui.widgets.table_panel import TablePanel

if TYPE_CHECKING:
    from desktop.app import Workspace

Receiving = tuple[tuple[int, tuple[str, ...]], ...]
"""Endpoints by number, and for whom each receives: to be compared."""
EMPTY, LIST = range(2)
FACETS_FROM = 62
"""Heights of a line that the table must be wide to show facets: its rows are wide."""
FIRST_VIEW = View(
    columns=("ref", "title", "stands", "deadline", "comments"),
)
"""What is shown until a person chooses: a title says its kind already, and what is due who keeps us waiting."""
GIVING_WAY = (Way("title", 28), Way("stands", 22), Way("title", 18, through="deadline"))
"""Characters that tell “RTTM at a gate: PIT entry” from the exit, and hold “Exported only” with its icon.

Where that is not enough the title gives way to the deadline: a date that is cut is another date.
"""
ON_THE_WAY = frozenset({Subject.DELIVERIES, Subject.ENDPOINTS})
"""What changes again and again while something is sent."""
GIVEN_UP = "Checking was given up. “Check again” begins anew."
WHAT_IT_IS = (
    "A submission is what you hand over to BSC, REC, the DIP Manager or the Programme: a cleanse report, an RTTM at a "
    "gate, answers to an information request. You prepare a draft, check whether they would bounce it, and freeze it. "
    "From then on it is what was sent, for ever; you export it as a workbook and say what became of it."
)


@dataclass(frozen=True)
class AllSubmissions:
    """All that the list shows, read in one job."""

    pack: Pack
    submissions: tuple[Submission, ...]
    table: FrameTable
    due: tuple[DueSubmission, ...]
    receiving: Receiving
    """For whom endpoints receive: next steps hang on it."""


class SubmissionsPage(Page):
    """The list of what is due over the table, and the pane of the chosen one."""

    id = "submissions"
    title = "Submissions"
    icon = "submissions"
    subjects = frozenset(
        {
            Subject.SUBMISSIONS,
            Subject.DELIVERIES,
            Subject.ENDPOINTS,
            Subject.COMMENTS,
            Subject.TEMPLATES,
            Subject.REQUESTS,
            Subject.DECLARATIONS,
            Subject.EVIDENCE,
            Subject.CUTOVER,
            Subject.MILESTONES,
            Subject.PIT,
            Subject.REQUIREMENTS,
            Subject.RESULTS,
            Subject.DEFECTS,
            Subject.CONTENT,
            Subject.PARTICIPANT,
            Subject.RUNS,
            Subject.FINDINGS,
            Subject.EXCEPTIONS,
            Subject.SETTINGS,
        }
    )

    def build(self) -> None:
        context = self.context
        self.verbs = SubmissionVerbs(context, self)
        self._by_id: dict[int, Submission] = {}
        self._wanted: ShowSubmission | None = None
        self._view: ShowView | None = None
        self._looking: Running | None = None
        self._kept: dict[str, object] = {}
        self.comments: CommentsTab | None = None
        self._read = self._filling = False
        self._receiving: Receiving = ()
        self._round = 0  # of reading the pane: what an earlier one brings is passed over
        self.more_button = MenuButton("More", "More about submissions")
        self.prepare_button = button("New submission…", self.verbs.prepare, role="primary")
        self.header.add_action(self.more_button)
        self.header.add_action(self.prepare_button)
        self.prepare_first = button("New submission…", self.verbs.prepare, role="primary")
        empty = EmptyState(
            context.theme, "submissions", "Nothing has been handed over yet", WHAT_IT_IS, self.prepare_first
        )
        self.due = DueList(context, self.verbs.prepare_due, self.show_id)
        self.empty_place = QWidget()
        column = QVBoxLayout(self.empty_place)
        column.setContentsMargins(0, 0, 0, 0)
        self._empty_due = DueList(context, self.verbs.prepare_due, self.show_id)
        column.addWidget(self._empty_due)
        column.addWidget(empty, 1)
        self.stack = QStackedLayout()
        self.stack.addWidget(self.empty_place)
        self.stack.addWidget(self._content())
        self.stack.setCurrentIndex(LIST)  # that there is none is said once it is known
        self.body.addLayout(self.stack, 1)
        context.commands.add(*self.verbs.commands())
        for add_tab in TABS:
            self.pane.add_tab(add_tab(context, self))
        for add_more in MORE:
            add_more(context, self)
        self.more_button.setVisible(not self.more_button.menu_of.isEmpty())
        context.jobs.started.connect(self._job_moved)
        context.jobs.ended.connect(self._job_moved)

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace = self.context.workspace
        if self._read and subjects <= ON_THE_WAY:
            self._read_ways()
            return

        def work(_job: Job) -> AllSubmissions:
            service = workspace.submissions
            return AllSubmissions(
                service.pack(),
                service.submissions(),
                service.table(workspace.outbox.next_step),
                service.due(),
                _receiving(workspace),
            )

        self.context.read("Reading the submissions", work, self._fill)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowSubmission):
            self._show(payload)
        elif isinstance(payload, PrepareSubmission):
            scope = Scope(
                payload.gate, payload.plan_id, payload.request_id, tuple(payload.declarations), tuple(payload.evidence)
            )
            self.verbs.prepare(SubmissionDetails(payload.kind, scope=scope))
        elif isinstance(payload, ShowView):
            if self._read:
                self.panel.apply(payload.view)
            else:
                self._view = payload

    def may_close(self) -> str | None:
        return self.comments.may_close() if self.comments else None

    def closing(self) -> None:
        if self.comments:
            self.comments.save_at_once()

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        return offered(self.context, self, paths)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        take(self.context, self, paths[0])

    def table(self) -> TablePanel | None:
        return self.panel if self.stack.currentIndex() == LIST else None

    def shown(self, remembered: dict[str, object] | None = None) -> None:
        super().shown(remembered)
        self.verbs.way_back.take_away()  # the person is back

    def state(self) -> dict[str, object]:
        return dict(self._kept)

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split",) if name in state}
        put_sizes_back(self.split, state.get("split"))

    # -- what the verbs ask --------------------------------------------------------------------------------------------

    def chosen(self) -> Submission | None:
        """The submission that a command is about."""
        row = self.panel.current_id() if self.stack.currentIndex() == LIST else None
        return self._by_id.get(row) if row is not None else None

    def submissions(self) -> tuple[Submission, ...]:
        """All of them, newest first, as they were read last."""
        return tuple(self._by_id.values())

    def said_last(self) -> Event | None:
        """What was said last of the chosen one and may be taken back."""
        one, shown = self.chosen(), self.pane.shown
        if one is None or shown is None or shown.one.id != one.id:
            return None
        said = [event for each in one.recipients if (event := shown.said_last(each.recipient)) is not None]
        return max(said, key=lambda event: event.id, default=None)

    def show_id(self, submission_id: int) -> None:
        """Put the cursor on one, now or once it is read."""
        self._show(ShowSubmission(submission_id))

    def read_pane(self) -> None:
        """Read the chosen one anew: how it stands, then what it says and whether they would bounce it."""
        self._explain(self.panel.current_id())

    # -- how -----------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        context, theme, verbs = self.context, self.context.theme, self.verbs
        self.panel = TablePanel(context, "submissions", title="Submissions")
        self.panel.looks = look_of
        GivingWay(self.panel, *GIVING_WAY)
        self.panel.facets_from = FACETS_FROM
        self.panel.row_menu = verbs.fill_menu
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self._activated())
        self.panel.selection_changed.connect(context.commands.refresh)
        self.panel.loaded.connect(lambda: self._explain_new(self.panel.current_id()))
        self.pane = SubmissionPane(context, verbs)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(self.due)
        column.addWidget(self.panel, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(left)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 3)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 120, width * 60])
        self.split.splitterMoved.connect(lambda _at, _which: self._moved())
        return self.split

    def _fill(self, found: AllSubmissions) -> None:
        self._read, self._receiving = True, found.receiving
        self._by_id = {one.id: one for one in found.submissions}
        late = sum(one.late for one in found.due)
        drafts = sum(one.state is SubmissionState.DRAFT for one in found.submissions)
        comments = sum(one.open_comments for one in found.submissions)
        parts = [
            f"{len(found.due):,} due{f', {late:,} late' if late else ''}" if found.due else "Nothing is due",
            f"{drafts:,} draft{'' if drafts == 1 else 's'}" if drafts else "",
            f"{comments:,} comment{'' if comments == 1 else 's'} to answer" if comments else "",
            found.pack.label,
        ]
        self.header.set_subtitle(" · ".join(part for part in parts if part))
        for made in (self.prepare_button, self.prepare_first):
            made.setEnabled(not self.context.workspace.read_only)
        self.due.fill(found.due)
        self._empty_due.fill(found.due)
        self.stack.setCurrentIndex(LIST if self._by_id else EMPTY)
        self.prepare_button.setVisible(bool(self._by_id))
        view, self._view = self._view, None
        before = self.panel.current_id()
        self._filling = True  # the pane is read once, when all is in its place
        first = FIRST_VIEW if self.panel.source is None and self.panel.views.last() is None else None
        self.panel.set_source(found.table, view.view if view else first)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.submission_id in self._by_id:
            self._show(wanted)
        elif before is not None and found.table.position(before) is not None:
            self.panel.show_id(before)
        self._filling = False
        self._explain(self.panel.current_id())

    def _show(self, wanted: ShowSubmission) -> None:
        if wanted.submission_id not in self._by_id:
            self._wanted = wanted
            return
        self.panel.show_id(wanted.submission_id)
        if wanted.tab:
            self.pane.show_tab(wanted.tab)

    def _explain_new(self, row: object) -> None:
        """Rows were laid out anew: read the pane only when another one has the cursor now."""
        if self.pane.shown is None or self.pane.shown.one.id != row:
            self._explain(row)

    def _explain(self, row: object) -> None:
        if self._filling:
            return
        self._round += 1
        if self._looking is not None:
            self.context.jobs.cancel(self._looking)
            self._looking = None
        one = self._by_id.get(row) if isinstance(row, int) else None
        if one is None:
            self.pane.show_submission(None)
            self.context.commands.refresh()
            return
        workspace, number, this = self.context.workspace, one.id, self._round

        def came(shown: ShownSubmission) -> None:
            if this != self._round:  # another row was chosen meanwhile, or this one is read anew
                return
            self.pane.show_submission(shown)
            self.context.commands.refresh()
            self._look(number)

        self.context.read("Reading the submission", lambda _job: read_shown(workspace, number), came)

    def _read_ways(self) -> None:
        """Read only how sending goes: what the chosen one says is the same, and gathering it takes a while."""
        before, workspace = self.pane.shown, self.context.workspace

        def work(_job: Job) -> tuple[Receiving, ShownSubmission | None]:
            return _receiving(workspace), read_shown(workspace, before.one.id) if before is not None else None

        def came(found: tuple[Receiving, ShownSubmission | None]) -> None:
            receiving, shown = found
            if receiving != self._receiving:
                self.refresh(self.subjects)
                return
            now = self.pane.shown
            if now is not None and shown is not None and now.one.id == shown.one.id:
                self.pane.show_submission(replace(shown, looked=now.looked))
                self.context.commands.refresh()

        self.context.read("Reading how sending goes", work, came)

    def _look(self, number: int) -> None:
        """Gather what it says, which may take a while; given up when another one is chosen."""
        workspace, this = self.context.workspace, self._round

        def came(looked: Looked) -> None:
            if this == self._round:
                self._looking = None
                self.pane.looked(number, looked)
                self.context.commands.refresh()

        running = self.context.jobs.run(
            "Checking the submission",
            lambda job: read_looked(workspace, number, job),
            done=came,
            failed=lambda error: came(Looked(problem=str(error))),
            cancelled=lambda: came(Looked(problem=GIVEN_UP)),
        )
        if running in self.context.jobs.running():
            self._looking = running

    def _activated(self) -> None:
        """Double click or Return: the next step of a draft is to edit it; of a frozen one, to read it."""
        one = self.chosen()
        if one is None:
            return
        if not one.state.locked and self.context.can_write:
            self.verbs.edit()
        else:
            self.pane.tabs.setFocus()

    def _moved(self) -> None:
        self._kept["split"] = kept_sizes(self.split)

    def _job_moved(self, running: object) -> None:
        """What can be done changes while something writes."""
        if isinstance(running, Running) and running.writes:
            self.context.commands.refresh()


def _receiving(workspace: Workspace) -> Receiving:
    return tuple((one.id, one.recipients) for one in workspace.endpoints.endpoints())
