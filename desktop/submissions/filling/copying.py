"""A copy of a ZIP in which some members have new bytes; all others are copied as they are packed, byte for byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from desktop.jobs import Job
from desktop.submissions.filling.markup import refuse

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_UTF8 = 0x800
_BLOCK = 1 << 20
_SMALL = 0xFFFFFFFF


def write_copy(
    source: BinaryIO, members: list[zipfile.ZipInfo], changed: Mapping[str, bytes], out: BinaryIO, job: Job
) -> None:
    """Write the members in their order, with their names, methods and times; `changed` has the new bytes of some.

    The same gives the same bytes. Raises FileRefused when the source is damaged, Cancelled.
    """
    directory: list[bytes] = []
    place = 0
    for done, one in enumerate(members):
        job.report("Writing the filled copy", done, len(members), "parts")
        if one.filename in changed:
            new = changed[one.filename]
            packed = _packed(new, one.compress_type)
            crc, size = zlib.crc32(new), len(new)
        else:
            packed = _raw(source, one)
            crc, size = one.CRC, one.file_size
        flags = one.flag_bits & _UTF8  # sizes are known, so nothing follows the bytes
        name = one.orig_filename.encode("utf-8" if flags else "cp437")
        moment = _moment(one)
        version = 20 if one.compress_type == zipfile.ZIP_DEFLATED else 10
        head = _LOCAL.pack(
            b"PK\x03\x04", version, flags, one.compress_type, *moment, crc, len(packed), size, len(name), 0
        )
        out.write(head)
        out.write(name)
        out.write(packed)
        directory.append(
            _CENTRAL.pack(b"PK\x01\x02", version, version, flags, one.compress_type, *moment, crc, len(packed), size,
                          len(name), 0, 0, 0, 0, 0, place) + name
        )  # fmt: skip
        place += len(head) + len(name) + len(packed)
        if place > _SMALL // 2:
            raise refuse("its filled copy would be larger than 2 GB")
    whole = b"".join(directory)
    out.write(whole)
    out.write(_END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(whole), place, 0))


def _moment(one: zipfile.ZipInfo) -> tuple[int, int]:
    """Time and date of a member as ZIP has them: the template's own."""
    year, month, day, hour, minute, second = one.date_time
    return hour << 11 | minute << 5 | second // 2, (max(year, 1980) - 1980) << 9 | month << 5 | day


def _packed(data: bytes, method: int) -> bytes:
    if method == zipfile.ZIP_STORED:
        return data
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _raw(source: BinaryIO, one: zipfile.ZipInfo) -> bytes:
    """The packed bytes of a member as they stand in the source."""
    source.seek(one.header_offset)
    head = source.read(_LOCAL.size)
    if len(head) != _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise refuse(f"its part {one.filename[-80:]} is damaged")
    name, extra = _LOCAL.unpack(head)[-2:]
    source.seek(name + extra, 1)
    packed = source.read(one.compress_size)
    if len(packed) != one.compress_size:
        raise refuse(f"its part {one.filename[-80:]} is damaged")
    return packed
