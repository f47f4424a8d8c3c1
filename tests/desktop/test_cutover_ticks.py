"""What is done: who and when, why something cannot be done yet, outcomes, proof, and colours said by hand."""

from __future__ import annotations

import json
from datetime import date, time

import pytest
from cutover_hands import Clock, acme, bring, by_key, declare, ids, prove, runbook

from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityState, ActivityType, Rag
from desktop.errors import InvalidInput
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.uk_time import Moment


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(tmp_path, clock):
    """A supplier's workspace at noon on Monday 23 November 2026."""
    workspace = acme(tmp_path / "acme", clock, "supplier")
    yield workspace
    workspace.close()


@pytest.fixture
def plan(desk):
    """The runbook of twelve activities."""
    return runbook(desk)


def refused(call) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        call()
    return caught.value


def test_a_tick_says_who_and_when_and_can_be_taken_back(desk, plan):
    one = ids(desk, plan, "T-001")
    changes = desk.cutover.tick(one)
    assert changes.title == "Mark T-001 as done"
    found = by_key(desk, plan)["T-001"]
    assert (found.state, found.finished.text, found.finished_by) == (ActivityState.DONE, "2026-11-23T12:00", "Jo")
    assert (found.rag, found.late) == (Rag.NONE, False)
    assert by_key(desk, plan)["T-002"].state is ActivityState.READY
    desk.cutover.untick(one, "It was the wrong one")
    found = by_key(desk, plan)["T-001"]
    assert (found.state, found.finished, found.finished_by) == (ActivityState.READY, None, "")
    assert desk.cutover.plan(plan).plan.finished == 0


