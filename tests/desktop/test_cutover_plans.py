"""Cutover plans: activities and what they wait for, cycles by name, changed texts, removing, slipping, importing."""

from __future__ import annotations

from datetime import date

import pytest
from cutover_hands import RUNBOOK, Clock, acme, bring, by_key, declare, ids, prove, runbook
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.browse.view import Filter, Op, View
from desktop.cutover.editing import next_key
from desktop.cutover.entered import FIELDS
from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityState, ActivityType, PlanDetails, Predecessor
from desktop.cutover.targets import ActivityTargets
from desktop.errors import InvalidInput, NotFound, PlainError
from desktop.evidence.model import Target, TargetKind, TargetName


@pytest.fixture
def desk(tmp_path):
    """A supplier's workspace at noon on Monday 23 November 2026."""
    workspace = acme(tmp_path / "acme", Clock(), "supplier")
    yield workspace
    workspace.close()


@pytest.fixture
def plan(desk):
    """The runbook of twelve activities."""
    return runbook(desk)


def moment(one):
    return one.text if one else ""


def window(one):
    return moment(one.start), moment(one.finish)


# -- plans -------------------------------------------------------------------------------------------------------------


def test_a_plan_has_a_reference_a_title_and_what_is_said_of_it(desk):
    plan_id, changes = desk.cutover.add_plan(PlanDetails("  M14   readiness ", milestone="m14", note="Ours"))
    [one] = desk.cutover.plans()
    assert (one.id, one.ref, one.details.title, one.details.milestone) == (
        plan_id,
        "ACME-CUT-0001",
        "M14 readiness",
        "M14",
    )
    assert changes.count == 1
    assert not one.rehearsal
    assert one.activities == 0


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (PlanDetails(" "), "title"),
        (PlanDetails("x" * 201), "title"),
        (PlanDetails("x", milestone="M99"), "milestone"),
        (PlanDetails("x", closed="soon"), "closed"),
        (PlanDetails("x", closed="2026-11-24"), "closed"),
    ],
)
def test_what_cannot_be_said_of_a_plan_names_its_field(desk, details, field):
    with pytest.raises(InvalidInput) as caught:
        desk.cutover.add_plan(details)
    assert caught.value.field == field


def test_a_closed_plan_is_not_changed_until_it_is_opened_again(desk, plan):
    details = desk.cutover.plan(plan).plan.details
    desk.cutover.edit_plan(plan, PlanDetails(details.title, closed="23/11/2026", review="Went well"))
    one = desk.cutover.plan(plan).plan
    assert (one.details.closed, one.details.review) == ("2026-11-23", "Went well")
    assert not any(one.late or one.rag for one in desk.cutover.plan(plan).activities)
    [first] = ids(desk, plan, "T-001")
    for write in (
        lambda: desk.cutover.tick([first]),
        lambda: desk.cutover.edit([first], ActivityEdit(owner="Sam")),
        lambda: desk.cutover.do_slip(first, 1),
        lambda: desk.cutover.add(plan, ActivityDetails("", "More")),
    ):
        with pytest.raises(InvalidInput, match="was closed"):
            write()
    desk.cutover.edit_plan(plan, details)
    desk.cutover.tick([first])


def test_open_plans_come_first_newest_first_with_rehearsals_after_their_plan(desk):
    one, two = runbook(desk, "One"), runbook(desk, "Two", RUNBOOK[:1])
    desk.cutover.rehearse(one)
    three = runbook(desk, "Three", ())
    desk.cutover.edit_plan(three, PlanDetails("Three", closed="2026-11-23"))
    assert [each.name for each in desk.cutover.plans()] == ["Two", "One", "REHEARSAL: One (rehearsal 1)", "Three"]
    assert desk.cutover.plan_by_ref("acme-cut-0002").id == two
    assert desk.cutover.plan_by_ref(" one ").id == one
    with pytest.raises(InvalidInput, match="Several plans fit"):
        desk.cutover.plan_by_ref("")
    with pytest.raises(NotFound, match="no cutover plan “four”"):
        desk.cutover.plan_by_ref("four")
    desk.cutover.edit_plan(two, PlanDetails("Two", closed="2026-11-23"))
    assert desk.cutover.plan_by_ref("").id == one


