"""What an endpoint refused by itself is not sent every few minutes: not before something changed, or a person asks."""

from __future__ import annotations

import sync_between
import sync_fixtures
from sync_hands import a_frozen

from central.reviews import Said
from desktop.jobs import Job
from desktop.participant.model import Contact
from desktop.sync import one_round
from desktop.sync.shared_contacts import RECORD

clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk
running, between = sync_fixtures.running, sync_between.between
ANSWER = "c0000000-0000-4000-8000-000000000001"


def background(desk):
    """A round as the background makes it."""
    (one,) = desk.endpoints.endpoints()
    return desk.sync.work(one.id, Job(), lambda _: None, any_time=False)


def puts(between, what):
    """How often this was sent since it was asked last."""
    count = sum(method == "PUT" and what in path for method, path in between.calls)
    between.calls.clear()
    return count


def sent_now(desk, endpoint):
    """Records only, after what the endpoint said of itself was kept."""
    with desk.endpoints.transport(endpoint) as transport:
        desk.sync._round._taking_in.send_records(endpoint, transport, Job(), lambda _: None, again=False)


def test_contacts_that_are_refused_go_again_when_they_change_there_or_here_or_a_person_asks(desk, running, between):
    (one,) = desk.endpoints.endpoints()
    desk.endpoints.set_contacts(one.id, True)
    desk.participant.save_contact(Contact("signatory", "Ann", email="ann@example.com"))
    between.fault = lambda method, path: between.problem("invalid") if method == "PUT" and "/records/" in path else None
    for sent in (1, 0, 0):
        assert background(desk).trouble is None
        assert puts(between, "/records/") == sent
    desk.sync.now()
    assert puts(between, "/records/") == 1
    background(desk)
    assert puts(between, "/records/") == 0
    (contact,) = desk.participant.contacts()
    desk.participant.save_contact(Contact("signatory", "Ann", "Head", "ann@example.com", id=contact.id))
    for sent in (1, 0):
        background(desk)
        assert puts(between, "/records/") == sent
    running.central.records.put_by("ACME", "R. Viewer", RECORD, 0, {"data_owner": {"name": "Bob"}})
    background(desk)  # what came is merged; the record of both is another one
    for sent in (1, 0):
        background(desk)
        assert puts(between, "/records/") == sent
    between.fault = lambda method, path: None
    desk.sync.now()
    assert running.central.records.of("ACME", RECORD)[0] == 2
    refused = [line for line in desk.outbox.log() if line.event == "record refused"]
    assert len(refused) == 1


def test_what_the_endpoint_says_of_itself_is_a_reason_to_try_again(desk, running, between):
    (one,) = desk.endpoints.endpoints()
    desk.endpoints.set_contacts(one.id, True)
    desk.participant.save_contact(Contact("signatory", "Ann"))
    between.fault = lambda method, path: between.problem("too-large") if "/records/" in path else None
    for sent in (1, 0):
        background(desk)
        assert puts(between, "/records/") == sent
    with desk.store.write() as connection:
        connection.execute("UPDATE endpoint SET info = json_set(info, '$.time', 'later')")
    sent_now(desk, one.id)
    assert puts(between, "/records/") == 0
    with desk.store.write() as connection:
        connection.execute("UPDATE endpoint SET info = json_set(info, '$.limits.envelope', 1)")
    sent_now(desk, one.id)
    assert puts(between, "/records/") == 1


def test_an_answer_that_is_refused_goes_again_only_when_a_person_asks(desk, running, between):
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    background(desk)
    (one,) = desk.outbox.deliveries()
    running.central.reviews.comment(one.uuid, Said(ANSWER, "Which day?"), "R. Viewer")
    background(desk)
    (comment,) = desk.reviews.comments(made)
    desk.reviews.answer(comment.id, "The first of May")
    between.fault = lambda method, path: between.problem("invalid") if "/comments/" in path else None
    between.calls.clear()
    for sent in (1, 0):
        assert background(desk).trouble is None
        assert puts(between, "/comments/") == sent
    desk.sync.now()
    assert puts(between, "/comments/") == 1
    desk.reviews.answer(comment.id, "The second of May")
    background(desk)
    assert puts(between, "/comments/") == 1


def test_one_that_fails_for_the_same_reason_has_one_line_of_so_many_in_the_log(desk, between, monkeypatch):
    monkeypatch.setattr(one_round, "_TOLD_AGAIN", 3)
    desk.outbox.queue(a_frozen(desk, ("BSC",)))
    (one,) = desk.outbox.deliveries()
    between.fault = lambda method, path: between.problem("internal") if path.endswith(one.uuid) else None
    for _ in range(4):
        desk.sync.now()
    assert desk.outbox.get(one.uuid).tries == 4
    assert [line.event for line in desk.outbox.history(one.uuid)] == ["queued", "not sent", "not sent"]