def test_what_is_taken_back_stays_in_the_log(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-001"))
    desk.cutover.untick(ids(desk, plan, "T-001"), "It was the wrong one")
    with desk.store.reading() as connection:
        body = connection.execute("SELECT body FROM audit ORDER BY seq DESC LIMIT 1").fetchone()[0]
    said = json.loads(body)
    assert said["reason"] == "It was the wrong one"
    assert said["was"] == [{"activity": "T-001", "started": "", "finished": "2026-11-23T12:00", "outcome": ""}]


def test_the_moment_is_uk_time_whatever_the_clock_says(desk, plan, clock):
    clock.set(2027, 6, 1, 12, 0)
    desk.cutover.tick(ids(desk, plan, "T-001"))
    assert by_key(desk, plan)["T-001"].finished == Moment(date(2027, 6, 1), time(13))


def test_nothing_is_done_in_the_future_or_before_it_began(desk, plan):
    one = ids(desk, plan, "T-001")
    assert refused(lambda: desk.cutover.tick(one, at=Moment(date(2026, 11, 24)))).field == "at"
    assert refused(lambda: desk.cutover.tick(one, at=Moment(date(2026, 11, 23), time(12, 1)))).field == "at"
    desk.cutover.start(one, at=Moment(date(2026, 11, 23), time(9)), by="Lee Hart")
    error = refused(lambda: desk.cutover.tick(one, at=Moment(date(2026, 11, 23), time(8, 59))))
    assert (error.field, "began on 23 Nov 2026 09:00" in str(error)) == ("at", True)
    desk.cutover.tick(one, at=Moment(date(2026, 11, 23)))
    found = by_key(desk, plan)["T-001"]
    assert (found.started_by, found.finished.text) == ("Lee Hart", "2026-11-23")


def test_what_waits_is_ticked_only_with_a_reason(desk, plan):
    two = ids(desk, plan, "T-002")
    error = refused(lambda: desk.cutover.tick(two))
    assert error.field == "despite"
    assert "T-002 Tell the users: T-001 Freeze of changes is not finished" in str(error)
    desk.cutover.tick(two, despite="They were told by telephone")
    found = by_key(desk, plan)["T-002"]
    assert (found.done, found.despite) == (True, "They were told by telephone")


def test_a_reason_is_kept_only_where_it_was_needed(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-001", "T-003"), despite="Log follows")
    found = by_key(desk, plan)
    assert (found["T-001"].despite, found["T-003"].despite) == ("", "Log follows")


def test_what_is_ticked_together_holds_nothing_up(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-002", "T-001"))
    assert desk.cutover.plan(plan).plan.finished == 2


def test_a_start_needs_the_same(desk, plan):
    two = ids(desk, plan, "T-002")
    error = refused(lambda: desk.cutover.start(two))
    assert (error.field, "cannot start yet" in str(error)) == ("despite", True)
    desk.cutover.start(two, despite="Half of them")
    found = by_key(desk, plan)["T-002"]
    assert (found.state, found.started.text, found.despite) == (
        ActivityState.STARTED,
        "2026-11-23T12:00",
        "Half of them",
    )
    desk.cutover.tick(ids(desk, plan, "T-001"))
    assert "has ended already" in str(refused(lambda: desk.cutover.start(ids(desk, plan, "T-001"))))


def test_evidence_that_is_needed_has_to_be_there_confirmed_and_good(desk, plan, tmp_path, clock):
    desk.cutover.tick(ids(desk, plan, "T-001"))
    [backup] = ids(desk, plan, "T-003")
    assert "Evidence: Backup log" in str(refused(lambda: desk.cutover.tick([backup])))
    file = tmp_path / "log.txt"
    file.write_text("all saved", encoding="utf-8")
    desk.evidence.add([file], EvidenceDetails(expires="2026-11-25"), targets=[Target(TargetKind.ACTIVITY, backup)])
    assert by_key(desk, plan)["T-003"].lacks == ()
    clock.set(2026, 11, 26, 12, 0)
    assert by_key(desk, plan)["T-003"].expired == 1
    assert "expired" in str(refused(lambda: desk.cutover.tick([backup])))
    prove(desk, backup, tmp_path, "new.txt")
    desk.cutover.tick([backup])
    assert by_key(desk, plan)["T-003"].evidence == 2


@pytest.mark.parametrize(
    ("state", "rehearsal", "enough"),
    [
        ("draft", False, False),
        ("ready", False, False),
        ("signed", False, True),
        ("submitted", False, True),
        ("acknowledged", False, True),
        ("returned", False, False),
        ("withdrawn", False, False),
        ("superseded", False, False),
        ("signed", True, False),
    ],
)
def test_a_declaration_counts_once_it_is_signed_and_stands(desk, state, rehearsal, enough):
    plan = runbook(
        desk,
        rows=[ActivityDetails("D", "Declare", type=ActivityType.DECLARATION, declaration_needed="cutover_readiness")],
    )
    [one] = ids(desk, plan, "D")
    assert by_key(desk, plan)["D"].lacks == ("A signed declaration",)
    ref = declare(desk, one, state, rehearsal=rehearsal)
    found = by_key(desk, plan)["D"]
    assert found.declarations == (f"{ref} v1 ({state})",)
    assert (found.lacks == ()) is enough
    if enough:
        desk.cutover.tick([one])
    else:
        assert refused(lambda: desk.cutover.tick([one])).field == "despite"


def test_a_validation_ends_in_one_of_its_words_and_says_why_it_failed(desk):
    plan = runbook(desk, rows=[ActivityDetails("V", "Check", type=ActivityType.VALIDATION), ActivityDetails("A", "Do")])
    [check], [do] = ids(desk, plan, "V"), ids(desk, plan, "A")
    assert refused(lambda: desk.cutover.tick([check])).field == "outcome"
    assert refused(lambda: desk.cutover.tick([check], outcome="go")).field == "outcome"
    assert refused(lambda: desk.cutover.tick([do], outcome="pass")).field == "outcome"
    assert refused(lambda: desk.cutover.tick([check], outcome="Fail")).field == "remark"
    assert refused(lambda: desk.cutover.tick([check], outcome="not tested")).field == "remark"
    desk.cutover.tick([check], outcome="Fail", remark="Two of nine went wrong")
    found = by_key(desk, plan)["V"]
    assert (found.state, found.outcome, found.rag) == (ActivityState.FAILED, "fail", Rag.RED)
    assert desk.cutover.plan(plan).plan.finished == 0
    desk.cutover.tick([check], outcome="pass")
    found = by_key(desk, plan)["V"]
    assert (found.state, found.outcome, found.remark) == (ActivityState.DONE, "pass", "")


def test_what_comes_after_a_no_go_cannot_start(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-001", "T-002"))
    desk.cutover.tick(ids(desk, plan, "T-003"), despite="Log follows")
    desk.cutover.tick(ids(desk, plan, "T-004"), outcome="no-go", remark="No way back")
    assert by_key(desk, plan)["T-005"].waiting_for == ("T-004 Go or no-go to begin ended in no-go",)


def test_a_failure_needs_no_proof_but_a_correction_of_it_does(desk):
    plan = runbook(
        desk, rows=[ActivityDetails("V", "Check", type=ActivityType.VALIDATION, evidence_needed="Results")]
    )  # fmt: skip
    one = ids(desk, plan, "V")
    desk.cutover.tick(one, outcome="fail", remark="Down")
    assert refused(lambda: desk.cutover.tick(one, outcome="pass")).field == "despite"


def test_a_lag_has_to_pass(desk, clock):
    rows = [ActivityDetails("A", "Send"), ActivityDetails("B", "Look")]
    plan = runbook(desk, rows=rows)
    desk.cutover.edit(ids(desk, plan, "B"), ActivityEdit(predecessors="A + 4 h"))
    desk.cutover.tick(ids(desk, plan, "A"))
    [why] = by_key(desk, plan)["B"].waiting_for
    assert why == "A Send is finished, but 4 hours must pass: from 23 Nov 2026 16:00"
    clock.set(2026, 11, 23, 16, 0)
    desk.cutover.tick(ids(desk, plan, "B"))


def test_what_is_not_needed_lets_through_what_it_waited_for(desk, plan):
    four = ids(desk, plan, "T-004")
    desk.cutover.not_needed(four, "Decided by the board before")
    found = by_key(desk, plan)
    assert (found["T-004"].state, found["T-004"].rag) == (ActivityState.NOT_NEEDED, Rag.NONE)
    assert found["T-005"].waiting_for == ("T-002 Tell the users is not finished", "T-003 Back up is not finished")
    assert refused(lambda: desk.cutover.tick(four, outcome="go")).field == "at"
    desk.cutover.not_needed(four, "")
    assert by_key(desk, plan)["T-004"].state is ActivityState.WAITING
    desk.cutover.tick(ids(desk, plan, "T-001"))
    assert refused(lambda: desk.cutover.not_needed(ids(desk, plan, "T-001"), "x")).field == "reason"


def test_a_colour_said_by_hand_needs_a_reason_and_goes_when_it_is_done(desk, plan):
    one = ids(desk, plan, "T-001")
    assert refused(lambda: desk.cutover.say_rag(one, Rag.RED, " ")).field == "reason"
    desk.cutover.say_rag(one, Rag.RED, "The supplier of the lift is on strike")
    found = by_key(desk, plan)["T-001"]
    assert (found.rag, found.rag_computed, found.rag_by) == (Rag.RED, Rag.GREEN, "Jo")
    desk.cutover.say_rag(one, Rag.NONE, "")
    assert by_key(desk, plan)["T-001"].rag is Rag.GREEN
    desk.cutover.say_rag(one, Rag.AMBER, "Not all agreed")
    desk.cutover.tick(one)
    found = by_key(desk, plan)["T-001"]
    assert (found.rag, found.rag_reason) == (Rag.NONE, "")


def test_ticking_what_was_changed_is_looking_at_it(desk, plan):
    bring(desk, plan, {"T-001": {"title": "Freeze all"}})
    assert by_key(desk, plan)["T-001"].changed
    desk.cutover.tick(ids(desk, plan, "T-001"))
    assert not by_key(desk, plan)["T-001"].changed


def test_done_stays_done_and_asks_to_be_confirmed_where_the_text_changed(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-001"), by="Lee Hart")
    bring(desk, plan, {"T-001": {"description": "And of all data"}})
    found = by_key(desk, plan)["T-001"]
    assert (found.done, found.changed, found.rag, found.finished_by) == (True, True, Rag.AMBER, "Lee Hart")
    desk.cutover.edit([found.id], ActivityEdit(title="Freeze everything"))
    assert by_key(desk, plan)["T-001"].changed
    desk.cutover.confirm([found.id])
    found = by_key(desk, plan)["T-001"]
    assert (found.done, found.changed, found.rag) == (True, False, Rag.NONE)


def test_a_plan_is_red_where_it_is_late_and_its_end_moves(desk, plan, clock):
    clock.set(2026, 11, 30, 9, 0)
    found = by_key(desk, plan)
    assert (found["T-001"].late, found["T-001"].rag) == (True, Rag.RED)
    view = desk.cutover.plan(plan)
    assert view.planned_end.text == "2026-12-11"
    assert view.ends.day > view.planned_end.day


def test_nothing_to_do_is_no_step(desk, plan):
    before = desk.store.undo_title()
    cutover = desk.cutover
    for call in (
        lambda: cutover.tick([]),
        lambda: cutover.start([]),
        lambda: cutover.untick(ids(desk, plan, "T-001")),
        lambda: cutover.confirm(ids(desk, plan, "T-001")),
        lambda: cutover.not_needed(ids(desk, plan, "T-001"), ""),
        lambda: cutover.say_rag(ids(desk, plan, "T-001"), Rag.NONE, ""),
        lambda: cutover.move([], None),
        lambda: cutover.remove([]),
        lambda: cutover.edit(ids(desk, plan, "T-001"), ActivityEdit()),
    ):
        assert call().count == 0
    assert desk.store.undo_title() == before
