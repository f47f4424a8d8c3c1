"""`mhhs-desk cutover milestones|milestone`: the days that count, and saying them."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.cli import arguments, output
from desktop.cli.cutover_moved import (
    counted,
    day_words,
    deliverable_lines,
    deliverables_json,
    moved_json,
    moved_lines,
)
from desktop.errors import NotFound
from desktop.milestones.model import MilestoneDay

_DAYS = ("baseline", "current", "actual")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to `cutover`."""
    command = commands.add_parser(
        "milestones",
        help="list the milestones with the day that counts",
        description="List the milestones of the programme and your own: the day that counts for each, where it is "
        "from, and what each plan said.",
    )
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run_list)

    command = commands.add_parser(
        "milestone",
        help="say the days of a milestone, or see what would move",
        description="Say the day of a milestone that you work to, or on which it was reached, and tell everything that "
        "moves with it in open cutover plans and in the PIT plan. Milestones of your own can be added and removed. "
        "With --dry-run nothing is kept. One step to undo.",
    )
    command.add_argument("id", nargs="?", default="", metavar="ID", help="id or title of a milestone, such as M14")
    arguments.add_workspace(command, required=True)
    command.add_argument("--current", type=_day, metavar="DATE", help="the day to work to; none takes it back")
    command.add_argument("--actual", type=_day, metavar="DATE", help="the day it was reached; none takes it back")
    command.add_argument(
        "--baseline", type=_day, metavar="DATE", help="what was planned first, of one of your own; none takes it back"
    )
    command.add_argument("--again", action="store_true", help="replace the baseline that there is")
    command.add_argument("--title", help="another title for one of your own")
    command.add_argument("--note", help="a note")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--add", default="", metavar="TITLE", help="add a milestone of your own")
    which.add_argument("--remove", action="store_true", help="remove one of your own that nothing hangs on")
    command.add_argument("--dry-run", action="store_true", help="tell what would move and change nothing")
    arguments.add_json(command)
    command.set_defaults(run=run_save)


def _day(text: str) -> date | str:
    return "" if text.strip().casefold() == "none" else arguments.day(text)


def run_list(given: argparse.Namespace) -> int:
    """Print them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        pack = workspace.milestones.pack()
        milestones = workspace.milestones.milestones()
    if given.json:
        told = {"version": pack.version, "status": pack.status.value, "source": pack.source}
        output.write_json(given.json, {"pack": told, "milestones": [_json(one) for one in milestones]})
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"Pack of milestones {pack.version}: {pack.status.value}", *map(_line, milestones)]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def run_save(given: argparse.Namespace) -> int:
    """Say the days; prints the milestone as it is then, and what moves."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    _must_fit(given)
    with Workspace.open(given.workspace, read_only=given.dry_run) as workspace:
        milestones = workspace.milestones
        if given.add:
            new, changes = milestones.add(given.add, baseline=given.baseline or "", note=given.note or "")
            _told(given, workspace, new, changes, None)
            return 0
        one = _named(workspace, given.id)
        if given.remove:
            changes = milestones.remove(one.id)
            _told(given, workspace, "", changes, None)
            return 0
        days = {name: said for name in _DAYS if (said := getattr(given, name)) is not None}
        said = {**days, "title": given.title, "note": given.note, "rebaseline": given.again}
        milestones.check(one.id, **said)
        then = one.day_with(days)
        # What moves is told from what was there before: afterwards nothing would move any more.
        moving = {one.id: then.isoformat() if then else ""} if then != one.day else {}
        moved = (workspace.cutover.moves(moving), workspace.pit.moves_with(moving)) if moving else ((), ())
        changes = Changes()
        if not given.dry_run:
            changes = milestones.save(one.id, **said)
        _told(given, workspace, one.id, changes, (then, *moved))
    return 0


