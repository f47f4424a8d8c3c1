"""The rows of a file as records: one for each id, its rows put together, and the rows that cannot be taken.

Decided here, and said in the notes wherever it happens:

- A row with one filled cell that is merged over others, or holds words where ids stand, is a heading of a section; it
  fills the family of requirements and the scenario of cases where no column is mapped to that.
- A row without an id belongs to the record above when it holds nothing but steps or ids of what is linked: cells of
  the record above are merged over it.
- Rows with the same id are one record when they say the same, whatever their steps and links; else none is taken.
- A row of results that names a step is the result of that step, and one that does not is the result of its case. What
  stands beside steps and is of the case is put together: texts under one another, the last day, the sum of seconds.
- A record of which one row cannot be taken is not taken at all.
- A row of totals is no record, and where headings of another table stand the table ends (desktop/records/odd_rows.py).
- What a cell says in other words than the field's own is told with what it was taken for; of a status that claims a
  result the words are kept in the result's message, or in the remark of its step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.jobs import Job
from desktop.portfolio.mapping import fold
from desktop.records.cells import BadCell, key_of, keys_in, looks_other, plain, shown, value_of
from desktop.records.fields import by_name
from desktop.records.model import ChangeKind, FieldKind, RecordChange, RecordField, RecordKind
from desktop.records.odd_rows import begins_table, is_total
from desktop.records.row_notes import SECTION, RowNotes
from desktop.records.table import RecordTable

_IDENTITY: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.REQUIREMENTS: ("key",),
    RecordKind.CASES: ("key",),
    RecordKind.RESULTS: ("key", "title"),
    RecordKind.DEFECTS: ("ref", "key"),
    RecordKind.WORK_OFF: ("ref", "title"),
    RecordKind.DELIVERABLES: ("key",),
    RecordKind.ACTIVITIES: ("key",),
    RecordKind.QUESTIONS: ("key",),
}
"""What a row is known by: the first of these fields that is filled."""

_OVER_STEPS = {"description", "precondition", "expected"}
"""Texts of a case that may stand beside each of its steps: they are put under one another."""
_OF_STEP = ("step_description", "step_source", "step_recipient", "step_message", "step_who", "step_valid")
"""What only a row of a step has in a file of results."""
_KEYS = ("key", "ref", "defect", "requirement")
"""Fields with one id."""
_CLAIMS = ("Passed", "Failed", "Blocked")
"""Statuses that claim something of a test: the words that stood there are kept."""
_SEEN = 50_000
"""Cells whose value is kept, since most columns repeat few of them."""
_DECIMAL = re.compile(r"\d+\.\d+")
_EVERY = 2_000
"""Rows between two reports of progress."""


@dataclass(frozen=True)
class Record:
    """What a file says of one record. `values` holds the fields that it gives; '' clears one."""

    row: int
    key: str
    values: Mapping[str, str]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields with several ids."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Heading to cell, for headings that are mapped to nothing."""
    steps: tuple[Mapping[str, str], ...] = ()
    """Fields of each step, in their order; empty when the file holds none."""
    step_rows: tuple[int, ...] = ()
    """The row of each step."""


@dataclass(frozen=True)
class Rows:
    """The records of a file, the refused rows, and what was decided about the others."""

    records: tuple[Record, ...]
    refused: tuple[RecordChange, ...]
    notes: tuple[str, ...]
    numbered: bool = False
    """The file has no ids: they were made from the order of its rows."""


@dataclass
class _Row:
    number: int
    key: str
    values: dict[str, str]
    keys: dict[str, tuple[str, ...]]
    extra: dict[str, str]
    step: dict[str, str]


@dataclass
class _Open:
    """A record while its rows come in."""

    rows: list[_Row] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)


def records_of(
    table: RecordTable,
    kind: RecordKind,
    mapping: Mapping[str, str],
    *,
    clear_blanks: bool = False,
    extra: bool = True,
    job: Job | None = None,
) -> Rows:
    """Put the rows of a table together. `mapping` is resolved; `extra`: keep cells of headings mapped to nothing.

    Raises Cancelled.
    """
    return _Reader(table, kind, mapping, clear_blanks, extra).read(job or Job())


