"""What endpoints say lands where it belongs: once, in order, beside what the person noted, and never in its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from freezing_hands import WalkingClock
from sync_inbox_hands import COMMENT, OTHER_ENDPOINT, Desk, a_desk, an_endpoint

from desktop.content.service import shipped_pack
from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.participant.model import Contact
from desktop.submissions.model import EventKind
from desktop.submissions.review.model import CommentSource, CommentState
from desktop.sync.model import DeliveryState, OfferState
from desktop.sync.wire import receipts
from desktop.sync.wire.feed import Item, Page
from local_db import endpoints as endpoint_rows
from local_db import inbox as rows


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = a_desk(tmp_path / "workspace", WalkingClock())
    with closing(made.workspace):
        yield made


def everything(desk: Desk) -> list[tuple[Any, ...]]:
    """All that a page could change."""
    tables = (
        "submission_event", "review_comment", "contact", "feed_item", "offered_pack", "shared_record", "sync_log",
        "audit", "undo_step", "delivery", "endpoint", "sent_answer",
    )  # fmt: skip
    connection = desk.workspace.store.read()
    return [(table, connection.execute(f"SELECT * FROM {table}").fetchall()) for table in tables]


class TestStates:
    def test_become_events_of_every_recipient_that_the_endpoint_receives_for_with_their_reference_note_and_day(
        self, desk: Desk
    ) -> None:
        one = desk.queued(("BSC", "REC", "MCC"))
        desk.take(desk.status(one, "in review", their_ref="BSC-77", note="Two weeks.", at="2026-06-30T23:30:00Z"))
        # half past eleven in UTC is the next day in Great Britain in summer
        assert desk.events(one) == [
            ("in review", "BSC", "2026-07-01", "BSC-77", "Two weeks."),
            ("in review", "REC", "2026-07-01", "BSC-77", "Two weeks."),
        ]
        assert desk.standing(one, "MCC") == "frozen"

    def test_twice_and_older_ones_are_passed_over(self, desk: Desk) -> None:
        one = desk.queued()
        first, second = desk.status(one, "in review"), desk.status(one, "accepted", note="Fine")
        desk.take(first, second)
        desk.take(replace(first, seq=7))
        desk.take(replace(second, seq=8, version=9))
        assert [event[0] for event in desk.events(one)] == ["in review", "accepted"]
        assert desk.standing(one) == "accepted"

    def test_of_another_note_by_the_same_state_is_told(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.status(one, "in review"), desk.status(one, "in review", their_ref="R-9"))
        assert desk.workspace.submissions.get(one.submission_id).recipients[0].their_ref == "R-9"

    def test_step_over_what_a_person_noted_and_both_stay(self, desk: Desk) -> None:
        one = desk.queued()
        submissions = desk.workspace.submissions
        for kind in (EventKind.HANDED_OVER, EventKind.RECEIVED, EventKind.ACCEPTED):
            submissions.say(one.submission_id, kind, "BSC")
        desk.take(desk.status(one, "changes requested", note="Row 4"), desk.status(one, "in review"))
        assert desk.standing(one) == "in review"
        kinds = [event[0] for event in desk.events(one)]
        assert kinds == ["handed over", "received", "accepted", "changes requested", "in review"]
        assert submissions.verify_kept(one.submission_id) == ()

    def test_cannot_be_taken_back_by_a_person_and_what_the_person_said_can(self, desk: Desk) -> None:
        one = desk.queued(("BSC", "MCC"))
        submissions = desk.workspace.submissions
        desk.take(desk.status(one, "accepted"))
        submissions.say(one.submission_id, EventKind.HANDED_OVER, "MCC")
        ours, theirs = (
            next(event.id for event in submissions.events(one.submission_id) if event.kind is kind)
            for kind in (EventKind.HANDED_OVER, EventKind.ACCEPTED)
        )
        with pytest.raises(InvalidInput, match="endpoint said this"):
            submissions.take_back(theirs, "I do not like it")
        submissions.take_back(ours, "Not sent yet")

    def test_received_is_said_by_a_receipt_alone(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.status(one, "received"))
        assert (desk.standing(one), desk.events(one)) == ("queued", [])

    def test_never_end_undo_nor_stand_in_it(self, desk: Desk) -> None:
        one = desk.queued()
        desk.workspace.participant.save_contact(Contact("signatory", "Ann"))
        desk.take(desk.status(one, "in review"), desk.comment(one, 1, "Why?"))
        assert desk.workspace.store.undo_title() == "Add contact: signatory"
        desk.workspace.history.undo()
        assert desk.workspace.participant.contacts() == ()
        assert desk.standing(one) == "in review"

    def test_are_noted_by_a_clock_that_was_set_back(self, tmp_path: Path) -> None:
        clock = WalkingClock()
        desk = a_desk(tmp_path / "walking", clock)
        with closing(desk.workspace):
            one = desk.queued()
            clock.walk(-30)
            desk.take(desk.status(one, "in review"))
            assert desk.standing(one) == "in review"

    def test_of_what_was_sent_from_elsewhere_are_kept_and_change_nothing_here(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.status(replace(one, uuid="d0000000-0000-4000-8000-000000000001"), "accepted"))
        assert desk.standing(one) == "queued"

    def test_of_an_endpoint_do_not_touch_what_went_to_another_one(self, desk: Desk) -> None:
        one = desk.queued()
        other = an_endpoint(desk.workspace, OTHER_ENDPOINT, "Liar", (), Ed25519PrivateKey.generate())
        desk.workspace.inbox.take_page(other, desk.page(desk.status(one, "accepted")))
        assert desk.standing(one) == "queued"

    def test_a_restored_endpoint_that_says_something_older_is_passed_over_and_something_newer_is_not(
        self, desk: Desk
    ) -> None:
        one = desk.queued()
        older = desk.status(one, "in review")
        desk.take(older, desk.status(one, "accepted", at="2026-11-25T09:00:00Z"))
        desk.epoch = "second"
        desk.take(replace(older, version=1))
        assert desk.standing(one) == "accepted"
        desk.take(replace(older, version=2, data={**older.data, "state": "changes requested", "note": "No",
                                                  "at": "2026-11-26T09:00:00Z"}))  # fmt: skip
        assert desk.standing(one) == "changes requested"


class TestPages:
    def test_the_same_page_again_changes_nothing(self, desk: Desk) -> None:
        one = desk.queued()
        page = desk.page(
            desk.status(one, "in review"),
            desk.comment(one, 1, "Why?"),
            desk.item("receipt", one.uuid, submission=one.uuid, receipt=desk.receipt(one)),
            a_pack(desk, b"{}"),
            desk.contacts(1, {"signatory": {"name": "Ann"}}),
            desk.item("weather", "x", rain=True),
            desk.item("status", "broken", state="eaten"),
        )
        desk.workspace.inbox.take_page(desk.endpoint, page)
        before = everything(desk)
        assert not desk.workspace.inbox.take_page(desk.endpoint, page).subjects
        assert everything(desk) == before

    def test_keep_the_cursor_with_what_they_brought_or_neither(self, desk: Desk, monkeypatch: Any) -> None:
        one = desk.queued()
        page = desk.page(desk.comment(one, 1, "Why?"))

        def fails(name: str) -> None:
            if name == "feed.applied":
                raise OSError("power cut")

        from desktop.sync import points

        points.install(fails)
        try:
            with pytest.raises(OSError, match="power cut"):
                desk.workspace.inbox.take_page(desk.endpoint, page)
        finally:
            points.install(None)
        assert desk.workspace.reviews.comments() == ()
        assert cursor(desk) == ""
        desk.workspace.inbox.take_page(desk.endpoint, page)
        assert (len(desk.workspace.reviews.comments()), cursor(desk)) == (1, page.next)

    def test_with_a_thing_that_cannot_be_used_give_the_others_all_the_same(self, desk: Desk) -> None:
        one = desk.queued()
        bad = [
            desk.item("status", "b1", submission=one.uuid, state="eaten"),
            desk.item("status", "b2", submission=17, state=["in review"]),
            desk.item("comment", "b3", submission=one.uuid, id="no uuid", text="x"),
            desk.item("pack", "b4", sha256="short"),
            desk.item("record", "b5", record="contacts", version="one", value={}),
            desk.item("record", "b6", record="contacts", version=1, value=["Ann"]),
            desk.item("receipt", one.uuid, submission=one.uuid, receipt="a.b.c"),
            desk.item("comment", "\ud800", text="\ud800"),
            Item(99, "status", "b7", 2**70, {"submission": one.uuid, "state": "accepted"}),
        ]
        desk.take(*bad, desk.status(one, "in review"))
        assert desk.standing(one) == "in review"
        told = [line.event for line in desk.workspace.outbox.log() if "could not be used" in line.event]
        assert len(told) >= 6

    def test_keep_what_this_version_does_not_understand_for_one_that_does(self, desk: Desk) -> None:
        one = desk.queued()
        later = desk.status(one, "in review")
        with desk.workspace.store.write() as connection:  # as if a version without states had taken it in
            raw = json.dumps(dict(later.data))
            rows.keep_feed_item(
                connection, rows.FeedRow(desk.endpoint, "status", one.uuid, 1, 1, raw, "2026", "", "first")
            )
        desk.take(desk.item("weather", "x", rain=True))
        assert desk.standing(one) == "in review"
        kept = rows.feed_item(desk.workspace.store.read(), desk.endpoint, "weather", "x")
        assert kept is not None
        assert (json.loads(kept.data), kept.applied) == ({"rain": True}, "")

    def test_that_do_not_begin_where_the_workspace_stands_leave_its_cursor(self, desk: Desk) -> None:
        desk.workspace.inbox.take_page(desk.endpoint, desk.page(desk.item("weather", "x")), keep_cursor=False)
        assert cursor(desk) == ""

    def test_of_an_endpoint_that_is_not_there_are_refused(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            desk.workspace.inbox.take_page(99, Page((), "x", False, "x"))


class TestReceipts:
    def test_of_another_laptop_are_checked_then_kept_and_only_then_it_is_received(self, desk: Desk) -> None:
        one = desk.queued()
        text = desk.receipt(one)
        desk.take(desk.item("receipt", one.uuid, submission=one.uuid, receipt=text))
        kept = desk.workspace.outbox.get(one.uuid)
        assert (kept.state, kept.receipt, desk.standing(one)) == (DeliveryState.RECEIVED, text, "received")
        assert desk.events(one)[0][2] == "2026-11-23"

    @pytest.mark.parametrize(
        "other",
        [
            {"sha256": "0" * 64},
            {"endpoint": OTHER_ENDPOINT},
            {"submission": OTHER_ENDPOINT},
            {"attachments": ()},
            {"participant": "OTHER"},
        ],
    )
    def test_that_prove_something_else_are_not_believed(self, desk: Desk, other: dict[str, object]) -> None:
        one = desk.queued()
        desk.take(desk.item("receipt", one.uuid, submission=one.uuid, receipt=desk.receipt(one, **other)))
        assert (desk.workspace.outbox.get(one.uuid).state, desk.standing(one)) == (DeliveryState.QUEUED, "queued")

    def test_signed_by_another_key_are_not_believed(self, desk: Desk) -> None:
        one = desk.queued()
        forged = replace(desk, key=Ed25519PrivateKey.generate()).receipt(one)
        desk.take(desk.item("receipt", one.uuid, submission=one.uuid, receipt=forged))
        assert desk.workspace.outbox.get(one.uuid).state is DeliveryState.QUEUED

    def test_signed_by_a_key_that_is_pinned_later_are_believed_then(self, desk: Desk) -> None:
        one = desk.queued()
        newer = Ed25519PrivateKey.generate()
        text = replace(desk, key=newer).receipt(one)
        page = desk.page(desk.item("receipt", one.uuid, submission=one.uuid, receipt=text))
        for _ in range(2):
            desk.workspace.inbox.take_page(desk.endpoint, page)
        assert [line.event for line in desk.workspace.outbox.log()].count("a receipt could not be used") == 1
        with desk.workspace.store.write() as connection:
            keys = {"keys": [receipts.public_jwk(newer, "key-1")]}
            endpoint_rows.change(connection, desk.endpoint, {"jwks": json.dumps(keys)})
        desk.workspace.inbox.take_page(desk.endpoint, page)
        assert desk.workspace.outbox.get(one.uuid).state is DeliveryState.RECEIVED


class TestComments:
    def test_land_on_the_row_that_they_are_about(self, desk: Desk) -> None:
        one = desk.queued()
        table = desk.workspace.submissions.content(one.submission_id).tables[0]
        key = next(iter(table.rows()))[0]
        desk.take(desk.comment(one, 1, "Which gate?", table=table.id, row=key, column=table.columns[0].id))
        (said,) = desk.workspace.reviews.comments(one.submission_id)
        assert (said.source, said.text, said.author) == (CommentSource.SYNC, "Which gate?", "R. Viewer")
        assert (said.table_id, said.row_key, said.column_id) == (table.id, key, table.columns[0].id)
        assert (said.recipient, said.said_at, said.state) == ("BSC", "2026-11-24", CommentState.OPEN)
        assert said.about

    def test_are_answered_and_the_answer_goes_out_once(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.comment(one, 1, "Why?"))
        inbox = desk.workspace.inbox
        assert inbox.outgoing_answers(desk.endpoint) == ()
        desk.workspace.reviews.answer(desk.workspace.reviews.comments()[0].id, "Because.")
        ((mark, body),) = inbox.outgoing_answers(desk.endpoint)
        assert (body["submission"], body["in_reply_to"], body["text"]) == (one.uuid, COMMENT.format(1), "Because.")
        assert inbox.outgoing_answers(desk.endpoint)[0][0] == mark
        inbox.answer_sent(desk.endpoint, mark, body)
        assert inbox.outgoing_answers(desk.endpoint) == ()
        # It comes back with the changes, and is known.
        desk.take(desk.item("comment", mark, **{**body, "id": mark, "from": "participant"}))
        assert len(desk.workspace.reviews.comments()) == 1

    def test_a_reply_to_an_answer_stands_in_the_thread_of_the_comment(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.comment(one, 1, "Why?"))
        desk.workspace.reviews.answer(desk.workspace.reviews.comments()[0].id, "Because.")
        ((mark, body),) = desk.workspace.inbox.outgoing_answers(desk.endpoint)
        desk.workspace.inbox.answer_sent(desk.endpoint, mark, body)
        desk.take(desk.comment(one, 2, "Not good enough.", in_reply_to=mark))
        first, second = desk.workspace.reviews.comments()
        assert (second.text, second.in_reply_to, second.state) == (
            "Not good enough.", first.fingerprint, CommentState.OPEN,
        )  # fmt: skip

    def test_said_anew_stand_beside_what_was_said_first(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.comment(one, 1, "Why?"))
        desk.workspace.reviews.answer(desk.workspace.reviews.comments()[0].id, "Because.")
        desk.take(desk.comment(one, 1, "Why not?"))
        first, second = desk.workspace.reviews.comments()
        assert (first.text, first.answer, second.text, second.in_reply_to) == (
            "Why?", "Because.", "Why not?", first.fingerprint,
        )  # fmt: skip

    def test_the_answer_of_another_laptop_is_the_answer_here(self, desk: Desk) -> None:
        one = desk.queued()
        answer = desk.comment(one, 2, "Because.", in_reply_to=COMMENT.format(1), author="Al", **{"from": "participant"})
        desk.take(desk.comment(one, 1, "Why?"), answer)
        (said,) = desk.workspace.reviews.comments()
        assert (said.answer, said.answered_by, said.state) == ("Because.", "Al", CommentState.ANSWERED)
        assert desk.workspace.inbox.outgoing_answers(desk.endpoint) == ()

    def test_the_answer_of_another_laptop_never_takes_the_place_of_ones_own(self, desk: Desk) -> None:
        one = desk.queued()
        desk.take(desk.comment(one, 1, "Why?"))
        desk.workspace.reviews.answer(desk.workspace.reviews.comments()[0].id, "I say so.")
        desk.take(desk.comment(one, 2, "Because.", in_reply_to=COMMENT.format(1), **{"from": "participant"}))
        assert [(said.text, said.answer) for said in desk.workspace.reviews.comments()] == [
            ("Why?", "I say so."), ("Because.", ""),
        ]  # fmt: skip

    def test_the_answer_of_another_laptop_does_not_break_undo_of_what_was_done_with_the_comment(
        self, desk: Desk
    ) -> None:
        one = desk.queued()
        desk.take(desk.comment(one, 1, "Why?"))
        comment = desk.workspace.reviews.comments()[0].id
        desk.workspace.reviews.set_owner([comment], "Al")
        desk.take(desk.comment(one, 2, "Because.", in_reply_to=COMMENT.format(1), **{"from": "participant"}))
        desk.workspace.history.undo()
        desk.workspace.history.undo()
        assert (desk.workspace.reviews.get(comment).owner, desk.workspace.reviews.get(comment).answer) == ("", "")

    def test_do_not_take_the_place_of_a_comment_that_redo_brings_back(self, desk: Desk) -> None:
        one = desk.queued()
        desk.workspace.reviews.enter(one.submission_id, "BSC", "By telephone")
        desk.workspace.history.undo()
        desk.take(desk.comment(one, 1, "Why?"))
        desk.workspace.history.redo()
        assert sorted(said.text for said in desk.workspace.reviews.comments()) == ["By telephone", "Why?"]


def a_pack(desk: Desk, data: bytes, **more: object) -> Item:
    sha256 = hashlib.sha256(data).hexdigest()
    said = {
        "kind": "milestones", "version": "2027.1", "status": "official", "source": "Programme", "date": "2026-11-01",
        "sha256": sha256, "size": len(data), "title": "New plan",
        "withdrawn": False, "reason": "", "at": "2026-11-20T09:00:00Z",
    }  # fmt: skip
    return desk.item("pack", sha256, **{**said, **more})


def milestones(version: str) -> bytes:
    shipped = shipped_pack("milestones")
    body = {
        "kind": "milestones", "version": version, "status": "official", "source": "Programme", "date": "2026-11-01",
        "body": dict(shipped.body),
    }  # fmt: skip
    return json.dumps(body).encode()


class TestPacks:
    def test_are_offered_with_their_difference_and_used_only_once_they_are_taken(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        data, inbox, content = milestones("2027.1"), desk.workspace.inbox, desk.workspace.content
        sha256 = hashlib.sha256(data).hexdigest()
        desk.take(a_pack(desk, data))
        (offer,) = inbox.offers()
        assert (offer.state, offer.fetched, offer.in_use, offer.kind_name) == (
            OfferState.OFFERED, False, False, "Milestones",
        )  # fmt: skip
        with pytest.raises(InvalidInput, match="not fetched"):
            inbox.take_offer(desk.endpoint, sha256)
        inbox.keep_offer(desk.endpoint, sha256, data)
        inbox.offer_file(desk.endpoint, sha256, tmp_path / "offer.json")
        assert content.compare(tmp_path / "offer.json")[0].version == "2027.1"
        assert content.pack("milestones").version != "2027.1"
        inbox.take_offer(desk.endpoint, sha256)
        assert content.pack("milestones").version == "2027.1"
        (offer,) = inbox.offers()
        assert (offer.state, offer.in_use) == (OfferState.TAKEN, True)
        desk.workspace.history.undo()
        assert content.pack("milestones").version != "2027.1"

    def test_that_are_not_what_was_published_are_refused(self, desk: Desk) -> None:
        data = milestones("2027.1")
        sha256 = hashlib.sha256(data).hexdigest()
        desk.take(a_pack(desk, data))
        with pytest.raises(FileRefused, match="another one"):
            desk.workspace.inbox.keep_offer(desk.endpoint, sha256, data + b" ")
        desk.take(a_pack(desk, b"no json", sha256=hashlib.sha256(b"no json").hexdigest()))
        with pytest.raises(FileRefused, match="JSON"):
            desk.workspace.inbox.keep_offer(desk.endpoint, hashlib.sha256(b"no json").hexdigest(), b"no json")
        assert not any(offer.fetched for offer in desk.workspace.inbox.offers())

    def test_can_be_refused_and_taken_later(self, desk: Desk) -> None:
        data = milestones("2027.1")
        sha256 = hashlib.sha256(data).hexdigest()
        desk.take(a_pack(desk, data))
        desk.workspace.inbox.refuse_offer(desk.endpoint, sha256)
        assert desk.workspace.inbox.offers()[0].state is OfferState.NOT_WANTED
        desk.workspace.inbox.keep_offer(desk.endpoint, sha256, data)
        desk.workspace.inbox.take_offer(desk.endpoint, sha256)
        assert desk.workspace.inbox.offers()[0].in_use

    def test_withdrawn_while_in_use_stay_in_use_until_the_person_goes_back_to_the_one_before(self, desk: Desk) -> None:
        inbox, content = desk.workspace.inbox, desk.workspace.content
        prints = []
        for version in ("2027.1", "2027.2"):
            data = milestones(version)
            prints.append(hashlib.sha256(data).hexdigest())
            desk.take(a_pack(desk, data, version=version))
            inbox.keep_offer(desk.endpoint, prints[-1], data)
            inbox.take_offer(desk.endpoint, prints[-1])
        desk.take(a_pack(desk, milestones("2027.2"), version="2027.2", withdrawn=True, reason="Wrong days"))
        first = inbox.offers()[0]
        assert (first.withdrawn, first.in_use, content.pack("milestones").version) == ("Wrong days", True, "2027.2")
        assert first.way_back == "Go back to 2027.1, which was used before it"
        inbox.go_back(desk.endpoint, prints[1])
        assert content.pack("milestones").version == "2027.1"
        with pytest.raises(InvalidInput, match="withdrawn"):
            inbox.take_offer(desk.endpoint, prints[1])
        desk.take(a_pack(desk, milestones("2027.1"), version="2027.1", withdrawn=True))
        assert inbox.offers()[0].way_back == "Go back to the shipped milestones"
        inbox.go_back(desk.endpoint, prints[0])
        assert content.pack("milestones").sha256 == shipped_pack("milestones").sha256


def cursor(desk: Desk) -> str:
    found = endpoint_rows.endpoint(desk.workspace.store.read(), desk.endpoint)
    assert found is not None
    return found.cursor
