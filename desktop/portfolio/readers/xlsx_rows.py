"""Plain rows of a sheet taken apart in bulk: one polars expression per step over half a million cells at a time."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from desktop.frames import pl
from desktop.portfolio.readers import xlsx_bulk
from desktop.portfolio.readers import xlsx_cells as cells
from desktop.portfolio.readers.odd_cells import CONTROLS
from desktop.portfolio.readers.xlsx_exact import CellContext
from desktop.portfolio.readers.xlsx_table import SheetTable
from desktop.portfolio.readers.xlsx_xml import MAX_TEXT
from desktop.portfolio.reading import FaultKind

_LETTERS = [cells.column_letters(column) for column in range(cells.MAX_COLUMNS)]
_ROW_ATTRIBUTES = re.compile(r'((?: [A-Za-z][\w:]*="[^"<>&\x00-\x1f]*")*) ?>')
_ATTRIBUTE = re.compile(r' ([A-Za-z][\w:]*)="([^"<>&\x00-\x1f]*)"')
_ATTRIBUTES = re.compile(r'((?: [A-Za-z][\w:]*="[^"<>&\x00-\x1f]*")*) ?(/>|></c>)?')
_MOST_FORMS = 4000
"""Different sets of attributes in one block; honest sheets have tens."""
_FORMS_TRIED = 6
"""Sets of attributes that are cut off as a known ending before the cells left over are searched for theirs."""
_SIMPLE_NUMBER = r"^-?[0-9]+(?:\.[0-9]*)?$"
_TRUE = ("1", "true", "on")
_BLANK, _SHARED, _NUMBER, _DATE, _TIME, _TEXT, _BOOLEAN, _ERROR, _INLINE = range(9)
_KINDS = {"s": _SHARED, "n": _NUMBER, "str": _TEXT, "b": _BOOLEAN, "e": _ERROR}
_COUNTED = {
    _NUMBER: FaultKind.NUMBER,
    _DATE: FaultKind.DATE_CELL,
    _TIME: FaultKind.DATE_CELL,
    _BOOLEAN: FaultKind.BOOLEAN,
}
_BOOLEANS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_FORMULA = r'^((?: [A-Za-z][\w:]*="[^"<>&\x00-\x1f]*")*)(?:/|>([^<\x00-\x08\x0b\x0c\x0e-\x1f]*)</f)$'


_Noted = tuple[int, FaultKind, str]
"""The place of a cell, what is doubtful about it, and its text."""


class _Untidy(Exception):
    """Something in the block is not plain."""


@dataclass(frozen=True)
class _Cells:
    """The cells of a block, one entry each: place of its row in the block, column, kind and the value's XML text."""

    row: pl.Series
    column: pl.Series
    kind: pl.Series
    value: pl.Series


