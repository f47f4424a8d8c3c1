"""The workspaces that were opened lately, and where new ones usually go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.paths import default_root
from ui.own_settings import OwnSettings

SAMPLE_FOLDER = "sample"


@dataclass(frozen=True)
class Recent:
    """A workspace that was opened: its folder, and whether it is still there."""

    folder: Path
    present: bool

    @property
    def name(self) -> str:
        """What it is called in a list."""
        return self.folder.name


class RecentList:
    """Kept in the app's settings, newest first. `root` is where new workspaces go (tests give their own)."""

    def __init__(self, own: OwnSettings, root: Path | None = None) -> None:
        self._own = own
        self.root = root or default_root()

    def all(self) -> list[Recent]:
        """The remembered workspaces, those that are gone included."""
        return [Recent(Path(folder), (Path(folder) / "workspace.db").is_file()) for folder in self._own.values.recent]

    def add(self, folder: Path) -> None:
        """Put a workspace at the top."""
        self._own.opened(folder)

    def forget(self, folder: Path) -> None:
        """Take a workspace off the list; nothing on disk changes."""
        self._own.forget(folder)

    def usual_place(self) -> Path:
        """Where a file dialog starts: beside the workspace opened last, else where new ones go."""
        newest = next((recent.folder.parent for recent in self.all() if recent.folder.parent.is_dir()), None)
        return newest or self.root

    def sample_folder(self) -> Path:
        """Where the sample workspace is built."""
        return self.root / SAMPLE_FOLDER
