"""Addresses of endpoints: https only, except on this computer itself."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from desktop.errors import InvalidInput

_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
_TODO = "Give it as https://host, as the endpoint's people wrote it."


def address_of(text: str) -> str:
    """An endpoint's address as it is kept: scheme, host, port and path, no slash at its end.

    Without a scheme it is https. Raises InvalidInput (field address).
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
        host = str(ipaddress.IPv6Address(host)) if ":" in host else host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise InvalidInput("This is not an address.", field="address", todo=_TODO) from error
    if not (":" in host or _HOST.fullmatch(host)) or any(one.isspace() for one in text):
        raise InvalidInput("This is not an address.", field="address", todo=_TODO)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InvalidInput(
            "The address holds more than host, port and path.",
            field="address",
            todo="Leave out user names, “?” and “#”; the code has a field of its own.",
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise InvalidInput("The address does not start with https://.", field="address", todo=_TODO)
    shown = f"[{host}]" if ":" in host else host.lower()
    number = "" if port is None else f":{port}"
    return f"{parts.scheme}://{shown}{number}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether a host is this computer by its very name or number; nothing is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(address: str) -> str:
    """Host and, where it is given, port, for sentences."""
    return urlsplit(address).netloc
