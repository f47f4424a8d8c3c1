"""Bundles that participants bring: taken in here, and what goes back."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from central import passing
from central.api.sizes import BUNDLES_LIMIT
from central.blobs.durable import room
from central.bundling import Outcome
from central.pages.downloads import download_headers, plain_name
from central.pages.frame import PageRoute, central_of, page
from central.pages.visits import Form, Posted, Reader, Visit, check_form, form_of, signed_in
from central.refusals import Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_FILES = 100
"""Parts that are brought at once; more of them are brought afterwards."""


async def _brought(request: Request, visit: Annotated[Visit, Depends(signed_in)]) -> AsyncIterator[Form]:
    async with form_of(request, BUNDLES_LIMIT, files=MOST_FILES) as form:
        check_form(request, form, visit.csrf)
        yield form


@router.get("/bundles")
def bundles(request: Request, visit: Reader) -> Response:
    """Where one is brought, and the laptops that one goes back to."""
    return _page(request, visit)


@router.post("/bundles")
def take(request: Request, visit: Reader, form: Annotated[Form, Depends(_brought)]) -> Response:
    """Take in what was brought; the same again is known and changes nothing."""
    central = central_of(request)
    try:
        with passing.folder(central.settings.data) as folder:
            outcomes = central.bundles.take(_kept(form, folder), visit.person.name)
    except Refused as refused:
        return _page(request, visit, refused)
    return _page(request, visit, outcomes=outcomes)


@router.post("/bundles/{participant_id}/{uuid}")
def give(request: Request, visit: Reader, form: Posted, participant_id: str, uuid: str) -> Response:
    """The return bundle of a laptop, to be saved; nothing of it stays here."""
    central = central_of(request)
    folder = passing.new_folder(central.settings.data)
    try:
        made = central.bundles.give(participant_id, uuid, folder)
    except BaseException:
        passing.remove(folder)
        raise
    gone = BackgroundTask(passing.remove, folder)
    return FileResponse(
        made, media_type="application/octet-stream", headers=download_headers(made.name), background=gone
    )


def _kept(form: Form, folder: Path) -> list[Path]:
    """Each file in a folder of its own, under the name that it has with the person who brings it."""
    if not form.files:
        raise Refused("invalid", "Choose a bundle, or all of its parts.", field="file")
    paths = []
    with room():
        for number, one in enumerate(form.files):
            path = folder / str(number) / plain_name(one.filename or "")[-60:]
            path.parent.mkdir()
            with path.open("xb") as file:
                shutil.copyfileobj(one.file, file, 1024 * 1024)
            paths.append(path)
    return paths


def _page(
    request: Request, visit: Visit, refused: Refused | None = None, outcomes: tuple[Outcome, ...] = ()
) -> Response:
    central = central_of(request)
    names = {one.id: one.name for one in central.participants.all()}
    return page(
        request,
        "bundles.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=(refused.problem.detail or refused.problem.kind.title) if refused else "",
        outcomes=outcomes,
        devices=[one for one in central.devices.all() if not one.revoked],
        names=names,
        largest=BUNDLES_LIMIT,
    )
