"""What the rows of a file may be, by their headings: a proposal for the person, who can say otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.records.mapping import needed_but_missing, suggest
from desktop.records.model import RecordKind

NEARLY = 0.5
"""By how many headings another kind must fit better before it is proposed in place of the one that was assumed."""


def likeliest(headings: Sequence[str], samples: Sequence[Sequence[str]], assumed: RecordKind) -> RecordKind:
    """The kind whose fields most headings fit, `assumed` where another one does not fit clearly better."""
    fits = {kind: _fit(kind, headings, samples) for kind in RecordKind}
    best = max(fits, key=lambda kind: fits[kind])
    return best if fits[best] >= fits[assumed] + NEARLY else assumed


def _fit(kind: RecordKind, headings: Sequence[str], samples: Sequence[Sequence[str]]) -> float:
    """How many headings are fields of a kind, each counted by how sure that is; 0 when a needed field is missing."""
    found = suggest(kind, headings, samples)
    if needed_but_missing(kind, found):
        return 0.0
    return sum(one.sure for one in found.values()) / 100
