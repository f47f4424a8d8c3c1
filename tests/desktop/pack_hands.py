"""What tests of sealed packs share: a plan of a small submission, a seal, the stand-alone verifier, bagit-python."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
import types
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from declaration_hands import private_key, public_bytes

from desktop.declarations.canonical import canonical_bytes
from desktop.errors import FileRefused
from desktop.packs.bag import build
from desktop.packs.layout import VERIFIER_FILE
from desktop.packs.model import LeftOut, PackFile, PackPlan, PackVerdict, Seal
from desktop.packs.verify import verify

NAME = "ACME-RTTM-0004-v2-pack-1"
KEY = private_key(5)
WORKBOOK, LOG, PICTURE = b"PK the workbook", b"passed\n" * 9, b"\x89PNG\r\n\x1a\n\x00"
EVIDENCE = {"ACME-EVD-0001": ("Prüf log.txt", LOG), "ACME-EVD-0002": ("screen.png", PICTURE)}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seal(key=KEY, person: str = "Ada Lovelace") -> Seal:
    """The seal of a key."""
    public = public_bytes(key)
    return Seal(person, public, sha256(public), key.sign)


def file(path: str, data: bytes, title: str = "A file", **more: Any) -> PackFile:
    return PackFile(path, sha256(data), len(data), title, data=data, **more)


def body(evidence: Mapping[str, tuple[str, bytes]] = EVIDENCE, **changes: Any) -> dict[str, Any]:
    """What was frozen."""
    return {
        "format": "mhhs-desk/submission/1", "kind": "rttm", "kind_name": "Traceability matrix",
        "title": "RTTM at gate 2 <b>", "reference": "ACME-RTTM-0004", "version": 2,
        "supersedes": {"reference": "ACME-RTTM-0004", "version": 1, "sha256": "ab" * 32}, "reason": "A row was wrong",
        "participant": {"name": "Acme Energy", "short_name": "ACME", "mpids": []},
        "recipients": [{"id": "bsc", "name": "BSC", "code_body": True}],
        "deadline": {"day": "2026-12-01", "words": "gate 2"}, "covering": "Dear all,\nhere it is.",
        "personal_data": "last-four", "packs": [], "position": [["Requirements", "12"]],
        "tables": [{"id": "t", "title": "T", "cells": [], "lines": None}], "relies": [],
        "evidence": [
            {"ref": ref, "revision": 1, "title": ref, "file_name": name, "sha256": sha256(data), "size": len(data)}
            for ref, (name, data) in evidence.items()
        ],
        "beside": [], "open_points": ["R7 was not tested."], "values": {},
        "checks": [{"rule": "S1", "title": "Every row has a key", "outcome": "passed", "detail": "12 rows"}],
        "changes": None,
        "files": [{"role": "workbook", "recipient": "", "name": "RTTM.xlsx", "sha256": sha256(WORKBOOK),
                   "size": len(WORKBOOK)}],
        "content_sha256": "12" * 32, "audit": {"seq": 7, "h": "34" * 32},
        "made": {"at": "2026-11-20T10:00:00Z", "by": "sam", "app": "0.5.0"}, **changes,
    }  # fmt: skip


def plan(
    evidence: Mapping[str, tuple[str, bytes]] = EVIDENCE,
    *,
    frozen: bytes = b"",
    extra: Iterable[PackFile] = (),
    left_out: tuple[LeftOut, ...] = (),
    **changes: Any,
) -> PackPlan:
    """A plan of a pack with a workbook and evidence."""
    made = body(evidence, **changes)
    files = [
        file("submission.json", frozen or canonical_bytes(made), "The frozen submission"),
        file("RTTM.xlsx", WORKBOOK, "The workbook"),
        *(file(f"evidence/{ref}-r1/f{at}.bin", data, f"Evidence {ref}", original=name, about="Requirement R-1")
          for at, (ref, (name, data)) in enumerate(evidence.items())),
        *extra,
    ]  # fmt: skip
    return PackPlan(
        NAME, made["title"], "Acme Energy", made["reference"], made["version"], ("BSC",), made["personal_data"], made,
        tuple(files), (12, "ab" * 32), datetime(2026, 11, 28, 12, tzinfo=UTC), "Jo", "0.5.0", left_out=left_out,
    )  # fmt: skip


def built(folder: Path, a_plan: PackPlan | None = None, *, key=KEY, as_zip: bool = False, split: int = 0) -> Path:
    """A pack written into a folder; returns its first path."""
    folder.mkdir(parents=True, exist_ok=True)
    return build(a_plan or plan(), seal(key), folder, as_zip=as_zip, split=split).parts[0]


def resealed(folder: Path, key=None) -> None:
    """Hash a pack's folder anew, as somebody who changed something would; with a key, sign it anew too."""
    payload = sorted(str(one.relative_to(folder)) for one in (folder / "data").rglob("*") if one.is_file())
    manifest = "".join(f"{sha256((folder / one).read_bytes())}  {one}\n" for one in payload)
    (folder / "manifest-sha256.txt").write_text(manifest)
    info = (folder / "bag-info.txt").read_text().splitlines()
    sizes = [(folder / one).stat().st_size for one in payload]
    new = {"Payload-Oxum": f"{sum(sizes)}.{len(sizes)}"}
    if key is not None:
        new |= {"Key-Fingerprint": sha256(public_bytes(key)), "Sealed-By": "Mallory"}
        (folder / "public-key.pem").write_bytes(_pem(key))
    lines = [f"{label}: {new.get(label, value)}\n" for label, _, value in (one.partition(": ") for one in info)]
    (folder / "bag-info.txt").write_text("".join(lines))
    tags = sorted(
        str(one.relative_to(folder)) for one in folder.rglob("*")
        if one.is_file() and not str(one.relative_to(folder)).startswith(("data/", "tagmanifest-"))
    )  # fmt: skip
    listed = "".join(f"{sha256((folder / one).read_bytes())}  {one}\n" for one in tags)
    (folder / "tagmanifest-sha256.txt").write_text(listed)
    if key is not None:
        (folder / "tagmanifest-sha256.txt.sig").write_bytes(key.sign(listed.encode()))


