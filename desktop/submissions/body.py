"""The frozen body of a submission: canonical JSON (RFC 8785) with everything it says and the hash of what it relies on.

A table of up to `INLINE_ROWS` rows stands in the body as `cells`. A longer one stands in a kept file of its own, one
canonical JSON array for each row and line, and the body has its SHA-256 and size in `lines`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from desktop.declarations.body import sha256
from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.errors import FileRefused, WorkspaceDamaged
from desktop.excel.book import Kind
from desktop.submissions.content import BesideFile, Column, Content, EvidenceFile, Relied, Row, Table
from desktop.submissions.shape import FORMAT, INLINE_ROWS, check_body, check_row

KEYS = (
    "format", "kind", "kind_name", "title", "reference", "version", "supersedes", "reason", "participant", "recipients",
    "delivery", "deadline", "covering", "personal_data", "packs", "position", "tables", "relies", "evidence", "beside",
    "open_points", "values", "checks", "changes", "files", "content_sha256", "audit", "made",
)  # fmt: skip
"""Every key of a body, each always there:

- supersedes: {reference, version, sha256} or None; reason: why a newer version
- participant: {name, short_name, mpids: [{mpid, roles}]}; recipients: [{id, name, code_body}]
- delivery: [{recipient, document, pattern, zip, largest_mb}]: how each wanted its files when it was frozen; `document`
  is the kind's code in their names, largest_mb 0 when nothing was said
- deadline: {day, words} or None; personal_data: full, last-four, counts
- packs: [{kind, version, status, source, sha256}]; position: [[item, detail]]
- tables: [{id, tab, title, about, columns: [{id, title, kind, width, for_reviewer}], count, cells | None,
  lines: {sha256, size} | None}]
- relies: [{kind, ref, title, sha256}]; evidence: fields of EvidenceFile; beside: [{folder, name, title, sha256, size}]
- checks: [{rule, title, severity, recipient, outcome, detail, count}]
- changes: {before, counts: [[title, added, removed, changed]], rows: [{table, key, kind, column, before, after}],
  left_out, same_choice} or None for a first version
