"""How it stands with each recipient: whatever is said and taken back, exported is not sent, received not accepted."""

from __future__ import annotations

from datetime import date

import pytest
from freezing_hands import WalkingClock, a_draft, a_frozen, acme
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import InvalidInput
from desktop.submissions.model import EventKind, RecipientState, SubmissionState
from desktop.submissions.standing import NEXT, SAID, in_force, last_said, standing_of
from local_db.submissions import EventRow

WHO = ("BSC", "REC")
DONE = [EventKind.EXPORTED, EventKind.PACKED, EventKind.QUEUED, *SAID]


class Book:
    """Events as the service would write them: what cannot follow is refused."""

    def __init__(self) -> None:
        self.events = [EventRow(1, "", "frozen", "2026-11-23T12:00:00.000000+00:00", "Jo", id=1)]

    def add(self, kind: EventKind, recipient: str, takes_back: int | None = None) -> None:
        number = len(self.events) + 1
        at = "2026-11-23T12:00:00.000000+00:00"
        self.events.append(EventRow(1, recipient, kind.value, at, "Jo", takes_back=takes_back, id=number))

    def step(self, kind: EventKind, recipient: str) -> None:
        state = standing_of(self.events, recipient).state
        at_home = state in {RecipientState.FROZEN, RecipientState.EXPORTED}
        written = kind in {EventKind.EXPORTED, EventKind.PACKED}
        if written or (kind is EventKind.QUEUED and at_home) or kind in NEXT[state]:
            self.add(kind, recipient)

    def back(self, recipient: str) -> None:
        last = last_said(self.events, recipient)
        if last is not None:
            self.add(EventKind.TAKEN_BACK, recipient, last.id)


steps = st.lists(st.tuples(st.sampled_from([*DONE, EventKind.TAKEN_BACK]), st.sampled_from(WHO)), max_size=40)


@given(steps)
def test_every_state_was_said_of_its_recipient_and_still_holds(done):
    book = Book()
    for kind, who in done:
        book.back(who) if kind is EventKind.TAKEN_BACK else book.step(kind, who)
        for recipient in WHO:
            standing = standing_of(book.events, recipient)
            holds = [one.kind for one in in_force(book.events) if one.recipient in {"", recipient}]
            state = standing.state
            if state is RecipientState.EXPORTED:
                assert {"exported", "packed"} & set(holds)
            else:
                assert state.value in holds
            if "handed over" not in holds and not {"received", "queued"} & set(holds):
                assert state in {RecipientState.FROZEN, RecipientState.EXPORTED}  # never sent by itself
            if "accepted" not in holds:
                assert state is not RecipientState.ACCEPTED  # never accepted by a receipt
            assert (standing.out_since is None) or state not in {RecipientState.FROZEN, RecipientState.ACCEPTED}


@given(steps, st.sampled_from(SAID), st.sampled_from(WHO))
def test_taking_back_gives_the_state_before(done, kind, who):
    book = Book()
    for what, whom in done:
        book.back(whom) if what is EventKind.TAKEN_BACK else book.step(what, whom)
    before = {one: standing_of(book.events, one) for one in WHO}
    count = len(book.events)
    book.step(kind, who)
    if len(book.events) > count:
        assert standing_of(book.events, who).state.value == kind.value
        book.back(who)
    assert {one: standing_of(book.events, one) for one in WHO} == before


# -- through the service -----------------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    return WalkingClock()


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


def states(desk, made):
    return {one.recipient: one.state.value for one in desk.submissions.get(made).recipients}


def test_each_recipient_goes_its_own_way(desk, clock):
    made = a_frozen(desk)
    say = desk.submissions.say
    say(made, EventKind.HANDED_OVER, day="2026-11-23")
    assert states(desk, made) == {"BSC": "handed over", "REC": "handed over"}
    say(made, EventKind.RECEIVED, "bscco (elexon)", their_ref="EL-77")
    assert states(desk, made) == {"BSC": "received", "REC": "handed over"}
    say(made, EventKind.RECEIVED)  # for whom it can follow
    say(made, EventKind.ACCEPTED, "REC")
    assert states(desk, made) == {"BSC": "received", "REC": "accepted"}
    first, second = desk.submissions.get(made).recipients
    assert first.their_ref == "EL-77"
    assert second.next == (EventKind.CHANGES_REQUESTED,)


def test_waiting_is_counted_in_working_days_from_the_handing_over(desk, clock, tmp_path):
    made = a_frozen(desk)
    desk.submissions.export(made, tmp_path, ("BSC",))
    clock.walk(2)  # Wednesday
    assert [one.waiting for one in desk.submissions.get(made).recipients] == [0, 0]  # an export is not sent
    desk.submissions.say(made, EventKind.HANDED_OVER, "BSC")
    clock.walk(5)  # Monday: a weekend lies between
    first = desk.submissions.get(made).recipients[0]
    assert (first.state, first.waiting, first.since) == (RecipientState.HANDED_OVER, 3, date(2026, 11, 25))
    desk.submissions.say(made, EventKind.ACCEPTED, "BSC")
    assert desk.submissions.get(made).recipients[0].waiting == 0


