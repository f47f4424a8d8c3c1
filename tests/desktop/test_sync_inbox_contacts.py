"""Contacts that both sides edit: merged field by field, asked about where both changed, and only with consent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from freezing_hands import WalkingClock
from sync_inbox_hands import Desk, a_desk

from desktop.errors import InvalidInput, NotFound
from desktop.participant.model import Contact


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


ANN = {"name": "Ann", "position": "Director", "email": "ann@acme.example", "phone": ""}


class TestContacts:
    def put(self, desk: Desk, **fields: str) -> None:
        found = [one for one in desk.workspace.participant.contacts() if one.hat == "signatory"]
        desk.workspace.participant.save_contact(
            Contact("signatory", **{**ANN, **fields}, id=found[0].id if found else None)
        )

    def agreed(self, desk: Desk) -> None:
        """Both sides have Ann."""
        self.put(desk)
        ((record, version, value),) = desk.workspace.inbox.outgoing_records(desk.endpoint)
        assert (record, version, value) == ("contacts", 0, {"signatory": ANN})
        desk.workspace.inbox.record_sent(desk.endpoint, record, 1, value)
        assert desk.workspace.inbox.outgoing_records(desk.endpoint) == ()

    def test_without_the_consent_nothing_goes_and_what_comes_is_only_kept(self, desk: Desk) -> None:
        self.agreed(desk)
        inbox, theirs = desk.workspace.inbox, {"signatory": {**ANN, "phone": "020"}}
        desk.workspace.endpoints.set_contacts(desk.endpoint, False)
        self.put(desk, email="new@acme.example")
        assert inbox.outgoing_records(desk.endpoint) == ()
        assert not desk.take(desk.contacts(2, theirs)).subjects
        inbox.record_refused(desk.endpoint, "contacts", 2, theirs)
        assert [one.phone for one in desk.workspace.participant.contacts()] == [""]
        assert not inbox.take_left_over(desk.endpoint).subjects
        desk.workspace.endpoints.set_contacts(desk.endpoint, True)
        assert inbox.take_left_over(desk.endpoint).subjects
        assert not inbox.take_left_over(desk.endpoint).subjects
        (here,) = desk.workspace.participant.contacts()
        assert (here.email, here.phone) == ("new@acme.example", "020")
        assert [one[1] for one in inbox.outgoing_records(desk.endpoint)] == [2]

    def test_a_conflict_is_hidden_and_not_chosen_while_the_consent_is_taken_back(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, email="a@acme.example")
        desk.take(desk.contacts(2, {"signatory": {**ANN, "email": "z@acme.example"}}))
        inbox = desk.workspace.inbox
        assert len(inbox.conflicts()) == 1
        desk.workspace.endpoints.set_contacts(desk.endpoint, False)
        assert inbox.conflicts() == ()
        with pytest.raises(NotFound):
            inbox.choose(desk.endpoint, "contacts", {"signatory.email": "theirs"})
        desk.workspace.endpoints.set_contacts(desk.endpoint, True)
        assert len(inbox.conflicts()) == 1

    def test_changed_there_only_are_taken_over_without_a_step_of_the_person(self, desk: Desk) -> None:
        self.agreed(desk)
        desk.take(desk.contacts(2, {"signatory": {**ANN, "phone": "020"}, "data_owner": {"name": "Al"}}))
        found = {one.hat: (one.name, one.phone) for one in desk.workspace.participant.contacts()}
        assert found == {"signatory": ("Ann", "020"), "data_owner": ("Al", "")}
        assert desk.workspace.inbox.outgoing_records(desk.endpoint) == ()

    def test_changed_there_do_not_break_undo_of_what_was_changed_here(self, desk: Desk) -> None:
        self.agreed(desk)
        desk.take(desk.contacts(2, {"signatory": {**ANN, "phone": "020"}}))
        desk.workspace.history.undo()  # what came from there
        desk.workspace.history.undo()  # what the person did
        assert desk.workspace.participant.contacts() == ()

    def test_changed_on_both_sides_in_other_fields_are_merged_and_sent(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, email="a@acme.example")
        desk.workspace.inbox.record_refused(desk.endpoint, "contacts", 2, {"signatory": {**ANN, "phone": "020"}})
        both = {**ANN, "email": "a@acme.example", "phone": "020"}
        assert desk.workspace.inbox.conflicts() == ()
        assert desk.workspace.inbox.outgoing_records(desk.endpoint) == (("contacts", 2, {"signatory": both}),)

    def test_changed_on_both_sides_in_the_same_field_are_shown_and_chosen(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, email="a@acme.example", position="Chair")
        desk.take(desk.contacts(2, {"signatory": {**ANN, "email": "z@acme.example", "phone": "020"}}))
        (conflict,) = desk.workspace.inbox.conflicts()
        (field,) = conflict.fields
        assert (field.field, field.title) == ("signatory.email", "Signatory: e-mail")
        assert (field.base, field.mine, field.theirs) == ("ann@acme.example", "a@acme.example", "z@acme.example")
        assert desk.workspace.inbox.outgoing_records(desk.endpoint) == ()
        (here,) = desk.workspace.participant.contacts()
        assert (here.email, here.position, here.phone) == ("a@acme.example", "Chair", "020")
        for wrong in ({"signatory.phone": "mine"}, {"signatory.email": "ours"}):
            with pytest.raises(InvalidInput):
                desk.workspace.inbox.choose(desk.endpoint, "contacts", wrong)
        desk.workspace.inbox.choose(desk.endpoint, "contacts", {"signatory.email": "theirs"})
        assert desk.workspace.inbox.conflicts() == ()
        ((_, version, value),) = desk.workspace.inbox.outgoing_records(desk.endpoint)
        assert (version, value) == (
            2, {"signatory": {**ANN, "email": "z@acme.example", "position": "Chair", "phone": "020"}},
        )  # fmt: skip
        with pytest.raises(NotFound):
            desk.workspace.inbox.choose(desk.endpoint, "contacts", {})

    def test_changed_to_the_same_on_both_sides_are_no_conflict(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, email="new@acme.example")
        desk.take(desk.contacts(2, {"signatory": {**ANN, "email": "new@acme.example"}}))
        assert desk.workspace.inbox.conflicts() == ()
        assert desk.workspace.inbox.outgoing_records(desk.endpoint) == ()

    def test_made_equal_by_hand_end_the_conflict(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, email="a@acme.example")
        desk.take(desk.contacts(2, {"signatory": {**ANN, "email": "z@acme.example"}}))
        self.put(desk, email="z@acme.example", phone="1")
        assert desk.workspace.inbox.conflicts() == ()
        ((_, version, value),) = desk.workspace.inbox.outgoing_records(desk.endpoint)
        assert (version, value) == (2, {"signatory": {**ANN, "email": "z@acme.example", "phone": "1"}})

    @pytest.mark.parametrize("value", [{}, {"data_owner": {"name": "Al"}}, {"signatory": {"phone": "020"}}])
    def test_taken_away_there_are_asked_before_they_go_here(self, desk: Desk, value: dict[str, object]) -> None:
        self.agreed(desk)
        desk.take(desk.contacts(2, value))
        ((field,),) = (one.fields for one in desk.workspace.inbox.conflicts())
        assert (field.field, field.mine, field.theirs) == (
            "signatory", "Ann, Director, ann@acme.example", None,
        )  # fmt: skip
        assert "Ann" in [one.name for one in desk.workspace.participant.contacts()]
        desk.workspace.inbox.choose(desk.endpoint, "contacts", {"signatory": "theirs"})
        assert "Ann" not in [one.name for one in desk.workspace.participant.contacts()]
        desk.workspace.history.undo()
        assert "Ann" in [one.name for one in desk.workspace.participant.contacts()]

    def test_of_a_restored_endpoint_never_silently_take_the_place_of_newer_ones(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, phone="020")
        ((record, _, value),) = desk.workspace.inbox.outgoing_records(desk.endpoint)
        desk.take(desk.contacts(1, {"signatory": ANN}))
        desk.workspace.inbox.record_sent(desk.endpoint, record, 2, value)
        desk.epoch = "second"
        desk.take(desk.contacts(1, {"signatory": ANN}))
        ((field,),) = (one.fields for one in desk.workspace.inbox.conflicts())
        assert (field.field, field.mine, field.theirs) == ("signatory.phone", "020", "")
        desk.workspace.inbox.choose(desk.endpoint, "contacts", {"signatory.phone": "mine"})
        assert desk.workspace.inbox.outgoing_records(desk.endpoint) == (("contacts", 1, value),)

    def test_two_under_one_hat_both_go_and_come(self, desk: Desk) -> None:
        for name in ("Ann", "Bob"):
            desk.workspace.participant.save_contact(Contact("signatory", name))
        ((_, _, value),) = desk.workspace.inbox.outgoing_records(desk.endpoint)
        assert {key: group["name"] for key, group in value.items()} == {"signatory": "Ann", "signatory~2": "Bob"}  # type: ignore[index]

    def test_fields_of_a_newer_version_are_carried_along(self, desk: Desk) -> None:
        desk.take(desk.contacts(1, {"signatory": {**ANN, "pronouns": "she"}}))
        self.put(desk, phone="020")
        ((_, _, value),) = desk.workspace.inbox.outgoing_records(desk.endpoint)
        assert value == {"signatory": {**ANN, "phone": "020", "pronouns": "she"}}

    def test_are_never_named_in_the_log_of_sync(self, desk: Desk) -> None:
        self.agreed(desk)
        self.put(desk, email="a@acme.example")
        desk.take(desk.contacts(2, {"signatory": {**ANN, "email": "z@acme.example"}}))
        desk.workspace.inbox.choose(desk.endpoint, "contacts", {"signatory.email": "mine"})
        assert "acme.example" not in str(desk.workspace.outbox.log())
