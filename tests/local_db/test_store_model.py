"""Random programs of edits, undo, redo, crashes, backups and restores, against a plain dictionary."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from local_db import audit, backup
from local_db.connection import Store
from local_db.errors import WorkspaceError
from local_db.restore import restore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
IDS = st.lists(st.integers(1, 8), max_size=5)
NOTES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OWNERS = st.sampled_from(["", "Jo", "Sam", "Ünal", "a\"b'c\\", "[1,null]"])
DUES = st.sampled_from([None, "2026-12-01", "2027-01-31"])

MEMORY = Path("/dev/shm")
"""Real files all the same, where it is there: flushing thousands of transactions to a drive is for test_kills.py."""

Row = tuple[str, str, str | None]
"""owner, note, due"""
Image = dict[int, tuple[Row | None, Row | None]]


class Programs(RuleBasedStateMachine):
    """`rows` is what the table must hold; `done` and `undone` are the steps, as {id: (before, after)}."""

    @initialize()
    def begin(self):
        self.place = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.folder = self.place / "acme"
        self.folder.mkdir()
        self.store = Store.create(self.folder / "workspace.db")
        self.rows: dict[int, Row] = {}
        self.done: list[Image] = []
        self.undone: list[Image] = []
        self.entries = 0
        self.kept = None
        self.number = 0

    def step(self, change, after):
        """One edit; `after` is what the rows must be then."""
        with self.store.edit(action="x.edit", title="Step", subjects=["findings"], actor="Jo", at=NOON) as edit:
            change(edit)
        keys = self.rows.keys() | after.keys()
        image = {k: (self.rows.get(k), after.get(k)) for k in keys if self.rows.get(k) != after.get(k)}
        if image:
            self.done.append(image)
            self.undone.clear()
            self.entries += 1
        self.rows = after

    @rule(ids=IDS, owner=OWNERS, due=DUES)
    def upsert(self, ids, owner, due):
        after = dict(self.rows)
        for one in ids:
            after[one] = (owner, after.get(one, ("", "", None))[1], due)
        self.step(lambda edit: edit.upsert("finding_work", ids, {"owner": owner, "due": due}), after)

    @rule(ids=IDS, note=NOTES)
    def update(self, ids, note):
        after = {k: (row[0], note, row[2]) if k in ids else row for k, row in self.rows.items()}
        self.step(lambda edit: edit.update("finding_work", ids, {"note": note}), after)

    @rule(ids=IDS)
    def delete(self, ids):
        after = {k: row for k, row in self.rows.items() if k not in ids}
        self.step(lambda edit: edit.delete("finding_work", ids), after)

    @rule(ids=IDS, owner=OWNERS, note=NOTES)
    def several_at_once(self, ids, owner, note):
        after = {k: row for k, row in self.rows.items() if k not in ids[:2]}
        for one in ids:
            after[one] = (
                owner,
                note if one == 1 else after.get(one, ("", "", None))[1],
                after.get(one, ("", "", None))[2],
            )

        def change(edit):
            edit.delete("finding_work", ids[:2])
            edit.upsert("finding_work", ids, {"owner": owner})
            if 1 in ids:
                edit.update("finding_work", [1], {"note": note})

        self.step(change, after)

    @rule(ids=IDS)
    def fail(self, ids):
        with pytest.raises(ZeroDivisionError), self.store.write() as connection:  # noqa: PT012
            with self.store.edit(action="x", title="x", subjects=[], actor="Jo", at=NOON) as edit:
                edit.upsert("finding_work", ids, {"owner": "lost"})
            connection.execute("DELETE FROM finding_work")
            1 / 0  # noqa: B018

    @rule(one=st.integers(1, 8), owner=OWNERS)
    def write_without_undo(self, one, owner):
        with self.store.write() as connection:
            connection.execute("UPDATE finding_work SET owner = ? WHERE fingerprint = ?", (owner, one))
        if one in self.rows:
            self.rows[one] = (owner, *self.rows[one][1:])

    def replay(self, source, target, place, function):
        if not source:
            with pytest.raises(WorkspaceError, match="nothing to"):
                function(actor="Jo", at=NOON)
            return
        image = source[-1]
        if any(self.rows.get(k) != pair[1 - place] for k, pair in image.items()):
            with pytest.raises(WorkspaceError, match="changed since"):
                function(actor="Jo", at=NOON)
            return
        assert function(actor="Jo", at=NOON).count == len(image)
        for key, pair in image.items():
            self.rows.pop(key, None)
            if pair[place] is not None:
                self.rows[key] = pair[place]
        target.append(source.pop())
        self.entries += 1

    @rule()
    def undo(self):
        self.replay(self.done, self.undone, 0, self.store.undo)

    @rule()
    def redo(self):
        self.replay(self.undone, self.done, 1, self.store.redo)

    @rule()
    def reopen(self):
        self.store.close()
        self.store = Store.open(self.folder / "workspace.db")

    @rule()
    def crash(self):
        """Go on with a copy of the files as they stand on the drive, as after a kill."""
        self.number += 1
        clone = self.place / f"clone {self.number}"
        shutil.copytree(self.folder, clone)
        self.store.close()
        self.folder = clone
        self.store = Store.open(clone / "workspace.db")

    @rule()
    def back_up(self):
        made = backup.make(self.folder, at=NOON, reason="asked")
        state = (dict(self.rows), list(self.done), list(self.undone), self.entries)
        self.kept = (made.path, state)
        assert made.head == audit.head(self.store.read())

    @precondition(lambda self: self.kept is not None)
    @rule()
    def restore(self):
        self.number += 1
        target = self.place / f"restored {self.number}"
        if not self.kept[0].exists():  # thinned: five newer ones were made
            self.kept = None
            return
        restore(self.kept[0], target, at=NOON)
        self.store.close()
        self.folder = target
        self.store = Store.open(target / "workspace.db")
        rows, done, undone, self.entries = self.kept[1]
        self.rows, self.done, self.undone = dict(rows), list(done), list(undone)

    @invariant()
    def the_database_is_the_model(self):
        found = self.store.read().execute("SELECT fingerprint, owner, note, due FROM finding_work").fetchall()
        assert {row[0]: tuple(row[1:]) for row in found} == self.rows
        assert (self.store.undo_title() is None, self.store.redo_title() is None) == (not self.done, not self.undone)
        report = audit.verify(self.store.read())
        assert (report.ok, report.entries) == (True, self.entries)

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.place, ignore_errors=True)


Programs.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPrograms = Programs.TestCase
