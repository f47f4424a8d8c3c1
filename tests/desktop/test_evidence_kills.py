"""Killed while a large file is attached: attached and whole, or not there and said so (see evidence_kills.py)."""

from __future__ import annotations

import json
import sys

import pytest
from evidence_hands import desk, write

from desktop.app import Workspace
from local_db.blobs import BlobStore
from tests.desktop.evidence_kills import NOON, campaign

KILLS = 10


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_file_is_attached_and_whole_or_not_there_and_said(tmp_path):
    tally = campaign(tmp_path, KILLS, seed=20261123)
    assert tally.kills == KILLS
    assert tally.attached + tally.told >= KILLS - 1  # a kill may come before the copying has begun
    assert tally.sound, tally


@pytest.fixture
def folder(tmp_path):
    with desk(tmp_path / "acme") as made:
        made.evidence.add([write(tmp_path / "there.txt", "there")])
    return tmp_path / "acme"


def left_behind(folder, names):
    """What a kill leaves while these files are copied."""
    (folder / "staging").mkdir(exist_ok=True)
    (folder / "staging" / "abc.part").write_bytes(b"half")
    (folder / "staging" / f"attaching-{'0' * 32}.json").write_text(json.dumps(names))


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["x.zip"], "“x.zip” was being attached when MHHS Desk stopped; it was not attached. Add it again."),
        (
            ["x.zip", "y.zip"],
            "“x.zip” and 1 more file were being attached when MHHS Desk stopped; none of them was attached. "
            "Add them again.",
        ),
        (
            ["x.zip", *map(str, range(1500))],
            "“x.zip” and 1,500 more files were being attached when MHHS Desk stopped; none of them was attached. "
            "Add them again.",
        ),
    ],
)
def test_what_was_on_its_way_is_said_once_and_its_leftovers_go(folder, names, sentence):
    left_behind(folder, names)
    with Workspace.open(folder, clock=lambda: NOON) as opened:
        assert sentence in opened.notices
        assert list((folder / "staging").iterdir()) == []
    with Workspace.open(folder, clock=lambda: NOON) as opened:
        assert sentence not in opened.notices


def test_a_step_that_was_committed_is_not_told_as_undone(folder, tmp_path, monkeypatch):
    """The kill between the commit and the removal of the note."""
    with Workspace.open(folder, clock=lambda: NOON) as opened:
        notes = []
        real = BlobStore.name

        def name(connection, blob, at):
            notes.extend((one.name, one.read_text()) for one in (folder / "staging").glob("attaching-*"))
            real(connection, blob, at)

        monkeypatch.setattr(BlobStore, "name", staticmethod(name))
        opened.evidence.add([write(tmp_path / "new.txt", "new")])
        assert len(notes) == 1
    (folder / "staging" / notes[0][0]).write_text(notes[0][1])
    with Workspace.open(folder, clock=lambda: NOON) as opened:
        assert not [one for one in opened.notices if "being attached" in one]
        assert list((folder / "staging").iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", '"text"', "[1, 2", "null"])
def test_a_note_that_is_not_whole_is_no_failure(folder, content):
    left_behind(folder, [])
    for note in (folder / "staging").glob("attaching-*"):
        note.write_text(content)
    with Workspace.open(folder, clock=lambda: NOON) as opened:
        assert opened.evidence.table().total() == 1
