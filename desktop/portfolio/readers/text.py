"""CSV and other delimited text into a Parquet of cells as they stood, in bounded memory at any number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from desktop.errors import FileRefused
from desktop.frames import pl
from desktop.jobs import Job
from desktop.portfolio.readers.encoding import Digest, utf8_chunks
from desktop.portfolio.readers.parquet import write_frames
from desktop.portfolio.readers.text_form import LINE_LIMIT, TextForm
from desktop.portfolio.readers.text_rows import TextRows
from desktop.portfolio.reading import FaultKind, RawTable, Reading, ReadingFault

BLOCK = 4 * 1024 * 1024
"""Bytes read at a time: the unit of progress and of Cancel, and what bounds the memory. Larger ones take longer."""


def read_text(
    path: Path, form: TextForm, parquet: Path, job: Job, digest: Digest | None = None, *, block: int = BLOCK
) -> RawTable:
    """Read a text file of this form into `parquet`; `digest` takes the file's bytes as they stand.

    Raises FileRefused for what cannot be taken, and Cancelled; then nothing is left behind. Rows that are wholly empty
    at the end of the file are not rows; blank lines anywhere are none either.
    """
    rows = TextRows(path.name, form)
    counted = _Counted()
    write_frames(
        _without_empty_end(_frames(path, form, rows, job, digest, size=block), counted, rows), rows.schema, parquet
    )  # fmt: skip
    if not counted.rows:
        parquet.unlink(missing_ok=True)
        raise FileRefused(f"{path.name} holds headings but no rows.", todo="Export it again with the portfolio's rows.")
    faults = sorted(
        (fault for fault in rows.faults if fault.row is None or fault.row <= counted.rows),
        key=lambda fault: (fault.row or 0, -1 if fault.column is None else fault.column),
    )
    counts = dict(rows.fault_counts)
    odd = _odd_encoding(form)
    if odd is not None:
        faults.insert(0, odd)
        counts[odd.kind] = 1
    reading = Reading(
        format="csv",
        headings=form.headings,
        rows=counted.rows,
        encoding=form.encoding.name,
        bom=bool(form.encoding.bom),
        delimiter=form.delimiter,
        heading_row=form.heading_row,
        faults=tuple(faults),
        fault_counts=counts,
        blank_rows=tuple(rows.blank_rows),
        above=form.above,
    )
    return RawTable(str(parquet), reading)


def _odd_encoding(form: TextForm) -> ReadingFault | None:
    """The notice that a file is not UTF-8."""
    line = form.encoding.odd_line
    if not line:
        return None
    message = f"The file is not UTF-8: it is read as Windows-1252. The first line that shows it is line {line:,}."
    return ReadingFault(FaultKind.ENCODING, None, None, "", message)


class _Counted:
    """How many rows were handed on."""

    rows = 0


def _frames(
    path: Path, form: TextForm, rows: TextRows, job: Job, digest: Digest | None, *, size: int
) -> Iterator[pl.DataFrame]:
    """The data rows, block by block."""
    ends = (b"\n", b"\r") if form.encoding.carriage_returns else (b"\n",)
    rest, skip, total = b"", form.data_offset, form.encoding.lines
    for chunk in utf8_chunks(path, form.encoding, digest, size):
        passed = min(skip, len(chunk))
        skip -= passed
        rest += chunk[passed:]
        cut = max(rest.rfind(end) for end in ends) + 1
        if not cut:
            if len(rest) > 4 * LINE_LIMIT:
                raise FileRefused(
                    f"{path.name} has a line of more than {LINE_LIMIT:,} characters, so it is not a table.",
                    safe="Nothing was imported.",
                    todo="Export the portfolio as CSV or XLSX and choose that file.",
                )
            continue
        frame, left = rows.take(rest[:cut], last=False)
        rest = left + rest[cut:]
        if frame.height:
            yield frame
        job.report("Reading the file", rows.rows, max(total, rows.rows), "rows")
    if rest:
        frame, _ = rows.take(rest, last=True)
        if frame.height:
            yield frame
        job.report("Reading the file", rows.rows, rows.rows, "rows")


def _without_empty_end(
    frames: Iterator[pl.DataFrame], counted: _Counted, rows: TextRows
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """The frames without the rows of empty cells with which some programs end a file; other such rows are noted."""
    held = 0
    for frame in frames:
        filled = frame.height - _empty_end(frame)
        if filled:
            rows.note_blank(frame.head(filled), counted.rows, held)
            if held:
                yield pl.DataFrame({name: [""] * held for name in frame.columns}, schema=frame.schema)
                counted.rows += held
            counted.rows += filled
            yield frame.head(filled)
            held = 0
        held += frame.height - filled


def _empty_end(frame: pl.DataFrame) -> int:
    """How many rows at the end of a frame have only empty cells."""
    if any(frame.row(-1)):
        return 0
    filled = frame.select(pl.any_horizontal(pl.all() != "")).to_series().arg_true()
    return frame.height - (int(filled[-1]) + 1 if len(filled) else 0)