class _Reader:
    """Reads one table from its first row to its last."""

    def __init__(
        self, table: RecordTable, kind: RecordKind, mapping: Mapping[str, str], clear_blanks: bool, extra: bool
    ) -> None:
        places = {label: at for at, label in enumerate(table.headings)}
        fields = by_name(kind)
        self._table, self._kind, self._clear = table, kind, clear_blanks
        self._mapped: dict[str, tuple[int, RecordField]] = {
            name: (places[heading], fields[name]) for name, heading in mapping.items()
        }
        taken = set(mapping.values())
        self._extra = [(at, label) for label, at in places.items() if extra and label not in taken]
        self._identity = [name for name in _IDENTITY[kind] if name in self._mapped]
        self._open: dict[str, _Open] = {}
        self._refused: list[RecordChange] = []
        self._tell = RowNotes(kind, by_name(kind), frozenset(self._mapped))
        self._seen: dict[tuple[str, str], str] = {}
        self._spaced = self._ids_hold_blanks()
        self._stepped = kind is RecordKind.RESULTS and "step" in self._mapped

    def read(self, job: Job) -> Rows:
        section = ""
        current: _Open | None = None
        before, other = 0, 0
        for place, (number, cells) in enumerate(self._table.rows):
            if place % _EVERY == 0:
                job.report("Reading the rows", place, len(self._table.rows), "rows")
            after_blank, before = number > before + 1 and bool(before), number
            if other or begins_table(cells, self._key_place(), after_blank=after_blank):
                other = other or number
                where = "in this row" if number == other else f"in row {other:,}"
                self._refuse(number, self._shown_key(cells), "", f"Another table begins {where}; import it by itself")
                continue
            if is_total(cells, self._key_place(), self._title_place()):
                self._refuse(number, self._shown_key(cells), "", "It is a total, and no record")
                current = None
                continue
            heading = self._section_of(number, cells)
            if heading is not None:
                self._tell.sections.append(heading)
                section, current = heading, None
                continue
            current = self._take(number, cells, section, current)
        records = [record for one in self._open.values() if (record := self._closed(one)) is not None]
        self._refused.sort(key=lambda one: one.row or 0)
        if self._clear:
            self._tell.left_linked(records)
        self._tell.number_ids(self._number_ids())
        return Rows(tuple(records), tuple(self._refused), tuple(self._tell.notes()))

    def _take(self, number: int, cells: Sequence[str], section: str, current: _Open | None) -> _Open | None:
        title = plain(self._cell(cells, "title"))[:200]
        try:
            key = self._key(cells)
        except BadCell as bad:
            self._refuse(number, "", title, str(bad))
            return None
        if not key:
            stepless = not self._cell(cells, "step").strip()
            if current is not None and self._is_result(cells) and stepless:
                # Results of steps under their case: the first of them is not the result of the case.
                current.bad.append(
                    (number, "It holds a result without an id, so that the result of the case is not sure")
                )
                current.rows.append(_Row(number, current.rows[0].key, {}, {}, {}, {}))
                return current
            if current is None or not self._continues(cells):
                self._refuse(number, "", title, "No id stands in this row")
                return current
            self._tell.continued += 1
            key = current.rows[0].key
        one = self._open.setdefault(self._group(key, cells, current), _Open())
        if current is not one and (one.rows or one.bad) and not self._stepped:
            self._tell.repeated += 1
        try:
            row = self._row(number, key, cells)
        except BadCell as bad:
            one.bad.append((number, str(bad)))
            one.rows.append(_Row(number, key, {"title": title}, {}, {}, {}))
            return one
        name = SECTION.get(self._kind, "")
        if section and name and name not in self._mapped:
            row.values.setdefault(name, section)
        one.rows.append(row)
        return one

    def _row(self, number: int, key: str, cells: Sequence[str]) -> _Row:
        row = _Row(number, key, {}, {}, {}, {})
        said: dict[str, str] = {}
        for name, (at, of) in self._mapped.items():
            text = cells[at]
            if not text.strip():
                continue
            value = self._value(name, of, text)
            if value == "" and plain(text) == "":
                continue
            if self._told(of, text, value) and self._kind is RecordKind.RESULTS and value in _CLAIMS:
                said[name] = f"{of.title} in the file: {shown(plain(text))}"
            if of.step:
                row.step[name] = value
            elif of.kind is FieldKind.KEYS:
                row.keys[name] = keys_in([value])
            else:
                row.values[name] = value
        for at, label in self._extra:
            if cells[at].strip():
                row.extra[label] = plain(cells[at])
        if self._stepped:
            self._part_steps(row)
        _keep_words(row, said)
        return row

    def _value(self, name: str, of: RecordField, text: str) -> str:
        """The value of a filled cell. Raises BadCell."""
        if of.kind is FieldKind.KEYS and looks_other(text):
            self._tell.unseen.append(text)
        value = self._seen.get((name, text))
        if value is None:
            value = value_of(text, of)
            if name in _KEYS:
                value = key_of(value)
            if len(self._seen) < _SEEN:
                self._seen[name, text] = value
        return value

    def _part_steps(self, row: _Row) -> None:
        """Give a row of results to its step, or to its case where it names none. Raises BadCell."""
        if row.step.get("step"):
            if "status" in row.values:
                row.step["step_status"] = row.values.pop("status")
        elif any(row.step.get(name) for name in _OF_STEP):
            raise BadCell("It describes a step and has no number of it, so that the result of the case is not sure")
        else:
            self._tell.stepless += bool(row.step)
            row.step.clear()
        status = row.values.pop("case_status", "")
        if status and row.values.setdefault("status", status) != status:
            raise BadCell(f"The status of the case is “{status}” and “{row.values['status']}” in the same row")

    def _closed(self, one: _Open) -> Record | None:
        """The record of an id; None when it cannot be taken, which is then told of each of its rows."""
        first, key = one.rows[0], one.rows[0].key
        title = next((row.values["title"] for row in one.rows if row.values.get("title")), "")
        if one.bad:
            numbers = {number for number, _ in one.bad}
            for number, reason in one.bad:
                self._refuse(number, key, title, reason)
            for row in one.rows:
                if row.number not in numbers:
                    self._refuse(row.number, key, title, f"Row {min(numbers):,} of the same id cannot be taken")
            return None
        rows = self._newest(one.rows)
        values, reason = self._agreed(rows)
        if reason:
            for row in one.rows:
                self._refuse(row.number, key, title, reason)
            return None
        keys, extra = _together(rows)
        steps = [row for row in rows if row.step]
        if self._clear:
            self._fill_blanks(values, extra, steps)
        if _IDENTITY[self._kind] == ("key",):
            values.pop("key", None)
        places = tuple(row.number for row in steps)
        return Record(first.number, key, values, keys, extra, tuple(row.step for row in steps), places)

    def _fill_blanks(self, values: dict[str, str], extra: dict[str, str], steps: Sequence[_Row]) -> None:
        """Let blank cells clear what they hold; a status, a title and an id are never cleared."""
        for name in self._value_names():
            if name not in (*self._identity, "title", "status"):
                values.setdefault(name, "")
        for row in steps if self._stepped else ():
            for name in ("step_evidence", "step_files", "step_remark"):
                if name in self._mapped:
                    row.step.setdefault(name, "")
        for _, label in self._extra:
            extra.setdefault(label, "")

    def _agreed(self, rows: list[_Row]) -> tuple[dict[str, str], str]:
        """What the rows of one id say, and why that is not one thing ('' when it is)."""
        under = _OVER_STEPS if self._kind is RecordKind.CASES and any(row.step for row in rows) else set()
        values: dict[str, str] = {}
        for name in dict.fromkeys((*self._value_names(), *([SECTION[self._kind]] if self._kind in SECTION else []))):
            found: dict[str, int] = {}
            for row in rows:
                if name in row.values:
                    found.setdefault(row.values[name], row.number)
            if len(found) > 1 and name in _BESIDE_STEPS and self._stepped and any(row.step for row in rows):
                values[name] = _BESIDE_STEPS[name]([row.values[name] for row in rows if row.values.get(name)])
                continue
            if len(found) > 1 and name not in under:
                (a, in_a), (b, in_b), *_ = found.items()
                return {}, (
                    f"The id stands in several rows that do not agree: {by_name(self._kind)[name].title} is "
                    f"“{shown(a)}” in row {in_a:,} and “{shown(b)}” in row {in_b:,}{self._lost_zero(rows[0].key)}"
                )
            if found:
                values[name] = "\n".join(found)
        return values, ""

    def _newest(self, rows: list[_Row]) -> list[_Row]:
        """Of several results of one case the one executed last, when each says a different day or moment."""
        if any(row.step for row in rows):
            return rows
        days = [row.values.get("executed", "") for row in rows]
        if self._kind is not RecordKind.RESULTS or len(rows) < 2 or "" in days or len(set(days)) < len(days):
            return rows
        return [max(rows, key=lambda row: row.values["executed"])]

    def _value_names(self) -> list[str]:
        return [
            name
            for name, (_, of) in self._mapped.items()
            if not of.step and of.kind is not FieldKind.KEYS and name != "case_status"
        ]

    def _key(self, cells: Sequence[str]) -> str:
        for name in self._identity:
            key = key_of(self._cell(cells, name)) if name != "title" else plain(self._cell(cells, name))[:200]
            if key:
                if name != "title" and looks_other(self._cell(cells, name)):
                    self._tell.unseen.append(self._cell(cells, name))
                return " ".join(key.split())
        return ""

    def _is_result(self, cells: Sequence[str]) -> bool:
        of = ("status", "case_status")
        return self._kind is RecordKind.RESULTS and any(self._cell(cells, name).strip() for name in of)

    def _group(self, key: str, cells: Sequence[str], current: _Open | None) -> str:
        """What rows of one record share: the id, and of results the run too where the file names it.

        A row of a step without a run is of the run of the rows above, as it is where cells are merged.
        """
        run = plain(self._cell(cells, "run")) if self._kind is RecordKind.RESULTS else ""
        if not run and self._stepped and current is not None and current.rows[0].key == key:
            run = current.rows[0].values.get("run", "")
        return f"{run}\n{key}" if run else key

    def _key_place(self) -> int | None:
        return self._mapped[self._identity[0]][0] if self._identity else None

    def _title_place(self) -> int | None:
        return self._mapped["title"][0] if "title" in self._mapped else None

    def _shown_key(self, cells: Sequence[str]) -> str:
        place = self._key_place()
        return shown(plain(cells[place])) if place is not None else ""

    def _number_ids(self) -> dict[str, int]:
        """Columns of ids that hold number cells, with how many: what a format shows of them is not in the file."""
        found = {}
        for name in self._identity:
            heading = self._table.headings[self._mapped[name][0]]
            if name != "title" and (count := self._table.number_cells.get(heading)):
                found[heading] = count
        return found

    def _lost_zero(self, key: str) -> str:
        """More of a sentence on rows of one id: they may be of two, where 4.10 is the number 4.1."""
        if not _DECIMAL.fullmatch(key) or not self._number_ids():
            return ""
        return f". As a number {key}0 is {key} too: format the column of the ids as text and write them again"

    def _told(self, of: RecordField, text: str, value: str) -> bool:
        """Count a cell that says its value in other words; whether it does."""
        word = fold(text)
        if of.kind is not FieldKind.CHOICE or word in of.plain or word == fold(value):
            return False
        self._tell.taken_for(of.title, " ".join(plain(text).split()), value)
        return True

    def _cell(self, cells: Sequence[str], name: str) -> str:
        return cells[self._mapped[name][0]] if name in self._mapped else ""

    def _continues(self, cells: Sequence[str]) -> bool:
        """Whether a row without an id holds more of the record above: a step, or ids of what is linked."""
        filled = [(name, of) for name, (at, of) in self._mapped.items() if cells[at].strip()]
        if any(of.step for _, of in filled):
            return True
        return bool(filled) and all(of.kind is FieldKind.KEYS for _, of in filled)

    def _section_of(self, number: int, cells: Sequence[str]) -> str | None:
        """The text of a row that is the heading of a section; None when it is data."""
        filled = [at for at, cell in enumerate(cells) if cell.strip()]
        if len(filled) != 1 or len(cells) < 3:
            return None
        text = " ".join(plain(cells[filled[0]]).split())
        of_key = bool(self._identity) and filled[0] == self._mapped[self._identity[0]][0]
        if (number, filled[0]) in self._table.across or (of_key and " " in text and not self._spaced):
            return text[:200]
        return None

    def _ids_hold_blanks(self) -> bool:
        """Whether blanks are usual within the ids of this file."""
        if not self._identity:
            return True
        at = self._mapped[self._identity[0]][0]
        ids = [cells[at].strip() for _, cells in self._table.rows if sum(1 for cell in cells if cell.strip()) > 1]
        ids = [one for one in ids if one]
        return sum(1 for one in ids if " " in one) * 5 > len(ids)

    def _refuse(self, number: int, key: str, title: str, reason: str) -> None:
        self._refused.append(RecordChange(key, title, ChangeKind.REFUSED, number, reason=f"{reason}."))


