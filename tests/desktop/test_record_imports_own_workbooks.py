"""A workbook that was written here comes back in as it went out: nothing to do, and only what somebody changed."""

from __future__ import annotations

import openpyxl
import pytest
from record_hands import changed, importing, told

from desktop.records.model import RecordKind
from desktop.records.table import template_of
from desktop.testing.book_marks import kinds_in
from desktop.testing.model import DefectDetails, WorkOffDetails
from desktop.testing.workbooks import BookKind


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        made.take(
            made.csv("Req ID,Title,Text,Test cases,Owner's own", 'R-1,=Send,"two\nlines",T-1; T-2,x', "R-2,Answer,,,")
        )
        lines = ("Test case ID,Title,Req ID,Step,Action,Source", "T-1,Send,R-1,1,Go,A", ",,,2,Stop,B", "T-2,+x,R-1,,,")
        made.take(made.csv(*lines), RecordKind.CASES)
        lines = ("Test case ID,Result,Executed on,Why", "T-1,Pass,2026-11-20,", "T-2,Blocked,20/11/2026 14:30,no line")
        made.take(made.csv(*lines), RecordKind.RESULTS)
        number, _ = made.workspace.defects.save(DefectDetails(title="No answer", key="J-1", severity="high"))
        made.workspace.defects.save_work_off(WorkOffDetails(title="Mend", defect_id=number, due="2027-01-01"))
        made.take(made.csv("Deliverable ID,Title,Gate", "D-1,PIT plan,PIT entry"), RecordKind.DELIVERABLES)
        yield made


@pytest.mark.parametrize("kind", BookKind)
def test_every_sheet_that_comes_back_in_has_nothing_to_do(at, kind):
    path = at.folder / "book.xlsx"
    at.workspace.workbooks.write(path, kind, "pit_exit" if kind is BookKind.RTTM else "")
    sheets = kinds_in(template_of(path))
    assert sheets
    assert at.imports.kind_of(path) is next(iter(sheets.values()))
    for sheet, records in sheets.items():
        source = at.imports.read(path, records, sheet=sheet)
        assert (source.sheet, source.ours) == (sheet, True)
        staged = at.stage(path, records, sheet=sheet)
        assert told(staged.counts).keys() == {"unchanged"}, staged.changes
        assert at.imports.commit(staged).already


def test_what_somebody_changed_in_the_workbook_is_the_whole_difference(at):
    path = at.folder / "book.xlsx"
    at.workspace.workbooks.write(path, BookKind.RTTM, "pit_exit")
    book = openpyxl.load_workbook(path)
    for row in book["Requirements"].iter_rows():
        for cell in row:
            if cell.value == "Answer":
                cell.value = "Answer at once"
    book.save(path)
    staged = at.stage(path)
    (one,) = changed(staged, "changed")
    assert (one.key, one.fields) == ("R-2", {"Title": ("Answer", "Answer at once")})
    assert told(staged.counts) == {"changed": 1, "unchanged": 1}
    at.imports.commit(staged)
    assert at.workspace.requirements.requirement(1).extra == {"Owner's own": "x"}


def test_a_file_that_is_not_ours_does_not_say_what_it_is(at):
    assert at.imports.kind_of(at.csv("Req ID,Title", "R-1,x")) is None
    assert at.imports.kind_of(at.xlsx([["Req ID", "Title"], ["R-1", "x"]])) is None
    assert at.imports.kind_of(at.folder / "missing.xlsx") is None
    broken = at.folder / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04nothing")
    assert at.imports.kind_of(broken) is None
