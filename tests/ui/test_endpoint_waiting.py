"""While an endpoint does not answer: the window goes on, work can be stopped, a dialog can be closed at any time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from desk_steps import press, said, texts, when_asked
from endpoint_steps import shown
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_care import settle

from desktop.changes import Changes, Subject
from desktop.jobs import Job
from desktop.sync.model import Connection, ProxyChoice
from tests.loopback import INFO, Request, Server, answer, scripted
from tests.memory_keyring import memory_keyring
from ui.dialogs.endpoint_add import AddEndpointDialog
from ui.dialogs.endpoint_form import STOPPED, EndpointForm
from ui.dialogs.endpoint_test import ConnectionTestDialog
from ui.main_window import MainWindow


@pytest.fixture(autouse=True)
def ring() -> Iterator[None]:
    with memory_keyring():
        yield


@contextmanager
def silent() -> Iterator[tuple[Server, threading.Event]]:
    """An endpoint that takes every question and answers once the event is set."""
    go_on = threading.Event()

    def script(_request: Request, link: socket.socket) -> None:
        go_on.wait(20)
        link.sendall(answer(INFO))

    with scripted(script) as server:
        try:
            yield server, go_on
        finally:
            go_on.set()


@pytest.fixture
def desk(opened: MainWindow) -> Iterator[MainWindow]:
    """The window with jobs in threads of their own, as a person has it."""
    shown(opened)
    opened.context.jobs.serial = False
    yield opened
    opened.context.jobs.shut_down()
    opened.context.jobs.serial = True


def filled(desk: MainWindow, address: str) -> AddEndpointDialog:
    """The dialog that adds an endpoint, open and filled."""
    dialog = AddEndpointDialog(desk.context, desk.current)
    dialog.show()
    dialog.connection.choice.setCurrentIndex(dialog.connection.choice.findData(ProxyChoice.NONE))
    dialog.address.setText(address)
    dialog.code.setText("ABCDE-FGHJK")
    return dialog


def test_adding_can_be_stopped_and_everything_typed_is_still_there(desk: MainWindow, qtbot) -> None:
    with silent() as (server, _go_on):
        dialog = filled(desk, server.address)
        dialog.verb.click()
        qtbot.waitUntil(lambda: bool(server.requests))
        assert dialog.work.isVisible()
        assert not dialog.verb.isEnabled()
        assert not dialog.inside.isEnabled()
        assert desk.context.can_write, "nobody waits for an endpoint to go on working"
        press(dialog, "Stop")
        assert not dialog.work.stop_button.isEnabled()
        qtbot.waitUntil(lambda: not dialog.work.busy)
        assert STOPPED in texts(dialog)
        assert dialog.verb.isEnabled()
        assert dialog.code.text() == "ABCDE-FGHJK"
        dialog.give_up()
        dialog.deleteLater()
    assert not desk.context.workspace.endpoints.endpoints()


def test_escape_stops_the_work_and_throws_nothing_away_that_was_typed(desk: MainWindow, qtbot) -> None:
    with silent() as (server, _go_on):
        dialog = filled(desk, server.address)
        dialog.verb.click()
        qtbot.waitUntil(lambda: bool(server.requests))
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        qtbot.waitUntil(lambda: not dialog.work.busy)
    assert STOPPED in texts(dialog)
    asked = when_asked(lambda question: press(question, "Keep editing"))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == ["Throw away what you typed?"]
    assert dialog.isVisible()
    assert dialog.code.text() == "ABCDE-FGHJK"
    dialog.give_up()
    dialog.deleteLater()


def test_closing_a_dialog_stops_its_work_and_touches_nothing_of_it_any_more(desk: MainWindow, qtbot) -> None:
    with silent() as (server, go_on):
        dialog = filled(desk, server.address)
        dialog.verb.click()
        qtbot.waitUntil(lambda: bool(server.requests))
        press(dialog, "Cancel")
        assert not dialog.isVisible()
        dialog.deleteLater()
        settle()
        go_on.set()
        qtbot.waitUntil(lambda: not desk.context.jobs.running())


def test_a_test_of_the_connection_can_be_stopped_and_begun_anew(desk: MainWindow, qtbot) -> None:
    with silent() as (server, go_on):
        service = desk.context.workspace.endpoints
        straight = Connection(ProxyChoice.NONE)
        dialog = ConnectionTestDialog(
            desk.context, desk, "Test", lambda job: service.test_address(server.address, straight, job=job)
        )
        dialog.show()
        qtbot.waitUntil(lambda: bool(server.requests))
        assert not dialog.again_button.isEnabled()
        press(dialog, "Stop")
        qtbot.waitUntil(lambda: not dialog.strip.busy)
        assert dialog.verdict.words.text() == "The test was stopped"
        go_on.set()
        press(dialog, "Test again")
        qtbot.waitUntil(lambda: dialog.report is not None)
        dialog.reject()
        dialog.deleteLater()


def test_what_was_done_just_as_the_dialog_was_closed_is_told_all_the_same(desk: MainWindow, qtbot) -> None:
    begun, go_on = threading.Event(), threading.Event()
    heard: list[Changes] = []
    desk.context.hub.changed.connect(heard.append)

    def work(_job: Job) -> Changes:
        begun.set()
        go_on.wait(20)
        return Changes.of(Subject.ENDPOINTS, title="Add the endpoint of tests")

    dialog = _Form(desk, work)
    dialog.show()
    dialog.verb.click()
    qtbot.waitUntil(begun.is_set)
    dialog.give_up()
    dialog.deleteLater()
    settle()
    go_on.set()
    qtbot.waitUntil(lambda: bool(heard))
    assert said(desk) == "Done: Add the endpoint of tests"
    desk.context.hub.changed.disconnect(heard.append)


class _Form(EndpointForm):
    def __init__(self, desk: MainWindow, work: Callable[[Job], Changes]) -> None:
        super().__init__(desk.context, desk, "A form", "", "Do it")
        self._todo = work

    def go(self) -> None:
        self.run("Doing it", self._todo, lambda changes: changes)
