"""A submission: what it says, who said what of it, and what a reviewer decides."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.bodies import Body, BodyUnreadable, Rows, Table, number_of, page_of
from central.pages.downloads import download
from central.pages.frame import HOME, PageRoute, central_of, go, link, page
from central.pages.visits import Posted, Reader, Visit
from central.refusals import Refused
from central.reviews import TYPES, Comment, Detail, Said, place_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 50
"""Rows of a table on one page."""


@dataclass(frozen=True)
class Place:
    """Which rows are looked at: `row` is the key of one that is commented on, `at` of one that is shown."""

    table: str = ""
    page: int = 1
    find: str = ""
    row: str = ""
    at: str = ""


@dataclass(frozen=True)
class Shown:
    """A table with the rows of one page; `why`: why they cannot be shown."""

    table: Table
    rows: Rows
    page: int
    find: str
    why: str = ""


@router.get("/submissions/{submission_id}")
def submission_page(request: Request, visit: Reader, submission_id: str) -> Response:
    """The whole page; `table`, `page`, `find`, `row` and `at` in the address say which rows are shown."""
    return _page(request, visit, submission_id, _asked(request))


@router.post("/submissions/{submission_id}/comments")
def comment(request: Request, visit: Reader, form: Posted, submission_id: str) -> Response:
    """Say something; afterwards the page is where it was."""
    place = _of_form(form.text)
    said = Said(
        form.text("id"),
        form.text("text"),
        form.text("kind"),
        form.text("proposed"),
        form.text("table"),
        form.text("row"),
        form.text("column"),
        form.text("in_reply_to"),
    )
    try:
        central_of(request).reviews.comment(submission_id, said, visit.person.name)
    except Refused as refused:
        if refused.problem.slug == "not-found":
            raise
        typed = {**form.texts, "about": said.in_reply_to or ("row" if said.row_key else said.table_id or "whole")}
        return _page(request, visit, submission_id, place, refused, typed)
    back = link(
        f"/submissions/{submission_id}", table=place.table, page=_unless_first(place.page), find=place.find, at=place.at
    )
    return go(f"{back}#{form.text('anchor') if form.text('anchor') in _ANCHORS else 'comments'}", "commented")


@router.post("/submissions/{submission_id}/decisions")
def decide(request: Request, visit: Reader, form: Posted, submission_id: str) -> Response:
    """Take it into review, return it, accept it."""
    seen = form.text("seen")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    try:
        central_of(request).reviews.decide(
            submission_id,
            form.text("state"),
            form.text("note"),
            form.text("their_ref"),
            number,
            visit.person.name,
            made=_uuid(form.text("id")),
        )
    except Refused as refused:
        if refused.problem.slug == "not-found":
            raise
        return _page(request, visit, submission_id, Place(), refused, {**form.texts, "about": "decision"})
    return go(link(f"/submissions/{submission_id}"), "decided")


@router.get("/submissions/{submission_id}/files/{position}")
def file(request: Request, visit: Reader, submission_id: str, position: int) -> Response:
    """A file of it, to be saved. Who took it stands in the audit."""
    reviews = central_of(request).reviews
    found, chunks = reviews.file(submission_id, position)
    reviews.note_download(submission_id, position, visit.person.name)
    return download(chunks, found.name, found.size)


@router.get("/submissions/{submission_id}/receipt")
def receipt(request: Request, visit: Reader, submission_id: str) -> Response:
    """The signed receipt that the participant got."""
    detail = central_of(request).reviews.one(submission_id)
    if not detail.receipt:
        raise Refused("not-found", "There is no receipt.")
    return download(detail.receipt.encode(), f"receipt-{detail.participant}-{detail.receipt_number:06}.jws")


_ANCHORS = ("comments", "rows", "row")


def _page(  # noqa: PLR0917 - what a page may show
    request: Request,
    visit: Visit,
    submission_id: str,
    place: Place,
    refused: Refused | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    reviews = central_of(request).reviews
    detail = reviews.one(submission_id)
    body: Body | None = None
    shown: Shown | None = None
    unreadable = ""
    try:
        body = reviews.body(detail)
        shown = _shown(body, place, reviews.opener(detail))
    except BodyUnreadable as error:
        unreadable = str(error)
    except Refused as error:
        unreadable = error.problem.detail or error.problem.kind.title
    return page(
        request,
        "submission.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=(refused.problem.detail or refused.problem.kind.title) if refused else "",
        typed=typed or {},
        detail=detail,
        envelope=detail.envelope,
        body=body,
        unreadable=unreadable,
        shown=shown,
        place=place,
        beside=_beside(detail, shown),
        places={one.id: place_of(body.table(one.table_id) if body else None, one) for one in detail.comments},
        types=TYPES,
        fresh=lambda: str(uuid.uuid4()),
    )


def _shown(body: Body, place: Place, opener: Any) -> Shown | None:
    """The chosen table, else the first; on the page of the row that is asked for."""
    table = body.table(place.table) or (body.tables[0] if body.tables else None)
    if table is None:
        return None
    try:
        number, find = place.page, place.find
        wanted = place.row or place.at
        if wanted and not find:
            found = number_of(table, opener, wanted)
            number = (found - 1) // PAGE + 1 if found else number
        rows = page_of(table, opener, first=(number - 1) * PAGE + 1, size=PAGE, find=find)
    except (BodyUnreadable, Refused) as error:
        return Shown(table, Rows((), 1, more=False), 1, place.find, str(error))
    return Shown(table, rows, number, find)


def _beside(detail: Detail, shown: Shown | None) -> dict[str, list[Comment]]:
    """Comments of the shown table by row key; '' = on the table as a whole."""
    made: dict[str, list[Comment]] = {}
    if shown is not None:
        for one in detail.comments:
            if one.table_id == shown.table.id:
                made.setdefault(one.row_key, []).append(one)
    return made


def _asked(request: Request) -> Place:
    asked = request.query_params
    return _of_form(lambda name: asked.get(name, ""), row=asked.get("row", ""))


def _of_form(text: Any, row: str = "") -> Place:
    page_text = text("page")
    number = int(page_text) if page_text.isascii() and page_text.isdigit() and len(page_text) < 8 else 1
    return Place(
        text("table").replace("\x00", "")[:2_000],
        max(1, number),
        text("find").replace("\x00", "").strip()[:200],
        row[:2_000],
        (text("at") or text("row"))[:2_000],
    )


def _unless_first(number: int) -> object:
    return "" if number == 1 else number


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


__all__ = ["HOME", "router"]
