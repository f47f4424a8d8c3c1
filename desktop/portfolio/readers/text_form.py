"""The form of a text file: delimiter, headings, where the data begins, and the first rows to show."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.portfolio.readers.encoding import TextEncoding, find_encoding, utf8_chunks
from desktop.portfolio.readers.odd_cells import is_blank

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
LINE_LIMIT = 1024 * 1024
"""Characters of one line, and of one quoted text over several lines."""
CELL_LIMIT = 32_767
"""Characters of one cell: what a workbook can hold, so that every cell can be handed on."""
COLUMN_LIMIT = 2_000
SAMPLE_ROWS = 200
_TITLE_LINES = 20
"""How far down the headings are looked for under title lines."""


@dataclass(frozen=True)
class TextForm:
    """How a text file is to be read."""

    encoding: TextEncoding
    delimiter: str
    headings: tuple[str, ...]
    """As they stand, in file order."""
    heading_row: int
    """Line (or record) on which the headings stand, from 1."""
    data_offset: int
    """Where the data begins, in bytes of the text as UTF-8 without byte order mark."""
    data_line: int
    """The line on which the data begins, from 1."""
    samples: tuple[tuple[str, ...], ...]
    """The first data rows as they stand, each as long as the headings."""
    above: tuple[tuple[str, ...], ...] = ()
    """The records above the headings, as they stand."""


class Lines:
    """The lines of a text, with the place reached: characters consumed, and line number."""

    def __init__(self, text: str) -> None:
        """Start before the first line."""
        self._lines = io.StringIO(text, newline="")
        self.position = 0
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.position += len(line)
            self.line += 1
            yield line


def inspect_text(path: Path, job: Job) -> TextForm:
    """Find out how a text file is to be read. Raises FileRefused when it holds no table that could be a portfolio."""
    encoding = find_encoding(path, job)
    head, whole = _head(path, encoding)
    if not head.strip():
        raise FileRefused(f"{path.name} is empty.", todo="Export it again and choose the new file.")
    delimiter = _find_delimiter(head)
    records = _records(path, head, delimiter, whole=whole)
    if not records:
        raise FileRefused(f"{path.name} is empty.", todo="Export it again and choose the new file.")
    place = _heading_place([cells for cells, _, _ in records])
    headings, position, lines = records[place]
    if len(headings) > COLUMN_LIMIT:
        raise FileRefused(
            f"{path.name} has {len(headings):,} columns; MHHS Desk reads up to {COLUMN_LIMIT:,}.",
            todo="Export the columns of the portfolio only.",
        )
    samples = tuple(
        fit(cells, len(headings), delimiter)
        for cells, _, _ in records[place + 1 : place + 1 + SAMPLE_ROWS]
        if not is_blank_line(cells, len(headings))
    )
    return TextForm(
        encoding,
        delimiter,
        tuple(headings),
        place + 1,
        len(head[:position].encode()),
        lines + 1,
        samples,
        tuple(tuple(cells) for cells, _, _ in records[:place]),
    )


def is_blank_line(cells: list[str], columns: int) -> bool:
    """Whether a line holds nothing: such lines are not rows. A line of delimiters alone is a row of empty cells."""
    return not cells or (len(cells) == 1 and columns > 1 and not cells[0].strip())


def fit(cells: list[str], columns: int, delimiter: str) -> tuple[str, ...]:
    """A ragged row made as long as the headings: missing cells empty, what is left over joined to the last cell."""
    if len(cells) < columns:
        return (*cells, *[""] * (columns - len(cells)))
    if len(cells) > columns and is_blank(cells):
        return ("",) * columns
    if len(cells) > columns:
        return (*cells[: columns - 1], delimiter.join(cells[columns - 1 :]))
    return tuple(cells)


def _head(path: Path, encoding: TextEncoding) -> tuple[str, bool]:
    """The file's beginning as text, cut at a line end where there is one, and whether that is the whole file."""
    taken = b""
    for chunk in utf8_chunks(path, encoding, size=LINE_LIMIT):
        taken += chunk
        if len(taken) > 2 * LINE_LIMIT:
            break
    else:
        return taken.decode(), True
    end = max(taken.rfind(b"\n"), taken.rfind(b"\r") if encoding.carriage_returns else -1)
    if end < 0:
        raise FileRefused(
            f"{path.name} has a first line of more than {LINE_LIMIT:,} characters, so it is not a table.",
            todo="Export the portfolio as CSV or XLSX and choose that file.",
        )
    return taken[: end + 1].decode(), False


def _find_delimiter(head: str) -> str:
    """The delimiter that cuts most lines into the same number of cells, more cells before fewer."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for number, cells in enumerate(csv.reader(Lines(head), delimiter=delimiter)):
                if cells:
                    widths[len(cells)] += 1
                if number >= SAMPLE_ROWS:
                    break
        except csv.Error:
            pass
        if not widths:
            continue
        # Of two widths equally frequent the larger: a title line is narrower than the table under it.
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = times / widths.total() * (width > 1) * (1 + min(width, 50) / 100)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(path: Path, head: str, delimiter: str, *, whole: bool) -> list[tuple[list[str], int, int]]:
    """The first records: cells, and the place after them in characters and lines."""
    lines = Lines(head)
    found: list[tuple[list[str], int, int]] = []
    started = 1
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True):
            found.append((cells, lines.position, lines.line))
            started = lines.line + 1
            if len(found) > SAMPLE_ROWS + _TITLE_LINES:
                break
    except csv.Error as error:
        # Rows further down are judged when they are read; without headings there is nothing to read.
        if not found or whole:
            raise quote_refused(path.name, started, str(error)) from error
    return found


def quote_refused(name: str, line: int, reason: str) -> FileRefused:
    """The sentence for a quotation mark that would swallow what follows it."""
    if "field larger" in reason:
        what = (
            f"Line {line:,} of {name} holds a cell of more than {CELL_LIMIT:,} characters, or a quotation mark that is "
            "never closed."
        )
    elif "expected after" in reason:
        what = f"Line {line:,} of {name} has a quotation mark inside a quoted text that is not doubled."
    else:
        what = f"The quotation mark that opens on line {line:,} of {name} is never closed."
    return FileRefused(
        what, safe="Nothing was imported.", todo="Correct that line, or export the file again, and choose it again."
    )


def _heading_place(records: list[list[str]]) -> int:
    """Which record holds the headings: the first that is as wide as the table, with only title lines above it."""
    widths = Counter(len(cells) for cells in records if any(cell.strip() for cell in cells))
    if not widths:
        return 0
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    first = next(place for place, cells in enumerate(records) if any(cell.strip() for cell in cells))
    if usual < 3 or _filled(records[first]) * 2 > usual:
        return first
    for place in range(first, min(_TITLE_LINES, len(records))):
        cells = records[place]
        if len(cells) == usual and _filled(cells) * 2 > usual:
            return place
    return first


def _filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())
