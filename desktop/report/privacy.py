"""How much of the personal data leaves with a workbook: MPANs in full, their last four digits, or counts only.

An MPAN with an address behind it is personal data. What is masked, unless the choice is full:

- any run of eight digits or more, and any eleven digits or more with up to three marks, blanks or invisible characters
  between them: nine bullets and the last four digits (bullets alone where the choice is counts), wherever they stand
  (MPANs in messages, meter serials, UPRNs, file names); dates, times, amounts and rising lists stay
  (desktop/report/long_numbers.py); MPANs with letters among their digits too (desktop/report/mixed_numbers.py);
- postcodes: the outward code stays; written in one word only those of a postcode area that there is, so that codes
  such as NF01AB stay; address lines and cells of headings we do not know: wholly;
- a cell that has not the form of its item (a name where a serial number should stand, an MPAN whose digits were lost in
  1.03E+12): wholly, and wherever the finding's texts repeat it; words that stand for nothing, such as unknown, stay;
- notes, which a person typed: left out;
- the row key, which holds the MPAN: a keyed hash in its place, the same in every report of the workspace.
"""

from __future__ import annotations

import hashlib
import unicodedata
from enum import StrEnum

from desktop.frames import pl
from desktop.portfolio.items import ITEMS, ItemKind
from desktop.portfolio.words import CODE_WORDS, PLACEHOLDERS
from desktop.report.long_numbers import long_numbers_masked
from desktop.report.mixed_numbers import mixed_numbers_masked


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
            "last-four": "Last four digits of MPANs and other long numbers, outward part of postcodes, no addresses "
            "and no notes.",
            "counts": "Counts only. No row of the portfolio is in this file.",
        }[self.value]


BULLETS = "•••••••••"
"""Stands for the digits that are left out."""

_HIDDEN = "•••"
_SEPARATED = r"\d(?:[^\p{L}\p{N}]{0,3}\d){10,}"
_WHOLE, _STANDS_FOR_WHOLE = r"\d{8,}", "\u01c1"
_BESIDE_WHOLE = rf"[\d{_STANDS_FOR_WHOLE}][^\p{{L}}\p{{N}}]{{1,3}}{_STANDS_FOR_WHOLE}"
_BESIDE_WHOLE += rf"|{_STANDS_FOR_WHOLE}[^\p{{L}}\p{{N}}]{{1,3}}\d"
_AMONG = r"\d(?:[^\p{L}\p{N}]{0,3}\p{L}){1,3}[^\p{L}\p{N}]{0,3}\d"
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d"
"""Its T stands between digits in many texts."""
_NEAR = r"\d(?:\P{Nd}{0,9}\d){9,}"
"""A text that may hold a number with letters among its digits."""
_RUN = r"\d{4,}(\d{4})"
_AREAS = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN "
    "EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE "
    "NG NN NP NR NW OL OX PA PE PH PL PO PR QC RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ "
    "TR TS TW UB W WA WC WD WF WN WR WS WV XX YO ZE"
)
"""Of postcodes: Royal Mail's 124 with Jersey, Guernsey, the Isle of Man, the forces (BF) and what is no place (XX)."""
_APART, _TOGETHER = r"([A-Z]{1,2}\d[A-Z\d]?)[\s\p{Pd}\p{Cf}_./]+", rf"((?:{'|'.join(_AREAS.split())})\d[A-Z\d]?)"
_POSTCODE = rf"(?i)((?-u:\b)|_)(?:{_APART}|{_TOGETHER})\d[A-Z]{{2}}((?-u:\b)|_)"
_OUTWARD = r"(?i)^\s*([A-Z]{1,2}\d[A-Z\d]?)\b"
_PLAIN_DATE = r"^(?:19|20|99)\d{6}$"
_LOST_DIGITS = r"\d+(?:[.,]\d*)?[eE]\+\d{1,3}"
_EXPONENT = r"^\s*[+-]?\d+(?:[.,]\d*)?[eE]\+?\d{1,3}\s*$"
_NOTE = "note left out"
_FEW_LETTERS = 4
"""A value of fewer letters and digits stands in many texts by chance."""

MPAN_ITEMS = frozenset(name for name, item in ITEMS.items() if item.kind is ItemKind.MPAN) | {"supply_number"}
_DATE_ITEMS = frozenset(name for name, item in ITEMS.items() if item.kind is ItemKind.DATE)
_ADDRESS_ITEMS = frozenset(name for name in ITEMS if name.startswith("address_"))
_FORMS = {
    ItemKind.CODE: r"(?i)^_?[A-Z0-9]{1,5}$|^smets ?[0-9]$",
    ItemKind.MPID: r"(?i)^[A-Z]{4}$|^\d+$",
    ItemKind.SERIAL: r"(?i)^[A-Z0-9]*\d[A-Z0-9]*$",
    ItemKind.DATE: r"(?i)^[\d/.:TZ+ -]+$|^\d{1,2}[ -][A-Z]{3}[A-Z]*[ -]\d{2,4}$",
    ItemKind.UPRN: r"^[\d ]+(\.0+)?$",
    ItemKind.FLAG: r"(?i)^([TFYN01]|true|false|yes|no)$",
}
"""What a cell of a kind looks like, faulty ones too; other texts may be anything, a name or an address among them."""
_FORM_OF = {
    "distributor": r"(?i)^[A-Z]{4}$|^\d{1,2}$|network|power|electric|energy|distribution|utilit|grid",
    "ct_ratio": r"^[\d/: .]+$",
}
_KNOWN_WORDS = frozenset(word for words in CODE_WORDS.values() for word in words)


