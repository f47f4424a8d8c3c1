"""Rules about testing: requirements, defects, and the deliverables of the PIT plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop.pit.model import Deliverable, DeliverableStatus
from desktop.submissions.acceptance.rule import Found, Look, Looked, Params, Rule, joined, told
from desktop.submissions.model import Mend
from desktop.testing.model import Cover, Defect, WorkOff

_EXITS = ("pit_exit", "qt_exit")
"""Gates of the pack that are an exit; what blocks one is not asked of an entry."""


def _covers(covers: Iterable[Cover], one: str, several: str) -> Look:
    wanted = frozenset(covers)

    def look(looked: Looked, _params: Params, _recipient: str) -> Found:
        matrix = looked.matrix
        if not matrix.requirements:
            return Found(skipped="There are no requirements yet.")
        found = [
            (f"{line.key} {line.title}".strip(), Mend("traceability", f"traceability:requirement={line.key}"))
            for line in matrix.requirements
            if matrix.cover(line) in wanted
        ]
        return told(found, one, several)

    return look


def _blocking(looked: Looked, _params: Params, _recipient: str) -> Found:
    gate = looked.scope.gate
    if gate and gate not in _EXITS:
        return Found(skipped="It is asked at an exit, and this is at an entry.")
    severities = {one.id: one for one in looked.desk.sources.pit.severities() if one.blocks_exit}
    found = [
        (f"{one.ref} {one.details.title} ({severities[one.details.severity].name})", _defect(one))
        for one in looked.defects
        if one.details.status.is_open and one.details.severity in severities
    ]
    return told(found, "One defect that blocks an exit is open.", "{count} defects that block an exit are open.")


def _unassigned(looked: Looked, _params: Params, _recipient: str) -> Found:
    """Of a defect with an item of the work-off plan that item is asked: it has the promise."""
    found = [
        (f"{one.ref} {one.details.title}: no {lacks}", _defect(one))
        for one in looked.defects
        if one.details.status.is_open and not one.work_off and (lacks := _lacks(one.details.owner, one.details.due))
    ]
    found += [
        (f"{one.ref} {one.details.title}: no {lacks}", _item(one))
        for one in looked.desk.sources.defects.work_off_items(day=looked.today)
        if not one.details.closed and (lacks := _lacks(one.details.owner, one.details.due))
    ]
    return told(
        found, "Of one defect nobody has promised who mends it by when.",
        "Of {count} defects and work-off items nobody has promised who mends them by when.",
    )  # fmt: skip


def _work_off_late(looked: Looked, _params: Params, _recipient: str) -> Found:
    found = [
        (f"{one.ref} {one.details.title}: due {one.details.due}", _item(one))
        for one in looked.desk.sources.defects.work_off_items(day=looked.today)
        if one.late
    ]
    return told(found, "One work-off item is late.", "{count} work-off items are late.")


def _deliverables(wrong: Callable[[Deliverable], str], one: str, several: str) -> Look:
    def look(looked: Looked, _params: Params, _recipient: str) -> Found:
        gate = looked.scope.gate
        found = [
            (f"{made.ref} {made.title}: {words}", Mend("pit", f"pit:ref={made.ref}", "mhhs-desk pit status"))
            for made in looked.desk.sources.pit.deliverables(looked.today)
            if (not gate or made.gate == gate) and (words := wrong(made))
        ]
        return told(found, one, several)

    return look


def _late(one: Deliverable) -> str:
    if one.status.finished or not one.late_by:
        return ""
    return f"{one.late_by:,} working {'day' if one.late_by == 1 else 'days'} late"


def _not_accepted(one: Deliverable) -> str:
    done = {DeliverableStatus.ACCEPTED, DeliverableStatus.NOT_NEEDED}
    return "" if one.status in done else one.status.value


def _lacks(owner: str, due: str) -> str:
    return joined([words for words, there in (("owner", owner), ("target day", due)) if not there]).replace(
        " and ", " and no "
    )


def _defect(one: Defect) -> Mend:
    return Mend("defects", f"defects:ref={one.ref}")


def _item(one: WorkOff) -> Mend:
    return Mend("defects", f"defects:ref={one.ref}")


RULES = (
    Rule(
        "requirements_tested", "Every requirement has a test",
        _covers([Cover.NO_CASE, Cover.ONLY_NOT_APPLICABLE], "One requirement has no test.",
                "{count} requirements have no test."),
    ),
    Rule(
        "requirements_pass", "No requirement has a failed or blocked test",
        _covers([Cover.FAILED, Cover.BLOCKED], "One requirement has a failed or blocked test.",
                "{count} requirements have failed or blocked tests."),
    ),
    Rule(
        "requirements_run", "Every test was run",
        _covers([Cover.NOT_RUN], "One requirement has a test that was not run.",
                "{count} requirements have tests that were not run."),
    ),
    Rule(
        "requirements_proven", "What passed is proven",
        _covers([Cover.NO_EVIDENCE, Cover.RELIES], "One requirement has no proof.",
                "{count} requirements have no proof."),
    ),
    Rule("blocking_defects", "No defect that blocks an exit is open", _blocking),
    Rule("defects_promised", "Every open defect has an owner and a target day", _unassigned),
    Rule("work_off_in_time", "No work-off item is late", _work_off_late),
    Rule(
        "deliverables_in_time", "No deliverable is late",
        _deliverables(_late, "One deliverable is late.", "{count} deliverables are late."),
    ),
    Rule(
        "deliverables_accepted", "The deliverables are accepted",
        _deliverables(_not_accepted, "One deliverable is not accepted.", "{count} deliverables are not accepted."),
    ),
)  # fmt: skip
