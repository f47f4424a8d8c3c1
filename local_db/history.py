# ruff: noqa: S608 - names of columns are those of COLUMNS; values are always bound
"""The queries of the History page: audit entries, filtered and sorted by SQL."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from local_db.connection import Store

COLUMNS = ("seq", "at", "actor", "action", "title")

_AS_SHOWN = {"seq": "CAST(seq AS TEXT)", "at": "replace(substr(at, 1, 19), 'T', ' ')"}
"""What a person reads in a column, which is what filters compare: times to the second, with a blank."""


@dataclass(frozen=True)
class Condition:
    """One condition: a column of COLUMNS, how it is compared (see `_compared`), and the values."""

    column: str
    how: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditEntry:
    """One whole entry; `body` is its JSON."""

    seq: int
    at: str
    actor: str
    action: str
    title: str
    body: str
    h: str


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _where(conditions: Sequence[Condition], text: str) -> tuple[str, list[object]]:
    parts: list[str] = ["true"]
    values: list[object] = []
    for one in conditions:
        sql, bound = _compared(one)
        parts.append(sql)
        values += bound
    if text:
        parts.append("(title LIKE ? ESCAPE '\\' OR actor LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\')")
        values += [f"%{_like(text)}%"] * 3
    return " AND ".join(parts), values


def _compared(one: Condition) -> tuple[str, list[object]]:
    if one.column not in COLUMNS:
        raise ValueError(one.column)
    column = _AS_SHOWN.get(one.column, one.column)
    negated = "NOT " if one.how.startswith("not ") or one.how == "is not" else ""
    match one.how:
        case "is" | "is not":
            return f"{column} {negated}IN ({', '.join('?' * len(one.values))})", list(one.values)
        case "contains" | "not contains" | "starts":
            before = "" if one.how == "starts" else "%"
            any_of = " OR ".join([f"{column} LIKE ? ESCAPE '\\'"] * len(one.values)) or "false"
            return f"{negated}({any_of})", [f"{before}{_like(value)}%" for value in one.values]
        case "before" | "after":
            sign = "<" if one.how == "before" else ">"
            bound = [_limit(one, value) for value in one.values]
            left = "seq" if one.column == "seq" else column
            return " AND ".join([f"{left} {sign} ?"] * len(bound)) or "true", bound
        case "empty" | "not empty":
            return f"{negated}({column} = '')", []
    raise ValueError(one.how)


def _limit(one: Condition, value: str) -> object:
    """Numbers are compared as numbers. "After" a day (or an hour) means after the whole of it."""
    if one.column == "seq" and value.removeprefix("-").isdecimal():
        return int(value)
    if one.column == "at" and one.how == "after":
        return f"{value.replace('T', ' ')}~"
    return value.replace("T", " ") if one.column == "at" else value


def sequence_numbers(
    store: Store, conditions: Sequence[Condition], text: str, sort: str, descending: bool
) -> array[int]:
    """The entries that fit, in order; '' sorts newest first."""
    where, values = _where(conditions, text)
    if sort and sort not in COLUMNS:
        raise ValueError(sort)
    order = "seq DESC" if not sort else f"{sort} {'DESC' if descending else 'ASC'}, seq DESC"
    rows = store.read().execute(f"SELECT seq FROM audit WHERE {where} ORDER BY {order}", values)
    return array("q", (row[0] for row in rows))


def page(store: Store, numbers: Sequence[int]) -> list[tuple[object, ...]]:
    """The cells of entries in COLUMNS order, in the order asked."""
    marks = ", ".join("?" * len(numbers))
    rows = store.read().execute(
        f"SELECT seq, {_AS_SHOWN['at']}, actor, action, title FROM audit WHERE seq IN ({marks})", list(numbers)
    )
    by_seq = {row[0]: tuple(row) for row in rows}
    return [by_seq[number] for number in numbers if number in by_seq]


def counts(store: Store, column: str, conditions: Sequence[Condition], text: str) -> list[tuple[str, int]]:
    """How often each value of a column occurs in what the conditions leave; most frequent first."""
    if column not in COLUMNS:
        raise ValueError(column)
    where, values = _where(conditions, text)
    rows = store.read().execute(
        f"SELECT CAST({column} AS TEXT), count(*) FROM audit WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1", values
    )
    return [(str(value), int(count)) for value, count in rows]


def total(store: Store) -> int:
    """How many entries there are."""
    return int(store.read().execute("SELECT count(*) FROM audit").fetchone()[0])


def entry(store: Store, seq: int) -> AuditEntry | None:
    """One entry with its details; None if there is none of this number."""
    row = (
        store.read()
        .execute("SELECT seq, at, actor, action, title, body, h FROM audit WHERE seq = ?", (seq,))
        .fetchone()
    )
    return None if row is None else AuditEntry(*row)
