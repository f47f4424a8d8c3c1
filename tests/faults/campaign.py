"""Random faults on the way between a laptop and its endpoint, by seed; then everything is checked and counted.

    python -m tests.faults.campaign --seeds 1-10 [--faults 1000]

A run is one seed: a laptop with frozen submissions queues them one after the other while a proxy does wrong to half of
all requests, the endpoint is stopped and started, the laptop is closed and opened, reviewers say things. Then nothing
goes wrong any more, and everything has to come through within a few rounds.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from central.refusals import Refused
from central.reviews import Said
from tests.central_server import Running
from tests.faults.checker import check
from tests.faults.fault_proxy import FAULTS, LONG, FaultProxy, fault_proxy
from tests.faults.world import IMPATIENT, PATIENT, Clock, World, copy, make
from tests.loopback import Request

OFTEN = 0.5
"""How many requests something goes wrong with."""
MOST_QUIET = 8
"""Rounds without faults in which everything has to come through."""
RESTART, REOPEN, WRONG_CLOCK, TOLD = (
    "endpoint restarted",
    "laptop closed and opened",
    "clock put off or right",
    "review",
)


@dataclass
class Figures:
    """Of one seed, or of many together."""

    seeds: list[int] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    submissions: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    longest_rounds: int = 0
    longest_seconds: float = 0.0

    @property
    def well(self) -> bool:
        """Nothing was lost, duplicated, corrupted or stuck."""
        return not (self.lost or self.duplicated or self.corrupt or self.stuck)

    def add(self, other: Figures) -> None:
        """Together with those of another seed."""
        self.seeds += other.seeds
        self.faults += other.faults
        self.others += other.others
        self.requests += other.requests
        self.submissions += other.submissions
        for name in ("lost", "duplicated", "corrupt", "stuck"):
            getattr(self, name).extend(getattr(other, name))
        self.longest_rounds = max(self.longest_rounds, other.longest_rounds)
        self.longest_seconds = max(self.longest_seconds, other.longest_seconds)

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"seeds: {', '.join(map(str, self.seeds))}"
        yield f"requests: {self.requests}, faults: {sum(self.faults.values())}"
        for name, times in sorted(self.faults.items()):
            yield f"  {name}: {times}"
        for name, times in sorted(self.others.items()):
            yield f"  ({name}: {times})"
        yield f"submissions: {self.submissions}"
        for name in ("lost", "duplicated", "corrupt", "stuck"):
            found = getattr(self, name)
            yield f"{name}: {len(found)}"
            yield from (f"  {one}" for one in found)
        yield f"longest recovery: {self.longest_rounds} rounds, {self.longest_seconds:.1f} seconds"

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return {**self.__dict__, "faults": dict(self.faults), "others": dict(self.others)}


class Run:
    """One seed."""

    def __init__(self, world: World, seed: int, faults: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.wanted = faults
        self.figures = Figures([seed])
        self.said = 0

    def run(self) -> Figures:
        """Do it, and check it."""
        world, chance = self.world, self.chance
        proxy_seed = chance.randrange(2**32)
        with ExitStack() as whole:
            server = whole.enter_context(_Server(world))
            proxy = whole.enter_context(fault_proxy(server.port, proxy_seed))
            world.lead(proxy.address, IMPATIENT)
            proxy.plan = self._plan
            waiting = self._faulty(server, proxy)
            proxy.plan = None
            world.lead(proxy.address, PATIENT)
            self._quiet(waiting)
            self.figures.requests = proxy.requests
            self.figures.faults = proxy.did
        found = check([world.laptop()], world.server, queued=self._count)
        self.figures.submissions = found.submissions
        for name in ("lost", "duplicated", "corrupt", "stuck"):
            getattr(self.figures, name).extend(f"seed {self.figures.seeds[0]}: {one}" for one in getattr(found, name))
        return self.figures

    def _plan(self, _: Request) -> str | None:
        return self.chance.choice(FAULTS) if self.chance.random() < OFTEN else None

    def _faulty(self, server: _Server, proxy: FaultProxy) -> list[int]:
        """Until there were enough faults; what is not queued yet."""
        chance = self.chance
        with self.world.at() as workspace:
            waiting = [one.id for one in workspace.submissions.submissions()]
        self._count = len(waiting)
        chance.shuffle(waiting)
        clock = Clock()
        while sum(proxy.did.values()) < self.wanted:
            with self.world.at(clock=clock) as workspace:
                for _ in range(chance.randrange(1, 5)):
                    # A clock that was set back by more than a day queues nothing (desktop/declarations/set_back.py).
                    if waiting and not clock.off and chance.random() < 0.5:
                        workspace.outbox.queue(waiting.pop())
                    if chance.random() < 0.3:
                        workspace.outbox.try_again()
                    workspace.sync.now()
                    if chance.random() < 0.4:
                        self._review(server.running)
                    if sum(proxy.did.values()) >= self.wanted:
                        break
            self.figures.others[REOPEN] += 1
            if chance.random() < 0.3:
                server.again()
                proxy.upstream = server.port
                self.figures.others[RESTART] += 1
            if chance.random() < 0.2:
                clock = Clock(timedelta(hours=chance.choice((-23, 0, 23))))
                self.figures.others[WRONG_CLOCK] += 1
        return waiting

    def _quiet(self, waiting: list[int]) -> None:
        time.sleep(LONG)  # answers that are late have come: what is counted from here is the recovery alone
        began = time.monotonic()
        with self.world.at() as workspace:
            for one in waiting:
                workspace.outbox.queue(one)
            for rounds in range(1, MOST_QUIET + 1):
                workspace.sync.now()
                if all(one.done for one in workspace.outbox.deliveries()):
                    break
                if rounds == 2:  # what needs the person: she looks, and says try again
                    workspace.outbox.try_again()
            workspace.sync.now()
        self.figures.longest_rounds = rounds
        self.figures.longest_seconds = time.monotonic() - began

    def _review(self, running: Running) -> None:
        """A reviewer says something of something that was received."""
        from central.tables import submission

        with running.central.db.read() as connection:
            there = connection.execute(submission.select().with_only_columns(submission.c.id)).scalars().all()
        if not there:
            return
        chosen = self.chance.choice(sorted(there))
        self.said += 1
        try:
            if self.chance.random() < 0.5:
                said = Said(str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), f"Comment {self.said}")
                running.central.reviews.comment(chosen, said, "rita")
            else:
                detail = running.central.reviews.one(chosen)
                state = self.chance.choice(("in review", "changes requested", "accepted"))
                running.central.reviews.decide(chosen, state, "A note.", "", detail.state_version, "rita")
        except Refused:
            return
        self.figures.others[TOLD] += 1


class _Server:
    """The endpoint, which can be stopped and started again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stack = ExitStack()
        self.running: Running = None  # type: ignore[assignment]

    @property
    def port(self) -> int:
        """Of the loopback."""
        return int(self.running.address.rpartition(":")[2])

    def again(self) -> None:
        """Stop it and start it."""
        self._stack.close()
        self.running = self._stack.enter_context(self._world.serving())

    def __enter__(self) -> _Server:
        self.running = self._stack.enter_context(self._world.serving())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one run."""
    folder = Path(tempfile.mkdtemp(prefix="mhhs-faults-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def campaign(seeds: list[int], faults: int, template: World, folder: Path) -> Figures:
    """All seeds, one after the other."""
    figures = Figures()
    for seed in seeds:
        figures.add(Run(copy(template, folder / f"seed-{seed}"), seed, faults).run())
        shutil.rmtree(folder / f"seed-{seed}")
    return figures


def main() -> int:
    """Run seeds and print the figures; 1 when anything was lost, duplicated, corrupted or stuck."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-10", help="1-10 or 3,5,8")
    parser.add_argument("--faults", type=int, default=100, help="faults for each seed")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seeds: list[int] = []
    for part in given.seeds.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    with scratch() as folder:
        figures = campaign(seeds, given.faults, make(folder / "template"), folder)
    print(json.dumps(figures.as_json(), indent=2) if given.json else "\n".join(figures.lines()))
    return 0 if figures.well else 1


if __name__ == "__main__":
    sys.exit(main())
