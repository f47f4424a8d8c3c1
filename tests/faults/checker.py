"""Whether anything was lost, duplicated, corrupted or is stuck: read from both databases and every file, by itself.

Nothing of the product is used: SQL over the two database files, hashes of every kept file, and Ed25519 over the
receipts. What the code under test believes is not asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass
class Found:
    """What is wrong, in words, by kind; nothing = all is well."""

    submissions: int = 0
    """That the endpoint has."""
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Nothing was found."""
        return not (self.lost or self.duplicated or self.corrupt or self.stuck)

    def __str__(self) -> str:
        """For a failing test."""
        return "; ".join(
            f"{name}: {one}" for name in ("lost", "duplicated", "corrupt", "stuck") for one in getattr(self, name)
        )


def check(
    workspaces: Iterable[Path], server: Path, *, queued: int | None = None, finished: bool = True, reader: Any = None
) -> Found:
    """Compare laptops with their endpoint. `queued`: how many deliveries there must be; `finished`: none may wait.

    `reader`: a connection to the only laptop's database while that is open in this process: opening its file a second
    time would drop the locks of the first.
    """
    found = Found()
    endpoint = _Endpoint(server, found)
    count = 0
    for folder in workspaces:
        with nullcontext(reader) if reader is not None else closing(_opened(folder / "workspace.db")) as db:
            count += _laptop(folder, db, endpoint, found, finished)
    if queued is not None and count != queued:
        found.lost.append(f"{queued} were queued, {count} are there")
    return found


class _Endpoint:
    """What the endpoint has, checked in itself while it is read."""

    def __init__(self, folder: Path, found: Found) -> None:
        with closing(_opened(folder / "central.sqlite3")) as db:
            for problem in db.execute("PRAGMA integrity_check").fetchall():
                if problem != ("ok",):
                    found.corrupt.append(f"database of the endpoint: {problem[0]}")
            self.rows = {
                (row[2], row[1]): row
                for row in db.execute(
                    "SELECT id, envelope, participant, bytes, sha256, reference, version, act FROM submission"
                )
            }
            self.receipts = dict(db.execute("SELECT submission, jws FROM receipt").fetchall())
            numbers = db.execute("SELECT participant, number, jws FROM receipt ORDER BY participant, number").fetchall()
            files = db.execute("SELECT submission, sha256, size FROM attachment").fetchall()
            self.blobs = {
                (row[0], row[1]): row
                for row in db.execute("SELECT participant, sha256, length, offset, complete FROM blob")
            }
            changes = db.execute(
                "SELECT type, item, version, participant, number, data FROM change ORDER BY participant, number"
            ).fetchall()
            [self.epoch] = db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        self.keys = json.loads((folder / "keys" / "keys.json").read_text())
        self.changes = changes
        found.submissions = len(self.rows)
        self._receipts_are_a_chain(numbers, found)
        for row in self.rows.values():
            self._receipt_is_ours(row, found)
        same = Counter((row[2], row[5], row[6]) for row in self.rows.values() if row[7] == "submit")
        found.duplicated += [f"{one} is there {times} times" for one, times in same.items() if times > 1]
        told = Counter(one[:4] for one in changes if one[0] == "receipt")
        found.duplicated += [f"change {one} was told {times} times" for one, times in told.items() if times > 1]
        for row in self.rows.values():
            if hashlib.sha256(row[3]).hexdigest() != row[4]:
                found.corrupt.append(f"envelope {row[1]} has other bytes than its hash")
            if row[0] not in self.receipts:
                found.lost.append(f"{row[1]} has no receipt at the endpoint")
        owner = {row[0]: row[2] for row in self.rows.values()}
        for submission, sha256, size in files:
            self._file(folder, owner[submission], sha256, size, found)
        for path in (folder / "blobs").rglob("*"):
            whole = len(path.name) == 64 and path.is_file() and path.parent.name != "unfinished"
            if whole and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                found.corrupt.append(f"file {path.name[:12]} at the endpoint has other bytes than its name")

    def _file(self, folder: Path, participant: str, sha256: str, size: int, found: Found) -> None:
        path = folder / "blobs" / participant / sha256[:2] / sha256
        blob = self.blobs.get((participant, sha256))
        if blob is None or not blob[4]:
            found.lost.append(f"file {sha256[:12]} was accepted and is not complete at the endpoint")
        if not path.is_file():
            found.lost.append(f"file {sha256[:12]} was accepted and is not on the endpoint's drive")
        elif path.stat().st_size != size:
            found.corrupt.append(f"file {sha256[:12]} has another size at the endpoint")

    def _receipt_is_ours(self, row: Any, found: Found) -> None:
        jws = self.receipts.get(row[0])
        if jws is None:
            return
        if not _signed(jws, self.keys):
            found.corrupt.append(f"the receipt of {row[1]} is not signed by a key of the endpoint")
        elif [_body(jws)[one] for one in ("participant", "submission", "sha256")] != [row[2], row[1], row[4]]:
            found.corrupt.append(f"the receipt of {row[1]} at the endpoint is for something else")

    @staticmethod
    def _receipts_are_a_chain(numbers: list[tuple[str, int, str]], found: Found) -> None:
        last: dict[str, tuple[int, str]] = {}
        for participant, number, jws in numbers:
            body = _body(jws)
            before, previous = last.get(participant, (0, ""))
            if number != before + 1 or body["number"] != number:
                found.duplicated.append(f"receipts of {participant} go from {before} to {number}")
            if body["previous"] != previous:
                found.corrupt.append(f"receipt {number} of {participant} does not follow the one before")
            last[participant] = (number, hashlib.sha256(jws.encode()).hexdigest())


