"""The head of a cutover plan: which one, how far it is, when it ends and against what was planned, its baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from desktop.cutover.model import Activity, ActivityState, PlanSummary, PlanView, Rag
from desktop.working_days import WorkingDays
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button, follow_icon, label
from ui.widgets.cutover_look import counted, has_baseline, has_days, moment_words
from ui.widgets.flow import Flow
from ui.widgets.menu_button import MenuButton
from ui.widgets.pit_look import Look, day_words, days_words
from ui.widgets.plain_tip import plain_tip

LONGEST = 70
"""Characters of a plan's title in the chooser."""


@dataclass(frozen=True)
class Figure:
    """A count of the head that shows its rows: name, singular, plural, icon and colour role."""

    name: str
    one: str
    several: str
    icon: str
    role: str


FIGURES = (
    Figure("failed", "failed", "failed", "status-failed", "block"),
    Figure("late", "late", "late", "warning", "block"),
    Figure("waiting", "cannot start yet", "cannot start yet", "status-blocked", "high"),
    Figure("ready", "ready to start", "ready to start", "status-not-run", "accent"),
    Figure("started", "in progress", "in progress", "status-part", "accent"),
    Figure("changed", "to confirm", "to confirm", "state-changed", "high"),
    Figure("red", "red", "red", "rag-red", "block"),
    Figure("amber", "amber", "amber", "rag-amber", "high"),
)


def counts(activities: Sequence[Activity]) -> dict[str, int]:
    """The figures of a plan by name."""
    by_state = {
        "failed": ActivityState.FAILED,
        "waiting": ActivityState.WAITING,
        "ready": ActivityState.READY,
        "started": ActivityState.STARTED,
    }
    found = {name: sum(one.state is state for one in activities) for name, state in by_state.items()}
    return {
        **found,
        "late": sum(one.late for one in activities),
        "changed": sum(one.changed or one.missing for one in activities),
        "red": sum(one.rag is Rag.RED for one in activities),
        "amber": sum(one.rag is Rag.AMBER for one in activities),
    }


