"""Everything the findings table knows in memory, loaded once: its columns, and what people added to the findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from desktop.browse.view import Filter, Op
from desktop.cleanse.exceptions import AcceptedException, Covers, ExceptionState
from desktop.cleanse.finding_columns import ColumnData, Labelled, Numbers, Texts
from desktop.cleanse.history import state_of
from desktop.cleanse.model import Party, Severity, State, WorkStatus
from desktop.errors import InvalidInput
from desktop.portfolio.items import ITEMS
from local_db.findings import WorkRow

ACCEPTED = "accepted"
"""The value of the column `exception` while an active exception covers the finding."""

_EXCEPTION_LABELS = ("", ACCEPTED, ExceptionState.EXPIRED.value, ExceptionState.OUTGROWN.value)
_EXCEPTION_CODE = {ExceptionState.ACTIVE: 1, ExceptionState.EXPIRED: 2, ExceptionState.OUTGROWN: 3}
_STATES = (State.NEW, State.CHANGED, State.STILL, State.GONE)
_SEARCHED_LABELS = ("check", "title", "item", "owner", "note")
_ADDED = ("status", "owner", "due", "note", "exception", "terms")
"""The columns that change without a run."""

_WORK_SCHEMA = pl.Schema(
    {
        "fingerprint": pl.Int64,
        "status": pl.String,
        "owner": pl.String,
        "due": pl.String,
        "note": pl.String,
        "exception_id": pl.Int64,
    }
)


@dataclass(frozen=True)
class Kept:
    """What a table is made of, read at one moment. `findings` has history.KEPT_SCHEMA: those there, then those gone."""

    findings: pl.DataFrame
    run_id: int
    run_dates: Mapping[int, str]
    work: Sequence[WorkRow]
    exceptions: Sequence[AcceptedException]


def work_frame(work: Sequence[WorkRow]) -> pl.DataFrame:
    """What people added, as a frame by fingerprint."""
    rows = [(w.fingerprint, w.status, w.owner, w.due, w.note, w.exception_id) for w in work]
    return pl.DataFrame(rows, schema=_WORK_SCHEMA, orient="row")


def all_of(masks: Sequence[pl.Series | None]) -> pl.Series | None:
    """Rows that every mask keeps; None when nothing is left out."""
    kept: pl.Series | None = None
    for mask in masks:
        if mask is not None:
            kept = mask if kept is None else kept & mask
    return kept


class FindingIndex:
    """The columns of all findings at one moment. Made a column at a time, when first asked for; never changed after."""

    def __init__(self, kept: Kept, titles: Mapping[str, str], today: date) -> None:
        """`titles` are those of the checks by id; `today` is for the age."""
        self.kept = replace(kept, work=())
        self.findings = kept.findings
        self.fingerprints = kept.findings["fingerprint"]
        self.work = work_frame(kept.work)
        self._titles = titles
        self._today = today
        self._columns: dict[str, ColumnData] = {}
        self._text: list[pl.Series] = []

    def with_work(self, work: pl.DataFrame, exceptions: Sequence[AcceptedException]) -> FindingIndex:
        """The same findings with what people have added since; everything else is shared."""
        other = FindingIndex(replace(self.kept, exceptions=tuple(exceptions)), self._titles, self._today)
        other.work = work
        other._columns = {key: data for key, data in self._columns.items() if key not in _ADDED}
        other._text = self._text
        return other

    def place(self, fingerprint: int) -> int | None:
        """Where a finding stands; None if it is not known."""
        found = (self.fingerprints == fingerprint).arg_true()
        return int(found[0]) if len(found) else None

    def column(self, key: str) -> ColumnData:
        """A column by its key. Raises InvalidInput if there is none of that name."""
        data = self._columns.get(key)
        if data is None:
            if key not in _MAKERS:
                raise InvalidInput(f"There is no column “{key}” in the table of findings.", field=key)
            data = _MAKERS[key](self)
            self._columns[key] = data
        return data

    def labelled(self, key: str) -> Labelled:
        """A column of few different values. Raises InvalidInput for any other."""
        data = self.column(key)
        if not isinstance(data, Labelled):
            raise InvalidInput(f"There are no counts for the column “{key}”.", field=key)
        return data

    def containing(self, word: str) -> pl.Series:
        """The rows in which a word in lower case stands, in the file's texts or in what people added."""
        found = self.searched().str.contains(word, literal=True)
        for key in _SEARCHED_LABELS:
            more = self.labelled(key).containing(word)
            if more is not None:
                found = found | more
        return found

    def searched(self) -> pl.Series:
        """MPAN, value and message of each row in lower case, one after another, so that a search reads them once."""
        if not self._text:
            texts = pl.concat_str("mpan", "value", "message", separator="\n").str.to_lowercase()
            self._text.append(self.findings.select(texts.alias("text")).to_series())
        return self._text[0]

    # --- one maker for each column ------------------------------------------------------------------------------------

    def _titled(self) -> Labelled:
        """The checks in the order of their titles."""
        checks = self.labelled("check")
        titles = [self._titles.get(check, check) for check in checks.labels]
        labels = sorted(set(titles))
        codes = pl.Series([labels.index(title) for title in titles], dtype=pl.UInt32)
        return Labelled(codes.gather(checks.codes), labels)

    def _states(self) -> Labelled:
        codes = {state.value: code for code, state in enumerate(_STATES)}
        state = state_of(self.kept.run_id).replace_strict(codes, return_dtype=pl.UInt8)
        return Labelled(self.findings.select(state.alias("state")).to_series(), [state.value for state in _STATES])

    def _days(self, column: str) -> Labelled:
        runs = self.findings[column]
        days = {run: self.kept.run_dates.get(run, "") for run in runs.unique().to_list()}
        labels = sorted(set(days.values()))
        places = {run: labels.index(day) for run, day in days.items()}
        return Labelled(runs.replace_strict(places, return_dtype=pl.UInt32), labels)

    def _ages(self) -> Numbers:
        runs = self.findings["first_run"]
        days = {run: self.kept.run_dates.get(run, "") for run in runs.unique().to_list()}
        ages = {run: max(0, (self._today - date.fromisoformat(day)).days) for run, day in days.items() if day}
        return Numbers(runs.replace_strict(ages, default=None, return_dtype=pl.Int32))

    def _worked(self, key: str) -> Labelled:
        first = WorkStatus.OPEN.value if key == "status" else ""
        if self.work.is_empty():
            return Labelled(pl.repeat(0, self.findings.height, dtype=pl.UInt8, eager=True), [first])
        order = [status.value for status in WorkStatus] if key == "status" else []
        return Labelled.of(self._joined(key).fill_null(first), order)

    def _joined(self, key: str) -> pl.Series:
        """A column of what people added, one value for each row; null where they added nothing."""
        work = self.work.select("fingerprint", key)
        return self.findings.select("fingerprint").join(work, on="fingerprint", how="left", maintain_order="left")[key]

    def _exceptions(self) -> Labelled:
        places, shown = self._covered()
        codes = pl.Series([0, *(_EXCEPTION_CODE[one.state] for one in shown)], dtype=pl.UInt8)
        return Labelled(codes.gather(places), _EXCEPTION_LABELS, {"": "None"})

    def _terms(self) -> Labelled:
        places, shown = self._covered()
        words = ["", *(one.terms for one in shown)]
        labels = sorted(set(words))
        return Labelled(pl.Series([labels.index(word) for word in words], dtype=pl.UInt32).gather(places), labels)

    def _covered(self) -> tuple[pl.Series, list[AcceptedException]]:
        """For each row the place, from 1, of its exception in the list (0 = none). An active one goes before others."""
        shown = [one for one in self.kept.exceptions if one.state in _EXCEPTION_CODE]
        # Later ones write over earlier ones: active last, and among equals the newest.
        shown.sort(key=lambda one: (one.active, one.id))
        places = pl.repeat(0, self.findings.height, dtype=pl.UInt32, eager=True)
        listed = self._joined("exception_id") if any(one.covers is Covers.LISTED for one in shown) else None
        for place, one in enumerate(shown, start=1):
            if one.covers is Covers.LISTED:
                assert listed is not None
                mask = (listed == one.id).fill_null(value=False)
            else:
                mask = self.column("check").mask(Filter("check", Op.IS_ANY, (one.check_id,)))
                if one.item:
                    mask = mask & (self.findings["item"] == one.item)
            places = places.zip_with(~mask, pl.repeat(place, len(places), dtype=pl.UInt32, eager=True))
        return places, shown


