"""The pit_plan pack: whose it is, what a newer one changes, and that nothing of it comes into the plan unseen."""

from __future__ import annotations

from datetime import date

import pytest
from pit_hands import acme, by_key, ids, own_pack, row_of, shipped_body

from desktop.content.pack import parse_pack
from desktop.content.service import shipped_pack
from desktop.errors import FileRefused, InvalidInput
from desktop.pit.model import DeliverableEdit, DeliverableStatus

PLAN = "supplier/pit_plan@pit_entry"
CASES = "supplier/test_cases@pit_entry"


@pytest.fixture
def workspace(tmp_path, clock):
    made = acme(tmp_path / "acme", clock, "supplier")
    yield made
    made.close()


def test_stages_gates_families_and_the_scale_of_the_shipped_pack(workspace):
    pit = workspace.pit
    assert [one.id for one in pit.stages()] == [
        "functional",
        "migration",
        "non_functional",
        "operational",
        "regression",
    ]
    assert [one.id for one in pit.gates()] == ["pit_entry", "pit_exit", "qt_entry", "qt_exit"]
    assert pit.families() == ("functional", "migration", "non-functional", "operational")
    assert [(one.id, one.blocks_exit) for one in pit.severities()] == [
        ("critical", True),
        ("high", True),
        ("medium", False),
        ("low", False),
    ]


def test_nothing_of_the_shipped_pack_is_called_official():
    pack = shipped_pack("pit_plan")
    assert "not official" in pack.label
    assert "ours" in pack.source
    for kind in ("stages", "gates", "families", "severities", "parties", "deliverables"):
        assert all(row["source"] for row in pack.body[kind]), kind
    assert all("MHHS Desk" in row["source"] for row in pack.body["deliverables"])
    assert all("MHHS Desk" in row["source"] for row in pack.body["severities"])


def test_every_deliverable_of_the_pack_is_for_gates_and_parties_that_are_there():
    body = shipped_pack("pit_plan").body
    known = {kind: {row["id"] for row in body[kind]} for kind in ("gates", "parties", "stages")}
    roles = {row["id"] for row in shipped_pack("recipients").body["roles"]}
    assert roles < known["parties"]
    for row in body["deliverables"]:
        assert set(row["parties"]) <= known["parties"]
        assert {one["id"] for one in row["due"]} <= known["gates"]
        assert all(type(one["offset"]) is int and one["offset"] >= 0 for one in row["due"])
        assert row["about"]
        assert row["good_evidence"]
        assert row["stage"] in {"", *known["stages"]}


def test_the_rttm_is_due_at_every_gate_and_the_standards_names_stand_beside(workspace):
    workspace.pit.take()
    plan = by_key(workspace)
    rttm = [one.gate for one in plan.values() if one.key.startswith("supplier/rttm@")]
    assert rttm == ["pit_entry", "pit_exit", "qt_entry", "qt_exit"]
    assert plan[PLAN].field_name == "Test plan"
    assert plan["supplier/completion_report@pit_exit"].field_name == "Test completion report"


@pytest.mark.parametrize("role", ["supplier", "ldso", "mem", "data_service"])
def test_each_party_type_has_its_deliverables(tmp_path, clock, role):
    with acme(tmp_path / role, clock, role) as workspace:
        assert not workspace.pit.deliverables()
        workspace.pit.take()
        assert workspace.pit.deliverables()
        assert {one.party_type for one in workspace.pit.deliverables()} == {role}
        titles = {one.title for one in workspace.pit.deliverables()}
        assert {"PIT plan", "PIT defect log", "PIT completion report", "Work-off plan"} <= titles
        reviewer = "MHHS Programme" if role == "ldso" else "Code Bodies"
        assert {one.reviewer for one in workspace.pit.deliverables()} == {reviewer}


def test_without_a_role_nothing_can_be_taken_and_the_next_step_is_said(tmp_path, clock):
    with acme(tmp_path / "acme", clock) as workspace:
        assert workspace.pit.compare() == ()
        with pytest.raises(InvalidInput, match="Add a role under Settings"):
            workspace.pit.take()


def test_a_software_provider_has_no_role_and_takes_its_deliverables_all_the_same(tmp_path, clock):
    with acme(tmp_path / "acme", clock) as workspace:
        workspace.pit.take(parties=["software_provider"])
        plan = by_key(workspace)
        assert plan["software_provider/reliance_evidence@pit_exit"].party == "Software provider"
        assert not any("rttm" in key for key in plan)
        assert workspace.pit.compare() == ()


def test_taking_again_changes_nothing(workspace):
    first = workspace.pit.take()
    assert first.title == "Take 14 deliverables from PIT plan 2026.11 (suggested by MHHS Desk, not official)"
    assert workspace.pit.take().title == ""
    assert workspace.pit.compare() == ()
    workspace.history.undo()
    assert not workspace.pit.deliverables()


def test_a_second_role_brings_its_own_as_new(workspace):
    from desktop.participant.model import Scope

    workspace.pit.take()
    workspace.participant.save_scope(Scope("METR", "mem"))
    assert {one.change for one in workspace.pit.compare()} == {"new"}
    assert all(one.key.startswith("mem/") for one in workspace.pit.compare())


