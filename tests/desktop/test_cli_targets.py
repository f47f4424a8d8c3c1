"""Where results are written: never over what is read, never over the workspace itself, devices straight to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_hands import ROOT, Desk, mpan, outside

from desktop.app import Workspace
from desktop.errors import InvalidInput

GOOD = mpan("10", 7)
BAD = GOOD[:12] + str((int(GOOD[12]) + 1) % 10)
SMALL = f"mpan,postcode\n{GOOD},CB1 2AB\n{BAD},RM9\n"


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def checked(desk, small, tmp_path):
    """The folder of a workspace with one checked portfolio."""
    folder = tmp_path / "desk"
    Workspace.create(folder, "Example Energy", "EXEN").close()
    assert desk.run("check", small, "--workspace", folder).status == 0
    return folder


def refused(outcome, *words):
    assert (outcome.status, outcome.out) == (2, ""), outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.err.endswith(".\n")
    for word in words:
        assert word in outcome.err


def linked(small, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "soft.xlsx").symlink_to(small)
    (tmp_path / "hard.xlsx").hardlink_to(small)
    (tmp_path / "other").symlink_to(tmp_path)
    return ["small.csv", "sub/../small.csv", "soft.xlsx", "hard.xlsx", "other/small.csv"]


@pytest.mark.parametrize("place", range(5))
def test_the_portfolio_is_never_overwritten(desk, small, tmp_path, place):
    name = linked(small, tmp_path)[place]
    refused(desk.run("check", small, "--json", tmp_path / name), "--json", "is read")
    assert small.read_text(encoding="utf-8") == SMALL


@pytest.mark.parametrize("name", ["soft.xlsx", "hard.xlsx", "book.xlsx"])
def test_a_workbook_that_is_the_portfolio_is_refused(desk, small, tmp_path, name):
    linked(small, tmp_path)
    given = small if name != "book.xlsx" else tmp_path / name
    given.write_text(SMALL, encoding="utf-8")
    refused(desk.run("check", given, "--xlsx", tmp_path / name), "--xlsx", "is read")
    assert given.read_text(encoding="utf-8") == SMALL


def test_two_results_in_one_file_are_wrong_usage(desk, small, tmp_path):
    (tmp_path / "link.json").symlink_to(tmp_path / "one.xlsx")
    for other in ("one.xlsx", "link.json"):
        refused(desk.run("check", small, "--json", tmp_path / other, "--xlsx", tmp_path / "one.xlsx"), "one file")
    assert not (tmp_path / "one.xlsx").exists()


def test_an_industry_table_is_never_overwritten(desk, small, tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "GSP_Group.csv").write_text("a\n", encoding="utf-8")
    json_path = tables / "GSP_Group.csv"
    refused(desk.run("check", small, "--standing-data", tables, "--json", json_path), "is read")


@pytest.mark.parametrize("command", ["check", "report", "history", "backup"])
@pytest.mark.parametrize("name", ["workspace.db", "workspace.lock", "snapshots/new.json", "backups/new.json"])
def test_the_workspace_itself_is_never_overwritten(desk, small, checked, tmp_path, command, name):
    before = (checked / "workspace.db").read_bytes()
    more = {"check": [small], "report": ["--xlsx", tmp_path / "r.xlsx"]}.get(command, [])
    refused(desk.run(command, *more, "--workspace", checked, "--json", checked / name), "the workspace itself")
    assert (checked / "workspace.db").read_bytes() == before
    assert not (tmp_path / "r.xlsx").exists()


def test_a_report_through_a_link_to_the_database_is_refused(desk, checked, tmp_path):
    (tmp_path / "r.xlsx").symlink_to(checked / "workspace.db")
    refused(desk.run("report", "--workspace", checked, "--xlsx", tmp_path / "r.xlsx"), "the workspace itself")


def test_the_services_refuse_the_workspaces_own_files_too(checked, tmp_path):
    (tmp_path / "soft.xlsx").symlink_to(checked / "workspace.db")
    (tmp_path / "hard.xlsx").hardlink_to(checked / "workspace.db")
    (tmp_path / "soft.csv").symlink_to(checked / "workspace.db")
    before = (checked / "workspace.db").read_bytes()
    with Workspace.open(checked, read_only=True) as opened:
        for path in (tmp_path / "soft.xlsx", tmp_path / "hard.xlsx", checked / "evidence" / "r.xlsx"):
            with pytest.raises(InvalidInput, match="the workspace's own files"):
                opened.reports.progress_report(path)
        with pytest.raises(InvalidInput, match="the workspace's own files"):
            opened.reports.fix_lists(checked / "snapshots")
        with pytest.raises(InvalidInput, match="the workspace's own files"):
            opened.reports.export_view(opened.cleanse.findings(), "Findings", tmp_path / "soft.csv")
        opened.reports.progress_report(checked / "beside the database.xlsx")
    assert (checked / "workspace.db").read_bytes() == before
    assert list((checked / "snapshots").rglob("*.xlsx")) == []


def test_fix_lists_go_neither_into_the_workspaces_folders_nor_below_a_file(desk, small, checked, tmp_path):
    report = ["report", "--workspace", checked, "--xlsx", tmp_path / "r.xlsx", "--fix-lists"]
    refused(desk.run(*report, checked / "snapshots" / "lists"), "the workspace itself")
    assert not (checked / "snapshots" / "lists").exists()
    outcome = desk.run(*report, small)
    assert outcome.status == 1
    assert outcome.err.splitlines()[-1].startswith(f"The folder {small} could not be made")


def test_a_restore_does_not_overwrite_the_backup_with_its_result(desk, checked, tmp_path):
    packed = tmp_path / "b.zip"
    refused(desk.run("backup", "--workspace", checked, "--to", packed, "--json", packed), "one file")
    assert desk.run("backup", "--workspace", checked, "--to", packed).status == 0
    before = packed.read_bytes()
    refused(desk.run("restore", packed, "--workspace", tmp_path / "back", "--json", packed), "is read")
    assert packed.read_bytes() == before
    assert not (tmp_path / "back").exists()


def test_a_link_stays_and_the_file_it_points_to_is_replaced(desk, small, tmp_path):
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "out.json", tmp_path / "out.json"
    real.write_text("old", encoding="utf-8")
    link.symlink_to(real)
    assert desk.run("check", small, "--json", link).status == 0
    assert link.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["rows"] == 2
    assert [one.name for one in real.parent.iterdir()] == ["out.json"]


@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX")
def test_devices_and_pipes_are_written_straight_to_and_stay_what_they_are(desk, small, tmp_path):
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE) as reader:
        assert desk.run("check", small, "--json", fifo).status == 0
        got, _ = reader.communicate(timeout=60)
    assert json.loads(got)["rows"] == 2
    assert fifo.is_fifo()
    assert desk.run("check", small, "--json", os.devnull).status == 0
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_dev_stdout_is_standard_output_also_when_that_is_a_file(small, tmp_path):
    piped = outside("check", small, "--json", "/dev/stdout", cwd=tmp_path)
    assert piped.stdout.startswith("{")
    assert "2 rows checked" in piped.stdout
    with (tmp_path / "out.txt").open("w") as file:
        ran = subprocess.run(
            [sys.executable, "-m", "ui", "check", str(small), "--json", "/dev/stdout"],
            stdout=file, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == piped.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("options", [[], ["--json", "-"]])
def test_a_full_standard_output_is_said_plainly(small, tmp_path, options):
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "ui", "check", str(small), *options],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("Standard output could not be written: No space left on device.")
    assert "half-written" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [("x" * 300, "its name is too long"), ("small.csv/out", "is a file or lies in one, and not a folder")],
)
def test_names_that_cannot_be_are_said_plainly(desk, small, tmp_path, name, words):
    for option, ending in (("--json", ""), ("--xlsx", ".xlsx")):
        outcome = desk.run("check", small, option, tmp_path / f"{name}{ending}")
        assert outcome.status == 1
        last = outcome.err.splitlines()[-1]
        assert words in last
        assert last.endswith(".")
    assert [one.name for one in tmp_path.iterdir()] == ["small.csv"]


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))
from desktop.cli import output
try:
    output.write_json(sys.argv[1], ["x" * 100] * 1_000)
except output.PlainError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_json_that_cannot_be_finished_leaves_the_old_file_whole(tmp_path):
    target = tmp_path / "out.json"
    target.write_text('{"old": true}', encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(target)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ran.stdout.startswith("out.json could not be written: the disk is full. The file that was there is unch")
    assert target.read_text(encoding="utf-8") == '{"old": true}'
    assert [one.name for one in tmp_path.iterdir()] == ["out.json"]


def test_a_report_without_xlsx_and_fix_lists_as_counts_are_wrong_usage(desk, small, checked, tmp_path):
    refused(desk.run("check", small, "--json", tmp_path / "a", "--xlsx", tmp_path / "report"), ".xlsx")
    refused(desk.run("report", "--workspace", checked, "--xlsx", tmp_path / "report.csv"), ".xlsx")
    lists = ["--fix-lists", tmp_path / "lists", "--mpans", "counts"]
    refused(desk.run("report", "--workspace", checked, "--xlsx", tmp_path / "r.xlsx", *lists), "--fix-lists")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["desk", "small.csv"]


def test_a_recipient_that_is_not_known_is_refused_with_those_that_are(desk, checked, tmp_path):
    outcome = desk.run("report", "--workspace", checked, "--xlsx", tmp_path / "r.xlsx", "--recipient", "XYZ")
    assert (outcome.status, outcome.out) == (1, "")
    assert "“XYZ”" in outcome.err
    assert "BSC, REC, DIP" in outcome.err
    assert not (tmp_path / "r.xlsx").exists()
    assert desk.run("report", "--workspace", checked, "--xlsx", tmp_path / "r.xlsx", "--recipient", "REC").status == 0


def test_kept_files_that_are_missing_are_said_before_the_backup(desk, checked, tmp_path):
    kept = [one for one in (checked / "snapshots").rglob("*") if one.is_file()]
    kept[0].unlink()
    outcome = desk.run("backup", "--workspace", checked, "--to", tmp_path / "b.zip")
    assert outcome.status == 0
    first, second = outcome.out.splitlines()
    assert first == f"Backed up, but 1 kept file was already missing or damaged: {kept[0].stem[:12]}"
    assert second.endswith("b.zip")
    whole = json.loads(desk.run("backup", "--workspace", checked, "--to", tmp_path / "c.zip", "--json", "-").out)
    assert [one[:12] for one in whole["missing"]] == [kept[0].stem[:12]]
    restored = desk.run("restore", tmp_path / "b.zip", "--workspace", tmp_path / "back")
    assert restored.status == 0, restored.err
    assert "1 kept file was missing or damaged when it was made" in restored.out