def _told(given: argparse.Namespace, workspace: Workspace, milestone_id: str, changes: Changes, moving: Any) -> None:
    found = [one for one in workspace.milestones.milestones() if one.id == milestone_id]
    then, slips, deliverables = moving or (None, (), ())
    refs = {one.id: one.ref for one in workspace.cutover.plans()}
    if given.json:
        made = {
            "dry_run": given.dry_run,
            "step": changes.title,
            "milestone": _json(found[0]) if found else None,
            "would_count": then.isoformat() if given.dry_run and then else None,
            "moved": moved_json(slips, refs),
            "deliverables": deliverables_json(deliverables),
        }
        output.write_json(given.json, made)
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"{changes.title}." if changes.title else "Nothing was changed."]
        lines += map(_line, found)
        if given.dry_run:
            lines.append(f"Would count: {day_words(then)}")
        if slips:
            lines += [f"Cutover: {_moving(len(slips), 'activity', 'activities')}", *moved_lines(slips, refs)]
        if deliverables:
            much = _moving(len(deliverables), "deliverable", "deliverables")
            lines += [f"PIT plan: {much}", *deliverable_lines(deliverables)]
        if moving and not slips and not deliverables:
            lines.append("Nothing moves with it.")
        output.tell("".join(f"{line}\n" for line in lines))


def _moving(number: int, one: str, many: str) -> str:
    return f"{counted(number, one, many)} {'moves' if number == 1 else 'move'}"


def _named(workspace: Workspace, said: str) -> MilestoneDay:
    """A milestone by its id, else its title, without regard to case. Raises NotFound."""
    milestones = workspace.milestones.milestones()
    wanted = " ".join(said.split()).casefold()
    found = [one for one in milestones if one.id.casefold() == wanted] or [
        one for one in milestones if one.own and one.title.casefold() == wanted
    ]
    if not found:
        raise NotFound(
            f"There is no milestone “{said.strip()[:60]}”.",
            safe="Nothing was changed.",
            todo="Use an id that `cutover milestones` lists.",
        )
    return found[0]


def _must_fit(given: argparse.Namespace) -> None:
    """Raise WrongUsage for options that do not go together."""
    days = any(getattr(given, name) is not None for name in _DAYS)
    said = days or given.title is not None or given.note is not None
    if given.add and (given.id or given.current is not None or given.actual is not None or given.title is not None):
        raise arguments.WrongUsage("--add makes a new milestone: beside its title it takes --baseline and --note.")
    if not given.add and not given.id:
        raise arguments.WrongUsage("Say which milestone, by its id, or give --add.")
    if given.dry_run and (given.add or given.remove):
        raise arguments.WrongUsage("--dry-run tells what moves with other days: nothing moves here.")
    if given.remove and said:
        raise arguments.WrongUsage("--remove takes the milestone away: leave the other options out.")
    if not given.add and not given.remove and not said:
        raise arguments.WrongUsage("Say what to change: --current, --actual, --baseline, --title or --note.")


def _json(one: MilestoneDay) -> dict[str, Any]:
    pack = one.pack
    return {
        "id": one.id,
        "title": one.title,
        "own": one.own,
        "day": one.day.isoformat() if one.day else None,
        "exact": one.exact,
        "source": one.source,
        "reached": one.reached,
        "baselines": [
            {"plan": planned.plan, "day": planned.text, "source": planned.source} for planned in pack.baselines
        ]
        if pack
        else [],
        "happened": {"day": pack.actual.text, "source": pack.actual.source} if pack and pack.actual else None,
        "baseline": one.baseline.isoformat() if one.own and one.baseline else None,
        "current": one.current.isoformat() if one.current else None,
        "actual": one.actual.isoformat() if one.actual else None,
        "note": one.note,
    }


def _line(one: MilestoneDay) -> str:
    day = "no day" if one.day is None else day_words(one.day) if one.exact else f"{one.day:%B %Y}"
    return f"{one.id}  {one.title}: {day} ({one.source})"
