"""The database of an endpoint: SQLite without any set-up, or PostgreSQL by URL, used in the same way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from central.locks import FileLocks, Locks, PostgresLocks, number_of
from central.refusals import Refused

SQLITE_NAME = "central.sqlite3"
_BUSY_MS = 30_000
"""How long a write waits for another process."""
_AT_WORK = 20
"""Locks that one process may hold at once: no fewer than the threads of a worker (app.THREADS) and those that compare
files behind. Their connections are opened when they are needed."""
_NUMBERING = number_of("numbering")
_FULL_PG = {"53100"}
_FULL_SQLITE = "database or disk is full"


class Database:
    """Connections for reading and writing.

    SQLite: write-ahead log, synchronous=FULL, one writer at a time. PostgreSQL: rows are locked where two may meet
    (the participant's when a submission is accepted), and what is numbered in order is numbered under one lock.
    """

    def __init__(self, data: Path, url: str = "") -> None:
        """`url` '' = SQLite in the folder `data`. Nothing is connected yet."""
        self.sqlite = not url or url.startswith("sqlite")
        self._writing = threading.Lock()
        if self.sqlite:
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.engine = create_engine(url or f"sqlite:///{data / SQLITE_NAME}", pool_size=40, max_overflow=40)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            self.locks: Locks = FileLocks(data / "locks")
            self._lock_engine: Engine | None = None
        else:
            options: dict[str, Any] = {
                "pool_pre_ping": True,
                "connect_args": {"options": f"-c lock_timeout={_BUSY_MS} -c timezone=UTC"},
            }
            self.engine = create_engine(url, pool_size=8, max_overflow=8, **options)
            self._lock_engine = create_engine(url, pool_size=2, max_overflow=_AT_WORK - 2, pool_timeout=1, **options)
            self.locks = PostgresLocks(self._lock_engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back when anything is raised.

        Raises Refused: no-room for a full drive; unavailable when the database does not answer, or others were in the
        way for too long. Whether such a transaction was committed is then not known: every call can be repeated.
        """
        with self._one_writer(), _told(), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises Refused (unavailable)."""
        with _told(), self.engine.connect() as connection, connection.begin():
            yield connection

    def number_in_order(self, connection: Connection) -> None:
        """From here to the end of the transaction nobody else numbers changes or entries of the audit.

        Else a later number could be committed before an earlier one, and a reader would step over it.
        """
        if not self.sqlite:  # which has one writer
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NUMBERING})

    def upgrade(self) -> None:
        """Bring the tables up to this version, whoever starts at the same time. Raises Refused (unavailable)."""
        from central.migrations.running import upgrade

        with self.write() as connection:
            if not self.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": number_of("migrations")})
            upgrade(connection)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
        if self._lock_engine is not None:
            self._lock_engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """Threads of one process queue here, in place of asking SQLite again and again whether it is free."""
        if not self.sqlite:
            yield
            return
        if not self._writing.acquire(timeout=_BUSY_MS / 1000):
            raise Refused("unavailable", "The database is busy.", retry_after=5)
        try:
            yield
        finally:
            self._writing.release()


@contextmanager
def _told() -> Iterator[None]:
    """Failures of the database that pass by themselves, or that the endpoint's operator mends, as problems."""
    try:
        yield
    except PoolTimeout as error:
        raise Refused("unavailable", "The database is busy.", retry_after=5) from error
    except DBAPIError as error:
        if _FULL_SQLITE in str(error.orig) or getattr(error.orig, "sqlstate", "") in _FULL_PG:
            raise Refused("no-room", "The database has no room.", retry_after=60) from error
        if _passes(error):
            raise Refused("unavailable", "The database does not answer, or is busy.", retry_after=5) from error
        raise


def _passes(error: DBAPIError) -> bool:
    """Locked, deadlock, connection lost, starting up; not: no such table."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state[:2] in {"08", "40", "53", "55", "57"}
    said = str(error.orig)
    return error.connection_invalidated or "locked" in said or "connection" in said or "disk I/O error" in said


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for one in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {one}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
