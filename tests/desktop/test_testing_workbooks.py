"""The workbooks of testing: a cover that says what it is, gaps first, text cells, submissions counted, and noted."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from testing_hands import HOSTILE, workspace_that_tests

from desktop.app import Workspace
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import EvidenceEdit
from desktop.excel.book import HEADING_ROW
from desktop.jobs import Cancelled, Job
from desktop.testing.book_marks import SHEETS, TEMPLATE_PROPERTY
from desktop.testing.book_parts import texts
from desktop.testing.model import DefectStatus, ResultEdit, Status
from desktop.testing.workbooks import BookKind

KINDS = list(BookKind)


@pytest.fixture
def workspace(tmp_path, clock):
    with workspace_that_tests(tmp_path / "w", clock) as made:
        yield made


@pytest.fixture
def write(workspace, tmp_path):
    def write_(kind, gate="", name="book.xlsx"):
        return workspace.workbooks.write(tmp_path / name, kind, gate)

    return write_


def book_of(info):
    return openpyxl.load_workbook(info.path)


def table(book, tab):
    """The rows of a sheet's table as dictionaries; dates as days, empty cells as ''."""
    (first, *rows) = book[tab].iter_rows(min_row=HEADING_ROW, values_only=True)
    assert list(book[tab].tables)
    assert len(book[tab].tables) == 1
    return [dict(zip(first, map(_plain, row), strict=True)) for row in rows]


def _plain(value):
    if isinstance(value, datetime):
        return value.date()
    return "" if value is None else value


def cover(book):
    return {row["Item"]: row["Detail"] for row in table(book, "Cover")}


# -- what all have -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_cover_says_whose_it_is_what_it_is_and_how_it_stands(write, kind):
    book = book_of(write(kind, "pit_exit"))
    assert book.sheetnames[0] == "Cover"
    said = cover(book)
    assert said["Participant"] == "Acme Energy Ltd"
    assert said["Title"] == texts()[kind.value]["title"]
    assert "29119" in said["In the standard's words"]
    assert said["Gate"] == "PIT exit"
    assert said["Submission"] == "1 of this document at this gate"
    assert "suggested by MHHS Desk, not official" in said["PIT plan pack"]
    assert re.fullmatch("[0-9]+:[0-9a-f]{64}", said["Audit head"])
    assert said["Made"] == "23 Nov 2026 12:00 UTC by Jo"
    links = {cell.value: cell.hyperlink.location for (cell,) in book["Cover"]["B5:B60"] if cell.hyperlink}
    assert set(links) == set(book.sheetnames[1:])
    assert all(tab in location for tab, location in links.items())


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_stands_in_the_properties_and_in_a_named_cell(write, kind):
    book = book_of(write(kind))
    words = texts()[kind.value]
    properties = {one.name: one.value for one in book.custom_doc_props.props}
    assert properties[TEMPLATE_PROPERTY] == words["template"]
    assert properties["TemplateVersion"] == words["version"]
    ((sheet, cell),) = book.defined_names["template"].destinations
    assert book[sheet][cell.replace("$", "")].value == f"{words['template']}, version {words['version']}"
    for tab in SHEETS[words["template"]]:
        assert tab in book.sheetnames


