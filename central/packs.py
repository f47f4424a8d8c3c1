"""Programme content that this endpoint publishes to everybody: milestones, wording, question sets, and so on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from central.audit import Audit
from central.clock import Clock, moment
from central.database import Database
from central.feed import Feed
from central.points import reach
from central.refusals import Refused
from central.tables import content_pack
from desktop.sync.wire import feed as items

LARGEST = 20 * 1024 * 1024
"""Bytes; the desktop refuses a larger one."""
KINDS: dict[str, str] = {
    "cleanse_checks": "Cleanse check settings",
    "code_lists": "Code lists",
    "recipients": "Roles and recipients",
    "milestones": "Milestones",
    "pit_plan": "PIT plan",
    "cutover_plans": "Cutover plans",
    "declarations": "Declaration wording",
    "submissions": "Submissions and what recipients ask of them",
}
"""The kinds that MHHS Desk reads, with the name shown to people (a test holds that they are the same)."""
STATUSES = ("official", "suggested", "sample")
NEEDED = {
    "recipients": ("recipients", "roles", "segments", "pathways", "hats"),
    "milestones": ("milestones",),
    "pit_plan": ("stages", "gates", "families", "severities", "parties", "deliverables"),
    "cutover_plans": ("plans",),
    "declarations": ("capacities", "wordings"),
    "submissions": ("kinds", "delivery", "acceptance"),
}
"""Lists that a body needs, each of objects with an id: without them no laptop could take it."""


@dataclass(frozen=True)
class Pack:
    """A published one. `withdrawn`: why; '' = it stands."""

    sha256: str
    kind: str
    version: str
    status: str
    source: str
    date: str
    title: str
    size: int
    published_at: str
    published_by: str
    withdrawn: str


class Packs:
    """What is published is never edited: a mistake is withdrawn and a new version published."""

    def __init__(self, db: Database, feed: Feed, audit: Audit, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._db = db
        self._feed = feed
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[Pack, ...]:
        """The newest first."""
        names = [one for one in content_pack.c if one.name not in {"bytes", "pack_version"}]
        query = select(*names, func.length(content_pack.c.bytes).label("size"))
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(content_pack.c.published_at.desc(), content_pack.c.sha256))
            return tuple(Pack(**row) for row in rows.mappings())

    def data(self, sha256: str) -> bytes:
        """The bytes of one that was published, withdrawn or not. Raises Refused (not-found)."""
        with self._db.read() as connection:
            found = connection.execute(select(content_pack.c.bytes).where(content_pack.c.sha256 == sha256)).scalar()
        if found is None:
            raise Refused("not-found", "There is no such content pack.")
        return bytes(found)

    def publish(self, data: bytes, by: str, title: str = "") -> Pack:
        """Publish a pack to every participant; the same bytes again change nothing.

        Raises Refused: too-large; invalid for what no laptop could take, for the version of a kind that was published
        with other bytes, and for one that was withdrawn.
        """
        header = read_header(data)
        sha256 = hashlib.sha256(data).hexdigest()
        title = " ".join(title.split())[:200] or f"{KINDS[header['kind']]} {header['version']}"
        at = moment(self._clock())
        with self._db.write() as connection:
            self._db.number_in_order(connection)  # alone, so that two who publish the same do it once
            there = connection.execute(
                select(content_pack.c.sha256, content_pack.c.withdrawn).where(
                    content_pack.c.kind == header["kind"], content_pack.c.version == header["version"]
                )
            ).all()
            for one in there:
                if one.sha256 == sha256 and one.withdrawn:
                    raise Refused("invalid", "This pack was withdrawn. Give it a new version to publish it again.")
                if one.sha256 != sha256 and not one.withdrawn:
                    raise Refused(
                        "invalid",
                        f"Version {header['version']} of it is published with another text: raise the version.",
                    )
            if not any(one.sha256 == sha256 for one in there):
                connection.execute(
                    insert(content_pack).values(
                        sha256=sha256, **header, title=title, bytes=data, published_at=at, published_by=by
                    )
                )
                reach("pack-kept")
                self._tell(connection, sha256, at)
                self._audit.add(connection, actor=by, action="pack published", subject=sha256, detail=header["kind"])
        return next(one for one in self.all() if one.sha256 == sha256)

    def withdraw(self, sha256: str, why: str, by: str) -> None:
        """Say to everybody that it does not stand any more, and why. Raises Refused (not-found, invalid)."""
        why = " ".join(why.split())[:2_000]
        if not why:
            raise Refused("invalid", "Say why it is withdrawn: participants read it.", field="why")
        at = moment(self._clock())
        with self._db.write() as connection:
            where = content_pack.c.sha256 == sha256
            row = connection.execute(select(content_pack.c.withdrawn).where(where).with_for_update()).first()
            if row is None:
                raise Refused("not-found", "There is no such content pack.")
            if row.withdrawn:
                raise Refused("invalid", "It was withdrawn already.")
            connection.execute(
                update(content_pack).where(where).values(withdrawn=why, pack_version=content_pack.c.pack_version + 1)
            )
            reach("pack-withdrawn")
            self._tell(connection, sha256, at)
            self._audit.add(connection, actor=by, action="pack withdrawn", subject=sha256)

    def tell_newcomer(self, connection: Connection, participant: str) -> None:
        """Tell a participant that is being added of all that was published, as it stands now."""
        self._db.number_in_order(connection)  # first: nothing is published meanwhile
        query = select(content_pack).order_by(content_pack.c.published_at, content_pack.c.sha256)
        for row in connection.execute(query).mappings().all():
            data = _data(row, row["published_at"])
            self._feed.add(connection, participant, items.PACK, row["sha256"], row["pack_version"], data)

    def _tell(self, connection: Connection, sha256: str, at: str) -> None:
        row = connection.execute(select(content_pack).where(content_pack.c.sha256 == sha256)).mappings().one()
        self._feed.add_for_all(connection, items.PACK, sha256, row["pack_version"], _data(row, at))


def _data(row: RowMapping, at: str) -> dict[str, Any]:
    """What is told of a pack."""
    return {
        **{one: row[one] for one in ("kind", "version", "status", "source", "date", "sha256", "title")},
        "size": len(row["bytes"]),
        "withdrawn": bool(row["withdrawn"]),
        "reason": row["withdrawn"],
        "at": at,
    }


def read_header(data: bytes) -> dict[str, str]:
    """Kind, version, status, source and date of a pack file. Raises Refused (too-large, invalid)."""
    if len(data) > LARGEST:
        raise Refused("too-large", "It is larger than 20 MB, which no content pack is.", limit=LARGEST)
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused("invalid", "It is no JSON file.") from error
    if not isinstance(raw, dict):
        raise Refused("invalid", "It does not hold one JSON object.")
    header: dict[str, str] = {}
    for name, longest in (("kind", 40), ("version", 40), ("status", 20), ("source", 4_000), ("date", 10)):
        value = raw.get(name)
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest or not _plain(value):
            raise Refused("invalid", f"Its “{name}” is no text of up to {longest:,} characters.")
        header[name] = value
    if header["kind"] not in KINDS:
        raise Refused("invalid", f"Its kind is none that MHHS Desk knows: {', '.join(KINDS)}.")
    if header["status"] not in STATUSES:
        raise Refused("invalid", f"Its status is none of {', '.join(STATUSES)}.")
    try:
        date.fromisoformat(header["date"])
    except ValueError as error:
        raise Refused("invalid", "Its date is no day as 2026-11-28.") from error
    _check_body(header["kind"], raw.get("body"))
    return header


def _plain(text: str) -> bool:
    """Whether it is Unicode without control characters, as the database and every page can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return all(char.isprintable() or char in "\n\t" for char in text)


def _check_body(kind: str, body: object) -> None:
    if not isinstance(body, dict):
        raise Refused("invalid", "It has no “body” with an object.")
    for needed in NEEDED.get(kind, ()):
        rows = body.get(needed)
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows
        ):
            raise Refused("invalid", f"Its body needs a list “{needed}” whose rows have an id.")
