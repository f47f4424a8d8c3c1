"""The database engine: the one place where a file is opened, and where a key will go.

SQLCipher through `sqlcipher3` brings the same recent SQLite to every system; no key is given yet
(design/reliability.md, sections 1 and 4.5).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlcipher3
from sqlcipher3 import dbapi2

from local_db.errors import ReadOnly, WorkspaceDamaged, WorkspaceError

# sqlite-utils catches the exceptions of the engine that it finds under this name; without the alias it would look
# for those of the standard library and miss ours (design/reliability.md, section 4.3). Held by a test.
sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = dbapi2

APPLICATION_ID = 0x4D484844
"""Stands in every workspace file's header: the letters MHHD."""

DATABASE_NAME = "workspace.db"
"""The file of a workspace folder that holds everything but the kept files."""

WRITER_PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA busy_timeout = 10000;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -65536;
"""

# SQLite's primary result codes; an extended code carries the primary one in its low byte.
BUSY, LOCKED, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 9, 10, 11, 13, 14, 26

OF_READING = frozenset({IOERR, CORRUPT, FULL, CANTOPEN, NOTADB})
"""What may befall a read that a person can do something about; the rest is told apart by whoever reads."""

_BY_MESSAGE = {
    "database is locked": BUSY,
    "database table is locked": LOCKED,
    "attempt to write a readonly database": READONLY,
    "interrupted": INTERRUPT,
    "disk I/O error": IOERR,
    "database disk image is malformed": CORRUPT,
    "database or disk is full": FULL,
    "unable to open database file": CANTOPEN,
    "file is not a database": NOTADB,
}

_NOT_TEXT = "Could not decode to UTF-8"

READER_PRAGMAS = """
PRAGMA query_only = ON;
PRAGMA wal_autocheckpoint = 0;
PRAGMA busy_timeout = 10000;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -32768;
"""


class Connection(dbapi2.Connection):  # type: ignore[misc]
    """A connection that goes with its thread, and leaves its transaction to `Store.write` when used in a `with`."""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        """Neither commit nor roll back: the engine's own connection would do either."""


class ReadingCursor(dbapi2.Cursor):  # type: ignore[misc]
    """A cursor that says in a sentence when the file it reads is damaged or its drive fails.

    Iteration goes through a generator over `fetchone`; a single `next(cursor)` is the engine's own.
    """

    def execute(self, *given: Any) -> ReadingCursor:
        """As the engine's own, but for the failures of `OF_READING`."""
        try:
            super().execute(*given)
        except dbapi2.DatabaseError as error:
            self.connection.tell(error)
            raise
        return self

    def fetchone(self) -> Any:
        """As the engine's own, but for the failures of `OF_READING`."""
        try:
            return super().fetchone()
        except dbapi2.DatabaseError as error:
            self.connection.tell(error)
            raise

    def fetchmany(self, *given: Any, **named: Any) -> Any:
        """As the engine's own, but for the failures of `OF_READING`."""
        try:
            return super().fetchmany(*given, **named)
        except dbapi2.DatabaseError as error:
            self.connection.tell(error)
            raise

    def fetchall(self) -> Any:
        """As the engine's own, but for the failures of `OF_READING`."""
        try:
            return super().fetchall()
        except dbapi2.DatabaseError as error:
            self.connection.tell(error)
            raise

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from iter(partial(dbapi2.Cursor.fetchone, self), None)
        except dbapi2.DatabaseError as error:
            self.connection.tell(error)
            raise


class ReadingConnection(Connection):
    """A connection whose cursors raise the sentence that `explain` gives for a failure of `OF_READING`."""

    explain: Callable[[Exception], Exception | None] | None = None

    def cursor(self, factory: type[dbapi2.Cursor] = ReadingCursor) -> Any:
        """Give a cursor; `execute` of the connection uses it too."""
        return super().cursor(factory)

    def tell(self, error: dbapi2.DatabaseError) -> None:
        """Raise the sentence for `error`; return where there is none."""
        if self.explain is not None and code_of(error) in OF_READING:
            sentence = self.explain(error)
            if sentence is not None:
                raise sentence from error


def connect(
    path: Path | str, *, read_only: bool = False, immutable: bool = False, factory: type[Connection] = Connection
) -> Connection:
    """Open `path` as it is, without our pragmas: the one place where a key will be given. ":memory:" is allowed.

    `immutable` is for files nobody writes (a backup, a read-only folder): SQLite then takes no lock and needs no
    companion file.
    """
    if str(path) == ":memory:":
        address = ":memory:"
    else:
        mode = "ro" if read_only else "rwc"
        address = f"file:{quote(Path(path).absolute().as_posix())}?mode={mode}" + ("&immutable=1" if immutable else "")
    connection: Connection = dbapi2.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, timeout=10, factory=factory
    )
    # SQLCipher writes its own errors to standard error otherwise.
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    return connection


def code_of(error: BaseException | None) -> int:
    """The engine's primary result code of a failure; 0 when it is not the engine's."""
    code = int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if not code and isinstance(error, dbapi2.Error):
        # The backup API raises without a code; the message is SQLite's own for the code.
        code = _BY_MESSAGE.get(str(error), 0)
    if is_no_text(error):
        # Our texts are written as UTF-8: what is none was not written by us. The engine's Python layer says so.
        code = CORRUPT
    return code


def is_no_text(error: BaseException | None) -> bool:
    """Whether a read failed, or a sentence tells that it did, because a text that was read is no UTF-8."""
    if isinstance(error, WorkspaceDamaged):
        error = error.__cause__
    return isinstance(error, dbapi2.OperationalError) and str(error).startswith(_NOT_TEXT)


def plain(error: Exception, path: Path) -> WorkspaceError | None:
    """The sentence for a failure of the engine that a person can do something about; None if it is our fault."""
    kept = "Nothing of this step was saved; everything before it is safe."
    untouched = "Nothing was changed."
    name, restore = path.name, "Restore the newest backup."
    return {
        FULL: WorkspaceError(
            "The disk is full, so this step could not be saved.", safe=kept, todo="Free some space and do it again."
        ),
        IOERR: WorkspaceError(
            f"The disk refused to write or read {name}.",
            safe=kept,
            todo="Check that the drive is connected and not full, and do it again.",
        ),
        READONLY: ReadOnly("The workspace cannot be written: its file or folder is read-only.", safe=kept),
        BUSY: _in_use(kept),
        LOCKED: _in_use(kept),
        CANTOPEN: WorkspaceError(
            f"{name} cannot be opened in {path.parent}.", todo="Check that the folder is there and may be written."
        ),
        NOTADB: WorkspaceDamaged(
            f"{name} is not a workspace of MHHS Desk, or it is damaged.", safe=untouched, todo=restore
        ),
        CORRUPT: WorkspaceDamaged(f"{name} is damaged.", safe=untouched, todo=restore),
    }.get(code_of(error))


def _in_use(kept: str) -> WorkspaceError:
    return WorkspaceError(
        "Another program is using the workspace's database.", safe=kept, todo="Close it and do it again."
    )
