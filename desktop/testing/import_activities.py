"""What a file of activities would do to a cutover plan; the plan itself knows what each field means (desktop/cutover).

Decided here, and said in the notes or at the row:

- A known activity is known by its id, without regard to case. One that a newer version lacks is kept and marked.
- A row that waits for an id which is neither in the file nor in the plan is refused, and so is what waits for it;
  or it is taken without that link, where the person says so.
- Activities that would wait for one another are named, and nothing can be taken.
- Words under Milestone that name none are kept beside the activity, unless days are counted from it: then the row is
  refused.
- A type that is not known is a task. Yes for evidence or a declaration says that some is needed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.cutover.links import ring_words
from desktop.cutover.model import ActivityType
from desktop.cutover.schedule import Cycle, order, predecessors_text, read_duration, read_predecessors
from desktop.cutover.service import CutoverService
from desktop.errors import InvalidInput
from desktop.portfolio.mapping import fold
from desktop.records.activity_fields import IN_EXTRA, YES_NO
from desktop.records.cells import BadCell, keys_in, shown
from desktop.records.fields import by_name
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.rows import Record
from desktop.testing.activity_rows import UNIT_WORDS, is_bare
from desktop.testing.changed_here import ChangedHere, changed_here
from desktop.testing.import_plan import (
    UNTITLED,
    Applied,
    Context,
    Known,
    Plan,
    Wanted,
    absence_notes,
    change_of,
    compared,
    counted,
    listed,
    missing_change,
    missing_from,
    source_text,
)
from desktop.testing.own_activities import labels_of, with_what_is_beside
from local_db import cutover as kept_plans
from local_db.edit import Edit
from local_db.references import next_references

KIND = RecordKind.ACTIVITIES
ASKING = ("title", "description", "type", "responsible", "evidence_needed", "declaration_needed")
"""What an activity asks: when it changes, done asks to be confirmed."""
_SAYS = {"evidence_needed": "Evidence", "declaration_needed": "Declaration"}
"""What Yes stands for in these fields."""


_BESIDE = "Milestone"
"""Under this a milestone is kept beside an activity that has a due moment."""


@dataclass
class _Rows:
    """The rows as they are judged one by one: those that can be taken, and why others cannot."""

    good: dict[str, Record]
    """By the id as it is known here, or will be."""
    refused: dict[str, RecordChange]
    types: Counter[str]
    """Words for a type that nobody knows."""
    links: dict[str, tuple[tuple[str, str], ...]]
    """Id to the ids that it waits for, with the lag, as the file says."""
    same: tuple[str, ...] = ()
    """Ids of rows that change nothing."""
    unlinked: dict[str, str] = field(default_factory=dict)
    """Ids of rows that are taken without a link, to what is said of it."""
    beside: int = 0
    """Rows with a due moment and a milestone."""
    milestones: Counter[str] = field(default_factory=Counter)
    """Words for a milestone that is none here."""


def plan_activities(
    context: Context, records: Sequence[Record], cutover: CutoverService, actor: str, at: str, *, numbered: bool
) -> Plan:
    """Compare with the activities of the plan.

    `numbered`: the ids were made from the order of the rows. `actor`, `at`: who makes a new plan, and when.

    Raises InvalidInput naming a cycle (field predecessors), durations without a unit (duration_unit), rows without ids
    that are not the plan's (key), or no plan (plan); NotFound.
    """
    plan_id = context.options.plan
    known = {} if plan_id is None else _known(context, cutover, plan_id)
    if numbered:
        _must_be_the_same(records, known)
    if context.ours:
        records = with_what_is_beside(records, labels_of(one.extra for one in known.values()))
    _must_have_units(records, context.options.duration_unit)
    rows = _judged(records, known, context.options.duration_unit, cutover)
    _refuse_untitled(rows, known)
    _refuse_unknown(rows, known, context)
    here = changed_here(context, KIND, rows.good, known)
    for key, one in here.items():
        rows.good[key] = one.record
        if "predecessors" in one.names:
            rows.links.pop(key, None)
    wanted, same, untitled = compared(
        KIND,
        rows.good.values(),
        known,
        title_of=lambda record, before: record.values.get("title") or (before.title if before else ""),
        ours=context.ours,
    )
    rows.same = tuple(one.key for one in same if not (context.ours and one.missing))
    _must_be_in_order(rows, known)
    named = {*rows.good, *rows.refused, *(_here(key, known) for key in context.refused)}
    gone = missing_from(context, KIND, known.values(), named) if wanted or same else []
    source = source_text(context.options)
    resourced = [one for one in same if source and one.source != source and not context.ours]
    plan = Plan(
        changes=[
            *(_with_notes(change_of(one), rows, here) for one in wanted),
            *(_with_notes(_stays_as_it_is(one, rows.good), rows, here) for one in same if one.key in here),
            *rows.refused.values(), *untitled,
            *(missing_change(one) for one in gone),
        ],
        unchanged=len(same),
        work=bool(wanted or gone or resourced),
        apply=lambda edit, import_id: _apply(edit, context, cutover, (actor, at), rows, wanted, gone),
        plan_id=plan_id,
    )  # fmt: skip
    plan.notes += _notes(rows, wanted, resourced, source, numbered=numbered)
    if here and not context.options.over_changes_here:
        were = counted(len(here), "activity was", "activities were")
        plan.notes.append(f"{were} changed here since, where the file says the same as before: what is here is kept.")
    plan.notes += absence_notes(context, known.values(), named, "activity", "activities")
    return plan


def _stays_as_it_is(known: Known, records: Mapping[str, Record]) -> RecordChange:
    return RecordChange(known.key, known.title, ChangeKind.UNCHANGED, records[known.key].row)


def _with_notes(change: RecordChange, rows: _Rows, here: Mapping[str, ChangedHere]) -> RecordChange:
    """The change with what is to be known of it."""
    changed = here.get(change.key)
    told = [rows.unlinked.get(change.key, ""), changed.note if changed else ""]
    note = " ".join(one for one in told if one)
    return replace(change, note=note, here=changed.fields if changed else ())


def _known(context: Context, cutover: CutoverService, plan_id: int) -> dict[str, Known]:
    beside = {row.id: row for row in kept_plans.activities(context.connection, plan_id)}
    known = {}
    for key, (row_id, texts) in cutover.texts(context.connection, plan_id).items():
        row = beside[row_id]
        extra: dict[str, str] = json.loads(row.extra)
        values = {name: text for name, text in texts.items() if name != "key"}
        for name in IN_EXTRA:
            values[name] = extra.pop(by_name(KIND)[name].title, "")
        known[key] = Known(row_id, key, values["title"], values, extra, bool(row.missing), row.source)
    return known


def _here(key: str, known: Mapping[str, Known]) -> str:
    """The id as the plan has it, where it differs in its case only."""
    if key in known:
        return key
    return next((one for one in known if one.casefold() == key.casefold()), key)


def _must_be_the_same(records: Sequence[Record], known: Mapping[str, Known]) -> None:
    """Rows without ids may go into a plan that has activities only when each is what stands in its place."""
    other = [
        one for one in records if one.key in known and fold(one.values.get("title", "")) != fold(known[one.key].title)
    ]
    if not other:
        return
    one = other[0]
    raise InvalidInput(
        f"The file has no ids, and this plan has activities: row {one.row:,}, “{shown(one.values.get('title', ''))}”, "
        f"would become {one.key}, which is “{shown(known[one.key].title)}”.",
        field="key",
        safe="Nothing was imported.",
        todo="Map the column with the ids, take the file into a new plan, or export this plan and change that file.",
    )


def _must_have_units(records: Sequence[Record], unit: str) -> None:
    bare = [one for one in records if is_bare(one.values.get("duration", ""))]
    if unit or not bare:
        return
    first = bare[0]
    rows = "1 row gives its duration as a number" if len(bare) == 1 else f"{len(bare):,} rows give durations as numbers"
    raise InvalidInput(
        f"{rows} alone, such as {first.values['duration']} in row {first.row:,}, and nothing says what they count.",
        field="duration_unit",
        safe="Nothing was imported.",
        todo=f"Say what a number alone counts: {', '.join(UNIT_WORDS.values())}.",
    )


def _judged(records: Sequence[Record], known: Mapping[str, Known], unit: str, cutover: CutoverService) -> _Rows:
    rows = _Rows({}, {}, Counter(), {})
    folded = {key.casefold(): key for key in known}
    for record in records:
        key = folded.setdefault(record.key.casefold(), record.key)
        title = record.values.get("title", "")
        if key in rows.good or key in rows.refused:
            reason = f"{key} stands in another row in other letters (upper and lower case), so that it is not sure."
            rows.refused[record.key + "\0"] = RecordChange(
                record.key, title, ChangeKind.REFUSED, record.row, reason=reason
            )
            continue
        try:
            given, extra = _read(record, unit, rows, cutover)
            links = tuple(read_predecessors(given["predecessors"])) if "predecessors" in given else None
            cutover.checked({"key": key})
            values = {
                **cutover.checked(given),
                **{name: text for name, text in record.values.items() if name in IN_EXTRA},
            }
        except InvalidInput as error:
            reason = f"{error.what} {error.todo}".strip()
            rows.refused[key] = RecordChange(record.key, title, ChangeKind.REFUSED, record.row, reason=reason)
            continue
        if links is not None:
            rows.links[key] = links
        if key in known:
            values = _with_due(values, known[key].values)
        rows.good[key] = replace(record, key=key, values=values, extra=extra)
    return rows


def _with_due(values: dict[str, str], kept: Mapping[str, str]) -> dict[str, str]:
    """A moment that a file gives takes the place of a milestone that was kept, and a milestone that of a moment."""
    if values.get("due_at") and kept.get("milestone"):
        return {"milestone": "", "milestone_days": "", **values}
    if values.get("milestone") and kept.get("due_at"):
        return {"due_at": "", **values}
    return values


def _read(record: Record, unit: str, rows: _Rows, cutover: CutoverService) -> tuple[dict[str, str], Mapping[str, str]]:
    """The fields of a row in the plan's words, and what is kept beside it. Raises InvalidInput."""
    given = {name: text for name, text in record.values.items() if name != "key" and name not in IN_EXTRA}
    if given.get("type") and given["type"] not in list(ActivityType):
        rows.types[shown(given["type"])] += 1
        given["type"] = ActivityType.TASK.value
    if given.get("milestone") and fold(given["milestone"]) in YES_NO:
        one = YES_NO[fold(given.pop("milestone"))] == "Yes"
        if one and given.get("type", "task") == "task":
            given["type"] = ActivityType.MILESTONE.value
    for name, word in _SAYS.items():
        if given.get(name) and fold(given[name]) in YES_NO:
            given[name] = word if YES_NO[fold(given[name])] == "Yes" else ""
    if given.get("predecessors"):
        # As ids are read: dashes and blanks of another kind, which spreadsheets put in, name the same activity.
        try:
            given["predecessors"] = "\n".join(keys_in([given["predecessors"]]))
        except BadCell as bad:
            raise InvalidInput(f"{bad}.", field="predecessors") from None
    if given.get("duration"):
        given["duration"] = read_duration(given["duration"], bare=unit).text
    extra = dict(record.extra)
    if given.get("due_at") and given.get("milestone"):
        # Many plans name the milestone that an activity belongs to beside its day: the day counts.
        rows.beside += 1
        extra[_BESIDE] = " ".join((given.pop("milestone"), given.pop("milestone_days", ""))).strip()
    elif given.get("milestone") and not given.get("milestone_days", "").strip("0 +-") and not _is_one(given, cutover):
        rows.milestones[shown(given["milestone"])] += 1
        extra[_BESIDE] = given.pop("milestone")
    return given, extra


