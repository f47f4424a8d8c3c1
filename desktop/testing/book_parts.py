"""How a workbook of testing is laid out: the cover, a named table on each sheet, the evidence, and how to read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from desktop.cutover.model import PlanSummary
from desktop.excel.book import Book, Field, Kind, Link, Page, Value
from desktop.frames import pl
from desktop.records.model import RecordKind
from desktop.testing.book_marks import PLAN_PROPERTY, TEMPLATE_PROPERTY, heading
from desktop.testing.book_sources import BookFacts, BookSources

TEXTS_FILE = Path(__file__).resolve().parents[2] / "resources" / "workbook" / "testing.json"
_WHAT_IT_IS = {
    "official": "official, from the participant's own copy",
    "suggested": "suggested by MHHS Desk, not official",
}


REHEARSAL = "REHEARSAL"
NOT_NUMBERED = "not numbered: made from a workspace open for reading only"
"""In place of a submission's number, which cannot be noted in such a workspace."""


@cache
def texts() -> Mapping[str, Any]:
    """The words of all workbooks of testing, by their kind."""
    raw: dict[str, Any] = json.loads(TEXTS_FILE.read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True)
class Part:
    """One sheet: its key in the words, its columns, and its rows (texts, whole numbers, ISO days, None).

    `comes_back`: it is brought in again, so an empty one has an empty row and not the word (none).
    """

    key: str
    fields: tuple[Field, ...]
    rows: Sequence[Sequence[object]]
    about: str = ""
    """Said beside what the words say of it."""
    comes_back: bool = False


@dataclass(frozen=True)
class Draft:
    """What a workbook says: the figures of its cover, its sheets, and how many rows its main ones have."""

    position: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    rows: int


def known(kind: RecordKind, name: str, cells: Kind = Kind.TEXT, width: int = 16) -> Field:
    """A column that comes back in: its heading is the title of the field."""
    return Field(heading(kind, name), cells, width)


EVIDENCE_FIELDS = (
    Field("Reference", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 40),
    Field("File", Kind.WRAPPED, 34),
    Field("What it is", Kind.WRAPPED, 20),
    Field("SHA-256 of the file", Kind.TEXT, 66),
    Field("Bytes", Kind.NUMBER, 13),
    Field("Revision", Kind.NUMBER, 10),
    Field("Collected on", Kind.DATE, 13),
    Field("Collected by", Kind.WRAPPED, 18),
    Field("Author", Kind.WRAPPED, 18),
    Field("Good until", Kind.DATE, 13),
    Field("Confidentiality", Kind.TEXT, 15),
    Field("Redaction", Kind.TEXT, 13),
    Field("Description", Kind.WRAPPED, 40),
)


def build(kind: str, facts: BookFacts, draft: Draft, sources: BookSources) -> Book:
    """The workbook, ready to be saved."""
    words = texts()[kind]
    header = ""
    if facts.plan is not None and facts.plan.rehearsal:
        words = _rehearsed(words)
        header = f"{REHEARSAL}: for practice, never to be submitted"
    book = Book(words["title"], facts.participant, facts.made_at, header=header)
    for name, value in (
        (TEMPLATE_PROPERTY, words["template"]),
        ("TemplateVersion", words["version"]),
        ("Gate", "" if facts.gate is None else facts.gate.id),
        ("Submission", str(facts.submission) if facts.submission else NOT_NUMBERED),
        ("AuditHead", facts.audit_head),
    ):
        book.property(name, value)
    if facts.plan is not None:
        book.property(PLAN_PROPERTY, facts.plan.ref)
    _cover(book, words, facts, draft)
    evidence = Part("evidence", EVIDENCE_FIELDS, sources.evidence_rows())
    for part in (*draft.parts, evidence):
        _sheet(book, words, part)
    notes = [*words["notes"], *texts()["common"]]
    fields = (Field("Topic", Kind.STRONG, 30), Field("Note", Kind.WRAPPED, 110))
    book.add_table(_page(words, "notes"), fields, [(topic, note) for topic, note in notes])
    return book


def _rehearsed(words: Mapping[str, Any]) -> Mapping[str, Any]:
    """The words of a workbook of a rehearsal: every sheet is headed by it."""
    title = f"{REHEARSAL}: {words['title']}"
    sheets = {
        key: {**entry, "title": f"{REHEARSAL}: {entry.get('title', words['title'])}"}
        for key, entry in words["sheets"].items()
    }
    return {**words, "title": title, "sheets": sheets}


def _sheet(book: Book, words: Mapping[str, Any], part: Part) -> None:
    page = _page(words, part.key, part.about)
    fields = tuple(replace(field, key=f"c{place}") for place, field in enumerate(part.fields))
    rows = part.rows
    if not rows:
        if part.comes_back:
            book.add_table(page, fields, [("",) * len(fields)])
        else:
            book.add_table(page, fields, ())
        return

    def blocks() -> Iterator[pl.DataFrame]:
        for start in range(0, len(rows), _BLOCK):
            yield _block(fields, rows[start : start + _BLOCK])

    book.add_stream(page, fields, len(rows), blocks)


