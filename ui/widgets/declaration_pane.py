"""One declaration in full: how it stands, what may follow, what changed under it, its signature, files and evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.declarations.corrections import CORRECTED, MISTAKE
from desktop.declarations.model import (
    NEXT,
    SIGNATURE_WORDS,
    Declaration,
    DeclarationState,
    Event,
    Problem,
    Question,
    Sheet,
    Wording,
)
from desktop.declarations.putting_together import same_person
from desktop.evidence.model import Target, TargetKind
from ui.context import Context, Tone
from ui.models.paged_table import shown_date
from ui.pages.payloads import place_of
from ui.widgets.banner import Banner
from ui.widgets.basics import label, set_role
from ui.widgets.declaration_fields import WrappedLink
from ui.widgets.declaration_look import answer_words, counted, grouped, look_of, may_follow, with_ref
from ui.widgets.declaration_sheet import PLACEHOLDER
from ui.widgets.declaration_signing import REHEARSAL
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.pit_look import Look
from ui.widgets.record_pane import RecordPane, facts
from ui.widgets.trace_links import Lines, LinkLine

NOTHING = "Choose a declaration to see how it stands."
RECEIVED = "Received is not accepted: acknowledging only says that they have it."
OPEN_LISTED = 12
_READ = (".html", ".pdf")
"""Files that people read; they come first."""


@dataclass(frozen=True)
class ShownDeclaration:
    """All that the pane shows of one declaration, read in one job."""

    declaration: Declaration
    sheet: Sheet | None
    """As it would be read now; None of a signed one."""
    wording: Wording | None
    """The wording in use; None when the content has it no more."""
    events: tuple[Event, ...] = ()
    files: tuple[str, ...] = ()
    plan: str = ""
    activity: str = ""
    milestone: str = ""
    roles: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Recipients by id."""
    capacity: str = ""
    """In which it was signed, by name."""
    superseded_by: str = ""
    """The version that took its place."""
    withdrawn_by: str = ""
    """Who signed the withdrawal."""
    evidence: int = 0
    """Files that it rests on, of its own and through its plan: as they are, or of a signed one as they were."""


@dataclass(frozen=True)
class PaneVerbs:
    """What the pane asks the page to do with the chosen declaration."""

    sign: Callable[[], object]
    answers: Callable[[], object]
    edit: Callable[[], object]
    ready: Callable[[], object]
    draft: Callable[[], object]
    say: Callable[[DeclarationState], object]
    take_back: Callable[[], object]
    save_folder: Callable[[], object]
    save_zip: Callable[[], object]
    verify: Callable[[], object]
    new_version: Callable[[], object]
    withdraw: Callable[[], object]
    mend: Callable[[str], object]
    """Go to what a problem is about: the machine name of its field."""
    save_file: Callable[[str], object]