def test_a_plan_is_removed_whole_and_comes_back_whole(desk, plan, tmp_path):
    [backup] = ids(desk, plan, "T-003")
    prove(desk, backup, tmp_path)
    before = desk.cutover.plan(plan)
    desk.cutover.remove_plan(plan)
    assert desk.cutover.plans() == ()
    assert desk.evidence.counts(TargetKind.ACTIVITY) == {}
    with pytest.raises(NotFound):
        desk.cutover.plan(plan)
    desk.history.undo()
    assert desk.cutover.plan(plan) == before


def test_a_plan_with_declarations_or_rehearsals_stays(desk, plan):
    desk.cutover.rehearse(plan)
    with pytest.raises(InvalidInput, match="ACME-CUT-0002 is a rehearsal of ACME-CUT-0001"):
        desk.cutover.remove_plan(plan)
    declare(desk, ids(desk, plan, "T-010")[0], "draft")
    with pytest.raises(InvalidInput, match="ACME-DEC-0001 was made for ACME-CUT-0001"):
        desk.cutover.remove_plan(plan)


# -- activities --------------------------------------------------------------------------------------------------------


def test_the_runbook_is_scheduled_through_the_night(desk, plan):
    found = by_key(desk, plan)
    assert window(found["T-001"].planned) == ("2026-11-25", "2026-11-25")
    assert window(found["T-003"].planned) == ("2026-11-27T20:00", "2026-11-27T22:00")
    assert window(found["T-005"].planned) == ("2026-11-27T22:00", "2026-11-28T02:00")
    assert window(found["T-007"].planned) == ("2026-11-28T02:00", "2026-11-28T03:00")
    assert found["T-009"].due.text == "2026-11-28T12:00"
    assert found["T-012"].planned.finish.text == "2026-12-11"
    view = desk.cutover.plan(plan)
    assert view.ends == view.planned_end
    assert view.ends.text == "2026-12-11"
    assert view.critical[-1] == found["T-012"].id


def test_what_waits_says_for_what(desk, plan):
    found = by_key(desk, plan)
    assert found["T-001"].state is ActivityState.READY
    assert found["T-004"].state is ActivityState.WAITING
    assert found["T-004"].waiting_for == ("T-002 Tell the users is not finished", "T-003 Back up is not finished")
    assert [(one.key, one.lag) for one in found["T-007"].details.predecessors] == [("T-005", ""), ("T-006", "30 min")]


def test_a_key_that_is_not_given_is_the_next_one(desk, plan):
    new, _changes = desk.cutover.add(plan, ActivityDetails("", "Thank everybody"))
    assert desk.cutover.activity_id(plan, " t-013 ") == new
    with pytest.raises(InvalidInput, match="T-002 is in the plan already: Tell the users"):
        desk.cutover.add(plan, ActivityDetails("t-002", "Again"))
    assert next_key([]) == "T-001"
    assert next_key(["A1", "B-9", "B-099", "x"]) == "B-100"


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (ActivityDetails("T 1, T 2", "x"), "key"),
        (ActivityDetails("", " "), "title"),
        (ActivityDetails("", "x", start_at="tomorrow"), "start_at"),
        (ActivityDetails("", "x", due_at="1999-12-31"), "due_at"),
        (ActivityDetails("", "x", duration="3"), "duration"),
        (ActivityDetails("", "x", milestone="M99"), "milestone"),
        (ActivityDetails("", "x", milestone="M14", due_at="2026-12-01"), "milestone"),
        (ActivityDetails("", "x", milestone="M14", milestone_days=99999), "milestone_days"),
        (ActivityDetails("", "x", predecessors=(Predecessor("T-099"),)), "predecessors"),
        (ActivityDetails("T-050", "x", predecessors=(Predecessor("T-050"),)), "predecessors"),
        (ActivityDetails("", "x", note="y" * 40_000), "note"),
    ],
)
def test_what_cannot_be_said_of_an_activity_names_its_field_and_changes_nothing(desk, plan, details, field):
    before = desk.cutover.plan(plan)
    with pytest.raises(InvalidInput) as caught:
        desk.cutover.add(plan, details)
    assert caught.value.field == field
    assert desk.cutover.plan(plan) == before


def test_a_cycle_names_its_activities_in_order_and_is_not_kept(desk, plan):
    before = desk.cutover.plan(plan)
    with pytest.raises(InvalidInput) as caught:
        desk.cutover.edit(ids(desk, plan, "T-005"), ActivityEdit(predecessors="T-007"))
    assert "T-005 Deploy registration → T-007 Smoke validation → T-005 Deploy registration" in str(caught.value)
    assert caught.value.field == "predecessors"
    assert desk.cutover.plan(plan) == before
    assert desk.store.undo_title() == "Add activity T-012"


