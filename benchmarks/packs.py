"""How long a sealed pack of N GB takes, and how much memory: `python -m benchmarks.packs 2 [FOLDER]`.

Writes, checks and checks again with the stand-alone script, each in a process of its own; everything goes into FOLDER
(default: the system's temporary one) and is removed afterwards. Three times N GB of room are needed.
"""

from __future__ import annotations

import hashlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.declarations.body import sha256
from desktop.declarations.canonical import canonical_bytes
from desktop.packs.layout import VERIFIER_FILE
from desktop.packs.model import PackFile, PackPlan, Seal
from local_db.blobs import hash_file

NAME = "ACME-EVPK-0001-v1-pack-1"
FILE = 100_000_000


def evidence(folder: Path, gigabytes: float) -> None:
    """Files of 100 MB that no packer makes smaller."""
    folder.mkdir()
    seed = hashlib.sha512(b"pack").digest() * 16_384
    for at in range(round(gigabytes * 10)):
        left = FILE
        with (folder / f"f{at:03}.bin").open("wb") as made:
            made.write(at.to_bytes(8, "big"))
            left -= 8
            while left:
                left -= made.write(seed[: min(left, len(seed))])


def plan(folder: Path) -> PackPlan:
    files, listed = [], []
    for at, path in enumerate(sorted(folder.iterdir())):
        digest, size = hash_file(path)
        listed.append(
            {"ref": f"E-{at}", "revision": 1, "title": "", "file_name": path.name, "sha256": digest, "size": size}
        )
        files.append(PackFile(f"evidence/E-{at}-r1/{path.name}", digest, size, "Evidence", source=path))
    body = {
        "format": "mhhs-desk/submission/1", "reference": "ACME-EVPK-0001", "version": 1, "personal_data": "counts",
        "files": [], "tables": [], "evidence": listed, "beside": [],
    }  # fmt: skip
    data = canonical_bytes(body)
    files.append(PackFile("submission.json", sha256(data), len(data), "The frozen submission", data=data))
    return PackPlan(
        NAME, "Evidence", "Acme", "ACME-EVPK-0001", 1, ("BSC",), "counts", body, tuple(files), (1, "0" * 64),
        datetime.now(UTC), "bench", "0",
    )  # fmt: skip


def step(what: str, work: Path) -> None:
    """One step in this process; tells its seconds and the most memory that the process had."""
    out = work / "out"
    made = plan(work / "evidence") if what == "build" else None
    began = time.perf_counter()
    if made is not None:
        from desktop.packs.bag import build

        key = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
        public = key.public_key().public_bytes_raw()
        out.mkdir()
        build(made, Seal("Bench", public, sha256(public), key.sign), out, as_zip=True)
    else:
        from desktop.packs.verify import verify

        assert verify(out / f"{NAME}.zip").ok
    tell(what, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def tell(what: str, seconds: float, kilobytes: int) -> None:
    print(f"{what}: {seconds:.1f} s, at most {kilobytes / 1024:.0f} MB of memory", flush=True)


def main() -> None:
    if len(sys.argv) > 3:
        step(sys.argv[3], Path(sys.argv[2]))
        return
    gigabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 2
    work = Path(tempfile.mkdtemp(dir=sys.argv[2] if len(sys.argv) > 2 else None))
    try:
        evidence(work / "evidence", gigabytes)
        print(f"{gigabytes} GB in files of 100 MB", flush=True)
        for what in ("build", "verify"):
            subprocess.run([sys.executable, "-m", "benchmarks.packs", "0", str(work), what], check=True)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-S", str(VERIFIER_FILE), str(work / "out" / f"{NAME}.zip")],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        tell("verify_pack.py", time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
