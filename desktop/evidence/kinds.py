"""What a file is by its bytes, and whether it can run or act when it is opened; its name only adds suspicion.

Only a few kilobytes of a file are looked at, by hand: no library opens it here (that is the capped child's part).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from desktop.evidence import office_kinds, text_kinds
from desktop.evidence.signatures import ACTIVE_ENDINGS, BINARY, EXPECTED, Found

HEAD = 64 * 1024
"""Bytes at the start of a file that are looked at."""
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class FileKind:
    """What a file is: its media type, the same for people, and whether it can run or act when it is opened."""

    media_type: str
    words: str
    active: bool


def identify(path: Path, file_name: str) -> FileKind:
    """What the file at `path` is, which the person calls `file_name`. Raises OSError.

    A name that says another thing than the bytes is told in the words: "Windows program, named .pdf".
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        found = _found(head)
        if found is office_kinds.ZIP:
            found = office_kinds.of_zip(file, size, head)
        elif found is office_kinds.COMPOUND:
            found = office_kinds.of_compound(file, head)
    ending = ending_of(file_name)
    if found is None and not head:
        found = Found("application/x-empty", "Empty file")
    if found is None:
        found = text_kinds.of_text(head, whole=size <= HEAD, ending=ending)
    if found is None:
        found = _guessed(head) or Found(UNKNOWN, "File of an unknown kind")
    return _with_name(found, ending)


def ending_of(file_name: str) -> str:
    """The ending of a name as Windows reads it: lower case, no dot; dots and blanks at the end do not count."""
    stem, dot, ending = file_name.rstrip(". ").rpartition(".")
    return ending.casefold() if dot and stem else ""


def _found(head: bytes) -> Found | None:
    for signature in BINARY:
        if signature.fits(head) and (signature.mark != b"MZ" or b"\0" in head[:512]):  # a text may begin so
            return signature.found
    return None


def _guessed(head: bytes) -> Found | None:
    """What puremagic takes it for, where its mark is long enough to be no accident."""
    import puremagic

    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError, OSError):
        return None
    for match in matches:
        if len(match.byte_match) >= _SURE and match.mime_type:
            name = " ".join(match.name.split()) or match.mime_type
            return Found(match.mime_type, name[:60])
    return None


_SURE = 4
"""Bytes that a mark has at least."""


def _with_name(found: Found, ending: str) -> FileKind:
    """The kind with what the name adds to it."""
    if ending in ACTIVE_ENDINGS and not found.active:
        if found.media_type.startswith("text/"):
            found = Found(found.media_type, f"Script (.{ending})", active=True)
        else:
            found = replace(found, words=f"{found.words}, named .{ending}", active=True)
    elif ending in EXPECTED and not _expected(found.media_type, EXPECTED[ending]):
        found = replace(found, words=f"{found.words}, named .{ending}")
    return FileKind(found.media_type, found.words, found.active)


def _expected(media_type: str, wanted: tuple[str, ...]) -> bool:
    return media_type == "application/x-empty" or any(
        media_type == one or (one.endswith("/") and media_type.startswith(one)) for one in wanted
    )