class DeclarationPane(RecordPane):
    """Shows one declaration; what can be done with it is asked of the page."""

    def __init__(self, context: Context, verbs: PaneVerbs) -> None:
        super().__init__(context, "The chosen declaration", NOTHING)
        self._verbs_of = verbs
        theme = context.theme
        self.look = Look(theme)
        self.column.insertWidget(0, self.look)
        self.rehearsal = Banner(theme, lasting=True)
        self.column.insertWidget(0, self.rehearsal)
        self.follows = label("", "small", wrap=True)
        self.column.insertWidget(self.column.indexOf(self.title), self.follows)
        self.buttons: dict[str, QPushButton] = {
            "sign": self.add_verb("Sign…", verbs.sign, "Read it from top to bottom and sign it"),
            "answers": self.add_verb("Answer the questions…", verbs.answers),
            "edit": self.add_verb("Change…", verbs.edit, "Title, plan, recipients, roles, days"),
            "ready": self.add_verb("Ready to sign", verbs.ready, "Nothing is to be done but signing"),
            "draft": self.add_verb("Back to draft", verbs.draft),
            "submitted": self.add_verb("Submitted…", lambda: verbs.say(DeclarationState.SUBMITTED)),
            "acknowledged": self.add_verb("Acknowledged…", lambda: verbs.say(DeclarationState.ACKNOWLEDGED), RECEIVED),
            "returned": self.add_verb("Returned…", lambda: verbs.say(DeclarationState.RETURNED)),
            "mistake": self.add_verb("Said by mistake…", verbs.take_back, "Go back by what was said last"),
            "save": self.add_verb("Save a copy…", verbs.save_folder, "A folder, with what verifies it", writes=False),
            "zip": self.add_verb("Save a ZIP…", verbs.save_zip, "The same in one file", writes=False),
            "verify": self.add_verb("Verify", verbs.verify, "Every byte as it was signed?", writes=False),
            "version": self.add_verb("New version…", verbs.new_version, "A draft that takes its place once signed"),
            "withdraw": self.add_verb("Withdraw…", verbs.withdraw, "A signed record of its own"),
        }
        self.buttons["edit"].setAccessibleName("Change what is declared…")
        set_role(self.buttons["sign"], role="primary")
        self.end_verbs()
        self.problems = Lines(theme.px(1))
        self.problems_card = self.add_card("Before it can be signed", self.problems)
        self.signature = label("", wrap=True, selectable=True)
        self.signature_card = self.add_card("Signature", self.signature)
        self.facts = label("", wrap=True, selectable=True)
        self.plan_link = Lines()
        self.add_card("What it is", self.facts, self.plan_link)
        self.evidence = EvidencePane(context)
        self.evidence_note = label("", "small", wrap=True)
        self.add_card("Evidence", self.evidence_note, self.evidence)
        self.answers = Lines(theme.px(1))
        self.answers_card = self.add_card("Answers", self.answers)
        self.open = Lines(theme.px(1))
        self.open_card = self.add_card("Open or excepted now", self.open)
        self.files = Lines(theme.px(1))
        self.files_card = self.add_card("Files to keep", self.files)
        self.events = label("", wrap=True, selectable=True)
        self.events_card = self.add_card("What happened", self.events)
        self.wording = label("", wrap=True, selectable=True)
        self.add_card("Wording", self.wording)
        self.end_cards()
        self.rehearsal.hide()

    def show_declaration(self, shown: ShownDeclaration | None) -> None:
        """Show one; None = none is chosen."""
        self.status.hide()
        self.look.setVisible(shown is not None)
        self.follows.setVisible(shown is not None)
        if shown is None:
            self.rehearsal.hide()
            self.show_head(None)
            self.evidence.show_target(None)
            return
        one = shown.declaration
        if one.rehearsal:
            self.rehearsal.say(REHEARSAL, Tone.WARNING)
        else:
            self.rehearsal.hide()
        self.look.say(state_words(one, shown.superseded_by), *(look_of(one.state.title) or ("", "muted")))
        note = f" {RECEIVED}" if one.state in (DeclarationState.SUBMITTED, DeclarationState.ACKNOWLEDGED) else ""
        self.follows.setText(f"{may_follow(one)}{note}")
        flags = [f"Look again: {text}" for text in one.flags]
        self.show_head(f"{one.name}  {one.details.title}".strip(), "", flags)
        self.status.hide()
        self._fit_buttons(one)
        self._fill_problems(shown.sheet.problems if shown.sheet else (), unsigned=not one.state.locked)
        self.signature.setText("\n".join(signature_lines(one, shown.capacity)))
        self.signature_card.setVisible(one.state.locked)
        self.facts.setText(facts(_facts(shown)))
        self._fill_link(shown)
        self.evidence.show_target(Target(TargetKind.DECLARATION, one.id), f"{one.name} {one.details.title}")
        self.evidence_note.setText(evidence_words(one.evidence, shown.evidence))
        self.evidence_note.setVisible(shown.evidence > one.evidence)
        self._fill_answers(shown)
        self._fill_open(shown.sheet)
        files = sorted(shown.files, key=lambda name: not name.endswith(_READ))
        self.files.fill([self._file_link(one, name) for name in files])
        self.files_card.setVisible(bool(shown.files))
        self.events.setText("\n".join(event_words(event, shown) for event in shown.events))
        self.events_card.setVisible(bool(shown.events))
        self.wording.setText(_wording(shown))

    def _fit_buttons(self, one: Declaration) -> None:
        following = NEXT[one.state]
        shown = {
            "sign": not one.state.locked,
            "answers": not one.state.locked,
            "edit": not one.state.locked,
            "ready": one.state is DeclarationState.DRAFT,
            "draft": one.state is DeclarationState.READY,
            "save": one.state.locked,
            "zip": one.state.locked,
            "verify": one.state.locked,
            "version": one.state.stands,
            "withdraw": DeclarationState.WITHDRAWN in following,
            "mistake": one.state in CORRECTED,
            **{
                state.value: state in following and not one.rehearsal
                for state in (DeclarationState.SUBMITTED, DeclarationState.ACKNOWLEDGED, DeclarationState.RETURNED)
            },
        }
        for name, made in self.buttons.items():
            made.setVisible(shown[name])

    def _fill_problems(self, found: Sequence[Problem], *, unsigned: bool) -> None:
        self.problems_card.setVisible(unsigned and bool(found))
        self.problems.fill(
            [WrappedLink(one.text, lambda field=one.field: self._verbs_of.mend(field), "") for one in found]  # type: ignore[misc]
        )

    def _fill_link(self, shown: ShownDeclaration) -> None:
        links: list[QWidget] = []
        activity = shown.declaration.details.activity_id
        place = place_of(Target(TargetKind.ACTIVITY, activity)) if activity is not None else None
        if place is not None and activity is not None:
            page, payload = place
            links.append(
                LinkLine("Show the activity", lambda: self.context.navigate(page, payload), theme=self.context.theme)
            )
        self.plan_link.fill(links)

    def _fill_answers(self, shown: ShownDeclaration) -> None:
        answers = shown.declaration.details.answers
        questions = list(shown.wording.questions) if shown.wording else []
        known = {one.id for one in questions}
        questions += [Question(key, key) for key in answers if key not in known]
        lines: list[QWidget] = []
        for question in questions:
            lines.append(label(question.text, "small", wrap=True))
            text = answer_words(question, answers.get(question.id, ""))
            lines.append(label(text, "" if answers.get(question.id) else "muted", wrap=True, selectable=True))
        self.answers.fill(lines)
        self.answers_card.setVisible(bool(lines))

    def _fill_open(self, sheet: Sheet | None) -> None:
        self.open_card.setVisible(sheet is not None)
        if sheet is None:
            return
        items = sheet.open_items
        if not items:
            self.open.fill([label("Nothing is open and nothing is excepted.", "muted", wrap=True)])
            return
        lines: list[QWidget] = [
            label(f"•  {with_ref(one.ref, one.text)}", wrap=True, selectable=True) for one in items[:OPEN_LISTED]
        ]
        if more := len(items) - OPEN_LISTED if len(items) > OPEN_LISTED else 0:
            lines.append(label(f"and {more:,} more: “Sign…” shows all of them", "small", wrap=True))
        self.open.fill(lines)

    def _file_link(self, one: Declaration, name: str) -> QWidget:
        made = LinkLine(name, lambda: self._verbs_of.save_file(name), theme=self.context.theme, icon="file")
        made.setAccessibleName(f"Save {name} of {one.name}…")
        made.setToolTip("Save this file and open it from there")
        return made


