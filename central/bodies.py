"""What a reviewer reads of a submission: the tables of its frozen body, which a participant wrote.

The body is the JSON of the desktop's format mhhs-desk/submission/1: `tables` have their rows in `cells`, or one JSON
array a line in a file of its own (`lines`). The first cell of a row is its key; a comment names table, key and column
by their ids, so that it lands on its row on the laptop. Everything in here is taken as hostile: sizes have limits and
whatever has another shape is refused in one sentence, never half shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

FORMAT = "mhhs-desk/submission/1"
MIB = 1024 * 1024
LARGEST_BODY = 32 * MIB
"""Bytes of a body that is read for the page; the desktop puts more than 5,000 rows into files of their own."""
MOST_PARTS = 3_000_000
"""Commas and brackets in it: what it costs in memory when it is read, whatever its bytes are."""
LONGEST_LINE = 1 * MIB
MOST_TABLES, MOST_COLUMNS = 200, 200
EVIDENCE = "evidence_files"
"""Id of the table of evidence files, which stands in every workbook beside those of the content."""

Row = tuple[str, ...]
Opener = Callable[[str], Iterable[bytes]]
"""Gives the bytes of a file of the participant by its SHA-256."""

_EVIDENCE = (
    ("row_key", "Row key", ""),
    ("ref", "Reference", "ref"),
    ("revision", "Revision", "revision"),
    ("title", "Title", "title"),
    ("file_name", "File", "file_name"),
    ("size", "Bytes", "size"),
    ("proves", "What it proves", "proves"),
    ("collected", "Collected on", "collected"),
    ("period", "Period", "period"),
    ("expires", "Good until", "expires"),
    ("author", "Author", "author"),
    ("confidentiality", "Confidentiality", "confidentiality"),
    ("redaction", "Redaction", "redaction"),
    ("description", "Description", "description"),
    ("sha256", "SHA-256 of the file", "sha256"),
)


class BodyUnreadable(ValueError):
    """Why the body cannot be shown: words that can follow “The tables cannot be shown: ...”."""


@dataclass(frozen=True)
class Column:
    """Of a table. `number`: its cells are figures."""

    id: str
    title: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """One table. `cells` are its rows; None: they stand in the file with the hash `lines`."""

    id: str
    title: str
    about: str
    columns: tuple[Column, ...]
    count: int
    cells: tuple[Row, ...] | None
    lines: str = ""

    def has_column(self, column_id: str) -> bool:
        """Whether there is such a column."""
        return any(one.id == column_id for one in self.columns)


@dataclass(frozen=True)
class Check:
    """One rule that the desktop checked before it was frozen."""

    rule: str
    title: str
    recipient: str
    severity: str
    outcome: str
    detail: str


@dataclass(frozen=True)
class Body:
    """What a body says."""

    kind_name: str
    title: str
    reason: str
    covering: str
    position: tuple[tuple[str, str], ...]
    open_points: tuple[str, ...]
    recipients: tuple[str, ...]
    deadline: str
    tables: tuple[Table, ...]
    """Those of its content, then that of evidence files when there are any."""
    checks: tuple[Check, ...]
    changes: tuple[tuple[str, int, int, int], ...]
    """Against the version before: table, rows added, removed, changed."""

    def table(self, table_id: str) -> Table | None:
        """By its id."""
        return next((one for one in self.tables if one.id == table_id), None)


@dataclass(frozen=True)
class Rows:
    """A page of rows. `first`: number of the first of them, from 1; `more`: there are further ones."""

    rows: tuple[Row, ...]
    first: int
    more: bool


def read_body(chunks: Iterable[bytes]) -> Body:
    """Raises BodyUnreadable."""
    try:
        raw = json.loads(_whole(chunks))
        _check_format(raw)
        tables = tuple(_table(one) for one in islice(raw["tables"], MOST_TABLES))
        evidence = _evidence(raw.get("evidence") or [])
        deadline = raw.get("deadline") or {}
        return Body(
            _text(raw["kind_name"]),
            _text(raw["title"]),
            _text(raw.get("reason", "")),
            _text(raw.get("covering", "")),
            tuple((_text(item), _text(detail)) for item, detail in raw["position"]),
            tuple(_text(one) for one in raw["open_points"]),
            tuple(_text(one["name"]) for one in raw["recipients"]),
            " ".join(_text(deadline.get(one) or "") for one in ("day", "words")).strip(),
            (*tables, evidence) if evidence.count else tables,
            tuple(_check(one) for one in raw["checks"]),
            tuple(
                (_text(title), int(added), int(removed), int(changed))
                for title, added, removed, changed in (raw.get("changes") or {"counts": []})["counts"]
            ),
        )
    except BodyUnreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BodyUnreadable("it has another shape than a frozen submission") from error


def _check_format(raw: object) -> None:
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise BodyUnreadable("it is of a format that this page does not know")


def rows_of(table: Table, opener: Opener, holding: str = "") -> Iterator[Row]:
    """Every row, one after the other. Raises BodyUnreadable.

    `holding`: lines that plainly do not hold this folded text are passed over unread: five times as fast.
    """
    if table.cells is not None:
        yield from table.cells
        return
    quick = holding.encode("utf-8", "replace") if holding.isascii() and holding.isalnum() else b""
    for line in _lines(opener(table.lines)):
        if not (quick and quick not in line.lower() and line.isascii() and b"\\" not in line):
            yield _line(line, len(table.columns))


def page_of(table: Table, opener: Opener, *, first: int, size: int, find: str = "") -> Rows:
    """`size` rows from the number `first` (from 1) on; with `find` of those that hold it, whatever their case."""
    wanted = find.casefold().strip()
    if table.cells is None and not wanted:
        lines = islice(_lines(opener(table.lines)), first - 1, first + size)
        found = [_line(one, len(table.columns)) for one in lines]
    else:
        rows = rows_of(table, opener, wanted)
        if wanted:
            rows = (row for row in rows if any(wanted in cell.casefold() for cell in row))
        found = list(islice(rows, first - 1, first + size))
    return Rows(tuple(found[:size]), first, len(found) > size)


def number_of(table: Table, opener: Opener, key: str) -> int:
    """The number of the row with that key, from 1; 0 when there is none. Raises BodyUnreadable."""
    if table.cells is not None:
        return next((number for number, row in enumerate(table.cells, start=1) if row[0] == key), 0)
    begins = b"[" + json.dumps(key, ensure_ascii=False).encode("utf-8", "replace")
    for number, line in enumerate(_lines(opener(table.lines)), start=1):
        if line.startswith(begins) and _line(line, len(table.columns))[0] == key:
            return number
    return 0


def _whole(chunks: Iterable[bytes]) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > LARGEST_BODY:
            raise BodyUnreadable(f"it is larger than {LARGEST_BODY // MIB} MiB")
    if sum(data.count(one) for one in (b",", b"[", b"{")) > MOST_PARTS:
        raise BodyUnreadable("it has too many parts")
    return bytes(data)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            if len(line) > LONGEST_LINE:
                raise BodyUnreadable("a row of it is too long")
            yield line
        if len(rest) > LONGEST_LINE:
            raise BodyUnreadable("a row of it is too long")
    if rest:
        yield rest


def _line(line: bytes, columns: int) -> Row:
    try:
        return _row(json.loads(line), columns)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable("a row of it is none") from error


def _row(raw: Any, columns: int) -> Row:
    if not isinstance(raw, list) or len(raw) != columns:
        raise BodyUnreadable("a row of it has other cells than its table has columns")
    return tuple("" if one is None else _text(one) if isinstance(one, str) else _number(one) for one in raw)


def _table(raw: Mapping[str, Any]) -> Table:
    columns = tuple(_column(one) for one in raw["columns"])
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise BodyUnreadable(f"a table of it has no column, or more than {MOST_COLUMNS}")
    cells = raw["cells"]
    rows = None if cells is None else tuple(_row(one, len(columns)) for one in cells)
    lines = "" if cells is not None else _text(raw["lines"]["sha256"])
    count = int(_number(raw["count"])) if rows is None else len(rows)
    return Table(_text(raw["id"]), _text(raw["title"]), _text(raw["about"]), columns, count, rows, lines)


def _column(raw: Mapping[str, Any]) -> Column:
    kind = _text(raw["kind"])
    return Column(_text(raw["id"]), _text(raw["title"]), kind == "number", kind in {"wrapped", "label"})


def _evidence(raw: Iterable[Mapping[str, Any]]) -> Table:
    columns = tuple(Column(one, title, one in {"size", "revision"}) for one, title, _ in _EVIDENCE)
    rows = tuple(tuple(_of_file(one, field) for _, _, field in _EVIDENCE) for one in raw)
    return Table(EVIDENCE, "Evidence files", "Files that go with it.", columns, len(rows), rows)


def _of_file(raw: Mapping[str, Any], field: str) -> str:
    """A cell of the table of evidence files; its row key is the reference."""
    value = raw[field or "ref"]
    if field == "proves":
        return "; ".join(_text(one) for one in value)
    return _text(value) if isinstance(value, str) else _number(value)


def _check(raw: Mapping[str, Any]) -> Check:
    return Check(*(_text(raw[one]) for one in ("rule", "title", "recipient", "severity", "outcome", "detail")))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BodyUnreadable("it has another shape than a frozen submission")
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")  # half surrogates


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BodyUnreadable("a cell of it is neither text nor whole number")
    return str(value)
