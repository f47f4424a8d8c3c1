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


REQUIREMENTS = ("Req ID,Title,Text,Test cases", "R-1,=Send,two lines,T-1; T-2")
CASES = ("Test case ID,Title,Req ID,Step,Action,Source", "T-1,Send,R-1,1,Go,A", ",,,2,Stop,B")


def missing(at, table):
    return [key for (key,) in at.rows(f"SELECT key FROM {table} WHERE missing = 1 ORDER BY key")]


def written(at, name, old="", new=""):
    """The RTTM as a workbook, with one text of it changed."""
    path = at.folder / name
    at.workspace.workbooks.write(path, BookKind.RTTM, "pit_exit")
    book = openpyxl.load_workbook(path)
    for sheet in ("Requirements", "Test cases"):
        for row in book[sheet].iter_rows():
            for cell in row:
                cell.value = new if old and cell.value == old else cell.value
    book.save(path)
    return path


def test_a_workbook_of_ours_brings_nothing_back_that_the_newest_document_does_not_have(at):
    at.take(at.csv(*REQUIREMENTS))
    at.take(at.csv(*CASES), RecordKind.CASES)
    assert (missing(at, "requirement"), missing(at, "test_case")) == (["R-2"], ["T-2"])
    path = written(at, "again.xlsx")
    for kind, word in ((RecordKind.REQUIREMENTS, "1 requirement"), (RecordKind.CASES, "1 test case")):
        staged = at.stage(path, kind, source="RTTM", version="9")
        assert told(staged.counts).keys() == {"unchanged"}, staged.changes
        assert any(note.startswith(f"{word} missing from the newest document stays so") for note in staged.notes)
        assert at.imports.commit(staged).already
    assert (missing(at, "requirement"), missing(at, "test_case")) == (["R-2"], ["T-2"])


def test_what_is_missing_can_be_changed_in_a_workbook_of_ours_and_stays_missing_in_its_document(at):
    at.take(at.csv(*REQUIREMENTS))
    at.take(at.csv(*CASES), RecordKind.CASES)
    path = written(at, "again.xlsx", "Answer", "Answer at once")
    staged = at.stage(path, source="RTTM", version="9")
    assert told(staged.counts) == {"changed": 1, "unchanged": 1}
    at.imports.commit(staged)
    assert at.rows("SELECT title, source, missing FROM requirement WHERE key = 'R-2'") == [("Answer at once", "", 1)]
    path = written(at, "more.xlsx", "+x", "x, not y")
    staged = at.stage(path, RecordKind.CASES)
    assert told(staged.counts) == {"changed": 1, "unchanged": 1}
    at.imports.commit(staged)
    assert at.rows("SELECT title, missing FROM test_case WHERE key = 'T-2'") == [("x, not y", 1)]
    # The document itself does bring it back.
    staged = at.stage(at.csv(*REQUIREMENTS, "R-2,Answer at once,,"))
    assert told(staged.counts) == {"back": 1, "unchanged": 1}


def test_a_row_taken_out_of_a_workbook_of_ours_makes_nothing_missing(at):
    path = written(at, "again.xlsx")
    at.take(at.csv("Req ID,Title", "R-3,Third"), complete=False)
    staged = at.stage(path)
    assert told(staged.counts).keys() == {"unchanged"}, staged.changes
    assert any("1 requirement that is not on this sheet stays as it is" in note for note in staged.notes)
    assert missing(at, "requirement") == []
