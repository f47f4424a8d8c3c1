"""Questions out of a file: what is here as a file would say it, and writing what a file gives."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from desktop.errors import InvalidInput
from desktop.requests.context import NOTHING, Desk
from desktop.requests.writing import add_rows, reorder, write_rows
from local_db import info_requests as rows
from local_db.edit import Edit
from local_db.info_requests import QuestionRow


def upsert(  # noqa: PLR0917 - one call, from one place
    desk: Desk,
    edit: Edit,
    request_id: int,
    given: Mapping[str, Mapping[str, str]],
    extra: Mapping[str, Mapping[str, str]],
    missing: Collection[int],
    source: str,
) -> dict[str, int]:
    """See RequestService.upsert_in."""
    desk.open_request(edit.connection, request_id)
    here = rows.questions(edit.connection, request_id)
    known = {row.key.casefold(): row for row in here}
    beside = {key: json.dumps(dict(values), ensure_ascii=False) for key, values in extra.items()}
    new: list[dict[str, str]] = []
    changed: dict[int, tuple[QuestionRow, Mapping[str, object]]] = {}
    ids: dict[str, int] = {}
    for key, values in given.items():
        row = known.get(key.casefold())
        if row is None:
            if not values.get("text"):
                raise InvalidInput(f"{key} needs its text.", safe=NOTHING, field="text")
            new.append({**values, "key": key})
            continue
        kept = {"extra": beside[key]} if key in beside and json.loads(row.extra) != dict(extra[key]) else {}
        changed[row.id] = row, {**{name: said for name, said in values.items() if name != "key"}, **kept, "missing": 0}
        ids[key] = row.id
    made = add_rows(edit, request_id, new, here, beside)
    ids.update(zip((one["key"] for one in new), made, strict=True))
    write_rows(edit, changed)
    gone = {row.id for row in here} & set(missing)
    edit.update("info_question", gone, {"missing": 1})
    if source:
        edit.update("info_request", [request_id], {"source": source})
    if gone | set(ids.values()) >= {row.id for row in here}:
        _as_in_the_file(edit, request_id, ids, given)
    return ids


def _as_in_the_file(edit: Edit, request_id: int, ids: Mapping[str, int], given: Collection[str]) -> None:
    """Put the questions in the file's order when the file has them all; what it has no more comes after."""
    by_id = {row.id: row for row in rows.questions(edit.connection, request_id)}
    order = dict.fromkeys(ids[key] for key in given)
    reorder(edit, [*(by_id[one] for one in order), *(row for one, row in by_id.items() if one not in order)])
