"""How deliveries look: an icon and a colour role for each state, always beside its words."""

from __future__ import annotations

import re
from datetime import datetime

from desktop.sync import delivery_words as words
from desktop.sync.model import Delivery, LogLine, ParcelFile
from desktop.sync.wire.envelope import WITHDRAW
from ui.widgets.endpoint_look import moment_words
from ui.widgets.submission_look import size_words

_LOOKS: dict[str, tuple[str, str]] = {
    words.NEEDS_YOU: ("warning", "high"),
    words.SENDING: ("refresh", "low"),
    words.UPLOADING: ("refresh", "low"),
    words.AGAIN: ("status-part", "med"),
    words.QUEUED: ("status-not-run", "med"),
    words.BUNDLED: ("export", "med"),
    words.HELD: ("lock", "muted"),
    words.RECEIVED: ("status-passed", "good"),
    words.LEFT_OUT: ("remove", "muted"),
}
_SAID_ABOVE = re.compile(r"^submit \S+ v\d+(?:, )?")
"""What the log says of a submission that the pane names already."""
_ROLES = {
    "body": "what it says, in the format that was frozen",
    "rows": "rows of a table",
    "workbook": "the workbook",
    "template": "their own template, filled",
    "evidence": "evidence",
    "beside": "a file beside it",
}


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of a word of state; None for a word that is none."""
    return _LOOKS.get(word)


def state_words(one: Delivery, now: datetime) -> str:
    """How it stands with a receipt only where there is one: Received by BSC, 23 Nov 2026 12:00 by its clock."""
    word = words.stands(one)
    if word == words.RECEIVED:
        told = moment_words(one.received_at, now)
        what = "The withdrawal was received" if one.act == WITHDRAW else "Received"
        return f"{what} by {one.endpoint}, {told} by its clock"
    if word == words.LEFT_OUT:
        return "Left out: it is not sent"
    if word == words.BUNDLED:
        return f"Exported {moment_words(one.bundled_at, now)}, no receipt yet"
    done = words.progress(one)
    waited = words.waiting(one, now)
    return f"{word}{f' {done}' if done else ''}, waiting {waited}"


def file_words(one: ParcelFile) -> str:
    """A file with what it is and its size."""
    return f"{one.name} – {role_words(one)}, {size_words(one.size)}"


def role_words(one: ParcelFile) -> str:
    """What a file is."""
    return _ROLES.get(one.role, one.role)


def line_words(one: LogLine, now: datetime) -> str:
    """A line of its history."""
    detail = _SAID_ABOVE.sub("", one.detail).removesuffix(", sync")
    return f"{moment_words(one.at, now)}  {one.event[:1].upper()}{one.event[1:]}{f': {detail}' if detail else ''}"
