"""The whole job of testing, as a test manager does it: a spreadsheet with title rows, a real test report, 300 files."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest
from cli_hands import Desk
from openpyxl import Workbook as Book
from openpyxl import load_workbook

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind
from desktop.sample.testing_files import document, picture
from desktop.testing.model import Cover

TESTS = """
import pytest

@pytest.mark.parametrize("segment", ["smart", "advanced"])
def test_gain(segment):
    assert segment

def test_loss():
    assert 1 == 2, "the loss was billed a day too long"

@pytest.mark.skip(reason="waits for test data")
def test_outage():
    pass
"""
CASES = {
    "REQ-1": "test_pit.test_gain[smart]; test_pit.test_gain[advanced]",
    "REQ-2": "test_pit.test_loss",
    "REQ-3": "test_pit.test_outage",
    "REQ-4": "",
}
KINDS = 300 // 6


@pytest.fixture
def desk(tmp_path, capsys):
    Workspace.create(tmp_path / "acme", "Acme Energy Ltd", "ACME", actor="Ann").close()
    return Desk(tmp_path, capsys)


def spreadsheet(path):
    """As such documents come: a merged title, who and when, a blank row, headings, a row for each section."""
    book = Book()
    sheet = book.active
    sheet.append(["Requirements to test traceability of Acme Energy"])
    sheet.merge_cells("A1:E1")
    sheet.append(["Version 0.3, 20 November 2026"])
    sheet.append([])
    sheet.append(["Req ID", "Requirement title", "Requirement text", "Family", "PIT test cases"])
    for key, cases in CASES.items():
        sheet.append([key, f"Title of {key}", f"What {key} asks for: =1+1", "Functional", cases])
    book.save(path)


def report(folder):
    """JUnit XML as a real run of pytest writes it."""
    (folder / "test_pit.py").write_text(TESTS, encoding="utf-8")
    made = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", "."]
    subprocess.run([*command, "test_pit.py", f"--junitxml={made}"], cwd=folder, capture_output=True, check=False)
    assert made.is_file()
    return made


def mixed(folder):
    """Three hundred files of six kinds, among them what must never be opened."""
    folder.mkdir()
    for number in range(KINDS):
        (folder / f"log {number:03}.txt").write_text(f"step {number} of the gain: IF-031 accepted", encoding="utf-8")
        (folder / f"Bericht Ü {number:03}.pdf").write_bytes(document([f"Report {number}: outage passed"]))
        (folder / f"screen {number:03}.png").write_bytes(picture(40 + number, 40))
        (folder / f"message {number:03}.json").write_text(json.dumps({"IF": "031", "n": number}), encoding="utf-8")
        (folder / f"page {number:03}.html").write_text(f"<script>run({number})</script>", encoding="utf-8")
        with zipfile.ZipFile(folder / f"pack {number:03}.zip", "w") as packed:
            packed.writestr("in.txt", f"packed {number}")
    return folder


def test_spreadsheet_report_and_files_go_in_and_a_workbook_for_a_stranger_comes_out(desk, tmp_path):
    acme, book = tmp_path / "acme", tmp_path / "requirements.xlsx"
    spreadsheet(book)
    work = tmp_path / "work"
    work.mkdir()

    taken = desk.run("pit", "import", book, "--workspace", acme, "--kind", "requirements", "--json", "-")
    assert taken.report["counts"]["added"] == len(CASES)
    results = desk.run("pit", "import", report(work), "--workspace", acme, "--run", "PIT functional", "--json", "-")
    assert results.report["counts"]["added"] == 4
    added = desk.run("evidence", "add", mixed(tmp_path / "files"), "--workspace", acme, "--json", "-")
    assert len(added.report["evidence"]) == 300

    with Workspace.open(acme, actor="Ann") as workspace:
        rows = workspace.trace.requirements()
        covers = {str(one["key"]): one["cover"] for one in rows.frame(0, rows.count()).to_dicts()}
        assert covers == {
            "REQ-1": Cover.NO_EVIDENCE.value,
            "REQ-2": Cover.FAILED.value,
            "REQ-3": Cover.NOT_RUN.value,
            "REQ-4": Cover.NO_CASE.value,
        }
        proofs = [workspace.evidence.find(f"step {number} of the gain")[0] for number in (7, 8)]
        results_table = workspace.test_runs.table(None)
        gains = [
            row_id
            for row_id, title in zip(results_table.ids(0, 9), results_table.frame(0, 9)["title"].to_list(), strict=True)
            if "gain" in title
        ]
        workspace.evidence.link(proofs, [Target(TargetKind.RESULT, one) for one in gains])
        assert workspace.trace.coverage().whole.counts[Cover.PASSED] == 1
        assert workspace.evidence.verify().checked == 300

    out = tmp_path / "rttm.xlsx"
    written = desk.run("pit", "export", "--workspace", acme, "--kind", "rttm", "--gate", "pit_exit", "--xlsx", out)
    assert written.status == 0, written.err
    opened = load_workbook(out)
    first = [str(cell.value) for row in opened.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert any("Acme Energy Ltd" in text for text in first)
    assert any("suggested" in text for text in first)
    assert "3 of 4 requirements" in str(opened["Not covered"]["A2"].value)
    matrix = [[cell.value for cell in row] for row in opened["RTTM"].iter_rows(min_row=5)]
    by_case = {row[5]: row for row in matrix if row[5]}
    loss = by_case["test_pit.test_loss"]
    assert (loss[0], loss[7]) == ("REQ-2", "Failed")
    assert by_case["test_pit.test_gain[smart]"][10]
    assert all(cell.data_type != "f" for sheet in opened for row in sheet.iter_rows() for cell in row)

    back = desk.run("pit", "import", out, "--workspace", acme, "--dry-run", "--json", "-")
    counts = back.report["counts"]
    assert {kind: count for kind, count in counts.items() if kind != "unchanged" and count} == {}
