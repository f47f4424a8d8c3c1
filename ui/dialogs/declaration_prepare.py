"""Prepare a declaration: its wording and what that stands for, what it is made for, who gets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDialog, QLineEdit, QPlainTextEdit, QWidget

from desktop import typed_days
from desktop.changes import Changes
from desktop.cutover.model import Activity
from desktop.declarations.model import Declaration, DeclarationDetails, Wording
from desktop.jobs import Job
from ui.context import Context
from ui.dialogs.declaration_form import AskingDialog
from ui.widgets.basics import label
from ui.widgets.choosing import Ticks, choice_list
from ui.widgets.declaration_sheet import PLACEHOLDER

if TYPE_CHECKING:
    from desktop.app import Workspace

Choice = tuple[str, str]
"""An id and its words."""
NO_WORDING = "The wording in use has no declaration. Import a content pack that has one under Settings › Content."
GONE = "The content in use does not have this wording any more: choose another one before it is signed."
_REHEARSAL = "This plan is a rehearsal: the declaration is one too, says so on every copy, and can never be submitted."


@dataclass(frozen=True)
class PrepareChoices:
    """What the form offers, read in one job."""

    wordings: tuple[Wording, ...]
    pack_label: str
    plans: tuple[Choice, ...]
    rehearsals: frozenset[str]
    """Ids of the plans that are rehearsals."""
    milestones: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    """The participant's."""
    recipients: tuple[Choice, ...]
    people: tuple[str, ...]
    actor: str


def read_choices(workspace: Workspace, actor: str) -> PrepareChoices:
    """Read what can be chosen; on a worker."""
    held = {one.role for one in workspace.participant.scopes()}
    plans = workspace.cutover.plans()
    return PrepareChoices(
        workspace.declarations.wordings(),
        workspace.declarations.pack().label,
        tuple((str(one.id), f"{one.ref}  {one.name}") for one in plans),
        frozenset(str(one.id) for one in plans if one.rehearsal),
        tuple((one.id, one.name) for one in workspace.milestones.milestones()),
        tuple((row["id"], row.get("name", row["id"])) for row in workspace.participant.choices("roles")
              if row["id"] in held),
        tuple((row["id"], row.get("name", row["id"])) for row in workspace.participant.choices("recipients")),
        tuple(dict.fromkeys(one.name for one in workspace.participant.contacts())),
        actor,
    )  # fmt: skip


