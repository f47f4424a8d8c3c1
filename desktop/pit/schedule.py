"""What a plan comes to by its days: the day planned, whether something is late, what a moving gate takes with it.

Nothing of this is kept. Working days are counted in the calendar of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from desktop.pit.model import Deliverable, DeliverableStatus, Gate, GateState, Moved
from desktop.working_days import WorkingDays
from local_db.pit import DeliverableRow

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""Days outside are slips of the keyboard, and a plan counted from them would not end."""


@dataclass(frozen=True)
class Schedule:
    """The gates' days in one calendar, with today."""

    gates: Mapping[str, Gate]
    days: WorkingDays
    today: date

    def planned(self, row: DeliverableRow) -> tuple[date | None, bool]:
        """The day planned, and whether it hangs on the gate: current, else counted from the gate, else baseline."""
        if row.current:
            return date.fromisoformat(row.current), False
        gate = self.gates.get(row.gate)
        if row.offset_days is not None and gate is not None and gate.planned is not None:
            return self.days.add(gate.planned, -row.offset_days), True
        return day_of(row.baseline), False

    def late_by(self, row: DeliverableRow, planned: date | None) -> int:
        """Working days; 0 = in time.

        What is finished: of the actual day, a day off counting as the next working day. What is still open: those that
        have passed since its day through today, and 1 at least, so that nothing is late by nothing. So what was due on
        a Friday is late by 1 on the Saturday and on the Monday after it, and by 5 on the Saturday a week later.
        """
        status = DeliverableStatus(row.status)
        if planned is None or status is DeliverableStatus.NOT_NEEDED:
            return 0
        if status.finished:
            done = day_of(row.actual)
            return self.days.late(planned, done) if done else 0
        return max(1, self.days.between(planned, self.today)) if self.today > planned else 0

    def working_days_left(self, gate: Gate) -> int | None:
        """Until a gate's day; negative once it has passed; None without a day or when it was passed."""
        if gate.actual or gate.day is None:
            return None
        return self.days.between(self.today, gate.day)


def day_of(text: str) -> date | None:
    """A kept day; '' is none."""
    return date.fromisoformat(text) if text else None


def gate_state(gate: Gate, deliverables: Iterable[Deliverable], schedule: Schedule) -> GateState:
    """What stands before one gate."""
    due = [one for one in deliverables if one.gate == gate.id]
    return GateState(
        gate,
        len(due),
        sum(one.status.finished for one in due),
        sum(bool(one.late_by) and not one.status.finished for one in due),
        schedule.working_days_left(gate),
        {status: count for status in DeliverableStatus if (count := sum(one.status is status for one in due))},
    )


def moved(rows: Iterable[DeliverableRow], before: Schedule, after: Schedule) -> tuple[Moved, ...]:
    """The deliverables that are planned for another day once the gates have the days of `after`."""
    found = []
    for row in rows:
        old, new = before.planned(row)[0], after.planned(row)[0]
        if old != new:
            found.append(Moved(row.id, row.ref, row.title, old, new))
    return tuple(found)
