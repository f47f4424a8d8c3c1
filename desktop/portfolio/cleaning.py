"""Cleaning for comparing: what a cell says once spaces, wrappers, padding and spelling are out of the way.

The text as it stood is never replaced: a snapshot keeps it, and this module computes the cleaned text when it is
needed. Nothing is guessed: a number whose digits a spreadsheet has lost stays as it is (desktop/portfolio/spoiled.py).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, partial

from desktop.frames import pl
from desktop.portfolio.items import Item, ItemKind
from desktop.portfolio.words import CODE_WORDS, FLAG_WORDS, NONE_IS_A_VALUE, PLACEHOLDERS

CLEANING_VERSION = 2
"""Raised when a cleaned text may come out otherwise than before: fingerprints are compared across snapshots."""

HIDDEN = r"[\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f-\u009f]"  # noqa: E501 - one character class
"""Characters that a person does not see in a cell: no-break and zero-width spaces, direction marks, controls."""

_SPACES = (
    "\t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003"
    "\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Characters that stand for a space."""
_PLAIN = r"^[ -~]*$"
_FOREIGN = HIDDEN[:-1] + r"\t-\r\uff01-\uff5e]|[\p{Nd}--[0-9]]"
_DASHES = r"[\-/\u2010-\u2015\u2212]"
"""Separators between the digits of an MPAN but for the point, which may be a decimal point."""
_SEPARATORS = r"[\-./\u2010-\u2015\u2212]"
SUPPLY_NUMBER = r"^[0-9]{5}[0-9A-Z]{3}[0-9]{13}$"
"""Profile class 2, MTC 3, LLFC 3 (which may hold letters), MPAN 13."""
EXPONENT = r"^[+-]?[0-9]+(\.[0-9]*)?[eE]\+?[0-9]{1,3}$"
"""A number written with an exponent: the digits that are not shown are lost."""
ROUNDED = r"^[0-9]{15}0{5,6}$"
"""A supply number that was a number in a spreadsheet, which keeps 15 digits: the MPAN in it is not the true one."""
_THIRTEEN_DIGITS = r"^[0-9]{13}$"

_TIDY: dict[ItemKind, str] = {
    ItemKind.MPAN: _THIRTEEN_DIGITS,
    ItemKind.MPID: r"^([A-Z]{4}|[0-9]{10})$",
    ItemKind.SERIAL: r"^[0-9A-Z]*[A-Z][0-9A-Z]*[0-9][0-9A-Z]*$|^[0-9]+$",
    ItemKind.POSTCODE: r"^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$",
    ItemKind.UPRN: r"^[0-9]+$",
    ItemKind.FLAG: r"^[TF]$",
}
_TIDY_CODES = {
    "gsp_group": r"^_[A-Z]$",
    "profile_class": r"^[0-9]{2}$",
    "measurement_class": r"^[A-Z]$",
    "energisation_status": r"^[ED]$",
    "ssc": r"^[0-9]{4}$",
    "mtc": r"^[0-9]{3}$",
    "llfc": r"^[0-9A-Z]{2}[0-9]$",
    "duos_tariff_id": r"^[0-9A-Z]{2}[0-9]$",
    "smets_version": r"^SMETS[0-9]$",
}

_DATE_FORMS = (
    (r"^[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}$", "%d/%m/%Y"),
    (r"^[0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2}$", "%Y/%m/%d"),
    (r"^[0-9]{8}$", "%Y%m%d"),
)
_WRAPPED = r"^[=\"'\u2018\u2019`]"
_SAMPLE = 4_096
_TIME_PART = r"[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$"
OPEN_DATE = "9999-12-31"
"""How MDD and registration extracts write "no end"; as cleaned text."""


def clean(column: pl.Expr, item: Item) -> pl.Expr:
    """The column's text cleaned for comparing, by the item's kind (String; null where blank or a placeholder).

    What cannot be cleaned stays as it stood but for its outer spaces, so that a check can show and refuse it. Dates
    come out as ISO text. Rows that are tidy already cost one look, not the whole treatment.
    """
    return column.map_batches(partial(clean_series, item=item), return_dtype=pl.String, is_elementwise=True)