class PrepareDialog(AskingDialog):
    """The form for a new declaration, or for what is said of one that is not signed yet."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        choices: PrepareChoices,
        start: DeclarationDetails,
        known: Declaration | None = None,
    ) -> None:
        title = f"Change {known.name}" if known else "Prepare a declaration"
        verb = "Save the changes" if known else "Prepare it"
        intro = "" if known else "A draft is made. You answer its questions and attach evidence, then it is signed."
        super().__init__(context, parent, title, verb, intro)
        self._choices, self._start, self._known = choices, start, known
        self._activities: dict[int, tuple[Choice, ...]] = {}
        self._wanted_activity = start.activity_id
        self.made_id: int | None = known.id if known else None
        wordings = [(one.id, one.title) for one in choices.wordings]
        # Words that are no id are what an activity asks for in its plan: the person chooses.
        self.wording = choice_list(wordings, start.wording if known or start.wording in dict(wordings) else "")
        self.about = label("", "small", wrap=True)
        self.standing = label("", "high", wrap=True)
        wording = self.add("wording", "Wording", self.wording)
        for part in (self.about, self.standing):
            layout = wording.layout()
            assert layout is not None
            layout.addWidget(part)
        self.title = QLineEdit(start.title)
        self.add("title", "Title", self.title, "Empty: the title of the wording.")
        self.plan = choice_list([("", "(no plan)"), *choices.plans], str(start.plan_id or ""))
        self.activity = choice_list([("", "(the plan as a whole)")], "")
        self.milestone = choice_list([("", "(as the wording or the plan says)"), *choices.milestones], start.milestone)
        self.rehearsal = label(_REHEARSAL, "high", wrap=True)
        plan = self.add("plan_id", "Cutover plan", self.plan)
        inside = plan.layout()
        assert inside is not None
        inside.addWidget(self.rehearsal)
        self.add("activity_id", "Activity that needs it", self.activity)
        self.add("milestone", "Milestone", self.milestone)
        self.roles = Ticks(choices.roles, start.roles, "No market role is entered under Settings yet.")
        self.add("roles", "For which roles", self.roles, "None ticked: for all of them.")
        self.recipients = Ticks(choices.recipients, start.recipients, "The content in use has no recipients.")
        self.add("recipients", "Sent to", self.recipients, "None ticked: those of the wording that go with the roles.")
        self.due = QLineEdit(_typed(start.due))
        self.add("due", "To be signed by", self.due, "dd/mm/yyyy. Empty: no day.")
        self.prepared = QLineEdit(start.prepared_by or choices.actor)
        completer = QCompleter(list(choices.people), self.prepared)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.prepared.setCompleter(completer)
        self.add("prepared_by", "Prepared by", self.prepared, "The record says who prepared it and who signed it.")
        self.note = QPlainTextEdit(start.note)
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(self.note.fontMetrics().height() * 4)
        self.add("note", "Note", self.note)
        self.wording.currentIndexChanged.connect(self._follow_wording)
        self.plan.currentIndexChanged.connect(self._follow_plan)
        if known:
            self.wording.setEnabled(len(choices.wordings) > 1)
        self._follow_wording()
        self._follow_plan()
        self.fit()

    def details(self) -> DeclarationDetails:
        """What the fields say; answers that were given stay."""
        plan = str(self.plan.currentData() or "")
        wording = str(self.wording.currentData() or "")
        title, answers = self.title.text().strip(), self._start.answers
        if wording != self._start.wording:
            questions = {one.id for one in self._wording.questions} if self._wording else set()
            answers = {key: text for key, text in answers.items() if key in questions}
            if title in {one.title for one in self._choices.wordings}:
                title = ""  # the title of the wording that it was made from, not one of its own
        return replace(
            self._start,
            wording=wording,
            title=title,
            plan_id=int(plan) if plan else None,
            activity_id=self._activity_id(plan),
            milestone=str(self.milestone.currentData() or ""),
            recipients=self.recipients.chosen(),
            roles=self.roles.chosen(),
            due=self.due.text().strip(),
            note=self.note.toPlainText().strip(),
            prepared_by=self.prepared.text().strip(),
            answers=answers,
        )

    def _activity_id(self, plan: str) -> int | None:
        """The activity that is chosen; the one that it was opened with while those of its plan are still being read."""
        asked_for = plan == str(self._start.plan_id or "")
        if asked_for and (not plan or int(plan) not in self._activities):
            return self._start.activity_id
        chosen = self.activity.currentData()
        return int(chosen) if plan and chosen else None

    def work(self) -> Callable[[Job], Changes]:
        """Make the draft, or save what changed."""
        declarations, details, known = self.context.workspace.declarations, self.details(), self._known

        def work(_job: Job) -> Changes:
            if known is not None:
                return declarations.edit(known.id, details)
            self.made_id, changes = declarations.prepare(details)
            return changes

        return work

    @property
    def _wording(self) -> Wording | None:
        return next((one for one in self._choices.wordings if one.id == self.wording.currentData()), None)

    def _follow_wording(self) -> None:
        wording = self._wording
        self.about.setText(wording.about if wording else GONE if self.wording.count() else NO_WORDING)
        self.about.setVisible(bool(self.about.text()))
        placeholder = wording is not None and wording.placeholder
        self.standing.setText(PLACEHOLDER if placeholder else f"Wording: {self._choices.pack_label}")
        self.title.setPlaceholderText(wording.title if wording else "")
        kept = self._known is not None and self.wording.currentData() == self._start.wording
        self.verb.setEnabled(wording is not None or kept)

    def _follow_plan(self) -> None:
        plan = str(self.plan.currentData() or "")
        self.rehearsal.setVisible(plan in self._choices.rehearsals)
        self.asked["activity_id"].setVisible(bool(plan))
        if not plan:
            return
        number, cutover = int(plan), self.context.workspace.cutover
        if number in self._activities:
            self._fill_activities(number)
            return

        def came(found: tuple[Choice, ...]) -> None:
            self._activities[number] = found
            if str(self.plan.currentData() or "") == str(number):
                self._fill_activities(number)

        self.context.read(
            "Reading the activities", lambda _job: activity_choices(cutover.plan(number).activities), came
        )

    def _fill_activities(self, plan_id: int) -> None:
        now = self._wanted_activity if self._wanted_activity is not None else self.activity.currentData()
        self._wanted_activity = None
        self.activity.clear()
        for key, words in (("", "(the plan as a whole)"), *self._activities[plan_id]):
            self.activity.addItem(words, key)
        self.activity.setCurrentIndex(max(0, self.activity.findData(str(now or ""))))


def activity_choices(activities: Sequence[Activity]) -> tuple[Choice, ...]:
    """The activities of a plan to choose from: those that need a declaration first."""
    first = [one for one in activities if one.details.declaration_needed]
    rest = [one for one in activities if not one.details.declaration_needed]
    return tuple((str(one.id), f"{one.details.key}  {one.details.title}") for one in (*first, *rest))


def ask_prepare(
    context: Context,
    parent: QWidget,
    choices: PrepareChoices,
    start: DeclarationDetails,
    known: Declaration | None = None,
) -> int | None:
    """Show the form until it is saved or given up; the id of the declaration, None when nothing was saved."""
    dialog = PrepareDialog(context, parent, choices, start, known)
    try:
        return dialog.made_id if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()


def _typed(iso: str) -> str:
    day = typed_days.read_day(iso) if iso else None
    return f"{day:%d/%m/%Y}" if day else iso
