"""The pane that shows one question: what it asks, the answer that saves by itself, why it does not apply, evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.evidence.model import Target, TargetKind
from desktop.requests.model import Question
from desktop.requests.table import CHANGED, MISSING
from ui.context import Context
from ui.widgets.basics import Card, button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.pit_look import Look
from ui.widgets.record_pane import facts
from ui.widgets.request_look import called, state_look
from ui.widgets.saved_text import Done, SavedText

NOTHING = "Choose a question to answer it."
Changed = Mapping[str, tuple[str, str]]
"""Field in words to (before, after)."""


@dataclass(frozen=True)
class PaneVerbs:
    """What the pane asks the page to do with the question that is shown."""

    save_answer: Callable[[int, str, Done], bool]
    save_reason: Callable[[int, str, Done], bool]
    still_holds: Callable[[], object]
    edit: Callable[[], object]
    remove: Callable[[], object]
    leave: Callable[[], object]
    """Puts the keyboard into the table."""


class QuestionPane(PaneFrame):
    """Shows one question; what can be done with it is asked of the page."""

    def __init__(self, context: Context, verbs: PaneVerbs) -> None:
        super().__init__(context, "The chosen question", 46)
        self.question: Question | None = None
        self._parts: list[QWidget] = []
        self.look = Look(context.theme)
        self.place = label("", "small", wrap=True)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        for widget in (self.look, self.place, self.title):
            self.column.addWidget(widget)
        self.changed = label("", wrap=True, selectable=True)
        self.holds_button = button("The answer still holds", verbs.still_holds, tip="It was looked at (Ctrl+Shift+C)")
        self.changed_card = self._card("Look again", self.changed, ButtonRow(self.holds_button))
        self.guidance = label("", wrap=True, selectable=True)
        self.guidance_card = self._card("How to answer", self.guidance)
        self.answer = SavedText("Answer", verbs.save_answer, "Write the answer as it is to be sent", 9)
        self._card("Answer", self.answer)
        self.reason = SavedText("Does not apply to us, because", verbs.save_reason, "Leave empty where it applies", 2)
        self.reason.editor.setMaximumHeight(self.fontMetrics().height() * 4)
        self._card("Does not apply to us, because", self.reason)
        for made in (self.answer, self.reason):
            made.leave.connect(verbs.leave)
        self.evidence = EvidencePane(context)
        self._card("Evidence", self.evidence)
        self.facts = label("", wrap=True, selectable=True)
        self.edit_button = button("Edit…", verbs.edit, tip="Number, section, text, owner, note (Ctrl+E)")
        self.edit_button.setAccessibleName("Edit the question…")
        self.remove_button = button("Remove…", verbs.remove)
        self.remove_button.setAccessibleName("Remove the question…")
        self._card("The question", self.facts, ButtonRow(self.edit_button, self.remove_button))
        self.column.addStretch()
        self.show_question(None)

    @property
    def typing(self) -> bool:
        """Whether something is being typed here."""
        return self.answer.typing() or self.reason.typing()

    @property
    def unsaved(self) -> bool:
        """Whether something typed here is not saved."""
        return bool(self.answer.unsaved or self.reason.unsaved)

    def flush(self) -> None:
        """Save what was typed and is not saved yet."""
        self.answer.flush()
        self.reason.flush()

    def show_question(
        self, one: Question | None, said_before: Changed | None = None, *, writable: bool = False
    ) -> None:
        """Show a question; None when none is chosen. `writable`: it may be changed now."""
        if (one and one.id) != (self.question and self.question.id):
            self.verticalScrollBar().setValue(0)
        self.question = one
        for part in (*self._parts, self.look, self.place):
            part.setVisible(one is not None)
        self.answer.show_text(one.id if one else None, one.details.answer if one else "", locked=not writable)
        self.reason.show_text(one.id if one else None, one.details.not_for_us if one else "", locked=not writable)
        if one is None:
            self.title.setText(NOTHING)
            self.evidence.show_target(None)
            return
        details = one.details
        self.look.say(*state_look(one))
        self.place.setText(" · ".join(text for text in (f"Question {details.key}", details.section) if text))
        self.title.setText(details.text)
        self.changed_card.setVisible(one.look_again or one.missing)
        self.changed.setText(changed_words(one, said_before))
        self.holds_button.setEnabled(writable)
        self.holds_button.setText("The answer still holds" if one.look_again else "Keep it")
        self.guidance.setText(details.guidance)
        self.guidance_card.setVisible(bool(details.guidance))
        self.evidence.locked = not writable
        self.evidence.show_target(Target(TargetKind.QUESTION, one.id), called(one))
        self.facts.setText(facts(fact_pairs(one)))
        for made in (self.edit_button, self.remove_button):
            made.setEnabled(writable)

    def _card(self, heading: str, *widgets: QWidget) -> Card:
        card = Card()
        card.setAccessibleName(heading)
        card.body.addWidget(label(heading, "heading", wrap=True))
        for widget in widgets:
            card.body.addWidget(widget)
        self.column.addWidget(card)
        self._parts.append(card)
        return card


def changed_words(one: Question, said_before: Changed | None) -> str:
    """Why a question asks to be looked at, with what it said before where that is known."""
    lines = []
    if one.look_again:
        lines.append(f"{CHANGED} since its answer was last looked at.")
        lines += [f"{name} was: {before or '(blank)'}" for name, (before, _) in (said_before or {}).items()]
    if one.missing:
        lines.append(f"{MISSING} of the document. Its answer is kept; remove it if it is asked no more.")
    return "\n".join(lines)


def fact_pairs(one: Question) -> Sequence[tuple[str, str]]:
    """What else is known of a question: its owner, our note, what the document said beside it."""
    details = one.details
    return (("Owner", details.owner or "nobody yet"), ("Note, for us", details.note), *one.extra.items())
