"""`mhhs-desk pit import`: requirements, cases, results, defects, work-off items or deliverables out of a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli import record_import as told
from desktop.cli.progress import told_job
from desktop.errors import NotFound
from desktop.records.model import ImportOptions, RecordKind, RunDetails

_ELSEWHERE = (RecordKind.ACTIVITIES, RecordKind.QUESTIONS)
"""Kinds that have a command of their own."""
_NAMES = {kind.value.replace("_", "-"): kind for kind in RecordKind if kind not in _ELSEWHERE}


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
    told.add_mapping(command, "key='Req ID'")
    told.add_document(command)
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
    told.add_telling(command)
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
        if kind is RecordKind.QUESTIONS:
            raise arguments.WrongUsage(f"{given.file.name} holds questions: use mhhs-desk request import.")
        told.must_know_fields(imports, kind, given)
        outcome = told.taken(imports, kind, given, _options(workspace, given), job)
        done = outcome.done
        ref = workspace.test_runs.run(done.run_id).ref if done is not None and done.run_id else ""
    return told.tell(given, outcome, "run", ref)


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
