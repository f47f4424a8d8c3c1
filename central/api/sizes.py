"""How large a request may be: said up front by Content-Length, and counted for those that do not say."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.answers import problem_answer, problem_of
from desktop.sync.wire.protocol import MIB, PREFIX, Limits

JSON_LIMIT = 256 * 1024
"""Of a comment, a record, a decision, an enrolment."""
CONTENT_LIMIT = 64 * MIB
"""Of a content pack, and of a form of the review pages that carries one."""

BUNDLES_PATH = "/review/bundles"
BUNDLES_LIMIT = 2 * 1024 * MIB
"""Of bundles that are brought to the review pages; larger ones are taken in on the server itself."""


class TooLarge(HTTPException):
    """Raised while a body is read, wherever that happens."""

    def __init__(self, limit: int) -> None:
        """`limit` in bytes."""
        self.more = {"limit": limit}
        super().__init__(413)


class Sizes:
    """Refuses what is too large without reading it into memory."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """`limits` are those that the endpoint tells."""
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["method"], scope["path"], self._limits)
        said = dict(scope["headers"]).get(b"content-length", b"")
        if said.isdigit() and int(said) > limit:
            await problem_answer(problem_of(TooLarge(limit)))(scope, receive, send)
            return
        count = 0

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > limit:
                raise TooLarge(limit)
            return message

        await self._app(scope, counted, send)


def limit_of(method: str, path: str, limits: Limits) -> int:
    """In bytes, of the body of such a request."""
    if path.startswith(f"{PREFIX}/blobs/"):
        return limits.part
    if path.startswith(f"{PREFIX}/submissions/"):
        return limits.envelope
    if path.startswith(f"{PREFIX}/review/packs"):
        return CONTENT_LIMIT
    if path == BUNDLES_PATH and method == "POST":
        return BUNDLES_LIMIT
    if path.startswith(f"{PREFIX}/") or method in {"GET", "HEAD", "DELETE"}:
        return JSON_LIMIT
    return CONTENT_LIMIT
