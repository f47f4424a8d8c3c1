"""Laptops and an endpoint to do wrong to: made once with frozen submissions, copied for each run."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind
from desktop.participant.model import Scope as Role
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.submissions.model import Scope, SubmissionDetails
from desktop.sync.model import Connection, EndpointDetails, ProxyChoice
from desktop.sync.wire.protocol import Limits
from tests.central_server import Running, serving
from tests.memory_keyring import memory_keyring

LIMITS = Limits(part=64 * 1024)
"""Small parts, so that small files travel in several."""
SIZES = (90_000, 0, 200_000, 1, 65_536, 0)
"""Bytes of the evidence of each submission; 0 = it has none."""
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
IMPATIENT = {"connect_seconds": 2, "read_seconds": 0.4}
PATIENT = {"connect_seconds": 10, "read_seconds": 60}


class Clock:
    """Of a laptop: it may be wrong, and it moves on with every look, as clocks do."""

    def __init__(self, off: timedelta = timedelta(0)) -> None:
        self.off = off
        self.now = START + off

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=250)
        return self.now


@dataclass(frozen=True)
class World:
    """One copy: a folder with `server`, `laptop-1`, `laptop-2`, and the keyring of both."""

    folder: Path

    @property
    def server(self) -> Path:
        """Data of the endpoint."""
        return self.folder / "server"

    @property
    def ring(self) -> Path:
        """The keyring's file."""
        return self.folder / "ring.json"

    def laptop(self, number: int = 1) -> Path:
        """Its workspace."""
        return self.folder / f"laptop-{number}"

    def lead(self, address: str, how: Mapping[str, Any] = PATIENT, laptop: int = 1) -> None:
        """Point a laptop that is not open to this address, with these times."""
        connection = {"proxy_choice": "none", **how}
        with closing(sqlite3.connect(self.laptop(laptop) / "workspace.db")) as db, db:
            db.execute("UPDATE endpoint SET address = ?, connection = ?", (address, json.dumps(connection)))

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[Running]:
        """The endpoint answers until the block ends."""
        with serving(self.server, port=port, limits=LIMITS) as running:
            yield running

    @contextmanager
    def at(self, laptop: int = 1, clock: Clock | None = None) -> Iterator[Workspace]:
        """The laptop is open until the block ends."""
        with (
            memory_keyring(self.ring),
            Workspace.open(self.laptop(laptop), actor="Jo", clock=clock or Clock()) as workspace,
        ):
            yield workspace


def make(folder: Path, submissions: int = len(SIZES), laptops: int = 1) -> World:
    """A world with so many frozen submissions on the first laptop, and two on each other one; none is queued."""
    world = World(folder)
    folder.mkdir(parents=True)
    with memory_keyring(world.ring), world.serving() as running:
        for laptop in range(1, laptops + 1):
            invitation = folder / "invitation.json"
            invitation.write_text(running.invite())
            short = "ACME"
            with Workspace.create(world.laptop(laptop), "Acme Energy", short, actor="Jo", clock=Clock()) as workspace:
                workspace.participant.save_scope(Role(short, "supplier"))
                workspace.endpoints.add_invitation(
                    invitation, details=EndpointDetails(connection=Connection(ProxyChoice.NONE), contacts=True)
                )
                for number in range(submissions if laptop == 1 else 2):
                    freeze(workspace, SIZES[number % len(SIZES)], seed=100 * laptop + number, folder=folder)
    return world


def freeze(workspace: Workspace, size: int, *, seed: int, folder: Path) -> int:
    """One more frozen submission, with evidence of that size."""
    request, _ = workspace.requests.add(
        RequestDetails(title=f"Readiness {seed}", their_ref=f"PPIR {seed}", sender="MCC", due="2026-12-04")
    )
    workspace.requests.add_question(request, QuestionDetails("1", "Are you ready?", answer="Yes"))
    if size:
        path = folder / f"evidence-{seed}.bin"
        path.write_bytes(random.Random(seed).randbytes(size))
        [question] = workspace.requests.questions(request)
        workspace.evidence.add([path], targets=[Target(TargetKind.QUESTION, question.id)])
    details = SubmissionDetails("info_request", scope=Scope(request_id=request), recipients=("BSC", "REC"))
    made, _ = workspace.submissions.prepare(details)
    workspace.submissions.freeze(made)
    return made


def copy(world: World, folder: Path) -> World:
    """Another world that is the same."""
    shutil.copytree(world.folder, folder, ignore=shutil.ignore_patterns("evidence-*.bin", "invitation.json", "backups"))
    return World(folder)


def can_fork() -> bool:
    """Processes are killed and started again on systems that can fork them; a start from nothing takes seconds."""
    return sys.platform == "linux"
