"""Checks of the form of MPANs: FMT-01 to FMT-03, FMT-05 and FMT-06.

One cell has one root cause, in this order: nothing there (FMT-01), digits lost by a spreadsheet (FMT-03), not thirteen
digits (FMT-02), wrong check digit (FMT-05). What a spreadsheet only dressed up (FMT-03) is judged on by its digits.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.cleanse.mpan_arithmetic import check_digit_holds, distributor_id
from desktop.cleanse.mpan_candidates import holds, offer, with_neighbours_swapped, with_one_digit_less

MPAN_ITEMS = ("mpan", "linked_mpan", "related_mpan")
REPEATED = 1_111_111_111_111
"""Its multiples up to nine times, and 0, are one digit thirteen times over."""

_EXPONENT = r"^[+-]?[0-9]+(\.[0-9]*)?[eE]\+?[0-9]{1,3}$"
_SPACES = r"[\s\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff]"


def mapped_mpans(items: Items) -> tuple[str, ...]:
    """The MPAN items that the file has."""
    return tuple(name for name in MPAN_ITEMS if items.has(name))


def is_repeated(number: pl.Expr) -> pl.Expr:
    """Whether a thirteen-digit number is one digit thirteen times over."""
    return number % REPEATED == 0


def is_nothing(items: Items, item: str, words: list[str]) -> pl.Expr:
    """Whether an irregular MPAN cell holds no number at all: blank, a placeholder, or 0."""
    told = items.raw(item).str.strip_chars().str.to_lowercase().is_in([word.lower() for word in words])
    cleaned = items.clean(item)
    return cleaned.is_null() | told | (cleaned == "0") | is_repeated(items.number(item)).fill_null(value=False)


def has_lost_digits(items: Items, item: str) -> pl.Expr:
    """Whether a spreadsheet turned the cell into a number that does not hold all its digits.

    Either it shows an exponent, or it has more than fifteen digits of which only the first fifteen are not 0: the most
    that a spreadsheet's number can hold. A formula around it keeps what it got: digits lost before stay lost.
    """
    solid = _bare(_stood(items.raw(item))).str.replace_all(_SPACES, "")
    return solid.str.contains(_EXPONENT) | solid.str.contains(r"^[0-9]{15}0+(\.0+)?$")


def _placeholders(ctx: RuleContext) -> list[str]:
    """Words that stand for no MPAN, from the code lists: one list for all checks, so that they never disagree."""
    return [str(word) for word in ctx.codes["placeholders"]]


def blank_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-01."""
    cleaned = items.clean("mpan")
    stood = items.raw("mpan").str.strip_chars()
    message = (
        pl.when(cleaned.is_null() & (stood == ""))
        .then(pl.lit("The MPAN is blank."))
        .otherwise(pl.format("“{}” is a placeholder, not an MPAN.", stood))
    )
    number = items.number("mpan")
    return [
        Fault("mpan", is_nothing(items, "mpan", _placeholders(ctx)), message, among=items.irregular("mpan")),
        Fault(
            "mpan",
            is_repeated(number) & ~items.irregular("mpan"),
            "One digit repeated thirteen times is a filler, not an MPAN.",
        ),
    ]


