"""Measures the evidence store: a folder of mixed files, a large file beside other writers, and a long table.

    python -m benchmarks.evidence                      300 files, 1 GB, 20,000 items
    python -m benchmarks.evidence --files 300 --gigabytes 5 --items 20000

The folder: texts, tables, JSON, pictures, PDF and Word documents of 1 KB to 1 MB. `add` is until they are evidence
(copied, hashed, flushed, typed, one step); `read their texts` is until the search finds them. `plain copy` is
shutil.copyfile of the large file and one flush: the floor of the drive. Meanwhile another thread writes a saved view every
20 ms: `longest wait` is the slowest of those. Memory is what the process has in use above where it started (Linux only).
Times are wall clock.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View

WORDS = (
    "meter",
    "read",
    "register",
    "supply",
    "profile",
    "passed",
    "failed",
    "migration",
    "evidence",
    "test",
    "result",
)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RUNS = 7


def timed(step: Callable[[], object]) -> float:
    """Seconds that a step takes."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def mixed(folder: Path, files: int) -> int:
    """Write a folder of files of seven kinds; returns their bytes."""
    from PIL import Image
    from pypdf import PdfWriter

    chance = random.Random(20261123)
    folder.mkdir()
    for number in range(files):
        text = " ".join(chance.choices(WORDS, k=chance.choice((150, 2_000, 20_000))))
        match number % 7:
            case 0:
                content, ending = text.encode(), "txt"
            case 1:
                content, ending = "\n".join(f"{n},{text[n : n + 9]},x" for n in range(2_000)).encode(), "csv"
            case 2:
                content, ending = f'{{"number": {number}, "text": "{text}"}}'.encode(), "json"
            case 3 | 4:
                made = io.BytesIO()
                noise = Image.frombytes("RGB", (400, 300), chance.randbytes(360_000))
                noise.save(made, "PNG" if number % 2 else "JPEG")
                content, ending = made.getvalue(), "png" if number % 2 else "jpg"
            case 5:
                made = io.BytesIO()
                document = PdfWriter()
                for _ in range(5):
                    document.add_blank_page(200, 200)
                document.add_metadata({"/Title": str(number)})
                document.write(made)
                content, ending = made.getvalue(), "pdf"
            case _:
                made = io.BytesIO()
                with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr("[Content_Types].xml", "<Types/>")
                    archive.writestr("word/document.xml", f"<d><p><r><t>{number} {text}</t></r></p></d>")
                content, ending = made.getvalue(), "docx"
        (folder / f"file {number}.{ending}").write_bytes(content)
    return sum(path.stat().st_size for path in folder.iterdir())


