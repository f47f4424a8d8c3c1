"""Files in parts. A part waits in a temporary file until all of it is here, so that a slow line holds no lock.

Of a part at most twice SPOOL bytes are in memory, however many laptops send at once. No drive is waited for on the
event loop, which answers all the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from central.api.callers import Device, Service, Speaks
from central.api.document import body, participant_calls
from central.api.shapes import Hash
from central.refusals import Refused
from central.uploads import Upload
from desktop.sync.wire.protocol import (
    COMPLETE_HEADER,
    DIGEST_HEADER,
    LENGTH_HEADER,
    LIMIT_HEADER,
    OFFSET_HEADER,
    PART_TYPE,
    PREFIX,
    Limits,
)

calls = APIRouter(prefix=PREFIX, tags=["participant"], dependencies=[Speaks])
SPOOL = 256 * 1024
CHUNK = 1024 * 1024
_PLACE: Any = {
    name: {"required": True, "schema": {"type": "string"}}
    for name in (OFFSET_HEADER, LENGTH_HEADER, COMPLETE_HEADER, LIMIT_HEADER)
}
_FIGURES = {"pattern": "^[0-9]{1,16}$"}


@calls.head(
    "/blobs/{sha256}",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "How much of it is here.", "headers": _PLACE}, **participant_calls("not-found")},
)
def head(central: Service, caller: Device, sha256: Hash) -> Response:
    """How much of a file of one's own is here."""
    found = central.uploads.head(caller.participant, sha256)
    if found is None:
        raise Refused("not-found", "Nothing of this file is here.")
    return _answer(found, central.settings.limits)


@calls.patch(
    "/blobs/{sha256}",
    status_code=204,
    response_class=Response,
    responses={
        204: {"description": "The part is kept for good.", "headers": _PLACE},
        **participant_calls(
            "mismatching-upload-offset", "blob-length-differs", "blob-complete", "bad-digest", "blob-digest-mismatch"
        ),
    },
    openapi_extra=body(PART_TYPE, "The bytes from Upload-Offset on."),
)
async def append(  # noqa: PLR0917 - the framework gives them by name
    request: Request,
    central: Service,
    caller: Device,
    sha256: Hash,
    offset: Annotated[str, Header(alias=OFFSET_HEADER, **_FIGURES)],
    length: Annotated[str, Header(alias=LENGTH_HEADER, **_FIGURES)],
    complete: Annotated[str, Header(alias=COMPLETE_HEADER, pattern=r"^\?[01]$")],
    digest: Annotated[
        str,
        Header(alias=DIGEST_HEADER, pattern="^sha-256=:[A-Za-z0-9+/]{43}=:$", description="Of the part (RFC 9530)."),
    ],
    content_type: Annotated[str, Header(pattern=f"^{PART_TYPE}$")] = "",
) -> Response:
    """Append one part."""
    limits = central.settings.limits
    if content_type != PART_TYPE:
        raise Refused("bad-request", f"A part has the type {PART_TYPE}.")
    if int(length) > limits.blob:
        raise Refused("too-large", "The file is larger than the endpoint takes.", limit=limits.blob)
    with SpooledTemporaryFile(SPOOL, dir=str(central.settings.data)) as part:
        held = bytearray()
        async for chunk in request.stream():
            held += chunk
            if len(held) >= SPOOL:
                await run_in_threadpool(part.write, held)
                held = bytearray()
        found = await run_in_threadpool(
            central.uploads.append,
            caller.participant,
            sha256,
            offset=int(offset),
            length=int(length),
            complete=complete == "?1",
            digest=digest,
            parts=_chunks(part, held),
        )
    return _answer(found, limits)


def _chunks(part: IO[bytes], held: bytearray) -> Iterator[bytes]:
    """All of it from the start on; `held` is its end, which is not written yet."""
    part.write(held)
    part.seek(0)
    while chunk := part.read(CHUNK):
        yield chunk


def _answer(found: Upload, limits: Limits) -> Response:
    days = limits.unfinished_days * 24 * 3600
    return Response(
        status_code=204,
        headers={
            OFFSET_HEADER: str(found.offset),
            LENGTH_HEADER: str(found.length),
            COMPLETE_HEADER: "?1" if found.complete else "?0",
            LIMIT_HEADER: f"max-size={limits.blob}, max-append-size={limits.part}, max-age={days}",
        },
    )
