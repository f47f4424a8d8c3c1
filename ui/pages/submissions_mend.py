"""Where to go to mend what an acceptance rule found: the page of the window, and what to ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.browse.view import Filter, Op
from desktop.cleanse.finding_table import DEFAULT_VIEW
from desktop.errors import NotFound
from desktop.evidence.model import Target, TargetKind
from desktop.submissions.model import Mend, Submission
from ui.pages import PAGES
from ui.pages.payloads import (
    ShowActivity,
    ShowEvidence,
    ShowRequest,
    ShowSection,
    ShowSubmission,
    ShowView,
    place_of,
)

if TYPE_CHECKING:
    from desktop.app import Workspace

Place = tuple[str, object]
DRAFT = "submission"
"""A target that is the draft itself: what a person says of it."""
FIELD = f"{DRAFT}:field="
_KINDS: Mapping[str, tuple[TargetKind, ...]] = {
    "pit": (TargetKind.DELIVERABLE, TargetKind.RELIANCE),
    "traceability": (TargetKind.REQUIREMENT, TargetKind.TEST_CASE),
    "testruns": (TargetKind.RESULT,),
    "defects": (TargetKind.DEFECT, TargetKind.WORK_OFF),
    "cutover": (TargetKind.ACTIVITY,),
    "declarations": (TargetKind.DECLARATION,),
}
"""What a reference can be of on a page."""
_LOOKED_AT = 200
"""Records with a text like the reference that are looked through."""


def field_of_mend(where: Mend) -> str:
    """The field of the draft's form that it is about; '' = no field, or not the draft."""
    return where.target.removeprefix(FIELD) if where.target.startswith(FIELD) else ""


def place_of_mend(where: Mend, one: Submission, workspace: Workspace) -> Place | None:
    """The page and its payload; on a worker. None = the draft itself.

    What is not found any more leads to its page, and a page that is not known to the list of submissions.
    """
    page, _, rest = where.target.partition(":")
    if rest.startswith("table="):  # a row of what it says: table=findings:key=...
        rest = f"key={rest.partition(':key=')[2]}"
    key, _, value = rest.partition("=")
    page = page or where.page
    if DRAFT in {page, where.page}:
        return None
    if key and value:
        try:
            found = _found(page, key, value, one, workspace)
        except NotFound:
            found = None
        if found is not None:
            return found
    known = {entry.id for entry in PAGES}
    return next((one for one in (page, where.page) if one in known), "submissions"), None


def _found(page: str, key: str, value: str, one: Submission, workspace: Workspace) -> Place | None:  # noqa: PLR0911
    if page == "cleanse" and key == "check":
        filters = (*DEFAULT_VIEW.filters, Filter("check", Op.IS_ANY, (value,)))
        return page, ShowView(replace(DEFAULT_VIEW, filters=filters))
    if page == "settings":
        return page, ShowSection(value)
    if page == "evidence":
        return page, ShowEvidence(workspace.evidence.by_ref(value).id)
    if page == "submissions":
        return page, ShowSubmission(workspace.submissions.by_ref(value).id, "Comments")
    if page == "requests" and key == "ref":
        return page, ShowRequest(workspace.requests.by_ref(value).id)
    scope = one.details.scope
    if page == "requests" and scope.request_id is not None:
        asked = [other for other in workspace.requests.questions(scope.request_id) if other.details.key == value]
        return place_of(Target(TargetKind.QUESTION, asked[0].id)) if asked else None
    if page == "cutover" and scope.plan_id is not None:
        activities = workspace.cutover.plan(scope.plan_id).activities
        chosen = next((row.id for row in activities if row.details.key == value), None)
        return page, ShowActivity(scope.plan_id, chosen)
    for kind in _KINDS.get(page, ()):
        for target, ref, _title in workspace.evidence.linkable(kind, value, _LOOKED_AT):
            if ref == value or ref.split()[-1:] == [value]:
                return place_of(target)
    return None
