"""What spreadsheets have done to identifiers: recognised and said, never silently mended."""

from __future__ import annotations

from enum import StrEnum

from desktop.frames import pl
from desktop.portfolio.cleaning import EXPONENT, ROUNDED
from desktop.portfolio.items import Item, ItemKind


class Spoil(StrEnum):
    """One kind of harm, in words that go into a sentence: `312 cells are ...`."""

    EXPONENT = "written with an exponent (1.2E+12): the digits are lost"
    ROUNDED = "rounded to 15 digits by a spreadsheet: the last digits are lost"
    SHORT_SUPPLY_NUMBER = "supply numbers one or two digits short: leading zeros were probably lost"
    LEADING_ZEROS = "shorter than the code is: leading zeros were probably lost"
    DAY_NUMBER = "a spreadsheet's day number instead of a date"
    READ_AS_DATE = "turned into a date by a spreadsheet"


LOST = frozenset({Spoil.EXPONENT, Spoil.ROUNDED})
"""Harm that cannot be undone from the file: it must be exported again with the column as text."""

_MONTH = r"(?i)^([0-9]{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-[0-9]{2})$"  # noqa: E501
_WITH_EXPONENT = frozenset({ItemKind.MPAN, ItemKind.SERIAL, ItemKind.UPRN})
_AS_DATE = frozenset({ItemKind.CODE, ItemKind.SERIAL})
_PADDED = frozenset({"profile_class", "mtc", "llfc", "ssc", "duos_tariff_id"})


def spoiled(column: pl.Expr, item: Item) -> pl.Expr:
    """The kind of harm a cell shows (a `Spoil` value), null where there is none. `column` is the text as it stood."""
    cell = column.str.strip_chars()
    found = pl.lit(None, dtype=pl.String)
    for form, kind in reversed(_forms(item)):
        found = pl.when(cell.str.contains(form)).then(pl.lit(kind.value)).otherwise(found)
    return found


def _forms(item: Item) -> list[tuple[str, Spoil]]:
    """The patterns to look for in an item's cells, the first that fits counts."""
    forms: list[tuple[str, Spoil]] = []
    if item.kind in _WITH_EXPONENT or item.name == "supply_number":
        forms.append((EXPONENT, Spoil.EXPONENT))
    if item.kind is ItemKind.MPAN or item.name == "supply_number":
        forms.append((ROUNDED, Spoil.ROUNDED))
        forms.append((r"^[0-9]{19,20}$", Spoil.SHORT_SUPPLY_NUMBER))
    if item.kind in _AS_DATE:
        forms.append((_MONTH, Spoil.READ_AS_DATE))
    if item.name in _PADDED:
        forms.append((rf"^[0-9]{{1,{item.width - 1}}}(\.0+)?$", Spoil.LEADING_ZEROS))
    if item.kind is ItemKind.DATE:
        forms.append((r"^[1-7][0-9]{4}(\.[0-9]+)?$", Spoil.DAY_NUMBER))
    return forms
