"""What our workbooks say comes back in as it is, and a cell that somebody edits comes back as exactly that change."""

from __future__ import annotations

import openpyxl
import pytest
from testing_hands import workspace_that_tests

from desktop.excel.book import HEADING_ROW
from desktop.records.model import ChangeKind, RecordKind
from desktop.testing.book_marks import SHEETS, heading
from desktop.testing.model import CaseEdit, DefectDetails, RequirementEdit, ResultEdit, Status, WorkOffDetails
from desktop.testing.workbooks import BookKind

OF_KIND = {
    RecordKind.DELIVERABLES: BookKind.PLAN,
    RecordKind.REQUIREMENTS: BookKind.RTTM,
    RecordKind.CASES: BookKind.RTTM,
    RecordKind.RESULTS: BookKind.COMPLETION,
    RecordKind.DEFECTS: BookKind.DEFECTS,
    RecordKind.WORK_OFF: BookKind.DEFECTS,
}


@pytest.fixture
def workspace(tmp_path, clock):
    with workspace_that_tests(tmp_path / "w", clock) as made:
        yield made


def written(workspace, tmp_path, kind):
    path = tmp_path / f"{kind.value}.xlsx"
    workspace.workbooks.write(path, OF_KIND[kind])
    return path


def difference(workspace, path, kind):
    imports = workspace.record_imports
    source = imports.read(path, kind)
    assert source.ours
    mapping = {name: suggestion.heading for name, suggestion in source.suggestions.items()}
    return source, imports.stage(source, mapping)


def edit(path, kind, row, field, value):
    """Put a value into a field's cell of a data row, as a person would in a spreadsheet program."""
    book = openpyxl.load_workbook(path)
    name = next(tab for sheets in SHEETS.values() for tab, one in sheets.items() if one is kind)
    sheet = book[name]
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    sheet.cell(HEADING_ROW + row, headings.index(heading(kind, field)) + 1).value = value
    book.save(path)


@pytest.mark.parametrize("kind", list(OF_KIND))
def test_a_workbook_that_comes_back_as_it_was_changes_nothing(workspace, tmp_path, kind):
    path = written(workspace, tmp_path, kind)
    _, staged = difference(workspace, path, kind)
    told = {change: count for change, count in staged.counts.items() if count and change is not ChangeKind.UNCHANGED}
    assert (told, staged.changes) == ({}, ())
    assert staged.counts[ChangeKind.UNCHANGED] > 0
    undo = workspace.store.undo_title()
    assert workspace.record_imports.commit(staged).already
    assert workspace.store.undo_title() == undo


@pytest.mark.parametrize("kind", [BookKind.PLAN, BookKind.RTTM, BookKind.COMPLETION, BookKind.DEFECTS])
def test_a_workbook_says_itself_what_its_rows_are(workspace, tmp_path, kind):
    path = tmp_path / "book.xlsx"
    workspace.workbooks.write(path, kind)
    wanted = {
        BookKind.PLAN: RecordKind.DELIVERABLES,
        BookKind.RTTM: RecordKind.REQUIREMENTS,
        BookKind.COMPLETION: RecordKind.RESULTS,
        BookKind.DEFECTS: RecordKind.DEFECTS,
    }
    assert workspace.record_imports.kind_of(path) is wanted[kind]


@pytest.mark.parametrize(
    ("kind", "row", "field", "value", "read"),
    [
        (RecordKind.REQUIREMENTS, 3, "owner", "Kim", lambda w: w.requirements.requirement(3).owner),
        (RecordKind.CASES, 3, "expected", "Accepted", lambda w: w.requirements.case(3).expected),
        (RecordKind.CASES, 4, "step_recipient", "MPRS", lambda w: w.requirements.case(3).steps[1].recipient),
        (RecordKind.RESULTS, 3, "tester", "Alex", lambda w: w.test_runs.result(5).tester),
        (RecordKind.DEFECTS, 1, "owner", "Kim", lambda w: w.defects.defect(1).details.owner),
        (RecordKind.WORK_OFF, 1, "agreed_by", "REC", lambda w: w.defects.work_off(1).details.agreed_by),
        (RecordKind.DELIVERABLES, 2, "owner", "Kim", lambda w: w.pit.deliverables()[1].owner),
    ],
)
def test_an_edited_cell_comes_back_as_exactly_that_change(workspace, tmp_path, kind, row, field, value, read):
    path = written(workspace, tmp_path, kind)
    edit(path, kind, row, field, value)
    _, staged = difference(workspace, path, kind)
    (change,) = staged.changes
    assert (change.change, len(change.fields)) == (ChangeKind.CHANGED, 1)
    before = workspace.store.undo_title()
    workspace.record_imports.commit(staged)
    assert read(workspace) == value
    workspace.store.undo(actor="Jo", at=workspace.clock())
    assert (read(workspace) != value, workspace.store.undo_title()) == (True, before)


HARD = [
    "001", "1.0", "2026-11-01", "TRUE", "None", "(none)", "a, b; c|d", "tab\tin", "x\r\ny", "_x000D_", "é and e\u0301",
    "no\xa0break", "'quote", "-1+2", "=A1", "\U0001f600", "a\u200bb", "1e5", "two\n\nlines", "z" * 32_000,
]  # fmt: skip


def test_texts_that_spreadsheets_spoil_come_back_as_they_stood(workspace, tmp_path):
    """The texts of results three at a time: a workbook that is written and read costs the same for one."""
    for number, text in enumerate(HARD):
        workspace.defects.save(DefectDetails("Title", key=f"K{number}", description=text, resolution=text))
        workspace.defects.save_work_off(WorkOffDetails("Title", description=text, defect_id=1, note=text))
    results = workspace.test_runs.table(2).ids(0, 3)
    for start in range(0, len(HARD), len(results)):
        for result, text in zip(results, HARD[start:], strict=False):
            workspace.test_runs.set_results([result], ResultEdit(Status.BLOCKED, reason=text, message=text))
        _, staged = difference(workspace, written(workspace, tmp_path, RecordKind.RESULTS), RecordKind.RESULTS)
        assert staged.changes == ()
    for kind in OF_KIND:
        _, staged = difference(workspace, written(workspace, tmp_path, kind), kind)
        assert staged.changes == ()


def test_ids_that_would_be_split_are_left_to_the_matrix(workspace, tmp_path):
    workspace.requirements.add_requirement("A, B", RequirementEdit(title="Two in one"))
    workspace.requirements.add_case("T;9", CaseEdit(title="Odd"), [7])
    for kind in (RecordKind.REQUIREMENTS, RecordKind.CASES):
        path = written(workspace, tmp_path, kind)
        _, staged = difference(workspace, path, kind)
        assert staged.changes == ()
    book = openpyxl.load_workbook(path)
    assert "T;9" in book["Requirements"]["A2"].value
    assert any((row[0].value, row[5].value) == ("A, B", "T;9") for row in book["RTTM"].iter_rows())


def test_a_moment_and_the_seconds_of_a_tool_stay(workspace, tmp_path):
    workspace.test_runs.set_results([4], ResultEdit(executed="2026-11-20T09:30:15+00:00"))
    with workspace.store.write() as connection:
        connection.execute("UPDATE result SET seconds = 1.2345 WHERE id = 4")
    _, staged = difference(workspace, written(workspace, tmp_path, RecordKind.RESULTS), RecordKind.RESULTS)
    assert staged.changes == ()
