"""What somebody with the file of a workspace in hand could do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256

from desktop.app import Workspace
from local_db import audit
from local_db.connection import DATABASE_NAME, Connection, connect


@contextmanager
def raw(workspace: Workspace) -> Iterator[Connection]:
    """A connection without triggers, keys and checks."""
    with closing(connect(workspace.folder / DATABASE_NAME)) as connection:
        connection.executescript("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.commit()
        yield connection


def flipped(data: bytes, bit: int) -> bytes:
    """The same with one bit the other way."""
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << (bit % 8))]) + data[bit // 8 + 1 :]


def write_log_anew(workspace: Workspace, said: str, instead: str) -> None:
    """Put other words into the audit log and make its chain again, so that it holds by itself."""
    with raw(workspace) as connection:
        rows = connection.execute("SELECT seq, at, actor, action, title, body FROM audit ORDER BY seq").fetchall()
        prev = ""
        for seq, at, actor, action, title, body in rows:
            text = body.replace(said, instead)
            hashed = sha256(text.encode()).hexdigest()
            h = audit.entry_hash(seq=seq, at=at, actor=actor, action=action, title=title, body_hash=hashed, prev=prev)
            connection.execute(
                "UPDATE audit SET body = ?, body_hash = ?, prev = ?, h = ? WHERE seq = ?", (text, hashed, prev, h, seq)
            )
            prev = h
        connection.commit()
