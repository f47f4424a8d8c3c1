"""Who asks: the laptop of a participant, or a person with a token; and whether it speaks a protocol that we speak."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from central.central import Central
from central.devices import Caller
from central.people import TOKEN, Person
from central.refusals import Refused
from desktop.sync.wire.protocol import PROTOCOL

LEAST = 1
"""The oldest version of the protocol that is still spoken."""

_DEVICE = HTTPBearer(auto_error=False, scheme_name="device", description="The token of an enrolled laptop.")
_PERSON = HTTPBearer(auto_error=False, scheme_name="person", description="The token of a reviewer or administrator.")


def central_of(request: Request) -> Central:
    """The service that this application answers for."""
    return request.app.state.central  # type: ignore[no-any-return]


def protocol(
    version: Annotated[
        int, Header(alias="X-Protocol", ge=0, le=10**6, json_schema_extra={"minimum": LEAST, "maximum": PROTOCOL})
    ],
) -> None:
    """Raises Refused: client-too-old with `min`; bad-request for a version that is not there yet."""
    if version < LEAST:
        raise Refused("client-too-old", f"The oldest protocol that is spoken here is {LEAST}.", min=LEAST)
    if version > PROTOCOL:
        raise Refused("bad-request", f"The newest protocol that is spoken here is {PROTOCOL}.", max=PROTOCOL)


def device(
    central: Annotated[Central, Depends(central_of)],
    said: Annotated[HTTPAuthorizationCredentials | None, Depends(_DEVICE)],
) -> Caller:
    """Raises Refused (sign-in, forbidden)."""
    if said is None:
        raise Refused("sign-in", "The request has no token.")
    return central.devices.caller(said.credentials)


def person(
    central: Annotated[Central, Depends(central_of)],
    said: Annotated[HTTPAuthorizationCredentials | None, Depends(_PERSON)],
) -> Person:
    """A reviewer or an administrator. Raises Refused (sign-in)."""
    found = central.people.caller(said.credentials, TOKEN) if said is not None else None
    if found is None:
        raise Refused("sign-in", "The request has no token, or one that is not good any more.")
    return found


def administrator(found: Annotated[Person, Depends(person)]) -> Person:
    """Raises Refused (sign-in, forbidden)."""
    if not found.administers:
        raise Refused("forbidden", "Only an administrator may do that.")
    return found


Service = Annotated[Central, Depends(central_of)]
Device = Annotated[Caller, Depends(device)]
Reviewer = Annotated[Person, Depends(person)]
Administrator = Annotated[Person, Depends(administrator)]
Speaks = Depends(protocol)
