"""The PIT plan: gates take their deliverables along, late is counted in working days, a baseline stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pit_hands import acme, by_key, ids

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.errors import InvalidInput, NotFound, ReadOnly
from desktop.evidence.model import Target, TargetKind
from desktop.pit.model import DeliverableEdit, DeliverableStatus, Standing
from desktop.pit.table import AWAITING, NO_EVIDENCE
from desktop.settings import WorkspaceSettings

PLAN = "supplier/pit_plan@pit_entry"
CASES = "supplier/test_cases@pit_entry"
REPORT = "supplier/completion_report@pit_exit"
ENTRY = date(2027, 1, 11)


@pytest.fixture
def acme_plan(tmp_path, clock):
    """A supplier's plan out of the shipped pack; today is Monday 23 November 2026."""
    workspace = acme(tmp_path / "acme", clock, "supplier")
    workspace.pit.take()
    yield workspace
    workspace.close()


def gate(workspace: Workspace, gate_id: str, today: date | None = None):
    return next(one for one in workspace.pit.gate_states(today) if one.gate.id == gate_id)


def test_four_gates_without_days_have_nothing_planned(acme_plan):
    assert [one.name for one in acme_plan.pit.gates()] == ["PIT entry", "PIT exit", "QT entry", "QT exit"]
    assert all(one.planned is None and one.late_by == 0 for one in acme_plan.pit.deliverables())
    assert {one.standing for one in acme_plan.pit.deliverables()} == {Standing.NO_DAY}
    assert gate(acme_plan, "pit_entry").working_days_left is None


def test_a_gates_day_plans_what_hangs_on_it_over_christmas_and_new_year(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    plan = by_key(acme_plan)
    # Twenty working days before 11 January 2027; 25 and 28 December and 1 January are off.
    assert plan[PLAN].planned == date(2026, 12, 9)
    assert plan[CASES].planned == date(2026, 12, 23)
    assert plan[PLAN].hangs
    assert plan[REPORT].planned is None


def test_in_the_scottish_calendar_4_january_is_off_too(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    acme_plan.settings.set(WorkspaceSettings(calendar="scotland"))
    assert by_key(acme_plan)[PLAN].planned == date(2026, 12, 8)


def test_moving_a_gate_says_what_moves_before_and_after(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    acme_plan.pit.edit(ids(acme_plan, CASES), DeliverableEdit(current=date(2026, 12, 1)))
    moves = acme_plan.pit.moves("pit_entry", current=date(2027, 1, 18))
    assert {one.ref for one in moves} == {
        one.ref for one in acme_plan.pit.deliverables() if one.gate == "pit_entry" and one.key != CASES
    }
    assert next(one for one in moves if one.title == "PIT plan").after == date(2026, 12, 16)
    changes = acme_plan.pit.set_gate("pit_entry", current=date(2027, 1, 18))
    assert changes.title == f"Change PIT entry: {len(moves)} deliverables moved with it"
    plan = by_key(acme_plan)
    assert plan[PLAN].planned == date(2026, 12, 16)
    assert plan[CASES].planned == date(2026, 12, 1)
    assert not plan[CASES].hangs


def test_the_day_that_counts_for_a_gate_is_actual_then_current_then_baseline(acme_plan):
    acme_plan.pit.set_gate("pit_entry", baseline=date(2027, 1, 4))
    assert gate(acme_plan, "pit_entry").gate.day == date(2027, 1, 4)
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    assert gate(acme_plan, "pit_entry").gate.day == ENTRY
    acme_plan.pit.set_gate("pit_entry", actual=date(2026, 11, 20))
    assert gate(acme_plan, "pit_entry").gate.day == date(2026, 11, 20)
    assert gate(acme_plan, "pit_entry").working_days_left is None
    acme_plan.pit.set_gate("pit_entry", actual="", current="")
    assert gate(acme_plan, "pit_entry").gate.day == date(2027, 1, 4)


def test_that_a_gate_was_passed_on_another_day_does_not_change_when_things_were_due(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=date(2026, 11, 16))
    due = by_key(acme_plan)[PLAN].planned
    assert due == date(2026, 10, 19)
    assert acme_plan.pit.moves("pit_entry", actual=date(2026, 11, 20)) == ()
    acme_plan.pit.set_gate("pit_entry", actual=date(2026, 11, 20))
    assert by_key(acme_plan)[PLAN].planned == due


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 12, 23), 10), (date(2027, 1, 8), 1), (ENTRY, 0), (date(2027, 1, 12), -1)],
)
def test_working_days_left_to_a_gate(acme_plan, today, left):
    # After 23 December: 24, 29, 30 and 31 December, then 4 to 8 and 11 January.
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    assert gate(acme_plan, "pit_entry", today).working_days_left == left


