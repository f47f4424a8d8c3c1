"""What other programs rely on: the form of the JSON, exit statuses, clean streams, and nothing left behind."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cli_hands import AS_OF, CHECKS, ROOT, Desk, csv_text, mpan, outside, sound
from declaration_hands import a_declaration, a_set, private_key

from desktop.app import Workspace
from desktop.cli.main import parser
from desktop.participant.model import Scope
from desktop.submissions.model import SubmissionDetails

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


def workspace(folder: Path) -> Path:
    Workspace.create(folder, "Example Energy", "EXEN").close()
    return folder


def sentence(text: str) -> bool:
    """The last line is a sentence for people, and no line is a traceback's."""
    lines = text.strip().splitlines()
    return "Traceback" not in text and "Error:" not in text and lines[-1].endswith(".") and lines[-1][0] not in " "


def test_the_json_has_exactly_the_form_that_was_promised(desk):
    report = desk.check(SMALL).report
    assert list(report) == ["rows", "as_of", "checks", "findings"]
    assert (report["rows"], report["as_of"]) == (2, AS_OF)
    assert {one["id"] for one in report["checks"]} == set(CHECKS)
    for one in report["checks"]:
        assert list(one) == ["id", "outcome", "count", "reason"]
        assert one["outcome"] in {"passed", "failed", "could not run", "skipped"}
        assert type(one["count"]) is int
        assert one["count"] == sum(finding["check"] == one["id"] for finding in report["findings"])
        assert (one["count"] > 0) == (one["outcome"] == "failed")
        assert one["reason"] or one["outcome"] in {"passed", "failed"}
    places = [(one["check"], one["row"], one["mpan"], one["item"], one["value"]) for one in report["findings"]]
    assert places == [("FMT-05", 2, BAD, "mpan", BAD), ("FMT-20", 2, BAD, "postcode", "RM9")]
    for one in report["findings"]:
        assert list(one) == ["check", "row", "mpan", "item", "value", "severity", "message", "suggestion"]
        assert one["severity"] in {"Block", "High", "Med", "Low"}
        assert {type(value) for key, value in one.items() if key != "row"} == {str}
        assert one["message"].endswith(".")


@pytest.mark.parametrize("cell", [f"{GOOD}\xa0", f"\u200b{GOOD}", f"{GOOD[:4]}\xa0{GOOD[4:]}", f" {GOOD} \u3000"])
def test_values_stand_as_they_stood(desk, cell):
    (one,) = desk.check(f'mpan,postcode\n{GOOD[:2]},\n"{cell}",\n').report["findings"][1:]
    assert (one["check"], one["row"], one["value"]) == ("FMT-04", 2, cell)


def test_the_quotes_of_the_file_are_no_part_of_a_value(desk):
    (one,) = desk.check(f'mpan,postcode\n"{GOOD}","R""M 9"\n').report["findings"]
    assert one["value"] == 'R"M 9'


def test_a_finding_about_the_file_has_no_row(desk):
    report = desk.check(f"mpan,extract_date\n{GOOD},2026-01-01\n").report
    (one,) = report["findings"]
    assert (one["check"], one["row"], one["mpan"], one["item"]) == ("FIL-03", None, "", "extract_date")


def test_standard_output_holds_nothing_but_the_json(tmp_path, small):
    done = outside("check", small, "--json", "-", "--xlsx", tmp_path / "report.xlsx", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["findings"]) == 2
    assert done.stdout.startswith("{")
    assert done.stdout.endswith("}\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.xlsx", "small.csv"]


