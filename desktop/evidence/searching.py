"""Words that people type, as an expression of SQLite's full-text search that cannot be wrong."""

from __future__ import annotations

_MOST_WORDS = 30


def match_of(text: str) -> str:
    """Every word has to be there, the last as a beginning; '' when there is nothing to look for.

    A word is quoted, so that no mark in it has a meaning; the search takes it apart as it took the texts apart, and
    what was written together (meter-read.pdf) has to stand together.
    """
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    words = [word.replace('"', " ") for word in clean.split() if any(mark.isalnum() for mark in word)]
    quoted = [f'"{word}"' for word in words[:_MOST_WORDS]]
    return " ".join(quoted) + " *" if quoted else ""
