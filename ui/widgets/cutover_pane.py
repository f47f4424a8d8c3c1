"""The pane that shows one activity: how it stands, why it cannot start, when, who, what proves it, declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from desktop.cutover.model import Activity, ActivityState, Rag
from desktop.evidence.model import Target, TargetKind
from ui.context import Context
from ui.widgets.basics import Card, button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.cutover_links import ActivityLinks, waiting_lines
from ui.widgets.cutover_look import (
    RAG_WORDS,
    called,
    due_words,
    moment_words,
    rag_look,
    state_look,
    state_words,
    window_words,
)
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.pit_look import Look
from ui.widgets.pit_pane import facts

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


class ActivityPane(QScrollArea):
    """Shows one activity; what can be done with it is asked of the page."""

    def __init__(self, context: Context, verbs: PaneVerbs) -> None:
        super().__init__()
        self.context = context
        theme = context.theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("The chosen activity")
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 46)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
        column.setSpacing(theme.px(2))
        self.setWidget(inside)
        self._parts: list[QWidget] = []
        self.look = Look(theme)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.about = label("", "small", wrap=True, selectable=True)
        for widget in (self.look, self.title, self.about):
            column.addWidget(widget)
        self._buttons(column, verbs)
        self._blocks(column, verbs)
        self._facts(column, verbs)
        self.evidence_needed = label("", "small", wrap=True, selectable=True)
        self.evidence = EvidencePane(context)
        self._card(column, "Evidence", self.evidence_needed, self.evidence)
        self.declarations = label("", wrap=True, selectable=True)
        self.declare_button = button("Prepare declaration…", verbs.declare)
        self.declared = self._card(column, "Declarations", self.declarations, ButtonRow(self.declare_button))
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
        *,
        open_plan: bool = True,
    ) -> None:
        """Show an activity of a plan (`plan`: all of them by id); None when none is chosen."""
        for part in (*self._parts, self.look, self.about):
            part.setVisible(one is not None)
        if one is None:
            self.title.setText(NOTHING)
            self.evidence.show_target(None)
            return
        plan, details = plan or {}, one.details
        self.look.say(state_words(one), *state_look(one))
        self.title.setText(details.title)
        self.about.setText(" · ".join(text for text in (details.key, details.phase, details.type.title) if text))
        self._show_blocks(one, plan)
        self.when.setText("\n".join(when_lines(one, milestones or {})))
        self.who.setText("\n".join(who_lines(one)))
        self.rag_look.say(RAG_WORDS[one.rag] if one.rag is not Rag.NONE else "No colour", *rag_look(one.rag))
        self.rag_why.setText("\n".join(rag_lines(one)))
        self.evidence_needed.setText(f"Needed: {details.evidence_needed}" if details.evidence_needed else "")
        self.evidence_needed.setVisible(bool(details.evidence_needed))
        self.evidence.show_target(Target(TargetKind.ACTIVITY, one.id), called(one))
        self.declared.setVisible(bool(details.declaration_needed or one.declarations))
        self.declarations.setText("\n".join(declaration_lines(one)))
        before, after = neighbours(one, plan)
        self.before.fill(before)
        self.after.fill(after)
        self.before_word.setVisible(bool(before))
        self.after_word.setVisible(bool(after))
        self.chain.setVisible(bool(before or after))
        self.description.setText("\n".join(about_lines(one)))
        self.description.setVisible(bool(self.description.text()))
        self.source.setText(source_words(one))
        self._enable(one, open_plan=open_plan)

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _buttons(self, column: QVBoxLayout, verbs: PaneVerbs) -> None:
        self.done_button = button(
            "Done", verbs.done, role="primary", tip="Mark it as done now, by you (Ctrl+D or Space)"
        )
        self.start_button = button("Start", verbs.start, tip="Work on it begins now (Ctrl+B)")
        self.slip_button = button(
            "Slip…", verbs.slip, tip="Move it by working days, and see what moves with it (Ctrl+M)"
        )
        self.edit_button = button("Edit…", verbs.edit, tip="What the plan says of it (Ctrl+E)")
        for made, words in (
            (self.done_button, "Mark the activity as done"),
            (self.start_button, "Start the activity"),
            (self.slip_button, "Slip the activity…"),
            (self.edit_button, "Edit the activity…"),
        ):
            made.setAccessibleName(words)
        self.more_button = QToolButton()
        self.more_button.setProperty("role", "button")
        self.more_button.setText("More")
        self.more_button.setAccessibleName("More to do with the activity")
        self.more_button.setToolTip("Take back, not needed, red/amber/green, remove …")
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        self.waiting_card = self._card(column, "Cannot start yet, because", self.waiting)
        self.lacks = label("", wrap=True, selectable=True)
        self.lacks_card = self._card(column, "Cannot be called done yet, because", self.lacks)

    def _facts(self, column: QVBoxLayout, verbs: PaneVerbs) -> None:
        self.outcome = label("", wrap=True, selectable=True)
        self.outcome_card = self._card(column, "How it ended", self.outcome)
        self.when = label("", wrap=True, selectable=True)
        self._card(column, "When", self.when)
        self.who = label("", wrap=True, selectable=True)
        self._card(column, "Who", self.who)
        self.rag_look = Look(self.context.theme)
        self.rag_why = label("", wrap=True, selectable=True)
        self.rag_button = button("Say otherwise…", verbs.rag, tip="Red, amber or green with your reason")
        self.rag_button.setAccessibleName("Say red, amber or green otherwise than computed…")
        self._card(column, "Red, amber, green", self.rag_look, self.rag_why, ButtonRow(self.rag_button))

    def _show_blocks(self, one: Activity, plan: Mapping[int, Activity]) -> None:
        asks = one.changed or one.missing
        self.changed_card.setVisible(asks)
        self.changed.setText(changed_words(one))
        self.waiting_card.setVisible(bool(one.waiting_for) and not one.state.finished)
        self.waiting.fill(waiting_lines(one, plan))
        self.lacks_card.setVisible(bool(one.lacks) and not one.state.finished)
        self.lacks.setText("\n".join(f"• {why}" for why in one.lacks))
        ended = outcome_lines(one)
        self.outcome_card.setVisible(bool(ended))
        self.outcome.setText("\n".join(ended))

    def _enable(self, one: Activity, *, open_plan: bool) -> None:
        writable = not self.context.workspace.read_only and open_plan
        finished = one.state.finished
        self.done_button.setEnabled(writable and not finished)
        self.done_button.setText("Outcome…" if one.details.type.outcomes else "Done")
        self.start_button.setEnabled(writable and one.state in (ActivityState.WAITING, ActivityState.READY))
        self.start_button.setVisible(not one.details.type.instant)
        self.slip_button.setEnabled(writable and not finished)
        for made in (self.edit_button, self.confirm_button, self.rag_button, self.declare_button, self.more_button):
            made.setEnabled(writable)

    def _card(self, column: QVBoxLayout, heading: str, *widgets: QWidget) -> Card:
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        column.addWidget(card)
        self._parts.append(card)
        return card


def when_lines(one: Activity, milestones: Mapping[str, str]) -> list[str]:
    """Planned, due, forecast, baseline, actual; what has no value is left out."""
    moved = one.forecast != one.planned and not one.state.finished
    lines = facts(
        [
            ("Planned", window_words(one.planned, "no day yet")),
            ("Due", due_words(one, milestones)),
            ("As it looks now", window_words(one.forecast) if moved else ""),
            ("Baseline", window_words(one.baseline)),
            ("Started", moment_words(one.started)),
            ("Finished", moment_words(one.finished)),
        ]
    )
    duration = one.details.duration
    if duration:
        lines.append(f"Takes: {duration}")
    if one.critical:
        lines.append("It is on the chain that decides when the plan ends.")
    return lines


def who_lines(one: Activity) -> list[str]:
    """Owner, stand-in, responsible party, and who said what."""
    details = one.details
    others = " (others do it, we wait for it)" if details.external else ""
    responsible = f"{details.responsible}{others}" if details.responsible else others.strip(" ()").capitalize()
    return facts(
        [
            ("Owner", details.owner or "nobody yet"),
            ("Stand-in", details.stand_in),
            ("Responsible", responsible),
            ("Started by", one.started_by),
            ("Finished by", one.finished_by),
        ]
    )


def rag_lines(one: Activity) -> list[str]:
    """Why it has its colour: as computed, or what somebody said over it."""
    if not one.rag_reason:
        return [one.rag_why] if one.rag_why else []
    by = f" by {one.rag_by}" if one.rag_by else ""
    return [f"Said{by}: {one.rag_reason}", f"Computed: {RAG_WORDS[one.rag_computed].lower()}. {one.rag_why}".strip()]


def outcome_lines(one: Activity) -> list[str]:
    """Outcome, remark, why it was done all the same, why it is not needed."""
    return facts(
        [
            ("Outcome", one.outcome),
            ("Remark", one.remark),
            ("Done though not ready", one.despite),
            ("Not needed", one.not_needed),
        ]
    )


def declaration_lines(one: Activity) -> list[str]:
    """What has to be declared, and the declarations made for it."""
    needed = [f"Needed: {one.details.declaration_needed}"] if one.details.declaration_needed else []
    return [*needed, *(one.declarations or (["None was prepared yet."] if needed else []))]


def changed_words(one: Activity) -> str:
    """What changed about it since somebody looked."""
    if one.missing:
        return "The newest version of the plan does not have it any more. It stays here with what was done."
    newest = f" ({one.source})" if one.source else ""
    if one.done:
        return f"Its text changed{newest} after it was done. Look at it below: is it still done?"
    return f"Its text changed{newest} since it was last looked at. Look at it below."


def about_lines(one: Activity) -> list[str]:
    """Description, note, and the columns of the document that no field of ours has."""
    note = f"Note: {one.details.note}" if one.details.note else ""
    return [text for text in (one.details.description, note) if text] + facts(list(one.extra.items()))


def source_words(one: Activity) -> str:
    """Where the activity is from."""
    return f"Taken from: {one.source}" if one.source else "Added here, out of no document."


def neighbours(
    one: Activity, plan: Mapping[int, Activity]
) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]]:
    """What it waits for and what waits for it: id, key, and title with its state."""
    by_key = {other.details.key.casefold(): other for other in plan.values()}
    before = []
    for link in one.details.predecessors:
        other = by_key.get(link.key.casefold())
        lag = f", then {link.lag}" if link.lag else ""
        if other is not None:
            before.append((other.id, other.details.key, f"{other.details.title}: {other.state.value.lower()}{lag}"))
    key = one.details.key.casefold()
    after = [
        (other.id, other.details.key, f"{other.details.title}: {other.state.value.lower()}")
        for other in plan.values()
        if any(link.key.casefold() == key for link in other.details.predecessors)
    ]
    return before, after
