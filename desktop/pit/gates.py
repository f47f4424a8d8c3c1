"""A gate's days: what a person gives, and the current day of one that hangs on a milestone of the programme."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from desktop.errors import InvalidInput
from desktop.pit import entered
from desktop.pit.model import Gate
from desktop.pit.schedule import day_of
from desktop.working_days import LONGEST, WorkingDays
from local_db.pit import GateRow


@dataclass(frozen=True)
class GateGiven:
    """What a person gives a gate: None leaves a field as it is, '' clears it."""

    baseline: date | str | None = None
    current: date | str | None = None
    actual: date | str | None = None
    note: str | None = None
    milestone: str | None = None
    """Id of the milestone that it hangs on; its current day is counted from it then."""
    milestone_days: int | str | None = None
    """Working days after the milestone; negative: before it."""


class GateWords(TypedDict, total=False):
    """The same as keywords of `PitService.set_gate` and `moves`: only what is given."""

    baseline: date | str
    current: date | str
    actual: date | str
    milestone: str
    milestone_days: str


def values_of(gate: Gate, given: GateGiven, today: date, milestones: Collection[str]) -> dict[str, object]:
    """The columns that are given. Raises InvalidInput, its field named.

    A gate has a current day of its own or hangs on a milestone: what is given last replaces the other.
    """
    values: dict[str, object] = {}
    for name in entered.DAY_WORDS:
        day = getattr(given, name)
        if day is not None:
            values[name] = entered.day(day, name, today if name == "actual" else None)
    if given.note is not None:
        values["note"] = entered.text(given.note, "note")
    if given.milestone is not None:
        values["milestone"] = _milestone(given.milestone, milestones)
    if given.milestone_days is not None:
        values["milestone_days"] = milestone_days(given.milestone_days)
    if values.get("milestone") and values.get("current"):
        raise InvalidInput(
            "A gate has a day of its own or hangs on a milestone, not both.",
            safe="Nothing was changed.",
            todo="Leave one of them empty.",
            field="milestone",
        )
    if values.get("milestone"):
        values["current"] = ""
    elif values.get("current") or values.get("milestone") == "":
        values.update(milestone="", milestone_days=0)
    elif "milestone_days" in values and not gate.milestone:
        values["milestone_days"] = 0
    return values


def refuse_rebaseline(gate: Gate, values: Mapping[str, object]) -> None:
    """A baseline stays what it was, unless that is said. Raises InvalidInput."""
    before = gate.baseline.isoformat() if gate.baseline else ""
    if before and values.get("baseline", before) != before:
        raise InvalidInput(
            f"{gate.name} has the baseline {before} already, and a baseline is kept.",
            safe="Nothing was changed.",
            todo="Change the current day, or say that the baseline is to be replaced.",
            field="baseline",
        )


def with_row(gate: Gate, row: GateRow, milestones: Mapping[str, date], days: WorkingDays) -> Gate:
    """A gate of the pack with what is kept of it. `milestones`: the day that counts of each that has one."""
    return replace(
        gate,
        baseline=day_of(row.baseline),
        current=_current(row.current, row.milestone, row.milestone_days, milestones, days),
        actual=day_of(row.actual),
        note=row.note,
        milestone=row.milestone,
        milestone_days=row.milestone_days,
    )


def with_values(gate: Gate, values: Mapping[str, object], milestones: Mapping[str, date], days: WorkingDays) -> Gate:
    """A gate as it would be with these columns."""
    milestone = str(values.get("milestone", gate.milestone))
    after = int(str(values.get("milestone_days", gate.milestone_days)))
    own = "" if gate.milestone else gate.current.isoformat() if gate.current else ""
    return replace(
        gate,
        baseline=day_of(str(values["baseline"])) if "baseline" in values else gate.baseline,
        current=_current(str(values.get("current", own)), milestone, after, milestones, days),
        actual=day_of(str(values["actual"])) if "actual" in values else gate.actual,
        milestone=milestone,
        milestone_days=after,
    )


def _current(own: str, milestone: str, after: int, milestones: Mapping[str, date], days: WorkingDays) -> date | None:
    if not milestone:
        return day_of(own)
    day = milestones.get(milestone)
    return days.add(day, after) if day else None


def _milestone(value: str, known: Collection[str]) -> str:
    value = value.strip()
    if value and value not in known:
        raise InvalidInput(
            f"There is no milestone “{value[:60]}”.", todo="Choose one that is listed.", field="milestone"
        )
    return value


def milestone_days(value: int | str) -> int:
    """Working days after a milestone; '' is 0. Raises InvalidInput."""
    try:
        number = int(value or 0)
    except ValueError:
        raise InvalidInput(f"“{str(value)[:40]}” is no number of working days.", field="milestone_days") from None
    if abs(number) > LONGEST:
        raise InvalidInput(f"Use at most {LONGEST:,} working days.", field="milestone_days")
    return number
