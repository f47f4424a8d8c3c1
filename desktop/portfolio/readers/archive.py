"""ZIP files from strangers: the directory is checked before anything is unpacked; one text is unpacked in a stream."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path
from typing import IO

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job

NOTHING = "Nothing was imported."
MAX_MEMBERS = 1000
MAX_DIRECTORY = 4 * 1024**2
"""Bytes of a ZIP's directory; a thousand members with long names are far below."""
MAX_UNPACKED = 8 * 1024**3
MAX_RATIO = 300
"""Unpacked to packed size; honest tables stay below 150, a bomb is near deflate's limit of 1,032."""
RATIO_FROM = 32 * 1024**2
"""Members that unpack to less than this may have any ratio: they cannot hurt."""
CHUNK = 1024**2
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OTHER_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd", 99: "AES encryption"}
_END_RECORD = 22
_LONGEST_COMMENT = 65_535


def is_zip(head: bytes) -> bool:
    """Whether these first bytes are those of a ZIP (an empty or spanned one included)."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def open_checked(path: Path) -> zipfile.ZipFile:
    """Open a ZIP whose directory is whole, small and safe; the caller closes it.

    Raises:
        FileRefused: cut short, damaged, too many members, unsafe or repeated names, links.

    """
    name = path.name
    try:
        _check_end_record(path, name)
        file = zipfile.ZipFile(path)
    except FileRefused:
        raise
    except OSError as error:
        raise FileRefused(
            f"{name} could not be opened ({error.strerror or 'unknown reason'}).", safe=NOTHING, todo="Try again."
        ) from None
    except Exception:  # noqa: BLE001,RUF100 - fuzzing shows that zipfile raises many kinds on damaged directories
        raise damaged(name) from None
    try:
        _check_names(file, name)
    except BaseException:
        file.close()
        raise
    return file


def damaged(name: str) -> FileRefused:
    """The refusal of a ZIP or workbook whose bytes are not what they should be."""
    return FileRefused(
        f"{name} is damaged or was cut short: its contents cannot be unpacked.",
        safe=NOTHING,
        todo="Copy, download or export it again and choose the new file.",
    )


def _check_end_record(path: Path, name: str) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END_RECORD - _LONGEST_COMMENT))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END_RECORD:
        raise damaged(name)
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    if entries > MAX_MEMBERS and entries != 0xFFFF:
        raise FileRefused(
            f"{name} holds {entries:,} files, more than a portfolio does.",
            safe=NOTHING,
            todo="Choose a single CSV or XLSX file.",
        )
    if directory > MAX_DIRECTORY:
        # 0xFFFFFFFF too: a ZIP64 directory is only needed by ZIPs that are refused anyway.
        raise FileRefused(
            f"{name} has a directory too large for a ZIP of one file.",
            safe=NOTHING,
            todo="Choose a single CSV or XLSX file.",
        )


def _check_names(file: zipfile.ZipFile, name: str) -> None:
    members = file.infolist()
    if len(members) > MAX_MEMBERS:
        raise FileRefused(
            f"{name} holds {len(members):,} files, more than a portfolio does.",
            safe=NOTHING,
            todo="Choose a single CSV or XLSX file.",
        )
    seen: set[str] = set()
    for member in members:
        if not is_safe_name(member.orig_filename):
            raise FileRefused(
                f"{name} holds a file whose name points outside it or cannot be a file name.",
                safe=NOTHING,
                todo="Ask the sender for a plain CSV or XLSX file.",
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise FileRefused(
                f"{name} holds a link instead of a file.",
                safe=NOTHING,
                todo="Ask the sender for a plain CSV or XLSX file.",
            )
        folded = member.filename.casefold()
        if folded in seen:
            raise FileRefused(
                f"{name} holds the same name twice, so it is not clear which one counts.",
                safe=NOTHING,
                todo="Save or pack it anew and choose the new file.",
            )
        seen.add(folded)


def is_safe_name(member: str) -> bool:
    """Whether a member's name is relative, goes nowhere upwards and holds no control character, drive or backslash."""
    if not member or len(member) > 1024 or member.startswith("/") or "\\" in member:
        return False
    if any(ord(char) < 32 or ord(char) == 127 for char in member):
        return False
    parts = member.rstrip("/").split("/")
    return all(part not in ("", ".", "..") for part in parts) and ":" not in parts[0]


