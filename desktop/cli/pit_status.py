"""`mhhs-desk pit status`: how far testing is: gates, late deliverables, coverage, open defects, links to look at."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.pit.model import Deliverable, DeliverableStatus, GateState, SeverityLevel, Standing
from desktop.testing.model import Cover, Coverage, CoverageRow, RunInfo, WorkOff, WorkOffStatus

_NAME_WIDTH = 28
_STANDINGS = {
    "suggested": "suggested by MHHS Desk, not official",
    "official": "official, from your own copy",
}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `pit`."""
    command = commands.add_parser(
        "status",
        help="how far testing is",
        description="How far Pre-Integration Testing is: the gates with the working days left, late deliverables, "
        "requirements by family and stage with what is not covered, open defects by severity, and what has to be "
        "looked at again.",
    )
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print how testing stands."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = _gather(workspace)
    if given.json:
        output.write_json(given.json, found)
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in _lines(found)))
    return 0


# -- what is told ------------------------------------------------------------------------------------------------------


def _gather(workspace: Workspace) -> dict[str, Any]:
    pit, defects = workspace.pit, workspace.defects
    plan = pit.deliverables()
    pack = pit.pack()
    return {
        "pack": {"version": pack.version, "status": pack.status.value, "source": pack.source},
        "gates": [_gate(state) for state in pit.gate_states()],
        "deliverables": {
            "total": len(plan),
            "finished": sum(one.status.finished for one in plan),
            "late": [_late(one) for one in plan if one.standing is Standing.LATE],
        },
        "coverage": _coverage(workspace.trace.coverage()),
        "runs": _runs(workspace.test_runs.runs()),
        "defects": _defects(defects.open_by_severity(), pit.severities()),
        "deferred_without_work_off": [one.ref for one in defects.deferred_without_work_off()],
        "work_off": _work_off(defects.work_off_items()),
    }


def _gate(state: GateState) -> dict[str, Any]:
    return {
        "id": state.gate.id,
        "name": state.gate.name,
        "day": _iso(state.gate.day),
        "passed": state.gate.actual is not None,
        "working_days_left": state.working_days_left,
        "deliverables": state.deliverables,
        "finished": state.finished,
        "late": state.late,
    }


def _late(one: Deliverable) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "title": one.title,
        "gate": one.gate,
        "planned": _iso(one.planned),
        "working_days_late": one.late_by,
        "owner": one.owner,
        "status": DeliverableStatus(one.status).value,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        **_row(coverage.whole),
        "by_family": [{"name": row.name, **_row(row)} for row in coverage.by_family],
        "by_stage": [{"name": row.name, **_row(row)} for row in coverage.by_stage],
        "links_to_look_at": coverage.changed_links,
        "cases_for_no_requirement": coverage.orphan_cases,
    }


def _row(row: CoverageRow) -> dict[str, Any]:
    counts = {cover.value: row.counts[cover] for cover in Cover}
    return {"requirements": row.total, "not_covered": row.gaps, "counts": counts}


def _runs(runs: Sequence[RunInfo]) -> dict[str, Any]:
    return {"total": len(runs), "not_finished": [run.ref for run in runs if run.open]}


def _defects(counts: dict[str, int], scale: Sequence[SeverityLevel]) -> list[dict[str, Any]]:
    levels = {level.id: level for level in scale}
    return [
        {
            "severity": severity,
            "name": levels[severity].name if severity in levels else severity or "Not judged",
            "open": count,
            "blocks_exit": severity in levels and levels[severity].blocks_exit,
        }
        for severity, count in counts.items()
    ]


def _work_off(items: Sequence[WorkOff]) -> dict[str, Any]:
    left = [one for one in items if one.details.status is WorkOffStatus.OPEN]
    return {
        "open": len(left),
        "late": [one.ref for one in left if one.late],
        "not_agreed": [one.ref for one in left if not one.details.agreed_by],
    }


# -- for people --------------------------------------------------------------------------------------------------------


def _lines(found: dict[str, Any]) -> Iterator[str]:
    pack = found["pack"]
    standing = _STANDINGS.get(pack["status"], pack["status"])
    yield f"Due days and blocking severities: PIT plan pack {pack['version']}, {standing}"
    yield "Gates"
    for gate in found["gates"]:
        yield f"  {gate['name']:{_NAME_WIDTH}} {_gate_words(gate)}"
    plan = found["deliverables"]
    yield f"Deliverables: {plan['total']:,}, finished {plan['finished']:,}, late {len(plan['late']):,}"
    for one in plan["late"]:
        owner = f", {one['owner']}" if one["owner"] else ", no owner"
        yield f"  {one['ref']} {one['title']}: {_days(one['working_days_late'])} late{owner}"
    coverage = found["coverage"]
    yield f"Requirements: {coverage['requirements']:,}, not covered {coverage['not_covered']:,}{_counts(coverage)}"
    for by in ("family", "stage"):
        for row in coverage[f"by_{by}"]:
            name = f"{by} {row['name'] or '(none named)'}"
            yield f"  {name:{_NAME_WIDTH}} {row['requirements']:,}, not covered {row['not_covered']:,}{_counts(row)}"
    runs = found["runs"]
    yield f"Runs: {runs['total']:,}{_listed(', not finished', runs['not_finished'])}"
    left = ", ".join(f"{one['name']} {one['open']:,}{' (blocks)' if one['blocks_exit'] else ''}"
                     for one in found["defects"] if one["open"])  # fmt: skip
    yield f"Open defects: {left or 'none'}"
    items = found["work_off"]
    late, agreed = _listed(", late", items["late"]), _listed(", not agreed", items["not_agreed"])
    yield f"Open work-off items: {items['open']:,}{late}{agreed}"
    yield from _to_look_at(found)


def _to_look_at(found: dict[str, Any]) -> Iterator[str]:
    coverage = found["coverage"]
    if coverage["links_to_look_at"]:
        yield f"Links to look at again, since the requirement changed: {coverage['links_to_look_at']:,}"
    if coverage["cases_for_no_requirement"]:
        yield f"Test cases for no requirement: {coverage['cases_for_no_requirement']:,}"
    if found["deferred_without_work_off"]:
        yield f"Deferred defects without a work-off item: {', '.join(found['deferred_without_work_off'])}"


def _gate_words(gate: dict[str, Any]) -> str:
    done = f"{gate['finished']:,} of {gate['deliverables']:,} deliverables finished"
    if gate["day"] is None:
        return f"no day yet; {done}"
    if gate["passed"]:
        return f"passed on {gate['day']}; {done}"
    left = gate["working_days_left"]
    when = f"{_days(left)} left" if left >= 0 else f"{_days(-left)} ago"
    return f"{gate['day']}, {when}; {done}"


def _counts(row: dict[str, Any]) -> str:
    words = ", ".join(f"{count:,} {name}" for name, count in row["counts"].items() if count)
    return f" ({words})" if words else ""


def _listed(what: str, refs: Sequence[str]) -> str:
    return f"{what}: {', '.join(refs)}" if refs else ""


def _days(count: int) -> str:
    return f"{count:,} working day{'' if count == 1 else 's'}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