def test_late_is_counted_to_today_until_it_is_handed_over(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    assert by_key(acme_plan, today=date(2026, 12, 9))[PLAN].late_by == 0
    assert by_key(acme_plan, today=date(2026, 12, 10))[PLAN].late_by == 1
    assert by_key(acme_plan, today=date(2026, 12, 29))[PLAN].late_by == 12
    state = gate(acme_plan, "pit_entry", date(2026, 12, 10))
    assert (state.late, state.finished, state.deliverables) == (1, 0, 4)


@pytest.mark.parametrize(
    ("today", "late"),
    [
        (date(2026, 11, 20), 0),
        (date(2026, 11, 21), 1),  # Saturday: its day has passed, and nothing is late by nothing
        (date(2026, 11, 23), 1),
        (date(2026, 11, 27), 5),
        (date(2026, 11, 28), 5),  # Saturday: Monday to Friday have passed, the next Monday has not
        (date(2026, 11, 29), 5),
        (date(2026, 11, 30), 6),
    ],
)
def test_what_is_open_is_late_by_the_working_days_that_have_passed(acme_plan, today, late):
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(current=date(2026, 11, 20)))  # a Friday
    assert by_key(acme_plan, today=today)[PLAN].late_by == late


def test_what_was_handed_over_on_a_day_off_counts_as_of_the_next_working_day(acme_plan):
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(current=date(2026, 11, 13)))  # a Friday
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.SUBMITTED, actual="2026-11-21"))
    assert by_key(acme_plan, today=date(2026, 12, 1))[PLAN].late_by == 6  # 16 to 20, and 23 November


def test_handed_over_late_stays_late_by_its_own_day_and_is_not_late_any_more(acme_plan):
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(current=date(2026, 11, 18)))
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.SUBMITTED))
    one = by_key(acme_plan, today=date(2027, 6, 1))[PLAN]
    assert (one.actual, one.late_by, one.standing) == (date(2026, 11, 23), 3, Standing.DONE_LATE)
    assert gate(acme_plan, "pit_entry", date(2027, 6, 1)).late == 0


def test_what_is_not_needed_is_never_late(acme_plan):
    change = DeliverableEdit(current=date(2026, 1, 5), status=DeliverableStatus.NOT_NEEDED)
    acme_plan.pit.edit(ids(acme_plan, PLAN), change)
    one = by_key(acme_plan)[PLAN]
    assert (one.late_by, one.standing, one.actual) == (0, Standing.NOT_NEEDED, None)


def test_submitting_takes_today_unless_a_day_is_given(acme_plan):
    changes = acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.SUBMITTED))
    assert changes.title == "Set 1 deliverable to submitted"
    assert by_key(acme_plan)[PLAN].actual == date(2026, 11, 23)
    given = DeliverableEdit(status=DeliverableStatus.ACCEPTED, actual=date(2026, 11, 19))
    acme_plan.pit.edit(ids(acme_plan, CASES), given)
    assert by_key(acme_plan)[CASES].actual == date(2026, 11, 19)


