"""What an earlier demo left: replaced while nobody has touched it, set aside where somebody worked in it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import output
from desktop.errors import PlainError
from local_db.backup import stamp
from local_db.errors import WorkspaceLocked
from local_db.lock import WriteLock

NOTE_NAME = ".mhhs-desk-demo.json"
"""In the demo's folder: the head of the sample's history as it was built; fix lists and the declaration with hashes."""


def note(out: Path, workspace: Workspace, lists: dict[str, str]) -> None:
    """Write down how the demo was left; `lists`: SHA-256 of what the next demo replaces, by its path within `out`."""
    head = workspace.history.verify().head
    output.write_json(str(out / NOTE_NAME), {"seq": head.seq, "head": head.h, "fix_lists": lists})


def make_room(out: Path, folder: Path, now: datetime) -> str:
    """Take an earlier demo's workspace out of `folder`; says in a sentence where it went, '' if it is gone.

    It is removed when its history ends as it was built, else renamed and kept. Raises PlainError when something else
    stands there or a window has it open; then nothing is changed.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return ""
    with Workspace.open(folder, read_only=True) as there:
        sample, head = there.settings.get().sample, there.history.verify().head
    if not sample:
        raise PlainError(
            f"{folder} holds a workspace that is not the sample.",
            safe="It was not touched.",
            todo="Choose another folder with --out.",
        )
    _must_be_closed(folder, now)
    noted = _noted(out)
    if (noted.get("seq"), noted.get("head")) == (head.seq, head.h):
        shutil.rmtree(folder)
        return ""
    aside = folder.with_name(f"{folder.name}-before-demo-{stamp(now)}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{folder.name}-before-demo-{stamp(now)}-{number}")
    folder.rename(aside)
    return f"The sample workspace that was there had been worked in, so it was kept as {aside}."


def remove_lists(out: Path) -> None:
    """Remove the fix lists and the declaration of the earlier demo from `out`, except what was changed since."""
    lists = _noted(out).get("fix_lists", {})
    for name, sha256 in lists.items() if isinstance(lists, dict) else ():
        path = out / name
        inside = path.resolve().is_relative_to(out.resolve())
        if inside and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            path.unlink()
            if path.parent not in (out, out / "fix-lists") and not any(path.parent.iterdir()):
                path.parent.rmdir()


def hashes_within(out: Path, folder: Path) -> dict[str, str]:
    """Hashes of the files of a folder by path within `out`, for `note`."""
    files = ((path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(folder.iterdir()))
    return paths_within(out, files)


def paths_within(out: Path, made: Iterable[tuple[Path, str]]) -> dict[str, str]:
    """Hashes by path within `out`, for `note`."""
    return {path.relative_to(out).as_posix(): sha256 for path, sha256 in made}


def _must_be_closed(folder: Path, now: datetime) -> None:
    lock = WriteLock(folder)
    try:
        lock.acquire(now)
    except WorkspaceLocked as error:
        raise PlainError(
            f"The sample workspace in {folder} is open in another window or program.",
            safe="It was not touched.",
            todo="Close it, or choose another folder with --out.",
        ) from error
    lock.release()  # an open file would bar the renaming on Windows


def _noted(out: Path) -> dict[str, Any]:
    """What the earlier demo noted; nothing when it cannot be read."""
    try:
        found = json.loads((out / NOTE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