def test_a_file_gets_the_same_json_as_standard_output(desk, small, tmp_path):
    streamed = desk.run("check", small, "--as-of", AS_OF, "--json", "-").out
    told = desk.run("check", small, "--as-of", AS_OF, "--json", tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == streamed
    assert told.out.startswith("2 rows checked as of 23 November 2026: 2 findings.")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--map", "mpan"], "ITEM=HEADING"),
        (["--map", "mpans=mpan"], "ITEM=HEADING"),
        (["--map", "mpan=mpan", "--map", "mpan=postcode"], "two headings"),
        (["--as-of", "23.11.2026"], "not a date"),
        (["--as-of", "2026-02-30"], "not a date"),
        (["--as-of", "31/02/2026"], "not a date"),
        (["--mpans", "some"], "choose from"),
        (["--nothing"], "unrecognized"),
        (["second.csv"], "unrecognized"),
    ],
)
def test_wrong_usage_is_status_2(desk, small, arguments, word):
    outcome = desk.run("check", small, *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert word in outcome.err


def test_no_command_that_is_known_is_status_2(desk):
    assert desk.run("chekc").status == 2
    assert desk.run("check").status == 2


@pytest.mark.parametrize(
    "maps",
    [
        ["mpan=Nowhere"],
        ["mpan=mpan", "linked_mpan=mpan"],
        ["postcode=postcode"],
        ["mpan="],
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_a_sentence(desk, small, maps):
    outcome = desk.run("check", small, *(part for one in maps for part in ("--map", one)), "--json", "-")
    assert (outcome.status, outcome.out) == (1, "")
    assert sentence(outcome.err), outcome.err


def test_a_heading_may_hold_an_equals_sign(desk):
    outcome = desk.check(f"a=b=c,x\n{BAD},\n", "--map", "mpan=a=b=c")
    assert outcome.found == {("FMT-05", 1, "mpan")}


def test_with_a_mapping_only_what_it_names_is_used(desk):
    assert desk.check(SMALL, "--map", "mpan=mpan").found == {("FMT-05", 2, "mpan")}
    assert ("FMT-20", 2, "postcode") in desk.check(SMALL, "--map", "mpan=mpan", "--suggest").found


@pytest.mark.parametrize("option", ["--json", "--xlsx"])
def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(desk, small, tmp_path, option):
    outcome = desk.run("check", small, option, tmp_path / "missing" / "out.xlsx")
    assert outcome.status == 1
    assert sentence(outcome.err), outcome.err
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    outcome = desk.run("check", small, option, folder)
    assert outcome.status == 1
    assert sentence(outcome.err), outcome.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder.xlsx", "small.csv"]
    assert list(folder.iterdir()) == []


def leaves(commands, before=()):
    """Every command by its words, those below a command included."""
    for name, one in commands.choices.items():
        below = [action for action in one._actions if isinstance(action, argparse._SubParsersAction)]
        if below:
            yield from leaves(below[0], (*before, name))
        else:
            yield " ".join((*before, name)), one


def frozen(folder: Path, file: Path) -> str:
    """The reference of a frozen evidence pack of this file."""
    with Workspace.open(folder) as opened:
        opened.participant.save_scope(Scope("EXEN", "supplier"))
        opened.evidence.add([file])
        one, _ = opened.submissions.prepare(SubmissionDetails("evidence", recipients=("BSC",)))
        opened.submissions.freeze(one)
        opened.submissions.save_file(one, opened.submissions.files(one)[0], file.with_name("sent.xlsx"))
        opened.reviews.enter(one, "BSC", "Why is it so short?")
        return opened.submissions.get(one).ref


def test_every_command_that_takes_json_writes_json(desk, small, tmp_path):
    folder, packed = workspace(tmp_path / "desk"), tmp_path / "backup.zip"
    requirements = tmp_path / "requirements.csv"
    requirements.write_text("Requirement ID,Title\nR-1,Take a message\n", encoding="utf-8")
    activities = tmp_path / "activities.csv"
    activities.write_text("Task ID,Title,Due\nT-1,Freeze,2026-12-01\nT-2,Deploy,2026-12-02\n", encoding="utf-8")
    questions = tmp_path / "questions.csv"
    questions.write_text("No,Question\n1.1,Are you ready?\n", encoding="utf-8")
    exported = tmp_path / "declaration"
    exported.mkdir()
    for name, data in a_set(a_declaration(private_key()), private_key()).items():
        (exported / name).write_bytes(data)
    secret = tmp_path / "passphrase.txt"
    secret.write_text("correct horse battery", encoding="utf-8")
    sent = frozen(folder, small)
    calls = {
        "check": [small, "--workspace", folder],
        "report": ["--workspace", folder, "--xlsx", tmp_path / "r.xlsx", "--fix-lists", tmp_path / "lists"],
        "history": ["--workspace", folder, "--verify"],
        "backup": ["--workspace", folder, "--to", packed],
        "restore": [packed, "--workspace", tmp_path / "restored"],
        "evidence add": [small, "--workspace", folder],
        "evidence list": ["--workspace", folder],
        "evidence verify": ["--workspace", folder],
        "evidence export": ["--workspace", folder, "--to", tmp_path / "evidence"],
        "pit import": [requirements, "--workspace", folder, "--kind", "requirements"],
        "pit status": ["--workspace", folder],
        "pit export": ["--workspace", folder, "--kind", "rttm", "--xlsx", tmp_path / "rttm.xlsx"],
        "cutover import": [activities, "--workspace", folder, "--new", "Cutover"],
        "cutover status": ["--workspace", folder],
        "cutover slip": ["T-1", "--days", "1", "--workspace", folder],
        "cutover skip": ["T-1", "--reason", "Done by another", "--workspace", folder],
        "cutover confirm": ["T-1", "--workspace", folder],
        "cutover rag": ["T-1", "computed", "--workspace", folder],
        "cutover milestones": ["--workspace", folder],
        "cutover milestone": ["M14", "--note", "To be confirmed", "--workspace", folder],
        "cutover tick": ["T-2", "--workspace", folder],
        "cutover plan": ["--title", "Cutover at M14", "--workspace", folder],
        "cutover export": ["--workspace", folder, "--out", tmp_path / "deadlines.ics"],
        "cutover gonogo": ["--workspace", folder],
        "cutover plans": ["--workspace", folder],
        "cutover starters": ["--workspace", folder],
        "cutover baseline": ["--workspace", folder],
        "cutover rehearse": ["--workspace", folder],
        "cutover take": ["service_activation", "--workspace", folder],
        "request add": ["Readiness", "--their-ref", "PPIR 31", "--workspace", folder],
        "request import": [questions, "--request", "PPIR 31", "--workspace", folder],
        "request list": ["--workspace", folder],
        "request answer": ["PPIR 31", "1.1", "--text", "Yes", "--workspace", folder],
        "request show": ["PPIR 31", "--workspace", folder],
        "request close": ["PPIR 31", "--workspace", folder],
        "declare keys": ["--workspace", folder],
        "declare status": ["--workspace", folder],
        "declare verify": [exported],
        "submit kinds": ["--workspace", folder],
        "submit prepare": ["info_request", "--request", "PPIR 31", "--to", "MCC", "--workspace", folder],
        "submit edit": ["EXEN-PPIR-0001", "--title", "Answers", "--workspace", folder],
        "submit check": ["EXEN-PPIR-0001", "--workspace", folder],
        "submit freeze": ["EXEN-PPIR-0001", "--workspace", folder],
        "submit show": [sent, "--workspace", folder],
        "submit export": [sent, "--out", tmp_path / "sent", "--workspace", folder],
        "submit files": [sent, "--out", tmp_path / "again", "--workspace", folder],
        "pack build": [
            *(f"{sent} v1", "--workspace", folder, "--out", tmp_path / "packs", "--name", "Ada Lovelace"),
            *("--passphrase-file", secret, "--make-key", "file"),
        ],
        "submit say": [sent, "handed-over", "--workspace", folder],
        "submit take-back": [sent, "--reason", "Not sent yet", "--workspace", folder],
        "submit import-review": [tmp_path / "sent.xlsx", "--workspace", folder],
        "submit comments": ["--workspace", folder],
        "submit answer": ["1", "--text", "It is all there is.", "--workspace", folder],
        "submit new-version": [sent, "--reason", "More was found", "--workspace", folder],
        "submit compare": [f"{sent} v1", sent, "--workspace", folder],
        "submit due": ["--workspace", folder],
        "submit list": ["--workspace", folder],
        "submit register": ["--workspace", folder],
        "submit template add": [
            tmp_path / "sent.xlsx",
            "--recipient",
            "BSC",
            "--kind",
            "evidence",
            "--workspace",
            folder,
        ],
        "submit template list": ["--workspace", folder],
        "submit template show": ["1", "--workspace", folder],
        "submit template map": ["1", "--suggest", "--workspace", folder],
        "submit withdraw": [f"{sent} v1", "--reason", "Sent in error", "--workspace", folder],
        "pack list": ["--workspace", folder],
        "verify": [exported],
    }
    commands = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    taking = [name for name, one in leaves(commands) if "--json" in one._option_string_actions]
    # Those of sync want a central service to talk to, a demo takes ten seconds: test_sync_cli.py and test_cli_demo.py
    # have them.
    taking = [name for name in taking if name != "demo" and not name.startswith("sync ")]
    assert sorted(taking) == sorted(calls)
    keys = {}
    for name, options in calls.items():
        outcome = desk.run(*name.split(), *options, "--json", "-")
        keys[name] = set(outcome.report)
        assert outcome.out.endswith("}\n"), name
    assert keys["report"] == {"files"}
    assert keys["history"] == {"entries", "chain", "database", "files"}


def test_the_same_file_twice_is_imported_once(desk, small, tmp_path):
    folder = workspace(tmp_path / "desk")
    first = desk.run("check", small, "--workspace", folder, "--as-of", AS_OF, "--json", "-")
    again = desk.run("check", small, "--workspace", folder, "--as-of", AS_OF, "--json", "-")
    assert first.out == again.out
    assert "in the workspace already" in again.err
    with Workspace.open(folder, read_only=True) as opened:
        assert len(opened.portfolio.snapshots()) == 1


def test_a_workspace_that_is_open_elsewhere_is_left_alone(small, tmp_path):
    folder = workspace(tmp_path / "desk")
    with Workspace.open(folder):
        done = outside("check", small, "--workspace", folder, "--json", "-", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence(done.stderr), done.stderr
    with Workspace.open(folder, read_only=True) as opened:
        assert opened.portfolio.snapshots() == ()


def test_a_workspace_that_is_none_is_said(desk, small, tmp_path):
    outcome = desk.run("check", small, "--workspace", tmp_path / "nowhere", "--json", "-")
    assert (outcome.status, outcome.out) == (1, "")
    assert sentence(outcome.err), outcome.err
    assert not (tmp_path / "nowhere").exists()


def test_nothing_is_left_in_the_temporary_folder(small, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    assert outside("check", small, "--json", "-", cwd=tmp_path).returncode == 0
    assert outside("check", tmp_path / "none.csv", cwd=tmp_path).returncode == 1
    assert list(scratch.iterdir()) == []


def _started(arguments: list[object], scratch: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ui", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def large(tmp_path):
    rows = sound().rows * 600
    path = tmp_path / "large.csv"
    heading, body = csv_text(sound()).split("\n", 1)
    path.write_text(f"{heading}\n{body * 600}", encoding="utf-8")
    assert len(rows) > 50_000
    return path


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("stage", ["Reading the file", "Checking", "Comparing rows"])
def test_ctrl_c_stops_it_in_a_sentence_and_leaves_nothing(large, tmp_path, stage):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with _started(["check", large, "--json", tmp_path / "out.json"], scratch) as running:
        for line in running.stderr:
            if line.startswith(stage):
                break
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    if running.returncode:  # otherwise it was done before the signal was seen
        assert running.returncode == 1
        assert out == ""
        assert sentence(err), err
        assert not (tmp_path / "out.json").exists()
    assert list(scratch.iterdir()) == []
    assert not [one for one in tmp_path.iterdir() if one.name.endswith(".part")]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("stage", ["Reading the file", "Checking", "Storing the findings"])
def test_a_kill_in_the_middle_leaves_a_whole_import_or_none(large, tmp_path, stage):
    folder = workspace(tmp_path / "desk")
    with _started(["check", large, "--workspace", folder, "--as-of", AS_OF], tmp_path) as running:
        for line in running.stderr:
            if line.startswith(stage):
                break
        running.kill()
    with Workspace.open(folder) as opened:
        assert not opened.read_only
        rows = [snapshot.rows for snapshot in opened.portfolio.snapshots()]
        assert rows in ([], [89 * 600])
        assert opened.history.verify().ok
    done = outside("check", large, "--workspace", folder, "--as-of", AS_OF, "--json", "-", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 89 * 600


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_goes_away_is_no_fault(large, tmp_path):
    with _started(["check", large, "--json", "-"], tmp_path) as running:
        assert running.stdout.readline() == "{\n"
        running.stdout.close()
        err = running.stderr.read()
    assert running.returncode == 1
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


def test_a_zip_of_one_csv_is_read(desk):
    path = desk.folder / "portfolio.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/portfolio.csv", SMALL)
    outcome = desk.run("check", path, "--json", "-")
    assert outcome.found == {("FMT-05", 2, "mpan"), ("FMT-20", 2, "postcode")}


def test_the_version_is_told(tmp_path):
    done = outside("--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"MHHS Desk \d+\.\d+\S*\n", done.stdout)


def test_what_a_killed_check_left_in_the_temporary_folder_goes_with_the_next_one(tmp_path, monkeypatch):
    import os
    import tempfile

    from desktop.cli.main import main

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "mhhs-desk-check-999999999-abc"
    other = tmp_path / f"mhhs-desk-check-{os.getpid()}-def"
    for folder in (left, other):
        (folder / "workspace").mkdir(parents=True)
    portfolio = tmp_path / "p.csv"
    portfolio.write_text("MPAN\n1200000000013\n", encoding="utf-8")
    assert main(["check", str(portfolio)]) == 0
    assert not left.exists()
    assert other.exists()
