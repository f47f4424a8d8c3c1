"""How long the timeline takes over a plan of 300 activities: `python -m benchmarks.timeline [--activities 300]`.

The plan is a real one in a workspace on disk, in ten phases, most activities waiting for two others; some are done, some
late. Each figure is from the call to the end of the paint that shows its result, on a viewport of 1,500 by 800, without
a screen (offscreen platform): median and worst of many tries on the clock, and the median of the processor time of the
window's own thread. "Re-plan" is what follows a change: reading the plan, scheduling it, and showing it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, thread_time

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, ActivityType, PlanDetails, Predecessor
from desktop.uk_time import Moment

TRIES = 40
LIMITS = {"paint, whole plan": 10.0, "paint, a week": 10.0, "scroll by a row": 10.0, "show another view": 16.0}
"""Milliseconds that keep sixty pictures in a second, or are not noticed."""


def clock() -> datetime:
    """Stands still."""
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=300)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), options.activities)
    print(f"{'':24}{'median ms':>11}{'worst ms':>11}{'cpu ms':>9}   {options.activities:,} activities")
    for name, (median, worst, cpu) in figures.items():
        over = "  over its limit" if cpu > LIMITS.get(name, 1e9) else ""
        print(f"{name:24}{median:11.1f}{worst:11.1f}{cpu:9.1f}{over}")
    if options.json:
        options.json.write_text(json.dumps({"activities": options.activities, "ms": figures}, indent=1))


def filled(folder: Path, count: int) -> tuple[Workspace, int]:
    """A workspace with a plan of so many activities, partly worked off, with a baseline."""
    draw = random.Random(2026)
    workspace = Workspace.create(folder / "acme", "Acme Energy", "ACME", actor="benchmark", clock=clock)
    cutover = workspace.cutover
    plan_id, _ = cutover.add_plan(PlanDetails("Cutover of everything"))
    for number in range(count):
        before = {draw.randrange(max(0, number - 12), number) for _ in range(2)} if number % 10 else set()
        start = date(2026, 10, 1) + timedelta(days=number // 4)
        cutover.add(
            plan_id,
            ActivityDetails(
                f"T-{number:03}",
                f"Reconcile the meter points of distributor {number}, and say what is left over",
                phase=f"Phase {number * 10 // count + 1}",
                type=ActivityType.MILESTONE if number % 20 == 19 else ActivityType.TASK,
                start_at="" if before and number % 3 else start.isoformat(),
                due_at=(start + timedelta(days=9)).isoformat() if number % 4 == 0 else "",
                duration="" if number % 20 == 19 else draw.choice(("1 wd", "2 wd", "3 wd", "4 h", "90 min")),
                predecessors=tuple(Predecessor(f"T-{one:03}", draw.choice(("", "", "1 wd"))) for one in sorted(before)),
            ),
        )
    cutover.set_baseline(plan_id)
    early = [one.id for one in cutover.plan(plan_id).activities][: count // 4]
    cutover.tick(early, at=Moment(date(2026, 11, 20)), despite="For the benchmark")
    return workspace, plan_id


def measured(folder: Path, count: int) -> dict[str, tuple[float, float, float]]:
    """(median, worst, median processor time) in ms of each action."""
    from ui.app import make_application, make_window
    from ui.widgets.timeline import Timeline
    from ui.widgets.timeline_print import fitting_size, timeline_pdf

    app = make_application([])
    workspace, plan_id = filled(folder, count)
    cutover, days = workspace.cutover, workspace.cutover.working_days()
    window = make_window(app, folder / "own", clock=clock, actor="benchmark", root=folder, serial=True)
    timeline = Timeline(window.context)
    timeline.resize(1500, 900)
    timeline.show()
    view = cutover.plan(plan_id)
    timeline.set_view(view, days)
    app.processEvents()
    viewport = timeline.chart.viewport()
    rows, aside = timeline.chart.verticalScrollBar(), timeline.chart.horizontalScrollBar()
    ids = [one.id for one in view.activities]
    found: dict[str, tuple[float, float, float]] = {}

    def measure(name: str, act: Callable[[int], object], tries: int = TRIES) -> None:
        wall, cpu = [], []
        for attempt in range(tries):
            begin, spent = perf_counter(), thread_time()
            act(attempt)
            viewport.repaint()
            wall.append((perf_counter() - begin) * 1000)
            cpu.append((thread_time() - spent) * 1000)
        found[name] = statistics.median(wall), max(wall), statistics.median(cpu)

    def replan(_attempt: int) -> None:
        timeline.set_view(cutover.plan(plan_id), days)

    measure("paint, whole plan", lambda i: rows.setValue(rows.maximum() * i // TRIES))
    measure("scroll by a row", lambda _i: rows.setValue(rows.value() - rows.singleStep()))
    measure("show another view", lambda _i: timeline.set_view(view, days))
    measure("zoom", lambda i: timeline.chart.zoom(1.25 if i % 8 < 4 else 0.8))
    timeline.chart.go_today()
    timeline.chart.zoom(12)
    measure("paint, a week", lambda i: aside.setValue(aside.maximum() * i // TRIES))
    measure("choose another", lambda i: timeline.select(ids[(i * 37) % len(ids)]))
    measure("read and schedule", lambda _i: cutover.plan(plan_id), 10)
    measure("what a slip moves", lambda i: cutover.slip(ids[count // 2 + i], 2), 10)
    measure("re-plan and show", replan, 10)
    measure("PDF", lambda _i: timeline_pdf(view, days, size=fitting_size(view)), 5)
    timeline.close()
    window.context.jobs.shut_down()
    window.close()
    workspace.close()
    return found


if __name__ == "__main__":
    main()
