"""The queries of the History page: audit entries, filtered and sorted by SQL."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from local_db.connection import Store

COLUMNS = ("seq", "at", "actor", "action", "title")


@dataclass(frozen=True)
class Condition:
    """One condition: a column of COLUMNS, how it is compared (see `_SQL`), and the values."""

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
        if one.column not in COLUMNS:
            raise ValueError(one.column)
        column = f"CAST({one.column} AS TEXT)" if one.column == "seq" else one.column
        marks = ", ".join("?" * len(one.values))
        any_like = " OR ".join([f"{column} LIKE ? ESCAPE '\\'"] * len(one.values)) or "false"
        match one.how:
            case "is":
                parts.append(f"{column} IN ({marks})")
                values += one.values
            case "is not":
                parts.append(f"{column} NOT IN ({marks})")
                values += one.values
            case "contains" | "not contains":
                parts.append(f"{'NOT ' if one.how.startswith('not') else ''}({any_like})")
                values += [f"%{_like(v)}%" for v in one.values]
            case "starts":
                parts.append(f"({any_like})")
                values += [f"{_like(v)}%" for v in one.values]
            case "before" | "after":
                # Numbers are compared as numbers; times are ISO text, so that text order is time order. "After" a
                # day means after the whole of it.
                left = one.column
                for value in one.values:
                    limit: object = int(value) if one.column == "seq" and value.lstrip("-").isdigit() else value
                    if one.how == "after" and one.column == "at" and len(value) == 10:
                        limit = f"{value}T~"
                    parts.append(f"{left} {'<' if one.how == 'before' else '>'} ?")
                    values.append(limit)
            case "empty":
                parts.append(f"{column} = ''")
            case "not empty":
                parts.append(f"{column} <> ''")
            case _:
                raise ValueError(one.how)
    if text:
        parts.append("(title LIKE ? ESCAPE '\\' OR actor LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\')")
        values += [f"%{_like(text)}%"] * 3
    return " AND ".join(parts), values


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
        f"SELECT seq, at, actor, action, title FROM audit WHERE seq IN ({marks})", list(numbers)
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
