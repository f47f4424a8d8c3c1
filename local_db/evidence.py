"""Queries about evidence: items, their revisions (files), what they are linked to, and the text found in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local_db.connection import Connection

_ITEM = (
    "id, ref, title, description, author, collector, collected, period_from, period_to, expires, confidentiality, "
    "redaction, tags, withdrawn, revision, created_at, created_by"
)
_REVISION = (
    "id, evidence_id, number, blob_sha256, file_name, size, media_type, kind, active, modified_at, origin, reason, "
    "added_at, added_by"
)
_AT_ONCE = 500
"""Ids bound in one query."""


@dataclass(frozen=True)
class ItemRow:
    """An item as it is kept; dates are ISO texts, `tags` a JSON list, `revision` the number of the newest one."""

    id: int
    ref: str
    title: str
    description: str
    author: str
    collector: str
    collected: str
    period_from: str
    period_to: str
    expires: str
    confidentiality: str
    redaction: str
    tags: str
    withdrawn: str
    revision: int
    created_at: str
    created_by: str


@dataclass(frozen=True)
class RevisionRow:
    """A revision as it is kept."""

    id: int
    evidence_id: int
    number: int
    blob_sha256: str
    file_name: str
    size: int
    media_type: str
    kind: str
    active: int
    modified_at: str
    origin: str
    reason: str
    added_at: str
    added_by: str


@dataclass(frozen=True)
class LinkRow:
    """A link as it is kept, with the number of its item's newest revision."""

    id: int
    evidence_id: int
    target_kind: str
    target_id: int
    note: str
    confirmed_revision: int
    newest_revision: int


@dataclass(frozen=True)
class ProofRow:
    """What a target's own page says of one item that it relies on."""

    link_id: int
    evidence_id: int
    ref: str
    title: str
    file_name: str
    kind: str
    size: int
    collected: str
    expires: str
    note: str
    confirmed_revision: int
    newest_revision: int
    withdrawn: str


@dataclass(frozen=True)
class FileRow:
    """One revision's file for the check of the store and for reading its text."""

    ref: str
    title: str
    number: int
    file_name: str
    sha256: str
    size: int
    area: str


def items(connection: Connection, ids: Sequence[int]) -> list[ItemRow]:
    """The items with these ids, by id; those that are not there are left out."""
    found: list[ItemRow] = []
    for some in _blocks(ids):
        sql = f"SELECT {_ITEM} FROM evidence WHERE id IN ({_marks(some)})"  # noqa: S608 - fixed names
        found.extend(ItemRow(*row) for row in connection.execute(sql, some))
    return sorted(found, key=lambda item: item.id)


def id_of_ref(connection: Connection, ref: str) -> int | None:
    """The item with a reference, without regard to case."""
    row = connection.execute("SELECT id FROM evidence WHERE ref = ? COLLATE NOCASE", (ref,)).fetchone()
    return None if row is None else int(row[0])


def all_ids(connection: Connection, *, in_use: bool = False) -> list[int]:
    """The ids of all items, oldest first; `in_use` = without those that were withdrawn."""
    where = "WHERE withdrawn = ''" if in_use else ""
    return [int(row[0]) for row in connection.execute(f"SELECT id FROM evidence {where} ORDER BY id")]  # noqa: S608


def revisions(connection: Connection, evidence_id: int) -> list[RevisionRow]:
    """The revisions of an item, newest first."""
    sql = f"SELECT {_REVISION} FROM evidence_revision WHERE evidence_id = ? ORDER BY number DESC"  # noqa: S608
    return [RevisionRow(*row) for row in connection.execute(sql, (evidence_id,))]


