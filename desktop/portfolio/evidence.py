"""What the sampled cells of a column say about whether it holds an item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.frames import pl
from desktop.portfolio.cleaning import clean, parse_date
from desktop.portfolio.items import Item, ItemKind

_FORMS: dict[str, str] = {
    "mpan": r"[0-9]{13}",
    "gsp_group": r"_[A-HJ-NP]",
    "profile_class": r"0[0-8]",
    "measurement_class": r"[A-G]",
    "energisation_status": r"[ED]",
    "ssc": r"[0-9]{4}",
    "mtc": r"[0-9]{3}",
    "llfc": r"[0-9A-Z]{3}",
    "market_segment": r"[SAU]",
    "connection_type": r"[WLHEU]",
    "energy_direction": r"[IE]",
    "supply_number": r"[0-9]{5}[0-9A-Z]{3}[0-9]{13}",
}
_KIND_FORMS: dict[ItemKind, str] = {
    ItemKind.MPAN: r"[0-9]{13}",
    ItemKind.MPID: r"[A-Z]{4}|[0-9]{10}",
    ItemKind.POSTCODE: r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}",
    ItemKind.UPRN: r"[1-9][0-9]{0,11}",
    ItemKind.FLAG: r"[TF]",
}
_WORDS: dict[ItemKind, str] = {
    ItemKind.MPAN: "MPANs with a right check digit",
    ItemKind.DATE: "dates",
    ItemKind.POSTCODE: "postcodes",
}
_DECISIVE = frozenset({ItemKind.MPAN, ItemKind.DATE, ItemKind.POSTCODE})
"""Kinds whose cells cannot be taken for something else."""

_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


@dataclass(frozen=True)
class Evidence:
    """How many sampled cells are filled, and how many of those have the item's form."""

    filled: int
    fitting: int
    supports: bool
    against: bool
    proves: bool
    """The cells can hardly be anything else."""
    words: str


def evidence_for(cells: Sequence[str], item: Item) -> Evidence:
    """Judge a column's sampled cells, as they stood, for an item."""
    text = pl.DataFrame({"text": list(cells)}, schema={"text": pl.String})
    if item.kind is ItemKind.DATE:
        frame = text.select(cell=clean(pl.col("text"), item), date=parse_date(pl.col("text")))
        filled = [cell for cell in frame["cell"].to_list() if cell is not None]
        fitting = sum(1 for cell in filled if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell))
    else:
        filled = [cell for cell in text.select(clean(pl.col("text"), item)).to_series().to_list() if cell is not None]
        form = _FORMS.get(item.name) or _KIND_FORMS.get(item.kind)
        if form is None:
            return Evidence(len(filled), len(filled), supports=False, against=False, proves=False, words="")
        pattern = re.compile(form)
        fitting = sum(
            1
            for cell in filled
            if pattern.fullmatch(cell) and (item.kind is not ItemKind.MPAN or check_digit_is_right(cell))
        )
    share = fitting / len(filled) if filled else 0.0
    words = ""
    if filled:
        words = f"{fitting:,} of {len(filled):,} filled cells looked at are {_WORDS.get(item.kind, 'of its form')}."
    return Evidence(
        len(filled),
        fitting,
        supports=share >= 0.8,
        against=len(filled) >= 5 and share < 0.2 and item.kind in _DECISIVE,
        proves=share >= 0.7 and fitting >= min(3, len(cells)) and fitting > 0,
        words=words,
    )


def check_digit_is_right(mpan: str) -> bool:
    """The thirteenth digit against the first twelve: weights the primes from 3 without 11, mod 11 mod 10.

    Source: domain data 3.1, tried on 592 published MPANs.
    """
    if len(mpan) != 13 or not (mpan.isascii() and mpan.isdigit()):
        return False
    return sum(int(digit) * weight for digit, weight in zip(mpan, _WEIGHTS, strict=False)) % 11 % 10 == int(mpan[12])
