"""Numbers of workbooks that leave the organisation: one for each, given before it is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.errors import WorkspaceError
from local_db import reports
from local_db.connection import Store
from local_db.reports import ReportRow


@dataclass
class Number:
    """A number that was taken, with the row that notes it and the workbook's one moment; 0 and 0 = not numbered."""

    report_id: int
    number: int
    made_at: datetime
    written: bool = False
    """The workbook is in its place: the number stays taken, whatever happens."""


@contextmanager
def numbered(store: Store, noted: str, file: str, made_at: datetime, actor: str) -> Iterator[Number]:
    """Take the next number of `noted`; given back when the block fails before the workbook is in its place."""
    if store.read_only:
        yield Number(0, 0, made_at)
        return
    with store.write() as connection:
        row = ReportRow(noted, None, "", "", file, "", made_at.isoformat(), actor)
        taken = Number(reports.add(connection, row), reports.count(store, noted), made_at)
    try:
        yield taken
    except BaseException:
        if not taken.written:
            # What went wrong is told by the failure itself; a number that cannot be given back is passed over.
            with suppress(WorkspaceError), store.write() as connection:
                reports.drop(connection, taken.report_id)
        raise


def sha256_of(path: Path) -> str:
    """The hash of a file that was written, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
