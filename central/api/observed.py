"""What every answer has, also the ones to what is no request of the protocol; and what is logged and counted of it."""

from __future__ import annotations

import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.answers import problem_answer, problem_of
from central.logs import Log, where
from central.metrics import Metrics
from desktop.sync.wire.protocol import ENDPOINT_HEADER, REQUEST_HEADER, UUID

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Unless the answer has its own. Strict-Transport-Security is added where the connection is HTTPS."""
ELSEWHERE = "(none)"
"""The route of what is under no address of ours."""
GONE = 499
"""Counted for a client that went before it had its answer (the number that nginx uses)."""
_METHOD = re.compile(r"GET|HEAD|PUT|PATCH|DELETE|POST|OPTIONS")


class Observed:
    """Around everything else: it also answers what fell through."""

    def __init__(self, app: ASGIApp, endpoint: str, metrics: Metrics, log: Log) -> None:
        """`endpoint` is its uuid."""
        self._app, self._endpoint, self._metrics, self._log = app, endpoint, metrics, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status, received, sent = time.perf_counter(), 0, 0, 0
        asked = dict(scope["headers"]).get(REQUEST_HEADER.lower().encode(), b"").decode("latin-1")
        request_id = asked if UUID.fullmatch(asked) else str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message

        async def marked(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[ENDPOINT_HEADER] = self._endpoint
                headers[REQUEST_HEADER] = request_id
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            sent += len(message.get("body", b""))
            await send(message)

        self._metrics.running.inc()
        try:
            await self._app(scope, counted, marked)
        except ClientDisconnect:
            status = status or GONE
        except Exception as error:  # whatever it is, the client gets an answer and the log what it was
            problem = problem_of(error)
            level = "error" if problem.slug == "internal" else "warning"
            self._log(level, "failed", request=request_id, route=route_of(scope), slug=problem.slug, where=where(error))
            if status:
                raise  # half an answer is out: the connection is cut, so that nobody takes it for a whole one
            await problem_answer(problem)(scope, receive, marked)
        finally:
            self._metrics.running.dec()
            seconds = time.perf_counter() - begun
            self._note(scope, request_id, status, seconds=seconds, received=received, sent=sent)

    def _note(self, scope: Scope, request_id: str, status: int, *, seconds: float, received: int, sent: int) -> None:
        method = scope["method"] if _METHOD.fullmatch(scope["method"]) else "OTHER"
        route = route_of(scope)
        self._metrics.answered(method, route, status, seconds=seconds, received=received, sent=sent)
        self._log(
            "error" if status == 500 else "info",
            "answered",
            request=request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            received=received,
            sent=sent,
        )


def route_of(scope: Scope) -> str:
    """The template of the address, so that no id stands in logs and figures."""
    found = getattr(scope.get("route"), "path", "")
    return found or ELSEWHERE
