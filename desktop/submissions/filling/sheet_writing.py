"""Cells written into the XML of a sheet: the bytes of the filled cells change, all others stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from desktop.submissions.filling.cell_values import CellValue, cell_content
from desktop.submissions.filling.markup import (
    Splice,
    attribute_at,
    attribute_splice,
    prefix_of,
    raw_attributes,
    spliced,
    tag_name,
)
from desktop.submissions.filling.sheet_scan import Area, CellAt, Place, RowAt, SheetScan, coordinate, row_attributes

Values = Mapping[Place, CellValue]


def written(
    scan: SheetScan,
    values: Values,
    *,
    models: Mapping[int, int] = MappingProxyType({}),
    styles: Mapping[Place, int] = MappingProxyType({}),
    quoted: Mapping[Place, int] = MappingProxyType({}),
    title: str = "",
    stale: bool = False,
) -> bytes:
    """The sheet's XML with these cells.

    `models`: a row that is not there yet, to the row whose look it takes. `styles`: styles of cells that are not there
    yet. `quoted`: styles that cells get in place of those they have or take. `title` names the sheet in refusals.
    `stale`: the kept results of its formulas go.

    Raises FileRefused for a text that no cell can hold.
    """
    gone = without_results(scan) if stale else []
    if not values:
        return spliced(scan.data, gone)
    return _Writing(scan, values, models, styles, quoted, title).result(gone)


def without_results(scan: SheetScan) -> list[Splice]:
    """Take the kept results of formulas out, with the cells' types, which are the results'; the formulas stay."""
    splices = []
    for row in scan.rows.values():
        for cell in row.cells.values():
            if cell.formula and cell.value_at is not None:
                splices.append(Splice(*cell.value_at, b""))
                typed = attribute_at(scan.data, cell.start, b"t")
                if typed is not None:
                    splices.append(Splice(*typed, b""))
    return splices


class _Writing:
    def __init__(  # noqa: PLR0917 - as `written` is given them
        self,
        scan: SheetScan,
        values: Values,
        models: Mapping[int, int],
        styles: Mapping[Place, int],
        quoted: Mapping[Place, int],
        title: str,
    ) -> None:
        self._scan, self._values, self._models, self._styles, self._title = scan, values, models, styles, title
        self._quoted = quoted
        self._data = scan.data
        self._prefix = prefix_of(tag_name(self._data, scan.data_at[0]))
        self._splices: list[Splice] = []

    def result(self, more: list[Splice]) -> bytes:
        self._splices += more
        rows: dict[int, list[int]] = defaultdict(list)
        for row, column in sorted(self._values):
            rows[row].append(column)
        there = list(self._scan.rows.values())
        following = 0
        new: dict[int, list[bytes]] = defaultdict(list)
        for number, columns in rows.items():
            while following < len(there) and there[following].number < number:
                following += 1
            found = self._scan.rows.get(number)
            if found is not None:
                self._fill_row(found, columns)
            else:
                at = there[following].start if following < len(there) else self._scan.data_at[1]
                new[at].append(self._new_row(number, columns))
        for at, texts in new.items():
            self._insert_rows(at, b"".join(texts))
        self._widen_dimension(rows)
        return spliced(self._data, self._splices)

    def _insert_rows(self, at: int, text: bytes) -> None:
        start, close, end = self._scan.data_at
        if at == close == end:  # <sheetData/>
            self._splices.append(Splice(start, end, _opened(self._data[start:end], text)))
        else:
            self._splices.append(Splice(at, at, text))

    def _new_row(self, number: int, columns: list[int]) -> bytes:
        attributes = row_attributes(self._scan, self._models[number]) if number in self._models else []
        tag = self._prefix + b"row"
        cells = b"".join(self._cell(number, column, None) for column in columns)
        return b"<" + tag + _written([(b"r", str(number).encode()), *attributes]) + b">" + cells + b"</" + tag + b">"

    def _fill_row(self, row: RowAt, columns: list[int]) -> None:
        there = list(row.cells.values())
        new: dict[int, list[bytes]] = defaultdict(list)
        following = 0
        for column in columns:
            while following < len(there) and there[following].column < column:
                following += 1
            found = row.cells.get(column)
            text = self._cell(row.number, column, found)
            if found is not None:
                self._splices.append(Splice(found.start, found.end, text))
            else:
                new[there[following].start if following < len(there) else row.close].append(text)
        opening = self._widen_spans(row, columns)
        for at, texts in new.items():
            if at == row.close == row.end:  # <row .../>
                tag = self._data[row.start : row.end]
                if opening is not None:
                    tag = spliced(tag, [Splice(opening.start - row.start, opening.end - row.start, opening.new)])
                    opening = None
                self._splices.append(Splice(row.start, row.end, _opened(tag, b"".join(texts))))
            else:
                self._splices.append(Splice(at, at, b"".join(texts)))
        if opening is not None:
            self._splices.append(opening)

    def _cell(self, row: int, column: int, found: CellAt | None) -> bytes:
        where = f"Cell {coordinate(row, column)} of sheet “{self._title}”"
        kind, inside = cell_content(self._values[row, column], self._prefix, where=where)
        tag = self._prefix + b"c"
        attributes = [(b"r", coordinate(row, column).encode())]
        quoted = self._quoted.get((row, column))
        if found is not None:
            dropped = (b"r", b"t") if quoted is None else (b"r", b"t", b"s")
            attributes += [(b"s", str(quoted).encode())] if quoted is not None else []
            attributes += [one for one in raw_attributes(self._data, found.start) if one[0] not in dropped]
        elif quoted is not None:
            attributes += [(b"s", str(quoted).encode())]
        else:
            style = self._styles.get((row, column), self._scan.style(row, column))
            attributes += [(b"s", str(style).encode())] if style else []
        attributes += [(b"t", kind)] if kind else []
        return b"<" + tag + _written(attributes) + b">" + inside + b"</" + tag + b">"

    def _widen_spans(self, row: RowAt, columns: list[int]) -> Splice | None:
        """`spans` says which columns of a row are used; readers may rely on it."""
        said = dict(raw_attributes(self._data, row.start)).get(b"spans", b"").split()
        ends = [one.partition(b":") for one in said]
        if not ends or not all(first.isdigit() and last.isdigit() for first, _, last in ends):
            return None
        low, high = min(int(first) for first, _, _ in ends), max(int(last) for _, _, last in ends)
        if low <= columns[0] + 1 and columns[-1] + 1 <= high and len(ends) == 1:
            return None
        span = f"{min(low, columns[0] + 1)}:{max(high, columns[-1] + 1)}"
        return attribute_splice(self._data, row.start, b"spans", span.encode())

    def _widen_dimension(self, rows: Mapping[int, list[int]]) -> None:
        if self._scan.dimension_at is None:
            return
        at, area = self._scan.dimension_at
        wide = Area(
            min(area.top, *rows),
            min(area.left, *(columns[0] for columns in rows.values())),
            max(area.bottom, *rows),
            max(area.right, *(columns[-1] for columns in rows.values())),
        )
        if wide != area:
            self._splices.append(attribute_splice(self._data, at, b"ref", wide.words.encode()))


def _written(attributes: list[tuple[bytes, bytes]]) -> bytes:
    """Attributes as they stand in a tag; raw values may hold an apostrophe or a quote, never both unescaped."""
    parts = []
    for name, value in attributes:
        quote = b"'" if b'"' in value else b'"'
        parts.append(b" " + name + b"=" + quote + value + quote)
    return b"".join(parts)


def _opened(tag: bytes, inside: bytes) -> bytes:
    """A tag without content (`<row .../>`) as one with content."""
    return tag[:-2].rstrip() + b">" + inside + b"</" + tag_name(tag, 0) + b">"
