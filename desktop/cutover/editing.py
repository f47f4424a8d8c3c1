"""Adding, changing, ordering and removing activities."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from desktop.changes import Changes, Subject
from desktop.cutover import entered
from desktop.cutover.context import NOTHING, Desk, changes, named
from desktop.cutover.links import Net
from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityType
from desktop.cutover.schedule import predecessors_text
from desktop.errors import InvalidInput
from desktop.evidence.model import TargetKind
from local_db import cutover as rows
from local_db.connection import Connection
from local_db.cutover import ActivityRow
from local_db.edit import Edit
from local_db.evidence import links_to

FIRST_KEY = "T-001"
_NUMBERED = re.compile(r"(.*?)(\d+)")


class Editing:
    """Writes what a plan says of its activities."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def add(self, plan_id: int, details: ActivityDetails) -> tuple[int, Changes]:
        """See CutoverService."""
        given = {name: _text(value) for name, value in asdict(details).items() if name != "predecessors"}
        given["predecessors"] = predecessors_text([(one.key, one.lag) for one in details.predecessors])
        with self._desk.store.reading() as connection:
            self._desk.open_plan(connection, plan_id)
            here = rows.activities(connection, plan_id)
        given["key"] = given["key"].strip() or next_key(row.key for row in here)
        values = entered.checked(given, self._desk.milestone_ids())
        refuse_taken(values["key"], here)
        title = f"Add activity {values['key']}"
        with self._desk.edit("add", title) as edit:
            place = max((row.position for row in here), default=0) + 1
            [activity_id] = insert(edit, plan_id, [{**entered.columns(values), "position": place}])
            net = Net.read(edit.connection, plan_id)
            net.say(activity_id, entered.predecessors(values["predecessors"]))
            net.refuse_cycle()
            net.write(edit)
        return activity_id, changes(title, 1)

    def edit(self, activity_ids: Sequence[int], change: ActivityEdit) -> Changes:
        """See CutoverService."""
        given = entered.given_by(change)
        if not given or not activity_ids:
            return Changes()
        values = entered.checked(given, self._desk.milestone_ids())
        columns = entered.columns(values)
        with self._desk.store.reading() as connection:
            found = self._desk.chosen(connection, activity_ids)
            waits = _wait_otherwise(connection, found, values.get("predecessors"))
        chosen = [row for of_plan in found.values() for row in of_plan]
        if not waits and all(getattr(row, name) == value for row in chosen for name, value in columns.items()):
            return Changes()
        title = f"Change {', '.join(entered.field_words(name) for name in values)} of {named(chosen)}"
        with self._desk.edit("edit", title) as edit:
            write(edit, {row.id: (row, columns) for row in chosen}, looked=True)
            if "predecessors" in values:
                for plan_id, of_plan in found.items():
                    net = Net.read(edit.connection, plan_id)
                    for row in of_plan:
                        net.say(row.id, entered.predecessors(values["predecessors"]))
                    net.refuse_cycle()
                    net.write(edit)
        return changes(title, len(chosen))

    def remove(self, activity_ids: Sequence[int]) -> Changes:
        """See CutoverService."""
        if not activity_ids:
            return Changes()
        with self._desk.store.reading() as connection:
            found = self._desk.chosen(connection, activity_ids)
            declared = {one.activity_id: one for plan_id in found for one in rows.declared(connection, plan_id)}
        chosen = [row for of_plan in found.values() for row in of_plan]
        for row in chosen:
            if row.id in declared:
                raise InvalidInput(
                    f"{declared[row.id].ref} was made for {row.key} {row.title}.",
                    safe=NOTHING,
                    todo="Say that the activity is not needed instead, or remove the draft of the declaration first.",
                )
        title = f"Remove {named(chosen)}"
        with self._desk.edit("remove", title) as edit:
            for plan_id, of_plan in found.items():
                net = Net.read(edit.connection, plan_id)
                net.without(row.id for row in of_plan)
                net.write(edit)
            forget(edit, [row.id for row in chosen])
        return changes(title, len(chosen), Subject.EVIDENCE)

    def move(self, activity_ids: Sequence[int], before: int | None) -> Changes:
        """See CutoverService."""
        if not activity_ids:
            return Changes()
        with self._desk.store.reading() as connection:
            found = self._desk.chosen(connection, activity_ids)
            if len(found) > 1:
                raise InvalidInput("Choose activities of one plan.", safe=NOTHING)
            [(plan_id, chosen)] = found.items()
            here = rows.activities(connection, plan_id)
        moving = {row.id for row in chosen}
        rest = [row for row in here if row.id not in moving]
        # Put before one that moves along, they stand before the first one behind it that stays.
        behind = [row.id for row in here]
        if before is None:
            place = len(rest)
        elif before in behind:
            staying = next((one for one in behind[behind.index(before) :] if one not in moving), None)
            place = next((at for at, row in enumerate(rest) if row.id == staying), len(rest))
        else:
            raise InvalidInput("Choose a place in the same plan.", safe=NOTHING)
        title = f"Move {named(chosen)} in the list"
        with self._desk.edit("move", title) as edit:
            reorder(edit, [*rest[:place], *chosen, *rest[place:]])
        return changes(title, len(chosen))


