"""What was changed here since the last file, where a newer file says the same as before: ours is kept.

Two versions of a plan that say the same of a field say nothing new of it. What somebody changed here in between is then
no less right than it was. What a file brought last stands in the changes that imports made (local_db/record_imports).
A field that a file said as we had made it meanwhile is not among them: then the value before counts as the last one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from desktop.records.fields import by_name
from desktop.records.model import RecordKind
from desktop.records.rows import Record
from desktop.records.shown_values import shown_value
from desktop.testing.import_plan import Context, Known
from local_db import record_imports

_TOGETHER = {"due_at": ("milestone", "milestone_days"), "milestone": ("due_at", "milestone_days")}
"""Where one of these is kept, what would take its place is not taken either."""


@dataclass(frozen=True)
class ChangedHere:
    """A row as it is taken, the fields (in words) that were changed here, and a sentence on each."""

    record: Record
    fields: tuple[str, ...]
    note: str
    names: frozenset[str]
    """Of the fields whose value here is kept."""


def changed_here(
    context: Context, kind: RecordKind, records: Mapping[str, Record], known: Mapping[str, Known]
) -> dict[str, ChangedHere]:
    """The rows of which this is so, by id. None of a file that was written here: it is no version of a document."""
    if context.ours or not known:
        return {}
    titles = {name: one.title for name, one in by_name(kind).items()}
    last = _last_brought(context, kind)
    found = {}
    for key, record in records.items():
        before = known.get(key)
        brought = last.get(before.id, {}) if before else {}
        if before is None or not brought:
            continue
        names = [
            name
            for name, text in record.values.items()
            if text != before.values.get(name, "") and brought.get(titles.get(name, name)) == text
        ]
        if names:
            found[key] = _kept(context, kind, record, before, names)
    return found


def _kept(context: Context, kind: RecordKind, record: Record, before: Known, names: list[str]) -> ChangedHere:
    titles = by_name(kind)
    told, fields = [], []
    for name in names:
        title = titles[name].title if name in titles else name
        theirs, ours = record.values[name], before.values.get(name, "")
        fields.append(title)
        said = f"{title} was changed here since; the file says the same as before ({_shown(kind, title, theirs)})"
        told.append(
            f"{said} and is taken" if context.options.over_changes_here else
            f"{said}, so that {_shown(kind, title, ours)} is kept"
        )  # fmt: skip
    if context.options.over_changes_here:
        return ChangedHere(record, tuple(fields), ". ".join(told) + ".", frozenset())
    left = {*names, *(other for name in names for other in _TOGETHER.get(name, ()))}
    values = {name: text for name, text in record.values.items() if name not in left}
    return ChangedHere(replace(record, values=values), tuple(fields), ". ".join(told) + ".", frozenset(left))


def _shown(kind: RecordKind, title: str, text: str) -> str:
    return shown_value(kind, title, text) or "blank"


def _last_brought(context: Context, kind: RecordKind) -> dict[int, dict[str, str]]:
    """Of each record that a file brought, the field in words to what the last one said of it.

    Where files of this document brought it only these count; else all do.
    """
    ours: dict[int, dict[str, str]] = {}
    all_of_them: dict[int, dict[str, str]] = {}
    for record_id, source, fields in record_imports.brought_fields(context.connection, kind):
        said = {title: str(after) for title, (_, after) in json.loads(fields).items()}
        all_of_them.setdefault(record_id, {}).update(said)
        if source == context.options.source.strip():
            ours.setdefault(record_id, {}).update(said)
    return {**all_of_them, **ours}
