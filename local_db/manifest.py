"""What a backup says of itself: its manifest, in a folder or in a ZIP."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local_db.audit import Head
from local_db.engine import DATABASE_NAME
from local_db.errors import WorkspaceError

MANIFEST_NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class BackupInfo:
    """A verified backup: its folder or ZIP, when (UTC) and why it was made, bytes of its database, what it holds.

    `missing` names kept files that the workspace itself no longer had whole; everything else is in the backup.
    """

    path: Path
    made_at: datetime
    reason: str
    size: int
    schema: int
    head: Head
    files: int
    missing: tuple[str, ...] = ()
    name: str = ""
    """The participant's name, to recognise it by."""


def info_of(path: Path, manifest: dict[str, Any]) -> BackupInfo:
    """The manifest as a value."""
    return BackupInfo(
        path=path,
        made_at=datetime.fromisoformat(manifest["made_at"]),
        reason=str(manifest["reason"]),
        size=int(manifest["database"]["size"]),
        schema=int(manifest["schema"]),
        head=Head(int(manifest["head"]["seq"]), str(manifest["head"]["h"])),
        files=len(manifest["files"]),
        missing=tuple(manifest["missing"]),
        name=str(manifest["name"]),
    )


def named(path: Path) -> Path:
    """The backup that a person means by a path: a ZIP, a backup's folder, or a file inside that folder."""
    return path.parent if path.name in {MANIFEST_NAME, DATABASE_NAME} else path


def read_manifest(backup: Path) -> dict[str, Any]:
    """The manifest of a backup folder or ZIP. Raises WorkspaceError if it is not a backup of ours or a newer one."""
    try:
        if backup.is_dir():
            text = (backup / MANIFEST_NAME).read_text(encoding="utf-8")
        else:
            with zipfile.ZipFile(backup) as packed, packed.open(MANIFEST_NAME) as part:
                text = part.read(64 << 20).decode()
        manifest: dict[str, Any] = json.loads(text)
        if int(manifest["format"]) > FORMAT:
            raise WorkspaceError(
                "This backup was made by a newer MHHS Desk.", safe="Nothing was changed.", todo="Install that version."
            )
        info_of(backup, manifest)
        for file in manifest["files"]:
            if not is_hash(file["sha256"]) or file["area"] not in {"snapshots", "evidence"}:
                raise ValueError("not a kept file")  # noqa: TRY301 - one sentence for every way of being wrong
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise WorkspaceError(
            f"{backup.name} is not a backup of MHHS Desk, or it is damaged.",
            safe="Nothing was changed.",
            todo="Choose another backup.",
        ) from error
    return manifest


def is_hash(text: object) -> bool:
    """Whether a text is a SHA-256 in hex."""
    return isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def info(backup: Path) -> BackupInfo:
    """What a backup folder or ZIP says of itself. Raises WorkspaceError if it is not one."""
    backup = named(backup)
    return info_of(backup, read_manifest(backup))
