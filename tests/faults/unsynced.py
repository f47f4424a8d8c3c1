"""A power cut for the endpoint's files: what was not flushed is dropped, torn, or stays, as drives please.

    python -m tests.faults.unsynced --seeds 1-5

`watch` notes, in the process of the endpoint, what every flush (`os.fsync`) made durable: the bytes of a file, the
names of a folder. `power_cut` then makes the folder what a drive may show after the lights went out. The database is
left to SQLite, which flushes below Python and whose own tests do this to it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.campaign import scratch
from tests.faults.checker import check
from tests.faults.processes import Endpoint, Kill, free_port, laptop_round
from tests.faults.world import World, copy, make

_BLOCK = 4096
POINTS = (
    "blob-begun", "blob-cut", "blob-written", "blob-synced", "blob-committed", "blob-compared", "blob-renamed",
    "blob-done", "submission-committed",
)  # fmt: skip


def watch(data: Path, shadow: Path) -> None:
    """From now on: note in `shadow` what is flushed below the blobs of `data`. What is there already is durable."""
    blobs = data / "blobs"
    (shadow / "files").mkdir(parents=True, exist_ok=True)
    (shadow / "folders").mkdir(exist_ok=True)
    for folder, _, _ in os.walk(blobs):
        _note_folder(Path(folder), shadow)
        for one in Path(folder).iterdir():
            if one.is_file():
                _note_file(one, shadow)
    flush = os.fsync

    def noted(handle: int) -> None:
        flush(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path == blobs or blobs in path.parents:
            if path.is_dir():
                _note_folder(path, shadow)
            elif path.is_file():
                _note_file(path, shadow)

    os.fsync = noted


def power_cut(data: Path, shadow: Path, chance: random.Random) -> int:
    """Make the blobs what a drive may show; how many names and files were dropped or torn. The process has ended."""
    return _cut(data / "blobs", shadow, chance)


def _cut(folder: Path, shadow: Path, chance: random.Random) -> int:
    changed = 0
    noted = shadow / "folders" / str(folder.stat().st_ino)
    durable: dict[str, int] = json.loads(noted.read_text()) if noted.exists() else {}
    for one in list(folder.iterdir()):
        if durable.get(one.name) != one.stat().st_ino and chance.random() < 0.5:  # its name was never flushed
            if one.is_dir():
                shutil.rmtree(one)
            else:
                one.unlink()
            changed += 1
    for name, number in durable.items():
        kept = shadow / "files" / str(number)
        if not (folder / name).exists() and kept.exists() and chance.random() < 0.5:  # its going was never flushed
            shutil.copyfile(kept, folder / name)
            changed += 1
    for one in list(folder.iterdir()):
        changed += _cut(one, shadow, chance) if one.is_dir() else _tear(one, shadow, chance)
    return changed


def _tear(path: Path, shadow: Path, chance: random.Random) -> int:
    kept = shadow / "files" / str(path.stat().st_ino)
    old, new = kept.read_bytes() if kept.exists() else b"", path.read_bytes()
    if old == new:
        return 0
    length = chance.choice((len(old), len(new), chance.randint(min(len(old), len(new)), max(len(old), len(new)))))
    made = b""
    for at in range(0, length, _BLOCK):
        wanted = min(_BLOCK, length - at)
        block = chance.choice((old, new))[at : at + wanted]
        made += block + bytes(wanted - len(block))
    path.write_bytes(made)
    return 1


def _note_folder(path: Path, shadow: Path) -> None:
    names = {one.name: one.stat().st_ino for one in _there(path)}
    (shadow / "folders" / str(path.stat().st_ino)).write_text(json.dumps(names))


def _note_file(path: Path, shadow: Path) -> None:
    shutil.copyfile(path, shadow / "files" / str(path.stat().st_ino))


def _there(path: Path) -> Iterator[Path]:
    with os.scandir(path) as found:
        for one in found:
            yield Path(one.path)


def cut_at(template: World, folder: Path, point: str, number: int, seed: int) -> tuple[bool, int, str]:
    """The power goes at that point of the endpoint; whether it did, what was dropped or torn, and what is wrong."""
    world, shadow = copy(template, folder), folder.with_name(f"{folder.name}-shadow")
    port = free_port()
    world.lead(f"http://127.0.0.1:{port}")
    serving = Endpoint(world, port, Kill(point, number), shadow)
    changed, cut, said = 0, False, {}
    try:
        for _ in range(6):
            done = laptop_round(world)
            said = done.says
            if serving.alive and not said["waiting"]:
                break
            if not serving.alive:
                cut = True
                serving.end()
                changed += power_cut(world.server, shadow, random.Random(f"{seed} {point} {number}"))
                serving = Endpoint(world, port, None)
        laptop_round(world)
    finally:
        serving.end()
    found = check([world.laptop()], world.server)
    shutil.rmtree(folder)
    shutil.rmtree(shadow, ignore_errors=True)
    return cut, changed, "" if found.well else f"power cut at {point}:{number}, seed {seed}: {found} {said}"


def main() -> int:
    """Cut at every point, several times with each seed, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-5")
    first, _, last = parser.parse_args().seeds.partition("-")
    cuts, changed, broken = 0, 0, []
    with scratch() as folder:
        template: Any = make(folder / "template", submissions=3)
        for seed in range(int(first), int(last or first) + 1):
            for point in POINTS:
                number = random.Random(f"{seed}{point}").randint(1, 3)
                cut, torn, wrong = cut_at(template, folder / f"{seed}-{point}", point, number, seed)
                cuts, changed = cuts + cut, changed + torn
                broken += [wrong] if wrong else []
    print(f"power cuts: {cuts}, names and files dropped or torn: {changed}, broken: {len(broken)}", *broken, sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
