"""Prepare a submission: its kind, what it is over, who gets it and when, how much personal data goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop import typed_days
from desktop.changes import Changes
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import Choice, KindInfo, Scope, Submission, SubmissionDetails
from ui.context import Context
from ui.dialogs.declaration_form import AskingDialog
from ui.dialogs.form import Field, field_value, field_widget
from ui.widgets.basics import label
from ui.widgets.choosing import Ticks, choice_list
from ui.widgets.submission_look import CHOICES
from ui.widgets.submission_picker import Picker

if TYPE_CHECKING:
    from desktop.app import Workspace

OWN_DAY = "own day"
SCOPES: Mapping[str, tuple[str, str]] = {
    "gate": ("Gate", "The gate of the PIT plan that it is made for."),
    "plan": ("Cutover plan", "The plan whose standing it tells."),
    "request": ("Information request", "The request whose questions are answered."),
    "declarations": ("Signed declarations", "Tick those that go with it."),
    "evidence": ("Evidence", "None ticked: everything that is in use."),
}
"""What a kind's scope is called, and a hint."""
SEVERAL = ("declarations", "evidence")
"""Scopes of which any number can be chosen."""
NOTHING_TO_CHOOSE: Mapping[str, str] = {
    "gate": "The content in use has no gates.",
    "plan": "There is no cutover plan yet. Make one on the page Cutover.",
    "request": "There is no information request yet. Note one on the page Requests.",
    "declarations": "No declaration is signed yet. Sign one on the page Declarations.",
    "evidence": "There is no evidence yet. Add files on the page Evidence.",
}


@dataclass(frozen=True)
class PrepareChoices:
    """What the form offers, read in one job."""

    kinds: tuple[KindInfo, ...]
    pack_label: str
    scopes: Mapping[str, tuple[Choice, ...]]
    """What the scope of a kind can be, by the kind's id."""
    recipients: tuple[Choice, ...]
    milestones: tuple[tuple[str, str], ...]
    senders: Mapping[int, str]
    """Who asked, by the id of an information request."""


def read_choices(workspace: Workspace) -> PrepareChoices:
    """Read what can be chosen; on a worker."""
    service = workspace.submissions
    kinds = service.kinds()
    return PrepareChoices(
        kinds,
        service.pack().label,
        {one.id: service.choices(one.id) for one in kinds if one.scope},
        service.recipients(),
        tuple((one.id, one.name) for one in workspace.milestones.milestones()),
        {one.id: one.details.sender for one in workspace.requests.requests()},
    )


