"""Anything in any order: drafts, queueing, rounds, kills, cuts, restored endpoints, reviewers, both sides editing.

A rule-based state machine (hypothesis). After every step both databases are read and every file is hashed again; at
the end nothing goes wrong any more, and everything has to come through.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from contextlib import ExitStack, closing
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from central import points as central_points
from central.bundling import Bundles
from central.refusals import Refused
from central.reviews import Said
from central.tables import submission
from desktop.app import Workspace
from desktop.errors import InvalidInput
from desktop.participant.model import Contact
from desktop.sync import points
from desktop.sync.model import DeliveryState
from tests.central_server import Running
from tests.faults.checker import check
from tests.faults.fault_proxy import FAULTS, FaultProxy, fault_proxy
from tests.faults.world import IMPATIENT, PATIENT, World, copy, freeze

LAPTOP_POINTS = (
    "outbox.queued", "delivery.uploading", "upload.part", "upload.part-sent", "delivery.sending", "delivery.answered",
    "receipt.kept", "receipt.committed", "feed.item", "feed.applied", "feed.committed", "reconcile.queued",
)  # fmt: skip
ENDPOINT_POINTS = (
    "blob-cut", "blob-written", "blob-synced", "blob-compared", "blob-renamed", "submission-kept",
    "submission-receipt", "submission-committing", "submission-committed", "change-numbered",
)  # fmt: skip


class Killed(BaseException):
    """What a point raises in place of the end of its process: nothing of ours may catch it and go on."""


class Machine(RuleBasedStateMachine):
    """One laptop, one endpoint, a proxy between them."""

    template: World
    """Set by whoever runs it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="mhhs-machine-"))
        self.world = copy(self.template, self.folder / "world")
        self.whole = ExitStack()
        self.serving = ExitStack()
        self.open = ExitStack()
        self.running: Running
        self.workspace: Workspace
        self.drafts = 0
        self.made = 0
        self.saved = False

    @initialize()
    def start(self) -> None:
        """The endpoint runs and the laptop is open."""
        self.running = self.serving.enter_context(self.world.serving())
        self.proxy: FaultProxy = self.whole.enter_context(fault_proxy(self._port()))
        self.world.lead(self.proxy.address, IMPATIENT)
        self._open()

    # -- the person ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.made < 2)
    @rule(size=st.sampled_from((0, 1, 70_000)))
    def freeze(self, size: int) -> None:
        """Another submission."""
        self.made += 1
        freeze(self.workspace, size, seed=1000 + self.made, folder=self.folder)

    @rule()
    def draft(self) -> None:
        """A draft, which no sync may touch."""
        self.workspace.submissions.prepare(self.workspace.submissions.submissions()[-1].details)
        self.drafts += 1

    @precondition(lambda self: bool(self._unqueued()))
    @rule(which=st.integers(0, 10))
    def queue(self, which: int) -> None:
        """Something that was frozen."""
        there = self._unqueued()
        self.workspace.outbox.queue(there[which % len(there)])

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        """Hold all back, or let all go on."""
        self.workspace.outbox.set_paused(
            [one.uuid for one in self.workspace.outbox.deliveries() if not one.done], paused
        )

    @rule(name=st.sampled_from(("Anne", "Bert", "Carl")))
    def contact_here(self, name: str) -> None:
        """A contact is changed on the laptop."""
        there = self.workspace.participant.contacts()
        self.workspace.participant.save_contact(Contact(self._hat(), name, id=there[0].id if there else None))

    @rule()
    def reopen(self) -> None:
        """Close the laptop and open it."""
        self._open()

    # -- sync ---------------------------------------------------------------------------------------------------------

    @rule()
    def sync(self) -> None:
        """A round in which nothing goes wrong."""
        self.workspace.sync.now()

    @rule(fault=st.sampled_from(FAULTS), at=st.integers(0, 12))
    def cut(self, fault: str, at: int) -> None:
        """A round in which one request goes wrong."""
        turn = iter(range(1_000_000))
        self.proxy.plan = lambda _: fault if next(turn) == at else None
        try:
            self.workspace.sync.now()
        finally:
            self.proxy.plan = None

    @rule(point=st.sampled_from(LAPTOP_POINTS), number=st.integers(1, 4))
    def kill_laptop(self, point: str, number: int) -> None:
        """A round in which the laptop's program ends."""
        left = iter(range(number - 1, -1_000_000, -1))

        def hook(name: str) -> None:
            if name == point and next(left) <= 0:
                raise Killed

        points.install(hook)
        try:
            self.workspace.sync.now()
        except Killed:
            pass
        finally:
            points.install(None)
        self._open()

    @rule(point=st.sampled_from(ENDPOINT_POINTS), number=st.integers(1, 4))
    def endpoint_fails(self, point: str, number: int) -> None:
        """A round in which the endpoint fails at a point; then it is started again."""
        left = iter(range(number - 1, -1_000_000, -1))

        def hook(name: str) -> None:
            if name == point and next(left) == 0:
                raise RuntimeError("it fails here")

        central_points.install(hook)
        try:
            self.workspace.sync.now()
        finally:
            central_points.install(None)
        self._serve()

    @rule()
    def carry(self) -> None:
        """What has no receipt goes by hand, and what the endpoint says comes back by hand."""
        [one] = self.workspace.endpoints.endpoints()
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            written, _ = self.workspace.bundles.export(one.id, folder)
        except InvalidInput:
            return  # there is nothing to carry
        bundles = Bundles(self.running.central)
        bundles.take(written.paths)
        self.workspace.bundles.take([bundles.give("ACME", one.device_uuid, folder / "back.zip")])

    # -- the endpoint -------------------------------------------------------------------------------------------------

    @rule()
    def back_up(self) -> None:
        """As an administrator does while it runs."""
        with (
            closing(sqlite3.connect(self.world.server / "central.sqlite3")) as live,
            closing(sqlite3.connect(self.folder / "backup.sqlite3")) as kept,
        ):
            live.backup(kept)
        self.saved = True

    @precondition(lambda self: self.saved)
    @rule(files_too=st.booleans())
    def restore(self, files_too: bool) -> None:
        """The database is put back; the files are gone, or still there."""
        self.serving.close()
        for one in self.world.server.glob("central.sqlite3*"):
            one.unlink()
        shutil.copyfile(self.folder / "backup.sqlite3", self.world.server / "central.sqlite3")
        with closing(sqlite3.connect(self.world.server / "central.sqlite3")) as db:
            needed = db.execute("SELECT count(*) FROM attachment").fetchone()[0]
        if files_too and not needed:
            shutil.rmtree(self.world.server / "blobs")
        self._serve()

    @rule()
    def restart(self) -> None:
        """Stop it and start it."""
        self._serve()

    @precondition(lambda self: bool(self._accepted()))
    @rule(which=st.integers(0, 10), state=st.sampled_from(("", "in review", "changes requested", "accepted")))
    def review(self, which: int, state: str) -> None:
        """A reviewer comments, or decides."""
        there = self._accepted()
        chosen = there[which % len(there)]
        reviews = self.running.central.reviews
        try:
            if state:
                reviews.decide(chosen, state, "A note.", "", reviews.one(chosen).state_version, "rita")
            else:
                reviews.comment(chosen, Said(str(uuid.uuid4()), "Look at this."), "rita")
        except Refused:
            pass  # what was decided stays decided

    @rule(name=st.sampled_from(("Anne", "Dora")))
    def contact_there(self, name: str) -> None:
        """A contact is changed at the endpoint."""
        records = self.running.central.records
        value = {self._hat(): {"name": name, "position": "", "email": "", "phone": ""}}
        try:
            records.put_by("ACME", "rita", "contacts", 0, value)
        except Refused as error:
            records.put_by("ACME", "rita", "contacts", error.problem.more["current"]["version"], value)

    # -- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_doubled_or_corrupt(self) -> None:
        """Received means that the endpoint has the same bytes, but for what a restored one lost."""
        if not hasattr(self, "workspace"):
            return
        found = check([self.world.laptop()], self.world.server, finished=False, reader=self.workspace.store.read())
        if self._epoch_differs():
            found.lost = [one for one in found.lost if "said to be received" not in one]
        assert found.well, str(found)

    @invariant()
    def what_the_person_made_is_there(self) -> None:
        """Drafts, frozen ones, and every file."""
        if not hasattr(self, "workspace"):
            return
        states = [one.state.value for one in self.workspace.submissions.submissions()]
        assert states.count("draft") == self.drafts
        assert len(states) == self.drafts + self.made + 3

    def teardown(self) -> None:
        """Nothing goes wrong any more: everything comes through."""
        try:
            if hasattr(self, "workspace"):
                self._end()
        finally:
            points.install(None)
            central_points.install(None)
            self.open.close()
            self.serving.close()
            self.whole.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        self.open.close()
        self.world.lead(self.proxy.address, PATIENT)
        self._open()
        for one in self._unqueued():
            self.workspace.outbox.queue(one)
        self.workspace.outbox.set_paused(
            [one.uuid for one in self.workspace.outbox.deliveries() if not one.done], False
        )
        for _ in range(6):
            self.workspace.outbox.try_again()
            self.workspace.sync.now()
        states = {one.state for one in self.workspace.outbox.deliveries()}
        count = len(self.workspace.outbox.deliveries())
        self.open.close()
        self.serving.close()
        assert states <= {DeliveryState.RECEIVED}, states
        found = check([self.world.laptop()], self.world.server, queued=count)
        assert found.well, str(found)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _hat(self) -> str:
        return str(self.workspace.participant.choices("hats")[0]["id"])

    def _port(self) -> int:
        return int(self.running.address.rpartition(":")[2])

    def _serve(self) -> None:
        self.serving.close()
        self.running = self.serving.enter_context(self.world.serving())
        self.proxy.upstream = self._port()

    def _open(self) -> None:
        self.open.close()
        self.workspace = self.open.enter_context(self.world.at())

    def _unqueued(self) -> list[int]:
        queued = {one.submission_id for one in self.workspace.outbox.deliveries()}
        frozen = [one.id for one in self.workspace.submissions.submissions() if one.state.value == "frozen"]
        return sorted(set(frozen) - queued)

    def _accepted(self) -> list[str]:
        with self.running.central.db.read() as connection:
            query = submission.select().with_only_columns(submission.c.id).order_by(submission.c.received_at)
            return sorted(connection.execute(query).scalars().all())

    def _epoch_differs(self) -> bool:
        [(epoch,)] = self.workspace.store.read().execute("SELECT epoch FROM endpoint").fetchall()
        return bool(epoch != self.running.central.info().epoch)
