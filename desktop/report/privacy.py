"""How much of the personal data leaves with a workbook: MPANs in full, their last four digits, or counts only.

An MPAN with an address behind it is personal data. What is masked, unless the choice is full:

- any run of eight digits or more, and any eleven digits or more with single separators between them: nine bullets and
  the last four digits, wherever they stand (MPANs in messages, meter serials, UPRNs, file names);
- postcodes: the outward code stays; address lines and cells of headings we do not know: wholly;
- the row key, which holds the MPAN: a keyed hash in its place, the same in every report of the workspace.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import polars as pl

from desktop.portfolio.items import ITEMS, ItemKind


class MpanChoice(StrEnum):
    """What a workbook shows of MPANs and other personal data."""

    FULL = "full"
    LAST_FOUR = "last-four"
    COUNTS = "counts"

    @property
    def words(self) -> str:
        """The choice in words, for covers and dialogs."""
        return {
            "full": "MPANs, postcodes and addresses in full. Treat this file as personal data.",
            "last-four": "Last four digits of MPANs and other long numbers, outward part of postcodes, no addresses.",
            "counts": "Counts only. No row of the portfolio is in this file.",
        }[self.value]


BULLETS = "•••••••••"
"""Stands for the digits that are left out."""

_HIDDEN = "•••"
_SEPARATED = r"\d(?:[ \x{a0}\-./,]?\d){6,}" + r"[ \x{a0}\-./,]?(\d)" * 4
_RUN = r"\d{4,}(\d{4})"
_POSTCODE = r"(?i)\b([A-Z]{1,2}\d[A-Z\d]?)\s*\d[A-Z]{2}\b"
_OUTWARD = r"(?i)^\s*([A-Z]{1,2}\d[A-Z\d]?)\b"
_PLAIN_DATE = r"^(?:19|20|99)\d{6}$"

MPAN_ITEMS = frozenset(name for name, item in ITEMS.items() if item.kind is ItemKind.MPAN) | {"supply_number"}
_DATE_ITEMS = frozenset(name for name, item in ITEMS.items() if item.kind is ItemKind.DATE)
_ADDRESS_ITEMS = frozenset(name for name in ITEMS if name.startswith("address_"))


def masked_text(texts: pl.Series) -> pl.Series:
    """Texts with every long number and postcode in them masked."""
    return (
        texts.str.replace_all(_SEPARATED, BULLETS + "${1}${2}${3}${4}")
        .str.replace_all(_RUN, BULLETS + "${1}")
        .str.replace_all(_POSTCODE, "${1} " + _HIDDEN)
    )


def masked_words(text: str, choice: MpanChoice) -> str:
    """One text masked, unless the choice is full."""
    if choice is MpanChoice.FULL:
        return text
    return str(masked_text(pl.Series([text], dtype=pl.String))[0])


def masked_mpans(texts: pl.Series) -> pl.Series:
    """Cells that hold an MPAN: eight digits or more, whatever stands between them, become bullets and the last four."""
    digits = texts.str.replace_all(r"\D", "")
    frame = pl.DataFrame({"d": digits, "other": masked_text(texts)})
    whole = pl.lit(BULLETS) + pl.col("d").str.tail(4)
    return frame.select(pl.when(pl.col("d").str.len_chars() >= 8).then(whole).otherwise("other").alias("m")).to_series()


def masked_item(texts: pl.Series, item: str | None) -> pl.Series:
    """Cells of one item (None: a heading we do not know), masked as the item asks for."""
    if item in MPAN_ITEMS:
        return masked_mpans(texts)
    if item == "postcode":
        outward = texts.str.extract(_OUTWARD).str.to_uppercase() + f" {_HIDDEN}"
        return _unless_blank(texts, outward.fill_null(_HIDDEN))
    if item is None or item in _ADDRESS_ITEMS:
        return _unless_blank(texts, pl.Series([_HIDDEN]).new_from_index(0, len(texts)))
    masked = masked_text(texts)
    if item in _DATE_ITEMS:
        return masked.zip_with(~texts.str.contains(_PLAIN_DATE), texts)
    return masked


def masked_findings(block: pl.DataFrame) -> pl.DataFrame:
    """A block of findings with the columns row, mpan, item, value, message, suggestion and note masked."""
    known = list(ITEMS)
    parts = []
    numbered = block.with_row_index("__place")
    by_item = numbered.with_columns(
        pl.when(pl.col("item").is_in(known))
        .then("item")
        .when(pl.col("row").is_null())
        .then(pl.lit("file"))
        .alias("__i")
    )
    for (item,), part in by_item.group_by("__i", maintain_order=True):
        name = None if item is None else str(item)
        masked = part.with_columns(
            masked_mpans(part["mpan"]).alias("mpan"), masked_item(part["value"], name).alias("value")
        )
        texts = {column: masked_text(part[column]) for column in ("message", "suggestion", "note")}
        if name in MPAN_ITEMS or name == "postcode" or name is None or name in _ADDRESS_ITEMS:
            texts["message"] = masked_text(_without_values(part["message"], part["value"], masked["value"]))
            texts["suggestion"] = (
                masked_item(part["suggestion"], name)
                if name is None or name in _ADDRESS_ITEMS
                else masked_text(_without_values(part["suggestion"], part["value"], masked["value"]))
            )
        parts.append(masked.with_columns(**texts))
    if not parts:
        return block
    return pl.concat(parts).sort("__place").select(block.columns)


def masked_keys(fingerprints: pl.Series, secret: bytes) -> pl.Series:
    """Row keys that do not tell the MPAN: a hash of the fingerprint under a secret of the workspace, 16 hex digits.

    Written with a letter in front, so that no reader takes one for a number.
    """
    made = [
        "k" + hashlib.blake2b(str(key).encode(), key=secret, digest_size=8).hexdigest()
        for key in fingerprints.to_list()
    ]
    return pl.Series(fingerprints.name, made, dtype=pl.String)


def _unless_blank(texts: pl.Series, masked: pl.Series) -> pl.Series:
    return masked.zip_with(texts.str.strip_chars() != "", texts)


def _without_values(texts: pl.Series, values: pl.Series, masked: pl.Series) -> pl.Series:
    """Texts in which the finding's own value, which no pattern may know, is replaced by its masked form."""
    made = [
        text.replace(value.strip(), hidden) if len(value.strip()) > 1 else text
        for text, value, hidden in zip(texts.to_list(), values.to_list(), masked.to_list(), strict=True)
    ]
    return pl.Series(made, dtype=pl.String)
