"""The history of a workspace: what was done, undo and redo, and whether the log still fits together."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op, View
from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import InvalidInput, NotFound
from desktop.jobs import Job
from local_db import audit
from local_db import history as queries
from local_db.audit import ChainReport
from local_db.blobs import BlobFaults
from local_db.connection import Store
from local_db.undo_log import Replayed

__all__ = ["ChainReport", "Entry", "HistoryService", "HistoryTable", "Verified"]

_HOW = {
    Op.IS_ANY: "is",
    Op.IS_NONE: "is not",
    Op.CONTAINS: "contains",
    Op.NOT_CONTAINS: "not contains",
    Op.STARTS: "starts",
    Op.BEFORE: "before",
    Op.AFTER: "after",
    Op.EMPTY: "empty",
    Op.NOT_EMPTY: "not empty",
}


@dataclass(frozen=True)
class Entry:
    """One entry of the log with its details: what stood before and after, as plain values."""

    seq: int
    at: str
    actor: str
    action: str
    title: str
    body: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class Verified:
    """What `Workspace.verify` found in all that a workspace keeps.

    `pages` is what the engine says of the database's pages (empty = nothing), `files` is None when the list of kept
    files could not be read, `backup` is the backup to restore where the database is damaged, `declarations` says of
    each signed declaration that does not hold why, a sentence each; so does `submissions` of each frozen submission.
    """

    pages: tuple[str, ...]
    chain: ChainReport
    files: BlobFaults | None
    backup: Path | None = None
    declarations: tuple[str, ...] = ()
    submissions: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        whole = not self.pages and self.chain.ok and self.files is not None and self.files.ok
        return whole and not self.declarations and not self.submissions

    @property
    def lines(self) -> tuple[str, ...]:
        """What is wrong, a sentence each; empty when nothing is."""
        found = []
        if self.pages:
            todo = f"Restore the backup {self.backup.name}." if self.backup else "Restore a backup."
            found.append(f"The workspace's database is damaged: {self.pages[0].rstrip('.')}. {todo}")
        if not self.chain.ok:
            found.append(f"The history does not fit at entry {self.chain.broken_at}: {self.chain.why}.")
        for what, names in (("damaged", self.files.damaged), ("missing", self.files.missing)) if self.files else ():
            if names:
                many = f"{len(names):,} kept files are" if len(names) > 1 else "A kept file is"
                found.append(f"{many} {what}: {', '.join(f'{one[:12]}…' for one in names[:5])}.")
        found.extend(self.declarations)
        found.extend(self.submissions)
        return tuple(found)


class HistoryTable:
    """The audit log as a table (a TableSource); a row's id is the entry's number, newest first by nature."""

    columns = (
        Column("seq", "No.", ColumnKind.NUMBER, 7),
        Column("at", "When (UTC)", ColumnKind.DATE, 20),
        Column("actor", "Who", ColumnKind.TEXT, 16, facet=True),
        Column("action", "Action", ColumnKind.TEXT, 20, facet=True),
        Column("title", "What", ColumnKind.TEXT, 60),
    )

    def __init__(self, store: Store) -> None:
        """Show everything, newest first."""
        self._store = store
        self._view = View()
        self._numbers: array[int] = array("q")
        self._places: dict[int, int] | None = None
        self.apply(self._view)

    @property
    def view(self) -> View:
        """The view that is applied now."""
        return self._view

    def apply(self, view: View) -> None:
        """Filter and sort. Raises InvalidInput if the view names a column that is not there."""
        known = {column.key for column in self.columns}
        for key in [one.column for one in view.filters] + [key for key in (view.sort, *view.columns) if key]:
            if key not in known:
                raise InvalidInput(f"The history has no column “{key}”.", field=key)
        self._numbers = queries.sequence_numbers(
            self._store, _conditions(view.filters), view.text, view.sort, view.descending
        )
        self._places = None
        self._view = view

    def total(self) -> int:
        """Entries without any filter."""
        return queries.total(self._store)

    def count(self) -> int:
        """Entries that the view leaves."""
        return len(self._numbers)

    def page(self, start: int, length: int) -> list[tuple[object, ...]]:
        """The cells of `length` entries from position `start`; times to the second."""
        return queries.page(self._store, self._numbers[start : start + length])

    def ids(self, start: int, length: int) -> list[int]:
        """The numbers of entries by position."""
        return list(self._numbers[start : start + length])

    def position(self, row_id: int) -> int | None:
        """Where an entry stands in the view; None if the view leaves it out."""
        if self._places is None:
            self._places = {number: place for place, number in enumerate(self._numbers)}
        return self._places.get(row_id)

    def facets(self, column: str) -> list[FacetValue]:
        """Counts per actor or action, under all filters but the column's own; most frequent first."""
        if column not in {one.key for one in self.columns if one.facet}:
            raise InvalidInput(f"The history has no counts for “{column}”.", field=column)
        others = [one for one in self._view.filters if one.column != column]
        found = queries.counts(self._store, column, _conditions(others), self._view.text)
        return [FacetValue(value, value, count) for value, count in found]


def _conditions(filters: tuple[Filter, ...] | list[Filter]) -> list[queries.Condition]:
    return [queries.Condition(one.column, _HOW[one.op], one.values) for one in filters]


class HistoryService:
    """Undo, redo and the log of one workspace."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        """Undo and redo are written into the log under `actor` at the time of `clock`."""
        self._store, self._actor, self._clock = store, actor, clock

    def undo_title(self) -> str | None:
        """The title of the step that `undo` takes back; None if there is none or the workspace is read-only."""
        return None if self._store.read_only else self._store.undo_title()

    def undo_barrier(self) -> str | None:
        """The title of the step that cannot be undone, where that is why `undo` takes nothing back; else None."""
        return None if self._store.read_only else self._store.undo_barrier()

    def redo_title(self) -> str | None:
        """The title of the step that `redo` does again; None if there is none or the workspace is read-only."""
        return None if self._store.read_only else self._store.redo_title()

    def undo(self) -> Changes:
        """Take the last step back. Raises WorkspaceError if its records have changed since, or there is none."""
        return _changes("Undone", self._store.undo(actor=self._actor, at=self._clock()))

    def redo(self) -> Changes:
        """Do the last undone step again. Raises WorkspaceError if its records have changed since, or there is none."""
        return _changes("Redone", self._store.redo(actor=self._actor, at=self._clock()))

    def entries(self) -> HistoryTable:
        """The log as a table."""
        return HistoryTable(self._store)

    def entry(self, seq: int) -> Entry:
        """One entry with its details. Raises NotFound."""
        found = queries.entry(self._store, seq)
        if found is None:
            raise NotFound(f"There is no entry {seq} in the history.")
        return Entry(found.seq, found.at, found.actor, found.action, found.title, json.loads(found.body), found.h)

    def head(self) -> audit.Head:
        """The last entry's number and hash, to print or keep elsewhere."""
        return audit.head(self._store.read())

    def verify(self, job: Job | None = None, known: audit.Head | None = None) -> ChainReport:
        """Check that every entry is as it was written and follows the one before it.

        `known` is a head kept elsewhere, for instance in a backup or a printed report. Raises Cancelled.
        """
        work = job or Job()
        return audit.verify(
            self._store.read(), lambda done, total: work.report("Checking the history", done, total, "entries"),
            known=known,
        )  # fmt: skip


def _changes(verb: str, replayed: Replayed) -> Changes:
    return Changes(frozenset(Subject(one) for one in replayed.subjects), f"{verb}: {replayed.title}", replayed.count)
