"""Queries about envelopes and deliveries: what waits for which endpoint, how it goes with it, and what has left."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from local_db.connection import Connection


@dataclass(frozen=True)
class EnvelopeRow:
    """What was queued. `here` is a JSON list; `size` of all its files in bytes."""

    uuid: str
    submission_id: int
    endpoint_id: int
    act: str
    bytes: bytes
    sha256: str
    size: int
    title: str
    here: str
    base: str
    made_at: str
    made_by: str


@dataclass(frozen=True)
class DeliveryRow:
    """An envelope on its way, with what lists need of its submission and endpoint; without its bytes."""

    uuid: str
    submission_id: int
    endpoint_id: int
    act: str
    sha256: str
    size: int
    title: str
    here: str
    base: str
    made_at: str
    made_by: str
    number: int
    """In the order of queueing."""
    ref: str
    version: int
    submission_state: str
    endpoint: str
    state: str
    paused: int
    tries: int
    next_try_at: str
    problem: str
    sent: int
    signature: str
    receipt: str
    received_at: str
    bundled: str
    tried: str
    their_base: str
    changed_at: str


@dataclass(frozen=True)
class DepartureRow:
    """Something that left by sync or in a bundle. `id` 0: not kept yet."""

    at: str
    channel: str
    endpoint_id: int
    envelope: str
    what: str
    name: str
    sha256: str = ""
    size: int = 0
    file_name: str = ""
    id: int = 0


@dataclass(frozen=True)
class Standing:
    """How it stands with an endpoint. `needs_you`: deliveries that wait for the person; they are not in `waiting`."""

    waiting: int = 0
    needs_you: int = 0
    oldest: str = ""
    """When the oldest one that waits was queued; '' = none waits."""
    held: int = 0
    """Of those that wait: held back by a person."""
    large: int = 0
    """Of those that wait: not small."""
    received: bool = False
    """There is a receipt of something."""


_ENVELOPE = ", ".join(one.name for one in fields(EnvelopeRow))
_NAMES = {
    "number": "e.rowid", "ref": "s.ref", "version": "s.version", "submission_state": "s.state", "endpoint": "p.name",
}  # fmt: skip
_OF_ENVELOPE = {one.name for one in fields(EnvelopeRow)}
_DELIVERY = ", ".join(
    _NAMES.get(one.name) or f"{'e' if one.name in _OF_ENVELOPE else 'd'}.{one.name}" for one in fields(DeliveryRow)
)
_FROM = (
    "FROM delivery AS d JOIN envelope AS e ON e.uuid = d.uuid JOIN submission AS s ON s.id = e.submission_id "
    "JOIN endpoint AS p ON p.id = e.endpoint_id"
)
_WAITS = "d.state IN ('queued', 'uploading', 'sending')"
_CHANGING = (
    "state", "paused", "tries", "next_try_at", "problem", "sent", "signature", "receipt", "received_at", "bundled",
    "tried", "their_base",
)  # fmt: skip


def deliveries(
    connection: Connection,
    *,
    endpoint_id: int | None = None,
    submission_id: int | None = None,
    states: Collection[str] = (),
) -> list[DeliveryRow]:
    """Those of an endpoint, of a submission (None: of all), in these states (() = any), in the order of queueing."""
    asked = {"e.endpoint_id = ?": endpoint_id, "e.submission_id = ?": submission_id}
    where = [one for one, value in asked.items() if value is not None] or ["true"]
    bound: list[object] = [value for value in asked.values() if value is not None]
    order = "e.rowid"
    if states:
        where.append(f"d.state IN ({', '.join('?' * len(states))})")
        bound += [str(one) for one in states]
        order = "+e.rowid"  # sorted afterwards: walking the envelopes in order would look at each of them
    found = connection.execute(f"SELECT {_DELIVERY} {_FROM} WHERE {' AND '.join(where)} ORDER BY {order}", bound)
    return [DeliveryRow(*row) for row in found]


def waiting(connection: Connection, endpoint_id: int, large: int) -> Iterator[tuple[DeliveryRow, DeliveryRow | None]]:
    """What waits for an endpoint, each with the one that it replaces or withdraws, in the order in which it goes.

    Those below `large` bytes first, then those that did not fail yet, then as they were queued; none that is held back.
    Each is read when it is asked for: whoever needs the first one reads no more.
    """
    found = connection.execute(
        "SELECT d.uuid FROM delivery AS d CROSS JOIN envelope AS e ON e.uuid = d.uuid "  # noqa: S608 - fixed names
        f"WHERE {_WAITS} AND d.paused = 0 AND e.endpoint_id = ? ORDER BY e.size >= ?, d.tries > 0, e.rowid",
        (endpoint_id, large),
    ).fetchall()
    for (uuid,) in found:
        if (row := delivery(connection, uuid)) is not None:
            yield row, delivery(connection, row.base) if row.base else None


def standing(connection: Connection, large: int) -> dict[int, Standing]:
    """How it stands with each endpoint, counted; one that nothing was ever queued for may be missing."""
    found = connection.execute(
        f"SELECT e.endpoint_id, sum({_WAITS}), sum(d.state = 'needs you'), "  # noqa: S608 - fixed names
        f"coalesce(min(CASE WHEN {_WAITS} THEN e.made_at END), ''), sum({_WAITS} AND d.paused), "
        f"sum({_WAITS} AND e.size >= ?) FROM delivery AS d CROSS JOIN envelope AS e ON e.uuid = d.uuid "
        "WHERE d.state NOT IN ('received', 'left out') GROUP BY e.endpoint_id",
        (large,),
    )
    made = {row[0]: Standing(*row[1:]) for row in found}
    has = connection.execute(
        "SELECT p.id FROM endpoint AS p WHERE EXISTS (SELECT 1 FROM envelope AS e JOIN delivery AS d "
        "ON d.uuid = e.uuid WHERE e.endpoint_id = p.id AND d.state = 'received')"
    )
    return made | {row[0]: replace(made.get(row[0], Standing()), received=True) for row in has}


def newest_received(connection: Connection, endpoint_id: int, count: int) -> list[DeliveryRow]:
    """So many of those with a receipt that the endpoint dated last, and as many that were queued last."""
    found = connection.execute(
        f"SELECT {_DELIVERY} {_FROM} WHERE d.uuid IN (SELECT uuid FROM (SELECT e.uuid FROM delivery AS d "  # noqa: S608 - fixed names
        "CROSS JOIN envelope AS e ON e.uuid = d.uuid WHERE d.state = 'received' AND e.endpoint_id = ?1 "
        "ORDER BY d.received_at DESC LIMIT ?2) UNION SELECT uuid FROM (SELECT e.uuid FROM envelope AS e "
        "CROSS JOIN delivery AS d ON d.uuid = e.uuid WHERE d.state = 'received' AND e.endpoint_id = ?1 "
        "ORDER BY e.rowid DESC LIMIT ?2))",
        (endpoint_id, count),
    )
    return [DeliveryRow(*row) for row in found]


def withdrawn_untold(connection: Connection, endpoint_id: int) -> list[int]:
    """Submissions that were withdrawn here, of which the endpoint has or gets an envelope, and no withdrawal of it."""
    found = connection.execute(
        "SELECT DISTINCT s.id FROM submission AS s CROSS JOIN envelope AS e ON e.submission_id = s.id "
        "JOIN delivery AS d ON d.uuid = e.uuid WHERE s.state = 'withdrawn' AND e.endpoint_id = ? "
        "AND e.act = 'submit' AND d.state <> 'left out' AND NOT EXISTS (SELECT 1 FROM envelope AS w "
        "WHERE w.submission_id = s.id AND w.endpoint_id = e.endpoint_id AND w.act = 'withdraw' AND w.base = e.uuid) "
        "ORDER BY s.id",
        (endpoint_id,),
    )
    return [int(row[0]) for row in found]


def newer_versions(connection: Connection, endpoint_id: int, ref: str, version: int) -> list[int]:
    """Versions of a submission after this one that were queued for an endpoint and not left out."""
    found = connection.execute(
        "SELECT s.version FROM submission AS s JOIN envelope AS e ON e.submission_id = s.id "
        "JOIN delivery AS d ON d.uuid = e.uuid WHERE s.ref = ? AND s.version > ? AND e.endpoint_id = ? "
        "AND e.act = 'submit' AND d.state <> 'left out'",
        (ref, version, endpoint_id),
    )
    return [int(row[0]) for row in found]


def delivery(connection: Connection, uuid: str) -> DeliveryRow | None:
    """One of them."""
    row = connection.execute(f"SELECT {_DELIVERY} {_FROM} WHERE d.uuid = ?", (uuid,)).fetchone()
    return None if row is None else DeliveryRow(*row)


def envelope(connection: Connection, uuid: str) -> EnvelopeRow | None:
    """What was queued under this id, with its bytes."""
    row = connection.execute(f"SELECT {_ENVELOPE} FROM envelope WHERE uuid = ?", (uuid,)).fetchone()  # noqa: S608 - fixed names
    return None if row is None else EnvelopeRow(*row)


def newest(connection: Connection, submission_id: int, endpoint_id: int, act: str) -> DeliveryRow | None:
    """The newest envelope of a submission for an endpoint; older ones of the same act were left out."""
    row = connection.execute(
        f"SELECT {_DELIVERY} {_FROM} WHERE e.submission_id = ? AND e.endpoint_id = ? AND e.act = ? "
        "ORDER BY e.rowid DESC LIMIT 1",
        (submission_id, endpoint_id, act),
    ).fetchone()
    return None if row is None else DeliveryRow(*row)


def built_on(connection: Connection, uuid: str) -> list[DeliveryRow]:
    """Those whose envelope replaces or withdraws this one."""
    found = connection.execute(f"SELECT {_DELIVERY} {_FROM} WHERE e.base = ? ORDER BY e.rowid", (uuid,))
    return [DeliveryRow(*row) for row in found]


def reasons_left_out(connection: Connection, uuid: str) -> list[str]:
    """Why a delivery was left out, each time, the newest first; '' where the record's body was erased."""
    found = connection.execute(
        "SELECT body FROM audit WHERE action = 'sync.leave_out' AND instr(body, ?) ORDER BY seq DESC", (uuid,)
    )
    return [str(json.loads(body).get("reason", "")) for (body,) in found]


