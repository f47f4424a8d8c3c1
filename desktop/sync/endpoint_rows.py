"""Endpoints between the columns of their table and what pages know of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from desktop.sync.model import Connection, Endpoint, ProxyChoice
from desktop.sync.troubles import read
from desktop.sync.wire.protocol import Info, Limits
from local_db.endpoints import EndpointRow


def endpoint_of(row: EndpointRow) -> Endpoint:
    """What pages know of it; what cannot be read of what it said of itself is as if it was never spoken to."""
    info = info_of(row)
    return Endpoint(
        id=row.id,
        uuid=row.uuid,
        name=row.name,
        address=row.address,
        participant=row.participant,
        recipients=recipients_of(row.recipients),
        device_uuid=row.device_uuid,
        device_name=row.device_name,
        signed_in_at=when(row.signed_in_at),
        protocol=None if info is None else info.protocol,
        limits=Limits() if info is None else info.limits,
        connection=connection_of(row.connection),
        paused=bool(row.paused),
        metered=bool(row.metered),
        cap_kib=row.cap_kib,
        last_ok_at=when(row.last_ok_at),
        last_try_at=when(row.last_try_at),
        next_try_at=when(row.next_try_at),
        tries=row.tries,
        clock_ms=row.clock_ms,
        trouble=read(row.problem),
        removed=row.removed,
        contacts=bool(row.contacts),
    )


def info_of(row: EndpointRow) -> Info | None:
    """What it last said of itself; None when it never did."""
    try:
        return Info.read(json.loads(row.info))
    except (ValueError, RecursionError):
        return None


def jwks_of(row: EndpointRow) -> dict[str, Any]:
    """The keys that its receipts are checked with."""
    found = json.loads(row.jwks or "{}")
    return found if isinstance(found, dict) else {}


def recipients_of(text: str) -> tuple[str, ...]:
    """Of a JSON list."""
    return tuple(str(one) for one in json.loads(text or "[]"))


def connection_text(connection: Connection) -> str:
    """As it is kept: JSON."""
    return json.dumps(asdict(connection), ensure_ascii=False, sort_keys=True)


def connection_of(text: str) -> Connection:
    """What is kept; fields that this version does not know are passed over."""
    body = json.loads(text or "{}")
    known = {name: body[name] for name in asdict(Connection()) if name in body}
    if "proxy_choice" in known:
        known["proxy_choice"] = ProxyChoice(known["proxy_choice"])
    return Connection(**known)


def when(text: str) -> datetime | None:
    """A kept moment; None for ''."""
    return datetime.fromisoformat(text) if text else None
