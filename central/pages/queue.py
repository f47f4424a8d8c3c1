"""The queue: what waits, what was decided, what somebody looks for."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.pages.frame import PageRoute, central_of, link, page
from central.pages.visits import Reader
from central.queue import ALL, WAITING, Filter
from desktop.sync.wire.feed import STATES

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("")
@router.get("/")
def queue_page(request: Request, visit: Reader) -> Response:
    """Filtered by the address, so that a filter can be kept as a bookmark."""
    found = central_of(request).reviews.queue(filter_of(request))
    return page(
        request, "queue.html", visit, queue=found, used=found.used, states=(WAITING, *STATES, ALL), address=address_of
    )


def filter_of(request: Request) -> Filter:
    """Whatever stands in an address is taken: what cannot be looked for is put right."""
    asked = request.query_params
    page_text = asked.get("page", "1")
    number = int(page_text) if page_text.isascii() and page_text.isdigit() and len(page_text) < 8 else 1
    return Filter(
        asked.get("participant", ""),
        asked.get("kind", ""),
        asked.get("state", ""),
        asked.get("text", ""),
        asked.get("order", "") == "oldest",
        number,
    ).read()


def address_of(used: Filter, **changes: object) -> str:
    """The address of the queue with this filter, changed; with another filter it starts on the first page."""
    made = replace(used, **{"page": 1, **changes})  # type: ignore[arg-type]
    return link(
        "/",
        participant=made.participant,
        kind=made.kind,
        state="" if made.state == WAITING else made.state,
        text=made.text,
        order="oldest" if made.oldest_first else "",
        page="" if made.page == 1 else made.page,
    )
