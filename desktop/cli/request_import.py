"""`mhhs-desk request import`: the questions of an information request out of Excel or CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli import record_import as told
from desktop.cli.progress import told_job
from desktop.records.model import ImportOptions, RecordKind


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `request`."""
    command = commands.add_parser(
        "import",
        help="bring in the questions of a request from Excel or CSV",
        description="Bring in the questions of a request (number, question, section, how to answer, answer). They are "
        "known again by their numbers; what a newer file does not ask any more is kept and marked, and an answer whose "
        "question changed asks to be looked at. The whole import is one step to undo. When every row is refused "
        "nothing is imported, and the exit status is 1.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the file to import")
    arguments.add_workspace(command, required=True)
    into = command.add_mutually_exclusive_group(required=True)
    into.add_argument(
        "--request", default="", metavar="REQUEST", help="the request, by our reference, theirs, or its title"
    )
    into.add_argument("--new", default="", metavar="TITLE", help="make a new request with this title")
    told.add_mapping(command, "key='Question no'")
    told.add_document(command)
    command.add_argument(
        "--partial", action="store_true", help="the file holds some of the questions: mark none as missing"
    )
    command.add_argument("--clear-blanks", action="store_true", help="a blank cell clears the field, an answer too")
    told.add_over_changes_here(command)
    told.add_telling(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Import the file; prints the difference in numbers, and on standard error what was used and refused."""
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    job = told_job()
    with Workspace.open(given.workspace) as workspace:
        imports = workspace.record_imports
        told.must_know_fields(imports, RecordKind.QUESTIONS, given)
        options = ImportOptions(
            clear_blanks=given.clear_blanks,
            source=given.source,
            version=given.document_version,
            complete=not given.partial,
            request=None if given.new else workspace.requests.by_ref(given.request).id,
            new_request=given.new,
            over_changes_here=given.over_changes_here,
        )
        outcome = told.taken(imports, RecordKind.QUESTIONS, given, options, job)
        done = outcome.done
        request_id = done.request_id if done is not None else options.request
        ref = workspace.requests.get(request_id).ref if request_id is not None else ""
    return told.tell(given, outcome, "request", ref)