def masked_text(texts: pl.Series, choice: MpanChoice = MpanChoice.LAST_FOUR) -> pl.Series:
    """Texts with every long number and postcode in them masked; of counts, no digit of a number is left."""
    shown = texts.str.replace_all(_LOST_DIGITS, BULLETS)
    among = shown.str.replace_all(_MOMENT, " ").str.contains(_AMONG)
    mixed = (among & shown.str.contains(_NEAR)).fill_null(value=False)
    if mixed.any():
        places = mixed.arg_true()
        found = [mixed_numbers_masked(text, BULLETS) for text in shown.gather(places).to_list()]
        shown = shown.scatter(places, pl.Series(found, dtype=pl.String))
    # Few texts have long numbers whose digits stand apart: only those are looked at one by one.
    short = shown.str.replace_all(_WHOLE, _STANDS_FOR_WHOLE)
    apart = (short.str.contains(_SEPARATED) | short.str.contains(_BESIDE_WHOLE)).fill_null(value=False)
    if apart.any():
        places = apart.arg_true()
        found = [long_numbers_masked(text, BULLETS) for text in shown.gather(places).to_list()]
        shown = shown.scatter(places, pl.Series(found, dtype=pl.String))
    shown = shown.str.replace_all(_RUN, BULLETS + "${1}")
    if choice is MpanChoice.COUNTS:
        shown = shown.str.replace_all(BULLETS + r"\d{1,4}", BULLETS)
    return shown.str.replace_all(_POSTCODE, "${1}${2}${3} " + _HIDDEN + "${4}")


def masked_words(text: str, choice: MpanChoice) -> str:
    """One text masked, unless the choice is full."""
    if choice is MpanChoice.FULL:
        return text
    return str(masked_text(pl.Series([text], dtype=pl.String), choice)[0])


def masked_mpans(texts: pl.Series) -> pl.Series:
    """Cells that hold an MPAN: eight digits or more, whatever stands between them, become bullets and the last four.

    A number with an exponent has lost its last digits and becomes bullets only; other texts are left out.
    """
    digits = texts.str.replace_all(r"\D", "")
    frame = pl.DataFrame({"t": texts, "d": digits, "nothing": _is_placeholder(texts)})
    whole = pl.lit(BULLETS) + pl.col("d").str.tail(4)
    short = pl.col("nothing") | pl.col("t").str.contains(r"^[\d\s./-]*$")
    return frame.select(
        pl.when(pl.col("t").str.contains(_EXPONENT))
        .then(pl.lit(BULLETS))
        .when(pl.col("d").str.len_chars() >= 8)
        .then(whole)
        .when(short)
        .then("t")
        .otherwise(pl.lit(_HIDDEN))
        .alias("m")
    ).to_series()


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
        masked = masked.zip_with(~texts.str.contains(_PLAIN_DATE), texts)
    form = _FORM_OF.get(item) or (_FORMS.get(ITEMS[item].kind) if item in ITEMS else None)
    if form is None:  # about the file
        return masked
    word = texts.str.to_uppercase().str.replace_all(r"[^A-Z]", "")
    fits = texts.str.strip_chars().str.contains(form) | _is_placeholder(texts)
    if ITEMS[item].kind is ItemKind.CODE:
        fits |= word.is_in(_KNOWN_WORDS)
    return masked.zip_with(fits, pl.Series([_HIDDEN]).new_from_index(0, len(texts)))


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
        texts = {column: masked_text(part[column]) for column in ("message", "suggestion")}
        texts["note"] = _unless_blank(part["note"], pl.Series([_NOTE]).new_from_index(0, len(part)))
        if name in MPAN_ITEMS or name == "postcode" or name is None or name in _ADDRESS_ITEMS:
            texts["message"] = masked_text(_without_values(part["message"], part["value"], masked["value"]))
            texts["suggestion"] = (
                masked_item(part["suggestion"], name)
                if name is None or name in _ADDRESS_ITEMS
                else masked_text(_without_values(part["suggestion"], part["value"], masked["value"]))
            )
        elif name in ITEMS and (masked["value"] == _HIDDEN).any():
            for column in ("message", "suggestion"):
                texts[column] = masked_text(_without_values(part[column], part["value"], masked["value"]))
        hidden = masked["value"].is_in([_HIDDEN, BULLETS])
        if name in ITEMS and hidden.any():
            for column in ("message", "suggestion"):
                repeats = _repeats(texts[column], part["value"]) & hidden
                texts[column] = texts[column].zip_with(~repeats, pl.Series([_HIDDEN]).new_from_index(0, len(part)))
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


def _is_placeholder(texts: pl.Series) -> pl.Series:
    """Whether a cell says that nothing is known, in words that hold nothing personal."""
    return texts.str.strip_chars().str.to_lowercase().is_in(sorted(PLACEHOLDERS))


def _repeats(texts: pl.Series, values: pl.Series) -> pl.Series:
    """Whether a text repeats the finding's value, written in another case or with other spaces."""
    made = [
        len(bare) >= _FEW_LETTERS and bare in _bare(text)
        for text, bare in zip(texts.to_list(), map(_bare, values.to_list()), strict=True)
    ]
    return pl.Series(made, dtype=pl.Boolean)


def _bare(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKC", text).casefold() if mark.isalnum())


def _unless_blank(texts: pl.Series, masked: pl.Series) -> pl.Series:
    return masked.zip_with(texts.str.strip_chars() != "", texts)


def _without_values(texts: pl.Series, values: pl.Series, masked: pl.Series) -> pl.Series:
    """Texts in which the finding's own value, which no pattern may know, is replaced by its masked form."""
    made = [
        text.replace(value.strip(), hidden) if len(value.strip()) > 1 else text
        for text, value, hidden in zip(texts.to_list(), values.to_list(), masked.to_list(), strict=True)
    ]
    return pl.Series(made, dtype=pl.String)
