"""How the rows that evidence can prove are called, and runs of tests: a reference and a title, by id and by text."""

from __future__ import annotations

import json
from collections.abc import Iterable

from local_db.connection import Connection

_SOURCES = {
    "requirement": ("requirement AS t", "t.key", "t.title", "t.position, t.id"),
    "test_case": ("test_case AS t", "t.key", "t.title", "t.position, t.id"),
    "result": (
        "result AS t JOIN test_run AS r ON r.id = t.run_id",
        "r.ref || ' ' || t.key",
        "t.title",
        "t.run_id DESC, t.id",
    ),
    "run": ("test_run AS t", "t.ref", "t.title", "t.id DESC"),
    "defect": ("defect AS t", "t.ref", "t.title", "t.id DESC"),
    "work_off": ("work_off AS t", "t.ref", "t.title", "t.id DESC"),
}
"""Table, reference, title and usual order of each."""

Name = tuple[int, str, str]
"""Id, reference, title."""


def names(connection: Connection, table: str, ids: Iterable[int]) -> list[Name]:
    """How these rows are called; those that are not there are left out. Raises KeyError for any other table."""
    source, ref, title, _ = _SOURCES[table]
    found = connection.execute(
        f"SELECT t.id, {ref}, {title} FROM {source} WHERE t.id IN (SELECT value FROM json_each(?))",  # noqa: S608 - fixed names
        (json.dumps([int(one) for one in ids]),),
    )
    return [(int(row[0]), str(row[1]), str(row[2])) for row in found]


def find(connection: Connection, table: str, text: str, limit: int) -> list[Name]:
    """Rows in whose reference or title every word of `text` stands: the reference itself first, then what begins so.

    '' finds all in their usual order. Raises KeyError for any other table.
    """
    source, ref, title, order = _SOURCES[table]
    words = text.split()
    where = " AND ".join(f"({ref} || ' ' || {title}) LIKE ? ESCAPE '\\'" for _ in words) or "true"
    whole = " ".join(words)
    found = connection.execute(
        f"SELECT t.id, {ref}, {title} FROM {source} WHERE {where} "  # noqa: S608 - fixed names
        f"ORDER BY CASE WHEN {ref} LIKE ? ESCAPE '\\' THEN 0 WHEN {ref} LIKE ? ESCAPE '\\' THEN 1 "
        f"WHEN {title} LIKE ? ESCAPE '\\' THEN 2 ELSE 3 END, {order} LIMIT ?",
        (
            *(f"%{_plain(word)}%" for word in words),
            _plain(whole),
            f"{_plain(whole)}%",
            f"{_plain(whole)}%",
            limit,
        ),
    )
    return [(int(row[0]), str(row[1]), str(row[2])) for row in found]


def _plain(text: str) -> str:
    """A text in which no character is a wildcard of LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