_MAKERS: dict[str, Callable[[FindingIndex], ColumnData]] = {
    "severity": lambda index: Labelled.of(index.findings["severity"], [severity.value for severity in Severity]),
    "check": lambda index: Labelled.of(index.findings["check_id"]),
    "title": FindingIndex._titled,
    "mpan": lambda index: Texts(index.findings["mpan"], digits=True),
    "item": lambda index: Labelled.of(
        index.findings["item"], list(ITEMS), {name: item.title for name, item in ITEMS.items()}
    ),
    "value": lambda index: Texts(index.findings["value"]),
    "message": lambda index: Texts(index.findings["message"]),
    "party": lambda index: Labelled.of(
        index.findings["party"], [party.value for party in Party], {party.value: party.title for party in Party}
    ),
    "state": FindingIndex._states,
    "status": lambda index: index._worked("status"),
    "owner": lambda index: index._worked("owner"),
    "due": lambda index: index._worked("due"),
    "first_seen": lambda index: index._days("first_run"),
    "age": FindingIndex._ages,
    "row": lambda index: Numbers(index.findings["row"]),
    "exception": FindingIndex._exceptions,
    "terms": FindingIndex._terms,
    "suggestion": lambda index: Texts(index.findings["suggestion"]),
    "note": lambda index: index._worked("note"),
    "checked": lambda index: index._days("seen_run"),
}
