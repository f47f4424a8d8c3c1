"""`mhhs-desk pit import`: requirements, cases, results, defects, work-off items or deliverables out of a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli import record_import as told
from desktop.cli.progress import told_job
from desktop.errors import NotFound
from desktop.records.model import ImportOptions, RecordKind, RunDetails

_NAMES = {kind.value.replace("_", "-"): kind for kind in RecordKind if kind is not RecordKind.ACTIVITIES}


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
        type=told.field_heading,
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
        if kind is RecordKind.ACTIVITIES:
            raise arguments.WrongUsage(f"{given.file.name} is a cutover plan: use mhhs-desk cutover import.")
        fields = [one.name for one in imports.fields(kind)]
        for name, _ in given.map:
            if name not in fields:
                raise arguments.WrongUsage(
                    f"--map: {kind.words} have no field {name}. Use one of: {', '.join(fields)}."
                )
        source = imports.read(given.file, kind, job, given.sheet)
        try:
            staged = imports.stage(source, told.mapping_of(source, given), _options(workspace, given), job)
            for note in staged.notes:
                sys.stderr.write(f"{note}\n")
            nothing = told.takes_nothing(staged)
            done = None if given.dry_run or nothing else imports.commit(staged, job)
        finally:
            imports.close(source)
        ref = workspace.test_runs.run(done.run_id).ref if done is not None and done.run_id else ""
    told.tell_refused(staged)
    if given.json:
        output.write_json(given.json, told.as_json(staged, done, ref, dry_run=given.dry_run))
    if given.json != "-":
        output.tell(told.summary(staged, done, ref))
    return told.NOTHING_TAKEN if nothing else 0


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
