"""Reads a pack's files from a folder, a ZIP or its parts, hashing each; nothing is unpacked, memory is constant."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.packs import zip_form
from desktop.packs.layout import LARGEST_OF_SYSTEM, OF_THE_SYSTEM, PART, READ, part_name
from desktop.packs.model import Fault

_BLOCK = 1 << 20
_LARGEST_TEXT = 256 * 1024 * 1024
"""Of a file that is looked into."""
_MOST_FILES = 200_000
_JUNCTION = 0xA0000003
"""A folder of Windows that is another one's shadow (IO_REPARSE_TAG_MOUNT_POINT)."""
_CHECKING = "Checking the pack"
_HOW = "Give the folder of a sealed pack, its ZIP, or one of its parts."


@dataclass
class Found:
    """What there is: (size, SHA-256) of every file by its name within the pack, the bytes of those looked into."""

    job: Job
    total: int = 0
    """Bytes that will be read, for the progress."""
    name: str = ""
    """Of the folder that holds it."""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    faults: dict[Fault, None] = field(default_factory=dict)
    """In the order in which they were found."""
    notes: list[str] = field(default_factory=list)
    parts: int = 0
    """ZIPs that were read; 0 for a folder."""
    parts_missing: list[str] = field(default_factory=list)
    broken: bool = False
    """A ZIP could not be read through: nothing can be said of its files."""
    done: int = 0
    evidence: bool = False
    """It holds files of evidence, which nothing was masked in."""

    def fault(self, file: str, words: str) -> None:
        """Note something that does not hold, once."""
        self.faults[Fault(file, words)] = None

    def take(self, name: str, blocks: Iterator[bytes]) -> None:
        """Hash a file. Raises FileRefused when there are too many, or a text is far too large, to be a pack."""
        if len(self.files) >= _MOST_FILES:
            raise FileRefused("There are far too many files for a sealed pack.", todo=_HOW)
        digest, size = hashlib.sha256(), 0
        keep = name in READ
        kept = bytearray()
        for block in blocks:
            digest.update(block)
            size += len(block)
            if keep:
                kept += block
                if size > _LARGEST_TEXT:
                    raise FileRefused(f"{name} is far too large for a sealed pack.", todo=_HOW)
        self.files[name] = (size, digest.hexdigest())
        if keep:
            self.texts[name] = bytes(kept)

    def passed(self, size: int) -> None:
        """Tell how far it is. Raises Cancelled."""
        self.done += size
        self.job.report(_CHECKING, self.done, self.total, "bytes")


def read(path: Path, others: Sequence[Path], job: Job) -> Found:
    """Everything of a pack. Raises FileRefused when it is not there, is no ZIP and no folder; Cancelled."""
    path = path.absolute()
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _of_folder(path, job)
        if not stat.S_ISREG(mode):
            raise FileRefused(f"{path.name} is no file.", todo=_HOW)
        return _of_zips(path, others, job)
    except FileNotFoundError:
        raise FileRefused(f"{path.name or path} is not there.", todo=_HOW) from None
    except OSError as error:
        why = error.strerror or "the drive refused it"
        raise FileRefused(f"{path.name or path} cannot be read ({why}).", todo=_HOW) from error
    except ValueError:  # a name with a NUL
        raise FileRefused("That is no name of a file.", todo=_HOW) from None


# -- a folder ----------------------------------------------------------------------------------------------------------


def _of_folder(folder: Path, job: Job) -> Found:
    found = Found(job, name=folder.name)
    plain: list[tuple[str, Path]] = []
    waiting = [("", str(folder))]
    while waiting:
        here, place = waiting.pop()
        try:
            entries = sorted(os.scandir(place), key=lambda one: one.name)
        except OSError as error:
            if not here:
                raise
            found.fault(here, f"This folder cannot be read: {error.strerror or error}.")
            continue
        if not entries and here:
            found.fault(here, "This folder is empty: it is no part of what was sealed.")
        for entry in entries:
            own = os.fsencode(entry.name).decode("utf-8", "replace")
            name = f"{here}/{own}" if here else own
            about = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(about.st_mode) and getattr(about, "st_reparse_tag", 0) != _JUNCTION:
                waiting.append((name, entry.path))
            elif not stat.S_ISREG(about.st_mode):
                found.fault(name, "It is a link or no file of its own: only plain files were sealed.")
            elif not here and entry.name in OF_THE_SYSTEM and about.st_size <= LARGEST_OF_SYSTEM:
                found.notes.append(f"{name} is of the operating system: it was passed over.")
            else:
                plain.append((name, Path(entry.path)))
                found.total += about.st_size
        if len(plain) > _MOST_FILES:
            raise FileRefused("There are far too many files for a sealed pack.", todo=_HOW)
    for name, path in sorted(plain):
        try:
            with path.open("rb") as file:
                found.take(name, _blocks(file, found))
        except OSError as error:
            found.fault(name, f"It cannot be read: {error.strerror or error}.")
    return found


def _blocks(file: BinaryIO, found: Found) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        found.passed(len(block))
        yield block


# -- ZIPs --------------------------------------------------------------------------------------------------------------


