"""What the pack's plan says otherwise than a plan here, and taking it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from desktop.changes import Changes
from desktop.content.pack import KINDS, Pack
from desktop.content.plan_change import PlanChange
from desktop.cutover import entered, plan_pack
from desktop.cutover.context import Desk, changes, counted
from desktop.cutover.editing import insert, write
from desktop.cutover.incoming import texts
from desktop.cutover.links import Net
from desktop.cutover.model import ActivityType, StarterPlan
from desktop.cutover.plan_pack import PackActivity
from desktop.cutover.plans import LONGEST_TITLE, new_plan, taken_from
from desktop.cutover.schedule import predecessors_text
from local_db import cutover as rows
from local_db.connection import Connection
from local_db.cutover import ActivityRow

BACK = "in the newest version"
"""Field of a change: the activity was gone from the plan's document and is in it again."""

Wanted = Mapping[str, PackActivity]
"""What the pack has, by folded id."""


class Taking:
    """The plans of the pack, and how they come into the workspace."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def starters(self) -> tuple[StarterPlan, ...]:
        """See CutoverService."""
        with self._desk.store.reading() as connection:
            taken = taken_from(connection)
        return plan_pack.starters_of(self._pack(), self._roles(), taken)

    def compare(self, starter_id: str, plan_id: int | None) -> tuple[PlanChange, ...]:
        """See CutoverService."""
        with self._desk.store.reading() as connection:
            return self._compared(connection, starter_id, plan_id)

    def take(self, starter_id: str, plan_id: int | None, keys: Sequence[str] | None) -> tuple[int, Changes]:
        """See CutoverService."""
        pack = self._pack()
        with self._desk.store.reading() as connection:
            if plan_id is not None:
                self._desk.open_plan(connection, plan_id)
            found = self._compared(connection, starter_id, plan_id)
            wanted = self._wanted(connection, starter_id, plan_id)
        folded = None if keys is None else {one.casefold() for one in keys}
        chosen = [one for one in found if folded is None or one.key.casefold() in folded]
        if plan_id is not None and not chosen:
            return plan_id, Changes()
        title = f"Take {counted(len(chosen))} from {pack.label}"
        with self._desk.edit("take", title, {"pack": pack.version, "sha256": pack.sha256}) as edit:
            of_this = False
            if plan_id is None:
                name, milestone = plan_pack.title_of(pack, starter_id)
                known = self._desk.milestone_ids()
                values = {
                    "title": name[:LONGEST_TITLE],
                    "milestone": known.get(milestone.casefold(), ""),
                    "key": starter_id,
                }
                plan_id = new_plan(self._desk, edit, {**values, "source": pack.label})
            else:
                plan = rows.plans(edit.connection, plan_id)[0]
                of_this = plan.key == starter_id
                edit.update("cutover_plan", [plan_id], {"source": pack.label, "key": plan.key or starter_id})
            here = {row.key.casefold(): row for row in rows.activities(edit.connection, plan_id)}
            new = [wanted[one.key.casefold()] for one in chosen if one.change == "new"]
            last = max((row.position for row in here.values()), default=0)
            lines = [
                {"key": one.key, **_columns(one, None), "source": pack.label, "position": place}
                for place, one in enumerate(new, start=last + 1)
            ]
            insert(edit, plan_id, lines)
            given = {}
            for one in chosen:
                row = here.get(one.key.casefold())
                if row is not None and one.change == "changed":
                    columns = _columns(wanted[one.key.casefold()], row)
                    given[row.id] = row, {**columns, "missing": 0, "source": pack.label}
                elif row is not None and one.change == "gone":
                    given[row.id] = row, {"missing": 1}
            write(edit, given, looked=False)
            net = Net.read(edit.connection, plan_id)
            gone = _gone(here.values(), wanted) if of_this else set()
            self._link(net, wanted, gone, [one.key for one in chosen if one.change != "gone"])
            net.refuse_cycle()
            net.write(edit)
        return plan_id, changes(title, len(chosen))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _pack(self) -> Pack:
        return self._desk.content.pack(plan_pack.KIND)

    def _roles(self) -> set[str]:
        return {scope.role for scope in self._desk.participant.scopes()}

    def _wanted(self, connection: Connection, starter_id: str, plan_id: int | None) -> Wanted:
        leads_to = self._desk.plan_row(connection, plan_id).milestone if plan_id is not None else ""
        found = plan_pack.activities_of(self._pack(), starter_id, self._roles(), leads_to)
        return {one.key.casefold(): one for one in found}

    def _compared(self, connection: Connection, starter_id: str, plan_id: int | None) -> tuple[PlanChange, ...]:
        wanted = self._wanted(connection, starter_id, plan_id)
        if plan_id is None:
            return tuple(PlanChange(one.key, one.values["title"], "new") for one in wanted.values())
        here = {key.casefold(): said for key, (_id, said) in texts(connection, plan_id).items()}
        kept = {row.key.casefold(): row for row in rows.activities(connection, plan_id)}
        gone = _gone(kept.values(), wanted) if self._desk.plan_row(connection, plan_id).key == starter_id else set()
        joined = {one.key: one.after for one in _joined(wanted, here)}
        found = []
        for folded, one in wanted.items():
            if folded not in here:
                found.append(PlanChange(one.key, one.values["title"], "new"))
                continue
            fields = _differing(here[folded], one, wanted.keys() | gone, joined[one.key])
            if kept[folded].missing:
                fields[BACK] = ("no", "yes")
            if fields:
                found.append(PlanChange(kept[folded].key, here[folded]["title"], "changed", fields))
        found += [
            PlanChange(kept[one].key, kept[one].title, "gone") for one in kept if one in gone and not kept[one].missing
        ]
        return tuple(found)

    @staticmethod
    def _link(net: Net, wanted: Wanted, gone: Collection[str], keys: Collection[str]) -> None:
        """Let these wait for what the pack says, as far as it is in the plan, and still for the person's own."""
        ids = net.ids()
        said = {one.key.casefold(): one.after for one in _joined(wanted, ids)}
        folded_of = {one: key.casefold() for one, (key, _title) in net.names.items()}
        for key in keys:
            one = ids[key.casefold()]
            of_pack = wanted.keys() | gone
            own = {before: lag for before, lag in net.links[one].items() if folded_of[before] not in of_pack}
            net.links[one] = {**{ids[after.casefold()]: lag for after, lag in said[key.casefold()]}, **own}


