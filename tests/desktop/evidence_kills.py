"""Kill a program while it attaches a large file, again and again: it is attached and whole, or not there and said.

    python -m tests.desktop.evidence_kills [kills] [seed]      100 kills and a random seed when not given

A child process opens the workspace as the product does and attaches a file of its own; every third time it replaces
the file of an item. It says when it begins to copy and when it is done. The parent kills it (SIGKILL) at a random
instant after that, opens the workspace as the product does, and compares. `silent` = begun, not there, and not told;
`lost` = acknowledged and not there; `torn` = there and not whole, or leftovers in the staging folder; `lying` = there
and whole, but told that it was not.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.app import Workspace
from desktop.jobs import Job, Progress

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SIZE = 24_000_000
"""Bytes of the large file: a tenth of a second of copying, and as long to flush."""


@dataclass
class Tally:
    """What a campaign counted; the last four must be 0."""

    kills: int = 0
    attached: int = 0
    told: int = 0
    silent: int = 0
    lost: int = 0
    torn: int = 0
    lying: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.silent or self.lost or self.torn or self.lying)


def attach(folder: Path, source: Path, replaced: int) -> None:
    """The child: attach one file, or replace that of an item (0 = none), and say how far it is."""

    def say(line: str) -> None:
        os.write(1, f"{line}\n".encode())

    def progress(told: Progress) -> None:
        nonlocal begun
        if told.what == "Copying the files" and not begun:
            begun = True
            say("begun")

    begun = False
    opened = Workspace.open(folder, actor="Jo", clock=lambda: NOON)
    if replaced:
        opened.evidence.replace(replaced, source, "", Job(progress))
    else:
        opened.evidence.add([source], job=Job(progress))
    say("done")
    time.sleep(60)


def one_kill(folder: Path, source: Path, chance: random.Random, replaced: int, tally: Tally) -> None:
    """Start the child, kill it at a random instant, and add what is found to the tally."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.evidence_kills", "child", str(folder), str(source), str(replaced)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    begun = child.stdout.readline() == b"begun\n"
    time.sleep(chance.random() * 0.25)
    child.kill()
    done = b"done\n" in child.stdout.read()
    child.wait()
    child.stdout.close()
    tally.kills += 1
    check(folder, source.name, begun=begun, done=done, tally=tally)


def check(folder: Path, name: str, *, begun: bool, done: bool, tally: Tally) -> None:
    """Open as the product does; is the file there, whole, or told?"""
    with Workspace.open(folder, actor="Jo", clock=lambda: NOON) as opened:
        with opened.store.reading() as connection:
            there = connection.execute(
                "SELECT count(*) FROM evidence_revision WHERE file_name = ?", (name,)
            ).fetchone()[0]
        told = any(f"“{name}” was being attached" in one and "Add it again" in one for one in opened.notices)
        whole = opened.evidence.verify().ok
        tally.attached += there
        tally.told += told
        tally.silent += begun and not there and not told
        tally.lost += done and not there
        tally.torn += not whole or any((folder / "staging").iterdir())
        tally.lying += bool(there and told)


def campaign(folder: Path, kills: int, seed: int) -> Tally:
    """So many kills of one workspace, each with another file."""
    chance, tally = random.Random(seed), Tally()
    place = folder / "acme"
    with Workspace.create(place, "Acme", "ACME", actor="Jo", clock=lambda: NOON) as made:
        first = folder / "first.txt"
        first.write_text("first")
        item = made.evidence.add([first]).ids[0]
    block = chance.randbytes(1_000_000)
    for number in range(kills):
        source = folder / f"large {number}.bin"
        with source.open("wb") as file:
            file.write(f"{number}\n".encode())
            for _ in range(SIZE // len(block)):
                file.write(block)
        one_kill(place, source, chance, item if number % 3 == 2 else 0, tally)
        source.unlink()
    return tally


def main(arguments: list[str]) -> int:
    """Run the child, or the campaign and print its tally."""
    if arguments[:1] == ["child"]:
        attach(Path(arguments[1]), Path(arguments[2]), int(arguments[3]))
        return 0
    kills = int(arguments[0]) if arguments else 100
    seed = int(arguments[1]) if len(arguments) > 1 else int.from_bytes(os.urandom(4))
    with tempfile.TemporaryDirectory() as folder:
        tally = campaign(Path(folder), kills, seed)
    print(f"seed {seed}: {tally}")
    return 0 if tally.sound else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