def state_words(one: Declaration, superseded_by: str = "") -> str:
    """How it stands, with since when, and what took its place."""
    if superseded_by and one.state is DeclarationState.SUPERSEDED:
        return f"Superseded by {superseded_by}"
    if one.state is DeclarationState.SIGNED:
        return f"Signed on {shown_date(one.signed_at[:10])}"
    return one.state.title


def signature_lines(one: Declaration, capacity: str = "") -> list[str]:
    """Who signed, as whom, when, with which key; none for a draft."""
    if not one.signed_at:
        return []
    lines = [
        ", ".join(text for text in (one.signatory, one.position) if text),
        f"Capacity: {capacity or one.capacity}" if capacity or one.capacity else "",
        f"Signed at {shown_date(one.signed_at)} UTC",
        "Prepared and signed by the same person." if one.same_person else "",
    ]
    if one.scan:
        lines.append("A document that was signed elsewhere stands for the signature.")
    if one.fingerprint:
        lines += [f"{SIGNATURE_WORDS}. Key:", grouped(one.fingerprint, rows=4)]
    return [text for text in lines if text]


def evidence_words(own: int, whole: int) -> str:
    """How much evidence is its own, and how much comes with its plan."""
    return f"Of its own: {f'{own:,}' if own else 'none'}; through its plan and activity: {max(0, whole - own):,}"


def event_words(event: Event, shown: ShownDeclaration) -> str:
    """Something that happened, in a line: who signed is told apart from who entered it."""
    to = shown.names.get(event.recipient, event.recipient)
    mistaken = event.note.startswith(MISTAKE)
    what = f"Back to {event.state.title.lower()}" if mistaken else event.state.title
    signed = event.state is DeclarationState.SIGNED and not mistaken
    person = shown.declaration.signatory if signed else ""
    person = shown.withdrawn_by if event.state is DeclarationState.WITHDRAWN else person
    if signed and shown.declaration.scan:
        what = "Signed document attached in place of a signature, of" if person else what
    elif person:
        what = f"{what} by"
    by = f"by {event.by}" if event.by else ""
    if person:
        by = person if same_person(person, event.by) or not event.by else f"{person} (entered by {event.by})"
    parts = [f"{shown_date(event.at)}  {what}", f"({to})" if to else "", by]
    return f"{' '.join(part for part in parts if part)}{f': {event.note}' if event.note else ''}"


def _facts(shown: ShownDeclaration) -> list[tuple[str, str]]:
    one, details = shown.declaration, shown.declaration.details
    return [
        ("Milestone", shown.milestone or details.milestone),
        ("Cutover plan", shown.plan),
        ("Activity", shown.activity),
        ("For", ", ".join(shown.roles)),
        ("Sent to", ", ".join(shown.recipients)),
        ("To be signed by", shown_date(details.due)),
        ("Prepared by", details.prepared_by),
        ("Takes the place of", f"v{one.version - 1}, because: {one.reason}" if one.supersedes is not None else ""),
        ("Note", details.note),
    ]


def _wording(shown: ShownDeclaration) -> str:
    wording = shown.wording
    if wording is None:
        return "The content in use does not have this wording any more. What was signed holds it as it was."
    lines = [wording.title]
    if wording.placeholder and not shown.declaration.state.locked:
        lines.append(PLACEHOLDER)
    elif wording.placeholder:
        lines.append("A placeholder of MHHS Desk in the content that is in use.")
    if shown.sheet is not None:
        lines.append(f"{shown.sheet.pack_label}; {counted(len(wording.questions), 'question')}")
    return "\n".join(lines)
