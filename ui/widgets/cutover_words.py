"""What the pane says of an activity: its moments, its people, its colour, how it ended, what is before and after it."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.cutover.model import Activity, ActivityState, ActivityType
from desktop.cutover.schedule import read_duration
from ui.widgets.cutover_facts import Facts
from ui.widgets.cutover_links import Line
from ui.widgets.cutover_look import RAG_WORDS, due_words, moment_words, window_words
from ui.widgets.pit_pane import facts


def when_facts(one: Activity, milestones: Mapping[str, str]) -> Facts:
    """Planned, due, forecast, baseline, actual; what says nothing is left out."""
    moved = one.forecast != one.planned and not one.state.finished
    return [
        ("Planned", window_words(one.planned, "No day yet")),
        ("Due", due_words(one, milestones)),
        ("Forecast", window_words(one.forecast) if moved else ""),
        ("Baseline", window_words(one.baseline)),
        ("Started", moment_words(one.started)),
        ("Finished", moment_words(one.finished)),
        ("Takes", duration_words(one.details.duration)),
        ("Critical path", "On it: it decides when the plan ends" if one.critical else ""),
    ]


def duration_words(kept: str) -> str:
    """A duration for people; '' when none was given."""
    return read_duration(kept).words if kept else ""


def who_facts(one: Activity) -> Facts:
    """Owner, stand-in, responsible party, and who said what."""
    details = one.details
    return [
        ("Owner", details.owner or "Nobody yet"),
        ("Stand-in", details.stand_in),
        ("Responsible", details.responsible),
        ("", "Others do it; we wait for it." if details.external else ""),
        ("Started by", one.started_by),
        ("Finished by", one.finished_by),
    ]


def rag_lines(one: Activity) -> list[str]:
    """Why it has its colour: as computed, or what somebody said over it."""
    if not one.rag_reason:
        return [one.rag_why] if one.rag_why else []
    by = f" by {one.rag_by}" if one.rag_by else ""
    return [
        f"Overridden{by}: {one.rag_reason}",
        f"Computed: {RAG_WORDS[one.rag_computed].lower()}. {one.rag_why}".strip(),
    ]


def outcome_facts(one: Activity) -> Facts:
    """Outcome, remark, why it was done all the same, why it is not needed."""
    return [
        ("Outcome", one.outcome.capitalize()),
        ("Remark", one.remark),
        ("Done all the same", one.despite if one.state is not ActivityState.STARTED else ""),
        ("Not needed", one.not_needed),
    ]


def blocked_heading(one: Activity) -> str:
    """What stands over the reasons why it cannot start: what has begun in spite of them says so."""
    return "Begun although" if one.state is ActivityState.STARTED else "Cannot start yet, because"


def begun_words(one: Activity) -> str:
    """With what reason it was begun in spite of what it waits for; '' for what is not in progress."""
    if one.state is not ActivityState.STARTED or not one.despite:
        return ""
    return f"Reason: {one.despite}" if one.waiting_for else f"It could not start then. Reason: {one.despite}"


def declaration_lines(one: Activity, declared: Mapping[str, int]) -> list[Line]:
    """The declarations made for it, each with its id where it is known; that there is none yet where one is needed."""
    lines: list[Line] = []
    for said in one.declarations:
        name, _, state = said.partition(" (")
        known = declared.get(name)
        lines.append((known, name, state.rstrip(")")) if known is not None else (None, "", said))
    return lines or (
        [(None, "", "None was prepared yet.")]
        if one.details.declaration_needed or one.details.type is ActivityType.DECLARATION
        else []
    )


Changed = Mapping[str, tuple[str, str]]
"""Fields in words to their texts before and after."""


def changed_words(one: Activity, fields: Changed | None = None) -> str:
    """What changed about it since somebody looked; `fields`: the texts, where they were kept."""
    if one.missing:
        return "The newest version of the plan does not have it any more. It stays here with what was done."
    newest = f" ({one.source})" if one.source else ""
    if one.done:
        said = f"Its text changed{newest} after it was done: is it still done?"
    else:
        said = f"Its text changed{newest} since it was last looked at."
    if not fields:
        return f"{said} The old words were not kept; the new ones stand below."
    return "\n".join(
        (said, *(f"{name}: was {_quoted(was)}, now {_quoted(now)}" for name, (was, now) in fields.items()))
    )


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "empty"


def about_lines(one: Activity) -> list[str]:
    """Description, note, and the columns of the document that no field of ours has."""
    note = f"Note: {one.details.note}" if one.details.note else ""
    return [text for text in (one.details.description, note) if text] + facts(list(one.extra.items()))


def source_words(one: Activity) -> str:
    """Where the activity is from."""
    return f"Taken from: {one.source}" if one.source else "Added here, out of no document."


def neighbours(one: Activity, plan: Mapping[int, Activity]) -> tuple[list[Line], list[Line]]:
    """What it waits for and what waits for it: id, key, and title with its state."""
    by_key = {other.details.key.casefold(): other for other in plan.values()}
    before: list[Line] = []
    for link in one.details.predecessors:
        other = by_key.get(link.key.casefold())
        lag = f", then {duration_words(link.lag)}" if link.lag else ""
        if other is not None:
            before.append((other.id, other.details.key, f"{other.details.title}: {other.state.value.lower()}{lag}"))
    key = one.details.key.casefold()
    after: list[Line] = [
        (other.id, other.details.key, f"{other.details.title}: {other.state.value.lower()}")
        for other in plan.values()
        if any(link.key.casefold() == key for link in other.details.predecessors)
    ]
    return before, after