def _gone(here: Iterable[ActivityRow], wanted: Wanted) -> set[str]:
    """Folded ids of what came from the pack and is not in it any more."""
    of_pack = (row.key.casefold() for row in here if row.source.startswith(KINDS[plan_pack.KIND]))
    return {one for one in of_pack if one not in wanted}


def _joined(wanted: Wanted, here: Collection[str]) -> tuple[PackActivity, ...]:
    """The activities of the pack that are in the plan (folded ids), joined past those that are not."""
    return plan_pack.bridged(wanted, [folded for folded in wanted if folded in here])


def _columns(one: PackActivity, row: ActivityRow | None) -> dict[str, object]:
    """What taking an activity writes. Of one that is here, the days that the person gave stay."""
    return {name: said for name, said in entered.columns(_taken(one, row)).items() if name != "due_at"}


def _taken(one: PackActivity, row: ActivityRow | None) -> dict[str, str]:
    values = dict(one.values)
    if row is not None and (row.due_at or not values["milestone"]):
        del values["milestone"], values["milestone_days"]
    if row is not None and not values["duration"]:
        del values["duration"]
    return values


def _differing(
    here: Mapping[str, str], one: PackActivity, of_pack: Collection[str], joined: Sequence[tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """Field in words to what is here and what the pack says. What the pack says nothing of is not compared.

    `of_pack`: folded ids that are the pack's or were; what it waits for besides is the person's. `joined`: what it
    waits for by the pack, past activities that the person left out.
    """
    said = dict(one.values)
    if here["due_at"] or not said["milestone"]:
        del said["milestone"], said["milestone_days"]
    if not said["duration"]:
        del said["duration"]
    found = {name: (here[name], value) for name, value in said.items() if here[name] != value}
    waits = [pair for pair in entered.predecessors(here["predecessors"]) if pair[0].casefold() in of_pack]
    if _folded(waits) not in (_folded(one.after), _folded(joined)):
        found["predecessors"] = (predecessors_text(waits), predecessors_text(one.after))
    return {
        entered.field_words(name): (_shown(name, before), _shown(name, after))
        for name, (before, after) in found.items()
    }


def _folded(pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(key.casefold(), lag) for key, lag in pairs}


def _shown(field: str, said: str) -> str:
    if field == "type":
        return ActivityType(said).title
    return {"yes": "external", "no": "ours"}[said] if field == "external" else said
