"""What a person (or a file) gives, made into what is kept; each refusal names its field."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from desktop.errors import InvalidInput
from desktop.pit.model import DeliverableEdit, DeliverableStatus
from desktop.pit.schedule import EARLIEST, LATEST
from desktop.working_days import LONGEST
from local_db.pit import DeliverableRow

LONGEST_TEXT = 32_767
"""Characters: what a cell of a workbook can hold, so that every text can be handed on."""

_TEXTS = (
    "title", "field_name", "description", "good_evidence", "owner", "stage", "gate", "reviewer", "remarks", "note",
    "party_type",
)  # fmt: skip
DAY_WORDS = {"baseline": "baseline", "current": "current day", "actual": "actual day"}


def text(value: str, field: str) -> str:
    """A text without blanks around it. Raises InvalidInput when it is too long."""
    value = value.strip()
    if len(value) > LONGEST_TEXT:
        raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field)
    return value


def day(value: date | str, field: str, today: date | None = None) -> str:
    """A day as it is kept; '' stays ''. Raises InvalidInput for no day, one far off, or one after `today`."""
    if isinstance(value, str):
        if not value.strip():
            return ""
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise InvalidInput(f"“{value}” is no day.", todo="Write it as 2027-03-31.", field=field) from None
    if not EARLIEST <= value <= LATEST:
        raise InvalidInput(f"The day must lie between {EARLIEST.year} and {LATEST.year}.", field=field)
    if today is not None and value > today:
        raise InvalidInput(
            f"The {DAY_WORDS.get(field, 'day')} says when it was done, so it cannot lie ahead.", field=field
        )
    return value.isoformat()


def offset(value: int | str) -> int | None:
    """Working days before a gate; '' is none. Raises InvalidInput."""
    if isinstance(value, str):
        if not value.strip():
            return None
        if not value.strip().isdecimal():
            raise InvalidInput(f"“{value}” is no number of working days.", field="offset")
        value = int(value) if len(value.strip()) < 6 else LONGEST + 1
    if not 0 <= value <= LONGEST:
        raise InvalidInput(f"Use between 0 and {LONGEST:,} working days before the gate.", field="offset")
    return value


def values_of(change: DeliverableEdit, today: date) -> dict[str, object]:
    """The columns that a change gives. Raises InvalidInput, its field named."""
    values: dict[str, object] = {
        name: text(given, name) for name in _TEXTS if (given := getattr(change, name)) is not None
    }
    if values.get("title") == "":
        raise InvalidInput("A deliverable needs a title.", field="title")
    for name in DAY_WORDS:
        given = getattr(change, name)
        if given is not None:
            values[name] = day(given, name, today if name == "actual" else None)
    if change.offset is not None:
        values["offset_days"] = offset(change.offset)
    if change.status is not None:
        values["status"] = DeliverableStatus(change.status).value
    return values


def handed_over(row: DeliverableRow, values: dict[str, object], today: date) -> dict[str, object]:
    """The actual day follows the status that a person gives.

    Handed over without a day takes today, and so does what is handed over anew after it was returned. What is not
    handed over after all has no actual day.
    """
    status = values.get("status")
    if status is None or "actual" in values or status == row.status:
        return values
    again = row.status == DeliverableStatus.RETURNED and status == DeliverableStatus.SUBMITTED
    if again or (status in (DeliverableStatus.SUBMITTED, DeliverableStatus.ACCEPTED) and not row.actual):
        return {**values, "actual": today.isoformat()}
    if status in (DeliverableStatus.NOT_STARTED, DeliverableStatus.IN_PROGRESS):
        return {**values, "actual": ""}
    return values


def freed(row: DeliverableRow, values: dict[str, object], planned: date | None) -> dict[str, object]:
    """A baseline that is given and is not the planned day is the plan: it frees the deliverable of its gate."""
    baseline = values.get("baseline")
    given = baseline and baseline != row.baseline and "offset_days" not in values
    if given and not (values.get("current") or row.current) and (planned is None or baseline != planned.isoformat()):
        return {**values, "offset_days": None}
    return values


def refuse_rebaseline(row: DeliverableRow, values: dict[str, object]) -> None:
    """A baseline stays what it was, unless that is said. Raises InvalidInput."""
    if row.baseline and values.get("baseline", row.baseline) != row.baseline:
        raise InvalidInput(
            f"{row.ref} has the baseline {row.baseline} already, and a baseline is kept.",
            safe="Nothing was changed.",
            todo="Change the current day, or say that the baseline is to be replaced.",
            field="baseline",
        )


def changed_fields(change: DeliverableEdit) -> list[str]:
    """The fields that a change touches, in words, for its title."""
    words = {"field_name": "standard's name", "offset": "working days before the gate"}
    return [
        words.get(one.name, one.name.replace("_", " "))
        for one in fields(change)
        if one.name != "rebaseline" and getattr(change, one.name) is not None
    ]
