"""Text that is put together up to a limit; what comes after is not kept."""

from __future__ import annotations

import re

_UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


class Gathered:
    """The text so far. `full` = the limit was reached: readers may stop."""

    def __init__(self, limit: int) -> None:
        """`limit` is in characters."""
        self._parts: list[str] = []
        self._room = limit
        self.full = False

    def add(self, text: str) -> None:
        """Add a piece as it stands."""
        if len(text) > self._room:
            self.full = True
            text = text[: self._room]
        self._parts.append(text)
        self._room -= len(text)

    def line(self, text: str = "") -> None:
        """Add a piece and end the line."""
        self.add(text + "\n")

    @property
    def text(self) -> str:
        """All of it, without marks that no text holds."""
        return _UNSHOWN.sub("", "".join(self._parts)).strip("\n")
