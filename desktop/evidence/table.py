"""All evidence as a table: its columns, and the rows with what follows from dates and links."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from desktop.browse.frame_table import SEPARATOR
from desktop.browse.view import Column, ColumnKind
from desktop.evidence.details import tags_of
from desktop.evidence.model import TargetKind, Targets
from desktop.frames import pl
from local_db import evidence as queries
from local_db.connection import Connection

IN_USE = "In use"
UNLINKED = "Unlinked"
AWAITING = "Awaiting confirmation"
EXPIRING = "Expiring within 30 days"
EXPIRED = "Expired"
WITHDRAWN = "Withdrawn"
STATES = (IN_USE, UNLINKED, AWAITING, EXPIRING, EXPIRED, WITHDRAWN)
"""In the order of the counts. An item may have several; a withdrawn one has only that."""

SOON = timedelta(days=30)
_KILOBYTE = 1024
_SHOWN = 12
"""References that the column of uses lists; beyond, how many more there are."""

CONFIDENTIALITY = {"public": "Public", "internal": "Internal", "confidential": "Confidential"}
REDACTION = {"none": "Not needed", "needed": "Needed", "done": "Done"}

COLUMNS = (
    Column("ref", "Reference", ColumnKind.IDENTIFIER, 16),
    Column("title", "Title", ColumnKind.TEXT, 34),
    Column("kind", "Kind", ColumnKind.TEXT, 18, facet=True),
    Column("file", "File", ColumnKind.TEXT, 28),
    Column("size", "Size (KB)", ColumnKind.NUMBER, 9),
    Column("collected", "Collected", ColumnKind.DATE, 11),
    Column("collector", "Collector", ColumnKind.TEXT, 16, facet=True),
    Column("expires", "Expires", ColumnKind.DATE, 11),
    Column("links", "Links", ColumnKind.NUMBER, 6),
    Column("used_in", "Used in", ColumnKind.TEXT, 26),
    Column("awaiting", "To confirm", ColumnKind.NUMBER, 10),
    Column("state", "State", ColumnKind.STATE, 22, facet=True),
    Column("used_for", "Used for", ColumnKind.TEXT, 16, facet=True, shown=False),
    Column("tags", "Tags", ColumnKind.TEXT, 18, facet=True),
    Column("confidentiality", "Confidentiality", ColumnKind.TEXT, 14, facet=True),
    Column("redaction", "Redaction", ColumnKind.TEXT, 12, facet=True, shown=False),
    Column("author", "Author", ColumnKind.TEXT, 16, shown=False),
    Column("period_from", "Period from", ColumnKind.DATE, 11, shown=False),
    Column("period_to", "Period to", ColumnKind.DATE, 11, shown=False),
    Column("revision", "Revision", ColumnKind.NUMBER, 8, shown=False),
    Column("added", "Added", ColumnKind.DATE, 11, shown=False),
    Column("description", "Description", ColumnKind.TEXT, 40, shown=False),
)

RANKS = {"state": STATES, "confidentiality": tuple(CONFIDENTIALITY.values()), "redaction": tuple(REDACTION.values())}
WORDS = {"collector": "(nobody)", "tags": "(no tags)", "used_for": "(nothing)"}
"""What an empty value is called in the counts."""

_NUMBERS = {column.key for column in COLUMNS if column.kind is ColumnKind.NUMBER}
_LISTS = {"state", "tags", "used_for"}


def _schema() -> dict[str, Any]:
    of_columns = {
        column.key: pl.List(pl.String)
        if column.key in _LISTS
        else pl.Int64()
        if column.key in _NUMBERS
        else pl.String()
        for column in COLUMNS
    }
    return {"id": pl.Int64(), **of_columns}


def states(*, withdrawn: bool, links: int, awaiting: int, expires: str, today: date) -> list[str]:
    """What state an item is in on a day; it is good through the day that it expires."""
    if withdrawn:
        return [WITHDRAWN]
    found = [IN_USE if links else UNLINKED]
    if awaiting:
        found.append(AWAITING)
    if expires and expires < today.isoformat():
        found.append(EXPIRED)
    elif expires and expires <= (today + SOON).isoformat():
        found.append(EXPIRING)
    return found


def frame(connection: Connection, targets: Mapping[TargetKind, Targets], today: date) -> pl.DataFrame:
    """Every item as a row, newest first; links to things that are not there any more do not count."""
    uses = _uses(connection, targets)
    rows = queries.table_rows(connection)
    columns: dict[str, Sequence[Any]] = dict(
        zip(queries.TABLE_COLUMNS, zip(*rows, strict=True) if rows else [()] * len(queries.TABLE_COLUMNS), strict=True)
    )
    used = [uses.get(item, _NO_USES) for item in columns["id"]]
    withdrawn = [bool(reason) for reason in columns["withdrawn"]]
    columns["links"] = [len(one.refs) for one in used]
    columns["used_in"] = [one.words() for one in used]
    columns["used_for"] = [one.kinds() for one in used]
    columns["awaiting"] = [
        0 if gone else one.awaiting(newest)
        for gone, one, newest in zip(withdrawn, used, columns["revision"], strict=True)
    ]
    columns["state"] = [
        states(withdrawn=gone, links=links, awaiting=awaiting, expires=expires, today=today)
        for gone, links, awaiting, expires in zip(
            withdrawn, columns["links"], columns["awaiting"], columns["expires"], strict=True
        )
    ]
    columns["size"] = [math.ceil(size / _KILOBYTE) for size in columns["bytes"]]
    columns["tags"] = [() if text == "[]" else tags_of(text) for text in columns["tags"]]
    columns["confidentiality"] = [CONFIDENTIALITY[one] for one in columns["confidentiality"]]
    columns["redaction"] = [REDACTION[one] for one in columns["redaction"]]
    columns["added"] = [at[:10] for at in columns["added"]]
    return pl.DataFrame([_series(name, columns[name]) for name in _schema()])


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    """A column of the table; lists are joined and split again, which is ten times as quick as handing them over."""
    if name not in _LISTS:
        return pl.Series(name, values, _schema()[name])
    joined = pl.Series(name, [_MARK.join(several) for several in values], pl.String)
    none = pl.lit([], dtype=_schema()[name])
    return pl.select(pl.when(joined == "").then(none).otherwise(joined.str.split(_MARK)).alias(name)).to_series()


_MARK = "\x1f"
"""Between values that are joined for a moment; tags and words hold no such mark."""


class _Uses:
    """What one item is used in: kind and name of each target, with the revision that was confirmed."""

    def __init__(self) -> None:
        self.refs: list[tuple[TargetKind | str, str]] = []
        self.confirmed: list[int] = []

    def words(self) -> str:
        """The references, kind by kind as they were linked, the first dozen of them."""
        shown = SEPARATOR.join(ref for _, ref in self.refs[:_SHOWN])
        more = len(self.refs) - _SHOWN
        return f"{shown} and {more:,} more" if more > 0 else shown

    def kinds(self) -> list[str]:
        """The kinds of what it is used in, each once."""
        return list(dict.fromkeys(kind_words(kind) for kind, _ in self.refs))

    def awaiting(self, newest: int) -> int:
        """How many links were confirmed for an earlier revision only."""
        return sum(one < newest for one in self.confirmed)


_NO_USES = _Uses()


@cache
def kind_words(kind: TargetKind | str) -> str:
    """A kind of target with a capital: Test case; the value itself for a kind of a newer version."""
    try:
        return TargetKind(kind).words.capitalize()
    except ValueError:
        return str(kind)


def _uses(connection: Connection, targets: Mapping[TargetKind, Targets]) -> dict[int, _Uses]:
    links = queries.all_links(connection)
    wanted: dict[str, set[int]] = defaultdict(set)
    for _, kind, target, _ in links:
        wanted[kind].add(target)
    names: dict[str, Mapping[int, Any] | None] = {}
    for kind, ids in wanted.items():
        source = targets.get(kind)  # type: ignore[call-overload]
        names[kind] = None if source is None else source.names(sorted(ids))
    found: dict[int, _Uses] = defaultdict(_Uses)
    for item, kind, target, confirmed in links:
        known = names[kind]
        if known is not None and target not in known:
            continue
        uses = found[item]
        uses.refs.append((kind, str(target) if known is None else known[target].ref))
        uses.confirmed.append(confirmed)
    return found
