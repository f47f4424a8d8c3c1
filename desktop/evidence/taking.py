"""Files on their way in: which there are, their names, and their bytes, read so that nothing can hang or lie."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from desktop.browse.frame_table import natural
from desktop.errors import FileRefused
from desktop.evidence.model import Refused
from desktop.jobs import Job
from desktop.own_files import is_own_file, is_same

MOST_FILES = 10_000
"""Files that one step may add: more is a whole disk, chosen by mistake."""
_BLOCK = 1 << 20
_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "__macosx", "$recycle.bin"}
"""What systems leave in folders and hide from people, besides names that begin with a dot."""
_HIDDEN_BY_WINDOWS = 0x2 | 0x4
"""FILE_ATTRIBUTE_HIDDEN and FILE_ATTRIBUTE_SYSTEM."""
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Marks that nobody sees in a name, such as those that turn the direction of writing."""
_OFFICE_OWNER = "~$"
"""How the files begin that Office keeps beside a document while it is open."""
LONGEST_NAME = 255
"""Bytes of a name that any file system of ours takes."""


@dataclass(frozen=True)
class Source:
    """A file to take: where it is, the name that it is kept under, and where it was found."""

    path: Path
    name: str
    origin: str
    size: int


@dataclass
class Found:
    """The files that were given, folders walked, in order, and what is not taken."""

    sources: list[Source] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """The size of all."""
        return sum(source.size for source in self.sources)


def kept_name(name: str) -> str:
    """The name that a file is kept under: NFC, without marks that nobody sees; bytes that are no text become �."""
    text = os.fsencode(name).decode("utf-8", "replace") if os.name != "nt" else name
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return "".join(mark for mark in text if unicodedata.category(mark) not in _UNSEEN).strip() or "unnamed"


def find_files(paths: Sequence[Path], workspace: Path, job: Job) -> Found:
    """The files among paths, folders walked by name; each file once.

    A picked link is followed and keeps its own name; links inside folders are not, and hidden files of the system are
    passed over: both are told. Raises FileRefused for more files than one step may add, Cancelled.
    """
    found = Found()
    seen: set[Path] = set()
    for path in paths:
        job.check()
        given = path.absolute()
        try:
            mode = given.stat()
        except (OSError, ValueError) as error:
            found.refused.append(Refused(kept_name(path.name or str(path)), _not_found(error, given)))
            continue
        if stat.S_ISDIR(mode.st_mode):
            walked = _walk(given, workspace, job, found)
        else:
            walked = iter([(given, kept_name(given.name), mode)])
        for file, name, about in walked:
            if file in seen:
                continue
            seen.add(file)
            why = _not_taken(file, about, workspace)
            if why:
                found.refused.append(Refused(name, why))
                continue
            found.sources.append(Source(file, kept_name(file.name), kept_name(str(file.parent)), about.st_size))
            if len(found.sources) > MOST_FILES:
                raise FileRefused(
                    f"There are more than {MOST_FILES:,} files.",
                    safe="Nothing was added.",
                    todo="Choose a smaller folder, or pack them into one ZIP archive and add that.",
                )
    return found


