"""The audit: who did what, and whether the chain holds."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.audit import Verified
from central.pages.frame import PageRoute, central_of, page
from central.pages.visits import Admin, AdminPosted, Visit

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 100


@router.get("/audit")
def audit(request: Request, visit: Admin) -> Response:
    """The newest first; `before` in the address goes back."""
    return _page(request, visit)


@router.post("/audit")
def check(request: Request, visit: Admin, form: AdminPosted) -> Response:
    """Read the whole chain and compare every hash."""
    return _page(request, visit, central_of(request).audit.verify())


def _page(request: Request, visit: Visit, verified: Verified | None = None) -> Response:
    asked = request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    kept = central_of(request).audit
    found = kept.entries(before=before, limit=PAGE + 1)
    return page(
        request,
        "audit.html",
        visit,
        entries=found[:PAGE],
        more=len(found) > PAGE,
        newest=before is None,
        verified=verified,
        count=kept.count(),
    )
