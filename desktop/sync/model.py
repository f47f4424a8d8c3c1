"""What pages and commands know of endpoints, deliveries and what came from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from desktop.report.privacy import MpanChoice
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import Limits

CLOCK_WARN_MS = 5 * 60 * 1000
"""Clocks that are further apart are told (Anki's figure). Nothing is ever ordered or decided by it."""


class ProxyChoice(StrEnum):
    """How an endpoint is reached."""

    SYSTEM = "system"
    """As the operating system says."""
    NONE = "none"
    OWN = "own"
    """By the address in `Connection.proxy`."""


@dataclass(frozen=True)
class Connection:
    """How to reach an endpoint. The proxy's password is in the keyring, never in here."""

    proxy_choice: ProxyChoice = ProxyChoice.SYSTEM
    proxy: str = ""
    """http://host:port"""
    proxy_user: str = ""
    """'' = without sign-in."""
    ca_file: str = ""
    """A PEM file whose certificates are trusted too; '' = those of the operating system only."""
    connect_seconds: int = 10
    read_seconds: int = 60


@dataclass(frozen=True)
class Trouble:
    """Why something does not go on, in plain words."""

    what: str
    """One sentence: what happened."""
    todo: str = ""
    retry: Retry = Retry.AUTO
    slug: str = ""
    """Of the endpoint's problem; else dns, connect, timeout, tls, proxy, captive, offline, keyring, disk, file,
    and those of desktop/sync/troubles.py."""
    status: int = 0
    request_id: str = ""
    at: str = ""


@dataclass(frozen=True)
class Endpoint:
    """A central endpoint as this workspace knows it."""

    id: int
    uuid: str
    name: str
    address: str
    """'' = reached by bundles only."""
    participant: str
    recipients: tuple[str, ...]
    device_uuid: str
    device_name: str
    signed_in_at: datetime | None
    protocol: tuple[int, int] | None
    """None: never spoken to."""
    limits: Limits
    connection: Connection
    paused: bool
    metered: bool
    cap_kib: int
    last_ok_at: datetime | None
    last_try_at: datetime | None
    next_try_at: datetime | None
    tries: int
    clock_ms: int | None
    trouble: Trouble | None
    removed: str
    contacts: bool = False
    """A person agreed that the participant's contacts go there and are merged with what is changed there."""

    @property
    def online(self) -> bool:
        """It can be reached over the network at all."""
        return bool(self.address)

    @property
    def clock_wrong(self) -> bool:
        """The two clocks are so far apart that the person is told."""
        return self.clock_ms is not None and abs(self.clock_ms) > CLOCK_WARN_MS


class StepState(StrEnum):
    """Of one step of Test connection."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not reached"
    """A step before it failed."""
    WARNING = "warning"


@dataclass(frozen=True)
class TestStep:
    """One step of Test connection: id is address, proxy, dns, connect, tls, endpoint, version, sign-in, clock."""

    id: str
    title: str
    state: StepState
    detail: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Certificate:
    """Who vouches for the endpoint: subject, issuer, and until when."""

    subject: str
    issuer: str
    until: datetime
    own_ca: bool = False
    """Trusted by the extra CA file."""


@dataclass(frozen=True)
class TestReport:
    """What Test connection found, in order."""

    steps: tuple[TestStep, ...]
    certificate: Certificate | None = None
    recipients: tuple[str, ...] = ()
    name: str = ""

    @property
    def ok(self) -> bool:
        """Every step passed, or only warned."""
        return all(one.state in {StepState.PASSED, StepState.WARNING} for one in self.steps)

    @property
    def failed(self) -> TestStep | None:
        """The step that failed."""
        return next((one for one in self.steps if one.state is StepState.FAILED), None)


class DeliveryState(StrEnum):
    """Of what is sent to one endpoint. Received = a receipt was checked and kept; nothing is said of the review."""

    QUEUED = "queued"
    UPLOADING = "uploading"
    SENDING = "sending"
    RECEIVED = "received"
    NEEDS_YOU = "needs you"
    LEFT_OUT = "left out"
    """A person said that it is not to be sent."""


@dataclass(frozen=True)
class ParcelFile:
    """One file that will be (or was) sent."""

    role: str
    name: str
    size: int
    sha256: str
    recipient: str = ""


@dataclass(frozen=True)
class Parcel:
    """What will be sent to one endpoint for one submission, before it is sent."""

    endpoint_id: int
    endpoint: str
    """Its name."""
    submission_id: int
    submission: str
    """ACME-RTTM-0004 v2."""
    title: str
    recipients: tuple[str, ...]
    """Names of those that this endpoint receives for."""
    mpan_choice: MpanChoice
    files: tuple[ParcelFile, ...]
    refusals: tuple[str, ...] = ()
    """Why it cannot be queued as it is: too large for this endpoint, already queued ..."""
    cautions: tuple[str, ...] = ()
    """Why it may be better not to send it: a recipient accepted it already, asked for changes ..."""
    remarks: tuple[str, ...] = ()
    """What is to be known of the files of evidence in it: they go as they are."""
    elsewhere: tuple[str, ...] = ()
    """Other endpoints that receive for one of these recipients too, and get nothing."""

    @property
    def size(self) -> int:
        """Bytes of all files, each once."""
        return sum({one.sha256: one.size for one in self.files}.values())


@dataclass(frozen=True)
class Route:
    """Where a recipient's things go. `endpoint_id` None: no endpoint receives for it (export by hand)."""

    recipient: str
    name: str
    endpoint_id: int | None
    endpoint: str = ""
    delivery: str = ""
    """uuid of what is queued or was sent there already; '' = nothing."""
    by_bundle: bool = False
    """Its endpoint is reached by bundles only."""


@dataclass(frozen=True)
class Delivery:
    """One envelope on its way to one endpoint."""

    uuid: str
    endpoint_id: int
    endpoint: str
    submission_id: int
    submission: str
    title: str
    act: str
    recipients: tuple[str, ...]
    """Ids."""
    state: DeliveryState
    paused: bool
    size: int
    sent: int
    tries: int
    next_try_at: datetime | None
    trouble: Trouble | None
    queued_at: datetime
    queued_by: str
    received_at: datetime | None
    """By the endpoint's clock."""
    bundled_at: datetime | None
    sha256: str
    receipt: str
    may_be_there: bool = False
    """The endpoint may have it, though there is no receipt yet."""
    submission_state: str = ""
    """Of the version that it hands over: superseded or withdrawn ones may still wait."""
    left_out: str = ""
    """Why it is not sent, as it was said; '' of one that is not left out, or was before this was kept here."""

    @property
    def done(self) -> bool:
        """Nothing more is to be sent."""
        return self.state in {DeliveryState.RECEIVED, DeliveryState.LEFT_OUT}


class Tone(StrEnum):
    """How an endpoint's line is shown; never by colour alone. Green only for GOOD."""

    GOOD = "good"
    """Every delivery has a checked receipt."""
    BUSY = "busy"
    WAITING = "waiting"
    NEUTRAL = "neutral"
    """Offline, paused, bundles only: no error."""
    NEEDS_YOU = "needs you"


@dataclass(frozen=True)
class EndpointLine:
    """The one line of an endpoint in the status bar and the command line."""

    endpoint_id: int
    name: str
    words: str
    """All received · 3 waiting · 1 needs you · offline · paused · signing in needed."""
    tone: Tone
    waiting: int
    needs_you: int
    last_contact: datetime | None
    detail: str = ""
    """For the tool tip: the trouble, age of the oldest waiting one, clock."""
    online: bool = True
    """It can be reached over the network at all; False: its last contact is the last return bundle that was read."""


class OfferState(StrEnum):
    """Of programme content that an endpoint published."""

    OFFERED = "offered"
    TAKEN = "taken"
    NOT_WANTED = "not wanted"


@dataclass(frozen=True)
class Offer:
    """One published content pack. `withdrawn`: why the endpoint took it back; '' = it stands."""

    endpoint_id: int
    endpoint: str
    kind: str
    kind_name: str
    version: str
    title: str
    source: str
    published_at: datetime | None
    sha256: str
    size: int
    fetched: bool
    state: OfferState
    withdrawn: str
    in_use: bool
    """It is the one that the workspace works with now."""
    way_back: str = ""
    """Of one that was withdrawn and is in use: what going back means, as a verb; else ''."""


@dataclass(frozen=True)
class FieldConflict:
    """One field that was changed on both sides. None: it is not there."""

    field: str
    title: str
    base: str | None
    mine: str | None
    theirs: str | None
    choice: str = ""
    """mine, theirs; '' = nothing chosen yet."""


@dataclass(frozen=True)
class Conflict:
    """A record that was changed on both sides. What changed on one side only is merged already."""

    endpoint_id: int
    endpoint: str
    record: str
    title: str
    fields: tuple[FieldConflict, ...]
    merged: tuple[str, ...]
    """In words: what was taken from which side without asking."""


@dataclass(frozen=True)
class Departure:
    """One line of what has left this laptop, by whatever channel."""

    at: datetime
    channel: str
    """In words: sent, in a bundle, exported (not sent as far as we know), sealed in a pack, handed over."""
    to: str
    submission: str
    what: str
    name: str
    size: int | None
    sha256: str
    personal_data: str
    """In words: full MPANs, last four, counts only; '' = not known."""
    file_name: str = ""
    receipt: str = ""
    """In words: received 28 Nov 2026 12:00 by their clock; '' = none."""
    number: int = 0
    """Of this line, whatever leaves later."""
    delivery: str = ""
    """Uuid of the delivery that it went in; '' = by another way."""


@dataclass(frozen=True)
class LogLine:
    """One line of the log of sync."""

    at: datetime
    endpoint: str
    item: str
    event: str
    detail: str
    request_id: str


@dataclass(frozen=True)
class SyncOutcome:
    """What one round with one endpoint did."""

    endpoint_id: int
    endpoint: str
    sent: int = 0
    received: int = 0
    """Receipts checked and kept."""
    taken_in: int = 0
    """Items of its feed."""
    waiting: int = 0
    needs_you: int = 0
    trouble: Trouble | None = None
    skipped: str = ""
    """Why nothing was tried: paused, bundles only, not signed in."""


@dataclass(frozen=True)
class BundleWritten:
    """A bundle that was written: one file, or parts that may arrive in any order."""

    paths: tuple[Path, ...]
    sha256: tuple[str, ...]
    deliveries: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class BundleTaken:
    """What a return bundle brought. `missing` parts: numbers that are still to come; then nothing was taken in yet."""

    endpoint_id: int
    endpoint: str
    receipts: int = 0
    items: int = 0
    packs: int = 0
    already: int = 0
    missing: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EndpointDetails:
    """What a person may change of an endpoint. `recipients` None: those that it says itself."""

    name: str = ""
    connection: Connection = field(default_factory=Connection)
    metered: bool = False
    cap_kib: int = 0
    recipients: tuple[str, ...] | None = None
    address: str | None = None
    """Of `edit`: None = as it is, '' = from now on by bundles only."""
    contacts: bool = False
    """Our contacts, who are people, are kept up to date there. Nothing of them goes before a person agreed."""


Choices = Mapping[str, str]
"""Of a conflict: field and side (mine, theirs)."""
