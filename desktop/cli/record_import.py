"""What every command that imports records shares: its mapping, the difference in numbers, refused rows, JSON."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from desktop.errors import InvalidInput
from desktop.records.mapping import needed_but_missing
from desktop.records.model import ChangeKind, ImportedRecords, RecordSource, StagedRecords

_REFUSED_SHOWN = 5
NOTHING_TAKEN = 1
"""Exit status when every row was refused."""


def field_heading(text: str) -> tuple[str, str]:
    """Read FIELD=HEADING; whether the kind has such a field is known later."""
    name, equals, heading = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not FIELD=HEADING, such as key='Req ID'")
    return name.strip(), heading


def mapping_of(source: RecordSource, given: argparse.Namespace) -> dict[str, str]:
    """What was mapped, else what the headings suggest when that is enough. Raises InvalidInput."""
    mapping: dict[str, str] = dict(given.map)
    if given.map and not given.suggest:
        return mapping
    taken = set(mapping.values())
    used = []
    for name, one in source.suggestions.items():
        if name not in mapping and one.heading not in taken:
            mapping[name] = one.heading
            used.append(f"  {name} = {one.heading}  ({one.why}, {one.sure} %)\n")
    missing = needed_but_missing(source.kind, mapping) if source.headings and source.format != "junit" else ()
    if missing:
        names = ", ".join(source.headings[:20])
        raise InvalidInput(
            f"No heading of {source.path.name} is known to hold the {missing[0].title} of {source.kind.words}.",
            field=missing[0].name,
            safe="Nothing was imported.",
            todo=f"Say which one does: --map {missing[0].name}=HEADING. The headings are: {names}.",
        )
    sys.stderr.write("".join(used))
    return mapping


def takes_nothing(staged: StagedRecords) -> bool:
    """Whether rows were refused and no row can be taken or is here already."""
    counts = staged.counts
    return bool(counts.get(ChangeKind.REFUSED)) and not any(counts.get(one) for one in ChangeKind if one not in _NO_ROW)


_NO_ROW = (ChangeKind.REFUSED, ChangeKind.MISSING)


def tell_refused(staged: StagedRecords) -> None:
    """The rows that were not taken, the first of them one by one."""
    refused = [one for one in staged.changes if one.change is ChangeKind.REFUSED and not one.waits]
    waiting = sum(one.waits for one in staged.changes)
    what = "Test" if staged.source.format == "junit" else "Row"
    for one in refused[:_REFUSED_SHOWN]:
        name = f" ({one.key[:80]})" if one.key else ""
        sys.stderr.write(f"{what} {one.row:,}{name} was refused: {one.reason}\n")
    if len(refused) > _REFUSED_SHOWN:
        more = len(refused) - _REFUSED_SHOWN
        were = "row was" if more == 1 else "rows were"
        sys.stderr.write(f"{more:,} more {were} refused; --json lists all of them.\n")
    if waiting:
        rows = f"{waiting:,} more {'row waits' if waiting == 1 else 'rows wait'}"
        sys.stderr.write(
            f"{rows} for what cannot be taken; --without-lost-links takes {'it' if waiting == 1 else 'them'} without "
            "that link.\n"
        )
    for one in staged.changes:
        if one.note:
            sys.stderr.write(f"{what} {one.row:,} ({one.key[:80]}): {one.note}\n")


def summary(staged: StagedRecords, done: ImportedRecords | None, ref: str) -> str:
    """What was done, or would be, in numbers; `ref`: what the records went into."""
    words = staged.source.kind.words
    lines = [f"  {kind.value:<10} {count:>9,}" for kind, count in staged.counts.items() if count]
    refused = staged.counts.get(ChangeKind.REFUSED, 0)
    rows = f"{refused:,} row{'' if refused == 1 else 's'}"
    if takes_nothing(staged):
        only = "The only row" if refused == 1 else f"All {rows}"
        head = f"{only} of {staged.source.path.name} {'was' if refused == 1 else 'were'} refused; nothing was imported."
        return f"{head}\n"
    if done is None:
        head = f"Importing {staged.source.path.name} would do this to the {words}; nothing was changed:"
    elif done.already:
        head = f"Everything in {staged.source.path.name} that can be taken is here already; nothing was changed."
        if refused:
            head = f"{head} {rows} {'was' if refused == 1 else 'were'} refused."
    else:
        but = f"; {rows} {'was' if refused == 1 else 'were'} refused" if refused else ""
        head = f"{staged.source.path.name} was imported as {words}{f' into {ref}' if ref else ''}{but}:"
    return "\n".join([head, *lines]) + "\n"


def as_json(staged: StagedRecords, done: ImportedRecords | None, ref: str, *, dry_run: bool) -> dict[str, Any]:
    """The same with every row; `ref`: the run of results."""
    source = staged.source
    return {
        "file": source.path.name,
        "kind": source.kind.value,
        "format": source.format,
        "sheet": source.sheet,
        "heading_row": source.heading_row,
        "mapping": dict(staged.mapping),
        "dry_run": dry_run,
        "already": done is not None and done.already,
        "import_id": done.import_id if done is not None else None,
        "run": ref,
        "counts": {kind.value: count for kind, count in staged.counts.items()},
        "notes": list(staged.notes),
        "changes": [
            {
                "row": one.row,
                "key": one.key,
                "title": one.title,
                "change": one.change.value,
                "fields": {name: list(pair) for name, pair in one.fields.items()},
                "reason": one.reason,
                "waits": one.waits,
                "note": one.note,
            }
            for one in staged.changes
        ],
    }
