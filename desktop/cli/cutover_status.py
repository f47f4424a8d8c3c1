"""`mhhs-desk cutover status`: what is late, waits and why, comes next, and decides when the plan ends."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.cutover_arguments import add_plan, chosen, moment
from desktop.cli.cutover_plans import plan_json
from desktop.cutover.ends import end_words
from desktop.cutover.model import Activity, ActivityState, PlanView, Rag
from desktop.uk_time import Moment


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `cutover`."""
    command = commands.add_parser(
        "status",
        help="how a plan stands",
        description="How a plan stands: what is late, what waits and why, what is next, red, amber and green with the "
        "reason, and the chain of activities that decides when it ends.",
    )
    arguments.add_workspace(command, required=True)
    add_plan(command)
    command.add_argument(
        "--as-of", type=moment, metavar="MOMENT", help="as it looks at this moment; without it now (UK time)"
    )
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print how the plan stands."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        plan = chosen(workspace, given)
        view = workspace.cutover.plan(plan.id, given.as_of.start() if given.as_of else None)
    if given.json:
        output.write_json(given.json, _as_json(view))
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in _lines(view)))
    return 0


def _as_json(view: PlanView) -> dict[str, Any]:
    keys = {one.id: one.details.key for one in view.activities}
    return {
        "plan": plan_json(view.plan),
        "as_of": view.now.isoformat(timespec="seconds"),
        "planned_end": _text(view.planned_end),
        "ends": _text(view.ends),
        "counts": {state.value: sum(one.state is state for one in view.activities) for state in ActivityState},
        "rag": {rag.value: sum(one.rag is rag for one in view.activities) for rag in Rag if rag},
        "chain": [keys[one] for one in view.critical],
        "activities": [activity_json(one) for one in view.activities],
    }


def activity_json(one: Activity) -> dict[str, Any]:
    """An activity in JSON."""
    details = one.details
    return {
        "key": details.key,
        "title": details.title,
        "type": details.type.value,
        "phase": details.phase,
        "responsible": details.responsible,
        "owner": details.owner,
        "external": details.external,
        "state": one.state.value,
        "due": _text(one.due),
        "planned": [_text(one.planned.start), _text(one.planned.finish)],
        "forecast": [_text(one.forecast.start), _text(one.forecast.finish)],
        "baseline": [_text(one.baseline.start), _text(one.baseline.finish)],
        "started": _text(one.started),
        "finished": _text(one.finished),
        "finished_by": one.finished_by,
        "outcome": one.outcome,
        "late": one.late,
        "rag": one.rag.value,
        "rag_computed": one.rag_computed.value,
        "rag_why": one.rag_why,
        "rag_reason": one.rag_reason,
        "waiting_for": list(one.waiting_for),
        "lacks": list(one.lacks),
        "changed": one.changed,
        "missing": one.missing,
        "decides_the_end": one.critical,
    }


# -- for people --------------------------------------------------------------------------------------------------------


def _lines(view: PlanView) -> Iterator[str]:
    plan = view.plan
    yield f"{plan.name} ({plan.ref}): {plan.finished:,} of {plan.activities:,} finished"
    planned = f", planned {end_words(view.planned_end)}" if view.planned_end else ""
    yield f"Forecast end: {end_words(view.ends) if view.ends else 'no day yet'}{planned}"
    rags = Counter(one.rag for one in view.activities)
    yield "Red {:,}, amber {:,}, green {:,}".format(*(rags[one] for one in (Rag.RED, Rag.AMBER, Rag.GREEN)))
    open_ones = [one for one in view.activities if not one.state.finished]
    yield from _part("Failed", [one for one in open_ones if one.state is ActivityState.FAILED], _outcome)
    yield from _part("Late", [one for one in open_ones if one.late], _when)
    begun = [one for one in open_ones if one.state is ActivityState.STARTED]
    yield from _part("In progress", begun, _when)
    ready = [one for one in open_ones if one.state is ActivityState.READY]
    yield from _part("Next: ready to start", ready, _when)
    yield from _part("Cannot start yet", [one for one in open_ones if one.state is ActivityState.WAITING], _waits)
    amber = [one for one in open_ones if one.rag in (Rag.RED, Rag.AMBER) and not one.late]
    yield from _part("Red or amber, not late", amber, _colour)
    look = [one for one in view.activities if one.changed or one.missing]
    yield from _part("To look at", look, _look)
    named = {one.id: one for one in view.activities}
    yield from _part("Critical path, which decides the end", [named[one] for one in view.critical], _window)


def _part(title: str, activities: list[Activity], more: Any) -> Iterator[str]:
    if not activities:
        return
    yield f"{title}: {len(activities):,}"
    for one in activities:
        said = more(one)
        yield f"  {one.details.key} {one.details.title}{f': {said}' if said else ''}"


def _when(one: Activity) -> str:
    who = one.details.owner or one.details.responsible
    day = f"due {one.due.words}" if one.due else ""
    if not day and one.forecast.finish is not None:
        day = f"to end {one.forecast.finish.words}"
    return ", ".join(text for text in (day, who) if text)


def _window(one: Activity) -> str:
    texts = [moment.words for moment in (one.forecast.start, one.forecast.finish) if moment is not None]
    return " to ".join(dict.fromkeys(texts))


def _waits(one: Activity) -> str:
    return "; ".join(one.waiting_for)


def _outcome(one: Activity) -> str:
    return ", ".join(text for text in (one.outcome, one.remark) if text)


def _colour(one: Activity) -> str:
    why = f"{one.rag_reason} (said)" if one.rag_reason else one.rag_why
    return f"{one.rag.value}, {why}" if why else one.rag.value


def _look(one: Activity) -> str:
    return "not in the newest version" if one.missing else "the plan says something else of it than before"


def _text(moment: Moment | None) -> str | None:
    return None if moment is None else moment.text
