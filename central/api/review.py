"""The calls of reviewers' programs: the queue, a submission with its files, comments, decisions, programme content.

They do what the review pages do, by the same services. A token for them is made by `mhhs-central person token`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from central.api.callers import Administrator, Reviewer, Service
from central.api.document import body, reviewer_calls
from central.api.shapes import NO_NUL, CommentBody, DecisionBody, Hash, Uuid
from central.packs import Pack
from central.queue import ALL, WAITING, Filter
from central.reviews import Said
from desktop.sync.wire.feed import STATES
from desktop.sync.wire.protocol import JSON_TYPE, PREFIX

calls = APIRouter(prefix=f"{PREFIX}/review", tags=["reviewer"])
_STATES = "|".join((WAITING, ALL, *STATES))
_BYTES: Any = {200: {"description": "The bytes.", "content": {"application/octet-stream": {"schema": {}}}}}


@calls.get("/submissions", responses=reviewer_calls())
def submissions(  # noqa: PLR0917 - the framework gives them by name
    central: Service,
    _by: Reviewer,
    participant: Annotated[str, Query(max_length=40, pattern=NO_NUL)] = "",
    kind: Annotated[str, Query(max_length=40, pattern=NO_NUL)] = "",
    state: Annotated[str, Query(pattern=f"^({_STATES})$")] = WAITING,
    find: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "",
    oldest_first: bool = False,
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> dict[str, Any]:
    """A page of the queue. `state`: one of them, `waiting` (received or in review) or `all`."""
    found = central.reviews.queue(Filter(participant, kind, state, find, oldest_first, page))
    return {
        "submissions": [asdict(one) for one in found.entries],
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "counts": dict(found.counts),
    }


@calls.get("/submissions/{uuid}", responses=reviewer_calls("not-found"))
def submission(central: Service, _by: Reviewer, uuid: Uuid) -> dict[str, Any]:
    """All that stands about one: envelope, files, versions, comments, decisions, and `state_version` for a decision."""
    found = central.reviews.one(uuid)
    return {**asdict(found), "next": list(found.next)}


@calls.get(
    "/submissions/{uuid}/files/{position}",
    responses={**_BYTES, **reviewer_calls("not-found")},
    response_class=StreamingResponse,
)
def file(
    central: Service, by: Reviewer, uuid: Uuid, position: Annotated[int, Path(ge=0, le=10**6)]
) -> StreamingResponse:
    """The bytes of a file of it. Who took it stands in the audit."""
    found, chunks = central.reviews.file(uuid, position)
    central.reviews.note_download(uuid, position, by.name)
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "ETag": f'"{found.sha256}"',
    }
    return StreamingResponse(chunks, 200, headers, "application/octet-stream")


@calls.put("/comments/{uuid}", status_code=204, responses=reviewer_calls("not-found", "invalid"))
def comment(central: Service, by: Reviewer, uuid: Uuid, said: CommentBody) -> None:
    """Say something of a submission, a table, a row or a cell; the participant is told. The author is who asks."""
    place = (said.table, said.row, said.column)
    central.reviews.comment(
        said.submission, Said(uuid, said.text, said.kind, said.proposed, *place, said.in_reply_to), by.name
    )


@calls.put("/decisions/{uuid}", status_code=204, responses=reviewer_calls("not-found", "invalid", "version-conflict"))
def decide(central: Service, by: Reviewer, uuid: Uuid, said: DecisionBody) -> None:
    """A new state; the participant is told. 412 when it changed since `seen`, the state_version that was looked at."""
    central.reviews.decide(said.submission, said.state, said.note, said.their_ref, said.seen, by.name, made=uuid)


@calls.get("/packs", responses=reviewer_calls())
def packs(central: Service, _by: Reviewer) -> dict[str, Any]:
    """Programme content that was published, the newest first."""
    return {"packs": [asdict(one) for one in central.packs.all()]}


@calls.put(
    "/packs",
    responses=reviewer_calls("invalid"),
    openapi_extra=body(JSON_TYPE, "A content pack of the desk."),
)
async def publish(
    central: Service,
    by: Administrator,
    request: Request,
    title: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "",
) -> dict[str, Any]:
    """Publish a content pack to every participant. The same bytes again change nothing."""
    data = await request.body()
    made: Pack = await run_in_threadpool(central.packs.publish, data, by.name, title)
    return asdict(made)


@calls.delete("/packs/{sha256}", status_code=204, responses=reviewer_calls("not-found", "invalid"))
def withdraw(
    central: Service,
    by: Administrator,
    sha256: Hash,
    reason: Annotated[str, Query(min_length=1, max_length=2_000, pattern=NO_NUL)],
) -> None:
    """Say to everybody that it does not stand any more, and why."""
    central.packs.withdraw(sha256, reason, by.name)
