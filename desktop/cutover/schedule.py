"""When each activity is planned, how it looks now, and which chain decides the end. No database, no clock.

The rules (docs/decisions/0010):
- Days are whole working days of the workspace's calendar; hours and minutes run by the clock, nights and weekends
  included, as a cutover weekend does. See `Duration`.
- An activity begins at its own start, and not before everything it waits for has ended (plus the lag).
- Without a start of its own and without predecessors it is planned so that it ends when it is due. Milestones and
  go/no-go decisions with a due moment happen then, or later when what they wait for ends later.
- With neither it has no day.
- The forecast is the same with actual moments put in, and nothing that has not happened before `now`.
- What is not needed has no window: it takes no time and holds nothing up; what waits for it follows what it waited for.
- The chain that decides the end: from the activity that ends last (by the forecast), back along what made each begin.

How the two grains meet: whole days begin on the first working day (of calendar days: the first day) that is wholly left
once everything before has ended: after a day's work the next one, after a milestone on a day that day itself. What runs
by the clock begins at the instant; after whole days at `DAY_BEGINS` of the first day that is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from desktop.cutover.durations import UNITS, Duration, read_duration
from desktop.cutover.ends import DAY_BEGINS, DAY_ENDS, Grid, ends_after, ready_after
from desktop.cutover.placing import Befores, Placed, place, place_begun
from desktop.cutover.predecessors import check_key, predecessors_text, read_predecessors
from desktop.cutover.steps import Cycle, Scheduled, Step
from desktop.working_days import WorkingDays

__all__ = [
    "DAY_BEGINS",
    "DAY_ENDS",
    "UNITS",
    "Cycle",
    "Duration",
    "Scheduled",
    "Step",
    "check_key",
    "critical_chain",
    "ends_after",
    "order",
    "predecessors_text",
    "read_duration",
    "read_predecessors",
    "ready_after",
    "schedule",
]


def order(predecessors: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """The activities so that each comes after what it waits for, else as they were given. Raises Cycle.

    A predecessor that is not among them is passed over.
    """
    placed: dict[int, None] = {}
    path: dict[int, None] = {}
    for root in predecessors:
        if root in placed:
            continue
        path[root] = None
        waiting = [iter(predecessors[root])]
        while waiting:
            before = next(waiting[-1], None)
            if before is None:
                waiting.pop()
                placed[path.popitem()[0]] = None
            elif before in path:
                ring = list(path)
                raise Cycle([*ring[ring.index(before) :], before])
            elif before not in placed and before in predecessors:
                path[before] = None
                waiting.append(iter(predecessors[before]))
    return tuple(placed)


def schedule(steps: Sequence[Step], days: WorkingDays, now: datetime) -> Mapping[int, Scheduled]:
    """Both windows of every activity, by id. Raises Cycle. 300 activities take a few milliseconds."""
    by_id = {one.id: one for one in steps}
    now = now.replace(second=0, microsecond=0)
    grid = Grid(days)
    planned: dict[int, Placed] = {}
    forecast: dict[int, Placed] = {}
    for step_id in order({one.id: [before for before, _lag in one.predecessors] for one in steps}):
        step = by_id[step_id]
        planned[step_id] = place(step, _befores(step, planned, grid), grid, None)
        befores = _befores(step, forecast, grid)
        if (step.started or step.finished) and not step.not_needed:
            forecast[step_id] = place_begun(step, planned[step_id], befores, grid, now)
        else:
            forecast[step_id] = place(step, befores, grid, now)
    return {
        one.id: Scheduled(
            planned[one.id].window, forecast[one.id].window, forecast[one.id].driven_by, instant=not one.takes.count
        )
        for one in steps
    }


def _befores(step: Step, placed: Mapping[int, Placed], grid: Grid) -> Befores:
    """The ends of what a step waits for; what has no day holds nothing up."""
    return [
        (before.end_of, grid.lagged(before.end, lag))
        for one, lag in step.predecessors
        if (before := placed.get(one)) is not None and before.end is not None
    ]


def critical_chain(steps: Sequence[Step], scheduled: Mapping[int, Scheduled]) -> tuple[int, ...]:
    """Ids of the chain that decides the end by the forecast, first to last; empty when nothing has a day.

    Of several that end last, the one with the longest chain.
    """
    ends = {one.id: found.forecast.finish.end() for one in steps if (found := scheduled[one.id]).forecast.finish}
    if not ends:
        return ()
    last = max(ends.values())
    chains = (_chain(one, scheduled) for one, end in ends.items() if end == last)
    return max(chains, key=len)


def _chain(last: int, scheduled: Mapping[int, Scheduled]) -> tuple[int, ...]:
    chain = {last: None}
    while (before := scheduled[last].driven_by) is not None and before in scheduled and before not in chain:
        chain[before] = None
        last = before
    return tuple(reversed(chain))
