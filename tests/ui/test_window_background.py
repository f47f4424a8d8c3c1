"""Sync in the background of the window: it begins and ends with the workspace, and what it did comes to the pages."""

from __future__ import annotations

import gc
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_steps import noon
from endpoint_steps import warmed
from sending_steps import frozen, signed_in
from submission_steps import REPORT, made
from window_care import done_with

from desktop.app import Workspace
from desktop.changes import Changes, Subject
from desktop.sync.model import DeliveryState
from tests.central_server import Running, serving
from tests.loopback import Request, scripted
from tests.memory_keyring import memory_keyring
from ui.app import make_window
from ui.main_window import MainWindow
from ui.sync_keeper import PATIENCE
from ui.system_proxies import system_proxy

WAIT = 20_000
"""Milliseconds after which a test that waits has failed."""


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("central")) as running:
        yield warmed(running)


@pytest.fixture(autouse=True)
def ring() -> Iterator[None]:
    with memory_keyring():
        yield


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return frozen(made(tmp_path_factory.mktemp("behind") / "acme", tmp_path_factory.mktemp("files")), noon)


@pytest.fixture
def live(qapp, own_home: Path, clock, qtbot) -> Iterator[MainWindow]:
    """A window whose jobs run on threads, as for a person."""
    window = make_window(qapp, own_home / "config", clock=clock, actor="Pat", root=own_home / "workspaces")
    window.resize(1280, 800)
    window.show()
    yield window
    done_with(window)


def opened(window: MainWindow, folder: Path, qtbot, **how: bool) -> Workspace:
    """Open it and wait until everything has read itself."""
    with qtbot.waitSignal(window.door.opened, timeout=WAIT):
        window.door.open(folder, **how)
    qtbot.waitUntil(lambda: not window.context.jobs.running(), timeout=WAIT)
    return window.context.workspace


def with_endpoint(folder: Path, central: Running, *, queued: bool = False) -> Path:
    """A closed workspace that is signed in at the service."""
    with Workspace.open(folder, actor="Pat", clock=noon) as workspace:
        signed_in(workspace, central)
        if queued:
            workspace.outbox.queue(workspace.submissions.by_ref(REPORT).id)
    return folder


def states(window: MainWindow) -> list[DeliveryState]:
    return [one.state for one in window.context.workspace.outbox.deliveries()]


def sync_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("sync-")]


def test_what_waits_is_sent_without_being_asked_and_the_window_says_so(
    live: MainWindow, template: Path, own_home: Path, central: Running, qtbot
) -> None:
    workspace = opened(live, with_endpoint(shutil.copytree(template, own_home / "acme"), central, queued=True), qtbot)
    qtbot.waitUntil(lambda: states(live) == [DeliveryState.RECEIVED], timeout=WAIT)
    qtbot.waitUntil(lambda: live._sync_status.texts() == ["Endpoint of tests: All received"], timeout=WAIT)
    assert workspace.sync.running
    assert workspace.endpoints.proxies_for is system_proxy
    assert not gc.isenabled(), "the collector never runs on a thread of sync"
    live.close_workspace()
    assert not sync_threads()
    assert gc.isenabled()


def test_what_is_queued_later_goes_at_once_and_undo_stays_as_it_was(
    live: MainWindow, template: Path, own_home: Path, central: Running, qtbot
) -> None:
    workspace = opened(live, with_endpoint(shutil.copytree(template, own_home / "acme"), central), qtbot)
    qtbot.waitUntil(lambda: workspace.sync.running, timeout=WAIT)
    number = workspace.submissions.by_ref(REPORT).id
    seen: list[Changes] = []
    live.context.hub.changed.connect(seen.append)
    live.context.hub.publish(workspace.outbox.queue(number))
    _, changes = workspace.submissions.prepare(workspace.submissions.get(number).details)
    live.context.hub.publish(changes)
    title = live.undo.undo_words()
    assert title.startswith("Undo ")
    assert live.undo.can_undo()
    seen.clear()
    qtbot.waitUntil(lambda: states(live) == [DeliveryState.RECEIVED], timeout=WAIT)
    qtbot.waitUntil(lambda: any(Subject.DELIVERIES in one.subjects for one in seen), timeout=WAIT)
    assert live.undo.undo_words() == title, "what sync writes is no step of the person"
    qtbot.waitUntil(live.undo.can_undo, timeout=WAIT)
    live.close_workspace()
    assert not sync_threads()


