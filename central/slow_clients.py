"""Connections that have an end: uvicorn alone lets a client take for ever over the head of a request, or over its body.

Without it a few hundred of them, who send a byte now and then or nothing at all, keep everybody else out.
"""

from __future__ import annotations

import asyncio
from socket import AF_INET, AF_INET6, IPPROTO_TCP, TCP_NODELAY

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 20.0
"""From connecting, or from the first byte of a further request, to the end of its head."""
SILENT_SECONDS = 120.0
"""Between two pieces of a body: a laptop in a train is slow, and not silent for longer than its own time-out."""


class Hurried(H11Protocol):
    """Closes a connection whose client does not go on; what did not come whole is nothing."""

    head_seconds = HEAD_SECONDS
    silent_seconds = SILENT_SECONDS
    _timer: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None
    _in_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Part of asyncio."""
        super().connection_made(transport)
        if (used := transport.get_extra_info("socket")) is not None and used.family in {AF_INET, AF_INET6}:
            # asyncio sets it only on sockets that it made itself; without it head and body of an answer wait 40 ms.
            used.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._in_head = True
        self._wait(self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Part of asyncio. A head has its time from its first byte, a body from its newest."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._in_head = False
            self._wait(self.silent_seconds)
        elif state is not h11.IDLE:
            self._stop()
        elif not self._in_head or self._timer is None:
            self._in_head = True
            self._wait(self.head_seconds)

    def pause_writing(self) -> None:
        """Part of asyncio: the client does not read its answer."""
        super().pause_writing()
        self._stuck = self.loop.call_later(self.silent_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Part of asyncio."""
        super().resume_writing()
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio."""
        self._stop()
        self._read_on()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Part of uvicorn: from here on its time for idle connections counts."""
        self._stop()
        super().on_response_complete()

    def _wait(self, seconds: float) -> None:
        self._forget()
        self._timer = self.loop.call_later(seconds, self._too_slow)

    def _stop(self) -> None:
        self._in_head = False
        self._forget()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _read_on(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _too_slow(self) -> None:
        if self.flow.read_paused:  # it is we who do not read: the answer is being worked on
            self._wait(self.silent_seconds)
        elif not self.transport.is_closing():
            self.transport.abort()
