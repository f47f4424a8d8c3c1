"""The text of Office and OpenDocument files: their XML read as a stream, everything capped, no DTD, no macros."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from desktop.evidence.reading.answer import Unreadable
from desktop.evidence.reading.gathering import Gathered

_MOST_PARTS = 10_000
_MOST_PART = 256 * 1024 * 1024
"""Bytes of one part, unpacked."""
_MOST_ALL = 400 * 1024 * 1024
_BLOCK = 256 * 1024
_MOST_SHARED = 5_000_000
"""Texts that the cells of a workbook may share."""


class _Package:
    """A document's ZIP; counts what is unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        if len(archive.infolist()) > _MOST_PARTS:
            raise Unreadable("it has more parts than any document has")
        self._archive = archive
        self._unpacked = 0
        self.names = archive.namelist()

    def numbered(self, pattern: str) -> list[str]:
        """The parts that fit a pattern with one number, by that number."""
        found = [(int(one[1]), name) for name in self.names if (one := re.fullmatch(pattern, name))]
        return [name for _, name in sorted(found)]

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part, unpacked a piece at a time."""
        size = 0
        with self._archive.open(name) as part:
            while block := part.read(_BLOCK):
                size += len(block)
                self._unpacked += len(block)
                if size > _MOST_PART or self._unpacked > _MOST_ALL:
                    raise Unreadable("it unpacks to far more than any document")
                yield block


class _Stop(Exception):
    """Enough was read."""


def _parse(
    package: _Package,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Go through a part; element names come without their namespace. `_Stop` raised by a handler ends it."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Unreadable("it declares a document type, which no document of its kind does")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition("}")[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition("}")[2])
    parser.CharacterDataHandler = text
    try:
        for block in package.blocks(name):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except _Stop:
        return


class _Paragraphs:
    """Text of some elements, with line ends and tabs where others end."""

    def __init__(self, gathered: Gathered, runs: set[str], lines: set[str], tabs: set[str]) -> None:
        self._gathered, self._runs, self._lines, self._tabs = gathered, runs, lines, tabs
        self._inside = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag in self._runs:
            self._inside += 1

    def end(self, tag: str) -> None:
        if tag in self._runs:
            self._inside -= 1
        if tag in self._lines:
            self._gathered.line()
        elif tag in self._tabs:
            self._gathered.add("\t")
        if self._gathered.full:
            raise _Stop

    def text(self, data: str) -> None:
        if self._inside:
            self._gathered.add(data)


def _opened(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def read_word(path: Path, gathered: Gathered) -> str:
    """The text of a Word document with its headers, footers and notes."""
    with _opened(path) as archive:
        package = _Package(archive)
        more = [
            name
            for name in package.names
            if re.fullmatch(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml", name)
        ]
        for name in ("word/document.xml", *sorted(more)):
            words = _Paragraphs(gathered, {"t"}, {"p", "br"}, {"tab", "tc"})
            if name in package.names:
                _parse(package, name, words.start, words.end, words.text)
    return "Word document"


def read_slides(path: Path, gathered: Gathered) -> str:
    """The text of the slides and of their notes."""
    with _opened(path) as archive:
        package = _Package(archive)
        slides = package.numbered(r"ppt/slides/slide(\d{1,6})\.xml")
        for name in (*slides, *package.numbered(r"ppt/notesSlides/notesSlide(\d{1,6})\.xml")):
            words = _Paragraphs(gathered, {"t"}, {"p", "br"}, set())
            _parse(package, name, words.start, words.end, words.text)
            gathered.line()
            if gathered.full:
                break
    return f"PowerPoint presentation, {len(slides):,} slide{'' if len(slides) == 1 else 's'}"


def read_open_document(path: Path, gathered: Gathered) -> str:
    """The text of an OpenDocument file."""
    with _opened(path) as archive:
        package = _Package(archive)
        if "META-INF/manifest.xml" in package.names and "content.xml" not in package.names:
            raise Unreadable("it has no content")
        words = _Paragraphs(gathered, {"p", "h"}, {"p", "h", "table-row", "line-break"}, {"tab"})
        _parse(package, "content.xml", words.start, words.end, words.text)
    return "OpenDocument file"


def read_excel(path: Path, gathered: Gathered) -> str:
    """The values of a workbook's cells as they are kept, sheet by sheet; dates are numbers in there."""
    with _opened(path) as archive:
        package = _Package(archive)
        names: list[str] = []

        def named(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                names.append(attributes.get("name", ""))

        if "xl/workbook.xml" in package.names:
            _parse(package, "xl/workbook.xml", named, lambda _tag: None, lambda _data: None)
        shared = _shared(package)
        sheets = package.numbered(r"xl/worksheets/sheet(\d{1,6})\.xml")
        gathered.line(", ".join(names))
        for name in sheets:
            gathered.line()
            cells = _Cells(gathered, shared)
            _parse(package, name, cells.start, cells.end, cells.text)
            if gathered.full:
                break
    return f"Excel workbook, {len(sheets):,} sheet{'' if len(sheets) == 1 else 's'}"


def _shared(package: _Package) -> list[str]:
    if "xl/sharedStrings.xml" not in package.names:
        return []
    found: list[str] = []
    pieces: list[str] = []
    inside = False

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = tag == "t"

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag == "si":
            found.append("".join(pieces))
            pieces.clear()
            if len(found) >= _MOST_SHARED:
                raise _Stop

    _parse(package, "xl/sharedStrings.xml", start, end, lambda data: pieces.append(data) if inside else None)
    return found


class _Cells:
    """The values of a sheet's cells: a line for each row, a tab between cells."""

    def __init__(self, gathered: Gathered, shared: list[str]) -> None:
        self._gathered, self._shared = gathered, shared
        self._kind = ""
        self._value: list[str] = []
        self._inside = False
        self._row: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._kind = attributes.get("t", "")
            self._value = []
        self._inside = tag in {"v", "t"}

    def end(self, tag: str) -> None:
        self._inside = False
        if tag == "c":
            self._row.append(self._shown("".join(self._value)))
        elif tag == "row":
            self._gathered.line("\t".join(self._row))
            self._row = []
            if self._gathered.full:
                raise _Stop

    def text(self, data: str) -> None:
        if self._inside:
            self._value.append(data)

    def _shown(self, value: str) -> str:
        if self._kind != "s":
            return value
        place = int(value) if value.isdecimal() and len(value) < 10 else -1
        return self._shared[place] if 0 <= place < len(self._shared) else ""
