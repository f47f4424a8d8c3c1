"""Sending: what waits to be sent, what needs you, and what has a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedLayout, QWidget

from desktop.browse.view import View
from desktop.changes import Subject
from desktop.jobs import Job
from desktop.submissions.model import Submission
from desktop.sync.delivery_reading import WAITING
from desktop.sync.delivery_table import DeliveryTable, row_id, table_of
from desktop.sync.model import Delivery, DeliveryState, Endpoint
from ui.job_runner import Running
from ui.pages.page import Page
from ui.pages.payloads import ShowDelivery, ShowView
from ui.pages.sending_empty import EmptyPlace
from ui.pages.sending_verbs import SendingVerbs
from ui.sync_now import running_sync, sync_now
from ui.widgets.basics import button
from ui.widgets.delivery_look import look_of
from ui.widgets.delivery_pane import DeliveryPane, ShownDelivery
from ui.widgets.kept_focus import switch
from ui.widgets.menu_button import MenuButton
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_giving_way import GivingWay, Way
from ui.widgets.table_panel import TablePanel

EMPTY, LIST = range(2)
FACETS_FROM = 70
"""Heights of a line that the table must be wide to show facets: its rows are wide."""
FIRST_VIEW = View(columns=("stands", "ref", "title", "why", "endpoint"))
"""What is shown until a person chooses; how long it waits stands beside it."""
GIVING_WAY = (Way("title", 24), Way("why", 18), Way("endpoint", 14))
"""What is narrower where there is no room, first to last: what is long stands in full beside it."""
READ_ONLY = "Open for reading only: nothing is sent from here"


@dataclass(frozen=True)
class AllDeliveries:
    """All that the page shows, read in one job."""

    deliveries: tuple[Delivery, ...] = ()
    """Those that need the person first."""
    endpoints: Mapping[int, Endpoint] = field(default_factory=dict)
    """Those in use, by number."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of recipients, by id."""
    submissions: Mapping[int, Submission] = field(default_factory=dict)
    table: DeliveryTable | None = None
    """None: nothing was queued yet."""


