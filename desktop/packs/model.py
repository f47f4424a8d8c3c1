"""What a sealed pack is made from, and what checking one tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PackFile:
    """A file of the payload. `path` within data/ (already a safe name); its bytes come from `source` or from `data`.

    `title`, `original` (the name it was given) and `about` stand in the index.
    """

    path: str
    sha256: str
    size: int
    title: str
    original: str = ""
    about: str = ""
    source: Path | None = None
    data: bytes | None = None


@dataclass(frozen=True)
class LeftOut:
    """A file that the submission names and that was not put into the pack: which one, and why in words."""

    sha256: str
    title: str
    why: str


@dataclass(frozen=True)
class PackPlan:
    """Everything that a pack says and holds, before it is written."""

    name: str
    """Of its folder: ACME-RTTM-0004-v2-pack-1."""
    title: str
    participant: str
    reference: str
    version: int
    recipients: tuple[str, ...]
    personal_data: str
    """The MPAN choice: full, last-four, counts; the index prints it in words."""
    body: Mapping[str, Any]
    """Of the frozen submission."""
    files: tuple[PackFile, ...]
    audit_head: tuple[int, str]
    made_at: datetime
    made_by: str
    app_version: str
    remarks: tuple[str, ...] = ()
    """Printed in the index: what its reader has to know."""
    left_out: tuple[LeftOut, ...] = ()
    """What the submission names and the pack does not hold; told in bag-info.txt and in the index."""


@dataclass(frozen=True)
class Seal:
    """How it is signed: whose key, its public half (32 bytes), and what signs the bytes of the tag manifest."""

    person: str
    public_key: bytes
    fingerprint: str
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Built:
    """A pack that was written. `parts`: the ZIPs, or the folder."""

    name: str
    parts: tuple[Path, ...]
    part_sha256: tuple[str, ...]
    """Of the ZIPs; () for a folder."""
    files: int
    bytes: int
    tag_manifest_sha256: str
    fingerprint: str
    signature: str
    """Base64."""


@dataclass(frozen=True)
class Fault:
    """Something that does not hold. `file` names it ('' = the pack as a whole); `words` say what and what it means."""

    file: str
    words: str


@dataclass(frozen=True)
class PackVerdict:
    """What checking a pack told. `ok`: complete, unchanged, and signed by the key whose fingerprint stands here.

    It proves that the files are those that were sealed by that key; neither who held the key nor that they are true.
    """

    ok: bool
    name: str
    files: int
    bytes: int
    faults: tuple[Fault, ...]
    fingerprint: str
    person: str
    """As the pack says; not proven."""
    sealed_at: str
    reference: str
    personal_data: str
    notes: tuple[str, ...] = ()
    parts_missing: tuple[str, ...] = field(default=())
    evidence: bool = False
    """It holds files of evidence, which are as they were kept, whatever the choice of personal data."""
