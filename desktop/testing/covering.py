"""How a requirement stands: the one rule, from the newest results of its cases, their evidence, and reliance."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.testing.model import Cover, Status

_WORST = (
    (Status.FAILED, Cover.FAILED),
    (Status.BLOCKED, Cover.BLOCKED),
    (Status.NOT_RUN, Cover.NOT_RUN),
)


def cover_of(*, applies: bool, cases: Iterable[tuple[Status, bool]], evidence: bool, reliance: bool | None) -> Cover:
    """How a requirement stands.

    `cases` are its cases, each as (status of its newest result, whether evidence in use and still good is linked to
    that result or to the case); a case without any result is Not run. `evidence`: such evidence is linked to the
    requirement itself.
    `reliance`: None = it rests on nobody; else whether the reliance is proven. In this order:

    1. One that does not apply is Not applicable, whatever its cases say.
    2. Cases whose newest result is Not applicable are passed over. Somebody said so with a reason; it proves nothing.
    3. Of the cases left the worst counts: Failed, Blocked, Not run. One passed case does not make good a failed one,
       and reliance makes good nothing that the participant tested.
    4. All passed: Passed, if each has evidence, or the requirement itself has; else Passed, no evidence.
    5. No case left: Reliance or Relies, not proven, if it rests on a third party; else Only not applicable, or No test
       case where there is none at all. So a requirement that applies and all of whose cases do not is a gap, until
       somebody says why the requirement does not apply.

    Evidence in use that was good until a day before today counts for nothing. Evidence that awaits confirmation counts
    as evidence. The matrix shows beside it what has to be looked at.
    """
    if not applies:
        return Cover.NOT_APPLICABLE
    given = list(cases)
    left = [(status, proven) for status, proven in given if status is not Status.NOT_APPLICABLE]
    if not left:
        if reliance is None:
            return Cover.ONLY_NOT_APPLICABLE if given else Cover.NO_CASE
        return Cover.RELIANCE if reliance else Cover.RELIES
    found = {status for status, _ in left}
    for status, cover in _WORST:
        if status in found:
            return cover
    return Cover.PASSED if evidence or all(proven for _, proven in left) else Cover.NO_EVIDENCE


def in_words(statuses: Iterable[Status]) -> str:
    """How many of each, worst first: 1 Failed, 3 Passed."""
    found = list(statuses)
    return ", ".join(f"{found.count(one)} {one.value}" for one in WORST_FIRST if one in found)


WORST_FIRST = (Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.PASSED, Status.NOT_APPLICABLE)
"""The order of statuses in words and in tables."""