_BESIDE_STEPS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "message": lambda texts: "\n".join(dict.fromkeys(texts)),
    "reason": lambda texts: "\n".join(dict.fromkeys(texts)),
    "tester": lambda texts: ", ".join(dict.fromkeys(texts)),
    "executed": max,
    "seconds": lambda texts: repr(sum(map(float, texts))),
}
"""What rows of steps say of their case, where they do not say the same."""


def _keep_words(row: _Row, said: Mapping[str, str]) -> None:
    """Keep what a row said of its status in its own words: of a step in its remark, else in the result's message."""
    for name, words in said.items():
        if name == "status" and row.step.get("step"):
            row.step["step_remark"] = _under(row.step.get("step_remark", ""), words)
        else:
            row.values["message"] = _under(row.values.get("message", ""), words)


def _under(text: str, more: str) -> str:
    return f"{text}\n{more}" if text else more


def _together(rows: Sequence[_Row]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The ids in all rows of a record, and its cells of headings that are mapped to nothing, under one another."""
    keys: dict[str, tuple[str, ...]] = {}
    extra: dict[str, str] = {}
    for row in rows:
        for name, some in row.keys.items():
            keys[name] = tuple(dict.fromkeys((*keys.get(name, ()), *some)))
        for label, text in row.extra.items():
            if text not in extra.get(label, "").split("\n"):
                extra[label] = f"{extra[label]}\n{text}" if label in extra else text
    return keys, extra
