"""The comments log of a reviewer's copy: its new rows, and what was changed in those it had. In the child."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from desktop.submissions.review.answer import Found, Remark
from desktop.submissions.review.cells import Sheet, address
from desktop.submissions.review.model import DifferenceKind
from desktop.submissions.review.plan import TableSheet
from desktop.submissions.review.sameness import plain, same
from desktop.submissions.review.sheets import columns_of, folded, heading_row
from desktop.submissions.workbook import COMMENT_COLUMNS
from desktop.typed_days import read_day

_NUMBER, _SHEET, _KEY, _COLUMN, _BY, _DATE, _TYPE, _TEXT, _PROPOSED, _ANSWER, _STATE = range(len(COMMENT_COLUMNS))
_THEIRS = (_SHEET, _KEY, _COLUMN, _BY, _DATE, _TYPE, _TEXT, _PROPOSED)


@dataclass(frozen=True)
class Known:
    """What the rows of the log can be about: the tables by the folded names of their sheets, and their row keys."""

    tables: Mapping[str, TableSheet]
    keys: Mapping[str, Mapping[str, str]]
    """By table id: the row key as it was sent, by how it is compared."""


@dataclass(frozen=True)
class _Line:
    row: int
    cells: tuple[str, ...]
    beside: tuple[tuple[int, str], ...]
    """Cells in columns that are none of the log's."""


def read_log(sent: Sheet, came: Sheet, known: Known, found: Found) -> None:
    """Note the reviewer's rows as comments, and rows that were there before and say something else as differences."""
    lines = _lines(came)
    earlier = [line for line in _lines(sent) if any(line.cells)]
    lines = _without_earlier(earlier, lines, sent, came, found)
    empty = 0
    for line in lines:
        for column, text in line.beside:
            found.differ(DifferenceKind.EDITED, f"{came.name}!{address(line.row, column)}", came=text)
        for place in (_ANSWER, _STATE):
            if line.cells[place].strip():
                where = f"{came.name}, row {line.row}"
                found.differ(DifferenceKind.EDITED, where, column=COMMENT_COLUMNS[place], came=line.cells[place])
        remark = _remark(line, came.name, known)
        if remark is not None:
            found.say(remark)
        elif any(line.cells[place].strip() for place in _THEIRS):
            empty += 1
    if empty:
        rows = "One row" if empty == 1 else f"{empty:,} rows"
        found.told.append(
            f"{rows} of the comments log name{'s' if empty == 1 else ''} a place or a person, but no comment."
        )


def _lines(sheet: Sheet) -> list[_Line]:
    head = heading_row(sheet, COMMENT_COLUMNS)
    columns = dict(columns_of(sheet, head, COMMENT_COLUMNS))
    if _TEXT not in columns:
        columns = {place: place for place in range(len(COMMENT_COLUMNS))}
    ours = set(columns.values())
    made = []
    for row in range(max(head + 1, sheet.first), sheet.last + 1):
        cells = sheet.row(row)
        if not any(cells):
            continue
        told = tuple(
            cells[columns[place]] if place in columns and columns[place] < len(cells) else ""
            for place in range(len(COMMENT_COLUMNS))
        )
        beside = tuple((column, text) for column, text in enumerate(cells) if text.strip() and column not in ours)
        made.append(_Line(row, told, beside))
    return made


