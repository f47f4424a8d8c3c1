"""All review pages together, for the application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

from central.pages.account import router as account
from central.pages.audit import router as audit
from central.pages.bundles import router as bundles
from central.pages.ends import router as ends
from central.pages.frame import HOME, go
from central.pages.packs import router as packs
from central.pages.participants import router as participants
from central.pages.people import router as people
from central.pages.queue import router as queue
from central.pages.session import router as session
from central.pages.submission import router as submission

router = APIRouter(include_in_schema=False)
"""Everything under /review; what it needs is `request.app.state.central`."""
for _part in (session, queue, submission, participants, packs, bundles, audit, people, account, ends):
    router.include_router(_part, prefix=HOME)


@router.get("/")
def home() -> Response:
    """Whoever types the bare address into a browser gets the queue."""
    return go(f"{HOME}/")


def add(app: FastAPI) -> None:
    """The pages become part of an application."""
    app.include_router(router)
