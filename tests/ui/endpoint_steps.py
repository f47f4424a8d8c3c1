"""What a person does on the page of endpoints, against a real central service on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import requests
from desk_steps import when_asked
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.sync.model import Connection, EndpointDetails, ProxyChoice
from tests.central_server import Running
from ui.dialogs.endpoint_add import AddEndpointDialog
from ui.main_window import MainWindow
from ui.pages.endpoints import EndpointsPage

STRAIGHT = EndpointDetails(connection=Connection(ProxyChoice.NONE, connect_seconds=5, read_seconds=10))


def shown(window: MainWindow) -> EndpointsPage:
    """The page in front."""
    window.show_page("endpoints")
    settle()
    assert isinstance(window.current, EndpointsPage)
    return window.current


def window_of(page: EndpointsPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def warmed(central: Running) -> Running:
    """Have it start the threads that it works with, which would look like something that a test left behind."""
    requests.get(f"{central.address}/v1/info", timeout=10).close()
    both = threading.Barrier(2)
    for one in [central.central.uploads._behind.submit(both.wait) for _ in range(2)]:
        one.result()
    return central


def code_of(central: Running, participant: str = "ACME") -> str:
    """A one-time code as it is given to a participant."""
    return central.central.devices.invite(participant, "test").code


def invitation(central: Running, folder: Path, participant: str = "ACME") -> Path:
    """The file of an invitation."""
    path = folder / f"invitation-{participant}.json"
    path.write_text(central.invite(participant), "utf-8")
    return path


def added(page: EndpointsPage, central: Running, participant: str = "ACME") -> int:
    """An endpoint that this laptop is signed in to, added by the service."""
    number, changes = page.context.workspace.endpoints.add(
        central.address, code_of(central, participant), details=STRAIGHT, device_name="Pat’s laptop"
    )
    page.context.hub.publish(changes)
    settle()
    return number


def adding(drive: Callable[[AddEndpointDialog], object]) -> list[str]:
    """Drive the next dialog, which adds an endpoint."""

    def go(dialog: QDialog) -> None:
        assert isinstance(dialog, AddEndpointDialog)
        drive(dialog)

    return when_asked(go)


def facts(page: EndpointsPage) -> str:
    """What the pane says of the chosen one, a line each."""
    return "\n".join(grid.text() for grid in page.pane.grids.values())
