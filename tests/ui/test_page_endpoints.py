"""The page of endpoints as a person uses it: add, look, change, pause, sign in again, remove."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from uuid import uuid4

import pytest
from desk_steps import banner, buttons, fill, press, run, said, take_file, texts, when_asked
from endpoint_steps import added, adding, code_of, facts, invitation, shown, warmed, window_of
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from sending_steps import at_endpoint
from test_accessibility import check_names
from window_care import focusable, settle

from desktop.changes import Changes, Subject
from desktop.sync.model import BundleWritten, ProxyChoice
from local_db import endpoints as rows
from tests.central_server import Running, serving
from tests.memory_keyring import MemoryKeyring, memory_keyring
from ui.dialogs.endpoint_add import AddEndpointDialog
from ui.dialogs.endpoint_bundle import BundleWrittenDialog, ExportBundleDialog
from ui.dialogs.endpoint_edit import EditEndpointDialog
from ui.dialogs.endpoint_form import EndpointForm
from ui.dialogs.endpoint_log import LogDialog
from ui.dialogs.endpoint_offers import OffersDialog
from ui.dialogs.endpoint_return import ReturnBundleDialog
from ui.dialogs.endpoint_sign_in import SignInDialog
from ui.dialogs.endpoint_test import ConnectionTestDialog
from ui.dialogs.saving_form import SavingForm
from ui.main_window import MainWindow
from ui.pages.endpoints import EndpointsPage
from ui.widgets.endpoint_pane import METERED


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("central")) as running:
        warmed(running)
        yield running


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    with memory_keyring() as made:
        yield made


@pytest.fixture
def page(opened: MainWindow) -> EndpointsPage:
    return shown(opened)


def fields(dialog: EndpointForm) -> dict[str, str]:
    """What is said to be wrong, by field."""
    return {name: one.wrong.text() for name, one in dialog.asked.items() if one.wrong.text()}


def straight(dialog: AddEndpointDialog) -> None:
    """No proxy of the computer that the tests run on."""
    dialog.connection.choice.setCurrentIndex(dialog.connection.choice.findData(ProxyChoice.NONE))


def test_without_an_endpoint_the_page_says_what_one_is_and_that_nothing_needs_one(page: EndpointsPage) -> None:
    said_here = texts(page)
    assert "There is no endpoint yet" in said_here
    assert "Everything works without one" in said_here
    assert {"Add an endpoint…", "Add from an invitation…"} <= set(buttons(page))
    commands = page.context.commands
    assert not commands.available(commands.get("sync.now"))
    off = ("export_bundle", "import_bundle", "log", "offers", "edit", "remove", "test")
    assert not any(commands.available(commands.get(f"endpoints.{one}")) for one in off)


def test_an_endpoint_is_added_by_address_and_code_and_what_is_wrong_stands_at_its_field(
    page: EndpointsPage, central: Running, ring: MemoryKeyring
) -> None:
    code = code_of(central)

    def drive(dialog: AddEndpointDialog) -> None:
        straight(dialog)
        assert not dialog.try_button.isEnabled()
        dialog.verb.click()
        assert set(fields(dialog)) == {"address"}
        dialog.address.setText(central.address)
        dialog.verb.click()
        assert set(fields(dialog)) == {"code"}
        dialog.code.setText("WRONG-WRONG")
        dialog.verb.click()
        assert "not known, was used, or has expired" in fields(dialog)["code"]
        assert dialog.code.text() == "WRONG-WRONG", "what was typed stays"
        assert not ring.entries
        dialog.code.setText(code.lower().replace("-", " "))
        dialog.device.setText("Pat’s laptop")
        dialog.verb.click()
        assert not dialog.isVisible()

    assert adding(drive) is not None
    press(page, "Add an endpoint…")
    assert page.list.texts()[0].startswith("Endpoint of tests, ")
    assert "This laptop: Pat’s laptop" in facts(page)
    assert f"Address: {central.address}" in facts(page)
    assert "Participant: ACME" in facts(page)
    assert "It speaks version 1, MHHS Desk speaks 1" in facts(page)
    assert "Receives for: " in facts(page)
    assert ring.entries, "what it is signed in with stands in the keyring"
    assert not any("token" in text.lower() or code in text for text in (texts(window_of(page)), said(window_of(page))))


def test_a_keyring_that_does_not_answer_is_said_plainly_and_nothing_is_kept(
    page: EndpointsPage, central: Running, ring: MemoryKeyring
) -> None:
    ring.locked = True

    def drive(dialog: AddEndpointDialog) -> None:
        straight(dialog)
        dialog.address.setText(central.address)
        dialog.code.setText(code_of(central))
        dialog.verb.click()
        assert "keyring" in dialog.wrong.text()
        assert dialog.wrong.isVisible()

    adding(drive)
    press(page, "Add an endpoint…")
    assert not page.context.workspace.endpoints.endpoints()


def test_an_invitation_that_is_dropped_is_read_before_it_is_taken(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    path = invitation(central, tmp_path)
    drop = page.drop([path], QPoint())
    assert drop is not None
    assert "from the invitation" in drop.words

    def drive(dialog: AddEndpointDialog) -> None:
        straight(dialog)
        assert "Endpoint of tests invites Acme Energy (made up) (ACME)" in dialog.says.text()
        assert central.address in dialog.says.text()
        dialog.verb.click()

    adding(drive)
    page.dropped([path], QPoint())
    settle()
    assert len(page.list.texts()) == 1


def test_a_laptop_that_is_never_online_asks_to_be_let_in_with_its_first_bundle(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    path, other = invitation(central, tmp_path), tmp_path / "other.json"
    other.write_text("{}", "utf-8")

    def drive(dialog: AddEndpointDialog) -> None:
        assert "is no invitation of an endpoint" in fields(dialog)["path"]
        event = _dropped(path)
        dialog.dropEvent(event)
        assert not fields(dialog)
        dialog.offline.setChecked(True)
        assert not dialog.fold.isVisible()
        assert not dialog.try_button.isVisible()
        dialog.verb.click()

    def chosen(dialog: QDialog) -> None:
        adding(drive)
        take_file(dialog, other)

    when_asked(chosen)
    press(page, "Add from an invitation…")
    assert "the first bundle asks for it" in facts(page)
    assert "it is reached by bundles only" in facts(page)
    can = page.verbs.possible()
    assert not can["test"]
    assert not can["sync_one"]
    assert not can["sign_in"]
    assert can["edit"]
    assert can["remove"]
    assert not page.sync_button.isEnabled()
    assert buttons(page.pane)["Export a bundle…"]
    assert "Sync it now" not in buttons(page.pane)
    commands = page.context.commands
    assert commands.available(commands.get("endpoints.export_bundle"))


def test_pause_metered_name_and_recipients_are_changed_and_kept(page: EndpointsPage, central: Running) -> None:
    number = added(page, central)
    press(page, "Pause")
    assert page.context.workspace.endpoints.get(number).paused
    assert "paused" in page.list.texts()[0]
    press(page, "Go on")
    assert not page.context.workspace.endpoints.get(number).paused
    page.pane.metered.click()
    settle()
    assert page.context.workspace.endpoints.get(number).metered

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, EditEndpointDialog)
        assert dialog.metered.isChecked()
        dialog.name.setText("Code Body of tests")
        dialog.cap.setValue(500)
        for key, box in dialog.boxes.items():
            box.setChecked(key == "REC")
        dialog.connection.ca_file.setText("/nowhere/at/all.pem")
        dialog.verb.click()
        assert set(fields(dialog)) == {"ca_file"}
        dialog.connection.ca_file.setText("")
        dialog.verb.click()
        assert not dialog.isVisible()

    when_asked(drive)
    press(page, "Edit…")
    one = page.context.workspace.endpoints.get(number)
    assert (one.name, one.recipients, one.cap_kib, one.metered) == ("Code Body of tests", ("REC",), 500, True)
    assert "No more than 500 KiB a second" in facts(page)
    assert "Receives for: REC Code Manager" in facts(page)

    def back(dialog: QDialog) -> None:
        assert isinstance(dialog, EditEndpointDialog)
        dialog.said.setChecked(True)
        dialog.verb.click()

    when_asked(back)
    press(page, "Change…")
    assert len(page.context.workspace.endpoints.get(number).recipients) > 1


def _other(row: rows.EndpointRow, name: str, recipients: tuple[str, ...]) -> dict[str, object]:
    """What is kept of an endpoint like another one: one central service cannot be added twice."""
    kept = {key: value for key, value in asdict(row).items() if key != "id"}
    return {**kept, "uuid": str(uuid4()), "name": name, "recipients": json.dumps(recipients)}


def test_two_endpoints_for_one_recipient_are_pointed_out_at_each(page: EndpointsPage, central: Running) -> None:
    window = window_of(page)
    first = at_endpoint(window, central, name="First", recipients=("REC",))
    page.show_id(first)
    assert not page.pane.overlaps.isVisibleTo(page)
    store = window.context.workspace.store
    row = rows.endpoint(store.read(), first)
    assert row is not None
    with store.write() as connection:
        second = rows.add(connection, _other(row, "Second", ("REC", "BSC")))
    window.context.hub.publish(Changes.of(Subject.ENDPOINTS))
    settle()
    for number, words in ((first, "Second receives for REC Code Manager too."), (second, "what is new to First,")):
        page.show_id(number)
        assert page.pane.overlaps.isVisibleTo(page)
        assert words in page.pane.overlaps.words.text()


def test_contacts_go_only_where_the_tick_was_set_and_its_line_says_whose_details_go(
    page: EndpointsPage, central: Running
) -> None:
    def drive(dialog: AddEndpointDialog) -> None:
        straight(dialog)
        assert not dialog.contacts.agreed
        assert "e-mail address and telephone number" in texts(dialog)
        dialog.address.setText(central.address)
        dialog.code.setText(code_of(central))
        dialog.contacts.tick.click()
        dialog.verb.click()
        assert not dialog.isVisible()

    adding(drive)
    press(page, "Add an endpoint…")
    endpoints = page.context.workspace.endpoints
    (one,) = endpoints.endpoints()
    assert one.contacts
    assert "Our contacts: Kept up to date there" in facts(page)
    page.pane.metered.click()
    settle()
    assert (endpoints.get(one.id).metered, endpoints.get(one.id).contacts) == (True, True)

    def take_back(dialog: QDialog) -> None:
        assert isinstance(dialog, EditEndpointDialog)
        assert dialog.contacts.agreed
        dialog.contacts.tick.click()
        dialog.verb.click()

    when_asked(take_back)
    press(page, "Edit…")
    assert not endpoints.get(one.id).contacts
    assert "Our contacts: Not sent there" in facts(page)


def test_a_test_of_the_connection_shows_each_step_and_can_be_copied(page: EndpointsPage, central: Running) -> None:
    added(page, central)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ConnectionTestDialog)
        words = texts(dialog)
        for step in ("Address: passed", "Endpoint: passed", "Sign-in: passed", "Receives for BSCCo (Elexon)"):
            assert step in words
        check_names(dialog)
        press(dialog, "Copy as text")
        press(dialog, "Test again")

    when_asked(drive)
    press(page, "Test connection…")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Test Endpoint of tests, ")
    assert "Sign-in: passed" in copied
    assert "Receives for: BSCCo (Elexon)" in copied


def test_the_step_that_fails_is_named_with_what_to_do(page: EndpointsPage) -> None:
    def test(dialog: QDialog) -> None:
        assert isinstance(dialog, ConnectionTestDialog)
        assert dialog.verdict.words.text() == "It stops at: Connection"
        assert dialog.report is not None
        failed = dialog.report.failed
        assert failed is not None
        assert failed.todo
        assert failed.todo in texts(dialog)
        assert "Endpoint: not reached" in texts(dialog)

    def drive(dialog: AddEndpointDialog) -> None:
        straight(dialog)
        dialog.address.setText("http://127.0.0.1:9")
        when_asked(test)
        press(dialog, "Test the address…")
        dialog.code.setText("ABCDE")
        dialog.verb.click()
        assert dialog.wrong.text() or fields(dialog)

    adding(drive)
    press(page, "Add an endpoint…")
    assert not page.context.workspace.endpoints.endpoints()


def test_a_laptop_that_was_locked_out_signs_in_again(page: EndpointsPage, central: Running) -> None:
    number = added(page, central)
    service = page.context.workspace.endpoints
    before = service.get(number).device_uuid
    central.central.devices.revoke(before, "lost", "test")
    run(window_of(page), "endpoints.sync_one")
    assert page.pane.trouble.isVisible()
    assert "waits until it is mended" in texts(page.pane.trouble)
    assert "needs you" not in said(window_of(page)).lower()
    code = code_of(central)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SignInDialog)
        dialog.verb.click()
        assert set(fields(dialog)) == {"code"}
        dialog.code.setText(code)
        dialog.verb.click()
        assert not dialog.isVisible()

    when_asked(drive)
    page.pane.trouble.helps["sign_in"].click()
    settle()
    assert service.get(number).trouble is None
    assert not page.pane.trouble.isVisible()


def test_a_clock_that_is_wrong_is_told_with_both_times(page: EndpointsPage, central: Running) -> None:
    number = added(page, central)
    service = page.context.workspace.endpoints
    page.context.hub.publish(service.heard(number, clock_ms=-7 * 60_000))
    settle()
    words = texts(page.pane.clock)
    assert "The clocks are 7 minutes apart" in words
    assert "When this laptop said 12:00, the endpoint said 11:53" in words
    page.context.hub.publish(service.heard(number, clock_ms=60_000))
    settle()
    assert not page.pane.clock.isVisible()
    assert "60 seconds ahead of this laptop’s" in facts(page)


def test_an_endpoint_is_removed_with_a_reason_and_can_still_be_looked_at(page: EndpointsPage, central: Running) -> None:
    number = added(page, central)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SavingForm)
        dialog.verb.click()
        assert "Say why" in dialog.wrong.text()
        fill(dialog, reason="It moved")

    when_asked(drive)
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    settle()
    assert page.context.workspace.endpoints.get(number).removed == "It moved"
    assert "Not used any more: It moved" in texts(page.pane)
    assert not page.verbs.possible()["edit"]
    other = added(page, central)
    assert other == number, "an endpoint that is added again is the same one"


def test_a_workspace_that_is_read_only_shows_endpoints_and_changes_nothing(
    window: MainWindow, central: Running, own_home: Path
) -> None:
    folder = own_home / "acme"
    window.door.create(folder, "Acme", "ACME")
    added(shown(window), central)
    window.close_workspace()
    window.door.open(folder, read_only=True)
    page = shown(window)
    assert len(page.list.texts()) == 1
    assert {verb for verb, can in page.verbs.possible().items() if can} == {"test"}
    assert not page.sync_button.isEnabled()
    assert not page.add_button.isEnabled()
    drop = page.drop([Path("bundle.zip")], QPoint())
    assert drop is not None
    assert drop.kind == "no"


def test_the_list_says_how_it_stands_in_words_and_every_control_is_named(page: EndpointsPage, central: Running) -> None:
    added(page, central)
    assert page.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == page.list.texts()[0]
    assert "receives for" in page.list.texts()[0]
    check_names(page)
    for command in ("add", "edit", "sign_in", "remove"):
        when_asked(check_names)
        run(window_of(page), f"endpoints.{command}")
    assert not banner(window_of(page))


def test_every_dialog_has_names_and_a_title_and_escape_closes_it(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    added(page, central)
    one, context = page.all.endpoints[0], page.context
    written = BundleWritten((tmp_path / "a-1of2.zip", tmp_path / "a-2of2.zip"), ("ab" * 32, "cd" * 32), ("u",), 3)
    for dialog in (
        AddEndpointDialog(context, page),
        EditEndpointDialog(context, page, one, page.all.recipients),
        SignInDialog(context, page, one),
        ExportBundleDialog(context, page, page.all.in_use, (), one.id),
        BundleWrittenDialog(page, one.name, written),
        ReturnBundleDialog(context, page),
        OffersDialog(context, page),
        LogDialog(context, page, page.all.endpoints),
    ):
        check_names(dialog)
        assert dialog.windowTitle()
        dialog.open()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible(), dialog.windowTitle()
        dialog.deleteLater()


def test_an_invitation_for_somebody_else_is_pointed_out(page: EndpointsPage, central: Running, tmp_path: Path) -> None:
    def drive(dialog: AddEndpointDialog) -> None:
        assert "This workspace is that of Acme Energy Supply Limited (ACME)" in dialog.says.text()

    adding(drive)
    page.dropped([invitation(central, tmp_path, "OTHER")], QPoint())


def test_an_endpoint_that_is_chosen_stays_chosen_in_the_next_run(
    window: MainWindow, central: Running, own_home: Path, tmp_path: Path
) -> None:
    window.door.create(own_home / "acme", "Acme", "ACME")
    page = shown(window)
    added(page, central)
    with serving(tmp_path / "second", name="Another endpoint") as second:
        wanted = added(page, second)
    page.show_id(wanted)
    assert page.state()["chosen"] == wanted
    folder = own_home / "acme"
    window.close_workspace()
    window.door.open(folder)
    assert shown(window).list.current_id() == wanted


def _dropped(path: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event._kept = data  # the event does not keep its data alive by itself
    return event


def test_what_was_read_before_an_endpoint_was_added_does_not_lose_that_it_is_to_be_chosen(
    page: EndpointsPage, central: Running
) -> None:
    number = added(page, central)
    before = page.all
    second = replace(before.endpoints[0], id=number + 1, name="Second")
    page.show_id(second.id)
    page._fill(before)
    page._fill(replace(before, endpoints=(*before.endpoints, second)))
    assert page.chosen() == second
    commands = page.context.commands
    assert commands.available(commands.get("endpoints.test"))


def test_space_on_an_action_leaves_the_focus_at_it(page: EndpointsPage, central: Running) -> None:
    added(page, central)
    for made, then in (
        (page.pane.sync_button, "Sync it now"), (page.pane.pause_button, "Go on"),
        (page.pane.pause_button, "Pause"), (page.pane.metered, METERED), (page.sync_button, "Sync now"),
    ):  # fmt: skip
        made.setFocus()
        QTest.keyClick(made, Qt.Key.Key_Space)
        settle()
        assert page.window().focusWidget() is made
        assert made.text() == then


def test_the_address_can_be_tested_without_scrolling_whichever_way_in_is_chosen(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    def drive(dialog: AddEndpointDialog) -> None:
        settle()
        shown_part = dialog.area.viewport().rect()
        for way, above in ((dialog.by_code, dialog.code), (dialog.by_file, dialog.offline)):
            way.setChecked(True)
            settle()
            at = dialog.try_button.mapTo(dialog.area.viewport(), dialog.try_button.rect().bottomRight())
            assert shown_part.contains(at)
            order = focusable(dialog)
            places = [order.index(one) for one in (above, dialog.try_button, dialog.device)]
            assert places == sorted(places)

    adding(drive)
    page.verbs.add()


def test_what_can_be_decided_says_what_it_is_about(page: EndpointsPage, central: Running) -> None:
    added(page, central)
    for made in (page.news.offers_button, page.news.conflicts_button):
        words = made.text().removesuffix("…")
        assert words in {"Look at the content", "Choose what stands"}
        assert made.accessibleName().startswith(words)
