"""What marks a CSV of a cutover plan as ours, and the columns of other documents that go out and come back beside it.

A workbook says in its properties what it is; a CSV has none. Its last column does it: under `MARK` each row names the
plan that it was written from. A column survives every spreadsheet program, and rows that a person adds may leave it
blank.

What a document said in columns that are mapped to nothing is kept beside each activity (`extra`). It goes out under the
document's own headings with `BESIDE` before them, so that none of them is taken for a column of ours.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.excel.names import headings
from desktop.records.activity_fields import IN_EXTRA
from desktop.records.fields import by_name
from desktop.records.model import RecordKind
from desktop.records.rows import Record

MARK = "Written by MHHS Desk from"
"""The heading of the column that makes a CSV ours; in each row the reference of the plan."""
BESIDE = "Beside: "
"""Before the heading of a column that is kept beside each activity."""
_KEY = by_name(RecordKind.ACTIVITIES)["key"].title
_REFERENCE = re.compile(r"\S*CUT-\d+", re.ASCII | re.IGNORECASE)
_HEAD = 65_536
"""Bytes of a file in which its line of headings is looked for."""


def labels_of(extras: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """The columns that are kept beside some activities, in one order; those that have a column of ours are left out."""
    ours = {by_name(RecordKind.ACTIVITIES)[name].title for name in IN_EXTRA}
    return tuple(sorted({label for extra in extras for label in extra} - ours))


def beside_headings(labels: Sequence[str]) -> dict[str, str]:
    """The heading under which each of these columns goes out, to the column."""
    return dict(zip(headings(BESIDE + label for label in labels), labels, strict=True))


def with_what_is_beside(records: Sequence[Record], labels: Sequence[str]) -> list[Record]:
    """Records of a file of ours with what is kept beside them, and nothing of what is only for reading.

    `labels`: the columns that are kept beside the activities of the plan.
    """
    known = beside_headings(labels)
    return [
        replace(
            one,
            extra={
                known.get(heading, heading.removeprefix(BESIDE)): text
                for heading, text in one.extra.items()
                if heading in known or (heading.startswith(BESIDE) and heading != BESIDE)
            },
        )
        for one in records
    ]


def plan_of(found: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The reference of the plan that a table was written from; '' = the table is not ours."""
    if not _has_mark(found):
        return ""
    place = found.index(MARK)
    first = next((cells[place].strip() for cells in rows if cells[place].strip()), "")
    return first if _REFERENCE.fullmatch(first) else ""


def _has_mark(found: Sequence[str]) -> bool:
    return MARK in found and _KEY in found


def is_marked(path: Path) -> bool:
    """Whether a file is a CSV of a cutover plan that was written here."""
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD)
    except OSError:
        return False
    text = start.decode("utf-8-sig", "replace")
    if MARK not in text:
        return False
    first = text.splitlines()[0]
    return any(_has_mark(next(csv.reader(io.StringIO(first), delimiter=mark), [])) for mark in (",", ";", "\t"))
