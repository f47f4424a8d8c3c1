"""The register of everything that was ever frozen, written, sent, received or answered; and the same to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from html import escape

from desktop.gonogo.markup import STYLE, table
from desktop.report.privacy import MpanChoice, masked_words
from desktop.submissions.context import Desk, name_of
from desktop.submissions.model import EventKind, RegisterEntry
from desktop.submissions.reading import moment
from desktop.submissions.standing import taken_back
from desktop.uk_time import civil
from local_db import audit
from local_db import submissions as rows

WORDS = {
    EventKind.FROZEN: "Frozen",
    EventKind.EXPORTED: "Exported; that is not sent",
    EventKind.PACKED: "Sealed in a pack; that is not sent",
    EventKind.HANDED_OVER: "Handed over, as was said here",
    EventKind.QUEUED: "Queued; that is not sent",
    EventKind.RECEIVED: "Received; that is not accepted",
    EventKind.IN_REVIEW: "In review",
    EventKind.CHANGES_REQUESTED: "Changes requested",
    EventKind.ACCEPTED: "Accepted",
    EventKind.TAKEN_BACK: "Taken back: what was said was a mistake",
    EventKind.SUPERSEDED: "Superseded by a newer version",
    EventKind.WITHDRAWN: "Withdrawn",
}
"""What happened, in words that claim no more than is known."""

EVERYBODY = "All recipients"

_MPAN = 13
"""Digits of one."""


def entries(desk: Desk) -> tuple[RegisterEntry, ...]:
    """Every event of every version, newest first. A draft has none."""
    names = desk.recipients()
    kinds = {one.id: one.name for one in desk.all_kinds()}
    with desk.store.reading() as connection:
        versions = {one.id: one for one in rows.submissions(connection)}
        happened = rows.events(connection)
    gone = taken_back(happened)
    found = []
    for one in sorted(happened, key=lambda event: event.id, reverse=True):
        row, at = versions.get(one.submission_id), moment(one.at)
        if row is None or at is None or one.kind not in set(EventKind):
            continue  # nobody here wrote it: verifying what is kept says so
        found.append(
            RegisterEntry(
                at,
                name_of(row),
                kinds.get(row.kind, row.kind),
                row.title or kinds.get(row.kind, row.kind),
                str(names.get(one.recipient, {}).get("name") or one.recipient) if one.recipient else "",
                WORDS[EventKind(one.kind)],
                one.day,
                one.file_name,
                one.sha256,
                one.their_ref,
                one.note,
                one.by,
                one.id in gone,
            )
        )
    return tuple(found)


def printed(desk: Desk) -> str:
    """The register as one page of HTML that stands by itself. Every text is escaped.

    Titles and notes are typed by people: long numbers and postcodes in them are masked, since the page is for others.
    """
    found = entries(desk)
    with desk.store.reading() as connection:
        head = audit.head(connection)
    organisation = desk.sources.participant.get().name or "The participant"
    day, time = civil(desk.clock().astimezone(UTC))
    versions = len({one.name for one in found})
    many = f"{len(found):,} {'entry' if len(found) == 1 else 'entries'}"
    of = f"{versions:,} {'version' if versions == 1 else 'versions'}"
    title = f"Register of submissions: {organisation}"
    return "".join(
        (
            "<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'>",
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            f"<p>As it stood on {day.day} {day:%b %Y} {time:%H:%M} (time in Great Britain): {many} about {of}, the "
            "newest first.</p>",
            "<p>Exported, packed or queued does not mean sent. Handed over is what was said here. Received means a "
            "receipt, not acceptance. Nothing is ever taken out of this register.</p>",
            _table(found) if found else "<p>Nothing was ever frozen or sent.</p>",
            f"<p style='font-size: 6pt;'>Made by MHHS Desk from this workspace. Head of its audit log: entry "
            f"{head.seq:,}, SHA-256 {escape(head.h) or 'none yet'}. Long numbers and postcodes in titles and notes are "
            "left out.</p></body></html>",
        )
    )


def _table(found: Sequence[RegisterEntry]) -> str:
    heads = ("Noted", "Submission", "To", "What happened", "File and its SHA-256", "Their reference, note", "By")
    return table(heads, [_cells(one) for one in found], (10, 20, 13, 15, 21, 13, 8))


def _cells(one: RegisterEntry) -> tuple[str, ...]:
    day, time = civil(one.at.astimezone(UTC))
    what = escape(one.what)
    if one.taken_back:
        what = f"<s>{what}</s><br>Taken back later"
    if one.day and one.day != day.isoformat():
        what += f"<br>on {escape(one.day)}"
    file = f"{escape(_plain(one.file_name))}<br>{_broken(one.sha256)}" if one.file_name or one.sha256 else ""
    theirs = "<br>".join(escape(part) for part in (_reference(one.their_ref), _plain(one.note)) if part)
    return (
        f"{day.isoformat()}<br>{time:%H:%M}",
        f"<b>{escape(one.name)}</b><br>{escape(_plain(one.title))}<br>{escape(_plain(one.kind))}",
        escape(_plain(one.recipient) or EVERYBODY),
        what,
        file,
        theirs,
        escape(one.by),
    )


def _plain(text: str) -> str:
    return masked_words(text, MpanChoice.LAST_FOUR)


def _reference(text: str) -> str:
    """What they call it, which a reader looks up: masked only where as many digits as an MPAN has stand in it."""
    return _plain(text) if sum(mark.isdecimal() for mark in text) >= _MPAN else text


def _broken(digest: str) -> str:
    """A hash in groups, so that a narrow column can hold it."""
    return " ".join(escape(digest[place : place + 8]) for place in range(0, len(digest), 8))
