"""What was met while reading a file: its form, its headings, and the cells that could not be taken as they stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

_ENCODING_NAMES = {"utf-8": "UTF-8", "utf8": "UTF-8", "cp1252": "Windows-1252"} | dict.fromkeys(
    ("utf-16", "utf-16-le", "utf-16-be"), "UTF-16"
)


class FaultKind(StrEnum):
    """What can be wrong with a line or a cell while the file as a whole can still be read."""

    RAGGED = "ragged row"
    CONTROL = "control character"
    ENCODING = "not UTF-8"
    ERROR_CELL = "error cell"
    NO_VALUE = "formula without a value"
    LONG_NUMBER = "number too long"
    """A number cell with more than 15 significant digits, or written with an exponent: digits are lost."""
    NUMBER = "number"
    """An identifier kept as a number cell: leading zeros may be lost."""
    DATE_CELL = "date cell"
    HIDDEN = "hidden row or sheet"
    REPEATED_HEADING_ROW = "headings repeated"
    BOOLEAN = "true/false cell"
    ESCAPED = "escaped character"
    """A workbook text with `_xHHHH_` escapes that were undone; the fault's value is the text with them."""
    MERGED = "merged cells"
    BLANK_ROW = "blank row"
    """A row among others in which nothing stands. It has a number as any row, and nothing else is said of it."""


def encoding_name(encoding: str) -> str:
    """A text encoding as people know it: `utf-16-le` is UTF-16."""
    return _ENCODING_NAMES.get(encoding.lower(), encoding.upper())


@dataclass(frozen=True)
class ReadingFault:
    """One fault: data row from 1 (None: the file), column from 0 (None: the row), the text, and a sentence."""

    kind: FaultKind
    row: int | None
    column: int | None
    value: str
    message: str


@dataclass(frozen=True)
class Reading:
    """How a file was read. `faults` holds every fault up to `FAULT_LIMIT`; `fault_counts` counts them all by kind."""

    format: str
    """csv, xlsx; for a ZIP, the member's."""
    headings: tuple[str, ...]
    """As they stood, in file order; blank and repeated ones are kept."""
    rows: int
    """Data rows; blank lines at the end are not counted."""
    encoding: str = ""
    bom: bool = False
    delimiter: str = ""
    sheet: str = ""
    member: str = ""
    """The file's name inside a ZIP."""
    heading_row: int = 1
    """Line or sheet row on which the headings stand, from 1 (title rows above are passed over and said)."""
    faults: tuple[ReadingFault, ...] = ()
    fault_counts: dict[FaultKind, int] = field(default_factory=dict)
    blank_rows: tuple[tuple[int, int], ...] = ()
    """All rows in which nothing stands, as runs of data rows: the first and the last of each."""
    above: tuple[tuple[str, ...], ...] = ()
    """What stands above the headings from the first row with a value on: titles, and group headings. Not kept."""


FAULT_LIMIT = 100_000
"""How many single faults are kept; the rest are counted only, and the report says so."""


@dataclass(frozen=True)
class RawTable:
    """A reader's result: a Parquet whose columns are c0, c1, ... (String, '' for an empty cell), and the reading.

    Row groups hold 65,536 rows; the first data row is row 1.
    """

    parquet: str
    reading: Reading
