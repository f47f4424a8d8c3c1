"""How this laptop becomes known at an endpoint: by address and code, by an invitation, by a bundle, and anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop.changes import Changes
from desktop.errors import FileRefused, InvalidInput
from desktop.jobs import Job
from desktop.sync import enrolment, secrets
from desktop.sync.addresses import address_of
from desktop.sync.endpoint_calls import EndpointCalls
from desktop.sync.endpoint_details import checked
from desktop.sync.endpoint_keeping import NO_WAITING, EndpointKeeping, texts
from desktop.sync.enrolment import Device, Enrolled
from desktop.sync.invited import read_invitation
from desktop.sync.model import EndpointDetails
from desktop.sync.wire.invitation import Invitation
from local_db.endpoints import EndpointRow


class Joining:
    """Keys and tokens go into the keyring before the row is written: what was cut off is done again by the same key."""

    def __init__(self, keeping: EndpointKeeping, calls: EndpointCalls) -> None:
        """Nothing is read before it is asked for."""
        self._keeping = keeping
        self._calls = calls

    def by_code(  # noqa: PLR0917 - see EndpointService
        self, address: str, code: str, details: EndpointDetails | None, device_name: str, proxy_password: str,
        job: Job | None,
    ) -> tuple[int, Changes]:  # fmt: skip
        """See EndpointService.add."""
        return self._add(address_of(address), code, None, details, device_name, proxy_password, job)

    def by_invitation(  # noqa: PLR0917 - see EndpointService
        self, path: Path, details: EndpointDetails | None, device_name: str, proxy_password: str, online: bool,
        job: Job | None,
    ) -> tuple[int, Changes]:  # fmt: skip
        """See EndpointService.add_invitation."""
        found = read_invitation(path)
        if online and found.address:
            try:
                address = address_of(found.address)
            except InvalidInput as error:
                raise FileRefused(f"The address in “{path.name}” cannot be used. {error.what}") from error
            return self._add(address, found.code, found, details, device_name, proxy_password, job)
        return self._add_by_bundle(found, details or EndpointDetails(), device_name)

    def anew(self, row: EndpointRow, code: str, job: Job | None) -> Changes:
        """See EndpointService.sign_in_again."""
        self._keeping.require_writable()
        code = _code(code)
        secrets.require()
        if not row.address:
            raise InvalidInput(f"{row.name} is reached by bundles only.", field="address", todo="Give its address.")
        password = secrets.get(row.uuid, row.device_uuid, secrets.PROXY_PASSWORD)
        with self._calls.without_token(row, password) as transport:
            info = transport.info(job)
            device, enrolled = enrolment.enrol(
                transport, workspace=self._keeping.workspace(), code=code, device_name=row.device_name, job=job
            )
        _same_one(row, enrolled)
        enrolment.keep(row.uuid, device, enrolled.token)
        if password:
            secrets.keep(row.uuid, device.uuid, secrets.PROXY_PASSWORD, password)
        now = self._keeping.now
        values = {
            **NO_WAITING,
            "device_uuid": device.uuid,
            "signed_in_at": now,
            "participant": enrolled.participant,
            "info": json.dumps(info.as_json(), ensure_ascii=False),
            "last_ok_at": now,
            "last_try_at": now,
        }
        changes = self._keeping.change(row, values, "endpoint.sign-in", f"Sign in at the endpoint {row.name}")
        secrets.forget(row.uuid, row.device_uuid)
        enrolment.done(self._keeping.workspace(), row.address, code)
        return changes

    def by_bundle(self, row: EndpointRow, body: Mapping[str, Any] | None) -> Changes:
        """See EndpointService.enrolled_by_bundle."""
        values: dict[str, object] = {"signed_in_at": row.signed_in_at or self._keeping.now}
        if body is not None:
            try:
                enrolled = Enrolled.read(dict(body))
            except ValueError as error:
                raise InvalidInput("The answer to the enrolment cannot be understood.", field="file") from error
            _same_one(row, enrolled)
            secrets.keep(row.uuid, row.device_uuid, secrets.TOKEN, enrolled.token)
            values |= {"recipients": texts(enrolled.recipients), "participant": enrolled.participant}
        changes = self._keeping.write(row.id, values)
        secrets.forget(row.uuid, row.device_uuid, secrets.CODE)
        return changes

    # -- inside -------------------------------------------------------------------------------------------------------

    def _add(  # noqa: PLR0917 - what both ways to add have found
        self, address: str, code: str, invitation: Invitation | None, details: EndpointDetails | None,
        device_name: str, proxy_password: str, job: Job | None,
    ) -> tuple[int, Changes]:  # fmt: skip
        self._keeping.require_writable()
        code = _code(code)
        details = checked(details or EndpointDetails())
        transport = self._calls.to_address(
            address, details.connection, details.name, proxy_password, invitation.endpoint if invitation else ""
        )
        with transport:
            secrets.require()
            _report(job, "Asking the endpoint")
            info = transport.info(job)
            transport.endpoint = info.endpoint
            there = self._keeping.there(info.endpoint)
            name = details.name or info.name
            self._keeping.refuse_name(name, there.id if there else 0)
            _report(job, "Signing in")
            device_name = device_name or _computer()
            device, enrolled = enrolment.enrol(
                transport, workspace=self._keeping.workspace(), code=code, device_name=device_name, job=job
            )
        if invitation is not None and not _holds_keys(enrolled.jwks, invitation.jwks):
            raise InvalidInput(
                f"{name} shows other keys than the invitation.",
                field="address",
                safe="Nothing was added.",
                todo="Ask the endpoint's people for a new invitation.",
            )
        enrolment.keep(info.endpoint, device, enrolled.token)
        if proxy_password:
            secrets.keep(info.endpoint, device.uuid, secrets.PROXY_PASSWORD, proxy_password)
        now = self._keeping.now
        values = {
            "info": json.dumps(info.as_json(), ensure_ascii=False),
            "address": address,
            "participant": enrolled.participant,
            "recipients": texts(details.recipients if details.recipients is not None else enrolled.recipients),
            "device_uuid": device.uuid,
            "signed_in_at": now,
            "last_ok_at": now,
            "last_try_at": now,
            "clock_ms": transport.clock_ms,
            "jwks": json.dumps(dict(enrolled.jwks)),
        }
        kept = self._keeping.add(there, info.endpoint, name, details, {**values, "device_name": device_name})
        enrolment.done(self._keeping.workspace(), address, code)
        return kept

    def _add_by_bundle(self, invitation: Invitation, details: EndpointDetails, device_name: str) -> tuple[int, Changes]:
        self._keeping.require_writable()
        details = checked(details)
        if not invitation.jwks.get("keys"):
            raise FileRefused(
                "This invitation has no keys to check receipts with.", todo="Ask the endpoint's people for a new one."
            )
        there = self._keeping.there(invitation.endpoint)
        name = details.name or invitation.name
        self._keeping.refuse_name(name, there.id if there else 0)
        secrets.require()
        device = Device.new()
        secrets.keep(invitation.endpoint, device.uuid, secrets.SEED, device.seed)
        secrets.keep(invitation.endpoint, device.uuid, secrets.CODE, _code(invitation.code))
        values = {
            "address": "",
            "participant": invitation.participant,
            "recipients": texts(details.recipients if details.recipients is not None else invitation.recipients),
            "device_uuid": device.uuid,
            "signed_in_at": "",
            "jwks": json.dumps(dict(invitation.jwks)),
            "device_name": device_name or _computer(),
        }
        return self._keeping.add(there, invitation.endpoint, name, details, values)


def _code(code: str) -> str:
    code = "".join(code.split())
    if not code or len(code) > 400:
        raise InvalidInput("Give the one-time code of the endpoint.", field="code")
    return code


def _computer() -> str:
    import socket

    return socket.gethostname()[:100] or "laptop"


def _same_one(row: EndpointRow, enrolled: Enrolled) -> None:
    if enrolled.endpoint != row.uuid or (row.participant and enrolled.participant != row.participant):
        raise InvalidInput(
            f"This code is for another {'endpoint' if enrolled.endpoint != row.uuid else 'participant'}.",
            field="code",
            safe="Nothing was changed here.",
            todo="Ask the endpoint's people for a code for this participant.",
        )


def _holds_keys(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a key of the invitation is still there, unchanged."""
    known = {(one.get("kid"), one.get("x")) for one in now.get("keys", ()) if isinstance(one, dict)}
    asked = {(one.get("kid"), one.get("x")) for one in before.get("keys", ()) if isinstance(one, dict)}
    return not asked or asked <= known


def _report(job: Job | None, what: str) -> None:
    if job is not None:
        job.report(what)