def test_a_word_of_theirs_begins_the_waiting_anew(desk, clock):
    made = a_frozen(desk)
    desk.submissions.say(made, EventKind.HANDED_OVER, "REC", day="2026-11-23")  # Monday
    clock.walk(8)  # Tuesday of the week after
    assert desk.submissions.get(made).recipients[1].waiting == 6
    desk.submissions.say(made, EventKind.RECEIVED, "REC")
    assert desk.submissions.get(made).recipients[1].waiting == 0
    clock.walk(2)
    assert desk.submissions.get(made).recipients[1].waiting == 2
    desk.submissions.say(made, EventKind.IN_REVIEW, "REC")
    clock.walk(1)
    assert desk.submissions.get(made).recipients[1].waiting == 1


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (EventKind.ACCEPTED, {}, "kind"),
        (EventKind.EXPORTED, {}, "kind"),
        (EventKind.FROZEN, {}, "kind"),
        (EventKind.HANDED_OVER, {"day": "2026-11-24"}, "day"),
        (EventKind.HANDED_OVER, {"day": "2026-11-22"}, "day"),
        (EventKind.HANDED_OVER, {"day": "lately"}, "day"),
        (EventKind.HANDED_OVER, {"recipient": "MCC"}, "recipient"),
        (EventKind.CHANGES_REQUESTED, {}, "note"),
    ],
)
def test_what_cannot_have_happened_is_refused(desk, kind, more, field):
    made = a_frozen(desk)
    before = desk.submissions.events(made)
    with pytest.raises(InvalidInput) as refused:
        desk.submissions.say(made, kind, **more)
    assert refused.value.field == field
    assert desk.submissions.events(made) == before


def test_nothing_is_said_of_a_draft(desk):
    with pytest.raises(InvalidInput, match="not frozen yet"):
        desk.submissions.say(a_draft(desk), EventKind.HANDED_OVER)


def test_what_was_said_last_is_taken_back_first_and_stays_to_be_read(desk):
    made = a_frozen(desk)
    desk.submissions.say(made, EventKind.HANDED_OVER, "BSC")
    desk.submissions.say(made, EventKind.RECEIVED, "BSC")
    frozen, handed, received = desk.submissions.events(made)
    for event, why in ((handed, "Something was said after it"), (frozen, "Only what a person said")):
        with pytest.raises(InvalidInput, match=why):
            desk.submissions.take_back(event.id, "oops")
    with pytest.raises(InvalidInput) as refused:
        desk.submissions.take_back(received.id, " ")
    assert refused.value.field == "reason"
    desk.submissions.take_back(received.id, "It was for another one")
    with pytest.raises(InvalidInput, match="already"):
        desk.submissions.take_back(received.id, "again")
    assert states(desk, made)["BSC"] == "handed over"
    events = desk.submissions.events(made)
    assert [one.taken_back for one in events] == [False, False, True, False]
    assert (events[-1].kind, events[-1].note) == (EventKind.TAKEN_BACK, "It was for another one")
    desk.submissions.take_back(handed.id, "nor that")
    assert states(desk, made)["BSC"] == "frozen"


def test_a_withdrawal_is_a_record_and_ends_it(desk):
    made = a_frozen(desk)
    with pytest.raises(InvalidInput) as refused:
        desk.submissions.withdraw(made, "")
    assert refused.value.field == "reason"
    before = desk.submissions.frozen_bytes(made)
    desk.submissions.withdraw(made, "The wrong request")
    one = desk.submissions.get(made)
    assert one.state is SubmissionState.WITHDRAWN
    assert [who.next for who in one.recipients] == [(), ()]
    assert desk.submissions.frozen_bytes(made) == before
    for refusal in (
        lambda: desk.submissions.say(made, EventKind.HANDED_OVER),
        lambda: desk.submissions.withdraw(made, "again"),
        lambda: desk.submissions.note_queued(made, "BSC"),
    ):
        with pytest.raises(InvalidInput, match="withdrawn"):
            refusal()


def test_a_receipt_may_come_after_a_newer_version(desk):
    made = a_frozen(desk)
    desk.submissions.say(made, EventKind.HANDED_OVER)
    desk.submissions.freeze(desk.submissions.new_version(made, "why")[0])
    desk.submissions.say(made, EventKind.RECEIVED, "BSC")
    one = desk.submissions.get(made)
    assert one.state is SubmissionState.SUPERSEDED
    assert [who.waiting for who in one.recipients] == [0, 0]


def test_sync_notes_what_waits_to_be_sent(desk):
    made = a_frozen(desk)
    desk.submissions.note_queued(made, "BSC")
    assert states(desk, made) == {"BSC": "queued", "REC": "frozen"}
    with pytest.raises(InvalidInput):
        desk.submissions.note_queued(made, "BSC")
    desk.submissions.say(made, EventKind.RECEIVED, "BSC")
    assert states(desk, made)["BSC"] == "received"


def test_undo_never_goes_back_past_what_was_said(desk):
    made = a_frozen(desk)
    desk.submissions.say(made, EventKind.HANDED_OVER)
    assert desk.store.undo_title() is None
    assert desk.store.undo_barrier() == "Say that ACME-PPIR-0001 v1 was handed over"
