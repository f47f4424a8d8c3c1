"""What every command that imports records shares: its mapping, the difference in numbers, refused rows, JSON."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.cli import arguments, output
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.records.mapping import needed_but_missing
from desktop.records.model import (
    ChangeKind,
    ImportedRecords,
    ImportOptions,
    RecordKind,
    RecordSource,
    StagedRecords,
)

if TYPE_CHECKING:
    from desktop.testing.imports import RecordImports

_REFUSED_SHOWN = 5
NOTHING_TAKEN = 1
"""Exit status when every row was refused."""


def add_mapping(command: argparse.ArgumentParser, example: str) -> None:
    """Add how the headings of the file are read; `example` is a FIELD=HEADING."""
    command.add_argument(
        "--map",
        type=field_heading,
        action=arguments.HeadingOfItem,
        default=[],
        metavar="FIELD=HEADING",
        help=f"which heading holds a field, such as {example}; may be given several times. With --map exactly these "
        "fields are used, without it those that the headings suggest.",
    )
    command.add_argument("--suggest", action="store_true", help="with --map: take what the other headings suggest too")
    command.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; without it the likeliest")


def add_document(command: argparse.ArgumentParser) -> None:
    """Add what the file is."""
    command.add_argument("--source", default="", metavar="DOC", help="name and number of the document it is from")
    command.add_argument("--version", default="", dest="document_version", metavar="V", help="version of that document")


def add_over_changes_here(command: argparse.ArgumentParser) -> None:
    """Add which side wins where a value was changed here."""
    command.add_argument(
        "--over-changes-here", action="store_true",
        help="take the file's value where it was changed here since and the file says the same as before",
    )  # fmt: skip


def add_telling(command: argparse.ArgumentParser) -> None:
    """Add how the difference is told."""
    command.add_argument("--dry-run", action="store_true", help="tell the difference and change nothing")
    arguments.add_json(command)


def field_heading(text: str) -> tuple[str, str]:
    """Read FIELD=HEADING; whether the kind has such a field is known later."""
    name, equals, heading = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not FIELD=HEADING, such as key='Req ID'")
    return name.strip(), heading


@dataclass(frozen=True)
class Told:
    """What an import came to: the difference, what was committed (None: nothing), whether every row was refused."""

    staged: StagedRecords
    done: ImportedRecords | None
    nothing: bool


def must_know_fields(imports: RecordImports, kind: RecordKind, given: argparse.Namespace) -> None:
    """Raise WrongUsage for a --map of a field that the kind does not have."""
    fields = [one.name for one in imports.fields(kind)]
    for name, _ in given.map:
        if name not in fields:
            raise arguments.WrongUsage(f"--map: {kind.words} have no field {name}. Use one of: {', '.join(fields)}.")


def taken(
    imports: RecordImports, kind: RecordKind, given: argparse.Namespace, options: ImportOptions, job: Job
) -> Told:
    """Read the file that is given, make the difference, and commit it unless it is a dry run.

    Raises FileRefused, InvalidInput, Cancelled; then nothing was imported.
    """
    source = imports.read(given.file, kind, job, given.sheet)
    try:
        staged = imports.stage(source, mapping_of(source, given), options, job)
        for note in staged.notes:
            sys.stderr.write(f"{note}\n")
        nothing = takes_nothing(staged)
        return Told(staged, None if given.dry_run or nothing else imports.commit(staged, job), nothing)
    finally:
        imports.close(source)


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


def tell(given: argparse.Namespace, outcome: Told, into: str, ref: str) -> int:
    """Tell what an import came to; returns the exit status. `ref`: the `into` (run, plan) that the records are in."""
    tell_refused(outcome.staged)
    if given.json:
        output.write_json(given.json, as_json(outcome, into, ref, dry_run=given.dry_run))
    if given.json != output.STANDARD_OUTPUT:
        output.tell(summary(outcome.staged, outcome.done, ref))
    return NOTHING_TAKEN if outcome.nothing else 0


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


def as_json(outcome: Told, into: str, ref: str, *, dry_run: bool) -> dict[str, Any]:
    """The same with every row; `ref` is the `into` that the records are in."""
    staged, done = outcome.staged, outcome.done
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
        into: ref,
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
