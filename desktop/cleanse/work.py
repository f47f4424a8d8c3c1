"""What people add to findings: owner, due date, note and status; and the title of such a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from desktop.cleanse.model import WorkStatus
from desktop.errors import InvalidInput

LONGEST_OWNER = 200
LONGEST_NOTE = 20_000
"""In characters; a cell of an Excel workbook takes 32,767."""


@dataclass(frozen=True)
class FindingEdit:
    """What to write to findings; None leaves a field as it is, '' clears it."""

    owner: str | None = None
    due: date | Literal[""] | None = None
    note: str | None = None
    status: WorkStatus | None = None


def values_of(edit: FindingEdit) -> dict[str, str | None]:
    """The columns to write. Raises InvalidInput, its field named, for a text too long or an edit that says nothing."""
    values: dict[str, str | None] = {}
    if edit.owner is not None:
        values["owner"] = _fitting(" ".join(edit.owner.split()), LONGEST_OWNER, "owner")
    if edit.due is not None:
        values["due"] = edit.due.isoformat() if edit.due else None
    if edit.note is not None:
        values["note"] = _fitting(edit.note.strip(), LONGEST_NOTE, "note")
    if edit.status is not None:
        values["status"] = WorkStatus(edit.status).value
    if not values:
        raise InvalidInput("Nothing was entered, so nothing was changed.", field="owner")
    return values


def edit_title(edit: FindingEdit, count: int, *, names: bool) -> str:
    """The step in words: Assign 312 findings to Northgrid. Without `names` it holds nothing that a person typed.

    The audit chain keeps its titles for ever, so they are without names; the entry's body has them.
    """
    findings = counted(count)
    given = [field for field in ("owner", "due", "note", "status") if getattr(edit, field) is not None]
    if len(given) != 1:
        return f"Edit {findings}"
    if edit.owner is not None:
        owner = " ".join(edit.owner.split())
        if not owner:
            return f"Clear the owner of {findings}"
        return f"Assign {findings} to {owner}" if names else f"Assign {findings}"
    if edit.due is not None:
        return f"Make {findings} due on {edit.due.isoformat()}" if edit.due else f"Clear the due date of {findings}"
    if edit.status is not None:
        return f"Mark {findings} as {WorkStatus(edit.status).value}"
    return f"Note on {findings}" if edit.note and edit.note.strip() else f"Clear the note of {findings}"


def counted(count: int) -> str:
    """1 finding, 312 findings, 10,000 findings."""
    return "1 finding" if count == 1 else f"{count:,} findings"


def _fitting(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise InvalidInput(f"Use at most {longest:,} characters; there are {len(text):,}.", field=field)
    return text
