"""One's own password, and tokens for one's own programs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.pages.frame import PageRoute, central_of, go, link, page
from central.pages.visits import Form, Posted, Reader, Visit
from central.refusals import Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/account")
def account(request: Request, visit: Reader) -> Response:
    """The page."""
    return _page(request, visit)


@router.post("/account/password")
def password(request: Request, visit: Reader, form: Posted) -> Response:
    """A new password; other sessions and all tokens end, this session stays."""
    address = request.client.host if request.client is not None else ""
    try:
        _same_twice(form)
        central_of(request).people.change_password(
            visit.person.name, form.text("old"), form.text("new"), address, keep=visit.token
        )
    except Refused as refused:
        return _page(request, visit, refused)
    return go(link("/account"), "password")


@router.post("/account/tokens")
def make_token(request: Request, visit: Reader, form: Posted) -> Response:
    """A token, shown on this answer and never again."""
    days = form.text("days")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    try:
        made = central_of(request).people.make_token(visit.person.name, number)
    except Refused as refused:
        return _page(request, visit, refused)
    return _page(request, visit, made=made)


@router.post("/account/tokens/{short}/end")
def end_token(request: Request, visit: Reader, form: Posted, short: str) -> Response:
    """It is good no more."""
    central_of(request).people.end_token(visit.person.name, short)
    return go(link("/account"), "token")


def _same_twice(form: Form) -> None:
    if form.text("new") != form.text("again"):
        raise Refused("invalid", "The two new passwords differ.", field="again")


def _page(request: Request, visit: Visit, refused: Refused | None = None, made: str = "") -> Response:
    return page(
        request,
        "account.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=refused.problem.detail if refused else "",
        tokens=central_of(request).people.tokens(visit.person.name),
        made=made,
    )
