"""One writer per workspace: a lock of the operating system, taken before the database is opened."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from local_db.durable import sync_folder, write_text
from local_db.errors import ReadOnly, WorkspaceLocked

LOCK_NAME = "workspace.lock"
"""The locked file. It stays when the lock is free; only the operating system's lock on it means anything."""

RECORD_NAME = "workspace.open"
"""Who has the workspace open, as JSON; gone after a clean close, so that a leftover tells of a crash."""


def disk_is_full(error: BaseException | None) -> bool:
    """Whether a failure, or what caused it, is that the disk (or this account's share of it) has no room."""
    cause = error if isinstance(error, OSError) else getattr(error, "__cause__", None)
    return isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}


class WriteLock:
    """The lock on one workspace folder. The system frees it when the program ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Prepare the lock on `folder`; `acquire` takes it."""
        self._folder = folder
        self._record = folder / RECORD_NAME
        # Opened on a worker thread and closed on another: the lock belongs to the program, not to a thread.
        self._lock = FileLock(folder / LOCK_NAME, timeout=0, thread_local=False)
        self.closed_cleanly = True
        """After `acquire`: whether the program that had the workspace before closed it."""

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return bool(self._lock.is_locked)

    def acquire(self, now: datetime) -> None:
        """Take the lock and write down who has it.

        Raises WorkspaceLocked when another program holds it, ReadOnly when the folder cannot be written.
        """
        try:
            self._lock.acquire()
        except Timeout as error:
            raise WorkspaceLocked(
                f"The workspace is open in another window or program{self._holder()}.",
                safe="It is opened for reading only.",
                todo="Close the other one and open the workspace again to change it.",
            ) from error
        except OSError as error:
            raise self._not_writable(error) from error
        try:
            self.closed_cleanly = not self._record.exists()
            record = {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat(timespec="seconds")}
            write_text(self._record, json.dumps(record))
        except OSError as error:
            if self.closed_cleanly:
                with suppress(OSError):
                    self._record.unlink(missing_ok=True)
            self._lock.release()
            raise self._not_writable(error) from error

    def release(self, *, clean: bool = True) -> None:
        """Free the lock; `clean` says that the database was closed in order."""
        if not self.held:
            return
        if clean:
            with suppress(OSError):
                self._record.unlink(missing_ok=True)
                sync_folder(self._folder)
        self._lock.release()

    @staticmethod
    def used_by_another(folder: Path) -> bool:
        """Whether a program on this computer seems to have the workspace open to write, by what it wrote down.

        Read only: trying the lock would keep out, for that moment, whoever opens the workspace. Windows does not say
        whether a process lives without more, so there a record left by a killed program counts.
        """
        try:
            record = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
            process, host = int(record["pid"]), str(record["host"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        if host != socket.gethostname() or process <= 0:
            return False
        if sys.platform == "win32":  # there os.kill(…, 0) would end it
            return True
        try:
            os.kill(process, 0)
        except PermissionError:  # of another account
            return True
        except (OSError, OverflowError):
            return False
        return process != os.getpid()

    def _not_writable(self, error: OSError) -> ReadOnly:
        full = disk_is_full(error)
        return ReadOnly(
            f"The disk is full, so the folder {self._folder} cannot be written."
            if full
            else f"The folder {self._folder} cannot be written.",
            safe="The workspace is opened for reading only.",
            todo="Free some space and open it again."
            if full
            else "To change it, get the right to write there or copy it elsewhere, and open it again.",
        )

    def _holder(self) -> str:
        """Who holds it, for the sentence; '' when the record cannot be read."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
            return f" (on {record['host']}, process {record['pid']}, since {record['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""
