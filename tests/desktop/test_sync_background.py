"""Sync in the background: what is queued goes by itself, nothing blocks, and it ends when it is told to."""

from __future__ import annotations

import threading
import time

import pytest
import sync_fixtures
from sync_hands import PATIENCE, a_frozen, at_point, moved, signed_in, state_of, with_file

from desktop.changes import Subject
from desktop.jobs import Cancelled, Job
from desktop.sync.model import Tone
from desktop.sync.turns import Turn
from tests.central_server import serving

clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk
running = sync_fixtures.running


class Told:
    """Keeps what the background tells; waits for something to become so."""

    def __init__(self):
        self.subjects = set()
        self.threads = set()
        self._event = threading.Condition()

    def __call__(self, changes):
        with self._event:
            self.subjects |= changes.subjects
            self.threads.add(threading.current_thread().name)
            self._event.notify_all()

    def until(self, so):
        with self._event:
            assert self._event.wait_for(so, PATIENCE), "it did not happen"


def queued(desk, *recipients):
    made = a_frozen(desk, recipients or ("BSC",))
    desk.outbox.queue(made)
    return desk.outbox.deliveries(submission_id=made)[0].uuid


def test_what_is_queued_goes_by_itself_on_a_thread_of_its_own(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path)
    told = Told()
    assert not desk.sync.running
    desk.sync.start(told)
    desk.sync.start(told)
    assert desk.sync.running
    uuid = queued(desk)
    told.until(lambda: state_of(desk, uuid) == "received")
    assert Subject.DELIVERIES in told.subjects
    assert told.threads == {f"sync-{endpoint}"}
    assert [one.name for one in threading.enumerate() if one.name.startswith("sync-")] == [f"sync-{endpoint}"]
    assert desk.sync.stop()
    assert not desk.sync.running
    assert not [one for one in threading.enumerate() if one.name.startswith("sync-")]


def test_an_endpoint_that_is_added_later_is_worked_too(desk, running, tmp_path):
    told = Told()
    desk.sync.start(told)
    signed_in(desk, running, tmp_path)
    uuid = queued(desk)
    told.until(lambda: state_of(desk, uuid) == "received")
    assert desk.sync.stop()


def test_an_endpoint_that_goes_on_after_a_pause_sends_what_waits(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path)
    desk.endpoints.set_paused(endpoint, True)
    uuid = queued(desk)
    told = Told()
    desk.sync.start(told)
    assert desk.sync.lines()[0].words == "1 waiting · paused"
    desk.endpoints.set_paused(endpoint, False)
    told.until(lambda: state_of(desk, uuid) == "received")
    assert desk.sync.stop()


def test_what_waited_for_a_network_goes_when_it_is_there_again(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path)
    moved(desk, endpoint, "http://127.0.0.1:9")
    told = Told()
    desk.sync.start(told)
    uuid = queued(desk)
    told.until(lambda: desk.endpoints.get(endpoint).trouble is not None)
    assert state_of(desk, uuid) == "queued"
    assert desk.sync.lines()[0].tone in {Tone.WAITING, Tone.BUSY}
    moved(desk, endpoint, running.address)
    desk.sync.wake()
    told.until(lambda: state_of(desk, uuid) == "received")
    assert desk.endpoints.get(endpoint).trouble is None
    assert desk.sync.stop()


def test_a_wake_while_another_one_works_the_endpoint_is_not_lost(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path)
    moved(desk, endpoint, "http://127.0.0.1:9")
    told = Told()
    desk.sync.start(told)
    uuid = queued(desk)
    told.until(lambda: desk.endpoints.get(endpoint).trouble is not None)  # the clock stands: it would wait for ever
    with desk.sync._turns.of(endpoint).asked_for(Job()):
        moved(desk, endpoint, running.address)
        desk.sync.wake()
    desk.sync._background.poke()
    told.until(lambda: state_of(desk, uuid) == "received")
    assert desk.sync.stop()


def test_the_thread_of_an_endpoint_that_was_removed_ends_unless_it_was_added_again_this_moment(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path)
    told = Told()
    desk.sync.start(told)
    background = desk.sync._background
    assert not background.let_go(endpoint)
    desk.endpoints.remove(endpoint, "No longer used.")
    assert background.let_go(endpoint)
    for thread in threading.enumerate():
        if thread.name == f"sync-{endpoint}":
            thread.join(PATIENCE)
            assert not thread.is_alive()
    again = signed_in(desk, running, tmp_path)
    assert again == endpoint
    uuid = queued(desk)
    told.until(lambda: state_of(desk, uuid) == "received")
    assert desk.sync.stop()


