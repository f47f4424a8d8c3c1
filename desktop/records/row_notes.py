"""What is said of the rows of a file: sections, rows put together, words and ids that were taken as others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from desktop.portfolio.mapping import fold
from desktop.records.cells import key_of, shown
from desktop.records.model import FieldKind, RecordField, RecordKind

SECTION = {
    RecordKind.REQUIREMENTS: "family",
    RecordKind.CASES: "scenario",
    RecordKind.ACTIVITIES: "phase",
    RecordKind.QUESTIONS: "section",
}
"""Which field the heading of a section fills."""
_NAMED = 5


class _HasLinks(Protocol):
    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Fields with several ids."""

    @property
    def steps(self) -> Sequence[Mapping[str, str]]:
        """Its steps."""


class RowNotes:
    """Counts while rows are read, and puts it into sentences at the end."""

    def __init__(self, kind: RecordKind, fields: Mapping[str, RecordField], mapped: frozenset[str]) -> None:
        """`mapped`: names of the fields that have a heading."""
        self._kind, self._fields, self._mapped = kind, fields, mapped
        self._taken: Counter[tuple[str, str, str]] = Counter()
        self._spellings: dict[str, str] = {}
        self._left: list[str] = []
        self._numbers: dict[str, int] = {}
        self.sections: list[str] = []
        self.unseen: list[str] = []
        """Cells of ids with characters that nobody sees, or dashes and blanks of another kind."""
        self.continued = 0
        self.repeated = 0
        self.stepless = 0

    def taken_for(self, field: str, word: str, value: str) -> None:
        """Count a word that was taken for a value; it is told as it was first written."""
        spelling = self._spellings.setdefault(fold(word), word)
        self._taken[field, spelling, value] += 1

    def left_linked(self, records: Sequence[_HasLinks]) -> None:
        """Blank cells clear, and still remove no link and no step: count the records that name none."""
        for name in sorted(self._mapped):
            of = self._fields[name]
            count = sum(1 for one in records if not one.keys.get(name)) if of.kind is FieldKind.KEYS else 0
            if count:
                self._left.append(f"{of.title} is blank in {_records(count)}")
        if self._kind is RecordKind.CASES and any(self._fields[name].step for name in self._mapped):
            count = sum(1 for one in records if not one.steps)
            if count:
                self._left.append(f"{_records(count)} {'has' if count == 1 else 'have'} no step")

    def number_ids(self, columns: Mapping[str, int]) -> None:
        """Columns of ids with cells that are numbers, and how many."""
        self._numbers = dict(columns)

    def notes(self) -> list[str]:
        """The sentences."""
        told = [*self._of_sections(), *self._of_ids()]
        if self.continued:
            told.append(
                f"{self.continued:,} row{'s' if self.continued > 1 else ''} without an id "
                f"{'were' if self.continued > 1 else 'was'} taken as more of the record above."
            )
        for (field, word, value), count in self._taken.items():
            told.append(f"{count:,} row{'' if count == 1 else 's'}: {field} “{shown(word)}” taken as {value}.")
        if self.stepless:
            rows = "row" if self.stepless == 1 else "rows"
            told.append(
                f"{self.stepless:,} {rows} without a step: what stands there of evidence, files or a remark of a step "
                "is passed over."
            )
        if self.repeated and self._kind is RecordKind.RESULTS:
            told.append("Of a case with several results the one executed last counts.")
        if self._left:
            told.append(
                f"A blank cell never removes a link or a step: {'; '.join(self._left)}. Remove them by hand where that "
                "is meant."
            )
        return told

    def _of_sections(self) -> list[str]:
        if not self.sections:
            return []
        names = ", ".join(f"“{shown(one)}”" for one in self.sections[:_NAMED])
        more = f" and {len(self.sections) - _NAMED:,} more" if len(self.sections) > _NAMED else ""
        name = SECTION.get(self._kind, "")
        use = "passed over"
        if name and name not in self._mapped:
            use = f"taken as the {self._fields[name].title.lower()} of the rows below"
        are = "rows are headings of sections" if len(self.sections) > 1 else "row is the heading of a section"
        return [f"{len(self.sections):,} {are}, {use}: {names}{more}."]

    def _of_ids(self) -> list[str]:
        told = []
        if self.unseen:
            count = len(self.unseen)
            taken = ", ".join(dict.fromkeys(shown(key_of(one[:200])) for one in self.unseen[:_NAMED]))
            cells = "cell of ids holds" if count == 1 else "cells of ids hold"
            told.append(
                f"{count:,} {cells} characters that nobody sees, or dashes and blanks of another kind; taken without "
                f"them, with a hyphen or a blank: {taken}{' ...' if count > _NAMED else ''}."
            )
        for heading, count in self._numbers.items():
            ids = "id is a number cell" if count == 1 else "ids are number cells"
            told.append(
                f"{heading}: {count:,} {ids}. Zeros that only a format shows are not in the file, so 4.10 and 4.1, "
                "or 7 and 007, cannot be told apart: format the column as text."
            )
        return told


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"