def _is_one(given: Mapping[str, str], cutover: CutoverService) -> bool:
    """Whether what stands under Milestone names one."""
    try:
        cutover.checked({"milestone": given["milestone"]})
    except InvalidInput:
        return False
    return True


def _refuse_untitled(rows: _Rows, known: Mapping[str, Known]) -> None:
    """Refuse new rows without a title before it is asked what waits for them."""
    for key in [key for key, one in rows.good.items() if key not in known and not one.values.get("title")]:
        row = rows.good.pop(key).row
        rows.refused[key] = RecordChange(key, "", ChangeKind.REFUSED, row, reason=UNTITLED)


def _refuse_unknown(rows: _Rows, known: Mapping[str, Known], context: Context) -> None:
    """Put ids that are waited for as they are known; refuse what waits for one that is not there, or will not be."""
    folded = {key.casefold(): key for key in (*known, *rows.good)}
    unread = {key.casefold(): row for key, row in context.refused_rows.items() if key}
    while True:
        found: dict[str, tuple[list[str], str, bool]] = {}
        refused = {**unread, **{key.casefold(): one.row for key, one in rows.refused.items()}}
        for key, links in rows.links.items():
            if key not in rows.good:
                continue
            lost = [
                one
                for one, _ in links
                if (there := folded.get(one.casefold())) is None or not _stays(there, rows, known)
            ]
            if lost:
                other = [one for one in lost if one.casefold() not in refused]
                found[key] = (lost, _why_lost(other, lost, refused), not other)
        if not found:
            break
        for key, (lost, why, behind) in found.items():
            if context.options.without_lost_links:
                rows.links[key] = tuple(link for link in rows.links[key] if link[0] not in lost)
                rows.unlinked[key] = f"Taken without waiting for {why}."
                continue
            record = rows.good.pop(key)
            title = record.values.get("title", "")
            rows.refused[key] = RecordChange(
                key, title, ChangeKind.REFUSED, record.row, reason=f"It waits for {why}.", waits=behind
            )
    for key, links in rows.links.items():
        if key in rows.good:
            record = rows.good[key]
            waits = tuple((folded[one.casefold()], lag) for one, lag in links)
            kept = known[key].values.get("predecessors", "") if key in known else ""
            # The order in which they are named says nothing.
            same = kept and set(read_predecessors(kept)) == set(waits)
            text = kept if same else predecessors_text(waits)
            rows.good[key] = replace(record, values={**record.values, "predecessors": text})
            rows.links[key] = waits


