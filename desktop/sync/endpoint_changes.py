"""What a person changes of an endpoint that is there: how it is reached, its limits, paused, contacts, removed."""

from __future__ import annotations

from dataclasses import replace

from desktop.changes import Changes
from desktop.errors import InvalidInput
from desktop.sync import secrets
from desktop.sync.addresses import address_of
from desktop.sync.endpoint_details import checked
from desktop.sync.endpoint_keeping import NO_WAITING, EndpointKeeping, texts
from desktop.sync.endpoint_rows import connection_text, info_of
from desktop.sync.model import EndpointDetails
from local_db.endpoints import EndpointRow


class EndpointChanges:
    """None of it can be undone; each has its entry in the audit log."""

    def __init__(self, keeping: EndpointKeeping) -> None:
        """Nothing is read before it is asked for."""
        self._keeping = keeping

    def edit(self, row: EndpointRow, details: EndpointDetails, proxy_password: str | None) -> Changes:
        """See EndpointService."""
        self._keeping.require_writable()
        details = checked(replace(details, name=details.name or row.name))
        self._keeping.refuse_name(details.name, row.id)
        info = info_of(row)
        recipients = details.recipients if details.recipients is not None else (info.recipients if info else None)
        values: dict[str, object] = {
            "name": details.name,
            "connection": connection_text(details.connection),
            "metered": int(details.metered),
            "cap_kib": details.cap_kib,
            "contacts": int(details.contacts),
            **NO_WAITING,
        }
        if recipients is not None:
            values["recipients"] = texts(recipients)
        if details.address is not None:
            values["address"] = address_of(details.address) if details.address.strip() else ""
        if proxy_password:
            secrets.keep(row.uuid, row.device_uuid, secrets.PROXY_PASSWORD, proxy_password)
        elif proxy_password is not None:
            secrets.forget(row.uuid, row.device_uuid, secrets.PROXY_PASSWORD)
        return self._keeping.change(row, values, "endpoint.edit", f"Change the endpoint {details.name}")

    def remove(self, row: EndpointRow, reason: str) -> Changes:
        """See EndpointService."""
        self._keeping.require_writable()
        reason = " ".join(reason.split())
        if not reason:
            raise InvalidInput("Say why this endpoint is not used any more.", field="reason")
        if row.removed:
            raise InvalidInput(f"This endpoint is removed already: {row.removed}", field="reason")
        waiting = self._keeping.waiting(row.id)
        if waiting:
            what, it = ("delivery waits", "it") if waiting == 1 else ("deliveries wait", "them")
            raise InvalidInput(
                f"{waiting} {what} for {row.name}.", field="endpoint", todo=f"Send {it}, or leave {it} out, first."
            )
        title = f"Remove the endpoint {row.name}"
        changes = self._keeping.change(row, {"removed": reason, **NO_WAITING}, "endpoint.remove", title)
        if not secrets.forget(row.uuid, row.device_uuid):
            return replace(changes, title=f"{title}; its sign-in could not be removed from the keyring")
        return changes

    def set_paused(self, row: EndpointRow, paused: bool) -> Changes:
        """See EndpointService."""
        self._keeping.require_writable()
        if bool(row.paused) == paused:
            return Changes()
        title = f"{'Pause' if paused else 'Go on with'} the endpoint {row.name}"
        return self._keeping.change(row, {"paused": int(paused)}, "endpoint.pause", title)

    def set_contacts(self, row: EndpointRow, agreed: bool) -> Changes:
        """See EndpointService."""
        self._keeping.require_writable()
        if bool(row.contacts) == agreed:
            return Changes()
        title = f"{'Keep' if agreed else 'Do not keep'} our contacts up to date at {row.name}"
        return self._keeping.change(row, {"contacts": int(agreed)}, "endpoint.contacts", title)