def test_several_are_changed_in_one_step_that_can_be_undone(desk, plan):
    before = by_key(desk, plan)
    changes = desk.cutover.edit(
        ids(desk, plan, "T-005", "T-006"), ActivityEdit(owner=" Lee  Hart ", start_at="28 Nov 2026")
    )
    assert changes.title == "Change owner, start of 2 activities"
    found = by_key(desk, plan)
    assert found["T-005"].details.owner == found["T-006"].details.owner == "Lee Hart"
    assert found["T-006"].details.start_at == "2026-11-28"
    desk.history.undo()
    assert by_key(desk, plan) == before


def test_a_title_of_a_step_names_nobody(desk, plan):
    change = desk.cutover.edit(ids(desk, plan, "T-005"), ActivityEdit(owner="Lee Hart", note="Ring Lee Hart"))
    tick = desk.cutover.tick(ids(desk, plan, "T-001"), by="Lee Hart")
    assert "Lee" not in change.title + tick.title


def test_an_own_due_moment_and_a_milestone_replace_each_other(desk, plan):
    one = ids(desk, plan, "T-010")
    desk.cutover.edit(one, ActivityEdit(milestone="M15", milestone_days=-2))
    found = by_key(desk, plan)["T-010"]
    # M15 is Friday 7 May 2027; Monday 3 May is a bank holiday.
    assert (found.details.due_at, found.due.text) == ("", "2027-05-05")
    desk.cutover.edit(one, ActivityEdit(due_at="2026-12-02 17:00"))
    found = by_key(desk, plan)["T-010"]
    assert (found.details.milestone, found.details.milestone_days, found.due.text) == ("", 0, "2026-12-02T17:00")


def test_what_hangs_on_no_milestone_any_more_is_no_days_after_one(desk, plan):
    one = ids(desk, plan, "T-011")
    desk.cutover.edit(one, ActivityEdit(milestone="M15", milestone_days=3))
    desk.cutover.edit(one, ActivityEdit(milestone=""))
    found = by_key(desk, plan)["T-011"]
    assert (found.details.milestone, found.details.milestone_days, found.due) == ("", 0, None)


def test_a_slip_has_an_end_and_stays_among_the_years_of_plans(desk):
    plan = runbook(desk, rows=[ActivityDetails("A", "Far", start_at="2099-12-01")])
    [one] = ids(desk, plan, "A")
    for days, words in ((2_601, "at most 2,600"), (2_600, "between 2000 and 2100")):
        with pytest.raises(InvalidInput, match=words):
            desk.cutover.slip(one, days)


def test_a_deadline_moves_with_its_milestone_and_what_moves_is_told_before(desk, plan):
    one = ids(desk, plan, "T-012")
    desk.cutover.edit(one, ActivityEdit(milestone="M14", milestone_days=5))
    desk.cutover.rehearse(plan)
    [moved] = desk.cutover.moves({"M14": "2026-12-01"})
    assert (moved.key, moved.due_before.text, moved.due_after.text) == ("T-012", "2026-11-04", "2026-12-08")
    assert moved.before == moved.after
    assert moved.late
    desk.milestones.save("M14", current=date(2026, 12, 1))
    assert by_key(desk, plan)["T-012"].due.text == "2026-12-08"
    assert desk.cutover.plan(plan).milestones == {"M14": date(2026, 12, 1)}
    with pytest.raises(InvalidInput):
        desk.cutover.moves({"M14": "soon"})


def test_a_text_changed_by_hand_is_not_flagged_and_a_new_type_drops_an_outcome_it_does_not_know(desk):
    plan = runbook(desk, rows=[ActivityDetails("V-1", "Check", type=ActivityType.VALIDATION)])
    one = ids(desk, plan, "V-1")
    desk.cutover.tick(one, outcome="fail", remark="Down")
    desk.cutover.edit(one, ActivityEdit(title="Check all", type=ActivityType.TASK))
    found = by_key(desk, plan)["V-1"]
    assert (found.state, found.outcome, found.changed) == (ActivityState.DONE, "", False)


