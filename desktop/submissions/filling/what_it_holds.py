"""What a template holds that programs drop when they save a workbook anew, in words; and what to know of it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.submissions.filling.opened import TemplateBook

_PARTS: tuple[tuple[str, str], ...] = (
    ("/threadedcomments/", "Threaded comments"),
    ("/comments", "Notes"),
    ("/persons/", "People of the comments"),
    ("/media/", "Pictures"),
    ("/charts/chart", "Charts"),
    ("/diagrams/data", "SmartArt"),
    ("/pivottables/", "Pivot tables"),
    ("/slicers/", "Slicers"),
    ("/timelines/", "Timelines"),
    ("/ctrlprops/", "Form controls"),
    ("/activex/", "ActiveX controls"),
    ("/embeddings/", "Embedded objects"),
    ("/printersettings/", "Printer settings"),
    ("/tables/", "Excel tables"),
    ("/querytables/", "Query tables"),
    ("customxml/item", "Custom XML"),
    ("/externallinks/externallink", "Links to other workbooks"),
    ("xl/connections.xml", "Connections to data"),
    ("/model/", "Data model"),
    ("/richdata/", "Rich values"),
    ("docprops/custom.xml", "Custom properties"),
    ("docmetadata/", "Sensitivity labels"),
    ("calcchain.xml", "Order of calculation"),
)
_ELEMENTS: tuple[tuple[bytes, str], ...] = (
    (b"conditionalFormatting", "Conditional formats"),
    (b"dataValidation ", "Data validations"),
    (b"sparklineGroup ", "Sparklines"),
    (b"sheetProtection", "Protected sheets"),
    (b"mergeCell ", "Merged cells"),
    (b"oleObject ", "Embedded objects in cells"),
    (b"<pane ", "Frozen panes"),
)


def holds_of(book: TemplateBook) -> tuple[str, ...]:
    """What it holds beside cells, each in words with how much of it there is."""
    names = [one.filename.casefold() for one in book.members if "/_rels/" not in f"/{one.filename}"]
    found: list[str] = []
    for mark, words in _PARTS:
        parts = [name for name in names if mark in f"/{name}" or name.startswith(mark)]
        parts = [name for name in parts if mark != "/comments" or ("threaded" not in name and name.endswith(".xml"))]
        if parts:
            found.append(_counted(words, len(parts), "part"))
    sheets = [book.part(sheet.part) for sheet in book.sheets]
    for element, words in _ELEMENTS:
        count = sum(element in data for data in sheets)
        if count:
            found.append(f"{words} on {_counted_sheets(count)}")
    formulas = sum(book.scan(sheet).formulas for sheet in book.sheets)
    if formulas:
        found.append(f"{formulas:,} formula{'' if formulas == 1 else 's'}")
    named = [one for one in book.names if not one.name.startswith("_xlnm.")]
    if named:
        found.append(f"{len(named):,} defined name{'' if len(named) == 1 else 's'}")
    return tuple(found)


def remarks_of(book: TemplateBook) -> tuple[str, ...]:
    """What the person should know before a template is taken."""
    names = [one.filename.casefold() for one in book.members]
    hidden = [one.name for one in book.sheets if one.hidden]
    locked = [one.name for one in book.sheets if book.scan(one).protected]
    links = _has(names, lambda name: "externallinks/" in name)
    pivots = _has(names, lambda name: "/pivottables/" in name)
    said = (
        ("It refers to other workbooks. They are never opened here; Excel may ask for them.", links),
        ("It fetches data from elsewhere when Excel opens it. Nothing is fetched here.", "xl/connections.xml" in names),
        ("Its pivot tables show their old figures until they are refreshed in Excel.", pivots),
        ("It is digitally signed. A filled copy would break the signature, so it cannot be filled.",
         _has(names, lambda name: name.startswith("_xmlsignatures/"))),
        ("It has ActiveX controls or embedded objects. They are copied and never run here.",
         _has(names, lambda name: "/activex/" in name or "/embeddings/" in name)),
        (f"Hidden: {', '.join(hidden[:6])}{' …' if len(hidden) > 6 else ''}.", bool(hidden)),
        (f"Protected: {', '.join(locked[:6])}{' …' if len(locked) > 6 else ''}. It stays protected.", bool(locked)),
    )  # fmt: skip
    return tuple(words for words, holds in said if holds)


def _has(names: list[str], wanted: Callable[[str], bool]) -> bool:
    return any(wanted(name) for name in names)


def _counted(words: str, count: int, what: str) -> str:
    return words if count == 1 else f"{words} ({count} {what}s)"


def _counted_sheets(count: int) -> str:
    return "1 sheet" if count == 1 else f"{count} sheets"