class PlanChooser(QWidget):
    """The plans to choose among, and a menu (filled by the page) of what can be done with the chosen one."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.plans = QComboBox()
        self.plans.setAccessibleName("Cutover plan")
        self.plans.setToolTip("The plan that is shown")
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.plans.setMinimumContentsLength(30)
        self.plans.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.plans.setMaximumWidth(self.fontMetrics().averageCharWidth() * 120)
        self.plans.activated.connect(lambda _place: self.chosen.emit(self.plan_id() or 0))
        row.addWidget(self.plans, 1)
        self.menu_button = MenuButton(
            "Plan", "What can be done with the plan", "New, starter plans, rehearse, baseline, rename, close, remove"
        )
        row.addWidget(self.menu_button)
        row.addStretch(0)

    def plan_id(self) -> int | None:
        """The plan that is chosen."""
        found = self.plans.currentData()
        return found if isinstance(found, int) else None

    def fill(self, plans: Sequence[PlanSummary], plan_id: int | None) -> None:
        """Offer these plans, one of them chosen."""
        self.plans.clear()
        for plan in plans:
            self.plans.addItem(plan_words(plan), plan.id)
            self.plans.setItemData(self.plans.count() - 1, plain_tip(plan.source), Qt.ItemDataRole.ToolTipRole)
        self.plans.setCurrentIndex(max(0, self.plans.findData(plan_id)))


class CutoverStrip(Card):
    """Figures that filter the list when they are pressed; the end of the plan and its baseline in words."""

    def __init__(self, theme: Theme, show: Callable[[str], object], set_baseline: Callable[[], object]) -> None:
        """`show` is asked with the name of a figure ('' = everything)."""
        super().__init__()
        self.setAccessibleName("How far the plan is")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        unit = self.fontMetrics().height()
        self.body.setContentsMargins(round(unit * 0.8), round(unit * 0.5), round(unit * 0.8), round(unit * 0.5))
        self.body.setSpacing(round(unit * 0.3))
        top = QHBoxLayout()
        top.setSpacing(unit)
        self.finished = label("", "strong")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(unit * 12)
        self.ends = Look(theme)
        top.addWidget(self.finished)
        top.addWidget(self.bar, 1)
        top.addWidget(self.ends, 3)
        self.baseline = label("", "small")
        self.baseline_button = button("Set the baseline…", set_baseline, role="link")
        top.addWidget(self.baseline)
        top.addWidget(self.baseline_button)
        self.body.addLayout(top)
        line = QWidget()
        flow = Flow(line, gap=round(unit * 0.6))
        self.figures: dict[str, QPushButton] = {}
        for figure in FIGURES:
            made = button(
                f"0 {figure.several}", partial(show, figure.name), role="link", tip="Show only these; again shows all"
            )
            follow_icon(made, theme, figure.icon, figure.role)
            self.figures[figure.name] = made
            flow.addWidget(made)
        flow.addWidget(QWidget())
        self.figures_line = line
        self.body.addWidget(line)

    def fill(self, view: PlanView, days: WorkingDays, *, writable: bool) -> None:
        """Show how a plan stands; of a closed one only how far it came, and when it was closed."""
        activities = view.activities
        done = sum(one.state.finished for one in activities)
        closed = view.plan.details.closed
        self.finished.setText(f"{done:,} of {counted(len(activities))} finished")
        self.bar.setRange(0, max(1, len(activities)))
        self.bar.setValue(done)
        self.bar.setAccessibleName("Finished activities")
        if closed:
            self.ends.say(f"Closed on {day_words(date.fromisoformat(closed))}", "check", "muted")
        else:
            self.ends.say(*end_words(view, days))
        based = has_baseline(view)
        moved = sum(_moved(one) for one in activities) if based else 0
        self.baseline.setText(
            ("No baseline yet" if not based else f"Baseline: {moved:,} moved since" if moved else "As in the baseline")
            if has_days(view)
            else ""
        )
        self.baseline_button.setVisible(not based and has_days(view) and not closed)
        self.baseline_button.setEnabled(writable)
        found = dict.fromkeys(counts(()), 0) if closed else counts(activities)
        for figure in FIGURES:
            count, made = found[figure.name], self.figures[figure.name]
            made.setText(f"{count:,} {figure.one if count == 1 else figure.several}")
            made.setVisible(count > 0)
        self.figures_line.setVisible(any(found.values()))


def end_words(view: PlanView, days: WorkingDays) -> tuple[str, str, str]:
    """When the plan ends and against its baseline, else against what is planned now, with icon and colour role."""
    ends, based = view.ends, [one.baseline.finish for one in view.activities if one.baseline.finish]
    planned = max(based, key=lambda moment: moment.end()) if based else view.planned_end
    against = "the baseline" if based else "planned"
    if ends is None:
        return "Nothing has a day yet", "status-gap", "muted"
    past = all(one.state.finished for one in view.activities)
    words = f"{'Ended' if past else 'Ends'} {moment_words(ends)}"
    if planned is None or planned == ends:
        same = "as in the baseline" if based else "as planned"
        return f"{words}, {same}" if planned else words, "calendar", "low"
    later, by = ends.end() > planned.end(), abs(days.between(planned.day, ends.day))
    how = f"{days_words(by)} {'later' if later else 'earlier'}" if by else ("later" if later else "earlier")
    text = f"{words}, {how} than {against} ({moment_words(planned)})"
    return (text, "warning", "high") if later else (text, "calendar", "good")


def plan_words(plan: PlanSummary) -> str:
    """A plan in the chooser: its reference, its title, whether it is a rehearsal or closed."""
    title = plan.name if len(plan.name) <= LONGEST else f"{plan.name[: LONGEST - 1]}…"
    return f"{plan.ref}  {title}{' (closed)' if plan.details.closed else ''}"


def _moved(one: Activity) -> bool:
    return bool(one.baseline.finish) and one.baseline != one.planned
