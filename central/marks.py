"""The high-water mark beside the database: how far participants were told, so that a restored database shows.

A database that was put back from a backup lacks changes that laptops have seen. Their cursors would point beyond its
end, and later into other changes with the same numbers. Such a database begins a new epoch: every laptop then reads
from the start and asks for each submission that it has a receipt for (sync.md 2.9, last line).
"""

from __future__ import annotations

import json
import threading
import uuid
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, update

from central.database import Database
from central.locks import FileLocks
from central.points import reach
from central.refusals import Refused
from central.tables import change, meta

EPOCH = "epoch"


class Marks:
    """Written before somebody is told; not flushed to the drive, as a power cut does not put a database back."""

    def __init__(self, folder: Path, db: Database) -> None:
        """The folder is made. Nothing is read before it is asked for."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / "high-water"
        self._db = db
        self._files = FileLocks(folder)
        self._lock = threading.Lock()
        self._known = ("", -1)
        self._wanted = ("", -1)

    def epoch(self, connection: Connection) -> str:
        """The one that stands. Read each time: it may be begun by another process."""
        return str(connection.execute(select(meta.c.value).where(meta.c.key == EPOCH)).scalar_one())

    def newest(self, connection: Connection) -> tuple[str, int]:
        """Epoch and number of the newest change as the transaction sees it, for `told` when it is committed."""
        return self.epoch(connection), self._seq(connection)

    def told(self, epoch: str, seq: int) -> None:
        """Somebody is about to be told of changes up to `seq`."""
        if self._known[0] == epoch and self._known[1] >= seq:
            return
        if self._wanted[0] != epoch or self._wanted[1] < seq:
            self._wanted = (epoch, seq)  # whoever writes next writes for all who wait
        with self._lock:
            if self._known[0] == epoch and self._known[1] >= seq:
                return
            wanted = max(seq, self._wanted[1]) if self._wanted[0] == epoch else seq
            with self._files.hold("high-water"):
                there = self._read()
                if there is None or there[0] == epoch:
                    ahead = there is not None and there[1] >= wanted
                else:
                    ahead = not self._stands(epoch)  # another process began a new one meanwhile
                if not ahead:
                    self._write(epoch, wanted)
            self._known = (epoch, wanted)

    def settle(self, connection: Connection) -> bool:
        """At the start, alone: begin an epoch when there is none or the database was put back; whether it was."""
        there = self._read()
        epoch = connection.execute(select(meta.c.value).where(meta.c.key == EPOCH)).scalar()
        back = epoch is not None and there is not None and (there[0] != epoch or there[1] > self._seq(connection))
        if epoch is None:
            connection.execute(insert(meta).values(key=EPOCH, value=str(uuid.uuid4())))
        elif back:
            self.begin(connection)
        return back

    def begin(self, connection: Connection) -> str:
        """A new epoch; `write_down` follows when it is committed."""
        made = str(uuid.uuid4())
        connection.execute(update(meta).where(meta.c.key == EPOCH).values(value=made))
        return made

    def write_down(self) -> None:
        """Make the mark say what the database says. Killed before: the next start begins one more epoch, no harm."""
        reach("epoch-committed")
        with self._files.hold("high-water"):
            with self._db.read() as connection:
                epoch, seq = self.newest(connection)
            there = self._read()
            if there is None or there[0] != epoch or there[1] < seq:
                self._write(epoch, seq)

    def _stands(self, epoch: str) -> bool:
        with self._db.read() as connection:
            return self.epoch(connection) == epoch

    @staticmethod
    def _seq(connection: Connection) -> int:
        return int(connection.execute(select(func.coalesce(func.max(change.c.seq), 0))).scalar_one())

    def _read(self) -> tuple[str, int] | None:
        try:
            body = json.loads(self._path.read_text(encoding="utf-8"))
            return str(body["epoch"]), int(body["seq"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, epoch: str, seq: int) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            fresh.write_text(json.dumps({"epoch": epoch, "seq": seq}), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise Refused("no-room", "The endpoint cannot write.", retry_after=60) from error
