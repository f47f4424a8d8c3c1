"""Imports of requirements, cases, results, defects, work-off items and deliverables: read, map, see the difference, take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from desktop.clock import Clock
from desktop.jobs import Job
from desktop.pit.service import PitService
from desktop.records.model import (
    ImportedRecords,
    ImportOptions,
    PastImport,
    RecordField,
    RecordKind,
    RecordSource,
    StagedRecords,
)
from local_db.blobs import BlobStore
from local_db.connection import Store


class RecordImports:
    """What pages and commands call about bringing records in; nothing is kept before `commit`. Every call may run on a worker thread."""

    def __init__(self, store: Store, blobs: BlobStore, pit: PitService, actor: str, clock: Clock) -> None:
        raise NotImplementedError

    def fields(self, kind: RecordKind) -> tuple[RecordField, ...]:
        """The fields of a kind, needed ones first."""
        raise NotImplementedError

    def read(self, path: Path, kind: RecordKind, job: Job | None = None, sheet: str | None = None) -> RecordSource:
        """Look at a file (CSV, Excel, JUnit XML): its headings, samples and suggestions. Title rows above the headings are passed over. Raises FileRefused, NotFound (no such sheet), Cancelled."""
        raise NotImplementedError

    def kind_of(self, path: Path) -> RecordKind | None:
        """What the rows of a file are, when it says so itself: JUnit XML, or a workbook that we wrote."""
        raise NotImplementedError

    def close(self, source: RecordSource) -> None:
        """Remove what looking at a file has put aside. Closing twice does nothing."""
        raise NotImplementedError

    def stage(
        self,
        source: RecordSource,
        mapping: Mapping[str, str],
        options: ImportOptions = ImportOptions(),
        job: Job | None = None,
    ) -> StagedRecords:
        """The dry run by the code of the commit: the difference, row by row. Raises InvalidInput (mapping; `field`), FileRefused, Cancelled."""
        raise NotImplementedError

    def commit(self, staged: StagedRecords, job: Job | None = None) -> ImportedRecords:
        """Take the rows; one step to undo. Raises FileRefused when the records changed since the dry run, Cancelled."""
        raise NotImplementedError

    def past(self) -> tuple[PastImport, ...]:
        """Imports that were made, newest first."""
        raise NotImplementedError
