"""What is late and what comes next in testing, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from desktop.agenda import EVIDENCE, GATE, MILESTONE
from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, PlanDetails
from desktop.declarations.model import DeclarationDetails
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.participant.model import Scope
from desktop.pit.model import DeliverableEdit, DeliverableStatus
from desktop.testing.model import DefectDetails, DefectStatus, WorkOffDetails, WorkOffStatus
from desktop.uk_time import Moment

TODAY = date(2026, 11, 23)
"""A Monday."""


@pytest.fixture
def workspace(tmp_path):
    with Workspace.create(
        tmp_path / "acme", "Acme Energy", "ACME", actor="Ann", clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)
    ) as made:
        made.participant.save_scope(Scope("ACME", "supplier", "S", "non_sit_sa"))
        yield made


def told(workspace):
    return [(one.day.isoformat(), one.kind, one.title, one.late) for one in workspace.agenda.due(TODAY)]


def test_a_new_workspace_has_no_dates(workspace):
    assert told(workspace) == []


def test_late_comes_first_then_what_comes_within_sixty_days_by_day(workspace):
    pit = workspace.pit
    pit.set_gate("pit_exit", current=date(2026, 12, 4))
    pit.set_gate("qt_exit", current=date(2027, 6, 30))
    pit.add("Sooner", "supplier", DeliverableEdit(current=date(2026, 11, 24)))
    pit.add("Late", "supplier", DeliverableEdit(current=date(2026, 11, 20)))
    pit.add("Done", "supplier", DeliverableEdit(current=date(2026, 11, 19), status=DeliverableStatus.SUBMITTED))
    pit.add("Beyond", "supplier", DeliverableEdit(current=date(2027, 1, 23)))
    assert told(workspace) == [
        ("2026-11-20", "deliverable", "Late", True),
        ("2026-11-24", "deliverable", "Sooner", False),
        ("2026-12-04", GATE, "PIT exit", False),
    ]


def test_a_gate_that_was_passed_is_no_date_any_more(workspace):
    workspace.pit.set_gate("pit_entry", current=date(2026, 11, 30), actual=date(2026, 11, 20))
    assert told(workspace) == []


def test_a_defect_that_was_put_off_is_promised_by_its_work_off_item(workspace):
    defects = workspace.defects
    defects.save(DefectDetails("Closed", status=DefectStatus.CLOSED, due="2026-11-20"))
    defects.save(DefectDetails("Open", due="2026-11-20"))
    put_off, _ = defects.save(DefectDetails("Put off", status=DefectStatus.DEFERRED, due="2026-11-20"))
    defects.save_work_off(WorkOffDetails("Mend it", defect_id=put_off, due="2026-12-01"))
    defects.save_work_off(
        WorkOffDetails("Mended", defect_id=put_off, due="2026-11-01", status=WorkOffStatus.DONE, closed="2026-11-02")
    )
    assert told(workspace) == [
        ("2026-11-20", "defect", "Open", True),
        ("2026-12-01", "work_off", "Mend it", False),
    ]


def test_evidence_that_proves_something_is_told_before_it_ends(workspace, tmp_path):
    workspace.pit.add("Plan", "supplier", DeliverableEdit())
    plan = Target(TargetKind.DELIVERABLE, workspace.pit.deliverables()[0].id)
    for name, ends, targets in (
        ("used", "2026-12-12", [plan]),
        ("ended", "2026-11-22", [plan]),
        ("unused", "2026-12-12", []),
        ("later", "2027-12-12", [plan]),
    ):
        (tmp_path / f"{name}.txt").write_text(name, encoding="utf-8")
        workspace.evidence.add([tmp_path / f"{name}.txt"], EvidenceDetails(expires=ends), targets)
    assert told(workspace) == [
        ("2026-11-22", EVIDENCE, "Evidence ends: ended", True),
        ("2026-12-12", EVIDENCE, "Evidence ends: used", False),
    ]


def test_activities_of_open_plans_are_named_but_not_those_of_a_rehearsal_or_of_a_closed_plan(workspace):
    cutover = workspace.cutover
    plan, _ = cutover.add_plan(PlanDetails("Go-live"))
    cutover.add(plan, ActivityDetails("T-1", "Freeze", due_at="2026-11-20"))
    cutover.add(plan, ActivityDetails("T-2", "Deploy", due_at="2026-11-28T14:00"))
    done, _ = cutover.add(plan, ActivityDetails("T-3", "Told", due_at="2026-11-23"))
    cutover.tick([done], at=Moment(date(2026, 11, 23)))
    cutover.rehearse(plan)
    closed, _ = cutover.add_plan(PlanDetails("Long past"))
    cutover.add(closed, ActivityDetails("T-9", "Old", due_at="2026-11-22"))
    cutover.edit_plan(closed, PlanDetails("Long past", closed="2026-11-01"))
    assert told(workspace) == [
        ("2026-11-20", "activity", "Freeze", True),
        ("2026-11-28", "activity", "Deploy", False),
    ]
    first = workspace.agenda.due(TODAY)[0]
    assert first.target == Target(TargetKind.ACTIVITY, cutover.activity_id(plan, "T-1"))
    assert first.detail == "T-1, Go-live, no owner"


def test_a_declaration_to_sign_and_an_own_milestone_are_named(workspace):
    workspace.milestones.add("Go-live", baseline=date(2026, 12, 5))
    made, _ = workspace.declarations.prepare(
        DeclarationDetails("cutover_readiness", milestone="M14", due="2026-11-20")
    )  # fmt: skip
    assert told(workspace) == [
        ("2026-11-20", "declaration", workspace.declarations.get(made).details.title, True),
        ("2026-12-05", MILESTONE, "Go-live", False),
    ]


def test_a_day_to_work_to_is_named_beside_the_programmes_own(workspace):
    workspace.milestones.save("M15", current=date(2027, 1, 8), note="Agreed with the board")
    (due,) = workspace.agenda.due(TODAY)
    assert (due.day, due.kind, due.late, due.detail) == (date(2027, 1, 8), MILESTONE, False, "Agreed with the board")
    assert due.title.startswith("M15 · ")
