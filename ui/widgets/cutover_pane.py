"""The pane that shows one activity: how it stands, why it cannot start, when, who, what proves it, declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from desktop.cutover.model import Activity, ActivityState, ActivityType, Rag
from desktop.evidence.model import Target, TargetKind
from ui.context import Context
from ui.widgets.basics import Card, button, icon_button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.cutover_facts import FactGrid
from ui.widgets.cutover_links import ActivityLinks, waiting_lines
from ui.widgets.cutover_look import RAG_WORDS, called, rag_look, state_look, state_words
from ui.widgets.cutover_words import (
    Changed,
    about_lines,
    begun_words,
    blocked_heading,
    changed_words,
    declaration_lines,
    neighbours,
    outcome_facts,
    rag_lines,
    source_words,
    when_facts,
    who_facts,
)
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.pit_look import Look

NOTHING = "Choose an activity to see what it is, what it waits for, and how far it is."


@dataclass(frozen=True)
class PaneVerbs:
    """What the pane asks the page to do with the chosen activity."""

    done: Callable[[], object]
    start: Callable[[], object]
    slip: Callable[[], object]
    edit: Callable[[], object]
    confirm: Callable[[], object]
    rag: Callable[[], object]
    declare: Callable[[], object]
    show: Callable[[int], object]
    """Shows another activity of the plan, by id."""
    show_declaration: Callable[[int], object]


class ActivityPane(PaneFrame):
    """Shows one activity; what can be done with it is asked of the page."""

    def __init__(self, context: Context, verbs: PaneVerbs) -> None:
        super().__init__(context, "The chosen activity", 52)
        theme, column = context.theme, self.column
        self._parts: list[QWidget] = []
        self.wordings: Mapping[str, str] = {}
        """Titles of the wordings of declarations, by id."""
        self.declared_ids: Mapping[str, int] = {}
        """Ids of declarations by their names: ACME-DEC-0003 v2."""
        self.said_before: Mapping[int, Changed] = {}
        """What the newest import changed, of activities whose text waits to be confirmed, by id."""
        self.look = Look(theme)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.about = label("", "small", wrap=True, selectable=True)
        self.several = label("", "strong", wrap=True)
        for widget in (self.several, self.look, self.title, self.about):
            column.addWidget(widget)
        self.several.hide()
        self._buttons(column, verbs)
        self._blocks(column, verbs)
        self._facts(column, verbs)
        self.evidence_needed = label("", "small", wrap=True, selectable=True)
        self.evidence = EvidencePane(context)
        self._card(column, "Evidence", self.evidence_needed, self.evidence)
        self.declaration_needed = label("", "small", wrap=True, selectable=True)
        self.declarations = ActivityLinks(verbs.show_declaration)
        self.declare_button = button("Prepare declaration…", verbs.declare)
        self.declared = self._card(
            column, "Declarations", self.declaration_needed, self.declarations, ButtonRow(self.declare_button)
        )
        self.before = ActivityLinks(verbs.show)
        self.after = ActivityLinks(verbs.show)
        self.before_word, self.after_word = label("Waits for", "small"), label("What waits for it", "small")
        self.chain = self._card(
            column, "Before and after it", self.before_word, self.before, self.after_word, self.after
        )
        self.description = label("", wrap=True, selectable=True)
        self.source = label("", "small", wrap=True, selectable=True)
        self._card(column, "What it is", self.description, self.source)
        column.addStretch()
        self.show_activity(None)

    def show_activity(
        self,
        one: Activity | None,
        plan: Mapping[int, Activity] | None = None,
        milestones: Mapping[str, str] | None = None,
    ) -> None:
        """Show an activity of a plan (`plan`: all of them by id); None when none is chosen."""
        for part in (*self._parts, self.look, self.about):
            part.setVisible(one is not None)
        if one is None:
            self.title.setText(NOTHING)
            self.several.hide()
            self.evidence.show_target(None)
            return
        plan, details = plan or {}, one.details
        self.look.say(state_words(one), *state_look(one))
        self.title.setText(details.title)
        self.about.setText(" · ".join(text for text in (details.key, details.phase, details.type.title) if text))
        self._show_blocks(one, plan)
        self.when.fill(when_facts(one, milestones or {}))
        self.who.fill(who_facts(one))
        self.rag_look.say(RAG_WORDS[one.rag] if one.rag is not Rag.NONE else "No colour", *rag_look(one.rag))
        self.rag_why.setText("\n".join(rag_lines(one)))
        self.evidence_needed.setText(f"Needed: {details.evidence_needed}" if details.evidence_needed else "")
        self.evidence_needed.setVisible(bool(details.evidence_needed))
        self.evidence.show_target(Target(TargetKind.ACTIVITY, one.id), called(one))
        declares = bool(details.declaration_needed or one.declarations) or details.type is ActivityType.DECLARATION
        self.declared.setVisible(declares)
        needed = self.wordings.get(details.declaration_needed, details.declaration_needed)
        self.declaration_needed.setText(f"Needed: {needed}" if needed else "")
        self.declaration_needed.setVisible(bool(needed))
        self.declarations.fill(declaration_lines(one, self.declared_ids))
        before, after = neighbours(one, plan)
        self.before.fill(before)
        self.after.fill(after)
        self.before_word.setVisible(bool(before))
        self.after_word.setVisible(bool(after))
        self.chain.setVisible(bool(before or after))
        self.description.setText("\n".join(about_lines(one)))
        self.description.setVisible(bool(self.description.text()))
        self.source.setText(source_words(one))

    def say_chosen(self, chosen: Sequence[Activity], *, open_plan: bool) -> None:
        """What the buttons are about: the one that is shown, or all that are selected."""
        several = len(chosen) > 1
        self.several.setText(f"{len(chosen):,} activities are selected: every button here is for all of them.")
        self.several.setVisible(several)
        writable = not self.context.workspace.read_only and open_plan
        open_ones = [one for one in chosen if not one.state.finished]
        startable = [one for one in open_ones if one.state in (ActivityState.WAITING, ActivityState.READY)]
        self.done_button.setEnabled(writable and bool(open_ones))
        asks = bool(open_ones) and all(one.details.type.outcomes for one in open_ones)
        self.done_button.setText("Outcome…" if asks else "Done")
        self.start_button.setEnabled(writable and bool(startable))
        self.start_button.setVisible(several or not all(one.details.type.instant for one in chosen))
        self.slip_button.setEnabled(writable and bool(startable))
        for made in (self.edit_button, self.confirm_button, self.rag_button, self.declare_button, self.more_button):
            made.setEnabled(writable)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _buttons(self, column: QVBoxLayout, verbs: PaneVerbs) -> None:
        self.done_button = button(
            "Done", verbs.done, role="primary", tip="Mark it as done now, by you (Ctrl+D or Space)"
        )
        self.start_button = button("Start", verbs.start, tip="Work on it begins now (Ctrl+B)")
        self.slip_button = button(
            "Slip…", verbs.slip, tip="Move it by working days, and see what moves with it (Ctrl+M)"
        )
        self.more_button = icon_button(self.context.theme, "more", "More to do with the activity")
        self.edit_button = icon_button(self.context.theme, "edit", "Edit the activity…", verbs.edit)
        for small in (self.edit_button, self.more_button):
            small.setProperty("role", "button")
            small.setProperty("compact", "true")  # all five in one line
        self.edit_button.setToolTip("What the plan says of it (Ctrl+E)")
        for made, words in (
            (self.done_button, "Mark the activity as done"),
            (self.start_button, "Start the activity"),
            (self.slip_button, "Slip the activity…"),
        ):
            made.setAccessibleName(words)
        self.more_button.setToolTip("Take back, not needed, override RAG, remove …")
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more = QMenu(self.more_button)
        self.more_button.setMenu(self.more)
        row = ButtonRow(self.done_button, self.start_button, self.slip_button, self.edit_button, self.more_button)
        column.addWidget(row)
        self._parts.append(row)

    def _blocks(self, column: QVBoxLayout, verbs: PaneVerbs) -> None:
        self.changed = label("", wrap=True, selectable=True)
        self.confirm_button = button("Confirm", verbs.confirm, tip="The new text was looked at; done is still done")
        self.confirm_button.setAccessibleName("Confirm the changed activity")
        self.changed_card = self._card(
            column, "The plan says something else now", self.changed, ButtonRow(self.confirm_button)
        )
        self.waiting = ActivityLinks(verbs.show)
        self.waiting_heading = label("", "heading", wrap=True)
        self.begun = label("", wrap=True, selectable=True)
        self.waiting_card = self._card(column, "", self.waiting_heading, self.waiting, self.begun)
        self.lacks = label("", wrap=True, selectable=True)
        self.lacks_card = self._card(column, "What it still lacks", self.lacks)

    def _facts(self, column: QVBoxLayout, verbs: PaneVerbs) -> None:
        self.outcome = FactGrid()
        self.outcome_card = self._card(column, "How it ended", self.outcome)
        self.when = FactGrid()
        self._card(column, "When", self.when)
        self.who = FactGrid()
        self._card(column, "Who", self.who)
        self.rag_look = Look(self.context.theme)
        self.rag_why = label("", wrap=True, selectable=True)
        self.rag_button = button("Override RAG…", verbs.rag, tip="Red, amber or green with your reason")
        self.rag_button.setAccessibleName("Override red, amber, green…")
        self._card(column, "RAG", self.rag_look, self.rag_why, ButtonRow(self.rag_button))

    def _show_blocks(self, one: Activity, plan: Mapping[int, Activity]) -> None:
        asks = one.changed or one.missing
        self.changed_card.setVisible(asks)
        self.changed.setText(changed_words(one, self.said_before.get(one.id)))
        self.waiting_heading.setText(blocked_heading(one))
        self.waiting_card.setAccessibleName(blocked_heading(one))
        self.begun.setText(begun_words(one))
        self.begun.setVisible(bool(self.begun.text()))
        blocked = bool(one.waiting_for) and not one.state.finished
        self.waiting_card.setVisible(blocked or bool(self.begun.text()))
        self.waiting.fill(waiting_lines(one, plan))
        self.lacks_card.setVisible(bool(one.lacks) and not one.state.finished)
        self.lacks.setText("\n".join(f"• {why}" for why in one.lacks))
        self.outcome.fill(outcome_facts(one))
        self.outcome_card.setVisible(bool(self.outcome.text()))

    def _card(self, column: QVBoxLayout, heading: str, *widgets: QWidget) -> Card:
        card = Card()
        if heading:
            card.setAccessibleName(heading)
            card.body.addWidget(label(heading, "heading", wrap=True))  # else a long one makes the pane too wide
        for widget in widgets:
            card.body.addWidget(widget)
        column.addWidget(card)
        self._parts.append(card)
        return card
