"""One table of a reviewer's copy against the same table as it was sent, row by row by key. Inside the child."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from desktop.submissions.review.answer import Found, Remark
from desktop.submissions.review.cells import Sheet, address
from desktop.submissions.review.model import DifferenceKind
from desktop.submissions.review.plan import TableSheet
from desktop.submissions.review.sameness import plain, same
from desktop.submissions.review.sheets import columns_of, heading_row

_STATUS = "_status"
"""How the ids of columns end in which the reviewer says how a row stands."""
_MOVED_ONE_BY_ONE = 20
"""Rows that were moved by hand; more than that is a sheet that was sorted."""


@dataclass(frozen=True)
class Matched:
    """Where what stands in the copy belongs: the row key and column id of its cells."""

    table: TableSheet
    sheet: Sheet
    heading: int
    keys: Mapping[int, str]
    """Row key as it was sent, by the copy's sheet row."""
    columns: Mapping[int, int]
    """Place of the column as it was sent, by the copy's column."""

    def where(self, row: int, column: int) -> tuple[str, str]:
        """Row key and column id of a cell; '' for what is in no row or column of the table."""
        place = self.columns.get(column)
        return self.keys.get(row, ""), "" if place is None else self.table.ids[place]


def compare(table: TableSheet, sent: Sheet, came: Sheet, found: Found) -> Matched:
    """Note what differs and what the reviewer wrote into columns of theirs; tells where every row belongs."""
    return _Comparison(table, sent, came, found).run()


