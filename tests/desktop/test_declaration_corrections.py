"""What was said of a signed declaration by mistake is taken back by an event of its own."""

from __future__ import annotations

import pytest
from cutover_hands import Clock
from signing_hands import acme, draft, sign

from desktop.app import Workspace
from desktop.declarations.corrections import MISTAKE
from desktop.declarations.model import DeclarationState
from desktop.errors import InvalidInput

STATE = DeclarationState


@pytest.fixture
def desk(tmp_path):
    with acme(tmp_path / "desk", Clock()) as made:
        yield made


@pytest.fixture
def signed(desk: Workspace) -> int:
    made = draft(desk)
    sign(desk, made)
    return made


def said(desk: Workspace, made: int) -> list[tuple[str, str, str]]:
    return [(one.state.value, one.recipient, one.note) for one in desk.declarations.events(made)]


def test_it_goes_back_by_one_state_at_a_time_and_never_behind_the_signature(desk: Workspace, signed: int):
    desk.declarations.say(signed, STATE.SUBMITTED)
    desk.declarations.say(signed, STATE.ACKNOWLEDGED)
    before = said(desk, signed)
    desk.declarations.take_back(signed, "The wrong one")
    assert desk.declarations.get(signed).state is STATE.SUBMITTED
    desk.declarations.take_back(signed, "That one too")
    assert desk.declarations.get(signed).state is STATE.SIGNED
    assert said(desk, signed) == [
        *before,
        ("submitted", "", f"{MISTAKE}The wrong one"),
        ("signed", "", f"{MISTAKE}That one too"),
    ]
    with pytest.raises(InvalidInput):
        desk.declarations.take_back(signed, "Once more")
    assert desk.declarations.verify_kept(signed).ok
    desk.declarations.say(signed, STATE.SUBMITTED)  # and it can be said again
    assert desk.declarations.verify_kept(signed).ok


def test_it_is_taken_back_for_whom_it_was_said(desk: Workspace, signed: int):
    desk.declarations.say(signed, STATE.SUBMITTED)
    desk.declarations.say(signed, STATE.ACKNOWLEDGED, recipient="BSC")
    desk.declarations.say(signed, STATE.ACKNOWLEDGED)
    assert desk.declarations.get(signed).state is STATE.ACKNOWLEDGED
    desk.declarations.take_back(signed, "Only one of them has it")
    assert desk.declarations.get(signed).state is STATE.SUBMITTED
    with pytest.raises(InvalidInput):  # that one has it already
        desk.declarations.say(signed, STATE.ACKNOWLEDGED, recipient="BSC")
    assert desk.declarations.verify_kept(signed).ok


def test_what_was_sent_again_after_a_return_goes_back_to_the_return(desk: Workspace, signed: int):
    desk.declarations.say(signed, STATE.SUBMITTED)
    desk.declarations.say(signed, STATE.RETURNED, note="Page 2 is missing")
    desk.declarations.say(signed, STATE.SUBMITTED)
    desk.declarations.take_back(signed, "It is still here")
    assert desk.declarations.get(signed).state is STATE.RETURNED
    assert desk.declarations.verify_kept(signed).ok


def test_it_needs_a_reason_and_something_that_was_said(desk: Workspace, signed: int):
    with pytest.raises(InvalidInput) as refused:
        desk.declarations.take_back(signed, "Nothing was said")
    assert "signed" in str(refused.value)
    desk.declarations.say(signed, STATE.SUBMITTED)
    with pytest.raises(InvalidInput) as refused:
        desk.declarations.take_back(signed, "  ")
    assert refused.value.field == "reason"
    with pytest.raises(InvalidInput):
        desk.declarations.take_back(draft(desk), "Not signed")
    assert desk.declarations.get(signed).state is STATE.SUBMITTED
