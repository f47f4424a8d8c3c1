"""The days of a gate, and what moves with it, shown while they are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.errors import InvalidInput
from desktop.pit import entered
from desktop.pit.model import Gate, Moved
from desktop.working_days import WorkingDays
from ui.dialogs.confirm import confirm
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field, FormDialog
from ui.dialogs.form_size import fit_height
from ui.dialogs.pit_forms import typed
from ui.widgets.basics import label
from ui.widgets.pit_look import day_words

DAYS = ("current", "actual", "baseline")
LISTED = 4


@dataclass(frozen=True)
class GateDays:
    """What the person gave a gate: only what changed; '' clears a day."""

    days: dict[str, date | str]
    note: str | None = None
    rebaseline: bool = False


def ask_gate(
    parent: QWidget,
    gate: Gate,
    calendar: WorkingDays,
    today: date,
    moves: Callable[[dict[str, date | str]], Sequence[Moved]],
) -> GateDays | None:
    """Ask for a gate's days; None if the person gave up or changed nothing. `moves` says what would move with it."""
    dialog = GateDialog(parent, gate, calendar, today, moves)
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
        moves: Callable[[dict[str, date | str]], Sequence[Moved]],
    ) -> None:
        self._gate, self._calendar, self._today, self._moves = gate, calendar, today, moves
        fields = (
            Field("current", "Planned for", typed(gate.current), hint="dd/mm/yyyy. What counts until it was passed."),
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
        self._preview()

    def days(self) -> dict[str, date | str]:
        """The days that differ from the gate's. Raises InvalidInput, its field named."""
        found: dict[str, date | str] = {}
        values = self.values()
        for name in DAYS:
            day = typed_day(values[name], name)
            if day != getattr(self._gate, name):
                entered.day(day or "", name, self._today if name == "actual" else None)
                found[name] = day or ""
        return found

    def _preview(self) -> None:
        try:
            days = self.days()
            moved = self._moves(days)
        except InvalidInput:
            self.moving.setText("")
            return
        self.moving.setText("\n".join([*self._warnings(days), *moved_lines(moved, LISTED)]))
        fit_height(self)

    def _warnings(self, days: dict[str, date | str]) -> list[str]:
        day = days.get("current") or self._gate.current
        if isinstance(day, date) and not self._calendar.is_working(day):
            return [f"{day_words(day)} is no working day."]
        return []


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
