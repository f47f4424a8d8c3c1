"""Streams large sheets as XML into a workbook whose small sheets and styles openpyxl made.

openpyxl writes the workbook with each large sheet holding only its title and heading rows. This module copies the parts
of that workbook into the final ZIP and puts the rows in front of `</sheetData>`, block by block, so that memory does
not grow with the rows. The same content gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from desktop.errors import PlainError
from desktop.excel.cells import FIRST_DAY, GUARD_PATTERN, MAX_TEXT, TREAT_PATTERN, Overlong, cell_text
from desktop.excel.draft import drafted
from desktop.excel.shared import SHARED_MARKS, SHARED_PART, SharedTexts, TextStyles
from desktop.frames import pl
from desktop.jobs import Job

if TYPE_CHECKING:
    from openpyxl import Workbook

ROWS_PER_SHEET = 1_000_000
"""Rows of one sheet; Excel's own limit is 1,048,576 with title and headings."""

LINE_HEIGHT, ROW_PADDING = 14.5, 6
"""Points of one line of text and of the room around the lines of a row."""

MAX_LINES = 27
"""A row of more lines would be higher than Excel's 409 points."""

WIDTH_OF_CHARACTER = 1.1
"""Of a letter in column width units, on the generous side."""

BLOCK_ROWS = 32_768
"""Rows that are turned into XML at a time."""

_EPOCH = date(1899, 12, 30)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_LEVEL = 1
"""zlib level: 6 costs three times the time for a third less size."""

_OPEN = '" t="inlineStr"><is><t>'
_OPEN_PRESERVED = '" t="inlineStr"><is><t xml:space="preserve">'
_CLOSE = "</t></is></c>"
_EDGES = r"^\s|\s$|[\n\t]|  "
"""Texts whose white space XML readers would drop."""


SHARED_LIMIT = 200_000
"""Different texts that are kept once for all cells; further ones stand in their cells."""


class SheetTooLarge(PlainError):
    """A sheet's XML would be larger than workbook readers take."""


class CellKind(StrEnum):
    """What a streamed column's cells are."""

    TEXT = "text"
    NUMBER = "number"
    """Whole numbers of at most 15 digits; what is no such number stands as text."""
    DATE = "date"
    """A Date, or ISO dates as text; what is no date stands as text."""


@dataclass(frozen=True)
class StreamColumn:
    """One column of a streamed sheet: where it is in the blocks, its kind, and its cell style ids in the workbook."""

    key: str
    heading: str
    kind: CellKind
    style: int
    texts: TextStyles
    wrap_width: int = 0
    """Characters of a line where the text is wrapped; 0: it is not."""


@dataclass(frozen=True)
class Stream:
    """The rows of one large sheet: `rows` of them from sheet row `first_row`, taken from `feed` in their order."""

    sheet: str
    columns: tuple[StreamColumn, ...]
    first_row: int
    rows: int
    feed: RowFeed


class RowFeed:
    """Hands out a known number of rows from blocks of any size, so that one feed fills several sheets."""

    def __init__(self, blocks: Iterable[pl.DataFrame]) -> None:
        """`blocks` is read once, as the rows are asked for."""
        self._blocks = iter(blocks)
        self._rest: pl.DataFrame | None = None

    def take(self, rows: int) -> Iterator[pl.DataFrame]:
        """Frames of `BLOCK_ROWS` rows (the last may be shorter), together the next `rows`, however the blocks were cut.

        Raises ValueError if there are fewer.
        """
        for start in range(0, rows, BLOCK_ROWS):
            yield self._next(min(BLOCK_ROWS, rows - start))

    def _next(self, rows: int) -> pl.DataFrame:
        held = [] if self._rest is None else [self._rest]
        missing = rows - sum(block.height for block in held)
        while missing > 0:
            block = next(self._blocks, None)
            if block is None:
                raise ValueError(f"the rows ended {missing} too early")
            held.append(block)
            missing -= block.height
        whole = held[0] if len(held) == 1 else pl.concat(held, how="vertical_relaxed")
        self._rest = whole.slice(rows) if whole.height > rows else None
        return whole.head(rows)


