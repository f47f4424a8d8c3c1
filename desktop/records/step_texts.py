"""Whose text a Description beside a Step is: the case's or the step's.

A grid of test cases has a row for each step, and its Description says what is done in the step. Elsewhere the
description of the case stands in its first row, or is repeated in each. The cells tell: one text for a case is the
case's own, several are those of its steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from desktop.portfolio.mapping import Suggestion, fold
from desktop.records.model import RecordKind

LIKELY = 80
"""How sure a heading is of which another reading is possible."""
_OPEN = fold("description")
"""What a heading of results is called that may be of the case as well as of the step."""


def step_text(
    kind: RecordKind, found: Mapping[str, Suggestion], labels: Sequence[str], samples: Sequence[Sequence[str]]
) -> str:
    """The heading proposed for the description of the cases that holds the texts of their steps; '' when none does."""
    if kind is not RecordKind.CASES or not {"step", "description"} <= found.keys() or "step_description" in found:
        return ""
    texts = _texts(found, labels, samples)
    return found["description"].heading if any(len(set(some)) > 1 for some in texts) else ""


def of_step(heading: str) -> Suggestion:
    """The proposal of such a heading for the description of the step."""
    why = "It says something else in each row of one case, so that it is of the step."
    return Suggestion(heading, LIKELY, "content", why)


def doubted(
    kind: RecordKind, found: Mapping[str, Suggestion], labels: Sequence[str], samples: Sequence[Sequence[str]]
) -> dict[str, Suggestion]:
    """The same proposals, a Description beside a Step no surer than likely where it may be of the other one."""
    made = dict(found)
    texts = _texts(found, labels, samples)
    if kind is RecordKind.CASES and {"step", "description"} <= found.keys() and "step_description" not in found:
        if not any(len(some) > 1 for some in texts):
            made["description"] = _likely(found["description"], "No case has several rows; it may be of the step.")
    elif kind is RecordKind.RESULTS and "step" in found and "step_description" in found:
        one = found["step_description"]
        if fold(one.heading.partition("(")[0]) == _OPEN:
            made["step_description"] = _likely(one, "There is a row for each step, so that it is of the step.")
    return made


def _likely(one: Suggestion, why: str) -> Suggestion:
    return replace(one, sure=min(one.sure, LIKELY), reason=why)


def _texts(found: Mapping[str, Suggestion], labels: Sequence[str], samples: Sequence[Sequence[str]]) -> list[list[str]]:
    """Of each case its descriptions in rows of steps, blank ones left out; a row without an id is of the case above."""
    places = {name: labels.index(one.heading) for name, one in found.items()}
    if not {"key", "step", "description"} <= places.keys():
        return []
    made: dict[str, list[str]] = {}
    key = ""
    for row in samples:
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in places.items()}
        key = cells["key"] or key
        some = made.setdefault(key, [])
        if key and cells["step"] and cells["description"]:
            some.append(cells["description"])
    return list(made.values())
