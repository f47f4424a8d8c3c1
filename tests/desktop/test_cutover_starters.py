"""Starter plans: what the shipped pack has for each role, taking it, and taking a newer one over what is here."""

from __future__ import annotations

import json

import pytest
from cutover_hands import Clock, acme, by_key, ids, own_plans

from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityType, PlanDetails, Predecessor
from desktop.cutover.schedule import order
from desktop.declarations.wording_pack import wordings_of
from desktop.errors import InvalidInput, NotFound

APPROVALS = {
    "supplier": {"SA-04", "SA-05", "SA-06"},
    "ldso": {"SA-04", "SA-05", "SA-06"},
    "mem": {"SA-04", "SA-06"},
    "data_service": {"SA-04", "SA-05"},
}
"""DIP Manager, BSC PAB, REC Code Manager: who has to approve a role before its service is activated."""


@pytest.fixture
def desk(tmp_path):
    """A supplier's workspace at noon on Monday 23 November 2026."""
    workspace = acme(tmp_path / "acme", Clock(), "supplier")
    yield workspace
    workspace.close()


@pytest.fixture
def body(desk):
    """The body of the shipped pack, to be changed."""
    return json.loads(json.dumps(desk.cutover.pack().body))


def row(body: dict, plan: str, activity: str) -> dict:
    found = next(one for one in body["plans"] if one["id"] == plan)
    return next(one for one in found["activities"] if one["id"] == activity)


def test_the_shipped_pack_is_sound_and_names_its_sources(desk, body):
    assert desk.cutover.pack().status == "suggested"
    milestones = {one.id for one in desk.milestones.milestones()}
    wordings = {one.id for one in wordings_of(desk.content.pack("declarations"))}
    for plan in body["plans"]:
        assert plan["source"]
        keys = [one["id"] for one in plan["activities"]]
        assert len(keys) == len(set(keys))
        order(
            {number: [keys.index(key) for key in one.get("after", ())] for number, one in enumerate(plan["activities"])}
        )
        for one in plan["activities"]:
            assert one["source"]
            assert one["title"]
            assert ActivityType(one["type"])
            assert one.get("milestone", "") in {"", *milestones}
            assert one.get("declaration_needed", "") in {"", *wordings}
            assert set(one.get("roles", ())) | set(one.get("waited_for_by", ())) <= set(APPROVALS)


@pytest.mark.parametrize("role", APPROVALS)
def test_service_activation_asks_for_the_approvals_of_the_role(tmp_path, role):
    with acme(tmp_path / "acme", Clock(), role) as workspace:
        plan, _changes = workspace.cutover.take("service_activation")
        found = by_key(workspace, plan)
        assert {key for key in found if key in ("SA-04", "SA-05", "SA-06")} == APPROVALS[role]
        assert {one.key for one in found["SA-13"].details.predecessors} == APPROVALS[role]
        assert ("SA-18" in found) is (role == "supplier")
        assert found["SA-16"].waiting_for
        assert all(one.planned.start is None for one in found.values()), "no source gives a day"


def test_two_roles_have_the_approvals_of_both(tmp_path):
    with acme(tmp_path / "acme", Clock(), "mem", "data_service") as workspace:
        plan, _changes = workspace.cutover.take("service_activation")
        assert {"SA-04", "SA-05", "SA-06"} <= set(by_key(workspace, plan))


def test_what_others_do_is_external_or_left_out(tmp_path):
    seen = {}
    for role in APPROVALS:
        with acme(tmp_path / role, Clock(), role) as workspace:
            plan, _changes = workspace.cutover.take("m10")
            seen[role] = by_key(workspace, plan)
    assert "CO-04" not in seen["ldso"], "a distributor can neither do it nor check it"
    assert "CO-05" not in seen["data_service"], "governed by the BSC alone"
    assert not seen["ldso"]["CO-03"].details.external
    deployed = seen["supplier"]["CO-03"]
    assert (deployed.details.external, deployed.details.evidence_needed, deployed.lacks) == (True, "", ())
    assert all(found["CO-09"].details.external for found in seen.values())
    assert [one.key for one in seen["data_service"]["CO-07"].details.predecessors] == ["CO-03", "CO-04"]


