"""What a ZIP or a compound file of Microsoft holds: a document, a mail, a program, macros. Only names are read."""

from __future__ import annotations

import struct
from typing import BinaryIO

from desktop.evidence.signatures import COMPOUND, ZIP, Found

__all__ = ["COMPOUND", "ZIP", "of_compound", "of_zip"]

_TAIL = 65_557
"""Bytes at a ZIP's end in which its last record stands: 22 and the longest comment."""
_LARGEST_LIST = 4 * 1024 * 1024
"""Bytes of a ZIP's list of names that are read; a longer one belongs to an archive, not to a document."""
_SCANNED = 64 * 1024 * 1024
"""Bytes of a compound file that are looked through for the names of its parts."""

_OOXML = "application/vnd.openxmlformats-officedocument."
_DOCUMENTS = (
    ("word/", f"{_OOXML}wordprocessingml.document", "Word document"),
    ("xl/", f"{_OOXML}spreadsheetml.sheet", "Excel workbook"),
    ("ppt/", f"{_OOXML}presentationml.presentation", "PowerPoint presentation"),
    ("visio/", "application/vnd.ms-visio.drawing", "Visio drawing"),
)
_OASIS = "application/vnd.oasis.opendocument."
_OPEN_DOCUMENTS = {
    "text": "OpenDocument text",
    "spreadsheet": "OpenDocument spreadsheet",
    "presentation": "OpenDocument presentation",
    "graphics": "OpenDocument drawing",
}


def of_zip(file: BinaryIO, size: int, head: bytes) -> Found:  # noqa: PLR0911 - one line a kind
    """What a ZIP is by the names in it."""
    names = _names(file, size)
    low = [name.casefold() for name in names]
    if "[content_types].xml" in low:
        for folder, media_type, words in _DOCUMENTS:
            if any(name.startswith(folder) for name in low):
                acts = any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in low)
                return Found(media_type, f"{words} with macros" if acts else words, active=acts)
        if "appxmanifest.xml" in low:
            return Found("application/vnd.ms-appx", "Windows app", active=True)
    if head[30:38] == b"mimetype":
        declared = head[38:120].decode("ascii", "replace")
        for kind, words in _OPEN_DOCUMENTS.items():
            if declared.startswith(_OASIS + kind):
                acts = any(name.startswith(("basic/", "scripts/")) for name in low)
                return Found(_OASIS + kind, f"{words} with macros" if acts else words, active=acts)
        if declared.startswith("application/epub+zip"):
            return Found("application/epub+zip", "E-book")
    if "androidmanifest.xml" in low:
        return Found("application/vnd.android.package-archive", "Android app", active=True)
    if "meta-inf/manifest.mf" in low and any(name.endswith(".class") for name in low):
        return Found("application/java-archive", "Java program", active=True)
    return ZIP


def _names(file: BinaryIO, size: int) -> list[str]:
    """The names in a ZIP's list at its end; none when it is damaged or longer than a document's."""
    start = max(0, size - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return []
    length, offset = struct.unpack_from("<II", tail, place + 12)
    if length > _LARGEST_LIST or offset + length > size:
        return []
    file.seek(offset)
    listed = file.read(length)
    names, at = [], 0
    while listed.startswith(b"PK\x01\x02", at) and at + 46 <= len(listed):
        name, extra, comment = struct.unpack_from("<HHH", listed, at + 28)
        names.append(listed[at + 46 : at + 46 + name].decode("utf-8", "replace").replace("\\", "/"))
        at += 46 + name + extra + comment
    return names


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


_MACROS = _wide("_VBA_PROJECT")
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
"""The class id of a Windows installer's root."""
_PARTS = (
    (_wide("__properties_version1.0"), "application/vnd.ms-outlook", "Outlook message"),
    (_wide("WordDocument"), "application/msword", "Word document (97-2003)"),
    (_wide("Workbook"), "application/vnd.ms-excel", "Excel workbook (97-2003)"),
    (_wide("PowerPoint Document"), "application/vnd.ms-powerpoint", "PowerPoint presentation (97-2003)"),
    (_wide("EncryptedPackage"), COMPOUND.media_type, "Office document with a password"),
)


def of_compound(file: BinaryIO, head: bytes) -> Found:
    """What a compound file is by the names of its parts, which stand in it as they are."""
    file.seek(0)
    content = file.read(_SCANNED) if len(head) == 64 * 1024 else head
    if _INSTALLER in content:
        return Found("application/x-msi", "Windows installer", active=True)
    for mark, media_type, words in _PARTS:
        if mark in content:
            acts = _MACROS in content
            return Found(media_type, f"{words} with macros" if acts else words, active=acts)
    return COMPOUND
