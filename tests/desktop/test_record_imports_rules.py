"""What comes in by file keeps the rules of what is typed: days, closing, and what a work-off item is for."""

from __future__ import annotations

import pytest
from record_hands import changed, importing, told

from desktop.errors import InvalidInput
from desktop.records.model import RecordKind, RunDetails
from desktop.testing.model import DefectDetails, ResultEdit, Status, WorkOffDetails, WorkOffStatus

# The clock of these tests stands at 2026-11-23.


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def typed(call):
    with pytest.raises(InvalidInput) as refused:
        call()
    return refused.value.what


def the_refused(staged):
    return [(one.row, one.key, one.reason) for one in changed(staged, "refused")]


def test_a_result_of_a_day_ahead_is_refused_typed_and_by_file(at):
    at.take(at.csv("Test case ID,Title", "T-1,Send"), RecordKind.CASES)
    at.workspace.test_runs.start(RunDetails(title="By hand"), [1])
    said = typed(lambda: at.workspace.test_runs.set_results([1], ResultEdit(Status.PASSED, executed="2026-11-24")))
    lines = ("Test case ID,Result,Date", "T-1,Pass,24/11/2026", "T-2,Pass,23/11/2026")
    staged = at.stage(at.csv(*lines), RecordKind.RESULTS)
    assert the_refused(staged) == [(2, "T-1", said)]
    assert told(staged.counts) == {"added": 1, "refused": 1}


@pytest.mark.parametrize(
    ("raised", "closed", "status"),
    [("2026-11-24", "", "open"), ("2026-11-10", "2026-11-09", "closed"), ("2026-11-10", "2026-11-24", "closed")],
)
def test_a_defect_of_impossible_days_is_refused_typed_and_by_file(at, raised, closed, status):
    said = typed(
        lambda: at.workspace.defects.save(DefectDetails(title="x", raised=raised, closed=closed, status=status))
    )
    lines = ("Defect ID,Title,Status,Raised,Closed on", f"J-1,x,{status},{raised},{closed}")
    assert the_refused(at.stage(at.csv(*lines), RecordKind.DEFECTS)) == [(2, "J-1", said)]


def test_a_kept_day_counts_with_that_of_the_file(at):
    at.workspace.defects.save(DefectDetails(title="x", key="J-1", raised="2026-11-10"))
    lines = ("Defect ID,Title,Status,Closed on", "J-1,x,Closed,2026-11-09")
    ((_, _, reason),) = the_refused(at.stage(at.csv(*lines), RecordKind.DEFECTS))
    assert reason == "A defect cannot be closed before it was raised."


def test_an_open_defect_has_no_closing_day_and_a_closed_one_has(at):
    lines = ("Defect ID,Title,Status,Closed on", "J-1,x,Open,2026-11-09", "J-2,y,Closed,")
    path = at.csv(*lines)
    staged = at.stage(path, RecordKind.DEFECTS)
    assert "Open with a closing day, which is left out: 1 defect." in staged.notes
    assert "Closed without a day: 1 defect; 2026-11-23 is put there." in staged.notes
    at.imports.commit(staged)
    assert at.rows("SELECT key, closed FROM defect ORDER BY id") == [("J-1", ""), ("J-2", "2026-11-23")]
    assert at.take(path, RecordKind.DEFECTS).already


def test_a_work_off_item_for_nothing_is_refused_typed_and_by_file(at):
    said = typed(lambda: at.workspace.defects.save_work_off(WorkOffDetails(title="x")))
    staged = at.stage(at.csv("Action,Defect,Owner", "x,,Sam", "y,NOT-1,Sam"), RecordKind.WORK_OFF)
    assert the_refused(staged) == [
        (2, "x", said), (3, "y", f"{said} NOT-1 is not here: import what it is for first."),
    ]  # fmt: skip
    assert not any("NOT-1" in note for note in staged.notes)


def test_a_work_off_item_agreed_by_nobody_is_refused_typed_and_by_file(at):
    defect, _ = at.workspace.defects.save(DefectDetails(title="d", key="J-1"))
    item = WorkOffDetails(title="x", defect_id=defect, agreed_on="2026-11-09")
    said = typed(lambda: at.workspace.defects.save_work_off(item))
    staged = at.stage(at.csv("Action,Defect,Agreed on", "x,J-1,2026-11-09"), RecordKind.WORK_OFF)
    assert the_refused(staged) == [(2, "x", said)]


def test_a_work_off_item_closed_ahead_is_refused_typed_and_by_file(at):
    defect, _ = at.workspace.defects.save(DefectDetails(title="d", key="J-1"))
    item = WorkOffDetails(title="x", defect_id=defect, status=WorkOffStatus.DONE, closed="2026-11-24")
    said = typed(lambda: at.workspace.defects.save_work_off(item))
    lines = ("Action,Defect,Status,Closed", "x,J-1,Done,2026-11-24")
    assert the_refused(at.stage(at.csv(*lines), RecordKind.WORK_OFF)) == [(2, "x", said)]
