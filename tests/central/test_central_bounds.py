"""What one participant, laptop or file may take from the others: bytes of a page, requests, connections, the loop."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import pytest

from central.api import blobs
from central.api.rates import Rates
from central.central import Central
from central.feed import LARGEST_PAGE
from central.refusals import Refused
from central.settings import Rates as RateSettings
from central.uploads import digest_of
from desktop.sync.wire.feed import Item
from tests.central_laptop import sha
from tests.central_sender import Laptop
from tests.central_server import PATIENT, serving, settings


def pages(central: Central, limit: int = 500) -> list[list[Item]]:
    found, after, more = [], "", True
    while more:
        page = central.feed.page("ACME", after, limit)
        assert page.items
        assert page.next != after
        found.append(list(page.items))
        after, more = page.next, page.has_more
    return found


def test_a_page_ends_before_it_is_too_large_and_nothing_is_left_out(central: Central) -> None:
    """Receipts of thousands of files, and one change that is larger than a whole page."""
    sizes = [500_000] * 20 + [LARGEST_PAGE + 1_000_000] + [10] * 50 + ["é" * 300_000] * 10
    texts = [one if isinstance(one, str) else "x" * one for one in sizes]
    with central.db.write() as connection:
        for text in texts:
            central.feed.add(connection, "ACME", "receipt", str(uuid.uuid4()), 1, {"receipt": text})
    found = pages(central)
    assert [item.data["receipt"] for page in found for item in page] == texts
    for page in found:
        size = len(json.dumps([one.as_json() for one in page], ensure_ascii=False).encode())
        assert size <= LARGEST_PAGE or len(page) == 1
    assert 4 <= len(found) <= 8
    assert [len(page) for page in pages(central, 1)] == [1] * len(texts)


async def asked(rates: Rates, address: str, authorization: str = "") -> int:
    """The status of one request from that address."""
    status: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"authorization", authorization.encode())] if authorization else []
    scope = {"type": "http", "method": "GET", "path": "/v1/changes", "headers": headers, "client": (address, 1)}
    await rates(scope, receive, send)
    return status[0]


def test_a_laptop_gone_wild_takes_nothing_from_the_others_behind_its_address() -> None:
    async def fine(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    bounds = RateSettings(
        **{**PATIENT.__dict__, "device_second": 1, "device_burst": 5, "address_second": 1, "address_burst": 20}
    )
    rates = Rates(fine, bounds, clock=lambda: 0.0)

    async def play() -> None:
        wild = [await asked(rates, "192.0.2.1", "Bearer wild") for _ in range(200)]
        assert wild == [200] * 5 + [429] * 195
        assert [await asked(rates, "192.0.2.1", f"Bearer {one}") for one in range(14)] == [200] * 14
        assert await asked(rates, "192.0.2.1") == 200
        assert await asked(rates, "192.0.2.1", "Bearer one more") == 429  # the address has its bound as well
        assert await asked(rates, "192.0.2.2", "Bearer one more") == 200

    asyncio.run(play())


def test_more_files_than_kept_connections_are_sent_at_once(tmp_path: Path, postgres_url: str) -> None:
    """Each holds its lock until all of them do; as many again wait for the same files and are in nobody's way."""
    central = Central(settings(tmp_path, database=postgres_url))
    central.participants.add("ACME", "Acme", "test")
    many = 12
    files = [b"file %d" % number for number in range(many)]
    met, waiting = threading.Barrier(many + 1), threading.Event()

    def slow(data: bytes) -> Any:
        met.wait(30)
        assert waiting.wait(30)
        yield data

    def first(data: bytes) -> bool:
        return send(data, slow(data))

    def second(data: bytes) -> str:
        try:
            send(data, data)
        except Refused as refused:
            return refused.problem.slug
        return "taken twice"

    def send(data: bytes, parts: Any) -> bool:
        return central.uploads.append(
            "ACME", sha(data), offset=0, length=len(data), complete=True, digest=digest_of(data), parts=parts
        ).complete

    try:
        with ThreadPoolExecutor(2 * many) as pool:
            firsts = [pool.submit(first, one) for one in files]
            met.wait(30)  # all twelve hold a lock
            seconds = [pool.submit(second, one) for one in files]
            with pytest.raises(Refused, match="unavailable"), central.db.locks.hold(lock_of(files[0]), 0.1):
                pass
            with central.db.locks.hold("something else", 5):
                waiting.set()
            assert all(one.result(60) for one in firsts)
            # the second of them in the moment between the last byte and the comparison with the hash
            assert {one.result(60) for one in seconds} <= {"blob-complete", "mismatching-upload-offset"}
    finally:
        waiting.set()
        central.close()


def lock_of(data: bytes) -> str:
    return f"blob ACME {sha(data)}"


def test_no_part_is_written_by_the_thread_that_answers_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loops: set[int] = set()
    writers: set[int] = set()

    class Watched(SpooledTemporaryFile):
        def __init__(self, *args: Any, **more: Any) -> None:
            loops.add(threading.get_ident())  # the call itself runs on the event loop
            super().__init__(*args, **more)

        def write(self, data: Any) -> int:
            writers.add(threading.get_ident())
            return super().write(data)

    monkeypatch.setattr(blobs, "SpooledTemporaryFile", Watched)
    with serving(tmp_path) as running:
        laptop = Laptop(running.address)
        assert laptop.enrol(running.invite()).ok
        for data in (b"", b"small", bytes(range(256)) * 4 * 1024 * 3):
            laptop.upload(data, 8 * 2**20)
            assert b"".join(running.central.uploads.open("ACME", sha(data))) == data
    assert writers
    assert not loops & writers
