"""`mhhs-desk cutover skip|confirm|rag`: what a person says of activities beside their ticks."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_keys, add_plan, chosen, chosen_ids
from desktop.cli.cutover_status import activity_json
from desktop.cutover.model import Activity, Rag
from desktop.cutover.service import CutoverService

_COMPUTED = "computed"
_COLOURS = (*(one.value for one in Rag if one), _COMPUTED)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to `cutover`."""
    skip = commands.add_parser(
        "skip",
        help="say that activities are not needed",
        description="Say that activities are not to be done, and why; what waits for them waits no more. One step to "
        "undo.",
    )
    add_keys(skip)
    which = skip.add_mutually_exclusive_group(required=True)
    which.add_argument("--reason", default="", help="why they are not needed")
    which.add_argument("--back", action="store_true", help="say that they are needed after all")
    _finish(skip, _skip)

    confirm = commands.add_parser(
        "confirm",
        help="say that what changed was looked at",
        description="Say that the changed texts of activities were looked at, and that done is still done; what the "
        "newest version of the plan does not have any more is marked no longer. One step to undo.",
    )
    add_keys(confirm)
    _finish(confirm, _confirm)

    rag = commands.add_parser(
        "rag",
        help="say red, amber or green over what is computed",
        description="Say red, amber or green of activities over what is computed, with a reason; “computed” takes it "
        "back. One step to undo.",
    )
    add_keys(rag)
    rag.add_argument("colour", choices=_COLOURS, help="the colour; computed: what is computed counts again")
    rag.add_argument("--reason", default="", help="why; needed for a colour")
    _finish(rag, _rag)


def _finish(command: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    arguments.add_workspace(command, required=True)
    add_plan(command)
    arguments.add_json(command)
    command.set_defaults(run=run)


def _skip(given: argparse.Namespace) -> int:
    if not given.back and not given.reason.strip():
        raise arguments.WrongUsage("--reason needs words: why they are not needed.")
    return _say(given, lambda cutover, ids: cutover.not_needed(ids, given.reason))


def _confirm(given: argparse.Namespace) -> int:
    return _say(given, lambda cutover, ids: cutover.confirm(ids))


def _rag(given: argparse.Namespace) -> int:
    if given.colour == _COMPUTED:
        if given.reason:
            raise arguments.WrongUsage("--reason says nothing about taking a colour back.")
        return _say(given, lambda cutover, ids: cutover.say_rag(ids, Rag.NONE, ""))
    return _say(given, lambda cutover, ids: cutover.say_rag(ids, Rag(given.colour), given.reason))


def _say(given: argparse.Namespace, do: Callable[[CutoverService, Sequence[int]], Changes]) -> int:
    """Say it; prints the step and how each activity stands now."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        plan = chosen(workspace, given)
        ids = chosen_ids(workspace, plan, given.key)
        changes = do(workspace.cutover, ids)
        view = workspace.cutover.plan(plan.id)
        found = [one for activity_id in ids if (one := view.by_id(activity_id)) is not None]
    if given.json:
        activities = [activity_json(one) for one in found]
        output.write_json(given.json, {"plan": plan.ref, "step": changes.title, "activities": activities})
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"{plan.name} ({plan.ref}): {changes.title or 'nothing was changed'}", *map(_line, found)]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def _line(one: Activity) -> str:
    said = [one.state.value]
    if one.not_needed:
        said.append(one.not_needed)
    if one.rag:
        why = f"{one.rag_reason} (said)" if one.rag_reason else one.rag_why
        said.append(f"{one.rag.value}: {why}" if why else one.rag.value)
    return f"  {one.details.key} {one.details.title}: {', '.join(said)}"
