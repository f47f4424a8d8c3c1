"""Keeps sync going while a workspace is open: begins it, wakes it, brings what it changed to the pages, ends it.

What the threads of sync tell comes to the window's thread by a signal and goes through the same hub as every other
change, gathered for a moment so that a long upload does not make every page read itself again ten times a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtNetwork import QNetworkInformation

from desktop.changes import Changes, Subject
from desktop.jobs import Job
from desktop.sync.model import EndpointLine, Tone
from ui import context as window_context
from ui.context import Context
from ui.job_runner import Running
from ui.system_proxies import system_proxy

if TYPE_CHECKING:
    from desktop.app import Workspace

GATHER = 250
"""Milliseconds for which what sync tells is gathered."""
AGES = 60_000
"""Milliseconds between two looks at how long things have waited."""
WAKE_AGAIN = 60.0
"""Seconds before coming back to the window wakes sync once more."""
PATIENCE = 5.0
"""Seconds that closing waits for the part that is on its way."""
AT_ONCE = 0.15
"""Seconds within which idle threads end: nothing is said then."""
FINISHING = "Finishing what is being sent to the endpoint…"
CUT_SHORT = (
    "The endpoint did not answer in time. Nothing is lost: what was on its way is asked for again when the workspace "
    "is opened next."
)
_CARES = frozenset({Subject.ENDPOINTS, Subject.DELIVERIES, Subject.INBOX, Subject.SUBMISSIONS})


@dataclass(frozen=True)
class HowSyncStands:
    """What the status bar and the rail show. No line: there is no endpoint."""

    lines: tuple[EndpointLine, ...] = ()
    conflicts: int = 0
    """Records that were changed on both sides."""
    online: bool = False
    """One of them can be reached over the network at all."""
    read_only: bool = False

    @property
    def needs_you(self) -> int:
        """Deliveries that wait for the person."""
        return sum(one.needs_you for one in self.lines)


class SyncKeeper(QObject):
    """One for the window. `stands` says how sync stands whenever that was read anew."""

    stands = Signal(object)
    _told = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._workspace: Workspace | None = None
        self._now = HowSyncStands()
        self._holding = self._again = False
        self._reader: Callable[[Job], HowSyncStands] | None = None
        """The work that reads it now: another one's outcome is of another workspace, or late."""
        self._subjects: frozenset[Subject] = frozenset()
        self._woken = 0.0
        self._network: QNetworkInformation | None = None
        self._gather = self._timer(GATHER, self._publish, once=True)
        self._ages = self._timer(AGES, self._read, once=False)
        self._told.connect(self._take, Qt.ConnectionType.QueuedConnection)
        context.hub.changed.connect(self._changed)
        context.jobs.ended.connect(self._ended)

    @property
    def now(self) -> HowSyncStands:
        """How sync stood when it was read last."""
        return self._now

    def opened(self) -> None:
        """A workspace was opened: read how sync stands, and begin when it may be written to and has an endpoint."""
        self._workspace = self._context.workspace
        self._read()

    def stop(self) -> None:
        """The workspace is about to be closed: end after the part that is on its way, within some seconds."""
        workspace, self._workspace = self._workspace, None
        self._gather.stop()
        self._ages.stop()
        self._subjects = frozenset()
        self._reader, self._again = None, False
        self._show(HowSyncStands())
        if workspace is not None and self._holding:
            self._end(workspace)
        if self._holding:
            self._holding = False
            self._context.jobs.release_collector()

    def wake(self) -> None:
        """The network came back, or the person did: what waited for a time is tried at once."""
        if self._workspace is not None and self._holding:
            self._workspace.sync.wake()

    # -- what the threads of sync tell ---------------------------------------------------------------------------------

    def _tell(self, changes: Changes) -> None:
        """On a thread of sync."""
        with suppress(RuntimeError):  # the window went meanwhile
            self._told.emit(changes)

    def _take(self, changes: object) -> None:
        if self._workspace is not None and isinstance(changes, Changes):
            self._subjects |= changes.subjects
            if not self._gather.isActive():
                self._gather.start()

    def _publish(self) -> None:
        subjects, self._subjects = self._subjects, frozenset()
        if self._workspace is not None:
            self._context.hub.publish(Changes(subjects))

    # -- how it stands -------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if self._workspace is not None and changes.subjects & _CARES:
            self._read()

    def _read(self) -> None:
        """Read it on a worker; asked for again meanwhile, it is read once more afterwards."""
        if self._reader is not None:
            self._again = True
            return
        workspace = self._workspace
        if workspace is None:
            return

        def work(_job: Job) -> HowSyncStands:
            found = workspace.endpoints.endpoints()
            if not found:
                return HowSyncStands(read_only=workspace.read_only)
            online = any(one.online for one in found)
            return HowSyncStands(workspace.sync.lines(), len(workspace.inbox.conflicts()), online, workspace.read_only)

        def came(found: HowSyncStands) -> None:
            if self._reader is work:
                self._show(found)
                self._begin(workspace)

        def failed(_error: object) -> None:
            """A page that reads the same says what is wrong."""

        self._reader = work
        self._context.jobs.run("Reading how sync stands", work, done=came, failed=failed, quiet=True)

    def _ended(self, running: Running) -> None:
        """However it ended, by a fault of ours too: what was asked for meanwhile is read now."""
        if self._reader is None or running.work is not self._reader:
            return
        again, self._reader, self._again = self._again, None, False
        if again:
            self._read()

    def _show(self, found: HowSyncStands) -> None:
        self._now = found
        self._context.commands.refresh()
        if found.lines and not self._ages.isActive() and not self._context.jobs.serial:
            self._ages.start()
        elif not found.lines:
            self._ages.stop()
        self.stands.emit(found)

    # -- beginning and ending ------------------------------------------------------------------------------------------

    def _begin(self, workspace: Workspace) -> None:
        """Begin once there is an endpoint. Not where jobs run one after the other: tests ask for rounds themselves."""
        workspace.endpoints.proxies_for = system_proxy
        if self._holding or workspace.read_only or not self._now.lines or self._context.jobs.serial:
            return
        self._holding = True
        self._context.jobs.hold_collector()
        self._listen()
        workspace.sync.start(self._tell)

    def _end(self, workspace: Workspace) -> None:
        ended: list[bool] = []
        ending = threading.Thread(target=lambda: ended.append(workspace.sync.stop(PATIENCE)), name="sync-stop")
        ending.start()
        ending.join(AT_ONCE)
        if ending.is_alive():
            self._context.say(FINISHING)
            waiting = QEventLoop()
            look = QTimer()
            look.setInterval(50)
            look.timeout.connect(lambda: None if ending.is_alive() else waiting.quit())
            look.start()
            waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            look.stop()
        ending.join()
        if ended and not ended[0]:
            self._context.say(CUT_SHORT, window_context.Tone.WARNING)

    def _listen(self) -> None:
        """Hear of the network coming back, where the system says so, and of the person coming back to the window."""
        if self._network is not None or self._woken:
            return
        self._woken = time.monotonic()
        if QNetworkInformation.loadDefaultBackend():
            self._network = QNetworkInformation.instance()
            self._network.reachabilityChanged.connect(self._reachable)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._came_back)

    def _reachable(self, how: QNetworkInformation.Reachability) -> None:
        if how is QNetworkInformation.Reachability.Online:
            self.wake()

    def _came_back(self, state: Qt.ApplicationState) -> None:
        """Only where something was not reached: a laptop that slept finds its network again a moment before."""
        waits = any(one.waiting and one.tone in {Tone.NEUTRAL, Tone.WAITING} for one in self._now.lines)
        now = time.monotonic()
        if state is Qt.ApplicationState.ApplicationActive and waits and now - self._woken > WAKE_AGAIN:
            self._woken = now
            self.wake()

    def _timer(self, milliseconds: int, then: object, *, once: bool) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(once)
        made.setInterval(milliseconds)
        made.timeout.connect(then)
        return made
