"""The central service as one object: settings in, services out. Application, pages and command line use it."""

from __future__ import annotations

from central.audit import Audit
from central.blobs.disk import DiskStorage
from central.blobs.storage import Storage
from central.bundling import Bundles
from central.clock import Clock, moment, system_clock
from central.database import Database
from central.devices import Devices
from central.feed import Feed
from central.identity import Identity
from central.keys import Keys
from central.locks import FileLocks
from central.marks import Marks
from central.packs import Packs
from central.participants import Participants
from central.people import People
from central.receiving import Receiving
from central.records import Records
from central.reviews import Reviews
from central.settings import Settings
from central.talk import Talk
from central.uploads import Uploads
from desktop.sync.wire import envelope
from desktop.sync.wire.protocol import PROTOCOL, Info

LEAST_PROTOCOL = 1
COMMAND_LINE = "command line"
"""Actor of what is done there."""


class Central:
    """One endpoint. Several processes may have it open at the same time: the server's workers, and the command line."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        """Open it; make and upgrade what is to be there. Raises Refused (unavailable, no-room)."""
        self.settings = settings
        self.clock = clock
        self.db = Database(settings.data, settings.database)
        self.keys = Keys(settings.data / "keys")
        self.marks = Marks(settings.data / "marks", self.db)
        self.identity = Identity()
        self.audit = Audit(self.db, clock)
        self.feed = Feed(self.db, self.marks, self.keys, clock)
        self.packs = Packs(self.db, self.feed, self.audit, clock)
        self.participants = Participants(self.db, self.audit, clock, self.packs.tell_newcomer)
        self.devices = Devices(self.db, self.keys, self.identity, self.marks, self.audit, settings, clock)
        self.blobs = _storage(settings)
        self.uploads = Uploads(self.db, self.blobs, settings.limits, settings.room, clock)
        self.receiving = Receiving(
            self.db, self.keys, self.identity, self.feed, self.marks, self.audit, self.uploads, settings, clock
        )
        self.records = Records(self.db, self.feed, self.marks, self.audit, settings.room, clock)
        self.talk = Talk(self.db, self.feed, self.marks, self.audit, settings.room, clock)
        self.people = People(self.db, self.audit, clock)
        self.reviews = Reviews(self.db, self.uploads, self.feed, self.audit, clock)
        self.bundles = Bundles(self)
        self._alone = FileLocks(settings.data / "starting")
        self.was_put_back = self._settle()
        """Whether the database was found to be put back from a backup: it has a new epoch."""

    def info(self) -> Info:
        """What the endpoint says of itself to anybody."""
        with self.db.read() as connection:
            epoch = self.marks.epoch(connection)
        return Info(
            endpoint=self.identity.uuid,
            name=self.settings.name,
            epoch=epoch,
            time=moment(self.clock()),
            protocol=(LEAST_PROTOCOL, PROTOCOL),
            formats=(envelope.FORMAT,),
            recipients=self.settings.recipients,
            limits=self.settings.limits,
            jwks=self.keys.jwks(),
        )

    def restored(self, by: str = COMMAND_LINE) -> str:
        """Say that the database was put back from a backup, when it does not show: the marks were put back too.

        Every laptop reads all changes anew, and sends again what is not there any more.
        """
        with self.db.write() as connection:
            epoch = self.marks.begin(connection)
            self.audit.add(connection, actor=by, action="epoch begun", subject=epoch)
        self.marks.write_down()
        return epoch

    def rotate(self, by: str = COMMAND_LINE) -> str:
        """Sign receipts with a new key from now on; gives its id."""
        with self._alone.hold("starting"):
            made = self.keys.rotate()
        with self.db.write() as connection:
            self.audit.add(connection, actor=by, action="key rotated", subject=made)
        return made

    def close(self) -> None:
        """Let go of the database, after what is at work."""
        self.uploads.close()
        self.db.close()

    def _settle(self) -> bool:
        with self._alone.hold("starting"):
            self.db.upgrade()
            self.keys.settle()
            with self.db.write() as connection:
                self.db.number_in_order(connection)
                self.identity.settle(connection)
                restored = self.marks.settle(connection)
                if restored:
                    self.audit.add(
                        connection, actor="start", action="epoch begun", subject=self.marks.epoch(connection)
                    )
            self.marks.write_down()
        return restored


def _storage(settings: Settings) -> Storage:
    if settings.blobs:
        from central.blobs.s3 import S3Storage

        return S3Storage(settings.blobs)
    return DiskStorage(settings.data / "blobs")
