"""The tables of testing: requirements and cases of the matrix, results, defects, and the work-off plan.

Each is a `FrameTable`: read whole, with everything that hangs on a row counted beforehand, then filtered in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from desktop.browse.frame_table import ID, FrameTable
from desktop.browse.view import Column, ColumnKind, View
from desktop.evidence.model import TargetKind
from desktop.frames import pl
from desktop.pit.service import PitService
from desktop.testing.covering import WORST_FIRST, in_words
from desktop.testing.matrix import Items, Matrix, proving
from desktop.testing.model import Cover, DefectStatus, Status, WorkOffStatus
from local_db import defects, evidence, test_runs, trace
from local_db.connection import Store

LOOK_AGAIN = "Requirement changed"
"""Flag: the requirement reads otherwise than when a case was linked to it."""
RUN_AGAIN = "Case changed since its run"
MISSING = "Missing from newest import"
TO_CONFIRM = "Evidence to confirm"
EXPIRED = "Evidence expired"
"""Flag: evidence in use that was good until a day before today; it proves nothing any more."""
OPEN_DEFECT = "Open defect"
WORK_OFF_OPEN = "Work-off item open"
NO_EVIDENCE = "Passed, no evidence"
NO_REQUIREMENT = "No requirement"
NO_RESULT = "No result"
LATE = "Late"
NO_WORK_OFF = "Deferred, no work-off item"
NO_RETEST = "Closed, no passed retest"
NOT_AGREED = "Not agreed"
NO_OWNER = "No owner"
NO_DAY = "No day"

_IDENTIFIER, _NUMBER, _DATE, _STATE = ColumnKind.IDENTIFIER, ColumnKind.NUMBER, ColumnKind.DATE, ColumnKind.STATE

REQUIREMENT_COLUMNS = (
    Column("key", "Requirement", _IDENTIFIER, 14),
    Column("title", "Title", width=40),
    Column("family", "Family", width=15, facet=True),
    Column("stage", "Stage", width=14, facet=True),
    Column("cover", "Cover", _STATE, 19, facet=True),
    Column("cases", "Cases", _NUMBER, 8),
    Column("results", "Newest results", width=24),
    Column("evidence", "Evidence", _NUMBER, 10),
    Column("awaiting", "To confirm", _NUMBER, 11, shown=False),
    Column("defects", "Open defects", _NUMBER, 10),
    Column("changed", "Links to look at", _NUMBER, 10),
    Column("flags", "To look at", width=26, facet=True),
    Column("owner", "Owner", width=16, facet=True, editable=True),
    Column("reliance", "Rests on", width=24, facet=True),
    Column("applies", "Does not apply because", width=28, shown=False, editable=True),
    Column("party", "Party", width=14, facet=True, shown=False),
    Column("priority", "Priority", width=10, facet=True, shown=False),
    Column("work_off", "Work-off items", width=18, shown=False),
    Column("source", "Source", width=24, facet=True, shown=False),
    Column("text", "Text", width=60, shown=False),
    Column("note", "Note", width=30, shown=False, editable=True),
)

CASE_COLUMNS = (
    Column("key", "Test case", _IDENTIFIER, 14),
    Column("title", "Title", width=40),
    Column("scenario", "Scenario", width=20, facet=True),
    Column("stage", "Stage", width=14, facet=True),
    Column("status", "Newest result", _STATE, 15, facet=True),
    Column("executed", "Run on", _DATE, 12),
    Column("run", "In run", width=16, facet=True),
    Column("requirements", "Requirements", width=24),
    Column("results", "Results", _NUMBER, 9),
    Column("evidence", "Evidence", _NUMBER, 10),
    Column("awaiting", "To confirm", _NUMBER, 11, shown=False),
    Column("defects", "Open defects", _NUMBER, 10),
    Column("flags", "To look at", width=26, facet=True),
    Column("owner", "Owner", width=16, facet=True, editable=True),
    Column("priority", "Priority", width=10, facet=True, shown=False),
    Column("source", "Source", width=24, facet=True, shown=False),
    Column("note", "Note", width=30, shown=False, editable=True),
)

RESULT_COLUMNS = (
    Column("key", "Test case", _IDENTIFIER, 14),
    Column("title", "Title", width=40),
    Column("status", "Status", _STATE, 15, facet=True),
    Column("reason", "Reason", width=28),
    Column("executed", "Run on", _DATE, 12),
    Column("tester", "Tester", width=16, facet=True, editable=True),
    Column("run", "Run", width=16, facet=True),
    Column("run_title", "Run's title", width=24, shown=False),
    Column("requirements", "Requirements", width=22),
    Column("evidence", "Evidence", _NUMBER, 10),
    Column("awaiting", "To confirm", _NUMBER, 11, shown=False),
    Column("defects", "Defects", width=18),
    Column("steps", "Steps set", _NUMBER, 10, shown=False),
    Column("message", "Message", width=36),
    Column("stage", "Stage", width=14, facet=True),
    Column("environment", "Environment", width=20, facet=True, shown=False),
    Column("gate", "Gate", width=12, facet=True, shown=False),
    Column("seconds", "Seconds", _NUMBER, 9, shown=False),
    Column("flags", "To look at", width=26, facet=True),
)

DEFECT_COLUMNS = (
    Column("ref", "Defect", _IDENTIFIER, 15),
    Column("title", "Title", width=40),
    Column("severity", "Severity", _STATE, 12, facet=True, editable=True),
    Column("status", "Status", _STATE, 15, facet=True, editable=True),
    Column("owner", "Owner", width=16, facet=True, editable=True),
    Column("raised", "Raised", _DATE, 12),
    Column("due", "Due", _DATE, 12, editable=True),
    Column("closed", "Closed", _DATE, 12, shown=False),
    Column("seen", "Seen in", _NUMBER, 9),
    Column("cases", "Test cases", width=20),
    Column("requirements", "Requirements", width=22),
    Column("work_off", "Work-off items", width=18),
    Column("evidence", "Evidence", _NUMBER, 10),
    Column("flags", "To look at", width=26, facet=True),
    Column("key", "Own number", _IDENTIFIER, 14, shown=False),
    Column("description", "Description", width=40, shown=False),
    Column("resolution", "Resolution", width=40, shown=False),
)

WORK_OFF_COLUMNS = (
    Column("ref", "Item", _IDENTIFIER, 15),
    Column("title", "What is to be done", width=40),
    Column("defect", "Defect", _IDENTIFIER, 15),
    Column("requirement", "Requirement", _IDENTIFIER, 15),
    Column("owner", "Owner", width=16, facet=True, editable=True),
    Column("due", "Due", _DATE, 12, editable=True),
    Column("status", "Status", _STATE, 11, facet=True, editable=True),
    Column("agreed_by", "Agreed by", width=18, facet=True, editable=True),
    Column("agreed_on", "Agreed on", _DATE, 12, editable=True),
    Column("evidence", "Evidence", _NUMBER, 10),
    Column("flags", "To look at", width=22, facet=True),
    Column("closed", "Closed", _DATE, 12, shown=False),
    Column("description", "Description", width=40, shown=False),
    Column("note", "Note", width=30, shown=False),
)

_COVERS = tuple(cover.value for cover in Cover)
_STATUSES = tuple(status.value for status in WORST_FIRST)
_NOTHING_TO_LOOK_AT = {"flags": "(nothing)"}


def requirement_table(read: Callable[[], Matrix]) -> FrameTable:
    """Requirements, gaps first; `read` gives the matrix anew."""

    def load() -> pl.DataFrame:
        matrix = read()
        return _frame(
            REQUIREMENT_COLUMNS, [_requirement_row(matrix, place) for place in range(len(matrix.requirements))]
        )

    return FrameTable(
        REQUIREMENT_COLUMNS,
        load,
        view=View(sort="cover"),
        ranks={"cover": _COVERS},
        words=_NOTHING_TO_LOOK_AT | {"reliance": "(own tests)"},
        name="requirements",
    )


def case_table(read: Callable[[], Matrix]) -> FrameTable:
    """Cases: those for no requirement first, then those without a result, then by their newest result, worst first."""

    def load() -> pl.DataFrame:
        matrix = read()
        rank = {status: place for place, status in enumerate(WORST_FIRST)}
        ordered = sorted(
            matrix.cases,
            key=lambda case: (
                case.id in matrix.links_of_case,
                case.id in matrix.newest,
                rank[matrix.status(case.id)],
            ),
        )
        return _frame(CASE_COLUMNS, [_case_row(matrix, case.id) for case in ordered])

    return FrameTable(
        CASE_COLUMNS,
        load,
        ranks={"status": _STATUSES},
        words=_NOTHING_TO_LOOK_AT | {"run": "(never run)"},
        name="test cases",
    )


def result_table(
    store: Store, gate_names: Callable[[], Mapping[str, str]], today: Callable[[], date], run_id: int | None = None
) -> FrameTable:
    """Results of a run, or of all runs with the newest first.

    `gate_names` (by id) and `today` are asked whenever it is read anew.
    """
    return FrameTable(
        RESULT_COLUMNS,
        lambda: _result_frame(store, gate_names(), run_id, today()),
        ranks={"status": _STATUSES},
        words=_NOTHING_TO_LOOK_AT,
        name="results",
    )


def defect_table(store: Store, pit: PitService, today: date) -> FrameTable:
    """Defects, open ones first: late ones before the others, then the worst."""
    names = [level.name for level in pit.severities()]
    return FrameTable(
        DEFECT_COLUMNS,
        lambda: _defect_frame(store, {level.id: level.name for level in pit.severities()}, today),
        ranks={"severity": names, "status": tuple(status.value for status in DefectStatus)},
        words=_NOTHING_TO_LOOK_AT | {"severity": "(not judged)"},
        name="defects",
    )


def work_off_table(store: Store, today: date) -> FrameTable:
    """The work-off plan: open items first, by their day."""
    return FrameTable(
        WORK_OFF_COLUMNS,
        lambda: _work_off_frame(store, today),
        ranks={"status": tuple(status.value for status in WorkOffStatus)},
        words=_NOTHING_TO_LOOK_AT | {"agreed_by": "(nobody yet)"},
        name="work-off plan",
    )


# -- rows --------------------------------------------------------------------------------------------------------------


def _requirement_row(matrix: Matrix, place: int) -> tuple[object, ...]:
    one = matrix.requirements[place]
    links = matrix.links_of_requirement.get(one.id, ())
    items = matrix.all_evidence_of(one.id)
    awaiting = _awaiting(items)
    open_defects = sum(seen.open for seen in matrix.defects_of(one.id).values())
    changed = sum(looked for _, _, looked in links)
    work_off = matrix.work_off.get(one.id, [])
    run_again = any((newest := matrix.newest.get(case_id)) and newest.changed for _, case_id, _ in links)
    flags = _flags(
        (LOOK_AGAIN, changed),
        (RUN_AGAIN, run_again),
        (TO_CONFIRM, awaiting),
        (EXPIRED, any(one.expired for one in items.values())),
        (OPEN_DEFECT, open_defects),
        (WORK_OFF_OPEN, work_off),
        (MISSING, one.missing),
    )
    return (
        one.id, one.key, one.title, one.family, one.stage, matrix.cover(one).value, len(links),
        in_words(matrix.status(case_id) for _, case_id, _ in links), proving(items), awaiting, open_defects, changed,
        flags, one.owner, matrix.reliance_words(one), one.applies, one.party, one.priority, work_off, one.source,
        one.text, one.note,
    )  # fmt: skip


def _case_row(matrix: Matrix, case_id: int) -> tuple[object, ...]:
    case = matrix.cases_by_id[case_id]
    links = matrix.links_of_case.get(case_id, ())
    newest = matrix.newest.get(case_id)
    items = matrix.evidence_of_case(case_id)
    awaiting = _awaiting(items)
    open_defects = sum(seen.open for seen in matrix.defects.get(case_id, ()))
    flags = _flags(
        (NO_REQUIREMENT, not links),
        (NO_RESULT, newest is None),
        (LOOK_AGAIN, any(looked for _, _, looked in links)),
        (RUN_AGAIN, newest is not None and newest.changed),
        (TO_CONFIRM, awaiting),
        (EXPIRED, any(one.expired for one in items.values())),
        (OPEN_DEFECT, open_defects),
        (MISSING, case.missing),
    )
    return (
        case.id, case.key, case.title, case.scenario, case.stage, matrix.status(case_id).value,
        "" if newest is None else newest.executed[:10], "" if newest is None else newest.run_ref,
        [matrix.requirements_by_id[one].key for _, one, _ in links], matrix.results.get(case_id, 0), proving(items),
        awaiting, open_defects, flags, case.owner, case.priority, case.source, case.note,
    )  # fmt: skip


def _result_frame(store: Store, gates: Mapping[str, str], run_id: int | None, today: date) -> pl.DataFrame:
    connection = store.read()
    keys = _grouped(trace.requirement_keys_by_case(connection))
    seen = _grouped(trace.defects_of_results(connection))
    proofs = evidence.counts(connection, TargetKind.RESULT.value)
    expired = evidence.expired(connection, TargetKind.RESULT.value, today.isoformat())
    found = test_runs.table_rows(connection, run_id)
    cells = dict(zip(test_runs.TABLE_COLUMNS, zip(*found, strict=True), strict=True)) if found else {}
    none: list[str] = []
    ids, cases = cells.get("id", ()), cells.get("case_id", ())
    waiting = [proofs.get(one, (0, 0))[1] for one in ids]
    ended = [expired.get(one, 0) for one in ids]
    proving_each = [proofs.get(one, (0, 0))[0] - gone for one, gone in zip(ids, ended, strict=True)]
    flags = [
        _flags(
            (RUN_AGAIN, changed),
            (TO_CONFIRM, awaiting),
            (EXPIRED, gone),
            (NO_EVIDENCE, status == Status.PASSED.value and not count),
        )
        for changed, status, count, awaiting, gone in zip(
            cells.get("changed", ()), cells.get("status", ()), proving_each, waiting, ended, strict=True
        )
    ]
    made: dict[str, Sequence[object]] = {
        **{key: cells.get(key, ()) for key in (ID, *(column.key for column in RESULT_COLUMNS))},
        "executed": [one[:10] for one in cells.get("executed", ())],
        "gate": [gates.get(one, one) for one in cells.get("gate", ())],
        "requirements": [keys.get(one, none) for one in cases],
        "evidence": proving_each,
        "awaiting": waiting,
        "defects": [seen.get(one, none) for one in ids],
        "flags": flags,
    }
    return _columns(RESULT_COLUMNS, made)


def _defect_frame(store: Store, severities: Mapping[str, str], today: date) -> pl.DataFrame:
    connection = store.read()
    seen: dict[int, list[defects.SeenRow]] = {}
    for one in defects.seen_in(connection):
        seen.setdefault(one.defect_id, []).append(one)
    keys = _grouped(trace.requirement_keys_by_case(connection))
    items = defects.work_off_of_defects(connection)
    promised = defects.with_promise(connection)
    proofs = evidence.counts(connection, TargetKind.DEFECT.value)
    newest = {row[0]: row[4] for row in test_runs.newest_rows(connection, {one.case_id for one in _all(seen)})}
    rank = {name: place for place, name in enumerate(severities)}
    found = sorted(
        defects.defects(connection),
        key=lambda row: (
            not (is_open := DefectStatus(row.status).is_open),
            not (is_open and row.due and row.due < today.isoformat()),
            rank.get(row.severity, len(rank)),
        ),
    )
    rows = []
    for row in found:
        cases = {one.case_id: one.case_key for one in seen.get(row.id, ())}
        is_open = DefectStatus(row.status).is_open
        passed = all(newest.get(case_id) == Status.PASSED for case_id in cases)
        flags = _flags(
            (LATE, is_open and row.due and row.due < today.isoformat()),
            (NO_WORK_OFF, row.status == DefectStatus.DEFERRED and row.id not in promised),
            (NO_RETEST, row.status == DefectStatus.CLOSED and cases and not passed),
            (NO_OWNER, is_open and not row.owner),
        )
        rows.append(
            (
                row.id, row.ref, row.title, severities.get(row.severity, row.severity), row.status, row.owner,
                row.raised, row.due, row.closed, len(seen.get(row.id, ())), list(cases.values()),
                list(dict.fromkeys(key for case_id in cases for key in keys.get(case_id, ()))),
                items.get(row.id, []), proofs.get(row.id, (0, 0))[0], flags, row.key, row.description, row.resolution,
            )
        )  # fmt: skip
    return _frame(DEFECT_COLUMNS, rows)


def _work_off_frame(store: Store, today: date) -> pl.DataFrame:
    connection = store.read()
    proofs = evidence.counts(connection, TargetKind.WORK_OFF.value)
    rows = []
    for row in defects.work_off(connection):
        is_open = row.status == WorkOffStatus.OPEN
        flags = _flags(
            (LATE, is_open and row.due and row.due < today.isoformat()),
            (NOT_AGREED, is_open and not row.agreed_by),
            (NO_OWNER, is_open and not row.owner),
            (NO_DAY, is_open and not row.due),
        )
        rows.append(
            (
                row.id, row.ref, row.title, row.defect_ref, row.requirement_key, row.owner, row.due, row.status,
                row.agreed_by, row.agreed_on, proofs.get(row.id, (0, 0))[0], flags, row.closed, row.description,
                row.note,
            )
        )  # fmt: skip
    return _frame(WORK_OFF_COLUMNS, rows)


# -- how a frame is made -----------------------------------------------------------------------------------------------


def _frame(columns: Sequence[Column], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """The rows as a frame: `id`, then the columns; lists where a cell has several values."""
    names = [ID, *(column.key for column in columns)]
    cells: list[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return _columns(columns, dict(zip(names, cells, strict=True)))


def _columns(columns: Sequence[Column], cells: Mapping[str, Sequence[object]]) -> pl.DataFrame:
    """The same from columns of values."""
    numbers = {ID, *(column.key for column in columns if column.kind is ColumnKind.NUMBER)}
    made = []
    for name, values in cells.items():
        if name in numbers:
            made.append(pl.Series(name, values, dtype=pl.Int64))
        elif values and isinstance(values[0], list):
            made.append(_lists(name, values))
        else:
            made.append(pl.Series(name, values, dtype=pl.String))
    return pl.DataFrame(made)


_BETWEEN = "\x1f"


def _lists(name: str, values: Sequence[Any]) -> pl.Series:
    """A column of lists. Joined and split again, since polars takes 20 microseconds for each list of Python's."""
    joined = pl.Series(name, [_BETWEEN.join(one) for one in values], dtype=pl.String)
    empty = pl.Series([[]], dtype=pl.List(pl.String))
    return pl.select(pl.when(joined != "").then(joined.str.split(_BETWEEN)).otherwise(pl.lit(empty)).alias(name))[name]


def _awaiting(items: Items) -> int:
    return sum(one.awaiting for one in items.values())


def _flags(*found: tuple[str, object]) -> list[str]:
    """The words of those that are so."""
    return [word for word, is_so in found if is_so]


def _grouped(pairs: Sequence[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _all(seen: Mapping[int, Sequence[defects.SeenRow]]) -> list[defects.SeenRow]:
    return [one for many in seen.values() for one in many]
