"""What came back: read with a cap, known to be the endpoint's, or told as a trouble."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from desktop.sync.model import Trouble
from desktop.sync.troubles import GARBLED, SyncTrouble
from desktop.sync.wire.problems import KINDS, Met, Retry, met, retry_of
from desktop.sync.wire.protocol import JSON_TYPE

CAP = 32 * 1024 * 1024
"""Bytes of an answer at most, after decompression, unless the caller says otherwise."""
_LONGEST_WAIT = 24 * 3600.0
"""Seconds of a Retry-After at most: a slip of the other side must not hold a participant for months."""
_DETAIL = 300
_TODO = {
    "sign-in": "Ask the endpoint's people for a new code and sign in again.",
    "forbidden": "Ask the endpoint's people.",
    "bad-code": "Check the code, or ask the endpoint's people for a new one.",
    "client-too-old": "Install the newest MHHS Desk. Until then a bundle can be written.",
    "resync-required": "It is tried again by itself. If it stays so, tell the endpoint's people.",
    "slow-down": "The endpoint says when to try again.",
    "no-room": "Tell the endpoint's people.",
    "unavailable": "It usually passes by itself.",
    "internal": "It usually passes by itself. If it stays, tell the endpoint's people the request number.",
    "too-large": "Make it smaller or hand it over another way.",
    "superseded-base": "Look at the newer version before sending this one.",
    "reference-taken": "If what is there is not yours to replace, leave this one out and prepare it again: it gets "
    "another number.",
    "submission-differs": "Tell the endpoint's people; nothing of yours was changed.",
}

_PLAIN = {
    "bad-code": "The code is not known, was used, or has expired",
    "resync-required": "It says again and again that its list of changes has begun anew",
}
"""Said in place of an endpoint's own title and detail, which speak to programs, or say what is to be done as well."""


@dataclass(frozen=True)
class Answer:
    """An answer of the endpoint. Names of headers without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    clock_ms: int | None
    """The endpoint's clock minus ours; None when it told no date. For show only."""

    def json(self) -> Any:
        """Its body read. Raises SyncTrouble for what is no JSON: something between has put itself in its place."""
        kind = self.headers.get("content-type", "").split(";", maxsplit=1)[0].strip().lower()
        try:
            return json.loads(self.body if kind == JSON_TYPE else b"")
        except (ValueError, RecursionError) as error:
            raise SyncTrouble(
                Trouble(
                    "The endpoint's answer cannot be read: something on the way may have changed it.",
                    "It usually passes by itself.",
                    slug=GARBLED,
                    status=self.status,
                    request_id=self.request_id,
                )
            ) from error


class TooLong(Exception):
    """An answer is longer than the cap."""


class Garbled(Exception):
    """An answer is packed in a way that was not asked for, or not as it says."""


class Unpacking:
    """The bytes of a body, unpacked where it is gzip, never more than `cap`: a small answer may unpack to gigabytes."""

    def __init__(self, encoding: str, cap: int) -> None:
        """Raises Garbled for a packing that is not known."""
        encoding = encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise Garbled(encoding)
        self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
        self._left = cap

    def feed(self, data: bytes) -> bytes:
        """What these bytes give. Raises TooLong, Garbled."""
        if self._inflate is not None:
            try:
                data = self._inflate.decompress(data, self._left + 1)
            except zlib.error as error:
                raise Garbled from error
        self._left -= len(data)
        if self._left < 0:
            raise TooLong
        return data

    def end(self) -> None:
        """Raises Garbled when a packed body ended early."""
        if self._inflate is not None and not self._inflate.eof:
            raise Garbled


def clock_offset(headers: Mapping[str, str], now: datetime) -> int | None:
    """Milliseconds of the endpoint's clock ahead of ours, by its Date (whole seconds); None without."""
    theirs = _date(headers.get("date", ""))
    return None if theirs is None else round((theirs - now).total_seconds() * 1000)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to leave the endpoint alone, as it asks (RFC 9110, 10.2.3); a date is read by its own clock."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT)
    until = _date(text)
    if until is None:
        return None
    since = _date(headers.get("date", "")) or now
    return min(max((until - since).total_seconds(), 0.0), _LONGEST_WAIT)


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, name: str, now: datetime) -> SyncTrouble:
    """An answer of the endpoint that is no success."""
    problem = met(status, body)
    if 100 <= status < 200:  # requests hands an unknown early answer over as the last one
        problem = Met(status, "", "", "", Retry.AUTO, {})
    known = KINDS.get(problem.slug)
    title = problem.title or (known.title if known else f"it answered {status}")
    detail = " ".join(problem.detail.split())[:_DETAIL]
    title = title[:_DETAIL].rstrip(".")
    if detail.startswith(title):  # an endpoint that says it twice
        detail = detail.removeprefix(title).lstrip(". ")
    if problem.slug in _PLAIN:
        title, detail = _PLAIN[problem.slug], ""
    what = f"{name}: {title}." + (f" {detail}" if detail else "")
    todo = _TODO.get(problem.slug, "It usually passes by itself." if problem.retry is Retry.AUTO else "")
    trouble = Trouble(what, todo, retry=problem.retry, slug=problem.slug, status=status)
    return SyncTrouble(trouble, retry_after=retry_after(headers, now), met=problem)


def foreign(status: int, headers: Mapping[str, str], *, host: str, proxy: str, now: datetime) -> SyncTrouble:
    """An answer that is not an endpoint's: a sign-in page, a gateway before it, another service."""
    retry, to = retry_of(status), headers.get("location", "")
    bare = Met(status, "", "", "", retry, {})
    wait = retry_after(headers, now)
    if 100 <= status < 200:
        trouble = Trouble(f"{host} answered in a way that is no answer ({status}).", "It usually passes by itself.")
    elif retry is Retry.AUTO:
        trouble = Trouble(f"Something before {host} answered {status}.", "It usually passes by itself.")
    elif status == 413:
        trouble = Trouble(f"Something before {host} does not let so much through at once.", retry=Retry.USER)
    else:
        what = f"What answers at {host} is not the endpoint: this looks like a sign-in page."
        if 300 <= status < 400 and to:
            what = f"{host} points to another address, {_host(to)}: this looks like a sign-in page."
        todo = "Open a browser and sign in to the network, then try again. If that is done, check the address" + (
            " and the proxy." if proxy else "."
        )
        trouble = Trouble(what, todo, retry=Retry.ENDPOINT, slug="captive")
        bare = Met(status, "", "", "", Retry.ENDPOINT, {})
    done = Trouble(trouble.what, trouble.todo, trouble.retry, trouble.slug, status)
    return SyncTrouble(done, retry_after=wait, met=bare)


def _host(location: str) -> str:
    """Only the host of it: what follows may hold what is nobody's business."""
    from urllib.parse import urlsplit

    try:
        return (urlsplit(location).hostname or "this host")[:100]
    except ValueError:
        return "one that cannot be read"


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
