"""Signing in and out, and the style sheet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from central.pages.frame import HEADERS, HOME, STYLE, PageRoute, central_of, go, page
from central.pages.visits import (
    Form,
    Posted,
    Reader,
    check_form,
    form_of,
    give_session,
    give_stranger,
    safe_back,
    session_cookie,
    stranger_expected,
    stranger_token,
    take_session,
    visit_of,
)
from central.refusals import Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/review.css")
def style() -> Response:
    """The one style sheet."""
    return Response(STYLE, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=300"})


@router.get("/sign-in")
def sign_in_page(request: Request, back: str = "") -> Response:
    """The form; whoever is signed in already goes on."""
    if visit_of(request) is not None:
        return go(safe_back(back) or f"{HOME}/")
    return _form(request, back)


async def _strangers_form(request: Request) -> AsyncIterator[Form]:
    async with form_of(request) as form:
        check_form(request, form, stranger_expected(request))
        yield form


@router.post("/sign-in")
def sign_in(request: Request, form: Annotated[Form, Depends(_strangers_form)]) -> Response:
    """A new session; the one before ends."""
    people = central_of(request).people
    address = request.client.host if request.client is not None else ""
    name = form.text("name")[:200]
    try:
        token = people.sign_in(name, form.text("password"), address)
    except Refused as refused:
        answer = _form(request, form.text("back"), refused, name)
        answer.headers.update({"Retry-After": str(one)} if (one := refused.problem.more.get("retry_after")) else {})
        return answer
    people.sign_out(request.cookies.get(session_cookie(request), ""))
    response = go(safe_back(form.text("back")) or f"{HOME}/")
    give_session(request, response, token)
    return response


@router.post("/sign-out")
def sign_out(request: Request, visit: Reader, form: Posted) -> Response:
    """The session is over on the server, not in the browser alone."""
    central_of(request).people.sign_out(visit.token)
    response = go(f"{HOME}/sign-in", "signed-out")
    take_session(request, response)
    return response


def _form(request: Request, back: str, refused: Refused | None = None, name: str = "") -> Response:
    made, csrf = stranger_token(request)
    status = refused.problem.kind.status if refused is not None else 200
    response = page(
        request, "sign-in.html", None, status=status, csrf=csrf, back=safe_back(back), name=name,
        problem=refused.problem.detail if refused is not None else "",
    )  # fmt: skip
    give_stranger(request, response, made)
    return response
