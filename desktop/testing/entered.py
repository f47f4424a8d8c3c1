"""What a person entered about runs, results, defects and the work-off plan, checked and trimmed."""

from __future__ import annotations

from datetime import date, datetime

from desktop.errors import InvalidInput

LONGEST_LINE = 500
LONGEST_TEXT = 32_767
"""Characters: what a cell of a workbook holds, so that every text can be handed on."""


def line(text: str, field: str) -> str:
    """One line, its white space made single. Raises InvalidInput when it is too long."""
    text = " ".join(text.replace("\0", "").split())
    if len(text) > LONGEST_LINE:
        raise InvalidInput(f"Use at most {LONGEST_LINE} characters.", field=field)
    return text


def needed(text: str, field: str, sentence: str) -> str:
    """One line that must not be empty; else InvalidInput with `sentence`."""
    text = line(text, field)
    if not text:
        raise InvalidInput(sentence, field=field)
    return text


def passage(text: str, field: str) -> str:
    """A text of several lines, trimmed, its lines ended as everywhere here.

    Raises InvalidInput when no cell of a workbook would hold it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field)
    return text


def day(text: str, field: str) -> str:
    """A day as ISO text, or ''. Raises InvalidInput for anything else."""
    text = text.strip()
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidInput(f"“{text}” is no day. Write it as 2026-11-23.", field=field) from None


def day_or_moment(text: str, field: str) -> str:
    """A day or a moment as ISO text, or ''. Raises InvalidInput for anything else."""
    text = text.strip()
    if not text:
        return ""
    try:
        date.fromisoformat(text[:10])
        datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text}” is no day or moment. Write it as 2026-11-23.", field=field) from None
    return text


def in_order(first: str, second: str, field: str, sentence: str) -> None:
    """Raise InvalidInput with `sentence` when both days are given and the second lies before the first."""
    if first and second and second < first:
        raise InvalidInput(sentence, field=field)
