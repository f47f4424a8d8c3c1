"""Deliveries in words: never more than is known, and the first thing that holds one up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sync import delivery_words as words
from desktop.sync.delivery_table import row_id, table_of
from desktop.sync.model import (
    Conflict,
    Connection,
    Delivery,
    DeliveryState,
    Endpoint,
    FieldConflict,
    Trouble,
)
from desktop.sync.needing import needing
from desktop.sync.sendable import to_tell
from desktop.sync.wire.protocol import Limits

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENDPOINT = Endpoint(
    1, "e", "Central", "https://central.example", "ACME", ("BSC",), "d", "Laptop", NOW, (1, 1), Limits(), Connection(),
    False, False, 0, NOW, NOW, None, 0, None, None, "",
)  # fmt: skip
DELIVERY = Delivery(
    "7d1b0f5c-0000-4000-8000-000000000001", 1, "Central", 3, "ACME-DCR-0001 v1", "Report", "submit", ("BSC",),
    DeliveryState.QUEUED, False, 4_000_000, 0, 0, None, None, NOW - timedelta(days=3), "Pat", None, None, "ab", "",
)  # fmt: skip
REFUSED = Trouble("It is too large.", "Leave a file out.")


@pytest.mark.parametrize(
    ("endpoint", "delivery", "told"),
    [
        ({}, {}, "It goes in its turn"),
        ({}, {"paused": True}, "It is held back."),
        ({"address": ""}, {}, "Central is reached by bundles only."),
        ({"address": ""}, {"bundled_at": NOW}, "It is in a bundle for Central, and there is no receipt yet."),
        ({"signed_in_at": None}, {}, "This laptop is not signed in at Central."),
        ({"paused": True}, {}, "Sending to Central is paused."),
        ({"trouble": Trouble("There is no network.")}, {}, "There is no network."),
        ({"metered": True}, {}, "It is larger than 1 MiB"),
        ({"metered": True}, {"size": 1000}, "It goes in its turn"),
        ({"paused": True}, {"state": DeliveryState.NEEDS_YOU, "trouble": REFUSED}, "It is too large."),
        ({}, {"submission_state": "withdrawn"}, "ACME-DCR-0001 v1 was withdrawn, so it is not sent."),
        ({}, {"submission_state": "superseded"}, "A newer version supersedes ACME-DCR-0001 v1; it still goes"),
        ({}, {"submission_state": "superseded", "may_be_there": True}, "It may be there already"),
        ({}, {"submission_state": "withdrawn", "act": "withdraw"}, "It goes in its turn"),
        ({}, {"state": DeliveryState.UPLOADING, "sent": 1_360_000}, "34 % of its files is there."),
    ],
)
def test_the_first_thing_that_holds_it_up_is_said(endpoint, delivery, told: str) -> None:
    held = words.why(replace(DELIVERY, **delivery), replace(ENDPOINT, **endpoint))
    assert held is not None
    assert held.what.startswith(told)


def test_an_endpoint_that_is_not_used_any_more_is_said_and_nothing_of_what_is_done() -> None:
    gone = words.why(DELIVERY, None)
    assert gone is not None
    assert gone.what == "Central is not used any more."
    assert words.why(replace(DELIVERY, state=DeliveryState.RECEIVED), ENDPOINT) is None


def test_why_it_was_left_out_is_said_with_the_way_back_where_there_is_one() -> None:
    out = replace(DELIVERY, state=DeliveryState.LEFT_OUT, left_out="By post instead")
    held = words.why(out, ENDPOINT)
    assert held is not None
    assert (held.what, held.todo) == (
        "By post instead", "To send it after all, queue it again: Send…, on the page of submissions.",
    )  # fmt: skip
    for gone in (replace(out, submission_state="withdrawn"), replace(out, act="withdraw")):
        held = words.why(gone, ENDPOINT)
        assert held is not None
        assert held.todo == ""
    before = words.why(replace(out, left_out=""), None)
    assert before is not None
    assert before.what == "It was left out."
    table = table_of([out], {1: ENDPOINT}, {}, NOW)
    assert table.page(0, 1)[0][[column.key for column in table.columns].index("why")] == "By post instead"


@given(st.sampled_from(DeliveryState), st.integers(0, 10**12), st.integers(0, 10**12), st.booleans())
def test_received_is_said_of_nothing_without_a_receipt(
    state: DeliveryState, size: int, sent: int, paused: bool
) -> None:
    one = replace(DELIVERY, state=state, size=size, sent=sent, paused=paused)
    assert (words.stands(one) == words.RECEIVED) == (state is DeliveryState.RECEIVED)
    assert words.stands(one) in words.STANDS
    assert words.progress(one) not in {"100 %", "0 %"}


def test_the_table_says_how_long_and_keeps_its_rows_when_it_is_read_again() -> None:
    second = replace(DELIVERY, uuid="8e2c1a6d-0000-4000-8000-000000000002", queued_at=NOW - timedelta(hours=2))
    before = table_of([DELIVERY, second], {1: ENDPOINT}, {"BSC": "BSCCo"}, NOW)
    keys = [column.key for column in before.columns]
    assert [row[keys.index("waiting")] for row in before.page(0, 2)] == ["3 days", "2 hours"]
    assert before.ids(0, 2) == [row_id(DELIVERY.uuid), row_id(second.uuid)]
    moved = table_of([replace(DELIVERY, paused=True), second], {1: ENDPOINT}, {"BSC": "BSCCo"}, NOW)
    assert before.take(moved)
    assert before.page(0, 1)[0][keys.index("stands")] == words.HELD
    assert not before.take(table_of([second, DELIVERY], {1: ENDPOINT}, {}, NOW))


def test_who_is_to_be_told_of_a_withdrawal_and_what_needs_the_person() -> None:
    told = replace(DELIVERY, act="withdraw")
    out = replace(DELIVERY, state=DeliveryState.LEFT_OUT)
    assert to_tell([DELIVERY]) == ("Central",)
    assert to_tell([DELIVERY, told]) == ()
    assert to_tell([out]) == ()
    assert to_tell([DELIVERY, replace(told, state=DeliveryState.LEFT_OUT)]) == ("Central",)
    stuck = replace(DELIVERY, state=DeliveryState.NEEDS_YOU)
    conflict = Conflict(1, "Central", "contacts", "Contacts", (FieldConflict("a", "A", "1", "2", "3"),), ())
    assert not needing([DELIVERY], []).words
    assert needing([stuck], []).words == "ACME-DCR-0001 v1 could not be sent to Central: it needs you."
    assert needing([stuck, stuck], [conflict]).where == "sending"
    assert needing([], [conflict]).where == "endpoints"
