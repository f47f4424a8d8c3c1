"""Endpoints: where submissions are sent to, how it stands with each, and what they offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop.changes import Subject
from desktop.jobs import Job
from desktop.submissions.model import Choice
from desktop.sync.model import Certificate, Conflict, Endpoint, EndpointLine, Offer
from desktop.sync.overlapping import overlaps
from ui.dropping import Drop, files_in_words
from ui.job_runner import Running
from ui.pages.endpoints_empty import EmptyPlace
from ui.pages.endpoints_verbs import EndpointVerbs
from ui.pages.page import Page
from ui.pages.payloads import ShowEndpoint
from ui.sync_now import is_round
from ui.widgets.basics import button
from ui.widgets.endpoint_list import EndpointList, row_of
from ui.widgets.endpoint_news import EndpointNews
from ui.widgets.endpoint_pane import EndpointPane, ShownEndpoint
from ui.widgets.kept_focus import switch
from ui.widgets.menu_button import MenuButton
from ui.widgets.split_sizes import kept_sizes, put_sizes_back

EMPTY, LIST = range(2)
BUNDLE, INVITATIONS = ".zip", frozenset({".json", ".invitation", ".mhhs-invitation"})
"""Endings of what can be dropped here."""


@dataclass(frozen=True)
class AllEndpoints:
    """All that the page shows, read in one job."""

    endpoints: tuple[Endpoint, ...] = ()
    """Those in use by name, then those that are not used any more."""
    lines: Mapping[int, EndpointLine] = field(default_factory=dict)
    recipients: tuple[Choice, ...] = ()
    offers: tuple[Offer, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def in_use(self) -> tuple[Endpoint, ...]:
        """Those that are used."""
        return tuple(one for one in self.endpoints if not one.removed)

    @property
    def names(self) -> dict[str, str]:
        """What recipients are called."""
        return {one.id: one.title for one in self.recipients}


class EndpointsPage(Page):
    """The list with what came from endpoints below it, and the pane of the chosen one."""

    id = "endpoints"
    title = "Endpoints"
    icon = "endpoints"
    subjects = frozenset({Subject.ENDPOINTS, Subject.DELIVERIES, Subject.INBOX, Subject.CONTENT, Subject.PARTICIPANT})

    def build(self) -> None:
        context, theme = self.context, self.context.theme
        self.verbs = EndpointVerbs(context, self)
        self.all = AllEndpoints()
        self.certificates: dict[int, Certificate] = {}
        self._wanted: int | None = None
        self._kept: dict[str, object] = {}
        self._show_removed = False
        self._round = 0  # of reading: what an earlier one brings is passed over
        self.more_button = MenuButton("More", "More about endpoints")
        self.add_button = button("Add an endpoint…", self.verbs.add)
        self.sync_button = button("Sync now", self.verbs.sync, role="primary", tip="With every endpoint that is in use")
        for made in (self.more_button, self.add_button, self.sync_button):
            self.header.add_action(made)
        self.empty = EmptyPlace(theme, self.verbs.add, self.verbs.add_from_file)
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
        workspace, removed = self.context.workspace, self._show_removed
        self._round += 1
        this = self._round

        def work(_job: Job) -> AllEndpoints:
            every = workspace.endpoints.endpoints(removed=True)
            used = tuple(one for one in every if not one.removed)
            gone = tuple(one for one in every if one.removed)
            if not every:
                return AllEndpoints()
            return AllEndpoints(
                used + (gone if removed or not used else ()),
                {one.endpoint_id: one for one in workspace.sync.lines()},
                workspace.submissions.recipients(),
                workspace.inbox.offers(),
                workspace.inbox.conflicts(),
            )

        def came(read: AllEndpoints) -> None:
            if this == self._round:
                self._fill(read)

        self.context.read("Reading the endpoints", work, came)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowEndpoint):
            self.show_id(payload.endpoint_id)

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        endings = {path.suffix.lower() for path in paths}
        what = files_in_words(paths)
        if endings == {BUNDLE}:
            words = f"Drop to take in {what} as a return bundle"
        elif endings <= INVITATIONS and len(paths) == 1:
            words = f"Drop to add an endpoint from the invitation {what}"
        else:
            return None
        if self.context.workspace.read_only:
            return Drop("no", paths[0], "This workspace is open for reading only: nothing can be taken in")
        return Drop("page", paths[0], words)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        if paths[0].suffix.lower() in INVITATIONS:
            self.verbs.add(paths[0])
        else:
            self.verbs.import_bundle(paths)

    def state(self) -> dict[str, object]:
        return dict(self._kept)

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split", "chosen") if name in state}
        put_sizes_back(self.split, state.get("split"))
        chosen = state.get("chosen")
        if isinstance(chosen, int) and not isinstance(chosen, bool):
            self._wanted = chosen

    # -- what the verbs ask --------------------------------------------------------------------------------------------

    def chosen(self) -> Endpoint | None:
        """The endpoint that a command is about: one that is in use."""
        number = self.list.current_id() if self.stack.currentIndex() == LIST else None
        return next((one for one in self.all.in_use if one.id == number), None)

    def show_id(self, endpoint_id: int) -> None:
        """Put the cursor on one, now or once it is read."""
        self._wanted = endpoint_id
        if any(one.id == endpoint_id for one in self.all.endpoints):
            self._fill(self.all)

    def tested(self, endpoint_id: int, certificate: Certificate | None) -> None:
        """Keep what a test found, for the pane; it is forgotten with the window."""
        if certificate is not None:
            self.certificates[endpoint_id] = certificate
        self._show_chosen()

    @property
    def shows_removed(self) -> bool:
        """Whether those that are not used any more are listed too."""
        return self._show_removed

    def show_removed(self) -> None:
        """List those that are not used any more, or leave them out again."""
        self._show_removed = not self._show_removed
        self.refresh(self.subjects)

    # -- how -----------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        context, theme = self.context, self.context.theme
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        self.list = EndpointList(theme)
        self.list.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        self.list.chosen.connect(self._chose)
        self.list.customContextMenuRequested.connect(self._row_menu)
        self.list.removing.connect(lambda: self.verbs.do("remove"))
        self.list.itemActivated.connect(lambda _item: self.verbs.do("edit"))
        self.news = EndpointNews(theme, self.verbs.offers, self.verbs.conflicts)
        column.addWidget(self.list, 1)
        column.addWidget(self.news)
        self.pane = EndpointPane(context, self.verbs)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self.pane)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        self.split.splitterMoved.connect(lambda _at, _index: self._kept.update(split=kept_sizes(self.split)))
        return self.split

    def _fill(self, read: AllEndpoints) -> None:
        self.all = read
        self.stack.setCurrentIndex(LIST if read.endpoints else EMPTY)
        for made in (self.add_button, self.sync_button):
            made.setVisible(bool(read.endpoints))
        now, names = self.context.clock(), read.names
        wanted = self._wanted if any(one.id == self._wanted for one in read.endpoints) else None
        if wanted is not None:  # else it is added meanwhile: what is read next holds it
            self._wanted = None
        self.list.fill(
            [row_of(one, None if one.removed else read.lines.get(one.id), names, now) for one in read.endpoints], wanted
        )
        self.news.fill(read.offers, read.conflicts)
        self.header.set_subtitle("Where submissions are sent to, and what comes back" if read.endpoints else "")
        self._show_chosen()

    def _chose(self, number: int) -> None:
        if number >= 0:
            self._kept["chosen"] = number
        self._show_chosen()

    def _show_chosen(self) -> None:
        number = self.list.current_id()
        one = next((each for each in self.all.endpoints if each.id == number), None)
        shown = None
        if one is not None:
            line = None if one.removed else self.all.lines.get(one.id)
            names, now = self.all.names, self.context.clock()
            told = () if one.removed else overlaps(one, self.all.in_use, names)
            shown = ShownEndpoint(one, line, names, now, self.certificates.get(one.id), told)
        self.pane.show_endpoint(shown)
        self._enable()

    def _enable(self) -> None:
        self.context.commands.refresh()
        self.pane.enable(self.verbs.possible())
        switch(self.sync_button, self.verbs.may_sync())
        self.sync_button.setText("Syncing…" if self.verbs.syncing else "Sync now")
        for made in (self.add_button, self.empty.add_button, self.empty.file_button):
            made.setEnabled(not self.context.workspace.read_only)

    def _row_menu(self, at: QPoint) -> None:
        if self.chosen() is None:
            return
        menu = QMenu(self.list)
        for group in self.verbs.row_menu():
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addActions([self.context.commands.action(name) for name in group])
        menu.exec(self.list.viewport().mapToGlobal(at))
        menu.deleteLater()

    def _job_moved(self, running: object) -> None:
        """What can be done changes while something writes or syncs."""
        if self.context.open_workspace is None:  # the job that closed it: the page goes with it
            return
        if isinstance(running, Running) and (running.writes or is_round(running)):
            self._enable()
