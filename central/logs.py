"""The log: one line of JSON for each event, to stderr, without personal data, tokens, codes or ids.

A request is named by its route (`/v1/blobs/{sha256}`) and the X-Request-Id that the client shows to its user.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

Log = Callable[..., None]
"""log(level, event, **details)"""


def to(stream: TextIO | None = None, least: str = "info") -> Log:
    """A log that writes to that stream (stderr as it is at the time); `least` is `info` or `warning`."""

    def log(level: str, event: str, **details: Any) -> None:
        if level == "info" != least:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"at": at, "level": level, "event": event, **details}, ensure_ascii=True)
        print(line, file=stream or sys.stderr, flush=True)

    return log


def silent(_level: str, _event: str, **_details: Any) -> None:
    """For tests of something else."""


def where(error: BaseException) -> list[str]:
    """The kinds of an exception and its causes, and where it arose: no messages, for they quote what people sent."""
    said: list[str] = []
    one: BaseException | None = error
    while one is not None and len(said) < 40:
        said.append(f"{type(one).__module__}.{type(one).__name__}")
        frames = traceback.extract_tb(one.__traceback__)[-8:]
        said += [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
        one = one.__cause__ or one.__context__
    return said


class _Told(logging.Handler):
    """What uvicorn says, as lines of ours. Its texts hold addresses of clients and what failures say, so they go."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Part of logging."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self._log(record.levelname.lower(), "server", said=str(record.msg).splitlines()[0][:200], kind=kind)


def quiet(log: Log) -> None:
    """Let uvicorn speak through that log only."""
    server = logging.getLogger("uvicorn")
    server.handlers[:] = [_Told(log)]
    server.propagate = False