def test_a_plan_that_is_taken_says_so_and_differs_in_nothing(desk):
    assert {one.id: one.taken for one in desk.cutover.starters()} == {
        "m10": None, "service_activation": None, "own_go_live": None,
    }  # fmt: skip
    plan, changes = desk.cutover.take("m10")
    view = desk.cutover.plan(plan)
    assert changes.count == len(view.activities)
    assert "suggested by MHHS Desk, not official" in changes.title
    assert (view.plan.key, view.plan.details.milestone) == ("m10", "M11")
    assert {one.id: one.taken for one in desk.cutover.starters()}["m10"] == plan
    assert desk.cutover.compare("m10", plan) == ()
    assert desk.cutover.take("m10", plan)[1].count == 0
    assert not any(one.changed or one.missing for one in view.activities)
    assert view.activities[0].due.text == "2025-09-24", "hangs on M10"
    with pytest.raises(NotFound, match="no plan “m99”"):
        desk.cutover.take("m99")


def test_a_go_live_of_ones_own_hangs_on_the_milestone_of_the_plan_it_goes_into(desk):
    plan, _changes = desk.cutover.add_plan(PlanDetails("M15 go-live", milestone="M15"))
    desk.cutover.take("own_go_live", plan)
    found = by_key(desk, plan)
    # M15 is Friday 7 May 2027; Monday 3 May is a bank holiday.
    assert (found["GL-01"].due.text, found["GL-07"].due.text) == ("2027-04-29", "2027-05-07")
    alone, _changes = desk.cutover.take("own_go_live")
    assert all(one.due is None for one in by_key(desk, alone).values())
    desk.cutover.edit_plan(alone, PlanDetails("Ours", milestone="M15"))
    assert [one.key for one in desk.cutover.compare("own_go_live", alone)] == ["GL-01", "GL-07"]
    desk.cutover.take("own_go_live", alone)
    assert by_key(desk, alone)["GL-07"].due.text == "2027-05-07"


def test_a_newer_pack_flags_what_it_changed_and_keeps_what_the_person_gave(desk, body, tmp_path):
    plan, _changes = desk.cutover.take("service_activation")
    first, signed = ids(desk, plan, "SA-01", "SA-03")
    desk.cutover.edit([first], ActivityEdit(owner="Lee Hart", due_at="2026-11-30", note="Ring them"))
    desk.cutover.tick([first], despite="Seen")
    row(body, "service_activation", "SA-01")["title"] = "TCR accepted in writing"
    row(body, "service_activation", "SA-03")["phase"] = "Signing"
    steps = next(one for one in body["plans"] if one["id"] == "service_activation")["activities"]
    steps.remove(row(body, "service_activation", "SA-11"))
    row(body, "service_activation", "SA-16")["after"] = ["SA-10", "SA-12", "SA-15", "SA-19"]
    steps.append({"id": "SA-19", "title": "One more", "after": ["SA-15"]})
    own_plans(desk, tmp_path / "plans.json", body)
    found = {one.key: one for one in desk.cutover.compare("service_activation", plan)}
    assert {key: one.change for key, one in found.items()} == {
        "SA-01": "changed", "SA-03": "changed", "SA-16": "changed", "SA-19": "new", "SA-11": "gone",
    }  # fmt: skip
    assert found["SA-01"].fields == {"title": ("Test Completion Report accepted", "TCR accepted in writing")}
    assert found["SA-16"].fields["predecessors"] == ("SA-11, SA-12, SA-15", "SA-10, SA-12, SA-15, SA-19")
    before = desk.cutover.plan(plan)
    desk.cutover.take("service_activation", plan)
    after = by_key(desk, plan)
    one = after["SA-01"]
    assert (one.done, one.changed, one.details.owner, one.details.due_at, one.details.note) == (
        True, True, "Lee Hart", "2026-11-30", "Ring them",
    )  # fmt: skip
    assert not after["SA-03"].changed, "a phase is no other task"
    assert (after["SA-11"].missing, after["SA-19"].changed) == (True, False)
    assert [one.key for one in after["SA-16"].details.predecessors] == ["SA-10", "SA-12", "SA-15", "SA-19"]
    assert desk.cutover.compare("service_activation", plan) == ()
    desk.history.undo()
    assert desk.cutover.plan(plan) == before
    assert signed in {one.id for one in before.activities}


