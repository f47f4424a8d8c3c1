"""Why a call got no answer: whatever the libraries below raise, as one trouble in plain words."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator

from desktop.sync.model import Trouble
from desktop.sync.wire.problems import Retry

_EXPIRED, _NOT_YET, _WRONG_HOST = {10}, {9}, {62, 64}
"""OpenSSL's X509_V_ERR_ numbers: certificate expired, not yet valid; host and IP address mismatch."""
_OFFLINE = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, 10051, 10050}
"""Also as Windows numbers them (WSAENETUNREACH, WSAENETDOWN)."""
_SAFE = "Check the network; it usually passes by itself."


def trouble_of(  # noqa: PLR0911 - one sentence for each way to fail
    error: BaseException, *, host: str, proxy: str = "", late: bool = False
) -> Trouble:
    """Of what was raised on the way to `host` (through `proxy`); `late`: the time for the whole call was over."""
    chain = tuple(_chain(error))
    if late:
        return Trouble(f"{host} answered too slowly: the call was given up.", _SAFE, slug="timeout", retry=Retry.AUTO)
    names = {type(one).__name__ for one in chain}
    if "ProxyError" in names:
        return _proxy(chain, proxy)
    tls = next((one for one in chain if isinstance(one, ssl.SSLError)), None)
    if tls is not None or names & {"SSLError", "SSLCertVerificationError", "CertificateError"}:
        return _tls(tls or chain[-1], host)
    if names & {"NameResolutionError", "gaierror"}:
        return _dns(chain, proxy or host)
    if any(isinstance(one, OSError) and one.errno in _OFFLINE for one in chain):
        return Trouble("This laptop has no network.", _SAFE, slug="offline", retry=Retry.AUTO)
    if "ConnectTimeoutError" in names or "ConnectTimeout" in names:
        where = "The proxy" if proxy else host
        return Trouble(f"{where} did not answer when it was called.", _SAFE, slug="connect", retry=Retry.AUTO)
    if any(isinstance(one, TimeoutError | socket.timeout) for one in chain) or names & {
        "ReadTimeout",
        "ReadTimeoutError",
    }:
        return Trouble(f"{host} did not answer in time.", _SAFE, slug="timeout", retry=Retry.AUTO)
    if "NewConnectionError" in names:
        refused = any(isinstance(one, ConnectionRefusedError) for one in chain)
        why = "refuses connections" if refused else "cannot be reached"
        return Trouble(f"{host} {why}.", _SAFE, slug="connect", retry=Retry.AUTO)
    return Trouble(f"The connection to {host} broke off.", _SAFE, slug="connect", retry=Retry.AUTO)


def _proxy(chain: tuple[BaseException, ...], proxy: str) -> Trouble:
    text = " ".join(str(one) for one in chain)
    found = re.search(r"Tunnel connection failed: (\d{3})", text)
    status = int(found[1]) if found else 0
    if status:
        return proxy_answered(status, proxy)
    if any(isinstance(one, ssl.SSLError) for one in chain):
        what = f"The proxy {proxy} shows a certificate that this computer does not trust."
        return Trouble(what, "Ask your network team.", slug="proxy", retry=Retry.ENDPOINT)
    return Trouble(
        f"The proxy {proxy} cannot be reached.",
        "Outside the office, choose another way to the endpoint. " + _SAFE,
        slug="proxy",
        retry=Retry.AUTO,
    )


def proxy_answered(status: int, proxy: str) -> Trouble:
    """Of a proxy that answered in place of the endpoint."""
    if status == 407:
        return Trouble(
            f"The proxy {proxy} asks for a sign-in that it did not get or does not take.",
            "Give user name and password of the proxy in the endpoint's connection. A proxy that wants a Windows "
            "sign-in cannot be used: send a bundle instead.",
            slug="proxy",
            retry=Retry.ENDPOINT,
            status=status,
        )
    if status == 403:
        return Trouble(
            f"The proxy {proxy} does not allow this address.",
            "Ask your network team to allow it, or send a bundle.",
            slug="proxy",
            retry=Retry.ENDPOINT,
            status=status,
        )
    return Trouble(
        f"The proxy {proxy} could not reach the endpoint (it answered {status}).",
        _SAFE,
        slug="proxy",
        retry=Retry.AUTO if status >= 500 or status in {408, 429} else Retry.ENDPOINT,
        status=status,
    )


def _tls(error: BaseException, host: str) -> Trouble:
    code = getattr(error, "verify_code", 0)
    text = f"{error} {getattr(error, 'verify_message', '')}".lower()
    if code in _EXPIRED or "expired" in text:
        what = f"The certificate of {host} has expired."
        todo = "Check this computer's clock; if it is right, tell the endpoint's people."
    elif code in _NOT_YET or "not yet valid" in text:
        what = f"The certificate of {host} is not valid yet."
        todo = "Check this computer's clock."
    elif code in _WRONG_HOST or "mismatch" in text or "doesn't match" in text or "not valid for" in text:
        what = f"What answers at {host} shows a certificate of another host."
        todo = "Check the address. In a hotel or on a train, sign in to the network in a browser first."
    elif isinstance(error, ssl.SSLCertVerificationError) or code or "certificate" in text:
        what = f"The certificate of {host} is not signed by an authority that this computer trusts."
        todo = (
            "If your company looks into encrypted traffic, or the endpoint uses an authority of its own, choose its "
            "root certificate as extra certificate file."
        )
    else:
        what = f"No safe connection to {host} could be agreed on."
        todo = "It may not speak TLS 1.2 or newer, or something between does not let it through."
    return Trouble(what, todo + " Nothing was sent.", slug="tls", retry=Retry.ENDPOINT)


def _dns(chain: tuple[BaseException, ...], host: str) -> Trouble:
    again = any(isinstance(one, socket.gaierror) and one.errno == socket.EAI_AGAIN for one in chain)
    if again:
        return Trouble(
            f"The name {host} could not be looked up: this laptop seems to be offline.", _SAFE, slug="offline",
            retry=Retry.AUTO,
        )  # fmt: skip
    return Trouble(
        f"The name {host} is not known to the network.",
        "Check the address; some are known inside the company's network only. " + _SAFE,
        slug="dns",
        retry=Retry.AUTO,
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """It, and everything that it was raised from or holds, once each."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), getattr(one, "original_error", None)]
        waiting += [found for found in (*inner, *one.args) if isinstance(found, BaseException)]
