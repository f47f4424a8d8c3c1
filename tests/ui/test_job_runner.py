"""Long work: off the window's thread, told about, cancelled, and its failures sorted into three kinds."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QThread

from desktop.errors import PlainError
from desktop.jobs import Job
from ui.job_runner import JobRunner, Running
from ui.widgets.job_strip import JobStrip, describe, duration


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()
    runner.deleteLater()


@pytest.fixture
def serial(qapp):
    runner = JobRunner(serial=True)
    yield runner
    runner.deleteLater()


def test_work_runs_on_another_thread_and_its_result_comes_back_on_the_windows(jobs: JobRunner, qapp, qtbot) -> None:
    seen: list[tuple[int, bool]] = []
    with qtbot.waitSignal(jobs.ended):
        jobs.run(
            "Counting",
            lambda _job: threading.get_ident(),
            done=lambda number: seen.append((number, QThread.currentThread() is qapp.thread())),
        )
    assert seen[0][0] != threading.get_ident()
    assert seen[0][1]


def test_progress_reaches_the_window_throttled(jobs: JobRunner, qtbot) -> None:
    told: list[int] = []
    jobs.progressed.connect(lambda running: told.append(running.progress.done))

    def work(job: Job) -> None:
        for done in range(20_000):
            job.report("Counting", done, 20_000)

    with qtbot.waitSignal(jobs.ended, timeout=20_000):
        jobs.run("Counting", work)
    assert 1 <= len(told) < 200


def test_a_cancel_stops_the_work_and_says_so(jobs: JobRunner, qtbot) -> None:
    began, ended = threading.Event(), []

    def work(job: Job) -> None:
        began.set()
        while True:
            job.check()

    running = jobs.run(
        "Endless", work, done=lambda _r: ended.append("done"), cancelled=lambda: ended.append("cancelled")
    )
    assert running is not None
    began.wait(5)
    with qtbot.waitSignal(jobs.ended):
        jobs.cancel(running)
    assert ended == ["cancelled"]


def test_a_plain_error_goes_to_the_caller_or_else_to_everyone(serial: JobRunner, qtbot) -> None:
    def work(_job: Job) -> None:
        raise PlainError("The file is empty.", todo="Choose another.")

    caught: list[str] = []
    serial.run("Reading", work, failed=lambda error: caught.append(str(error)))
    assert caught == ["The file is empty. Choose another."]
    with qtbot.waitSignal(serial.plain_failure) as said:
        serial.run("Reading", work)
    assert said.args == ["The file is empty. Choose another."]


def test_a_fault_of_ours_becomes_a_report_with_its_traceback(jobs: JobRunner, qtbot) -> None:
    def work(_job: Job) -> None:
        raise ZeroDivisionError("by nothing")

    with qtbot.waitSignal(jobs.fault) as said:
        jobs.run("Dividing", work)
    assert said.args[0] == "Dividing"
    assert "ZeroDivisionError: by nothing" in said.args[1]


def test_only_one_job_writes_at_a_time_while_others_read(jobs: JobRunner, qtbot) -> None:
    go = threading.Event()
    refused: list[str] = []
    jobs.run("Import", lambda _job: go.wait(5), writes=True)
    assert jobs.run("Edit", lambda _job: None, writes=True, failed=lambda error: refused.append(str(error))) is None
    with qtbot.waitSignal(jobs.ended):
        jobs.run("Look", lambda _job: None)
    with qtbot.waitSignal(jobs.ended):
        go.set()
    assert "“Import” is still running" in refused[0]
    assert "Nothing was changed" in refused[0]
    assert jobs.writing() is None


def test_shutting_down_cancels_and_waits(jobs: JobRunner) -> None:
    began = threading.Event()
    ended: list[str] = []

    def work(job: Job) -> None:
        began.set()
        while True:
            job.check()

    jobs.run("Endless", work, cancelled=lambda: ended.append("cancelled"))
    began.wait(5)
    jobs.shut_down()
    assert jobs.running() == ()
    assert ended == []


def test_python_collects_on_the_windows_thread_only_while_workers_run(jobs: JobRunner, qtbot) -> None:
    seen: list[bool] = []
    with qtbot.waitSignal(jobs.ended):
        jobs.run("Looking", lambda _job: seen.append(gc.isenabled()))
    assert seen == [False]
    assert gc.isenabled()


def test_a_callback_that_fails_does_not_leave_the_job_running(serial: JobRunner) -> None:
    with pytest.raises(ZeroDivisionError):
        serial.run("Adding", lambda _job: 1, done=lambda _one: 1 / 0, writes=True)
    assert serial.writing() is None


def test_the_strip_shows_a_slow_job_and_cancels_it_by_key(jobs: JobRunner, theme, qtbot) -> None:
    strip = JobStrip(jobs)
    qtbot.addWidget(strip)
    strip.show()
    strip.hide()
    began = threading.Event()

    def work(job: Job) -> None:
        began.set()
        while True:
            job.report("Reading the file", 400_000, 1_000_000)

    jobs.run("Import", work)
    qtbot.waitUntil(strip.isVisible, timeout=5000)
    qtbot.waitUntil(lambda: "400,000 of 1,000,000 rows" in strip._words.text(), timeout=5000)
    with qtbot.waitSignal(jobs.ended):
        qtbot.keyClick(strip, "\x1b")
    assert not strip.isVisible()


def running(done: int, total: int, seconds: float) -> str:
    from desktop.jobs import Progress

    one = Running(1, "Import", True, False, None, None, None, None, started=100.0)
    one.progress = Progress("Importing", done, total)
    return describe(one, 100.0 + seconds)


def test_the_strip_says_rows_rate_and_time_left() -> None:
    assert (
        running(500_000, 1_000_000, 2.0)
        == "Importing · 500,000 of 1,000,000 rows · 250,000 rows a second · 2 seconds left"
    )
    assert running(500_000, 0, 2.0) == "Importing · 500,000 rows · 250,000 rows a second"
    assert running(0, 0, 2.0) == "Importing"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "a second"), (20, "20 seconds"), (150, "about 2 minutes"), (9000, "about 2 hours")]
)
def test_a_length_of_time_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
