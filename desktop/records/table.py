"""A file of records read to its end: the rows of one table as they stand, wherever in the sheet it begins.

The same readers as the portfolio's do the work (workbooks in a child process, text by its content); here the headings
are looked for once more with the names of fields in mind, and rows that are no data are left out.
"""

from __future__ import annotations

import html
import re
import shutil
import zipfile
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import FileRefused
from desktop.frames import pl
from desktop.jobs import Job
from desktop.portfolio.mapping import heading_labels
from desktop.portfolio.readers import archive
from desktop.portfolio.readers.sniff import FormKind, sniff
from desktop.portfolio.readers.xlsx import SheetInfo
from desktop.portfolio.reading import FaultKind, Reading, encoding_name
from desktop.portfolio.staging import look_at_table, read_whole
from desktop.records.headings import Headings, Merge, find_headings
from desktop.records.row_lines import row_lines

ROW_LIMIT = 200_000
"""Rows of one file: far more than a register of requirements or results has."""
_PROPERTY_LIMIT = 256 * 1024

_LONG = re.compile(r"-?(?=[\d.]{17,})(?!0\.00)\d{1,9}\.\d{8,20}")
"""A number cell of 16 digits and more: the last are those of its binary form."""

_COUNTED = {
    FaultKind.NO_VALUE: "Formulas that were never calculated, so that their cells are blank here",
    FaultKind.ERROR_CELL: "Cells that hold an error of the workbook",
    FaultKind.RAGGED: "Rows with more or fewer cells than there are headings",
}


@dataclass(frozen=True)
class RecordTable:
    """One table of a file."""

    file_name: str
    file_sha256: str
    format: str
    """csv or xlsx."""
    headings: tuple[str, ...]
    """Labels: each is different."""
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Data rows, blank ones left out: the row of the sheet as a spreadsheet numbers it, or the line of the file on
    which it begins, and its cells."""
    heading_row: int
    sheet: str = ""
    sheets: tuple[SheetInfo, ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = ()
    across: frozenset[tuple[int, int]] = field(default=frozenset())
    """Cells that are merged over others beside them: row of the sheet, and place of the column."""
    number_cells: Mapping[str, int] = field(default_factory=dict)
    """Headings of a workbook under which cells hold numbers and no texts, with how many."""


def read_table(  # noqa: PLR0917 - what to read, and how to find the table in it
    path: Path,
    staging: Path,
    job: Job,
    names: Mapping[str, Collection[str]],
    sheet: str | None,
    likely: Callable[[tuple[SheetInfo, ...]], str | None],
) -> RecordTable:
    """Read the table of a file. `names` are folded names of fields; `likely` chooses a sheet when none is named.

    Raises FileRefused, NotFound (no such sheet), Cancelled; nothing is left in `staging`.
    """
    try:
        with closing(look_at_table(path, staging, job, sheet, likely)) as source:
            whole = read_whole(source, staging, job)
            lines: list[int] = []
            try:
                if whole.reading.rows > ROW_LIMIT:
                    raise FileRefused(
                        f"{path.name} has {whole.reading.rows:,} rows, more than {ROW_LIMIT:,}.",
                        safe="Nothing was imported.",
                        todo="Choose a file of requirements, cases or results; portfolios have a page of their own.",
                    )
                frame = pl.read_parquet(whole.parquet)
                cells = [tuple(row) for row in frame.rows()]
                if source.text is not None and source.text_path is not None:
                    lines = row_lines(source.text_path, source.text, len(cells))
            finally:
                shutil.rmtree(whole.folder, ignore_errors=True)
    except FileRefused as refused:
        raise _of_a_table(refused) from None
    reading = whole.reading
    merges = _merges(reading)
    grid = [*reading.above, reading.headings, *cells]
    first_row = reading.heading_row - len(reading.above)
    found = find_headings(grid[:50], len(reading.above), names, merges, first_row)
    places = lines or list(range(first_row, first_row + len(grid)))
    heading_row = places[found.last]
    rows = [
        (number, row)
        for number, row in zip(
            places[found.last + 1 :], (_fit(row, len(found.texts)) for row in grid[found.last + 1 :]), strict=True
        )
        if any(cell.strip() for cell in row)
    ]
    numbers = _number_cells(reading)
    if numbers:
        rows = [(number, tuple(_as_shown(cell) if at in numbers else cell for at, cell in enumerate(row)))
                for number, row in rows]  # fmt: skip
    repeated = [number for number, row in rows if _is_heading(row, found.texts)]
    rows = [(number, row) for number, row in rows if number not in set(repeated)]
    if not rows:
        raise FileRefused(
            f"{path.name} holds headings but no rows.",
            safe="Nothing was imported.",
            todo="Choose another file or sheet.",
        )
    used = [at for at, text in enumerate(found.texts) if text or any(row[at].strip() for _, row in rows)]
    labels = heading_labels([found.texts[at] for at in used])
    notes = [note for note in source.notes if "eadings stand" not in note and "no heading." not in note]
    notes = [*notes, *_heading_notes(found, first_row), *_fault_notes(reading, len(repeated), merges)]
    nameless = sum(1 for at in used if not found.texts[at])
    if nameless:
        notes.append(f"{nameless} column{'s have' if nameless > 1 else ' has'} no heading.")
    return RecordTable(
        file_name=path.name,
        file_sha256=whole.file_sha256,
        format=reading.format,
        headings=labels,
        rows=tuple((number, tuple(row[at] for at in used)) for number, row in rows),
        heading_row=heading_row,
        sheet=reading.sheet,
        sheets=source.sheets,
        encoding=encoding_name(reading.encoding) if reading.encoding else "",
        notes=tuple(notes),
        across=frozenset(
            (merge.top, used.index(merge.left)) for merge in merges if merge.right > merge.left and merge.left in used
        ),
        number_cells={labels[used.index(at)]: count for at, count in numbers.items() if at in used},
    )


def template_of(path: Path) -> str:
    """The template that a workbook names in its property `TemplateId`; '' for any other file, broken ones included."""
    return property_of(path, "TemplateId")


def property_of(path: Path, name: str) -> str:
    """A document property of a workbook by its name; '' without it, and for any other file, broken ones included."""
    try:
        if sniff(path).kind is not FormKind.XLSX:
            return ""
        with archive.open_checked(path) as package, package.open("docProps/custom.xml") as part:
            text = part.read(_PROPERTY_LIMIT).decode("utf-8", "replace")
    except (
        FileRefused,
        KeyError,
        OSError,
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        NotImplementedError,
        zipfile.error,
    ):
        return ""
    except Exception:  # noqa: BLE001,RUF100 - zlib and others raise kinds of their own on damaged parts
        return ""
    found = re.search(rf'name="{re.escape(name)}"[^>]*>\s*<vt:lpwstr>([^<]{{1,100}})</vt:lpwstr>', text)
    return html.unescape(found[1]) if found else ""


def _of_a_table(refused: FileRefused) -> FileRefused:
    """The readers' sentence without the portfolio, for which they were written."""
    words = [refused.what, refused.safe, refused.todo]
    for old, new in (
        ("the portfolio sheet", "the sheet"),
        ("the sheet with the portfolio", "the sheet with the table"),
        ("with the portfolio's rows", "with its rows"),
        ("the columns of the portfolio only", "the columns of the table only"),
        ("the portfolio file", "the file"),
        ("the portfolio", "the table"),
        ("more than a portfolio does", "more than a table needs"),
        ("read as a portfolio", "read as a table"),
    ):
        words = [text.replace(old, new) for text in words]
    return FileRefused(words[0], safe=words[1], todo=words[2])


