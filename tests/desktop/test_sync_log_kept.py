"""How long the log of sync is kept: the newest lines, a good year, and whatever is not over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sync_fixtures
from sync_hands import a_frozen
from sync_outbox_hands import an_endpoint, received

from desktop.sync import log_keeping
from desktop.sync.log_keeping import AGAIN, LogKeeping
from local_db import audit, inbox, sync_log
from local_db.sync_log import LogRow

clock, desk = sync_fixtures.clock, sync_fixtures.desk


@pytest.fixture
def short(monkeypatch):
    """Two lines are kept whatever their age, and two go at once."""
    monkeypatch.setattr(log_keeping, "NEWEST", 2)
    monkeypatch.setattr(log_keeping, "_AT_ONCE", 2)


def said(desk, endpoint, *items):
    with desk.store.write() as connection:
        for item in items:
            sync_log.add(connection, LogRow(audit.timestamp(desk.clock()), endpoint, item, "said", "", ""))


def items(desk):
    return [one.item for one in reversed(desk.outbox.log(limit=-1)) if one.event == "said"]


def test_lines_go_when_they_are_old_and_not_among_the_newest(desk, clock, short):
    endpoint = an_endpoint(desk)
    said(desk, endpoint, "a", "b", "c", "d", "e")
    clock.walk(300)
    said(desk, endpoint, "f")
    keeping = LogKeeping(desk.store, clock)
    assert keeping.prune() == 0
    clock.walk(97)  # of the last 13 months: f only; of the newest two: e and f
    assert keeping.prune() == 4
    assert items(desk) == ["e", "f"]
    clock.walk(10_000)
    assert keeping.prune() == 0
    assert audit.verify(desk.store.read()).ok


def test_lines_of_what_is_not_over_stay(desk, clock, short):
    endpoint = an_endpoint(desk, recipients=("BSC",))
    desk.outbox.queue(a_frozen(desk, ("BSC",)))
    (one,) = desk.outbox.deliveries()
    with desk.store.write() as connection:
        values = (endpoint, "contacts", 0, "{}", "", 0, "conflict", "{}", "2026-11-23")
        inbox.keep_record(connection, inbox.RecordRow(*values))
        inbox.keep_pack(
            connection, inbox.PackRow(endpoint, "5ha", "calendar", "2", "", "", "2026-11-23", "", 1, 0, "offered", "")
        )
    said(desk, endpoint, one.uuid, "contacts", "5ha", "", "b", "c")
    clock.walk(500)
    keeping = LogKeeping(desk.store, clock)
    assert keeping.prune() == 1
    assert items(desk) == [one.uuid, "contacts", "5ha", "b", "c"]
    received(desk, one)
    with desk.store.write() as connection:
        inbox.keep_record(connection, inbox.RecordRow(*values[:6], "same", *values[7:]))
        inbox.decide_pack(connection, "5ha", "not wanted", "2026-11-23", "Jo")
    keeping.prune()
    assert items(desk) == ["c"]  # and the line of the receipt, which is the newest
    assert [each.event for each in desk.outbox.history(one.uuid)] == ["received"]


def test_a_clock_that_runs_ahead_takes_no_more_than_what_is_not_among_the_newest(desk, clock, short):
    endpoint = an_endpoint(desk)
    said(desk, endpoint, "a", "b", "c")
    clock.walk(40_000)
    LogKeeping(desk.store, clock).prune()
    assert items(desk) == ["b", "c"]


def test_it_is_looked_at_once_a_day(desk, clock, short):
    endpoint, now = an_endpoint(desk), [1000.0]
    keeping = LogKeeping(desk.store, clock, lambda: now[0])
    assert keeping.now_and_then() == 0
    said(desk, endpoint, "a", "b", "c")
    clock.walk(500)
    now[0] += AGAIN - 1
    assert keeping.now_and_then() == 0
    now[0] += 1
    assert keeping.now_and_then() == 1


def test_it_keeps_for_13_months_and_so_many_lines():
    assert timedelta(days=395) < log_keeping.YOUNGER < timedelta(days=398)
    assert log_keeping.NEWEST == 20_000