class SendingPage(Page):
    """The table of deliveries and the pane of the chosen one."""

    id = "sending"
    title = "Sending"
    icon = "sending"
    subjects = frozenset({Subject.DELIVERIES, Subject.ENDPOINTS, Subject.SUBMISSIONS, Subject.PARTICIPANT})

    def build(self) -> None:
        context = self.context
        self.verbs = SendingVerbs(context, self)
        self.all = AllDeliveries()
        self._by_row: dict[int, Delivery] = {}
        self._wanted: ShowDelivery | None = None
        self._view: ShowView | None = None
        self._kept: dict[str, object] = {}
        self._round = 0  # of reading the pane: what an earlier one brings is passed over
        self._filling = False
        self.more_button = MenuButton("More", "More about what is sent")
        self.sync_button = button(
            "Sync now", lambda: sync_now(context), role="primary", tip="With every endpoint that is in use"
        )
        for made in (self.more_button, self.sync_button):
            self.header.add_action(made)
        self.empty = EmptyPlace(
            context.theme, lambda: context.navigate("endpoints"), lambda: context.navigate("submissions")
        )
        self.stack = QStackedLayout()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._content())
        self.stack.setCurrentIndex(LIST)  # that there is none is said once it is known
        self.body.addLayout(self.stack, 1)
        context.commands.add(*self.verbs.commands())
        for group in self.verbs.more():
            if not self.more_button.menu_of.isEmpty():
                self.more_button.menu_of.addSeparator()
            self.more_button.menu_of.addActions([context.commands.action(name) for name in group])
        context.jobs.started.connect(self._job_moved)
        context.jobs.ended.connect(self._job_moved)

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace, now = self.context.workspace, self.context.clock()

        def work(_job: Job) -> AllDeliveries:
            found = workspace.outbox.deliveries()
            endpoints = {one.id: one for one in workspace.endpoints.endpoints()}
            if not found:
                return AllDeliveries(endpoints=endpoints)
            names = {one.id: one.title for one in workspace.submissions.recipients()}
            every = {one.id: one for one in workspace.submissions.submissions()}
            return AllDeliveries(found, endpoints, names, every, table_of(found, endpoints, names, now))

        self.context.read("Reading what is sent", work, self._fill)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowDelivery):
            self._wanted = payload
            self._show_wanted()
        elif isinstance(payload, ShowView):
            self._view = payload
            if self.all.table is not None:
                self._show_view()

    def table(self) -> TablePanel | None:
        return self.panel if self.stack.currentIndex() == LIST else None

    def state(self) -> dict[str, object]:
        return dict(self._kept)

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split",) if name in state}
        put_sizes_back(self.split, state.get("split"))

    # -- what the verbs ask --------------------------------------------------------------------------------------------

    def chosen(self) -> Delivery | None:
        """The delivery that a command is about."""
        row = self.panel.current_id() if self.stack.currentIndex() == LIST else None
        return self._by_row.get(row) if row is not None else None

    def chosen_ones(self) -> tuple[Delivery, ...]:
        """All that are selected."""
        if self.stack.currentIndex() != LIST:
            return ()
        found = [self._by_row[row] for row in self.panel.selected_ids() if row in self._by_row]
        one = self.chosen()
        return tuple(found) or ((one,) if one else ())

    # -- how -----------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        context = self.context
        self.panel = TablePanel(context, "sending", title="What is sent")
        self.panel.looks = look_of
        self.panel.facets_from = FACETS_FROM
        GivingWay(self.panel, *GIVING_WAY)
        self.panel.row_menu = self.verbs.fill_menu
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self.verbs.show_submission())
        self.panel.selection_changed.connect(self._enable)
        self.panel.loaded.connect(lambda: self._explain(self.panel.current_id()))
        self.pane = DeliveryPane(context, self.verbs)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.panel)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 3)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 120, width * 60])
        self.split.splitterMoved.connect(lambda _at, _index: self._kept.update(split=kept_sizes(self.split)))
        return self.split

    def _fill(self, read: AllDeliveries) -> None:
        self.all = read
        self._by_row = {row_id(one.uuid): one for one in read.deliveries}
        self.header.set_subtitle(self._summary())
        self.empty.say(any_endpoint=bool(read.endpoints))
        self.stack.setCurrentIndex(LIST if read.table is not None else EMPTY)
        self.sync_button.setVisible(bool(read.endpoints))
        self.more_button.setVisible(read.table is not None)
        if read.table is None:
            self.pane.show_delivery(None)
            self._enable()
            return
        self._filling = True  # the pane is read once, when all is in its place
        before, shown = self.panel.current_id(), self.panel.source
        if not isinstance(shown, DeliveryTable):
            self.panel.set_source(read.table, FIRST_VIEW if self.panel.views.last() is None else None)
        elif shown.take(read.table):
            self.panel.rows_changed()  # place and selection stay: while something is sent this happens all the time
        else:
            self.panel.reload(before)
        self._show_view()
        self._show_wanted()
        self._filling = False
        self._explain(self.panel.current_id())

    def _summary(self) -> str:
        found = self.all.deliveries
        needs_you = sum(one.state is DeliveryState.NEEDS_YOU for one in found)
        waiting = sum(one.state.value in WAITING for one in found)
        received = sum(one.state is DeliveryState.RECEIVED for one in found)
        parts = [
            f"{needs_you:,} need{'s' if needs_you == 1 else ''} you" if needs_you else "",
            f"{waiting:,} waiting" if waiting else "",
            f"{received:,} received" if received else "",
            READ_ONLY if self.context.workspace.read_only else "",
        ]
        return " · ".join(part for part in parts if part)

    def _show_view(self) -> None:
        """Leave out what another page did not ask for."""
        view, self._view = self._view, None
        if view is not None:
            self.panel.apply(view.view)

    def _show_wanted(self) -> None:
        wanted = self._wanted
        if wanted is None or not self.all.deliveries:
            return
        self._wanted = None
        one = next((each for each in self.all.deliveries if wanted.fits(each)), None)
        if one is not None:
            self.panel.show_id(row_id(one.uuid))

    def _explain(self, row: object) -> None:
        if self._filling:
            return
        self._round += 1
        one = self._by_row.get(row) if isinstance(row, int) else None
        if one is None:
            self.pane.show_delivery(None)
            self._enable()
            return
        outbox, this, read, now = self.context.workspace.outbox, self._round, self.all, self.context.clock()

        def work(_job: Job) -> ShownDelivery:
            history = outbox.history(one.uuid)
            return ShownDelivery(
                one, read.endpoints.get(one.endpoint_id), outbox.parcel(one.uuid), history, read.names, now
            )

        def came(shown: ShownDelivery) -> None:
            if this == self._round:
                self.pane.show_delivery(shown)
                self._enable()

        self.context.read("Reading what is sent with it", work, came)

    def _enable(self) -> None:
        self.context.commands.refresh()
        self.pane.enable(self.verbs.possible(), {"hold": self.verbs.hold_words()})
        syncing = running_sync(self.context) is not None
        online = any(one.online for one in self.all.endpoints.values())
        self.sync_button.setText("Syncing…" if syncing else "Sync now")
        switch(self.sync_button, online and not syncing and not self.context.workspace.read_only)

    def _job_moved(self, running: object) -> None:
        """What can be done changes while something writes or syncs."""
        if self.context.open_workspace is None:  # the job that closed it: the page goes with it
            return
        if isinstance(running, Running) and (running.writes or not running.quiet):
            self._enable()