def test_what_was_returned_is_handed_over_anew(acme_plan):
    first = DeliverableEdit(status=DeliverableStatus.SUBMITTED, actual=date(2026, 11, 2))
    acme_plan.pit.edit(ids(acme_plan, PLAN), first)
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.RETURNED, remarks="No scope"))
    assert by_key(acme_plan)[PLAN].actual == date(2026, 11, 2)
    assert not by_key(acme_plan)[PLAN].status.finished
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.SUBMITTED))
    assert by_key(acme_plan)[PLAN].actual == date(2026, 11, 23)
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.ACCEPTED))
    assert by_key(acme_plan)[PLAN].actual == date(2026, 11, 23)
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(status=DeliverableStatus.IN_PROGRESS))
    assert by_key(acme_plan)[PLAN].actual is None


def test_an_actual_day_cannot_lie_ahead(acme_plan):
    with pytest.raises(InvalidInput, match="cannot lie ahead") as refused:
        acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(actual=date(2026, 11, 24)))
    assert refused.value.field == "actual"
    with pytest.raises(InvalidInput, match="cannot lie ahead"):
        acme_plan.pit.set_gate("pit_entry", actual=date(2026, 11, 24))


def test_a_baseline_is_set_once_and_kept_unless_that_is_said(acme_plan):
    plan = ids(acme_plan, PLAN)
    acme_plan.pit.edit(plan, DeliverableEdit(baseline=date(2026, 12, 1)))
    for other in (date(2026, 12, 2), ""):
        with pytest.raises(InvalidInput, match="a baseline is kept") as refused:
            acme_plan.pit.edit(plan, DeliverableEdit(baseline=other))
        assert refused.value.field == "baseline"
    acme_plan.pit.edit(plan, DeliverableEdit(baseline=date(2026, 12, 1), note="the same again"))
    acme_plan.pit.edit(plan, DeliverableEdit(baseline=date(2026, 12, 2), rebaseline=True))
    assert by_key(acme_plan)[PLAN].baseline == date(2026, 12, 2)
    acme_plan.pit.set_gate("pit_exit", baseline=date(2027, 2, 26))
    with pytest.raises(InvalidInput, match="PIT exit has the baseline 2027-02-26"):
        acme_plan.pit.set_gate("pit_exit", baseline=date(2027, 3, 1))
    acme_plan.pit.set_gate("pit_exit", baseline=date(2027, 3, 1), rebaseline=True)
    assert gate(acme_plan, "pit_exit").gate.baseline == date(2027, 3, 1)


def test_the_baseline_of_the_plan_is_what_is_planned_now_and_moves_nothing(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    changes = acme_plan.pit.set_baseline()
    assert changes.title == "Set the baseline of 4 deliverables and 1 gate"
    acme_plan.pit.set_gate("pit_entry", current=date(2027, 1, 18))
    one = by_key(acme_plan)[PLAN]
    assert (one.baseline, one.planned, one.hangs) == (date(2026, 12, 9), date(2026, 12, 16), True)
    assert gate(acme_plan, "pit_entry").gate.baseline == ENTRY
    assert acme_plan.pit.set_baseline().title == ""  # what has one keeps it
    acme_plan.pit.set_baseline(ids(acme_plan, PLAN), replace=True)
    assert by_key(acme_plan)[PLAN].baseline == date(2026, 12, 16)


def test_a_baseline_given_by_hand_is_the_plan_and_frees_it_of_its_gate(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(baseline=date(2026, 12, 1)))
    one = by_key(acme_plan)[PLAN]
    assert (one.planned, one.hangs, one.offset) == (date(2026, 12, 1), False, None)
    acme_plan.pit.edit(ids(acme_plan, CASES), DeliverableEdit(baseline=date(2026, 12, 1), offset=3))
    two = by_key(acme_plan)[CASES]
    assert (two.baseline, two.planned, two.hangs) == (date(2026, 12, 1), date(2027, 1, 6), True)


def test_several_are_changed_in_one_step_and_undone_in_one(acme_plan):
    chosen = ids(acme_plan, PLAN, CASES, REPORT)
    changes = acme_plan.pit.edit(chosen, DeliverableEdit(owner="Jo", reviewer="Elexon"))
    assert (changes.title, changes.count) == ("Change owner, reviewer of 3 deliverables", 3)
    assert [one.owner for one in acme_plan.pit.deliverables()].count("Jo") == 3
    acme_plan.history.undo()
    assert [one.owner for one in acme_plan.pit.deliverables()].count("Jo") == 0
    acme_plan.history.redo()
    assert [one.owner for one in acme_plan.pit.deliverables()].count("Jo") == 3


def test_titles_in_the_log_name_no_person(acme_plan):
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(owner="Sam Person", remarks="said Sam Person"))
    titles = [str(row[0]) for row in acme_plan.store.read().execute("SELECT title FROM undo_step")]
    assert not any("Person" in title for title in titles)


