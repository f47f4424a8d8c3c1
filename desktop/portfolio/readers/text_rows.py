"""Blocks of text into frames of cells: polars where cheap counts prove a block tidy, the csv module where not.

A block is tidy when it has as many delimiters as its lines need, no blank line and none that repeats the headings, and
quotation marks only around whole cells. polars refuses a line with too many cells, so the right total means that every
line has the right number. In a block that is not tidy the odd lines are read one by one and put right for polars; where
a quoted text runs over lines, the block is cut in pieces and those pieces are read by the csv module in strict mode.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from desktop.errors import FileRefused
from desktop.frames import pl
from desktop.portfolio.readers.odd_cells import (
    CONTROLS,
    SHOWN,
    add_run,
    blank_fault,
    blank_places,
    control_fault,
    is_blank,
)
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

_PIECE = 256 * 1024

_C1 = re.compile(rb"\xc2[\x80-\x9f]")


class TextRows:
    """Turns blocks into frames and keeps what it met: the rows so far, faults, blank lines."""

    def __init__(self, name: str, form: TextForm) -> None:
        """`name` is the file's, for sentences."""
        self.rows = 0
        self.blank_lines = 0
        self.blank_rows: list[tuple[int, int]] = []
        """Runs of rows among others in which nothing stands."""
        self.faults: list[ReadingFault] = []
        self.fault_counts: dict[FaultKind, int] = {}
        self.schema = {f"c{place}": pl.String for place in range(len(form.headings))}
        self._name = name
        self._form = form
        self._line = form.data_line
        self._controls = bytes(b for b in (*range(32), 127) if b not in b"\n\r" and b != ord(form.delimiter))
        self._heading_line = form.delimiter.join(form.headings).encode()
        self._quoted_heading_line = form.delimiter.join(f'"{heading}"' for heading in form.headings).encode()
        self._end = b"\r" if form.encoding.carriage_returns else b"\n"

    def take(self, block: bytes, *, last: bool) -> tuple[pl.DataFrame, bytes]:
        """The rows of a block of whole lines, and what of it is to be put before the next block.

        Raises FileRefused for a quotation mark that is never closed, and for a line or cell beyond the limits.
        """
        frame = self._fast(block)
        if frame is not None:
            return frame, b""
        frames, rest = [], b""
        for piece in _pieces(block, self._end):
            block = rest + piece
            taken, rest = self._fast(block), b""
            if taken is None:
                taken, rest = self._strict(block, last=False)
            frames.append(taken)
        if last and rest:
            taken, _ = self._strict(rest, last=True)
            frames.append(taken)
        return pl.concat(frames, rechunk=False), rest if not last else b""

    def note_blank(self, frame: pl.DataFrame, done: int, held: int) -> None:
        """Note the blank rows of a frame before which `done` rows stand, then `held` rows of empty cells."""
        runs = [(done + 1, done + held)] if held else []
        runs += [(done + held + place + 1, done + held + place + 1) for place in blank_places(frame).to_list()]
        for first, last in runs:
            add_run(self.blank_rows, first, last)
            for row in range(first, last + 1):
                self._add(blank_fault(row))

    def _fast(self, block: bytes) -> pl.DataFrame | None:
        """The frame of a block in which no cell runs over a line end; None when that is not sure."""
        lines_only = self._as_lines(block)
        if lines_only is None:
            return None
        block = lines_only
        lines = whole = block.count(b"\n")
        faults: list[ReadingFault] = []
        if not self._is_tidy(block, lines):
            mended = self._mended(block)
            if mended is None:
                return None
            block, faults = mended
            whole = block.count(b"\n")
        frame = self._parsed(block, whole)
        if frame is None:
            return None
        self.blank_lines += lines - frame.height
        for fault in faults:
            self._add(fault)
        has_controls = len(block.translate(None, self._controls)) != len(block)
        if has_controls or (not block.isascii() and _C1.search(block)):
            self._find_controls(frame)
        self._line += lines
        self.rows += frame.height
        return frame

    def _as_lines(self, block: bytes) -> bytes | None:
        """The block with its lines ended all in one way; None where that is not so, or where lines are long."""
        if self._form.encoding.carriage_returns and b'"' not in block:
            block = block.replace(b"\r", b"\n")
        elif b"\r" in block and not block.count(b"\r") == block.count(b"\r\n") == block.count(b"\n"):
            return None
        if block and not block.endswith(b"\n"):
            block += b"\n"
        if any(block.find(b"\n", at, at + _WINDOW) < 0 for at in range(0, len(block) - _WINDOW, _WINDOW)):
            return None
        return block or None

    def _parsed(self, block: bytes, lines: int) -> pl.DataFrame | None:
        """What polars reads from this many lines of which each is a row; None when it does not find that many."""
        if not block:
            return pl.DataFrame(schema=self.schema)
        try:
            frame = pl.read_csv(
                block, has_header=False, schema=self.schema, separator=self._form.delimiter,
                quote_char='"' if b'"' in block else None, empty_string_is_null=False,
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            return None
        whole = frame.height == lines and not sum(frame.null_count().row(0))
        return frame if whole else None

    def _is_tidy(self, block: bytes, lines: int) -> bool:
        """Whether counts prove that every line has as many cells as there are headings, and is a row."""
        columns, delimiter = len(self.schema), self._form.delimiter.encode()
        if self._heading_line in block or self._quoted_heading_line in block or columns == 1:
            return False
        if _every_cell_is_quoted(block, delimiter, lines, columns):
            return True
        outside = block if _quotes_are_empty_cells(block, delimiter) else _outside_quotes(block, delimiter)
        if outside is None:
            return False
        # A blank line would need another with too many cells to make up for it, and polars refuses that one.
        return outside.count(delimiter) == lines * (columns - 1)

    def _mended(self, block: bytes) -> tuple[bytes, list[ReadingFault]] | None:
        """The block with its odd lines put right, and what was odd; None when a quoted text runs over lines."""
        columns, delimiter = len(self.schema), self._form.delimiter
        commas, separator = columns - 1, delimiter.encode()
        headings = list(self._form.headings)
        kept: list[bytes] = []
        faults: list[ReadingFault] = []
        known = (self._heading_line, self._quoted_heading_line)
        for line in block.split(b"\n")[:-1]:
            outside = _outside_quotes(line, separator)
            if (
                outside is not None
                and commas
                and outside.count(separator) == commas
                and line.rstrip(b"\r") not in known
            ):
                kept.append(line)
                continue
            try:
                cells = next(csv.reader([line.rstrip(b"\r").decode()], delimiter=delimiter, strict=True), [])
            except csv.Error:
                return None
            if is_blank_line(cells, columns):
                continue
            row = self.rows + len(kept) + 1
            if len(cells) != columns and not is_blank(cells):
                faults.append(_ragged(row, cells, columns, delimiter))
            elif cells == headings:
                faults.append(_repeated(row, cells, delimiter))
            kept.append(_written(fit(cells, columns, delimiter), delimiter))
        return b"\n".join([*kept, b""]), faults

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
                if len(cells) != columns and not is_blank(cells):
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
        self.rows += frame.height
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
            for row in column.str.contains(CONTROLS).arg_true()
        ]
        for row, place in sorted(found):
            self._add(control_fault(self.rows + row + 1, place, self._form.headings[place], frame.item(row, place)))

    def _add(self, fault: ReadingFault) -> None:
        self.fault_counts[fault.kind] = self.fault_counts.get(fault.kind, 0) + 1
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(fault)


