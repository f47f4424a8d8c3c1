"""Texts that Excel would read as formulas when their cells are edited: they get the same look with a quotePrefix.

The looks are added behind those that the template has (ECMA-376 part 1, 18.8.10 and 18.8.45); none of those changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from desktop.excel.cells import needs_guard
from desktop.portfolio.readers import xlsx_xml
from desktop.submissions.filling.entries import Plan, SheetPlan
from desktop.submissions.filling.markup import Reading, Splice, attribute_at, attribute_splice, raw_attributes, spliced
from desktop.submissions.filling.opened import TemplateBook
from desktop.submissions.filling.sheet_scan import Place, SheetScan

MAX_LOOKS = 60_000
"""Cell formats up to which one is added; Excel takes 65,490 (Microsoft: Excel specifications and limits)."""


@dataclass
class Quoting:
    """New looks of cells by sheet part; the bytes of the styles' part with them, b"" when none is needed."""

    part: str = ""
    data: bytes = b""
    looks: dict[str, dict[Place, int]] = field(default_factory=dict)


def quoting_of(book: TemplateBook, plan: Plan) -> Quoting:
    """What it takes that no filled text becomes a formula; nothing where the styles cannot be added to."""
    wanted = {
        sheet.part: _wanted(book, book.scan(sheet), plan.sheets[sheet.part])
        for sheet in book.sheets
        if sheet.part in plan.sheets
    }
    bases = sorted({base for places in wanted.values() for base in places.values()})
    part = book.styles_part
    if not bases or not part:
        return Quoting()
    looks = looks_of(book.part(part), part)
    if looks is None or bases[-1] >= len(looks.texts) or len(looks.texts) + len(bases) > MAX_LOOKS:
        return Quoting()
    numbers, data = _added(book.part(part), looks, bases)
    return Quoting(
        part,
        data,
        {one: {place: numbers[base] for place, base in places.items()} for one, places in wanted.items() if places},
    )


def _wanted(book: TemplateBook, scan: SheetScan, plan: SheetPlan) -> dict[Place, int]:
    """The look that each cell of such a text has now; a cell that is formatted as text keeps its text anyway."""
    found = {}
    for place, value in plan.values.items():
        if value.number or value.formula or not needs_guard(value.raw):
            continue
        cell = scan.cell(*place)
        base = cell.style if cell is not None else plan.styles.get(place, scan.style(*place))
        if base not in book.styles.texts:
            found[place] = base
    return found


@dataclass(frozen=True)
class Looks:
    """The cell formats of a styles' part, as they are written; where `cellXfs` begins and where its closing tag is."""

    start: int
    close: int
    texts: tuple[bytes, ...]


def looks_of(data: bytes, part: str) -> Looks | None:
    """Read them; None when they are not written as one list. Raises FileRefused for a part that cannot be read."""
    path: list[str] = []
    lists: list[tuple[int, int]] = []
    opened: list[int] = []
    texts: list[bytes] = []
    odd: list[str] = []

    class _Looks(Reading):
        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            element = xlsx_xml.local(name)
            if "cellXfs" in path and path[-1] == "cellXfs" and element != "xf":
                odd.append(element)
            if element in {"cellXfs", "xf"}:
                opened.append(start)
            path.append(element)

        def ended(self, name: str, close: int, end: int) -> None:
            element = path.pop()
            if element == "xf":
                start = opened.pop()
                if path[-1:] == ["cellXfs"]:
                    texts.append(data[start:end])
            elif element == "cellXfs":
                lists.append((opened.pop(), close))
                if close == end:
                    odd.append(element)

    _Looks(data, part).read()
    if odd or len(lists) != 1 or dict(raw_attributes(data, lists[0][0])).get(b"count") != str(len(texts)).encode():
        return None
    return Looks(*lists[0], tuple(texts))


def _added(data: bytes, looks: Looks, bases: Iterable[int]) -> tuple[Mapping[int, int], bytes]:
    """The number of each new look by that of the one it is like, and the part with them."""
    numbers: dict[int, int] = {}
    new: list[bytes] = []
    for base in bases:
        text = looks.texts[base]
        quoted = spliced(text, [attribute_splice(text, 0, b"quotePrefix", b"1")])
        if quoted == text:
            numbers[base] = base
        else:
            numbers[base] = len(looks.texts) + len(new)
            new.append(quoted)
    if not new:
        return numbers, b""
    count = str(len(looks.texts) + len(new)).encode()
    added = Splice(looks.close, looks.close, b"".join(new))
    return numbers, spliced(data, [attribute_splice(data, looks.start, b"count", count), added])


def only_added(before: bytes, after: bytes, part: str) -> bool:
    """Whether a styles' part is another with looks behind its own, each like one of those but for its quotePrefix."""
    old, new = looks_of(before, part), looks_of(after, part)
    if old is None or new is None or new.texts[: len(old.texts)] != old.texts:
        return False
    added = new.texts[len(old.texts) :]
    known = {_unquoted(one) for one in old.texts}
    if not all(_unquoted(one) in known for one in added):
        return False
    back = after[: new.close - sum(map(len, added))] + after[new.close :]
    return spliced(back, [attribute_splice(back, new.start, b"count", str(len(old.texts)).encode())]) == before


def _unquoted(text: bytes) -> bytes:
    at = attribute_at(text, 0, b"quotePrefix")
    return text if at is None else spliced(text, [Splice(*at, b"")])
