"""The one form that the ZIP of a pack has: nothing packed, one time stamp, files in the order of their names.

Written and checked by the same few functions, so that every byte of a ZIP counts: what stands between the files is
written anew from names, sizes and sums, and compared. ZIP64 where a size or a place needs it (PKWARE APPNOTE 4.3 to
4.5). Files are stored as they are, because a packer of another version gives other bytes, and most evidence is packed
already.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 0xFFFFFFFF
"""From this size or place on a field of four bytes says that the eight bytes stand elsewhere."""
_MANY = 0xFFFF
_DAY = 0x21
"""1 January 1980, the earliest that a ZIP can say."""
_UNIX, _PLAIN, _LARGE = 3 << 8, 20, 45
_MODE = 0o100644 << 16
HEADER = 30
"""Bytes of a file's header before its name."""
FIRST = b"PK\x03\x04"
LISTED = b"PK\x01\x02"


@dataclass(frozen=True)
class Entry:
    """A file in a ZIP: its whole name, bytes, CRC-32, and where its header begins."""

    name: bytes
    size: int
    crc: int
    place: int


def local_header(name: bytes, size: int, crc: int) -> bytes:
    """The bytes before a file."""
    large = size >= LIMIT
    extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
    told = min(size, LIMIT)
    version = _LARGE if large else _PLAIN
    head = struct.pack("<4sHHHHHIIIHH", FIRST, version, 0, 0, 0, _DAY, crc, told, told, len(name), len(extra))
    return head + name + extra


def listing(entry: Entry) -> bytes:
    """The bytes that list a file after the last one."""
    fields = struct.pack("<QQ", entry.size, entry.size) if entry.size >= LIMIT else b""
    fields += struct.pack("<Q", entry.place) if entry.place >= LIMIT else b""
    extra = struct.pack("<HH", 1, len(fields)) + fields if fields else b""
    version, told = _LARGE if fields else _PLAIN, min(entry.size, LIMIT)
    head = struct.pack(
        "<4sHHHHHHIIIHHHHHII", LISTED, _UNIX | version, version, 0, 0, 0, _DAY, entry.crc, told, told,
        len(entry.name), len(extra), 0, 0, 0, _MODE, min(entry.place, LIMIT),
    )  # fmt: skip
    return head + entry.name + extra


def directory(entries: Sequence[Entry], start: int) -> bytes:
    """Everything after the last file; `start` is where that begins."""
    listed = b"".join(map(listing, entries))
    count, size, end = len(entries), len(listed), b""
    if count >= _MANY or size >= LIMIT or start >= LIMIT:
        end += struct.pack(
            "<4sQHHIIQQQQ", b"PK\x06\x06", 44, _UNIX | _LARGE, _LARGE, 0, 0, count, count, size, start
        )  # fmt: skip
        end += struct.pack("<4sIQI", b"PK\x06\x07", 0, start + size, 1)
    few = min(count, _MANY)
    end += struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, few, few, min(size, LIMIT), min(start, LIMIT), 0)
    return listed + end


def size_of(files: Sequence[tuple[str, int]]) -> int:
    """Bytes of a ZIP of files (name, size), without writing it."""
    entries, place = [], 0
    for name, size in files:
        entries.append(Entry(name.encode(), size, 0, place))
        place += len(local_header(name.encode(), size, 0)) + size
    return place + len(directory(entries, place))


def most_for(name: str, size: int) -> int:
    """Most bytes that one more file adds to a ZIP, ZIP64 included."""
    return size + HEADER + 20 + len(name) + 46 + 28 + len(name)


END = 22 + 76
"""Most bytes of the end of a ZIP."""
