"""What a person (or a file) gives of an activity, made into what is kept; each refusal names its field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date

from desktop.cutover.model import ActivityEdit, ActivityType
from desktop.cutover.schedule import check_key, predecessors_text, read_duration, read_predecessors
from desktop.errors import InvalidInput
from desktop.uk_time import Moment, read_moment
from desktop.working_days import LONGEST

LONGEST_TEXT = 32_767
"""Characters: what a cell of a workbook can hold, so that every text can be handed on."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)

FIELDS = (
    "key", "title", "description", "phase", "type", "responsible", "external", "owner", "stand_in", "start_at",
    "due_at", "milestone", "milestone_days", "duration", "predecessors", "evidence_needed", "declaration_needed",
    "note",
)  # fmt: skip
"""The fields that a person or a file gives, by name; all of them are texts here."""

WORDS = {
    "stand_in": "stand-in",
    "start_at": "start",
    "due_at": "due moment",
    "milestone_days": "working days after the milestone",
    "evidence_needed": "evidence needed",
    "declaration_needed": "declaration needed",
    "type": "type",
    "external": "who does it (ours or external)",
}
"""Fields in words, where the name itself would not do."""

_ASKED = ("title", "description", "type", "responsible", "evidence_needed", "declaration_needed")
_LINES = ("title", "phase", "responsible", "owner", "stand_in", "declaration_needed")
_YES = {"yes", "y", "true", "1", "x", "external", "others"}
_NO = {"", "no", "n", "false", "0", "ours", "internal", "us"}


def text(value: str, field: str) -> str:
    """A text without blanks around it; one line where the field is one. Raises InvalidInput when it is too long."""
    value = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if field in _LINES:
        value = " ".join(value.split())
    if len(value) > LONGEST_TEXT:
        raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field)
    return value


def moment(value: str, field: str) -> str:
    """A moment as it is kept; '' stays ''. Raises InvalidInput."""
    value = value.strip()
    if not value:
        return ""
    found = read_moment(value)
    if found is None:
        raise InvalidInput(
            f"“{value[:60]}” is no day and no time.",
            todo="Write it as 2026-10-24, or 2026-10-24 22:30 (UK time).",
            field=field,
        )
    return fitting(found, field).text


def fitting(found: Moment, field: str) -> Moment:
    """A moment in the years that plans are made for. Raises InvalidInput."""
    if not EARLIEST <= found.day <= LATEST:
        raise InvalidInput(f"The day must lie between {EARLIEST.year} and {LATEST.year}.", field=field)
    return found


def milestone(value: str, known: Mapping[str, str]) -> str:
    """The id of a milestone, given by its id or title; '' stays ''. `known`: folded id or title to id.

    Raises InvalidInput.
    """
    value = " ".join(value.split())
    if value and value.casefold() not in known:
        raise InvalidInput(
            f"There is no milestone “{value[:60]}”.",
            todo="Add it under Milestones first, or use its id, as M14.",
            field="milestone",
        )
    return known[value.casefold()] if value else ""


def milestone_days(value: str | int) -> int:
    """Working days after a milestone; negative: before it; '' is 0. Raises InvalidInput."""
    if isinstance(value, str):
        value = value.strip().replace("\N{MINUS SIGN}", "-").removeprefix("+")
        if not value:
            return 0
        if not (value.removeprefix("-").isascii() and value.removeprefix("-").isdecimal()):
            raise InvalidInput(f"“{value[:40]}” is no number of working days.", field="milestone_days")
        value = int(value) if len(value) < 7 else LONGEST + 1
    if not -LONGEST <= value <= LONGEST:
        raise InvalidInput(f"Use at most {LONGEST:,} working days.", field="milestone_days")
    return value


def activity_type(value: str) -> str:
    """The value of a type, in any case, with blanks or hyphens as they come; '' is a task. Raises InvalidInput."""
    for one in ActivityType:
        if _folded(one.value) == _folded(value):
            return one.value
    if not value.strip():
        return ActivityType.TASK.value
    raise InvalidInput(
        f"“{value.strip()[:40]}” is no type of activity.",
        todo=f"Use one of: {', '.join(one.value for one in ActivityType)}.",
        field="type",
    )


def external(value: str) -> bool:
    """Whether others do it. Raises InvalidInput for what says neither yes nor no."""
    said = value.strip().casefold()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise InvalidInput(
        f"“{value.strip()[:40]}” does not say whether others do it.", todo="Write yes or no.", field="external"
    )


def duration(value: str) -> str:
    """A duration as it is kept; '' stays ''. Raises InvalidInput."""
    return read_duration(value).text if value.strip() else ""


def predecessors(value: str) -> tuple[tuple[str, str], ...]:
    """(id, lag) of each, every id once. Raises InvalidInput."""
    return read_predecessors(value) if value.strip() else ()


def checked(given: Mapping[str, str], milestones: Mapping[str, str]) -> dict[str, str]:
    """Fields given as texts, as they are kept and still as texts. Raises InvalidInput, its field named.

    `milestones`: folded id or title to id.
    """
    readers: dict[str, Callable[[str], str]] = {
        "key": check_key,
        "start_at": lambda raw: moment(raw, "start_at"),
        "due_at": lambda raw: moment(raw, "due_at"),
        "milestone": lambda raw: milestone(raw, milestones),
        "milestone_days": lambda raw: str(milestone_days(raw) or ""),
        "type": activity_type,
        "external": lambda raw: "yes" if external(raw) else "no",
        "duration": duration,
        "predecessors": lambda raw: predecessors_text(predecessors(raw)),
    }
    values: dict[str, str] = {}
    for field, raw in given.items():
        if field not in FIELDS:
            raise ValueError(f"an activity has no field {field}")
        values[field] = readers[field](raw) if field in readers else text(raw, field)
    if values.get("title") == "":
        raise InvalidInput("An activity needs a title.", field="title")
    if values.get("due_at") and values.get("milestone"):
        raise InvalidInput(
            "An activity is due at a moment of its own or hangs on a milestone, not both.",
            todo="Leave one of them out.",
            field="milestone",
        )
    return values


def columns(values: Mapping[str, str]) -> dict[str, object]:
    """The columns of checked fields, without what it waits for.

    What is said last of when it is due replaces what was said before: a moment of its own, or a milestone.
    """
    found: dict[str, object] = {name: said for name, said in values.items() if name != "predecessors"}
    if "external" in found:
        found["external"] = int(found["external"] == "yes")
    if "milestone_days" in found:
        found["milestone_days"] = int(values["milestone_days"] or 0)
    if found.get("due_at"):
        found.update(milestone="", milestone_days=0)
    elif found.get("milestone"):
        found["due_at"] = ""
    elif "milestone" in found:
        found["milestone_days"] = 0
    return found


def text_hash(values: Mapping[str, object]) -> str:
    """Of what an activity asks: another one means that it asks for something else."""
    asked = [str(values.get(name) or "") for name in _ASKED]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:32]


def given_by(change: ActivityEdit) -> dict[str, str]:
    """The fields that a change gives, as texts."""
    found: dict[str, str] = {}
    for one in fields(change):
        value = getattr(change, one.name)
        if value is not None:
            found[one.name] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return found


def field_words(name: str) -> str:
    """A field in words."""
    return WORDS.get(name, name.replace("_", " "))


def _folded(value: str) -> str:
    """Letters and digits only, without regard to case: Go/No-Go, go no go and GO_NO_GO are one."""
    return "".join(one for one in value.casefold() if one.isalnum())