def parse_date(column: pl.Expr) -> pl.Expr:
    """A date column as Date: null where blank, open (31/12/9999) or unreadable.

    Read are DD/MM/YYYY, D/M/YYYY, DD-MM-YYYY, YYYYMMDD and ISO, each with or without a time of day. Day before month,
    always (domain data, section 4). Days that do not exist are unreadable.
    """
    return column.map_batches(_dates_without_open, return_dtype=pl.Date, is_elementwise=True)


def is_open_date(column: pl.Expr) -> pl.Expr:
    """Whether a date cell says 31/12/9999, in any of the forms that `parse_date` reads."""
    return column.str.contains("9999", literal=True) & (
        column.map_batches(_dates, return_dtype=pl.Date, is_elementwise=True).dt.year() == 9999
    ).fill_null(value=False)


def is_placeholder(column: pl.Expr) -> pl.Expr:
    """Whether a cell is not blank but holds a word that means nothing is there, such as `Data not available`."""
    return column.map_batches(_placeholders, return_dtype=pl.Boolean, is_elementwise=True)


def has_hidden(column: pl.Expr) -> pl.Expr:
    """Whether a cell holds a character that a person cannot see, or a digit or letter of another script's width."""
    return column.str.contains(HIDDEN) | column.str.contains(r"[\uff01-\uff5e]|[\p{Nd}--[0-9]]")


def clean_series(cells: pl.Series, item: Item) -> pl.Series:
    """`clean` for a Series: the tidy cells pass, the rest are treated."""
    if item.kind is ItemKind.DATE:
        return _clean_dates(cells)
    tidy = cells.str.contains(_tidy_form(item)).fill_null(value=False)
    if item.kind is ItemKind.MPID:
        tidy &= ~cells.is_in(["NONE", "NULL"]).fill_null(value=False)
    odd = (~tidy).arg_true()
    if not len(odd):
        return cells
    treated = _treat(cells.gather(odd), item)
    result = cells.clone()
    return result.scatter(odd, treated) if len(odd) < len(cells) else treated


def _tidy_form(item: Item) -> str:
    """The pattern of cells that cleaning would leave as they are."""
    if item.kind is ItemKind.CODE:
        return _TIDY_CODES.get(item.name, r"^[A-Z][0-9]$")
    return _TIDY.get(item.kind, r"^[0-9]+[A-Za-z]?,?( [!-~]+)+$")


def _treat(cells: pl.Series, item: Item) -> pl.Series:
    """The whole treatment, once for each distinct text where texts repeat."""
    distinct = cells.unique() if cells.head(_SAMPLE).n_unique() < _SAMPLE * 3 // 4 else cells
    text = pl.col("text")
    frame = _unwrapped(_plain(distinct)).alias("text").to_frame()
    cleaned = frame.select(
        pl.when(_is_nothing(text, item)).then(None).otherwise(_by_kind(text, item)).alias("cleaned")
    ).to_series()
    if distinct is cells:
        return cleaned
    return cells.replace_strict(distinct, cleaned, default=None, return_dtype=pl.String)


def _by_kind(text: pl.Expr, item: Item) -> pl.Expr:  # noqa: PLR0911 - one line a kind reads best
    """The treatment of text that has lost its wrapper and outer spaces."""
    solid = text.str.replace_all(" ", "", literal=True)
    match item.kind:
        case ItemKind.MPAN:
            return _clean_mpan(text, solid)
        case ItemKind.CODE:
            return _clean_code(solid, item)
        case ItemKind.MPID:
            return solid.str.to_uppercase()
        case ItemKind.SERIAL:
            return _without_decimals(solid).str.to_uppercase()
        case ItemKind.POSTCODE:
            return _clean_postcode(solid.str.to_uppercase())
        case ItemKind.UPRN:
            return _without_decimals(_without_thousands(solid))
        case ItemKind.FLAG:
            return _worded(solid.str.to_uppercase(), FLAG_WORDS | CODE_WORDS.get(item.name, {}))
        case _:
            if item.name == "supply_number":
                return _clean_supply_number(text, solid)
            return text.str.replace_all(" {2,}", " ")