def form_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-02."""
    faults = []
    for item in mapped_mpans(items):
        wrong = (
            items.number(item).is_null() & ~is_nothing(items, item, _placeholders(ctx)) & ~has_lost_digits(items, item)
        )
        cleaned = items.clean(item)
        faults.append(
            Fault(
                item,
                wrong,
                cleaned.map_elements(_form_message, return_dtype=pl.String),
                cleaned.map_elements(_form_suggestion, return_dtype=pl.String),
                among=items.irregular(item),
            )
        )
    return faults


def _form_message(cleaned: str) -> str:
    if not (cleaned.isascii() and cleaned.isdigit()):
        return "An MPAN is 13 digits; this holds other characters."
    digits = len(cleaned)
    if digits < 13:
        return f"An MPAN is 13 digits; this has {digits}, so {_count(13 - digits)} missing."
    return f"An MPAN is 13 digits; this has {digits}, so {_count(digits - 13)} too many."


def _count(digits: int) -> str:
    return "one digit is" if digits == 1 else f"{digits} digits are"


def _form_suggestion(cleaned: str) -> str:
    if not (cleaned.isascii() and cleaned.isdigit()):
        return ""
    if len(cleaned) == 14:
        candidates = with_one_digit_less(cleaned)
        if candidates:
            return f"If one digit is too many: {offer(candidates)}. Look up which is right."
    if len(cleaned) in (19, 20) and holds(cleaned[-13:]):
        return f"If this is a supply number without its leading zeros: {cleaned[-13:]}."
    return ""


def spreadsheet_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-03."""
    faults = []
    for item in mapped_mpans(items):
        there = ~is_nothing(items, item, _placeholders(ctx))
        lost = has_lost_digits(items, item)
        dress = _dress(items.raw(item))
        worn = pl.concat_str(
            [pl.when(is_worn).then(pl.lit(words)) for is_worn, words in dress], separator=" and ", ignore_nulls=True
        )
        faults += [
            Fault(
                item,
                there & lost,
                "A spreadsheet turned this MPAN into a number and lost digits; they cannot be rebuilt.",
                among=items.irregular(item),
            ),
            Fault(
                item,
                there & ~lost & pl.any_horizontal(is_worn for is_worn, _ in dress),
                pl.format("A spreadsheet left its mark: {}. No digit is lost.", worn),
                items.clean(item),
                among=items.irregular(item),
            ),
        ]
    return faults


