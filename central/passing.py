"""Folders that something passes through: bundles that are brought or given, of which nothing is to stay.

They lie on the drive of the endpoint's data, since the one of temporary files may be small. Whoever made one removes
it; what a killed worker, or a browser that went away, left behind is swept.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from central.blobs.durable import make_folder, room

LONGEST = 24 * 3600.0
"""Seconds after which nobody works with one any more: no request lasts as long."""


def new_folder(data: Path) -> Path:
    """An empty one. Raises Refused (no-room)."""
    with room():
        above = data / "bundles" / "passing"
        make_folder(above)
        return Path(tempfile.mkdtemp(dir=above))


@contextmanager
def folder(data: Path) -> Iterator[Path]:
    """An empty one for a while. Raises Refused (no-room)."""
    made = new_folder(data)
    try:
        yield made
    finally:
        remove(made)


def remove(made: Path) -> None:
    """All of it is gone; where that fails now, `sweep` comes again."""
    shutil.rmtree(made, ignore_errors=True)


def sweep(data: Path, now: float | None = None) -> int:
    """Remove those that were left behind; how many. `now`: seconds since 1970, as files have them."""
    before = (time.time() if now is None else now) - LONGEST
    above = data / "bundles" / "passing"
    gone = 0
    for one in list(above.iterdir()) if above.is_dir() else ():
        with suppress(FileNotFoundError):  # another worker sweeps too
            if one.stat().st_mtime < before:
                remove(one)
                gone += 1
    return gone
