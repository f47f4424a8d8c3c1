"""Done, started, taken back, not needed, red or green: what is asked before an activity of a cutover plan is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.changes import Changes
from desktop.cutover.model import Activity, ActivityState, ActivityType, Rag
from desktop.cutover.service import CutoverService
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.uk_time import Moment, moment_at, read_moment
from ui.context import Context
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.widgets.cutover_look import RAG_WORDS, counted, listed, moment_words

WHEN_HINT = "dd/mm/yyyy hh:mm, UK time; the day alone will do."
OUTCOME_WORDS = {
    "pass": "Pass",
    "fail": "Fail",
    "not tested": "Not tested",
    "go": "Go",
    "no-go": "No-go",
}
WHY_LISTED = 4


def typed_moment(text: str, field: str) -> Moment | None:
    """A moment as it is typed; None when empty. Raises InvalidInput at `field`."""
    if not text.strip():
        return None
    moment = read_moment(text)
    if moment is None:
        raise InvalidInput(
            f"“{text.strip()}” is neither a day nor a day with a time, such as 06/02/2027 22:30.", field=field
        )
    return moment


def typed(moment: Moment | None) -> str:
    """A moment as it is typed: 06/02/2027, 06/02/2027 22:30."""
    if moment is None:
        return ""
    return f"{moment.day:%d/%m/%Y} {moment.clock}".rstrip()


def now_typed(now: datetime) -> str:
    """The present by the clocks of Great Britain, as it is typed."""
    return typed(moment_at(now))


def outcome_family(chosen: Sequence[Activity]) -> tuple[str, ...] | None:
    """The outcomes that are asked of these: none for tasks, None when some end in other words than others."""
    families = {one.details.type.outcomes for one in chosen}
    return families.pop() if len(families) == 1 else None


def not_ready(chosen: Sequence[Activity], *, to_start: bool = False) -> list[str]:
    """Why these are not ready to be done (or to start), each in a sentence, with its key where they are several.

    What is done together waits for nothing of it.
    """
    together = () if to_start else tuple(f"{one.details.key.casefold()} " for one in chosen)
    return [
        f"{one.details.key}: {why}" if len(chosen) > 1 else why
        for one in chosen
        for why in (one.waiting_for if to_start else (*one.waiting_for, *one.lacks))
        if not (together and why in one.waiting_for and why.casefold().startswith(together))
    ]


def needs_asking(chosen: Sequence[Activity]) -> bool:
    """Whether a tick of these needs more than one key."""
    return outcome_family(chosen) != () or bool(not_ready(chosen))


def ask_done(context: Context, parent: QWidget, chosen: Sequence[Activity], people: tuple[str, ...]) -> bool:
    """Ask when, by whom and what else is needed, and tick; whether it was done."""
    outcomes, why = outcome_family(chosen) or (), not_ready(chosen)
    fields = []
    if outcomes:
        choices = (("", "(choose)"), *((one, OUTCOME_WORDS[one]) for one in outcomes))
        fields += [
            Field("outcome", "Outcome", "", choices),
            Field("remark", "Remark", "", long=True, hint=f"Needed for {_bad_words(outcomes)}."),
        ]
    if why:
        fields.append(
            Field("despite", "Why all the same", "", long=True, hint="It stands in the record beside the tick.")
        )
    fields += _when_and_who(context, people, "Done at", "Done by")
    cutover = context.workspace.cutover

    def work_of(values: dict[str, str]) -> Work:
        outcome, remark, despite = values.get("outcome", ""), values.get("remark", ""), values.get("despite", "")
        if outcomes and not outcome:
            raise InvalidInput("Say the outcome.", field="outcome")
        at = typed_moment(values["at"], "at")
        ids = [one.id for one in chosen]

        def work(_job: Job) -> Changes:
            return cutover.tick(ids, at=at, by=values["by"], outcome=outcome, remark=remark, despite=despite)

        return work

    title = _about(chosen, "Outcome of" if outcomes else "Done:")
    verb = (
        "Save the outcome"
        if outcomes
        else "Mark as done"
        if len(chosen) == 1
        else f"Mark {counted(len(chosen))} as done"
    )
    return ask_and_save(
        context, parent, title, tuple(fields), verb, work_of, _intro(chosen, why, "Not ready to be called done")
    )


def ask_start(context: Context, parent: QWidget, chosen: Sequence[Activity], people: tuple[str, ...]) -> bool:
    """Ask when and by whom these were begun, and why before they may be."""
    why = not_ready(chosen, to_start=True)
    fields = _when_and_who(context, people, "Started at", "Started by")
    if why:
        fields.insert(0, Field("despite", "Why all the same", "", long=True, hint="It stands in the record."))
    cutover = context.workspace.cutover

    def work_of(values: dict[str, str]) -> Work:
        at, despite = typed_moment(values["at"], "at"), values.get("despite", "")
        ids = [one.id for one in chosen]

        def work(_job: Job) -> Changes:
            return cutover.start(ids, at=at, by=values["by"], despite=despite)

        return work

    verb = "Start" if len(chosen) == 1 else f"Start {counted(len(chosen))}"
    return ask_and_save(
        context, parent, _about(chosen, "Start"), tuple(fields), verb, work_of, _intro(chosen, why, "Cannot start yet")
    )


def ask_back(context: Context, parent: QWidget, chosen: Sequence[Activity]) -> bool:
    """Take ticks and starts back, with a reason if the person gives one."""
    cutover = context.workspace.cutover
    one = chosen[0]
    said = _intro(chosen)
    if len(chosen) == 1:
        said += "\n" + (
            f"Done {moment_words(one.finished)} by {one.finished_by}." if one.finished
            else f"Started {moment_words(one.started)} by {one.started_by}."
        )  # fmt: skip
    fields = (Field("reason", "Reason", hint="May be empty. The audit log keeps what is taken back."),)

    def work_of(values: dict[str, str]) -> Work:
        ids = [activity.id for activity in chosen]
        return lambda _job: cutover.untick(ids, values["reason"])

    verb = "Take it back" if len(chosen) == 1 else f"Take back {counted(len(chosen))}"
    return ask_and_save(context, parent, _about(chosen, "Take back"), fields, verb, work_of, said)


def ask_not_needed(context: Context, parent: QWidget, chosen: Sequence[Activity]) -> bool:
    """Why these are not to be done."""
    cutover: CutoverService = context.workspace.cutover
    known = {one.not_needed for one in chosen}
    fields = (Field("reason", "Reason", known.pop() if len(known) == 1 else "", long=True),)

    def work_of(values: dict[str, str]) -> Work:
        if not values["reason"]:
            raise InvalidInput("Say why it is not needed.", field="reason")
        ids = [one.id for one in chosen]
        return lambda _job: cutover.not_needed(ids, values["reason"])

    verb = "Mark as not needed" if len(chosen) == 1 else f"Mark {counted(len(chosen))} as not needed"
    intro = f"{_intro(chosen)}\nIt takes no time in the plan any more, and nothing waits for it."
    return ask_and_save(context, parent, _about(chosen, "Not needed:"), fields, verb, work_of, intro)


def ask_rag(context: Context, parent: QWidget, chosen: Sequence[Activity]) -> bool:
    """Red, amber or green said over what is computed, with the reason."""
    cutover: CutoverService = context.workspace.cutover
    one = chosen[0]
    single = len(chosen) == 1
    computed = f"As computed ({RAG_WORDS[one.rag_computed].lower()})" if single else "As computed"
    choices = ((" ", computed), *((rag.value, RAG_WORDS[rag]) for rag in (Rag.RED, Rag.AMBER, Rag.GREEN)))
    now = one.rag.value if single and one.rag_reason else " "
    fields = (
        Field("rag", "Say", now, choices),
        Field(
            "reason", "Reason", one.rag_reason if single else "", long=True, hint="Needed, except for “As computed”."
        ),
    )

    def work_of(values: dict[str, str]) -> Work:
        rag = Rag(values["rag"].strip())
        if rag is not Rag.NONE and not values["reason"]:
            raise InvalidInput("Say why it is red, amber or green otherwise than computed.", field="reason")
        ids, reason = [activity.id for activity in chosen], values["reason"] if rag is not Rag.NONE else ""
        return lambda _job: cutover.say_rag(ids, rag, reason)

    intro = _intro(chosen)
    if single:
        intro += f"\nComputed: {RAG_WORDS[one.rag_computed].lower()}. {one.rag_why}"
    return ask_and_save(context, parent, _about(chosen, "Override RAG of"), fields, "Save", work_of, intro)


def open_ones(chosen: Sequence[Activity]) -> list[Activity]:
    """Those that can be ticked: neither done nor marked as not needed."""
    return [one for one in chosen if not one.state.finished]


def startable(chosen: Sequence[Activity]) -> list[Activity]:
    """Those that can be begun: not begun, not finished, and no milestone or decision, which take no time."""
    return [
        one
        for one in chosen
        if one.state in (ActivityState.WAITING, ActivityState.READY) and one.details.type is not ActivityType.MILESTONE
    ]


def _when_and_who(context: Context, people: tuple[str, ...], when: str, who: str) -> list[Field]:
    now = now_typed(context.clock())
    return [
        Field("at", when, now, hint=WHEN_HINT),
        Field("by", who, context.actor, suggestions=people),
    ]


def _about(chosen: Sequence[Activity], words: str) -> str:
    """The heading of a form: short, for titles are as long as people write them."""
    return f"{words} {chosen[0].details.key if len(chosen) == 1 else counted(len(chosen))}"


def _intro(chosen: Sequence[Activity], why: Sequence[str] = (), words: str = "") -> str:
    """What it is about, and why it is not ready."""
    about = chosen[0].details.title if len(chosen) == 1 else listed(chosen)
    if not why:
        return about
    more = [f"and {len(why) - WHY_LISTED:,} more"] if len(why) > WHY_LISTED else []
    return "\n".join([about, "", f"{words}:", *why[:WHY_LISTED], *more])


def _bad_words(outcomes: Sequence[str]) -> str:
    bad = [OUTCOME_WORDS[one].lower() for one in outcomes if one not in ("pass", "go")]
    return " and ".join(bad)
