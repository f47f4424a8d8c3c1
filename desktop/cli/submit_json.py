"""Submissions as lines and as JSON, the same for every command."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.errors import FileRefused
from desktop.submissions.model import CheckReport, DueSubmission, Event, Mend, RegisterEntry, Scope, Submission

MOST_TEXT = 1_000_000
"""Bytes of a text file that is read as a note or an answer."""


def add_ref(command: argparse.ArgumentParser) -> None:
    """Add the submission's reference."""
    command.add_argument("ref", metavar="REF", help="the submission: ACME-RTTM-0004, or “ACME-RTTM-0004 v2”")


def submission_json(one: Submission, next_step: str) -> dict[str, Any]:
    """A version with how it stands with each recipient; `next_step` as `workspace.outbox` says it."""
    return {
        "ref": one.ref,
        "version": one.version,
        "name": one.name,
        "kind": one.kind.id,
        "title": one.details.title,
        "state": one.state.value,
        "scope": scope_json(one.details.scope),
        "personal_data": one.details.mpan_choice.value,
        "covering": one.details.covering,
        "deadline": one.deadline.isoformat() if one.deadline else None,
        "deadline_from": one.deadline_words,
        "recipients": [
            {
                "id": standing.recipient,
                "name": standing.name,
                "state": standing.state.value,
                "words": standing.state.words,
                "since": standing.since.isoformat() if standing.since else None,
                "their_ref": standing.their_ref,
                "waiting": standing.waiting,
                "open_comments": standing.open_comments,
                "next": [kind.value for kind in standing.next],
            }
            for standing in one.recipients
        ],
        "open_comments": one.open_comments,
        "next_step": next_step,
        "reason": one.reason,
        "sha256": one.sha256,
        "content_sha256": one.content_sha256,
        "frozen_at": one.frozen_at.isoformat() if one.frozen_at else None,
        "frozen_by": one.frozen_by,
    }


def scope_json(scope: Scope) -> dict[str, Any]:
    """A scope with the names of its fields."""
    made = asdict(scope)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in made.items()}


def submission_lines(one: Submission, next_step: str) -> list[str]:
    """A version in a line with the next step, and each recipient in one below."""
    due = f"  due {one.deadline.isoformat()}" if one.deadline else ""
    where = f" ({one.deadline_words})" if due and one.deadline_words else ""
    step = f"  next: {next_step}" if next_step else ""
    first = f"{one.name:<22}  {one.state.value.capitalize():<10}  {one.details.title}{due}{where}{step}"
    return [first, *(f"    {line}" for line in _standings(one))]


def _standings(one: Submission) -> list[str]:
    lines = []
    for standing in one.recipients:
        comma = "," if "," in standing.state.words else ""
        since = f"{comma} since {standing.since.isoformat()}" if standing.since else ""
        theirs = f", their reference {standing.their_ref}" if standing.their_ref else ""
        days = "day" if standing.waiting == 1 else "days"
        waits = f", {standing.waiting} working {days} without an answer" if standing.waiting else ""
        comments = "comment" if standing.open_comments == 1 else "comments"
        told = f", {standing.open_comments} {comments} to answer" if standing.open_comments else ""
        lines.append(f"{standing.name}: {standing.state.words}{since}{theirs}{waits}{told}")
    return lines


def event_json(one: Event) -> dict[str, Any]:
    """Something that happened."""
    return {
        "id": one.id, "kind": one.kind.value, "recipient": one.recipient, "at": one.at.isoformat(), "by": one.by,
        "day": one.day, "their_ref": one.their_ref, "note": one.note, "file_name": one.file_name,
        "sha256": one.sha256, "taken_back": one.taken_back,
    }  # fmt: skip


def check_json(report: CheckReport) -> dict[str, Any]:
    """What the acceptance rules found."""
    return {
        "as_of": report.as_of.isoformat(),
        "pack": report.pack,
        "blocked": len(report.blocked),
        "advised": len(report.advised),
        "lines": [
            {
                "rule": one.rule,
                "title": one.title,
                "severity": one.severity.value,
                "recipient": one.recipient,
                "outcome": one.outcome.value,
                "detail": one.detail,
                "count": one.count,
                "examples": [{"what": what, **mend_json(mend)} for what, mend in one.examples],
                "mend": mend_json(one.mend) if one.mend else None,
                "source": one.source,
            }
            for one in report.lines
        ],
    }


def mend_json(mend: Mend) -> dict[str, str]:
    """Where to mend something."""
    return {"page": mend.page, "target": mend.target, "command": mend.command}


def due_json(one: DueSubmission, ref: str) -> dict[str, Any]:
    """Something that is due; `ref` of its submission, '' when it is not begun."""
    return {
        "day": one.day.isoformat() if one.day else None, "kind": one.kind, "title": one.title, "what": one.what,
        "detail": one.detail, "late": one.late, "recipients": list(one.recipients), "submission": ref,
        "scope": scope_json(one.scope) if one.scope else None,
    }  # fmt: skip


def entry_json(one: RegisterEntry) -> dict[str, Any]:
    """A line of the register."""
    return {
        "at": one.at.isoformat(), "name": one.name, "kind": one.kind, "title": one.title, "recipient": one.recipient,
        "what": one.what, "day": one.day, "file_name": one.file_name, "sha256": one.sha256,
        "their_ref": one.their_ref, "note": one.note, "by": one.by, "taken_back": one.taken_back,
    }  # fmt: skip


def text_of(path: Path) -> str:
    """The text of a file (UTF-8). Raises FileRefused."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_TEXT + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise FileRefused(f"{path.name} cannot be read: {reason}.", safe="Nothing was changed.") from error
    if len(data) > MOST_TEXT:
        raise FileRefused(f"{path.name} is too long for a text.", safe="Nothing was changed.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"{path.name} is no text in UTF-8.", safe="Nothing was changed.", todo="Save it as text in UTF-8."
        ) from error
