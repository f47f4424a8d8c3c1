"""The whole way to a real central service and back: comments, answers, decisions, contacts, published content."""

from __future__ import annotations

import json
from uuid import uuid4

import sync_fixtures
from sync_hands import a_frozen, with_file

from central.reviews import Said
from desktop.participant.model import Contact
from desktop.submissions.model import RecipientState
from desktop.sync.points import install
from local_db import deliveries as rows

clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk
running, central = sync_fixtures.running, sync_fixtures.central


def sent(desk):
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    desk.sync.now()
    return desk.outbox.deliveries(submission_id=made)[0]


def test_a_comment_is_answered_and_a_decision_comes(desk, running, central):
    one = sent(desk)
    reviews = running.central.reviews
    reviews.comment(one.uuid, Said(str(uuid4()), "Which day is meant?"), "R. Viewer")
    (done,) = desk.sync.now()
    assert (done.taken_in > 0, done.trouble) == (True, None)
    (comment,) = desk.reviews.comments(one.submission_id)
    desk.reviews.answer(comment.id, "The first of May")
    desk.sync.now()
    assert desk.sync.now()[0].trouble is None
    (thread,) = reviews.one(one.uuid).comments
    assert [(each.text, each.by_participant) for each in thread.replies] == [("The first of May", True)]
    seen = reviews.one(one.uuid).state_version
    reviews.decide(one.uuid, "in review", "", "BSC-77", seen, "R. Viewer")
    reviews.decide(one.uuid, "accepted", "Thank you", "BSC-77", seen + 1, "R. Viewer")
    desk.sync.now()
    (standing,) = desk.submissions.get(one.submission_id).recipients
    assert (standing.state, standing.their_ref) == (RecipientState.ACCEPTED, "BSC-77")
    assert desk.submissions.verify_kept(one.submission_id) == ()
    whats = [each.what for each in rows.departures(desk.store.read(), [""])]
    assert "comment" in whats


def test_contacts_go_nowhere_and_come_from_nowhere_before_a_person_agreed(desk, running, central):
    desk.participant.save_contact(Contact(_hat(desk), "Jo Bloggs", "Manager", "jo@example.org"))
    running.central.records.put_by("ACME", "R. Viewer", "contacts", 0, {_hat(desk): {"name": "Al", "phone": "020"}})
    assert [one.trouble for one in desk.sync.now()] == [None]
    assert [one.trouble for one in desk.sync.now()] == [None]
    version, there = running.central.records.of("ACME", "contacts")
    assert (version, there[_hat(desk)]["name"]) == (1, "Al")
    assert [one.name for one in desk.participant.contacts()] == ["Jo Bloggs"]
    assert desk.inbox.conflicts() == ()
    assert "contacts" not in [each.what for each in rows.departures(desk.store.read(), [""])]
    desk.endpoints.set_contacts(central, True)
    assert [one.trouble for one in desk.sync.now()] == [None]
    (conflict,) = desk.inbox.conflicts()
    assert (_hat(desk) + ".name") in [one.field for one in conflict.fields]
    desk.endpoints.set_contacts(central, False)
    assert desk.inbox.conflicts() == ()


def test_contacts_that_both_sides_change_are_merged_or_asked_about(desk, running, central):
    desk.endpoints.set_contacts(central, True)
    desk.participant.save_contact(Contact(_hat(desk), "Jo Bloggs", "Manager", "jo@example.org"))
    desk.sync.now()
    version, value = running.central.records.of("ACME", "contacts")
    (key,) = value
    assert value[key]["email"] == "jo@example.org"
    theirs = {**value, key: {**value[key], "position": "Director"}}
    running.central.records.put_by("ACME", "R. Viewer", "contacts", version, theirs)
    (mine,) = desk.participant.contacts()
    desk.participant.save_contact(Contact(mine.hat, "Jo Bloggs", "Manager", "jo.bloggs@example.org", id=mine.id))
    desk.sync.now()
    desk.sync.now()
    (merged,) = desk.participant.contacts()
    assert (merged.position, merged.email) == ("Director", "jo.bloggs@example.org")
    _, there = running.central.records.of("ACME", "contacts")
    assert (there[key]["position"], there[key]["email"]) == ("Director", "jo.bloggs@example.org")
    assert desk.inbox.conflicts() == ()
    assert "contacts" in [each.what for each in rows.departures(desk.store.read(), [""])]


def test_published_content_is_fetched_and_waits_for_the_person(desk, running, central):
    pack = desk.content.pack("milestones")
    header = {"kind": "milestones", "version": "2027.1", "status": "sample", "source": "Made up", "date": "2026-11-23"}
    data = json.dumps({**header, "body": pack.body}).encode()
    running.central.packs.publish(data, "R. Viewer")
    desk.sync.now()
    (offer,) = desk.inbox.offers()
    assert (offer.kind, offer.version, offer.fetched) == ("milestones", "2027.1", True)
    assert desk.content.pack("milestones").version != "2027.1"


def test_many_changes_come_page_by_page(desk, running, central, monkeypatch):
    monkeypatch.setattr("desktop.sync.taking_in._PAGE", 3)
    one = sent(desk)
    for number in range(10):
        running.central.reviews.comment(one.uuid, Said(str(uuid4()), f"Comment {number}"), "R. Viewer")
    (done,) = desk.sync.now()
    assert done.taken_in >= 10
    assert len(desk.reviews.comments(one.submission_id)) == 10
    assert desk.sync.now()[0].taken_in == 0


def test_a_comment_comes_while_a_large_file_is_on_its_way(desk, running, central, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.sync.one_round.LISTEN", 0.0)
    one = sent(desk)
    desk.outbox.queue(with_file(desk, tmp_path, 5_000_000))

    def say():
        running.central.reviews.comment(one.uuid, Said(str(uuid4()), "Which day?"), "R. Viewer")

    heard = []

    def hook(name):
        if name == "upload.part-sent":
            parts.append(name)
            if len(parts) == 3:
                say()
        if name == "delivery.sending":
            heard.append(len(desk.reviews.comments(one.submission_id)))

    parts = []
    install(hook)
    try:
        (done,) = desk.sync.now()
    finally:
        install(None)
    assert (done.received, done.trouble) == (1, None)
    assert heard == [1]


def _hat(desk):
    return str(desk.participant.choices("hats")[0]["id"])
