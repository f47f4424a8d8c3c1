"""The built app against a central service of this checkout, with a real keyring: add, queue, send, receipt.

Usage: sh tests/keyring-session.sh python packaging/smoke_sync.py PROGRAM WORKSPACE SCRATCH   (smoke.py runs it)
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

SECONDS = 60
"""For the service to answer."""


def main(program: str, workspace: Path, scratch: Path) -> int:
    """Returns 0 when the app has a checked receipt; raises CalledProcessError or SystemExit."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, data = f"http://127.0.0.1:{port}", scratch / "central"
    central = [sys.executable, "-m", "central"]
    _run([*central, "setup", "--data", str(data), "--name", "Smoke", "--recipients", "DIP", "--address", address])
    _run([*central, "participant", "add", "SAMPLE", "Sample", "--data", str(data)])
    invitation = scratch / "invitation.json"
    _run([*central, "invite", "SAMPLE", "--out", str(invitation), "--data", str(data)])
    serving = subprocess.Popen(
        [*central, "serve", "--data", str(data), "--port", str(port), "--log", "warning"], start_new_session=True
    )
    try:
        _wait(f"{address}/health", serving)
        here = ["--workspace", str(workspace)]
        app = {**os.environ, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        _run([program, "sync", "add", "--invitation", str(invitation), *here], app)
        _run([program, "sync", "test", "Smoke", *here], app)
        prepared = json.loads(
            _run([program, "submit", "prepare", "evidence", "--to", "DIP", "--json", "-", *here], app)
        )
        reference = prepared["submission"]["ref"]
        _run([program, "submit", "freeze", reference, *here], app)
        _run([program, "sync", "queue", reference, *here], app)
        _run([program, "sync", "now", "Smoke", *here], app)
        told = _run([program, "sync", "receipt", reference, *here], app)
        if "Smoke" not in told:
            raise SystemExit(f"there is no receipt:\n{told}")
    finally:
        serving.terminate()
        serving.wait(30)
    return 0


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _wait(url: str, serving: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while serving.poll() is None and time.monotonic() < end:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the central service did not start")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
