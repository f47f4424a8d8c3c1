"""The pane that shows one deliverable: how it stands, what it is, its days, its reviewer's word, its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.content.plan_change import PlanChange
from desktop.evidence.model import Target, TargetKind
from desktop.pit.model import Deliverable
from ui.context import Context
from ui.dialogs.pit_take import GONE
from ui.widgets.basics import Card, button, label
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.flow import Flow
from ui.widgets.pack_difference import change_lines
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.pit_look import Look, day_words, days_words, look_of, standing_words

NOTHING = "Choose a deliverable to see what it is and how far."


@dataclass(frozen=True)
class PaneVerbs:
    """What the pane asks the page to do with the chosen deliverable."""

    edit: Callable[[], object]
    define: Callable[[], object]
    take: Callable[[], object]
    keep: Callable[[], object]


class DeliverablePane(PaneFrame):
    """Shows one deliverable; what can be done with it is asked of the page."""

    def __init__(self, context: Context, verbs: PaneVerbs) -> None:
        super().__init__(context, "The chosen deliverable", 44)
        theme, column = context.theme, self.column
        self._parts: list[QWidget] = []
        self.look = Look(theme)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.about = label("", "small", wrap=True, selectable=True)
        for widget in (self.look, self.title, self.about):
            column.addWidget(widget)
        verbs_row = QWidget()
        flow = Flow(verbs_row, gap=theme.px(1))
        self.edit_button = button("Edit…", verbs.edit, tip="Status, owner, days, reviewer, remarks and note")
        self.edit_button.setAccessibleName("Edit the deliverable…")
        self.define_button = button("What it is…", verbs.define, tip="Title, gate, working days before it, description")
        for made in (self.edit_button, self.define_button):
            flow.addWidget(made)
        flow.addWidget(QWidget())
        column.addWidget(verbs_row)
        self._parts.append(verbs_row)
        self.changed = label("", wrap=True, selectable=True)
        self.take_button = button("Take the pack's text", verbs.take)
        self.keep_button = button("Keep the plan's", verbs.keep, tip="It was looked at, and nothing is to be done")
        buttons = QWidget()
        flow = Flow(buttons, gap=theme.px(1))
        for made in (self.take_button, self.keep_button):
            flow.addWidget(made)
        flow.addWidget(QWidget())
        self.changed_card = self._card(column, "The pack says otherwise", self.changed, buttons)
        self.days = label("", wrap=True, selectable=True)
        self._card(column, "Days", self.days)
        self.review = label("", wrap=True, selectable=True)
        self._card(column, "Who", self.review)
        self.evidence_hint = label("", "small", wrap=True, selectable=True)
        self.evidence = EvidencePane(context)
        self._card(column, "Evidence", self.evidence_hint, self.evidence)
        self.description = label("", wrap=True, selectable=True)
        self.source = label("", "small", wrap=True, selectable=True)
        self.described = self._card(column, "What it is", self.description, self.source)
        column.addStretch()
        self.show_deliverable(None)

    def show_deliverable(self, one: Deliverable | None, change: PlanChange | None = None) -> None:
        """Show a deliverable, with what the pack says otherwise of it; None when none is chosen."""
        for part in self._parts:
            part.setVisible(one is not None)
        self.look.setVisible(one is not None)
        self.about.setVisible(one is not None)
        if one is None:
            self.title.setText(NOTHING)
            self.evidence.show_target(None)
            return
        self.look.say(f"{standing_words(one)} · {one.status.value}", *(look_of(one.standing) or ("", "muted")))
        self.title.setText(one.title)
        self.about.setText(" · ".join(_about(one)))
        self.days.setText("\n".join(_days(one)))
        self.review.setText("\n".join(_people(one)))
        self.changed_card.setVisible(one.changed)
        told = "\n".join(change_lines(change, GONE)) if change else "The text in the pack is another one now."
        self.changed.setText(told)
        hint = one.good_evidence
        self.evidence_hint.setText(f"Good evidence: {hint}" if hint else "")
        self.evidence_hint.setVisible(bool(hint))
        self.evidence.show_target(Target(TargetKind.DELIVERABLE, one.id), called(one))
        note = f"\nNote: {one.note}" if one.note else ""
        self.description.setText(f"{one.description}{note}".strip())
        self.description.setVisible(bool(self.description.text()))
        self.source.setText(f"Taken from: {one.source}" if one.source else "Added here, out of no pack.")
        writable = not self.context.workspace.read_only
        for made in (self.edit_button, self.define_button, self.take_button, self.keep_button):
            made.setEnabled(writable)

    def _card(self, column: QVBoxLayout, heading: str, *widgets: QWidget) -> Card:
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        column.addWidget(card)
        self._parts.append(card)
        return card


def called(one: Deliverable) -> str:
    """How a deliverable is called in a sentence."""
    return f"{one.ref} {one.title}"


def facts(pairs: list[tuple[str, str]]) -> list[str]:
    """Lines of `name: value`, those without a value left out."""
    return [f"{name}: {value}" for name, value in pairs if value]


def _about(one: Deliverable) -> list[str]:
    return [text for text in (one.ref, one.gate_name, one.stage_name, one.party, one.field_name) if text]


def _days(one: Deliverable) -> list[str]:
    lines = [f"Planned for {day_words(one.planned)}" if one.planned else "No day yet"]
    if one.hangs and one.offset is not None:
        whose = "" if one.own else ", suggested" if "suggested" in one.source else ""
        lines.append(f"{days_words(one.offset)} before {one.gate_name}{whose}: it moves with the gate")
    elif one.offset is not None and not one.planned:
        lines.append(f"{days_words(one.offset)} before {one.gate_name}, once that has a day")
    if one.baseline:
        moved = " (as planned now)" if one.baseline == one.planned else ""
        lines.append(f"Baseline: {day_words(one.baseline)}{moved}")
    if one.actual:
        lines.append(f"Handed over: {day_words(one.actual)}")
    return lines


def _people(one: Deliverable) -> list[str]:
    return facts(
        [
            ("Owner", one.owner or "nobody yet"),
            ("Reviewer", one.reviewer or "nobody yet"),
            ("Remarks", one.remarks),
        ]
    )
