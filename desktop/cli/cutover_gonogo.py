"""`mhhs-desk cutover gonogo`: what stands in the way of a milestone, and the sheet to print."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_plan, chosen
from desktop.cutover.model import Activity
from desktop.gonogo.model import GoNoGo, Line


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "gonogo",
        help="what stands in the way, and the sheet to print",
        description="Everything that has to be known to decide on a milestone: what is done, open, late and waiting, "
        "open findings and exceptions, what was not checked, defects, declarations. People decide; the exit status "
        "says nothing of it.",
    )
    arguments.add_workspace(command, required=True)
    add_plan(command)
    command.add_argument("--out", type=Path, metavar="FILE", help="the sheet, its name ending in .pdf or .html")
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print what stands in the way; write the sheet where it was asked for."""
    output.must_not_clash({"--json": given.json, "--out": given.out}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        sheet = workspace.gonogo.sheet(chosen(workspace, given).id)
        if given.out:
            workspace.gonogo.write(sheet, given.out, given.printer)
    if given.json:
        output.write_json(given.json, {**facts(sheet), "path": str(given.out) if given.out else ""})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("\n".join([*lines(sheet), *([f"Written: {given.out}"] if given.out else [])]) + "\n")
    return 0


def lines(sheet: GoNoGo) -> list[str]:
    """The head of the sheet in words."""
    told = [sheet.title]
    if sheet.milestone:
        day = f"{sheet.milestone.day:%d %b %Y}" if sheet.milestone.day else "no day"
        told.append(f"{sheet.milestone.name}: {day}")
    told.append(
        f"{len(sheet.done)} done or not needed, {len(sheet.open)} open, {len(sheet.late)} late, "
        f"{len(sheet.waiting)} cannot start yet, {len(sheet.failed)} failed or no-go"
    )
    if not sheet.blockers:
        return [*told, "Nothing that is known here stands in the way."]
    return [*told, f"What stands in the way ({len(sheet.blockers)}):", *(f"  {one}" for one in sheet.blockers)]


def facts(sheet: GoNoGo) -> dict[str, Any]:
    """The sheet for `--json`."""
    parts: dict[str, tuple[Activity, ...]] = {
        "done": sheet.done, "open": sheet.open, "late": sheet.late, "waiting": sheet.waiting, "failed": sheet.failed,
        "to_confirm": sheet.to_confirm,
    }  # fmt: skip
    told: dict[str, tuple[Line, ...]] = {
        "findings": sheet.findings, "exceptions": sheet.exceptions, "not_checked": sheet.not_checked,
        "defects": sheet.defects,
    }  # fmt: skip
    return {
        "plan": sheet.plan.ref,
        "rehearsal": sheet.plan.rehearsal,
        "rag": sheet.rag.value,
        "blockers": list(sheet.blockers),
        **{name: [one.details.key for one in some] for name, some in parts.items()},
        **{
            name: [{"text": one.text, "detail": one.detail, "count": one.count} for one in some]
            for name, some in told.items()
        },
        "declarations": [
            {"name": one.name, "state": one.state.value, "changed": list(one.flags)} for one in sheet.declarations
        ],
        "declarations_missing": list(sheet.declarations_missing),
        "audit_head": {"seq": sheet.audit_head[0], "h": sheet.audit_head[1]},
    }
