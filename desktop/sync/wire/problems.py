"""What goes wrong, in three kinds of behaviour: RFC 9457 problems with one extension, `retry`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_BASE = "https://mhhs-desk.example/problems/"
"""Names, not addresses (RFC 9457, 3.1.1): nothing is ever asked there."""


class Retry(StrEnum):
    """Who can mend it."""

    AUTO = "auto"
    """Nobody needs to: back off and try again."""
    USER = "user"
    """This item stops and needs the person; the others go on."""
    ENDPOINT = "endpoint"
    """Everything to this endpoint stops: sign-in, version, trust."""


@dataclass(frozen=True)
class Kind:
    """One type of problem."""

    slug: str
    status: int
    retry: Retry
    title: str


KINDS: dict[str, Kind] = {
    one.slug: one
    for one in (
        Kind("mismatching-upload-offset", 409, Retry.AUTO, "The part starts at another place than the file ends"),
        Kind("missing-blobs", 409, Retry.AUTO, "Files of it have not arrived"),
        Kind("bad-digest", 400, Retry.AUTO, "The part arrived with other bytes than were sent"),
        Kind("blob-digest-mismatch", 422, Retry.AUTO, "The file arrived with other bytes than its name says"),
        Kind("blob-length-differs", 409, Retry.USER, "The file is said to have another length than before"),
        Kind("blob-complete", 409, Retry.AUTO, "The file is complete"),
        Kind("submission-differs", 409, Retry.USER, "The same id was used for other bytes"),
        Kind("superseded-base", 409, Retry.USER, "A newer version than the one that this replaces is there"),
        Kind("reference-taken", 409, Retry.USER, "Its reference belongs to another submission there"),
        Kind("version-conflict", 412, Retry.USER, "The record was changed meanwhile"),
        Kind("too-large", 413, Retry.USER, "It is larger than the endpoint takes"),
        Kind("invalid", 422, Retry.USER, "The endpoint does not take it as it is"),
        Kind("not-found", 404, Retry.USER, "There is no such thing for this participant"),
        Kind("bad-request", 400, Retry.USER, "The request is not one of the protocol"),
        Kind("method-not-allowed", 405, Retry.USER, "The endpoint does not do that here"),
        Kind("resync-required", 410, Retry.AUTO, "The place in the list of changes is not known any more"),
        Kind("sign-in", 401, Retry.ENDPOINT, "This laptop is not signed in"),
        Kind("forbidden", 403, Retry.ENDPOINT, "This laptop may not do that"),
        Kind("bad-code", 403, Retry.ENDPOINT, "The code is not known, was used, or has expired"),
        Kind("client-too-old", 426, Retry.ENDPOINT, "The endpoint asks for a newer MHHS Desk"),
        Kind("slow-down", 429, Retry.AUTO, "Too many requests"),
        Kind("no-room", 507, Retry.AUTO, "The endpoint has no room"),
        Kind("unavailable", 503, Retry.AUTO, "The endpoint is busy or being mended"),
        Kind("internal", 500, Retry.AUTO, "The endpoint failed"),
    )
}


@dataclass(frozen=True)
class Problem:
    """One that happened. `more`: extension members such as `missing`, `offset`, `current`, `limit`, `errors`."""

    slug: str
    detail: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """Its type."""
        return KINDS[self.slug]

    def as_json(self) -> dict[str, Any]:
        """The body of the answer (application/problem+json)."""
        kind = self.kind
        return {
            **self.more,
            "type": f"{_BASE}{kind.slug}",
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "retry": kind.retry.value,
        }


@dataclass(frozen=True)
class Met:
    """A problem as a client met it: any answer that is no success, ours or not."""

    status: int
    slug: str
    """'' for an answer that no endpoint of ours gave."""
    title: str
    detail: str
    retry: Retry
    more: Mapping[str, Any]


def met(status: int, data: bytes) -> Met:
    """Read an answer that is no success. Never raises: what is no problem of ours is judged by its status alone."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        body = {}
    if not isinstance(body, dict):
        body = {}
    kind_of = body.get("type")
    slug = kind_of.removeprefix(_BASE) if isinstance(kind_of, str) and kind_of.startswith(_BASE) else ""
    known = KINDS.get(slug)
    try:
        retry = Retry(str(body.get("retry")))
    except ValueError:
        retry = known.retry if known else retry_of(status)
    more = {key: one for key, one in body.items() if key not in {"type", "title", "status", "detail", "retry"}}
    title, detail = body.get("title"), body.get("detail")
    return Met(
        status,
        slug,
        title if isinstance(title, str) else (known.title if known else ""),
        detail if isinstance(detail, str) else "",
        retry,
        more,
    )


def retry_of(status: int) -> Retry:
    """What a bare status means (sync.md 2.7)."""
    if status in {408, 425, 429} or status >= 500:
        return Retry.AUTO
    if status in {401, 403, 407, 426} or 200 <= status < 400:
        return Retry.ENDPOINT
    return Retry.USER
