"""`mhhs-desk cutover plans|starters|take|rehearse|baseline`: which plans there are, and making them."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_plan, chosen
from desktop.cutover.model import PlanSummary
from desktop.errors import NotFound


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to `cutover`."""
    command = commands.add_parser("plans", help="list the plans", description="List the plans, open ones first.")
    _finish(command, _plans)
    command = commands.add_parser(
        "starters",
        help="list the plans that can be taken to begin with",
        description="List the plans of the content pack, those for the participant's roles first. What MHHS Desk ships "
        "is suggested, and no official plan.",
    )
    _finish(command, _starters)
    command = commands.add_parser(
        "take",
        help="take a plan of the pack",
        description="Take a plan of the content pack into a new plan, or into one that is here: ticks, owners and days "
        "given by hand stay, and a text that changed marks its activity.",
    )
    command.add_argument("starter", metavar="STARTER", help="id of a plan of the pack, as `cutover starters` lists it")
    command.add_argument("--into", default="", metavar="REF", help="a plan that is here; without it a new one is made")
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KEY",
        help="with --into: this activity; may be given several times",
    )
    _finish(command, _take)
    command = commands.add_parser(
        "rehearse",
        help="copy a plan to practise on",
        description="Copy a plan with its planned windows as the baseline and nothing of what was done. It is marked "
        "REHEARSAL everywhere and can never be submitted.",
    )
    add_plan(command)
    command.add_argument("--title", default="", help="title of the rehearsal; without it that of the plan")
    _finish(command, _rehearse)
    command = commands.add_parser(
        "baseline",
        help="keep the planned windows as the baseline",
        description="Keep the planned windows as the baseline, against which the plan is then told.",
    )
    add_plan(command)
    command.add_argument("--again", action="store_true", help="replace the baseline that there is")
    _finish(command, _baseline)


def _finish(command: argparse.ArgumentParser, run: Any) -> None:
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run)


def _plans(given: argparse.Namespace) -> int:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        plans = workspace.cutover.plans()
    if given.json:
        output.write_json(given.json, {"plans": [plan_json(one) for one in plans]})
    if given.json != output.STANDARD_OUTPUT:
        lines = [
            f"{one.ref}  {one.name}{_closed(one)}: {one.finished:,} of {one.activities:,} finished" for one in plans
        ]
        output.tell("".join(f"{line}\n" for line in lines or ["There is no cutover plan yet."]))
    return 0


def _starters(given: argparse.Namespace) -> int:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        pack = workspace.cutover.pack()
        starters = workspace.cutover.starters()
        refs = {one.id: one.ref for one in workspace.cutover.plans()}
    if given.json:
        listed = [
            {
                "id": one.id,
                "title": one.title,
                "about": one.about,
                "milestone": one.milestone,
                "roles": list(one.roles),
                "activities": one.activities,
                "taken": refs.get(one.taken) if one.taken is not None else None,
            }
            for one in starters
        ]
        made = {"pack": {"version": pack.version, "status": pack.status.value, "source": pack.source}}
        output.write_json(given.json, {**made, "starters": listed})
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"Pack of cutover plans {pack.version}: {pack.status.value}"]
        for one in starters:
            taken = f", taken as {refs[one.taken]}" if one.taken in refs else ""
            lines.append(f"{one.id}  {one.title}: {one.activities:,} activities{taken}")
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def _take(given: argparse.Namespace) -> int:
    if given.only and not given.into:
        raise arguments.WrongUsage("--only chooses activities of a plan that is here: give --into too.")
    with _opened(given) as workspace:
        cutover = workspace.cutover
        ids = [one.id for one in cutover.starters()]
        if given.starter not in ids:
            raise NotFound(
                f"The pack has no plan {given.starter}.", todo=f"Use one of: {', '.join(ids) or '(it has none)'}."
            )
        into = cutover.plan_by_ref(given.into).id if given.into else None
        plan_id, changes = cutover.take(given.starter, into, given.only or None)
        return _tell(given, workspace, plan_id, changes.title)


def _rehearse(given: argparse.Namespace) -> int:
    with _opened(given) as workspace:
        plan = chosen(workspace, given)
        plan_id, changes = workspace.cutover.rehearse(plan.id, given.title)
        return _tell(given, workspace, plan_id, changes.title)


def _baseline(given: argparse.Namespace) -> int:
    with _opened(given) as workspace:
        plan = chosen(workspace, given)
        changes = workspace.cutover.set_baseline(plan.id, again=given.again)
        return _tell(given, workspace, plan.id, changes.title)


def _opened(given: argparse.Namespace) -> Workspace:
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    return Workspace.open(given.workspace)


def _tell(given: argparse.Namespace, workspace: Workspace, plan_id: int, step: str) -> int:
    plan = next(one for one in workspace.cutover.plans() if one.id == plan_id)
    if given.json:
        output.write_json(given.json, {"step": step, "plan": plan_json(plan)})
    if given.json != output.STANDARD_OUTPUT:
        output.tell(f"{plan.ref}  {plan.name}: {plan.activities:,} activities\n")
    if not step:
        sys.stderr.write("Nothing was changed.\n")
    return 0


def plan_json(plan: PlanSummary) -> dict[str, Any]:
    """A plan in JSON."""
    return {
        "ref": plan.ref,
        "title": plan.details.title,
        "milestone": plan.details.milestone,
        "rehearsal": plan.rehearsal,
        "source": plan.source,
        "activities": plan.activities,
        "finished": plan.finished,
        "closed": plan.details.closed or None,
    }


def _closed(plan: PlanSummary) -> str:
    return f" (closed {plan.details.closed})" if plan.details.closed else ""
