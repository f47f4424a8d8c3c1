"""`mhhs-desk cutover import`: activities of a cutover plan out of Excel or CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli import record_import as told
from desktop.cli.progress import told_job
from desktop.errors import InvalidInput
from desktop.records.model import ImportOptions, RecordKind
from desktop.testing.activity_rows import UNIT_WORDS


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "import",
        help="bring in the activities of a plan from Excel or CSV",
        description="Bring in activities in the columns that runbook tools use (Task ID, Title, Predecessor IDs ...). "
        "They are known again by their ids; what a newer file does not name any more is kept and marked, and what is "
        "done stays done. Activities that wait for one another are named and nothing is taken. The whole import is one "
        "step to undo. When every row is refused nothing is imported, and the exit status is 1.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="the file to import")
    arguments.add_workspace(command, required=True)
    into = command.add_mutually_exclusive_group()
    into.add_argument(
        "--plan",
        default="",
        metavar="REF",
        help="reference or title of the plan that they go into; without it the only open one that is no rehearsal",
    )
    into.add_argument("--new", default="", metavar="TITLE", help="make a new plan with this title")
    told.add_mapping(command, "key='Task ID'")
    command.add_argument(
        "--duration-unit",
        default="",
        choices=tuple(UNIT_WORDS),
        help="what a number alone counts in a duration: working days, days, hours or minutes",
    )
    told.add_document(command)
    command.add_argument(
        "--partial", action="store_true", help="the file holds some of the activities: mark none as missing"
    )
    command.add_argument("--clear-blanks", action="store_true", help="a blank cell clears the field")
    command.add_argument(
        "--without-lost-links", action="store_true",
        help="take rows that wait for one that cannot be taken, without that link; each is told",
    )  # fmt: skip
    told.add_over_changes_here(command)
    told.add_telling(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Import the file; prints the difference in numbers, and on standard error what was used and refused."""
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    job = told_job()
    with Workspace.open(given.workspace) as workspace:
        imports = workspace.record_imports
        told.must_know_fields(imports, RecordKind.ACTIVITIES, given)
        options = ImportOptions(
            clear_blanks=given.clear_blanks,
            source=given.source,
            version=given.document_version,
            complete=not given.partial,
            plan=None if given.new else workspace.cutover.plan_by_ref(given.plan).id,
            new_plan=given.new,
            duration_unit=given.duration_unit,
            without_lost_links=given.without_lost_links,
            over_changes_here=given.over_changes_here,
        )
        try:
            outcome = told.taken(imports, RecordKind.ACTIVITIES, given, options, job)
        except InvalidInput as error:
            raise _with_option(error) from None
        done = outcome.done
        plan_id = done.plan_id if done is not None else options.plan
        ref = next((one.ref for one in workspace.cutover.plans() if one.id == plan_id), "")
    return told.tell(given, outcome, "plan", ref)


def _with_option(error: InvalidInput) -> InvalidInput:
    """The same with the option that mends it, where it is one of ours."""
    if error.field != "duration_unit":
        return error
    todo = f"Say it with --duration-unit {', '.join(UNIT_WORDS)} ({', '.join(UNIT_WORDS.values())})."
    return InvalidInput(error.what, field=error.field, safe=error.safe, todo=todo)
