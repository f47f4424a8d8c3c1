"""What is asked of deliverables, of one or of many at once, and of a reliance: only what was changed is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QWidget

from desktop.errors import InvalidInput
from desktop.pit import entered, reliance
from desktop.pit.model import (
    Deliverable,
    DeliverableEdit,
    DeliverableStatus,
    Gate,
    PartyType,
    Reliance,
    RelianceDetails,
    RelianceStatus,
    Stage,
)
from ui.dialogs.confirm import confirm
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field, FormDialog, ask
from ui.widgets.pit_look import day_words

KEEP = ("", "(as they are)")
DIFFERENT = "(different)"
CLEAR = "-"
DAYS = {"current": "Planned for", "actual": "Handed over on", "baseline": "Baseline"}
_DAY_HINT = "dd/mm/yyyy"


@dataclass(frozen=True)
class PlanWords:
    """What the forms offer: the gates, stages and party types of the plan, and names of people."""

    gates: tuple[Gate, ...]
    stages: tuple[Stage, ...]
    parties: tuple[PartyType, ...]
    people: tuple[str, ...]


def typed(day: date | None) -> str:
    """A day as it is typed."""
    return f"{day:%d/%m/%Y}" if day else ""


def ask_work(parent: QWidget, chosen: Sequence[Deliverable], words: PlanWords, today: date) -> DeliverableEdit | None:
    """How far these are, who does and who reviews them, their days, remarks; None if nothing is to be changed."""
    single = len(chosen) == 1
    before = {
        "status": _shared([one.status.value for one in chosen]),
        "owner": _shared([one.owner for one in chosen]),
        "reviewer": _shared([one.reviewer for one in chosen]),
        "remarks": _shared([one.remarks for one in chosen]),
        "note": _shared([one.note for one in chosen]),
        **{name: _shared([typed(getattr(one, name)) for one in chosen]) for name in DAYS},
    }
    statuses = tuple((one.value, one.value.capitalize()) for one in DeliverableStatus)
    fields = (
        Field("status", "Status", before["status"] or "", statuses if single else (KEEP, *statuses)),
        Field("owner", "Owner", before["owner"] or "", suggestions=words.people),
        Field("current", DAYS["current"], before["current"] or "", hint=_planned_hint(chosen)),
        Field("actual", DAYS["actual"], before["actual"] or "", hint="Filled by itself when it is submitted."),
        Field("baseline", DAYS["baseline"], before["baseline"] or "", hint="What was planned once. It is kept."),
        Field("reviewer", "Reviewer", before["reviewer"] or "", suggestions=words.people),
        Field("remarks", "Reviewer's remarks", before["remarks"] or "", long=True),
        Field("note", "Note", before["note"] or ""),
    )

    def edit(values: dict[str, str]) -> DeliverableEdit:
        return work_edit(values, before, single=single)

    def check(values: dict[str, str]) -> None:
        entered.values_of(edit(values), today)

    title = f"Edit {chosen[0].ref}" if single else f"Edit {len(chosen):,} deliverables"
    intro = chosen[0].title if single else "Only what you change is written. A single - clears a field of all of them."
    verb = "Save" if single else f"Save for {len(chosen):,} deliverables"
    values = _ask(parent, title, fields, verb, check, intro, before)
    if values is None:
        return None
    found = edit(values)
    return None if found == DeliverableEdit() else _with_intent(parent, chosen, found)


def work_edit(values: dict[str, str], before: dict[str, str | None], *, single: bool) -> DeliverableEdit:
    """What the texts ask for: only what differs from `before` (None = different among many). Raises InvalidInput."""
    changed: dict[str, object] = {}
    for name, text in values.items():
        old = before[name]
        if text == (old or ""):
            continue
        if not single and text == CLEAR:
            text = ""  # noqa: PLW2901 - a single - means that
        elif not single and not text:
            continue
        if name in DAYS:
            changed[name] = typed_day(text, name) or ""
        elif name == "status":
            changed[name] = DeliverableStatus(text)
        else:
            changed[name] = text
    return replace(DeliverableEdit(), **changed)  # type: ignore[arg-type]


def ask_definition(parent: QWidget, one: Deliverable, words: PlanWords, today: date) -> DeliverableEdit | None:
    """What a deliverable is: its names, gate, stage, what good evidence is; None if nothing is to be changed."""
    before = {
        "title": one.title,
        "field_name": one.field_name,
        "gate": one.gate,
        "offset": "" if one.offset is None else str(one.offset),
        "stage": one.stage,
        "description": one.description,
        "good_evidence": one.good_evidence,
    }
    fields = _definition_fields(before, words)
    if one.own:
        before["party_type"] = one.party_type
        fields = (*fields[:2], _party_field(one.party_type, words), *fields[2:])

    def edit(values: dict[str, str]) -> DeliverableEdit:
        return replace(DeliverableEdit(), **{name: text for name, text in values.items() if text != before[name]})  # type: ignore[arg-type]

    intro = "It was taken from a content pack; what you change here is yours." if not one.own else ""
    values = ask(
        parent,
        f"What {one.ref} is",
        fields,
        "Save",
        lambda values: entered.values_of(edit(values), today),
        intro,
    )
    if values is None:
        return None
    found = edit(dict(values))
    return None if found == DeliverableEdit() else found


def ask_new(parent: QWidget, words: PlanWords, today: date, gate: str = "") -> tuple[str, str, DeliverableEdit] | None:
    """Title, party type and what else is said of a deliverable of one's own."""
    blank = dict.fromkeys(("title", "field_name", "offset", "stage", "description", "good_evidence"), "")
    title, *rest = _definition_fields({**blank, "gate": gate}, words)
    fields = (
        title,
        _party_field("", words),
        *[one for one in rest if one.name not in ("field_name", "good_evidence")],
        Field("owner", "Owner", suggestions=words.people),
    )

    def edit(values: dict[str, str]) -> DeliverableEdit:
        kept = {name: text for name, text in values.items() if name not in ("title", "party_type")}
        return replace(DeliverableEdit(), **kept)  # type: ignore[arg-type]

    def check(values: dict[str, str]) -> None:
        if not values["title"]:
            raise InvalidInput("A deliverable needs a title.", field="title")
        entered.values_of(edit(values), today)

    values = ask(parent, "Add a deliverable of your own", fields, "Add the deliverable", check)
    if values is None:
        return None
    return values["title"], values["party_type"], edit(dict(values))


