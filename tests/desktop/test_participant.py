"""The participant: scope, contacts, and the recipients that follow from the roles."""

from __future__ import annotations

import pytest

from desktop.content.service import ContentService
from desktop.errors import InvalidInput
from desktop.participant.model import Contact, Participant, Scope
from desktop.participant.service import ParticipantService
from local_db.connection import Store


@pytest.fixture
def store(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    with store.write() as connection:
        connection.execute("INSERT INTO participant (id, name, short_name) VALUES (1, 'Acme Energy Ltd', 'ACME')")
    yield store
    store.close()


@pytest.fixture
def participant(store, clock):
    return ParticipantService(store, ContentService(store, "Ada", clock), "Ada", clock)


@pytest.mark.parametrize(
    ("roles", "recipients"),
    [
        ((), []),
        (("supplier",), ["BSC", "REC", "DIP"]),
        (("ldso",), ["BSC", "REC", "DIP"]),
        (("mem",), ["REC", "DIP"]),
        (("data_service",), ["BSC", "DIP"]),
        (("mem", "data_service"), ["BSC", "REC", "DIP"]),
    ],
)
def test_roles_decide_the_recipients(participant, roles, recipients):
    for role in roles:
        participant.save_scope(Scope("ACME", role))
    assert [r.id for r in participant.recipients()] == recipients


def test_a_recipient_says_which_role_chose_it(participant):
    participant.save_scope(Scope("ACME", "mem"))
    assert participant.recipients()[0].because == ("Metering equipment manager (MEM)",)


def test_details_are_changed_and_undone(participant, store, clock):
    participant.save(Participant(" Acme Power Ltd ", "acmep", "non_sit_sa", "note"))
    assert participant.get() == Participant("Acme Power Ltd", "ACMEP", "non_sit_sa", "note")
    store.undo(actor="Ada", at=clock())
    assert participant.get() == Participant("Acme Energy Ltd", "ACME")


def test_the_same_scope_twice_is_refused(participant):
    participant.save_scope(Scope("ACME", "supplier", "S"))
    participant.save_scope(Scope("ACME", "supplier", "A"))
    with pytest.raises(InvalidInput, match="there already"):
        participant.save_scope(Scope("acme", "supplier", "S"))


def test_a_scope_is_changed_and_removed(participant):
    participant.save_scope(Scope("ACME", "supplier"))
    (scope,) = participant.scopes()
    participant.save_scope(Scope("ACMX", "supplier", reliance="partial", id=scope.id))
    assert participant.scopes() == (Scope("ACMX", "supplier", reliance="partial", id=scope.id),)
    participant.remove_scope(scope.id)
    assert participant.scopes() == ()


def test_contacts_stand_in_the_order_of_the_hats(participant):
    participant.save_contact(Contact("signatory", "Zed"))
    participant.save_contact(Contact("data_owner", "Bea", email="bea@acme.example"))
    assert [c.name for c in participant.contacts()] == ["Bea", "Zed"]


def test_a_contacts_name_is_not_in_the_chained_title(participant, store):
    participant.save_contact(Contact("signatory", "Zebedee Xylophone"))
    titles = [row[0] for row in store.read().execute("SELECT title FROM audit")]
    assert titles == ["Add contact: signatory"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda p: p.save(Participant("", "ACME")), "name"),
        (lambda p: p.save(Participant("Acme", "A")), "short_name"),
        (lambda p: p.save(Participant("Acme", "ACME", "by rail")), "pathway"),
        (lambda p: p.save_scope(Scope("AC1E", "supplier")), "mpid"),
        (lambda p: p.save_scope(Scope("ACME", "baker")), "role"),
        (lambda p: p.save_scope(Scope("ACME", "supplier", "Q")), "segment"),
        (lambda p: p.save_scope(Scope("ACME", "supplier", reliance="some")), "reliance"),
        (lambda p: p.save_contact(Contact("data_owner", " ")), "name"),
        (lambda p: p.save_contact(Contact("bowler", "Ada")), "hat"),
        (lambda p: p.save_contact(Contact("data_owner", "Ada", email="ada at home")), "email"),
    ],
)
def test_what_cannot_be_used_names_its_field(participant, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        wrong(participant)
    assert refused.value.field == field
    assert participant.get() == Participant("Acme Energy Ltd", "ACME")