def _clean_mpan(text: pl.Expr, solid: pl.Expr) -> pl.Expr:
    """Thirteen digits out of what people and spreadsheets put around them; anything else only trimmed.

    A supply number of 21 characters gives its last 13, which are the MPAN (domain data 3.2).
    """
    joined = solid.str.replace_all(_DASHES, "")
    whole = (
        pl.when(joined.str.contains(r"^[0-9]+\.0{1,2}$"))
        .then(_without_decimals(joined))
        .otherwise(_without_decimals(_without_thousands(solid)))
    )
    number = whole.str.replace_all(_SEPARATORS, "").str.to_uppercase()
    fraction = whole.str.contains(r"^[0-9]+\.[0-9]+$") & (number.str.len_bytes() != 13)
    supply = number.str.replace(r"^S", "")
    return (
        pl.when(solid.str.contains(EXPONENT)).then(solid)
        .when(number.str.contains(ROUNDED) | fraction).then(text)
        .when(number.str.contains(r"^[0-9]+$") & (number.str.len_bytes() != 21)).then(number)
        .when(supply.str.contains(SUPPLY_NUMBER)).then(supply.str.slice(-13))
        .otherwise(text)
    )  # fmt: skip


def _clean_supply_number(text: pl.Expr, solid: pl.Expr) -> pl.Expr:
    """The 21 characters without what separates them, else the text trimmed."""
    supply = solid.str.replace_all(_SEPARATORS, "").str.to_uppercase().str.replace(r"^S", "")
    return (
        pl.when(supply.str.contains(SUPPLY_NUMBER) & ~supply.str.contains(ROUNDED)).then(supply).otherwise(text)
    )  # fmt: skip


def _clean_code(solid: pl.Expr, item: Item) -> pl.Expr:
    """Capitals, the letter for the word, zeros in front where the code has a width and is all digits."""
    code = _without_decimals(solid).str.to_uppercase()
    if item.name in CODE_WORDS:
        code = _worded(code, CODE_WORDS[item.name])
    if item.name == "gsp_group":
        return code.str.replace(r"^([A-Z])$", "_$1")
    if item.name == "meter_type":
        return code.str.replace_all("_", "", literal=True)
    if item.width > 1:
        padded = code.str.pad_start(item.width, "0")
        return pl.when(code.str.contains(r"^[0-9]+$")).then(padded).otherwise(code)
    return code


def _clean_postcode(solid: pl.Expr) -> pl.Expr:
    """One space before the last three characters, where there are enough for an outward part."""
    return solid.str.replace(r"^([0-9A-Z]{2,5})([0-9A-Z]{3})$", "$1 $2")


def _worded(code: pl.Expr, words: dict[str, str]) -> pl.Expr:
    """The letter that stands for a word; hyphens and underscores inside the word do not count."""
    bare = code.str.replace_all(r"[\-_\u2010-\u2015]", "")
    return bare.replace_strict(list(words), list(words.values()), default=code, return_dtype=pl.String)


def _without_decimals(text: pl.Expr) -> pl.Expr:
    """`1200012345678.0` was a number on its way through a spreadsheet: the digits are all there."""
    return text.str.replace(r"^([0-9]+)\.0+$", "$1")


def _without_thousands(text: pl.Expr) -> pl.Expr:
    """Commas in threes, as a spreadsheet shows a number."""
    grouped = r"^[0-9]{1,3}(,[0-9]{3})+(\.0+)?$"
    return pl.when(text.str.contains(grouped)).then(text.str.replace_all(",", "", literal=True)).otherwise(text)


