"""Clients that take their time: none keeps a connection for ever, and the others are answered meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest
import requests

from central.slow_clients import Hurried
from tests.central.waiting import until
from tests.central_server import Running

HEAD = b"GET /v1/info HTTP/1.1\r\nHost: x\r\n"
BODY = b"PUT /v1/devices/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: x\r\nX-Protocol: 1\r\n"
BODY += b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hurried, "head_seconds", 0.2)
    monkeypatch.setattr(Hurried, "silent_seconds", 0.2)


@contextmanager
def line_to(server: Running) -> Iterator[socket.socket]:
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        yield line


def answered(line: socket.socket) -> int:
    """The status of the next answer, read to its end: head and body may come apart."""
    answer = HTTPResponse(line)
    answer.begin()
    answer.read()
    return answer.status


@pytest.mark.parametrize("said", [b"", b"GET", HEAD, BODY], ids=["nothing", "a word", "half a head", "half a body"])
def test_who_does_not_go_on_is_cut(server: Running, said: bytes) -> None:
    with line_to(server) as line:
        line.sendall(said)
        assert line.recv(1_000) == b""
    assert requests.get(server.address + "/v1/info", timeout=10).status_code == 200


def test_a_head_that_drips_is_cut_however_often_it_drips(server: Running) -> None:
    with line_to(server) as line:
        line.sendall(HEAD)
        line.settimeout(0.05)
        for number in range(200):
            try:
                line.sendall(f"X-{number}: x\r\n".encode())
                if line.recv(1_000) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("it was never cut")


def test_a_second_request_has_its_own_time_and_an_idle_connection_is_kept(server: Running) -> None:
    with line_to(server) as line:
        line.sendall(HEAD + b"\r\n")
        assert answered(line) == 200
        line.settimeout(0.6)
        with pytest.raises(TimeoutError):  # idle for longer than a head may take
            line.recv(1)
        line.settimeout(10)
        line.sendall(HEAD + b"\r\n")
        assert answered(line) == 200
        line.sendall(HEAD)
        assert line.recv(1) == b""


def test_a_head_has_a_largest_size(server: Running) -> None:
    with line_to(server) as line:
        line.sendall(HEAD + b"X-Long: " + b"x" * 40_000)
        assert line.recv(1_000).startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))


def test_who_does_not_read_its_answers_is_cut(server: Running) -> None:
    def is_cut(line: socket.socket) -> bool:
        try:
            line.send(b"x")
        except OSError:
            return True
        return False

    with line_to(server) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.setblocking(False)
        line.send(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
        until(lambda: is_cut(line))
    assert requests.get(server.address + "/v1/info", timeout=10).status_code == 200
