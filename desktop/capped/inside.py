"""The child's side: its caps, how it tells its progress, and what it may not do. It answers by files only."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

_EVERY = 0.1
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.system",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
    "ctypes.",
    "urllib.",
)


class Reporter:
    """Writes progress lines, ten a second at most."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._last = 0.0
        self._what = ""

    def __call__(self, what: str, done: int, total: int, unit: str) -> None:
        """Tell how far it is; dropped when the last line is younger than a tenth of a second."""
        now = time.monotonic()
        if now - self._last < _EVERY and what == self._what:
            return
        self._last, self._what = now, what
        sys.stdout.write(json.dumps([what, done, total, unit]) + "\n")
        sys.stdout.flush()


def answer(path: Path, told: object) -> None:
    """Write an answer as JSON."""
    path.write_text(json.dumps(told), encoding="utf-8")


def cap(*, seconds: int, memory: int, file_size: int) -> None:
    """Cap processor time, address space and written bytes where the system can; else the parent's watch is the cap."""
    try:
        import resource
    except ImportError:  # Windows
        return
    caps = [(resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, file_size), (resource.RLIMIT_CORE, 0)]
    if sys.platform.startswith("linux"):
        caps.append((resource.RLIMIT_AS, memory))
    for which, value in caps:
        _, hard = resource.getrlimit(which)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (wanted, hard))


def end_with_parent() -> None:
    """End this process when its standard input ends: then the parent is gone."""
    threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    while os.read(0, 4096):
        pass
    os._exit(2)


def no_network(event: str, _arguments: object) -> None:
    """Audit hook that refuses sockets and other programs: `sys.addaudithook(no_network)`."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
