"""Comparing with an endpoint that answers so many questions and no more, and an endpoint without room."""

from __future__ import annotations

import pytest
import sync_between
import sync_fixtures
from sync_hands import a_frozen

from desktop.sync.model import DeliveryState
from local_db import endpoints as endpoint_rows

clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk
running = sync_fixtures.running
between = sync_between.between


@pytest.fixture
def sent(desk, between):
    """Three submissions with a receipt, and an endpoint that says that it was restored since."""
    made = [a_frozen(desk, ("BSC",)) for _ in range(3)]
    for one in made:
        desk.outbox.queue(one)
    desk.sync.now()
    assert {one.state for one in desk.outbox.deliveries()} == {DeliveryState.RECEIVED}
    (endpoint,) = desk.endpoints.endpoints()
    with desk.store.write() as connection:
        endpoint_rows.change(connection, endpoint.id, {"epoch": "of before"})
    between.calls.clear()
    return made


def asked(between):
    return [path for method, path in between.calls if method == "GET" and path.startswith("/v1/submissions/")]


def compared(desk):
    return [one.detail for one in desk.outbox.log() if one.event == "compared anew"]


def test_who_asks_too_often_waits_as_long_as_the_endpoint_says_and_goes_on(desk, between, sent):
    turns = iter([None, "wait", "wait", None, "wait", None])

    def fault(method, path):
        if method == "GET" and path.startswith("/v1/submissions/") and next(turns, None):
            return between.problem("slow-down", {"Retry-After": "0"})
        return None

    between.fault = fault
    (outcome,) = desk.sync.now()
    assert outcome.trouble is None
    assert compared(desk) == ["it was restored: 3 asked for, 0 of them to be sent again"]
    assert len(asked(between)) == 6


def test_a_comparison_that_was_cut_off_goes_on_where_it_was(desk, between, sent):
    def fault(method, path):
        if method == "GET" and path.startswith("/v1/submissions/") and len(asked(between)) == 3:
            return 503, {}, b""
        return None

    between.fault = fault
    (outcome,) = desk.sync.now()
    assert outcome.trouble is not None
    assert compared(desk) == []
    (outcome,) = desk.sync.now()
    assert outcome.trouble is None
    first, second, third, again = asked(between)
    assert third == again
    assert len({first, second, third}) == 3
    assert compared(desk) == ["it was restored: 3 asked for, 0 of them to be sent again"]


def test_an_endpoint_without_room_is_listened_to(desk, running, between):
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    desk.sync.now()
    (first,) = desk.outbox.deliveries()
    central = running.central
    central.reviews.decide(first.uuid, "in review", "", "", central.reviews.one(first.uuid).state_version, "rita")
    desk.outbox.queue(a_frozen(desk, ("BSC",)))
    between.fault = lambda method, path: between.problem("no-room") if method in {"PUT", "PATCH"} else None
    (outcome,) = desk.sync.now()
    assert (outcome.waiting, outcome.trouble.slug) == (1, "no-room")
    assert outcome.taken_in >= 1
    (recipient,) = desk.submissions.get(made).recipients
    assert recipient.state.value == "in review"
