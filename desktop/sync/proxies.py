"""Which proxy a call goes through: the system's, none, or the one of the endpoint's settings.

Read from `urllib.request` (environment, Windows registry, macOS settings). The window may hand over a resolver of its
own that knows automatic configuration too. Only HTTP proxies, without sign-in or with Basic.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from desktop.errors import InvalidInput
from desktop.sync.model import Connection, ProxyChoice

ProxyResolver = Callable[[str], str]
"""The proxy of a URL as http://host:port; '' = none."""


@dataclass(frozen=True)
class Proxy:
    """A proxy without its secrets, and what to sign in to it with."""

    address: str
    """http://host:port"""
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def authorization(self) -> str:
        """The value of Proxy-Authorization; '' = without sign-in."""
        if not self.user:
            return ""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def proxy_for(
    url: str, connection: Connection, *, password: str = "", resolver: ProxyResolver | None = None
) -> Proxy | None:
    """The proxy that a call to `url` goes through; None = straight. Raises InvalidInput (field proxy)."""
    if connection.proxy_choice is ProxyChoice.NONE:
        return None
    if connection.proxy_choice is ProxyChoice.OWN:
        made = read(connection.proxy)
        return Proxy(made.address, connection.proxy_user, password) if connection.proxy_user else made
    found = _of_system(url) if resolver is None else resolver(url)
    return read(found) if found else None


def read(text: str) -> Proxy:
    """A proxy as it is written, with `user:password@` where it is the system's. Raises InvalidInput (field proxy)."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"}:
        raise InvalidInput(
            f"A proxy of the kind “{parts.scheme or 'unknown'}” cannot be used.",
            field="proxy",
            todo="Give it as http://host:port, or choose another way.",
        )
    if not host or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise InvalidInput("The proxy is not an address.", field="proxy", todo="Give it as http://host:port.")
    shown = f"[{host}]" if ":" in host else host
    port = port or (443 if parts.scheme == "https" else 80)
    return Proxy(f"{parts.scheme}://{shown}:{port}", unquote(parts.username or ""), unquote(parts.password or ""))


def own(text: str) -> str:
    """An own proxy's address as it is kept. Raises InvalidInput (field proxy) also for one with a password in it."""
    made = read(text)
    if made.user or made.password:
        raise InvalidInput(
            "The proxy's address holds a user name or a password.",
            field="proxy",
            todo="Give those in their own fields; the password is kept in the keyring.",
        )
    return made.address


def _of_system(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if proxy_bypass(host) or proxy_bypass(f"{host}:{parts.port}" if parts.port else host):
        return ""
    found = getproxies()
    return found.get(parts.scheme, "") or found.get("all", "")