def test_a_newer_pack_is_compared_row_by_row_and_flags_until_it_is_taken(workspace, tmp_path):
    workspace.pit.take()
    workspace.pit.set_gate("pit_entry", current=date(2027, 1, 11))
    workspace.pit.edit(ids(workspace, PLAN), DeliverableEdit(owner="Jo", status=DeliverableStatus.IN_PROGRESS))
    before = by_key(workspace)
    body = shipped_body(workspace)
    row_of(body["deliverables"], "pit_plan")["title"] = "Test approach"
    row_of(body["deliverables"], "pit_plan")["due"] = [{"id": "pit_entry", "offset": 30}]
    body["deliverables"] = [row for row in body["deliverables"] if row["id"] != "test_cases"]
    body["deliverables"].append({"id": "readiness", "title": "Readiness", "due": [{"id": "qt_entry", "offset": 1}]})
    own_pack(workspace, tmp_path / "own.json", body)
    found = {one.key: one for one in workspace.pit.compare()}
    assert {key: one.change for key, one in found.items()} == {
        PLAN: "changed",
        "supplier/readiness@qt_entry": "new",
        CASES: "gone",
    }
    assert found[PLAN].fields == {
        "Title": ("PIT plan", "Test approach"),
        "Working days before the gate": ("20", "30"),
    }
    # Nothing moved by itself: the plan goes on as it was taken, with its flags.
    now = by_key(workspace)
    assert now[PLAN].planned == before[PLAN].planned
    assert [key for key, one in now.items() if one.changed] == [PLAN, CASES]
    changes = workspace.pit.take([PLAN, "supplier/readiness@qt_entry"])
    assert changes.count == 2
    taken = by_key(workspace)[PLAN]
    assert (taken.title, taken.offset, taken.owner, taken.status, taken.changed) == (
        "Test approach", 30, "Jo", DeliverableStatus.IN_PROGRESS, False,
    )  # fmt: skip
    assert "official, from your own copy" in taken.source
    assert [one.key for one in workspace.pit.compare()] == [CASES]
    workspace.pit.take()
    assert by_key(workspace)[CASES].title == "PIT test scenarios and cases"  # kept, and flagged no more
    assert workspace.pit.compare() == ()


def test_what_was_looked_at_is_flagged_no_more_until_the_pack_changes_again(workspace, tmp_path):
    workspace.pit.take()
    body = shipped_body(workspace)
    row_of(body["deliverables"], "pit_plan")["about"] = "Another text"
    own_pack(workspace, tmp_path / "one.json", body)
    changes = workspace.pit.looked_at(ids(workspace, PLAN, CASES))
    assert changes.count == 1
    assert not by_key(workspace)[PLAN].changed
    assert by_key(workspace)[PLAN].description != "Another text"
    assert workspace.pit.compare() == ()
    row_of(body["deliverables"], "pit_plan")["about"] = "A third text"
    own_pack(workspace, tmp_path / "two.json", body)
    assert by_key(workspace)[PLAN].changed
    workspace.history.undo()
    workspace.history.undo()
    assert by_key(workspace)[PLAN].changed


def test_going_back_to_the_shipped_pack_is_a_difference_too(workspace, tmp_path):
    body = shipped_body(workspace)
    row_of(body["deliverables"], "pit_plan")["title"] = "Mine"
    own_pack(workspace, tmp_path / "own.json", body)
    workspace.pit.take()
    assert by_key(workspace)[PLAN].title == "Mine"
    workspace.content.reset("pit_plan")
    assert [(one.key, one.change) for one in workspace.pit.compare()] == [(PLAN, "changed")]


def test_the_persons_own_pack_can_give_each_party_its_own_day(workspace, tmp_path):
    body = shipped_body(workspace)
    row_of(body["deliverables"], "pit_plan")["due"] = [
        {"id": "a", "gate": "pit_entry", "offset": 3, "parties": ["supplier"]},
        {"id": "b", "gate": "pit_entry", "offset": 7, "parties": ["ldso"]},
    ]
    own_pack(workspace, tmp_path / "own.json", body)
    workspace.pit.take(parties=["supplier", "ldso"])
    plan = by_key(workspace)
    assert (plan[PLAN].offset, plan["ldso/pit_plan@pit_entry"].offset) == (3, 7)


def test_gates_that_only_the_plan_has_are_still_shown(workspace, tmp_path):
    workspace.pit.take()
    workspace.pit.set_gate("qt_exit", current=date(2027, 3, 1))
    body = shipped_body(workspace)
    body["gates"] = [{"id": "dbt1", "name": "PIT DBT1"}]
    own_pack(workspace, tmp_path / "own.json", body)
    assert [one.name for one in workspace.pit.gates()] == ["PIT DBT1", "qt_exit", "pit_entry", "pit_exit", "qt_entry"]
    assert by_key(workspace)["supplier/rttm@qt_exit"].planned is not None


@pytest.mark.parametrize(
    "row",
    [
        {"id": "x"},
        {"id": "x", "title": 5, "due": "soon", "parties": "all"},
        {
            "id": "x",
            "due": [{"offset": "20"}, {"id": "pit_exit", "offset": -3}, "no", {"id": "qt_exit", "offset": True}],
        },
        {"id": "x", "due": [{"id": "pit_exit", "offset": 10**9}]},
    ],
)
def test_a_careless_pack_of_ones_own_is_read_as_far_as_it_goes(workspace, tmp_path, row):
    body = shipped_body(workspace)
    body["deliverables"] = [row]
    own_pack(workspace, tmp_path / "own.json", body)
    workspace.pit.take()
    workspace.pit.set_gate("pit_exit", current=date(2027, 2, 26))
    assert all(one.offset is None and one.planned is None for one in workspace.pit.deliverables())
    assert {one.title for one in workspace.pit.deliverables()} == {"x"}


def test_a_pack_without_its_lists_is_refused(workspace):
    text = (
        '{"kind": "pit_plan", "version": "1", "status": "official", "source": "x", "date": "x", "body": {"gates": []}}'
    )
    with pytest.raises(FileRefused, match="stages"):
        parse_pack(text.encode(), name="x.json", own=True)