# -- writing, inside the running `write()`: nothing here can be undone -------------------------------------------------


def add(connection: Connection, row: EnvelopeRow) -> None:
    """Keep an envelope, and its delivery as queued."""
    names = [one.name for one in fields(EnvelopeRow)]
    connection.execute(
        f"INSERT INTO envelope ({_ENVELOPE}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608 - fixed names
        tuple(getattr(row, name) for name in names),
    )
    connection.execute("INSERT INTO delivery (uuid, changed_at) VALUES (?, ?)", (row.uuid, row.made_at))


def change(connection: Connection, uuid: str, at: str, **values: object) -> None:
    """Give a delivery other values."""
    unknown = sorted(set(values) - set(_CHANGING))
    if unknown:
        raise ValueError(f"delivery has no column {unknown[0]} to change")
    assigned = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE delivery SET {assigned}, changed_at = ? WHERE uuid = ?",  # noqa: S608 - names checked above
        (*values.values(), at, uuid),
    )


def add_departure(connection: Connection, row: DepartureRow) -> None:
    """Keep that something left. A file or an envelope that left by this channel before is not said twice."""
    if row.envelope and row.channel == "sync":
        known = connection.execute(
            "SELECT 1 FROM departure WHERE envelope = ? AND channel = ? AND what = ? AND sha256 = ? AND name = ?",
            (row.envelope, row.channel, row.what, row.sha256, row.name),
        ).fetchone()
        if known is not None:
            return
    names = [one.name for one in fields(DepartureRow) if one.name != "id"]
    connection.execute(
        f"INSERT INTO departure ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608 - fixed names
        tuple(getattr(row, name) for name in names),
    )


def departures(connection: Connection, envelopes: Sequence[str] | None = None) -> list[DepartureRow]:
    """What left (None: all; else with these envelopes), newest first."""
    columns = ", ".join(one.name for one in fields(DepartureRow))
    where, bound = ("true", ()) if envelopes is None else (
        "envelope IN (SELECT value FROM json_each(?))", (json.dumps(list(envelopes)),)
    )  # fmt: skip
    found = connection.execute(f"SELECT {columns} FROM departure WHERE {where} ORDER BY id DESC", bound)  # noqa: S608
    return [DepartureRow(*row) for row in found]
