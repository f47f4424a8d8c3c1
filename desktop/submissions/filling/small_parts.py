"""The small parts of a workbook, read: what refers to what, names, shared texts, styles, tables, types."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from desktop.portfolio.readers import xlsx_xml
from desktop.portfolio.readers.xlsx_cells import unescape
from desktop.submissions.filling.markup import Reading, refuse
from desktop.submissions.filling.sheet_scan import Area, area_of

MAX_ENTRIES = 1_000_000
"""Shared texts, or names."""
_PLACE = r"\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}"
_CELLS = re.compile(_PLACE)
_REFERENCE = re.compile(rf"^(?:'((?:[^'\[\]]|'')+)'|([^'!\[\](),]+))!({_PLACE})$")
_TEXT_FORMAT = "49"
"""The built-in number format @."""
_TRUE = ("1", "true")


@dataclass(frozen=True)
class DefinedName:
    """A name; `sheet` and `area` when it is of cells of one sheet. `scope`: index of the sheet that it belongs to."""

    name: str
    said: str
    sheet: str = ""
    area: Area | None = None
    scope: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class TableInfo:
    """An Excel table: its part, its whole range, its columns, and how many rows its totals take."""

    name: str
    sheet: str
    part: str
    area: Area
    columns: tuple[str, ...]
    header: bool
    totals: int
    waiting: bool = False
    """It is empty: its one row is the one that Excel keeps for the first entry."""


def relations_of(data: bytes, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """What a part refers to within the file, by id: (kind, part), paths from `folder`; outside links are left out."""
    found: dict[str, tuple[str, str]] = {}

    class _Relations(Reading):
        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            if name.endswith(" Relationship") and attributes.get("TargetMode", "Internal") != "External":
                target = attributes.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[attributes.get("Id", "")] = (attributes.get("Type", ""), posixpath.normpath(whole))

    _Relations(data, part).read()
    return found


def types_of(data: bytes) -> set[str]:
    """The types of content that a file says it holds."""
    found: set[str] = set()

    class _Types(Reading):
        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            if name.endswith((" Override", " Default")):
                found.add(attributes.get("ContentType", ""))

    _Types(data, "[Content_Types].xml").read()
    return found


def names_of(data: bytes, part: str) -> tuple[DefinedName, ...]:
    """The defined names of a workbook's part."""
    found: list[DefinedName] = []

    class _Names(Reading):
        def __init__(self, data: bytes, part: str) -> None:
            super().__init__(data, part)
            self._now: dict[str, str] | None = None
            self._said: list[str] = []

        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            if xlsx_xml.local(name) == "definedName":
                self._now, self._said = attributes, []

        def ended(self, name: str, close: int, end: int) -> None:
            if xlsx_xml.local(name) == "definedName" and self._now is not None:
                found.append(_name(self._now, "".join(self._said).strip()))
                _few(len(found), "names")
                self._now = None

        def text(self, text: str) -> None:
            if self._now is not None:
                self._said.append(text)

    _Names(data, part).read()
    return tuple(found)


def texts_of(data: bytes, part: str) -> tuple[str, ...]:
    """The shared texts, without how they look and how they are pronounced."""
    texts: list[str] = []

    class _Texts(Reading):
        def __init__(self, data: bytes, part: str) -> None:
            super().__init__(data, part)
            self._path: list[str] = []
            self._said: list[str] = []

        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            self._path.append(xlsx_xml.local(name))
            if self._path[-1] == "si":
                self._said = []

        def ended(self, name: str, close: int, end: int) -> None:
            if self._path.pop() == "si":
                texts.append("".join(self._said))
                _few(len(texts), "texts")

        def text(self, text: str) -> None:
            if self._path[-1:] == ["t"] and "rPh" not in self._path:
                self._said.append(text)

    _Texts(data, part).read()
    return tuple(unescape(one) for one in texts)


def text_and_unlocked(data: bytes, part: str) -> tuple[frozenset[int], frozenset[int]]:
    """The cell styles that are formatted as text, and those that are not locked, by their index."""
    texts: set[int] = set()
    unlocked: set[int] = set()
    codes: dict[str, str] = {}

    class _Styles(Reading):
        def __init__(self, data: bytes, part: str) -> None:
            super().__init__(data, part)
            self._path: list[str] = []
            self._place = -1

        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            element = xlsx_xml.local(name)
            self._path.append(element)
            if element == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif element == "xf" and "cellXfs" in self._path:
                self._place += 1
                which = attributes.get("numFmtId", "0")
                if which == _TEXT_FORMAT or codes.get(which) == "@":
                    texts.add(self._place)
            elif element == "protection" and "cellXfs" in self._path and attributes.get("locked") in ("0", "false"):
                unlocked.add(self._place)

        def ended(self, name: str, close: int, end: int) -> None:
            self._path.pop()

    _Styles(data, part).read()
    return frozenset(texts), frozenset(unlocked)


def table_of(data: bytes, part: str, sheet: str) -> TableInfo:
    """An Excel table. Raises FileRefused when it does not say where it stands."""
    found: dict[str, str] = {}
    columns: list[str] = []

    class _Table(Reading):
        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            element = xlsx_xml.local(name)
            if element == "table":
                found.update(attributes)
            elif element == "tableColumn":
                columns.append(unescape(attributes.get("name", "")))

    _Table(data, part).read()
    area = area_of(found.get("ref", ""))
    if area is None:
        raise refuse(f"a table of its sheet {sheet} does not say where it stands")
    totals = found.get("totalsRowCount", "0")
    return TableInfo(
        found.get("displayName", found.get("name", "")), sheet, part, area, tuple(columns),
        found.get("headerRowCount", "1") != "0", int(totals) if totals.isdecimal() else 0,
        found.get("insertRow", "0") in _TRUE,
    )  # fmt: skip


def _few(count: int, what: str) -> None:
    if count > MAX_ENTRIES:
        raise refuse(f"it has more than {MAX_ENTRIES:,} {what}", "Choose the empty template.")


def reference_of(said: str, sheet: str) -> tuple[str, Area] | None:
    """The sheet and cells of a reference such as Lists!$A$1:$A$5; without a sheet it is `sheet`. None for all else."""
    match = _REFERENCE.match(said)
    if match is not None:
        area = area_of(match[3])
        return None if area is None else ((match[1] or match[2]).replace("''", "'"), area)
    if _CELLS.fullmatch(said):
        area = area_of(said)
        return None if area is None else (sheet, area)
    return None


def _name(attributes: dict[str, str], said: str) -> DefinedName:
    scope = attributes.get("localSheetId", "")
    place = reference_of(said, "")
    return DefinedName(
        attributes.get("name", ""),
        said,
        place[0] if place else "",
        place[1] if place else None,
        int(scope) if scope.isdecimal() else None,
        attributes.get("hidden", "0") in _TRUE,
    )
