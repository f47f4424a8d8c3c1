"""The main window: holds the pages and knows none of their insides."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.clock import Clock
from ui.changes_hub import ChangesHub
from ui.commands import Command, Commands
from ui.context import Context, Tone
from ui.dialogs.about import AboutDialog
from ui.dialogs.error_report import ErrorReportDialog
from ui.dialogs.palette import PaletteDialog
from ui.dialogs.shortcuts import ShortcutsDialog
from ui.job_runner import JobRunner
from ui.known_commands import page_commands
from ui.menu_bar import fill_menus
from ui.own_settings import OwnSettings
from ui.pages import PAGES
from ui.pages.page import Page
from ui.pages.welcome import WelcomePage
from ui.recent import RecentList
from ui.record_finder import find_records
from ui.shell_commands import shell_commands
from ui.sync_keeper import HowSyncStands, SyncKeeper
from ui.sync_now import is_round
from ui.theme.theme import Appearance, Theme
from ui.told_of_sync import ToldOfSync
from ui.undo import UndoMenu
from ui.warming import warm
from ui.widgets.banner import Banner
from ui.widgets.drop_overlay import DropOverlay
from ui.widgets.job_strip import JobStrip
from ui.widgets.passing_message import PassingBar
from ui.widgets.rail import Rail
from ui.widgets.sync_status import SyncStatus
from ui.window_drops import WindowDrops
from ui.workspace_door import WorkspaceDoor

if TYPE_CHECKING:
    from ui.widgets.table_panel import TablePanel

MESSAGE_FOR = 8000
"""Milliseconds that a passing message stays in the status bar."""


class _FollowVisible(QObject):
    """Hides the frame around a banner while the banner is hidden, so that it leaves no gap."""

    def __init__(self, banner: Banner, frame: QFrame) -> None:
        super().__init__(banner)
        self._frame = frame

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._frame.setVisible(event.type() == QEvent.Type.ShowToParent)
        return False


class MainWindow(QMainWindow):
    """The shell: rail, pages, messages, status bar, menus. Implements `ui.context.Shell`."""

    def __init__(
        self,
        theme: Theme,
        settings: QSettings,
        own: OwnSettings,
        jobs: JobRunner,
        *,
        actor: str,
        clock: Clock,
        root: Path | None,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("MHHS Desk")
        self.setAcceptDrops(True)
        jobs.setParent(self)
        commands = Commands(self, theme)
        self.context = Context(self, jobs, ChangesHub(self), commands, theme, settings, own, actor, clock)
        self.undo = UndoMenu(self.context)
        self.door = WorkspaceDoor(self.context, RecentList(own, root), self, self._closing)
        self.sync = SyncKeeper(self.context, self)
        self._pages: dict[str, Page] = {}
        self._trail: list[str] = []
        self._asked: Command | None = None
        commands.page_titles = {entry.id: entry.title for entry in PAGES}
        commands.ask_on_page = self.ask_on_page
        self._lay_out()
        commands.add(*shell_commands(self))
        commands.add_provider(partial(find_records, self.context))
        commands.changed.connect(self._fill_menus)
        self._welcome = WelcomePage(self.context, self.door)
        self._stack.addWidget(self._welcome)
        self.door.opened.connect(self._opened)
        self.door.closed.connect(self._closed)
        jobs.started.connect(lambda _running: commands.refresh())
        jobs.ended.connect(self._job_ended)
        jobs.plain_failure.connect(lambda text: self.show_message(text, Tone.ERROR))
        jobs.fault.connect(self.show_fault)
        self.context.hub.changed.connect(lambda _changes: self._fill_status())
        self._fill_menus()
        self._closed()
        self._restore_geometry()

    # -- what pages ask for ------------------------------------------------------------------------------------------

    def show_message(self, text: str, tone: Tone) -> None:
        """Information and success pass by in the status bar; a warning or a failure stays in the banner."""
        if tone in (Tone.INFO, Tone.GOOD):
            self._banner.hide()
            self._bar.pass_by(text, MESSAGE_FOR)
        else:
            self._bar.clearMessage()  # what passed by before is over
            self._banner.say(text, tone)

    def show_page(self, page_id: str, payload: object = None) -> None:
        """Bring a page to the front, building it if this is the first time."""
        if self.context.open_workspace is None:
            return
        page = self._page(page_id)
        if self.current is not page and self.current is not self._welcome and self.current is not None:
            self._trail.append(self.current.id)
        self._show(page)
        if payload is not None:
            page.open(payload)

    def ask_on_page(self, command: Command) -> None:
        """Show the page of a command and run it there, once the page has read what it shows.

        What acts on chosen rows at once, without a question, is left to the person: on the page they see the rows.
        """
        self.show_page(command.page)
        there = self.context.commands.get(command.id)
        if there.whole or there.text.endswith("…"):
            self._asked = there
            self._run_asked()
        else:
            words = self.context.commands.words(there)
            self.show_message(f"Choose the rows for “{words}” here, then ask for it again.", Tone.INFO)

    def _run_asked(self) -> None:
        command = self._asked
        if command is None:
            return
        if self.current is None or self.current.id != command.page:
            self._asked = None
        elif command.enabled():
            self._asked = None
            self.context.commands.run(command.id)
        elif not self.context.jobs.running():
            self._asked = None
            words = self.context.commands.words(command).removesuffix("…")
            table = None if command.whole else self.table()
            first = " No row is chosen: choose one first." if table is not None and table.current_id() is None else ""
            self.show_message(f"“{words}” cannot be done here now.{first}", Tone.INFO)

    # -- what commands do --------------------------------------------------------------------------------------------

    @property
    def current(self) -> Page | None:
        """The page in front."""
        page = self._stack.currentWidget()
        return page if isinstance(page, Page) else None

    def table(self) -> TablePanel | None:
        """The table that the table commands are about."""
        return self.current.table() if self.current else None

    def can_go_back(self) -> bool:
        """Whether another page was in front before."""
        return bool(self._trail)

    def go_back(self) -> None:
        """Show the page that was in front before."""
        if self._trail:
            self._show(self._page(self._trail.pop()))

    def refresh_page(self) -> None:
        """Read the page in front again."""
        if self.current:
            self.current.refresh(self.current.subjects)

    def open_sample(self) -> None:
        """Open the sample workspace, building it first when it is not there."""
        self.door.enter_sample()

    def close_workspace(self) -> None:
        """Close the workspace and show the welcome page."""
        self.door.close()

    def choose_appearance(self, appearance: Appearance) -> None:
        """Take another appearance and remember it."""
        self.context.own.change(theme=appearance.value)
        self.context.theme.choose(appearance)
        self.context.commands.refresh()

    def show_palette(self) -> None:
        """Ask what to find and run it."""
        dialog = PaletteDialog(self, self.context.commands, self.context.theme)
        dialog.exec()
        chosen = dialog.chosen
        dialog.deleteLater()
        if chosen:
            chosen.run()

    def show_shortcuts(self) -> None:
        """Show every key."""
        dialog = ShortcutsDialog(self, self.context.commands)
        dialog.exec()
        dialog.deleteLater()

    def show_about(self) -> None:
        """Show version and licences."""
        dialog = AboutDialog(self, self.context.theme)
        dialog.exec()
        dialog.deleteLater()

    def hide_notices(self) -> None:
        """Take the read-only notice away, for pictures."""
        self._notice.hide()

    def show_fault(self, doing: str, trace: str) -> None:
        """Show the report of a fault of ours; one at a time."""
        if self.findChild(ErrorReportDialog) is None:
            dialog = ErrorReportDialog(self, doing, trace)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    # -- the workspace comes and goes --------------------------------------------------------------------------------

    def _opened(self) -> None:
        workspace = self.context.workspace
        self._rail.set_open(True)
        self.context.commands.add(*page_commands())
        if workspace.read_only:
            self._notice.say(f"Open for reading only. {workspace.read_only_reason}", Tone.WARNING)
        if workspace.notices:
            # One message, a line each: the banner shows the last one it was told.
            self.show_message("\n".join(workspace.notices), Tone.WARNING)
        self.undo.refresh()
        self._fill_status()
        self.sync.opened()
        first = str(self.context.settings.value("page", ""))
        known = [entry.id for entry in PAGES]
        if known:
            self.show_page(first if first in known else known[0])
        if not self.context.jobs.serial:
            now = self.context.clock().date()
            self.context.jobs.run("Getting pages ready", partial(warm, now), quiet=True)

    def _closed(self) -> None:
        self._show(self._welcome)
        for page in self._pages.values():
            self._stack.removeWidget(page)
            page.deleteLater()
        self.context.commands.remove_of_pages()
        self._pages.clear()
        self._trail.clear()
        self._notice.hide()
        self._rail.set_open(False)
        self._rail.set_name("")
        self.setWindowTitle("MHHS Desk")
        self._where.setText("")
        self.undo.refresh()

    def _closing(self) -> None:
        self._remember_pages()
        self.sync.stop()

    def _remember_pages(self) -> None:
        settings = self.context.settings
        if self.current and self.current is not self._welcome:
            settings.setValue("page", self.current.id)
        for page in self._pages.values():
            if page.built:
                page.closing()
                settings.setValue(f"pages/{page.id}", json.dumps(page.state()))

    def _page(self, page_id: str) -> Page:
        if page_id not in self._pages:
            entry = next(entry for entry in PAGES if entry.id == page_id)
            page = entry.load()(self.context)
            self._pages[page_id] = page
            self._stack.addWidget(page)
        return self._pages[page_id]

    def _show(self, page: Page) -> None:
        self._stack.setCurrentWidget(page)
        self._rail.choose(page.id)
        self.context.commands.current_page = page.id
        try:
            remembered = json.loads(str(self.context.settings.value(f"pages/{page.id}", "{}")))
        except ValueError:
            remembered = {}
        page.shown(remembered if isinstance(remembered, dict) else {})
        self.context.commands.refresh()

    def _job_ended(self, running: object) -> None:
        if getattr(running, "was_cancelled", False) and not getattr(running, "quiet", False):
            self.show_message("Cancelled: nothing was changed.", Tone.INFO)
        if is_round(running):
            self._told.say(self._banner.text or self._bar.currentMessage(), self.sync.now.lines)
        self.context.commands.refresh()
        if self._asked is not None:
            QTimer.singleShot(0, self, self._run_asked)

    def _fill_status(self) -> None:
        workspace = self.context.open_workspace
        if workspace is None:
            return
        name = workspace.participant.get().name
        self._rail.set_name(name)
        self.setWindowTitle(f"{name} – MHHS Desk")
        saved = self.context.clock().astimezone().strftime("%H:%M")
        self._where.setText(f"{workspace.folder.name} · {'reading only' if workspace.read_only else f'saved {saved}'}")

    def _fill_sync(self, found: HowSyncStands) -> None:
        if old := self._told.outdated(found.lines):
            if self._bar.currentMessage() == old:
                self._bar.clearMessage()
            if self._banner.text == old:
                self._banner.hide()
        self._sync_status.show_lines(found.lines, read_only=found.read_only)
        self._rail.set_badge("sending", found.needs_you, "needs you", "need you")
        self._rail.set_badge("endpoints", found.conflicts, "conflict", "conflicts")

    # -- Qt's own calls ------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.door.close():
            event.ignore()
            return
        self.context.jobs.shut_down()
        settings = self.context.settings
        settings.setValue("geometry", self.saveGeometry())
        settings.sync()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.drag(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.drag(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sync_status.fit(event.size().width())
        self._overlay.hide()

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = self.context.theme
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._rail = Rail(theme)
        self._rail.wanted.connect(lambda page_id: self.show_page(page_id, None))
        for entry in PAGES:
            self._rail.add(entry.id, entry.title, entry.icon, entry.group, at_bottom=entry.at_bottom)
        row.addWidget(self._rail)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._notice = Banner(theme, lasting=True)
        self._banner = Banner(theme)
        for banner in (self._notice, self._banner):
            frame = QFrame()
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(theme.px(5), theme.px(2), theme.px(5), 0)
            inner.addWidget(banner)
            banner.installEventFilter(_FollowVisible(banner, frame))
            frame.hide()
            column.addWidget(frame)
        self._stack = QStackedWidget()
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(middle)
        self._where = QLabel()
        self._where.setProperty("role", "small")
        self._where.setContentsMargins(0, 0, theme.px(3), 0)
        self._bar = PassingBar(self)
        self.setStatusBar(self._bar)
        self.statusBar().addPermanentWidget(JobStrip(self.context.jobs))
        self._told = ToldOfSync()
        self._sync_status = SyncStatus(theme, self.show_page, self.context.clock)
        self.statusBar().addPermanentWidget(self._sync_status)
        self.sync.stands.connect(self._fill_sync)
        self.statusBar().addPermanentWidget(self._where)
        self._overlay = DropOverlay(theme, self)
        self._drops = WindowDrops(self, self._overlay)
        self.setMinimumSize(QSize(820, 520))

    def _fill_menus(self) -> None:
        fill_menus(self.menuBar(), self.context.commands)

    def _restore_geometry(self) -> None:
        geometry = self.context.settings.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            screen = QApplication.primaryScreen().availableGeometry()
            self.resize(min(1280, round(screen.width() * 0.92)), min(800, round(screen.height() * 0.92)))

    def keys(self) -> list[QKeySequence]:
        """Every key in use, for tests."""
        return [key for action in self.actions() for key in action.shortcuts()]
