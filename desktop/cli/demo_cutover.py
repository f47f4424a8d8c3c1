"""What `mhhs-desk demo` writes and says of the sample's cutover and declarations."""

from __future__ import annotations

from pathlib import Path

from desktop.app import Workspace
from desktop.cutover.model import PlanSummary
from desktop.declarations.model import Declaration, DeclarationState, PdfPrinter
from desktop.jobs import Job

PLAN, CALENDAR, SHEET = "cutover-plan.xlsx", "cutover-deadlines.ics", "go-no-go.html"
NAMES = (PLAN, CALENDAR, SHEET)


def write(workspace: Workspace, out: Path, job: Job, printer: PdfPrinter | None) -> tuple[Path, ...]:
    """Write the go-live plan, its deadlines, the go/no-go sheet and the signed declaration; with a printer PDF too."""
    plan = _go_live(workspace)
    sheet = workspace.gonogo.sheet(plan.id)
    made = [out / PLAN, out / CALENDAR, out / SHEET]
    workspace.cutover_files.write(out / PLAN, plan.id, job)
    workspace.cutover_files.write(out / CALENDAR, plan.id, job)
    workspace.gonogo.write(sheet, out / SHEET)
    if printer is not None:
        made.append((out / SHEET).with_suffix(".pdf"))
        workspace.gonogo.write(sheet, made[-1], printer)
    signed = _signed(workspace)
    return (*made, workspace.declarations.export(signed.id, _room_for(signed, out)))


def _room_for(signed: Declaration, out: Path) -> Path:
    """Where the declaration can go: `out`, or a folder in it when somebody's files stand there under its name."""
    folder, number = out, 1
    while (folder / f"{signed.ref}-v{signed.version}").exists():
        number += 1
        folder = out / f"declaration-{number}"
        folder.mkdir(exist_ok=True)
    return folder


def lines(workspace: Workspace) -> list[str]:
    """How far the cutover is, in two lines."""
    plan = _go_live(workspace)
    sheet = workspace.gonogo.sheet(plan.id)
    states = [one.state for one in workspace.declarations.declarations()]
    told = ", ".join(f"{states.count(one)} {one.title.lower()}" for one in DeclarationState if one in states)
    return [
        f"Cutover plan {plan.ref}: {plan.activities} activities, {plan.finished} finished, {len(sheet.late)} late, "
        f"{len(sheet.blockers)} things in the way",
        f"Declarations: {told}",
    ]


def _go_live(workspace: Workspace) -> PlanSummary:
    return next(one for one in workspace.cutover.plans() if not one.rehearsal and not one.key)


def _signed(workspace: Workspace) -> Declaration:
    return next(one for one in workspace.declarations.declarations() if one.state.stands)
