"""A clock that was set back: refused beyond a day, told within one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from signing_hands import PASSPHRASE, WORDS, acme, draft, sign, with_key

from desktop.declarations.model import DeclarationState
from desktop.errors import WorkspaceError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Hands:
    """A clock that a person sets."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def desk(tmp_path, hands):
    with acme(tmp_path / "desk", hands) as workspace:
        with_key(workspace)
        yield workspace


def notes(desk, declaration_id):
    verdict = desk.declarations.verify_kept(declaration_id)
    assert verdict.ok, verdict.faults
    return " ".join(verdict.notes)


def test_nothing_is_signed_withdrawn_or_said_more_than_a_day_before_what_the_log_holds(desk, hands, tmp_path):
    made, other = draft(desk), draft(desk)
    sign(desk, other)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    digest = desk.declarations.sheet(made).digest
    hands.at = NOON - DAY - timedelta(seconds=1)
    tries = (
        lambda: desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE),
        lambda: desk.declarations.sign_with_scan(made, WORDS, tmp_path / "scan.pdf", digest=digest),
        lambda: desk.declarations.must_be_signable(made, WORDS, digest=digest),
        lambda: desk.declarations.withdraw(other, "wrong", WORDS, passphrase=PASSPHRASE),
        lambda: desk.declarations.say(other, DeclarationState.SUBMITTED),
    )
    for one in tries:
        with pytest.raises(WorkspaceError, match="The clock of this computer says 22 November 2026, 11:59") as refused:
            one()
        assert "23 November 2026, 12:00" in str(refused.value)
        assert "Set the clock right" in refused.value.todo
        assert refused.value.safe.startswith("Nothing was")
    assert desk.declarations.get(made).state is DeclarationState.DRAFT
    assert desk.declarations.get(other).state is DeclarationState.SIGNED


def test_an_entry_written_meanwhile_with_the_clock_set_back_does_not_hide_it(desk, hands):
    made = draft(desk)
    hands.at = NOON - 10 * DAY
    draft(desk)  # the newest entry by number is old now
    with pytest.raises(WorkspaceError, match="The clock"):
        sign(desk, made)


def test_within_a_day_the_verdict_tells_it(desk, hands):
    made = draft(desk)
    hands.at = NOON - DAY
    sign(desk, made)
    assert "The clock was set back before it was signed" in notes(desk, made)
    assert "23 November 2026, 12:00 UTC" in notes(desk, made)
    desk.declarations.say(made, DeclarationState.SUBMITTED)
    assert "By the clock it was submitted" not in notes(desk, made)


def test_one_that_supersedes_or_withdraws_something_of_a_later_moment_says_so(desk, hands):
    made = draft(desk)
    sign(desk, made)
    assert "clock was set back" not in notes(desk, made)
    second, _ = desk.declarations.new_version(made, "Another day")
    hands.at = NOON - HOUR
    sign(desk, second)
    assert "By the clock it was signed before the version that it supersedes" in notes(desk, second)
    hands.at = NOON - 2 * HOUR
    desk.declarations.say(second, DeclarationState.SUBMITTED)
    assert "By the clock it was submitted before it was signed." in notes(desk, second)
    desk.declarations.withdraw(second, "wrong", WORDS, passphrase=PASSPHRASE)
    told = notes(desk, second)
    assert "Of the withdrawal: The clock was set back before it was signed" in told
    assert "By the clock it was signed before what it withdraws" in told


def test_a_clock_that_goes_on_is_not_remarked_on(desk, hands):
    made = draft(desk)
    hands.at += HOUR
    sign(desk, made)
    hands.at += HOUR
    desk.declarations.say(made, DeclarationState.SUBMITTED)
    second, _ = desk.declarations.new_version(made, "Another day")
    sign(desk, second)
    for one in (made, second):
        assert "clock was set back" not in notes(desk, one)
        assert "By the clock" not in notes(desk, one)
