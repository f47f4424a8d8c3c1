"""Kill a program that writes, again and again, and count what was lost.

    python -m tests.local_db.kill_campaign [kills] [seed]      500 kills and a random seed when not given

A child process opens the workspace as the product does and writes business transactions: an exception with its
population, as many findings that refer to it, every third time a kept file, every fifth time an undo and a redo.
After each commit it acknowledges over a pipe. The parent kills it at a random instant (SIGKILL), opens the workspace
as the product does, and compares: lost = acknowledged and not there; torn = a population that is not as many findings,
or a named file that is not whole; broken = integrity check, references or audit chain.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local_db import audit, opening

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Tally:
    """What a campaign counted; the last three must be 0."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0
    broken: int = 0


def write_until_killed(folder: Path, seed: int) -> None:
    """The child: write and acknowledge for ever."""
    chance = random.Random(seed)
    opened = opening.open_folder(folder, now=NOON)
    store, blobs = opened.store, opened.blobs
    say("ready 0")
    number = store.read().execute("SELECT coalesce(max(id), 0) FROM exception").fetchone()[0]
    while True:
        number += 1
        population = chance.randint(1, 30)
        with store.edit(action="findings.accept", title="Accept", subjects=["findings"], actor="Jo", at=NOON) as edit:
            exception = edit.insert(
                "exception",
                {
                    "check_id": "FMT-01", "reason": "r", "approver": "a", "approved_at": "2026-11-23",
                    "expires": "2027-01-01", "population": population, "covers": "listed", "created_at": "x",
                    "created_by": "Jo",
                },
            )  # fmt: skip
            edit.upsert(
                "finding_work",
                range(number * 1000, number * 1000 + population),
                {"exception_id": exception, "note": "x" * 500},
            )
            if number % 3 == 0:
                staged = blobs.staging / "file"
                staged.write_bytes(random.Random(number).randbytes(50_000))
                blobs.adopt(staged, "evidence", at=NOON)
        say(f"wrote {exception}")
        if number % 5 == 0:
            # From here until the redo is acknowledged, it may rightly be there or not.
            say(f"undoing {exception}")
            store.undo(actor="Jo", at=NOON)
            say(f"undone {exception}")
            store.redo(actor="Jo", at=NOON)
            say(f"wrote {exception}")


def say(line: str) -> None:
    """Acknowledge: one write, straight into the pipe."""
    os.write(1, f"{line}\n".encode())


def one_kill(folder: Path, chance: random.Random, tally: Tally) -> None:
    """Start the child, kill it at a random instant, and add what is found to the tally."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.local_db.kill_campaign", "child", str(folder), str(chance.getrandbits(32))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    if chance.random() < 0.9:
        child.stdout.readline()
        time.sleep(chance.random() * 0.15)
    else:
        time.sleep(chance.random() * 0.3)  # also while it is still opening
    child.kill()
    said = child.stdout.read().decode()
    child.wait()
    child.stdout.close()
    acknowledged, taken_back = heard(said)
    tally.kills += 1
    tally.acknowledged += len(acknowledged)
    check(folder, acknowledged, tally, taken_back)


def heard(said: str) -> tuple[set[int], set[int]]:
    """The exceptions that must be there, and those that must not, by what was acknowledged last of each."""
    last: dict[int, str] = {}
    for line in said.splitlines(keepends=True):
        if line.endswith("\n"):
            word, number = line.split()
            last[int(number)] = word
    # An undo that was acknowledged may be followed by a redo that was committed but not acknowledged.
    return {n for n, word in last.items() if word == "wrote"}, {n for n, word in last.items() if word == "undone"}


def check(
    folder: Path, acknowledged: set[int], tally: Tally, taken_back: frozenset[int] | set[int] = frozenset()
) -> None:
    """Open as the product does and compare with what was acknowledged."""
    opened = opening.open_folder(folder, now=NOON)
    connection = opened.store.read()
    there = {row[0] for row in connection.execute("SELECT id FROM exception")}
    tally.lost += len(acknowledged - there)
    if taken_back - there:
        tally.lost += opened.store.redo_title() is None
    tally.torn += connection.execute(
        "SELECT count(*) FROM exception e WHERE population <> "
        "(SELECT count(*) FROM finding_work w WHERE w.exception_id = e.id)"
    ).fetchone()[0]
    tally.torn += connection.execute("SELECT count(*) FROM finding_work WHERE exception_id IS NULL").fetchone()[0]
    faults = opened.blobs.verify()
    tally.torn += len(faults.missing) + len(faults.damaged)
    sound = (
        connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        and connection.execute("PRAGMA foreign_key_check").fetchone() is None
        and audit.verify(connection).ok
    )
    tally.broken += not sound
    opened.store.close()
    assert opened.lock is not None
    opened.lock.release()


def campaign(folder: Path, kills: int, seed: int) -> Tally:
    """So many kills of one growing workspace; made anew every 50 so that it stays small."""
    chance, tally = random.Random(seed), Tally()
    for number in range(kills):
        place = folder / f"acme {number // 50}"
        if not place.exists():
            made = opening.create(place, name="Acme", short_name="ACME", app_version="0", actor="Jo", now=NOON)
            made.store.close()
            assert made.lock is not None
            made.lock.release()
        one_kill(place, chance, tally)
    return tally


def main(arguments: list[str]) -> int:
    """Run the child, or the campaign and print its tally."""
    if arguments[:1] == ["child"]:
        write_until_killed(Path(arguments[1]), int(arguments[2]))
    kills = int(arguments[0]) if arguments else 500
    seed = int(arguments[1]) if len(arguments) > 1 else int.from_bytes(hashlib.sha256(os.urandom(8)).digest()[:4])
    with tempfile.TemporaryDirectory() as folder:
        tally = campaign(Path(folder), kills, seed)
    print(f"seed {seed}: {tally}")
    return 1 if tally.lost or tally.torn or tally.broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
