"""What goes next of what waits, counted and chosen in the database; what was received long ago is not looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sync_fixtures
from sync_hands import a_frozen
from sync_outbox_hands import an_endpoint, received

from desktop.sync import choosing
from local_db import deliveries as rows
from local_db import endpoints as endpoint_rows

clock, desk = sync_fixtures.clock, sync_fixtures.desk
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIB = 1024 * 1024


class Outbox:
    """Deliveries of one frozen submission, as many and in whatever state a test needs."""

    def __init__(self, desk, *, recipients=("BSC",)):
        self.desk = desk
        self.endpoint = an_endpoint(desk, recipients=recipients)
        self.submission = a_frozen(desk, ("BSC",))
        desk.outbox.queue(self.submission)
        self.first = desk.outbox.deliveries()[0]
        self.kept = rows.envelope(desk.store.read(), self.first.uuid)
        self.leave_first_out()

    def leave_first_out(self):
        self.desk.outbox.leave_out(self.first.uuid, "For others.")

    def put(self, size=1000, base="", made_at="2026-11-23T11:00:00.000000+00:00", endpoint=None, **values):
        uuid = str(uuid4())
        with self.desk.store.write() as connection:
            one = replace(self.kept, uuid=uuid, size=size, base=base, made_at=made_at)
            rows.add(connection, replace(one, endpoint_id=endpoint or self.endpoint))
            if values:
                rows.change(connection, uuid, "2026-11-23T11:30:00+00:00", **values)
        return uuid

    def chosen(self, *, now=NOW, any_time=False, metered=False, passed=()):
        """All of them in the order in which they go."""
        gone = list(passed)
        with self.desk.store.reading() as connection:
            while row := choosing.next_of(
                rows.waiting(connection, self.endpoint, choosing.SMALL),
                now=now, any_time=any_time, metered=metered, passed=gone,
            ):  # fmt: skip
                gone.append(row.uuid)
        return gone[len(passed) :]

    def due(self, *, now=NOW, metered=False):
        with self.desk.store.reading() as connection:
            found = rows.waiting(connection, self.endpoint, choosing.SMALL)
            return choosing.first_due(found, now=now, metered=metered)


def later(minutes):
    return (NOW + timedelta(minutes=minutes)).isoformat()


def test_small_ones_go_first_then_those_that_did_not_fail_yet_then_the_oldest(desk):
    outbox = Outbox(desk)
    large = outbox.put(size=MIB)
    failed = outbox.put(tries=3)
    small = outbox.put(size=MIB - 1)
    failed_large = outbox.put(size=5 * MIB, tries=1, state="uploading")
    late = outbox.put(state="sending")
    for state in ("received", "left out", "needs you"):
        outbox.put(state=state)
    outbox.put(paused=1)
    outbox.put(endpoint=an_endpoint(desk, "Other", recipients=("REC",)))
    assert outbox.chosen() == [small, late, failed, large, failed_large]
    assert outbox.chosen(metered=True) == [small, late, failed]
    assert outbox.chosen(passed=(small, failed)) == [late, large, failed_large]


def test_what_follows_another_one_goes_once_that_is_received_or_left_out(desk):
    outbox = Outbox(desk)
    base = outbox.put()
    after = outbox.put(base=base)
    assert outbox.chosen() == [base]
    for state, goes in (("needs you", []), ("received", [after]), ("left out", [after])):
        with desk.store.write() as connection:
            rows.change(connection, base, later(0), state=state)
        assert outbox.chosen() == goes, state


def test_waiting_times_count_but_not_those_of_a_clock_that_was_set_back(desk):
    outbox = Outbox(desk)
    assert outbox.due() is None
    waits = outbox.put(tries=1, next_try_at=later(10))
    assert outbox.chosen() == []
    assert outbox.chosen(any_time=True) == [waits]
    assert outbox.due() == NOW + timedelta(minutes=10)
    assert outbox.due(now=NOW + timedelta(minutes=10)) == NOW + timedelta(minutes=10)
    before_that = NOW - timedelta(days=2)
    assert outbox.chosen(now=before_that) == [waits]
    assert outbox.due(now=before_that) == before_that
    sooner = outbox.put(tries=1, next_try_at=later(5))
    assert outbox.due() == NOW + timedelta(minutes=5)
    now = outbox.put()
    assert outbox.due() == NOW
    assert outbox.chosen() == [now]
    assert outbox.chosen(now=NOW + timedelta(minutes=7)) == [now, sooner]


def test_the_next_one_is_found_without_reading_those_behind_it(desk):
    outbox = Outbox(desk)
    first = outbox.put()
    for _ in range(30):
        outbox.put()
        outbox.put(state="received")
    asked = []
    connection = desk.store.read()
    connection.set_trace_callback(asked.append)
    with desk.store.reading():
        row = choosing.next_of(
            rows.waiting(connection, outbox.endpoint, MIB), now=NOW, any_time=False, metered=False, passed=()
        )
    connection.set_trace_callback(None)
    assert row is not None
    assert row.uuid == first
    assert len([one for one in asked if one.startswith("SELECT")]) == 2


def test_how_it_stands_is_counted_for_each_endpoint(desk):
    outbox = Outbox(desk)
    other = an_endpoint(desk, "Other", recipients=("REC",))
    outbox.put(made_at="2026-11-20T11:00:00.000000+00:00", size=2 * MIB)
    outbox.put(state="uploading", paused=1)
    outbox.put(state="needs you", made_at="2026-11-01T11:00:00.000000+00:00", paused=1)
    outbox.put(state="received", receipt="r", made_at="2026-10-01T11:00:00.000000+00:00", endpoint=other)
    found = rows.standing(desk.store.read(), choosing.SMALL)
    oldest = "2026-11-20T11:00:00.000000+00:00"
    assert found[outbox.endpoint] == rows.Standing(2, 1, oldest, held=1, large=1, received=False)
    assert found[other] == rows.Standing(received=True)
    with desk.store.write() as connection:
        endpoint_rows.change(connection, outbox.endpoint, {"metered": 1})
    stands, all_received = desk.sync.lines()
    assert (stands.words, stands.waiting, stands.needs_you) == ("2 waiting · 1 needs you", 2, 1)
    assert stands.detail.splitlines() == [
        "The oldest one has been waiting 3 days.",
        "1 is held back.",
        "Large ones wait until the connection is not metered any more.",
    ]
    assert all_received.words == "All received"


def test_the_newest_receipt_is_found_by_its_number_among_those_dated_and_queued_last(desk):
    made = a_frozen(desk, ("BSC",))
    endpoint = an_endpoint(desk, recipients=("BSC",))
    desk.outbox.queue(made)
    one = desk.outbox.deliveries()[0]
    received(desk, one, at="2026-11-20T12:00:00Z")
    second = a_frozen(desk, ("BSC",))
    desk.outbox.queue(second)
    two = desk.outbox.deliveries(submission_id=second)[0]
    received(desk, two, at="2026-11-19T12:00:00Z")  # the clock of the endpoint was set back
    found = rows.newest_received(desk.store.read(), endpoint, 1)
    assert {each.uuid for each in found} == {one.uuid, two.uuid}
    assert rows.newest_received(desk.store.read(), endpoint + 1, 1) == []


def test_what_was_withdrawn_here_and_not_told_is_found_once(desk):
    made = a_frozen(desk, ("BSC",))
    endpoint = an_endpoint(desk, recipients=("BSC",))
    desk.outbox.queue(made)
    received(desk, desk.outbox.deliveries()[0])
    assert rows.withdrawn_untold(desk.store.read(), endpoint) == []
    desk.submissions.withdraw(made, "A mistake.")
    assert rows.withdrawn_untold(desk.store.read(), endpoint) == [made]
    assert rows.withdrawn_untold(desk.store.read(), endpoint + 1) == []
    desk.outbox.queue_withdrawal(made)
    assert rows.withdrawn_untold(desk.store.read(), endpoint) == []


def test_what_is_not_done_is_read_without_the_past_and_says_what_it_waits_for(desk):
    outbox = Outbox(desk)
    base = outbox.put(state="needs you")
    after = outbox.put(base=base)
    outbox.put(state="received", receipt="r")
    assert [one.uuid for one in desk.outbox.deliveries(done=False)] == [base, after]
    assert desk.outbox.get(after).trouble.what == "It waits for ACME-PPIR-0001 v1, which needs you."
    assert len(desk.outbox.deliveries()) == 4
