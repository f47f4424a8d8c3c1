"""The parent's side: start a child, pass its progress on, and end it on cancel, on time and on memory."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop.jobs import Job

_POLL = 0.05


class ChildEnded(Exception):
    """The child had to be ended, or could not be started; the text is the reason, to stand after "...: "."""


class ChildNotStarted(ChildEnded):
    """The child could not be started: a matter of this computer, not of the file."""


@dataclass(frozen=True)
class Watch:
    """What a child may take: seconds until its next sign of life or its end, and bytes of memory in use."""

    seconds: float
    resident: int
    each: bool = False
    """Whether every line of progress starts the seconds anew."""
    too_long: str = "reading it took far too long"
    """The reason when the seconds are over."""


def command(flag: str, module: str, arguments: Sequence[str]) -> list[str]:
    """The command line of a child: this program with a flag when frozen, else a module of ours."""
    frozen = bool(getattr(sys, "frozen", False))
    return [sys.executable, *([flag] if frozen else ["-m", module]), *arguments]


def run(
    line: Sequence[str],
    folder: Path,
    job: Job,
    watch: Watch,
    *,
    environment: dict[str, str] | None = None,
    on_line: Callable[[str, int, int, str], None] | None = None,
) -> int:
    """Run a child in `folder` to its end; returns its exit status.

    `on_line` takes its progress (None: the job's). Raises ChildEnded, and Cancelled; then the child is gone.
    """
    job.check()
    surroundings = {**os.environ, "PYTHONUTF8": "1", **(environment or {})}
    if not getattr(sys, "frozen", False):
        surroundings["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    try:
        child = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            list(line),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=surroundings,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ChildNotStarted(f"its reader could not be started ({error.strerror or 'unknown reason'})") from None
    try:
        _attend(child, job, watch, on_line or job.report)
        return child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        raise ChildEnded("its contents made the reader stop, as a damaged or hostile file does") from None
    finally:
        _end(child)


def _attend(
    child: subprocess.Popen[bytes], job: Job, watch: Watch, on_line: Callable[[str, int, int, str], None]
) -> None:
    """Pass progress on until the child ends; raise when it may not go on."""
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(child, lines), daemon=True).start()
    deadline = time.monotonic() + watch.seconds
    while True:
        job.check()
        if time.monotonic() > deadline:
            raise ChildEnded(watch.too_long)
        if _resident(child.pid) > watch.resident:
            raise ChildEnded("it needs more memory than may be used")
        try:
            line = lines.get(timeout=_POLL)
        except queue.Empty:
            continue
        if line is None:
            return
        if watch.each:
            deadline = time.monotonic() + watch.seconds
        with suppress(ValueError, TypeError):
            what, done, total, unit = json.loads(line)
            on_line(str(what), int(done), int(total), str(unit))


def _listen(child: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    if child.stdout is not None:
        with suppress(ValueError, OSError):
            for line in child.stdout:
                lines.put(line[:4096])
    lines.put(None)


def _resident(pid: int) -> int:
    """Bytes of memory in use by a process; 0 where the system does not tell without more than the standard library."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    with suppress(OSError):
        if child.stdin is not None:
            child.stdin.close()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()
