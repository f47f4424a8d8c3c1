"""Requests: what others ask of the participant, question by question, with answers that save by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Filter, Op
from desktop.changes import Subject
from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.requests.model import InfoRequest, Question
from desktop.requests.table import CHANGED, MISSING, OPEN
from ui.context import Tone
from ui.dropping import Drop
from ui.pages.page import Page
from ui.pages.payloads import ShowRequest, ShowTarget
from ui.pages.requests_empty import NothingInRequest, WithoutRequest
from ui.pages.requests_read import RequestData, Wanted, read
from ui.pages.requests_verbs import RequestVerbs
from ui.widgets.banner import Banner
from ui.widgets.basics import button
from ui.widgets.evidence_drop import AttachByDrop, Importing, area_of
from ui.widgets.request_look import called, look_of
from ui.widgets.request_pane import PaneVerbs, QuestionPane
from ui.widgets.request_strip import RequestChooser, RequestStrip
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

ENDINGS = frozenset({".csv", ".tsv", ".xlsx", ".xlsm"})
FACETS_FROM = 62
"""Heights of a line that the list must be wide to show facets: else the answers would be out of sight."""
FIGURE_FILTERS = {
    "open": Filter("state", Op.IS_ANY, (OPEN,)),
    "changed": Filter("look", Op.IS_ANY, (CHANGED,)),
    "missing": Filter("look", Op.IS_ANY, (MISSING,)),
}
PASTES = "Rows of a spreadsheet become questions; a screenshot or copied files become evidence of the chosen question"
NOTHING_YET = "What others ask of you, question by question, and what you answer."


class RequestsPage(Page):
    """The request at the top, its questions as a table, and the chosen one at the right."""

    id = "requests"
    title = "Requests"
    icon = "requests"
    subjects = frozenset({Subject.REQUESTS, Subject.EVIDENCE, Subject.CONTENT, Subject.PARTICIPANT, Subject.SETTINGS})

    def build(self) -> None:
        context = self.context
        self.verbs = RequestVerbs(context, self)
        self.data: RequestData | None = None
        self._source: tuple[int, FrameTable] | None = None
        self._request_id: int | None = None
        self._request_ref = ""
        self._wanted: int | None = None
        self._cursor: tuple[int | None, int] = (None, 0)
        self._round = 0
        self._kept: dict[str, object] = {}
        self._fill_header()
        self.stack = QStackedLayout()
        self.stack.addWidget(WithoutRequest(context, self.verbs))
        self.stack.addWidget(self._content())
        self.body.addLayout(self.stack, 1)
        self.stack.setCurrentIndex(1)
        context.commands.add(*self.verbs.commands())
        for made in self.attaching.commands(self.id, menu="Requests", group="4"):
            if made.run == self.attaching.paste:  # rows of a spreadsheet are questions, and need no chosen one
                made = replace(made, text="Paste", run=self.verbs.paste, hint=PASTES, enabled=self.verbs.can_add)  # noqa: PLW2901
            else:
                made = replace(made, enabled=partial(self._may_attach, made.enabled))  # noqa: PLW2901
            context.commands.add(made)
        self.verbs.fill_menu(self.chooser.menu_button.menu_of)

    # -- what the window asks for --------------------------------------------------------------------------------------

    def refresh(self, subjects: frozenset[Subject]) -> None:
        self._round += 1
        number, workspace, saves = self._round, self.context.workspace, self.verbs.saves
        wanted = Wanted(self._request_id, self._wanted, self._request_ref, self._source)

        def work(_job: Job) -> RequestData:
            return read(workspace, wanted)

        def came(data: RequestData) -> None:
            # What was read before an answer was saved would put the earlier one under who is writing; it is read anew.
            if number == self._round and saves == self.verbs.saves:
                self._fill(data)

        self.context.read("Reading the request", work, came)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowRequest):
            self._wanted = payload.question_id
            self.choose_request(payload.request_id)
        elif isinstance(payload, ShowTarget) and payload.target.kind is TargetKind.QUESTION:
            self.show_question(payload.target.id)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        return {**self._kept, "request": self._request_ref}

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split",) if name in state}
        put_sizes_back(self.split, state.get("split"))
        self._request_ref = str(state.get("request", ""))

    def may_close(self) -> str | None:
        self.pane.flush()
        if not (self.pane.answer.refused or self.pane.reason.refused):
            return None
        return "An answer that was typed could not be saved."

    def closing(self) -> None:
        self.verbs.save_at_once()

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        importable = len(paths) == 1 and paths[0].suffix.lower() in ENDINGS and paths[0].is_file()
        if self.request is not None and not self.request_open and not importable:
            words = f"{self.request.ref} is closed: open it again to attach evidence"
            return Drop("no", paths[0], words, area_of(self))
        full = self.request_open and self.stack.currentIndex() == 1
        if full and (found := self.attaching.drop(paths, at)) is not None:
            return found
        if not importable:
            return None
        if self.context.workspace.read_only:
            return Drop("no", paths[0], "This workspace is open for reading only: nothing can be taken")
        words = f"Drop to look at the questions in “{paths[0].name}” before taking any"
        return Drop("page", paths[0], words, area_of(self))

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        if self.request_open and self.stack.currentIndex() == 1 and self.attaching.drop(paths, at) is not None:
            self.attaching.dropped(paths, at)
        elif paths[0].suffix.lower() in ENDINGS:
            self.verbs.import_rows(paths[0])

    # -- what its parts ask --------------------------------------------------------------------------------------------

    @property
    def request(self) -> InfoRequest | None:
        """The request that is shown."""
        return self.data.request if self.data else None

    @property
    def request_open(self) -> bool:
        """Whether there is a request, and it was not closed."""
        return self.request is not None and not self.request.details.closed

    def has_chosen(self) -> bool:
        """Whether a question is chosen: asked at each change, so nothing is read."""
        return self.panel.has_current()

    def chosen(self) -> list[Question]:
        """The selected questions, else the one with the cursor; of one that is being written in the pane that one."""
        questions = self.data.questions if self.data else {}
        ids = self.panel.selected_ids()
        if len(ids) > 1:
            return [questions[one] for one in ids if one in questions]
        one = self.chosen_one()
        return [one] if one is not None else []

    def chosen_one(self) -> Question | None:
        """The question in the pane."""
        one = self.pane.question
        return self.data.questions.get(one.id) if self.data and one is not None else None

    def choose_request(self, request_id: int) -> None:
        """Show another request."""
        self._request_id = request_id
        if not self._stale:  # else the page reads itself anew anyway
            self.refresh(self.subjects)

    def want(self, question_id: int) -> None:
        """Put the cursor on a question that was just added, once it was read."""
        self._wanted = question_id

    def show_question(self, question_id: int) -> None:
        """Put the cursor on a question, of whichever request."""
        if self.data is None or question_id not in self.data.questions:
            self._wanted = question_id
            self.refresh(self.subjects)
        else:
            self.panel.show_id(question_id)
            self._explain(question_id)

    def step(self, by: int) -> None:
        """Go to the question below or above, in the order of the table; who is writing goes on writing."""
        source, one = self.panel.source, self.pane.question
        if source is None or not source.count():
            return
        place = source.position(one.id) if one is not None else None
        # What was answered may have left the view: then the one that took its place is the next.
        start = place if place is not None else self._cursor[1] - (1 if by > 0 else 0)
        there = min(max(0, start + by), source.count() - 1)
        if there != place:
            self.show_question(source.ids(there, 1)[0])

    def show_figure(self, name: str) -> None:
        """Show only the rows of a count of the head; all of them when only they are shown already."""
        only, view = FIGURE_FILTERS[name], self.panel.view
        counted = {one.column for one in FIGURE_FILTERS.values()}
        others = tuple(one for one in view.filters if one.column not in counted)
        self.panel.apply(replace(view, filters=others if only in view.filters else (*others, only)))

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _fill_header(self) -> None:
        writable = not self.context.workspace.read_only
        self.import_button = button("Import…", self.verbs.import_rows, tip="The questions from Excel or CSV")
        self.import_button.setAccessibleName("Import the questions of a request…")
        self.add_button = button("Add a question…", self.verbs.add)
        self.prepare_button = button(
            "Prepare submission…",
            self.verbs.prepare,
            role="primary",
            tip="Check the answers and freeze them to be sent",
        )
        for made in (self.import_button, self.add_button, self.prepare_button):
            made.setEnabled(writable)
            self.header.add_action(made)

    def _content(self) -> QWidget:
        context, theme = self.context, self.context.theme
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        self.notice = Banner(theme, lasting=True)
        self.chooser = RequestChooser()
        self.chooser.chosen.connect(self.choose_request)
        self.strip = RequestStrip(theme, self.show_figure)
        for widget in (self.notice, self.chooser, self.strip):
            column.addWidget(widget)
        self._make_panel()
        self.left = QStackedLayout()
        place = QWidget()
        place.setLayout(self.left)
        self.nothing = NothingInRequest(context, self.verbs)
        self.left.addWidget(self.panel)
        self.left.addWidget(self.nothing)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(place)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 3)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 112, width * 66])
        self.split.splitterMoved.connect(lambda _at, _which: self._kept.update(split=kept_sizes(self.split)))
        column.addWidget(self.split, 1)
        return content

    def _make_panel(self) -> None:
        context, verbs = self.context, self.verbs
        self.panel = TablePanel(context, "requests", title="Questions")
        self.panel.looks = look_of
        self.panel.facets_from = FACETS_FROM
        self.panel.row_menu = verbs.fill_row
        if not context.workspace.read_only:
            self.panel.edit_cell = verbs.edit_cell
        self.panel.current_changed.connect(self._moved)
        self.panel.activated.connect(lambda _row: context.commands.run("requests.answer"))
        self.panel.selection_changed.connect(context.commands.refresh)
        self.panel.loaded.connect(self._loaded)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.panel.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: context.commands.run("requests.remove"))
        self.pane = QuestionPane(
            context,
            PaneVerbs(
                verbs.save_answer, verbs.save_reason, self._hold, self._edit_one, self._remove_one,
                self.panel.table.setFocus,
            ),
        )  # fmt: skip
        self.attaching = AttachByDrop(
            self.panel, context, TargetKind.QUESTION, self._called, pane=self.pane.evidence,
            imports=Importing(ENDINGS, "questions", verbs.import_rows),
        )  # fmt: skip

    def _hold(self) -> None:
        self.context.commands.run("requests.confirm")

    def _edit_one(self) -> None:
        self.context.commands.run("requests.edit")

    def _remove_one(self) -> None:
        self.context.commands.run("requests.remove")

    # -- filling -------------------------------------------------------------------------------------------------------

    def _fill(self, data: RequestData) -> None:
        self.data = data
        one = data.request
        self._request_id = one.id if one else None
        self._request_ref = one.ref if one else self._request_ref
        self.stack.setCurrentIndex(1 if one else 0)
        self.header.set_subtitle(_subtitle(one))
        self.chooser.fill(data.requests, self._request_id)
        writable = not self.context.workspace.read_only and self.request_open
        self.add_button.setEnabled(writable)
        self.prepare_button.setEnabled(not self.context.workspace.read_only and bool(data.questions))
        self.nothing.enable(writable)
        self.left.setCurrentIndex(0 if data.questions else 1)
        self.pane.setVisible(bool(data.questions))
        if one is not None:
            self.strip.fill(one, data.today, data.days)
        if one is not None and one.details.closed:
            self.notice.say(f"{one.ref} is closed: its answers stay as they are. Request › Open the request again.",
                            Tone.INFO)  # fmt: skip
        else:
            self.notice.hide()
        self._fill_table(data)
        self.context.commands.refresh()

    def _fill_table(self, data: RequestData) -> None:
        wanted, self._wanted = self._wanted, None
        if data.table is None or data.request is None:
            self._explain(None)
            return
        same = self._source is not None and self._source[1] is data.table
        self._source = (data.request.id, data.table)
        if same:
            self.panel.reload(wanted if wanted is not None else self._cursor[0])
        else:
            self._cursor = (None, 0)  # it was of another request
            self.panel.set_source(data.table)
        if wanted is not None and wanted in data.questions:
            self.show_question(wanted)

    def _loaded(self) -> None:
        """The cursor stays where it was, on the next row when its own left the view; who is writing goes on writing."""
        source, one = self.panel.source, self.pane.question
        if one is not None and self.pane.typing and self.data is not None and one.id in self.data.questions:
            self._explain(one.id)
            return
        row, place = self._cursor
        if source is not None and source.count() and not self.panel.has_current() and row is None:
            self.panel.show_id(source.ids(0, 1)[0])
        elif row is not None and source is not None and source.position(row) is None and source.count():
            self.panel.show_id(source.ids(min(place, source.count() - 1), 1)[0])
        self._explain(self.panel.current_id())

    def _moved(self, row: object) -> None:
        if self.pane.typing:  # the rows were read anew under somebody who is writing
            return
        if isinstance(row, int):
            self._cursor = (row, self.panel.table.currentIndex().row())
        self._explain(row)

    def _explain(self, row: object) -> None:
        data = self.data
        one = data.questions.get(row) if data is not None and isinstance(row, int) else None
        before = data.said_before.get(one.id) if data is not None and one is not None else None
        writable = not self.context.workspace.read_only and self.request_open
        if one is not None and (place := self._place(one.id)) is not None:
            self._cursor = (one.id, place)
        self.pane.show_question(one, before, writable=writable)
        self.context.commands.refresh()

    def _place(self, question_id: int) -> int | None:
        source = self.panel.source
        return source.position(question_id) if source is not None else None

    def _may_attach(self, can: Callable[[], bool]) -> bool:
        return can() and self.request_open

    def _called(self, row: int) -> str:
        one = self.data.questions.get(row) if self.data else None
        return called(one) if one else "the question"


def _subtitle(one: InfoRequest | None) -> str:
    """The line under the page's title: which request, from whom, out of which document."""
    if one is None:
        return NOTHING_YET
    told = [one.ref, f"from {one.sender_name}" if one.sender_name else "", f"out of {one.source}" if one.source else ""]
    return " · ".join(text for text in told if text)
