"""`mhhs-desk cutover import`: activities of a cutover plan out of Excel or CSV."""

from __future__ import annotations

import argparse
import sys
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
    command.add_argument(
        "--map",
        type=told.field_heading,
        action=arguments.HeadingOfItem,
        default=[],
        metavar="FIELD=HEADING",
        help="which heading holds a field, such as key='Task ID'; may be given several times. With --map exactly these "
        "fields are used, without it those that the headings suggest.",
    )
    command.add_argument("--suggest", action="store_true", help="with --map: take what the other headings suggest too")
    command.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; without it the likeliest")
    command.add_argument(
        "--duration-unit",
        default="",
        choices=tuple(UNIT_WORDS),
        help="what a number alone counts in a duration: working days, days, hours or minutes",
    )
    command.add_argument("--source", default="", metavar="DOC", help="name and number of the document it is from")
    command.add_argument("--version", default="", dest="document_version", metavar="V", help="version of that document")
    command.add_argument(
        "--partial", action="store_true", help="the file holds some of the activities: mark none as missing"
    )
    command.add_argument("--clear-blanks", action="store_true", help="a blank cell clears the field")
    command.add_argument(
        "--without-lost-links", action="store_true",
        help="take rows that wait for one that cannot be taken, without that link; each is told",
    )  # fmt: skip
    command.add_argument(
        "--over-changes-here", action="store_true",
        help="take the file's value where it was changed here since and the file says the same as before",
    )  # fmt: skip
    command.add_argument("--dry-run", action="store_true", help="tell the difference and change nothing")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Import the file; prints the difference in numbers, and on standard error what was used and refused."""
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    job = told_job()
    with Workspace.open(given.workspace) as workspace:
        imports = workspace.record_imports
        fields = [one.name for one in imports.fields(RecordKind.ACTIVITIES)]
        for name, _ in given.map:
            if name not in fields:
                raise arguments.WrongUsage(f"--map: activities have no field {name}. Use one of: {', '.join(fields)}.")
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
        source = imports.read(given.file, RecordKind.ACTIVITIES, job, given.sheet)
        try:
            staged = imports.stage(source, told.mapping_of(source, given), options, job)
            for note in staged.notes:
                sys.stderr.write(f"{note}\n")
            nothing = told.takes_nothing(staged)
            done = None if given.dry_run or nothing else imports.commit(staged, job)
        except InvalidInput as error:
            raise _with_option(error) from None
        finally:
            imports.close(source)
        plan_id = done.plan_id if done is not None else options.plan
        ref = next((one.ref for one in workspace.cutover.plans() if one.id == plan_id), "")
    told.tell_refused(staged)
    if given.json:
        made = told.as_json(staged, done, "", dry_run=given.dry_run)
        del made["run"]
        output.write_json(given.json, {**made, "plan": ref})
    if given.json != output.STANDARD_OUTPUT:
        output.tell(told.summary(staged, done, ref))
    return told.NOTHING_TAKEN if nothing else 0


def _with_option(error: InvalidInput) -> InvalidInput:
    """The same with the option that mends it, where it is one of ours."""
    if error.field != "duration_unit":
        return error
    todo = f"Say it with --duration-unit {', '.join(UNIT_WORDS)} ({', '.join(UNIT_WORDS.values())})."
    return InvalidInput(error.what, field=error.field, safe=error.safe, todo=todo)
