"""A request that is refused: the problem that the answer says."""

from __future__ import annotations

from typing import Any

from desktop.sync.wire.problems import Problem


class Refused(Exception):
    """Raised by every service of the central side; the application turns it into an answer (RFC 9457)."""

    def __init__(self, slug: str, detail: str = "", **more: Any) -> None:
        """`slug` is one of desktop/sync/wire/problems.py KINDS; `more` are extension members."""
        self.problem = Problem(slug, detail, more)
        super().__init__(f"{slug}: {detail}")