def _why_lost(other: Sequence[str], lost: Sequence[str], refused: Mapping[str, int | None]) -> str:
    """The ids that nothing can wait for, and why: `other` of them are nowhere, else all are in refused rows."""
    if other:
        return f"{listed(other)}, which {'is' if len(other) == 1 else 'are'} neither in the file nor in the plan"
    places = [refused[one.casefold()] for one in lost]
    if len(lost) == 1:
        return f"{lost[0]}, which cannot be taken" + ("" if places[0] is None else f" (row {places[0]:,})")
    each = [one if row is None else f"{one} (row {row:,})" for one, row in zip(lost, places, strict=True)]
    return f"{listed(each)}, which cannot be taken"


def _stays(key: str, rows: _Rows, known: Mapping[str, Known]) -> bool:
    return key in rows.good or key in known


def _must_be_in_order(rows: _Rows, known: Mapping[str, Known]) -> None:
    """Raise InvalidInput naming activities that would wait for one another."""
    keys = list(dict.fromkeys((*known, *rows.good)))
    places = {key: place for place, key in enumerate(keys)}
    waits: dict[int, list[int]] = {}
    for key, place in places.items():
        if key in rows.good and key in rows.links:
            names = [one for one, _ in rows.links[key]]
        else:
            text = known[key].values.get("predecessors", "") if key in known else ""
            names = [one for one, _ in read_predecessors(text)] if text else []
        waits[place] = [places[_here(one, known)] if one not in places else places[one] for one in names]
    try:
        order(waits)
    except Cycle as cycle:
        ring = [_named(keys[place], rows, known) for place in cycle.ids]
        raise InvalidInput(
            f"{ring_words(ring, 'would wait')}.",
            field="predecessors",
            safe="Nothing was imported.",
            todo="Take one of them out of the predecessors of the next in the file, and import it again.",
        ) from None