def _without_earlier(
    earlier: Sequence[_Line], lines: list[_Line], sent: Sheet, came: Sheet, found: Found
) -> list[_Line]:
    """The lines that were not there before. An earlier line is known by all it says, else by its number."""
    by_words: dict[tuple[str, ...], list[_Line]] = {}
    by_text: dict[str, list[_Line]] = {}
    for one in lines:
        by_words.setdefault(_words(one), []).append(one)
        by_text.setdefault(plain(one.cells[_TEXT]), []).append(one)
    known: set[int] = set()
    unmatched = []
    for line in earlier:
        like = next((one for one in by_words.get(_words(line), []) if one.row not in known), None)
        like = like or next(
            (one for one in by_text.get(plain(line.cells[_TEXT]), []) if one.row not in known and _alike(line, one)),
            None,
        )
        if like is None:
            unmatched.append(line)
        else:
            known.add(like.row)
    left = [one for one in lines if one.row not in known]
    for line in unmatched:
        number = line.cells[_NUMBER]
        like = next((one for one in left if number and same(number, one.cells[_NUMBER]) and _close(line, one)), None)
        if like is None:
            found.differ(DifferenceKind.MISSING_ROW, f"{sent.name}!A{line.row}", row_key=number, sent=line.cells[_TEXT])
            continue
        left.remove(like)
        for place, title in enumerate(COMMENT_COLUMNS):
            if not same(line.cells[place], like.cells[place]):
                found.differ(
                    DifferenceKind.EDITED, f"{came.name}, row {like.row}", row_key=number, column=title,
                    sent=line.cells[place], came=like.cells[place],
                )  # fmt: skip
    return left


def _words(line: _Line) -> tuple[str, ...]:
    return tuple(plain(text) for text in line.cells)


def _alike(one: _Line, other: _Line) -> bool:
    return all(same(left, right) for left, right in zip(one.cells, other.cells, strict=True))


def _close(one: _Line, other: _Line) -> bool:
    """Whether two lines with one number are one line: the reviewer may use an earlier number to answer to it."""
    return same(one.cells[_TEXT], other.cells[_TEXT]) or same(one.cells[_ANSWER], other.cells[_ANSWER])


def _remark(line: _Line, sheet: str, known: Known) -> Remark | None:
    cells = line.cells
    table = known.tables.get(folded(cells[_SHEET]))
    place = f"{sheet}, row {line.row}"
    if cells[_SHEET].strip() and table is None:
        place += f" (about “{cells[_SHEET].strip()[:100]}”)"
    key, table = _row(cells[_KEY], table, known)
    text, proposed = cells[_TEXT], cells[_PROPOSED]
    if not text.strip() and not proposed.strip():
        text = _elsewhere(cells, table, key, known)
        if not text:
            return None
    column = _column(cells[_COLUMN], table)
    day = read_day(cells[_DATE].strip()[:10]) or read_day(cells[_DATE].strip())
    return Remark(
        "log",
        text,
        author=cells[_BY].strip(),
        said_at=day.isoformat() if day else cells[_DATE].strip(),
        kind=cells[_TYPE].strip(),
        proposed=proposed,
        table_id=table.table_id if table else "",
        row_key=key,
        column_id=column,
        place=place,
        where=f"log {folded(cells[_SHEET])}",
        number=cells[_NUMBER].strip(),
    )


def _row(typed: str, table: TableSheet | None, known: Known) -> tuple[str, TableSheet | None]:
    """The row key as it was sent, and its table; as it was typed where no row has it."""
    key = plain(typed)
    if not key:
        return "", table
    if table is not None:
        return known.keys.get(table.table_id, {}).get(key.casefold(), key), table
    having = [one for one in known.keys if key.casefold() in known.keys[one]]
    if len(having) == 1:
        table = next(one for one in known.tables.values() if one.table_id == having[0])
        return known.keys[having[0]][key.casefold()], table
    return key, None


def _column(typed: str, table: TableSheet | None) -> str:
    """The id of the column, or what was typed where it is none of the table's."""
    if table is not None:
        for place, heading in enumerate(table.headings):
            if folded(heading) == folded(typed):
                return table.ids[place]
    return plain(typed)


def _elsewhere(cells: Sequence[str], table: TableSheet | None, key: str, known: Known) -> str:
    """A comment that was written into a column meant for something else, so that nothing is lost."""
    strange: list[str] = []
    headings: Collection[str] = table.ids if table else ()
    if " " in cells[_NUMBER].strip():
        strange.append(cells[_NUMBER])
    if key and (table is None or key.casefold() not in known.keys.get(table.table_id, {})) and " " in key:
        strange.append(cells[_KEY])
    column = _column(cells[_COLUMN], table)
    if column and column not in headings and " " in column:
        strange.append(cells[_COLUMN])
    if len(cells[_TYPE].split()) > 2:
        strange.append(cells[_TYPE])
    return "\n".join(strange)
