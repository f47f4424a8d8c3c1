"""Copies as reviewers send them back: edited by a workbook program, or with parts that Excel 365 writes."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import load_workbook
from submission_body_hands import content, workbook

from desktop.jobs import Job
from desktop.submissions.content import Content
from desktop.submissions.review import comparing, returned
from desktop.submissions.review.answer import Remark
from desktop.submissions.review.model import Difference, DifferenceKind
from desktop.submissions.review.plan import workbook_plan

FIRST = 5
"""The sheet row of a table's first row."""


def edited(sent: Path, to: Path, change: Callable[[Any], None]) -> Path:
    """The workbook after a person changed it and saved it."""
    book = load_workbook(sent)
    change(book)
    book.save(to)
    return to


def brought(sent: Path, copy: Path, made: Content | None = None) -> returned.Brought:
    """What a copy brings, read by the child."""
    return returned.compare(copy, sent, workbook_plan(made or content()), Job())


def brought_here(sent: Path, copy: Path, made: Content | None = None) -> returned.Brought:
    """The same, read in this process: for many copies of which each is sound."""
    answer = comparing.compared(copy, sent, workbook_plan(made or content()), lambda *_: None)
    return returned.read_answer(copy, json.loads(json.dumps(answer)))


def of_kind(found: returned.Brought, kind: DifferenceKind) -> list[Difference]:
    return [one for one in found.differences if one.kind is kind]


def said(found: returned.Brought) -> list[tuple[str, str, str, str, str]]:
    """Source, table, row key, column and text of each comment."""
    return [(one.source, one.table_id, one.row_key, one.column_id, one.text) for one in found.remarks]


def only(found: returned.Brought) -> Remark:
    assert len(found.remarks) == 1, found.remarks
    return found.remarks[0]


def with_parts(sent: Path, to: Path, parts: Mapping[str, str], changes: Mapping[str, Callable[[str], str]]) -> Path:
    """The same package with parts added, and parts changed as texts."""
    with zipfile.ZipFile(sent) as package, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        names = package.namelist()
        for name in names:
            data = package.read(name)
            made.writestr(name, changes[name](data.decode()).encode() if name in changes else data)
        for name, text in parts.items():
            assert name not in names, name
            made.writestr(name, text)
    return to


_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
_THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def threaded(
    sent: Path, to: Path, sheet: int, comments: Iterable[tuple[str, str, str, str, str, str]], *, stubs: bool = True
) -> Path:
    """A copy with threaded comments as Excel 365 writes them: (id, parent, cell, person, moment, text) each.

    A parent of '+' ends in a resolved thread. With each come the notes that stand for them.
    """
    kept = list(comments)
    people = sorted({one[3] for one in kept})
    threads = "".join(
        f'<threadedComment ref={quoteattr(cell)} dT={quoteattr(at)} personId="{{P{people.index(person)}}}" '
        f"id={quoteattr(one)}{'' if parent in {'', '+'} else ' parentId=' + quoteattr(parent)}"
        f"{' done=' + quoteattr('1') if parent == '+' else ''}><text>{escape(text)}</text></threadedComment>"
        for one, parent, cell, person, at, text in kept
    )
    persons = "".join(
        f'<person displayName={quoteattr(name)} id="{{P{place}}}" userId="u{place}" providerId="AD"/>'
        for place, name in enumerate(people)
    )
    notes = "".join(
        f'<comment ref={quoteattr(cell)} authorId="0"><text><t>[Threaded comment]\n\nYour version of Excel allows you '
        f"to read this threaded comment; however, any edits to it will get removed.\n\nComment:\n    {escape(text)}"
        "</t></text></comment>"
        for one, parent, cell, person, at, text in kept
        if parent in {"", "+"}
    )
    rels = f"xl/worksheets/_rels/sheet{sheet}.xml.rels"
    more = (
        '<Relationship Id="rT1" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/>'
    )
    if stubs:
        more += (
            '<Relationship Id="rN1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" '
            'Target="../comments1.xml"/>'
        )
    person = (
        '<Relationship Id="rP1" Type="http://schemas.microsoft.com/office/2017/10/relationships/person" '
        'Target="persons/person.xml"/></Relationships>'
    )
    with zipfile.ZipFile(sent) as package:
        has_rels = rels in package.namelist()
    parts = {
        "xl/threadedComments/threadedComment1.xml": (
            f'<ThreadedComments xmlns="{_THREADED}">{threads}</ThreadedComments>'
        ),
        "xl/persons/person.xml": f'<personList xmlns="{_THREADED}">{persons}</personList>',
    }
    if stubs:
        parts["xl/comments1.xml"] = (
            '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>tc={X}</author>'
            f"</authors><commentList>{notes}</commentList></comments>"
        )
    changes: dict[str, Callable[[str], str]] = {
        "xl/_rels/workbook.xml.rels": lambda text: text.replace("</Relationships>", person),
    }
    if has_rels:
        changes[rels] = lambda text: text.replace("</Relationships>", more + "</Relationships>")
    else:
        parts[rels] = f'<Relationships xmlns="{_RELATION}">{more}</Relationships>'
    return with_parts(sent, to, parts, changes)


def without_properties(sent: Path, to: Path, *, names: bool = True) -> Path:
    """As a mail program leaves it: no document properties; `names` False: no named cells either."""
    changes: dict[str, Callable[[str], str]] = {
        "_rels/.rels": lambda text: re.sub(r"<Relationship [^>]*custom-properties[^>]*/>", "", text),
    }
    if not names:
        changes["xl/workbook.xml"] = lambda text: re.sub(r"<definedNames>.*</definedNames>", "", text)
    return with_parts(sent, to, {}, changes)


__all__ = [
    "FIRST", "brought", "content", "edited", "of_kind", "only", "said", "threaded", "with_parts", "without_properties",
    "workbook",
]  # fmt: skip