def _every_cell_is_quoted(block: bytes, delimiter: bytes, lines: int, columns: int) -> bool:
    """Whether each quotation mark stands between a cell and a delimiter or line end, and no cell is without."""
    end = b"\r\n" if b"\r" in block else b"\n"
    between, after = b'"' + delimiter + b'"', b'"' + end + b'"'
    return (
        block.startswith(b'"')
        and block.endswith(b'"' + end)
        and block.count(b'"') == 2 * lines * columns
        and block.count(after) == lines - 1
        and block.count(between) == lines * (columns - 1)
        and b'""' not in block.replace(between, b"").replace(after, b"")
    )


def _quotes_are_empty_cells(block: bytes, delimiter: bytes) -> bool:
    """Whether quotation marks stand in pairs only, each pair a whole cell: how many programs write an empty text.

    As many marks as twice the pairs behind a delimiter, and twice those before one, leave none for anything else.
    """
    pairs, odd = divmod(block.count(b'"'), 2)
    if odd:
        return False
    behind = block.count(delimiter + b'""') + block.startswith(b'""')
    if behind != pairs:
        behind += block.count(b'\n""')
    before = block.count(b'""' + delimiter)
    if before != pairs:
        before += block.count(b'""\n') + block.count(b'""\r\n')
    return behind == before == pairs


def _outside_quotes(block: bytes, delimiter: bytes) -> bytes | None:
    """The block with one quotation mark for each quoted cell; None unless they are whole cells within their lines.

    A doubled quotation mark inside a cell gives None too: such lines are read one by one.
    """
    if b'"' not in block:
        return block
    parts = block.split(b'"')
    outside = parts[::2]
    inside = b"".join(parts[1::2])
    if len(parts) % 2 == 0 or b"\n" in inside or b"\r" in inside:
        return None
    before = b"".join([part[-1:] for part in outside[:-1]])
    after = b"".join([part[:1] for part in outside[1:]])
    # The first cell has nothing before it and the last nothing behind it; elsewhere nothing means a doubled mark.
    gaps = (not outside[0]) + (not outside[-1])
    whole = len(before) + len(after) == 2 * len(outside) - 2 - gaps
    if not whole or before.strip(delimiter + b"\n") or after.strip(delimiter + b"\r\n"):
        return None
    return b'"'.join(outside)


def _pieces(block: bytes, end: bytes) -> Iterator[bytes]:
    """The block in pieces of whole lines, small enough that one odd line does not slow down all others."""
    start = 0
    while start < len(block):
        stop = block.find(end, start + _PIECE) + 1 or len(block)
        yield block[start:stop]
        start = stop


def _written(cells: tuple[str, ...], delimiter: str) -> bytes:
    """Cells as a line that polars reads back as they are."""
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"' if not cell or delimiter in cell or '"' in cell else cell for cell in cells
    ).encode()


def _ragged(row: int, cells: list[str], columns: int, delimiter: str) -> ReadingFault:
    what = (
        "the missing ones are read as empty" if len(cells) < columns else "what is left over stays in the last column"
    )
    there = "is 1 heading" if columns == 1 else f"are {columns:,} headings"
    message = f"This row has {len(cells):,} cell{'s' if len(cells) > 1 else ''} where there {there}; {what}."
    return ReadingFault(FaultKind.RAGGED, row, None, delimiter.join(cells)[:SHOWN], message)


def _repeated(row: int, cells: list[str], delimiter: str) -> ReadingFault:
    message = "This row repeats the headings."
    return ReadingFault(FaultKind.REPEATED_HEADING_ROW, row, None, delimiter.join(cells)[:SHOWN], message)
