"""The forms people choose by mistake, known by their first bytes or their parts, each with what to do instead."""

from __future__ import annotations

import mmap
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import FileRefused

_AS_XLSX = "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8."
_AS_CSV = "Export the portfolio as CSV or XLSX and choose that file."
_UNPACK = "Unpack it and choose the CSV or XLSX file inside."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SEARCHED = 256 * 1024**2
_CONTENT_TYPES = "[Content_Types].xml"
_CONTENT_TYPES_LIMIT = 4 * 1024**2


@dataclass(frozen=True)
class Kind:
    """What a file is, as the end of the sentence "X is ...", and what to do about it."""

    what: str
    todo: str


@dataclass(frozen=True)
class Package:
    """What a ZIP of parts is; a readable workbook has `is_workbook`."""

    what: str
    todo: str = ""
    is_workbook: bool = False


_BY_HEAD: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF", Kind("a PDF document", _AS_CSV)),
    (b"\x1f\x8b", Kind("packed with gzip", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", _UNPACK)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (b"BZh", Kind("packed with bzip2", _UNPACK)),
    (b"\xfd7zXZ\x00", Kind("packed with XZ", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("packed with Zstandard", _UNPACK)),
    (b"PAR1", Kind("a Parquet data file", _AS_CSV)),
    (b"ARROW1", Kind("an Arrow data file", _AS_CSV)),
    (b"Obj\x01", Kind("an Avro data file", _AS_CSV)),
    (b"\x89HDF\r\n\x1a\n", Kind("an HDF5 data file", _AS_CSV)),
    (b"SQLite format 3\x00", Kind("a SQLite database", _AS_CSV)),
    (b"\x00\x01\x00\x00Standard", Kind("a Microsoft Access database", _AS_CSV)),
    (b"\x89PNG\r\n\x1a\n", Kind("a picture (PNG)", _AS_CSV)),
    (b"\xff\xd8\xff", Kind("a picture (JPEG)", _AS_CSV)),
    (b"GIF8", Kind("a picture (GIF)", _AS_CSV)),
    (b"II*\x00", Kind("a picture (TIFF)", _AS_CSV)),
    (b"MM\x00*", Kind("a picture (TIFF)", _AS_CSV)),
    (b"\x7fELF", Kind("a program", _AS_CSV)),
    (b"{\\rtf", Kind("a Rich Text document", _AS_CSV)),
    (b"age-encryption.org/", Kind("encrypted with age", "Decrypt it and choose the file inside.")),
    (b"-----BEGIN PGP MESSAGE", Kind("encrypted with PGP", "Decrypt it and choose the file inside.")),
    (b"ID;PWXL", Kind("an old SYLK sheet", _AS_XLSX)),
    (b"\x00\x00\x02\x00", Kind("an old Lotus 1-2-3 sheet", _AS_XLSX)),
    (b"\x00\x00\x1a\x00", Kind("an old Lotus 1-2-3 sheet", _AS_XLSX)),
    (b"\x09\x00\x04\x00", Kind("a very old Excel sheet (.xls, Excel 2)", _AS_XLSX)),
    (b"\x09\x02\x06\x00", Kind("a very old Excel sheet (.xls, Excel 3)", _AS_XLSX)),
    (b"\x09\x04\x06\x00", Kind("a very old Excel sheet (.xls, Excel 4)", _AS_XLSX)),
    (b"\x09\x08\x10\x00", Kind("an old Excel workbook (.xls)", _AS_XLSX)),
)


def name_of(path: Path | None, head: bytes) -> Kind | None:  # noqa: PLR0911 - one way out per form
    """What a file is that is not a table of text; None when it may be one. `path` lets a whole OLE file be searched."""
    for start, kind in _BY_HEAD:
        if head.startswith(start):
            return kind
    if head.startswith(_OLE):
        return _ole_kind(path, head)
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return Kind("a picture, sound or film", _AS_CSV)
    if head[:2] == b"BM" and len(head) > 10 and head[6:10] == b"\0\0\0\0":
        return Kind("a picture (BMP)", _AS_CSV)
    if head[:2] == b"MZ" and b"\0\0\0" in head[:64]:
        return Kind("a program", _AS_CSV)
    if head[4:8] == b"ftyp":
        return Kind("a picture or film", _AS_CSV)
    if head[257:262] == b"ustar":
        return Kind("a TAR archive", _UNPACK)
    if b"%PDF-" in head[:1024] and b"\0" not in head[:64] and head.lstrip()[:5] == b"%PDF-":
        return Kind("a PDF document", _AS_CSV)
    return _markup_kind(head) or _binary_kind(head)


def _ole_kind(path: Path | None, head: bytes) -> Kind:
    encrypted, workbook = _ole_names(path, head)
    if encrypted:
        return Kind(
            "a workbook protected by a password",
            "Open it in Excel with the password, take the password off (File, Info, Protect Workbook) and save it.",
        )
    if workbook:
        return Kind("an old Excel workbook (.xls), whatever its name says", _AS_XLSX)
    return Kind("an old Office document (Word, PowerPoint or Outlook), not a table", _AS_CSV)


def _ole_names(path: Path | None, head: bytes) -> tuple[bool, bool]:
    wanted = [name.encode("utf-16-le") + b"\0\0" for name in ("EncryptedPackage", "Workbook", "Book")]
    if path is None:
        return wanted[0] in head, wanted[1] in head or wanted[2] in head
    with path.open("rb") as file:
        size = min(file.seek(0, 2), _OLE_SEARCHED)
        with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as view:
            found = [view.find(name) >= 0 for name in wanted]
    return found[0], found[1] or found[2]


def _markup_kind(head: bytes) -> Kind | None:  # noqa: PLR0911 - one way out per form
    text = _decoded(head).lstrip("\ufeff \t\r\n").lower()
    if text.startswith(("{\r", "{\n", '{"', '[{"', "[\n", "[\r")) or re.match(r"[\[{]\s*[\[{]?\s*\"[^\"]*\"\s*:", text):
        return Kind("JSON, not a table", _AS_CSV)
    if text.startswith("mime-version:") and "multipart/related" in text:
        return Kind("a web page saved as one file (MHTML), whatever its name says", _AS_XLSX)
    if not text.startswith("<"):
        return None
    if "urn:schemas-microsoft-com:office:spreadsheet" in text or 'progid="excel.sheet"' in text:
        return Kind("an XML Spreadsheet 2003, whatever its name says", _AS_XLSX)
    if "opendocument" in text:
        return Kind("an OpenDocument file in one piece", _AS_XLSX)
    if re.search(r"<!doctype html|<html|<table|<head|<body|<meta|<div", text):
        return Kind("a web page (HTML), whatever its name says", _AS_XLSX)
    if text.startswith("<?xml") or re.match(r"<[a-z_][\w.:-]*[\s/>]", text):
        return Kind("XML, not a table", _AS_CSV)
    return None


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return head[: len(head) // 4 * 4].decode("utf-32", "replace")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head[:1] == b"\0":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _binary_kind(head: bytes) -> Kind | None:
    """Bytes that no text encoding explains; one stray control character is left to the text reader to name."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return None
    zeros = head.count(0)
    if zeros == len(head):
        return Kind("filled with zero bytes only, as a failed download or copy is", "Copy or download it again.")
    if zeros and _looks_like_utf16(head, zeros):
        return None
    control = len(head) - len(head.translate(None, bytes({*range(9), 11, *range(14, 32)} - {0x1A})))
    if control > max(8, len(head) // 20):
        return Kind("not a table of text: its bytes belong to some other program", _AS_CSV)
    return None


def _looks_like_utf16(head: bytes, zeros: int) -> bool:
    even, odd = head[::2].count(0), head[1::2].count(0)
    return zeros > len(head) // 4 and (even * 20 < odd or odd * 20 < even)


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
_NO_MACROS = "Open it in Excel and save it as an Excel workbook without macros (.xlsx)."


def package_of(file: zipfile.ZipFile) -> Package | None:
    """What kind of Office, OpenDocument or other package a ZIP is; None for a plain ZIP.

    Raises:
        FileRefused: its own table of contents cannot be read.

    """
    names = set(file.namelist())
    if _CONTENT_TYPES in names:
        return _office_package(_small_part(file, _CONTENT_TYPES), names)
    if "mimetype" in names:
        kind = _small_part(file, "mimetype").decode("latin-1").strip()
        if "opendocument.spreadsheet" in kind:
            return Package(
                "an OpenDocument spreadsheet (.ods)", "Open it in Excel or LibreOffice and save it as .xlsx."
            )
        return Package("an OpenDocument or e-book file", _AS_CSV)
    if any(name.startswith("xl/") for name in names):
        return Package("an Excel workbook without its table of contents, so it is damaged", _AS_XLSX)
    if any(name.endswith(".iwa") for name in names) or "Index.zip" in names:
        return Package("an Apple Numbers or Pages document", "Export it from Numbers as Excel (.xlsx) or CSV.")
    return None


def _office_package(types: bytes, names: set[str]) -> Package:  # noqa: PLR0911 - one way out per form
    if types[:2] in (b"\xff\xfe", b"\xfe\xff"):
        types = types.decode("utf-16", "replace").encode()
    low = types.lower()
    if b"sheet.binary.macroenabled.main" in low:
        return Package("a binary Excel workbook (.xlsb), whatever its name says", _AS_XLSX)
    if b"macroenabled.main+xml" in low and b"ms-excel" in low:
        return Package("an Excel workbook with macros (.xlsm)", _NO_MACROS)
    if _WORKBOOK.encode() in low or _TEMPLATE.encode() in low:
        return Package("an Excel workbook", is_workbook=True)
    if b"wordprocessingml" in low:
        return Package("a Word document", _AS_CSV)
    if b"presentationml" in low:
        return Package("a PowerPoint presentation", _AS_CSV)
    if any(name.startswith("xl/") for name in names):
        return Package("a kind of Excel file that cannot be read", _AS_XLSX)
    return Package("an Office package that is not a workbook", _AS_CSV)


def _small_part(file: zipfile.ZipFile, part: str) -> bytes:
    try:
        info = file.getinfo(part)
        if info.flag_bits & 1 or info.file_size > _CONTENT_TYPES_LIMIT:
            raise zipfile.BadZipFile  # noqa: TRY301
        with file.open(info) as inside:
            return inside.read(_CONTENT_TYPES_LIMIT)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, KeyError, NotImplementedError, struct.error, Exception):  # noqa: BLE001,B014,RUF100
        raise FileRefused(
            f"{Path(file.filename or 'The file').name} is damaged or was cut short: its contents cannot be unpacked.",
            safe="Nothing was imported.",
            todo="Copy, download or export it again and choose the new file.",
        ) from None
