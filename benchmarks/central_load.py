"""Measures the central service: every participant sending at once on a deadline day, and one file of 5 GB.

    python -m benchmarks.central_load                                  200 participants, 3 each, then 5 GB
    python -m benchmarks.central_load --participants 200 --each 3 --gigabytes 5 --databases sqlite,postgresql

Deadline day: the service runs as `mhhs-central serve` does (SQLite: one worker; PostgreSQL, with fsync on: two). Every
participant has a line and a thread of its own, in two processes of senders. All begin at once, and hand over a body of 40 KB,
a table of 200 KB and evidence of 1 MB each time, by HEAD, PATCH and PUT as the desk does. `hand over` is from the first
HEAD to the receipt; `receipt` is the PUT alone. Senders, service and database share the machine.

The large file: generated, sent by the desk's own transport and uploading in a process of its own, to SQLite. Until it is
complete on the other side, compared with its SHA-256. Memory is the peak resident size of the whole process (Linux).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psutil

from tests.central_postgres import cluster
from tests.central_process import running
from tests.central_sender import File, Laptop

MIB = 1024 * 1024
GIB = 1024 * MIB
BODY, ROWS, EVIDENCE = 40_000, 200_000, 1_000_000
SENDERS = 2
"""Processes: one would be the bottleneck that is measured."""


def peak(pid: int) -> float:
    """MB: the most that a process ever had in memory."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def family(pid: int) -> list[psutil.Process]:
    """A process and those that it started."""
    one = psutil.Process(pid)
    return [one, *one.children(recursive=True)]


