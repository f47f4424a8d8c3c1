"""What is open, excepted or unknown as a declaration is signed: shown above its statement and frozen with it.

Nothing here stops a signature: a person decides, and it stands in what they sign.
"""

from __future__ import annotations

from collections.abc import Iterable

from desktop.cleanse.overview import Overview
from desktop.cutover.model import Activity, ActivityState
from desktop.declarations.facts import Facts, before
from desktop.declarations.model import DeclarationDetails, OpenItem
from local_db.declarations import RevisionRow

NEVER_CHECKED = "No check of a portfolio was ever run here."


def open_items(details: DeclarationDetails, facts: Facts, evidence: Iterable[RevisionRow]) -> tuple[OpenItem, ...]:
    """Everything, what failed or is late first. `evidence`: of other activities of the plan."""
    view = facts.view(details.plan_id)
    ref = view.plan.ref if view else ""
    activities = [one for one in before(view, details.activity_id) if one.id != details.activity_id]
    ranked = sorted(activities, key=lambda one: (one.state is not ActivityState.FAILED, not one.late))
    return (
        *(OpenItem("activity", words, f"{ref}/{one.details.key}") for one in ranked for words in _of_activity(one)),
        *_of_cleanse(facts.overview),
        *_defects(facts),
        *(OpenItem("evidence", words, row.ref) for row in evidence if (words := _of_evidence(row, facts))),
    )


def _of_activity(one: Activity) -> tuple[str, ...]:
    name = f"{one.details.key} {one.details.title}"
    by = f" ({one.details.responsible})" if one.details.external and one.details.responsible else ""
    said = []
    if one.state is ActivityState.FAILED:
        said.append(f"{name}{by} ended in “{one.outcome}”" + (f": {one.remark}" if one.remark else ""))
    elif one.state is ActivityState.NOT_NEEDED:
        said.append(f"{name}{by} is not to be done: {one.not_needed}")
    elif not one.state.finished:
        due = f", due {one.due.words}" if one.due else ""
        late = ", late" if one.late else ""
        said.append(f"{name}{by} is not finished ({one.state.value.lower()}{late}{due})")
    elif one.outcome == "not tested":
        said.append(f"{name}{by} was not tested" + (f": {one.remark}" if one.remark else ""))
    if one.state is ActivityState.DONE and one.despite:
        said.append(f"{name}{by} was done although something was not ready: {one.despite}")
    if one.state.finished and one.changed:
        said.append(f"{name}{by} is done, but the plan says something else of it now")
    return tuple(said)


def _of_cleanse(overview: Overview) -> tuple[OpenItem, ...]:
    if overview.run is None:
        return (OpenItem("not checked", NEVER_CHECKED),)
    of = f"{overview.snapshot.file_name}, " if overview.snapshot else ""
    of = f"{of}checked as of {overview.run.as_of.day} {overview.run.as_of:%b %Y}"
    unchecked = overview.unchecked_snapshot
    return (
        *(
            OpenItem("finding", f"{one.open:,} open finding{'s' * (one.open != 1)} of severity {one.title} ({of})")
            for one in overview.by_severity
            if one.open
        ),
        *(
            OpenItem("exception", f"{one.check_id}{f' {one.item}' if one.item else ''}: {one.terms}: {one.reason}")
            for one in sorted(overview.exceptions, key=lambda one: (one.expires, one.id))
            if one.active
        ),
        *(
            [OpenItem("not checked", f"The newest portfolio was not checked: {unchecked.file_name}")]
            if unchecked
            else []
        ),
        *(
            OpenItem("not checked", f"{one.check_id} did not run ({one.outcome.value}): {one.reason}", one.check_id)
            for one in overview.not_checked
        ),
        *(
            OpenItem("not checked", f"{one.check_id} left a part out: {one.left_out}", one.check_id)
            for one in overview.partly_checked
        ),
    )


def _defects(facts: Facts) -> tuple[OpenItem, ...]:
    found = []
    for one in facts.sources.defects.defects():
        level = facts.severities.get(one.details.severity)
        if one.details.status.is_open and level is not None and level.blocks_exit:
            found.append(OpenItem("defect", f"{one.ref} {one.details.title} (open, {level.name})", one.ref))
    return tuple(sorted(found, key=lambda one: one.ref))


def _of_evidence(row: RevisionRow, facts: Facts) -> str:
    """What has to be known of evidence for another activity of the plan; '' = it is in order."""
    name = f"{row.ref} {row.title}"
    if row.withdrawn:
        return f"{name} was withdrawn: {row.withdrawn}"
    if row.awaiting:
        return f"{name} has a newer file that nobody has confirmed"
    if row.expires and row.expires < facts.today.isoformat():
        return f"{name} was good through {row.expires}"
    return ""