def test_removing_one_between_joins_what_it_stood_between(desk, plan, tmp_path):
    [four] = ids(desk, plan, "T-004")
    prove(desk, four, tmp_path)
    before = by_key(desk, plan)
    desk.cutover.remove([four])
    found = by_key(desk, plan)
    assert [one.key for one in found["T-005"].details.predecessors] == ["T-002", "T-003"]
    assert desk.evidence.counts(TargetKind.ACTIVITY) == {}
    desk.history.undo()
    assert by_key(desk, plan) == before
    assert desk.evidence.counts(TargetKind.ACTIVITY) == {four: (1, 0)}


def test_removing_a_run_of_activities_joins_across_all_of_them(desk, plan):
    desk.cutover.remove(ids(desk, plan, "T-004", "T-005", "T-006"))
    found = by_key(desk, plan)["T-007"]
    assert {(one.key, one.lag) for one in found.details.predecessors} <= {
        ("T-002", ""), ("T-003", ""), ("T-002", "30 min"), ("T-003", "30 min"),
    }  # fmt: skip
    assert {one.key for one in found.details.predecessors} == {"T-002", "T-003"}


def test_an_activity_with_a_declaration_stays(desk, plan):
    one = ids(desk, plan, "T-010")
    declare(desk, one[0], "draft")
    with pytest.raises(InvalidInput, match="ACME-DEC-0001 was made for T-010 Readiness declared"):
        desk.cutover.remove(one)


def test_activities_are_put_in_another_order(desk, plan):
    keys = lambda: [one.details.key[-2:] for one in desk.cutover.plan(plan).activities][:5]  # noqa: E731
    one, two, four = ids(desk, plan, "T-001", "T-002", "T-004")
    desk.cutover.move([four], one)
    assert keys() == ["04", "01", "02", "03", "05"]
    desk.cutover.move([four, one], two)
    assert keys() == ["04", "01", "02", "03", "05"]
    desk.cutover.move([one, four], None)
    assert keys() == ["02", "03", "05", "06", "07"]
    desk.history.undo()
    assert keys() == ["04", "01", "02", "03", "05"]


def test_what_is_not_there_is_not_found(desk, plan):
    for call in (
        lambda: desk.cutover.plan(99),
        lambda: desk.cutover.table(99),
        lambda: desk.cutover.edit([999], ActivityEdit(owner="x")),
        lambda: desk.cutover.tick([999]),
        lambda: desk.cutover.slip(999, 1),
        lambda: desk.cutover.activity_id(plan, "T-999"),
        lambda: desk.cutover.rehearse(99),
    ):
        with pytest.raises(NotFound):
            call()


# -- what if -----------------------------------------------------------------------------------------------------------


def test_a_slip_shows_what_moves_itself_first_and_keeps_nothing(desk, plan):
    before = desk.cutover.plan(plan)
    [backup] = ids(desk, plan, "T-003")
    moved = desk.cutover.slip(backup, 1)
    assert [one.key for one in moved][:3] == ["T-003", "T-004", "T-005"]
    assert window(moved[0].after) == ("2026-11-30T20:00", "2026-11-30T22:00")
    assert next(one for one in moved if one.key == "T-009").late
    assert {"T-001", "T-002"}.isdisjoint(one.key for one in moved)
    assert desk.cutover.plan(plan) == before
    changes = desk.cutover.do_slip(backup, 1)
    assert changes.title == f"Slip T-003 by 1 working day: {len(moved) - 1} activities moved with it"
    after = by_key(desk, plan)
    assert all(after[one.key].planned == one.after for one in moved)
    desk.history.undo()
    assert desk.cutover.plan(plan) == before


def test_a_slip_leaves_the_deadline_and_shows_that_it_is_missed(desk):
    plan = runbook(desk, rows=[ActivityDetails("A", "Ours", start_at="2026-12-03T09:00", due_at="2026-12-04T09:00")])
    [one] = ids(desk, plan, "A")
    assert not by_key(desk, plan)["A"].late
    [moved] = desk.cutover.slip(one, 10)
    assert (moved.due_before.text, moved.due_after.text, moved.late) == ("2026-12-04T09:00", "2026-12-04T09:00", True)
    desk.cutover.do_slip(one, 10)
    found = by_key(desk, plan)["A"]
    assert (found.details.start_at, found.details.due_at) == ("2026-12-17T09:00", "2026-12-04T09:00")
    assert found.planned.finish.day.isoformat() > "2026-12-04"


