"""One transaction of the writer connection: all of it or nothing, and a plain sentence when the disk fails."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2

from local_db.engine import Connection

if TYPE_CHECKING:
    from local_db.connection import Store


class Transaction:
    """One transaction of the writer connection; a second one inside it is a savepoint of the first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._savepoint = ""

    def __enter__(self) -> Connection:
        store = self._store
        store.require_writable()
        store.lock.acquire()
        try:
            connection = store.writer
            if connection.in_transaction:
                store.depth += 1
                self._savepoint = f"inner_{store.depth}"
                connection.execute(f"SAVEPOINT {self._savepoint}")
            else:
                connection.execute("BEGIN IMMEDIATE")
                store.writing_thread = threading.get_ident()
        except dbapi2.Error as error:
            store.lock.release()
            raise (store.explain(error) or error) from error
        except BaseException:
            store.lock.release()
            raise
        return connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        store = self._store
        connection = store.writer
        try:
            if kind is None:
                try:
                    connection.execute(f"RELEASE {self._savepoint}" if self._savepoint else "COMMIT")
                except dbapi2.Error as failed:
                    self._take_back(connection)
                    raise (store.explain(failed) or failed) from failed
                return
            self._take_back(connection)
            if isinstance(error, dbapi2.Error):
                sentence = store.explain(error)
                if sentence is not None:
                    raise sentence from error
        finally:
            if self._savepoint:
                store.depth -= 1
            else:
                store.writing_thread = None
            store.lock.release()

    def _take_back(self, connection: Connection) -> None:
        # A full disk makes SQLite roll back by itself: then there is nothing left to take back.
        if connection.in_transaction:
            with suppress(dbapi2.Error):
                if self._savepoint:
                    connection.execute(f"ROLLBACK TO {self._savepoint}")
                    connection.execute(f"RELEASE {self._savepoint}")
                else:
                    connection.execute("ROLLBACK")
