"""Submissions over the same: what is there already when another one is about to be made, and what can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.submissions.model import Scope, Submission, SubmissionDetails, SubmissionState


def same_matter(one: Scope, other: Scope) -> bool:
    """Whether both are over the same gate, plan and request."""
    return (one.gate, one.plan_id, one.request_id) == (other.gate, other.plan_id, other.request_id)


def there_already(start: SubmissionDetails | None, submissions: Sequence[Submission]) -> Submission | None:
    """What is there over what is about to be prepared: a draft, else what was frozen and stands. Newest first.

    A frozen one counts only where both are over one gate, plan or request: a report is made anew each month. None too
    where nothing is said yet of what it will be over.
    """
    if start is None or not start.kind:
        return None
    alike = [one for one in submissions if one.details.kind == start.kind and _over(start.scope, one.details.scope)]
    drafts = [one for one in alike if one.state is SubmissionState.DRAFT]
    named = start.scope.gate or start.scope.plan_id is not None or start.scope.request_id is not None
    out = [one for one in alike if named and one.state is SubmissionState.FROZEN]
    return next(iter([*drafts, *out]), None)


def _over(wanted: Scope, there: Scope) -> bool:
    return (
        same_matter(wanted, there)
        and (not wanted.declarations or there.declarations == wanted.declarations)
        and (not wanted.evidence or there.evidence == wanted.evidence)
    )
