"""What a killed program leaves beside a file that it wrote goes with the next one, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.excel.saving import replacing

ROOT = Path(__file__).resolve().parents[2]
_WRITING = """
import sys, time
from pathlib import Path
from desktop.excel.saving import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("there", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no kill -9")
def test_what_is_being_written_stays_and_what_a_kill_left_goes(tmp_path):
    target = tmp_path / "ACME [1].zip"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen([sys.executable, "-c", _WRITING, str(target)], stdout=subprocess.PIPE, env=environment)
    assert run.stdout.readline() == b"there\n"
    (half,) = tmp_path.iterdir()
    with replacing(target) as file:
        file.write(b"whole")
    assert half.read_bytes() == b"half"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert half.exists()
    with replacing(target) as file:
        file.write(b"newer")
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == b"newer"


def test_what_is_none_of_ours_or_just_begun_stays(tmp_path):
    names = [".a.zip.part", ".a.zip.0123456g.part", ".b.zip.01234567.part", "a.zip.01234567.part"]
    for name in names:
        (tmp_path / name).write_bytes(b"theirs")
    begun, old = tmp_path / ".a.zip.00000001.part", tmp_path / ".a.zip.00000002.part"
    for path in (begun, old):
        path.touch()
    os.utime(old, (1_000_000_000, 1_000_000_000))
    with replacing(tmp_path / "a.zip") as file:
        file.write(b"x")
    assert {one.name for one in tmp_path.iterdir()} == {*names, begun.name, "a.zip"}
