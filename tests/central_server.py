"""The central service as tests run it: uvicorn on a free port of the loopback, in a thread, over real files.

    with serving(folder) as running:
        requests.get(running.address + "/v1/info")
        running.central.devices.invite("ACME", "test")

Every test folder may use it: tests of the desktop, of the window and of faults as well.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn

from central.app import build
from central.central import Central
from central.cli.serving import options
from central.settings import Rates, Settings

PATIENT = Rates(*[1_000_000.0] * 6)
"""Nobody is asked to slow down: for tests of something else."""
PARTICIPANTS = {"ACME": "Acme Energy (made up)", "OTHER": "Other Energy (made up)"}


@dataclass(frozen=True)
class Running:
    """A service that answers at `address`; `central` is the same object that it works with."""

    address: str
    central: Central
    settings: Settings

    def invite(self, participant: str = "ACME") -> str:
        """The text of an invitation file for a laptop of that participant, with this address in it."""
        return replace(self.central.devices.invite(participant, "test"), address=self.address).to_text()


def settings(folder: Path, **more: Any) -> Settings:
    """Of an endpoint of tests; `more` are fields of Settings."""
    return Settings(**{"data": folder, "name": "Endpoint of tests", "rates": PATIENT, **more})


@contextmanager
def serving(folder: Path, *, port: int = 0, **more: Any) -> Iterator[Running]:
    """Run one in a thread over that folder (which may be one that was used before), with participants ACME and OTHER.

    `port` 0 = a free one; `more` are fields of Settings, such as `database`, `limits`, `rates`, `recipients`.
    """
    chosen = settings(folder, **more)
    central = Central(chosen)
    try:
        for short, name in PARTICIPANTS.items():
            central.participants.add(short, name, "test")
        with listening(build(chosen, central), port, chosen) as address:
            yield Running(address, central, chosen)
    finally:
        central.close()


@contextmanager
def listening(application: Any, port: int = 0, chosen: Settings | None = None) -> Iterator[str]:
    """Answer with any ASGI application on the loopback; gives its address."""
    with socket.create_server(("127.0.0.1", port), backlog=200) as listener:  # calls wait here until it answers
        config = uvicorn.Config(application, **{**options(chosen), "timeout_graceful_shutdown": 2})
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="central")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