def test_stop_in_the_middle_of_a_large_file_ends_in_time_and_the_next_start_goes_on(desk, running, tmp_path):
    signed_in(desk, running, tmp_path, cap_kib=256)
    made = with_file(desk, tmp_path, 3_000_000)
    told, begun = Told(), threading.Event()
    with at_point("upload.part-sent", begun.set, number=3):
        desk.sync.start(told)
        desk.outbox.queue(made)
        assert begun.wait(PATIENCE)
        began = time.monotonic()
        assert desk.sync.stop(5.0)
        assert time.monotonic() - began < 2.0
    (one,) = desk.outbox.deliveries()
    assert one.state.value == "queued"
    assert 0 < one.sent < one.size
    assert desk.sync.lines()[0].tone is Tone.WAITING


def test_closing_the_workspace_ends_the_threads_first(desk, running, tmp_path):
    signed_in(desk, running, tmp_path, cap_kib=64)
    made = with_file(desk, tmp_path, 2_000_000)
    begun = threading.Event()
    with at_point("upload.part-sent", begun.set):
        desk.sync.start(Told())
        desk.outbox.queue(made)
        assert begun.wait(PATIENCE)
        desk.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("sync-")]


def test_closing_ends_a_round_that_a_person_asked_for(desk, running, tmp_path):
    signed_in(desk, running, tmp_path, cap_kib=64)
    desk.outbox.queue(with_file(desk, tmp_path, 2_000_000))
    begun, ended = threading.Event(), []

    def asked():
        try:
            desk.sync.now()
        except Cancelled as error:
            ended.append(error)

    thread = threading.Thread(target=asked)
    with at_point("upload.part-sent", begun.set):
        thread.start()
        assert begun.wait(PATIENCE)
        desk.close()
    thread.join(PATIENCE)
    assert len(ended) == 1


def test_now_takes_over_from_the_background_and_both_never_work_at_once(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path, cap_kib=256)
    made = with_file(desk, tmp_path, 2_000_000)
    told, begun = Told(), threading.Event()
    with at_point("upload.part-sent", begun.set, number=3):
        desk.sync.start(told)
        desk.outbox.queue(made)
        assert begun.wait(PATIENCE)
        desk.endpoints.edit(endpoint, _without_cap(desk, endpoint))
        (done,) = desk.sync.now()
    assert (done.received, done.trouble) == (1, None)
    (one,) = desk.outbox.deliveries()
    assert one.state.value == "received"
    assert desk.sync.stop()


def test_the_window_reads_while_a_round_waits_for_a_silent_endpoint(desk, running, tmp_path):
    from tests.loopback import scripted

    endpoint = signed_in(desk, running, tmp_path)
    asked = threading.Event()

    def silent(_request, _link):
        asked.set()

    with scripted(silent) as server:
        moved(desk, endpoint, server.address)
        desk.sync.start(Told())
        assert asked.wait(PATIENCE)
        began = time.monotonic()
        queued(desk)
        desk.outbox.deliveries()
        desk.sync.lines()
        assert time.monotonic() - began < 2.0
        assert desk.sync.stop(3.0)


def test_a_person_waits_for_another_ones_round_and_may_give_up():
    turn = Turn()
    inside, leave = threading.Event(), threading.Event()

    def work():
        with turn.asked_for(Job()):
            inside.set()
            leave.wait(PATIENCE)

    first = threading.Thread(target=work)
    first.start()
    assert inside.wait(PATIENCE)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled), turn.asked_for(job):
        raise AssertionError("it was not to be had")
    with turn.in_background(Job()) as mine:
        assert not mine
    leave.set()
    first.join()
    with turn.in_background(Job()) as mine:
        assert mine


def test_two_endpoints_have_threads_of_their_own_and_one_that_hangs_holds_up_no_other(desk, running, tmp_path):
    from tests.loopback import scripted

    with serving(tmp_path / "second", recipients=("REC",)) as other:
        hangs = signed_in(desk, other, tmp_path, "Hangs", recipients=("REC",))
        signed_in(desk, running, tmp_path, "Works", recipients=("BSC",))
        asked = threading.Event()

        def silent(_request, _link):
            asked.set()

        with scripted(silent) as server:
            moved(desk, hangs, server.address)
            told = Told()
            desk.sync.start(told)
            assert asked.wait(PATIENCE)
            uuid = queued(desk, "BSC")
            told.until(lambda: state_of(desk, uuid) == "received")
            assert desk.sync.stop(3.0)


def _without_cap(desk, endpoint):
    from desktop.sync.model import EndpointDetails

    one = desk.endpoints.get(endpoint)
    return EndpointDetails(one.name, one.connection)
