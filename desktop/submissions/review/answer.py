"""What the child answers about a reviewer's copy; plain values that go through JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.submissions.review.model import DifferenceKind

MOST_DIFFERENCES = 2_000
"""Differences that are listed one by one; the rest are counted."""
MOST_COMMENTS = 20_000
LONGEST_SHOWN = 1_000
"""Characters of a cell that a difference shows."""


@dataclass(frozen=True)
class Remark:
    """A comment as it was read. `table_id` '' and `row_key` '' where its place is in no table.

    `source`: log, note, thread. `id` and `parent` tie the comments of a thread; `number`: of the log's row it follows.
    """

    source: str
    text: str
    author: str = ""
    said_at: str = ""
    kind: str = ""
    proposed: str = ""
    table_id: str = ""
    row_key: str = ""
    column_id: str = ""
    place: str = ""
    where: str = ""
    """The place as it is known whatever rows were moved or sheets renamed: '' where table and row key say it."""
    id: str = ""
    parent: str = ""
    number: str = ""
    resolved: bool = False


@dataclass
class Found:
    """All of it, in the making."""

    remarks: list[Remark] = field(default_factory=list)
    differences: list[dict[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Sentences for the person."""
    left_out: int = 0
    matched: int = 0
    """Sheets of the copy that are those of what was sent."""

    def differ(  # noqa: PLR0917 - the fields of a difference
        self, kind: DifferenceKind, place: str, table_id: str = "", row_key: str = "", column: str = "",
        sent: str = "", came: str = "",
    ) -> None:  # fmt: skip
        """Note a difference, or count it when there are too many."""
        if len(self.differences) >= MOST_DIFFERENCES:
            self.left_out += 1
            return
        self.differences.append(
            {
                "kind": kind.value, "place": place, "table_id": table_id, "row_key": row_key[:LONGEST_SHOWN],
                "column": column, "sent": _cut(sent), "came": _cut(came),
            }
        )  # fmt: skip

    def say(self, remark: Remark) -> None:
        """Note a comment."""
        if len(self.remarks) < MOST_COMMENTS:
            self.remarks.append(remark)
        elif len(self.remarks) == MOST_COMMENTS and not any(one.startswith("Only the first") for one in self.told):
            self.told.append(f"Only the first {MOST_COMMENTS:,} comments were read.")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