@pytest.mark.parametrize("kind", KINDS)
def test_every_sheet_has_a_title_what_it_holds_and_one_named_table(write, kind):
    book = book_of(write(kind))
    names = set()
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A2"].value.endswith(".")
        (name,) = sheet.tables
        names.add(name)
        assert sheet.freeze_panes == f"A{HEADING_ROW + 1}"
        assert sheet.sheet_state == "visible"
    assert len(names) == len(book.sheetnames)
    assert book.sheetnames[-1] == "How to read this"


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_a_person_becomes_a_formula(write, kind):
    info = write(kind)
    with zipfile.ZipFile(info.path) as package:
        for part in package.namelist():
            if part.startswith("xl/worksheets/"):
                xml = package.read(part).decode("utf-8")
                assert "<f>" not in xml
                assert "<f " not in xml
                for cell in re.findall(r"<c [^>]*>.*?</c>", xml):
                    if "<v>" in cell and 't="' not in cell.split(">")[0]:
                        assert re.search(r"<v>-?[0-9.]+</v>", cell)
        assert not [part for part in package.namelist() if "vba" in part.lower() or "externalLink" in part]
    found = [cell for sheet in book_of(info) for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE]
    assert found or kind is BookKind.PLAN
    assert {cell.data_type for cell in found} <= {"s", "inlineStr"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gives_the_same_bytes(workspace, tmp_path, kind):
    reading = tmp_path / "copy"
    workspace.backup(tmp_path / "backup.zip")
    from desktop.app import restore

    restore(tmp_path / "backup.zip", reading)
    with Workspace.open(reading, clock=workspace.clock, actor="Jo", read_only=True) as copy:
        first = copy.workbooks.write(tmp_path / "a.xlsx", kind)
        second = copy.workbooks.write(tmp_path / "b.xlsx", kind)
        assert (first.sha256, first.submission, second.submission) == (second.sha256, 0, 0)
        assert copy.reports.made() == ()


# -- submissions -------------------------------------------------------------------------------------------------------


def test_submissions_are_counted_by_kind_and_gate_and_noted_with_their_hash(workspace, write):
    assert workspace.workbooks.name(BookKind.RTTM, "pit_exit") == "ACME RTTM PIT exit submission 1 2026-11-23.xlsx"
    first = write(BookKind.RTTM, "pit_exit")
    assert (first.submission, first.gate, first.kind) == (1, "pit_exit", BookKind.RTTM)
    assert first.sha256 == hashlib.sha256(first.path.read_bytes()).hexdigest()
    assert workspace.workbooks.name(BookKind.RTTM, "pit_exit").endswith("submission 2 2026-11-23.xlsx")
    assert write(BookKind.RTTM, "pit_entry").submission == 1
    assert write(BookKind.RTTM).submission == 1
    assert write(BookKind.PLAN, "pit_exit").submission == 1
    second = write(BookKind.RTTM, "pit_exit", "two.xlsx")
    assert second.submission == 2
    assert cover(book_of(second))["Submission"] == "2 of this document at this gate"
    newest = workspace.reports.made()[0]
    assert (newest.file_name, newest.sha256) == ("two.xlsx", second.sha256)
    titles = [row[0] for row in workspace.store.read().execute("SELECT title FROM audit ORDER BY seq DESC LIMIT 1")]
    assert titles == ["Write the RTTM at PIT exit, submission 2"]


def test_a_workbook_from_a_workspace_for_reading_only_has_no_number(workspace, tmp_path):
    with Workspace.open(tmp_path / "w", clock=workspace.clock, actor="Kim", read_only=True) as reading:
        assert reading.workbooks.name(BookKind.RTTM, "pit_exit") == "ACME RTTM PIT exit 2026-11-23.xlsx"
        made = reading.workbooks.write(tmp_path / "read.xlsx", BookKind.RTTM, "pit_exit")
    assert made.submission == 0
    words = "not numbered: made from a workspace open for reading only"
    book = book_of(made)
    assert cover(book)["Submission"] == words.capitalize()
    assert {one.name: one.value for one in book.custom_doc_props.props}["Submission"] == words
    assert workspace.workbooks.write(tmp_path / "a.xlsx", BookKind.RTTM, "pit_exit").submission == 1


def test_workbooks_that_are_written_at_the_same_time_have_numbers_of_their_own(workspace, tmp_path):
    def one(place):
        return workspace.workbooks.write(tmp_path / f"{place}.xlsx", BookKind.DEFECTS).submission

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [1, 2, 3, 4]


def test_a_number_that_another_was_counted_with_is_not_given_back(workspace, tmp_path):
    second = []

    def meanwhile(_progress):
        if not second:
            second.append(0)
            second[0] = workspace.workbooks.write(tmp_path / "second.xlsx", BookKind.DEFECTS).submission
            first.cancel()

    first = Job(meanwhile)
    with pytest.raises(Cancelled):
        workspace.workbooks.write(tmp_path / "first.xlsx", BookKind.DEFECTS, "", first)
    assert second == [2]
    assert workspace.workbooks.write(tmp_path / "third.xlsx", BookKind.DEFECTS).submission == 3
    assert len(workspace.reports.made()) == 2


def test_a_workbook_whose_program_died_while_it_was_written_keeps_its_number_from_the_next(tmp_path, clock):
    workspace_that_tests(tmp_path / "w", clock).close()
    script = """
import os, sys
from pathlib import Path
from desktop.app import Workspace
from desktop.jobs import Job
from desktop.testing.workbooks import BookKind
workspace = Workspace.open(Path(sys.argv[1]), actor="Jo")
workspace.workbooks.write(Path(sys.argv[2]), BookKind.RTTM, "", Job(lambda _progress: os._exit(9)))
"""
    root = Path(__file__).resolve().parents[2]
    given = [sys.executable, "-c", script, str(tmp_path / "w"), str(tmp_path / "died.xlsx")]
    died = subprocess.run(given, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False)
    assert died.returncode == 9
    with Workspace.open(tmp_path / "w", clock=clock, actor="Jo") as workspace:
        assert workspace.workbooks.write(tmp_path / "next.xlsx", BookKind.RTTM).submission == 2
        assert [one.file_name for one in workspace.reports.made()] == ["next.xlsx"]


@pytest.mark.parametrize(
    ("name", "gate", "field"),
    [("book.xls", "", "path"), ("book.xlsx", "no_gate", "gate"), ("w/workspace.db", "", "path")],
)
def test_a_file_that_may_not_be_written_is_refused(workspace, tmp_path, name, gate, field):
    with pytest.raises(InvalidInput) as refused:
        workspace.workbooks.write(tmp_path / name, BookKind.RTTM, gate)
    assert refused.value.field == field
    assert workspace.workbooks.submission(BookKind.RTTM, gate) == 1


def test_nothing_is_written_over_the_workspace_itself(workspace, tmp_path):
    with pytest.raises(InvalidInput) as refused:
        workspace.workbooks.write(tmp_path / "w" / "backups" / "book.xlsx", BookKind.RTTM)
    assert refused.value.field == "path"


def test_a_cancelled_workbook_leaves_the_old_file_and_no_number(workspace, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        workspace.workbooks.write(path, BookKind.COMPLETION, "", job)
    assert path.read_bytes() == b"old"
    assert workspace.workbooks.submission(BookKind.COMPLETION) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_workspace_with_nothing_to_say_says_what_to_do(tmp_path, clock, kind):
    made = Workspace.create(tmp_path / "empty", "Acme", "ACME", actor="Jo", clock=clock)
    with made, pytest.raises(NotFound):
        made.workbooks.write(tmp_path / "book.xlsx", kind)
    assert not (tmp_path / "book.xlsx").exists()


# -- what each says ----------------------------------------------------------------------------------------------------


def test_the_matrix_has_a_row_for_each_requirement_and_case_and_gaps_of_their_own(write):
    info = write(BookKind.RTTM, "pit_exit")
    book = book_of(info)
    rows = table(book, "RTTM")
    assert info.rows == len(rows) == 6
    assert [(row["Requirement"], row["Test case"], row["Newest result"], row["Cover"]) for row in rows] == [
        ("R-1", "T-1", "Passed", "Passed"),
        ("R-2", "T-2", "Failed", "Failed"),
        ("R-3", "T-3", "Not run", "Not run"),
        ("R-4", "", "", "No test case"),
        ("R-5", "", "", "Relies, not proven"),
        ("R-6", "", "", "Not applicable"),
    ]
    first, second = rows[:2]
    assert (first["Evidence"], first["Run"], first["Run on"]) == ("ACME-EVD-0001", "ACME-RUN-0002", date(2026, 11, 20))
    assert second["Defects"] == "ACME-DEF-0001 (open)"
    assert {row["QT test case (Code Bodies)"] for row in rows} == {""}
    assert [row["Requirement"] for row in table(book, "Not covered")] == ["R-4", "R-2", "R-3", "R-5"]
    assert book["Not covered"]["A2"].value.startswith("4 of 6 requirements.")
    assert cover(book)["How they stand"] == (
        "1 No test case, 1 Failed, 1 Not run, 1 Relies, not proven, 1 Passed, 1 Not applicable"
    )
    (evidence,) = table(book, "Evidence")
    assert (evidence["Reference"], evidence["File"]) == ("ACME-EVD-0001", "proof.txt")
    assert evidence["SHA-256 of the file"] == hashlib.sha256(b"It passed.").hexdigest()


def test_the_completion_report_says_what_was_not_run_and_why(workspace, write):
    workspace.test_runs.set_results([5], ResultEdit(Status.BLOCKED, reason="No test data"))
    book = book_of(write(BookKind.COMPLETION, "pit_exit"))
    left = {row["Test case"]: (row["Newest result"], row["Why"]) for row in table(book, "Not run")}
    assert left == {"T-3": ("Blocked", "No test data"), "T-4": ("Not run", "In no run yet")}
    asked = table(book, "Exit summary")
    assert [row["Standing"] for row in asked] == sorted((row["Standing"] for row in asked), key=_standing)
    not_met = {row["What is asked"]: row["Figure"] for row in asked if row["Standing"] == "Not met"}
    assert not_met["No open defect of severity High"] == 1
    assert not_met["Every requirement is covered"] == 4
    assert "No open defect of severity Critical" not in not_met
    by_stage = {
        row["Stage"]: (row["Test cases"], row["Passed"], row["Blocked"]) for row in table(book, "Results by stage")
    }
    assert by_stage["Functional"] == (2, 1, 0)
    assert by_stage["All stages"] == (4, 1, 1)
    runs = table(book, "Runs")
    assert [(row["Run"], row["Gate"], row["Test cases"]) for row in runs] == [
        ("ACME-RUN-0002", "", 3), ("ACME-RUN-0001", "PIT exit", 2),
    ]  # fmt: skip
    assert len(table(book, "Results")) == 5
    steps = [row for row in table(book, "Steps") if row["Run"] == "ACME-RUN-0002"]
    assert [(row["Step"], row["Message"], row["Status"], row["Evidence"], row["Files"]) for row in steps] == [
        ("1", "IF-031", "Passed", "Auto", "log.txt"), ("2a", "", "Not run", "", ""),
    ]  # fmt: skip
    (worst, other) = table(book, "Open defects")
    assert (worst["Defect"], worst["Blocks the gate"], worst["Severity"]) == ("ACME-DEF-0001", "Yes", "High")
    assert other["Work-off items"] == "ACME-WOP-0001 by 2026-11-02 (open, not agreed yet)"


def _standing(word):
    return ("Not met", "To be judged", "Met").index(word)


def test_evidence_that_expired_is_named_and_proves_nothing(workspace, write):
    workspace.evidence.edit([1], EvidenceEdit(expires="2026-11-22"))  # the day before
    book = book_of(write(BookKind.RTTM))
    (row,) = [one for one in table(book, "RTTM") if one["Requirement"] == "R-1"]
    assert (row["Cover"], row["Evidence"]) == ("Passed, no evidence", "ACME-EVD-0001 (expired)")
    (look,) = [one for one in table(book, "To look at") if one["What"] == "Evidence expired"]
    assert (look["Requirement"], look["Detail"].split()[0]) == ("R-1", "ACME-EVD-0001")
    book = book_of(write(BookKind.COMPLETION))
    (row,) = [one for one in table(book, "Deviations") if one["What"] == "Evidence expired"]
    assert (row["Which"], row["Detail"].split()[0]) == ("T-1", "ACME-EVD-0001")
    assert "T-1" in [one["Which"] for one in table(book, "Deviations") if one["What"] == "Passed without evidence"]
    (whole,) = [one for one in table(book, "Results by stage") if one["Stage"] == "All stages"]
    assert whole["Passed with evidence"] == 0
    (plan,) = [one for one in table(book_of(write(BookKind.PLAN)), "To look at") if one["What"] == "Evidence expired"]
    assert plan["Detail"] == "1 of its items is not good any more."


def test_a_gate_with_nothing_in_its_way_is_met(workspace, write):
    workspace.defects.edit([1, 2], status=DefectStatus.CLOSED)
    asked = {
        row["What is asked"]: row["Standing"] for row in table(book_of(write(BookKind.COMPLETION)), "Exit summary")
    }
    assert asked["No open defect of severity High"] == "Met"
    assert asked["Open defects of severity Low"] == "Met"


def test_the_defect_log_has_both_lists_and_what_is_not_in_order(write):
    info = write(BookKind.DEFECTS)
    book = book_of(info)
    assert info.rows == 4
    assert [(row["Reference here"], row["Severity"]) for row in table(book, "Defects")] == [
        ("ACME-DEF-0001", "High"), ("ACME-DEF-0002", "Low"),
    ]  # fmt: skip
    items = {row["Reference"]: row for row in table(book, "Work-off plan")}
    assert (items["ACME-WOP-0001"]["Defect"], items["ACME-WOP-0001"]["Against its day"]) == ("ACME-DEF-0002", "Late")
    assert items["ACME-WOP-0002"]["Agreed on"] == date(2026, 11, 3)
    checks = {(row["What"], row["Reference"]) for row in table(book, "To look at")}
    assert ("Late", "ACME-WOP-0001") in checks
    assert ("Not agreed", "ACME-WOP-0001") in checks


def test_the_plan_has_gates_deliverables_and_reliance(workspace, write):
    workspace.pit.set_gate("pit_exit", baseline=date(2026, 11, 20))
    info = write(BookKind.PLAN)
    book = book_of(info)
    assert info.rows == len(table(book, "Deliverables")) == len(workspace.pit.deliverables())
    gates = {row["Gate"]: row for row in table(book, "Gates")}
    assert gates["PIT exit"]["Baseline"] == date(2026, 11, 20)
    checks = [row["What"] for row in table(book, "To look at")]
    assert {"Late", "Gate without a day", "No owner", "Reliance not proven"} <= set(checks)
    (reliance,) = table(book, "Reliance")
    assert (reliance["Third party"], reliance["Proven"], reliance["Requirements"]) == ("Vendor plc", "No", 1)
    assert [row["Requirement"] for row in table(book, "Requirements relied on")] == ["R-5"]
    scope = {
        row["Stage"]: (row["Requirements"], row["Not covered"], row["Test cases"])
        for row in table(book, "Scope by stage")
    }
    assert scope["Functional"] == (2, 1, 2)
    assert scope["(no stage named)"] == (3, 2, 1)


def test_the_words_of_the_workbooks_are_whole(write):
    raw = texts()
    for kind in BookKind:
        words = raw[kind.value]
        assert words["template"] in SHEETS
        tabs = [entry["tab"] for entry in words["sheets"].values()]
        assert set(SHEETS[words["template"]]) <= set(tabs)
        assert all(len(entry["about"]) <= 150 for entry in words["sheets"].values())
        for wrong in ("official list of", "as required by"):
            assert wrong not in json.dumps(words).replace("no official list of", "")