def check_member(member: zipfile.ZipInfo, name: str, *, limit: int = MAX_UNPACKED) -> None:
    """Refuse a member that is encrypted, packed in a way we cannot unpack, a bomb, or larger than `limit` bytes."""
    if member.flag_bits & 0x1 or member.compress_type == 99:
        raise FileRefused(
            f"{name} is protected by a password.",
            safe=NOTHING,
            todo="Unpack it with the password and choose the file inside.",
        )
    if member.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(member.compress_type, f"method {member.compress_type}")
        raise FileRefused(
            f"{name} is packed by {method}, which cannot be unpacked here.",
            safe=NOTHING,
            todo="Unpack it and choose the file inside.",
        )
    if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(1, member.compress_size):
        times = member.file_size // max(1, member.compress_size)
        raise FileRefused(
            f"{name} would unpack to {times:,} times its size, as files made to do harm do.",
            safe=NOTHING,
            todo="Ask the sender for a plain CSV or XLSX file.",
        )
    if member.file_size > limit:
        raise FileRefused(
            f"{name} would unpack to {member.file_size / 1024**3:.1f} GB, more than can be read.",
            safe=NOTHING,
            todo="Split the portfolio into smaller files.",
        )


def only_text(file: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The one file in a ZIP, checked; what macOS adds (`__MACOSX`, `.DS_Store`) does not count.

    Raises:
        FileRefused: no file, several files, or one that may not be unpacked.

    """
    members = [
        member
        for member in file.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and member.filename.rsplit("/", 1)[-1] != ".DS_Store"
    ]
    if not members:
        raise FileRefused(
            f"{name} is a ZIP with no file in it.", safe=NOTHING, todo="Choose the portfolio file itself."
        )
    if len(members) > 1:
        shown = ", ".join(member.filename for member in members[:3])
        more = f" and {len(members) - 3} more" if len(members) > 3 else ""
        raise FileRefused(
            f"{name} is a ZIP with {len(members)} files ({shown}{more}).",
            safe=NOTHING,
            todo="Unpack it and choose the one file that holds the portfolio.",
        )
    check_member(members[0], name)
    if members[0].file_size == 0:
        raise FileRefused(
            f"{name} holds {members[0].filename}, which is empty.", safe=NOTHING, todo="Export the portfolio again."
        )
    return members[0]


def read_some(inside: IO[bytes], size: int, name: str) -> bytes:
    """Up to `size` bytes of an open member, any failure being a refusal."""
    try:
        return inside.read(size)
    except Exception:  # noqa: BLE001,RUF100 - zlib.error, BadZipFile, EOFError, OSError and others
        raise damaged(name) from None


def extract_text(path: Path, staging: Path, job: Job) -> tuple[Path, str]:
    """Unpack the one text of a ZIP into `staging` and give (its path there, its name in the ZIP).

    The size is counted while unpacking and the checksum is compared at the end. Nothing is left behind when it
    fails or is cancelled.

    Raises:
        FileRefused: as `only_text`, or the contents are damaged.
        Cancelled: the person cancelled.

    """
    name = path.name
    target = staging / "member.csv"
    with open_checked(path) as file:
        member = only_text(file, name)
        try:
            _stream(file, member, target, job, name)
        except (FileRefused, Cancelled):
            target.unlink(missing_ok=True)
            raise
        except OSError as error:
            target.unlink(missing_ok=True)
            raise FileRefused(
                f"{name} could not be unpacked ({error.strerror or 'reading failed'}).",
                safe=NOTHING,
                todo="Free some disk space or copy the file anew, then try again.",
            ) from None
        except Exception:  # noqa: BLE001,RUF100 - any damage inside
            target.unlink(missing_ok=True)
            raise damaged(name) from None
    return target, member.filename


def _stream(file: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, job: Job, name: str) -> None:
    done = 0
    with file.open(member) as inside, target.open("wb") as out:
        while chunk := inside.read(CHUNK):
            done += len(chunk)
            if done > min(member.file_size, MAX_UNPACKED):
                raise damaged(name)
            out.write(chunk)
            job.report(f"Unpacking {member.filename}", done, member.file_size, "bytes")
    if done != member.file_size:
        raise damaged(name)
