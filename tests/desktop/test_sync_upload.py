"""Files in parts: they go on from where the endpoint says they are, whatever it says, in memory that does not grow."""

from __future__ import annotations

import hashlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.jobs import Cancelled, Job
from desktop.sync.model import Connection, ProxyChoice
from desktop.sync.pace import QUICK, Pace
from desktop.sync.transport import Transport
from desktop.sync.troubles import OF_THE_ITEM, SyncTrouble
from desktop.sync.uploading import Upload, Uploading
from desktop.sync.wire.problems import Problem, Retry
from desktop.sync.wire.protocol import FIRST_PART, LEAST_PART, MIB
from tests.loopback import ENDPOINT, answer, scripted

STRAIGHT = Connection(ProxyChoice.NONE, connect_seconds=2, read_seconds=5)


def problem(slug, **more):
    made = Problem(slug, "", more)
    return answer(made.as_json(), f"{made.kind.status} X", kind="application/problem+json")


class Shelf:
    """An endpoint for one file that keeps what it is given, with faults as a test wants them."""

    def __init__(self, *faults):
        self.data = bytearray()
        self.faults = list(faults)
        """For each PATCH: '' = it goes well; else what goes wrong."""
        self.complete = False
        self.parts = []
        self.heads = 0
        self.never_ends = 0
        """How many looks it says that it is still verifying."""

    def __call__(self, request, link):
        if request.method == "HEAD":
            self.heads += 1
            if self.never_ends and self.data and not self.complete:
                self.never_ends -= 1
                self.complete = not self.never_ends
            link.sendall(self.place() if self.data or self.complete else answer(None, "404 X"))
            return
        fault = self.faults.pop(0) if self.faults else ""
        offset, length = int(request.headers["upload-offset"]), int(request.headers["upload-length"])
        self.parts.append((offset, len(request.body)))
        if fault == "lost":  # kept, and the answer never comes
            self.data[offset:] = request.body
            link.close()
            return
        if fault == "cut":
            link.close()
            return
        if fault == "proxy":
            link.sendall(answer("<html>too large</html>", "413 X", endpoint="", kind="text/html"))
            return
        if fault == "mismatch":
            self.data.clear()
            link.sendall(problem("blob-digest-mismatch"))
            return
        if fault:
            link.sendall(problem(fault, **({"limit": 300_000} if fault == "too-large" else {})))
            return
        if offset != len(self.data):
            link.sendall(problem("mismatching-upload-offset", offset=len(self.data)))
            return
        self.data += request.body
        self.complete = len(self.data) == length and request.headers["upload-complete"] == "?1" and not self.never_ends
        link.sendall(self.place())

    def place(self):
        headers = {
            "Upload-Offset": str(len(self.data)), "Upload-Length": "0",
            "Upload-Complete": "?1" if self.complete else "?0",
        }  # fmt: skip
        return answer(None, "204 X", headers=headers)


