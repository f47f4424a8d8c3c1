"""The fields of an activity in the forms, and what was typed into them as the service takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityType, Predecessor
from desktop.cutover.schedule import predecessors_text, read_predecessors
from desktop.errors import InvalidInput
from desktop.milestones.service import MilestoneDay
from ui.dialogs.cutover_done import typed, typed_moment
from ui.dialogs.cutover_plan import milestone_choices
from ui.dialogs.form import Field
from ui.dialogs.saving_form import KEEP, kept_or

MOMENT_HINT = "dd/mm/yyyy, or with a time: dd/mm/yyyy hh:mm (UK)."
OURS, OTHERS = "ours", "others"
_DONE_BY = ((OURS, "Us"), (OTHERS, "Others; we wait for it"))
_TYPES = tuple((one.value, one.title) for one in ActivityType)


@dataclass(frozen=True)
class ActivityWords:
    """What the forms offer: phases, responsible parties and people that are known, milestones, wordings."""

    phases: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    milestones: tuple[MilestoneDay, ...] = ()
    wordings: tuple[tuple[str, str], ...] = ()
    """Id and title of each wording of the declarations pack."""

    def wording_title(self, kept: str) -> str:
        """What a declaration that is needed is called: the title of the wording, else the words as they are."""
        return dict(self.wordings).get(kept, kept)

    def wording_id(self, typed: str) -> str:
        """What is kept of it: the id of the wording with this title, else the words."""
        found = (key for key, title in self.wordings if typed.casefold() in (key.casefold(), title.casefold()))
        return next(found, typed)


def many_fields(words: ActivityWords) -> tuple[Field, ...]:
    """The fields of the form for many activities: all of them empty."""
    keep = ("", KEEP)
    return (
        Field("phase", "Phase", suggestions=words.phases),
        Field("type", "Type", "", (keep, *_TYPES)),
        Field("responsible", "Responsible party", suggestions=words.responsible),
        Field("external", "Done by", "", (keep, *_DONE_BY)),
        Field("owner", "Owner", suggestions=words.people),
        Field("stand_in", "Stand-in", suggestions=words.people),
        Field("start_at", "Starts not before", hint=MOMENT_HINT),
        Field("due_at", "Due", hint=MOMENT_HINT),
        Field("duration", "Duration", hint="2 wd, 3 d, 4 h, 90 min"),
        Field("note", "Note"),
    )


NO_WORDS = ActivityWords()


def texts_of(now: ActivityDetails, words: ActivityWords = NO_WORDS) -> dict[str, str]:
    """An activity's fields as they are typed."""
    return {field.name: field.value for field in (*what_fields(now, words, new=True), *when_fields(now, words))}


def edit_of(values: Mapping[str, str], before: Mapping[str, str], words: ActivityWords = NO_WORDS) -> ActivityEdit:
    """What the texts of the form ask for: only what differs. Raises InvalidInput at its field."""
    changed = {name: text for name, text in values.items() if text != before.get(name)}
    return replace(ActivityEdit(), **_kept(changed, words))


def edit_of_many(values: Mapping[str, str]) -> ActivityEdit:
    """What the texts of the form for many ask for. Raises InvalidInput at its field."""
    given = {name: text for name, value in values.items() if (text := kept_or(value)) is not None}
    return replace(ActivityEdit(), **_kept(given))


def details_of(values: Mapping[str, str], words: ActivityWords = NO_WORDS) -> ActivityDetails:
    """An activity out of the form for a new one. Raises InvalidInput at its field."""
    kept = _kept(values, words)
    before = read_predecessors(str(kept.pop("predecessors", "")))
    details = ActivityDetails(values.get("key", ""), values["title"])
    kept.pop("title", None)
    kept.pop("key", None)
    return replace(details, **kept, predecessors=tuple(Predecessor(key, lag) for key, lag in before))


def _kept(texts: Mapping[str, str], words: ActivityWords = NO_WORDS) -> dict[str, Any]:
    """Texts of a form as the service takes them."""
    kept: dict[str, Any] = {}
    for name, text in texts.items():
        if name in ("start_at", "due_at"):
            moment = typed_moment(text, name)
            kept[name] = moment.text if moment else ""
        elif name == "milestone_days":
            kept[name] = _whole(text)
        elif name == "type":
            kept[name] = ActivityType(text)
        elif name == "external":
            kept[name] = text == OTHERS
        elif name == "declaration_needed":
            kept[name] = words.wording_id(text)
        else:
            kept[name] = text
    return kept


def _whole(text: str) -> int:
    try:
        return int(text.replace("−", "-")) if text else 0
    except ValueError:
        raise InvalidInput(
            f"“{text}” is not a number of working days, such as -5 or 2.", field="milestone_days"
        ) from None


def what_fields(now: ActivityDetails, words: ActivityWords, *, new: bool) -> tuple[Field, ...]:
    """What an activity is; its key too while it is new."""
    key = (Field("key", "Key", now.key, hint="Stays the same for ever. Empty: the next free one."),) if new else ()
    return (
        *key,
        Field("title", "Title", now.title),
        Field("description", "Description", now.description, long=True),
        Field("phase", "Phase", now.phase, suggestions=words.phases),
        Field("type", "Type", now.type.value, _TYPES),
        Field("responsible", "Responsible party", now.responsible, suggestions=words.responsible),
        Field("external", "Done by", OTHERS if now.external else OURS, _DONE_BY),
        Field("owner", "Owner", now.owner, suggestions=words.people),
        Field("stand_in", "Stand-in", now.stand_in, suggestions=words.people),
    )


def when_fields(now: ActivityDetails, words: ActivityWords) -> tuple[Field, ...]:
    """When it is, and what it needs to be done."""
    waits = predecessors_text([(one.key, one.lag) for one in now.predecessors])
    return (
        Field("predecessors", "Waits for", waits, hint="Keys with a lag if there is one: T-001, T-002 + 2 wd"),
        Field("start_at", "Starts not before", _typed(now.start_at, "start_at"), hint=MOMENT_HINT),
        Field("duration", "Duration", now.duration, hint="2 wd, 3 d, 4 h, 90 min. Empty: as its type has it."),
        Field("due_at", "Due", _typed(now.due_at, "due_at"), hint=f"{MOMENT_HINT} Or let it hang on a milestone:"),
        Field("milestone", "Due by milestone", now.milestone, milestone_choices(words.milestones, now.milestone)),
        Field(
            "milestone_days", "Working days after it", str(now.milestone_days) if now.milestone_days else "",
            hint="A negative number is before it.",
        ),
        Field("evidence_needed", "Evidence needed", now.evidence_needed),
        Field(
            "declaration_needed", "Declaration needed", words.wording_title(now.declaration_needed),
            suggestions=tuple(title for _key, title in words.wordings),
            hint="A wording of the declarations pack, or other words.",
        ),
        Field("note", "Note", now.note, long=True),
    )  # fmt: skip


def _typed(kept: str, field: str) -> str:
    return typed(typed_moment(kept, field)) if kept else ""


def cell_edit(column: str, text: str) -> ActivityEdit:
    """What typing into a cell of the table asks for. Raises InvalidInput for what cannot be read."""
    text = text.strip()
    if column == "type":
        known = {one.title.casefold(): one for one in ActivityType}
        if text.casefold() not in known:
            raise InvalidInput(f"An activity is one of {', '.join(one.title for one in ActivityType)}; not “{text}”.")
        return ActivityEdit(type=known[text.casefold()])
    return replace(ActivityEdit(), **_kept({column: text}))
