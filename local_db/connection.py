"""One writer connection and query-only readers.

All writes and all checkpoints of a workspace go through one connection (design/reliability.md, sections 1 and 4.5).
The live database file is opened by SQLite only: opening and closing it any other way in this process drops
SQLite's locks on POSIX systems.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from local_db import engine
from local_db.engine import APPLICATION_ID, DATABASE_NAME, Connection, connect, plain
from local_db.errors import ReadOnly, WorkspaceDamaged, WorkspaceError
from local_db.transaction import Transaction

if TYPE_CHECKING:
    from sqlite_utils import Database

    from local_db.edit import Edit
    from local_db.undo_log import Replayed


class Store:
    """The database of one workspace: one writer, any number of readers, safe to use from any thread.

    `Store.create` makes a new file of the newest schema, `Store.open` opens an existing one. Neither takes the
    workspace's lock (local_db/lock.py): `desktop.app.Workspace` does that first.
    """

    def __init__(self, path: Path, writer: Connection | None, *, immutable: bool = False) -> None:
        """Used by `create` and `open`."""
        self.path = path
        self.read_only = writer is None
        self.lock = threading.RLock()
        self.depth = 0
        self.why_read_only: WorkspaceError | None = None
        """What kept a workspace from being opened for writing; None when reading only was asked for."""
        self.on_full: Callable[[], object] | None = None
        """Called once a write has failed for want of space (and was rolled back): frees the reserve."""
        self.on_damage: Callable[[], WorkspaceDamaged] | None = None
        """Called once damage was met: makes the failure that tells of it, with the backup to restore."""
        self.damaged = False
        """Whether a read or a write met damage since the store was opened."""
        self.writing_thread: int | None = None
        self._writer = writer
        self._immutable = immutable
        self._readers: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._of_thread = threading.local()
        self._by_thread: weakref.WeakValueDictionary[int, Connection] = weakref.WeakValueDictionary()
        self._closed = False
        self._editing = False
        self._database: Database | None = None

    @staticmethod
    def create(path: Path) -> Store:
        """Make a new database of the newest schema at `path` and open it. Raises WorkspaceError if a file is there."""
        from local_db import migrate

        migrate.create(path)
        return Store.open(path)

    @staticmethod
    def open(path: Path, read_only: bool = False) -> Store:
        """Open a database of the newest schema.

        Raises WorkspaceDamaged for a damaged or foreign file, WorkspaceError for a newer or an older schema (an
        older one is brought up to date by `migrate.bring_up_to_date` before, with a backup), or a file not there.
        """
        from local_db import migrate

        if not path.is_file():
            raise WorkspaceError(f"There is no workspace in {path.parent}.", todo="Choose another folder.")
        try:
            if read_only:
                return Store._open_to_read(path)
            connection = connect(path)
            try:
                migrate.check_identity(connection, path)
                connection.executescript(engine.WRITER_PRAGMAS)
                migrate.check_schema(connection, path)
            except BaseException:
                connection.close()
                raise
            return Store(path, connection)
        except dbapi2.Error as error:
            raise (plain(error, path) or error) from error

    @staticmethod
    def _open_to_read(path: Path) -> Store:
        from local_db import migrate

        immutable = False
        store = Store(path, None)
        try:
            store.read().execute("SELECT count(*) FROM sqlite_master").fetchone()
        except (dbapi2.OperationalError, WorkspaceError) as error:
            if isinstance(error, WorkspaceDamaged):
                store.close()
                raise
            # A folder that cannot be written has no place for the companion files; when there is no log to read
            # the file can be read as it stands.
            log = path.with_name(path.name + "-wal")
            store.close()
            if log.exists() and log.stat().st_size:
                raise
            immutable = True
        except BaseException:
            store.close()
            raise
        if immutable:
            store = Store(path, None, immutable=True)
        try:
            migrate.check_identity(store.read(), path)
            migrate.check_schema(store.read(), path)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def writer(self) -> Connection:
        """The writer connection; use it through `write()` only."""
        if self._writer is None:
            raise self._refusal()
        return self._writer

    @property
    def db(self) -> Database:
        """sqlite-utils over the writer, for small tables, inside `write()` only: outside, each row is a commit."""
        if not self.writer.in_transaction:
            raise RuntimeError("store.db is for use inside store.write()")
        if self._database is None:
            from sqlite_utils import Database

            self._database = Database(self.writer)
        return self._database

    @property
    def writing_here(self) -> bool:
        """Whether this thread is inside `write()`."""
        return self._writer is not None and self.writing_thread == threading.get_ident()

    def explain(self, error: Exception) -> WorkspaceError | None:
        """The sentence for a failure of the engine, after freeing the reserve when the disk is full."""
        code = engine.code_of(error)
        if code == engine.FULL and self.on_full is not None:
            self.on_full()
        if code in {engine.CORRUPT, engine.NOTADB}:
            self.damaged = True
            if self.on_damage is not None:
                return self.on_damage()
        return plain(error, self.path)

    def require_writable(self) -> None:
        """Raise ReadOnly, with the reason, when the workspace is open for reading only."""
        if self._closed:
            raise WorkspaceError("The workspace is closed.")
        if self.read_only:
            raise self._refusal()

    def _refusal(self) -> ReadOnly:
        why = self.why_read_only
        return ReadOnly(
            why.what if why is not None else "This workspace was opened for reading only.",
            safe="So it is open for reading only, and nothing was changed."
            if why is not None
            else "Nothing was changed.",
            todo=why.todo if why is not None else "Open it for writing to change it.",
        )

    def write(self) -> Transaction:
        """A transaction on the writer (BEGIN IMMEDIATE): `with store.write() as connection:`; all of it or nothing.

        From any thread; others wait. Inside another `write()` of the same thread it is a savepoint of that one. A
        full disk or a failing drive raises WorkspaceError with nothing of the step kept.
        """
        return Transaction(self)

    def read(self) -> Connection:
        """Give this thread's query-only connection; inside its own `write()` the writer, so that it sees its work.

        Read cursors to their end: an open one keeps the log from shrinking.
        """
        if self.writing_here:
            return self.writer
        connection: Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            if self._closed:
                raise WorkspaceError("The workspace is closed.")
            connection = connect(self.path, read_only=True, immutable=self._immutable, factory=engine.ReadingConnection)
            # Weakly: an idle reader must go with its thread, and with the store.
            connection.explain = partial(_explained, weakref.ref(self))
            try:
                connection.executescript(engine.READER_PRAGMAS)
            except dbapi2.DatabaseError as error:
                connection.close()
                connection.tell(error)
                raise
            self._of_thread.connection = connection
            self._readers.add(connection)
            self._by_thread[threading.get_ident()] = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state for several queries: a read transaction on this thread's reader."""
        connection = self.read()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def interrupt(self, thread: int | None = None) -> None:
        """Stop the running query of the thread with this identifier (`threading.get_ident()`), or of all readers.

        The stopped query raises the engine's OperationalError ("interrupted") on its own thread.
        """
        if thread is None:
            for connection in list(self._readers):
                connection.interrupt()
        else:
            one = self._by_thread.get(thread)
            if one is not None:
                one.interrupt()

    def close(self) -> None:
        """Close every connection; the last one merges the log into the file. Closing twice does nothing."""
        if self._closed:
            return
        self.interrupt()
        with self.lock:
            self._closed = True
            own: Connection | None = getattr(self._of_thread, "connection", None)
            if own is not None:
                own.close()
            # Another thread may still be inside a query: its connection goes when that thread lets go of it, and an
            # idle one goes here. Closing it under a running query would pull the statement away.
            del own
            self._readers.clear()
            self._of_thread = threading.local()
            self._database = None
            if self._writer is not None:
                with suppress(dbapi2.Error):
                    self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self._writer.close()

    def record(
        self,
        action: str,
        title: str,
        body: Mapping[str, Any],
        *,
        actor: str,
        at: datetime,
        barrier: bool = False,
    ) -> int:
        """Add an audit entry inside the running `write()`; returns its sequence number. For what cannot be undone.

        `title` goes into the chain for ever: it holds no personal data; `body` may. `barrier`: it is a step of a
        person's work (a signature), so that Undo never goes back past it.
        """
        from local_db import audit, undo_log

        if not self.writer.in_transaction:
            raise RuntimeError("store.record is for use inside store.write()")
        if barrier:
            undo_log.end_chain(self.writer, title)
        return audit.append(self.writer, action=action, title=title, body=body, actor=actor, at=at)

    @contextmanager
    def edit(
        self,
        *,
        action: str,
        title: str,
        subjects: Iterable[str],
        actor: str,
        at: datetime,
        body: Mapping[str, Any] | None = None,
    ) -> Iterator[Edit]:
        """An edit that can be undone: one transaction, one audit entry, one step. See local_db/edit.py."""
        from local_db import edit

        if self.writing_here and self._editing:
            raise RuntimeError("an edit inside an edit: give the inner step the outer edit instead")
        with self.write() as connection:
            self._editing = True
            work = edit.Edit(
                connection, action=action, title=title, subjects=tuple(subjects), actor=actor, at=at, body=body
            )
            try:
                yield work
                work.finish()
            finally:
                self._editing = False

    def undo_title(self) -> str | None:
        """The title of the step that `undo` would take back; None if there is none."""
        from local_db import undo_log

        return undo_log.undo_title(self.read())

    def undo_barrier(self) -> str | None:
        """The title of the step that cannot be undone, where Undo stands before it; None where it does not."""
        from local_db import undo_log

        return undo_log.barrier(self.read())

    def redo_title(self) -> str | None:
        """The title of the step that `redo` would do again; None if there is none."""
        from local_db import undo_log

        return undo_log.redo_title(self.read())

    def undo(self, *, actor: str, at: datetime) -> Replayed:
        """Take the last edit back. Raises WorkspaceError if there is none or its rows have changed since."""
        from local_db import undo_log

        with self.write() as connection:
            return undo_log.undo(connection, actor=actor, at=at)

    def redo(self, *, actor: str, at: datetime) -> Replayed:
        """Do the last undone edit again. Raises WorkspaceError if there is none or its rows have changed since."""
        from local_db import undo_log

        with self.write() as connection:
            return undo_log.redo(connection, actor=actor, at=at)


def _explained(store: weakref.ref[Store], error: Exception) -> WorkspaceError | None:
    there = store()
    return None if there is None else there.explain(error)


__all__ = ["APPLICATION_ID", "DATABASE_NAME", "Connection", "Store", "connect", "plain"]