def write_package(book: Workbook, streams: Iterable[Stream], stamp: datetime, target: BinaryIO, job: Job) -> None:
    """Write the workbook with its streamed rows to `target` as a deterministic ZIP; `stamp` is its only time.

    Texts too long for a cell are cut and say so. Raises SheetTooLarge for a sheet of more than 2 GB of XML, Cancelled.
    """
    by_part = {
        f"xl/worksheets/sheet{book.sheetnames.index(stream.sheet) + 1}.xml": stream for stream in streams
    }  # openpyxl numbers the parts in the order of the sheets
    with (
        zipfile.ZipFile(drafted(book)) as draft,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as package,
    ):
        parts = draft.namelist()
        # openpyxl 3.1 writes texts into their cells; if it kept shared texts of its own, ours would have to stay apart.
        shared = SharedTexts(SHARED_LIMIT if by_part and SHARED_PART not in parts else 0)
        for name in sorted(parts, key=_part_order):
            content = draft.read(name)
            if shared.limit:
                content = content.replace(*SHARED_MARKS.get(name, (b"", b"")), 1)
            with package.open(_member(name), "w") as part:
                if name in by_part:
                    _write_sheet(part, content.decode("utf-8"), by_part[name], shared, job)  # type: ignore[arg-type]
                else:
                    part.write(_dated(content, stamp) if name == "docProps/core.xml" else content)
        if shared.limit:
            with package.open(_member(SHARED_PART), "w") as part:
                part.write(shared.xml().encode("utf-8"))


def _part_order(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Content types first, then by name with numbers by value, since the feed's order is that of the sheets."""
    pieces = [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", name)]
    return (0 if name == "[Content_Types].xml" else 1, pieces)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _ZIP_TIME)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 0  # the same bytes on every system
    member._compresslevel = _LEVEL  # type: ignore[attr-defined]  # ZipFile.open ignores its own level for a ZipInfo
    return member


def _dated(core: bytes, stamp: datetime) -> bytes:
    """The core properties with the given time in place of the time of day that openpyxl puts in."""
    at = stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + at, core)


def _write_sheet(part: BinaryIO, drafted: str, stream: Stream, shared: SharedTexts, job: Job) -> None:
    head, tail = drafted.split("</sheetData>")
    last_row = stream.first_row + stream.rows - 1
    head = re.sub(r'(<dimension ref="A1:[A-Z]+)\d+"', rf'\g<1>{last_row}"', head)
    part.write(head.encode("utf-8"))
    row = stream.first_row
    job.report(f"Writing {stream.sheet}", 0, stream.rows)
    try:
        for block in stream.feed.take(stream.rows):
            part.write(rows_xml(block, stream, shared, row))
            row += block.height
            job.report(f"Writing {stream.sheet}", row - stream.first_row, stream.rows)
    except RuntimeError as error:
        if "too large" not in str(error):
            raise
        raise SheetTooLarge(
            f"The sheet '{stream.sheet}' would be larger than Excel can open.",
            safe="No workbook was written.",
            todo="Filter the rows or choose fewer columns, and export again.",
        ) from error
    part.write(f"</sheetData>{tail}".encode())


def rows_xml(block: pl.DataFrame, stream: Stream, shared: SharedTexts, first_row: int) -> memoryview:
    """The `<row>` elements of a block as UTF-8. Cells have no reference: they stand in column order."""
    heights = [ROW_PADDING + LINE_HEIGHT * lines for lines in range(MAX_LINES + 1)]
    pieces: list[pl.Expr] = [
        pl.lit('<row r="'),
        pl.int_range(first_row, first_row + block.height).cast(pl.String),
        pl.lit('" ht="'),
        pl.lit(pl.Series(heights).cast(pl.String).gather(_line_counts(block, stream))),
        pl.lit('" customHeight="1">'),
    ]
    for column in stream.columns:
        pieces += _cell_pieces(block.get_column(column.key), column, stream, shared)
    pieces.append(pl.lit("</row>"))
    joined = io.BytesIO()
    lines = block.select(pl.concat_str(pieces).alias("xml"))
    lines.write_csv(joined, include_header=False, quote_style="never", line_terminator="")
    return joined.getbuffer()


def _line_counts(block: pl.DataFrame, stream: Stream) -> pl.Series:
    """How many lines each row takes, from its wrapped texts: given, since not every reader works them out."""
    counts: list[pl.Expr] = [pl.lit(1.0)]
    for column in stream.columns:
        if column.wrap_width:
            text = pl.col(column.key)
            lines = (text.str.len_chars() * WIDTH_OF_CHARACTER / column.wrap_width).ceil()
            if block.get_column(column.key).str.contains("\n", literal=True).any():
                lines = lines + text.str.count_matches("\n", literal=True)
            counts.append(lines)
    frame = block.with_columns(pl.max_horizontal(counts).clip(1, MAX_LINES).cast(pl.UInt32).alias("__lines"))
    return frame.get_column("__lines")


