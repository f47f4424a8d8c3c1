"""Texts of any encoding, and RTF without its marks."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from desktop.evidence.reading.gathering import Gathered

_BLOCK = 256 * 1024
_MOST = 8 * 1024 * 1024
"""Bytes that are read: a million characters of four bytes, and room."""
_CONTROL_WORD = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,7})\s?\??|\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\([^a-zA-Z])|([{}])"
    rb"|[\r\n]+|([^\\{}\r\n]+)"
)
_NOT_TEXT = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"datastore"}
_LINE_ENDS = {b"par", b"line", b"row", b"page", b"sect"}


def read(path: Path, gathered: Gathered) -> str:
    """The text of a file."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        decoder = _decoder(file.read(_BLOCK), start)
        file.seek(0)
        taken = 0
        while not gathered.full and taken < _MOST and (block := file.read(_BLOCK)):
            taken += len(block)
            gathered.add(decoder.decode(block))
        gathered.full = gathered.full or bool(file.read(1))
    return "Text"


def _decoder(head: bytes, start: bytes) -> codecs.IncrementalDecoder:
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return codecs.getincrementaldecoder(name)("replace")
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return codecs.getincrementaldecoder("cp1252")("replace")
    return codecs.getincrementaldecoder("utf-8")("replace")


def read_rtf(path: Path, gathered: Gathered) -> str:
    """The words of an RTF document: control words taken away, tables of fonts and pictures passed over."""
    with path.open("rb") as file:
        content = file.read(_MOST)
    depth, skipped_from = 0, None
    for found in _CONTROL_WORD.finditer(content):
        code, wide, word, _, mark, brace, text = found.groups()
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            depth -= 1
            if skipped_from is not None and depth < skipped_from:
                skipped_from = None
        elif skipped_from is not None:
            continue
        elif (word and word in _NOT_TEXT) or mark == b"*":
            skipped_from = depth
        elif code:
            gathered.add(bytes([int(code, 16)]).decode("cp1252", "replace"))
        elif wide:
            gathered.add(chr(int(wide) % 0x10000))
        elif word in _LINE_ENDS:
            gathered.line()
        elif word == b"tab":
            gathered.add("\t")
        elif text:
            gathered.add(text.decode("cp1252", "replace"))
        if gathered.full:
            break
    return "RTF document"
