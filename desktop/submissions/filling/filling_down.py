"""A template's own formula in a row below the one that it stands in, as Excel fills it down."""

from __future__ import annotations

import re
from xml.sax.saxutils import unescape as plain

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(\s[^>]*)?>([^<]*)</")


def formula_of(cell: bytes) -> str | None:
    """The formula of a cell's XML; None when it belongs to several cells and cannot be filled down by its text."""
    match = _FORMULA.search(cell)
    if match is None or b"t=" in (match[1] or b"") or not match[2].strip() or b"&#" in match[2]:
        return None
    return plain(match[2].decode(), {"&quot;": '"', "&apos;": "'"})


def moved(formula: str, origin: str, target: str) -> str:
    """The formula as it reads in another cell: relative references move along; "" when it cannot be read."""
    from openpyxl.formula.translate import Translator

    try:
        return str(Translator(f"={formula}", origin=origin).translate_formula(target)).removeprefix("=")
    except Exception:  # noqa: BLE001,RUF100 - its tokenizer raises several kinds on what it does not know
        return ""