def _named(key: str, rows: _Rows, known: Mapping[str, Known]) -> str:
    title = rows.good[key].values.get("title", "") if key in rows.good else ""
    return f"{key} {shown(title or (known[key].title if key in known else ''))}".strip()


def _notes(
    rows: _Rows, wanted: Sequence[Wanted], resourced: Sequence[Known], source: str, *, numbered: bool
) -> list[str]:
    notes = []
    if numbered:
        notes.append("The file has no ids: its rows became T-001, T-002 ... in their order.")
    if rows.types:
        total = sum(rows.types.values())
        words = listed([f"“{one}”" for one in rows.types])
        notes.append(f"{counted(total, 'row')} of a type that is not known ({words}): taken as a task.")
    if rows.milestones:
        words = listed([f"“{one}”" for one in rows.milestones])
        notes.append(
            f"{counted(sum(rows.milestones.values()), 'row')} with words for a milestone that is none here ({words}): "
            "the words are kept beside, and nothing hangs on them. Add it under Milestones first if something shall."
        )
    if rows.beside:
        notes.append(
            f"{counted(rows.beside, 'row')} with a due moment and a milestone: the moment counts, and the milestone is "
            "kept beside."
        )
    if rows.unlinked:
        what = counted(len(rows.unlinked), "row is taken", "rows are taken")
        notes.append(f"{what} without a link to what cannot be taken; each says which.")
    if resourced:
        what = counted(len(resourced), "unchanged activity", "unchanged activities")
        notes.append(f"{what} will be said to stand in {source}.")
    asked = sum(1 for one in wanted if one.known is not None and _asks_otherwise(one))
    if asked:
        notes.append(
            f"{counted(asked, 'activity', 'activities')} {'asks' if asked == 1 else 'ask'} something else than before "
            "and will be marked so; what is done stays done and asks to be confirmed."
        )
    return notes


