"""Two workers on PostgreSQL behave as one: one effect, one receipt, a feed in order that skips nothing."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

from central.central import Central
from desktop.sync.wire import receipts
from tests.central.waiting import until
from tests.central_process import Process, running
from tests.central_sender import File, Laptop
from tests.central_server import PARTICIPANTS, settings

LAPTOPS, EACH = 4, 6


@pytest.fixture
def two_workers(tmp_path: Path, postgres_url: str):
    central = Central(settings(tmp_path, database=postgres_url))
    try:
        for short, name in PARTICIPANTS.items():
            central.participants.add(short, name, "test")
        with running(tmp_path, "--database", postgres_url, "--workers", "2") as process:
            yield process, central
            assert process.stop() == 0
    finally:
        central.close()


def read_on(laptop: Laptop, done: threading.Event) -> list[dict[str, Any]]:
    """Every change, as somebody sees it who asks again and again while others send."""
    seen: list[dict[str, Any]] = []
    after = ""
    while True:
        last = done.is_set()
        page = laptop.changes(after, 7)
        seen += page["items"]
        after = page["next"]
        if last and not page["has_more"]:
            return seen


def test_two_workers_that_get_the_same_at_once_accept_it_once(two_workers: tuple[Process, Central]) -> None:
    process, central = two_workers
    laptops = []
    for short in [*["ACME"] * LAPTOPS, "OTHER"]:
        laptop = Laptop(process.address)
        assert laptop.enrol(central.devices.invite(short, "test").to_text()).status_code == 200
        laptops.append(laptop)
    reader = Laptop(process.address)
    reader.enrol(central.devices.invite("ACME", "test").to_text())
    done = threading.Event()

    def send(laptop: Laptop) -> list[tuple[str, str]]:
        """Each of them twice, over two lines at the same time."""
        other = Laptop(process.address)
        other.uuid, other.key = laptop.uuid, laptop.key
        other.session.headers.update(laptop.session.headers)
        found = []
        with ThreadPoolExecutor(2) as both:
            for number in range(EACH):
                shared = File(b"the same for everybody" * 100)  # several laptops send this file at the same time
                own = File(f"{laptop.uuid} {number}".encode(), "evidence", "own.txt")
                for one in (shared, own):
                    patient_upload(laptop, one)
                made = laptop.envelope([shared, own])
                answers = list(both.map(lambda who, made=made: who.submit(made), (laptop, other)))
                assert sorted(one.status_code for one in answers) == [200, 201], [one.text for one in answers]
                assert answers[0].json() == answers[1].json()
                found.append((made.id, answers[0].json()["receipt"]))
        return found

    with ThreadPoolExecutor(LAPTOPS + 2) as many:
        reading = many.submit(read_on, reader, done)
        sent = [many.submit(send, one) for one in laptops]
        try:
            given = {one: future.result() for one, future in zip(laptops, sent, strict=True)}
        finally:
            done.set()
        seen = reading.result()

    acme = {uuid: jws for laptop, some in given.items() if laptop.participant == "ACME" for uuid, jws in some}
    assert [one["seq"] for one in seen] == sorted({one["seq"] for one in seen})
    assert seen == read_on(reader, done), "somebody who asks later sees the same"
    told = [one for one in seen if one["type"] == "receipt"]
    assert Counter(one["data"]["submission"] for one in told) == Counter(acme.keys())
    assert {one["data"]["submission"]: one["data"]["receipt"] for one in told} == acme
    chain = sorted((receipts.check(jws, reader.enrolled["jwks"]).number, jws) for jws in acme.values())
    assert [number for number, _ in chain] == list(range(1, len(acme) + 1))
    for (_, before), (_, jws) in pairwise(chain):
        assert receipts.check(jws, reader.enrolled["jwks"]).previous == receipts.chain_hash(before)
    assert central.audit.verify().broken_at is None
    figures = requests.get(process.address + "/metrics", timeout=10).text
    assert f"central_submissions_total {float(EACH * (LAPTOPS + 1))}" in figures


def patient_upload(laptop: Laptop, one: File) -> None:
    """Others may send the same file for the same participant: who comes second is told that it is complete."""
    answer = laptop.part(one.sha256, one.data, offset=0, length=len(one.data))
    assert answer.status_code == 204 or answer.json()["type"].endswith(("blob-complete", "mismatching-upload-offset"))


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path, postgres_url: str) -> None:
    with running(tmp_path, "--database", postgres_url, "--workers", "2") as process:
        assert requests.get(process.address + "/health", timeout=30).status_code == 200
        process.kill()
        host, _, port = process.address.removeprefix("http://").partition(":")
        until(lambda: not answers(host, int(port)))
        with running(tmp_path, "--database", postgres_url, "--port", port) as again:
            assert requests.get(again.address + "/health", timeout=30).status_code == 200


def answers(host: str, port: int) -> bool:
    """Whether anybody listens there."""
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True