def _dress(raw: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """What a spreadsheet may have put around the digits without losing any, in words."""
    stood = _stood(raw)
    bare = _bare(stood)
    solid = bare.str.replace_all(_SPACES, "")
    # A spreadsheet writes one or two zeros; after dashes, more of them may be a group of the number.
    joined = solid.str.replace_all(r"[\-/\u2010-\u2015\u2212]", "")
    decimals = solid.str.contains(r"^[0-9,]+\.0+$") | joined.str.contains(r"^[0-9]+\.0{1,2}$")
    return [
        (stood.str.contains(r"^['\u2018\u2019`]"), "a leading apostrophe"),
        (stood.str.contains(r'^=\s*".*"$'), "a formula around the text"),
        (decimals, "a decimal point and zeros"),
        (bare.str.contains(r"^[0-9]{1,3}(,[0-9]{3})+(\.0+)?$"), "commas for thousands"),
    ]


def _stood(raw: pl.Expr) -> pl.Expr:
    """A cell without outer spaces of any kind."""
    return raw.str.replace(rf"^{_SPACES}+", "").str.replace(rf"{_SPACES}+$", "")


def _bare(stood: pl.Expr) -> pl.Expr:
    """That without the formula around the text, and without leading apostrophes."""
    return stood.str.replace(r'^=\s*"(.*)"$', "$1").str.replace(r"^['\u2018\u2019`]+", "")


def check_digit_rule(items: Items, _: RuleContext) -> list[Fault]:
    """FMT-05."""
    faults = []
    for item in mapped_mpans(items):
        number = items.number(item)
        faults.append(
            Fault(
                item,
                ~check_digit_holds(number) & ~is_repeated(number),
                "The check digit does not fit: at least one digit is wrong, most likely one mistyped digit.",
                number.map_elements(_check_digit_suggestion, return_dtype=pl.String),
            )
        )
    return faults


def _check_digit_suggestion(number: int) -> str:
    candidates = with_neighbours_swapped(f"{number:013d}")
    return (
        f"If two neighbouring digits were swapped: {offer(candidates)}. Look up which is right." if candidates else ""
    )


def distributor_rule(items: Items, ctx: RuleContext) -> list[Fault]:
    """FMT-06."""
    kind, message = _distributor_tables(ctx)
    kinds = pl.lit(pl.Series(kind, dtype=pl.UInt8))
    messages = pl.lit(pl.Series(message, dtype=pl.String))
    faults = []
    for item in mapped_mpans(items):
        number = items.number(item)
        judged = pl.when(~is_repeated(number)).then(kinds.gather(distributor_id(number)))
        told = messages.gather(distributor_id(number))
        faults += [
            Fault(item, judged == _NOT_LIVE, told),
            Fault(item, judged == _SPECIAL, told, severity=Severity.MED),
        ]
    return faults


_LIVE, _NOT_LIVE, _SPECIAL = 0, 1, 2


def _distributor_tables(ctx: RuleContext) -> tuple[list[int], list[str]]:
    """For each of the hundred ids: how it stands on the day, and what to say of it."""
    kinds = [_NOT_LIVE] * 100
    messages = [f"No distributor has the id {number:02d}." for number in range(100)]
    for entry in ctx.codes["distributors"]:
        number = int(entry["id"])
        first, last = _day(entry.get("from")), _day(entry.get("to"))
        if first is not None and ctx.as_of < first:
            messages[number] = f"Distributor id {number:02d} ({entry['name']}) opens on {first:%d/%m/%Y}."
        elif last is not None and ctx.as_of > last:
            messages[number] = f"Distributor id {number:02d} ({entry['name']}) was closed on {last:%d/%m/%Y}."
        elif entry.get("special"):
            kinds[number] = _SPECIAL
            messages[number] = f"Distributor id {number:02d} is for a special purpose ({entry['special']})."
        else:
            kinds[number] = _LIVE
    return kinds, messages


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-01",
        title="MPAN blank or placeholder",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=("mpan",),
        explanation=(
            "Every row needs its MPAN. This cell is blank, or holds a word or filler that stands for nothing, so the "
            "supply cannot be identified, migrated or billed."
        ),
        fix_hint="Find the MPAN in the enquiry service (EES) by address or meter serial number.",
        basis="[measured] 441 such cells in a public register",
        needs=("mpan",),
        row=blank_rule,
    ),
    Check(
        id="FMT-02",
        title="MPAN is not 13 digits",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=MPAN_ITEMS,
        explanation=(
            "An MPAN is 13 digits once spaces and separators are taken away. A number that is longer or shorter "
            "identifies no supply. Where one digit too many has crept in, the numbers it may have been are offered; "
            "two may be valid."
        ),
        fix_hint=(
            "Compare with the bill or the enquiry service (EES); choose among the numbers offered only with evidence."
        ),
        basis="[limejump] [measured] a 14-digit case has two valid repairs",
        needs=(MPAN_ITEMS,),
        row=form_rule,
    ),
    Check(
        id="FMT-03",
        title="MPAN spoiled by a spreadsheet",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=MPAN_ITEMS,
        explanation=(
            "A spreadsheet took the MPAN for a number. Where it shows an exponent, or more than fifteen digits that "
            "end in zeros, digits are lost for good. Where it only added an apostrophe, a decimal point or commas, "
            "they are all there."
        ),
        fix_hint=(
            "Export again from the source with the column as text; do not open the file in a spreadsheet in between."
        ),
        basis="[bessible] a published register holds 2.00006E+12",
        needs=(MPAN_ITEMS,),
        row=spreadsheet_rule,
    ),
    Check(
        id="FMT-05",
        title="MPAN check digit fails",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=MPAN_ITEMS,
        explanation=(
            "The last digit of an MPAN follows from the first twelve. Here it does not, so at least one digit is wrong "
            "and the number belongs to no supply."
        ),
        fix_hint="Check against the bill or the enquiry service (EES); one mistyped digit is likely.",
        basis="[limejump] [chellow] [measured] accepts 589 of 592 published MPANs",
        needs=(MPAN_ITEMS,),
        row=check_digit_rule,
    ),
    Check(
        id="FMT-06",
        title="Distributor id unknown, closed or special",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=MPAN_ITEMS,
        explanation=(
            "The first two digits of an MPAN are the id of its distributor. This id was never given out, is closed, or "
            "serves a special purpose such as asset metering. The list of ids is dated: a new distributor may be "
            "missing from it."
        ),
        fix_hint="Refresh the code list from MDD or ISD first, then check the number.",
        basis="[MDD] Market_Participant_Role, role R",
        needs=(MPAN_ITEMS,),
        row=distributor_rule,
    ),
)
