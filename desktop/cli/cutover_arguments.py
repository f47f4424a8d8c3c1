"""Arguments that the commands of cutover plans share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from desktop.app import Workspace
from desktop.cutover.model import PlanSummary
from desktop.uk_time import Moment, read_moment


def add_plan(command: argparse.ArgumentParser) -> None:
    """Add `--plan REF`."""
    command.add_argument(
        "--plan",
        default="",
        metavar="REF",
        help="reference or title of the plan; without it the only open one that is no rehearsal",
    )


def add_keys(command: argparse.ArgumentParser) -> None:
    """Add the ids of activities."""
    command.add_argument("key", nargs="+", metavar="KEY", help="id of an activity, such as T-014")


def moment(text: str) -> Moment:
    """Read a day or a day with a time; anything else is wrong usage."""
    found = read_moment(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no day and no time, such as 2026-10-25 or 2026-10-25T01:30")
    return found


def chosen(workspace: Workspace, given: argparse.Namespace) -> PlanSummary:
    """The plan that `--plan` names. Raises NotFound, InvalidInput."""
    return workspace.cutover.plan_by_ref(given.plan)


def chosen_ids(workspace: Workspace, plan: PlanSummary, keys: Sequence[str]) -> list[int]:
    """The activities of a plan with these ids, each once. Raises NotFound."""
    return list(dict.fromkeys(workspace.cutover.activity_id(plan.id, key) for key in keys))
