"""Laptop and endpoint as processes that are killed at named points and started again.

A process is forked from one that has everything loaded, so that a run takes a second and not ten. Its end at a point
is `os._exit`: nothing is flushed, closed or tidied, as after a kill.
"""

from __future__ import annotations

import multiprocessing
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.world import World

KILLED = 137
_SECONDS = 60
"""A process that takes longer hangs."""

_fork = multiprocessing.get_context("forkserver")
_fork.set_forkserver_preload(["tests.faults.processes", "tests.faults.loaded"])


@dataclass(frozen=True)
class Kill:
    """End the process at the n-th reach of a point."""

    point: str
    number: int


@dataclass
class Result:
    """How a process ended: 0, or KILLED; and how often it reached each point, when it ended by itself."""

    code: int
    reached: dict[str, int] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)


def laptop_round(world: World, kill: Kill | None = None, *, laptop: int = 1, queue: bool = True) -> Result:
    """The laptop is opened, queues what is not queued, does a round, and is closed."""
    return _run(_laptop, world, kill, laptop, queue)


@contextmanager
def endpoint(world: World, port: int, kill: Kill | None = None, *, shadow: Path | None = None) -> Iterator[Endpoint]:
    """The endpoint runs until the block ends, or until it is killed.

    `shadow`: keep there what was flushed of every file, for `unsynced.power_cut`.
    """
    made = Endpoint(world, port, kill, shadow)
    try:
        yield made
    finally:
        made.end()


class Endpoint:
    """A process that serves on a port of the loopback."""

    def __init__(self, world: World, port: int, kill: Kill | None, shadow: Path | None = None) -> None:
        self._end, child_end = _fork.Pipe()
        self._process = _fork.Process(target=_endpoint, args=(world, port, kill, shadow, child_end), daemon=True)
        self._process.start()
        child_end.close()
        self.reached: dict[str, int] = {}
        self.killed = not self._is_up()

    @property
    def alive(self) -> bool:
        """It runs."""
        return self._process.is_alive()

    def end(self) -> None:
        """Stop it, or notice that it was killed; then `killed` and `reached` tell."""
        if not self._process.is_alive() and self._process.exitcode is None:
            return
        try:
            self._end.send("end")
            if self._end.poll(_SECONDS):
                self.reached = self._end.recv()
        except (EOFError, OSError):
            pass
        self._process.join(_SECONDS)
        self.killed = self._process.exitcode == KILLED
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
            raise RuntimeError("the endpoint did not end")
        if self._process.exitcode not in {0, KILLED, -signal.SIGKILL}:
            raise RuntimeError(f"the endpoint ended with {self._process.exitcode}")

    def kill(self) -> None:
        """As `kill -9`."""
        self._process.kill()
        self._process.join()

    def _is_up(self) -> bool:
        try:
            return bool(self._end.poll(_SECONDS) and self._end.recv() == "up")
        except (EOFError, OSError):
            return False


def free_port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _run(target: Any, *args: Any) -> Result:
    ours, theirs = _fork.Pipe(duplex=False)
    process = _fork.Process(target=target, args=(*args, theirs), daemon=True)
    process.start()
    theirs.close()
    says: dict[str, Any] = {}
    try:
        if ours.poll(_SECONDS):
            says = ours.recv()
    except EOFError:
        pass
    process.join(_SECONDS)
    ours.close()
    if process.exitcode not in {0, KILLED}:
        process.kill()
        raise RuntimeError(f"a laptop ended with {process.exitcode}")
    return Result(int(process.exitcode or 0), says.pop("reached", {}), says)


def _hook(points: Any, kill: Kill | None) -> Any:
    seen = points.Seen() if kill is None else points.Kill(kill.point, kill.number)
    points.install(seen)
    return seen


def _laptop(world: World, kill: Kill | None, laptop: int, queue: bool, says: Any) -> None:
    from desktop.sync import points

    seen = _hook(points, kill)
    with world.at(laptop) as workspace:
        if queue:
            for one in sorted(workspace.submissions.submissions(), key=lambda each: each.id):
                if not workspace.outbox.deliveries(submission_id=one.id):
                    workspace.outbox.queue(one.id)
        workspace.outbox.try_again()
        outcomes = workspace.sync.now()
        waiting = [one.uuid for one in workspace.outbox.deliveries() if not one.done]
    troubles = [one.trouble.what for one in outcomes if one.trouble is not None]
    says.send({"reached": dict(seen.reached), "waiting": waiting, "troubles": troubles})


def _endpoint(world: World, port: int, kill: Kill | None, shadow: Path | None, pipe: Any) -> None:
    from central import points

    seen = _hook(points, kill)
    if shadow is not None:
        from tests.faults import unsynced

        unsynced.watch(world.server, shadow)
    with world.serving(port) as _:
        pipe.send("up")
        pipe.recv()
    pipe.send(dict(seen.reached))