class RowReader:
    """Reads blocks of one sheet into a `SheetTable`, or leaves a block untouched and says so."""

    def __init__(self, table: SheetTable, context: CellContext, head: bytes) -> None:
        """`head` is the sheet's XML up to its rows; it declares the prefixes that attributes may have."""
        self._hidden: list[int] = []
        self._table = table
        self._context = context
        self._prefixes = {"xml", *re.findall(r"xmlns:([\w.-]+)\s*=", head.decode("utf-8", "replace"))}

    def read(self, block: bytes, last_row: int) -> int | None:
        """Read whole rows; the last row's number, or None when the exact reader must read them (nothing was taken)."""
        try:
            numbers, found = self._split(block, last_row)
            texts, faults, counts = self._values(found)
        except (_Untidy, UnicodeDecodeError, pl.exceptions.PolarsError):
            return None
        rows = numbers.to_list()
        for row in self._hidden:
            self._table.hidden_row(row)
        for place, kind, value in faults:
            self._table.fault(kind, rows[found.row[place]], int(found.column[place]), value)
        for kind, column, count in counts:
            self._table.count(kind, column, count)
        self._add(numbers, found, texts)
        return int(rows[-1])

    def _split(self, block: bytes, last_row: int) -> tuple[pl.Series, _Cells]:
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        text = block.decode("utf-8")
        if not text.endswith("</row>"):
            raise _Untidy
        # Python cuts long pieces three times sooner than polars; for the short ones it is the other way round.
        pieces = pl.Series(text[:-6].split("</row>"), dtype=pl.String).str.split('<c r="')
        lengths = pieces.list.len().cast(pl.UInt32)
        starts = lengths.cum_sum() - lengths
        pieces = pieces.explode()
        numbers_text, numbers = self._row_numbers(pieces.gather(starts), last_row)
        is_head = pl.repeat(False, pieces.len(), dtype=pl.Boolean, eager=True).scatter(starts, True)
        row = (is_head.cast(pl.UInt32).cum_sum() - 1).filter(~is_head)
        if not row.len():
            raise _Untidy
        frame = pl.DataFrame({"row": row, "number": numbers_text.gather(row), "cell": pieces.filter(~is_head)})
        return numbers, self._cells(frame)

    def _row_numbers(self, heads: pl.Series, last_row: int) -> tuple[pl.Series, pl.Series]:
        if not bool(heads.str.starts_with('<row r="').all()):
            raise _Untidy
        parts = heads.str.slice(8).str.splitn('"', 2).struct.unnest()
        text, attributes = parts.to_series(0), parts.to_series(1)
        numbers = text.cast(pl.Int64)  # raises over anything but digits, and a sign before them
        if bool((numbers.cast(pl.String) != text).any()):  # a plus sign, or zeros before the number
            raise _Untidy
        if int(numbers[0]) <= last_row or not bool((numbers.diff().drop_nulls() > 0).all()):
            raise _Untidy
        if int(numbers[-1]) > cells.MAX_ROWS:
            raise _Untidy
        hidden = [form for form in _distinct(attributes) if self._row_attributes(form).get("hidden", "0") in _TRUE]
        self._hidden = numbers.filter(attributes.is_in(hidden)).to_list() if hidden else []
        return text, numbers

    def _row_attributes(self, form: str) -> dict[str, str]:
        match = _ROW_ATTRIBUTES.fullmatch(form)
        if match is None:
            raise _Untidy
        return self._attributes(match[1])

    def _attributes(self, form: str, named: str = "r") -> dict[str, str]:
        """The attributes of a tag besides `named`; untidy when one is given twice or has a prefix not declared."""
        found = _ATTRIBUTE.findall(form)
        names = [name for name, _ in found]
        if len(set(names)) < len(names) or named in names or "xmlns" in names:
            raise _Untidy
        if any(":" in name and name.split(":")[0] not in self._prefixes for name in names):
            raise _Untidy
        return dict(found)

    def _cells(self, frame: pl.DataFrame) -> _Cells:
        split = frame["cell"].str.splitn("><v>", 2).struct.unnest()
        opening, value = split.to_series(0), split.to_series(1)
        plain = value.str.ends_with("</v></c>").fill_null(False)
        value = value.str.strip_suffix("</v></c>")
        inline = pl.Series([], dtype=pl.UInt32)
        if not bool(plain.all()):
            opening, value, inline = _without_value(opening, value, ~plain)
        column, kind = self._names(opening, frame["number"])
        # Below 2**32: a block of 8 MB has fewer than 400,000 rows.
        order = frame["row"] * cells.MAX_COLUMNS + column
        if not bool((order.slice(1) > order.slice(0, order.len() - 1)).all()):
            raise _Untidy
        return _Cells(frame["row"], column, _with_inline(kind, inline), value)

    def _names(self, opening: pl.Series, number: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The column and kind of each cell, from its name and attributes: `B7" t="s"` in row 7.

        Few sets of attributes are usual. So the ending of the first cell, its row's number in its place, is cut off
        all: what leaves a column's letters was such a cell. Then the same with the first cell that is left.
        """
        column = pl.Series([], dtype=pl.UInt32)
        kind = pl.Series([], dtype=pl.UInt8)
        left: pl.Series | None = None
        for _ in range(_FORMS_TRIED):
            _, quote, form = str(opening[0]).partition('"')
            if not quote or _ATTRIBUTES.fullmatch(form) is None:
                break  # a formula, or nothing of a workbook's
            endings = pl.DataFrame({"opening": opening, "number": number}).select(
                pl.col("opening").str.strip_suffix(pl.col("number") + pl.lit(quote + form))
            )
            letters = endings.to_series().cast(_columns(), strict=False).to_physical().cast(pl.UInt32)
            if not letters.len() - letters.null_count():
                break
            known = letters.is_not_null()
            mine = pl.repeat(self._kind(form), letters.len(), dtype=pl.UInt8, eager=True)
            if left is None:
                column, kind = letters, mine
            else:
                column, kind = column.scatter(left, letters), kind.scatter(left, mine)
            if bool(known.all()):
                return column, kind
            places = (~known).arg_true()
            left = places if left is None else left.gather(places)
            opening, number = opening.gather(places), number.gather(places)
        if left is None:
            return self._searched_names(opening, number)
        more, kinds = self._searched_names(opening, number)
        return column.scatter(left, more), kind.scatter(left, kinds)

    def _searched_names(self, opening: pl.Series, number: pl.Series) -> tuple[pl.Series, pl.Series]:
        place = opening.str.splitn('"', 2).struct.unnest()
        names = pl.DataFrame({"name": place.to_series(0), "number": number})
        # A name that does not end in its row's number keeps digits, and is then no column's letters.
        letters = names.select(pl.col("name").str.strip_suffix(pl.col("number")))["name"]
        column = letters.cast(_columns()).to_physical().cast(pl.UInt32)
        if column.null_count():
            raise _Untidy
        return column, self._kinds(self._without_formulas(place.to_series(1)))

    def _without_formulas(self, attributes: pl.Series) -> pl.Series:
        """The cells' attributes alone, after checking the formulas that stand before values."""
        places = attributes.str.contains("<f", literal=True).arg_true()
        if not places.len():
            return attributes
        split = attributes.gather(places).str.split_exact("><f", 1).struct.unnest()
        formulas = split.to_series(1).str.extract_groups(_FORMULA).struct.unnest()
        if formulas.to_series(0).null_count():
            raise _Untidy
        for form in _distinct(formulas.to_series(0)):
            self._attributes(form, "")
        if xlsx_bulk.decode_entities(formulas.to_series(1).fill_null("")) is None:
            raise _Untidy
        return attributes.scatter(places, split.to_series(0))

    def _kinds(self, attributes: pl.Series) -> pl.Series:
        forms = _distinct(attributes)
        kinds = pl.Series([self._kind(form) for form in forms], dtype=pl.UInt8)
        return kinds.gather(attributes.cast(pl.Enum(forms)).to_physical())

    def _kind(self, form: str) -> int:
        """What a cell with these attributes holds; `form` ends in `/>` or `></c>` when the cell is blank."""
        match = _ATTRIBUTES.fullmatch(form)
        if match is None:
            raise _Untidy
        attributes = self._attributes(match[1])
        if match[2]:
            return _BLANK
        kind = attributes.get("t", "n")
        if kind == "inlineStr":
            return _INLINE
        if kind not in _KINDS:
            raise _Untidy
        style = attributes.get("s", "0")
        if kind == "n" and style != "0":
            if not (style.isascii() and style.isdigit() and len(style) < 9):
                raise _Untidy
            styles = self._context.styles
            return _TIME if int(style) in styles.times else _DATE if int(style) in styles.dates else _NUMBER
        return _KINDS[kind]

    def _values(self, found: _Cells) -> tuple[pl.Series, list[_Noted], list[tuple[FaultKind, int, int]]]:
        """The texts of all cells, the faults by the cell's place in the block, and counts by kind and column."""
        faults: list[_Noted] = []
        counts: list[tuple[FaultKind, int, int]] = []
        kinds = found.kind.unique().to_list()
        if kinds == [_SHARED]:
            return (*self._read_shared(found.value), [])
        texts = found.value.fill_null("")
        for kind in kinds:
            if kind == _BLANK:
                continue
            places = (found.kind == kind).arg_true() if len(kinds) > 1 else None
            raw = texts if places is None else texts.gather(places)
            done, noted = self._read_kind(kind, raw)
            noted = [(at if places is None else int(places[at]), fault, text) for at, fault, text in noted]
            faults += noted
            if kind in _COUNTED:
                columns = found.column if places is None else found.column.gather(places)
                counted = columns.value_counts()
                mine = _COUNTED[kind]
                apart = Counter(int(found.column[place]) for place, fault, _ in noted if fault is mine)
                counts += [(mine, column, count - apart[column]) for column, count in counted.iter_rows()]
            texts = done if places is None else texts.scatter(places, done)
        return texts, faults, counts

    def _read_kind(self, kind: int, raw: pl.Series) -> tuple[pl.Series, list[_Noted]]:
        if kind == _SHARED:
            return self._read_shared(raw)
        if kind == _NUMBER:
            return _read_numbers(raw)
        if kind == _TEXT:
            return _read_texts(raw)
        if kind == _ERROR:
            return _read_errors(raw)
        if kind == _BOOLEAN:
            return raw.replace_strict(_BOOLEANS, return_dtype=pl.String), []
        return self._read_dates(raw, time_only=kind == _TIME)

    def _read_shared(self, raw: pl.Series) -> tuple[pl.Series, list[_Noted]]:
        index = raw.cast(pl.UInt32)  # raises over anything but digits, and a plus sign
        if bool(raw.str.starts_with("+").any()):
            raise _Untidy
        strings = self._context.strings
        if _largest(index) >= strings.texts.len():
            raise _Untidy
        noted: list[_Noted] = []
        if strings.escaped:
            places = index.is_in(list(strings.escaped)).arg_true().to_list()
            noted = [(place, FaultKind.ESCAPED, strings.escaped[int(index[place])]) for place in places]
        texts = strings.texts.gather(index)
        if strings.odd is not None:
            noted += _controls(texts, strings.odd.gather(index).arg_true())
        return texts, noted

    def _read_dates(self, raw: pl.Series, *, time_only: bool) -> tuple[pl.Series, list[_Noted]]:
        shown: dict[str, str] = {}
        odd: list[str] = []
        for text in raw.unique().to_list():
            if not cells.is_number(text):
                raise _Untidy
            day = cells.date_text(text, date_1904=self._context.date_1904, time_only=time_only)
            shown[text] = text if day is None else day
            if day is None:
                odd.append(text)
        places = raw.is_in(odd).arg_true().to_list() if odd else []
        noted = [(place, FaultKind.DATE_CELL, str(raw[place])) for place in places]
        return raw.replace_strict(shown, return_dtype=pl.String), noted

    def _add(self, numbers: pl.Series, found: _Cells, texts: pl.Series) -> None:
        """Turn cells into columns and give the rows from the first with a value to the last to the table."""
        filled = (texts != "").arg_true()
        if not filled.len():
            return
        first, last = int(found.row[int(filled[0])]), int(found.row[int(filled[-1])])
        width = _largest(found.column.gather(filled)) + 1
        rows = numbers.len()
        columns: dict[str, pl.Series]
        if texts.len() == rows * width and _largest(found.column) < width:
            # Ascending cells, as many as there is room for: every place is taken, in order.
            columns = {f"c{column}": texts.gather_every(width, column) for column in range(width)}
        else:
            inside = (found.column < width).arg_true()
            at = found.row.gather(inside).cast(pl.UInt32) * width + found.column.gather(inside)
            places = pl.repeat(None, rows * width, dtype=pl.UInt32, eager=True).scatter(at, inside)
            columns = {
                f"c{column}": texts.gather(places.gather_every(width, column)).fill_null("") for column in range(width)
            }
        frame = pl.DataFrame(columns).slice(first, last - first + 1)
        self._table.add_frame(numbers.slice(first, last - first + 1), frame)


def _distinct(forms: pl.Series) -> list[str]:
    """The different sets of attributes; untidy when one is missing or they are far too many."""
    found = forms.unique().to_list()
    if len(found) > _MOST_FORMS or None in found:
        raise _Untidy
    return [str(form) for form in found]


def _with_inline(kind: pl.Series, inline: pl.Series) -> pl.Series:
    """The kinds with cells that hold their text in themselves told as texts, after checking that they do."""
    marked = kind == _INLINE
    if int(marked.sum()) != inline.len() or (inline.len() and not bool(marked.gather(inline).all())):
        raise _Untidy
    return kind if not inline.len() else kind.set(marked, _TEXT)


def _largest(numbers: pl.Series) -> int:
    return max(int(number) for number in [0, *numbers.top_k(1).to_list()])


def _without_value(opening: pl.Series, value: pl.Series, unlike: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Cells without `<v>`: texts that stand in the cell are taken out of the tag, and their places told."""
    places = unlike.arg_true()
    if value.gather(places).null_count() != places.len():
        raise _Untidy
    split = opening.gather(places).str.split_exact("><is><t", 1).struct.unnest()
    inside = split.to_series(1)
    mine = inside.is_not_null().arg_true()
    if not mine.len():
        return opening, value, pl.Series([], dtype=pl.UInt32)
    text = inside.gather(mine).str.strip_prefix(' xml:space="preserve"')
    if not bool((text.str.starts_with(">") & text.str.ends_with("</t></is></c>")).all()):
        raise _Untidy
    text = text.str.strip_suffix("</t></is></c>").str.strip_prefix(">")
    if mine.len() == opening.len():
        return split.to_series(0), text, mine
    at = places.gather(mine)
    return opening.scatter(at, split.to_series(0).gather(mine)), value.scatter(at, text), at


def _read_numbers(raw: pl.Series) -> tuple[pl.Series, list[_Noted]]:
    odd = (~(raw.str.contains(_SIMPLE_NUMBER) & (raw.str.len_bytes() <= 15))).arg_true().to_list()
    noted: list[_Noted] = []
    for place in odd:
        text = str(raw[place])
        if not cells.is_number(text):
            raise _Untidy
        if cells.is_long_number(text):
            noted.append((place, FaultKind.LONG_NUMBER, text))
    return raw, noted


def _read_texts(raw: pl.Series) -> tuple[pl.Series, list[_Noted]]:
    # Characters written by their number, and escapes, may become control characters as well.
    doubtful = bool(raw.str.contains(r"[<\x00-\x1f\x7f-\u{9f}]|&#|_x").any())
    if doubtful and bool(raw.str.contains(r"[<\x00-\x08\x0b\x0c\x0e-\x1f]").any()):
        raise _Untidy
    texts = xlsx_bulk.decode_entities(raw)
    if texts is None or bool((texts.str.len_bytes() > MAX_TEXT).any()):
        raise _Untidy
    places = texts.str.contains("_x[0-9A-Fa-f]{4}_").arg_true()
    noted: list[_Noted] = []
    if places.len():
        before = texts.gather(places).to_list()
        after = [cells.unescape(text) for text in before]
        texts = texts.scatter(places, pl.Series(after, dtype=pl.String))
        changed = zip(places.to_list(), before, after, strict=True)
        noted = [(place, FaultKind.ESCAPED, old) for place, old, new in changed if old != new]
    if doubtful:
        noted += _controls(texts, texts.str.contains(CONTROLS).arg_true())
    return texts, noted


def _controls(texts: pl.Series, places: pl.Series) -> list[_Noted]:
    found = zip(places.to_list(), texts.gather(places).to_list(), strict=True)
    return [(place, FaultKind.CONTROL, text) for place, text in found]


def _read_errors(raw: pl.Series) -> tuple[pl.Series, list[_Noted]]:
    if not bool(raw.str.contains(r"^[^<>&\s\x00-\x1f\x7f-\u{9f}]+$").all()):
        raise _Untidy
    return raw, [(place, FaultKind.ERROR_CELL, str(text)) for place, text in enumerate(raw)]


@cache
def _columns() -> pl.Enum:
    """The letters of every column in their order."""
    return pl.Enum(_LETTERS)
