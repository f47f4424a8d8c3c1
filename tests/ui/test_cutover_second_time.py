"""The second of a time that clocks show twice, wherever the window shows it or asks for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from desktop.cutover.model import Window
from desktop.uk_time import Moment
from ui.dialogs.cutover_done import now_typed, typed_moment
from ui.models.paged_table import shown_date
from ui.widgets.cutover_look import window_words

FIRST = Moment(date(2026, 10, 25), time(1, 30))
SECOND = Moment(date(2026, 10, 25), time(1, 30), second=True)


def test_now_in_the_second_hour_is_offered_and_taken_as_that():
    text = now_typed(datetime(2026, 10, 25, 1, 30, 40, tzinfo=UTC))
    assert text == "25/10/2026 01:30 GMT"
    assert typed_moment(text, "at") == SECOND
    assert typed_moment(now_typed(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)), "at") == FIRST


def test_tables_and_the_pane_say_which():
    assert shown_date(SECOND.text) == "25 Oct 2026 01:30 GMT"
    assert shown_date(FIRST.text) == "25 Oct 2026 01:30"
    assert window_words(Window(FIRST, SECOND)).endswith("01:30 to 01:30 GMT")