def test_a_slip_takes_an_own_due_moment_along_where_it_is_asked_but_no_milestone(desk):
    plan = runbook(desk, rows=[
        ActivityDetails("A", "Ours", due_at="2026-12-04"),
        ActivityDetails("B", "Hangs", milestone="M15"),
    ])  # fmt: skip
    ours, hangs = ids(desk, plan, "A", "B")
    assert desk.cutover.do_slip(ours, 2, with_deadline=True).title == "Slip A and its deadline by 2 working days"
    assert desk.cutover.do_slip(hangs, 1, with_deadline=True).title == "Slip B by 1 working day"
    found = by_key(desk, plan)
    assert (found["A"].details.start_at, found["A"].details.due_at) == ("2026-12-08", "2026-12-08")
    assert (found["B"].details.start_at, found["B"].due.text) == ("2027-05-10", "2027-05-07")
    assert found["B"].planned.finish.text == "2027-05-10"


def test_what_began_ended_or_has_no_day_does_not_slip(desk, plan):
    first, second = ids(desk, plan, "T-001", "T-002")
    desk.cutover.tick([first])
    with pytest.raises(InvalidInput, match="T-001 Freeze of changes has ended"):
        desk.cutover.slip(first, 1)
    with pytest.raises(InvalidInput, match="cannot begin earlier"):
        desk.cutover.slip(second, -3)
    empty = runbook(desk, "Empty", [ActivityDetails("A", "Some day")])
    with pytest.raises(InvalidInput, match="has no day yet"):
        desk.cutover.slip(*ids(desk, empty, "A"), 1)


# -- files -------------------------------------------------------------------------------------------------------------


def test_what_a_file_would_say_comes_back_as_it_was(desk, plan):
    connection = desk.store.read()
    before = desk.cutover.texts(connection, plan)
    assert list(before) == [one.key for one in RUNBOOK]
    assert all(tuple(said) == FIELDS for _id, said in before.values())
    seven = before["T-007"][1]
    assert (seven["type"], seven["external"], seven["predecessors"]) == ("validation", "no", "T-005, T-006 + 30 min")
    bring(desk, plan, {key: said for key, (_id, said) in before.items()}, source="")
    assert desk.cutover.texts(desk.store.read(), plan) == before


def test_a_newer_file_keeps_ticks_and_flags_what_asks_for_something_else(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-001", "T-002"))
    bring(
        desk, plan,
        {
            "T-001": {"title": "Freeze of all changes"},
            "t-002": {"owner": "Lee"},
            "T-020": {"title": "New", "predecessors": "T-001"},
        },
        missing=ids(desk, plan, "T-006"), extra={"T-020": {"Team": "Blue"}},
    )  # fmt: skip
    found = by_key(desk, plan)
    assert found["T-001"].done
    assert found["T-001"].changed
    assert found["T-001"].finished_by == "Jo"
    assert found["T-002"].done
    assert not found["T-002"].changed
    assert found["T-002"].details.owner == "Lee"
    assert found["T-006"].missing
    assert found["T-020"].extra == {"Team": "Blue"}
    desk.cutover.confirm(ids(desk, plan, "T-001", "T-006"))
    found = by_key(desk, plan)
    assert not found["T-001"].changed
    assert not found["T-006"].missing
    assert found["T-001"].done


def test_a_file_that_has_them_all_sets_the_order(desk, plan):
    said = desk.cutover.texts(desk.store.read(), plan)
    given = {key: {"title": said[key][1]["title"]} for key in reversed(said) if key != "T-006"}
    bring(desk, plan, given, missing=ids(desk, plan, "T-006"))
    keys = [one.details.key for one in desk.cutover.plan(plan).activities]
    assert keys[:2] == ["T-012", "T-011"]
    assert keys[-2:] == ["T-001", "T-006"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"T-001": {"predecessors": "T-012"}}, "wait for one another: T-001 Freeze of changes"),
        ({"T-001": {"predecessors": "X-9"}}, "T-001 Freeze of changes waits for “X-9”, which is not in the plan"),
        ({"N-1": {"owner": "x"}}, "N-1 needs a title"),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(desk, plan, given, words):
    before = desk.cutover.plan(plan)
    with pytest.raises(InvalidInput) as caught:
        bring(desk, plan, {"N-0": {"title": "Before it"}, **given})
    assert words in str(caught.value)
    assert desk.cutover.plan(plan) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"type": "Go No Go"}, {"type": "go/no-go"}),
        ({"type": ""}, {"type": "task"}),
        ({"external": "Yes"}, {"external": "yes"}),
        ({"external": ""}, {"external": "no"}),
        ({"start_at": "24/10/2026 22:30"}, {"start_at": "2026-10-24T22:30"}),
        ({"milestone": "m14", "milestone_days": "\N{MINUS SIGN}5"}, {"milestone": "M14", "milestone_days": "-5"}),
        ({"milestone_days": "0"}, {"milestone_days": ""}),
        ({"duration": "90 minutes"}, {"duration": "90 min"}),
        ({"predecessors": "T-1FS; T-2 + 2 working days"}, {"predecessors": "T-1, T-2 + 2 wd"}),
        ({"title": " Two \n words "}, {"title": "Two words"}),
    ],
)
def test_what_a_file_says_is_kept_in_one_way(desk, given, kept):
    assert desk.cutover.checked(given) == kept


