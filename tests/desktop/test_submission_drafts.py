"""Drafts of submissions: prepared, changed, removed, newer versions, undone; who gets them and when they are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from freezing_hands import WalkingClock, a_draft, a_frozen, acme, asked, over
from signing_hands import own_pack

from desktop.errors import InvalidInput, NotFound
from desktop.requests.model import RequestDetails
from desktop.submissions.model import RecipientState, Scope, SubmissionDetails, SubmissionState


@pytest.fixture
def clock():
    return WalkingClock()


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


def test_a_draft_is_called_after_what_it_is_over_and_follows_its_request(desk):
    made, changed = desk.submissions.prepare(over(asked(desk)))
    one = desk.submissions.get(made)
    assert one.name == "ACME-PPIR-0001 v1"
    assert changed.title == "Prepare ACME-PPIR-0001"
    assert one.details.title.endswith("PPIR 31: Readiness")
    assert one.state is SubmissionState.DRAFT
    assert [(who.recipient, who.state) for who in one.recipients] == [("MCC", RecipientState.DRAFT)]
    assert (one.deadline, one.deadline_words) == (date(2026, 12, 4), "PPIR 31")
    assert one.next_step == "Check it, then freeze it"


def test_what_follows_from_the_request_follows_it_on(desk):
    request = asked(desk)
    made, _ = desk.submissions.prepare(over(request))
    desk.requests.edit(request, RequestDetails("Readiness", "PPIR 31", "BSC", due="2026-12-11"))
    one = desk.submissions.get(made)
    assert [who.recipient for who in one.recipients] == ["BSC"]
    assert one.deadline == date(2026, 12, 11)
    # Saving it as it is shown pins nothing.
    assert desk.submissions.edit(made, replace(one.details)).count == 0


def test_an_own_day_counts_before_a_milestone_and_a_milestone_before_the_request(desk):
    made, _ = desk.submissions.prepare(over(asked(desk), milestone="M14"))
    one = desk.submissions.get(made)
    assert one.deadline_words == "M14"
    assert one.deadline == desk.milestones.days()["M14"]
    desk.submissions.edit(made, replace(one.details, due="1 December 2026"))
    one = desk.submissions.get(made)
    assert (one.deadline, one.deadline_words, one.details.milestone) == (date(2026, 12, 1), "own day", "")


def test_a_pit_kind_is_due_at_its_gate(desk):
    gate = desk.pit.gates()[0]
    desk.pit.set_gate(gate.id, current=date(2026, 12, 18))
    made, _ = desk.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate=gate.id)))
    one = desk.submissions.get(made)
    assert (one.deadline, one.deadline_words) == (date(2026, 12, 18), gate.name)
    assert [who.recipient for who in one.recipients] == ["BSC", "REC", "DIP"]


def test_the_title_goes_with_the_gate_until_somebody_gives_one(desk):
    first, second = desk.pit.gates()[:2]
    made, _ = desk.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate=first.id)))
    shown = desk.submissions.get(made).details
    desk.submissions.edit(made, replace(shown, scope=Scope(gate=second.id)))
    assert second.name in desk.submissions.get(made).details.title
    desk.submissions.edit(made, replace(desk.submissions.get(made).details, title="Our matrix"))
    desk.submissions.edit(made, replace(desk.submissions.get(made).details, scope=Scope(gate=first.id)))
    assert desk.submissions.get(made).details.title == "Our matrix"


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"kind": "memo"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"scope": Scope(request_id=99)}, "scope"),
        ({"recipients": ("OFGEM",)}, "recipients"),
        ({"due": "soon"}, "due"),
        ({"milestone": "M99"}, "milestone"),
        ({"title": "x" * 301}, "title"),
        ({"note": "\x00"}, "note"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(desk, other, field):
    details = replace(over(asked(desk)), **other)
    with pytest.raises(InvalidInput) as refused:
        desk.submissions.prepare(details)
    assert refused.value.field == field
    assert desk.submissions.submissions() == ()


def test_every_step_of_a_draft_can_be_undone_and_no_number_is_given_twice(desk):
    made = a_draft(desk)
    details = desk.submissions.get(made).details
    desk.submissions.edit(made, replace(details, covering="Dear all"))
    desk.submissions.remove(made)
    with pytest.raises(NotFound):
        desk.submissions.get(made)
    desk.history.undo()
    assert desk.submissions.get(made).details.covering == "Dear all"
    desk.history.undo()
    assert desk.submissions.get(made).details.covering == ""
    desk.history.undo()
    assert desk.submissions.submissions() == ()
    assert desk.submissions.get(a_draft(desk)).ref == "ACME-PPIR-0002"


def test_a_kind_stays(desk):
    made = a_draft(desk)
    with pytest.raises(InvalidInput, match="stays of its kind"):
        desk.submissions.edit(made, replace(desk.submissions.get(made).details, kind="evidence"))


def test_a_new_version_takes_over_what_was_said_and_can_be_undone(desk):
    made = a_frozen(desk, covering="Dear all", note="ours")
    newer, changed = desk.submissions.new_version(made, "One answer was wrong")
    one = desk.submissions.get(newer)
    assert (one.name, one.supersedes, one.reason) == ("ACME-PPIR-0001 v2", made, "One answer was wrong")
    assert (one.details.covering, one.details.note) == ("Dear all", "ours")
    assert changed.title == "Start ACME-PPIR-0001 v2"
    with pytest.raises(InvalidInput, match="a draft of a newer version already"):
        desk.submissions.new_version(made, "again")
    desk.history.undo()
    assert [each.id for each in desk.submissions.submissions()] == [made]


def test_a_new_version_needs_a_reason_and_one_that_stands(desk):
    made = a_draft(desk)
    with pytest.raises(InvalidInput, match="not frozen yet"):
        desk.submissions.new_version(made, "why not")
    desk.submissions.freeze(made)
    with pytest.raises(InvalidInput) as refused:
        desk.submissions.new_version(made, "  ")
    assert refused.value.field == "reason"
    desk.submissions.withdraw(made, "wrong request")
    with pytest.raises(InvalidInput, match="was withdrawn already"):
        desk.submissions.new_version(made, "again")


def test_a_reference_finds_the_newest_version_or_the_one_named(desk):
    made = a_frozen(desk)
    newer, _ = desk.submissions.new_version(made, "why")
    assert desk.submissions.by_ref("acme-ppir-0001").id == newer
    assert desk.submissions.by_ref("ACME-PPIR-0001 v1").id == made
    for text in ("", "ACME-PPIR-0002", "ACME-PPIR-0001 v3", "ACME-PPIR-0001 v1 x"):
        with pytest.raises(NotFound):
            desk.submissions.by_ref(text)


def test_the_table_has_a_row_for_each_version_and_says_what_is_next(desk):
    made = a_frozen(desk)
    desk.submissions.new_version(made, "why")
    table = desk.submissions.table()
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.page(0, 9)]
    assert [row["ref"] for row in rows] == ["ACME-PPIR-0001 v2", "ACME-PPIR-0001 v1"]
    assert [row["state"] for row in rows] == ["Draft", "Frozen"]
    assert rows[1]["next"] == "Export it"
    assert rows[1]["standing"] == "Frozen, not exported"


def test_a_pack_of_ones_own_that_says_little_or_nonsense_is_read_with_defaults(desk, tmp_path):
    kinds = [
        {"id": "info_request", "recipients": None, "code": "../x y", "name": 7, "scope": "request"},
        {"id": "memo"},
    ]
    delivery = [{"id": "BSC", "pattern": 3, "zip": "yes", "largest_mb": -1}]
    own_pack(desk, tmp_path / "pack.json", "submissions", {"kinds": kinds, "delivery": delivery, "acceptance": []})
    assert [one.id for one in desk.submissions.kinds()] == ["info_request"]
    made, _ = desk.submissions.prepare(over(asked(desk, sender="BSC")))
    one = desk.submissions.freeze(made)
    assert one.name == "ACME-XY-0001 v1"
    assert desk.submissions.file_names(made) == {"BSC": ("ACME-XY-0001_XY_v1_2026-11-23.xlsx",)}


def test_a_draft_of_a_kind_that_the_pack_has_no_more_is_still_shown_and_can_go(desk, tmp_path):
    made, frozen = a_draft(desk), a_frozen(desk)
    own_pack(desk, tmp_path / "pack.json", "submissions", {"kinds": [], "delivery": [], "acceptance": []})
    assert {one.kind.name for one in desk.submissions.submissions()} == {"info_request"}
    assert desk.submissions.verify_kept(frozen) == ()
    assert desk.submissions.file_names(frozen)["BSC"][0].endswith(".xlsx")
    details = replace(desk.submissions.get(made).details, note="x")
    for refusal in (lambda: desk.submissions.edit(made, details), lambda: desk.submissions.freeze(made)):
        with pytest.raises(InvalidInput) as refused:
            refusal()
        assert refused.value.field == "kind"
    desk.submissions.remove(made)
