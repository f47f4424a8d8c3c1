"""What will be cleaned: per item how many cells, in which way, with examples, and what a spreadsheet has spoiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.frames import pl
from desktop.jobs import Job
from desktop.portfolio.cleaning import clean_series, has_hidden, is_open_date, is_placeholder
from desktop.portfolio.items import ITEMS, Item, ItemKind
from desktop.portfolio.spoiled import LOST, Spoil, spoiled

EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """A cell as it stood and as it is compared."""

    before: str
    after: str


@dataclass(frozen=True)
class CleaningNote:
    """One way in which cells of an item are cleaned for comparing, how many, and up to three examples."""

    what: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class SpoiledNote:
    """One kind of harm a spreadsheet did, how many cells show it, and up to three of them as they stand."""

    kind: Spoil
    count: int
    examples: tuple[str, ...]

    @property
    def lost(self) -> bool:
        """Whether it cannot be undone from this file."""
        return self.kind in LOST


@dataclass(frozen=True)
class ItemPreview:
    """What is known about the cells of one mapped item before anything is kept."""

    item: Item
    heading: str
    filled: int
    blank: int
    """Empty cells, and cells of spaces."""
    placeholders: int
    """Cells with words that mean nothing is there, such as `Data not available`: read as blank."""
    unreadable: int
    """For dates: filled cells in which no date can be read."""
    cleaned: tuple[CleaningNote, ...]
    spoiled: tuple[SpoiledNote, ...]

    @property
    def changed(self) -> int:
        """How many cells are compared otherwise than they stand."""
        return sum(note.count for note in self.cleaned)


def preview(
    rows: pl.LazyFrame, columns: Mapping[str, str], mapping: Mapping[str, str], job: Job
) -> tuple[ItemPreview, ...]:
    """Go through the mapped columns, one by one. `columns` is item to Parquet column, `mapping` item to heading."""
    found = []
    for place, (name, column) in enumerate(columns.items()):
        job.report("Looking at what will be cleaned", place, len(columns), "columns")
        cells = rows.select(column).collect().to_series()
        found.append(preview_item(cells, ITEMS[name], mapping[name]))
    job.report("Looking at what will be cleaned", len(columns), len(columns), "columns")
    return tuple(found)


def preview_item(cells: pl.Series, item: Item, heading: str) -> ItemPreview:
    """What cleaning does to the cells of one item; the cells themselves are not changed."""
    counted = cells.alias("cell").value_counts(name="times") if _repeats(cells) else _once(cells)
    counted = counted.with_columns(after=clean_series(counted["cell"], item))
    cell, after, times = pl.col("cell"), pl.col("after"), pl.col("times")
    odd = counted.filter(after.is_null() | (cell != after))
    blank = _total(odd.filter(after.is_null() & ~is_placeholder(cell)))
    placeholders = _total(odd.filter(after.is_null() & is_placeholder(cell)))
    filled = int(counted["times"].sum()) - blank - placeholders
    changed = odd.filter(after.is_not_null())
    unreadable = 0
    if item.kind is ItemKind.DATE:
        # Another way to write a day is no cleaning: only what had to be taken off is told.
        readable = after.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") | is_open_date(cell)
        unreadable = _total(counted.filter(after.is_not_null() & ~readable))
        changed = changed.filter(~cell.str.contains(r"^[0-9]{1,4}([/-]?)[0-9]{1,2}([/-]?)[0-9]{1,4}$") & readable)
    notes = _cleaning_notes(changed, item)
    harm = counted.with_columns(kind=spoiled(cell, item)).filter(pl.col("kind").is_not_null())
    return ItemPreview(
        item, heading, filled, blank, placeholders, unreadable, notes,
        tuple(
            SpoiledNote(Spoil(kind), count, tuple(examples))
            for kind, count, examples in harm.group_by("kind", maintain_order=True)
            .agg(times.sum(), cell.head(EXAMPLES))
            .sort("times", descending=True)
            .iter_rows()
        ),
    )  # fmt: skip


def _cleaning_notes(changed: pl.DataFrame, item: Item) -> tuple[CleaningNote, ...]:
    if not changed.height:
        return ()
    kinds = changed.with_columns(what=_what(item))
    grouped = kinds.group_by("what", maintain_order=True).agg(
        pl.col("times").sum(), pl.col("cell").head(EXAMPLES), pl.col("after").head(EXAMPLES)
    )
    return tuple(
        CleaningNote(what, count, tuple(Example(*pair) for pair in zip(before, after, strict=True)))
        for what, count, before, after in grouped.sort("times", descending=True).iter_rows()
    )


def _what(item: Item) -> pl.Expr:
    """In which way a cell was cleaned: the first reason that holds."""
    cell, after = pl.col("cell"), pl.col("after")
    bare = cell.str.strip_chars()
    spaceless = cell.str.replace_all(r"\s", "")
    reasons: list[tuple[pl.Expr, str]] = [
        (has_hidden(cell), "hidden or foreign characters taken out"),
        (bare.str.contains(r'^=?".*"$'), "a spreadsheet's wrapper taken off"),
        (bare.str.contains(r"^['\u2018\u2019`]"), "a leading apostrophe taken off"),
    ]
    if item.kind is ItemKind.MPAN:
        reasons.append((spaceless.str.contains(r"[0-9].{7,}") & (after.str.len_chars() < _digits(cell)), _SUPPLY))
    reasons += [
        (bare.str.contains(r"^[0-9,]+\.0+$"), "a trailing .0 taken off"),
        (spaceless == after, "spaces taken out"),
        (spaceless.str.to_uppercase() == after, "written in capitals"),
        (after.str.strip_chars_start("0") == bare.str.strip_chars_start("0"), "zeros put in front"),
        (after.str.replace_all(" ", "") == spaceless.str.to_uppercase(), "spaces put in order"),
    ]
    rest = {
        ItemKind.MPAN: "separators taken out",
        ItemKind.DATE: "a time of day left out",
        ItemKind.FLAG: "words read as T or F",
        ItemKind.CODE: "words or spellings read as their code",
    }.get(item.kind, "spaces and separators put in order")
    what = pl.lit(rest)
    for holds, words in reversed(reasons):
        what = pl.when(holds).then(pl.lit(words)).otherwise(what)
    return what


_SUPPLY = "the MPAN taken out of a supply number"


def _digits(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace_all(r"[^0-9A-Za-z]", "").str.replace(r"0$", "").str.len_chars()


def _repeats(cells: pl.Series) -> bool:
    """Whether counting distinct texts first pays."""
    return cells.head(4_096).n_unique() < 3_600


def _once(cells: pl.Series) -> pl.DataFrame:
    return cells.alias("cell").to_frame().with_columns(times=pl.lit(1, dtype=pl.UInt32))


def _total(counted: pl.DataFrame) -> int:
    return int(counted["times"].sum())
