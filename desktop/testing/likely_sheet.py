"""Which sheet of a workbook holds the records of a kind, when nobody says which."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from desktop.portfolio.mapping import fold
from desktop.portfolio.readers.xlsx import SheetInfo
from desktop.portfolio.staging import LikelySheet
from desktop.records.model import RecordKind


def likely_sheet(kind: RecordKind, own: Mapping[str, RecordKind], names: Mapping[str, Collection[str]]) -> LikelySheet:
    """How to choose the sheet of a workbook: ours by its name, else the visible one with most names of fields.

    `own`: the sheets of ours in it, by name; `names`: folded names of fields.
    """

    def choose(sheets: tuple[SheetInfo, ...]) -> str | None:
        for sheet in sheets:
            if own.get(sheet.name) is kind:
                return sheet.name
        tables = [sheet for sheet in sheets if not sheet.hidden and sheet.rows > 1]
        if not tables:
            return None
        return max(tables, key=lambda sheet: (_names_in(sheet.headings, names), sheet.rows)).name

    return choose


def _names_in(headings: Collection[str], names: Mapping[str, Collection[str]]) -> int:
    return len({next(iter(names[fold(heading)])) for heading in headings if fold(heading) in names})
