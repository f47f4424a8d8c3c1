"""A reviewer's copy against the file that was sent: every sheet, then what stands on its cells. Inside the child."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from desktop.errors import FileRefused
from desktop.portfolio.readers import archive
from desktop.portfolio.readers.xlsx_exact import CellContext
from desktop.portfolio.readers.xlsx_package import Package, SheetPart, open_package
from desktop.portfolio.readers.xlsx_xml import refuse
from desktop.submissions.review import marks
from desktop.submissions.review.answer import Found, Remark
from desktop.submissions.review.cells import Sheet, address, context_of, first_texts, read_sheet
from desktop.submissions.review.grids import compare_cells
from desktop.submissions.review.log import Known, read_log
from desktop.submissions.review.model import DifferenceKind
from desktop.submissions.review.plan import Plan, TableSheet
from desktop.submissions.review.said import Said, persons, said_on
from desktop.submissions.review.sameness import plain
from desktop.submissions.review.sheets import folded, heading_row, pairs
from desktop.submissions.review.tables import Matched, compare

Progress = Callable[[str, int, int, str], None]

_MOST_FORMULAS = 5
"""Cells with a formula that are named one by one."""
_MOST_TEXTS = 20
"""Cells of a sheet that was not sent that are shown."""
_LONGEST_TEXT = 200
"""Characters of each of them."""


class Book:
    """An open workbook whose sheets are read when they are asked for; none is kept."""

    def __init__(self, package: Package, progress: Progress, what: str) -> None:
        """`what` is said while it is read."""
        self.package = package
        self.context: CellContext = context_of(package)
        self._progress, self._what = progress, what
        self.parts: Mapping[str, SheetPart] = {part.name: part for part in package.sheets}

    def sheet(self, name: str) -> Sheet:
        """One sheet. Raises FileRefused."""
        return read_sheet(self.package, self.parts[name], self.context, self.rows_done)

    def rows_done(self, row: int) -> None:
        """Tell how far it is."""
        self._progress(self._what, row, 0, "rows")


@contextmanager
def opened(path: Path, progress: Progress, what: str) -> Iterator[Book]:
    """An open workbook; whatever damaged bytes provoke becomes one sentence. Raises FileRefused."""
    try:
        package = open_package(path)
        try:
            _check_kind(package)
            yield Book(package, progress, what)
        finally:
            package.close()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise archive.damaged(path.name) from None


def _check_kind(package: Package) -> None:
    for name in package.file.namelist():
        if name.casefold().endswith("vbaproject.bin"):
            raise refuse("it holds macros", "Ask the reviewer to save it as a plain .xlsx workbook.")


def identify(path: Path, progress: Progress) -> dict[str, Any]:
    """Our document properties and named cells in a workbook, and the names of its sheets. Raises FileRefused."""
    with opened(path, progress, "Reading the workbook") as book:
        return {
            "properties": marks.properties(book.package),
            "cells": marks.named_cells(book.package, book.context, book.rows_done),
            "sheets": list(book.parts),
        }


def compared(copy: Path, sent: Path, plan: Plan, progress: Progress) -> dict[str, Any]:
    """Everything that a copy brings. Raises FileRefused."""
    found = Found()
    with (
        opened(sent, progress, "Reading what was sent") as ours,
        opened(copy, progress, "Reading the copy") as theirs,
    ):
        _Reading(ours, theirs, plan, found).run()
    return {
        "remarks": [asdict(one) for one in found.remarks],
        "differences": found.differences,
        "told": found.told,
        "left_out": found.left_out,
        "matched": found.matched,
    }


class _Reading:
    def __init__(self, ours: Book, theirs: Book, plan: Plan, found: Found) -> None:
        self.ours, self.theirs, self.plan, self.found = ours, theirs, plan, found
        self.tables = {table.tab: table for table in plan.tables}
        self.keys: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        there = pairs(list(self.ours.parts), list(self.theirs.parts), self._read)
        self.found.matched = len(there)
        said = self._said(there)
        log_sheet: tuple[Sheet, Sheet] | None = None
        for name, part in self.ours.parts.items():
            if name not in there:
                if not part.hidden:
                    self.found.differ(DifferenceKind.MISSING_SHEET, name, self._table_id(name))
                continue
            came_name = there[name]
            if folded(came_name) != folded(name):
                self.found.told.append(f"The sheet “{name}” is called “{came_name}” in the copy.")
            before, after = self.ours.sheet(name), self.theirs.sheet(came_name)
            self._formulas(before, after)
            if name == self.plan.log:
                log_sheet = (before, after)
                self._say(said[came_name], name, None, after)
            elif name in self.tables:
                table = self.tables[name]
                self._note_keys(table, before)
                self._say(said[came_name], name, compare(table, before, after, self.found), after)
            else:
                compare_cells(before, after, self.found)
                self._say(said[came_name], name, None, after)
        for name in self.theirs.parts:
            if name not in there.values():
                self._extra(name)
                self._say(said[name], name, None, None)
        if log_sheet is not None:
            known = Known({folded(table.tab): table for table in self.plan.tables}, self.keys)
            read_log(*log_sheet, known, self.found)

    def _read(self, of_copy: bool, name: str) -> Sheet:
        return (self.theirs if of_copy else self.ours).sheet(name)

    def _table_id(self, name: str) -> str:
        table = self.tables.get(name)
        return table.table_id if table else ""

    def _said(self, there: Mapping[str, str]) -> dict[str, list[Said]]:
        """Notes and comments by the copy's sheet, without those that were sent: a recipient's form may hold some."""
        sent_names = {came: sent for sent, came in there.items()}
        by, our_by = persons(self.theirs.package), persons(self.ours.package)
        found: dict[str, list[Said]] = {}
        for name, part in self.theirs.parts.items():
            before = set()
            if name in sent_names:
                ours = said_on(self.ours.package, self.ours.parts[sent_names[name]], our_by)
                before = {(one.row, one.column, plain(one.text)) for one in ours}
            found[name] = [
                one
                for one in said_on(self.theirs.package, part, by)
                if (one.row, one.column, plain(one.text)) not in before
            ]
        return found

    def _note_keys(self, table: TableSheet, sent: Sheet) -> None:
        first = heading_row(sent, table.headings) + 1
        if sent.frame.width:
            rows = sent.frame["c0"].slice(max(0, first - sent.first))
            kept = self.keys.setdefault(table.table_id, {})
            kept.update((str(key).strip().casefold(), str(key)) for key in rows.to_list() if key)

    def _formulas(self, sent: Sheet, came: Sheet) -> None:
        new = [place for place in came.formulas if place not in sent.formulas]
        if not new:
            return
        cells = ", ".join(address(*place) for place in new[:_MOST_FORMULAS])
        more = f" and {len(new) - _MOST_FORMULAS:,} more" if len(new) > _MOST_FORMULAS else ""
        blank = [place for place in new if not came.cell(*place)]
        does = "shows nothing: it was" if len(blank) == 1 else "show nothing: they were"
        words = f" {len(blank):,} of them {does} never worked out." if blank else ""
        self.found.told.append(
            f"Formulas stand in {cells}{more} of “{came.name}”; what they show is read, nothing is calculated.{words}"
        )

    def _extra(self, name: str) -> None:
        """A sheet that was not sent, how much stands in it, and the first of its texts, each on a line of its own."""
        found, its = self.found, f"“{name}” is a sheet that was not sent"
        found.differ(DifferenceKind.EXTRA_SHEET, name)
        try:
            sheet = self.theirs.sheet(name)
        except FileRefused:  # what we sent is in other sheets, and can be read all the same
            found.told.append(f"{its}; what stands in it could not be read.")
            return
        count, first = first_texts(sheet, _MOST_TEXTS)
        for row, column, text in first:
            shown = " ".join(text.split())
            shown = shown if len(shown) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}…"
            found.differ(DifferenceKind.EXTRA_SHEET, f"{name}!{address(row, column)}", came=shown)
        if count:
            holds = "1 cell holds" if count == 1 else f"{count:,} cells hold"
            which = "it is" if count == 1 else f"the first {len(first)} are" if count > len(first) else "all are"
            more = f", {count - len(first):,} more are not" if count > len(first) else ""
            found.told.append(f"{its}: {holds} something; {which} listed among the differences{more}.")

    def _say(self, said: list[Said], sent_name: str, matched: Matched | None, sheet: Sheet | None) -> None:
        """Notes and threads as comments on the row and column where they stand, or on the cell."""
        name = sheet.name if sheet else sent_name
        orphans = False
        for one in said:
            orphans = orphans or one.orphan
            cell = address(one.row, one.column)
            row_key, column = matched.where(one.row, one.column) if matched else ("", "")
            remark = Remark(
                "thread" if one.thread else "note", one.text, one.author, _moment(one.at), place=f"{name}!{cell}",
                id=one.id, parent=one.parent, resolved=one.resolved, where=f"cell {sent_name}!{cell}",
            )  # fmt: skip
            if matched is not None:
                remark = replace(remark, table_id=matched.table.table_id, row_key=row_key, column_id=column)
                if row_key:
                    # Beside the table the column counts, which has no id.
                    beside = "" if column else f" column {one.column}"
                    remark = replace(remark, where=f"cell{beside}")
            self.found.say(remark)
        if orphans:
            self.found.told.append(
                f"A program that saved “{name}” dropped Excel's threaded comments; their words were read from what it "
                "left, their authors are gone."
            )


def _moment(text: str) -> str:
    """A moment as the file says it, to the second."""
    return text.partition(".")[0]
