"""What a file is, told from its bytes and never from its name: text, a workbook, a ZIP of one text, or a refusal."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.errors import FileRefused
from desktop.portfolio.readers import archive, signatures

NOTHING = "Nothing was imported."
HEAD_BYTES = 8192
TEXT_LIMIT = 8 * 1024**3
"""The largest text file that is taken, in bytes; 5 million rows are about 0.8 GB."""
WORKBOOK_LIMIT = 512 * 1024**2
"""The largest workbook that is taken, in bytes; a full sheet of 25 columns is about 150 MB."""


class FormKind(StrEnum):
    """The forms that can be read."""

    TEXT = "text"
    XLSX = "xlsx"
    ZIP = "zip"


@dataclass(frozen=True)
class FileForm:
    """A readable file: its form, its size in bytes and, for a ZIP, the name of the one text in it."""

    kind: FormKind
    size: int
    member: str = ""


def sniff(path: Path) -> FileForm:
    """Tell what `path` holds by its content.

    Raises:
        FileRefused: when it cannot be read as a portfolio; the sentence says what it is and what to do.

    """
    name = path.name or str(path)
    size = _size_of_a_file(path, name)
    head = _head_of(path, name)
    if archive.is_zip(head):
        return _zip_form(path, name, size)
    if size > TEXT_LIMIT:
        raise FileRefused(
            f"{name} is {size / 1024**3:.1f} GB, more than the {TEXT_LIMIT // 1024**3} GB that can be read at once.",
            safe=NOTHING,
            todo="Split it into smaller files.",
        )
    what = signatures.name_of(path, head)
    if what is not None:
        raise FileRefused(f"{name} is {what.what}.", safe=NOTHING, todo=what.todo)
    return FileForm(FormKind.TEXT, size)


def _size_of_a_file(path: Path, name: str) -> int:
    try:
        info = path.stat()
    except FileNotFoundError:
        raise FileRefused(f"There is no file {name}.", safe=NOTHING, todo="Choose the file again.") from None
    except PermissionError:
        raise _not_allowed(name) from None
    except (OSError, ValueError) as error:
        raise _cannot_open(name, error) from None
    if stat.S_ISDIR(info.st_mode):
        raise FileRefused(f"{name} is a folder.", safe=NOTHING, todo="Choose the portfolio file inside it.")
    if not stat.S_ISREG(info.st_mode):
        raise FileRefused(f"{name} is a device or a pipe, not a file.", safe=NOTHING, todo="Choose a file.")
    if info.st_size == 0:
        raise FileRefused(
            f"{name} is empty (0 bytes).", safe=NOTHING, todo="Export or download it again and choose the new file."
        )
    return info.st_size


def _head_of(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except PermissionError:
        raise _not_allowed(name) from None
    except OSError as error:
        raise _cannot_open(name, error) from None


def _not_allowed(name: str) -> FileRefused:
    return FileRefused(
        f"You have no permission to read {name}.",
        safe=NOTHING,
        todo="Close it in other programs, ask for access, or copy it to a folder of your own.",
    )


def _cannot_open(name: str, error: Exception) -> FileRefused:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return FileRefused(
        f"{name} could not be opened ({reason}).", safe=NOTHING, todo="Copy it to this computer and try again."
    )


def _zip_form(path: Path, name: str, size: int) -> FileForm:
    with archive.open_checked(path) as file:
        package = signatures.package_of(file)
        if package is not None:
            if package.is_workbook:
                if size > WORKBOOK_LIMIT:
                    raise FileRefused(
                        f"{name} is a workbook of {size // 1024**2} MB, more than the {WORKBOOK_LIMIT // 1024**2} MB "
                        "that can be read.",
                        safe=NOTHING,
                        todo="Save the portfolio sheet as CSV and choose that.",
                    )
                return FileForm(FormKind.XLSX, size)
            raise FileRefused(f"{name} is {package.what}.", safe=NOTHING, todo=package.todo)
        member = archive.only_text(file, name)
        with file.open(member) as inside:
            head = archive.read_some(inside, HEAD_BYTES, name)
    if archive.is_zip(head):
        raise FileRefused(
            f"{name} holds another ZIP or a workbook ({member.filename}).",
            safe=NOTHING,
            todo="Unpack it and choose the file inside.",
        )
    what = signatures.name_of(None, head)
    if what is not None:
        raise FileRefused(
            f"{name} holds {member.filename}, which is {what.what}.",
            safe=NOTHING,
            todo="Put one CSV file into the ZIP.",
        )
    return FileForm(FormKind.ZIP, size, member.filename)
