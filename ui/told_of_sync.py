"""What was said of the last round of sync: it goes when it is not so any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from desktop.sync.model import EndpointLine

SETTLES = 2.0
"""Seconds within which what the round itself changed has been read: no news yet."""


class ToldOfSync:
    """Remembers a message and how sync stood with it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that only go forward."""
        self._clock = clock
        self._text = ""
        self._at = 0.0
        self._stood: object = None

    def say(self, text: str, lines: Sequence[EndpointLine]) -> None:
        """Keep what was said, and how sync stood then."""
        self._text, self._at, self._stood = text, self._clock(), _gist(lines)

    def outdated(self, lines: Sequence[EndpointLine]) -> str:
        """The message, once, when sync stands otherwise now than when it was said; '' while it is true or gone."""
        gist = _gist(lines)
        if not self._text or self._clock() - self._at < SETTLES:
            self._stood = gist
            return ""
        if gist == self._stood:
            return ""
        text, self._text = self._text, ""
        return text


def _gist(lines: Sequence[EndpointLine]) -> object:
    return tuple((one.endpoint_id, one.words, one.tone) for one in lines)
