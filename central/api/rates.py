"""How often somebody may ask: a token bucket for each device and each address, whichever worker is asked.

They keep a client that went wild from the others; what must hold exactly, such as how often a one-time code may be
guessed, is long enough to need no counting.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.api.answers import problem_answer
from central.api.asked import Asked, InMemory
from central.settings import Rates as Settings
from desktop.sync.wire.problems import Problem
from desktop.sync.wire.protocol import PREFIX

FREE = {"/health", "/ready", "/metrics"}
"""Asked by the machine around the service."""
_EXACT = 1e-6
"""Seconds that sums of moments may be off."""


class Buckets:
    """One bucket for each key: it holds `burst` requests, and gets room for `second` of them each second.

    Only the moment is kept when it would be empty again: asked for more than `burst` ahead of now, somebody waits.
    """

    def __init__(
        self, name: str, second: float, burst: float, asked: Asked, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`name` tells them apart where several share `asked`; `clock` in seconds."""
        self._name, self._asked, self._clock = name, asked, clock
        self._each, self._ahead = 1 / second, (burst - 1) / second

    def take(self, key: str) -> float:
        """Take a place: 0.0, or the seconds until there is one."""
        wait, until = self._look(key)
        if not wait:
            self._asked.set(f"{self._name} {key}", until + self._each)
        return wait

    def wait(self, key: str) -> float:
        """What `take` would answer, with nothing taken."""
        return self._look(key)[0]

    def _look(self, key: str) -> tuple[float, float]:
        now = self._clock()
        until = max(self._asked.get(f"{self._name} {key}"), now)
        wait = until - now - self._ahead
        return (wait if wait > _EXACT else 0.0), until


class Rates:
    """Answers 429 with Retry-After before anything is read or asked."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        asked: Asked | None = None,
    ) -> None:
        """`clock` in seconds; `asked`: where it is counted, None = in the memory of this process."""
        asked = asked or InMemory()
        self._app = app
        self._devices = Buckets("device", settings.device_second, settings.device_burst, asked, clock)
        self._addresses = Buckets("address", settings.address_second, settings.address_burst, asked, clock)
        self._refused = Buckets("refused", settings.refused_second, settings.refused_burst, asked, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http" or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        address = (scope.get("client") or ("",))[0]
        guesses = scope["path"].startswith(f"{PREFIX}/devices/")
        said = dict(scope["headers"]).get(b"authorization", b"")
        # The device first: one that went wild takes nothing from the others behind the same address.
        wait = self._devices.take(hashlib.sha256(said).hexdigest()) if said else 0.0
        if not wait:
            wait = self._addresses.take(address)
        if guesses and not wait:
            wait = self._refused.wait(address)
        if wait:
            seconds = max(1, math.ceil(wait))
            slow_down = Problem("slow-down", f"Ask again in {seconds} s.", {"retry_after": seconds})
            await problem_answer(slow_down)(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            if guesses and message["type"] == "http.response.start" and message["status"] in {401, 403}:
                self._refused.take(address)
            await send(message)

        await self._app(scope, receive, watched)