def _pem(key) -> bytes:
    from desktop.declarations.export_set import pem

    return pem(public_bytes(key))


def zipped_again(folder: Path, path: Path, method: int = zipfile.ZIP_STORED) -> Path:
    """A folder packed by another program."""
    with zipfile.ZipFile(path, "w", method) as packed:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                packed.writestr(zipfile.ZipInfo(f"{folder.name}/{one.relative_to(folder)}"), one.read_bytes())
    return path


def alone() -> types.ModuleType:
    """The stand-alone verifier as a module of its own."""
    spec = importlib.util.spec_from_loader("verify_pack_alone", loader=None)
    made = importlib.util.module_from_spec(spec)
    made.__file__ = str(VERIFIER_FILE)
    exec(compile(VERIFIER_FILE.read_text(encoding="utf-8"), str(VERIFIER_FILE), "exec"), made.__dict__)
    return made


ALONE = alone()


def both(path: Path, fingerprint: str = "") -> PackVerdict | None:
    """What our verifier says; None where it refuses. Asserts that the stand-alone one names the same faults."""
    try:
        found, key, _ = ALONE.verify(str(path), fingerprint)
        told = sorted(found.faults)
    except (OSError, ValueError):
        told, key = None, ""
    try:
        verdict = verify(path, fingerprint=fingerprint)
    except FileRefused:
        assert told is None or told
        return None
    ours = [(one.file, one.words) for one in verdict.faults]
    assert _without_reason(told) == _without_reason(ours), (told, ours)
    assert key == verdict.fingerprint
    return verdict


def _without_reason(faults: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is wrong with a text that is no JSON may be told in other words."""
    marked = "It is not as it was frozen:"
    return sorted((file, marked if words.startswith(marked) else words) for file, words in faults)


def bagit():
    """bagit-python; it asks setuptools for its own version, which nothing else here needs."""
    if "pkg_resources" not in sys.modules:
        stand_in = types.ModuleType("pkg_resources")
        stand_in.DistributionNotFound = LookupError

        def none(_: str) -> None:
            raise LookupError

        stand_in.get_distribution = none
        sys.modules["pkg_resources"] = stand_in
        try:
            with warnings.catch_warnings():  # of its own source, where it is not compiled yet
                warnings.simplefilter("ignore")
                import bagit as made
        finally:
            del sys.modules["pkg_resources"]
        return made
    import bagit as made

    return made


def copied(folder: Path, to: Path) -> Path:
    """A copy of a pack's folder under the same name."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to / folder.name))
