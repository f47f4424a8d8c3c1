"""The demo twice: what nobody touched is replaced, what somebody worked on is kept and said."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stderr
from types import SimpleNamespace

import pytest
from cli_hands import Desk

from desktop.app import Workspace
from desktop.cleanse.work import FindingEdit
from desktop.cli import earlier_demo
from desktop.cli.main import main
from desktop.declarations.verify import verify
from desktop.packs.verify import verify as verify_pack
from tests.conftest import NOON

pytestmark = pytest.mark.xdist_group("demo")  # a demo takes ten seconds: made once, and once more over it


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """What a first demo leaves and tells; each test that changes it goes on from a copy of its own."""
    out = tmp_path_factory.mktemp("demo") / "out"
    told = tmp_path_factory.mktemp("told") / "told.json"
    assert main(["demo", "--headless", "--out", str(out), "--json", str(told)]) == 0
    return out, json.loads(told.read_text("utf-8"))


@pytest.fixture(scope="module")
def made(first):
    return first[0]


@pytest.fixture(scope="module")
def worked_on(made, tmp_path_factory):
    """A second demo over one in which somebody worked, changed a fix list, and kept a file of their own."""
    out = shutil.copytree(made, tmp_path_factory.mktemp("worked") / "out")
    with Workspace.open(out / "workspace", actor="Ann Smith") as opened:
        table = opened.cleanse.findings()
        opened.cleanse.edit(table.ids(0, 1), FindingEdit(note="Rung up the site."))
    changed = out / "fix-lists" / names(out / "fix-lists")[0]
    changed.write_bytes(b"changed by hand")
    (out / "fix-lists" / "mine.txt").write_text("mine", encoding="utf-8")
    lists, said = names(out / "fix-lists"), io.StringIO()
    with redirect_stderr(said):
        assert main(["demo", "--headless", "--out", str(out)]) == 0
    return SimpleNamespace(out=out, changed=changed, lists=lists, said=said.getvalue())


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def out(made, tmp_path):
    return shutil.copytree(made, tmp_path / "out")


def demo(desk, out):
    outcome = desk.run("demo", "--headless", "--out", out, "--json", "-")
    assert outcome.status == 0, outcome.err
    assert outcome.report["rows"] > 0
    return outcome


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def aside_of(out):
    return [one for one in out.iterdir() if one.name.startswith("workspace-before-demo-")]


def test_the_demo_tells_what_it_found_and_where_it_is(desk, first):
    out, told = first
    with Workspace.open(out / "workspace", read_only=True) as opened:
        assert told["rows"] == opened.portfolio.snapshots()[0].rows
        assert told["findings"] == opened.cleanse.runs()[0].open == sum(told["by_severity"].values())
    testing = {"requirements", "requirements_with_gaps", "evidence"}
    assert set(told) == {"rows", "findings", "by_severity", "files", "workspace", *testing}
    assert list(told["by_severity"]) == ["Block", "High", "Med", "Low"]
    assert told["workspace"] == str(out / "workspace")
    written = [*out.glob("*.xlsx"), *out.glob("*.ics"), *out.glob("*.html"), *out.glob("SAMPLE-DEC-*")]
    handed_over = list(out.glob("submissions/*"))
    assert sorted(told["files"]) == sorted(map(str, [*written, *handed_over, *out.glob("fix-lists/*.xlsx")]))
    (pack,) = (one for one in handed_over if one.suffix == ".zip")
    assert verify_pack(pack).ok
    assert verify(out / "SAMPLE-DEC-0001-v2").ok
    assert desk.run("demo", "--headless", "--out", out, "--json", out / "data-cleanse-progress-report.xlsx").status == 2
    assert desk.run("demo", "--headless", "--out", out, "--json", out / "workspace" / "workspace.db").status == 2


def test_a_demo_that_nobody_touched_is_replaced_without_piling_up(desk, out):
    before, lists = names(out), names(out / "fix-lists")
    assert "kept" not in demo(desk, out).err
    assert names(out) == before
    assert names(out / "fix-lists") == lists


def test_work_in_the_demo_is_set_aside_and_said(worked_on):
    (aside,) = aside_of(worked_on.out)
    assert str(aside) in worked_on.said
    with Workspace.open(aside, read_only=True) as kept:
        assert kept.history.verify().ok
        notes = [row for row in kept.cleanse.findings().page(0, 500) if "Rung up the site." in row]
        assert len(notes) == 1
    with Workspace.open(worked_on.out / "workspace", read_only=True) as fresh:
        assert not [row for row in fresh.cleanse.findings().page(0, 500) if "Rung up the site." in row]


def test_a_fix_list_that_was_changed_or_is_someone_elses_stays(worked_on):
    assert worked_on.changed.read_bytes() == b"changed by hand"
    after = names(worked_on.out / "fix-lists")
    assert set(worked_on.lists) < set(after)
    assert len(after) == len(worked_on.lists) + 1


def test_a_demo_without_its_note_counts_as_worked_in(out):
    (out / earlier_demo.NOTE_NAME).write_text("[not json", encoding="utf-8")
    said = earlier_demo.make_room(out, out / "workspace", NOON)
    (aside,) = aside_of(out)
    assert str(aside) in said
    assert not (out / "workspace").exists()


def test_a_demo_that_is_open_elsewhere_and_a_workspace_that_is_none_are_left_alone(desk, out, tmp_path):
    with Workspace.open(out / "workspace"):
        outcome = desk.run("demo", "--headless", "--out", out)
        assert (outcome.status, outcome.out) == (1, "")
        assert "is open in another window or program" in outcome.err
    assert aside_of(out) == []
    own = tmp_path / "own"
    Workspace.create(own / "workspace", "Example Energy", "EXEN").close()
    outcome = desk.run("demo", "--headless", "--out", own)
    assert outcome.status == 1
    assert "is not the sample" in outcome.err
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "workspace").write_text("mine", encoding="utf-8")
    outcome = desk.run("demo", "--headless", "--out", tmp_path / "file")
    assert outcome.status == 1
    assert "fault in MHHS Desk" not in outcome.err
    assert (tmp_path / "file" / "workspace").read_text(encoding="utf-8") == "mine"
