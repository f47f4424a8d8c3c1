"""The workspaces that were opened lately, and where new ones usually go."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings

KEPT = 10


@dataclass(frozen=True)
class Recent:
    """A workspace that was opened: its folder, its organisation, and whether the folder is still there."""

    folder: Path
    name: str
    present: bool


class RecentList:
    """Kept in the window's settings, newest first."""

    def __init__(self, settings: QSettings, home: Path) -> None:
        self._settings = settings
        self._home = home

    def all(self) -> list[Recent]:
        """The remembered workspaces, those that are gone included."""
        return [Recent(Path(folder), name, (Path(folder) / "workspace.db").is_file()) for folder, name in self._pairs()]

    def add(self, folder: Path, name: str) -> None:
        """Put a workspace at the top."""
        pairs = [(str(folder), name)] + [pair for pair in self._pairs() if pair[0] != str(folder)]
        self._settings.setValue("recent", json.dumps(pairs[:KEPT]))

    def forget(self, folder: Path) -> None:
        """Take a workspace off the list; nothing on disk changes."""
        self._settings.setValue("recent", json.dumps([pair for pair in self._pairs() if pair[0] != str(folder)]))

    def usual_place(self) -> Path:
        """Where a file dialog starts: beside the workspace opened last, else the home folder."""
        newest = next((recent.folder.parent for recent in self.all() if recent.folder.parent.is_dir()), None)
        return newest or self._home

    def sample_folder(self) -> Path:
        """Where the sample workspace is built."""
        return Path(self._settings.fileName()).parent / "sample workspace"

    def _pairs(self) -> list[tuple[str, str]]:
        try:
            raw = json.loads(str(self._settings.value("recent", "[]")))
            return [(str(folder), str(name)) for folder, name in raw]
        except (ValueError, TypeError):
            return []