class PrepareSubmissionDialog(AskingDialog):
    """The form for a new submission, or for what is said of a draft."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        choices: PrepareChoices,
        start: SubmissionDetails,
        known: Submission | None = None,
    ) -> None:
        title = f"Edit {known.name}" if known else "New submission"
        verb = "Save the changes" if known else "Prepare it"
        intro = "" if known else "A draft is made. You check it, look at its workbook, and freeze it when it is right."
        super().__init__(context, parent, title, verb, intro)
        self._choices, self._start, self._known = choices, start, known
        self._touched = bool(known or start.recipients)  # the ticks follow the kind until a person ticks
        self.made_id: int | None = known.id if known else None
        self.kind = choice_list([(one.id, one.name) for one in choices.kinds], start.kind)
        self.about = label("", "small", wrap=True)
        self._under(self.add("kind", "What is handed over", self.kind), self.about)
        self.picker = Picker()
        self.add("scope", "Over what", self.picker)
        self.with_evidence = QCheckBox("Put the files of the evidence into its packs")
        self.with_evidence.setChecked(start.scope.with_evidence)
        self.column.addWidget(self.with_evidence)
        self.title = QLineEdit(start.title)
        self.add("title", "Title", self.title, "Empty: its kind, and what it is over.")
        self.recipients = Ticks(
            [(one.id, _called(one)) for one in choices.recipients],
            start.recipients,
            "The content in use has nobody to send it to.",
        )
        self.recipients.ticked.connect(self._tick)
        self.add("recipients", "Sent to", self.recipients, "For each it is kept by itself what they said.")
        days = [("", "(as its kind, gate or request says)"), (OWN_DAY, "A day of its own"), *choices.milestones]
        self.milestone = choice_list(days, OWN_DAY if start.due else start.milestone)
        self.due = QLineEdit(_typed(start.due))
        self.due.setPlaceholderText("dd/mm/yyyy")
        self.due.setAccessibleName("Day on which it is due, dd/mm/yyyy")
        deadline = self.add("milestone", "Deadline", self.milestone)
        self.own_day = self.add("due", "Its own day", self.due, "dd/mm/yyyy")
        del deadline
        self.data: dict[MpanChoice, QRadioButton] = {}
        self.add("mpan_choice", "Personal data", self._data(start.mpan_choice), "It holds for workbook and packs.")
        self.covering = field_widget(Field("covering", "Covering note", start.covering, long=True))
        self.add("covering", "Covering note", self.covering, "It goes with it, for them to read.")
        self.note = field_widget(Field("note", "Note for us", start.note, long=True))
        self.add("note", "Note for us", self.note, "It never leaves.")
        self.kind.setEnabled(known is None)
        self.kind.currentIndexChanged.connect(self._follow_kind)
        self.milestone.currentIndexChanged.connect(self._follow_deadline)
        self.picker.changed.connect(self._follow_recipients)
        self._follow_kind()
        self._follow_deadline()
        self.fit()

    def details(self) -> SubmissionDetails:
        """What the fields say. Raises InvalidInput for an own day without a day."""
        deadline = str(self.milestone.currentData() or "")
        own = deadline == OWN_DAY
        due = self.due.text().strip() if own else ""
        if own and not due:
            raise InvalidInput("Give the day on which it is due.", todo="Such as 26/02/2027.", field="due")
        return replace(
            self._start,
            kind=str(self.kind.currentData() or ""),
            title=self.title.text().strip(),
            scope=self._scope(),
            recipients=self.recipients.chosen(),
            milestone="" if own else deadline,
            due=due,
            mpan_choice=next(choice for choice, made in self.data.items() if made.isChecked()),
            covering=field_value(self.covering),
            note=field_value(self.note),
        )

    def work(self) -> Callable[[Job], Changes]:
        """Make the draft, or save what changed."""
        submissions, details, known = self.context.workspace.submissions, self.details(), self._known

        def work(_job: Job) -> Changes:
            if known is not None:
                return submissions.edit(known.id, details)
            self.made_id, changes = submissions.prepare(details)
            return changes

        return work

    # -- how -----------------------------------------------------------------------------------------------------------

    @property
    def _kind(self) -> KindInfo | None:
        return next((one for one in self._choices.kinds if one.id == self.kind.currentData()), None)

    def _scope(self) -> Scope:
        kind, chosen = self._kind, self.picker.chosen()
        scope = Scope(with_evidence=self.with_evidence.isChecked())
        first = chosen[0] if chosen else ""
        if kind is None or not kind.scope:
            return scope
        if kind.scope == "gate":
            return replace(scope, gate=first)
        numbers = tuple(int(one) for one in chosen)
        number = numbers[0] if numbers else None
        return {
            "declarations": replace(scope, declarations=numbers),
            "evidence": replace(scope, evidence=numbers),
            "plan": replace(scope, plan_id=number),
            "request": replace(scope, request_id=number),
        }.get(kind.scope, scope)

    def _follow_kind(self) -> None:
        kind = self._kind
        self.about.setText(kind.about if kind else "The content in use has no kind of submission.")
        self.verb.setEnabled(kind is not None)
        asked = self.asked["scope"]
        asked.setVisible(bool(kind and kind.scope))
        if kind is None:
            return
        words, hint = SCOPES.get(kind.scope, ("Over what", ""))
        asked.title.setText(words)
        asked.hint.setText(hint)
        asked.hint.setVisible(bool(hint))
        self.picker.setAccessibleName(words)
        self.picker.offer(
            self._choices.scopes.get(kind.id, ()),
            _ids(self._start.scope, kind.scope) if kind.id == self._start.kind else (),
            several=kind.scope in SEVERAL,
            nothing=NOTHING_TO_CHOOSE.get(kind.scope, "There is nothing to choose from."),
            words=words,
        )
        self._follow_recipients()

    def _follow_recipients(self) -> None:
        """Until a person ticks: whoever asked, else those of the kind, else those of the participant's roles."""
        kind = self._kind
        if kind is None or self._touched:
            return
        chosen = self.picker.chosen()
        asked = self._choices.senders.get(int(chosen[0]), "") if kind.scope == "request" and chosen else ""
        by_role = tuple(one.id for one in self._choices.recipients if one.detail)
        self.recipients.tick((asked,) if asked else kind.recipients or by_role)

    def _tick(self) -> None:
        self._touched = True

    def _follow_deadline(self) -> None:
        self.own_day.setVisible(self.milestone.currentData() == OWN_DAY)

    def _data(self, now: MpanChoice) -> QWidget:
        """The three choices, each with what it means."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(self.fontMetrics().height() * 0.2))
        self._group = QButtonGroup(place)
        for choice in MpanChoice:
            made = QRadioButton(CHOICES[choice])
            made.setAccessibleDescription(choice.words)
            made.setChecked(choice is now)
            self._group.addButton(made)
            self.data[choice] = made
            column.addWidget(made)
            column.addWidget(label(choice.words, "small", wrap=True))
        place.setFocusProxy(self.data[now])
        return place

    @staticmethod
    def _under(asked: QWidget, part: QWidget) -> None:
        layout = asked.layout()
        assert layout is not None
        layout.addWidget(part)


def ask_submission(  # noqa: PLR0917 - the same as the dialog
    context: Context,
    parent: QWidget,
    choices: PrepareChoices,
    start: SubmissionDetails,
    known: Submission | None = None,
    field: str = "",
) -> int | None:
    """Show the form until it is saved or given up; the id of the submission, None when nothing was saved.

    `field`: where the keyboard is at the beginning; '' = in the first one.
    """
    dialog = PrepareSubmissionDialog(context, parent, choices, start, known)
    if field:
        QTimer.singleShot(0, dialog, lambda: dialog.go_to(field))  # once it is laid out, so that it is scrolled to
    try:
        return dialog.made_id if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()


def _ids(scope: Scope, name: str) -> tuple[str, ...]:
    """What a scope holds of the thing that its kind asks for, as texts."""
    if name == "gate":
        return (scope.gate,) if scope.gate else ()
    if name in SEVERAL:
        return tuple(str(one) for one in getattr(scope, name))
    number = getattr(scope, f"{name}_id", None) if name else None
    return (str(number),) if number is not None else ()


def _called(one: Choice) -> str:
    return f"{one.title} ({one.detail[:1].lower()}{one.detail[1:]})" if one.detail else one.title


def _typed(iso: str) -> str:
    day = typed_days.read_day(iso) if iso else None
    return f"{day:%d/%m/%Y}" if day else iso
