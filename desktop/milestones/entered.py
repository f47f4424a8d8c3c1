"""What a person gives of a milestone, made into what is kept; each refusal names its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from datetime import date

from desktop.errors import InvalidInput
from desktop.milestones.model import OWN
from local_db.milestones import Hanging

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""Days outside are slips of the keyboard."""
LONGEST_TEXT = 32_767
"""Characters: what a cell of a workbook can hold."""


def day(value: date | str, field: str, today: date | None = None) -> str:
    """A day as it is kept; '' stays ''. Raises InvalidInput for no day, one far off, or one after `today`."""
    if isinstance(value, str):
        said = value.strip()
        if not said:
            return ""
        try:
            value = date.fromisoformat(said)
        except ValueError:
            raise InvalidInput(f"“{said[:40]}” is no day.", todo="Write it as 2027-03-31.", field=field) from None
    if not EARLIEST <= value <= LATEST:
        raise InvalidInput(f"The day must lie between {EARLIEST.year} and {LATEST.year}.", field=field)
    if today is not None and value > today:
        raise InvalidInput("A milestone is reached today or earlier, so this day cannot lie ahead.", field=field)
    return value.isoformat()


def text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """A text without blanks around it. Raises InvalidInput when it is too long."""
    value = value.strip()
    if len(value) > longest:
        raise InvalidInput(f"Use at most {longest:,} characters.", field=field)
    return value


def own_id(title: str, taken: Container[str]) -> str:
    """An id of an own milestone, after its first title; it stays when the title changes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    stem = OWN + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "milestone")
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def hanging_words(hanging: Hanging) -> str:
    """What hangs on a milestone, for a sentence; '' = nothing."""
    counts = (
        (hanging.activities, "cutover activity", "cutover activities"),
        (hanging.plans, "cutover plan", "cutover plans"),
        (hanging.gates, "gate of the PIT plan", "gates of the PIT plan"),
        (hanging.declarations, "declaration", "declarations"),
    )
    return ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count)