def _walk(folder: Path, workspace: Path, job: Job, found: Found) -> Iterator[tuple[Path, str, os.stat_result]]:
    """The files below a folder with their names from it on; what is passed over goes into `found.refused`."""

    def told(error: OSError) -> None:
        place = Path(error.filename) if error.filename else folder
        found.refused.append(Refused(kept_name(place.name), f"This folder could not be read: {_reason(error)}."))

    # A folder's folders are walked after its files, both by name.
    for here, folders, files in os.walk(folder, onerror=told, followlinks=False):
        job.check()
        folders.sort(key=natural)
        kept = []
        for name in folders:
            place = Path(here, name)
            shown = _from(folder, place)
            if place.is_symlink():
                found.refused.append(Refused(shown, _LINK))
            elif _is_hidden(place):
                found.refused.append(
                    Refused(shown, "It is a hidden folder of the system and was passed over.", passed_over=True)
                )
            elif is_same(place, workspace):
                found.refused.append(Refused(shown, "It is the folder of this workspace itself.", passed_over=True))
            else:
                kept.append(name)
        folders[:] = kept
        for name in sorted(files, key=natural):
            place = Path(here, name)
            shown = _from(folder, place)
            if place.is_symlink():
                found.refused.append(Refused(shown, _LINK))
            elif _is_hidden(place):
                found.refused.append(
                    Refused(shown, "It is a hidden file of the system and was passed over.", passed_over=True)
                )
            else:
                try:
                    about = place.stat()
                except OSError as error:
                    found.refused.append(Refused(shown, _not_found(error, place)))
                    continue
                yield place, shown, about


_LINK = "It is a link inside a folder, and such links are not followed. Add the file that it points to."


def _from(folder: Path, place: Path) -> str:
    return "/".join(kept_name(part) for part in place.relative_to(folder.parent).parts)


def _is_hidden(place: Path) -> bool:
    if place.name.startswith((".", _OFFICE_OWNER)) or place.name.casefold() in _SYSTEM_FILES:
        return True
    try:
        return bool(getattr(place.lstat(), "st_file_attributes", 0) & _HIDDEN_BY_WINDOWS)
    except OSError:
        return False


def _not_taken(path: Path, about: os.stat_result, workspace: Path) -> str:
    """Why a file cannot be taken; '' for one that can."""
    if not stat.S_ISREG(about.st_mode):
        return "It is a device or a pipe and no file. Choose a file."
    if len(kept_name(path.name).encode()) > LONGEST_NAME:
        return f"Its name is longer than {LONGEST_NAME} bytes. Give it a shorter name and add it again."
    if is_own_file(workspace, path):
        return "It is a file of this workspace itself."
    return ""


class Reading:
    """One source opened for reading: its blocks, and whether it stayed as it was meanwhile."""

    def __init__(self, source: Source) -> None:
        """Raises FileRefused when it cannot be opened or is no file any more."""
        self.source = source
        # A pipe put there since it was looked at must not make us wait.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        try:
            handle = os.open(source.path, flags)
        except OSError as error:
            raise FileRefused(_not_found(error, source.path)) from error
        self._file = os.fdopen(handle, "rb", buffering=0)
        self._before = os.fstat(handle)
        if not stat.S_ISREG(self._before.st_mode):
            self._file.close()
            raise FileRefused("It is a device or a pipe and no file. Choose a file.")

    @property
    def modified_at(self) -> str:
        """When the file was changed last, UTC, ISO; '' when its time is none."""
        try:
            return datetime.fromtimestamp(int(self._before.st_mtime), UTC).isoformat()
        except (OverflowError, OSError, ValueError):
            return ""

    def blocks(self) -> Iterator[bytes]:
        """The file's bytes, a MiB at a time. Raises FileRefused when it fails, ends early or changes meanwhile."""
        size = 0
        while True:
            try:
                block = self._file.read(_BLOCK)
            except OSError as error:
                raise FileRefused(
                    f"It could not be read to its end: {_reason(error)}. Check the drive and add it again."
                ) from error
            if not block:
                break
            size += len(block)
            yield block
        after = os.fstat(self._file.fileno())
        if (size, after.st_size, after.st_mtime_ns) != (self._before.st_size, size, self._before.st_mtime_ns):
            raise FileRefused("It was changed while it was read. Wait until it is finished and add it again.")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _not_found(error: OSError | ValueError, path: Path) -> str:
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return "It is a link that points to nothing. Choose the file itself."
        return "It is not there any more. Check where it is and add it again."
    return f"It could not be opened: {_reason(error)}. Check it and add it again."


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return "you may not read it, or another program keeps it open"
    return (getattr(error, "strerror", "") or "its name is none").lower()