def _merges(reading: Reading) -> list[Merge]:
    found = (Merge.of(fault.value) for fault in reading.faults if fault.kind is FaultKind.MERGED)
    return [merge for merge in found if merge is not None]


def _number_cells(reading: Reading) -> dict[int, int]:
    """Columns of a sheet, from 0, in which numbers stand as numbers, with how many."""
    return {
        fault.column: int(fault.value)
        for fault in reading.faults
        if fault.kind is FaultKind.NUMBER and fault.row is None and fault.column is not None and fault.value.isdecimal()
    }


def _as_shown(cell: str) -> str:
    """A number cell with the 15 digits that a spreadsheet has: it writes 4.1 as 4.0999999999999996."""
    return f"{float(cell):.15g}" if _LONG.fullmatch(cell) else cell


def _fit(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _is_heading(row: tuple[str, ...], headings: tuple[str, ...]) -> bool:
    """Whether the headings stand here once more, as on every printed page."""
    return all(" ".join(cell.split()) == text for cell, text in zip(row, headings, strict=True))


def _heading_notes(found: Headings, first_row: int) -> list[str]:
    first, last = found.first + first_row, found.last + first_row
    above = " What is above was passed over." if found.first else ""
    if last > first:
        return [f"The headings stand in rows {first} to {last} and were joined.{above}"]
    return [f"The headings stand in row {first}.{above}"] if first > 1 else []


def _fault_notes(reading: Reading, repeated: int, merges: list[Merge]) -> list[str]:
    notes = []
    if merges:
        notes.append(
            f"{len(merges):,} merged cell{'s' if len(merges) > 1 else ''}: only the first of the merged cells holds "
            "the text."
        )
    notes += [
        f"{words}: {reading.fault_counts[kind]:,}."
        for kind, words in _COUNTED.items()
        if reading.fault_counts.get(kind)
    ]
    hidden = sum(1 for fault in reading.faults if fault.kind is FaultKind.HIDDEN and fault.row is not None)
    if hidden:
        notes.append(f"{hidden:,} hidden row{'s were' if hidden > 1 else ' was'} read all the same.")
    if repeated:
        notes.append("The headings stand once more further down; these rows were passed over.")
    return notes