def _of_zips(path: Path, others: Sequence[Path], job: Job) -> Found:
    found = Found(job)
    paths = _parts(path, others, found)
    found.parts = len(paths)
    found.total = sum(one.stat().st_size for one in paths)
    for one in paths:
        with one.open("rb") as file:
            _Zip(file, one.name, found).read()
    return found


def _parts(path: Path, others: Sequence[Path], found: Found) -> list[Path]:
    """The ZIPs that make up the pack, by the name of one of them; the names of those that are missing are noted."""
    named = PART.fullmatch(path.name)
    if named is None:
        return [path]
    number, last = int(named["number"]), int(named["last"])
    if number > last:
        raise FileRefused(f"{path.name} is no name of a part of a pack.", todo=_HOW)
    given = {one.name.casefold(): one.absolute() for one in others}
    paths = []
    for at in range(1, last + 1):
        name = part_name(named["stem"], at, last)
        beside = path if at == number else given.get(name.casefold(), path.with_name(name))
        if beside.is_file():
            paths.append(beside)
        else:
            found.parts_missing.append(name)
            found.fault(name, "This part is missing: put all parts into one folder.")
    return paths


class _Zip:
    """Reads one ZIP from its first byte to its last, and compares every byte that is no file's with what it must be."""

    def __init__(self, file: BinaryIO, title: str, found: Found) -> None:
        self._file = file
        self._title = title
        self._found = found
        self._whole = os.fstat(file.fileno()).st_size
        self._entries: list[zip_form.Entry] = []

    def read(self) -> None:
        place = 0
        while self._one(place):
            place = self._file.tell()
            if len(self._entries) > _MOST_FILES:
                raise FileRefused("There are far too many files for a sealed pack.", todo=_HOW)
        if not self._found.broken:
            self._end(place)

    def _one(self, place: int) -> bool:
        """Read one file; whether there was one and the next can be read."""
        head = self._file.read(zip_form.HEADER)
        if len(head) < zip_form.HEADER or not head.startswith(zip_form.FIRST):
            return False
        flags, method = struct.unpack("<HH", head[6:10])
        size, length, more = struct.unpack("<IHH", head[22:30])
        name, extra = self._file.read(length), self._file.read(more)
        if size == zip_form.LIMIT and len(extra) == 20:
            (size,) = struct.unpack("<Q", extra[4:12])
        inner = name.decode("ascii", "replace")
        if size > self._whole - self._file.tell() or method or flags & 9:  # encrypted, or sizes that come after it
            self._changed(inner, "at this file")
            self._found.broken = True
            return False
        rest = self._within(inner)
        crc = self._hash(rest, size)
        if head + name + extra != zip_form.local_header(name, size, crc):
            self._changed(rest or inner, "at this file")
        if self._entries and name <= self._entries[-1].name:
            self._changed(rest or inner, "(the order of its files)")
        self._entries.append(zip_form.Entry(name, size, crc, place))
        return True

    def _within(self, inner: str) -> str:
        """The name within the pack; '' for what is none of it, which is told."""
        found = self._found
        root, _, rest = inner.partition("/")
        if not rest or (found.name and root != found.name):
            found.fault(inner, "It does not lie in the one folder of the pack, so it is no part of what was sealed.")
            rest = ""
        found.name = found.name or root
        if rest in found.files:
            found.fault(rest, "It is there twice.")
            return ""
        return rest

    def _hash(self, rest: str, size: int) -> int:
        """Read a file's bytes, and give their CRC-32."""
        crc = 0

        def blocks() -> Iterator[bytes]:
            nonlocal crc
            left = size
            while left and (block := self._file.read(min(_BLOCK, left))):
                left -= len(block)
                crc = zlib.crc32(block, crc)
                self._found.passed(len(block))
                yield block

        if rest:
            self._found.take(rest, blocks())
        else:
            for _ in blocks():
                pass
        return crc

    def _end(self, place: int) -> None:
        """What stands after the last file."""
        if not self._entries:
            self._found.fault("", f"{self._title} does not begin as a ZIP: something was put before it, or it is none.")
            self._found.broken = True
            return
        self._file.seek(place)
        wanted = zip_form.directory(self._entries, place)
        last = self._file.read(len(wanted))
        if last == wanted:
            if self._file.read(1):
                self._found.fault("", f"{self._title}: something was put after its end.")
            return
        differs = next((at for at, (one, two) in enumerate(zip(last, wanted, strict=False)) if one != two), len(last))
        entry = wanted.rfind(zip_form.LISTED, 0, differs + len(zip_form.LISTED))
        (length,) = struct.unpack("<H", wanted[entry + 28 : entry + 30])
        listed = wanted[entry + 46 : entry + 46 + length].decode("ascii", "replace")
        self._changed("", f"where it lists its files, at or after {listed}")

    def _changed(self, file: str, where: str) -> None:
        words = (
            f"The ZIP is not as MHHS Desk writes it {where}: it was changed or damaged, or packed again by another "
            "program. To check the files alone, unpack it and check the folder."
        )
        self._found.fault(file, words if file else f"{self._title}: {words}")
