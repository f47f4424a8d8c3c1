"""The portfolio's one service: look at a file, suggest a mapping, stage it, keep it; and read what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import NotFound
from desktop.frames import pl
from desktop.jobs import Job
from desktop.portfolio.cleaning import clean_series
from desktop.portfolio.items import ITEMS
from desktop.portfolio.mapping import Suggestion, heading_set, mapping_hash, suggest
from desktop.portfolio.preview import ItemPreview, preview
from desktop.portfolio.snapshots import (
    PortfolioRow,
    RowCell,
    Snapshot,
    SnapshotColumns,
    item_columns,
    reading_from_json,
    reading_to_json,
)
from desktop.portfolio.staging import Source, Staged, look_at, stage
from desktop.portfolio.table import PortfolioTable
from local_db import heading_maps, snapshots
from local_db.blobs import BlobStore
from local_db.connection import Store

KIND = "portfolio"

FEWER_ROWS = 10
"""A file with so many rows fewer than the last one may be a part of the portfolio ..."""

FEWER_PERCENT = 10
"""... if they are also so much of the last one, in percent."""


@dataclass(frozen=True)
class Committed:
    """A kept snapshot; `already` when the same bytes with the same mapping were kept before, and nothing changed."""

    snapshot: Snapshot
    already: bool
    changes: Changes


class PortfolioService:
    """What pages and commands call about portfolios. Every call may run on a worker thread."""

    def __init__(self, store: Store, blobs: BlobStore, folder: Path, actor: str, clock: Clock) -> None:
        """`folder` is the workspace's; files on their way in stand in the blob store's staging folder."""
        self._store = store
        self._blobs = blobs
        self._folder = folder
        self._actor = actor
        self._clock = clock

    def read(self, path: Path, job: Job | None = None, sheet: str | None = None) -> Source:
        """Look at a file: its form, headings and first rows. `sheet` of a workbook; None: the first with values.

        Close the source when it is done with. Raises FileRefused with one sentence that says what the file is.
        """
        self._store.require_writable()
        return look_at(path, self._blobs.staging, job or Job(), sheet)

    def suggest(self, source: Source) -> dict[str, Suggestion]:
        """A heading for each item that the file seems to hold, with how sure that is and why."""
        remembered = heading_maps.remembered(self._store, heading_set(source.headings))
        return suggest(source.headings, source.samples, remembered)

    def stage(self, source: Source, mapping: Mapping[str, str], job: Job | None = None) -> Staged:
        """The dry run: read the file to its end with this mapping (item to heading). Nothing is kept yet.

        Commit or discard the result. Raises InvalidInput (the mapping), FileRefused, Cancelled.
        """
        self._store.require_writable()
        staged = stage(source, mapping, self._blobs.staging, job or Job())
        last, fewer = self.latest(), self.fewer_than_last(staged)
        if last is None or not fewer:
            return staged
        day = last.extract_date.isoformat() if last.extract_date else last.imported_at[:10]
        return replace(staged, fewer=fewer, fewer_than=day)

    def fewer_than_last(self, staged: Staged) -> int:
        """How many rows fewer than the newest snapshot, when it is at least 10 rows and 10 % of it; else 0.

        A file that is here already changes nothing when it is imported again: 0.
        """
        last = self.latest()
        if last is None or self.known_as(staged) is not None:
            return 0
        fewer = last.rows - staged.rows
        return fewer if fewer >= FEWER_ROWS and fewer * 100 >= last.rows * FEWER_PERCENT else 0

    def preview(self, staged: Staged, job: Job | None = None) -> tuple[ItemPreview, ...]:
        """What will be cleaned for comparing, item by item, and what a spreadsheet has spoiled."""
        columns = item_columns(staged.reading.headings, staged.mapping)
        return preview(pl.scan_parquet(staged.parquet), columns, staged.mapping, job or Job())

    def known_as(self, staged: Staged) -> Snapshot | None:
        """The snapshot that a commit would find already there: the same bytes, the same mapping."""
        row = snapshots.find(self._store, KIND, staged.file_sha256, _hash_of(staged))
        return None if row is None else Snapshot.of(row)

    def commit(self, staged: Staged, extract_date: date | None = None) -> Committed:
        """Keep what was staged as a snapshot, all or nothing. The same bytes with the same mapping change nothing."""
        at = self._clock()
        title = f"Import a portfolio of {staged.rows:,} rows"
        with self._store.write() as connection:
            known = self.known_as(staged)
            if known is None:
                blob = self._blobs.adopt(staged.parquet, "snapshots", at=at)
                snapshot_id = snapshots.insert(
                    connection,
                    kind=KIND,
                    file_name=staged.file_name,
                    file_size=staged.file_size,
                    file_sha256=staged.file_sha256,
                    mapping_hash=_hash_of(staged),
                    blob_sha256=blob.sha256,
                    row_count=staged.rows,
                    headings=staged.reading.headings,
                    mapping=staged.mapping,
                    reading=reading_to_json(staged.reading),
                    extract_date=extract_date.isoformat() if extract_date else None,
                    at=at,
                    actor=self._actor,
                )
                heading_maps.remember(connection, heading_set(staged.headings), staged.mapping, at)
                self._store.record(
                    "portfolio.import",
                    title,
                    {
                        "snapshot": snapshot_id,
                        "file": staged.file_name,
                        "sha256": staged.file_sha256,
                        "rows": staged.rows,
                        "mapping": dict(staged.mapping),
                    },
                    actor=self._actor,
                    at=at,
                )
        staged.discard()
        if known is not None:
            return Committed(known, already=True, changes=Changes())
        changes = Changes.of(Subject.SNAPSHOTS, title=title, count=staged.rows)
        return Committed(self.snapshot(snapshot_id), already=False, changes=changes)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots, newest first."""
        return tuple(Snapshot.of(row) for row in snapshots.everything(self._store))

    def snapshot(self, snapshot_id: int) -> Snapshot:
        """One snapshot. Raises NotFound."""
        row = snapshots.get(self._store, snapshot_id)
        if row is None:
            raise NotFound(f"There is no snapshot {snapshot_id}.", todo="Choose one of the imports.")
        return Snapshot.of(row)

    def latest(self) -> Snapshot | None:
        """The newest snapshot; None before the first import."""
        return next(iter(self.snapshots()), None)

    def open_columns(self, snapshot_id: int) -> SnapshotColumns:
        """A snapshot for the checks. Raises NotFound, WorkspaceDamaged (its file is gone)."""
        snapshot = self.snapshot(snapshot_id)
        reading = reading_from_json(snapshots.reading(self._store, snapshot_id))
        return SnapshotColumns(
            path=self._blobs.path(snapshot.blob_sha256),
            rows=snapshot.rows,
            reading=reading,
            headings=snapshot.headings,
            mapping=snapshot.mapping,
            columns=item_columns(snapshot.headings, snapshot.mapping),
            extract_date=snapshot.extract_date,
        )

    def table(self, snapshot_id: int) -> PortfolioTable:
        """The rows of a snapshot as a table; the id of a row is its data row number. Raises NotFound."""
        return PortfolioTable(self.open_columns(snapshot_id))

    def row(self, snapshot_id: int, row: int) -> PortfolioRow:
        """One data row, counted from 1, as it stood and cleaned. Raises NotFound."""
        snapshot = self.snapshot(snapshot_id)
        if not 1 <= row <= snapshot.rows:
            raise NotFound(f"The snapshot has {snapshot.rows:,} rows; there is no row {row:,}.")
        found = pl.scan_parquet(self._blobs.path(snapshot.blob_sha256)).slice(row - 1, 1).collect().row(0)
        items = {heading: item for item, heading in snapshot.mapping.items()}
        return PortfolioRow(
            snapshot_id,
            row,
            tuple(
                _cell(heading, text, items.get(heading)) for heading, text in zip(snapshot.headings, found, strict=True)
            ),
        )


def _cell(heading: str, text: str, item: str | None) -> RowCell:
    if item is None:
        return RowCell(heading, text)
    known = ITEMS[item]
    cleaned = clean_series(pl.Series([text], dtype=pl.String), known)[0]
    return RowCell(heading, text, item, known.title, cleaned)


def _hash_of(staged: Staged) -> str:
    return mapping_hash(staged.mapping, sheet=staged.reading.sheet)
