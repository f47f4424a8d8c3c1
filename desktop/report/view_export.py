"""Exports a table as it is seen: rows, order and columns of the view, with the filter in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from desktop.browse.view import Column, ColumnKind, Filter, Op, TableSource
from desktop.errors import InvalidInput
from desktop.excel.book import Book, Field, Kind, Page
from desktop.excel.cells import GUARD_PATTERN
from desktop.excel.names import headings
from desktop.excel.saving import replacing
from desktop.frames import pl
from desktop.jobs import Job
from desktop.portfolio.items import ITEMS
from desktop.report.privacy import MpanChoice, masked_findings, masked_item, masked_text, masked_words

READING_ENDING = "-for-reading.csv"
"""The end of a guarded CSV's name, so that nobody takes it for the exact one."""

_BLOCK_ROWS = 16_384
_MOST_VALUES, _LONGEST_VALUE = 20, 80
"""Values of a filter that are told, and characters of each."""
_NAME_OF_TITLE = {item.title.casefold(): name for name, item in ITEMS.items()}
_NOTHING_PERSONAL = "other"
_PERSONAL_WORDS: tuple[tuple[tuple[str, ...], str | None], ...] = (
    (("mpan", "msid", "supply number"), "mpan"),
    (("postcode", "post code"), "postcode"),
    (("address", "name", "contact", "phone", "email", "e-mail"), None),
)


class ExportForm(StrEnum):
    """What kind of file a view is written to; the target's name tells."""

    WORKBOOK = "workbook"
    CSV_EXACT = "CSV for machines (exact)"
    CSV_READING = "CSV for people (guarded)"

    @staticmethod
    def of(path: Path) -> ExportForm:
        """From the name: .xlsx, .csv, or -for-reading.csv. Raises InvalidInput for any other."""
        name = path.name.casefold()
        if name.endswith(READING_ENDING):
            return ExportForm.CSV_READING
        if name.endswith(".csv"):
            return ExportForm.CSV_EXACT
        if name.endswith(".xlsx"):
            return ExportForm.WORKBOOK
        raise InvalidInput("A view is exported to a name that ends in .xlsx or .csv.", field="path")


@dataclass(frozen=True)
class ViewExport:
    """What is exported: a source with its view applied, under a title, to a path whose name tells the form."""

    source: TableSource
    title: str
    path: Path
    choice: MpanChoice
    stamp: datetime
    author: str

    def blocks(self) -> Iterator[pl.DataFrame]:
        """The visible cells as chosen, a block at a time."""
        keys = [column.key for column in visible_columns(self.source)]
        rows = self.source.count()
        for start in range(0, rows, _BLOCK_ROWS):
            block = _frame(self.source, start, min(_BLOCK_ROWS, rows - start))
            yield (block if self.choice is MpanChoice.FULL else _masked(block, self.source.columns)).select(keys)


def export_view(export: ViewExport, job: Job) -> None:
    """Write the rows that the source's view leaves, in its order, with its visible columns.

    A CSV for machines holds every text exactly. One for people has an apostrophe before texts that a spreadsheet would
    run as a formula, and a byte order mark. Raises InvalidInput for counts only (a view is rows), NotSaved, Cancelled.
    """
    form = ExportForm.of(export.path)
    if export.choice is MpanChoice.COUNTS:
        raise InvalidInput(
            "A view is rows, so it cannot be exported as counts only.",
            todo="Choose full MPANs or their last four digits.",
            field="mpan_choice",
        )
    if form is ExportForm.WORKBOOK:
        _workbook(export).save(export.path, job)
        return
    with replacing(export.path) as file:
        _to_csv(file, export, form, job)


def visible_columns(source: TableSource) -> tuple[Column, ...]:
    """The columns of the view in their order, or the table's own choice."""
    by_key = {column.key: column for column in source.columns}
    if source.view.columns:
        return tuple(by_key[key] for key in source.view.columns if key in by_key)
    return tuple(column for column in source.columns if column.shown)


def view_in_words(source: TableSource, choice: MpanChoice = MpanChoice.FULL) -> str:
    """What the view shows, in one sentence: 1,204 of 40,000 rows: Severity is any of Block, High; sorted by MPAN.

    The values that were filtered for are masked as the cells are.
    """
    view, by_key = source.view, {column.key: column for column in source.columns}
    parts = [_filter_in_words(one, by_key[one.column], choice) for one in view.filters if one.column in by_key]
    if view.text:
        parts.append(f"text contains “{masked_words(view.text[:_LONGEST_VALUE], choice)}”")
    if view.sort in by_key:
        parts.append(f"sorted by {by_key[view.sort].title}{', descending' if view.descending else ''}")
    return f"{source.count():,} of {source.total():,} rows: {'; '.join(parts) if parts else 'no filter'}."