def a_file(folder, size, name="film.mp4"):
    path = folder / name
    path.write_bytes((b"0123456789abcdef" * (size // 16 + 1))[:size])
    return Upload(hashlib.sha256(path.read_bytes()).hexdigest(), size, name, path)


def upload(shelf, one, job=None, *, at=lambda _: None, largest=8 * MIB, cap=0):
    job = job or Job()
    with scripted(shelf) as server, Transport(server.address, STRAIGHT, endpoint=ENDPOINT) as transport:
        pace = Pace(largest, cap, job)
        Uploading(transport, pace, job).send(one, at)
        return pace


def test_parts_begin_with_a_mebibyte_and_double_while_they_are_quick(tmp_path):
    shelf, one = Shelf(), a_file(tmp_path, 9 * MIB + 5)
    upload(shelf, one, largest=4 * MIB)
    assert bytes(shelf.data) == one.path.read_bytes()
    assert [size // MIB for _, size in shelf.parts] == [1, 2, 4, 2]


@pytest.mark.parametrize("size", [0, 1, FIRST_PART - 1, FIRST_PART, FIRST_PART + 1])
def test_any_size_ends_with_one_complete_part(tmp_path, size):
    shelf, one = Shelf(), a_file(tmp_path, size)
    upload(shelf, one)
    assert bytes(shelf.data) == one.path.read_bytes()
    assert shelf.complete
    assert len(shelf.parts) == (2 if size > FIRST_PART else 1)


@given(st.lists(st.sampled_from(["", "mismatching-upload-offset", "bad-digest", "proxy", "mismatch"]), max_size=5))
@settings(max_examples=25)
def test_whatever_goes_wrong_a_few_times_ends_with_the_same_bytes(tmp_path_factory, faults):
    one = a_file(tmp_path_factory.mktemp("kept"), 3 * MIB + 17)
    shelf = Shelf(*faults)
    troubles = []
    while not shelf.complete:  # a round that gives up is followed by another
        try:
            upload(shelf, one)
        except SyncTrouble as error:
            troubles.append(error.trouble.retry)
    assert set(troubles) <= {Retry.AUTO}
    assert bytes(shelf.data) == one.path.read_bytes()


def test_a_lost_answer_is_followed_by_the_question_where_it_is(tmp_path):
    shelf, one = Shelf("lost"), a_file(tmp_path, 2 * MIB)
    with pytest.raises(SyncTrouble) as told:
        upload(shelf, one)
    assert told.value.trouble.retry is Retry.AUTO
    upload(shelf, one)
    assert [offset for offset, _ in shelf.parts] == [0, MIB]
    assert bytes(shelf.data) == one.path.read_bytes()


def test_what_is_there_already_is_not_sent(tmp_path):
    shelf, one = Shelf(), a_file(tmp_path, 100)
    shelf.data, shelf.complete = bytearray(one.path.read_bytes()), True
    upload(shelf, one)
    assert shelf.parts == []


def test_a_proxy_that_takes_little_gets_smaller_parts_down_to_the_least(tmp_path):
    shelf, one = Shelf("proxy", "proxy"), a_file(tmp_path, MIB)
    upload(shelf, one)
    assert [size // 1024 for _, size in shelf.parts] == [1024, 512, 256, 256, 256, 256]
    stubborn = Shelf(*["proxy"] * 50)
    with pytest.raises(SyncTrouble):
        upload(stubborn, one)
    assert min(size for _, size in stubborn.parts) >= LEAST_PART


def test_an_endpoint_that_takes_smaller_parts_than_it_said_gets_them(tmp_path):
    shelf, one = Shelf("too-large"), a_file(tmp_path, 250_000)
    upload(shelf, one)
    assert bytes(shelf.data) == one.path.read_bytes()


def test_larger_than_the_endpoint_takes_at_all_needs_the_person(tmp_path):
    with pytest.raises(SyncTrouble) as told:
        upload(Shelf("", "too-large"), a_file(tmp_path, 5 * MIB), largest=200_000)
    assert told.value.trouble.retry is Retry.USER


def test_another_length_than_before_needs_the_person(tmp_path):
    with pytest.raises(SyncTrouble) as told:
        upload(Shelf("blob-length-differs"), a_file(tmp_path, 100))
    assert told.value.trouble.retry is Retry.USER


def test_bytes_that_always_arrive_wrong_are_left_for_later(tmp_path):
    with pytest.raises(SyncTrouble) as told:
        upload(Shelf(*["mismatch"] * 50), a_file(tmp_path, 100))
    assert told.value.trouble.retry is Retry.AUTO


def test_a_damaged_kept_file_is_found_out_and_named(tmp_path):
    one = a_file(tmp_path, 100)
    one.path.write_bytes(b"y" * 100)
    with pytest.raises(SyncTrouble) as told:
        upload(Shelf("mismatch"), one)
    assert (told.value.trouble.retry, told.value.trouble.slug) == (Retry.USER, "file")
    assert "film.mp4" in told.value.trouble.what
    one.path.write_bytes(b"y" * 50)
    with pytest.raises(SyncTrouble) as told:
        upload(Shelf(), one)
    assert told.value.trouble.slug == "file"


def test_an_endpoint_that_still_reads_through_is_asked_until_it_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.sync.uploading._POLL_SECONDS", 0.0)
    shelf, one = Shelf(), a_file(tmp_path, 100)
    shelf.never_ends = 4
    upload(shelf, one)
    assert shelf.complete
    assert bytes(shelf.data) == one.path.read_bytes()


def test_an_endpoint_that_says_nothing_sensible_is_tried_later(tmp_path):
    def script(_, link):
        link.sendall(answer(None, "204 X", headers={"Upload-Offset": "99999", "Upload-Complete": "?0"}))

    with pytest.raises(SyncTrouble) as told:
        upload(script, a_file(tmp_path, 100))
    assert told.value.trouble.retry is Retry.AUTO


@pytest.mark.parametrize("says", ["100", "0"], ids=["compares-for-ever", "takes-and-has-nothing"])
def test_an_endpoint_that_never_gets_on_is_left_for_later_and_everything_else_goes_on(tmp_path, monkeypatch, says):
    monkeypatch.setattr("desktop.sync.uploading._POLL_SECONDS", 0.0)
    calls = []

    def script(request, link):
        calls.append(request.method)
        link.sendall(answer(None, "204 X", headers={"Upload-Offset": says, "Upload-Complete": "?0"}))

    with pytest.raises(SyncTrouble) as told:
        upload(script, a_file(tmp_path, 100))
    assert told.value.trouble.slug in OF_THE_ITEM
    assert len(calls) < 60


def test_stop_is_checked_between_parts(tmp_path):
    job, shelf = Job(), Shelf()

    def at(offset):
        if offset >= 3 * MIB:
            job.cancel()

    with pytest.raises(Cancelled):
        upload(shelf, a_file(tmp_path, 20 * MIB), job, at=at)
    assert len(shelf.data) == 3 * MIB


def test_a_silent_endpoint_is_stopped_at_once(tmp_path):
    import threading

    job = Job()
    asked = threading.Event()

    def silent(_request, _link):
        asked.set()

    def stop():
        asked.wait(5)
        job.cancel()

    stopping = threading.Thread(target=stop)
    stopping.start()
    with pytest.raises(Cancelled):
        upload(silent, a_file(tmp_path, 100), job)
    stopping.join()


def test_a_cap_waits_between_parts_and_the_wait_is_cancelled():
    waits = []

    class Watched(Job):
        def wait(self, seconds):
            waits.append(seconds)

    now = [0.0]
    pace = Pace(8 * MIB, 100, Watched(), lambda: now[0])
    assert pace.size == 200 * 1024
    began = pace.began()
    now[0] = 0.5
    pace.sent(200 * 1024, began)
    assert waits == [pytest.approx(1.5)]
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        Pace(8 * MIB, 1, job, lambda: 0.0).sent(10_000, 0.0)


@given(st.integers(1, 64 * MIB), st.lists(st.one_of(st.floats(0, 10), st.none()), max_size=40), st.integers(0, 4096))
def test_parts_stay_within_the_limit_and_are_never_empty(largest, steps, cap):
    now = [0.0]

    class Patient(Job):
        def wait(self, seconds):
            now[0] += seconds

    pace = Pace(largest, cap, Patient(), lambda: now[0])
    for step in steps:
        size = pace.size
        assert 1 <= size <= min(largest, 16 * MIB)
        if step is None:
            if pace.smaller():
                assert pace.size < size
            continue
        began = pace.began()
        now[0] += step
        pace.sent(size, began)
        assert pace.size <= size * 2
        if step >= QUICK:
            assert pace.size <= size


def test_memory_does_not_grow_with_the_file(tmp_path):
    """A sparse file of 96 MiB, in parts of 8 MiB: what Python holds at its highest is a few parts."""
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(96 * MIB)
    one = Upload("0" * 64, 96 * MIB, "large.bin", path)
    counted, servers = [0], []

    def script(request, link):
        servers[0].requests.clear()  # else the server of this test holds all of the file
        if request.method != "HEAD":
            counted[0] += len(request.body)
        done = counted[0] == one.size
        headers = {"Upload-Offset": str(counted[0]), "Upload-Complete": "?1" if done else "?0"}
        link.sendall(answer(None, "204 X" if counted[0] else "404 X", headers=headers))

    with scripted(script) as server, Transport(server.address, STRAIGHT, endpoint=ENDPOINT) as transport:
        servers.append(server)
        tracemalloc.start()
        try:
            Uploading(transport, Pace(8 * MIB, 0, Job()), Job()).send(one, lambda _: None)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert counted[0] == one.size
    assert peak < 48 * MIB  # a part here, and the same in the server of this test while it puts its pieces together
