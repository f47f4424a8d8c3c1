"""The central service as a process of its own, by its command line: for several workers, and for killing it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Process:
    """One that answers at `address`. `lines`: what it logged so far."""

    address: str
    process: subprocess.Popen[str]
    lines: list[str]

    def stop(self) -> int:
        """As an operator would; gives the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait(timeout=30)


@contextmanager
def running(data: Path, *arguments: str, **environment: str) -> Iterator[Process]:
    """`mhhs-central serve --data DATA --port 0 ARGUMENTS`, stopped at the end if it still runs."""
    command = [sys.executable, "-m", "central", "serve", "--data", str(data), "--port", "0", *arguments]
    patient = {f"MHHS_CENTRAL_RATE_{one}": "1000000" for one in ("DEVICE_SECOND", "DEVICE_BURST", "ADDRESS_SECOND",
               "ADDRESS_BURST", "REFUSED_SECOND", "REFUSED_BURST")}  # fmt: skip
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **patient, **environment}
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,  # whoever reads what the tests print would wait for a worker that was left behind
        stderr=subprocess.PIPE,
        text=True,
        env=surroundings,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        lines: list[str] = []
        address = ""
        for line in process.stderr:
            lines.append(line)
            body = json.loads(line) if line.startswith("{") else {}
            if body.get("event") == "listening":
                address = f"http://{body['host']}:{body['port']}"
                break
        assert address, "".join(lines)
        drain = threading.Thread(target=lambda: lines.extend(process.stderr or ()))
        drain.start()
        try:
            yield Process(address, process, lines)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
            with suppress(ProcessLookupError):  # workers that outlived it
                os.killpg(process.pid, signal.SIGKILL)
            drain.join()
