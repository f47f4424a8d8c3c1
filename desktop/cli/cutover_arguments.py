"""Arguments that the commands of cutover plans share."""

from __future__ import annotations

import argparse

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


def moment(text: str) -> Moment:
    """Read a day or a day with a time; anything else is wrong usage."""
    found = read_moment(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no day and no time, such as 2026-10-25 or 2026-10-25T01:30")
    return found


def chosen(workspace: Workspace, given: argparse.Namespace) -> PlanSummary:
    """The plan that `--plan` names. Raises NotFound, InvalidInput."""
    return workspace.cutover.plan_by_ref(given.plan)
