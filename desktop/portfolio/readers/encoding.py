"""Which encoding a text file is in, and its content as UTF-8 whatever it was."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop.errors import FileRefused
from desktop.jobs import Job

CHUNK = 4 * 1024 * 1024

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16: the mark of the one begins with the mark of the other."""

_CP1252 = "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in range(256))
"""Windows-1252 with its five unused bytes as control characters, as browsers read it: they are then reported."""

_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f")


class Digest(Protocol):
    """What `hashlib.sha256()` returns."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes in."""
        ...


@dataclass(frozen=True)
class TextEncoding:
    """A file's encoding as Python names it, the length of its byte order mark, its size, and its lines (about)."""

    name: str
    bom: int
    size: int
    lines: int
    odd_line: int = 0
    """The first line that is not UTF-8, from 1; 0 when there is none."""
    carriage_returns: bool = False
    """Lines end in a carriage return alone, as old Macs wrote them."""


def find_encoding(path: Path, job: Job) -> TextEncoding:
    """Look through the whole file: a byte order mark, else strict UTF-8, else Windows-1252.

    Raises FileRefused for an empty file and for one that is not text.
    """
    size = path.stat().st_size
    if not size:
        raise FileRefused(f"{path.name} is empty.", todo="Export it again and choose the new file.")
    with path.open("rb") as file:
        head = file.read(65_536)
        mark, name = next(((m, n) for m, n in _BOMS if head.startswith(m)), (b"", "utf-8"))
        if name == "utf-8":
            _refuse_binary(path, head)
        file.seek(len(mark))
        return _look_through(path, file.read, job, name=name, bom=len(mark), size=size)


class _Read(Protocol):
    def __call__(self, size: int, /) -> bytes: ...


def _look_through(path: Path, read: _Read, job: Job, *, name: str, bom: int, size: int) -> TextEncoding:
    decoder = codecs.getincrementaldecoder(name)("strict")
    lines = returns = odd_line = done = 0
    pending = False
    while True:
        chunk = read(CHUNK)
        job.report("Looking at the file", done, size, "bytes")
        if name in {"utf-8", "cp1252"}:
            if b"\0" in chunk:
                raise _binary(path)
            if name == "utf-8" and (pending or not chunk.isascii() or not chunk):
                try:
                    decoder.decode(chunk, final=not chunk)
                    pending = bool(decoder.getstate()[0])
                except UnicodeDecodeError as error:
                    if bom:
                        raise FileRefused(
                            f"{path.name} is marked as UTF-8 but is not.", todo="Export it again as CSV UTF-8."
                        ) from error
                    name = "cp1252"
                    odd_line = lines + chunk.count(b"\n", 0, max(0, error.start)) + 1
            text = chunk
        else:
            text = _recoded(path, decoder, name, chunk, final=not chunk)
        lines += text.count(b"\n")
        if not lines:
            returns += text.count(b"\r")
        if not chunk:
            break
        done += len(chunk)
    old_mac = not lines and returns > 0
    return TextEncoding(name, bom, size, returns if old_mac else lines, odd_line, old_mac)


def utf8_chunks(path: Path, encoding: TextEncoding, digest: Digest | None = None, size: int = CHUNK) -> Iterator[bytes]:
    """The file's text as UTF-8 without its byte order mark, in chunks; `digest` takes the bytes as they stand."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    with path.open("rb") as file:
        mark = file.read(encoding.bom)
        if digest is not None:
            digest.update(mark)
        while chunk := file.read(size):
            if digest is not None:
                digest.update(chunk)
            if encoding.name == "utf-8":
                yield chunk
            elif encoding.name == "cp1252":
                yield codecs.charmap_decode(chunk, "strict", _CP1252)[0].encode()
            else:
                yield _recoded(path, decoder, encoding.name, chunk, final=False)
        if encoding.name not in {"utf-8", "cp1252"}:
            yield _recoded(path, decoder, encoding.name, b"", final=True)


def _recoded(path: Path, decoder: codecs.IncrementalDecoder, name: str, chunk: bytes, *, final: bool) -> bytes:
    try:
        text = decoder.decode(chunk, final=final)
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"{path.name} is marked as {name[:6].upper()} but is not, or its end is missing.",
            todo="Export it again as CSV UTF-8.",
        ) from error
    if "\0" in text:
        raise _binary(path)
    return text.encode()


def _refuse_binary(path: Path, head: bytes) -> None:
    if b"\0" in head:
        if head.count(b"\0") > len(head) // 3:
            raise FileRefused(
                f"{path.name} looks like UTF-16 text without its byte order mark.",
                todo="Save it as CSV UTF-8 and choose the new file.",
            )
        raise _binary(path)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(8, len(head) // 50):
        raise _binary(path)


def _binary(path: Path) -> FileRefused:
    return FileRefused(
        f"{path.name} is not a text file: it holds bytes that no CSV file has.",
        todo="Export the portfolio as CSV or XLSX and choose that file.",
    )