def test_nothing_to_change_is_no_step(acme_plan):
    assert acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit()).title == ""
    assert acme_plan.pit.edit([], DeliverableEdit(owner="Jo")).title == ""


def test_own_deliverables_are_added_and_removed_the_packs_are_not(acme_plan):
    acme_plan.pit.add("Security test report", "supplier", DeliverableEdit(gate="pit_exit", offset=2))
    acme_plan.pit.set_gate("pit_exit", current=date(2027, 2, 26))
    one = next(one for one in acme_plan.pit.deliverables() if one.own)
    acme_plan.pit.edit([one.id], DeliverableEdit(party_type=""))
    assert by_key(acme_plan)[one.key].party == "All party types"
    acme_plan.pit.edit([one.id], DeliverableEdit(party_type="supplier"))
    with pytest.raises(InvalidInput, match="party type"):
        acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(party_type="mem"))
    assert (one.title, one.planned, one.party) == ("Security test report", date(2027, 2, 24), "Supplier")
    assert one.key == f"own/{one.ref}"
    file = acme_plan.folder.parent / "report.txt"
    file.write_text("done")
    acme_plan.evidence.add([file], targets=[Target(TargetKind.DELIVERABLE, one.id)])
    assert by_key(acme_plan)[one.key].evidence == 1
    with pytest.raises(InvalidInput, match="came from a content pack"):
        acme_plan.pit.remove([one.id, *ids(acme_plan, PLAN)])
    acme_plan.pit.remove([one.id])
    assert one.key not in by_key(acme_plan)
    acme_plan.history.undo()
    assert by_key(acme_plan)[one.key].evidence == 1