_BLOCK = 65_536


def _block(fields: Sequence[Field], rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    made = []
    for field, values in zip(fields, zip(*rows, strict=True), strict=True):
        if field.kind is Kind.NUMBER:
            made.append(pl.Series(field.key, values, dtype=pl.Int64))
        else:
            cells = ["" if value is None else str(value) for value in values]
            made.append(pl.Series(field.key, cells, dtype=pl.String))
    return pl.DataFrame(made)


def _page(words: Mapping[str, Any], sheet: str, about: str = "") -> Page:
    entry = words["sheets"][sheet]
    said = f"{about} {entry['about']}" if about else entry["about"]
    return Page(entry["tab"], entry.get("title", words["title"]), said)


def _cover(book: Book, words: Mapping[str, Any], facts: BookFacts, draft: Draft) -> None:
    fields = (Field("Part", Kind.LABEL, 18), Field("Item", Kind.STRONG, 34), Field("Detail", Kind.WRAPPED, 110))
    rows: list[tuple[Value, ...]] = [
        ("Document", "Title", words["title"]),
        *([("Document", "In the standard's words", words["standard"])] if words["standard"] else []),
        ("Document", "What it is", words["what"]),
        *_who(facts),
        *(("Position", item, detail) for item, detail in draft.position),
        *_contents(words),
        *_what(facts),
        (
            "This file",
            "Personal data",
            "Names of people who own, run, collect or agree to something, as they were typed.",
        ),
        ("This file", "Template", f"{words['template']}, version {words['version']}"),
    ]
    tab = book.add_table(_page(words, "cover"), fields, rows)
    book.name_cell("template", tab, f"$C${4 + len(rows)}")


def _who(facts: BookFacts) -> Iterator[tuple[Value, ...]]:
    yield ("Document", "Participant", facts.participant)
    for mpid, roles in facts.mpids:
        yield ("Document", f"MPID {mpid}", roles)
    if facts.plan is not None:
        yield from _of_plan(facts, facts.plan)
        return
    yield ("Document", "Gate", facts.for_gate)
    if facts.gate is not None:
        yield ("Document", "Day of the gate", facts.gate.day or "Not given yet")
    number = f"{facts.submission} of this document{'' if facts.gate is None else ' at this gate'}"
    yield ("Document", "Submission", number if facts.submission else NOT_NUMBERED.capitalize())
    yield ("Document", "Status", _status(facts))
    yield ("Document", "Made", f"{facts.made_at:%d %b %Y %H:%M} UTC by {facts.made_by}")


def _of_plan(facts: BookFacts, plan: PlanSummary) -> Iterator[tuple[Value, ...]]:
    if plan.rehearsal:
        yield ("Document", REHEARSAL, "For practice. It is no plan to work to, and is never submitted.")
    yield ("Document", "Plan", f"{plan.details.title} ({plan.ref})")
    yield ("Document", "Milestone", facts.plan_milestone or "Not given")
    yield ("Document", "Taken from", plan.source or "Made here")
    yield ("Document", "Version", f"{facts.submission} of this plan" if facts.submission else NOT_NUMBERED.capitalize())
    if plan.details.closed:
        yield ("Document", "Closed", plan.details.closed)
    if plan.details.review:
        yield ("Document", "Afterwards", plan.details.review)
    yield ("Document", "Made", f"{facts.made_at:%d %b %Y %H:%M} UTC by {facts.made_by}")


def _status(facts: BookFacts) -> str:
    one = facts.deliverable
    if one is None:
        return "Working document; it is no deliverable of the PIT plan yet"
    planned = f", planned for {one.planned:%d %b %Y}" if one.planned else ""
    return f"{one.status.value.capitalize()} ({one.ref} of the PIT plan{planned})"


def _contents(words: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    for key, entry in words["sheets"].items():
        if key != "cover":
            yield ("Contents", Link(entry["tab"], entry["tab"]), entry["link"])


def _what(facts: BookFacts) -> Iterator[tuple[Value, ...]]:
    pack = facts.pack
    standing = _WHAT_IT_IS.get(pack.status.value, pack.status.value)
    if facts.plan is None or facts.plan.key:
        what = "PIT plan pack" if facts.plan is None else "Pack of cutover plans"
        yield ("Made with", what, f"{pack.version} ({standing})")
        yield ("Made with", "Its source", pack.source)
    yield ("Made with", "MHHS Desk", f"version {facts.app_version}")
    yield ("Made with", "Audit head", facts.audit_head or "The log is empty")
