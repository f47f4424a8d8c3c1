"""Bundles as a person carries them: what goes in is seen first, and what came back is taken in, in any order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_steps import run, texts, when_asked
from endpoint_steps import added, adding, facts, invitation, shown, warmed, window_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from submission_steps import REPORT, made
from test_accessibility import check_names
from window_care import settle

from desktop.sync.model import BundleTaken
from tests.central_server import Running, serving
from tests.memory_keyring import memory_keyring
from ui.dialogs.endpoint_add import AddEndpointDialog
from ui.dialogs.endpoint_bundle import SPLIT, BundleWrittenDialog, ExportBundleDialog
from ui.dialogs.endpoint_return import ReturnBundleDialog, taken_words
from ui.main_window import MainWindow
from ui.pages.endpoints import EndpointsPage


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
    return made(tmp_path_factory.mktemp("bundles") / "acme", tmp_path_factory.mktemp("files"))


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> EndpointsPage:
    window.door.open(shutil.copytree(template, own_home / "acme"))
    return shown(window)


def queued(page: EndpointsPage) -> None:
    """Freeze the report and queue it for the endpoints of its recipients."""
    workspace = page.context.workspace
    one = workspace.submissions.by_ref(REPORT)
    workspace.submissions.freeze(one.id)
    page.context.hub.publish(workspace.outbox.queue(one.id))
    settle()


def exporting(page: EndpointsPage) -> ExportBundleDialog:
    deliveries = page.context.workspace.outbox.deliveries()
    return ExportBundleDialog(page.context, page, page.all.in_use, deliveries, page.list.current_id())


def test_what_goes_into_a_bundle_is_listed_before_it_is_written(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    added(page, central)
    queued(page)
    dialog = exporting(page)
    dialog.show()
    check_names(dialog)
    assert dialog.list.count() == 1
    assert REPORT in dialog.list.item(0).text()
    assert f"{REPORT} v1 has " in dialog.files.text()
    assert dialog.verb.text().startswith("Export the bundle (1 submission, ")
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.verb.isEnabled()
    dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.path.setText(str(tmp_path / "nowhere"))
    dialog.verb.click()
    assert "There is no folder" in texts(dialog)
    dialog.give_up()
    dialog.deleteLater()


def test_with_nothing_waiting_the_dialog_says_what_goes_in_all_the_same(page: EndpointsPage, central: Running) -> None:
    added(page, central)
    dialog = exporting(page)
    dialog.show()
    assert "No submission waits for it." in texts(dialog)
    assert dialog.verb.isEnabled()
    dialog.split.setCurrentIndex(dialog.split.findData(5))
    assert page.context.settings.value(SPLIT) is None, "what was given up is not remembered"
    dialog.give_up()
    dialog.deleteLater()


def test_a_laptop_that_is_never_online_sends_by_hand_and_gets_its_receipts(
    page: EndpointsPage, central: Running, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    def add(dialog: AddEndpointDialog) -> None:
        dialog.offline.setChecked(True)
        dialog.verb.click()

    adding(add)
    page.dropped([invitation(central, tmp_path)], QPoint())
    settle()
    queued(page)
    assert "1 waiting" in page.list.texts()[0]

    def export(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportBundleDialog)
        assert "the request to let this laptop in" in dialog.rest.text()
        dialog.path.setText(str(stick))
        when_asked(written)
        dialog.verb.click()

    def written(dialog: QDialog) -> None:
        assert isinstance(dialog, BundleWrittenDialog)
        check_names(dialog)
        assert "It is exported, not sent" in texts(dialog)

    when_asked(export)
    run(window_of(page), "endpoints.export_bundle")
    settle()
    (sent,) = stick.glob("*.zip")
    assert "1 waiting" in page.list.texts()[0], "exporting is not sending"
    assert "already" in exported_again(page)

    (outcome,) = central.central.bundles.take(sent)
    device = page.context.workspace.endpoints.endpoints()[0].device_uuid
    back = central.central.bundles.give("ACME", device, stick / "back")
    assert all(one.ok for one in outcome.items)
    offered = page.drop([back], QPoint())
    assert offered is not None
    assert "as a return bundle" in offered.words

    def take(dialog: QDialog) -> None:
        assert isinstance(dialog, ReturnBundleDialog)
        check_names(dialog)
        assert dialog.verb.text() == "Take in 1 file"
        dialog.add([sent])
        dialog.verb.click()
        assert dialog.wrong.text(), "a bundle of one's own is no return bundle"
        dialog.list.setCurrentRow(1)
        QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
        assert dialog.paths() == (back,)
        dialog.verb.click()
        assert "1 receipt" in texts(dialog)
        assert not dialog.verb.isEnabled()

    when_asked(take)
    page.dropped([back], QPoint())
    settle()
    assert "All received" in page.list.texts()[0]
    assert "Since " in facts(page)


def exported_again(page: EndpointsPage) -> str:
    """What the list of the next bundle says of what was in one."""
    dialog = exporting(page)
    said = dialog.list.item(0).text()
    dialog.deleteLater()
    return said


def test_a_bundle_that_came_in_parts_says_which_are_missing() -> None:
    assert taken_words(BundleTaken(1, "REC", missing=(2,))).startswith("Part 2 is still missing")
    assert taken_words(BundleTaken(1, "REC", missing=(1, 2, 4))).startswith("Parts 1, 2 and 4 are still missing")
    assert taken_words(BundleTaken(1, "REC", already=3)) == "From REC: 3 known already"
    assert taken_words(BundleTaken(1, "REC")) == "From REC: nothing new"
