"""What stands in the way of a decision, by kind: what was decided or failed first, then what nobody knows.

A change that several declarations rest on is told once, with all of them: it is one thing to look at.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.cutover.model import Activity
from desktop.declarations.model import Declaration
from desktop.gonogo.model import GoNoGo, InTheWay, Line


def in_the_way(sheet: GoNoGo) -> tuple[InTheWay, ...]:
    """The kinds that have something, each thing in one sentence."""
    found = (
        InTheWay(
            "Failed or no-go", "failed or no-go activity", "failed or no-go activities", _failed(sheet.failed), True
        ),
        InTheWay("Late", "late activity", "late activities", _late(sheet.late), True),
        InTheWay(
            "Declarations that are needed and not signed",
            "declaration that is not signed",
            "declarations that are not signed",
            [f"A declaration is not signed that is needed for {one}" for one in sheet.declarations_missing],
        ),
        InTheWay(
            "Changed under signed declarations",
            "change under a signed declaration",
            "changes under signed declarations",
            _changed(sheet.declarations),
        ),
        InTheWay(
            "Done, to be confirmed",
            "activity to be confirmed",
            "activities to be confirmed",
            [f"{named(one)} is done, but the plan says something else of it now" for one in sheet.to_confirm],
            True,
        ),
        InTheWay(
            "Findings and defects",
            "severity",
            "severities",
            [
                *(f"Findings of severity {one.text} are open: {one.count:,}" for one in sheet.findings if _blocks(one)),
                *(f"Defects of severity {one.text} are open: {one.count:,}" for one in sheet.defects if _blocks(one)),
            ],
        ),
        InTheWay(
            "Not checked",
            "thing that was not checked",
            "things that were not checked",
            [one.text for one in sheet.not_checked if one.stands_in_the_way],
        ),
    )
    return tuple(
        InTheWay(one.title, one.one, one.several, tuple(_ended(said) for said in one.sentences), one.activities)
        for one in found
        if one.sentences
    )


def named(one: Activity) -> str:
    """An activity in a sentence."""
    return f"{one.details.key} {one.details.title}"


def _failed(activities: Sequence[Activity]) -> list[str]:
    return [f"{named(one)} ended in “{one.outcome}”" + (f": {one.remark}" if one.remark else "") for one in activities]


def _late(activities: Sequence[Activity]) -> list[str]:
    told = []
    for one in activities:
        day = one.due or one.planned.finish
        told.append(f"{named(one)} is not finished" + (f"; it was to be by {day.words}" if day else ""))
    return told


def _changed(declarations: Sequence[Declaration]) -> list[str]:
    touched: dict[str, list[str]] = {}
    for made in declarations:
        if made.state.stands:
            for flag in made.flags:
                touched.setdefault(flag, []).append(made.name)
    return [
        f"{_listed(names)} rest{'s' * (len(names) == 1)} on something that has changed since: {flag}"
        for flag, names in touched.items()
    ]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _blocks(line: Line) -> bool:
    return line.stands_in_the_way and bool(line.count)


def _ended(sentence: str) -> str:
    said = sentence.strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
