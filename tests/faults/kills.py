"""Every named point of a full round, on both sides: the process is killed there, both are started again until done.

python -m tests.faults.kills [--every N]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.campaign import scratch
from tests.faults.checker import check
from tests.faults.processes import KILLED, Endpoint, Kill, endpoint, free_port, laptop_round
from tests.faults.world import World, copy, make

LAPTOP, ENDPOINT = "laptop", "endpoint"
MOST_ROUNDS = 6


@dataclass
class Tried:
    """What was tried and what was found."""

    points: list[tuple[str, str, int]] = field(default_factory=list)
    """Side, name, number."""
    killed: int = 0
    """How many of them ended a process: timing decides whether a point that was counted is reached again."""
    broken: list[str] = field(default_factory=list)
    longest_rounds: int = 0

    def lines(self) -> list[str]:
        """For people."""
        names = sorted({(side, name) for side, name, _ in self.points})
        return [
            *(f"  {side} {name}: {sum(one[:2] == (side, name) for one in self.points)}" for side, name in names),
            f"kill points: {len(self.points)} of {len(names)} names, processes killed: {self.killed}, "
            f"broken: {len(self.broken)}, longest recovery: {self.longest_rounds} rounds",
            *self.broken,
        ]


def full_round(world: World) -> dict[str, dict[str, int]]:
    """A round in which nothing is killed: how often each side reaches each point."""
    port = free_port()
    world.lead(f"http://127.0.0.1:{port}")
    with endpoint(world, port) as serving:
        done = laptop_round(world)
        assert done.says["waiting"] == [], done.says
    return {LAPTOP: done.reached, ENDPOINT: serving.reached}


def every_point(template: World, folder: Path) -> list[tuple[str, str, int]]:
    """All that a full round reaches."""
    reached = full_round(copy(template, folder / "count"))
    shutil.rmtree(folder / "count")
    return [
        (side, name, number)
        for side, counts in reached.items()
        for name, times in sorted(counts.items())
        for number in range(1, times + 1)
    ]


def kill_at(template: World, folder: Path, side: str, name: str, number: int) -> tuple[bool, int, str]:
    """Kill there, start again until done: whether it was killed, how many rounds it took, and what is wrong."""
    world = copy(template, folder)
    port = free_port()
    world.lead(f"http://127.0.0.1:{port}")
    kill = Kill(name, number)
    serving = Endpoint(world, port, kill if side == ENDPOINT else None)
    killed, said = serving.killed, {}
    try:
        for rounds in range(1, MOST_ROUNDS + 1):
            if not serving.alive:
                killed = True
                serving.end()
                serving = Endpoint(world, port, None)
            done = laptop_round(world, kill if side == LAPTOP and rounds == 1 else None)
            killed = killed or done.code == KILLED
            said = done.says
            if done.code == 0 and not said["waiting"] and serving.alive:
                break
        laptop_round(world)
    finally:
        serving.end()
    found = check([world.laptop()], world.server)
    wrong = "" if found.well else f"{side} killed at {name}:{number}: {found} {said}"
    shutil.rmtree(folder)
    return killed, rounds, wrong


def try_all(template: World, folder: Path, points: list[tuple[str, str, int]]) -> Tried:
    """All of these, one after the other."""
    tried = Tried()
    for count, (side, name, number) in enumerate(points):
        killed, rounds, wrong = kill_at(template, folder / f"kill-{count}", side, name, number)
        tried.points.append((side, name, number))
        tried.killed += killed
        tried.longest_rounds = max(tried.longest_rounds, rounds)
        if wrong:
            tried.broken.append(wrong)
    return tried


def main() -> int:
    """Try every point, or every n-th, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with scratch() as folder:
        template = make(folder / "template", submissions=3)
        points = every_point(template, folder)[:: given.every]
        tried = try_all(template, folder, points)
    print("\n".join(tried.lines()))
    print(f"{time.monotonic() - began:.0f} seconds")
    return 1 if tried.broken else 0


if __name__ == "__main__":
    sys.exit(main())
