"""What the steps of a case say about the whole of it: a suggestion, which a person takes or not."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.testing.model import Status, StepResult


def suggested_status(steps: Iterable[StepResult]) -> Status | None:
    """The status that the steps come to; None when they say nothing yet.

    One failed step fails the case, one blocked step blocks it; it passed when every step did or does not apply. It is
    never written by itself: a case can fail although each of its steps passed, and pass with a step left out.
    """
    found = [one.status for one in steps]
    if not found or all(one is Status.NOT_RUN for one in found):
        return None
    for worst in (Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.PASSED):
        if worst in found:
            return worst
    return Status.NOT_APPLICABLE