def ask_reliance(parent: QWidget, known: Reliance | None, today: date) -> RelianceDetails | None:
    """What is said of a reliance; None if the person gave up."""
    now = known.details if known else RelianceDetails("")
    statuses = tuple((one.value, one.value.capitalize()) for one in RelianceStatus)
    fields = (
        Field(
            "third_party",
            "Third party",
            now.third_party,
            hint="Whose testing is relied on, such as a software provider.",
        ),
        Field("product", "System and version", now.product),
        Field("scope", "What was tested", now.scope, long=True),
        Field("status", "Status", now.status.value, statuses),
        Field(
            "agreement",
            "Agreement",
            now.agreement,
            hint="Reference of the Placing Reliance Proposal Form or the letter.",
        ),
        Field("agreed_by", "Agreed by", now.agreed_by),
        Field("agreed_on", "Agreed on", _typed_text(now.agreed_on), hint=_DAY_HINT),
        Field("expires", "Good through", _typed_text(now.expires), hint=_DAY_HINT),
        Field("note", "Note", now.note),
    )

    def details(values: dict[str, str]) -> RelianceDetails:
        days = {name: typed_day(values[name], name) for name in ("agreed_on", "expires")}
        texts = {name: values[name] for name in ("third_party", "product", "scope", "agreement", "agreed_by", "note")}
        iso = {name: day.isoformat() if day else "" for name, day in days.items()}
        return RelianceDetails(**texts, **iso, status=RelianceStatus(values["status"]))

    values = ask(
        parent,
        f"Edit {known.ref}" if known else "Place reliance on a third party",
        fields,
        "Save" if known else "Add the reliance",
        lambda values: reliance.values_of(details(values), today),
    )
    return details(dict(values)) if values is not None else None


