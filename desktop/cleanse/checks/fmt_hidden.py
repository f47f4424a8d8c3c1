"""Check FMT-04: characters in identifiers that a person cannot see, or that are not ASCII."""

from __future__ import annotations

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.checks.fmt_mpan import MPAN_ITEMS
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.items import ITEMS, ItemKind

_IDENTIFIERS = tuple(
    name for name, item in ITEMS.items() if item.kind not in (ItemKind.TEXT, ItemKind.FLAG) or name == "supply_number"
)

_KINDS = (
    ("\u00a0", "no-break space"),
    (r"[\u1680\u2000-\u200a\u202f\u205f\u3000]", "other Unicode space"),
    (r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]", "zero-width character"),
    (r"[\uff01-\uff5e]", "full-width character"),
    (r"[\p{Nd}&&[^\x00-\x7f]]", "digit of another script"),
    (r"[\r\n]$", "line break at the end"),
)


def hidden_rule(items: Items, _: RuleContext) -> list[Fault]:
    """FMT-04. Cells in which nothing but such characters stands are blank and no fault of this check."""
    faults = []
    for name in _IDENTIFIERS:
        if not items.has(name):
            continue
        raw = items.raw(name)
        # Bytes and characters are as many only where all is ASCII: ten times cheaper than a pattern.
        odd = (raw.str.len_bytes() != raw.str.len_chars()) | raw.str.ends_with("\n") | raw.str.ends_with("\r")
        faults.append(
            Fault(
                name,
                odd & items.clean(name).is_not_null(),
                _message(raw),
                items.clean(name),
                among=items.irregular(name) if name in MPAN_ITEMS else odd,
            )
        )
    return faults


def _message(raw: pl.Expr) -> pl.Expr:
    """Which kinds of character stand there."""
    found = [pl.when(raw.str.contains(pattern)).then(pl.lit(words)) for pattern, words in _KINDS]
    listed = pl.concat_str(found, separator=", ", ignore_nulls=True)
    return pl.format(
        "The cell holds characters that cannot be seen or are not plain: {}.",
        pl.when(listed == "").then(pl.lit("a letter or sign outside ASCII")).otherwise(listed),
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="FMT-04",
        title="Hidden or non-ASCII characters",
        severity=Severity.LOW,
        party=Party.TOOL,
        items=_IDENTIFIERS,
        explanation=(
            "An identifier holds a character that looks like nothing or like another, such as a no-break space or a "
            "full-width digit. MHHS Desk compares it by its plain characters; other programs may refuse it or take it "
            "for another number."
        ),
        fix_hint="None is needed here. Clean the column at its source, so that other programs read it too.",
        basis=(
            "[chellow] accepts no-break space; [measured] a peer wrongly accepts Arabic digits and a trailing newline"
        ),
        needs=(_IDENTIFIERS,),
        row=hidden_rule,
    ),
)
