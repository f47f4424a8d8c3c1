"""What tests of sending share: workspaces that are signed in at a real central service on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from freezing_hands import WalkingClock, a_frozen, acme

from desktop.app import Workspace
from desktop.submissions.model import Scope, SubmissionDetails
from desktop.sync.model import Connection, EndpointDetails, ProxyChoice
from desktop.sync.points import install
from tests.central_server import Running

STRAIGHT = Connection(ProxyChoice.NONE, connect_seconds=2, read_seconds=10)
PATIENCE = 20.0
"""Seconds after which a test that waits for an event has failed."""


def signed_in(workspace: Workspace, running: Running, folder: Path, name: str = "Central", **details) -> int:
    """Add the service as an endpoint; gives its number."""
    invitation = folder / f"{name}.mhhs-invitation"
    invitation.write_text(running.invite(), "utf-8")
    made, _ = workspace.endpoints.add_invitation(
        invitation, details=EndpointDetails(name=name, connection=STRAIGHT, **details)
    )
    return made


def moved(workspace: Workspace, endpoint_id: int, address: str) -> None:
    """The endpoint answers at another address, as when its host was set up anew."""
    with workspace.store.write() as connection:
        connection.execute("UPDATE endpoint SET address = ? WHERE id = ?", (address, endpoint_id))


def with_file(workspace: Workspace, folder: Path, size: int, name: str = "recording.bin", **more) -> int:
    """A frozen submission over an item of evidence of so many bytes, which differ from one file name to the next."""
    path = folder / name
    with path.open("wb") as file:
        file.write(name.encode())
        file.truncate(size)
    (item,) = workspace.evidence.add([path]).ids
    details = SubmissionDetails("evidence", scope=Scope(evidence=(item,)), recipients=more.pop("recipients", ("BSC",)))
    made, _ = workspace.submissions.prepare(details)
    workspace.submissions.freeze(made)
    return made


def state_of(workspace: Workspace, uuid: str) -> str:
    """Of a delivery."""
    return workspace.outbox.get(uuid).state.value


@contextmanager
def at_point(name: str, do, number: int = 1) -> Iterator[list[str]]:
    """Call `do` when a step of the client is reached for the n-th time; gives every name that was reached."""
    reached: list[str] = []
    guard = threading.Lock()

    def hook(one: str) -> None:
        with guard:
            reached.append(one)
            now = one == name and reached.count(name) == number
        if now:
            do()

    install(hook)
    try:
        yield reached
    finally:
        install(None)


__all__ = [
    "PATIENCE",
    "STRAIGHT",
    "WalkingClock",
    "a_frozen",
    "acme",
    "at_point",
    "moved",
    "signed_in",
    "state_of",
    "with_file",
]
