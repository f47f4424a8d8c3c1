"""`mhhs-desk pit import`: requirements, cases, results, defects, work-off items or deliverables out of a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.errors import InvalidInput, NotFound
from desktop.records.mapping import needed_but_missing
from desktop.records.model import (
    ChangeKind,
    ImportedRecords,
    ImportOptions,
    RecordKind,
    RecordSource,
    RunDetails,
    StagedRecords,
)

_REFUSED_SHOWN = 5
NOTHING_TAKEN = 1
"""Exit status when every row was refused."""
_NAMES = {kind.value.replace("_", "-"): kind for kind in RecordKind}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `pit`."""
    command = commands.add_parser(
        "import",
        help="bring in requirements, test cases, results, defects, work-off items or deliverables",
        description="Bring in records from Excel, CSV, a ZIP of one CSV, or JUnit XML. They are known again by their "
        "ids; what a file does not name any more is kept and marked. The whole import is one step to undo. When "
        "every row is refused nothing is imported, and the exit status is 1.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the file to import")
    arguments.add_workspace(command, required=True)
    command.add_argument(
        "--kind",
        choices=tuple(_NAMES),
        help="what its rows are; without it, what the file says itself (JUnit XML, a workbook written here)",
    )
    command.add_argument(
        "--map",
        type=_field_heading,
        action=arguments.HeadingOfItem,
        default=[],
        metavar="FIELD=HEADING",
        help="which heading holds a field, such as key='Req ID'; may be given several times. With --map exactly these "
        "fields are used, without it those that the headings suggest.",
    )
    command.add_argument("--suggest", action="store_true", help="with --map: take what the other headings suggest too")
    command.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; without it the likeliest")
    command.add_argument("--source", default="", metavar="DOC", help="name and number of the document it is from")
    command.add_argument("--version", default="", dest="document_version", metavar="V", help="version of that document")
    command.add_argument(
        "--run", default="", dest="run_title", metavar="TITLE", help="of results: the title of the run they become"
    )
    command.add_argument("--into-run", default="", metavar="REF", help="of results: the open run that they go into")
    command.add_argument("--stage", default="", help="of results: the PIT stage of the run")
    command.add_argument("--gate", default="", help="of results: the gate that the run is for")
    command.add_argument("--environment", default="", help="of results: system, version and environment")
    command.add_argument("--tester", default="", help="of results: who ran the tests")
    command.add_argument(
        "--partial", action="store_true", help="the file holds some of the records: mark none as missing"
    )
    command.add_argument("--clear-blanks", action="store_true", help="a blank cell clears the field")
    command.add_argument("--dry-run", action="store_true", help="tell the difference and change nothing")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Import the file; prints the difference in numbers, and on standard error what was used and refused."""
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    if given.into_run and given.run_title:
        raise arguments.WrongUsage("--run is for a run of its own and --into-run for one that is there: give one.")
    job = told_job()
    with Workspace.open(given.workspace) as workspace:
        imports = workspace.record_imports
        kind = _NAMES[given.kind] if given.kind else imports.kind_of(given.file)
        if kind is None:
            # A file that is not there or no table is told as that, whatever its rows were.
            imports.close(imports.read(given.file, RecordKind.REQUIREMENTS, job, given.sheet))
            raise arguments.WrongUsage(
                f"{given.file.name} does not say what its rows are. Give --kind with one of: {', '.join(_NAMES)}."
            )
        fields = [one.name for one in imports.fields(kind)]
        for name, _ in given.map:
            if name not in fields:
                raise arguments.WrongUsage(
                    f"--map: {kind.words} have no field {name}. Use one of: {', '.join(fields)}."
                )
        source = imports.read(given.file, kind, job, given.sheet)
        try:
            staged = imports.stage(source, _mapping(source, given), _options(workspace, given), job)
            for note in staged.notes:
                sys.stderr.write(f"{note}\n")
            nothing = _takes_nothing(staged)
            done = None if given.dry_run or nothing else imports.commit(staged, job)
        finally:
            imports.close(source)
        ref = workspace.test_runs.run(done.run_id).ref if done is not None and done.run_id else ""
    _tell_refused(staged)
    if given.json:
        output.write_json(given.json, _as_json(staged, done, ref, dry_run=given.dry_run))
    if given.json != "-":
        output.tell(_summary(staged, done, ref))
    return NOTHING_TAKEN if nothing else 0


def _field_heading(text: str) -> tuple[str, str]:
    """Read FIELD=HEADING; whether the kind has such a field is known later."""
    name, equals, heading = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not FIELD=HEADING, such as key='Req ID'")
    return name.strip(), heading


def _mapping(source: RecordSource, given: argparse.Namespace) -> dict[str, str]:
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


def _options(workspace: Workspace, given: argparse.Namespace) -> ImportOptions:
    """What was said of the import. Raises NotFound for a run that is not there."""
    into = None
    if given.into_run:
        into = next((one.id for one in workspace.test_runs.runs() if one.ref == given.into_run), None)
        if into is None:
            raise NotFound(f"There is no run {given.into_run}.", todo="Choose one of the runs of this workspace.")
    details = RunDetails(
        title=given.run_title, stage=given.stage, gate=given.gate, environment=given.environment, tester=given.tester
    )
    return ImportOptions(
        clear_blanks=given.clear_blanks,
        source=given.source,
        version=given.document_version,
        complete=not given.partial,
        run=None if details == RunDetails() else details,
        into_run=into,
    )


def _takes_nothing(staged: StagedRecords) -> bool:
    """Whether rows were refused and no row can be taken or is here already."""
    counts = staged.counts
    return bool(counts.get(ChangeKind.REFUSED)) and not any(counts.get(one) for one in ChangeKind if one not in _NO_ROW)


_NO_ROW = (ChangeKind.REFUSED, ChangeKind.MISSING)


def _tell_refused(staged: StagedRecords) -> None:
    """The rows that were not taken, the first of them one by one."""
    refused = [one for one in staged.changes if one.change is ChangeKind.REFUSED]
    what = "Test" if staged.source.format == "junit" else "Row"
    for one in refused[:_REFUSED_SHOWN]:
        name = f" ({one.key[:80]})" if one.key else ""
        sys.stderr.write(f"{what} {one.row:,}{name} was refused: {one.reason}\n")
    if len(refused) > _REFUSED_SHOWN:
        more = len(refused) - _REFUSED_SHOWN
        were = "row was" if more == 1 else "rows were"
        sys.stderr.write(f"{more:,} more {were} refused; --json lists all of them.\n")


def _summary(staged: StagedRecords, done: ImportedRecords | None, ref: str) -> str:
    words = staged.source.kind.words
    lines = [f"  {kind.value:<10} {count:>9,}" for kind, count in staged.counts.items() if count]
    refused = staged.counts.get(ChangeKind.REFUSED, 0)
    rows = f"{refused:,} row{'' if refused == 1 else 's'}"
    if _takes_nothing(staged):
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


def _as_json(staged: StagedRecords, done: ImportedRecords | None, ref: str, *, dry_run: bool) -> dict[str, Any]:
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
            }
            for one in staged.changes
        ],
    }
