"""A timeline in a window of its own, and what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from made_plans import small_plan
from window_care import settle

from desktop.cutover.model import PlanView
from desktop.working_days import WorkingDays
from ui.main_window import MainWindow
from ui.widgets.timeline import Timeline

DAYS = WorkingDays()


@contextmanager
def standing_timeline(window: MainWindow) -> Iterator[Timeline]:
    """A timeline that is empty; it is closed afterwards."""
    made = Timeline(window.context)
    made.resize(1100, 620)
    made.show()
    made.activateWindow()
    yield made
    made.close()
    made.deleteLater()
    settle()


def shown(timeline: Timeline, view: PlanView | None = None) -> Timeline:
    """Show a plan (None: the small one) and give the chart the keyboard."""
    timeline.set_view(view or small_plan(), DAYS, {"own/3": "Go-live of our own", "M14": "All suppliers migrate"})
    timeline.chart.setFocus()
    settle()
    return timeline
