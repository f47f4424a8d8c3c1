"""The page Sending as a person uses it: what waits, what needs them, what has a receipt."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_steps import banner, buttons, fill, noon, press, run, said, take_file, texts, when_asked
from endpoint_steps import warmed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from sending_steps import at_endpoint, frozen, queue, report, rows_of, sending, signed_in, submissions
from submission_steps import REPORT, made
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.sync.model import DeliveryState
from tests.central_server import Running, serving
from tests.memory_keyring import memory_keyring
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.receipt import ReceiptDialog
from ui.dialogs.saving_form import SavingForm
from ui.main_window import MainWindow
from ui.pages.sending import SendingPage
from ui.pages.submissions import SubmissionsPage


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
    return frozen(made(tmp_path_factory.mktemp("sending") / "acme", tmp_path_factory.mktemp("files")), noon)


@pytest.fixture
def desk(window: MainWindow, template: Path, own_home: Path) -> MainWindow:
    """A window over a workspace with a frozen report; without an endpoint."""
    window.door.open(shutil.copytree(template, own_home / "acme"))
    return window


@pytest.fixture
def queued(desk: MainWindow, central: Running) -> MainWindow:
    """The same with an endpoint and the report queued for it."""
    at_endpoint(desk, central)
    queue(desk)
    return desk


def sync(window: MainWindow) -> None:
    run(window, "sync.now")


def damaged(window: MainWindow) -> tuple[Path, bytes]:
    """A kept file of the queued report goes."""
    workspace = window.context.workspace
    (one,) = workspace.outbox.deliveries()
    path = workspace.blobs.path(workspace.outbox.parcel(one.uuid).files[0].sha256)
    held = path.read_bytes()
    path.chmod(0o600)
    path.unlink()
    return path, held


def test_before_anything_is_queued_the_page_leads_to_what_comes_first(desk: MainWindow, central: Running) -> None:
    page = sending(desk)
    assert "There is no endpoint yet" in texts(page)
    press(page, "Go to Endpoints")
    assert desk.current is not None
    assert desk.current.id == "endpoints"
    at_endpoint(desk, central)
    page = sending(desk)
    assert "Nothing was queued yet" in texts(page)
    press(page, "Go to Submissions")
    assert isinstance(desk.current, SubmissionsPage)
    check_names(page)


def test_what_is_queued_stands_here_until_there_is_a_receipt_for_it(queued: MainWindow, tmp_path: Path) -> None:
    page = sending(queued)
    (row,) = rows_of(page)
    assert (row["stands"], row["ref"], row["endpoint"]) == ("Queued", f"{REPORT} v1", "Endpoint of tests")
    assert texts(page.header) == "Sending\n1 waiting"
    assert "submission.json" in texts(page.pane.what)
    assert not page.pane.receipt.isVisible()
    sync(queued)
    (row,) = rows_of(page)
    assert row["stands"] == "Received"
    assert "Received by Endpoint of tests, " in texts(page.pane)
    assert "Received is not accepted" in texts(page.pane.receipt)
    assert not {"Try again", "Hold back", "Leave out…"} & set(buttons(page.pane))

    def read(dialog: QDialog) -> None:
        assert isinstance(dialog, ReceiptDialog)
        check_names(dialog)
        assert "The signed receipt" in dialog.page.toPlainText()
        path = tmp_path / "receipt.html"
        when_asked(lambda ask: take_file(ask, path))
        press(dialog, "Save…")
        assert page.context.workspace.outbox.deliveries()[0].receipt in path.read_text("utf-8")

    when_asked(read)
    press(page.pane, "Open…")
    assert said(queued).startswith("Written: ")


def test_what_needs_the_person_is_first_in_plain_words_and_goes_on_once_it_is_mended(queued: MainWindow) -> None:
    path, held = damaged(queued)
    sync(queued)
    page = sending(queued)
    (row,) = rows_of(page)
    assert row["stands"] == "Needs you"
    assert str(row["why"]).endswith(".")
    assert texts(page.header) == "Sending\n1 needs you"
    assert row["why"] in texts(page.pane.trouble)
    assert page.pane.trouble.todo.text()
    assert queued._rail._buttons["sending"].accessibleName() == "Sending, 1 needs you"
    assert queued._sync_status.texts() == ["Endpoint of tests: 1 needs you"]
    queued.show_page("overview")
    settle()
    assert queued.current is not None
    assert f"{REPORT} v1 could not be sent to Endpoint of tests: it needs you." in texts(queued.current)
    press(queued.current, "Go to Sending")
    assert queued.current is page
    page.pane.submission.click()
    assert isinstance(queued.current, SubmissionsPage)
    assert queued.current.chosen() == report(queued)
    page = sending(queued)
    path.write_bytes(held)
    press(page.pane, "Try again")
    assert rows_of(page)[0]["stands"] == "Queued"
    assert queued._rail._buttons["sending"].accessibleName() == "Sending"
    sync(queued)
    assert rows_of(page)[0]["stands"] == "Received"


def test_one_is_held_back_let_go_and_left_out_with_a_reason(queued: MainWindow) -> None:
    page = sending(queued)
    press(page.pane, "Hold back")
    assert rows_of(page)[0]["stands"] == "Held back"
    sync(queued)
    assert rows_of(page)[0]["stands"] == "Held back"
    press(page.pane, "Let it go on")
    assert rows_of(page)[0]["stands"] == "Queued"

    def leave(dialog: QDialog) -> None:
        assert isinstance(dialog, SavingForm)
        assert "can be queued again" in texts(dialog)
        fill(dialog, reason="The recipient wants it by post")

    when_asked(leave)
    press(page.pane, "Leave out…")
    assert rows_of(page)[0]["stands"] == "Left out"
    assert rows_of(page)[0]["why"] == "The recipient wants it by post"
    shown = texts(page.pane)
    for said_there in ("Left out: it is not sent", "The recipient wants it by post", "queue it again: Send…"):
        assert said_there in shown
    assert "Left out: The recipient wants it by post" in shown, "in its history"
    sync(queued)
    assert rows_of(page)[0]["stands"] == "Left out"
    assert "Send…" in buttons(submissions(queued).pane), "it can be queued again"


def test_a_withdrawal_is_offered_to_the_endpoints_that_have_it(queued: MainWindow) -> None:
    sync(queued)
    page = submissions(queued)

    def withdraw(dialog: QDialog) -> None:
        assert isinstance(dialog, SavingForm)
        when_asked(lambda asked: asked.reject())
        fill(dialog, reason="A wrong portfolio")

    when_asked(withdraw)
    press(page.pane, "Withdraw…")
    settle()

    def tell(dialog: QDialog) -> None:
        assert isinstance(dialog, ConfirmDialog)
        assert "Endpoint of tests" in texts(dialog)
        dialog.verb.click()

    when_asked(tell)
    press(page.pane, "Tell the endpoints…")
    here = sending(queued)
    assert [row["what"] for row in rows_of(here)] == ["Withdrawal", "Submission"]
    sync(queued)
    assert [row["stands"] for row in rows_of(here)] == ["Received", "Received"]
    assert "Tell the endpoints…" not in buttons(submissions(queued).pane)


def test_a_copy_of_everything_not_received_is_written_for_each_endpoint(queued: MainWindow, tmp_path: Path) -> None:
    page = sending(queued)
    folder = tmp_path / "stick"
    folder.mkdir()

    def choose_folder(dialog: QDialog) -> None:
        when_asked(told)
        take_file(dialog, folder)

    def told(dialog: QDialog) -> None:
        assert isinstance(dialog, ConfirmDialog)
        assert "1 submission without a receipt" in texts(dialog)
        assert "nothing is sent by it" in texts(dialog)
        dialog.reject()

    when_asked(choose_folder)
    run(queued, "sending.copy")
    assert [one.suffix for one in folder.iterdir()] == [".zip"]
    assert rows_of(page)[0]["stands"] == "Exported, no receipt yet"
    assert "It is a copy: nothing is sent by it." in said(queued)
    sync(queued)
    assert rows_of(page)[0]["stands"] == "Received", "it still goes online"


def test_a_workspace_that_is_read_only_says_that_nothing_is_sent_from_it(
    window: MainWindow, template: Path, own_home: Path, central: Running
) -> None:
    folder = shutil.copytree(template, own_home / "acme")
    with Workspace.open(folder, actor="Pat", clock=noon) as workspace:
        signed_in(workspace, central)
        workspace.outbox.queue(workspace.submissions.by_ref(REPORT).id)
    window.door.open(folder, read_only=True)
    page = sending(window)
    assert "nothing is sent from here" in texts(page.header)
    assert not page.sync_button.isEnabled()
    assert not {"Try again", "Hold back", "Leave out…"} & set(buttons(page.pane))
    assert not window.context.workspace.sync.running
    assert "Open for reading only" in window._notice.text
    assert not banner(window)


def test_what_moves_while_it_is_sent_leaves_the_cursor_and_what_is_selected_where_they_are(
    queued: MainWindow, central: Running
) -> None:
    workspace = queued.context.workspace
    first = report(queued)
    other, _ = workspace.submissions.prepare(first.details)
    workspace.submissions.freeze(other)
    queued.context.hub.publish(workspace.outbox.queue(other))
    page = sending(queued)
    page.panel.select_all()
    assert [one.submission for one in page.chosen_ones()] == [f"{REPORT} v1", "ACME-DCR-0002 v1"]
    source, before = page.panel.source, page.chosen()
    assert before is not None
    page.context.hub.publish(workspace.outbox.set_paused([before.uuid], True))
    settle()
    after = page.chosen()
    assert after is not None
    assert (after.uuid, after.paused, after.state) == (before.uuid, True, DeliveryState.QUEUED)
    assert page.panel.source is source
    assert len(page.chosen_ones()) == 2
    assert sorted(str(row["stands"]) for row in rows_of(page)) == ["Held back", "Queued"]
    sync(queued)
    assert sorted(str(row["stands"]) for row in rows_of(page)) == ["Held back", "Received"]
    assert page.chosen() is not None
    assert isinstance(page, SendingPage)
    check_names(page)


def test_space_on_an_action_leaves_the_focus_at_it(queued: MainWindow) -> None:
    page = sending(queued)
    hold = page.pane.verbs["hold"]
    for control, then in ((hold, "Let it go on"), (hold, "Hold back"), (page.sync_button, "Sync now")):
        control.setFocus()
        QTest.keyClick(control, Qt.Key.Key_Space)
        settle()
        assert queued.focusWidget() is control
        assert control.property("text") == then


def test_to_whom_it_goes_is_read_whole_beside_what_holds_it_up(queued: MainWindow) -> None:
    queued.resize(1280, 800)
    page = sending(queued)
    table, section = page.panel.table, page.panel.model.section("endpoint")
    assert table.columnViewportPosition(section) + table.columnWidth(section) <= table.viewport().width()
    assert table.columnWidth(section) > table.fontMetrics().horizontalAdvance("Endpoint of tests") + 20


def test_where_it_is_narrow_the_title_gives_way_to_the_deadline(desk: MainWindow) -> None:
    desk.resize(1024, 768)
    page = submissions(desk)
    table, section = page.panel.table, page.panel.model.section("deadline")
    needed = table.columnViewportPosition(section) + table.columnWidth(section)
    left, right = page.split.sizes()
    less = table.viewport().width() - needed + 15
    page.split.setSizes([left - less, right + less])
    settle()
    assert table.columnViewportPosition(section) + table.columnWidth(section) <= table.viewport().width()
    assert table.columnWidth(section) > table.fontMetrics().horizontalAdvance("30 Nov 2026")