@pytest.mark.parametrize(
    ("title", "party", "change", "field"),
    [
        ("  ", "supplier", DeliverableEdit(), "title"),
        ("Report", "nobody", DeliverableEdit(), "party_type"),
        ("Report", "", DeliverableEdit(offset="many"), "offset"),
        ("Report", "", DeliverableEdit(offset=-1), "offset"),
        ("Report", "", DeliverableEdit(current="soon"), "current"),
        ("Report", "", DeliverableEdit(current=date(3000, 1, 1)), "current"),
        ("Report", "", DeliverableEdit(note="x" * 40_000), "note"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(acme_plan, title, party, change, field):
    with pytest.raises(InvalidInput) as refused:
        acme_plan.pit.add(title, party, change)
    assert refused.value.field == field


def test_what_is_not_there_is_said(acme_plan):
    with pytest.raises(NotFound):
        acme_plan.pit.deliverable(4711)
    with pytest.raises(NotFound):
        acme_plan.pit.edit([4711], DeliverableEdit(owner="Jo"))
    with pytest.raises(NotFound, match="pit_entry"):
        acme_plan.pit.set_gate("no_gate", current=ENTRY)


def test_read_only_refuses_and_still_reads(acme_plan, clock):
    folder = acme_plan.folder
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    acme_plan.close()
    with Workspace.open(folder, clock=clock, read_only=True) as workspace:
        assert by_key(workspace)[PLAN].planned == date(2026, 12, 9)
        with pytest.raises(ReadOnly):
            workspace.pit.edit(ids(workspace, PLAN), DeliverableEdit(owner="Jo"))


def test_the_table_counts_and_filters_by_what_people_ask_for(acme_plan):
    acme_plan.pit.set_gate("pit_entry", current=ENTRY)
    acme_plan.pit.edit(ids(acme_plan, CASES), DeliverableEdit(status=DeliverableStatus.SUBMITTED, owner="Jo"))
    table = acme_plan.pit.table(date(2027, 1, 5))
    standing = {one.value: one.count for one in table.facets("standing")}
    # The plan, the test data and the RTTM of PIT entry are past their days; the cases were handed over in time.
    assert standing == {"Late": 3, "No day yet": 10, "Handed over": 1}
    table.apply(View(filters=(Filter("standing", Op.IS_ANY, ("Late",)),), sort="late_by", descending=True))
    titles = [row[0] for row in table.page(0, 5)]
    assert titles[0] == "PIT plan"
    table.apply(View(filters=(Filter("look", Op.IS_ANY, (NO_EVIDENCE,)),)))
    assert [row[0] for row in table.page(0, 5)] == ["PIT test scenarios and cases"]
    assert [one.value for one in table.facets("gate")][:1] == ["PIT entry"]


def test_a_new_revision_of_its_evidence_asks_to_be_looked_at(acme_plan, tmp_path):
    file = tmp_path / "plan.txt"
    file.write_text("version 1")
    target = Target(TargetKind.DELIVERABLE, *ids(acme_plan, PLAN))
    added = acme_plan.evidence.add([file], targets=[target])
    assert by_key(acme_plan)[PLAN].awaiting == 0
    file.write_text("version 2")
    acme_plan.evidence.replace(added.ids[0], file)
    assert (by_key(acme_plan)[PLAN].evidence, by_key(acme_plan)[PLAN].awaiting) == (1, 1)
    table = acme_plan.pit.table()
    assert {one.value for one in table.facets("look")} >= {AWAITING}


def test_deliverables_are_named_for_evidence(acme_plan):
    plan = ids(acme_plan, PLAN)[0]
    found = acme_plan.evidence.linkable(TargetKind.DELIVERABLE, "PIT plan")
    assert found[0][0] == Target(TargetKind.DELIVERABLE, plan)
    assert found[0][1].startswith("ACME-PIT-")


def test_people_are_offered_from_the_plan_and_the_contacts(acme_plan):
    acme_plan.pit.edit(ids(acme_plan, PLAN), DeliverableEdit(owner="Zoe"))
    assert acme_plan.pit.people() == ("Code Bodies", "Zoe")


@settings(max_examples=25)
@given(st.lists(st.sampled_from(list(DeliverableStatus)), min_size=1, max_size=6))
def test_whatever_becomes_of_it_a_finished_one_has_a_day_and_undo_takes_all_back(tmp_path_factory, statuses):
    with acme(
        tmp_path_factory.mktemp("pit") / "acme", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC), "supplier"
    ) as workspace:
        workspace.pit.take()
        before = workspace.pit.deliverables()
        steps = 0
        for status in statuses:
            changed = by_key(workspace)[PLAN].status is not status
            workspace.pit.edit(ids(workspace, PLAN), DeliverableEdit(status=status))
            steps += changed
            one = by_key(workspace)[PLAN]
            assert one.status is status
            if status in (DeliverableStatus.SUBMITTED, DeliverableStatus.ACCEPTED):
                assert one.actual == date(2026, 11, 23)
        for _ in range(steps):
            workspace.history.undo()
        assert workspace.pit.deliverables() == before
