"""One at a time for a named thing (a blob, starting), between threads and between processes.

It is held longer than a transaction may be: while a part is written to the drive, or a large file is hashed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from central.refusals import Refused

PATIENCE = 60.0
"""Seconds that somebody waits for another one's part."""
_STRIPES = 256
_PAUSE = 0.02
_LONGEST_PAUSE = 0.2


class Locks(Protocol):
    """Two kinds, by the database."""

    @contextmanager
    def hold(self, name: str, patience: float = PATIENCE) -> Iterator[None]:
        """Raises Refused (unavailable) when somebody else holds it for longer. Never held twice by one thread."""


class FileLocks:
    """For SQLite: files in a folder, locked by the operating system, which lets go when a process dies."""

    def __init__(self, folder: Path) -> None:
        """The folder is made."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._threads = [threading.Lock() for _ in range(_STRIPES)]

    @contextmanager
    def hold(self, name: str, patience: float = PATIENCE) -> Iterator[None]:
        """See Locks."""
        stripe = hashlib.sha256(name.encode()).digest()[0]
        end = time.monotonic() + patience
        if not self._threads[stripe].acquire(timeout=patience):
            raise _busy()
        try:
            handle = os.open(self._folder / f"{stripe:02x}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                while not taken(handle):
                    if time.monotonic() >= end:
                        raise _busy()
                    time.sleep(_PAUSE)
                yield
            finally:
                os.close(handle)  # lets go of the lock as well
        finally:
            self._threads[stripe].release()


class PostgresLocks:
    """For PostgreSQL: advisory locks of a session, so that workers on several machines are one.

    The engine is one of its own: those who work under a lock need connections too. A lock is that of its connection,
    which is kept while it is held; whoever waits keeps none.
    """

    def __init__(self, engine: Engine) -> None:
        """Nothing is connected yet."""
        self._engine = engine

    @contextmanager
    def hold(self, name: str, patience: float = PATIENCE) -> Iterator[None]:
        """See Locks."""
        key = number_of(name)
        end = time.monotonic() + patience
        pause = _PAUSE
        while (connection := self._tried(key)) is None:
            if time.monotonic() >= end:
                raise _busy()
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        with connection:
            try:
                yield
            finally:
                _let_go(connection, key)

    def _tried(self, key: int) -> Connection | None:
        """The connection that holds it now; None when another one does, or no connection is free."""
        try:
            connection = self._engine.connect()
        except PoolTimeout:
            return None
        taken = False
        try:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar())
        finally:
            if not taken:
                connection.close()
        return connection if taken else None


def number_of(name: str) -> int:
    """The 64 bits that PostgreSQL knows a lock by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _let_go(connection: Connection, key: int) -> None:
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
    except SQLAlchemyError:  # the session is gone, and the lock with it
        connection.invalidate()


def taken(handle: int) -> bool:
    """Lock an open file if nobody has it locked; the system lets go when it is closed, or its process dies."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _busy() -> Refused:
    return Refused("unavailable", "Somebody else is at work on the same thing.", retry_after=5)
