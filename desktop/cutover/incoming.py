"""Activities out of a file: what is here as a file would say it, and writing what a file gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from desktop.cutover import entered
from desktop.cutover.context import NOTHING, Desk
from desktop.cutover.editing import insert, reorder, write
from desktop.cutover.links import Net
from desktop.cutover.schedule import predecessors_text
from desktop.errors import InvalidInput
from local_db import cutover as rows
from local_db.connection import Connection
from local_db.cutover import ActivityRow
from local_db.edit import Edit


def texts_of(row: ActivityRow, predecessors: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The fields of an activity, as a file would say them."""
    found = {field: str(getattr(row, field)) for field in entered.FIELDS if field != "predecessors"}
    found["external"] = "yes" if row.external else "no"
    found["milestone_days"] = str(row.milestone_days) if row.milestone_days else ""
    found["predecessors"] = predecessors_text(predecessors)
    return {field: found[field] for field in entered.FIELDS}


def texts(connection: Connection, plan_id: int) -> dict[str, tuple[int, dict[str, str]]]:
    """See CutoverService."""
    here = rows.activities(connection, plan_id)
    keys = {row.id: row.key for row in here}
    before: dict[int, list[tuple[str, str]]] = {row.id: [] for row in here}
    for link in rows.links(connection, plan_id):
        before[link.activity_id].append((keys[link.predecessor_id], link.lag))
    return {row.key: (row.id, texts_of(row, before[row.id])) for row in here}


def upsert(  # noqa: PLR0917 - one call, from one place
    desk: Desk,
    edit: Edit,
    plan_id: int,
    given: Mapping[str, Mapping[str, str]],
    extra: Mapping[str, Mapping[str, str]],
    missing: Sequence[int],
    source: str,
) -> dict[str, int]:
    """See CutoverService.upsert_in."""
    desk.open_plan(edit.connection, plan_id)
    here = rows.activities(edit.connection, plan_id)
    known = {row.key.casefold(): row for row in here}
    last = max((row.position for row in here), default=0)
    new: dict[str, dict[str, object]] = {}
    changed: dict[int, tuple[ActivityRow, dict[str, object]]] = {}
    ids: dict[str, int] = {}
    for key, values in given.items():
        columns = {name: said for name, said in entered.columns(values).items() if name != "key"}
        row = known.get(key.strip().casefold())
        if row is not None:
            others = dict(extra[key]) if key in extra else _extra(row)
            new_extra = {"extra": _json(others)} if others != _extra(row) else {}
            changed[row.id] = row, {**columns, **new_extra, "missing": 0, "source": source or row.source}
            ids[key] = row.id
            continue
        if not columns.get("title"):
            raise InvalidInput(f"{key} needs a title.", safe=NOTHING, field="title")
        place = last + len(new) + 1
        new[key] = {
            "key": entered.checked({"key": key}, {})["key"],
            "extra": _json(extra.get(key, {})),
            "source": source,
            "position": place,
            **columns,
        }
    ids.update(zip(new, insert(edit, plan_id, list(new.values())), strict=True))
    write(edit, changed, looked=False)
    gone = {row.id for row in here} & set(missing)
    edit.update("cutover_activity", gone, {"missing": 1})
    net = Net.read(edit.connection, plan_id)
    said = {ids[key]: values["predecessors"] for key, values in given.items() if "predecessors" in values}
    for activity_id, text in said.items():
        net.say(activity_id, entered.predecessors(text))
    net.refuse_cycle()
    net.write(edit)
    if gone | set(ids.values()) >= {row.id for row in here}:
        _as_in_the_file(edit, plan_id, [ids[key] for key in given])
    return {key: ids[key] for key in given}


def _as_in_the_file(edit: Edit, plan_id: int, ids: Sequence[int]) -> None:
    """Put the activities in the file's order when the file has them all; what it has no more comes after."""
    by_id = {row.id: row for row in rows.activities(edit.connection, plan_id)}
    order = dict.fromkeys(ids)
    reorder(edit, [*(by_id[one] for one in order), *(row for one, row in by_id.items() if one not in order)])


def _extra(row: ActivityRow) -> dict[str, str]:
    return extra_of(row.extra)


def extra_of(text: str) -> dict[str, str]:
    """The columns of the document that were mapped to nothing."""
    found = json.loads(text)
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False)
