"""What a person sees before anything is sent: what goes where, file by file, and what does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_steps import banner, buttons, noon, press, run, texts, when_asked
from endpoint_steps import warmed
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from sending_steps import at_endpoint, frozen, queue, report, submissions
from submission_steps import REPORT, made
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import EventKind, SubmissionDetails
from desktop.sync.model import Parcel, ParcelFile, Route
from tests.central_server import Running, serving
from tests.memory_keyring import memory_keyring
from ui.dialogs.send_submission import FULL, SendDialog, WhatIsSent, read_what_is_sent
from ui.main_window import MainWindow


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
    folder = made(tmp_path_factory.mktemp("send") / "acme", tmp_path_factory.mktemp("files"))
    return frozen(folder, noon)


@pytest.fixture
def desk(window: MainWindow, template: Path, own_home: Path) -> MainWindow:
    window.door.open(shutil.copytree(template, own_home / "acme"))
    return window


def dialog_of(window: MainWindow, name: str = REPORT) -> SendDialog:
    one = report(window, name)
    found = read_what_is_sent(window.context.workspace, one.id, None)  # type: ignore[arg-type]
    return SendDialog(window.context, window, one, found)


def test_without_an_endpoint_the_person_is_told_where_one_is_added(desk: MainWindow) -> None:
    page = submissions(desk)
    assert "Send…" not in buttons(page.pane)
    assert page.pane.next.text() == "Next: export it"
    run(desk, "submissions.send")
    assert "There is no endpoint to send to" in banner(desk)


def test_what_goes_where_is_listed_file_by_file_before_it_is_queued(desk: MainWindow, central: Running) -> None:
    at_endpoint(desk, central, recipients=("BSC",))
    page = submissions(desk)
    assert page.pane.next.text() == "Next: send it"
    assert [made.text() for made in page.pane.primary()] == ["Send…"]
    workspace = desk.context.workspace
    (parcel,) = workspace.outbox.preview(report(desk).id)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SendDialog)
        check_names(dialog)
        said = texts(dialog)
        assert "To Endpoint of tests" in said
        assert "For BSCCo (Elexon)" in said
        for file in parcel.files:
            assert file.name in said
        assert f"{len(parcel.files)} files, " in said
        assert "Personal data: " in said
        others = [one.name for one in report(desk).recipients if one.recipient != "BSC"]
        assert all(name in dialog.by_hand.words.text() for name in others)
        assert dialog.verb.text().startswith("Queue for Endpoint of tests (")
        assert not workspace.outbox.deliveries(), "nothing is queued by looking"
        dialog.verb.click()
        assert not dialog.isVisible()

    when_asked(drive)
    press(page.pane, "Send…")
    settle()
    assert len(workspace.outbox.deliveries()) == 1
    assert texts(page.pane).count("Queued") == 1, "it is said once"
    assert "Show how sending goes" in buttons(page.pane)
    run(desk, "sync.now")
    told = [one for one in texts(page.pane).splitlines() if one.startswith("Received by Endpoint of tests, ")]
    assert len(told) == 1
    assert told[0].endswith(" by its clock")
    assert "Send…" not in buttons(page.pane)


def test_what_is_queued_already_cannot_be_queued_again(desk: MainWindow, central: Running) -> None:
    at_endpoint(desk, central)
    queue(desk)
    dialog = dialog_of(desk)
    assert "It is queued for Endpoint of tests already." in texts(dialog)
    assert not dialog.chosen()
    assert not dialog.verb.isEnabled()
    dialog.deleteLater()


def test_where_no_endpoint_receives_for_them_the_way_to_endpoints_is_shown(desk: MainWindow) -> None:
    one = report(desk)
    routes = tuple(Route(each.recipient, each.name, None) for each in one.recipients)
    dialog = SendDialog(desk.context, desk, one, WhatIsSent((), routes, {}, "No endpoint receives for BSCCo (Elexon)."))
    check_names(dialog)
    assert "No endpoint receives for BSCCo (Elexon)." in texts(dialog)
    assert not dialog.verb.isVisibleTo(dialog)
    press(dialog, "Go to Endpoints")
    assert desk.current is not None
    assert desk.current.id == "endpoints"
    dialog.deleteLater()


def test_full_mpans_are_pointed_out(
    window: MainWindow, tmp_path_factory: pytest.TempPathFactory, central: Running, own_home: Path, template: Path
) -> None:
    folder = shutil.copytree(template, own_home / "full")
    with Workspace.open(folder, actor="Pat", clock=noon) as workspace:
        made_id, _ = workspace.submissions.prepare(
            SubmissionDetails("cleanse_report", due="2026-11-30", mpan_choice=MpanChoice.FULL)
        )
        workspace.submissions.freeze(made_id)
        name = workspace.submissions.get(made_id).ref
    window.door.open(folder)
    at_endpoint(window, central)
    dialog = dialog_of(window, name)
    assert FULL in texts(dialog)
    dialog.deleteLater()


def test_of_several_endpoints_the_person_chooses(desk: MainWindow) -> None:
    one = report(desk)
    file = ParcelFile("body", "submission.json", 2_000_000, "ab" * 32)
    first, second, third = (
        Parcel(number, f"Central {number}", one.id, one.name, "Report", (f"Recipient {number}",), MpanChoice.COUNTS,
               (file,), ("It is larger than it takes.",) if number == 3 else ())
        for number in (1, 2, 3)
    )  # fmt: skip
    routes = tuple(Route(f"R{number}", f"Recipient {number}", number) for number in (1, 2, 3))
    dialog = SendDialog(desk.context, desk, one, WhatIsSent((first, second, third), routes))
    check_names(dialog)
    assert dialog.chosen() == (first, second)
    assert dialog.verb.text() == "Queue for 2 endpoints (4.0 MB)"
    assert "It is larger than it takes." in texts(dialog)
    dialog.boxes[1].click()
    assert dialog.verb.text() == "Queue for Central 2 (2.0 MB)"
    dialog.boxes[2].click()
    assert not dialog.verb.isEnabled()
    assert 3 not in dialog.boxes, "what is refused cannot be chosen"
    dialog.deleteLater()


def test_what_a_recipient_accepted_already_is_pointed_out_and_goes_only_where_the_person_says_so(
    desk: MainWindow, central: Running
) -> None:
    at_endpoint(desk, central)
    workspace = desk.context.workspace
    workspace.submissions.say(report(desk).id, EventKind.HANDED_OVER)
    workspace.submissions.say(report(desk).id, EventKind.ACCEPTED)
    dialog = dialog_of(desk)
    assert "accepted it on 23 Nov 2026: it need not be sent again." in texts(dialog)
    assert "all the same (" in dialog.verb.text()
    dialog.deleteLater()


def test_of_several_endpoints_the_one_whose_recipient_has_it_is_not_ticked(desk: MainWindow) -> None:
    one = report(desk)
    file = ParcelFile("body", "submission.json", 2_000_000, "ab" * 32)
    parcels = tuple(
        Parcel(number, f"Central {number}", one.id, one.name, "Report", (f"Recipient {number}",), MpanChoice.COUNTS,
               (file,), cautions=("Recipient 2 accepted it.",) if number == 2 else (),
               elsewhere=("Central 3 receives for Recipient 1 too.",) if number == 1 else ())
        for number in (1, 2)
    )  # fmt: skip
    routes = tuple(Route(f"R{number}", f"Recipient {number}", number) for number in (1, 2))
    dialog = SendDialog(desk.context, desk, one, WhatIsSent(parcels, routes))
    assert dialog.chosen() == parcels[:1]
    assert "Central 3 receives for Recipient 1 too." in texts(dialog)
    assert dialog.verb.text() == "Queue for Central 1 (2.0 MB)"
    dialog.boxes[2].click()
    assert dialog.verb.text() == "Queue for 2 endpoints all the same (4.0 MB)"
    dialog.deleteLater()


def test_send_says_why_a_version_is_not_sent_any_more(desk: MainWindow, central: Running) -> None:
    at_endpoint(desk, central)
    workspace = desk.context.workspace
    action = desk.context.commands.action("submissions.send")
    submissions(desk)
    assert (action.text(), action.isEnabled()) == ("Send…", True)
    desk.context.hub.publish(workspace.submissions.withdraw(report(desk).id, "Wrong portfolio"))
    settle()
    submissions(desk)
    assert (action.text(), action.isEnabled()) == ("Send… (not any more: it was withdrawn)", False)


def test_what_a_recipient_wrote_stands_where_the_next_step_is_decided(desk: MainWindow) -> None:
    workspace, number = desk.context.workspace, report(desk).id
    workspace.submissions.say(number, EventKind.HANDED_OVER, "BSC")
    desk.context.hub.publish(
        workspace.submissions.say(number, EventKind.CHANGES_REQUESTED, "BSC", note="The meter dates are missing.")
    )
    page = submissions(desk)
    said = texts(page.pane.status)
    assert "“The meter dates are missing.”" in said
    assert f"{desk.context.actor}, 23 Nov 2026" in said
    event = next(one for one in workspace.submissions.events(number) if one.kind is EventKind.CHANGES_REQUESTED)
    desk.context.hub.publish(workspace.submissions.take_back(event.id, "Another one was meant"))
    page = submissions(desk)
    assert "The meter dates are missing." not in texts(page.pane.status)


def test_return_pressed_twice_on_send_queues_nothing(desk: MainWindow, central: Running) -> None:
    at_endpoint(desk, central)
    page = submissions(desk)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SendDialog)
        assert dialog.focusWidget() is dialog.area
        dialog.resize(dialog.width(), dialog.minimumSizeHint().height())
        settle()
        QTest.keyClick(dialog.area, Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert dialog.area.verticalScrollBar().value() > 0, "it reads on"
        dialog.verb.setFocus()
        QTest.keyClick(dialog.verb, Qt.Key.Key_Return)
        assert not dialog.isVisible()

    when_asked(drive)
    press(page.pane, "Send…")
    assert len(desk.context.workspace.outbox.deliveries()) == 1
