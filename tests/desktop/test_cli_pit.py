"""`mhhs-desk pit status` and `pit export`: what they print, write and return."""

from __future__ import annotations

import hashlib
import json

import openpyxl
import pytest
from cli_hands import Desk
from testing_hands import workspace_that_tests

from desktop.app import Workspace

STATUS_KEYS = [
    "pack", "gates", "deliverables", "coverage", "runs", "defects", "deferred_without_work_off", "work_off",
]  # fmt: skip


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def folder(tmp_path, clock):
    workspace_that_tests(tmp_path / "w", clock).close()
    return tmp_path / "w"


def test_status_says_how_testing_stands(desk, folder):
    outcome = desk.run("pit", "status", "--workspace", folder)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].startswith("Due days and blocking severities: PIT plan pack ")
    assert "suggested by MHHS Desk, not official" in lines[0]
    assert lines[1] == "Gates"
    assert any(line.split()[:5] == ["PIT", "exit", "no", "day", "yet;"] for line in lines)
    assert (
        "Requirements: 6, not covered 4 (1 No test case, 1 Failed, 1 Not run, 1 Relies, not proven, 1 Passed, "
        "1 Not applicable)"
    ) in lines
    assert any(line.startswith("  family functional") and "3, not covered 2" in line for line in lines)
    assert "Runs: 2, not finished: ACME-RUN-0002" in lines
    assert "Open defects: High 1 (blocks), Low 1" in lines
    assert any(
        line.startswith("Open work-off items: 2, late: ACME-WOP-0001, not agreed: ACME-WOP-0001") for line in lines
    )
    assert "Test cases for no requirement: 1" in lines


def test_status_as_json_has_exactly_the_form_that_was_promised(desk, folder):
    outcome = desk.run("pit", "status", "--workspace", folder, "--json", "-")
    found = json.loads(outcome.out)
    assert list(found) == STATUS_KEYS
    assert list(found["pack"]) == ["version", "status", "source"]
    assert found["pack"]["status"] == "suggested"
    assert found["pack"]["version"]
    assert found["pack"]["source"]
    assert [one["id"] for one in found["gates"]] == ["pit_entry", "pit_exit", "qt_entry", "qt_exit"]
    for gate in found["gates"]:
        assert list(gate) == [
            "id", "name", "day", "passed", "working_days_left", "deliverables", "finished", "late",
        ]  # fmt: skip
    coverage = found["coverage"]
    assert (coverage["requirements"], coverage["not_covered"], coverage["links_to_look_at"]) == (6, 4, 0)
    assert coverage["by_family"][0]["name"] == "functional"
    assert sum(coverage["counts"].values()) == 6
    assert {one["severity"]: (one["open"], one["blocks_exit"]) for one in found["defects"]} == {
        "critical": (0, True), "high": (1, True), "medium": (0, False), "low": (1, False),
    }  # fmt: skip
    assert found["work_off"] == {"open": 2, "late": ["ACME-WOP-0001"], "not_agreed": ["ACME-WOP-0001"]}


def test_status_changes_nothing(desk, folder):
    with Workspace.open(folder, read_only=True) as workspace:
        before = workspace.store.read().execute("SELECT max(seq) FROM audit").fetchone()[0]
    desk.run("pit", "status", "--workspace", folder)
    with Workspace.open(folder, read_only=True) as workspace:
        assert workspace.store.read().execute("SELECT max(seq) FROM audit").fetchone()[0] == before


def test_status_of_a_new_workspace_is_all_none(desk, tmp_path):
    Workspace.create(tmp_path / "new", "Acme", "ACME").close()
    outcome = desk.run("pit", "status", "--workspace", tmp_path / "new")
    assert outcome.status == 0
    assert "Requirements: 0, not covered 0" in outcome.out
    assert "Open defects: none" in outcome.out


@pytest.mark.parametrize("kind", ["plan", "rttm", "completion", "defects"])
def test_export_writes_the_workbook_and_says_which_submission(desk, folder, tmp_path, kind):
    path = tmp_path / f"{kind}.xlsx"
    outcome = desk.run("pit", "export", "--workspace", folder, "--kind", kind, "--gate", "pit_exit", "--xlsx", path)
    assert outcome.status == 0, outcome.err
    first, second = outcome.out.splitlines()
    assert first == str(path)
    assert second.endswith("submission 1")
    assert openpyxl.load_workbook(path).sheetnames[0] == "Cover"
    again = desk.run(
        "pit", "export", "--workspace", folder, "--kind", kind, "--gate", "pit_exit", "--xlsx", path, "--json", "-"
    )
    made = json.loads(again.out)
    assert list(made) == ["path", "kind", "gate", "submission", "sha256", "rows"]
    assert (made["kind"], made["gate"], made["submission"]) == (kind, "pit_exit", 2)
    assert made["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_export_while_the_workspace_is_open_elsewhere_has_no_number_and_says_so(desk, folder, tmp_path):
    path = tmp_path / "rttm.xlsx"
    given = ("pit", "export", "--workspace", folder, "--kind", "rttm", "--xlsx", path)
    with Workspace.open(folder):
        outcome = desk.run(*given)
        made = json.loads(desk.run(*given, "--json", "-").out)
    assert outcome.status == 0
    assert outcome.out.splitlines()[1].endswith(", not numbered")
    assert outcome.err.count("The workbook is not numbered") == 1
    assert made["submission"] == 0
    assert desk.run(*given).out.splitlines()[1].endswith("submission 1")


def test_what_was_exported_comes_back_in(desk, folder, tmp_path):
    path = tmp_path / "rttm.xlsx"
    desk.run("pit", "export", "--workspace", folder, "--kind", "rttm", "--xlsx", path)
    outcome = desk.run("pit", "import", path, "--workspace", folder)
    assert outcome.status == 0, outcome.err
    with Workspace.open(folder, read_only=True) as workspace:
        assert workspace.record_imports.past() == ()


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("--kind", "rttm", "--xlsx", "book.csv"), 2, ".xlsx"),
        (("--kind", "novel", "--xlsx", "book.xlsx"), 2, "novel"),
        (("--kind", "rttm", "--gate", "moon", "--xlsx", "book.xlsx"), 1, "moon"),
        (("--kind", "rttm", "--xlsx", "workspace.db.xlsx/../w/workspace.db"), 2, ".xlsx"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_sentence(desk, folder, tmp_path, monkeypatch, arguments, status, word):
    monkeypatch.chdir(tmp_path)
    outcome = desk.run("pit", "export", "--workspace", folder, *arguments)
    assert outcome.status == status
    assert word in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "book.xlsx").exists()


def test_nothing_to_export_is_a_sentence(desk, tmp_path):
    Workspace.create(tmp_path / "new", "Acme", "ACME").close()
    outcome = desk.run(
        "pit", "export", "--workspace", tmp_path / "new", "--kind", "rttm", "--xlsx", tmp_path / "a.xlsx"
    )
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.endswith("There is no requirement yet. Import the requirements first.\n")
