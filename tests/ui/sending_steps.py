"""What a person does to send a submission, against a real central service on the loopback."""

from __future__ import annotations

import itertools
from pathlib import Path

from desk_steps import press, when_asked
from endpoint_steps import STRAIGHT, code_of
from PySide6.QtWidgets import QDialog
from submission_steps import REPORT
from window_care import settle

from desktop.app import Workspace
from desktop.changes import Changes, Subject
from desktop.submissions.model import Submission
from desktop.sync.model import EndpointDetails
from tests.central_server import Running
from ui.dialogs.send_submission import SendDialog
from ui.main_window import MainWindow
from ui.pages.sending import SendingPage
from ui.pages.submissions import SubmissionsPage

_NUMBERS = itertools.count(1)


def frozen(folder: Path, clock) -> Path:
    """Freeze the cleanse report of a closed workspace."""
    with Workspace.open(folder, actor="Pat", clock=clock) as workspace:
        workspace.submissions.freeze(workspace.submissions.by_ref(REPORT).id)
    return folder


def signed_in(workspace: Workspace, central: Running, **details) -> int:
    """An endpoint that this laptop is signed in to, added by the service."""
    participant = f"ACME{next(_NUMBERS)}"  # what another test sent of the same reference would stand in the way
    central.central.participants.add(participant, "Acme Energy (made up)", "test")
    more = EndpointDetails(connection=STRAIGHT.connection, **details)
    number, _ = workspace.endpoints.add(
        central.address, code_of(central, participant), details=more, device_name="Pat’s laptop"
    )
    return number


def at_endpoint(window: MainWindow, central: Running, **details) -> int:
    """The same in the open window, which is told."""
    number = signed_in(window.context.workspace, central, **details)
    window.context.hub.publish(Changes.of(Subject.ENDPOINTS))
    settle()
    return number


def submissions(window: MainWindow, name: str = REPORT) -> SubmissionsPage:
    """The page of submissions with the cursor on one."""
    window.show_page("submissions")
    settle()
    assert isinstance(window.current, SubmissionsPage)
    window.current.show_id(report(window, name).id)
    settle()
    return window.current


def report(window: MainWindow, name: str = REPORT) -> Submission:
    return window.context.workspace.submissions.by_ref(name)


def sending(window: MainWindow) -> SendingPage:
    """The page Sending."""
    window.show_page("sending")
    settle()
    assert isinstance(window.current, SendingPage)
    return window.current


def queue(window: MainWindow, name: str = REPORT) -> None:
    """Queue one as a person does."""

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SendDialog)
        assert dialog.verb.isEnabled()
        dialog.verb.click()

    page = submissions(window, name)
    when_asked(drive)
    press(page.pane, "Send…")
    settle()


def rows_of(page: SendingPage) -> list[dict[str, object]]:
    """The table as it is read: a row each, by column."""
    table = page.panel.source
    if table is None:
        return []
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, cells, strict=True)) for cells in table.page(0, table.count())]