class _Comparison:
    def __init__(self, table: TableSheet, sent: Sheet, came: Sheet, found: Found) -> None:
        self.table, self.sent, self.came, self.found = table, sent, came, found
        self.head_sent = heading_row(sent, table.headings)
        self.head = heading_row(came, table.headings)
        self.columns = columns_of(came, self.head, table.headings)
        self.written: dict[int, list[tuple[int, str, str, str]]] = {}
        self.rows_sent = sent.frame.slice(self.head_sent - sent.first + 1)
        self.rows = came.frame.slice(self.head - came.first + 1) if self.head >= came.first else came.frame

    def run(self) -> Matched:
        self._around()
        keys_sent = self._keys(self.rows_sent, 0)
        place = self.columns.get(0)
        keys = self._keys(self.rows, place) if place is not None else [""] * self.rows.height
        known = {key: at for at, key in enumerate(keys_sent) if key}
        of_row: dict[int, int] = {}
        loose: list[int] = []
        taken: set[int] = set()
        for at, key in enumerate(keys):
            there = known.get(key)
            if there is None or there in taken:
                loose.append(at)
            else:
                of_row[at] = there
                taken.add(there)
        missing = [at for at in range(len(keys_sent)) if keys_sent[at] and at not in taken]
        self._renamed_keys(of_row, loose, missing, keys_sent)
        self._strange_rows(loose, known)
        raw = self.rows_sent["c0"].to_list() if self.rows_sent.width else []
        for at in missing:
            place_words = f"{self.sent.name}!A{self.head_sent + 1 + at}"
            self.found.differ(DifferenceKind.MISSING_ROW, place_words, self.table.table_id, raw[at])
        self._moved(of_row, raw)
        self._cells(of_row, raw)
        self._comments()
        named = {self._row(at): str(raw[there]) for at, there in of_row.items()}
        return Matched(self.table, self.came, self.head, named, {there: one for one, there in self.columns.items()})

    def _row(self, at: int) -> int:
        return self.head + 1 + at if self.head >= self.came.first else self.came.first + at

    @staticmethod
    def _keys(rows: pl.DataFrame, column: int) -> list[str]:
        if column >= rows.width:
            return [""] * rows.height
        return [_key(text) for text in rows[f"c{column}"].to_list()]

    def _around(self) -> None:
        """Title, headings, and cells beside the table."""
        found, name = self.found, self.came.name
        for place, heading in enumerate(self.table.headings):
            column = self.columns.get(place)
            if column is None:
                found.differ(DifferenceKind.EDITED, f"{name}!{address(self.head, place)}", self.table.table_id, "",
                             heading, heading, "")  # fmt: skip
            elif not same(heading, came := self.came.cell(self.head, column)):
                found.differ(DifferenceKind.EDITED, f"{name}!{address(self.head, column)}", self.table.table_id, "",
                             heading, heading, came)  # fmt: skip
        above_sent = {plain(text) for row in range(1, self.head_sent) for text in self.sent.row(row)}
        above = {plain(text) for row in range(1, self.head) for text in self.came.row(row)}
        for row in range(1, self.head):
            for column, text in enumerate(self.came.row(row)):
                if text and plain(text) not in above_sent:
                    found.differ(DifferenceKind.EDITED, f"{name}!{address(row, column)}", self.table.table_id, "", "",
                                 self.sent.cell(row, column), text)  # fmt: skip
        for row in range(1, self.head_sent):
            for column, text in enumerate(self.sent.row(row)):
                if text and plain(text) not in above and not self.came.cell(row, column):
                    found.differ(DifferenceKind.EDITED, f"{name}!{address(row, column)}", self.table.table_id, "", "",
                                 text, "")  # fmt: skip
        ours = set(self.columns.values())
        for column in range(self.came.frame.width):
            if column in ours:
                continue
            written = self.rows[f"c{column}"]
            for at in (written != "").arg_true().to_list():
                row = self._row(at)
                found.differ(DifferenceKind.EDITED, f"{name}!{address(row, column)}", self.table.table_id,
                             self._raw_key(at), self.came.cell(self.head, column), "", str(written[at]))  # fmt: skip

    def _raw_key(self, at: int) -> str:
        column = self.columns.get(0)
        return str(self.rows[f"c{column}"][at]) if column is not None else ""

    def _renamed_keys(
        self, of_row: dict[int, int], loose: list[int], missing: list[int], keys_sent: Sequence[str]
    ) -> None:
        """A row whose key was edited is the row that was sent with the same cells, if there is one such only."""
        if not loose or not missing or len(self.table.ids) < 2:
            return
        locked = [place for place, theirs in enumerate(self.table.theirs) if place and not theirs]
        wanted: dict[tuple[str, ...], list[int]] = {}
        for at in missing:
            wanted.setdefault(self._said(self.rows_sent, at, {place: place for place in locked}, locked), []).append(at)
        found_again: dict[int, int] = {}
        for at in loose:
            said = self._said(self.rows, at, self.columns, locked)
            like = wanted.get(said, [])
            if len(like) != 1 or not any(said):
                continue
            there = like.pop()
            of_row[at] = there
            found_again[at] = there
            column = self.columns.get(0, 0)
            self.found.differ(
                DifferenceKind.EDITED, f"{self.came.name}!{address(self._row(at), column)}", self.table.table_id,
                str(self.rows_sent["c0"][there]), self.table.headings[0], str(self.rows_sent["c0"][there]),
                self._raw_key(at),
            )  # fmt: skip
        there_again = set(found_again.values())
        loose[:] = [at for at in loose if at not in found_again]
        missing[:] = [at for at in missing if at not in there_again]

    @staticmethod
    def _said(rows: pl.DataFrame, at: int, columns: Mapping[int, int], places: Sequence[int]) -> tuple[str, ...]:
        cells = rows.row(at)
        return tuple(
            plain(str(cells[columns[place]])) if place in columns and columns[place] < len(cells) else ""
            for place in places
        )

    def _strange_rows(self, loose: Sequence[int], known: Mapping[str, int]) -> None:
        for at in loose:
            cells = [str(text) for text in self.rows.row(at)]
            if not any(text.strip() for text in cells):
                continue
            if not known and cells[:1] == ["(none)"]:
                continue
            key = self._raw_key(at)
            twice = " (this row key stands here twice)" if _key(key) in known else ""
            self.found.differ(
                DifferenceKind.UNKNOWN_ROW, f"{self.came.name}!{address(self._row(at), self.columns.get(0, 0))}",
                self.table.table_id, key, "", "", " | ".join(text for text in cells if text) + twice,
            )  # fmt: skip
            for place, column in self.columns.items():
                if self.table.theirs[place] and cells[column].strip():
                    self._theirs(at, place, column, key, "", cells[column])

    def _moved(self, of_row: Mapping[int, int], raw: Sequence[str]) -> None:
        order = [of_row[at] for at in sorted(of_row)]
        rows = sorted(of_row)
        out = _out_of_order(order)
        if len(out) > _MOVED_ONE_BY_ONE:
            self.found.differ(DifferenceKind.MOVED_ROW, self.came.name, self.table.table_id, "", "", "",
                              f"The sheet was sorted: {len(out):,} of {len(order):,} rows were moved.")  # fmt: skip
            return
        for place in out:
            at = rows[place]
            self.found.differ(
                DifferenceKind.MOVED_ROW, f"{self.came.name}!A{self._row(at)}", self.table.table_id, raw[order[place]],
                "", f"row {self.head_sent + 1 + order[place]}", f"row {self._row(at)}",
            )  # fmt: skip

    def _cells(self, of_row: Mapping[int, int], raw: Sequence[str]) -> None:
        rows = sorted(of_row)
        came_at = pl.Series(rows, dtype=pl.UInt32)
        sent_at = pl.Series([of_row[at] for at in rows], dtype=pl.UInt32)
        for place in range(1, len(self.table.ids)):
            column = self.columns.get(place)
            if column is None:
                continue
            came = _column(self.rows, column).gather(came_at)
            sent = _column(self.rows_sent, place).gather(sent_at)
            for at in (came != sent).arg_true().to_list():
                before, after = str(sent[at]), str(came[at])
                if same(before, after):
                    continue
                key = str(raw[of_row[rows[at]]])
                if self.table.theirs[place]:
                    self._theirs(rows[at], place, column, key, before, after)
                    continue
                self.found.differ(
                    DifferenceKind.EDITED, f"{self.came.name}!{address(self._row(rows[at]), column)}",
                    self.table.table_id, key, self.table.headings[place], before, after,
                )  # fmt: skip

    def _theirs(  # noqa: PLR0917
        self, at: int, place: int, column: int, key: str, before: str, after: str
    ) -> None:
        """What the reviewer wrote into a column of theirs is a comment on the row."""
        where = f"{self.came.name}!{address(self._row(at), column)}"
        heading = self.table.headings[place]
        self.found.differ(DifferenceKind.REVIEWER, where, self.table.table_id, key, heading, before, after)
        if after.strip():
            self.written.setdefault(at, []).append((place, key, after, where))

    def _comments(self) -> None:
        """One comment for each text; a status beside it is its type, one alone is a comment."""
        for at in sorted(self.written):
            cells = self.written[at]
            statuses = [one for one in cells if self.table.ids[one[0]].endswith(_STATUS)]
            texts = [one for one in cells if one not in statuses]
            kind = ", ".join(text.strip() for _, _, text, _ in statuses) if texts else ""
            for place, key, text, where in texts or statuses:
                self.found.say(
                    Remark(
                        "log", text, kind=kind, table_id=self.table.table_id, row_key=key,
                        column_id=self.table.ids[place], place=where, where="column",
                    )
                )  # fmt: skip


def _column(rows: pl.DataFrame, column: int) -> pl.Series:
    if column < rows.width:
        return rows[f"c{column}"]
    return pl.Series([""] * rows.height, dtype=pl.String)


def _key(text: object) -> str:
    """A row key as it is compared: a number typed over its text is the same key."""
    key = plain(str(text))
    return key[:-2] if key.endswith(".0") and key[:-2].isdigit() else key


def _out_of_order(order: Sequence[int]) -> list[int]:
    """The fewest places whose values have to be taken out so that the rest ascends."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, value in enumerate(order):
        at = bisect_left(tails, value)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(value)
            ends.append(place)
        else:
            tails[at] = value
            ends[at] = place
    kept = set(_chain(ends[-1] if ends else -1, before))
    return [place for place in range(len(order)) if place not in kept]


def _chain(last: int, before: Sequence[int]) -> Iterator[int]:
    while last >= 0:
        yield last
        last = before[last]