- files: [{role, recipient, name, sha256, size}]: the workbook (recipient '' = for all; else one for each of them, with
  that one's comments alone) and the filled templates
- content_sha256: of the canonical bytes of the body without files and content_sha256; printed on the workbook
- audit: {seq, h} of the log when it was frozen; made: {at, by, app}
"""


_BLOCK = 1_000
"""Lines that are written at once."""
_LARGEST = 2**53
"""Whole numbers from here on have no canonical JSON."""

Keep = Callable[[Iterable[bytes]], tuple[str, int]]
"""Takes the blocks of a file that is to be kept; gives its SHA-256 and its size in bytes."""


class RowFiles(Protocol):
    """Where what stands beside the body is kept: the rows of long tables, small files."""

    def path(self, sha256: str) -> Path:
        """The kept file of that hash. Raises WorkspaceDamaged when it is not there."""
        ...


def read_body(data: bytes) -> Mapping[str, Any]:
    """The body of frozen bytes. Raises FileRefused unless they are the canonical bytes of a body of this format."""
    try:
        body = read_canonical(data)
        check_body(body)
    except (ValueError, RecursionError) as error:
        raise FileRefused(
            f"This is no frozen submission: {error}.", todo="Take it from where it was frozen."
        ) from error
    return body


def content_of(body: Mapping[str, Any], files: RowFiles) -> Content:
    """What a frozen body says, as it was gathered. Raises WorkspaceDamaged for a kept file that is not there."""
    return Content(
        kind=body["kind"],
        title=body["title"],
        position=tuple((item, detail) for item, detail in body["position"]),
        tables=tuple(_table(one, files) for one in body["tables"]),
        relies=tuple(Relied(**one) for one in body["relies"]),
        evidence=tuple(EvidenceFile(**{**one, "proves": tuple(one["proves"])}) for one in body["evidence"]),
        beside=tuple(
            BesideFile(one["folder"], one["name"], _bytes(one["sha256"], files), one["title"]) for one in body["beside"]
        ),
        values=dict(body["values"]),
        open_points=tuple(body["open_points"]),
    )


def content_parts(content: Content, keep: Keep) -> dict[str, Any]:
    """The parts of a body that say what was gathered; `keep` takes what stands in files of its own.

    Raises ValueError for a row or a text that no body can hold, and what `keep` raises.
    """
    return {
        "position": [list(one) for one in content.position],
        "tables": [_table_part(one, keep) for one in content.tables],
        "relies": [asdict(one) for one in content.relies],
        "evidence": [{**asdict(one), "proves": list(one.proves)} for one in content.evidence],
        "beside": [
            {"folder": one.folder, "name": one.name, "title": one.title, **_kept(keep([one.data]))}
            for one in content.beside
        ],
        "open_points": list(content.open_points),
        "values": dict(content.values),
    }


def content_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of what a body says: of its canonical bytes without its files and this hash itself."""
    return sha256(canonical_bytes({key: one for key, one in body.items() if key not in {"files", "content_sha256"}}))


def row_line(row: Iterable[object]) -> bytes:
    """A row as its line: its canonical JSON, written by the standard library, which is a hundred times as fast.

    For texts and whole numbers both write the same (a test holds it). Raises ValueError for what is no Unicode text.
    """
    return json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_rows(path: Path, columns: int) -> Iterator[Row]:
    """The rows of a kept file, one by one. Raises WorkspaceDamaged for a line that is no row."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                check_row(row, columns, f"row {number}")
            except (ValueError, RecursionError) as error:
                raise _damaged() from error
            yield tuple(row)


def _table_part(table: Table, keep: Keep) -> dict[str, Any]:
    """A table with its rows, or with the file that they stand in. How many they are is counted, not believed."""
    rows = _checked(table)
    cells: list[Any] | None = [list(row) for row in _first(rows, INLINE_ROWS + 1)]
    lines, count = None, len(cells or ())
    if cells is not None and count > INLINE_ROWS:
        counter = _Counter(count)
        begun = cells
        kept = keep(_lines(begun, counter.counted(rows)))
        lines, cells, count = _kept(kept), None, counter.count
    return {
        "id": table.id,
        "tab": table.tab,
        "title": table.title,
        "about": table.about,
        "columns": [{**asdict(one), "kind": one.kind.value} for one in table.columns],
        "count": count,
        "cells": cells,
        "lines": lines,
    }


class _Counter:
    """Counts rows that pass by."""

    def __init__(self, count: int) -> None:
        self.count = count

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows."""
        for row in rows:
            self.count += 1
            yield row


def _checked(table: Table) -> Iterator[Row]:
    for number, row in enumerate(table.rows()):
        check_row(row, len(table.columns), f"row {number + 1} of “{table.title}”")
        for value in row:
            if isinstance(value, int) and abs(value) >= _LARGEST:
                raise ValueError(f"row {number + 1} of “{table.title}” has a number that is too large")
        yield row


def _first(rows: Iterator[Row], count: int) -> Iterator[Row]:
    for _ in range(count):
        row = next(rows, None)
        if row is None:
            return
        yield row


def _lines(begun: Iterable[Iterable[object]], rows: Iterable[Row]) -> Iterator[bytes]:
    """Lines in blocks of some hundred kilobytes."""
    block: list[bytes] = []
    for some in (begun, rows):
        for row in some:
            block.append(row_line(row))
            if len(block) >= _BLOCK:
                yield b"".join(block)
                block.clear()
    yield b"".join(block)


def _kept(one: tuple[str, int]) -> dict[str, Any]:
    return {"sha256": one[0], "size": one[1]}


def _table(part: Mapping[str, Any], files: RowFiles) -> Table:
    columns = tuple(Column(**{**one, "kind": Kind(one["kind"])}) for one in part["columns"])
    rows: Callable[[], Iterator[Row]]
    if part["lines"] is None:
        cells = tuple(tuple(row) for row in part["cells"])
        rows = partial(iter, cells)
    else:
        rows = partial(_of_file, part["lines"]["sha256"], files, len(columns))
    return Table(part["id"], part["tab"], part["title"], part["about"], columns, part["count"], rows)


def _of_file(sha256_of_file: str, files: RowFiles, columns: int) -> Iterator[Row]:
    return read_rows(files.path(sha256_of_file), columns)


def _bytes(sha256_of_file: str, files: RowFiles) -> bytes:
    data = files.path(sha256_of_file).read_bytes()
    if sha256(data) != sha256_of_file:
        raise _damaged()
    return data


def _damaged() -> WorkspaceDamaged:
    return WorkspaceDamaged(
        "A kept file of this submission is damaged.",
        safe="Everything else can be used.",
        todo="Restore the newest backup.",
    )


__all__ = [
    "FORMAT",
    "INLINE_ROWS",
    "KEYS",
    "Keep",
    "RowFiles",
    "content_hash",
    "content_of",
    "content_parts",
    "read_body",
]
