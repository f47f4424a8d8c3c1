"""Blocks of text into frames of cells: a fast way for tidy blocks, a strict one for all others, with the same result.

A block is tidy when cheap counts prove it: no quotation mark, no control character, no blank line, no line that repeats
the headings, and as many delimiters as its lines need. polars refuses a line with too many cells, so the right total
means that every line has the right number. Everything else goes line by line through the csv module in strict mode.
"""

from __future__ import annotations

import csv
import re

import polars as pl

from desktop.errors import FileRefused
from desktop.portfolio.readers.text_form import (
    CELL_LIMIT,
    LINE_LIMIT,
    Lines,
    TextForm,
    fit,
    is_blank_line,
    quote_refused,
)
from desktop.portfolio.reading import FAULT_LIMIT, FaultKind, ReadingFault

_WINDOW = 16 * 1024
"""A line end in every window of this size means that no cell comes near `CELL_LIMIT`."""

_CONTROLS = r"[\x00-\x1f\x7f-\u{9f}]"
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_CONTROL_NAMES = {
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a line break",
    "\u0085": "a line break",
    "\x7f": "a delete mark",
}
_SHOWN = 200


class TextRows:
    """Turns blocks into frames and keeps what it met: the rows so far, faults, blank lines."""

    def __init__(self, name: str, form: TextForm) -> None:
        """`name` is the file's, for sentences."""
        self.rows = 0
        self.blank_lines = 0
        self.faults: list[ReadingFault] = []
        self.fault_counts: dict[FaultKind, int] = {}
        self.schema = {f"c{place}": pl.String for place in range(len(form.headings))}
        self._name = name
        self._form = form
        self._line = form.data_line
        self._controls = bytes(b for b in (*range(32), 127) if b not in b"\n\r" and b != ord(form.delimiter))
        self._heading_line = form.delimiter.join(form.headings).encode()

    def take(self, block: bytes, *, last: bool) -> tuple[pl.DataFrame, bytes]:
        """The rows of a block of whole lines, and what of it is to be put before the next block.

        Raises FileRefused for a quotation mark that is never closed, and for a line or cell beyond the limits.
        """
        frame, rest = self._fast(block), b""
        if frame is None:
            frame, rest = self._strict(block, last=last)
        else:
            self._line += frame.height
        self.rows += frame.height
        return frame, rest

    def _fast(self, block: bytes) -> pl.DataFrame | None:  # noqa: PLR0911 - one reason a line
        """The frame of a tidy block; None when it is not proved to be tidy."""
        if not block or b'"' in block:
            return None
        if self._form.encoding.carriage_returns:
            block = block.replace(b"\r", b"\n")
        elif b"\r" in block and not block.count(b"\r") == block.count(b"\r\n") == block.count(b"\n"):
            return None
        if not block.endswith(b"\n"):
            block += b"\n"
        lines = block.count(b"\n")
        if block.count(self._form.delimiter.encode()) != lines * (len(self.schema) - 1):
            return None
        if len(block.translate(None, self._controls)) != len(block) or (not block.isascii() and _C1.search(block)):
            return None
        if block[:1] in b"\r\n" or b"\n\n" in block or b"\n\r" in block or self._heading_line in block:
            return None
        if any(block.find(b"\n", at, at + _WINDOW) < 0 for at in range(0, len(block) - _WINDOW, _WINDOW)):
            return None
        if len(self.schema) == 1 and re.search(rb"(^|\n)[ \t\r\f\v]*\n", block):
            return None
        try:
            frame = pl.read_csv(
                block, has_header=False, schema=self.schema, separator=self._form.delimiter, quote_char=None,
                empty_string_is_null=False,
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            return None
        return frame if frame.height == lines and not sum(frame.null_count().row(0)) else None

    def _strict(self, block: bytes, *, last: bool) -> tuple[pl.DataFrame, bytes]:
        """The frame of any block, record by record."""
        text = block.decode()
        lines = Lines(text)
        columns, delimiter = len(self.schema), self._form.delimiter
        headings = list(self._form.headings)
        rows: list[tuple[str, ...]] = []
        position = line = 0
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                if lines.position - position > LINE_LIMIT:
                    raise self._too_long(line)
                position, line = lines.position, lines.line
                if is_blank_line(cells, columns):
                    self.blank_lines += 1
                    continue
                row = self.rows + len(rows) + 1
                if len(cells) != columns:
                    self._add(_ragged(row, cells, columns, delimiter))
                elif cells == headings:
                    self._add(_repeated(row, cells, delimiter))
                rows.append(fit(cells, columns, delimiter))
        except csv.Error as error:
            if last or "unexpected end" not in str(error) or len(text) - position > LINE_LIMIT:
                raise quote_refused(self._name, self._line + line, str(error)) from error
        frame = pl.DataFrame(list(zip(*rows, strict=True)) if rows else None, schema=self.schema, orient="col")
        self._refuse_long_cells(frame)
        self._find_controls(frame)
        self._line += line
        return frame, text[position:].encode()

    def _too_long(self, line: int) -> FileRefused:
        return FileRefused(
            f"Line {self._line + line:,} of {self._name} is longer than {LINE_LIMIT:,} characters.",
            safe="Nothing was imported.",
            todo="Look for a quotation mark that is never closed, or export the file again.",
        )

    def _refuse_long_cells(self, frame: pl.DataFrame) -> None:
        if not frame.height:
            return
        longest = frame.select(pl.all().str.len_chars().max()).row(0)
        if max(longest) <= CELL_LIMIT:
            return
        place = longest.index(max(longest))
        row = frame.to_series(place).str.len_chars().arg_max() or 0
        raise FileRefused(
            f"Row {self.rows + row + 1:,} of {self._name} holds {max(longest):,} characters in the column "
            f"{self._form.headings[place] or place + 1}; a cell holds up to {CELL_LIMIT:,}.",
            safe="Nothing was imported.",
            todo="Look for a quotation mark that is never closed, or shorten that cell.",
        )

    def _find_controls(self, frame: pl.DataFrame) -> None:
        found = [
            (row, place)
            for place, column in enumerate(frame.iter_columns())
            for row in column.str.contains(_CONTROLS).arg_true()
        ]
        for row, place in sorted(found):
            self._add(_control(self.rows + row + 1, place, self._form.headings[place], frame.item(row, place)))

    def _add(self, fault: ReadingFault) -> None:
        self.fault_counts[fault.kind] = self.fault_counts.get(fault.kind, 0) + 1
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(fault)


def _ragged(row: int, cells: list[str], columns: int, delimiter: str) -> ReadingFault:
    what = (
        "the missing ones are read as empty" if len(cells) < columns else "what is left over stays in the last column"
    )
    message = f"This row has {len(cells):,} cells where there are {columns:,} headings; {what}."
    return ReadingFault(FaultKind.RAGGED, row, None, delimiter.join(cells)[:_SHOWN], message)


def _repeated(row: int, cells: list[str], delimiter: str) -> ReadingFault:
    message = "This row repeats the headings."
    return ReadingFault(FaultKind.REPEATED_HEADING_ROW, row, None, delimiter.join(cells)[:_SHOWN], message)


def _control(row: int, place: int, heading: str, text: str) -> ReadingFault:
    first = next(character for character in text if character < " " or "\x7f" <= character <= "\x9f")
    name = _CONTROL_NAMES.get(first, f"the control character U+{ord(first):04X}")
    message = f"The cell under {heading or f'column {place + 1}'} holds {name}."
    return ReadingFault(FaultKind.CONTROL, row, place, text[:_SHOWN], message)
