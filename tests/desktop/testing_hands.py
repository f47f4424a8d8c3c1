"""A participant that tests: a workspace with a plan, requirements, cases, runs, defects and evidence, all by hand."""

from __future__ import annotations

from pathlib import Path

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind
from desktop.participant.model import Scope
from desktop.pit.model import RelianceDetails
from desktop.records.model import RunDetails
from desktop.testing.model import (
    CaseEdit,
    DefectDetails,
    DefectStatus,
    RequirementEdit,
    ResultEdit,
    Status,
    Step,
    WorkOffDetails,
)

HOSTILE = "=1+1 <b> & 'quoted'\n@second line"
"""A text that a careless writer would make a formula or broken XML of."""


def workspace_that_tests(folder: Path, clock) -> Workspace:
    """Six requirements that stand in six ways, five cases, two runs, two defects, two work-off items, evidence.

    R-1 Passed (T-1 with evidence), R-2 Failed (T-2), R-3 Not run (T-3, with steps), R-4 no case, R-5 rests on a third
    party that is not proven, R-6 does not apply. T-4 is for no requirement; T-2 was blocked in the first run.
    """
    made = Workspace.create(folder, "Acme Energy Ltd", "ACME", actor="Jo", clock=clock)
    made.participant.save_scope(Scope("ACME", "supplier"))
    made.pit.take()
    made.pit.save_reliance(RelianceDetails("Vendor plc", product="Billing 4.2"))
    for key, fields in {
        "R-1": {"title": "Take on a supply", "text": "Shall.", "family": "functional", "stage": "functional"},
        "R-2": {"title": HOSTILE, "family": "Functional", "stage": "functional", "owner": "Sam"},
        "R-3": {"title": "Migrate a supply", "family": "migration", "stage": "migration", "party": "supplier"},
        "R-4": {"title": "Keep order", "family": "functional"},
        "R-5": {"title": "Carry the peak", "family": "non-functional", "reliance_id": 1, "note": "of the vendor"},
        "R-6": {"title": "Unmetered", "family": "operational", "applies": "No unmetered supplies"},
    }.items():
        made.requirements.add_requirement(key, RequirementEdit(**fields))
    steps = (
        Step(1, "1", "Send", "SUPI", "DIP", "IF-031", "QP", "Auto"),
        Step(2, "2a", "Look, and wait", "", "", "", "", "N/A"),
    )
    made.requirements.add_case("T-1", CaseEdit(title="Gain", stage="functional", scenario="Gains"), [1])
    made.requirements.add_case("T-2", CaseEdit(title="Loss", stage="functional", description=HOSTILE), [2])
    made.requirements.add_case("T-3", CaseEdit(title="Forward", stage="migration", steps=steps, expected="Done"), [3])
    made.requirements.add_case("T-4", CaseEdit(title="For nothing"))
    made.test_runs.start(RunDetails("First run", "functional", "pit_exit", "UAT 1.0"), [1, 2])
    made.test_runs.set_results([2], ResultEdit(Status.BLOCKED, reason="No environment", executed="2026-11-02"))
    made.test_runs.finish(1)
    made.test_runs.start(RunDetails("Second run", tester="Sam"), [1, 2, 3])
    made.test_runs.set_results([3], ResultEdit(Status.PASSED, executed="2026-11-20"))
    made.test_runs.set_results([4], ResultEdit(Status.FAILED, message=HOSTILE, executed="2026-11-21"))
    made.test_runs.set_step(5, 1, Status.PASSED, evidence="Auto", files="log.txt", remark="fine")
    made.defects.save(DefectDetails("Loss is lost", key="BUG-7", severity="high", owner="Sam"), None, [4])
    made.defects.save(DefectDetails("Ugly", severity="low", status=DefectStatus.DEFERRED, resolution=HOSTILE))
    made.defects.save_work_off(WorkOffDetails("Make it pretty", defect_id=2, owner="Kim", due="2026-11-02"))
    made.defects.save_work_off(WorkOffDetails("Order", requirement_id=4, agreed_by="BSC", agreed_on="2026-11-03"))
    proof = folder.parent / "proof.txt"
    proof.write_text("It passed.", encoding="utf-8")
    made.evidence.add([proof], targets=[Target(TargetKind.RESULT, 3), Target(TargetKind.DELIVERABLE, 1)])
    return made
