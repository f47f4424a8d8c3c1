"""What a person may change of an endpoint, checked before it is kept."""

from __future__ import annotations

from dataclasses import replace

from desktop.errors import InvalidInput
from desktop.sync import trust
from desktop.sync.model import Connection, EndpointDetails, ProxyChoice
from desktop.sync.proxies import own

MOST_SECONDS = 600
MOST_KIB = 10_000_000
_LONGEST = 200


def checked(details: EndpointDetails) -> EndpointDetails:
    """The same, tidied. Raises InvalidInput (field name, proxy, ca_file, connect_seconds, read_seconds, cap_kib)."""
    name = " ".join(details.name.split())
    if len(name) > _LONGEST:
        raise InvalidInput(f"A name has {_LONGEST} characters at most.", field="name")
    if not 0 <= details.cap_kib <= MOST_KIB:
        raise InvalidInput("The cap is a number of KiB a second from 0 (none).", field="cap_kib")
    if details.recipients is not None and not all(0 < len(one) <= 40 for one in details.recipients):
        raise InvalidInput("A recipient is named by its short id.", field="recipients")
    return replace(details, name=name, connection=_connection(details.connection))


def _connection(connection: Connection) -> Connection:
    proxy, user = connection.proxy.strip(), connection.proxy_user.strip()
    if connection.proxy_choice is ProxyChoice.OWN:
        proxy = own(proxy)
    if ":" in user:
        raise InvalidInput("The proxy's user name holds a colon, which no proxy can read.", field="proxy_user")
    for field, seconds in (
        ("connect_seconds", connection.connect_seconds),
        ("read_seconds", connection.read_seconds),
    ):
        if not 1 <= seconds <= MOST_SECONDS:
            raise InvalidInput(f"Seconds to wait are a number from 1 to {MOST_SECONDS}.", field=field)
    if connection.ca_file:
        trust.context(connection.ca_file)
    return replace(connection, proxy=proxy, proxy_user=user)