def in_use() -> int:
    """Bytes of memory that this process has in use; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def folder_of_files(place: Path, files: int) -> None:
    """Add a folder and read its texts."""
    size = mixed(place / "source", files)
    with Workspace.create(place / "acme", "Acme", "ACME", clock=lambda: NOW) as workspace:
        add = timed(lambda: workspace.evidence.add([place / "source"]))
        read = timed(workspace.evidence.index)
        again = timed(lambda: workspace.evidence.add([place / "source"]))
        verify = timed(workspace.evidence.verify)
        export = timed(lambda: workspace.evidence.export(place / "out"))
    print(f"{files} mixed files, {size / 1e6:.1f} MB")
    for words, seconds in (
        ("add", add), ("read their texts", read), ("add the same again", again), ("verify", verify), ("export", export),
    ):  # fmt: skip
        print(f"  {words:<20} {seconds:6.2f} s")


def large_file(place: Path, gigabytes: float) -> None:
    """Add one large file while another thread writes."""
    source = place / "large.bin"
    block = random.Random(1).randbytes(1 << 20)
    with source.open("wb") as file:
        for _ in range(int(gigabytes * 1000)):
            file.write(block)

    def plain() -> None:
        shutil.copyfile(source, place / "copy.bin")
        with (place / "copy.bin").open("r+b") as file:
            os.fsync(file.fileno())

    floor = timed(plain)
    (place / "copy.bin").unlink()
    waits: list[float] = []
    memory: list[int] = []
    with Workspace.create(place / "large", "Acme", "ACME", clock=lambda: NOW) as workspace:
        stop = threading.Event()

        def others() -> None:
            while not stop.wait(0.02):
                memory.append(in_use())
                waits.append(timed(lambda: workspace.views.save("evidence", f"view {len(waits)}", View())))

        writer = threading.Thread(target=others)
        writer.start()
        before = in_use()
        seconds = timed(lambda: workspace.evidence.add([source]))
        stop.set()
        writer.join()
    source.unlink()
    print(f"one file of {gigabytes:g} GB")
    print(f"  add                  {seconds:6.2f} s   (plain copy {floor:.2f} s)")
    print(f"  more memory at most  {(max(memory, default=0) - before) / 1e6:6.1f} MB")
    print(f"  other writes         {len(waits):6}     longest wait {max(waits, default=0) * 1000:.0f} ms")


def long_table(place: Path, items: int) -> None:
    """Browse many items, each used in two places."""
    chance = random.Random(7)
    with Workspace.create(place / "long", "Acme", "ACME", clock=lambda: NOW) as workspace:
        (place / "one.txt").write_text("needle")
        workspace.evidence.add([place / "one.txt"])
        with workspace.store.write() as connection:
            sha256 = connection.execute("SELECT sha256 FROM blob").fetchone()[0]
            for number in range(1, 2_001):
                connection.execute(
                    "INSERT INTO requirement (id, key, title, hash) VALUES (?, ?, 'Title', 'h')",
                    (number, f"REQ-{number}"),
                )
            for number in range(2, items + 1):
                title = " ".join(chance.choices(WORDS, k=5))
                connection.execute(
                    "INSERT INTO evidence (id, ref, title, collector, collected, tags, created_at, created_by) "
                    "VALUES (?, ?, ?, ?, '2026-11-01', ?, 'x', 'Jo')",
                    (number, f"ACME-EVD-{number:04}", title, chance.choice("ABCDE"), f'["{chance.choice(WORDS)}"]'),
                )
                connection.execute(
                    "INSERT INTO evidence_revision (evidence_id, number, blob_sha256, file_name, size, media_type, kind, "
                    "active, added_at, added_by) VALUES (?, 1, ?, ?, ?, 'text/plain', 'Text', 0, 'x', 'Jo')",
                    (number, sha256, f"file {number}.txt", chance.randrange(10**7)),
                )
                for target in chance.sample(range(1, 2_001), 2):
                    connection.execute(
                        "INSERT INTO evidence_link (evidence_id, target_kind, target_id, confirmed_revision, created_at, "
                        "created_by) VALUES (?, 'requirement', ?, 1, 'x', 'Jo')",
                        (number, target),
                    )
        evidence = workspace.evidence
        table = evidence.table()

        def view(view: View) -> Callable[[], object]:
            def step() -> None:
                table.apply(view)
                table.page(0, 200)

            return step

        steps: dict[str, Callable[[], object]] = {
            "open the table": evidence.table,
            "reload": table.reload,
            "filter": view(View((Filter("collector", Op.IS_ANY, ("A",)),))),
            "sort by title": view(View(sort="title")),
            "sort by reference": view(View(sort="ref")),
            "search": view(View(text="meter passed")),
            "facets": lambda: [table.facets(one) for one in ("state", "kind", "collector", "tags")],
            "counts": lambda: evidence.counts(next(iter(evidence.used_in(2))).target.kind),
            "find": lambda: evidence.find("meter regis"),
            "proofs": lambda: evidence.proofs(evidence.used_in(2)[0].target),
        }
        print(f"{items:,} items, {2 * items - 2:,} links (medians of {RUNS})")
        for words, step in steps.items():
            print(f"  {words:<20} {statistics.median(timed(step) for _ in range(RUNS)) * 1000:6.0f} ms")


def main() -> None:
    """Run the three cases."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=300)
    arguments.add_argument("--gigabytes", type=float, default=1)
    arguments.add_argument("--items", type=int, default=20_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder_of_files(Path(folder), given.files)
        large_file(Path(folder), given.gigabytes)
        long_table(Path(folder), given.items)


if __name__ == "__main__":
    main()