def percentile(times: list[float], share: float) -> float:
    """Of times in seconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def invited(data: Path, database: str, names: list[str]) -> list[str]:
    """The texts of one invitation for each."""
    from central.central import Central
    from central.settings import Settings

    central = Central(Settings(data, database=database))
    try:
        for one in names:
            central.participants.add(one, f"{one} (made up)", "benchmark")
        return [central.devices.invite(one, "benchmark").to_text() for one in names]
    finally:
        central.close()


def send(address: str, invitations: list[str], each: int, seed: int, ready, go, answers) -> None:  # type: ignore[no-untyped-def]
    """One process of senders: a thread for each laptop."""
    rng = random.Random(seed)
    laptops = []
    for text in invitations:
        laptop = Laptop(address)
        assert laptop.enrol(text).status_code == 200
        laptops.append(
            (laptop, [[File(rng.randbytes(BODY)), File(rng.randbytes(ROWS), "rows", "rows.jsonl"),
                       File(rng.randbytes(EVIDENCE), "evidence", "log.bin")] for _ in range(each)])
        )  # fmt: skip
    whole: list[float] = []
    receipts: list[float] = []
    failed: list[str] = []
    barrier = threading.Barrier(len(laptops))

    def work(laptop: Laptop, many: list[list[File]]) -> None:
        barrier.wait()
        for files in many:
            begun = time.perf_counter()
            try:
                for one in files:
                    laptop.upload(one.data)
                before = time.perf_counter()
                answer = laptop.submit(laptop.envelope(files))
                if answer.status_code != 201:
                    failed.append(answer.text[:200])
            except (AssertionError, OSError) as error:
                failed.append(str(error)[:200])
                continue
            end = time.perf_counter()
            whole.append(end - begun)
            receipts.append(end - before)

    ready.put(len(laptops))
    go.wait()
    threads = [threading.Thread(target=work, args=one) for one in laptops]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    answers.put((whole, receipts, failed))


def deadline_day(kind: str, database: str, participants: int, each: int) -> None:
    """One line of figures."""
    names = [f"P{number:03}" for number in range(participants)]
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="mhhs-load-") as folder:
        data = Path(folder)
        invitations = invited(data, database, names)
        arguments = ["--database", database, "--workers", "2"] if database else []
        with running(data, *arguments, "--log", "info", MHHS_CENTRAL_DATABASE=database) as service:
            ready, answers, go = context.Queue(), context.Queue(), context.Event()
            senders = [
                context.Process(
                    target=send, args=(service.address, invitations[one::SENDERS], each, one, ready, go, answers)
                )
                for one in range(SENDERS)
            ]
            for one in senders:
                one.start()
            for _ in senders:
                ready.get(timeout=600)
            begun = time.perf_counter()
            cpu = sum(sum(one.cpu_times()[:2]) for one in family(service.process.pid))
            go.set()
            found = [answers.get(timeout=1800) for _ in senders]
            took = time.perf_counter() - begun
            for one in senders:
                one.join()
            processes = family(service.process.pid)
            cpu = sum(sum(one.cpu_times()[:2]) for one in processes) - cpu
            memory = " + ".join(
                f"{peak(one.pid):.0f}" for one in processes if "resource_tracker" not in " ".join(one.cmdline())
            )
            stopped = service.stop()
    whole = [one for some, _, _ in found for one in some]
    receipts = [one for _, some, _ in found for one in some]
    failed = [one for _, _, some in found for one in some]
    sent = len(whole) * (BODY + ROWS + EVIDENCE) / MIB
    print(
        f"{kind:>11}: {len(whole)} handed over in {took:.1f} s = {len(whole) / took:.1f} a second ({sent / took:.0f} MiB a "
        f"second), service cpu {cpu:.1f} s\n"
        f"{'':>13}hand over: median {statistics.median(whole):.2f} s, 95th percentile {percentile(whole, 0.95):.2f} s; "
        f"receipt: median {statistics.median(receipts):.3f} s, 95th percentile {percentile(receipts, 0.95):.3f} s\n"
        f"{'':>13}service's peak memory {memory} MB; failed {len(failed)}; stopped with {stopped}",
        flush=True,
    )
    for one in failed[:5]:
        print("    ", one)


@contextmanager
def large_file(folder: Path, size: int) -> Iterator[tuple[Path, str]]:
    """A file of so many bytes, with something else in every MiB, and its SHA-256."""
    path = folder / "evidence.bin"
    digest = hashlib.sha256()
    block = bytearray(random.Random(5).randbytes(MIB))
    with path.open("wb") as file:
        for number in range(-(-size // MIB)):
            block[:8] = number.to_bytes(8, "big")
            one = block[: min(MIB, size - number * MIB)]
            digest.update(one)
            file.write(one)
    try:
        yield path, digest.hexdigest()
    finally:
        path.unlink()


def send_large(address: str, token: str, endpoint: str, path: str, sha256: str) -> None:
    """In a process of its own: what the desk does with one large file."""
    from desktop.jobs import Job
    from desktop.sync.pace import Pace
    from desktop.sync.transport import Transport
    from desktop.sync.uploading import Upload, Uploading
    from desktop.sync.wire.protocol import Limits

    file = Path(path)
    job = Job()
    begun = time.perf_counter()
    before = peak(os.getpid())
    with Transport(address, endpoint=endpoint, token=token) as transport:
        uploading = Uploading(transport, Pace(Limits().part, 0, job), job)
        uploading.send(Upload(sha256, file.stat().st_size, "evidence.bin", file), lambda _bytes: None)
    took = time.perf_counter() - begun
    print(json.dumps({"seconds": took, "peak": peak(os.getpid()), "before": before}))


def large(gigabytes: float) -> None:
    """One line of figures."""
    with tempfile.TemporaryDirectory(prefix="mhhs-large-") as folder:
        data = Path(folder) / "central"
        (text,) = invited(data, "", ["ACME"])
        with large_file(Path(folder), int(gigabytes * GIB)) as (path, sha256), running(data) as service:
            laptop = Laptop(service.address)
            laptop.enrol(text)
            idle = peak(service.process.pid)
            command = [sys.executable, "-m", "benchmarks.central_load", "--send-large", service.address,
                       laptop.enrolled["token"], laptop.enrolled["endpoint"], str(path), sha256]  # fmt: skip
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            client = json.loads(done.stdout)
            head = laptop.ask("HEAD", f"/v1/blobs/{sha256}").headers
            assert head["Upload-Complete"] == "?1", dict(head)
            server = peak(service.process.pid)
            service.stop()
    print(
        f"{gigabytes:g} GB: {client['seconds']:.0f} s = {gigabytes * 1024 / client['seconds']:.0f} MiB a second, complete and "
        f"compared; peak memory of the sender {client['peak']:.0f} MB ({client['before']:.0f} before the first byte), of the "
        f"service {server:.0f} MB ({idle:.0f} before)",
        flush=True,
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--participants", type=int, default=200)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--send-large", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.send_large:
        send_large(*asked.send_large)
        return
    print(f"{asked.participants} participants at once, {asked.each} each; {os.cpu_count()} cores", flush=True)
    for kind in filter(None, asked.databases.split(",")):
        with cluster(fsync=True) if kind == "postgresql" else nullcontext() as postgres:
            deadline_day(kind, postgres.new() if postgres is not None else "", asked.participants, asked.each)
    if asked.gigabytes:
        large(asked.gigabytes)


if __name__ == "__main__":
    main()
