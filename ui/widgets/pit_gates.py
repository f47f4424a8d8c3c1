"""The gates as a strip of cards: the day, how long until it, what is finished and late; each filters the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from desktop.milestones.service import OWN
from desktop.pit.model import Gate, GateState
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button, label
from ui.widgets.pit_look import Look, day_words, days_words


class GateStrip(QWidget):
    """One card for each gate. `show` is asked with a gate's id (to see its deliverables), `change` to give its days."""

    def __init__(self, theme: Theme, show: Callable[[str], object], change: Callable[[str], object]) -> None:
        super().__init__()
        self._theme, self._show, self._change = theme, show, change
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(3))
        self.cards: dict[str, GateCard] = {}
        self.setAccessibleName("Gates")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def fill(self, states: Sequence[GateState], *, writable: bool) -> None:
        """Show these gates; cards of gates that stay are kept, so that the keyboard stays where it is."""
        wanted = [one.gate.id for one in states]
        if list(self.cards) != wanted:
            for card in self.cards.values():
                self._row.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = {one.gate.id: GateCard(self._theme, one.gate.id, self._show, self._change) for one in states}
            for card in self.cards.values():
                self._row.addWidget(card, 1)
        for one in states:
            self.cards[one.gate.id].fill(one, writable=writable)


class GateCard(Card):
    """One gate."""

    def __init__(
        self, theme: Theme, gate_id: str, show: Callable[[str], object], change: Callable[[str], object]
    ) -> None:
        super().__init__()
        unit = self.fontMetrics().height()
        self.body.setContentsMargins(round(unit * 0.8), round(unit * 0.5), round(unit * 0.8), round(unit * 0.5))
        self.body.setSpacing(round(unit * 0.2))
        top = QHBoxLayout()
        self.name = button("", lambda: show(gate_id), role="link")
        self.change_button = button("Days…", lambda: change(gate_id), role="link")
        top.addWidget(self.name)
        top.addStretch()
        top.addWidget(self.change_button)
        self.body.addLayout(top)
        self.day = label("", "heading")
        self.baseline = label("", "small")
        days = QHBoxLayout()
        days.addWidget(self.day)
        days.addStretch()
        days.addWidget(self.baseline, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(days)
        self.left = label("", "small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.finished = label("", "small")
        self.late = Look(theme)
        bottom = QHBoxLayout()
        bottom.addWidget(self.finished)
        bottom.addStretch()
        bottom.addWidget(self.late, 0, Qt.AlignmentFlag.AlignRight)
        for widget in (self.left, self.bar):
            self.body.addWidget(widget)
        self.body.addLayout(bottom)

    def fill(self, state: GateState, *, writable: bool) -> None:
        """Show how the gate stands."""
        gate = state.gate
        self.name.setText(gate.name)
        self.name.setAccessibleName(f"Show the deliverables for {gate.name}")
        note = f"\n{gate.note}" if gate.note else ""
        if gate.milestone:
            note = f"\n{counted_words(gate)}{note}"
        self.name.setToolTip(f"{gate.about}{note}\nShow its deliverables; again shows all.".strip())
        self.change_button.setAccessibleName(f"Days of {gate.name}…")
        self.change_button.setEnabled(writable)
        self.day.setText(day_words(gate.day, "No day yet"))
        moved = gate.baseline is not None and gate.baseline != gate.day
        self.baseline.setText(f"baseline {gate.baseline.day} {gate.baseline:%b}" if moved and gate.baseline else "")
        self.baseline.setToolTip(f"Planned once: {day_words(gate.baseline)}" if moved else "")
        self.left.setText(left_words(state))
        self.bar.setRange(0, max(1, state.deliverables))
        self.bar.setValue(state.finished)
        self.bar.setAccessibleName(f"Finished for {gate.name}")
        self.finished.setText(finished_words(state))
        if state.late:
            self.late.say(f"{state.late:,} late", "warning", "block")
        elif state.deliverables and state.finished == state.deliverables:
            self.late.say("All done", "status-passed", "good")
        else:
            self.late.say("None late" if state.deliverables else "", "", "muted")
        late = f"{state.late:,} late" if state.late else "none late"
        self.setAccessibleName(
            ", ".join(
                text
                for text in (
                    f"{gate.name}: {self.day.text()}",
                    self.baseline.text(),
                    self.left.text(),
                    self.finished.text(),
                    late,
                )
                if text
            )
        )


def finished_words(state: GateState) -> str:
    """3 of 7 finished."""
    return f"{state.finished:,} of {state.deliverables:,} finished" if state.deliverables else "Nothing due for it"


def left_words(state: GateState) -> str:
    """How long until a gate, or when it was passed."""
    left = state.working_days_left
    if state.gate.actual:
        return "Passed"
    if left is None:
        return "Its deliverables follow its day"
    if left == 0:
        return "Today, or on the next working day"
    return f"{days_words(left)} left" if left > 0 else f"Its day has passed, {days_words(-left)} ago"


def counted_words(gate: Gate) -> str:
    """What the day of a gate is counted from: 20 working days before M14."""
    milestone, after = gate.milestone.removeprefix(OWN), gate.milestone_days
    if not after:
        return f"Planned for the day of {milestone}."
    return f"Planned for {days_words(abs(after))} {'after' if after > 0 else 'before'} {milestone}."
