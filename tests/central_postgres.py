"""A PostgreSQL of the tests' own: one cluster in a temporary folder, reached by a Unix socket only, gone at the end.

It runs in the foreground as a child that ends with the process of the tests, so that none is left behind by a crash.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

READY = "database system is ready to accept connections"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=100")
"""For tests: a crash of the machine may lose everything, a crash of the service under test nothing."""
SAFE = ("shared_buffers=128MB", "max_connections=100")


@dataclass
class Cluster:
    """One that runs."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"central_{next(self._numbers)}"
        self._tell(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected."""
        name = url.split("@/")[1].partition("?")[0]
        self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def programs() -> Path | None:
    """The newest PostgreSQL that Debian installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    return found[-1] if found else None


@contextmanager
def cluster(*, fsync: bool = False) -> Iterator[Cluster]:
    """Start one, and stop it at the end. Skips the test where PostgreSQL is not installed.

    `fsync`: what was committed survives a power cut, as in use; for benchmarks.
    """
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("PostgreSQL is not installed; `make test` as root, or packaging/linux/system-packages.sh, says how")
    folder = Path(tempfile.mkdtemp(prefix="mhhs-pg-"))
    as_owner = ["setpriv", "--pdeathsig=QUIT"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")  # it refuses to run as root
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    try:
        data = str(folder / "data")
        made = [*as_owner, str(bin_folder / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(made, check=True, capture_output=True, env=surroundings, cwd=folder)
        options = [
            f"unix_socket_directories={folder}",
            "listen_addresses=",
            "lc_messages=C",
            *(SAFE if fsync else FAST),
        ]
        with subprocess.Popen(
            [*as_owner, str(bin_folder / "postgres"), "-D", data, *(part for one in options for part in ("-c", one))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings,
            cwd=folder,
        ) as process:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if READY in line:
                    break
            else:
                raise AssertionError("PostgreSQL did not start: " + "".join(said))
            drain = threading.Thread(target=process.stderr.read)
            drain.start()
            try:
                yield Cluster(folder)
            finally:
                process.send_signal(signal.SIGINT)  # fast: connections are ended
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGQUIT)  # at once: it ends its own children too
                drain.join()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
