"""What the commands of submissions print reads as English, whatever the numbers are."""

from __future__ import annotations

from datetime import date

import pytest
from freezing_hands import WalkingClock, a_draft, acme

from desktop.cli import main
from desktop.submissions.model import EventKind


@pytest.fixture
def desk(tmp_path):
    with acme(tmp_path / "desk", WalkingClock()) as workspace:
        yield workspace


def told(desk, capsys, *words: str) -> list[str]:
    """What a command prints; the workspace is open beside it."""
    desk.close()
    assert main(["submit", *words, "--workspace", str(desk.folder)]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_day_of_its_own_is_told_as_one(desk):
    made = a_draft(desk, due="2026-12-01")
    (found,) = (one for one in desk.submissions.due(date(2026, 11, 23)) if one.submission_id == made)
    assert found.detail == "ACME-PPIR-0001 v1, a draft, due 1 Dec 2026 (own day)"


def test_a_check_says_how_many_points_and_by_which_rules(desk, capsys):
    a_draft(desk, covering="Dear all", due="2126-12-03")
    first, rules = told(desk, capsys, "check", "ACME-PPIR-0001")[:2]
    assert first == "ACME-PPIR-0001 v1: nothing stands in the way of freezing; they may ask about nothing."
    assert rules.startswith("Rules: Submissions and what recipients ask of them 2026.11 (suggested by MHHS Desk")


def test_the_check_of_a_frozen_one_says_that_it_was_then(desk, capsys):
    desk.submissions.freeze(a_draft(desk))
    first, rules = told(desk, capsys, "check", "ACME-PPIR-0001")[:2]
    assert first == (
        "ACME-PPIR-0001 v1: nothing stands in the way of freezing; they may ask about 1 point (as it was checked when "
        "it was frozen)."
    )
    assert rules.endswith("2026.11 (suggested by MHHS Desk, not official), as of 23 Nov 2026.")


def test_one_comment_is_no_comments(desk, capsys):
    made = a_draft(desk, ("BSC",))
    desk.submissions.freeze(made)
    desk.submissions.say(made, EventKind.HANDED_OVER)
    desk.reviews.enter(made, "BSC", "Why?")
    lines = told(desk, capsys, "list")
    assert "1 comment to answer" in lines[1]
    assert "Handed over, no receipt yet, since 2026-11-23" in lines[1]


def test_the_register_names_whose_step_it_was_without_saying_to(desk, capsys):
    made = a_draft(desk, ("BSC",))
    desk.submissions.freeze(made)
    desk.submissions.say(made, EventKind.HANDED_OVER)
    desk.submissions.say(made, EventKind.RECEIVED)
    lines = told(desk, capsys, "register")
    assert lines[0] == "2026-11-23  ACME-PPIR-0001 v1       Received; that is not accepted  BSCCo (Elexon)"


def test_what_is_due_stands_in_two_lines(desk, capsys):
    a_draft(desk, ("BSC",))
    lines = told(desk, capsys, "due")
    place = next(at for at, line in enumerate(lines) if line.startswith("2026-12-04") and "draft" in line)
    assert lines[place].endswith("  to: BSCCo (Elexon)")
    assert lines[place + 1].strip() == "ACME-PPIR-0001 v1, a draft, due 4 Dec 2026 (PPIR 31)"
