"""Programme milestones as data: several baselines, each with its source, and what really happened."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop.content.pack import Pack


@dataclass(frozen=True)
class PlannedDate:
    """A date in one plan. `text` is as the source gives it (2027-05-07 or 2026-10); `day` is its last possible day."""

    plan: str
    text: str
    day: date
    source: str
    dated: str = ""
    """Of when the source is, as the pack gives it (2024-11-29, 2026-11); '' = not known."""

    @property
    def exact(self) -> bool:
        """False when the source gives a month only."""
        return len(self.text) > len("2026-10")


@dataclass(frozen=True)
class Milestone:
    """One milestone. `acts`: participants have something to do for it."""

    id: str
    title: str
    acts: bool
    baselines: tuple[PlannedDate, ...]
    actual: PlannedDate | None
    note: str = ""
    definition: str = ""
    """What is reached, as far as public pages say."""

    @property
    def latest(self) -> PlannedDate | None:
        """What happened, else the newest plan's date, else None."""
        return self.actual or (self.baselines[-1] if self.baselines else None)


def milestones_of(pack: Pack) -> tuple[Milestone, ...]:
    """The milestones of a pack of that kind, in its order. Dates that cannot be read are left out."""
    return tuple(
        Milestone(
            row["id"],
            str(row.get("title", row["id"])),
            bool(row.get("acts", True)),
            tuple(planned for raw in row.get("baselines", []) if (planned := _planned(raw))),
            _planned({"plan": "actual", **row["actual"]}) if row.get("actual") else None,
            str(row.get("note", "")),
            str(row.get("definition", "")),
        )
        for row in pack.body["milestones"]
    )


def _planned(raw: dict[str, Any]) -> PlannedDate | None:
    text = str(raw.get("date", ""))
    try:
        if len(text) == len("2026-10"):
            year, month = int(text[:4]), int(text[5:])
            day = date(year, month, calendar.monthrange(year, month)[1])
        else:
            day = date.fromisoformat(text)
    except (ValueError, calendar.IllegalMonthError):
        return None
    return PlannedDate(str(raw.get("plan", "")), text, day, str(raw.get("source", "")), str(raw.get("dated", "")))
