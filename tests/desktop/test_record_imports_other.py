"""Defects, work-off items and deliverables come in; whatever stands in cells is taken as text or refused."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_hands import changed, importing, told

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job
from desktop.records.model import RecordKind
from desktop.testing.model import DefectDetails, WorkOffDetails

DEFECTS = (
    "Issue key,Summary,Severity,State,Assignee,Created,Test case",
    "JIRA-1,No answer,high,In Progress,Sam,2026-11-01,T-1",
    "JIRA-2,Slow,LOW,New,,02/11/2026,T-9",
)


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def severity(at, place):
    return at.workspace.pit.severities()[place]


def defect_lines(at):
    return [
        line.replace("high", severity(at, 0).name).replace("LOW", severity(at, -1).name.upper()) for line in DEFECTS
    ]


def test_defects_are_known_by_their_number_in_the_other_tool(at):
    at.take(at.csv("Test case ID,Title", "T-1,Send"), RecordKind.CASES)
    at.take(at.csv("Test case ID,Result", "T-1,Fail", name="run.csv"), RecordKind.RESULTS)
    path = at.csv(*defect_lines(at))
    staged = at.stage(path, RecordKind.DEFECTS)
    assert told(staged.counts) == {"added": 2}
    assert any("T-9" in note for note in staged.notes)
    at.imports.commit(staged)
    first, second = (at.workspace.defects.defect(one) for one in (1, 2))
    assert (first.ref, first.details.key, first.details.severity) == ("ACME-DEF-0001", "JIRA-1", severity(at, 0).id)
    assert (first.details.status, first.details.raised) == ("in fix", "2026-11-01")
    assert [one[2] for one in first.results] == ["T-1"]
    assert (second.details.status, second.details.severity) == ("open", severity(at, -1).id)
    assert at.take(path, RecordKind.DEFECTS).already
    lines = [*defect_lines(at)[:1], defect_lines(at)[1].replace("In Progress", "Closed")]
    staged = at.stage(at.csv(*lines), RecordKind.DEFECTS)
    assert changed(staged, "changed")[0].fields == {"Status": ("in fix", "closed"), "Closed on": ("", "2026-11-23")}
    assert told(staged.counts) == {"changed": 1}


def test_a_defect_is_known_by_its_reference_here(at):
    at.workspace.defects.save(DefectDetails(title="No answer"))
    lines = ("Reference here,Title,Owner", "ACME-DEF-0001,No answer,Sam", "EXT-7,Other,Alex")
    done = at.take(at.csv(*lines), RecordKind.DEFECTS)
    assert told(done.counts) == {"added": 1, "changed": 1}
    assert at.rows("SELECT ref, key, owner FROM defect ORDER BY id") == [
        ("ACME-DEF-0001", "", "Sam"), ("ACME-DEF-0002", "EXT-7", "Alex"),
    ]  # fmt: skip
    assert at.take(at.csv(*lines), RecordKind.DEFECTS).already


def test_a_severity_that_the_scale_does_not_have_refuses_its_row_and_names_the_scale(at):
    staged = at.stage(at.csv(DEFECTS[0], "J-1,x,apocalyptic,New,,,"), RecordKind.DEFECTS)
    (one,) = changed(staged, "refused")
    assert severity(at, 0).name in one.reason


def test_work_off_items_are_known_by_their_reference_or_title(at):
    at.take(at.csv("Req ID,Title", "FR-1,Send"))
    number, _ = at.workspace.defects.save(DefectDetails(title="No answer", key="JIRA-1"))
    at.workspace.defects.save_work_off(WorkOffDetails(title="By hand", defect_id=number))
    lines = (
        "Ref,Action,Defect,Requirement,Owner,Due date,Status,Agreed by",
        "W-1,Mend it,JIRA-1,FR-1,Sam,2027-01-31,Open,Code Body",
        ",By hand,,,Alex,31/01/2027,,",
        ",New one,NOT-1,FR-1,,,Done,",
    )
    staged = at.stage(at.csv(*lines), RecordKind.WORK_OFF)
    assert told(staged.counts) == {"added": 2, "changed": 1}
    assert any("NOT-1" in note for note in staged.notes)
    assert "Closed without a day: 1 work-off item; 2026-11-23 is put there." in staged.notes
    at.imports.commit(staged)
    assert at.rows("SELECT ref, title, owner, due, status FROM work_off ORDER BY id") == [
        ("ACME-WOP-0001", "By hand", "Alex", "2027-01-31", "open"),
        ("W-1", "Mend it", "Sam", "2027-01-31", "open"),
        ("ACME-WOP-0002", "New one", "", "", "done"),
    ]
    assert at.rows("SELECT defect_id, requirement_id FROM work_off WHERE ref = 'W-1'") == [(number, 1)]
    assert at.take(at.csv(*lines), RecordKind.WORK_OFF).already


def test_deliverables_come_in_as_the_persons_own_and_are_known_again(at):
    lines = (
        "Deliverable ID,Deliverable,Gate,Due date,Owner,Status",
        "D-1,PIT plan of ours,PIT entry,2027-01-15,Sam,in progress",
        "D-2,Other,,,,splendid",
    )
    staged = at.stage(at.csv(*lines), RecordKind.DELIVERABLES)
    assert told(staged.counts) == {"added": 1, "refused": 1}
    assert "splendid" in changed(staged, "refused")[0].reason
    at.imports.commit(staged)
    (one,) = at.workspace.pit.deliverables()
    assert (one.title, one.gate, one.owner, one.status) == ("PIT plan of ours", "pit_entry", "Sam", "in progress")
    assert at.take(at.csv(*lines), RecordKind.DELIVERABLES).already
    done = at.take(at.csv(lines[0], lines[1].replace("Sam", "Alex")), RecordKind.DELIVERABLES)
    assert told(done.counts) == {"changed": 1}
    at.undo()
    assert at.workspace.pit.deliverables()[0].owner == "Sam"


def test_words_that_the_plan_does_not_know_are_told_and_kept(at):
    lines = (
        "Deliverable ID,Deliverable,Gate,Stage",
        "D-1,Plan,PIT entri,", "D-2,Report,pit-entry,Sitt", "D-3,Other,PIT entri,", "D-4,More,Later,",
    )  # fmt: skip
    staged = at.stage(at.csv(*lines), RecordKind.DELIVERABLES)
    assert [note for note in staged.notes if "of the plan" in note] == [
        "3 deliverables name no gate of the plan: “PIT entri”, “Later”; no day is planned from it.",
        "1 deliverable names no stage of the plan: “Sitt”; it is kept as it stands.",
    ]
    assert told(staged.counts) == {"added": 4}


def test_formulas_and_marks_stay_text(at):
    at.take(at.csv("Req ID,Title,Note", "=1+1,@cmd,-x", "+A1,'q,\ttab"))
    assert at.rows("SELECT key, title, note FROM requirement ORDER BY id") == [
        ("=1+1", "@cmd", "-x"),
        ("+A1", "'q", "tab"),
    ]


CELLS = st.text(
    st.sampled_from("aA1=+-@\"',;|\t\n\r\x00\x01\x1f\x7f\u200b\u0301\ufeff\U0001f600 "), max_size=12
) | st.sampled_from(["x" * 33_000, "y" * 300, "=HYPERLINK(1)", "T-1;T-2", "2026-11-01", "Pass"])  # fmt: skip


# Activities need a plan, questions a request: test_cutover_import.py and test_request_import.py try what stands in
# theirs.
KINDS = [one for one in RecordKind if one not in (RecordKind.ACTIVITIES, RecordKind.QUESTIONS)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4), kind=st.sampled_from(KINDS))
def test_whatever_stands_in_the_cells_is_taken_or_refused(at, rows, kind):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = at.folder / "fuzzed.csv"
    path.write_text("\n".join(["Id,Title,Status,Test cases", *quoted]) + "\n", "utf-8", newline="")
    mapping = {"ref" if kind is RecordKind.WORK_OFF else "key": "Id", "title": "Title"}
    if kind not in (RecordKind.REQUIREMENTS, RecordKind.CASES):
        mapping["status"] = "Status"
    try:
        staged = at.stage(path, kind, mapping=mapping)
    except FileRefused:
        return
    at.imports.commit(staged)
    again = at.stage(path, kind, mapping=staged.mapping)
    assert told(again.counts).keys() <= {"unchanged", "refused"}
    assert at.imports.commit(again).already
    if at.store.undo_title() and any(staged.counts[one] for one in staged.counts if one.value in ("added", "changed")):
        at.undo()


def test_cells_with_an_error_of_the_workbook_refuse_their_row(at):
    rows = [["Req ID", "Title"], ["FR-1", "#REF!"], ["#N/A", "x"], ["FR-4", "good"]]
    staged = at.stage(at.xlsx(rows))
    assert told(staged.counts) == {"added": 1, "refused": 2}
    reasons = [one.reason for one in changed(staged, "refused")]
    assert "#REF!" in reasons[0]
    assert "#N/A" in reasons[1]


def test_a_cell_longer_than_a_workbook_can_hold_is_named(at):
    path = at.xlsx([["Req ID", "Title"], ["FR-1", "LONGCELL"]])
    longer = at.folder / "longer.xlsx"
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(longer, "w", zipfile.ZIP_DEFLATED) as written:
        for part in read.infolist():
            written.writestr(part, read.read(part).replace(b"LONGCELL", b"y" * 40_000))
    with pytest.raises(FileRefused, match="cell B2"):
        at.stage(longer)


def test_an_import_can_be_cancelled_at_every_step_and_leaves_nothing(at):
    path = at.csv("Req ID,Title", *(f"FR-{number},x" for number in range(50)))
    cancelled = Job()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        at.imports.read(path, RecordKind.REQUIREMENTS, cancelled)
    source = at.imports.read(path, RecordKind.REQUIREMENTS)
    mapping = {"key": "Req ID", "title": "Title"}
    with pytest.raises(Cancelled):
        at.imports.stage(source, mapping, job=cancelled)
    staged = at.imports.stage(source, mapping)
    with pytest.raises(Cancelled):
        at.imports.commit(staged, cancelled)
    assert at.rows("SELECT count(*) FROM requirement") == [(0,)]
    assert list(at.workspace.blobs.staging.iterdir()) == []