def _wait_otherwise(connection: Connection, found: Mapping[int, Sequence[ActivityRow]], said: str | None) -> bool:
    """Whether any of these waits for something else than what is said; None: nothing is said of it."""
    if said is None:
        return False
    wanted = {(key.casefold(), lag) for key, lag in entered.predecessors(said)}
    for plan_id, chosen in found.items():
        keys = {row.id: row.key.casefold() for row in rows.activities(connection, plan_id)}
        links = rows.links(connection, plan_id)
        for row in chosen:
            if {(keys[one.predecessor_id], one.lag) for one in links if one.activity_id == row.id} != wanted:
                return True
    return False


def insert(edit: Edit, plan_id: int, new: Sequence[Mapping[str, object]]) -> range:
    """Add activities; what is not said takes its default. Links are written by themselves. Gives their ids."""
    names = [name for name in rows.ACTIVITY_COLUMNS if name != "plan_id"]
    lines = []
    for values in new:
        whole = {**DEFAULTS, **values}
        # Of the whole activity: what a file did not say has its default, and is no change when the file comes again.
        whole["text_hash"] = whole["looked_hash"] = entered.text_hash(whole)
        lines.append((plan_id, *(whole[name] for name in names)))
    return edit.insert_many("cutover_activity", ["plan_id", *names], lines)


def write(edit: Edit, given: Mapping[int, tuple[ActivityRow, Mapping[str, object]]], *, looked: bool) -> None:
    """Give activities these columns; `looked`: whoever did it has seen the new text, so nothing is flagged.

    An outcome that the new type does not know goes.
    """
    groups: dict[tuple[str, ...], dict[int, tuple[object, ...]]] = {}
    for activity_id, (row, columns) in given.items():
        values = dict(columns)
        asked = entered.text_hash({**vars(row), **values})
        if asked != row.text_hash:
            values["text_hash"] = asked
            # What was flagged before stays flagged, whatever else is changed by hand.
            if looked and row.text_hash == row.looked_hash:
                values["looked_hash"] = asked
        if "type" in values and row.outcome and row.outcome not in ActivityType(str(values["type"])).outcomes:
            values.update(outcome="", remark="")
        if values:
            groups.setdefault(tuple(values), {})[activity_id] = tuple(values.values())
    for names, of_group in groups.items():
        edit.update_many("cutover_activity", names, of_group)


def forget(edit: Edit, activity_ids: Sequence[int]) -> None:
    """Remove activities, whose links went already, with their links to evidence; the evidence stays."""
    edit.delete("evidence_link", links_to(edit.connection, TargetKind.ACTIVITY, activity_ids))
    edit.delete("cutover_activity", activity_ids)


def reorder(edit: Edit, wanted: Sequence[ActivityRow]) -> None:
    """Give activities the places 1, 2, 3 ... in this order."""
    places = {row.id: (place,) for place, row in enumerate(wanted, start=1) if row.position != place}
    edit.update_many("cutover_activity", ["position"], places)


def next_key(taken: Iterable[str]) -> str:
    """The next free id, numbered as most of those that are taken are: T-014 after T-013."""
    numbered = [(found[1], found[2]) for key in taken if (found := _NUMBERED.fullmatch(key))]
    if not numbered:
        return FIRST_KEY
    prefix = Counter(before for before, _number in numbered).most_common(1)[0][0]
    numbers = [number for before, number in numbered if before == prefix]
    width = max(len(number) for number in numbers)
    return f"{prefix}{max(int(number) for number in numbers) + 1:0{width}}"


def refuse_taken(key: str, here: Iterable[ActivityRow]) -> None:
    """Raises InvalidInput when an activity of the plan has this id."""
    for row in here:
        if row.key.casefold() == key.casefold():
            raise InvalidInput(
                f"{row.key} is in the plan already: {row.title}.", safe=NOTHING, todo="Use another id.", field="key"
            )


DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(rows.ACTIVITY_COLUMNS, ""),
    "type": ActivityType.TASK.value,
    "external": 0,
    "milestone_days": 0,
    "extra": "{}",
    "missing": 0,
    "position": 0,
}
"""An activity of which nothing was said."""


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