def test_only_what_is_chosen_is_taken_and_joined_past_the_rest(desk):
    plan, changes = desk.cutover.take("service_activation", keys=["SA-01", "SA-03", "SA-13", "SA-16"])
    found = by_key(desk, plan)
    assert (changes.count, list(found)) == (4, ["SA-01", "SA-03", "SA-13", "SA-16"])
    assert [one.key for one in found["SA-03"].details.predecessors] == ["SA-01"]
    assert [one.key for one in found["SA-13"].details.predecessors] == ["SA-03"]
    assert [one.key for one in found["SA-16"].details.predecessors] == ["SA-13"]
    left = desk.cutover.compare("service_activation", plan)
    assert {one.change for one in left} == {"new"}, "joined past what was left out, nothing differs"
    desk.cutover.take("service_activation", plan)
    whole, _changes = desk.cutover.take("service_activation")
    links = lambda of: {key: {p.key for p in one.details.predecessors} for key, one in by_key(desk, of).items()}  # noqa: E731
    joined = links(plan)
    assert all(wanted <= joined[key] for key, wanted in links(whole).items() if key not in ("SA-03", "SA-13", "SA-16"))


def test_what_the_person_put_between_stays_between(desk, body, tmp_path):
    plan, _changes = desk.cutover.take("service_activation")
    desk.cutover.add(plan, ActivityDetails("X-1", "Board meeting", predecessors=(Predecessor("SA-02"),)))
    desk.cutover.edit(ids(desk, plan, "SA-03"), ActivityEdit(predecessors="SA-02, X-1 + 1 wd"))
    assert desk.cutover.compare("service_activation", plan) == ()
    row(body, "service_activation", "SA-03")["title"] = "Final QAD signed by a director"
    own_plans(desk, tmp_path / "plans.json", body)
    desk.cutover.take("service_activation", plan)
    found = by_key(desk, plan)
    assert {(one.key, one.lag) for one in found["SA-03"].details.predecessors} == {("SA-02", ""), ("X-1", "1 wd")}
    assert not found["X-1"].missing


def test_a_pack_with_little_in_it_is_taken_as_far_as_it_goes(desk, tmp_path):
    activities = [
        {"id": "A"},
        {"id": "B", "title": 7, "type": "party", "duration": "soon", "after": ["A", "Z", 3], "milestone_days": "x"},
        {"id": "a", "title": "the same id"},
        {"title": "no id"},
        {"id": "C, D", "title": "an id that nobody can name"},
        "no row",
        {"id": "E", "after": "B", "roles": "supplier", "milestone": "M15", "milestone_days": True},
    ]
    own_plans(desk, tmp_path / "plans.json", {"plans": [{"id": "p", "activities": activities}, {"id": "q"}]})
    assert [(one.id, one.title, one.activities) for one in desk.cutover.starters()] == [("p", "p", 3), ("q", "q", 0)]
    plan, _changes = desk.cutover.take("p")
    found = by_key(desk, plan)
    assert list(found) == ["A", "B", "E"]
    assert (found["B"].details.title, found["B"].details.type, found["B"].details.duration) == (
        "B",
        ActivityType.TASK,
        "",
    )
    assert [one.key for one in found["B"].details.predecessors] == ["A"]
    assert desk.cutover.compare("p", plan) == ()


def test_a_pack_whose_activities_wait_for_one_another_is_refused_by_name(desk, tmp_path):
    activities = [{"id": "A", "title": "One", "after": ["B"]}, {"id": "B", "title": "Two", "after": ["A"]}]
    own_plans(desk, tmp_path / "plans.json", {"plans": [{"id": "p", "activities": activities}]})
    with pytest.raises(InvalidInput, match="A One → B Two → A One"):
        desk.cutover.take("p")
    assert desk.cutover.plans() == ()