def _unwrapped(cells: pl.Series) -> pl.Series:
    """Without outer spaces, a leading apostrophe, and the `="..."` that keeps zeros in a spreadsheet."""
    trimmed = cells.str.strip_chars(" ")
    if not trimmed.str.contains(_WRAPPED).any():
        return trimmed
    bare = trimmed.str.replace(r'^=?"(.*)"$', "$1").str.replace(r"^['\u2018\u2019`]+", "")
    return bare.str.strip_chars(" ")


def _is_nothing(text: pl.Expr, item: Item) -> pl.Expr:
    """Blank or a placeholder; NONE counts as a value where the industry uses it as one."""
    words = PLACEHOLDERS - {"none"} if item.name in NONE_IS_A_VALUE else PLACEHOLDERS
    return text.str.to_lowercase().str.replace_all(" {2,}", " ").is_in(sorted(words))


def _placeholders(cells: pl.Series) -> pl.Series:
    folded = _unwrapped(_plain(cells)).str.to_lowercase().str.replace_all(" {2,}", " ")
    return (folded != "") & folded.is_in(sorted(PLACEHOLDERS))


def _plain(cells: pl.Series) -> pl.Series:
    """Spaces of every kind as spaces, unseen characters gone, digits and full-width letters as ASCII; accents stay."""
    if cells.str.contains(_PLAIN).all() or not cells.str.contains(_FOREIGN).any():
        return cells
    foreign, plain = _foreign_characters()
    return cells.str.replace_many(foreign, plain)


@cache
def _foreign_characters() -> tuple[list[str], list[str]]:
    """Every character that is written otherwise for comparing, and what for it."""
    pairs = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    unseen = re.compile(HIDDEN)
    # Digits of other scripts end below U+20000 and hidden characters long before.
    for code in range(0x20000):
        character = chr(code)
        if code > 0x7F and unicodedata.category(character) == "Nd":
            pairs[character] = str(unicodedata.digit(character))
        elif unseen.match(character):
            pairs[character] = ""
    pairs |= dict.fromkeys(_SPACES, " ")
    return list(pairs), list(pairs.values())


def _dates(cells: pl.Series) -> pl.Series:
    """Dates, the open one included; null where there is none to read."""
    tidy = cells.str.contains(r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$").fill_null(value=False)
    if tidy.all():
        return cells.str.to_date("%d/%m/%Y", strict=False)
    distinct = cells.unique()
    frame = (
        distinct.alias("text")
        .to_frame()
        .with_columns(
            form=_unwrapped(_plain(distinct)).str.replace(_TIME_PART, "").str.replace_all("-", "/", literal=True)
        )
    )
    form = pl.col("form")
    parsed = pl.coalesce(
        pl.when(form.str.contains(pattern)).then(form).str.to_date(layout, strict=False)
        for pattern, layout in _DATE_FORMS
    )
    frame = frame.with_columns(date=parsed)
    return cells.replace_strict(frame["text"], frame["date"], default=None, return_dtype=pl.Date)


def _dates_without_open(cells: pl.Series) -> pl.Series:
    dates = _dates(cells)
    return pl.select(pl.when(dates.dt.year() != 9999).then(dates)).to_series() if len(dates) else dates


def _clean_dates(cells: pl.Series) -> pl.Series:
    """ISO text where a date can be read, null where blank, else the text trimmed."""
    item = Item(0, "", "", ItemKind.DATE)
    distinct = cells.unique()
    frame = pl.DataFrame({"text": distinct, "outer": _unwrapped(_plain(distinct)), "date": _dates(distinct)})
    outer = pl.col("outer")
    cleaned = (
        pl.when(_is_nothing(outer, item)).then(None).otherwise(pl.coalesce(pl.col("date").dt.to_string("iso"), outer))
    )
    frame = frame.with_columns(cleaned=cleaned)
    return cells.replace_strict(frame["text"], frame["cleaned"], default=None, return_dtype=pl.String)
