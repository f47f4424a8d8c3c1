"""`mhhs-desk check`: one portfolio file, every check, the findings as text, JSON and a workbook."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from desktop.app import Workspace
from desktop.cleanse.model import CheckOutcome, Outcome
from desktop.cleanse.standing_folder import read_standing_data
from desktop.cleanse.work import counted as counted_findings
from desktop.cli import arguments, findings_json, output
from desktop.cli.progress import told_job
from desktop.clock import today
from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.portfolio.snapshots import Snapshot
from desktop.report.privacy import MpanChoice

_SCRATCH = "mhhs-desk-check-"
"""How the temporary folder of a check without a workspace begins; the number of its process follows."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "check",
        help="check a portfolio file",
        description="Check a portfolio file: CSV, XLSX, or a ZIP of one CSV. Without --workspace nothing is kept.",
    )
    command.add_argument("portfolio", type=Path, metavar="PORTFOLIO", help="the file to check")
    command.add_argument(
        "--map",
        type=arguments.item_heading,
        action=arguments.HeadingOfItem,
        default=[],
        metavar="ITEM=HEADING",
        help="which heading holds an item, such as mpan='Export MPAN / MSID'; may be given several times. With --map "
        "exactly these items are used, without it those that the headings suggest.",
    )
    command.add_argument("--suggest", action="store_true", help="with --map: take what the other headings suggest too")
    command.add_argument(
        "--sheet",
        metavar="NAME",
        help="the sheet of a workbook; without it the first with a heading for the MPAN, else the longest",
    )
    command.add_argument("--as-of", type=arguments.day, metavar="DATE", help="the day that counts as today")
    command.add_argument("--extract-date", type=arguments.day, metavar="DATE", help="the day the file was extracted on")
    command.add_argument(
        "--standing-data", type=Path, metavar="DIR", help="a folder of Market Domain Data tables (CSV) of one version"
    )
    command.add_argument(
        "--registration",
        type=Path,
        metavar="FILE",
        help="a registration extract (its checks come with a later version)",
    )
    command.add_argument(
        "--meters", type=Path, metavar="FILE", help="a meter extract (its checks come with a later version)"
    )
    arguments.add_workspace(command, required=False)
    arguments.add_json(command)
    command.add_argument("--xlsx", type=Path, metavar="OUT", help="write the data cleanse progress report to this file")
    arguments.add_mpans(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check the file; prints a summary and writes what was asked for."""
    arguments.must_be_workbook("--xlsx", given.xlsx)
    output.must_not_clash({"--json": given.json, "--xlsx": given.xlsx}, _inputs(given), given.workspace)
    for option in ("registration", "meters"):
        if getattr(given, option) is not None:
            raise FileRefused(
                f"The checks that need --{option} come with a later version of MHHS Desk.",
                safe="Nothing was checked.",
                todo=f"Leave --{option} out to run the checks on the portfolio alone.",
            )
    job = told_job()
    with _workspace(given.workspace) as workspace:
        as_of = given.as_of or today(workspace.clock)
        standing = _standing(given)
        snapshot = _import(workspace, given, job)
        result = workspace.cleanse.run(snapshot.id, as_of, job, standing=standing)
        if given.json:
            findings_json.write(given.json, snapshot.rows, as_of, result.outcomes, result.findings)
        if given.xlsx is not None:
            workspace.reports.progress_report(given.xlsx, "", MpanChoice(given.mpans), job)
        if given.json != "-":
            titles = {check.id: check.title for check in workspace.cleanse.catalogue()}
            _print_summary(snapshot.rows, as_of, result.outcomes, titles)
    return 0


def _inputs(given: argparse.Namespace) -> list[Path | None]:
    """Every file that is read: the portfolio, extracts, and the industry tables in their folder."""
    folder: Path | None = given.standing_data
    tables = list(folder.iterdir()) if folder is not None and folder.is_dir() else []
    return [given.portfolio, given.registration, given.meters, *tables]


@contextmanager
def _workspace(folder: Path | None) -> Iterator[Workspace]:
    """Open the workspace that was named, or one that is gone afterwards."""
    if folder is not None:
        with Workspace.open(folder) as workspace:
            yield workspace
        return
    _sweep()
    with (
        tempfile.TemporaryDirectory(prefix=f"{_SCRATCH}{os.getpid()}-") as scratch,
        Workspace.create(Path(scratch) / "workspace", "A check without a workspace", "CHECK") as workspace,
    ):
        workspace.settings.set(replace(workspace.settings.get(), backup_at_close=False))
        yield workspace


def _sweep() -> None:
    """Remove what a check that was killed left in the temporary folder: a portfolio is personal data."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        owner = folder.name.removeprefix(_SCRATCH).split("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    if sys.platform == "win32":
        return True  # a process cannot be asked after without harm there; the system clears its temporary folder
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _import(workspace: Workspace, given: argparse.Namespace, job: Job) -> Snapshot:
    with closing(workspace.portfolio.read(given.portfolio, job, given.sheet)) as source:
        mapping: dict[str, str] = dict(given.map)
        if given.suggest or not given.map:
            taken = set(mapping.values())
            for item, suggestion in workspace.portfolio.suggest(source).items():
                if item not in mapping and suggestion.heading not in taken:
                    mapping[item] = suggestion.heading
            sys.stderr.write("".join(f"  {item} = {heading}\n" for item, heading in mapping.items()))
        for note in source.notes:
            sys.stderr.write(f"{note}\n")
        staged = workspace.portfolio.stage(source, mapping, job)
    committed = workspace.portfolio.commit(staged, given.extract_date)
    if committed.already:
        sys.stderr.write("This file is in the workspace already with this mapping, so it was not imported again.\n")
    return committed.snapshot


def _standing(given: argparse.Namespace) -> Mapping[str, pl.DataFrame] | None:
    """The tables of --standing-data; None without it: then those that the workspace remembers count."""
    if given.standing_data is None:
        return None
    data = read_standing_data(given.standing_data)
    sys.stderr.write(f"Industry tables {data.version or 'without a version'}: {', '.join(data.tables)}\n")
    return data.tables


def _print_summary(rows: int, as_of: date, outcomes: Sequence[CheckOutcome], titles: Mapping[str, str]) -> None:
    def counted(outcome: Outcome) -> list[CheckOutcome]:
        return [one for one in outcomes if one.outcome is outcome]

    failed = sorted(counted(Outcome.FAILED), key=lambda one: -one.count)
    checked = "1 row" if rows == 1 else f"{rows:,} rows"
    lines = [f"{checked} checked as of {as_of:%d %B %Y}: {counted_findings(sum(one.count for one in failed))}."]
    lines += [f"  {one.check_id}  {one.count:>9,}  {titles[one.check_id]}" for one in failed]
    lines.append(f"{len(counted(Outcome.PASSED))} checks passed, {len(failed)} found something.")
    for outcome in (Outcome.COULD_NOT_RUN, Outcome.SKIPPED):
        lines += [f"  {one.check_id}  {outcome.value}: {one.reason}" for one in counted(outcome)]
    output.tell("\n".join(lines) + "\n")