def _filter_in_words(one: Filter, column: Column, choice: MpanChoice) -> str:
    words = f"{column.title} {one.op.value}"
    if one.op in (Op.EMPTY, Op.NOT_EMPTY):
        return words
    values = pl.Series([value[:_LONGEST_VALUE] for value in one.values[:_MOST_VALUES]], dtype=pl.String)
    if choice is not MpanChoice.FULL:
        values = masked_text(masked_item(values, _item_of(column)), choice)
    told = ", ".join(value or "(blank)" for value in values.to_list())
    more = len(one.values) - _MOST_VALUES
    return f"{words} {told}{f' and {more} more' if more > 0 else ''}"


def _frame(source: TableSource, start: int, length: int) -> pl.DataFrame:
    """A block of cells by column key; sources that have frames give them faster than rows."""
    frame_of: Callable[[int, int], pl.DataFrame] | None = getattr(source, "frame", None)
    if frame_of is not None:
        return frame_of(start, length)
    cells = list(zip(*source.page(start, length), strict=True)) or [() for _ in source.columns]
    return pl.DataFrame(
        [
            pl.Series(column.key, values, dtype=pl.Int64)
            if column.kind is ColumnKind.NUMBER and all(value is None or type(value) is int for value in values)
            else pl.Series(column.key, [None if value is None else str(value) for value in values], dtype=pl.String)
            for column, values in zip(source.columns, cells, strict=True)
        ]
    )


def _masked(block: pl.DataFrame, columns: tuple[Column, ...]) -> pl.DataFrame:
    """A block with its personal data masked: by the row's item for findings, else by what each column is."""
    keys = set(block.columns)
    if {"mpan", "item", "value", "message", "suggestion", "note", "row"} <= keys:
        names = block["item"].str.to_lowercase().replace_strict(_NAME_OF_TITLE, default=None, return_dtype=pl.String)
        texts = [pl.col(name).fill_null("") for name in ("mpan", "value", "message", "suggestion", "note")]
        named = block.with_columns(texts).with_columns(pl.coalesce(names, block["item"]).alias("__title"))
        found = masked_findings(named.with_columns(pl.col("__title").alias("item")))
        return found.with_columns(block["item"].alias("item")).drop("__title")
    made = {
        column.key: masked_item(block[column.key].fill_null(""), _item_of(column))
        for column in columns
        if block.schema[column.key] == pl.String
    }
    return block.with_columns(**made)


def _item_of(column: Column) -> str | None:
    """The item that a column holds, by its title or key; None for one that looks personal and is no item of ours."""
    name = _NAME_OF_TITLE.get(column.title.casefold(), column.key if column.key in ITEMS else None)
    if name is not None:
        return name
    title = column.title.casefold()
    for words, item in _PERSONAL_WORDS:
        if any(word in title for word in words):
            return item
    return _NOTHING_PERSONAL


def _workbook(export: ViewExport) -> Book:
    book = Book(export.title, export.author, export.stamp)
    book.property("MpanChoice", export.choice.value)
    source = export.source
    words = view_in_words(source, export.choice)
    about = words if export.choice is MpanChoice.FULL else f"{words} {export.choice.words}"
    fields = [
        Field(column.title, _kind(column), max(column.width + 4, 10), column.key) for column in visible_columns(source)
    ]
    book.add_stream(Page(export.title, export.title, about), fields, source.count(), export.blocks)
    return book


def _kind(column: Column) -> Kind:
    if column.kind is ColumnKind.TEXT and column.width >= 20:
        return Kind.WRAPPED
    if column.title.casefold() in _NAME_OF_TITLE:
        return Kind.TEXT  # a portfolio's cells stand as they stood in the file, dates among them
    return {ColumnKind.NUMBER: Kind.NUMBER, ColumnKind.DATE: Kind.DATE, ColumnKind.SEVERITY: Kind.WORD}.get(
        column.kind, Kind.TEXT
    )


def _to_csv(file: BinaryIO, export: ViewExport, form: ExportForm, job: Job) -> None:
    guarded = form is ExportForm.CSV_READING
    ending = "\r\n" if guarded else "\n"
    if guarded:
        file.write(b"\xef\xbb\xbf")
    titles = headings(column.title for column in visible_columns(export.source))
    names = pl.DataFrame([pl.Series(str(place), [title]) for place, title in enumerate(titles)])
    _csv_lines(file, _guarded(names) if guarded else names, ending)
    rows, done = export.source.count(), 0
    for block in export.blocks():
        texts = block.select(pl.all().cast(pl.String).fill_null(""))
        _csv_lines(file, _guarded(texts) if guarded else texts, ending)
        done += block.height
        job.report("Writing the CSV", done, rows)


def _csv_lines(file: BinaryIO, block: pl.DataFrame, ending: str) -> None:
    file.write(block.write_csv(include_header=False, line_terminator=ending, quote_style="necessary").encode("utf-8"))


def _guarded(block: pl.DataFrame) -> pl.DataFrame:
    """Texts that a spreadsheet would run get an apostrophe in front: visible, which is why the file is named for it."""
    text = pl.all()
    return block.select(pl.when(text.str.contains(GUARD_PATTERN)).then(pl.lit("'") + text).otherwise(text).name.keep())
