"""`mhhs-desk evidence`: add, list, verify, export; sentences on standard error, results on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from evidence_hands import desk, write

from desktop.app import Workspace
from desktop.cli.main import main
from desktop.cutover.model import ActivityDetails, PlanDetails
from desktop.declarations.model import DeclarationDetails
from desktop.evidence.model import TargetKind

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path):
    with desk(tmp_path / "acme", "REQ-1", "REQ-10"):
        return tmp_path / "acme"


@pytest.fixture
def run(folder, capsys):
    def call(*arguments):
        status = main(["evidence", *map(str, arguments), "--workspace", str(folder)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def test_files_are_added_with_details_and_links(run, folder, tmp_path):
    path = write(tmp_path / "Smoke run.txt", "passed")
    options = ("--title", "Smoke", "--tag", "SIT", "--collected", "2026-11-01", "--expires", "01/12/2026")
    status, out, _ = run("add", path, *options, "--link", "requirement:req-1", "--link", "Requirement:REQ-10")
    assert (status, out) == (0, "ACME-EVD-0001  Smoke run.txt  Text\n")
    with Workspace.open(folder, read_only=True) as opened:
        item = opened.evidence.by_ref("acme-evd-0001")
        assert (item.details.title, item.details.tags, item.details.expires) == ("Smoke", ("SIT",), "2026-12-01")
        assert [use.name.ref for use in opened.evidence.used_in(item.id)] == ["REQ-1", "REQ-10"]
        assert opened.evidence.find("passed") == [item.id]


def test_what_is_known_or_refused_is_told(run, tmp_path):
    source = tmp_path / "source"
    write(source / "a.txt", "a")
    write(source / "b.txt", "a")
    write(source / ".DS_Store", "x")
    status, out, err = run("add", source, "--json", "-")
    told = json.loads(out)
    assert status == 0
    assert [(one["ref"], one["file"], one["known"]) for one in told["evidence"]] == [("ACME-EVD-0001", "a.txt", False)]
    assert told["repeats"] == ["b.txt"]
    assert told["refused"][0]["passed_over"]
    assert "source/.DS_Store: It is a hidden file" in err
    status, out, err = run("add", source / "a.txt", tmp_path / "nothing.txt")
    assert status == 1
    assert out == "ACME-EVD-0001  a.txt  Text  (was here already)\n"
    assert "nothing.txt: It is not there any more." in err


def test_details_that_were_not_taken_are_told(run, tmp_path):
    path = write(tmp_path / "a.txt", "a")
    run("add", path)
    status, out, err = run("add", path, "--title", "Smoke", "--expires", "2026-12-01", "--link", "requirement:REQ-1")
    assert (status, out) == (0, "ACME-EVD-0001  a.txt  Text  (was here already)\n")
    assert "ACME-EVD-0001 is here already: it was linked; its title and expiry were left as they are." in err
    told = json.loads(run("add", path, "--tag", "SIT", "--json", "-")[1])
    assert told["left_as_they_were"] == [{"ref": "ACME-EVD-0001", "details": ["tags"]}]


def test_a_backup_names_evidence_that_is_missing_by_reference_and_file(run, folder, tmp_path, capsys):
    run("add", write(tmp_path / "one.txt", "1"), write(tmp_path / "two.txt", "2"))
    (gone,) = [one for one in (folder / "evidence").rglob("*") if one.is_file() and one.read_text() == "2"]
    gone.unlink()
    to = tmp_path / "b.zip"
    assert main(["backup", "--workspace", str(folder), "--to", str(to)]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "Backed up, but 1 kept file was already missing or damaged: ACME-EVD-0002 two.txt"
    assert main(["restore", str(to), "--workspace", str(tmp_path / "back"), "--json", str(tmp_path / "r.json")]) == 0
    assert capsys.readouterr().out.endswith("missing or damaged when it was made: ACME-EVD-0002 two.txt\n")
    (told,) = json.loads((tmp_path / "r.json").read_text())["missing_evidence"]
    assert (told["ref"], told["file"]) == ("ACME-EVD-0002", "two.txt")


def test_a_link_to_nothing_adds_nothing(run, folder, tmp_path):
    path = write(tmp_path / "a.txt", "a")
    status, out, err = run("add", path, "--link", "requirement:REQ")
    assert (status, out) == (1, "")
    assert err.strip() == "There is no requirement “REQ”. Nothing was added. Check the reference or key."
    assert run("add", path, "--link", "answer:1")[0] == 1
    assert run("add", path, "--link", "nonsense:REQ-1")[0] == 2
    assert run("add", path, path, "--title", "x")[0] == 2
    assert run("list")[1] == "There is no evidence yet.\n"


def test_activities_and_declarations_are_named_in_whole_or_as_people_call_them(run, folder, tmp_path):
    with Workspace.open(folder) as opened:
        plan, _ = opened.cutover.add_plan(PlanDetails("Cutover"))
        for number in range(300, 0, -1):  # the one that is meant comes last
            opened.cutover.add(plan, ActivityDetails(f"T-{number}", "Deploy"))
        declaration, _ = opened.declarations.prepare(DeclarationDetails("cutover_readiness"))
        wanted = {opened.cutover.activity_id(plan, "T-1"), opened.cutover.activity_id(plan, "T-30")}
    for number, link in enumerate(
        (
            "activity:ACME-CUT-0001 T-1",
            "activity:t-30",
            "activity:cutover T-30",
            "declaration:acme-dec-0001",
            "declaration:ACME-DEC-0001 v1",
        )
    ):
        status, _, err = run("add", write(tmp_path / f"{number}.txt", str(number)), "--link", link)
        assert status == 0, err
    with Workspace.open(folder, read_only=True) as opened:
        used = [use for one in opened.evidence.find("") for use in opened.evidence.used_in(one)]
    assert {use.target.id for use in used if use.target.kind is TargetKind.ACTIVITY} == wanted
    assert [use.target.id for use in used if use.target.kind is TargetKind.DECLARATION] == [declaration] * 2
    path = write(tmp_path / "a.txt", "a")
    for link in ("activity:T-999", "activity:ACME-CUT-0009 T-1", "declaration:ACME-DEC-0001 v2", "declaration:DEC"):
        status, out, err = run("add", path, "--link", link)
        assert (status, out) == (1, "")
        assert "Nothing was added." in err


def test_evidence_is_listed_searched_and_filtered(run, tmp_path):
    run("add", write(tmp_path / "one.txt", "the needle"), "--link", "requirement:REQ-1")
    run("add", write(tmp_path / "two.txt", "hay"), "--expires", "2026-11-30")
    assert [line.split()[0] for line in run("list")[1].splitlines()] == ["ACME-EVD-0002", "ACME-EVD-0001"]
    assert "for REQ-1" in run("list", "--search", "needl")[1]
    for option in ("--unlinked", "--expiring"):
        told = json.loads(run("list", option, "--json", "-")[1])["evidence"]
        assert [one["ref"] for one in told] == ["ACME-EVD-0002"]
    assert run("list", "--awaiting")[1] == "No evidence fits.\n"


def test_a_damaged_and_a_missing_file_are_named_with_status_one(run, folder, tmp_path):
    run("add", write(tmp_path / "one.txt", "1"), write(tmp_path / "two.txt", "2"))
    assert run("verify")[:2] == (0, "Checked 2 files (2 bytes): all as they were kept.\n")
    with Workspace.open(folder, read_only=True) as opened:
        first, second = (opened.blobs.path(opened.evidence.get(one).newest.sha256) for one in (1, 2))
    first.write_bytes(b"x")
    second.unlink()
    status, out, _ = run("verify")
    assert status == 1
    assert out.splitlines() == [
        "ACME-EVD-0001  revision 1  one.txt (one): damaged",
        "ACME-EVD-0002  revision 1  two.txt (two): missing",
        "Checked 2 files (2 bytes): 2 damaged or missing.",
    ]
    told = json.loads(run("verify", "--json", "-")[1])
    assert [one["fault"] for one in told["faults"]] == ["damaged", "missing"]


def test_evidence_is_exported(run, tmp_path):
    run("add", write(tmp_path / "one.txt", "1"), write(tmp_path / "two.txt", "2"))
    status, out, _ = run("export", "ACME-EVD-0002", "--to", tmp_path / "out")
    assert status == 0
    names = [Path(line).name for line in out.splitlines()]
    assert names[0] == "ACME-EVD-0002 two.txt"
    assert names[1].startswith("Evidence index ")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(names)
    assert run("export", "ACME-EVD-0009", "--to", tmp_path / "none")[0] == 1
    assert not (tmp_path / "none").exists()


def test_progress_goes_to_standard_error(folder, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ui", "evidence", "add", write(tmp_path / "a.txt", "a"), "--workspace", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "ACME-EVD-0001  a.txt  Text\n"
    assert "Copying the files ..." in done.stderr