def test_an_endpoint_that_is_added_begins_it_and_another_workspace_has_its_own(
    live: MainWindow, template: Path, own_home: Path, central: Running, qtbot
) -> None:
    first = opened(live, shutil.copytree(template, own_home / "acme"), qtbot)
    assert not sync_threads()
    signed_in(first, central)
    live.context.hub.publish(Changes.of(Subject.ENDPOINTS))
    qtbot.waitUntil(lambda: first.sync.running and bool(sync_threads()), timeout=WAIT)
    second = opened(live, shutil.copytree(template, own_home / "other"), qtbot)
    assert second is not first
    assert not sync_threads()
    assert live._sync_status.texts() == []


def test_a_workspace_that_is_read_only_sends_nothing(
    live: MainWindow, template: Path, own_home: Path, central: Running, qtbot
) -> None:
    folder = with_endpoint(shutil.copytree(template, own_home / "acme"), central, queued=True)
    workspace = opened(live, folder, qtbot, read_only=True)
    qtbot.waitUntil(lambda: bool(live._sync_status.texts()), timeout=WAIT)
    assert not workspace.sync.running
    assert not sync_threads()
    assert states(live) == [DeliveryState.QUEUED]


def test_closing_does_not_hang_on_an_endpoint_that_says_nothing(
    live: MainWindow, template: Path, own_home: Path, central: Running, qtbot
) -> None:
    asked, done = threading.Event(), threading.Event()

    def silent(_request: Request, _link: socket.socket) -> None:
        asked.set()
        done.wait(60)

    folder = with_endpoint(shutil.copytree(template, own_home / "acme"), central, queued=True)
    with scripted(silent) as server:
        with Workspace.open(folder, actor="Pat", clock=noon) as workspace, workspace.store.write() as connection:
            connection.execute("UPDATE endpoint SET address = ?", (server.address,))
        opened(live, folder, qtbot)
        qtbot.waitUntil(asked.is_set, timeout=WAIT)
        began = time.monotonic()
        live.close_workspace()
        assert time.monotonic() - began < PATIENCE + 2
        assert live.context.open_workspace is None
        done.set()
    qtbot.waitUntil(lambda: not sync_threads(), timeout=WAIT)
    with Workspace.open(folder, actor="Pat", clock=noon) as workspace:
        assert [one.done for one in workspace.outbox.deliveries()] == [False], "nothing is lost"


def test_once_the_network_is_back_what_waited_is_sent_at_once(
    live: MainWindow, template: Path, own_home: Path, tmp_path: Path, qtbot
) -> None:
    with serving(tmp_path / "central") as central:
        folder = with_endpoint(shutil.copytree(template, own_home / "acme"), central, queued=True)
        port = int(central.address.rpartition(":")[2])
    opened(live, folder, qtbot)
    qtbot.waitUntil(lambda: "offline" in "".join(live._sync_status.texts()), timeout=WAIT)
    assert states(live) == [DeliveryState.QUEUED]
    with serving(tmp_path / "central", port=port):
        live.sync.wake()
        qtbot.waitUntil(lambda: states(live) == [DeliveryState.RECEIVED], timeout=WAIT)
        qtbot.waitUntil(lambda: "All received" in "".join(live._sync_status.texts()), timeout=WAIT)
        live.close_workspace()


def test_closing_does_not_wait_for_a_round_that_was_asked_for(
    live: MainWindow, template: Path, own_home: Path, central: Running, qtbot
) -> None:
    asked, done = threading.Event(), threading.Event()

    def silent(_request: Request, _link: socket.socket) -> None:
        asked.set()
        done.wait(60)

    folder = with_endpoint(shutil.copytree(template, own_home / "acme"), central, queued=True)
    with scripted(silent) as server:
        with Workspace.open(folder, actor="Pat", clock=noon) as workspace:
            (one,) = workspace.endpoints.endpoints()
            workspace.endpoints.set_paused(one.id, True)
            with workspace.store.write() as connection:
                connection.execute("UPDATE endpoint SET address = ?", (server.address,))
        workspace = opened(live, folder, qtbot)
        workspace.endpoints.set_paused(one.id, False)
        live.context.commands.run("sync.now")
        qtbot.waitUntil(asked.is_set, timeout=WAIT)
        began = time.monotonic()
        live.close_workspace()
        assert time.monotonic() - began < PATIENCE + 2
        assert live.context.open_workspace is None
        done.set()
    qtbot.waitUntil(lambda: not sync_threads(), timeout=WAIT)
