"""What was read of one sheet, on its way to a `RawTable`: rows, faults, headings found, blank edges dropped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from desktop.frames import pl
from desktop.portfolio.readers.odd_cells import add_run, blank_fault, blank_places, control_fault
from desktop.portfolio.readers.xlsx_cells import MAX_COLUMNS, column_letters, is_number
from desktop.portfolio.readers.xlsx_xml import refuse
from desktop.portfolio.reading import FAULT_LIMIT, FaultKind, Reading, ReadingFault

HEADING_SEARCH = 20
"""Rows from the top among which the headings are looked for."""
ROW_GROUP = 65_536
MAX_CELLS = 64_000_000
"""Rows times columns of a sheet; a full sheet of 60 columns."""
_KEPT_MERGES = 1000

_CELL_MESSAGES = {
    FaultKind.ERROR_CELL: "The workbook holds an error here instead of a value.",
    FaultKind.NO_VALUE: "A formula that was never calculated: its value is not in the file.",
    FaultKind.LONG_NUMBER: "A number with an exponent or more than 15 digits: Excel may have lost digits of it.",
    FaultKind.DATE_CELL: "Formatted as a date, but no day of Excel's calendar; the number is kept.",
    FaultKind.ESCAPED: "Characters written as _xHHHH_ were put in their place.",
    FaultKind.HIDDEN: "This row is hidden in the workbook; it was read all the same.",
}
_COLUMN_MESSAGES = {
    FaultKind.NUMBER: "Kept as numbers: leading zeros, if there were any, are not in the file. Cells:",
    FaultKind.DATE_CELL: "Kept as dates; taken as YYYY-MM-DD. Cells:",
    FaultKind.BOOLEAN: "Kept as true/false; taken as TRUE and FALSE. Cells:",
}


@dataclass
class SheetTable:
    """Collects the rows and faults of one sheet; rows and columns are those of the sheet until `finish`."""

    _frames: list[pl.DataFrame] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _last: int = 0
    _width: int = 0
    _valueless: tuple[int, int] = (0, 0)
    _faults: list[tuple[FaultKind, int, int | None, str]] = field(default_factory=list)
    _fault_counts: Counter[FaultKind] = field(default_factory=Counter)
    _columns: dict[FaultKind, Counter[int]] = field(default_factory=dict)
    _merges: list[tuple[str, int, int]] = field(default_factory=list)
    _hidden_columns: set[int] = field(default_factory=set)

    @property
    def last_row(self) -> int:
        """The last sheet row that holds a value; 0 before the first."""
        return self._last

    @property
    def width(self) -> int:
        """Columns up to the last one that holds a value."""
        return self._width

    @property
    def first_row(self) -> int:
        """The first sheet row that holds a value; 0 when there is none."""
        return self._starts[0] if self._starts else 0

    def fault(self, kind: FaultKind, row: int, column: int | None, value: str) -> None:
        """Note one cell or row."""
        self._fault_counts[kind] += 1
        if kind is FaultKind.NO_VALUE and column is not None and column < MAX_COLUMNS:
            self._valueless = (max(row, self._valueless[0]), max(column + 1, self._valueless[1]))
        if len(self._faults) < FAULT_LIMIT:
            self._faults.append((kind, row, column, value))

    def count(self, kind: FaultKind, column: int, cells: int = 1) -> None:
        """Count cells of a kind that is told once per column."""
        if cells:
            self._columns.setdefault(kind, Counter())[column] += cells

    def hidden_row(self, row: int) -> None:
        """Note a hidden row."""
        self.fault(FaultKind.HIDDEN, row, None, "")

    def hidden_columns(self, first: int, last: int) -> None:
        """Note hidden columns, from 0, the last one included."""
        self._hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))

    def merged(self, reference: str, row: int, column: int) -> None:
        """Note a merge by its reference and its first cell."""
        self._fault_counts[FaultKind.MERGED] += 1
        if len(self._merges) < _KEPT_MERGES:
            self._merges.append((reference, row, column))

    def add_rows(self, rows: list[int], values: list[dict[int, str]]) -> None:
        """Add rows that hold values, given by column; `rows` are ascending sheet rows."""
        width = max(max(row) for row in values) + 1
        frame = pl.DataFrame(
            {f"c{column}": [row.get(column, "") for row in values] for column in range(width)},
            schema=dict.fromkeys((f"c{column}" for column in range(width)), pl.String),
        )
        self.add_frame(pl.Series("row", rows, dtype=pl.Int64), frame)

    def add_frame(self, rows: pl.Series, frame: pl.DataFrame) -> None:
        """Add rows as columns c0, c1, ... of text without nulls; `rows` are ascending sheet rows, gaps allowed."""
        if not rows.len():
            return
        first, last = int(rows[0]), int(rows[-1])
        self._width = max(self._width, frame.width)
        start = self._starts[0] if self._starts else first
        if (last - start + 1) * self._width > MAX_CELLS:
            raise refuse(
                f"its rows and columns make more than {MAX_CELLS // 10**6} million cells",
                "Save the portfolio sheet as CSV and choose that.",
            )
        if last - first + 1 != rows.len():
            whole = pl.DataFrame({"row": pl.int_range(first, last + 1, eager=True)})
            frame = (
                whole.join(frame.with_columns(rows.alias("row")), on="row", how="left", maintain_order="left")
                .drop("row")
                .fill_null("")
            )
        self._frames.append(frame)
        self._starts.append(first)
        self._last = last

    def headings(self) -> tuple[str, ...]:
        """What stands where `finish` would find the headings; nothing when no cell holds a value."""
        if not self._frames:
            return ()
        top: list[tuple[str, ...]] = []
        for start, frame in zip(self._starts, self._frames, strict=True):
            gap = start - self._starts[0] - len(top)
            top += [("",)] * min(gap, HEADING_SEARCH - len(top))
            top += frame.head(max(0, HEADING_SEARCH - len(top))).rows()
            if len(top) >= HEADING_SEARCH:
                break
        texts = [[*row, *[""] * (self._width - len(row))] for row in top]
        place = _heading_place(pl.DataFrame(texts, schema=[f"c{at}" for at in range(self._width)], orient="row"))
        return tuple(texts[place])

    def finish(self, parquet: Path, sheet: str, hidden_sheets: tuple[str, ...]) -> Reading:
        """Find the headings, write the data rows and tell how the sheet was read.

        Raises:
            FileRefused: no cell of the sheet holds a value.

        """
        if not self._frames:
            raise refuse(f"its sheet {sheet!r} holds no values", "Choose the sheet with the portfolio.")
        width = max(self._width, self._valueless[1])
        frame = self._whole(width)
        first = self._starts[0]
        place = _heading_place(frame.head(HEADING_SEARCH))
        headings = tuple(str(value) for value in frame.row(place))
        above = tuple(tuple(map(str, row)) for row in frame.head(place).rows())
        data = frame.slice(place + 1)
        del frame
        self._frames.clear()
        data.write_parquet(parquet, compression="zstd", compression_level=1, row_group_size=ROW_GROUP)
        heading_row = first + place
        faults = self._told(headings, heading_row, hidden_sheets)
        repeated = _repeats(data, headings)
        self._fault_counts[FaultKind.REPEATED_HEADING_ROW] += len(repeated)
        faults += [
            ReadingFault(FaultKind.REPEATED_HEADING_ROW, row, None, "", "The headings stand here once more.")
            for row in repeated[: FAULT_LIMIT - len(faults)]
        ]
        blank = self._blank_rows(data, heading_row)
        faults += [blank_fault(row) for row in blank[: max(0, FAULT_LIMIT - len(faults))]]
        runs: list[tuple[int, int]] = []
        for row in blank:
            add_run(runs, row, row)
        return Reading(
            format="xlsx",
            headings=headings,
            rows=data.height,
            sheet=sheet,
            heading_row=heading_row,
            faults=tuple(faults[:FAULT_LIMIT]),
            fault_counts={kind: count for kind, count in self._fault_counts.items() if count},
            blank_rows=tuple(runs),
            above=above,
        )

    def _blank_rows(self, data: pl.DataFrame, heading_row: int) -> list[int]:
        """The data rows in which nothing stands, not even a formula that was never calculated."""
        formulas = {row - heading_row for kind, row, *_ in self._faults if kind is FaultKind.NO_VALUE}
        blank = [place + 1 for place in blank_places(data).to_list() if place + 1 not in formulas]
        self._fault_counts[FaultKind.BLANK_ROW] += len(blank)
        return blank

    def _whole(self, width: int) -> pl.DataFrame:
        """One frame from the first row with a value to the last, gaps filled."""
        pieces: list[pl.DataFrame] = []
        follows = self._starts[0]
        for start, frame in zip(self._starts, self._frames, strict=True):
            if start > follows:
                pieces.append(_blank(start - follows, width))
            missing = [pl.lit("").alias(f"c{column}") for column in range(frame.width, width)]
            pieces.append(frame.with_columns(missing) if missing else frame)
            follows = start + frame.height
        if self._valueless[0] >= follows:
            if (self._valueless[0] - self._starts[0] + 1) * width > MAX_CELLS:
                raise refuse(f"its rows and columns make more than {MAX_CELLS // 10**6} million cells")
            pieces.append(_blank(self._valueless[0] - follows + 1, width))
        return pl.concat(pieces)

    def _told(self, headings: tuple[str, ...], heading_row: int, hidden_sheets: tuple[str, ...]) -> list[ReadingFault]:
        told = [
            ReadingFault(FaultKind.HIDDEN, None, None, name, f"The sheet {name!r} is hidden; it was not read.")
            for name in hidden_sheets
        ]
        self._fault_counts[FaultKind.HIDDEN] += len(hidden_sheets)
        hidden = sorted(column for column in self._hidden_columns if column < len(headings))
        self._fault_counts[FaultKind.HIDDEN] += len(hidden)
        for column in hidden:
            message = f"Column {column_letters(column)} is hidden in the workbook; it was read all the same."
            told.append(ReadingFault(FaultKind.HIDDEN, None, column, headings[column], message))
        for kind, columns in self._columns.items():
            self._fault_counts[kind] += columns.total()
            for column, cells in sorted(columns.items()):
                told.append(ReadingFault(kind, None, column, str(cells), f"{_COLUMN_MESSAGES[kind]} {cells:,}."))
        for reference, row, column in self._merges:
            at = row - heading_row if row > heading_row else None
            message = f"The cells {reference} are merged: only the first holds the value, the others are blank."
            told.append(ReadingFault(FaultKind.MERGED, at, column, reference, message))
        for kind, row, at_column, value in self._faults:
            if kind is FaultKind.CONTROL and at_column is not None:
                if row > heading_row:
                    told.append(control_fault(row - heading_row, at_column, headings[at_column], value))
                else:
                    # Titles and headings may be broken into lines: that is a look, and no data.
                    self._fault_counts[kind] -= 1
                continue
            at = row - heading_row if row > heading_row else None
            where = "" if at is not None else f" (Row {row} of the sheet, not a data row.)"
            told.append(ReadingFault(kind, at, at_column, value, _CELL_MESSAGES[kind] + where))
        return told


def _blank(rows: int, width: int) -> pl.DataFrame:
    return pl.DataFrame({f"c{column}": pl.repeat("", rows, eager=True) for column in range(width)})


def _heading_place(top: pl.DataFrame) -> int:
    """The first row with more than half as many words as the row with most, rows of data standing after it."""
    words = [sum(_is_word(str(value)) for value in row) for row in top.iter_rows()]
    most = max(words)
    if most == 0:
        return 0
    return next(place for place, count in enumerate(words) if count * 2 > most)


def _is_word(text: str) -> bool:
    plain = text.strip()
    return bool(plain) and not is_number(plain) and not (plain[:4].isdigit() and plain[4:5] == "-")


def _repeats(data: pl.DataFrame, headings: tuple[str, ...]) -> list[int]:
    named = [(f"c{column}", heading) for column, heading in enumerate(headings) if heading]
    if not named or not data.height:
        return []
    same = data.select(pl.all_horizontal([pl.col(name) == heading for name, heading in named]).alias("same"))["same"]
    return [row + 1 for row in same.arg_true().to_list()]
