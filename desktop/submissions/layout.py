"""Which sheet of a submission's workbook holds what: for writing it and for reading a reviewer's copy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desktop.excel.book import Kind, stream_tabs
from desktop.excel.names import headings, sheet_name
from desktop.submissions.content import KEY, Column, Table

TEXTS_FILE = Path(__file__).resolve().parents[2] / "resources" / "workbook" / "submission.json"

ROW_KEY = "Row key"
"""Heading of the first column of every table."""

EVIDENCE, CHECKS, CHANGES = "evidence_files", "submission_checks", "submission_changes"
"""Ids of the tables that every workbook may have beside those of its content."""

REVIEWER = "reviewer_comment"
"""Id of the column that a table without one of its own gets for the reviewer."""


@cache
def texts() -> Mapping[str, Any]:
    """The words of a submission's workbook."""
    raw: dict[str, Any] = json.loads(TEXTS_FILE.read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True)
class Place:
    """One table and the sheets that it stands on: `tab`, or several for more rows than a sheet holds."""

    table_id: str
    tab: str
    tabs: tuple[str, ...]
    columns: tuple[Column, ...]
    """As they stand on the sheet: the row key first, the reviewer's last."""
    headings: tuple[str, ...]


EVIDENCE_COLUMNS = (
    Column(KEY, ROW_KEY, Kind.TEXT, 18),
    Column("ref", "Reference", Kind.TEXT, 18),
    Column("revision", "Revision", Kind.NUMBER, 10),
    Column("title", "Title", Kind.WRAPPED, 40),
    Column("file_name", "File", Kind.WRAPPED, 34),
    Column("sha256", "SHA-256 of the file", Kind.TEXT, 66),
    Column("size", "Bytes", Kind.NUMBER, 13),
    Column("proves", "What it proves", Kind.WRAPPED, 44),
    Column("collected", "Collected on", Kind.DATE, 13),
    Column("period", "Period", Kind.WRAPPED, 18),
    Column("expires", "Good until", Kind.DATE, 13),
    Column("author", "Author", Kind.WRAPPED, 18),
    Column("confidentiality", "Confidentiality", Kind.TEXT, 15),
    Column("redaction", "Redaction", Kind.TEXT, 13),
    Column("description", "Description", Kind.WRAPPED, 40),
    Column("remark", "Remark", Kind.WRAPPED, 30),
    Column(REVIEWER, "Reviewer's comment", Kind.WRAPPED, 40, for_reviewer=True),
)
CHECK_COLUMNS = (
    Column(KEY, ROW_KEY, Kind.TEXT, 22),
    Column("title", "Rule", Kind.WRAPPED, 54),
    Column("recipient", "Whose rule", Kind.WRAPPED, 20),
    Column("severity", "Blocks or advises", Kind.TEXT, 14),
    Column("outcome", "Outcome", Kind.WORD, 16),
    Column("count", "Number", Kind.NUMBER, 10),
    Column("detail", "What was found", Kind.WRAPPED, 70),
)
CHANGE_COLUMNS = (
    Column("number", "Number", Kind.NUMBER, 10),
    Column("table", "Table", Kind.WRAPPED, 26),
    Column("key", ROW_KEY, Kind.TEXT, 26),
    Column("kind", "What happened", Kind.TEXT, 14),
    Column("column", "Column", Kind.WRAPPED, 22),
    Column("before", "Before", Kind.WRAPPED, 50),
    Column("after", "After", Kind.WRAPPED, 50),
)


def with_reviewer(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of a table with one for the reviewer, which is added when it has none."""
    if any(column.for_reviewer for column in columns):
        return tuple(columns)
    added = Column(REVIEWER, texts()["reviewer_column"], Kind.WRAPPED, 40, for_reviewer=True)
    return (*columns, added)


def places(tables: Sequence[Table], *, with_evidence: bool) -> tuple[Place, ...]:
    """Where the tables stand, in the order of the sheets; names of sheets that have a meaning stay free for them."""
    sheets = texts()["sheets"]
    taken = [sheets[key]["tab"] for key in ("cover", "checks", "changes", "comments", "notes")] + [
        texts()["lists"]["tab"]
    ]
    made = []
    for table in tables:
        tab = sheet_name(table.tab, taken)
        taken.append(tab)
        columns = with_reviewer(table.columns)
        made.append(_place(table.id, tab, table.count, columns))
    if with_evidence:
        wanted = sheets["evidence"]["tab"]
        if wanted.casefold() in {one.casefold() for one in taken}:
            wanted = sheets["evidence"]["other_tab"]
        made.append(_place(EVIDENCE, sheet_name(wanted, taken), 0, EVIDENCE_COLUMNS))
    return tuple(made)


def _place(table_id: str, tab: str, rows: int, columns: tuple[Column, ...]) -> Place:
    named = headings([ROW_KEY if column.id == KEY else column.title for column in columns])
    return Place(table_id, tab, stream_tabs(tab, rows), columns, named)
