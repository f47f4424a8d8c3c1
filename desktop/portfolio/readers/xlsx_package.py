"""The parts of a workbook: a checked ZIP, its sheets, its date system and the styles that mean dates."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO

from desktop.errors import FileRefused
from desktop.portfolio.readers import archive
from desktop.portfolio.readers.xlsx_xml import RELATIONSHIPS, Attributes, Start, local, parse, parser, refuse

MAX_PART = 4 * 1024**3
MAX_SMALL_PART = 64 * 1024**2
MAX_TOTAL = 6 * 1024**3
MAX_SHEETS = 1000
MAX_STYLES = 200_000
_PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"


@dataclass(frozen=True)
class SheetPart:
    """One worksheet: its name, whether it is hidden, and the ZIP member that holds its rows."""

    name: str
    hidden: bool
    member: str


@dataclass(frozen=True)
class StyleForms:
    """Which cell styles show a number as a date or as a time of day, by the style's place in `cellXfs`."""

    dates: frozenset[int] = frozenset()
    times: frozenset[int] = frozenset()
    count: int = 0


@dataclass
class Package:
    """An open workbook after its directory and its small parts were checked. Close it."""

    file: zipfile.ZipFile
    name: str
    sheets: tuple[SheetPart, ...] = ()
    date_1904: bool = False
    styles: StyleForms = field(default_factory=StyleForms)
    strings_member: str = ""

    def open(self, member: str) -> IO[bytes]:
        """A stream of a part's bytes; its checksum is compared when the stream ends."""
        return self.file.open(self._member(member))

    def size(self, member: str) -> int:
        """A part's size in bytes, as the directory states it (reading stops there)."""
        return self._member(member).file_size

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _member(self, name: str) -> zipfile.ZipInfo:
        try:
            return self.file.getinfo(name)
        except KeyError:
            pass
        for member in self.file.infolist():  # Excel compares part names without case
            if member.filename.casefold() == name.casefold():
                return member
        raise refuse(f"its part {name[-80:]} is missing")


def open_package(path: Path) -> Package:
    """Open a workbook, check every part's entry in the directory, and read its small parts.

    Raises:
        FileRefused: damaged, protected, a bomb, no sheets, or XML that is unsafe.

    """
    file = archive.open_checked(path)
    try:
        _check_parts(file, path.name)
        package = Package(file, path.name)
        _read_workbook(package)
    except BaseException:
        file.close()
        raise
    return package


def _check_parts(file: zipfile.ZipFile, name: str) -> None:
    total = 0
    spans: list[tuple[int, int]] = []
    for member in file.infolist():
        archive.check_member(member, name, limit=MAX_PART)
        total += member.file_size
        spans.append((member.header_offset, member.compress_size))
    if total > MAX_TOTAL:
        raise FileRefused(
            f"{name} would unpack to {total / 1024**3:.0f} GB, more than can be read.",
            safe="Nothing was imported.",
            todo="Save the portfolio sheet as CSV and choose that.",
        )
    spans.sort()
    for (start, size), (following, _) in pairwise(spans):
        if start + 30 + size > following:
            raise refuse("parts of it lie over one another, as in files made to do harm")


def _read_workbook(package: Package) -> None:
    root = _relations(package, "_rels/.rels", "")
    targets = [target for kind, target in root.values() if kind.endswith("/officeDocument")]
    if not targets:
        raise refuse("it does not say where its sheets are listed")
    main = targets[0]
    folder, _, last = main.rpartition("/")
    relations = _relations(package, f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels", folder)
    listed: list[tuple[str, bool, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        element = local(name)
        if element == "workbookPr":
            package.date_1904 = attributes.get("date1904", "0").strip() in ("1", "true")
        elif element == "sheet":
            link = next((attributes[f"{space} id"] for space in RELATIONSHIPS if f"{space} id" in attributes), "")
            listed.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", link))
            if len(listed) > MAX_SHEETS:
                raise refuse(f"it has more than {MAX_SHEETS:,} sheets")

    _walk(package, main, start)
    sheets = []
    for title, hidden, link in listed:
        kind, member = relations.get(link, ("", ""))
        if not member:
            raise refuse(f"its sheet {title[:40]!r} is listed but not there")
        if kind.endswith("/worksheet"):  # chart and macro sheets hold no rows
            sheets.append(SheetPart(title, hidden, member))
    if not sheets:
        raise refuse("it has no sheet with rows")
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise refuse("two of its sheets have the same name")
    package.sheets = tuple(sheets)
    for kind, member in relations.values():
        if kind.endswith("/sharedStrings"):
            package.strings_member = member
        elif kind.endswith("/styles"):
            package.styles = _styles(package, member)


def _relations(package: Package, member: str, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == _PACKAGE_RELATIONSHIPS and attributes.get("TargetMode", "Internal") != "External":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), whole)

    _walk(package, member, start)
    return found


def _walk(package: Package, member: str, start: Start) -> None:
    if package.size(member) > MAX_SMALL_PART:
        raise refuse(f"its part {member[-80:]} is far too large")
    with package.open(member) as stream:
        parse(stream, member[-80:], parser(start, lambda _name: None))


_DATE_IDS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_TIME_IDS = frozenset({18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56})
"""Built-in formats, ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are the East Asian date and time forms."""
_NOT_FORM = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE | re.DOTALL)


def form_of(code: str) -> str:
    """Whether a number format shows a "date", a "time" or a plain number (""); dates may show a time too."""
    first = _NOT_FORM.sub("", code.split(";", 1)[0]).lower()
    first = re.sub(r"general|am/pm|a/p|e[+-]", "", first)
    if re.search(r"[dy]", first) or re.search(r"mmm", first):
        return "date"
    if re.search(r"[hs]", first):
        return "time"
    return "date" if "m" in first else ""


def _styles(package: Package, member: str) -> StyleForms:
    codes: dict[int, str] = {}
    used: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        element = local(name)
        inside.append(element)
        if element == "numFmt":
            codes[_whole(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif element == "xf" and inside[-2:-1] == ["cellXfs"]:
            used.append(_whole(attributes.get("numFmtId", "0")))
            if len(used) > MAX_STYLES:
                raise refuse("it has far too many cell styles")

    def end(_name: str) -> None:
        inside.pop()

    if package.size(member) > MAX_SMALL_PART:
        raise refuse("its part for styles is far too large")
    with package.open(member) as stream:
        parse(stream, member[-80:], parser(start, end))
    forms = {number: form_of(code) for number, code in codes.items()}
    for number in _DATE_IDS:
        forms.setdefault(number, "date")
    for number in _TIME_IDS:
        forms.setdefault(number, "time")
    dates = frozenset(place for place, number in enumerate(used) if forms.get(number) == "date")
    times = frozenset(place for place, number in enumerate(used) if forms.get(number) == "time")
    return StyleForms(dates, times, len(used))


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise refuse(f"a number in its styles is {text[:20]!r}") from None
