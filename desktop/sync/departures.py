"""What has left this laptop: by sync, in bundles, exported, sealed, handed over. One list, from what was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.browse.frame_table import FrameTable
from desktop.clock import Clock
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.report.view_export import ViewExport, export_view
from desktop.submissions.model import EventKind
from desktop.submissions.register import EVERYBODY
from desktop.submissions.service import SubmissionService
from desktop.submissions.standing import in_force
from desktop.sync.departure_words import (
    AS_IT_IS,
    BUNDLED,
    CHOICES,
    CONTACTS,
    EXPORTED,
    HANDED_OVER,
    SEALED,
    SENT,
    TYPED,
)
from desktop.sync.endpoints import EndpointService
from desktop.sync.feed_item import moment
from desktop.sync.model import Departure
from desktop.sync.wire import envelope as wire
from desktop.uk_time import moment_at
from local_db import deliveries, reports, sealed_packs, submissions
from local_db.connection import Connection, Store

_ROLES = {
    "body": "Submission (frozen data)", "rows": "Rows", "workbook": "Workbook", "template": "Filled template",
    "evidence": "Evidence", "beside": "Document",
}  # fmt: skip
_MASKED = {"body", "rows", "workbook", "template"}
_WHATS = {"envelope": "Delivery note", "file": "File", "contacts": "Contacts", "comment": "Answer in a review"}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Known:
    """What the lines are made from, read at once."""

    versions: Mapping[int, submissions.SubmissionRow]
    names: Mapping[tuple[int, str], str]
    envelopes: Mapping[str, deliveries.DeliveryRow]
    roles: Mapping[tuple[str, str, str], str]
    """Of an envelope's files: by uuid, hash and name."""
    files: Mapping[tuple[int, str], submissions.FileRow]
    endpoints: Mapping[int, str]


class DepartureService:
    """Reads only."""

    def __init__(self, store: Store, endpoints: EndpointService, submissions: SubmissionService, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._endpoints = endpoints
        self._submissions = submissions
        self._clock = clock

    def departures(self) -> tuple[Departure, ...]:
        """Every file and record that left, newest first."""
        with self._store.reading() as connection:
            known = self._known(connection)
            found = [*_by_sync(connection, known), *_events(connection, known), *_written(self._store)]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True))

    def table(self) -> FrameTable:
        """The same as a table."""
        from desktop.sync.departure_table import table_of

        return table_of(self.departures)

    def save(self, path: Path) -> None:
        """Write the list as CSV or XLSX by the name's ending. Raises NotSaved, InvalidInput."""
        title = "What has left this laptop"
        export_view(ViewExport(self.table(), title, path, MpanChoice.FULL, self._clock(), ""), Job())

    def _known(self, connection: Connection) -> _Known:
        rows = {one.uuid: one for one in deliveries.deliveries(connection)}
        versions = {one.id: one for one in submissions.submissions(connection)}
        return _Known(
            versions,
            {
                (one.id, standing.recipient): standing.name
                for one in self._submissions.submissions()
                for standing in one.recipients
            },
            rows,
            {key: role for uuid in rows for key, role in _roles(connection, uuid)},
            {
                (one.submission_id, one.sha256): one
                for version in versions
                for one in submissions.files(connection, version)
            },
            {one.id: one.name for one in self._endpoints.endpoints(removed=True)},
        )


def _roles(connection: Connection, uuid: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    kept = deliveries.envelope(connection, uuid)
    if kept is not None:
        for one in wire.read(bytes(kept.bytes)).attachments:
            yield (uuid, one.sha256, one.name), one.role


def _by_sync(connection: Connection, known: _Known) -> Iterator[Departure]:
    for row in deliveries.departures(connection):
        sent = known.envelopes.get(row.envelope)
        version = known.versions.get(sent.submission_id) if sent else None
        role = known.roles.get((row.envelope, row.sha256, row.name), "")
        what = _ROLES.get(role) or _WHATS.get(row.what, row.what)
        if row.what == "envelope" and sent is not None and sent.act == wire.WITHDRAW:
            what = "Withdrawal"
        submission = f"{version.ref} v{version.version}" if version else ""
        called = f"{what} of {submission}" if row.what == "envelope" and submission else row.name  # else its uuid
        yield Departure(
            at=moment(row.at) or _LONG_AGO,
            channel=SENT if row.channel == "sync" else BUNDLED,
            to=known.endpoints.get(row.endpoint_id, ""),
            submission=submission,
            what=what,
            name=called,
            size=row.size,
            sha256=row.sha256,
            personal_data=_personal(row.what, role, version),
            file_name=row.file_name,
            receipt=_receipt(sent),
            number=3 * row.id,
            delivery=row.envelope,
        )


def _events(connection: Connection, known: _Known) -> Iterator[Departure]:
    channels = {
        EventKind.EXPORTED.value: EXPORTED, EventKind.PACKED.value: SEALED, EventKind.HANDED_OVER.value: HANDED_OVER,
    }  # fmt: skip
    sizes = _pack_sizes(connection)
    for event in reversed(in_force(submissions.events(connection))):
        version = known.versions.get(event.submission_id)
        if event.kind not in channels or version is None:
            continue
        file = known.files.get((version.id, event.sha256)) if event.sha256 else None
        to = known.names.get((version.id, event.recipient), event.recipient) if event.recipient else EVERYBODY
        handed = event.kind == EventKind.HANDED_OVER
        yield Departure(
            at=moment(event.at) or _LONG_AGO,
            channel=channels[event.kind],
            to=to,
            submission=f"{version.ref} v{version.version}",
            what="Submission, as was said" if handed else "Pack" if event.kind == EventKind.PACKED else _ROLES.get(
                file.role if file else "", "File"
            ),
            name=event.note if handed else event.file_name,
            size=file.size if file else sizes.get(event.sha256),
            sha256=event.sha256,
            personal_data=_personal("file", file.role if file else "workbook", version),
            number=3 * event.id + 1,
        )  # fmt: skip


def _written(store: Store) -> Iterator[Departure]:
    """Reports, fix lists and workbooks that were written to files."""
    for row in reports.rows(store):
        yield Departure(
            at=moment(row.made_at) or _LONG_AGO,
            channel=EXPORTED,
            to=row.recipient,
            submission="",
            what=f"Report ({row.kind.replace('_', ' ')})" if row.kind else "Report",
            name=row.file_name,
            size=None,
            sha256=row.sha256,
            personal_data=CHOICES.get(row.mpan_choice, ""),
            number=3 * row.id + 2,
        )


def _pack_sizes(connection: Connection) -> dict[str, int]:
    """Bytes of the written files of sealed packs, by their hash."""
    found: dict[str, int] = {}
    for listed in sealed_packs.packs(connection):
        for part in json.loads(listed.row.parts):
            found[str(part.get("sha256", ""))] = int(part.get("size", 0))
    return found


def _personal(what: str, role: str, version: submissions.SubmissionRow | None) -> str:
    if what == "contacts":
        return CONTACTS
    if what == "comment":
        return TYPED
    if what == "envelope":
        return "Titles and file names only"
    if role in _MASKED and version is not None:
        return CHOICES.get(version.mpan_choice, "")
    return AS_IT_IS if role else ""


def _receipt(sent: deliveries.DeliveryRow | None) -> str:
    at = moment(sent.received_at) if sent is not None and sent.receipt else None
    return f"Received {moment_at(at).words} by their clock" if at is not None else ""
