"""The findings as a table of any length: filter, sort, facets and search in memory, loaded once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op, View
from desktop.cleanse.finding_columns import typed_digits
from desktop.cleanse.finding_index import ACCEPTED, FindingIndex, all_of
from desktop.cleanse.model import State, WorkStatus
from desktop.errors import InvalidInput
from desktop.frames import pl
from desktop.jobs import Job

COLUMNS = (
    Column("severity", "Severity", ColumnKind.SEVERITY, 9, facet=True),
    Column("check", "Check", ColumnKind.IDENTIFIER, 9, facet=True),
    Column("mpan", "MPAN", ColumnKind.IDENTIFIER, 16),
    Column("message", "Finding", ColumnKind.TEXT, 46),
    Column("value", "Value in the file", ColumnKind.TEXT, 18),
    Column("item", "Item", ColumnKind.TEXT, 20, facet=True),
    Column("title", "Check in words", ColumnKind.TEXT, 34, shown=False),
    Column("party", "Who mends it", ColumnKind.TEXT, 20, facet=True),
    Column("state", "State", ColumnKind.STATE, 11, facet=True),
    Column("status", "Status", ColumnKind.TEXT, 14, facet=True, editable=True),
    Column("owner", "Owner", ColumnKind.TEXT, 16, facet=True, editable=True),
    Column("due", "Due", ColumnKind.DATE, 11, editable=True),
    Column("first_seen", "First seen", ColumnKind.DATE, 11),
    Column("age", "Age (days)", ColumnKind.NUMBER, 9),
    Column("row", "Row", ColumnKind.NUMBER, 9),
    Column("exception", "Exception", ColumnKind.TEXT, 12, facet=True, shown=False),
    Column("terms", "Exception terms", ColumnKind.TEXT, 30, shown=False),
    Column("suggestion", "Suggestion", ColumnKind.TEXT, 28, shown=False),
    Column("note", "Note", ColumnKind.TEXT, 28, shown=False, editable=True),
    Column("checked", "Last checked", ColumnKind.DATE, 11, shown=False),
)
"""The columns of the findings table. Dates are ISO texts; `first_seen` and `checked` are days as of which runs were."""

DEFAULT_VIEW = View(
    filters=(
        Filter("state", Op.IS_NONE, (State.GONE.value,)),
        Filter("exception", Op.IS_NONE, (ACCEPTED,)),
    )
)
"""What is open: neither gone nor accepted, in reading order (worst first, by check, in file order)."""

Reload = Callable[[FindingIndex, Sequence[int] | None], FindingIndex]
"""(what the table has, fingerprints or None for all) -> the same, read anew."""

_KEYS = frozenset(column.key for column in COLUMNS)
_PREPARED = (
    "mpan",
    "value",
    "message",
    "suggestion",
    "check",
    "title",
    "item",
    "severity",
    "party",
    "state",
    "first_seen",
)


@dataclass(frozen=True)
class _Applied:
    """A view and the places of the rows it leaves; swapped as one so that pages can be read on another thread."""

    index: FindingIndex
    view: View
    masks: tuple[pl.Series | None, ...]
    """One for each filter, then that of the text; None keeps all."""
    places: pl.Series


class FindingTable:
    """A TableSource whose ids are fingerprints. `apply` and `refresh` do the work; the rest answers at once.

    Opens with DEFAULT_VIEW applied.
    """

    def __init__(self, index: FindingIndex, reload: Reload, *, whole: bool = True) -> None:
        """`reload` reads what changed; not `whole`: the index holds only the first findings in reading order."""
        self._reload = reload
        self._whole = whole
        self._applied = _prepared(index, DEFAULT_VIEW)
        # A view that is applied while the findings are read anew must not bring the old ones back.
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()

    @property
    def columns(self) -> tuple[Column, ...]:
        """See TableSource."""
        return COLUMNS

    @property
    def view(self) -> View:
        """See TableSource."""
        return self._applied.view

    @property
    def index(self) -> FindingIndex:
        """The columns in memory, as of the last refresh."""
        return self._applied.index

    @property
    def whole(self) -> bool:
        """False while only the first findings are known; `prepare` and `refresh` read the others."""
        return self._whole

    def apply(self, view: View) -> None:
        """Filter and sort. Raises InvalidInput if the view names a column that is not there."""
        with self._lock:
            self._applied = _prepared(self._applied.index, view)

    def total(self) -> int:
        """Rows without any filter, gone findings included."""
        return self._applied.index.findings.height

    def count(self) -> int:
        """Rows that the view leaves."""
        return len(self._applied.places)

    def page(self, start: int, length: int) -> list[tuple[object, ...]]:
        """The cells of `length` rows from position `start`, in `columns` order."""
        return self.frame(start, length).rows()

    def frame(self, start: int, length: int) -> pl.DataFrame:
        """The same as a frame with the columns' keys as names: the fast way to export a long view."""
        applied = self._applied
        places = applied.places.slice(start, length)
        return pl.DataFrame([applied.index.column(one.key).cells(places).alias(one.key) for one in COLUMNS])

    def ids(self, start: int, length: int) -> list[int]:
        """The fingerprints of rows by position."""
        applied = self._applied
        return applied.index.fingerprints.gather(applied.places.slice(start, length)).to_list()

    def position(self, row_id: int) -> int | None:
        """Where a finding stands in the view; None if the view leaves it out."""
        applied = self._applied
        place = applied.index.place(row_id)
        if place is None:
            return None
        found = (applied.places == place).arg_true()
        return int(found[0]) if len(found) else None

    def facets(self, column: str) -> list[FacetValue]:
        """Counts per value of a column of few values, under all filters but its own; most frequent first."""
        applied = self._applied
        data = applied.index.labelled(column)
        filters = applied.view.filters
        others = [
            mask for place, mask in enumerate(applied.masks) if place >= len(filters) or filters[place].column != column
        ]
        counts = data.counts(all_of(others))
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [FacetValue(data.labels[code], data.titles[code], count) for code, count in ordered]

    def prepare(self, job: Job) -> None:
        """Get ready, on a worker, what the first sort by a text and the first search would otherwise wait for.

        Of a table that is not whole the other findings are read first: show it again then.
        """
        if not self._whole:
            job.report("Reading the findings", 0, 0, "findings")
            self.refresh()
        index = self._applied.index
        for place, key in enumerate(_PREPARED):
            job.report("Preparing the table", place, len(_PREPARED) + 1, "columns")
            index.column(key).order(descending=False)
            job.check()
            index.column(key).order(descending=True)
        job.report("Preparing the table", len(_PREPARED), len(_PREPARED) + 1, "columns")
        index.searched()

    def refresh(self, fingerprints: Sequence[int] | None = None) -> None:
        """Read anew what people added to these findings, or (None) everything that may have changed; keeps the view."""
        with self._refreshing:
            index = self._reload(self._applied.index, fingerprints)
            with self._lock:
                self._applied = _prepared(index, self._applied.view)
                self._whole = True

    def tally(self) -> pl.DataFrame:
        """How many findings are there: severity, party, state, exception (texts) and count. Groups codes in memory."""
        index = self._applied.index
        columns = {key: index.labelled(key) for key in ("severity", "party", "state", "exception")}
        counted = pl.DataFrame({key: data.codes for key, data in columns.items()}).group_by(list(columns)).len("count")
        told = [pl.Series(key, data.labels, dtype=pl.String).gather(counted[key]) for key, data in columns.items()]
        return pl.DataFrame([*told, counted["count"]]).filter(pl.col("state") != State.GONE.value)

    def due_days(self) -> dict[str, int]:
        """Open findings by due date; without those gone, accepted or marked as fixed at source."""
        index = self._applied.index
        conditions = (
            *DEFAULT_VIEW.filters,
            Filter("status", Op.IS_NONE, (WorkStatus.FIXED.value,)),
            Filter("due", Op.NOT_EMPTY),
        )
        kept = all_of([index.column(one.column).mask(one) for one in conditions])
        data = index.labelled("due")
        return {data.labels[code]: count for code, count in sorted(data.counts(kept).items())}


def _prepared(index: FindingIndex, view: View) -> _Applied:
    unknown = [key for key in view.columns if key not in _KEYS]
    if unknown:
        raise InvalidInput(f"There is no column “{unknown[0]}” in the table of findings.", field=unknown[0])
    masks: list[pl.Series | None] = [index.column(one.column).mask(one) for one in view.filters]
    masks.append(_search(index, view.text))
    kept = all_of(masks)
    if view.sort:
        order = index.column(view.sort).order(view.descending)
        places = order if kept is None else order.filter(kept.gather(order))
    elif kept is None:
        places = pl.int_range(index.findings.height, dtype=pl.UInt32, eager=True)
    else:
        places = kept.arg_true()
    if not view.sort and view.descending:
        places = places.reverse()
    return _Applied(index, view, tuple(masks), places)


def _search(index: FindingIndex, text: str) -> pl.Series | None:
    """Every word must stand somewhere in a row; digits with blanks between them are one MPAN, or a part of one."""
    digits = typed_digits(text)
    return all_of([index.containing(word) for word in ([digits] if digits else text.lower().split())])
