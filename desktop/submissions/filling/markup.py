"""Places in the bytes of an XML part, so that a few of them can be changed and all others stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from desktop.errors import FileRefused
from desktop.portfolio.readers import xlsx_xml

SAFE = "Nothing was changed."
SAVE_AGAIN = "Open it in Excel, save it as a new .xlsx workbook and choose that."
_ATTRIBUTE = re.compile(rb"""(\s+)([^\s=/>"']+)(\s*=\s*)("[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOM = b"\xef\xbb\xbf"


def refuse(what: str, todo: str = SAVE_AGAIN) -> FileRefused:
    """The refusal of a template: what was met, that nothing was changed, and what to do."""
    return FileRefused(f"The template cannot be used: {what}.", safe=SAFE, todo=todo)


@dataclass(frozen=True)
class Splice:
    """Bytes from `start` to before `end` become `new`; start = end inserts."""

    start: int
    end: int
    new: bytes


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The bytes with these changes; of those at one place the first comes first. They must not overlap."""
    parts: list[bytes] = []
    at = 0
    for one in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if one.start < at:
            raise ValueError("changes overlap")
        parts += (data[at : one.start], one.new)
        at = one.end
    parts.append(data[at:])
    return b"".join(parts)


class Reading:
    """An expat parser that knows where in the bytes it stands. UTF-8 only: byte places mean nothing in other encodings.

    Subclasses give `started`, `ended` and `text`; names come as "namespace local".
    """

    def __init__(self, data: bytes, part: str) -> None:
        """`part` is its name for refusals."""
        self.data, self.part = data, part[-80:]
        self._parser = xlsx_xml.parser(self._start, self._end, self.text)
        # Without a buffer every text comes at once; the places are those of elements only.
        self._empty: list[bool] = []

    def read(self) -> None:
        """Parse it all. Raises FileRefused: damaged, a DTD, not UTF-8."""
        declared = _DECLARED.match(self.data.removeprefix(_BOM)[:200])
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding not in {"utf-8", "us-ascii", "utf8"} or self.data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise refuse(f"its part {self.part} is not written in UTF-8")
        try:
            self._parser.Parse(self.data, True)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise refuse(f"its part {self.part} is damaged ({error})") from None

    def started(self, name: str, attributes: dict[str, str], start: int) -> None:
        """An element begins at a place."""

    def ended(self, name: str, close: int, end: int) -> None:
        """An element ends: where its closing tag stands (= `end` for one without), and the place after it."""

    def text(self, text: str) -> None:
        """Some text."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        self._empty.append(self.data[tag_end(self.data, start) - 2 : tag_end(self.data, start)] == b"/>")
        self.started(name, attributes, start)

    def _end(self, name: str) -> None:
        at = self._parser.CurrentByteIndex
        if self._empty.pop():
            end = at if self.data[at - 2 : at] == b"/>" else tag_end(self.data, at)
            self.ended(name, end, end)
        else:
            self.ended(name, at, self.data.index(b">", at) + 1)


def tag_end(data: bytes, start: int) -> int:
    """The place after the `>` of the tag that begins at `start`; a `>` within quotes is none."""
    at = data.index(b">", start)
    if data.count(b'"', start, at) % 2 == 0 and data.count(b"'", start, at) == 0:
        return at + 1
    quote = b""
    for place in range(start, len(data)):
        one = data[place : place + 1]
        if quote:
            quote = b"" if one == quote else quote
        elif one in (b'"', b"'"):
            quote = one
        elif one == b">":
            return place + 1
    raise ValueError("a tag without an end")


def tag_name(data: bytes, start: int) -> bytes:
    """The name of the tag at `start` as it is written, with its prefix."""
    match = re.compile(rb"<([^\s/>]+)").match(data, start)
    if match is None:
        raise ValueError("no tag")
    return match[1]


def prefix_of(name: bytes) -> bytes:
    """What stands before a name's local part: b"x:" or b""."""
    before, colon, _ = name.rpartition(b":")
    return before + colon


def raw_attributes(data: bytes, start: int) -> list[tuple[bytes, bytes]]:
    """The attributes of the tag at `start` as they are written: (name with prefix, raw value without its quotes)."""
    tag = data[start : tag_end(data, start)]
    return [(match[2], match[4][1:-1]) for match in _ATTRIBUTE.finditer(tag)]


def attribute_at(data: bytes, start: int, name: bytes) -> tuple[int, int] | None:
    """Where an attribute of the tag at `start` stands, with the space before it; None when it has none."""
    for match in _ATTRIBUTE.finditer(data, start, tag_end(data, start)):
        if match[2] == name:
            return match.start(), match.end()
    return None


def attribute_splice(data: bytes, start: int, name: bytes, value: bytes) -> Splice:
    """Give the tag at `start` an attribute: its value alone is replaced, or it is added behind the others."""
    end = tag_end(data, start)
    for match in _ATTRIBUTE.finditer(data, start, end):
        if match[2] == name:
            return Splice(match.start(4) + 1, match.end(4) - 1, value)
    at = end - 2 if data[end - 2 : end] == b"/>" else end - 1
    while data[at - 1 : at] in (b" ", b"\n", b"\r", b"\t"):
        at -= 1
    return Splice(at, at, b" " + name + b'="' + value + b'"')


def escaped(text: str) -> bytes:
    """A text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
