"""The lines of sync in the status bar: in words, one for each endpoint, one for many, and where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from desk_steps import noon
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from test_accessibility import check_names
from window_care import settle

from desktop.sync.model import EndpointLine, Tone
from ui.main_window import MainWindow
from ui.pages.payloads import ShowEndpoint
from ui.theme.theme import Appearance, Theme
from ui.widgets.sync_status import READ_ONLY, SyncStatus

AT = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


def line(number: int, words: str, tone: Tone, waiting: int = 0, needs_you: int = 0, **more) -> EndpointLine:
    return EndpointLine(number, f"Central {number}", words, tone, waiting, needs_you, AT, **more)


GOOD = line(1, "All received", Tone.GOOD)
WAITS = line(2, "3 waiting · offline", Tone.NEUTRAL, 3, detail="The oldest one has been waiting 3 days.")
STUCK = line(3, "1 needs you", Tone.NEEDS_YOU, 0, 1)
SIGN_IN = line(4, "2 waiting · signing in needed", Tone.NEEDS_YOU, 2)


class Went(list[tuple[str, object]]):
    """Where a click led."""

    def go(self, page: str, payload: object) -> None:
        self.append((page, payload))


@pytest.fixture
def went() -> Went:
    return Went()


@pytest.fixture
def status(theme: Theme, went: Went, qtbot) -> Iterator[SyncStatus]:
    made = SyncStatus(theme, went.go, noon)
    qtbot.addWidget(made)
    yield made
    made.close()


def click(status: SyncStatus, place: int) -> None:
    shown = [one for one in status.findChildren(QToolButton) if one.isVisibleTo(status)]
    QTest.mouseClick(shown[place], Qt.MouseButton.LeftButton)


def test_each_endpoint_is_a_line_in_words_with_the_age_in_its_tooltip(status: SyncStatus) -> None:
    status.show_lines([GOOD, WAITS, STUCK])
    status.show()
    assert status.texts() == ["Central 1: All received", "Central 2: 3 waiting · offline", "Central 3: 1 needs you"]
    tips = [one.toolTip() for one in status.findChildren(QToolButton) if one.isVisibleTo(status)]
    assert "waiting 3 days" in tips[1]
    assert all("Last contact " in tip for tip in tips)
    check_names(status)


def test_a_click_leads_to_what_waits_else_to_the_endpoint(status: SyncStatus, went: Went) -> None:
    status.show_lines([GOOD, WAITS, STUCK])
    status.show()
    for place in range(3):
        click(status, place)
    status.show_lines([SIGN_IN])
    click(status, 0)
    assert went == [
        ("endpoints", ShowEndpoint(1)),
        ("sending", None),
        ("sending", None),
        ("endpoints", ShowEndpoint(4)),
    ]


def test_more_than_three_are_one_line_with_a_menu(status: SyncStatus, went: Went) -> None:
    status.show_lines([GOOD, WAITS, STUCK, SIGN_IN])
    status.show()
    (words,) = status.texts()
    assert words == "4 endpoints · 5 waiting · 1 needs you · 1 stopped · 1 offline"
    actions = status.menu().actions()
    assert [one.text() for one in actions][1] == "Central 2: 3 waiting · offline"
    actions[0].trigger()
    assert went == [("endpoints", ShowEndpoint(1))]
    status.show_lines([GOOD, GOOD, GOOD, GOOD])
    assert status.texts() == ["4 endpoints · all received"]


def test_a_narrow_window_has_one_line_for_several_and_grows_again(status: SyncStatus) -> None:
    status.show_lines([WAITS, STUCK])
    status.show()
    status.fit(500)
    assert status.texts() == ["2 endpoints · 3 waiting · 1 needs you · 1 offline"]
    status.fit(2000)
    assert len(status.texts()) == 2


def test_without_an_endpoint_nothing_is_shown_and_reading_only_is_said(status: SyncStatus, theme: Theme) -> None:
    status.show_lines([])
    assert not status.isVisibleTo(status.parentWidget()) if status.parentWidget() else status.isHidden()
    status.show_lines([WAITS], read_only=True)
    status.show()
    assert READ_ONLY in status.findChildren(QToolButton)[0].toolTip()
    theme.choose(Appearance.DARK)
    assert status.texts() == ["Central 2: 3 waiting · offline"]


def test_the_rail_says_what_needs_the_person(opened: MainWindow) -> None:
    rail = opened._rail
    rail.set_badge("sending", 2, "needs you", "need you")
    button = rail._buttons["sending"]
    assert button.accessibleName() == "Sending, 2 need you"
    assert button.toolTip() == "2 need you"
    plain = button.grab().toImage()
    rail.set_badge("sending", 0, "needs you", "need you")
    settle()
    assert button.accessibleName() == "Sending"
    assert button.grab().toImage() != plain, "the number is drawn"
