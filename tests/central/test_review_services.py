"""Persons, the queue, reviews and packs on both kinds of database, and by several at once."""

from __future__ import annotations

import threading
import uuid

import pytest
from sqlalchemy import update

from central import sample
from central.people import BROWSER
from central.queue import Filter
from central.refusals import Refused
from central.reviews import Said
from central.tables import submission
from tests.central.review_world import PASSWORD, Laptop, let_in


def all_at_once(*calls):
    """Every call in a thread of its own, begun together; gives what each returned or raised."""
    begin, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        begin.wait()
        try:
            results[number] = call()
        except Refused as refused:
            results[number] = refused.problem.slug

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return results


def said(text="Why?", **more):
    return Said(str(uuid.uuid4()), text, **more)


def test_a_review_from_the_queue_to_the_feed(central):
    laptop = Laptop(central)
    one = laptop.hand_over(title="100% Ärger_1")
    for text, found in (("ärger" if central.db.sqlite is False else "Ärger", 1), ("100%", 1), ("_1", 1), ("x_", 0)):
        assert central.reviews.queue(Filter(text=text)).total == found, text
    assert central.reviews.queue(Filter(text="\x00", participant="\x00", kind="\x00")).total == 1
    central.reviews.comment(one, said(table_id="requirements", row_key="REQ-001", column_id="tests"), "rita")
    central.reviews.decide(one, "in review", "", "PA-1", 1, "rita")
    detail = central.reviews.one(one)
    assert (detail.state, detail.state_version, detail.their_ref) == ("in review", 2, "PA-1")
    assert detail.signature_holds
    assert [item["state"] for item in laptop.told("status")][-1] == "in review"
    assert laptop.told("comment")[-1]["row"] == "REQ-001"
    assert central.audit.verify().broken_at is None
    assert central.reviews.queue(Filter(state="in review")).counts["in review"] == 1


def test_a_comment_with_every_kind_of_character_is_kept(central):
    laptop = Laptop(central)
    one = laptop.hand_over()
    central.reviews.comment(one, said("a\x00b\x07c\r\nd\te\ud800 – 日本 👍"), "rita")
    assert laptop.told("comment")[-1]["text"] == "abc\nd\te? – 日本 👍"


def test_two_who_decide_at_once_one_of_them_is_told_so(central):
    laptop = Laptop(central)
    one = laptop.hand_over()
    results = all_at_once(
        *[
            lambda state=state: central.reviews.decide(one, state, "Note.", "", 1, "rita")
            for state in ("accepted", "changes requested", "in review", "accepted")
        ]
    )
    assert sorted(map(str, results)) == ["None", "version-conflict", "version-conflict", "version-conflict"]
    assert central.reviews.one(one).state_version == 2
    assert len(central.reviews.one(one).decisions) == 1


def test_one_comment_sent_many_times_at_once_is_one(central):
    laptop = Laptop(central)
    one = laptop.hand_over()
    same = said()
    assert all_at_once(*[lambda: central.reviews.comment(one, same, "rita")] * 6) == [None] * 6
    assert len(laptop.told("comment")) == 1


def test_a_withdrawn_submission_takes_no_decision(central):
    laptop = Laptop(central)
    one = laptop.hand_over()
    laptop.withdraw(one, "A mistake.")
    detail = central.reviews.one(one)
    assert (detail.state, detail.withdrawn, detail.next) == ("withdrawn", "A mistake.", ())
    assert [version.act for version in detail.versions] == ["submit", "withdraw"]
    with pytest.raises(Refused, match="cannot become"):
        central.reviews.decide(one, "accepted", "", "", detail.state_version, "rita")
    assert central.reviews.queue(Filter(state="all")).total == 1  # the withdrawal is none of its own


def test_one_whose_kept_bytes_were_damaged_is_said_to_be_so(central):
    one = Laptop(central).hand_over()
    with central.db.write() as connection:
        connection.execute(update(submission).where(submission.c.id == one).values(bytes=b"{}"))
    with pytest.raises(Refused, match="was changed"):
        central.reviews.one(one)


def test_two_participants_with_the_same_id_are_reviewed_apart(central):
    mine, theirs = Laptop(central, "ACME"), Laptop(central, "OTHER")
    same = str(uuid.uuid4())
    mine.hand_over(id=same)
    theirs.hand_over(id=same)
    other = next(one.id for one in central.reviews.queue(Filter(participant="OTHER")).entries)
    assert other != same
    central.reviews.decide(other, "accepted", "", "", 1, "rita")
    assert [item["state"] for item in mine.told("status")] == ["received"]
    assert [(item["submission"], item["state"]) for item in theirs.told("status")][-1] == (same, "accepted")


def test_guesses_at_once_are_not_more_than_allowed(central):
    let_in(central)
    results = all_at_once(*[lambda: central.people.sign_in("rita", "wrong password x", "a")] * 12)
    assert results.count("sign-in") <= 5
    assert set(results) == {"sign-in", "slow-down"}


def test_two_administrators_who_disable_each_other_leave_one(central):
    let_in(central)
    central.people.add("eva", "administrator", PASSWORD, "t")
    results = all_at_once(
        lambda: central.people.disable("adam", "x", "eva"), lambda: central.people.disable("eva", "x", "adam")
    )
    assert sorted(map(str, results)) == ["None", "invalid"]


def test_a_pack_published_at_once_is_told_once(central):
    data = b'{"kind":"code_lists","version":"1","status":"sample","source":"Us","date":"2026-11-28","body":{}}'
    all_at_once(*[lambda: central.packs.publish(data, "adam").sha256] * 5)
    assert len(Laptop(central).told("pack")) == 1
    assert central.packs.all()[0].size == len(data)


def test_the_sample_is_filled_once_and_says_that_it_is_made_up(tmp_path):
    from tests.central_server import Central, settings

    central = Central(settings(tmp_path))
    for _ in range(2):
        sample.fill(central)
    assert [one.id for one in central.participants.all()] == ["ACME", "BOREAL", "SAMPLE"]
    assert all("made-up" in one.name for one in central.participants.all())
    assert [(one.status, one.version) for one in central.packs.all()] == [("sample", sample.PACK_VERSION)]
    found = central.reviews.queue(Filter())
    assert found.total == 2
    for one in found.entries:
        detail = central.reviews.one(one.id)
        assert detail.signature_holds
        assert central.reviews.body(detail).tables
    central.people.add("rita", "reviewer", PASSWORD, "t")
    assert central.people.caller(central.people.sign_in("rita", PASSWORD, "a"), BROWSER)
    central.close()