@given(text=st.text(max_size=40), field=st.sampled_from([one for one in FIELDS if one != "title"]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken_or_refused_in_words_and_taken_twice_is_the_same(checking, text, field):
    try:
        once = checking(field, text)
    except PlainError as error:
        refused: PlainError | None = error
    else:
        refused = None
        assert checking(field, once[field]) == once
    assert refused is None or (str(refused) and refused.field in (field, "duration"))


@pytest.fixture(scope="module")
def checking(tmp_path_factory):
    workspace = acme(tmp_path_factory.mktemp("checking") / "acme", Clock(), "supplier")
    yield lambda field, text: workspace.cutover.checked({field: text})
    workspace.close()


# -- reading -----------------------------------------------------------------------------------------------------------


def test_the_table_counts_and_filters(desk, plan):
    table = desk.cutover.table(plan)
    assert table.total() == 12
    table.apply(View(filters=(Filter("state", Op.IS_ANY, (ActivityState.READY.value,)),)))
    assert list(table.ids(0, 9)) == ids(desk, plan, "T-001")
    table.apply(View(text="central parties"))
    assert list(table.ids(0, 9)) == ids(desk, plan, "T-008"), "and not T-009, which says that it waits for it"


def test_people_and_contacts_are_offered(desk, plan):
    desk.cutover.tick(ids(desk, plan, "T-001"), by="Ada Byron")
    assert desk.cutover.people() == ("Ada Byron", "Priya Nair", "Sam Cole")


def test_evidence_knows_an_activity_by_its_plan_and_id(desk, plan):
    rehearsal, _changes = desk.cutover.rehearse(plan)
    targets = ActivityTargets(desk.store)
    first, practised = ids(desk, plan, "T-003") + ids(desk, rehearsal, "T-003")
    assert targets.names([first, practised, 999]) == {
        first: TargetName("ACME-CUT-0001 T-003", "Back up"),
        practised: TargetName("ACME-CUT-0002 T-003", "REHEARSAL: Back up"),
    }
    assert [one for one, _name in targets.find("t-003", 9)] == [first, practised]
    assert [target for target, _ref, _title in desk.evidence.linkable(TargetKind.ACTIVITY, "weekend back up")] == [
        Target(TargetKind.ACTIVITY, first), Target(TargetKind.ACTIVITY, practised),
    ]  # fmt: skip


def test_three_hundred_activities_are_read_whole(desk):
    plan, _changes = desk.cutover.add_plan(PlanDetails("Big"))
    given = {
        f"T-{number:03}": {
            "title": f"Step {number}",
            "duration": "1 h",
            "predecessors": f"T-{number - 1:03}" if number else "",
        }
        for number in range(300)
    }
    given["T-000"]["start_at"] = "2026-12-01 08:00"
    bring(desk, plan, given)
    view = desk.cutover.plan(plan)
    assert len(view.activities) == 300
    assert len(view.critical) == 300
    assert view.ends.text == "2026-12-13T20:00"


def test_what_waits_past_a_mesh_of_what_is_not_needed_is_found_at_once(desk):
    layers = 24  # by every path there would be sixteen million
    rows = [ActivityDetails("S", "Start")]
    before = ("S",)
    for layer in range(layers):
        pair = (f"A{layer}", f"B{layer}")
        rows += [ActivityDetails(key, key, predecessors=tuple(map(Predecessor, before))) for key in pair]
        before = pair
    rows.append(ActivityDetails("E", "End", predecessors=tuple(map(Predecessor, before))))
    plan = runbook(desk, "Mesh", rows)
    between = [desk.cutover.activity_id(plan, row.key) for row in rows[1:-1]]
    desk.cutover.not_needed(between, "Another way was found")
    assert by_key(desk, plan)["E"].waiting_for == ("S Start is not finished",)