def newest_revisions(connection: Connection, ids: Sequence[int]) -> dict[int, RevisionRow]:
    """The newest revision of each of these items."""
    names = ", ".join(f"r.{name}" for name in _REVISION.split(", "))
    found: dict[int, RevisionRow] = {}
    for some in _blocks(ids):
        sql = (
            f"SELECT {names} FROM evidence AS e JOIN evidence_revision AS r "  # noqa: S608 - fixed names
            f"ON r.evidence_id = e.id AND r.number = e.revision WHERE e.id IN ({_marks(some)})"
        )
        for row in connection.execute(sql, some):
            one = RevisionRow(*row)
            found[one.evidence_id] = one
    return found


def items_of_content(connection: Connection, sha256: str, file_name: str | None = None) -> list[int]:
    """The items in use whose newest revision has this content, and this name unless it is None; oldest first."""
    rows = connection.execute(
        "SELECT e.id FROM evidence_revision AS r JOIN evidence AS e ON e.id = r.evidence_id AND e.revision = r.number "
        "WHERE r.blob_sha256 = ?1 AND (?2 IS NULL OR r.file_name = ?2) AND e.withdrawn = '' ORDER BY e.id",
        (sha256, file_name),
    )
    return [int(row[0]) for row in rows]


_LINK = (
    "SELECT l.id, l.evidence_id, l.target_kind, l.target_id, l.note, l.confirmed_revision, e.revision "
    "FROM evidence_link AS l JOIN evidence AS e ON e.id = l.evidence_id"
)


def links_of(connection: Connection, evidence_id: int) -> list[LinkRow]:
    """What an item is linked to, oldest link first."""
    return [
        LinkRow(*row) for row in connection.execute(f"{_LINK} WHERE l.evidence_id = ? ORDER BY l.id", (evidence_id,))
    ]


def links(connection: Connection, link_ids: Sequence[int]) -> list[LinkRow]:
    """The links with these ids."""
    found: list[LinkRow] = []
    for some in _blocks(link_ids):
        found.extend(LinkRow(*row) for row in connection.execute(f"{_LINK} WHERE l.id IN ({_marks(some)})", some))
    return found


def links_to(connection: Connection, target_kind: str, target_ids: Iterable[int]) -> list[int]:
    """Ids of the links to these targets: they go when what they prove is removed."""
    wanted = {int(one) for one in target_ids}
    found = connection.execute("SELECT id, target_id FROM evidence_link WHERE target_kind = ?", (target_kind,))
    return [int(link) for link, target in found if target in wanted]


def all_links(connection: Connection) -> list[tuple[int, str, int, int]]:
    """(item, kind of target, target, revision confirmed) of every link."""
    return list(
        connection.execute(
            "SELECT evidence_id, target_kind, target_id, confirmed_revision FROM evidence_link ORDER BY id"
        )
    )


def linked(connection: Connection, evidence_ids: Sequence[int]) -> set[tuple[int, str, int]]:
    """(item, kind of target, target) of the links of these items."""
    found: set[tuple[int, str, int]] = set()
    for some in _blocks(evidence_ids):
        sql = f"SELECT evidence_id, target_kind, target_id FROM evidence_link WHERE evidence_id IN ({_marks(some)})"  # noqa: S608
        found.update((int(item), str(kind), int(target)) for item, kind, target in connection.execute(sql, some))
    return found


def proofs(connection: Connection, target_kind: str, target_id: int) -> list[ProofRow]:
    """What a target relies on, oldest link first."""
    rows = connection.execute(
        "SELECT l.id, e.id, e.ref, e.title, r.file_name, r.kind, r.size, e.collected, e.expires, l.note, "
        "l.confirmed_revision, e.revision, e.withdrawn FROM evidence_link AS l JOIN evidence AS e "
        "ON e.id = l.evidence_id JOIN evidence_revision AS r ON r.evidence_id = e.id AND r.number = e.revision "
        "WHERE l.target_kind = ? AND l.target_id = ? ORDER BY l.id",
        (target_kind, target_id),
    )
    return [ProofRow(*row) for row in rows]


