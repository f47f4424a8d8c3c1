"""`mhhs-desk pit import` tells the difference, takes it, and says what it used; statuses are those of every command."""

from __future__ import annotations

import json

import pytest

from desktop.app import Workspace
from desktop.cli.main import main
from desktop.records.model import ImportOptions, RecordKind


@pytest.fixture
def folder(tmp_path):
    Workspace.create(tmp_path / "ws", "Acme Energy Ltd", "ACME", actor="Jo").close()
    return tmp_path


def run(folder, file, *more):
    return main(["pit", "import", str(file), "--workspace", str(folder / "ws"), *more])


def csv(folder, *lines, name="rttm.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


RTTM = ("Req ID,Requirement,Test cases,Extra", "FR-1,Send,T-1,x", "FR-2,Answer,,y", ",Nobody,,")


def test_a_file_is_imported_with_what_its_headings_suggest_and_the_difference_is_counted(folder, capsys):
    assert run(folder, csv(folder, *RTTM), "--kind", "requirements", "--source", "RTTM", "--version", "1.2") == 0
    told = capsys.readouterr()
    assert "rttm.csv was imported as requirements" in told.out
    assert "added              2" in told.out
    assert "refused            1" in told.out
    assert "key = Req ID" in told.err
    assert "Row 4 was refused: No id stands in this row." in told.err
    assert run(folder, csv(folder, *RTTM), "--kind", "requirements", "--source", "RTTM", "--version", "1.2") == 0
    assert "is here already" in capsys.readouterr().out
    with Workspace.open(folder / "ws") as workspace:
        (past,) = workspace.record_imports.past()
        assert (past.kind, past.source, past.version) == (RecordKind.REQUIREMENTS, "RTTM", "1.2")
        assert workspace.history.undo_title() == "Import requirements: 2 added"


def test_when_every_row_is_refused_it_says_so_and_the_status_is_1(folder, capsys):
    path = csv(folder, "Test case ID,Result", *(f"T-{number},Completed" for number in range(1, 8)), name="run.csv")
    assert run(folder, path, "--kind", "results", "--json", str(folder / "told.json")) == 1
    told = capsys.readouterr()
    assert "All 7 rows of run.csv were refused; nothing was imported." in told.out
    assert "already" not in told.out
    assert "Row 2 (T-1) was refused: Status “Completed” says that it was run" in told.err
    assert "Row 6 (T-5) was refused" in told.err
    assert "Row 7" not in told.err
    assert "2 more rows were refused; --json lists all of them." in told.err
    written = json.loads((folder / "told.json").read_text("utf-8"))
    assert [one["row"] for one in written["changes"]] == [2, 3, 4, 5, 6, 7, 8]
    assert (written["already"], written["dry_run"], written["import_id"]) == (False, False, None)
    assert run(folder, path, "--kind", "results", "--dry-run") == 1
    with Workspace.open(folder / "ws") as workspace:
        assert workspace.record_imports.past() == ()


def test_when_some_rows_are_refused_it_says_how_many_and_the_status_is_0(folder, capsys):
    path = csv(folder, "Test case ID,Result", "T-1,Pass", "T-2,Done", name="run.csv")
    assert run(folder, path, "--kind", "results") == 0
    told = capsys.readouterr()
    assert "run.csv was imported as results into ACME-RUN-0001; 1 row was refused:" in told.out
    assert "Row 3 (T-2) was refused" in told.err
    assert run(folder, path, "--kind", "results") == 0
    assert "is here already; nothing was changed. 1 row was refused." in capsys.readouterr().out


def test_a_dry_run_changes_nothing(folder, capsys):
    assert run(folder, csv(folder, *RTTM), "--kind", "requirements", "--dry-run") == 0
    assert "nothing was changed" in capsys.readouterr().out
    with Workspace.open(folder / "ws") as workspace:
        assert workspace.record_imports.past() == ()


def test_json_on_standard_output_is_json_alone(folder, capsys):
    path = csv(folder, *RTTM)
    assert (
        run(folder, path, "--kind", "requirements", "--map", "key=req id", "--map", "title=Requirement", "--json", "-")
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["mapping"] == {"key": "Req ID", "title": "Requirement"}
    assert told["counts"]["added"] == 2
    assert told["changes"][0]["fields"]["Extra"] == ["", "x"]
    assert told["changes"][-1]["reason"] == "No id stands in this row."
    assert not told["already"]


def test_results_become_a_run_or_go_into_one(folder, capsys):
    path = csv(folder, "Test case ID,Result", "T-1,Pass", name="results.csv")
    assert run(folder, path, "--kind", "results", "--run", "Cycle 1", "--stage", "SIT", "--environment", "UIT 3") == 0
    assert "into ACME-RUN-0001" in capsys.readouterr().out
    path = csv(folder, "Test case ID,Result", "T-1,Fail", name="later.csv")
    assert (
        run(folder, path, "--kind", "results", "--into-run", "ACME-RUN-0001", "--json", str(folder / "out.json")) == 0
    )
    assert json.loads((folder / "out.json").read_text("utf-8"))["counts"]["changed"] == 1
    with Workspace.open(folder / "ws") as workspace:
        (one,) = workspace.test_runs.runs()
        assert (one.title, one.stage, one.environment) == ("Cycle 1", "SIT", "UIT 3")
    assert run(folder, path, "--kind", "results", "--into-run", "ACME-RUN-0009") == 1
    assert "There is no run ACME-RUN-0009" in capsys.readouterr().err
    assert run(folder, path, "--kind", "results", "--into-run", "ACME-RUN-0001", "--run", "x") == 2


def test_junit_says_itself_what_it_is(folder, capsys):
    path = folder / "junit.xml"
    path.write_text('<testsuite name="s"><testcase classname="c" name="t"/></testsuite>', "utf-8")
    assert run(folder, path) == 0
    assert "junit.xml was imported as results into ACME-RUN-0001" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ((), 2, "Give --kind"),
        (("--kind", "requirements", "--map", "colour=Req ID"), 2, "no field colour"),
        (("--kind", "requirements", "--map", "key"), 2, "FIELD=HEADING"),
        (("--kind", "requirements", "--map", "key=Nothing"), 1, "no heading Nothing"),
        (("--kind", "requirements", "--map", "title=Requirement"), 1, "Requirement id"),
        (("--kind", "results"), 1, "--map status=HEADING"),
        (("--kind", "requirements", "--json", "FILE"), 2, "overwrite"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(folder, capsys, more, status, words):
    path = csv(folder, *RTTM)
    assert run(folder, path, *(str(path) if one == "FILE" else one for one in more)) == status
    assert words in capsys.readouterr().err
    with Workspace.open(folder / "ws") as workspace:
        assert workspace.record_imports.past() == ()


def test_parts_and_blanks_are_taken_as_they_are_said(folder, capsys):
    run(folder, csv(folder, *RTTM), "--kind", "requirements")
    part = csv(folder, "Req ID,Requirement,Category", "FR-1,Send,", name="part.csv")
    assert run(folder, part, "--kind", "requirements", "--partial") == 0
    assert "missing" not in capsys.readouterr().out.split("part.csv")[-1]
    assert run(folder, part, "--kind", "requirements") == 0
    assert "missing" in capsys.readouterr().out
    blank = csv(folder, RTTM[0], "FR-1,Send,,", name="blank.csv")
    assert run(folder, blank, "--kind", "requirements", "--partial", "--clear-blanks") == 0
    with Workspace.open(folder / "ws") as workspace:
        assert workspace.requirements.requirement(1).extra == {}


def test_a_workspace_that_is_open_elsewhere_is_left_alone(folder, capsys):
    with Workspace.open(folder / "ws") as workspace:
        assert run(folder, csv(folder, *RTTM), "--kind", "requirements") == 1
        assert workspace.record_imports.past() == ()
    assert capsys.readouterr().err.strip()
    assert ImportOptions().complete
