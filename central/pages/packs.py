"""Content packs: what is published, publishing one, withdrawing one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from central.packs import LARGEST
from central.pages.downloads import download
from central.pages.frame import PageRoute, central_of, go, link, page
from central.pages.visits import Admin, AdminPosted, Form, Reader, Visit, administrator, check_form, form_of
from central.refusals import Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)


async def _uploaded(request: Request, visit: Annotated[Visit, Depends(administrator)]) -> AsyncIterator[Form]:
    """One file; a little more than a pack may have, for what a form has around it."""
    async with form_of(request, LARGEST + 64 * 1024, files=1) as form:
        check_form(request, form, visit.csrf)
        yield form


@router.get("/packs")
def packs(request: Request, visit: Reader) -> Response:
    """What was published, the newest first."""
    return _all(request, visit)


@router.post("/packs")
def publish(request: Request, visit: Admin, form: Annotated[Form, Depends(_uploaded)]) -> Response:
    """To every participant."""
    try:
        central_of(request).packs.publish(_data(form), visit.person.name, form.text("title"))
    except Refused as refused:
        return _all(request, visit, refused, dict(form.texts))
    return go(link("/packs"), "published")


@router.get("/packs/{sha256}")
def pack(request: Request, visit: Reader, sha256: str) -> Response:
    """The file as it was published."""
    central = central_of(request)
    data = central.packs.data(sha256)
    found = next(one for one in central.packs.all() if one.sha256 == sha256)
    return download(data, f"{found.kind}-{found.version}.json")


@router.post("/packs/{sha256}/withdraw")
def withdraw(request: Request, visit: Admin, form: AdminPosted, sha256: str) -> Response:
    """It stands no more; every laptop is told why."""
    try:
        central_of(request).packs.withdraw(sha256, form.text("why"), visit.person.name)
    except Refused as refused:
        if refused.problem.slug == "not-found":
            raise
        return _all(request, visit, refused)
    return go(link("/packs"), "withdrawn")


def _data(form: Form) -> bytes:
    if not form.files:
        raise Refused("invalid", "Choose a content pack: a JSON file.", field="file")
    return form.files[0].file.read(LARGEST + 1)


def _all(
    request: Request, visit: Visit, refused: Refused | None = None, typed: dict[str, str] | None = None
) -> Response:
    return page(
        request,
        "packs.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=refused.problem.detail if refused else "",
        typed=typed or {},
        packs=central_of(request).packs.all(),
    )