def counts(connection: Connection, target_kind: str) -> dict[int, tuple[int, int]]:
    """For each target of a kind: items in use that it relies on, and how many of these links await confirmation."""
    rows = connection.execute(
        "SELECT l.target_id, count(*), sum(l.confirmed_revision < e.revision) FROM evidence_link AS l "
        "JOIN evidence AS e ON e.id = l.evidence_id WHERE l.target_kind = ? AND e.withdrawn = '' GROUP BY l.target_id",
        (target_kind,),
    )
    return {int(target): (int(used), int(awaiting)) for target, used, awaiting in rows}


def expired(connection: Connection, target_kind: str, today: str) -> dict[int, int]:
    """For each target of a kind: how many items in use that it relies on were good until a day before `today`."""
    rows = connection.execute(
        "SELECT l.target_id, count(*) FROM evidence_link AS l JOIN evidence AS e ON e.id = l.evidence_id "
        "WHERE l.target_kind = ? AND e.withdrawn = '' AND e.expires <> '' AND e.expires < ? GROUP BY l.target_id",
        (target_kind, today),
    )
    return {int(target): int(count) for target, count in rows}


def table_rows(connection: Connection) -> list[tuple[object, ...]]:
    """Every item with its newest file, newest item first; the columns are TABLE_COLUMNS."""
    return list(
        connection.execute(
            "SELECT e.id, e.ref, e.title, e.description, e.author, e.collector, e.collected, e.period_from, "
            "e.period_to, e.expires, e.confidentiality, e.redaction, e.tags, e.withdrawn, e.revision, r.file_name, "
            "r.kind, r.size, r.added_at FROM evidence AS e JOIN evidence_revision AS r "
            "ON r.evidence_id = e.id AND r.number = e.revision ORDER BY e.id DESC"
        )
    )


TABLE_COLUMNS = (
    "id", "ref", "title", "description", "author", "collector", "collected", "period_from", "period_to", "expires",
    "confidentiality", "redaction", "tags", "withdrawn", "revision", "file", "kind", "bytes", "added",
)  # fmt: skip


def search(connection: Connection, match: str, limit: int) -> list[int]:
    """Ids of the items that an FTS5 expression finds, best first: reference and title weigh most, the text least."""
    rows = connection.execute(
        "SELECT rowid FROM evidence_search WHERE evidence_search MATCH ? "
        "ORDER BY bm25(evidence_search, 10.0, 8.0, 3.0, 6.0, 5.0, 1.0), rowid LIMIT ?",
        (match, limit),
    )
    return [int(row[0]) for row in rows]


def unread(connection: Connection) -> list[tuple[str, str, str, int]]:
    """(hash, file name, media type, bytes) of files whose text was not read yet, newest first; each hash once."""
    return list(
        connection.execute(
            "SELECT r.blob_sha256, r.file_name, r.media_type, r.size FROM evidence_revision AS r WHERE r.id IN "
            "(SELECT max(id) FROM evidence_revision GROUP BY blob_sha256) "
            "AND r.blob_sha256 NOT IN (SELECT blob_sha256 FROM evidence_text) ORDER BY r.id DESC"
        )
    )


def keep_text(connection: Connection, sha256: str, state: str, text: str, at: str) -> None:
    """Write what was read out of a file, inside the running `write()`; what is there stays."""
    connection.execute(
        "INSERT INTO evidence_text (blob_sha256, state, text, made_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (blob_sha256) DO NOTHING",
        (sha256, state, text, at),
    )


def files(connection: Connection) -> list[FileRow]:
    """Every revision's file, by item and number."""
    rows = connection.execute(
        "SELECT e.ref, e.title, r.number, r.file_name, r.blob_sha256, b.size, b.area FROM evidence_revision AS r "
        "JOIN evidence AS e ON e.id = r.evidence_id JOIN blob AS b ON b.sha256 = r.blob_sha256 "
        "ORDER BY e.id, r.number"
    )
    return [FileRow(*row) for row in rows]


def _blocks(ids: Sequence[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield list(ids[start : start + _AT_ONCE])


def _marks(some: Sequence[int]) -> str:
    return ", ".join("?" * len(some))
