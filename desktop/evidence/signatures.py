"""The marks of files: bytes at known places, the endings that a system runs, and what an ending promises."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """What a file was found to be."""

    media_type: str
    words: str
    active: bool = False


@dataclass(frozen=True)
class Signature:
    """Bytes at a place, and what a file with them is; `also` are bytes at a further place."""

    mark: bytes
    found: Found
    at: int = 0
    also: tuple[int, bytes] | None = None

    def fits(self, head: bytes) -> bool:
        """Whether the bytes are there."""
        if not head.startswith(self.mark, self.at):
            return False
        return self.also is None or head.startswith(self.also[1], self.also[0])


ZIP = Found("application/zip", "ZIP archive")
COMPOUND = Found("application/x-ole-storage", "Compound file of Microsoft")

_MACH_O = Found("application/x-mach-binary", "macOS program", active=True)
_TIFF = Found("image/tiff", "TIFF picture")
_VIDEO = Found("video/mp4", "MP4 video")
_ISO = Found("application/x-iso9660-image", "Disk image", active=True)

BINARY = (
    Signature(b"MZ", Found("application/vnd.microsoft.portable-executable", "Windows program", active=True)),
    Signature(b"\x7fELF", Found("application/x-executable", "Linux program", active=True)),
    *(
        Signature(mark, _MACH_O)
        for mark in (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
    ),
    Signature(b"\xca\xfe\xba\xbe", Found("application/x-mach-binary", "macOS or Java program", active=True)),
    Signature(b"L\0\0\0\x01\x14\x02\0", Found("application/x-ms-shortcut", "Windows shortcut", active=True)),
    Signature(b"ITSF", Found("application/vnd.ms-htmlhelp", "Windows help file", active=True)),
    Signature(b"!<arch>\ndebian", Found("application/vnd.debian.binary-package", "Debian installer", active=True)),
    Signature(b"\xed\xab\xee\xdb", Found("application/x-rpm", "RPM installer", active=True)),
    Signature(b"FasdUAS", Found("application/x-applescript", "AppleScript", active=True)),
    Signature(b"xar!", Found("application/x-xar", "macOS installer", active=True)),
    Signature(b"CD001", _ISO, at=0x8001),
    Signature(b"vhdxfile", Found("application/x-vhdx", "Disk image", active=True)),
    Signature(b"PK\x03\x04", ZIP),
    Signature(b"PK\x05\x06", ZIP),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", COMPOUND),
    Signature(b"\x89PNG\r\n\x1a\n", Found("image/png", "PNG picture")),
    Signature(b"\xff\xd8\xff", Found("image/jpeg", "JPEG picture")),
    Signature(b"GIF87a", Found("image/gif", "GIF picture")),
    Signature(b"GIF89a", Found("image/gif", "GIF picture")),
    Signature(b"II*\0", _TIFF),
    Signature(b"MM\0*", _TIFF),
    Signature(b"RIFF", Found("image/webp", "WebP picture"), also=(8, b"WEBP")),
    Signature(b"RIFF", Found("audio/wav", "WAV sound"), also=(8, b"WAVE")),
    Signature(b"RIFF", Found("video/x-msvideo", "AVI video"), also=(8, b"AVI ")),
    Signature(b"BM", Found("image/bmp", "BMP picture"), also=(6, b"\0\0\0\0")),
    Signature(b"ftypheic", Found("image/heic", "HEIC picture"), at=4),
    Signature(b"ftypavif", Found("image/avif", "AVIF picture"), at=4),
    Signature(b"ftypqt", Found("video/quicktime", "QuickTime video"), at=4),
    Signature(b"ftyp", _VIDEO, at=4),
    Signature(b"\x1a\x45\xdf\xa3", Found("video/x-matroska", "Matroska or WebM video")),
    Signature(b"ID3", Found("audio/mpeg", "MP3 sound")),
    Signature(b"{\\rtf", Found("application/rtf", "RTF document")),
    Signature(b"\x1f\x8b\x08", Found("application/gzip", "GZIP archive")),
    Signature(b"7z\xbc\xaf\x27\x1c", Found("application/x-7z-compressed", "7-Zip archive")),
    Signature(b"Rar!\x1a\x07", Found("application/vnd.rar", "RAR archive")),
    Signature(b"\xfd7zXZ\0", Found("application/x-xz", "XZ archive")),
    Signature(b"BZh", Found("application/x-bzip2", "BZIP2 archive"), also=(4, b"1AY&SY")),
    Signature(b"MSCF\0\0\0\0", Found("application/vnd.ms-cab-compressed", "Windows cabinet")),
    Signature(b"ustar", Found("application/x-tar", "TAR archive"), at=257),
    Signature(b"SQLite format 3\0", Found("application/vnd.sqlite3", "SQLite database")),
    Signature(b"PAR1", Found("application/vnd.apache.parquet", "Parquet table")),
)
"""The first that fits counts. PDF is not in here: its mark may stand anywhere in the first kilobyte."""

_ACTIVE = """
    action app appinstaller application appref-ms appx appxbundle bas bash bat cmd chm com command cpl csh deb
    desktop diagcab dll dmg docm dotm elf exe gadget hta htm html img inf ins iqy iso jar jnlp js jse ksh library-ms
    lnk mht mhtml mjs msc msi msix msp mst oqy pif pkg pl potm ppam ppsm pptm ps1 psd1 psm1 py pyc pyw pyz rb rdp
    reg rpm run scf scpt scr sct search-ms settingcontent-ms sh shb shtml sldm slk svg svgz sys terminal url vb vbe
    vbs vhd vhdx webloc wflow workflow ws wsc wsf wsh xht xhtml xlam xll xlsm xltm zsh
"""
ACTIVE_ENDINGS = frozenset(_ACTIVE.split())
"""What a desktop runs, installs or lets act when it is opened, by the ending of its name."""

_ZIPPED = ("application/zip",)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

EXPECTED: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "png": ("image/png",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "gif": ("image/gif",),
    "bmp": ("image/bmp",),
    "tif": ("image/tiff",),
    "tiff": ("image/tiff",),
    "webp": ("image/webp",),
    "docx": (_WORD, "application/x-ole-storage"),
    "xlsx": (_EXCEL, "application/x-ole-storage"),
    "pptx": (_SLIDES, "application/x-ole-storage"),
    "doc": ("application/msword", "application/rtf"),
    "xls": ("application/vnd.ms-excel",),
    "ppt": ("application/vnd.ms-powerpoint",),
    "odt": ("application/vnd.oasis.opendocument.text",),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet",),
    "odp": ("application/vnd.oasis.opendocument.presentation",),
    "rtf": ("application/rtf",),
    "msg": ("application/vnd.ms-outlook",),
    "eml": ("message/rfc822", "text/"),
    "zip": _ZIPPED,
    "gz": ("application/gzip",),
    "7z": ("application/x-7z-compressed",),
    "rar": ("application/vnd.rar",),
    "txt": ("text/", "application/json", "application/xml", "message/rfc822"),
    "log": ("text/", "application/json", "application/xml", "message/rfc822"),
    "md": ("text/",),
    "csv": ("text/",),
    "tsv": ("text/",),
    "json": ("application/json", "text/plain"),
    "xml": ("application/xml", "text/plain"),
    "mp4": ("video/mp4", "video/quicktime"),
    "mov": ("video/mp4", "video/quicktime"),
}
"""Media types that an ending promises (one that ends with a slash = all of that sort); others promise nothing."""
