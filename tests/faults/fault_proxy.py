"""A proxy of our own on the loopback, between a laptop and its endpoint, that behaves as badly as networks do.

It works on the bytes of the connection: it reads one request, asks its plan what is to happen to it, and does that.
After a fault the connection is closed, as it would be.
"""

from __future__ import annotations

import contextlib
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.loopback import Request, accepting, answer, read_request

REFUSE = "connection reset before the request"
RESET_GOING = "connection reset while the request goes out"
RESET_COMING = "connection reset while the answer comes"
REPLY_LOST = "answer lost, request done"
SILENT = "silent link"
SLOW = "slow link"
LATENCY = "late answer"
TWICE = "request arrives twice"
LATER = "request arrives again later"
BAD_GATEWAY = "502 page of a gateway"
PORTAL = "200 page of a captive portal"
SLOW_DOWN = "429 with Retry-After"
TOO_LARGE = "413 of a gateway"
REDIRECT = "redirect to another host"
CUT_SHORT = "answer cut short"
LIE = "lying endpoint: a forged receipt, or that of something else"
FAULTS = (
    REFUSE, RESET_GOING, RESET_COMING, REPLY_LOST, SILENT, SLOW, LATENCY, TWICE, LATER, BAD_GATEWAY, PORTAL, SLOW_DOWN,
    TOO_LARGE, REDIRECT, CUT_SHORT, LIE,
)  # fmt: skip
LONG = 0.6
"""Seconds: longer than a laptop of these tests waits for an answer."""

_RECEIPT = re.compile(rb'("receipt": ?")([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)')

_PAGES = {
    BAD_GATEWAY: answer(status="502 Bad Gateway", endpoint="", kind="text/html", raw=b"<html>502</html>"),
    PORTAL: answer(endpoint="", kind="text/html", raw=b"<html>Welcome. Please sign in.</html>"),
    SLOW_DOWN: answer({}, "429 Too Many Requests", endpoint="", kind="text/plain", headers={"Retry-After": "120"}),
    TOO_LARGE: answer(status="413 Content Too Large", endpoint="", kind="text/html", raw=b"<html>413</html>"),
    REDIRECT: answer(status="302 Found", endpoint="", headers={"Location": "http://portal.invalid/login"}),
}


@dataclass
class FaultProxy:
    """Where it answers, whom it leads to, and what it did. `plan` None: nothing goes wrong."""

    address: str
    upstream: int
    """Port of the loopback."""
    plan: Callable[[Request], str | None] | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    did: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    later: list[Request] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    """That went by while it lied."""


@contextmanager
def fault_proxy(upstream: int, seed: int = 0) -> Iterator[FaultProxy]:
    """Run one until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        proxy = FaultProxy(f"http://127.0.0.1:{listener.getsockname()[1]}", upstream, chance=random.Random(seed))
        with accepting(listener, lambda link: _serve(proxy, link)):
            yield proxy


_lock = threading.Lock()


def _serve(proxy: FaultProxy, link: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError), link:
        while (request := read_request(link)) is not None:
            with _lock:
                proxy.requests += 1
                fault = proxy.plan(request) if proxy.plan is not None else None
                if fault is not None:
                    proxy.did[fault] += 1
                again = proxy.later.pop(0) if proxy.later else None
            if again is not None:
                _ask(proxy, again)
            if fault is None:
                link.sendall(_ask(proxy, request))
            else:
                _wrong(proxy, link, request, fault)
                return


def _wrong(proxy: FaultProxy, link: socket.socket, request: Request, fault: str) -> None:
    if fault in _PAGES:
        link.sendall(_PAGES[fault])
        link.shutdown(socket.SHUT_WR)
    elif fault == REFUSE:
        _reset(link)
    elif fault == RESET_GOING:
        whole = _raw(request)
        _send_some(proxy, whole[: proxy.chance.randrange(1, len(whole))])
        _reset(link)
    elif fault in {RESET_COMING, CUT_SHORT}:
        got = _ask(proxy, request)
        link.sendall(got[: proxy.chance.randrange(0, len(got))])
        if fault == RESET_COMING:
            _reset(link)
    elif fault == REPLY_LOST:
        _ask(proxy, request)
        _reset(link)
    elif fault == SILENT:
        link.settimeout(LONG)
        with contextlib.suppress(TimeoutError):
            link.recv(1)
    elif fault == SLOW:
        got = _ask(proxy, request)
        for at in range(0, len(got), 1024):  # a kilobyte at a time, until nobody waits for it any more
            link.sendall(got[at : at + 1024])
            time.sleep(0.02)
        link.shutdown(socket.SHUT_WR)
    elif fault == LATENCY:
        got = _ask(proxy, request)
        time.sleep(proxy.chance.choice((0.02, LONG)))
        link.sendall(got)
    elif fault == LIE:
        link.sendall(_lied(proxy, _ask(proxy, request)))
        link.shutdown(socket.SHUT_WR)
    elif fault == TWICE:
        both: list[bytes] = []
        threads = [threading.Thread(target=lambda: both.append(_ask(proxy, request))) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        link.sendall(proxy.chance.choice(both) if len(both) == 2 else both[0])
        link.shutdown(socket.SHUT_WR)
    else:  # LATER
        link.sendall(_ask(proxy, request))
        proxy.later.append(request)


def _lied(proxy: FaultProxy, whole: bytes) -> bytes:
    """The answer with another receipt in the place of each: one that went by before, or one with another signature."""
    head, _, body = whole.partition(b"\r\n\r\n")

    def other(found: re.Match[bytes]) -> bytes:
        true = found[2]
        foreign = [one for one in proxy.receipts if one != true]
        proxy.receipts = [*foreign, true]
        if foreign and proxy.chance.random() < 0.5:
            return found[1] + proxy.chance.choice(foreign)
        begin, _, signature = true.rpartition(b".")
        return found[1] + begin + b"." + signature[::-1][1:] + b"A"

    body = _RECEIPT.sub(other, body)
    head = re.sub(rb"(?i)(content-length: )\d+", lambda one: one[1] + str(len(body)).encode(), head)
    return head + b"\r\n\r\n" + body


def _reset(link: socket.socket) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()


def _raw(request: Request) -> bytes:
    headers = {**request.headers, "connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{request.method} {request.target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + request.body


def _send_some(proxy: FaultProxy, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", proxy.upstream), timeout=30) as beyond:
        beyond.sendall(data)


def _ask(proxy: FaultProxy, request: Request) -> bytes:
    """The whole answer of the endpoint."""
    found = bytearray()
    with socket.create_connection(("127.0.0.1", proxy.upstream), timeout=60) as beyond:
        beyond.sendall(_raw(request))
        while block := beyond.recv(65536):
            found += block
    return bytes(found)