def _laptop(folder: Path, db: Any, endpoint: _Endpoint, found: Found, finished: bool) -> int:
    # A connection that was open before an index for full-text search changed compares it with what it remembers, and
    # says "checksum mismatch" (SQLite 3.53); every new connection finds the same file sound.
    for problem in db.execute("PRAGMA integrity_check" if finished else "PRAGMA foreign_key_check").fetchall():
        if problem != ("ok",):
            found.corrupt.append(f"database of a laptop: {problem}")
    rows = db.execute(
        "SELECT e.uuid, e.bytes, e.sha256, d.state, d.receipt, p.jwks, e.submission_id, p.uuid, "
        "p.participant FROM envelope e LEFT JOIN delivery d ON d.uuid = e.uuid JOIN endpoint p ON p.id = e.endpoint_id"
    ).fetchall()
    events = db.execute("SELECT submission_id FROM submission_event WHERE kind = 'queued'").fetchall()
    queued = Counter(one[0] for one in events)
    taken = {
        (one[0], one[1]): (one[2], one[3])
        for one in db.execute("SELECT type, item, version, data FROM feed_item").fetchall()
    }
    [(epoch, cursor)] = db.execute("SELECT epoch, cursor FROM endpoint").fetchall()
    reached = int(cursor.split(".")[1]) if epoch == endpoint.epoch and cursor.startswith(epoch) else 0
    for kind, item, version, _, number, _ in endpoint.changes:
        here = finished or number <= reached  # the cursor is never ahead of what was taken in
        if here and kind in {"status", "comment", "receipt"} and taken.get((kind, item), (0,))[0] < version:
            found.lost.append(f"change {kind} {item[:8]} of version {version} did not come to {folder.name}")
    if finished:
        newest = {(one[0], one[1]): one[5] for one in endpoint.changes if one[0] in {"status", "comment"}}
        for (kind, item), data in newest.items():
            if (kind, item) in taken and json.loads(taken[kind, item][1]) != json.loads(data):
                found.lost.append(f"{kind} {item[:8]} on {folder.name} is not as the endpoint says it is now")
    for uuid, data, sha256, state, receipt, jwks, submission, whose, participant in rows:
        name = uuid[:8]
        if hashlib.sha256(data).hexdigest() != sha256:
            found.corrupt.append(f"envelope {name} has other bytes on the laptop than its hash")
        if not queued[submission]:
            found.lost.append(f"{name} is queued and no event says so")
        there = endpoint.rows.get((participant, uuid))
        body = json.loads(data)
        if there is not None and bytes(there[3]) != bytes(data):
            found.corrupt.append(f"envelope {name} has other bytes at the endpoint")
        for one in body["attachments"]:
            _kept(folder, one, found)
        if state == "received":
            if there is None:
                found.lost.append(f"{name} is said to be received, and the endpoint does not have it")
            _receipt(name, receipt, json.loads(jwks), data, body, found)
            if receipt.count(".") == 2 and _signed(receipt, json.loads(jwks)):
                said = _body(receipt)
                if (said["endpoint"], said["participant"]) != (whose, participant):
                    found.corrupt.append(f"the receipt of {name} is of another endpoint or participant")
        elif finished and state != "left out":
            found.stuck.append(f"{name} is {state}")
    return len(rows)


def _receipt(name: str, jws: str, jwks: Mapping[str, Any], data: bytes, body: Mapping[str, Any], found: Found) -> None:
    if not _signed(jws, jwks):
        found.corrupt.append(f"the receipt of {name} is not signed by its endpoint")
        return
    said = _body(jws)
    files = {(one["sha256"], one["size"]) for one in body["attachments"]}
    if said["submission"] != body["id"] or said["sha256"] != hashlib.sha256(data).hexdigest():
        found.corrupt.append(f"the receipt of {name} is for something else")
    if {tuple(one) for one in said["attachments"]} != files:
        found.corrupt.append(f"the receipt of {name} does not name its files")


def _signed(jws: str, jwks: Mapping[str, Any]) -> bool:
    try:
        head, payload, signature = jws.split(".")
        kid = json.loads(_unb64(head))["kid"]
        [key] = [one for one in jwks["keys"] if one["kid"] == kid]
        Ed25519PublicKey.from_public_bytes(_unb64(key["x"])).verify(_unb64(signature), f"{head}.{payload}".encode())
    except (ValueError, KeyError, InvalidSignature):
        return False
    return True


def _kept(folder: Path, one: Mapping[str, Any], found: Found) -> None:
    sha256 = one["sha256"]
    for area in ("evidence", "snapshots"):
        path = folder / area / sha256[:2] / sha256
        if path.is_file():
            if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                found.corrupt.append(f"file {sha256[:12]} on the laptop has other bytes than its name")
            return
    found.lost.append(f"file {sha256[:12]} is not on the laptop any more")


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _body(jws: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(_unb64(jws.split(".")[1]))
    return read


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