def _asks_otherwise(one: Wanted) -> bool:
    assert one.known is not None
    return any(one.known.values.get(name, "") != one.values.get(name, "") for name in ASKING)


def _apply(  # noqa: PLR0917 - everything that was planned
    edit: Edit,
    context: Context,
    cutover: CutoverService,
    made: tuple[str, str],
    rows: _Rows,
    wanted: Sequence[Wanted],
    gone: Sequence[Known],
) -> Applied:
    plan_id = context.options.plan
    if plan_id is None:
        actor, at = made
        (ref,) = next_references(edit.connection, "CUT")
        row = {"ref": ref, "title": context.options.new_plan, "created_at": at, "created_by": actor}
        plan_id = edit.insert("cutover_plan", row)
    changed = {one.record.key: one for one in wanted}
    taken = {**changed, **dict.fromkeys(rows.same)}
    given: dict[str, Mapping[str, str]] = {}
    extra: dict[str, Mapping[str, str]] = {}
    # Every row in the order of the file: the plan takes that order when the file has all of it.
    for key, record in rows.good.items():
        if key not in taken:
            continue
        one = changed.get(key)
        said = {} if one is None else record.values
        given[key] = {name: text for name, text in said.items() if name != "key" and name not in IN_EXTRA}
        if one is not None:
            beside = {by_name(KIND)[name].title: one.values[name] for name in IN_EXTRA if one.values.get(name)}
            extra[key] = {**one.extra, **beside}
    still = [one.known.id for one in wanted if one.stays_missing and one.known is not None]
    source = "" if context.ours else source_text(context.options)
    ids = cutover.upsert_in(edit, plan_id, given, extra, [*(one.id for one in gone), *still], source)
    applied = Applied([(KIND, ids[one.record.key], change_of(one)) for one in wanted], plan_id=plan_id)
    applied.records += [(KIND, one.id, missing_change(one)) for one in gone]
    return applied
