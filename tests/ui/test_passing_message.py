"""What passes by in the status bar: never cut within a word, endpoints apart, gone when it is not so any more."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QLabel

from desktop.sync.model import EndpointLine, SyncOutcome, Tone, Trouble
from ui.told_of_sync import SETTLES, ToldOfSync
from ui.widgets.endpoint_look import outcome_words, short_name
from ui.widgets.passing_message import PassingBar

AT = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
NAME = "Sample central endpoint of the programme (made up)"


def line(words: str, tone: Tone = Tone.GOOD) -> EndpointLine:
    return EndpointLine(1, "Central", words, tone, 0, 0, AT)


def test_a_long_name_is_shortened_in_the_middle() -> None:
    assert short_name("Central") == "Central"
    short = short_name(NAME, 22)
    assert short == "Sample cent…(made up)"
    assert len(short) <= 22


def test_a_message_of_several_endpoints_is_one_line_and_ends_in_an_ellipsis(qtbot) -> None:
    bar = PassingBar()
    qtbot.addWidget(bar)
    where = QLabel("workspace · saved 09:14")
    bar.addPermanentWidget(where)
    bar.resize(1200, 30)
    bar.show()
    told = outcome_words([SyncOutcome(1, "Central", received=2), SyncOutcome(2, "Other", waiting=1)])
    bar.pass_by(told, 0)
    assert bar.currentMessage() == "Central: 2 received, with receipt · Other: 1 waiting"
    assert bar.shown() == bar.toolTip() == bar.currentMessage()
    bar.resize(380, 30)
    bar.grab()
    assert bar.shown().endswith("…")
    assert bar.toolTip() == bar.currentMessage()
    assert bar.fontMetrics().horizontalAdvance(bar.shown()) < where.x()


def test_a_round_that_was_told_names_its_trouble_after_long_names_in_short() -> None:
    told = outcome_words([SyncOutcome(1, NAME, trouble=Trouble("It is away.", "Wait."))])
    assert told == f"{short_name(NAME)}: nothing new. It is away. Wait."


def test_what_was_said_of_sync_goes_once_it_stands_otherwise() -> None:
    now = [0.0]
    told = ToldOfSync(lambda: now[0])
    told.say("Central: nothing new. It is away.", [line("1 waiting · sending", Tone.BUSY)])
    away = [line("1 waiting · offline", Tone.WAITING)]
    assert told.outdated(away) == "", "the round's own changes are read after it"
    now[0] = SETTLES + 1
    assert told.outdated(away) == ""
    assert told.outdated([line("All received")]) == "Central: nothing new. It is away."
    assert told.outdated(away) == "", "once"
