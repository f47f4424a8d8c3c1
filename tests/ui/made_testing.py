"""A small workspace with requirements, cases, two runs and defects, for the tests of the testing pages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from desk_steps import noon

from desktop.app import Workspace
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
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

STEPS = (Step(1, "1", "Send the request", "SUPI", "DIP", "CSS01700", "QP", "Auto"), Step(2, "2", "See the answer"))


def workspace_with_runs(folder: Path) -> Path:
    """R-1 passed with evidence, R-2 failed, R-3 without a case, R-4 not run and changed since; T-5 is for none.

    The finished run 1 has all five cases, the open run 2 has T-1 and T-2. T-2 failed and has a late defect.
    """
    with Workspace.create(folder, "Acme Energy Supply Limited", "ACME", actor="Pat", clock=noon) as workspace:
        texts = (("functional", "Functional"), ("functional", "Functional"), ("migration", "Migration"), ("", ""))
        for number, (family, stage) in enumerate(texts, start=1):
            edit = RequirementEdit(title=f"Requirement {number}", family=family, stage=stage)
            workspace.requirements.add_requirement(f"R-{number}", edit)
        links = {1: [1], 2: [2], 3: [2], 4: [4], 5: []}
        for number, requirements in links.items():
            edit_case = CaseEdit(title=f"Case {number}", stage="Functional", steps=STEPS if number == 1 else ())
            workspace.requirements.add_case(f"T-{number}", edit_case, requirements)
        runs = workspace.test_runs
        first, _ = runs.start(RunDetails(title="Round 1", stage="Functional"), [1, 2, 3, 4, 5])
        runs.set_results([1], ResultEdit(status=Status.PASSED))
        runs.set_results([2], ResultEdit(status=Status.FAILED, message="expected A, got P"))
        runs.set_results([3], ResultEdit(status=Status.PASSED))
        runs.finish(first)
        workspace.evidence.add_bytes(b"it went well", "log.txt", EvidenceDetails(), [Target(TargetKind.RESULT, 1)])
        severities = [one.id for one in workspace.pit.severities()]
        late = DefectDetails("Sent twice", severity=severities[0], due="2026-11-01", owner="Robin")
        workspace.defects.save(late, None, [2])
        workspace.defects.save(DefectDetails("Slow", status=DefectStatus.DEFERRED))
        workspace.defects.save_work_off(WorkOffDetails("Mend it", defect_id=1, due="2027-01-31"))
        runs.start(RunDetails(title="Round 2"), [1, 2])
        workspace.requirements.edit_requirements([4], RequirementEdit(text="It reads otherwise now"))
    return folder


def rttm(path: Path, *rows: tuple[str, ...]) -> Path:
    """A workbook of requirements as people make them: a merged title row over the headings."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "RTTM"
    sheet.append(["Requirements to Test Traceability Matrix"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["Requirement ID", "Title", "Requirement type", "Remark of the author"])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


JUNIT = """<?xml version="1.0"?>
<testsuites><testsuite name="billing" tests="3" timestamp="2026-11-20T10:00:00">
<testcase classname="billing" name="T-1" time="0.5"/>
<testcase classname="billing" name="T-2"><failure message="boom">trace</failure></testcase>
<testcase classname="billing" name="new one"><skipped message="later"/></testcase>
</testsuite></testsuites>
"""
