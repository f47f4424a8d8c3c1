"""Servers on the loopback that do exactly what a test says with each connection, and a small real HTTP proxy.

with scripted(lambda request, link: link.sendall(answer({"endpoint": ...}))) as server:
    Transport(server.address)
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ENDPOINT = "11111111-2222-3333-4444-555555555555"
INFO = {
    "endpoint": ENDPOINT,
    "name": "Endpoint of tests",
    "epoch": "99999999-2222-3333-4444-555555555555",
    "time": "2026-11-28T12:00:00Z",
    "protocol": {"min": 1, "max": 1},
    "formats": ["mhhs-desk/envelope/1"],
    "recipients": ["BSC"],
    "limits": {},
    "jwks": {"keys": []},
}


@dataclass(frozen=True)
class Request:
    """What a client sent. Names of headers in small letters."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Script = Callable[[Request, socket.socket], None]


@dataclass
class Server:
    """Where it answers and what it was asked."""

    address: str
    port: int
    requests: list[Request] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """Everything that clients sent, as text."""
        return "\n".join(f"{one.method} {one.target} {one.headers} {one.body!r}" for one in self.requests)


def answer(
    body: Any = None,
    status: str = "200 OK",
    *,
    headers: dict[str, str] | None = None,
    endpoint: str = ENDPOINT,
    kind: str = "application/json",
    raw: bytes | None = None,
) -> bytes:
    """The bytes of an answer; `endpoint` '' leaves its header out."""
    data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
    lines = {
        "Content-Type": kind,
        "Content-Length": str(len(data)),
        **({"X-Endpoint": endpoint} if endpoint else {}),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data


def told(*answers: bytes) -> Script:
    """A script that gives these answers one after the other, then the last one again and again."""
    waiting = list(answers)

    def give(_: Request, link: socket.socket) -> None:
        link.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return give


@contextmanager
def scripted(script: Script, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Server]:
    """Answer every request by the script. A script that closes its link, or returns nothing, is free to."""
    with socket.create_server((host, 0)) as listener:
        port = listener.getsockname()[1]
        server = Server(f"{'https' if tls else 'http'}://{host}:{port}", port)

        def serve(link: socket.socket) -> None:
            with contextlib.suppress(OSError, ValueError):
                if tls is not None:
                    link = tls.wrap_socket(link, server_side=True)
                with link:
                    while (request := read_request(link)) is not None:
                        server.requests.append(request)
                        script(request, link)
            link.close()

        with accepting(listener, serve):
            yield server


@contextmanager
def proxying(refuse: str = "", *, credentials: str = "", to: dict[str, int] | None = None) -> Iterator[Server]:
    """An HTTP proxy that speaks CONNECT and absolute addresses.

    `refuse` is the status line it answers everything with; `credentials` the only value of Proxy-Authorization that it
    takes; `to` sends hosts to ports of the loopback, whatever they are called.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = Server(f"http://127.0.0.1:{port}", port)

        def serve(link: socket.socket) -> None:
            with contextlib.suppress(OSError, ValueError), link:
                request = read_request(link)
                if request is None:
                    return
                server.requests.append(request)
                line = refuse
                if credentials and request.headers.get("proxy-authorization") != credentials:
                    line = "407 Proxy Authentication Required"
                if line:
                    link.sendall(answer({}, line, endpoint="", headers={"Connection": "close"}))
                    return
                where = request.target if request.method == "CONNECT" else request.target.split("/")[2]
                host, _, number = where.rpartition(":")
                with socket.create_connection(("127.0.0.1", (to or {}).get(host, int(number)))) as beyond:
                    if request.method == "CONNECT":
                        link.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    else:
                        path = "/" + request.target.split("/", maxsplit=3)[3]
                        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
                        beyond.sendall(f"{request.method} {path} HTTP/1.1\r\n{head}\r\n".encode() + request.body)
                    _relay(link, beyond)

        with accepting(listener, serve):
            yield server


def read_request(link: socket.socket) -> Request | None:
    """The next request of a link; None at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        block = link.recv(65536)
        if not block:
            return None
        data += block
        if not data[:1].isalpha():  # a client that speaks TLS to a server that does not
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", maxsplit=2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    wanted = int(headers.get("content-length", 0))
    while len(body) < wanted:
        block = link.recv(65536)
        if not block:
            return None
        body += block
    return Request(method, target, headers, body)


def _relay(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    while True:
        for ready in select.select(list(ends), [], [], 5)[0]:
            block = ready.recv(65536)
            if not block:
                return
            ends[ready].sendall(block)


@contextmanager
def accepting(listener: socket.socket, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """Serve every connection on a thread of its own until the block ends; then all are cut and joined."""
    links: list[socket.socket] = []
    threads: list[threading.Thread] = []
    ending = threading.Event()

    def attend(link: socket.socket, handle: socket.socket) -> None:
        try:
            serve(link)
        finally:
            handle.close()  # or a link that its script closed would stay open

    def accept() -> None:
        while not ending.is_set():
            try:
                link, _ = listener.accept()
            except OSError:
                return
            if ending.is_set():
                link.close()
                return
            handle = link.dup()
            links.append(handle)
            thread = threading.Thread(target=attend, args=(link, handle), daemon=True)
            threads.append(thread)
            thread.start()

    taking = threading.Thread(target=accept, daemon=True)
    taking.start()
    try:
        yield
    finally:
        ending.set()
        with contextlib.suppress(OSError):
            socket.create_connection(listener.getsockname()[:2], timeout=2).close()
        taking.join(5)
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()
        for thread in threads:
            thread.join(5)
