"""References for people (ACME-EVD-0001): each number is given once, even if what had it was undone."""

from __future__ import annotations

from local_db.connection import Connection

DIGITS = 4
"""Digits a number has at least."""


def next_references(connection: Connection, kind: str, count: int = 1) -> list[str]:
    """The next `count` references of a kind (EVD, PIT, REL, RUN, DEF, WOP), inside the running `write()` or `edit()`.

    They begin with the participant's short name as it is now, without what does not belong into a file name. Numbers
    are taken outside the step that can be undone, so that no two things ever had the same one.
    """
    row = connection.execute("SELECT short_name FROM participant").fetchone()
    name = "".join(one for one in str(row[0] if row else "") if one.isalnum() or one in "-_").upper() or "DESK"
    last = int(
        connection.execute(
            "INSERT INTO reference_number (kind, last) VALUES (?, ?) "
            "ON CONFLICT (kind) DO UPDATE SET last = last + excluded.last RETURNING last",
            (kind, count),
        ).fetchone()[0]
    )
    return [f"{name}-{kind}-{number:0{DIGITS}}" for number in range(last - count + 1, last + 1)]
