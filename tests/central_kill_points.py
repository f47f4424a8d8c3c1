"""Ends the service at every step of taking files and a submission, for real, and looks at what is there afterwards.

Run as a program: it forks a child for each reach of each point, which ends itself there as a power cut would; then
another child does what a laptop does (asks, goes on, sends again) and the parent reads the folder. Prints JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import central.migrations.running  # noqa: F401 - once, before the children are made
from central import points
from central.central import Central
from central.settings import Settings
from desktop.sync.wire import receipts
from tests.central_laptop import Laptop, items_of, sha

FILES = (b'{"body":1}', bytes(range(256)) * 10, b"")
PART = 1_000


class Killed:
    """A hook that ends the process at the n-th reach of any point."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, name: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.write(3, name.encode())
            os._exit(points.KILLED)


def in_child(action: Callable[[], None]) -> tuple[int, str]:
    """Exit code, and what was written to handle 3."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 3)
        try:
            action()
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    said = b""
    while chunk := os.read(reading, 65536):
        said += chunk
    os.close(reading)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode()


def work(folder: Path, laptop: Laptop, code: str, made: object, number: int) -> None:
    """All that a laptop does, from enrolment to the answer in a review, ended at the n-th point (0 = not)."""
    central = Central(Settings(data=folder))
    if number:
        points.install(Killed(number))
    central.devices.enrol(laptop.device, laptop.enrolment(code))
    for data in FILES:
        laptop.upload(central, data, part=PART)
    laptop.submit(central, made)
    laptop.submit(central, laptop.withdrawal(made.id, id="00000000-0000-4000-8000-000000000001"))
    central.records.put(laptop.caller, "contacts", 0, {"lead": {"name": "A"}})
    name = "00000000-0000-4000-8000-000000000002"
    central.talk.put(laptop.caller, name, {"submission": made.id, "text": "x"})
    points.install(None)
    central.close()


def wrong(folder: Path, made: object) -> list[str]:
    """What is not as it has to be, read anew."""
    central = Central(Settings(data=folder))
    found = []
    items = items_of(central)
    kinds = Counter((one["type"], one["id"]) for one in items if one["type"] != "status")
    if len(kinds) != 4 or set(kinds.values()) != {1}:
        found.append(f"the feed has {dict(kinds)}")
    states = [one["data"]["state"] for one in items if one["type"] == "status"]
    if states != ["received", "withdrawn"]:
        found.append(f"the states are {states}")
    chain = [one["data"]["receipt"] for one in items if one["type"] == "receipt"]
    read = [receipts.check(one, central.info().jwks) for one in chain]
    if [one.number for one in read] != [1, 2] or read[1].previous != receipts.chain_hash(chain[0]):
        found.append("the receipts are no chain")
    for data in FILES:
        if b"".join(central.uploads.open("ACME", sha(data))) != data:
            found.append("a file has other bytes")
    files = [one for one in (folder / "blobs").rglob("*") if one.is_file()]
    if len(files) != len(FILES) or any(sha(one.read_bytes()) != one.name for one in files):
        found.append(f"the folder holds {len(files)} files")
    if central.audit.verify().broken_at is not None or central.was_put_back:
        found.append("the audit is broken, or the database is thought to be put back")
    if central.receiving.status("ACME", made.id)["receipt"] != chain[0]:
        found.append("another receipt")
    central.close()
    return found


def main() -> int:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as where:
        before = Path(where) / "before"

        def prepare() -> None:
            central = Central(Settings(data=before))
            central.participants.add("ACME", "Acme", "test")
            os.write(3, central.devices.invite("ACME", "test").code.encode())
            central.close()

        _, code = in_child(prepare)
        laptop = Laptop()
        made = laptop.envelope(FILES)
        number, reached, broken = 0, Counter(), []
        while True:
            number += 1
            folder = Path(where) / str(number)
            shutil.copytree(before, folder)

            def go_on(folder: Path = folder) -> None:
                work(folder, laptop, code, made, 0)
                os.write(3, json.dumps(wrong(folder, made)).encode())

            ended, name = in_child(lambda folder=folder, number=number: work(folder, laptop, code, made, number))
            again, said = in_child(go_on)
            if again or json.loads(said):
                broken.append([number, name, said])
            shutil.rmtree(folder)
            if ended != points.KILLED:
                break
            reached[name] += 1
        print(json.dumps({"points": sum(reached.values()), "names": dict(reached), "broken": broken, "ended": ended}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
