"""ZIP archives: the names in them. Nothing is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from desktop.evidence.reading.gathering import Gathered

_MOST_NAMES = 5_000


def read(path: Path, gathered: Gathered) -> str:
    """What is in an archive, by name and size."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    files = [entry for entry in entries if not entry.is_dir()]
    for entry in files[:_MOST_NAMES]:
        gathered.line(f"{entry.filename}\t{entry.file_size:,} bytes")
    gathered.full = gathered.full or len(files) > _MOST_NAMES
    return f"ZIP archive of {len(files):,} file{'' if len(files) == 1 else 's'}"
