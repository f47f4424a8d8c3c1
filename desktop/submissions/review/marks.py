"""What a workbook says of itself: document properties, named cells, and the names of its sheets. Inside the child."""

from __future__ import annotations

import re
from collections.abc import Callable

from desktop.portfolio.readers.xlsx_cells import place_of
from desktop.portfolio.readers.xlsx_exact import CellContext
from desktop.portfolio.readers.xlsx_package import Package
from desktop.portfolio.readers.xlsx_xml import Attributes, parser
from desktop.submissions.review.cells import read_sheet
from desktop.submissions.review.said import main_part, relations, walk
from desktop.submissions.workbook import NAMES, PROPERTIES, WHOSE, WHOSE_CELL

_TITLES, _CELLS = (*PROPERTIES, WHOSE), (*NAMES, WHOSE_CELL)
_LONGEST = 300
"""Characters of a mark: ours are far shorter."""
_CELL = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


def properties(package: Package) -> dict[str, str]:
    """Our document properties, those that are there."""
    found: dict[str, str] = {}
    name = ""
    parts: list[str] = []

    def start(element: str, attributes: Attributes) -> None:
        nonlocal name
        if element.rpartition(" ")[2] == "property":
            name = attributes.get("name", "")
            parts.clear()

    def end(element: str) -> None:
        if element.rpartition(" ")[2] == "property" and name in _TITLES:
            found[name] = "".join(parts).strip()[:_LONGEST]

    for kind, member in relations(package, "").values():
        if kind.endswith("/custom-properties"):
            walk(package, member, parser(start, end, lambda data: parts.append(data[:_LONGEST])))
    return found


def named_cells(package: Package, context: CellContext, progress: Callable[[int], None]) -> dict[str, str]:
    """What stands in our named cells, by the name of the property of the same meaning."""
    places: dict[str, str] = {}
    name = ""
    parts: list[str] = []

    def start(element: str, attributes: Attributes) -> None:
        nonlocal name
        if element.rpartition(" ")[2] == "definedName":
            name = attributes.get("name", "")
            parts.clear()

    def end(element: str) -> None:
        if element.rpartition(" ")[2] == "definedName" and name in _CELLS:
            places[name] = "".join(parts)[:_LONGEST]

    walk(package, main_part(package), parser(start, end, lambda data: parts.append(data[:_LONGEST])))
    by_name = {sheet.name: sheet for sheet in package.sheets}
    read: dict[str, dict[tuple[int, int], str]] = {}
    found: dict[str, str] = {}
    for title, mark in zip(_TITLES, _CELLS, strict=True):
        match = _CELL.fullmatch(places.get(mark, ""))
        at = place_of(f"{match[3]}{match[4]}") if match else None
        sheet = by_name.get((match[1] or match[2]).replace("''", "'")) if match else None
        if at is None or sheet is None:
            continue
        if sheet.name not in read:
            cells = read_sheet(package, sheet, context, progress)
            read[sheet.name] = {
                (row, column): cells.cell(row, column)
                for row in range(1, min(cells.last, 500) + 1)
                for column in range(8)
            }
        found[title] = read[sheet.name].get(at, "").strip()[:_LONGEST]
    return found
