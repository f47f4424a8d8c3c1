"""Addresses below /review that are none of the pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.pages.frame import PageRoute
from central.pages.visits import Reader
from central.refusals import Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/{rest:path}")
def nothing(request: Request, visit: Reader, rest: str) -> Response:
    """Raises Refused (not-found), as a page; who is not signed in learns nothing of which pages there are."""
    raise Refused("not-found", "Nothing is at this address.")
