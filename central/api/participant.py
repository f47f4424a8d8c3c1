"""The calls of laptops: who we are, enrolment, changes, submissions, comments, records, programme content."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from central.api.callers import Device, Service, Speaks
from central.api.document import body, participant_calls, problems
from central.api.shapes import (
    NO_NUL,
    ChangesPage,
    CommentBody,
    CommentMade,
    Enrolled,
    Enrolment,
    Hash,
    InfoBody,
    ReceiptBody,
    RecordBody,
    RecordMade,
    RecordWanted,
    StatusBody,
    Uuid,
)
from central.refusals import Refused
from desktop.sync.wire.protocol import JSON_TYPE, PREFIX, SIGNATURE_HEADER

open_calls = APIRouter(prefix=PREFIX, tags=["participant"])
calls = APIRouter(prefix=PREFIX, tags=["participant"], dependencies=[Speaks])
RecordName = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,39}$")]
MOST_CHANGES = 1_000


@open_calls.get("/info", responses=problems(), response_model=InfoBody)
def info(central: Service) -> dict[str, Any]:
    """Who this endpoint is, for anybody."""
    return central.info().as_json()


@calls.put("/devices/{uuid}", responses=problems("client-too-old", "bad-code", "invalid"), response_model=Enrolled)
def enrol(central: Service, uuid: Uuid, wanted: Enrolment) -> dict[str, Any]:
    """Let a laptop in. The same code and key give the same answer again."""
    return central.devices.enrol(uuid, wanted.model_dump())


@calls.get("/changes", responses=participant_calls("resync-required"), response_model=ChangesPage)
def changes(
    central: Service,
    caller: Device,
    after: Annotated[str, Query(max_length=200, pattern=NO_NUL, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = 500,
) -> dict[str, Any]:
    """What happened since, in order."""
    return central.feed.page(caller.participant, after, limit).as_json()


@calls.put(
    "/submissions/{uuid}",
    status_code=201,
    response_model=ReceiptBody,
    responses={
        200: {"model": ReceiptBody, "description": "It was here already: the same receipt."},
        **participant_calls("missing-blobs", "submission-differs", "superseded-base", "reference-taken", "invalid"),
    },
    openapi_extra=body(JSON_TYPE, "The canonical JSON of desktop/sync/wire/envelope.py."),
)
async def submit(  # noqa: PLR0917 - the framework gives them by name
    central: Service,
    caller: Device,
    request: Request,
    response: Response,
    uuid: Uuid,
    signature: Annotated[
        str, Header(alias=SIGNATURE_HEADER, min_length=1, max_length=4_000, description="Detached JWS of the laptop.")
    ],
) -> dict[str, str]:
    """Take an envelope. The receipt is made in the transaction that accepts it."""
    data = await request.body()
    receipt, created = await run_in_threadpool(central.receiving.submit, caller, uuid, data, signature)
    response.status_code = 201 if created else 200
    if created:
        request.app.state.metrics.accepted()
    return {"submission": uuid, "receipt": receipt}


@calls.get("/submissions/{uuid}", responses=participant_calls("not-found"), response_model=StatusBody)
def status(central: Service, caller: Device, uuid: Uuid) -> dict[str, Any]:
    """Where it stands. One of another participant is not there."""
    return {"submission": uuid, **central.receiving.status(caller.participant, uuid)}


@calls.put("/comments/{uuid}", responses=participant_calls("not-found", "submission-differs", "invalid"))
def comment(central: Service, caller: Device, uuid: Uuid, said: CommentBody) -> CommentMade:
    """An answer in the review of a submission of one's own."""
    return CommentMade(**central.talk.put(caller, uuid, said.model_dump()))


@calls.get("/records/{record}", responses=participant_calls("not-found"), response_model=RecordBody)
def record(central: Service, caller: Device, record: RecordName, response: Response) -> dict[str, Any]:
    """A record that both sides edit, with its version as ETag."""
    version, value = central.records.get(caller, record)
    response.headers["ETag"] = f'"{version}"'
    return {"record": record, "version": version, "value": value}


@calls.put(
    "/records/{record}",
    responses=participant_calls("not-found", "version-conflict", "invalid"),
    response_model=RecordMade,
)
def put_record(  # noqa: PLR0917 - the framework gives them by name
    central: Service,
    caller: Device,
    record: RecordName,
    wanted: RecordWanted,
    response: Response,
    if_match: Annotated[
        str, Header(pattern=r'^"?[0-9]{1,9}"?$', description="The version that it replaces; 0 for a new one.")
    ],
) -> dict[str, Any]:
    """Replace the version that the client has seen; 412 with the one that stands when there is another."""
    version = central.records.put(caller, record, int(if_match.strip('"')), wanted.value)
    response.headers["ETag"] = f'"{version}"'
    return {"record": record, "version": version}


_CONTENT: Any = {
    200: {"description": "The bytes of the pack.", "content": {JSON_TYPE: {"schema": {}}}},
    304: {"description": "Those with that ETag."},
    **participant_calls("not-found"),
}
IfNoneMatch = Annotated[str, Header(max_length=4_000, description="ETags that are there already.")]


@calls.get("/packs/{sha256}", responses=_CONTENT, response_class=Response)
def pack(central: Service, _caller: Device, sha256: Hash, if_none_match: IfNoneMatch = "") -> Response:
    """The bytes of published content, also of content that was withdrawn."""
    return _content(central.packs.data(sha256), sha256, if_none_match)


@calls.get("/ref/{kind}", responses=_CONTENT, response_class=Response)
def reference(
    central: Service,
    _caller: Device,
    kind: Annotated[str, Path(pattern="^[a-z][a-z0-9_-]{0,39}$")],
    if_none_match: IfNoneMatch = "",
) -> Response:
    """The content of a kind that stands now."""
    stands = [one for one in central.packs.all() if one.kind == kind and not one.withdrawn]
    if not stands:
        raise Refused("not-found", "No content of this kind is published.")
    return _content(central.packs.data(stands[0].sha256), stands[0].sha256, if_none_match)


def _content(data: bytes, sha256: str, known: str) -> Response:
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache"}
    tags = {one.strip().removeprefix("W/").strip('"') for one in known.split(",")}
    if sha256 in tags or "*" in tags:
        return Response(None, 304, headers)
    return Response(data, 200, headers, JSON_TYPE)
