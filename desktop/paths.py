"""Where things are kept, and which folders a live workspace must not be in.

SQLite's locks and its log do not survive a folder that another program copies about or a network share serves
(design/reliability.md, section 1.8): such a folder is refused for the live workspace and is fine for backups.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import platformdirs

LONGEST_FOLDER = 160
"""Longest path of a workspace folder, in characters: Windows takes 260 and the files inside need the rest."""

APP_NAME = "MHHS Desk"

_MOUNTS = Path("/proc/self/mounts")
_NETWORK_TYPES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afpfs", "webdav", "davfs", "ceph", "glusterfs", "afs"}
_NETWORK_FUSE = re.compile(r"^fuse\.?.*(sshfs|smb|rclone|gvfs|s3fs|onedrive|google|dropbox|davfs|afp)")
_DOUBTFUL_TYPES = {"vboxsf", "prl_fs", "drvfs", "virtiofs"}
_SYNC_NAMES = re.compile(
    r"^(onedrive( - .+)?|dropbox( \(.+\))?|icloud ?drive|mobile documents|com~apple~clouddocs|google ?drive.*|"
    r"my drive|googledrive-.+|box( sync)?|nextcloud|owncloud|pcloud ?drive|mega|cloudstorage|sync\.com|tresorit.*)$",
    re.IGNORECASE,
)
_SYNC_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer", "DROPBOX_PATH")
_SYNC_MARKS = (".dropbox", ".dropbox.cache", "desktop.ini.onedrive", ".nextcloudsync.log", ".owncloudsync.log")


class Standing(StrEnum):
    """What is known of a folder as a place for a live workspace."""

    LOCAL = "local"
    SYNCED = "synced"
    """A cloud program copies what is in it."""
    NETWORK = "network"
    UNKNOWN = "unknown"
    """It could not be found out: allowed, with a notice."""


@dataclass(frozen=True)
class FolderVerdict:
    """What a folder is, and the sentence for the person ('' when there is nothing to say)."""

    standing: Standing
    sentence: str = ""

    @property
    def refused(self) -> bool:
        """Whether a live workspace may not be there."""
        return self.standing in {Standing.SYNCED, Standing.NETWORK}


def default_root() -> Path:
    """Where new workspaces go: local application data, never Documents (on many laptops that is OneDrive)."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False, roaming=False)) / "workspaces"


def config_folder() -> Path:
    """Where the app's own settings are, for this person on this computer."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False, roaming=False))


def settings_file() -> Path:
    """The file that desktop.settings.AppSettings is kept in."""
    return config_folder() / "settings.json"


def account_name() -> str:
    """The name of the operating system's account: the actor when the person gave no other name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def judge_folder(
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
    mounts: Path | None = _MOUNTS,
) -> FolderVerdict:
    """Say whether a live workspace may be in `folder` (which need not exist).

    Looked at: UNC paths, the names and marks of sync programs in the path and its parents, the folders that their
    environment variables name, and on Linux the kind of file system. `environment`, `home` and `mounts` (the file
    that lists what is mounted) are given by tests.
    """
    text = str(folder)
    # A UNC path, long form or not; what else starts with \\?\ or \\.\ is of this computer.
    if text.startswith("\\\\") and (text[2:8] == "?\\UNC\\" or text[2:4] not in {"?\\", ".\\"}):
        return _network(folder)
    synced_by = _syncing(folder, os.environ if environment is None else environment, home)
    if synced_by:
        return _synced(folder, synced_by)
    kind = _file_system(Path(os.path.realpath(folder)), mounts)
    if kind is None:
        return _unknown(folder) if sys.platform.startswith("linux") else FolderVerdict(Standing.LOCAL)
    if kind in _NETWORK_TYPES or _NETWORK_FUSE.search(kind):
        return _network(folder)
    if kind in _DOUBTFUL_TYPES or (kind.startswith("fuse") and kind != "fuseblk"):
        return _unknown(folder)
    return FolderVerdict(Standing.LOCAL)


def _syncing(folder: Path, environment: Mapping[str, str], home: Path | None) -> str:
    """The name of the folder that a sync program looks after and that holds this one; '' if there is none."""
    real = Path(os.path.realpath(folder))
    roots = [Path(environment[name]) for name in _SYNC_VARIABLES if environment.get(name)]
    for path in (Path(os.path.abspath(folder)), real):  # noqa: PTH100 - both with links followed and not
        named = [part for part in _parts(path, home) if _SYNC_NAMES.match(part)]
        named += [root.name for root in roots if path == root or root in path.parents]
        if named:
            return named[0]
    marked = [parent.name for parent in (real, *real.parents) if any((parent / m).exists() for m in _SYNC_MARKS)]
    return marked[0] if marked else ""


def _parts(path: Path, home: Path | None) -> tuple[str, ...]:
    """The names in a path that may tell a sync folder; not those above the home folder, which are no choice."""
    base = home or Path.home()
    try:
        return path.relative_to(base).parts
    except ValueError:
        return path.parts


def _file_system(path: Path, mounts: Path | None) -> str | None:
    """The type of the file system that holds a path, as Linux names it; None where it cannot be found out."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines() if mounts is not None else []
    except OSError:
        return None
    best, kind = -1, None
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1]))
        # Of two mounts on one point the later one is seen.
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2].lower()
    return kind


def _synced(folder: Path, by: str) -> FolderVerdict:
    return FolderVerdict(
        Standing.SYNCED,
        f"{folder} is in a folder that a cloud program synchronises ({by}). A live workspace can be damaged there; "
        "choose a local folder. Backups may go there.",
    )


def _network(folder: Path) -> FolderVerdict:
    return FolderVerdict(
        Standing.NETWORK,
        f"{folder} is on a network drive. A live workspace can be damaged there; choose a folder on this computer. "
        "Backups may go there.",
    )


def _unknown(folder: Path) -> FolderVerdict:
    return FolderVerdict(
        Standing.UNKNOWN,
        f"Whether {folder} is on this computer could not be found out. If it is a network or cloud folder, move the "
        "workspace to a local one.",
    )


def too_long(folder: Path) -> str:
    """The sentence for a folder whose path is too long for a workspace; '' when it fits."""
    length = len(os.path.abspath(folder))  # noqa: PTH100 - the length as given, links not followed
    if length <= LONGEST_FOLDER:
        return ""
    return (
        f"The folder's path has {length} characters; a workspace takes at most {LONGEST_FOLDER}. "
        "Choose a folder nearer to the top of the drive."
    )
