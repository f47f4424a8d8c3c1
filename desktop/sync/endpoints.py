"""The endpoints of this workspace: added by address and code or by invitation, signed in, tested, changed, removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.declarations.body import moment
from desktop.errors import InvalidInput, NotFound
from desktop.jobs import Job
from desktop.sync.addresses import host_of
from desktop.sync.endpoint_calls import EndpointCalls
from desktop.sync.endpoint_changes import EndpointChanges
from desktop.sync.endpoint_keeping import NO_WAITING, EndpointKeeping, texts
from desktop.sync.endpoint_rows import endpoint_of, info_of
from desktop.sync.joining import Joining
from desktop.sync.model import Connection, Endpoint, EndpointDetails, TestReport, Trouble
from desktop.sync.proxies import ProxyResolver
from desktop.sync.transport import Transport
from desktop.sync.troubles import as_text
from desktop.sync.wire.protocol import Info
from local_db import endpoints as rows
from local_db.connection import Store
from local_db.endpoints import EndpointRow


class EndpointService:
    """Every call may run on a worker thread; those with a `job` talk to the network."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self.proxies_for: ProxyResolver | None = None
        """How the system's proxies are found; the window puts one in that knows automatic configuration too."""
        self.on_change: Callable[[], None] | None = None
        """Called after a person added, changed, paused or removed one: the background works out anew what is due."""
        self._keeping = EndpointKeeping(store, actor, clock, self._tell)
        self._calls = EndpointCalls(lambda: self.proxies_for, clock)
        self._joining = Joining(self._keeping, self._calls)
        self._changes = EndpointChanges(self._keeping)

    # -- reading ------------------------------------------------------------------------------------------------------

    def endpoints(self, *, removed: bool = False) -> tuple[Endpoint, ...]:
        """Those in use (with `removed` also those that are not any more), by name."""
        found = [endpoint_of(row) for row in rows.endpoints(self._store.read()) if removed or not row.removed]
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))

    def get(self, endpoint_id: int) -> Endpoint:
        """One. Raises NotFound."""
        return endpoint_of(self.row(endpoint_id))

    def row(self, endpoint_id: int) -> EndpointRow:
        """One as it is kept, with keys and cursor. Raises NotFound."""
        return self._keeping.row(endpoint_id)

    def by_name(self, text: str) -> Endpoint:
        """By name, address, uuid or number, without regard to case. Raises NotFound, InvalidInput for more than one."""
        wanted = text.strip().casefold().rstrip("/")
        every = self.endpoints()
        for names in (_exact, _near):
            found = [one for one in every if wanted in names(one)]
            if len(found) == 1:
                return found[0]
            if found:
                raise InvalidInput(
                    f"“{text.strip()}” names more than one endpoint: {', '.join(one.name for one in found)}.",
                    field="endpoint",
                    todo="Give its number.",
                )
        raise NotFound(f"This workspace has no endpoint “{text.strip()}”.", todo="Look it up in the list of endpoints.")

    # -- speaking to it -----------------------------------------------------------------------------------------------

    def transport(self, endpoint_id: int) -> Transport:
        """The connection to it, signed in; to be closed. Sends nothing.

        Raises NotFound, InvalidInput (field address) for one that is reached by bundles only, InvalidInput (field
        ca_file, proxy), SyncTrouble (slug sign-in when this laptop is not signed in, or the workspace was copied here;
        slug keyring).
        """
        return self._calls.transport(self.row(endpoint_id))

    def signing_key(self, endpoint_id: int) -> Ed25519PrivateKey:
        """The key with which this laptop signs envelopes for it. Raises NotFound, SyncTrouble (sign-in, keyring)."""
        return self._calls.signing_key(self.row(endpoint_id))

    def enrolment(self, endpoint_id: int) -> dict[str, str] | None:
        """What a bundle carries to enrol this laptop; None when it is enrolled. Raises as `signing_key`."""
        return self._calls.enrolment(self.row(endpoint_id))

    def enrolled_by_bundle(self, endpoint_id: int, body: Mapping[str, Any] | None = None) -> Changes:
        """A return bundle shows that the endpoint knows this laptop; `body`: its answer to the enrolment, if any.

        Raises InvalidInput for an answer of another endpoint or participant.
        """
        return self._joining.by_bundle(self.row(endpoint_id), body)

    def heard(self, endpoint_id: int, info: Info | None = None, clock_ms: int | None = None) -> Changes:
        """It was spoken to: last contact, its clock, what it said of itself; what kept it from working is over.

        Its list of recipients is taken over unless the person chose another one. The pinned keys stay.
        """
        row, now = self.row(endpoint_id), moment(self._clock())
        values: dict[str, object] = {**NO_WAITING, "last_ok_at": now, "last_try_at": now}
        if clock_ms is not None:
            values["clock_ms"] = clock_ms
        if info is not None:
            before = info_of(row)
            if before is None or texts(before.recipients) == row.recipients:
                values["recipients"] = texts(info.recipients)
            values["info"] = json.dumps(info.as_json(), ensure_ascii=False)
        return self._keeping.write(endpoint_id, values)

    def failed(
        self, endpoint_id: int, trouble: Trouble, next_try_at: datetime | None = None, *, tries: int | None = None
    ) -> Changes:
        """A round with it failed: kept, with when it is tried again. `tries`: in vain until now; None = one more."""
        row, now = self.row(endpoint_id), self._clock()
        values: dict[str, object] = {
            "problem": as_text(replace(trouble, at=trouble.at or moment(now))),
            "tries": row.tries + 1 if tries is None else tries,
            "last_try_at": moment(now),
            "next_try_at": "" if next_try_at is None else moment(next_try_at),
        }
        return self._keeping.write(endpoint_id, values)

    # -- what the person does -----------------------------------------------------------------------------------------

    def add(
        self, address: str, code: str, *, details: EndpointDetails | None = None, device_name: str = "",
        proxy_password: str = "", job: Job | None = None,
    ) -> tuple[int, Changes]:  # fmt: skip
        """Ask who it is, make a device key, enrol with the one-time code, and keep token and key in the keyring.

        Repeating after a lost answer signs in with the same device. Raises InvalidInput (field address, code, proxy,
        ca_file), WorkspaceError (no safe keyring; cannot be reached, with the step that failed); then nothing is kept.
        """
        return self._joining.by_code(address, code, details, device_name, proxy_password, job)

    def add_invitation(
        self, path: Path, *, details: EndpointDetails | None = None, device_name: str = "", proxy_password: str = "",
        online: bool = True, job: Job | None = None,
    ) -> tuple[int, Changes]:  # fmt: skip
        """The same from an invitation's file.

        Without an address, or with `online` False, it is enrolled by the first bundle. Raises FileRefused, and
        as `add`.
        """
        return self._joining.by_invitation(path, details, device_name, proxy_password, online, job)

    def edit(self, endpoint_id: int, details: EndpointDetails, *, proxy_password: str | None = None) -> Changes:
        """Change name, connection, limits. `proxy_password` None = as it is. Raises InvalidInput, NotFound."""
        return self._changes.edit(self.row(endpoint_id), details, proxy_password)

    def sign_in_again(self, endpoint_id: int, code: str, job: Job | None = None) -> Changes:
        """Enrol this laptop anew: its key was lost, it was revoked, or the workspace was copied to another one."""
        return self._joining.anew(self.row(endpoint_id), code, job)

    def remove(self, endpoint_id: int, reason: str) -> Changes:
        """Do not use it any more; its token and key are forgotten, what it said is kept.

        Raises InvalidInput without a reason, or while something of it waits (say what).
        """
        return self._changes.remove(self.row(endpoint_id), reason)

    def set_paused(self, endpoint_id: int, paused: bool) -> Changes:
        """Pause or go on; kept over restarts."""
        return self._changes.set_paused(self.row(endpoint_id), paused)

    def set_contacts(self, endpoint_id: int, agreed: bool) -> Changes:
        """Agree that our contacts go there and are merged with what is changed there, or take that back.

        What is there already stays there. Raises NotFound.
        """
        return self._changes.set_contacts(self.row(endpoint_id), agreed)

    def test(self, endpoint_id: int, job: Job | None = None) -> TestReport:
        """Test the connection step by step, naming the one that failed. Changes nothing but the last contact."""
        report = self._calls.test(self.row(endpoint_id), job)
        if report.ok and not self._store.read_only:
            self.heard(endpoint_id)
        return report

    def test_address(
        self, address: str, connection: Connection, *, proxy_password: str = "", job: Job | None = None
    ) -> TestReport:
        """The same of an address that is not added yet."""
        return self._calls.test_address(address, connection, proxy_password, job)

    def _tell(self) -> None:
        if (on_change := self.on_change) is not None:  # whoever stops sync takes it away, maybe this moment
            on_change()


def _exact(one: Endpoint) -> tuple[str, ...]:
    return (one.name.casefold(), one.address.casefold(), one.uuid, str(one.id))


def _near(one: Endpoint) -> tuple[str, ...]:
    return (host_of(one.address).casefold(), host_of(one.address).casefold().partition(":")[0]) if one.address else ()
