"""What the window knows of sync is the newest that was read, of the workspace that is open, whatever failed before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from desk_steps import noon
from PySide6.QtCore import QObject

from desktop.app import Workspace
from desktop.changes import Changes, Subject
from local_db import endpoints
from ui.changes_hub import ChangesHub
from ui.job_runner import JobRunner
from ui.sync_keeper import HowSyncStands, SyncKeeper

WAIT = 20_000
"""Milliseconds after which a test that waits has failed."""


class Desk:
    """Work on threads, the hub, and a keeper over both; everything that the keeper said."""

    def __init__(self, parent: QObject) -> None:
        self.jobs = JobRunner(parent)
        self.hub = ChangesHub(parent)
        commands = SimpleNamespace(refresh=lambda: None)
        self.context = SimpleNamespace(jobs=self.jobs, hub=self.hub, commands=commands, workspace=None)
        self.keeper = SyncKeeper(self.context, parent)
        self.said: list[HowSyncStands] = []
        self.faults: list[str] = []
        self.keeper.stands.connect(self.said.append)
        self.jobs.fault.connect(lambda _title, report: self.faults.append(report))

    def open(self, workspace: Workspace) -> None:
        self.context.workspace = workspace
        self.keeper.opened()


@pytest.fixture
def desk(qapp) -> Iterator[Desk]:
    parent = QObject()
    made = Desk(parent)
    yield made
    made.keeper.stop()
    made.jobs.shut_down()
    parent.deleteLater()


def a_workspace(folder: Path, name: str, clock=noon) -> Workspace:
    """With an endpoint by bundles only: nothing calls it."""
    workspace = Workspace.create(folder, "Acme Energy", "ACME", actor="Jo", clock=clock)
    with workspace.store.write() as connection:
        values = {"uuid": name, "name": name, "device_uuid": "d", "added_at": "2026-11-23", "added_by": "Jo"}
        endpoints.add(connection, values)
    return workspace


def test_what_is_read_of_a_workspace_that_was_closed_is_not_shown_in_the_next(desk: Desk, tmp_path: Path, qtbot):
    first, second = a_workspace(tmp_path / "one", "First"), a_workspace(tmp_path / "two", "Second")
    with first, second:
        desk.open(first)
        desk.keeper.stop()
        desk.open(second)
        desk.hub.publish(Changes.of(Subject.ENDPOINTS))
        qtbot.waitUntil(lambda: not desk.jobs.running(), timeout=WAIT)
        assert [[line.name for line in one.lines] for one in desk.said] == [[], ["Second"], ["Second"]]
        desk.keeper.stop()


def test_a_read_that_ended_in_a_fault_is_not_the_last_one(desk: Desk, tmp_path: Path, qtbot):
    broken = True

    def clock():
        if broken:
            raise RuntimeError("no clock")
        return noon()

    workspace = a_workspace(tmp_path / "one", "First", noon)
    workspace.sync._clock = clock
    with workspace:
        desk.open(workspace)
        qtbot.waitUntil(lambda: bool(desk.faults), timeout=WAIT)
        qtbot.waitUntil(lambda: not desk.jobs.running(), timeout=WAIT)
        broken = False
        desk.hub.publish(Changes.of(Subject.DELIVERIES))
        qtbot.waitUntil(lambda: bool(desk.said), timeout=WAIT)
        assert [line.name for line in desk.keeper.now.lines] == ["First"]
        desk.keeper.stop()
