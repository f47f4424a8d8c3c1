"""Whether a body has exactly the fields that format 1 has, each of its kind: a field more or less is refused.

What is frozen is checked before it is kept, and what is read before it is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.excel.book import Kind
from desktop.json_shape import (
    day_or_none,
    fields,
    flag,
    hash_of,
    hash_or_none,
    like,
    list_of,
    moment,
    one_of,
    or_null,
    text,
    whole,
    words,
)
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import ChangeKind, Outcome, Severity

FORMAT = "mhhs-desk/submission/1"
INLINE_ROWS = 5_000
"""Rows of a table that stand in the body; a longer one has a file of its own."""


def check_body(body: Mapping[str, Any]) -> None:
    """Raises ValueError, with the field in its text, for what is no body of format 1."""
    if body.get("format") != FORMAT:
        raise ValueError("it is of another format")
    _BODY(body, "")
    ids = [one["id"] for one in body["tables"]]
    if len(set(ids)) < len(ids):
        raise ValueError("tables: an id stands twice")


def check_row(row: Any, columns: int, where: str) -> None:
    """Raises ValueError for what is no row of so many cells whose first one is its key."""
    if not isinstance(row, list | tuple) or len(row) != columns:
        raise ValueError(f"{where} has not {columns} cells")
    for value in row:
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise ValueError(f"{where}: a cell is neither text nor whole number")
    if not isinstance(row[0], str) or not row[0]:
        raise ValueError(f"{where} has no key")


def _pair(value: Any, where: str) -> None:
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{where} is no pair of texts")


def _counts(value: Any, where: str) -> None:
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise ValueError(f"{where} has not four parts")
    text(value[0], where)
    for one in value[1:]:
        whole(0)(one, where)


def _values(value: Any, where: str) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError(f"{where} is no object of texts")


def _table(value: Any, where: str) -> None:
    _table_fields(value, where)
    cells, count = value["cells"], value["count"]
    if (cells is None) == (value["lines"] is None):
        raise ValueError(f"{where} has its rows in no place, or in two")
    if cells is None:
        return
    if not isinstance(cells, list | tuple) or len(cells) != count or count > INLINE_ROWS:
        raise ValueError(f"{where} has not the number of rows that it says")
    for number, row in enumerate(cells):
        check_row(row, len(value["columns"]), f"{where}.cells[{number}]")


def _some_columns(value: Any, where: str) -> None:
    list_of(_column)(value, where)
    if not value or len({one["id"] for one in value}) < len(value):
        raise ValueError(f"{where}: there is no column, or one stands twice")


_reference = like(r"[\w-]{1,100}", "no reference")
_column = fields(id=words, title=text, kind=one_of(*(one.value for one in Kind)), width=whole(0), for_reviewer=flag)
_table_fields = fields(
    id=words,
    tab=words,
    title=text,
    about=text,
    columns=_some_columns,
    count=whole(0),
    cells=lambda _value, _where: None,
    lines=or_null(fields(sha256=hash_of, size=whole(1))),
)

_BODY = fields(
    format=one_of(FORMAT),
    kind=words,
    kind_name=text,
    title=words,
    reference=_reference,
    version=whole(1),
    supersedes=or_null(fields(reference=_reference, version=whole(1), sha256=hash_of)),
    reason=text,
    participant=fields(name=text, short_name=text, mpids=list_of(fields(mpid=text, roles=list_of(text)))),
    recipients=list_of(fields(id=words, name=text, code_body=text)),
    delivery=list_of(fields(recipient=words, document=words, pattern=words, zip=flag, largest_mb=whole(0))),
    deadline=or_null(fields(day=day_or_none, words=text)),
    covering=text,
    personal_data=one_of(*(one.value for one in MpanChoice)),
    packs=list_of(fields(kind=words, version=text, status=text, source=text, sha256=hash_of)),
    position=list_of(_pair),
    tables=list_of(_table),
    relies=list_of(fields(kind=words, ref=text, title=text, sha256=hash_of)),
    evidence=list_of(
        fields(
            ref=words,
            revision=whole(1),
            title=text,
            file_name=text,
            sha256=hash_of,
            size=whole(0),
            media_type=text,
            description=text,
            author=text,
            collected=text,
            period=text,
            expires=text,
            confidentiality=text,
            redaction=text,
            active=flag,
            proves=list_of(text),
            withdrawn=text,
        )
    ),
    beside=list_of(fields(folder=text, name=words, title=text, sha256=hash_of, size=whole(0))),
    open_points=list_of(text),
    values=_values,
    checks=list_of(
        fields(
            rule=words,
            title=text,
            severity=one_of(*(one.value for one in Severity)),
            recipient=text,
            outcome=one_of(*(one.value for one in Outcome)),
            detail=text,
            count=whole(0),
        )
    ),
    changes=or_null(
        fields(
            before=text,
            counts=list_of(_counts),
            rows=list_of(
                fields(
                    table=text,
                    key=text,
                    kind=one_of(*(one.value for one in ChangeKind)),
                    column=text,
                    before=text,
                    after=text,
                )
            ),
            left_out=whole(0),
            same_choice=flag,
        )
    ),
    files=list_of(
        fields(role=one_of("workbook", "template"), recipient=text, name=words, sha256=hash_of, size=whole(1))
    ),
    content_sha256=hash_of,
    audit=fields(seq=whole(0), h=hash_or_none),
    made=fields(at=moment, by=text, app=text),
)