def _ask(  # noqa: PLR0917 - the same as the dialog, with the texts that differ
    parent: QWidget,
    title: str,
    fields: tuple[Field, ...],
    verb: str,
    check: object,
    intro: str,
    before: dict[str, str | None],
) -> dict[str, str] | None:
    dialog = FormDialog(parent, title, fields, verb, check, intro)  # type: ignore[arg-type]
    for name, widget in dialog.fields.items():
        if before.get(name) is None and isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.setPlaceholderText(DIFFERENT)
    try:
        return dialog.values() if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()


def _with_intent(parent: QWidget, chosen: Sequence[Deliverable], edit: DeliverableEdit) -> DeliverableEdit | None:
    """A baseline is kept unless the person says that it is to be replaced."""
    new = edit.baseline
    had = [one for one in chosen if one.baseline and new is not None and one.baseline != new]
    if not had:
        return edit
    what = f"{had[0].ref} has the baseline {day_words(had[0].baseline)}." if len(had) == 1 else (
        f"{len(had):,} of them have a baseline already."
    )  # fmt: skip
    verb = "Replace the baseline" if new else "Remove the baseline"
    sure = confirm(
        parent,
        f"{verb}?",
        f"{what} It says what was planned once, so that everybody can see how far the plan moved since. "
        "To plan another day, give it under “Planned for” instead.",
        verb,
        dangerous=True,
    )
    return replace(edit, rebaseline=True) if sure else None


def _definition_fields(before: dict[str, str], words: PlanWords) -> tuple[Field, ...]:
    gates = (("", "No gate"), *((one.id, one.name) for one in words.gates))
    stages = (("", "Every stage"), *((one.id, one.name) for one in words.stages))
    if before["stage"] and before["stage"] not in {one.id for one in words.stages}:
        stages = (*stages, (before["stage"], before["stage"]))
    return (
        Field("title", "Title", before["title"]),
        Field(
            "field_name", "Standard's name", before["field_name"], hint="As in ISO/IEC/IEEE 29119-3; printed beside."
        ),
        Field("gate", "Gate", before["gate"], gates),
        Field("offset", "Working days before it", before["offset"], hint="Empty: its day does not follow the gate."),
        Field("stage", "Stage", before["stage"], stages),
        Field("description", "Description", before["description"], long=True),
        Field("good_evidence", "Good evidence", before["good_evidence"], long=True),
    )


def _party_field(now: str, words: PlanWords) -> Field:
    known = (("", "All party types"), *((one.id, one.name) for one in words.parties))
    return Field("party_type", "Party type", now, known if now in dict(known) else (*known, (now, now)))


def _planned_hint(chosen: Sequence[Deliverable]) -> str:
    """Where the day comes from while none is given."""
    if len(chosen) > 1:
        return f"{_DAY_HINT}. Without it the day follows the gate."
    one = chosen[0]
    if one.hangs and one.planned:
        return f"{_DAY_HINT}. Empty: it follows {one.gate_name}, now {day_words(one.planned)}."
    if one.offset is not None:
        return f"{_DAY_HINT}. Empty: it follows {one.gate_name}."
    return _DAY_HINT


def _shared(texts: Sequence[str]) -> str | None:
    """What all of them have; None if they differ."""
    return texts[0] if len(set(texts)) == 1 else None


def _typed_text(iso: str) -> str:
    return typed(date.fromisoformat(iso)) if iso else ""