def _cell_pieces(values: pl.Series, column: StreamColumn, stream: Stream, shared: SharedTexts) -> list[pl.Expr]:
    """What to join for one column's cells: literals around the values where all are plain, else whole cells."""
    if column.kind is CellKind.NUMBER and values.dtype.is_integer():
        return _number_pieces(values, column, stream)
    if column.kind is CellKind.DATE:
        return [pl.lit(_date_cells(values, column, stream))]
    text = values.cast(pl.String).fill_null("")
    few = _few(text, shared)
    if few is not None:
        where = _where(column, stream)
        cells = pl.Series([shared.cell(one, column.texts, where) for one in few.to_list()], dtype=pl.String)
        return [pl.lit(text.replace_strict(few, cells))]
    if _plain(text):
        return [pl.lit(f'<c s="{column.texts.plain}{_OPEN}'), pl.lit(_escaped(text)), pl.lit(_CLOSE)]
    return [pl.lit(_text_cells(text, column, stream))]


def _few(text: pl.Series, shared: SharedTexts) -> pl.Series | None:
    """The different texts of a column's block in the order of their first cells, if few enough to be shared."""
    if not shared.limit or text.head(512).n_unique() > 128:
        return None
    different = text.unique(maintain_order=True)
    return different if len(different) <= max(8, len(text) // 8) and len(shared) < shared.limit else None


def _where(column: StreamColumn, stream: Stream) -> str:
    return f"A cell of column '{column.heading}' on sheet '{stream.sheet}'"


def _plain(text: pl.Series) -> bool:
    """Whether every text can stand as it is: none empty, guarded, treated, long, or with white space that matters."""
    special = rf"^$|{_EDGES}|{GUARD_PATTERN}|{TREAT_PATTERN}"
    return not (text.str.contains(special).any() or (text.str.len_bytes() > MAX_TEXT).any())


def _escaped(text: pl.Series) -> pl.Series:
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if text.str.contains(mark, literal=True).any():
            text = text.str.replace_all(mark, entity, literal=True)
    return text


def _text_cells(text: pl.Series, column: StreamColumn, stream: Stream) -> pl.Series:
    """Whole `<c>` elements for texts of which some need care."""
    guarded = text.str.contains(GUARD_PATTERN)
    suspect = text.str.contains(TREAT_PATTERN) | (text.str.len_bytes() > MAX_TEXT)
    if suspect.any():
        where = _where(column, stream)
        cells = [cell_text(one, where=where, overlong=Overlong.SAY) for one in text.filter(suspect).to_list()]
        text = text.scatter(suspect.arg_true(), pl.Series(cells, dtype=pl.String))
    preserved = text.str.contains(_EDGES)
    frame = pl.DataFrame({"t": _escaped(text), "g": guarded, "p": preserved, "e": text == ""})
    style = pl.when("g").then(pl.lit(str(column.texts.guarded))).otherwise(pl.lit(str(column.texts.plain)))
    opening = pl.when("p").then(pl.lit(_OPEN_PRESERVED)).otherwise(pl.lit(_OPEN))
    filled = pl.concat_str([pl.lit('<c s="'), style, opening, pl.col("t"), pl.lit(_CLOSE)])
    empty = pl.lit(f'<c s="{column.texts.plain}"/>')
    return frame.select(pl.when("e").then(empty).otherwise(filled).alias("cell")).to_series()


def _number_pieces(values: pl.Series, column: StreamColumn, stream: Stream) -> list[pl.Expr]:
    exact = values.cast(pl.Int64, strict=False).is_between(-(10**15) + 1, 10**15 - 1).fill_null(value=False)
    if exact.all():
        return [pl.lit(f'<c s="{column.style}"><v>'), pl.lit(values.cast(pl.String)), pl.lit("</v></c>")]
    texts = _text_cells(values.cast(pl.String).fill_null(""), column, stream)
    return [pl.lit(_chosen(exact, values.cast(pl.String), texts, column))]


def _date_cells(values: pl.Series, column: StreamColumn, stream: Stream) -> pl.Series:
    days = values if values.dtype == pl.Date else values.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    exact = (days >= FIRST_DAY).fill_null(value=False)
    serial = (days - _EPOCH).dt.total_days().cast(pl.String)
    texts = _text_cells(values.cast(pl.String).fill_null(""), column, stream)
    return _chosen(exact, serial, texts, column)


def _chosen(exact: pl.Series, numbers: pl.Series, texts: pl.Series, column: StreamColumn) -> pl.Series:
    """Number cells where `exact`, text cells elsewhere."""
    frame = pl.DataFrame({"x": exact, "n": numbers, "t": texts})
    number = pl.concat_str([pl.lit(f'<c s="{column.style}"><v>'), pl.col("n"), pl.lit("</v></c>")])
    return frame.select(pl.when("x").then(number).otherwise(pl.col("t")).alias("cell")).to_series()
