"""Safe names for the files of a pack, made from whatever they are called; the index shows the name that was given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from desktop.packs.layout import LONGEST_NAME, is_safe

_LONGEST_ENDING = 12
_EMPTY = "file"


def safe_name(given: str) -> str:
    """A name of A-Z a-z 0-9 . _ - only, at most 80 characters, that no system has for itself. The ending stays.

    Accents go, what is not of those letters becomes one hyphen: “Prüf bericht (2).PDF” gives Pruf-bericht-2.PDF.
    """
    stem, ending = _halves(unicodedata.normalize("NFKD", given))
    stem, ending = _cleaned(stem) or _EMPTY, _cleaned(ending)
    ending = f".{ending}" if ending else ""
    name = stem[: LONGEST_NAME - len(ending)].rstrip(".-") + ending
    return name if is_safe(name) else f"{_EMPTY}-{name}"[:LONGEST_NAME].rstrip(".")


def distinct(name: str, taken: Container[str]) -> str:
    """The name, or with -2, -3 ... before its ending, so that it differs from those in `taken` (case folded)."""
    made, number = name, 1
    while made.casefold() in taken:
        number += 1
        stem, ending = _halves(name)
        ending = f"-{number}" + (f".{ending}" if ending else "")
        made = stem[: LONGEST_NAME - len(ending)] + ending
    return made


def _halves(name: str) -> tuple[str, str]:
    """A name and its ending without the full stop."""
    stem, stop, ending = name.rpartition(".")
    if not stop or not stem.strip(".") or len(ending) > _LONGEST_ENDING:
        return name, ""
    return stem, ending


def _cleaned(text: str) -> str:
    plain = text.encode("ascii", "ignore").decode()
    hyphens = re.sub(r"[^A-Za-z0-9._]+", "-", plain)
    return re.sub(r"-?\.+-?", ".", re.sub(r"-+", "-", hyphens)).strip("-.")
