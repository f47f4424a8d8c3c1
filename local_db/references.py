"""References for people (ACME-EVD-0001): each number is given once, even if what had it was undone."""

from __future__ import annotations

import re

from local_db.connection import Connection

DIGITS = 4
"""Digits a number has at least."""
FARTHEST = 1_000
"""Numbers that are passed over at once, at most: a slip of another program must not use up all that have few digits."""


def next_references(connection: Connection, kind: str, count: int = 1) -> list[str]:
    """The next `count` references of a kind (EVD, PIT, REL, RUN, DEF, WOP), inside the running `write()` or `edit()`.

    They begin with the participant's short name as it is now, without what does not belong into a file name. Numbers
    are taken outside the step that can be undone, so that no two things ever had the same one.
    """
    name = _name(connection)
    last = int(
        connection.execute(
            "INSERT INTO reference_number (kind, last) VALUES (?, ?) "
            "ON CONFLICT (kind) DO UPDATE SET last = last + excluded.last RETURNING last",
            (kind, count),
        ).fetchone()[0]
    )
    return [f"{name}-{kind}-{number:0{DIGITS}}" for number in range(last - count + 1, last + 1)]


def pass_over(connection: Connection, reference: str) -> bool:
    """Give no number up to that of a reference that something elsewhere has, inside the running `write()`.

    Whether that changed anything: not where it is no reference of this participant, or is known or far off.
    """
    found = re.fullmatch(r"([A-Z]{2,8})-([0-9]{1,9})", reference.removeprefix(f"{_name(connection)}-"))
    if found is None or not reference.startswith(f"{_name(connection)}-"):
        return False
    kind, number = found[1], int(found[2])
    row = connection.execute("SELECT last FROM reference_number WHERE kind = ?", (kind,)).fetchone()
    last = int(row[0]) if row else 0
    if not last < number <= last + FARTHEST:
        return False
    connection.execute(
        "INSERT INTO reference_number (kind, last) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET last = excluded.last",
        (kind, number),
    )
    return True


def _name(connection: Connection) -> str:
    row = connection.execute("SELECT short_name FROM participant").fetchone()
    return "".join(one for one in str(row[0] if row else "") if one.isalnum() or one in "-_").upper() or "DESK"
