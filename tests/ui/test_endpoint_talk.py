"""What is sent to an endpoint and what comes back, as a person sees it: sync, conflicts, programme content, the log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from desk_steps import choose, press, rows, run, said, texts, when_asked
from endpoint_steps import added, shown, warmed, window_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from submission_steps import REPORT, made
from test_accessibility import check_names
from window_care import settle

from desktop.content.pack import KINDS
from desktop.participant.model import Contact
from tests.central_server import Running, serving
from tests.memory_keyring import memory_keyring
from ui.dialogs.endpoint_conflict import ConflictDialog
from ui.dialogs.endpoint_log import LogDialog
from ui.dialogs.endpoint_offers import OffersDialog
from ui.main_window import MainWindow
from ui.pages.endpoints import EndpointsPage
from ui.widgets.settings_content import PackChangesDialog


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
    return made(tmp_path_factory.mktemp("talk") / "acme", tmp_path_factory.mktemp("files"))


@pytest.fixture
def page(opened: MainWindow) -> EndpointsPage:
    return shown(opened)


def sync(page: EndpointsPage) -> None:
    run(window_of(page), "sync.now")


def test_sync_now_sends_what_waits_and_says_so_only_once_there_is_a_receipt(
    window: MainWindow, template: Path, own_home: Path, tmp_path: Path
) -> None:
    window.door.open(shutil.copytree(template, own_home / "acme"))
    page = shown(window)
    workspace = page.context.workspace
    one = workspace.submissions.by_ref(REPORT)
    workspace.submissions.freeze(one.id)
    with serving(tmp_path / "central") as central:
        added(page, central)
        page.context.hub.publish(workspace.outbox.queue(one.id))
        settle()
        assert "1 waiting" in page.list.texts()[0]
        assert page.context.commands.action("sync.now").shortcuts() == [QKeySequence("Ctrl+Shift+Y")]
        sync(page)
        assert "All received" in page.list.texts()[0]
        assert "Endpoint of tests: 1 received, with receipt" in said(window)
    assert page.sync_button.text() == "Sync now"
    assert workspace.outbox.deliveries()[0].received_at is not None
    sync(page)
    assert page.pane.trouble.isVisible()
    assert "It is tried again by itself" in texts(page.pane.trouble)
    assert "All received" in page.list.texts()[0], "what was received stays received"


def test_what_was_changed_on_both_sides_is_chosen_and_closing_chooses_nothing(
    page: EndpointsPage, central: Running
) -> None:
    number = added(page, central)
    page.context.workspace.endpoints.set_contacts(number, True)
    participant = page.context.workspace.participant
    hat = participant.choices("hats")[0]["id"]
    participant.save_contact(Contact(hat, "Sam Brown", "Head of settlement", "sam@acme.example", "1"))
    sync(page)
    records = central.central.records
    version, value = records.of("ACME", "contacts")
    theirs = {key: {**group, "email": "theirs@acme.example", "position": "Director"} for key, group in value.items()}
    records.put_by("ACME", "R. Viewer", "contacts", version, theirs)
    (mine,) = participant.contacts()
    participant.save_contact(replace(mine, email="mine@acme.example"))
    sync(page)
    assert "Changed on both sides: 1 field to choose" in texts(page.news)

    def close(dialog: QDialog) -> None:
        assert isinstance(dialog, ConflictDialog)
        check_names(dialog)
        words = texts(dialog)
        for text in ("sam@acme.example", "mine@acme.example", "theirs@acme.example", "log of sync"):
            assert text in words
        assert not dialog.verb.isEnabled(), "nothing is chosen for the person"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    when_asked(close)
    page.news.conflicts_button.click()
    assert len(page.context.workspace.inbox.conflicts()) == 1

    def choose_mine(dialog: QDialog) -> None:
        assert isinstance(dialog, ConflictDialog)
        (card,) = dialog.cards.values()
        card.mine.setFocus()
        QTest.keyClick(card.mine, Qt.Key.Key_Space)
        assert "Everything is chosen" in dialog.left_words.text()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert not dialog.isVisible(), "finishing asks nothing more"

    when_asked(choose_mine)
    page.news.conflicts_button.click()
    settle()
    assert "Changed on both sides: nothing" in texts(page.news)
    (contact,) = participant.contacts()
    assert (contact.email, contact.position) == ("mine@acme.example", "Director")
    sync(page)
    _, value = records.of("ACME", "contacts")
    assert [group["email"] for group in value.values()] == ["mine@acme.example"]
    assert page.context.workspace.endpoints.get(number).trouble is None


def test_programme_content_is_looked_at_before_it_is_taken(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    content = page.context.workspace.content
    kind = content.packs()[0].kind
    path = tmp_path / "pack.json"
    content.save_copy(kind, path)
    body = json.loads(path.read_text("utf-8"))
    packs = central.central.packs
    first = packs.publish(json.dumps({**body, "version": "2099.1"}).encode(), "test", "Content of tests")
    second = packs.publish(json.dumps({**body, "version": "2099.2"}).encode(), "test", "Content that was wrong")
    packs.withdraw(second.sha256, "A wrong day", "test")
    added(page, central)
    sync(page)
    assert "Programme content: 1 to look at" in texts(page.news)

    def take(dialog: QDialog) -> None:
        assert isinstance(dialog, PackChangesDialog)
        dialog.verb.click()

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, OffersDialog)
        check_names(dialog)
        listed = {row[1]: row[2] for row in rows(dialog.list.list)}
        assert listed["2099.1"] == "Offered"
        assert listed["2099.2"] == "Withdrawn"
        for place, row in enumerate(rows(dialog.list.list)):
            if row[1] == "2099.2":
                dialog.list.list.selectRow(place)
                assert not dialog.take_button.isEnabled()
                assert "A wrong day" in dialog.detail.text()
        for place, row in enumerate(rows(dialog.list.list)):
            if row[1] == "2099.1":
                dialog.list.list.selectRow(place)
        press(dialog, "Not wanted")
        assert {row[1]: row[2] for row in rows(dialog.list.list)}["2099.1"] == "Not wanted"
        when_asked(take)
        press(dialog, "See what it changes…")
        assert {row[1]: row[2] for row in rows(dialog.list.list)}["2099.1"] == "In use"

    when_asked(drive)
    page.news.offers_button.click()
    settle()
    assert content.pack(kind).version == "2099.1"
    packs.withdraw(first.sha256, "That too", "test")
    sync(page)
    assert "1 in use was withdrawn" in texts(page.news)

    def back(dialog: QDialog) -> None:
        assert isinstance(dialog, OffersDialog)
        for place, row in enumerate(rows(dialog.list.list)):
            if row[2] == "In use, but withdrawn":
                dialog.list.list.selectRow(place)
        assert dialog.back_button.text() == "Go back to the shipped " + KINDS[kind].lower()
        dialog.back_button.click()
        settle()
        assert not dialog.back_button.isEnabled()

    when_asked(back)
    page.news.offers_button.click()
    settle()
    assert content.pack(kind).version == body["version"]
    assert "in use was withdrawn" not in texts(page.news)


def test_the_log_is_filtered_copied_and_saved_for_support(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    added(page, central)
    sync(page)
    path = tmp_path / "log.txt"

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, LogDialog)
        check_names(dialog)
        every = len(dialog.shown())
        assert dialog.shown()[-1].event == "added"  # newest first; what other tests published may stand above it
        dialog.typed.setText("nothing has these words")
        dialog._fill()
        assert dialog.shown() == []
        assert "Nothing in the log has these words." in texts(dialog)
        dialog.typed.clear()
        dialog._fill()
        assert len(dialog.shown()) == every
        press(dialog, "Copy")
        choose(path)
        press(dialog, "Save for support…")

    when_asked(drive)
    run(window_of(page), "endpoints.log")
    assert QGuiApplication.clipboard().text().startswith("When\tEndpoint\tWhat")
    assert path.read_text("utf-8")


def test_what_waits_for_an_endpoint_is_one_step_away(
    window: MainWindow, template: Path, own_home: Path, central: Running
) -> None:
    window.door.open(shutil.copytree(template, own_home / "acme"))
    page = shown(window)
    added(page, central)
    workspace = page.context.workspace
    one = workspace.submissions.by_ref(REPORT)
    workspace.submissions.freeze(one.id)
    page.context.hub.publish(workspace.outbox.queue(one.id))
    settle()
    page.pane.deliveries.click()
    settle()
    assert window.current is not None
    assert window.current.id == "sending"
    panel = window.current.table()
    assert panel is not None
    assert [(each.column, each.values) for each in panel.view.filters] == [("endpoint", ("Endpoint of tests",))]
