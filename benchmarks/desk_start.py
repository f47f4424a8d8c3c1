"""Measures what the desk costs before it does anything, and what it has in memory while it sends a large file.

    python -m benchmarks.desk_start                       commands and window on the sample, then a submission of 5 GB
    python -m benchmarks.desk_start --gigabytes 0         commands and window only

Each command runs as a process of its own, in turn, five times over the workspace of `mhhs-desk demo`: medians of time and cpu,
and the most that it had in memory (Linux). The window (offscreen) is measured until its first page is painted.

Sending: a submission with one item of evidence of so many GB, in a workspace that is signed in at `mhhs-central serve` on
the loopback; `mhhs-desk sync now` runs as a process of its own, with the keyring of the tests in the place of the system's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIMES = 5


def peak(pid: int) -> float:
    """MB: the most that a process ever had in memory."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def spent(arguments: list[str], **surroundings: str) -> tuple[float, float, float]:
    """Seconds, seconds of cpu and the most MB of one process."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **surroundings},
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def commands(folder: Path) -> None:
    """A line of figures for each."""
    desk = ["-m", "ui.launch"]
    spent([*desk, "demo", "--headless", "--out", str(folder / "demo")])
    workspace = str(folder / "demo" / "workspace")
    pack = next((folder / "demo" / "submissions").glob("*-pack-*.zip"))
    here = ["--workspace", workspace]
    cases = {
        "--version": [*desk, "--version"],
        "--help": [*desk, "--help"],
        "verify PACK": [*desk, "verify", str(pack)],
        "sync status": [*desk, "sync", "status", *here],
        "sync now": [*desk, "sync", "now", *here],
        "submit list": [*desk, "submit", "list", *here],
        "history": [*desk, "history", *here],
        "window, first page painted": ["-m", "benchmarks.desk_start", "--window", workspace],
    }
    found: dict[str, list[tuple[float, float, float]]] = {one: [] for one in cases}
    for _ in range(TIMES):
        for name, arguments in cases.items():
            found[name].append(spent(arguments, QT_QPA_PLATFORM="offscreen"))
    for name, many in found.items():
        seconds, cpu, memory = (statistics.median(column) for column in zip(*many, strict=True))
        print(f"{name:>28}: {seconds:.2f} s, cpu {cpu:.2f} s, peak {memory:.0f} MB", flush=True)


def window(workspace: Path) -> None:
    """In a process of its own: open it by the door of `mhhs-desk`, and end at once when its first page was painted."""
    import ui.launch  # noqa: F401 - what the door costs counts
    from desktop.clock import system_clock
    from ui.app import make_application, make_window

    app = make_application([])
    settings = Path(tempfile.mkdtemp(prefix="mhhs-start-"))
    made = make_window(app, settings, clock=system_clock, root=settings)
    made.show()

    def painted() -> None:
        made.grab()
        shutil.rmtree(settings)
        os._exit(0)  # closing is not measured

    made.door.open(workspace, painted)
    app.exec()


def send(workspace: str, ring: str) -> None:
    """In a process of its own: one round, as a person would ask for it."""
    from tests.memory_keyring import memory_keyring
    from ui.launch import main

    begun = time.perf_counter()
    with memory_keyring(Path(ring)):
        status = main(["sync", "now", "--workspace", workspace])
    took = time.perf_counter() - begun
    told = {"status": status, "seconds": took, "peak": peak(os.getpid())}
    print(json.dumps(told), file=sys.stderr)


def sending(folder: Path, gigabytes: float) -> None:
    """One line of figures."""
    from benchmarks.central_load import GIB, large_file
    from central.central import Central
    from central.settings import Settings
    from desktop.app import Workspace
    from desktop.participant.model import Scope as Role
    from desktop.submissions.model import Scope, SubmissionDetails
    from desktop.sync.model import Connection, EndpointDetails, ProxyChoice
    from tests.central_process import running
    from tests.memory_keyring import memory_keyring

    data, ring, place = folder / "central", folder / "ring.json", folder / "workspace"
    central = Central(Settings(data))
    try:
        central.participants.add("ACME", "Acme (made up)", "benchmark")
        code = central.devices.invite("ACME", "benchmark").code
    finally:
        central.close()
    with running(data) as service:
        with memory_keyring(ring), Workspace.create(place, "Acme Energy Ltd (made up)", "ACME") as workspace:
            workspace.participant.save_scope(Role("ACME", "supplier"))
            straight = EndpointDetails(name="Central", connection=Connection(ProxyChoice.NONE))
            workspace.endpoints.add(service.address, code, details=straight)
            with large_file(folder, int(gigabytes * GIB)) as (path, _):
                (item,) = workspace.evidence.add([path]).ids
            made, _ = workspace.submissions.prepare(
                SubmissionDetails("evidence", scope=Scope(evidence=(item,)), recipients=("BSC",))
            )
            workspace.submissions.freeze(made)
            workspace.outbox.queue(made)
        command = [sys.executable, "-m", "benchmarks.desk_start", "--send", str(place), str(ring)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(done.stderr.splitlines()[-1])
        print(done.stdout)
        assert told["status"] == 0, done.stderr
        server = peak(service.process.pid)
        service.stop()
    print(
        f"{gigabytes:g} GB by `mhhs-desk sync now`: {told['seconds']:.0f} s, peak memory of the desk {told['peak']:.0f} MB, "
        f"of the service {server:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--sending-only", action="store_true")
    parser.add_argument("--send", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.send:
        send(*asked.send)
    elif asked.window:
        window(asked.window)
    else:
        with tempfile.TemporaryDirectory(prefix="mhhs-start-") as name:
            if not asked.sending_only:
                commands(Path(name))
            if asked.gigabytes:
                sending(Path(name), asked.gigabytes)


if __name__ == "__main__":
    main()
