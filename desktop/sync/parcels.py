"""What would be sent to each endpoint for a frozen submission, and what stands in the way of queueing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.errors import InvalidInput
from desktop.submissions.evidence_remarks import remarks
from desktop.submissions.model import Submission, SubmissionState
from desktop.submissions.service import SubmissionService
from desktop.sync.endpoints import EndpointService
from desktop.sync.envelopes import Frozen, attachments, is_gone, submitting
from desktop.sync.model import DeliveryState, Endpoint, Parcel, ParcelFile, Route
from desktop.sync.overlapping import preferred, sent_elsewhere
from desktop.sync.sendable import cautions
from desktop.sync.wire.envelope import SUBMIT, WITHDRAW, Attachment, Envelope, EnvelopeRefused, read, to_bytes
from local_db import deliveries as rows
from local_db import submissions as submission_rows
from local_db.blobs import BlobStore
from local_db.connection import Connection, Store
from local_db.deliveries import DeliveryRow

_NO_ID = "00000000-0000-0000-0000-000000000000"
_NOTHING = "Nothing was queued."


@dataclass(frozen=True)
class Planned:
    """A parcel with the envelope that it would be sent with, and what of it is there from before."""

    parcel: Parcel
    endpoint: Endpoint
    envelope: Envelope
    before: DeliveryRow | None
    """The newest delivery of it to this endpoint; None: there never was one."""

    @property
    def already(self) -> bool:
        """It waits there, or was sent."""
        return self.before is not None and self.before.state != DeliveryState.LEFT_OUT


class Parcels:
    """Makes them. Reads only."""

    def __init__(
        self, store: Store, blobs: BlobStore, endpoints: EndpointService, submissions: SubmissionService
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._endpoints = endpoints
        self._submissions = submissions

    def routes(self, submission_id: int) -> tuple[Route, ...]:
        """See OutboxService."""
        one = self._submissions.get(submission_id)
        ways = self._ways(one)
        found = []
        for standing in one.recipients:
            endpoint = ways.get(standing.recipient)
            sent = None
            if endpoint is not None:
                sent = rows.newest(self._store.read(), submission_id, endpoint.id, SUBMIT)
            there = sent is not None and sent.state != DeliveryState.LEFT_OUT
            found.append(
                Route(
                    standing.recipient,
                    standing.name,
                    endpoint.id if endpoint else None,
                    endpoint.name if endpoint else "",
                    sent.uuid if there and sent else "",
                    endpoint is not None and not endpoint.online,
                )
            )
        return tuple(found)

    def planned(self, submission_id: int, recipients: Sequence[str], at: datetime) -> tuple[Planned, ...]:
        """What would be queued, endpoint by endpoint. Raises InvalidInput, see OutboxService.preview."""
        one = self._submissions.get(submission_id)
        _must_be_frozen(one)
        frozen = Frozen(one, self._submissions.body(submission_id), len(self._submissions.frozen_bytes(submission_id)))
        wanted = self._wanted(frozen, recipients)
        ways = self._ways(one)
        chosen = {ways[each].id: ways[each] for each in wanted if each in ways}
        if not chosen:
            raise InvalidInput(
                f"No endpoint receives for {', '.join(frozen.names(wanted)) or 'anybody of its recipients'}.",
                safe=_NOTHING,
                todo="Add an endpoint that receives for them, or export the submission and hand it over yourself.",
                field="recipient",
            )
        return tuple(
            self._one(frozen, endpoint, [each for each in frozen.recipients if ways.get(each) == endpoint], wanted, at)
            for endpoint in chosen.values()
        )

    def sent(self, row: DeliveryRow) -> Parcel:
        """What is (or was) sent with an envelope."""
        kept = rows.envelope(self._store.read(), row.uuid)
        assert kept is not None
        envelope = read(bytes(kept.bytes))
        one = self._submissions.get(row.submission_id)
        names = {each.id: each.title for each in self._submissions.recipients()}
        return Parcel(
            row.endpoint_id,
            row.endpoint,
            row.submission_id,
            one.name,
            envelope.title,
            tuple(names.get(each, each) for each in envelope.here),
            one.details.mpan_choice,
            _files(envelope.attachments),
        )

    def envelope(self, uuid: str) -> Envelope:
        """What was queued under this id, read."""
        kept = rows.envelope(self._store.read(), uuid)
        assert kept is not None
        return read(bytes(kept.bytes))

    # -- the parts -----------------------------------------------------------------------------------------------------

    def _ways(self, one: Submission) -> dict[str, Endpoint]:
        """Which endpoint receives for a recipient.

        Of several the one that has this submission, or a version before it, already; else see `overlapping`.
        """
        with self._store.reading() as connection:
            known = {each.id: self._has(connection, one, each.id) for each in self._endpoints.endpoints()}
        found: dict[str, Endpoint] = {}
        for each in sorted(preferred(self._endpoints.endpoints()), key=lambda each: not known.get(each.id)):
            for recipient in each.recipients:
                found.setdefault(recipient, each)
        return found

    def _has(self, connection: Connection, one: Submission, endpoint_id: int) -> bool:
        version: int | None = one.id
        while version is not None:
            sent = rows.newest(connection, version, endpoint_id, SUBMIT)
            if sent is not None and sent.state != DeliveryState.LEFT_OUT:
                return True
            version = self._submissions.get(version).supersedes
        return False

    @staticmethod
    def _wanted(frozen: Frozen, recipients: Sequence[str]) -> tuple[str, ...]:
        """Ids of those that were asked for (() = all), by id or name. Raises InvalidInput for others."""
        if not recipients:
            return frozen.recipients
        known = {one.casefold(): one for one in frozen.recipients}
        known |= {name.casefold(): one for one, name in zip(
            frozen.recipients, frozen.names(frozen.recipients), strict=True)}  # fmt: skip
        found = []
        for said in recipients:
            one = known.get(" ".join(said.split()).casefold())
            if one is None:
                raise InvalidInput(
                    f"{frozen.submission.name} is not for “{said[:80]}”.",
                    safe=_NOTHING,
                    todo=f"It is for {', '.join(frozen.recipients)}." if frozen.recipients else "",
                    field="recipient",
                )
            found.append(one)
        return tuple(dict.fromkeys(found))

    def _one(
        self, frozen: Frozen, endpoint: Endpoint, here: Sequence[str], wanted: Sequence[str], at: datetime
    ) -> Planned:
        one = frozen.submission
        with self._store.reading() as connection:
            before = rows.newest(connection, one.id, endpoint.id, SUBMIT)
            base, stands = self._base(connection, one, endpoint.id)
            begun = self._has(connection, one, endpoint.id)
            stands += _newer(connection, one, endpoint)
            if before is not None and before.their_base:
                base, strange = self._theirs(connection, before)
                stands += strange
        files = attachments(frozen, here, self._blobs)
        envelope = submitting(frozen, endpoint, here, files, base, _NO_ID, at)
        parcel = Parcel(
            endpoint.id, endpoint.name, one.id, one.name, envelope.title, frozen.names(here), one.details.mpan_choice,
            _files(files),
        )  # fmt: skip
        refusals = [*self._refusals(parcel, endpoint, envelope), *stands]
        others = [each for each in here if each not in wanted]
        if others:
            refusals.append(
                f"{endpoint.name} receives for {' and '.join(frozen.names(here))} in one: choose all of them."
            )
        if before is not None and before.state == DeliveryState.RECEIVED:
            refusals.append(f"{endpoint.name} has it already: there is a receipt.")
        elif before is not None and before.state != DeliveryState.LEFT_OUT:
            refusals.append(f"It is queued for {endpoint.name} already.")
        names = dict(zip(here, frozen.names(here), strict=True))
        parcel = replace(
            parcel,
            refusals=tuple(refusals),
            cautions=cautions(one, here),
            remarks=_remarks(frozen),
            elsewhere=sent_elsewhere(endpoint, here, self._endpoints.endpoints(), names, begun=begun),
        )
        return Planned(parcel, endpoint, envelope, before)

    def _base(self, connection: Connection, one: Submission, endpoint_id: int) -> tuple[str, tuple[str, ...]]:
        """The envelope of the newest version before at an endpoint, and what of it stands in the way."""
        prior = one.supersedes
        while prior is not None:
            row = submission_rows.submissions(connection, [prior])[0]
            sent = rows.newest(connection, prior, endpoint_id, SUBMIT)
            gone = rows.newest(connection, prior, endpoint_id, WITHDRAW)
            if sent is not None and sent.state != DeliveryState.LEFT_OUT:
                if gone is not None and gone.state != DeliveryState.LEFT_OUT:
                    return "", ()
                if sent.state == DeliveryState.NEEDS_YOU:
                    name = f"{row.ref} v{row.version}"
                    return sent.uuid, (
                        f"{name} could not be sent to {sent.endpoint} and needs you: leave it out, or try it again, "
                        "before what replaces it is queued.",
                    )
                return sent.uuid, ()
            if sent is not None and sent.their_base:
                return self._theirs(connection, sent)
            prior = row.supersedes
        return "", ()

    @staticmethod
    def _theirs(connection: Connection, sent: DeliveryRow) -> tuple[str, tuple[str, ...]]:
        """The envelope that the endpoint said stands there, where it is of this workspace; else why nothing follows it.

        What another laptop sent under the same reference is nothing that a person here has seen: it may be another
        submission altogether, and would be superseded.
        """
        if rows.delivery(connection, sent.their_base) is not None:
            return sent.their_base, ()
        return "", (
            f"{sent.endpoint} has a version of {sent.ref} that this workspace does not have: another laptop sent it. "
            "Send the next version from there, or prepare this one again, so that it gets another number.",
        )

    def _refusals(self, parcel: Parcel, endpoint: Endpoint, envelope: Envelope) -> list[str]:
        limits, found = endpoint.limits, []
        if not endpoint.participant:
            return [f"This laptop is not signed in at {endpoint.name} yet: sign in first."]
        for one in {each.sha256: each for each in parcel.files}.values():
            if one.size > limits.blob:
                found.append(f"{one.name} is larger than {endpoint.name} takes ({_mib(limits.blob)}).")
            if is_gone(one.sha256, self._blobs):
                found.append(f"The kept file {one.name} is not in the workspace any more: restore the newest backup.")
        if len(parcel.files) > limits.attachments:
            found.append(f"It has {len(parcel.files)} files; {endpoint.name} takes {limits.attachments} at most.")
            return found
        try:
            data = to_bytes(envelope)
            read(data)
        except EnvelopeRefused as error:
            return [*found, f"It cannot be made ready to be sent: {error}."]
        if len(data) > limits.envelope:
            found.append(f"The list of its files is larger than {endpoint.name} takes ({_mib(limits.envelope)}).")
        return found


def _remarks(frozen: Frozen) -> tuple[str, ...]:
    """Of its evidence, where that goes with it."""
    if not frozen.submission.details.scope.with_evidence:
        return ()
    return tuple(said for one in frozen.body["evidence"] for said in remarks(one, "it goes as it is"))


def _newer(connection: Connection, one: Submission, endpoint: Endpoint) -> tuple[str, ...]:
    """Why an older version cannot follow a newer one that waits there or was sent."""
    newer = rows.newer_versions(connection, endpoint.id, one.ref, one.version)
    return (f"Version {max(newer)} of it was queued for {endpoint.name} already, which is newer.",) if newer else ()


def _must_be_frozen(one: Submission) -> None:
    if one.state is SubmissionState.DRAFT:
        raise InvalidInput(f"{one.name} is not frozen yet.", safe=_NOTHING, todo="Freeze it first.", field="submission")
    if one.state is SubmissionState.WITHDRAWN:
        raise InvalidInput(
            f"{one.name} was withdrawn: it is not sent any more.",
            safe=_NOTHING,
            todo="Endpoints that have it are told by a withdrawal.",
            field="submission",
        )


def _files(files: Sequence[Attachment]) -> tuple[ParcelFile, ...]:
    return tuple(ParcelFile(one.role, one.name, one.size, one.sha256, one.recipient) for one in files)


def _mib(size: int) -> str:
    return f"{size / (1024 * 1024):.0f} MiB" if size >= 1024 * 1024 else f"{size} bytes"
