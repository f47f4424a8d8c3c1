"""Reads the files of an export from a folder or a ZIP, whoever made it: what belongs to one, and never without end."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.declarations.export_set import JSON_NAME, PEM_NAME, SCAN_STEM, SIGNATURE_NAME, zipped
from desktop.declarations.shape import HOW_NAME, HTML_NAME, PDF_NAME
from desktop.errors import FileRefused

MOST_BYTES = 512 * 1024 * 1024
"""Of all files together; a declaration has some hundred kilobytes, a scan some megabytes."""
MOST_JSON = 16 * 1024 * 1024
_MOST_ENTRIES = 10_000

_KNOWN = {JSON_NAME, SIGNATURE_NAME, PEM_NAME, HTML_NAME, PDF_NAME, HOW_NAME}
OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", ".directory"}
"""What file managers leave in a folder that somebody looked into."""
_HOW = "Give the folder that was exported, the ZIP, or the declaration.json in it."


@dataclass
class Found:
    """What was found at `place` (the folder or the ZIP): files by name, names of others, and what is wrong already."""

    place: Path
    files: dict[str, bytes] = field(default_factory=dict)
    besides: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(path: Path) -> Found:
    """Read them. Raises FileRefused when there is no part of a declaration, or it is far too large to be one."""
    path = path.absolute()
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            found = _of_folder(path)
        elif not stat.S_ISREG(kind):
            raise _refused(path, "is no file")
        elif _belongs(path.name):
            found = _of_folder(path.parent)
        elif path.suffix.lower() == ".zip" or _begins_as_zip(path):
            found = _of_zip(path)
        else:
            raise _refused(path, "is no exported declaration")
    except FileNotFoundError:
        raise _refused(path, "is not there") from None
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror or 'the drive refused it'})") from error
    except ValueError:  # a name with a NUL
        raise _refused(path, "is no name of a file") from None
    if not found.files and not found.faults:
        inside = any(name.endswith(f"/{JSON_NAME}") for name in found.besides)
        raise _refused(path, "has its files in a folder: unpack it first" if inside else "holds no declaration")
    return found


def _belongs(name: str) -> bool:
    return name in _KNOWN or name.startswith(SCAN_STEM + ".")


def _of_folder(folder: Path) -> Found:
    found = Found(folder)
    for number, entry in enumerate(sorted(folder.iterdir(), key=lambda one: one.name)):
        if number >= _MOST_ENTRIES:
            raise _refused(folder, "holds too many files to be an exported declaration")
        if entry.name in OF_THE_SYSTEM and not entry.is_symlink() and entry.is_file():
            found.notes.append(f"{entry.name} is of the operating system: it was passed over.")
        elif not _belongs(entry.name):
            found.besides.append(entry.name)
        elif entry.is_symlink() or not entry.is_file():
            found.faults.append(f"{entry.name} is no file of its own.")
        else:
            size = entry.stat().st_size
            found.files[entry.name] = _within(found, entry.name, size, lambda most, entry=entry: _head(entry, most))  # type: ignore[misc]
    return found


def _of_zip(path: Path) -> Found:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _refused(path, "is far too large to be an exported declaration")
    data = _head(path, MOST_BYTES)
    found = Found(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _take(found, packed, packed.infolist())
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001,RUF100 - zipfile raises many kinds over damaged bytes
        found.faults.append("The ZIP is damaged: not all of it can be read.")
        return found
    if found.files and not found.faults and not found.besides and zipped(found.files) != data:
        found.faults.append(
            "The ZIP is not as MHHS Desk writes it: it was changed, or packed again by another program."
        )
    return found


def _take(found: Found, packed: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if len(found.files) + len(found.besides) >= _MOST_ENTRIES:
            raise _refused(found.place, "holds too many files to be an exported declaration")
        if not _belongs(entry.filename) or entry.filename in found.files:
            found.besides.append(entry.filename)
            continue

        def unpack(most: int, entry: zipfile.ZipInfo = entry) -> bytes:
            with packed.open(entry) as file:
                return file.read(most)

        found.files[entry.filename] = _within(found, entry.filename, entry.file_size, unpack)


def _within(found: Found, name: str, size: int, give: Callable[[int], bytes]) -> bytes:
    """The bytes of one, at most so many. Raises FileRefused for more, whatever size was told."""
    room = MOST_BYTES - sum(map(len, found.files.values()))
    most = min(room, MOST_JSON) if name == JSON_NAME else room
    data = b"" if size > most else give(most + 1)
    if max(size, len(data)) > most:
        raise _refused(found.place, "is far too large to be an exported declaration")
    return data


def _head(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _begins_as_zip(path: Path) -> bool:
    return _head(path, 4) == b"PK\x03\x04"


def _refused(path: Path, why: str) -> FileRefused:
    return FileRefused(f"{path.name or path} {why}.", todo=_HOW)
