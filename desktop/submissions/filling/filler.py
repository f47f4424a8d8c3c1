"""Fills a template: works out what goes where, edits the XML of those sheets, copies all else, and compares."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from desktop.errors import FileRefused
from desktop.excel.saving import replacing
from desktop.jobs import Job
from desktop.portfolio.readers import xlsx_xml
from desktop.submissions.content import Content
from desktop.submissions.filling import copy_checks
from desktop.submissions.filling.copying import write_copy
from desktop.submissions.filling.entries import Plan, SheetPlan
from desktop.submissions.filling.markup import (
    SAFE,
    Reading,
    Splice,
    attribute_at,
    attribute_splice,
    prefix_of,
    spliced,
    tag_name,
)
from desktop.submissions.filling.model import Filled, FillProblem, TemplateMapping
from desktop.submissions.filling.opened import TemplateBook
from desktop.submissions.filling.plan import plan_of
from desktop.submissions.filling.quoting import Quoting, quoting_of
from desktop.submissions.filling.sheet_scan import Area, SheetScan, scan_sheet
from desktop.submissions.filling.sheet_writing import written
from desktop.submissions.filling.small_parts import TableInfo

_BEFORE_CALC = ("sheets", "functionGroups", "externalReferences", "definedNames")
"""What comes before `calcPr` in a workbook's part (ECMA-376 part 1, 18.2.27)."""
_FOLLOWING = frozenset({"!", "[", "indirect", "offset", "getpivotdata", "cell"})
"""What in a formula leads out of its sheet."""


def fill(
    template: Path, mapping: TemplateMapping, values: Mapping[str, str], content: Content, path: Path, *, job: Job
) -> Filled:
    """Write a filled copy of a template. Nothing is left behind when it raises.

    Raises FileRefused with everything that stands in the way, NotSaved, Cancelled.
    """
    with TemplateBook(template, job) as book:
        plan = plan_of(book, mapping, content, values, job)
        if plan.refused:
            raise _refusal(plan.refused)
        quoting = quoting_of(book, plan)
        changed = changed_parts(book, plan, quoting)
        out = io.BytesIO()
        with template.open("rb") as source:
            before = copy_checks.parts_of(source, job)
            write_copy(source, book.members, changed, out, job)
        out.seek(0)
        after = copy_checks.parts_of(out, job)
        copy_checks.compare(before, after, changed)
        for sheet in book.sheets:
            if sheet.part in changed:
                new = scan_sheet(changed[sheet.part], sheet.part)
                found = plan.sheets.get(sheet.part, SheetPlan())
                copy_checks.holds(book.scan(sheet), new, found.values, sheet.name, quoting.looks.get(sheet.part, {}))
        if quoting.data:
            copy_checks.only_looks_added(book.part(quoting.part), changed[quoting.part], quoting.part)
        with template.open("rb") as source:
            copy_checks.opens(source, out)
        remarks = [one for one in plan.problems if not one.refuses]
        if book.main in changed:
            remarks.append(
                FillProblem(
                    "Formulas are worked out when it is opened in Excel; a preview may show nothing for them.",
                    refuses=False,
                )
            )
    with replacing(path) as file:
        file.write(out.getbuffer())
    return Filled(plan.cells, plan.rows, tuple(remarks), len(before), len(after))


def changed_parts(book: TemplateBook, plan: Plan, quoting: Quoting) -> dict[str, bytes]:
    """The new bytes of every part that changes.

    Sheets that are written to; sheets whose formulas may hang on those, without their results; tables that grow; the
    workbook's own part where formulas are to be worked out anew; the styles where a text could become a formula.
    """
    changed: dict[str, bytes] = {}
    for sheet in book.sheets:
        found = plan.sheets.get(sheet.part, SheetPlan())
        scan = book.scan(sheet)
        # What a formula of an unfilled form came to is wrong in a filled one, and not every program works it out anew.
        stale = bool(scan.formulas and plan.cells and (found.values or _looks_elsewhere(book, scan)))
        if found.values or stale:
            changed[sheet.part] = written(
                scan, found.values, models=found.models, styles=found.styles, title=sheet.name, stale=stale,
                quoted=quoting.looks.get(sheet.part, {}),
            )  # fmt: skip
    if quoting.data:
        changed[quoting.part] = quoting.data
    for part, (table, area) in plan.tables.items():
        changed[part] = _grown(book.part(part), part, table, area)
    if plan.cells and any(book.scan(sheet).formulas for sheet in book.sheets):
        changed[book.main] = _worked_out_anew(book.part(book.main), book.main)
    return changed


def _looks_elsewhere(book: TemplateBook, scan: SheetScan) -> bool:
    """Whether a formula of a sheet may hang on another: it names a sheet, table or name, or works out what it reads."""
    names = {one.name.casefold() for one in book.names} | _FOLLOWING
    return not scan.words.isdisjoint(names)


def _grown(data: bytes, part: str, table: TableInfo, area: Area) -> bytes:
    """A table's part with its new range; its filter covers the same rows."""
    splices: list[Splice] = []

    class _Table(Reading):
        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            if xlsx_xml.local(name) in ("table", "autoFilter") and attributes.get("ref"):
                splices.append(attribute_splice(data, start, b"ref", area.words.encode()))
                waits = attribute_at(data, start, b"insertRow")
                if waits is not None:  # it has entries now
                    splices.append(Splice(*waits, b""))

    _Table(data, part).read()
    return spliced(data, splices)


def _worked_out_anew(data: bytes, part: str) -> bytes:
    """The workbook's part, asking Excel to work out every formula when it opens it."""
    places: dict[str, int] = {}

    class _Workbook(Reading):
        def started(self, name: str, attributes: dict[str, str], start: int) -> None:
            places.setdefault("root", start)
            if xlsx_xml.local(name) == "calcPr":
                places["calcPr"] = start

        def ended(self, name: str, close: int, end: int) -> None:
            if xlsx_xml.local(name) in _BEFORE_CALC:
                places["end"] = end

    _Workbook(data, part).read()
    if "calcPr" in places:
        return spliced(data, [attribute_splice(data, places["calcPr"], b"fullCalcOnLoad", b"1")])
    prefix = prefix_of(tag_name(data, places["root"]))
    return spliced(data, [Splice(places["end"], places["end"], b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>')])


def _refusal(problems: tuple[FillProblem, ...]) -> FileRefused:
    first = problems[0].words
    more = f" There {'is 1 more reason' if len(problems) == 2 else f'are {len(problems) - 1} more reasons'}."
    return FileRefused(
        f"The template cannot be filled: {first[:1].lower() + first[1:] if first[:6] == 'There ' else first}"
        + (more if len(problems) > 1 else ""),
        safe=SAFE,
        todo="Change what goes where in the template, then try again.",
    )
