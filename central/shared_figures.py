"""What all workers of a service count together lies in files of a temporary folder; this is who makes and removes it.

The process that starts the workers holds a lock in its folder as long as it lives. A killed one removes nothing, so the
next that starts sweeps the folders whose lock nobody holds any more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from central.api.asked import FILE, Shared
from central.locks import taken

_BEGINS = "mhhs-central-figures-"
_LOCK = "held"
_FRESH = 60.0
"""Seconds in which another process may have made its folder and not locked it yet."""


@contextmanager
def shared(environ: MutableMapping[str, str]) -> Iterator[None]:
    """A folder for a while, told to the workers by the environment."""
    above = Path(tempfile.gettempdir())
    sweep(above)
    folder = Path(tempfile.mkdtemp(prefix=_BEGINS, dir=above))
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        taken(handle)
        Shared.make(folder / "asked")
        environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        environ[FILE] = str(folder / "asked")
        yield
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def sweep(above: Path, now: float | None = None) -> int:
    """Remove what killed processes left; how many. `now`: seconds since 1970, as files have them."""
    before = (time.time() if now is None else now) - _FRESH
    gone = 0
    for one in above.glob(f"{_BEGINS}*"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            if one.stat().st_mtime < before and _left(one / _LOCK):
                shutil.rmtree(one, ignore_errors=True)
                gone += 1
    return gone


def _left(lock: Path) -> bool:
    """Whether nobody holds it."""
    handle = os.open(lock, os.O_RDWR)
    try:
        return taken(handle)
    finally:
        os.close(handle)
