"""`mhhs-desk demo`: the sample workspace and the whole job on it; with a display in the window, else without one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cleanse.model import Outcome, Severity
from desktop.cli import arguments, demo_cutover, demo_submissions, demo_sync, earlier_demo, output
from desktop.cli.progress import told_job
from desktop.clock import system_clock
from desktop.report.privacy import MpanChoice
from desktop.sample.workspace import build
from desktop.testing.model import Cover
from desktop.testing.workbooks import BookKind

DEFAULT_OUT = Path("mhhs-desk-demo")
BOOKS = (
    ("pit-plan.xlsx", BookKind.PLAN, ""),
    ("rttm-at-pit-exit.xlsx", BookKind.RTTM, "pit_exit"),
    ("pit-completion-report.xlsx", BookKind.COMPLETION, "pit_exit"),
    ("defect-log-and-work-off-plan.xlsx", BookKind.DEFECTS, ""),
)
"""The workbooks of testing: name, kind, and the gate they are for."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "demo",
        help="the sample workspace, the whole job",
        description="Build the sample workspace out of made-up data: import and check three months, plan and test with "
        "evidence, plan a cutover, sign a declaration, hand over submissions; write the progress report, the fix "
        "lists, the workbooks, the go/no-go sheet, the signed declaration, what was handed over and a sealed pack. "
        "Opens the window on it where there is a display.",
    )
    command.add_argument("--headless", action="store_true", help="do it without a window and print a summary")
    command.add_argument(
        "--out",
        type=Path,
        default=DEFAULT_OUT,
        metavar="DIR",
        help=f"where the files go ({DEFAULT_OUT}); an earlier sample there is replaced, or kept under a new name if it "
        "was worked in",
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Do the whole job without a window; prints what was found and where the files are."""
    out: Path = given.out
    folder, report_path = out / "workspace", out / "data-cleanse-progress-report.xlsx"
    written = {"the progress report": report_path, **{f"the {kind.title}": out / name for name, kind, _ in BOOKS}}
    written |= {f"the file {name}": out / name for name in demo_cutover.NAMES}
    output.must_not_clash({"--json": given.json, **written}, (), folder)
    job = told_job()
    kept = earlier_demo.make_room(out, folder, system_clock())
    if kept:
        sys.stderr.write(f"{kept}\n")
    build(folder, clock=system_clock, job=job, printer=given.printer)
    with Workspace.open(folder) as workspace:
        report = workspace.reports.progress_report(report_path, "", MpanChoice.FULL, job)
        output.make_folder(out / "fix-lists")
        earlier_demo.remove_lists(out)
        lists = workspace.reports.fix_lists(out / "fix-lists", MpanChoice.FULL, job)
        books = [workspace.workbooks.write(out / name, kind, gate, job) for name, kind, gate in BOOKS]
        others = demo_cutover.write(workspace, out, job, given.printer)
        handed_over = demo_submissions.write(workspace, out, job)
        handed_over += demo_sync.write(workspace, handed_over[0].parent)
        replaced = earlier_demo.paths_within(out, ((one.path, one.sha256) for one in lists))
        replaced |= earlier_demo.hashes_within(out, handed_over[0].parent)
        earlier_demo.note(out, workspace, replaced | earlier_demo.hashes_within(out, others[-1]))
        lines = _summary(workspace)
        facts = _facts(workspace)
    files = [str(report.path), *(str(one.path) for one in books), *map(str, others), *map(str, handed_over)]
    files += [str(one.path) for one in lists]
    if given.json:
        output.write_json(given.json, {**facts, "files": files, "workspace": str(folder)})
    if given.json != output.STANDARD_OUTPUT:
        lines += ["", "Written:", *(f"  {one}" for one in files), f"  {folder} (the workspace)"]
        output.tell("\n".join(lines) + "\n")
    return 0


def _facts(workspace: Workspace) -> dict[str, Any]:
    """For `--json`: what the newest check found (rows, open findings, these by severity) and how far testing is."""
    newest, coverage = workspace.cleanse.runs()[0], workspace.trace.coverage()
    return {
        "rows": workspace.portfolio.snapshot(newest.snapshot_id).rows,
        "findings": newest.open,
        "by_severity": {severity.value: newest.by_severity[severity] for severity in Severity},
        "requirements": coverage.whole.total,
        "requirements_with_gaps": coverage.whole.gaps,
        "evidence": workspace.evidence.table().total(),
    }


def _summary(workspace: Workspace) -> list[str]:
    run_now = workspace.cleanse.runs()[0]
    snapshot = workspace.portfolio.snapshot(run_now.snapshot_id)
    outcomes = workspace.cleanse.outcomes(run_now.id)
    failed = sorted((one for one in outcomes if one.outcome is Outcome.FAILED), key=lambda one: -one.count)
    titles = {check.id: check.title for check in workspace.cleanse.catalogue()}
    severities = ", ".join(f"{run_now.by_severity[severity]:,} {severity.value}" for severity in Severity)
    return [
        f"{workspace.participant.get().name}",
        f"{snapshot.file_name}: {snapshot.rows:,} rows, checked as of {run_now.as_of:%d %B %Y}",
        f"{run_now.open:,} findings ({severities}): {run_now.new:,} new, {run_now.still:,} still open, "
        f"{run_now.changed:,} changed; {run_now.gone:,} gone since last month",
        "",
        *(f"  {one.check_id}  {one.count:>5,}  {titles[one.check_id]}" for one in failed[:10]),
        *([f"  ... and {len(failed) - 10} checks more"] if len(failed) > 10 else []),
        "",
        f"Not checked: {sum(one.outcome in (Outcome.COULD_NOT_RUN, Outcome.SKIPPED) for one in outcomes)} of "
        f"{len(outcomes)} checks (the report says which and why).",
        "",
        *_testing(workspace),
        *demo_cutover.lines(workspace),
        *demo_submissions.lines(workspace),
        *demo_sync.lines(workspace),
    ]


def _testing(workspace: Workspace) -> list[str]:
    """How far testing is, in three lines."""
    coverage, deliverables = workspace.trace.coverage(), workspace.pit.deliverables()
    covers = ", ".join(f"{count} {cover.value}" for cover in Cover if (count := coverage.whole.counts.get(cover, 0)))
    finished = sum(one.status.finished for one in deliverables)
    late = sum(one.late_by > 0 and not one.status.finished for one in deliverables)
    return [
        f"PIT plan: {len(deliverables)} deliverables, {finished} finished, {late} late",
        f"Requirements: {coverage.whole.total}, {coverage.whole.gaps} with something to do ({covers})",
        f"Evidence: {workspace.evidence.table().total()} items, {len(workspace.defects.defects())} defects, "
        f"{len(workspace.test_runs.runs())} runs",
    ]
