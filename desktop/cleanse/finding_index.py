"""Everything the findings table knows in memory, loaded once: its columns, and what people added to the findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from desktop.browse.view import Filter, Op
from desktop.cleanse.exceptions import AcceptedException, Covers, ExceptionState
from desktop.cleanse.finding_columns import Coded, ColumnData, Labelled, Numbers, Texts
from desktop.cleanse.history import state_of
from desktop.cleanse.model import Party, Severity, State, WorkStatus
from desktop.errors import InvalidInput, NotFound
from desktop.portfolio.items import ITEMS
from local_db.findings import WorkRow

ACCEPTED = "accepted"
"""The value of the column `exception` while an active exception covers the finding."""

_EXCEPTION_LABELS = ("", ACCEPTED, ExceptionState.EXPIRED.value, ExceptionState.OUTGROWN.value)
_EXCEPTION_CODE = {ExceptionState.ACTIVE: 1, ExceptionState.EXPIRED: 2, ExceptionState.OUTGROWN: 3}
_STATES = (State.NEW, State.CHANGED, State.STILL, State.GONE)
_STATE_CODES = {state: pl.lit(code, pl.UInt8) for code, state in enumerate(_STATES)}
_SEARCHED_LABELS = ("check", "title", "item", "owner", "note")
_NO_TITLES = {"": "(none)"}
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
    """The findings after a run (history.KEPT_SCHEMA: those there, then those gone) and what they are shown with."""

    findings: pl.DataFrame
    run_id: int
    run_dates: Mapping[int, str]
    """The day that each run was as of, ISO."""
    titles: Mapping[str, str]
    """Of the checks, by id."""
    today: date


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

    def __init__(
        self, kept: Kept, work: pl.DataFrame | None = None, exceptions: Sequence[AcceptedException] = ()
    ) -> None:
        """`work` as `work_frame` makes it; None: people added nothing."""
        self.kept = kept
        self.findings = kept.findings
        self.fingerprints = kept.findings["fingerprint"]
        self.work = work_frame(()) if work is None else work
        self.exceptions = tuple(exceptions)
        self._found: dict[str, ColumnData] = {}
        self._added: dict[str, ColumnData] = {}
        self._text: list[pl.Series] = []
        self._places: pl.DataFrame | None = None

    def with_work(self, work: pl.DataFrame, exceptions: Sequence[AcceptedException]) -> FindingIndex:
        """The same findings with what people have added since; all that a run gave is shared."""
        other = FindingIndex(self.kept, work, exceptions)
        other._found = self._found
        other._text = self._text
        return other

    def with_work_of(
        self, fingerprints: Sequence[int], work: pl.DataFrame, exceptions: Sequence[AcceptedException]
    ) -> FindingIndex:
        """The same with the work of these findings read anew; that of all others stays."""
        touched = pl.DataFrame({"fingerprint": list(fingerprints)}, schema={"fingerprint": pl.Int64})
        return self.with_work(pl.concat([self.work.join(touched, on="fingerprint", how="anti"), work]), exceptions)

    def place(self, fingerprint: int) -> int | None:
        """Where a finding stands; None if it is not known."""
        found = (self.fingerprints == fingerprint).arg_true()
        return int(found[0]) if len(found) else None

    def column(self, key: str) -> ColumnData:
        """A column by its key. Raises InvalidInput if there is none of that name."""
        columns = self._added if key in _ADDED else self._found
        data = columns.get(key)
        if data is None:
            if key not in _MAKERS:
                raise InvalidInput(f"There is no column “{key}” in the table of findings.", field=key)
            data = _MAKERS[key](self)
            columns[key] = data
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

    def row(self, fingerprint: int) -> dict[str, object]:
        """A finding as it is kept (history.KEPT_SCHEMA), with its `state`. Raises NotFound."""
        place = self.place(fingerprint)
        if place is None:
            raise NotFound("This finding is not in the workspace any more.", todo="Reload the page.")
        states = self.labelled("state")
        return {**self.findings.row(place, named=True), "state": states.labels[states.codes[place]]}

    def rows_of(self, mpan: str) -> pl.DataFrame:
        """Every finding of an MPAN that is there, in reading order, as kept."""
        return self.findings.filter((self.findings["mpan"] == mpan) & self.findings["gone_run"].is_null())

    def accepted(self) -> pl.Series:
        """The fingerprints of the findings that an active exception covers."""
        column = self.labelled("exception")
        return self.fingerprints.filter(column.codes == list(column.labels).index(ACCEPTED))

    def known(self, fingerprints: Sequence[int]) -> pl.DataFrame:
        """fingerprint, check_id and item of those of the fingerprints that are known."""
        wanted = pl.DataFrame({"fingerprint": list(fingerprints)}, schema={"fingerprint": pl.Int64})
        return self.findings.select("fingerprint", "check_id", "item").join(wanted, on="fingerprint", how="semi")

    # --- one maker for each column ------------------------------------------------------------------------------------

    def _titled(self) -> Labelled:
        """The checks in the order of their titles."""
        names = self.kept.titles

        def make() -> Coded:
            checks = self.labelled("check")
            titles = [names.get(check, check) for check in checks.labels]
            labels = sorted(set(titles))
            codes = pl.Series([labels.index(title) for title in titles], dtype=pl.UInt32)
            return codes.gather(checks.codes), labels

        return Labelled(make, peek=lambda places: self.findings["check_id"].gather(places).replace(dict(names)))

    def _states(self) -> Labelled:
        codes = self.findings.select(state_of(self.kept.run_id, _STATE_CODES).alias("state")).to_series()
        return Labelled.coded(codes, [state.value for state in _STATES])

    def _days(self, column: str) -> Labelled:
        runs, days = self.findings[column], dict(self.kept.run_dates)

        def make() -> Coded:
            there = runs.unique().to_list()
            labels = sorted({days[run] for run in there})
            return runs.replace_strict({run: labels.index(days[run]) for run in there}, return_dtype=pl.UInt32), labels

        return Labelled(make, peek=lambda places: runs.gather(places).replace_strict(days, return_dtype=pl.String))

    def _ages(self) -> Numbers:
        ages = {
            run: max(0, (self.kept.today - date.fromisoformat(day)).days) for run, day in self.kept.run_dates.items()
        }
        return Numbers(self.findings["first_run"].replace_strict(ages, return_dtype=pl.Int32))

    def _worked(self, key: str) -> Labelled:
        first = WorkStatus.OPEN.value if key == "status" else ""
        order = [status.value for status in WorkStatus] if key == "status" else []
        worked = self._worked_rows()
        values = worked[key].fill_null(first)
        labels = Labelled.of(pl.concat([pl.Series([first], dtype=pl.String), values]), order, _NO_TITLES)
        codes = pl.repeat(labels.codes[0], self.findings.height, dtype=pl.UInt32, eager=True)
        codes = codes.scatter(worked["place"], labels.codes[1:].cast(pl.UInt32))
        return Labelled.coded(codes, labels.labels, _NO_TITLES)

    def _worked_rows(self) -> pl.DataFrame:
        """What people added, each with the place of its finding: few rows beside all findings."""
        if self._places is None:
            places = self.findings.select("fingerprint").with_row_index("place")
            self._places = places.join(self.work, on="fingerprint", how="inner")
        return self._places

    def _exceptions(self) -> Labelled:
        places, shown = self._covered()
        codes = pl.Series([0, *(_EXCEPTION_CODE[one.state] for one in shown)], dtype=pl.UInt8)
        return Labelled.coded(codes.gather(places), _EXCEPTION_LABELS, {"": "not accepted"})

    def _terms(self) -> Labelled:
        places, shown = self._covered()
        words = ["", *(one.terms for one in shown)]
        labels = sorted(set(words))
        return Labelled.coded(pl.Series([labels.index(word) for word in words], dtype=pl.UInt32).gather(places), labels)

    def _covered(self) -> tuple[pl.Series, list[AcceptedException]]:
        """For each row the place, from 1, of its exception in the list (0 = none). An active one goes before others."""
        shown = [one for one in self.exceptions if one.state in _EXCEPTION_CODE]
        # Later ones write over earlier ones: active last, and among equals the newest.
        shown.sort(key=lambda one: (one.active, one.id))
        places = pl.repeat(0, self.findings.height, dtype=pl.UInt32, eager=True)
        for place, one in enumerate(shown, start=1):
            if one.covers is Covers.LISTED:
                worked = self._worked_rows()
                covered = worked["place"].filter(worked["exception_id"].eq_missing(one.id))
            else:
                mask = self.column("check").mask(Filter("check", Op.IS_ANY, (one.check_id,)))
                covered = (mask & (self.findings["item"] == one.item) if one.item else mask).arg_true()
            places.scatter(covered, place)
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
