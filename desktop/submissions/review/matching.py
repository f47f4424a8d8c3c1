"""Which submission a returned workbook belongs to, and which of its files it is a copy of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.errors import InvalidInput, NotFound
from desktop.jobs import Job
from desktop.submissions.layout import texts
from desktop.submissions.model import Submission, SubmissionFile, SubmissionState
from desktop.submissions.review.plan import Plan, template_plan, workbook_plan
from desktop.submissions.review.returned import NOTHING, Marks, identify
from desktop.submissions.review.sheets import folded
from desktop.submissions.service import SubmissionService
from desktop.submissions.workbook import TEMPLATE_ID, WHOSE
from local_db.blobs import BlobStore

BY_HASH = "its bytes are those of a file that was frozen"
BY_PROPERTIES = "its document properties"
BY_CELLS = "the named cells on its cover"
BY_PERSON = "as you said"


@dataclass(frozen=True)
class Match:
    """A submission, what told it, and what the person should know of that."""

    submission: Submission
    how: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Base:
    """The file that a copy is held against, and how it is to be read."""

    file: SubmissionFile
    path: Path
    plan: Plan


def match(marks: Marks, submission_id: int | None, submissions: SubmissionService) -> Match:
    """By what the workbook says of itself, else by what the person says.

    Raises InvalidInput: field submission where saying which it is helps, else field file.
    """
    given = submissions.get(submission_id) if submission_id is not None else None
    for told, how in ((marks.properties, BY_PROPERTIES), (marks.cells, BY_CELLS)):
        if told.get("TemplateId") == TEMPLATE_ID:
            return _by_marks(told, how, given, submissions)
    if given is None:
        raise InvalidInput(
            "The workbook does not say which submission it is a copy of.",
            field="submission",
            safe=NOTHING,
            todo="Choose the submission. Some mail programs remove document properties; a filled template has none.",
        )
    _check_frozen(given)
    return Match(given, BY_PERSON)


def _by_marks(told: Mapping[str, str], how: str, given: Submission | None, submissions: SubmissionService) -> Match:
    ref, version = told.get("SubmissionRef", ""), told.get("SubmissionVersion", "")
    if not ref:
        raise InvalidInput(
            "The workbook is a preview of a draft: it was never frozen, so nothing can be held against it.",
            field="file",
            safe=NOTHING,
            todo="Enter its comments by hand, or send the frozen workbook.",
        )
    name = f"{ref} v{version}"
    try:
        found = submissions.by_ref(name)
    except NotFound:
        raise InvalidInput(
            f"The workbook says that it is {name}, and there is no such submission in this workspace.",
            field="file",
            safe=NOTHING,
            todo="Open the workspace that it was sent from.",
        ) from None
    if given is not None and given.id != found.id:
        raise InvalidInput(
            f"The workbook says that it is {name}, and not {given.name}.",
            field="submission",
            safe=NOTHING,
            todo=f"Take it in for {name}, or choose the right file.",
        )
    _check_frozen(found)
    remarks = []
    content = told.get("ContentSha256", "")
    if content and content != found.content_sha256:
        if given is None:
            raise InvalidInput(
                f"The workbook says that it is {name}, but the content hash in it is not that of what was frozen here.",
                field="submission",
                safe=NOTHING,
                todo="Make sure that it came from this workspace; then choose the submission yourself.",
            )
        remarks.append(
            "The content hash in the workbook is not that of what was frozen: look at the differences first."
        )
    return Match(found, how, tuple(remarks))


def _check_frozen(one: Submission) -> None:
    if one.state is SubmissionState.DRAFT:
        raise InvalidInput(
            f"{one.name} is a draft: nothing of it was sent, so nothing can come back.",
            field="submission",
            safe=NOTHING,
            todo="Choose the version that was sent.",
        )


def base_of(  # noqa: PLR0917 - all that tells which it is
    one: Submission, sha256: str, marks: Marks, recipient: str, submissions: SubmissionService, blobs: BlobStore
) -> Base:
    """The file whose sheets the copy has; among workbooks of several recipients, the one that was made for whose it is.

    That is told by its bytes, else by its mark, else by the person (`recipient`, an id). Raises InvalidInput when it
    has the sheets of none, WorkspaceDamaged.
    """
    best: SubmissionFile | None = None
    most = 0.0
    came = {folded(name) for name in marks.sheets}
    ours = marks.properties.get("TemplateId") == TEMPLATE_ID or marks.cells.get("TemplateId") == TEMPLATE_ID
    files = submissions.files(one.id)
    told = (marks.properties.get(WHOSE) or marks.cells.get(WHOSE)) if ours else ""
    if same := [file.recipient for file in files if file.role == "workbook" and file.sha256 == sha256]:
        told = same[0]
    whose = told if told in {file.recipient for file in files} else ""
    whose = whose or recipient
    # A sort that keeps the order of the rest: of workbooks alike the first counts.
    for file in sorted(files, key=lambda file: file.role == "workbook" and file.recipient not in {"", whose}):
        if file.role not in {"workbook", "template"} or (ours and file.role != "workbook"):
            continue
        share = 1.0 if ours else _share(came, file, one, submissions, blobs)
        if share > most:
            best, most = file, share
    if best is None:
        raise InvalidInput(
            f"The workbook does not look like any file of {one.name}: it has none of their sheets.",
            field="submission",
            safe=NOTHING,
            todo="Choose the right file, or the right submission.",
        )
    if best.role == "workbook" and best.recipient != whose:  # nobody told it
        best = replace(best, recipient="")
    plan = workbook_plan(submissions.content(one.id)) if best.role == "workbook" else template_plan()
    return Base(best, blobs.path(best.sha256), plan)


def _share(
    came: set[str], file: SubmissionFile, one: Submission, submissions: SubmissionService, blobs: BlobStore
) -> float:
    """How many of the sheets of both are the same, 0 to 1."""
    if file.role == "workbook":
        sheets = texts()["sheets"]
        names = {table.tab for table in workbook_plan(submissions.content(one.id)).tables}
        names |= {sheets[key]["tab"] for key in ("cover", "changes", "comments", "notes")} | {texts()["lists"]["tab"]}
    else:
        names = set(identify(blobs.path(file.sha256), Job()).sheets)
    there = {folded(name) for name in names}
    return len(there & came) / len(there | came)
