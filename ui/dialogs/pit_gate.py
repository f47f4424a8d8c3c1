"""The days of a gate, or the milestone that it hangs on, and what moves with it, shown while they are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.errors import InvalidInput
from desktop.milestones.service import MilestoneDay
from desktop.pit import entered, gates
from desktop.pit.gates import GateWords
from desktop.pit.model import Gate, Moved
from desktop.working_days import WorkingDays
from ui.dialogs.confirm import confirm
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field, FormDialog
from ui.dialogs.form_size import fit_height
from ui.dialogs.pit_forms import typed
from ui.widgets.basics import label
from ui.widgets.pit_look import day_words

DAYS: tuple[Literal["current"], Literal["actual"], Literal["baseline"]] = ("current", "actual", "baseline")
LISTED = 4


@dataclass(frozen=True)
class GateDays:
    """What the person gave a gate: only what changed; '' clears a day. As `PitService.set_gate` takes it."""

    days: GateWords
    note: str | None = None
    rebaseline: bool = False


def ask_gate(
    parent: QWidget,
    gate: Gate,
    calendar: WorkingDays,
    today: date,
    moves: Callable[[GateWords], Sequence[Moved]],
    *,
    milestones: Sequence[MilestoneDay] = (),
) -> GateDays | None:
    """Ask for a gate's days; None if the person gave up or changed nothing. `moves` says what would move with it.

    `milestones`: those that it can hang on instead of a day of its own.
    """
    dialog = GateDialog(parent, gate, calendar, today, moves, milestones=milestones)
    try:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        days, note = dialog.days(), dialog.values()["note"]
    finally:
        dialog.deleteLater()
    new_note = note if note != gate.note else None
    if not days and new_note is None:
        return None
    rebaseline = gate.baseline is not None and "baseline" in days
    if rebaseline and not confirm(
        parent,
        f"Replace the baseline of {gate.name}?",
        f"Its baseline is {day_words(gate.baseline)}. It says what was planned once, so that everybody can see how "
        "far the plan moved since. To plan another day, give it under “Planned for” instead.",
        "Replace the baseline" if days["baseline"] else "Remove the baseline",
        dangerous=True,
    ):
        return None
    return GateDays(days, new_note, rebaseline)


class GateDialog(FormDialog):
    """The form, with a line under it that says what moves."""

    def __init__(
        self,
        parent: QWidget | None,
        gate: Gate,
        calendar: WorkingDays,
        today: date,
        moves: Callable[[GateWords], Sequence[Moved]],
        *,
        milestones: Sequence[MilestoneDay] = (),
    ) -> None:
        self._gate, self._calendar, self._today, self._moves = gate, calendar, today, moves
        self._milestones = {one.id: one for one in milestones}
        self._own = None if gate.milestone else gate.current
        fields = (
            Field("current", "Planned for", typed(self._own), hint="dd/mm/yyyy. What counts until it was passed."),
            Field("milestone", "Or counted from", gate.milestone, _choices(milestones, gate.milestone)),
            Field(
                "milestone_days",
                "Working days after it",
                str(gate.milestone_days),
                hint="Before it: a minus, such as -20. The gate then moves with the milestone.",
            ),
            Field("actual", "Passed on", typed(gate.actual), hint="dd/mm/yyyy"),
            Field("baseline", "Baseline", typed(gate.baseline), hint="What was planned once. It is kept."),
            Field("note", "Note", gate.note, long=True),
        )
        super().__init__(parent, f"Days of {gate.name}", fields, "Save the days", lambda _v: self.days(), gate.about)
        self.moving = label("", "muted", wrap=True)
        self.moving.setAccessibleName("What moves with the gate")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.wrong), self.moving)
        for name in DAYS:
            field = self.fields[name]
            assert isinstance(field, QLineEdit)
            field.textChanged.connect(lambda _text: self._preview())
        chosen, after = self.fields["milestone"], self.fields["milestone_days"]
        assert isinstance(chosen, QComboBox)
        assert isinstance(after, QLineEdit)
        self.setMinimumWidth(self.fontMetrics().height() * 36)
        chosen.currentIndexChanged.connect(lambda _index: self._hang())
        after.textChanged.connect(lambda _text: self._preview())
        self._hang()

    def days(self) -> GateWords:
        """The days that differ from the gate's. Raises InvalidInput, its field named."""
        found: GateWords = {}
        values = self.values()
        hangs = bool(values["milestone"])
        for name in DAYS:
            if name == "current" and hangs:
                continue
            day = typed_day(values[name], name)
            if day != (self._own if name == "current" else getattr(self._gate, name)):
                entered.day(day or "", name, self._today if name == "actual" else None)
                found[name] = day or ""
        if values["milestone"] != self._gate.milestone:
            found["milestone"] = values["milestone"]
        after = gates.milestone_days(values["milestone_days"]) if hangs else 0
        if hangs and ("milestone" in found or after != self._gate.milestone_days):
            found["milestone_days"] = str(after)
        return found

    def _hang(self) -> None:
        """A gate has a day of its own or hangs on a milestone: only one of them can be typed."""
        hangs = bool(self.values()["milestone"])
        self.fields["current"].setEnabled(not hangs)
        self.fields["milestone_days"].setEnabled(hangs)
        self._preview()

    def _preview(self) -> None:
        try:
            days = self.days()
            moved = self._moves(days)
        except InvalidInput:
            self.moving.setText("")
            return
        self.moving.setText("\n".join([*self._warnings(days), *moved_lines(moved, LISTED)]))
        fit_height(self)

    def _warnings(self, days: GateWords) -> list[str]:
        milestone = self._milestones.get(self.values()["milestone"])
        if milestone is not None:
            if milestone.day is None:
                return [f"{milestone.name} has no day yet."]
            planned = self._calendar.add(milestone.day, gates.milestone_days(self.values()["milestone_days"]))
            return [f"Planned for {day_words(planned)}, counted from {milestone.name} ({day_words(milestone.day)})."]
        day = days.get("current") or self._own
        if isinstance(day, date) and not self._calendar.is_working(day):
            return [f"{day_words(day)} is no working day."]
        return []


def _choices(milestones: Sequence[MilestoneDay], now: str) -> tuple[tuple[str, str], ...]:
    """Nothing, every milestone with its day, and the one in use although no pack has it any more."""
    known = tuple((one.id, f"{one.name} ({day_words(one.day, 'no day')})") for one in milestones)
    gone = ((now, now),) if now and now not in {one.id for one in milestones} else ()
    return (("", "No milestone: a day of its own"), *known, *gone)


def moved_lines(moved: Sequence[Moved], most: int) -> list[str]:
    """What moves, a line each, up to `most` of them."""
    if not moved:
        return ["No deliverable moves."]
    first = "1 deliverable moves with it:" if len(moved) == 1 else f"{len(moved):,} deliverables move with it:"
    lines = [
        f"{one.ref} {one.title}: {day_words(one.before, 'no day')} → {day_words(one.after, 'no day')}"
        for one in moved[:most]
    ]
    more = len(moved) - most
    return [first, *lines, *([f"and {more:,} more"] if more > 0 else [])]
