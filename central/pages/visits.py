"""Who looks at a page, what they may do, and forms that only our own pages can send."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from central.pages.frame import HOME, NotSignedIn, central_of
from central.people import BROWSER, HOURS, Person, form_token
from central.refusals import Refused

LARGEST_FORM = 256 * 1024
"""Bytes of a form without a file."""
_MOST_FIELDS = 60
_BACK = re.compile(rf"{HOME}(/[A-Za-z0-9/_.@-]*)?(\?[A-Za-z0-9%&=+_.~*-]*)?")


@dataclass(frozen=True)
class Visit:
    """Somebody who is signed in. `csrf` stands in every form of theirs."""

    person: Person
    token: str
    csrf: str


@dataclass(frozen=True)
class Form:
    """What was sent: texts by name, and files."""

    texts: Mapping[str, str]
    files: tuple[UploadFile, ...] = field(default=())

    def text(self, name: str) -> str:
        """'' when it is not there."""
        return self.texts.get(name, "")


def is_https(request: Request) -> bool:
    """Whether the browser speaks TLS with us or with what stands before us."""
    address = urlsplit(central_of(request).settings.address)
    ours = address.scheme == "https" and address.netloc.casefold() == request.headers.get("host", "").casefold()
    return request.url.scheme == "https" or ours


def session_cookie(request: Request) -> str:
    """Its name. With `__Host-` a browser takes it from this very host over TLS only."""
    return "__Host-mhhs-review" if is_https(request) else "mhhs-review"


def _form_cookie(request: Request) -> str:
    return "__Host-mhhs-form" if is_https(request) else "mhhs-form"


def give_session(request: Request, response: Response, token: str) -> None:
    """The browser keeps the token where no script can read it, and sends it to nobody else."""
    response.set_cookie(
        session_cookie(request), token, max_age=HOURS * 3600, path="/", secure=is_https(request), httponly=True,
        samesite="strict",
    )  # fmt: skip


def take_session(request: Request, response: Response) -> None:
    """The browser forgets it."""
    response.delete_cookie(
        session_cookie(request), path="/", secure=is_https(request), httponly=True, samesite="strict"
    )


def visit_of(request: Request) -> Visit | None:
    """Who is signed in; a bearer token of whomever opens no page."""
    token = request.cookies.get(session_cookie(request), "")
    person = central_of(request).people.caller(token, BROWSER)
    return None if person is None else Visit(person, token, form_token(token))


def signed_in(request: Request) -> Visit:
    """Raises NotSignedIn."""
    visit = visit_of(request)
    if visit is None:
        raise NotSignedIn(safe_back(str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")))
    return visit


def administrator(visit: Annotated[Visit, Depends(signed_in)]) -> Visit:
    """Raises NotSignedIn, Refused (forbidden)."""
    if not visit.person.administers:
        raise Refused("forbidden", "Only an administrator may do that.")
    return visit


def safe_back(back: str) -> str:
    """The address if it is one of our pages, else ''. Nobody is sent to another host after signing in."""
    ours = _BACK.fullmatch(back) and "//" not in back and len(back) <= 1_000
    return back if ours and not {".", ".."} & set(back.partition("?")[0].split("/")) else ""


@asynccontextmanager
async def form_of(request: Request, most: int = LARGEST_FORM, files: int = 0) -> AsyncIterator[Form]:
    """What was sent; its files are closed at the end. Raises Refused: too-large, bad-request."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise Refused("bad-request", "It is no form.")
    counted = _Counted(request.receive, most)
    try:
        sent = await Request(request.scope, counted).form(
            max_files=files, max_fields=_MOST_FIELDS, max_part_size=LARGEST_FORM
        )
    except ClientDisconnect:
        raise
    except Exception as error:  # noqa: BLE001,RUF100 - whatever a damaged form provokes in its parser
        if counted.over:
            raise Refused("too-large", "It is larger than this page takes.", limit=most) from error
        raise Refused("bad-request", "The form arrived damaged.") from error
    texts: dict[str, str] = {}
    found: list[UploadFile] = []
    for name, value in sent.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, value.replace("\x00", ""))
        elif value.filename or value.size:
            found.append(value)
    try:
        yield Form(texts, tuple(found))
    finally:
        await sent.close()


def check_form(request: Request, form: Form, expected: str) -> None:
    """Raises Refused (forbidden) unless one of our pages sent it in this session."""
    origin = request.headers.get("origin")
    if origin is not None and not _ours(request, origin):
        raise Refused("forbidden", "The form came from another site.")
    given = form.text("csrf").encode("utf-8", "replace")
    if not expected or not hmac.compare_digest(given, expected.encode()):
        raise Refused("forbidden", "The form is not of this session: open the page again.")


async def posted(request: Request, visit: Annotated[Visit, Depends(signed_in)]) -> AsyncIterator[Form]:
    """A form of somebody who is signed in. Raises NotSignedIn, Refused."""
    async with form_of(request) as form:
        check_form(request, form, visit.csrf)
        yield form


async def posted_by_administrator(
    request: Request, visit: Annotated[Visit, Depends(administrator)]
) -> AsyncIterator[Form]:
    """The same; only an administrator's form is read at all."""
    async with form_of(request) as form:
        check_form(request, form, visit.csrf)
        yield form


def stranger_token(request: Request) -> tuple[str, str]:
    """For the form with which one signs in: what its cookie holds, and what the form then carries."""
    kept = request.cookies.get(_form_cookie(request), "")
    made = kept if re.fullmatch(r"[A-Za-z0-9_-]{43}", kept) else secrets.token_urlsafe(32)
    return made, form_token(made)


def give_stranger(request: Request, response: Response, made: str) -> None:
    """Before anybody is signed in."""
    response.set_cookie(
        _form_cookie(request), made, path="/", secure=is_https(request), httponly=True, samesite="strict"
    )


def stranger_expected(request: Request) -> str:
    """What the form to sign in has to carry; '' = the browser keeps no cookie of ours."""
    kept = request.cookies.get(_form_cookie(request), "")
    return form_token(kept) if kept else ""


def _ours(request: Request, origin: str) -> bool:
    asked = urlsplit(origin)
    address = urlsplit(central_of(request).settings.address)
    hosts = {request.headers.get("host", "").casefold(), address.netloc.casefold()} - {""}
    return asked.scheme in {"http", "https"} and asked.netloc.casefold() in hosts


class _Counted:
    """What a request brings, up to so many bytes; the parser of forms throws away what it has when there is more."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.over = False
        self._receive, self._most, self._read = receive, most, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._most:
            self.over = True
            raise MultiPartException("too large")
        return message


Reader = Annotated[Visit, Depends(signed_in)]
Admin = Annotated[Visit, Depends(administrator)]
Posted = Annotated[Form, Depends(posted)]
AdminPosted = Annotated[Form, Depends(posted_by_administrator)]
