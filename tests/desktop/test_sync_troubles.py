"""What goes wrong on the way: each is judged by who can mend it, and the line of the endpoint says the truth."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sync_between
import sync_fixtures
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sync_hands import a_frozen, acme, state_of, with_file
from sync_outbox_hands import KEY, an_endpoint, receipt_for

from desktop.jobs import Job
from desktop.sync import lines, waiting
from desktop.sync.background import POLL
from desktop.sync.model import DeliveryState, Tone, Trouble
from desktop.sync.one_round import due_at
from desktop.sync.pinning import KEY_TYPE, with_rotations
from desktop.sync.sending import Sending
from desktop.sync.troubles import as_text
from desktop.sync.wire import receipts
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.receipts import ReceiptWrong
from local_db import deliveries as rows
from local_db import endpoints as endpoint_rows

clock, ring, running = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.running
between = sync_between.between


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        workspace.sync._round._chance = lambda: 1.0
        yield workspace


def queued(desk):
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    return desk.outbox.deliveries(submission_id=made)[0].uuid


def test_one_that_the_endpoint_always_fails_on_stands_in_nobodys_way(desk, between):
    bad, good = queued(desk), queued(desk)
    between.fault = lambda method, path: between.problem("internal") if path.endswith(bad) else None
    (done,) = desk.sync.now()
    assert (done.received, done.waiting, done.trouble.slug) == (1, 1, "internal")
    waits = desk.outbox.get(bad)
    assert (waits.state, waits.tries, waits.trouble.retry) == (DeliveryState.QUEUED, 1, Retry.AUTO)
    assert waits.may_be_there
    assert waits.next_try_at - desk.clock() == timedelta(seconds=5)
    assert state_of(desk, good) == "received"


def test_one_that_breaks_the_way_itself_goes_after_the_others(desk, between):
    """A gateway that falls over a certain envelope: the whole endpoint waits, then the other goes first."""
    bad, good = queued(desk), queued(desk)
    broken = (502, {"Content-Type": "text/html"}, b"<html>bad gateway</html>")
    between.fault = lambda method, path: broken if path.endswith(bad) else None
    desk.sync.now()
    assert state_of(desk, good) == "queued"
    (done,) = desk.sync.now()
    assert state_of(desk, good) == "received"
    assert done.trouble is not None


def test_what_the_endpoint_asks_for_is_waited_for_by_all_of_it(desk, between, clock):
    queued(desk)
    between.fault = lambda method, path: (
        between.problem("slow-down", {"Retry-After": "120"}) if "/blobs/" in path else None
    )
    (done,) = desk.sync.now()
    assert done.trouble.retry is Retry.AUTO
    (one,) = desk.endpoints.endpoints()
    assert one.next_try_at - clock() >= timedelta(seconds=120)
    assert desk.sync.lines()[0].tone is Tone.WAITING


def test_files_that_the_endpoint_lost_are_sent_again_at_once(desk, between, running):
    uuid = queued(desk)
    wanted = [one.sha256 for one in desk.outbox.parcel(uuid).files]
    asked = []

    def fault(method, path):
        if method == "PUT" and path.endswith(uuid) and not asked:
            asked.append(path)
            return between.problem("missing-blobs", missing=wanted)
        return None

    between.fault = fault
    (done,) = desk.sync.now()
    assert done.received == 1
    assert len(asked) == 1


def test_an_endpoint_that_never_finds_its_files_is_left_for_later(desk, between):
    uuid = queued(desk)
    wanted = [one.sha256 for one in desk.outbox.parcel(uuid).files]
    between.fault = lambda method, path: (
        between.problem("missing-blobs", missing=wanted) if method == "PUT" and path.endswith(uuid) else None
    )
    (done,) = desk.sync.now()
    assert done.trouble.slug == "missing-blobs"
    assert sum(path.endswith(uuid) for _, path in between.calls) == 4
    assert desk.outbox.get(uuid).next_try_at is not None


@pytest.mark.parametrize(("slug", "status"), [("invalid", 422), ("superseded-base", 409), ("submission-differs", 409)])
def test_what_the_endpoint_does_not_take_needs_the_person_and_the_others_go_on(desk, between, slug, status):
    bad, good = queued(desk), queued(desk)
    between.fault = lambda method, path: between.problem(slug) if method == "PUT" and path.endswith(bad) else None
    (done,) = desk.sync.now()
    assert (done.received, done.needs_you) == (1, 1)
    got = desk.outbox.get(bad)
    assert (got.trouble.slug, got.trouble.status, got.trouble.retry) == (slug, status, Retry.USER)
    assert got.trouble.request_id
    assert state_of(desk, good) == "received"
    assert desk.sync.lines()[0].words == "1 needs you"


def test_a_sign_in_page_is_no_endpoint_and_costs_no_delivery_anything(desk, between):
    uuid = queued(desk)
    between.fault = lambda method, path: (200, {"Content-Type": "text/html"}, b"<html>Welcome to the hotel</html>")
    (done,) = desk.sync.now()
    assert (done.trouble.slug, done.trouble.retry) == ("captive", Retry.ENDPOINT)
    assert (desk.outbox.get(uuid).tries, desk.outbox.get(uuid).trouble) == (0, None)
    (line,) = desk.sync.lines()
    assert line.words == "A sign-in page is in the way · 1 waiting"
    between.fault = lambda method, path: None
    assert desk.sync.now()[0].received == 1


@pytest.mark.parametrize(
    ("headers", "body", "slug", "words"),
    [
        ({"X-Endpoint": "1f0c4a52-7f5e-4a39-9d4d-0d6d5b6f2a11"}, b"{}", "other-endpoint", "Another endpoint answers"),
        ({}, b"{}", "not-an-endpoint", "What answers is no endpoint"),
        ({"Content-Encoding": "br"}, b"{}", "garbled", "Its answers cannot be read"),
    ],
)
def test_what_answers_in_place_of_the_endpoint_is_called_what_it_is(desk, between, headers, body, slug, words):
    uuid = queued(desk)
    told = {"X-Endpoint": between.endpoint, "Content-Type": "application/json", **headers}
    between.fault = lambda method, path: (200, told, body)
    (done,) = desk.sync.now()
    assert (done.trouble.slug, done.trouble.retry) == (slug, Retry.ENDPOINT)
    assert (desk.outbox.get(uuid).tries, desk.outbox.get(uuid).trouble) == (0, None)
    assert desk.sync.lines()[0].words == f"{words} · 1 waiting"
    between.fault = lambda method, path: None
    assert desk.sync.now()[0].received == 1


def test_a_receipt_that_came_with_the_changes_in_the_same_round_ends_the_trouble_of_the_answer(
    desk, between, monkeypatch
):
    def unsound(*_given):
        raise ReceiptWrong("is not signed by the key that this endpoint was enrolled with")

    monkeypatch.setattr(Sending, "_receipt", unsound)
    uuid = queued(desk)
    (done,) = desk.sync.now()
    assert state_of(desk, uuid) == "received"
    assert (done.sent, done.received, done.needs_you, done.trouble) == (1, 1, 0, None)


def test_an_endpoint_that_never_knows_the_place_in_its_list_is_told_in_plain_words(desk, between):
    between.fault = lambda method, path: (
        between.problem("resync-required", epoch="x") if path.endswith("/changes") else None
    )
    (done,) = desk.sync.now()
    assert done.trouble.what.endswith("It says again and again that its list of changes has begun anew.")
    assert "by itself" in done.trouble.todo


def test_a_receipt_that_cannot_be_read_is_none(desk, between):
    uuid = queued(desk)
    fake = json.dumps({"submission": uuid, "receipt": "a.b.c"}).encode()
    between.fault = lambda method, path: (
        (201, {"X-Endpoint": between.endpoint, "Content-Type": "application/json"}, fake)
        if method == "PUT" and path.endswith(uuid)
        else None
    )
    (done,) = desk.sync.now()
    assert (done.received, done.needs_you) == (0, 1)
    got = desk.outbox.get(uuid)
    assert (got.receipt, got.trouble.slug) == ("", "receipt")
    between.fault = lambda method, path: None
    desk.outbox.try_again()
    assert desk.sync.now()[0].received == 1


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint": "0b0b0b0b-0000-4000-8000-000000000001"}, {"sha256": "0" * 64}, {"attachments": ()},
     {"submission": "0b0b0b0b-0000-4000-8000-000000000001"}, {"participant": "other"}, {"at": "soon"}],
)  # fmt: skip
def test_a_receipt_counts_only_for_these_bytes_at_this_endpoint(desk, wrong):
    an_endpoint(desk, recipients=("BSC",))
    one = desk.outbox.get(queued(desk))
    with pytest.raises(ReceiptWrong):
        desk.outbox.receiving.keep(one.uuid, receipt_for(desk, one, **wrong))
    assert desk.outbox.get(one.uuid).state is DeliveryState.QUEUED
    assert desk.outbox.get(one.uuid).receipt == ""


def test_a_clock_that_was_set_back_holds_nothing_up(desk, between, clock):
    clock.walk(30)
    uuid = queued(desk)
    between.fault = lambda method, path: between.problem("internal") if path.endswith(uuid) else None
    desk.sync.now()
    clock.walk(-30)
    between.fault = lambda method, path: None
    (one,) = desk.endpoints.endpoints()
    assert due_at(one, POLL, clock()) <= clock()
    done = desk.sync.work(one.id, Job(), lambda _: None, any_time=False)
    assert done.received == 1


def test_waiting_is_spread_grows_and_has_an_end():
    assert [waiting.seconds(tries, lambda: 1.0) for tries in (0, 1, 2, 7, 8, 1000)] == [5, 10, 20, 640, 900, 900]
    assert waiting.seconds(3, lambda: 0.0) == 0


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_waiting_is_never_longer_than_a_quarter_of_an_hour(tries, chance):
    assert 0 <= waiting.seconds(tries, lambda: chance) <= 900


def test_a_key_counts_when_a_pinned_one_vouches_for_it_over_any_number_of_changes():
    keys = [KEY, *(Ed25519PrivateKey.generate() for _ in range(3))]
    jwks = [receipts.public_jwk(key, f"k{number}") for number, key in enumerate(keys)]
    told = [
        receipts.sign_bytes(json.dumps(jwks[number + 1]).encode(), keys[number], f"k{number}", KEY_TYPE)
        for number in range(3)
    ]
    pinned = {"keys": [jwks[0]]}
    assert [one["kid"] for one in with_rotations(pinned, {"keys": jwks, "rotations": told[::-1]})["keys"]] == [
        "k0", "k1", "k2", "k3",
    ]  # fmt: skip
    assert with_rotations(pinned, {"keys": jwks, "rotations": told[1:]}) == pinned
    assert with_rotations(pinned, {"keys": jwks}) == pinned
    other_kind = receipts.sign_bytes(json.dumps(jwks[1]).encode(), keys[0], "k0", "mhhs-desk/receipt/1")
    assert with_rotations(pinned, {"rotations": [other_kind, 7, "x", None]}) == pinned


def test_the_line_is_green_only_with_a_receipt_for_everything(desk):
    endpoint = an_endpoint(desk, recipients=("BSC",))
    first = desk.outbox.get(queued(desk))
    assert desk.sync.lines()[0].tone is Tone.WAITING
    desk.outbox.receiving.keep(first.uuid, receipt_for(desk, first))
    (line,) = desk.sync.lines()
    assert (line.words, line.tone) == ("All received", Tone.GOOD)
    second = queued(desk)
    desk.outbox.leave_out(second, "By post")
    assert desk.sync.lines()[0].tone is Tone.GOOD
    with desk.store.write() as connection:
        endpoint_rows.change(connection, endpoint, {"address": ""})
    assert desk.sync.lines()[0].words == "All received · by bundles only"
    queued(desk)
    (line,) = desk.sync.lines()
    assert (line.words, line.tone) == ("1 waiting · by bundles only", Tone.NEUTRAL)


def test_offline_is_no_error(desk):
    endpoint = an_endpoint(desk, recipients=("BSC",))
    queued(desk)
    with desk.store.write() as connection:
        trouble = Trouble("This laptop has no network.", "", Retry.AUTO, "offline")
        endpoint_rows.change(connection, endpoint, {"problem": as_text(trouble)})
    (line,) = desk.sync.lines()
    assert (line.words, line.tone) == ("1 waiting · offline", Tone.NEUTRAL)
    assert "This laptop has no network." in line.detail


def test_ages_are_said_in_the_largest_unit():
    assert [lines.age(timedelta(seconds=one)) for one in (0, 60, 7_300, 86_400, 3 * 86_400 + 5)] == [
        "less than a minute", "1 minute", "2 hours", "1 day", "3 days",
    ]  # fmt: skip


def test_a_large_one_that_is_cut_makes_progress_and_does_not_wait_longer_each_time(desk, between, tmp_path):
    made = with_file(desk, tmp_path, 6_000_000)
    desk.outbox.queue(made)
    (one,) = desk.outbox.deliveries()
    counted = [0]

    def fault(method, path):
        if method == "PATCH":
            counted[0] += 1
            if counted[0] % 3 == 0:
                return 504, {"Content-Type": "text/html"}, b"late"
        return None

    between.fault = fault
    tries = []
    for _ in range(6):
        desk.sync.now()
        tries.append(desk.outbox.get(one.uuid).tries)
        if state_of(desk, one.uuid) == "received":
            break
    assert state_of(desk, one.uuid) == "received"
    assert max(tries) <= 1
    assert rows.departures(desk.store.read(), [one.uuid])[0].what == "envelope"
