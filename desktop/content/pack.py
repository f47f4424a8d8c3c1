"""A content pack: one kind of the programme's paper, versioned, with its source and its standing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.errors import FileRefused


class PackStatus(StrEnum):
    """Whose text it is. Ours is never shown as official."""

    OFFICIAL = "official"
    """Imported by the person from their own copy of an official document."""
    SUGGESTED = "suggested"
    """Drawn by MHHS Desk from public facts."""
    SAMPLE = "sample"


KINDS: dict[str, str] = {
    "cleanse_checks": "Cleanse check settings",
    "code_lists": "Code lists",
    "recipients": "Roles and recipients",
    "milestones": "Milestones",
    "pit_plan": "PIT plan",
    "cutover_plans": "Cutover plans",
    "declarations": "Declaration wording",
    "submissions": "Submissions and what recipients ask of them",
}
"""The kinds of pack this version reads, with the name shown to people."""

_NEEDED_LISTS = {
    "recipients": ("recipients", "roles", "segments", "pathways", "hats"),
    "milestones": ("milestones",),
    "pit_plan": ("stages", "gates", "families", "severities", "parties", "deliverables"),
    "cutover_plans": ("plans",),
    "declarations": ("capacities", "wordings"),
    "submissions": ("kinds", "delivery", "acceptance"),
}
_SIZE_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class Pack:
    """A pack as it is used: header and body. `sha256` is of the file; `own` tells that the person brought it."""

    kind: str
    version: str
    status: PackStatus
    source: str
    date: str
    sha256: str
    body: Mapping[str, Any]
    own: bool = False

    @property
    def label(self) -> str:
        """Version and standing in words, for covers and lists."""
        standing = {
            PackStatus.OFFICIAL: "official, from your own copy",
            PackStatus.SUGGESTED: "suggested by MHHS Desk, not official",
            PackStatus.SAMPLE: "sample",
        }[self.status]
        return f"{KINDS.get(self.kind, self.kind)} {self.version} ({standing})"


def parse_pack(data: bytes, *, name: str, own: bool) -> Pack:
    """Read a pack from the bytes of its JSON file. Raises FileRefused with a sentence when it is not one.

    `name` is the file's name for the sentence.
    """
    if len(data) > _SIZE_LIMIT:
        raise _refuse(name, "is larger than 20 MB, which no content pack is")
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _refuse(name, "is not a JSON file") from error
    if not isinstance(raw, dict):
        raise _refuse(name, "does not hold one JSON object")
    missing = [key for key in ("kind", "version", "status", "source", "date") if not isinstance(raw.get(key), str)]
    if missing or not isinstance(raw.get("body"), dict):
        raise _refuse(name, f"lacks {', '.join([*missing, *([] if missing else ['body'])])}")
    if raw["kind"] not in KINDS:
        raise _refuse(name, f"is of the kind “{raw['kind'][:40]}”, which this version does not know")
    try:
        status = PackStatus(raw["status"])
    except ValueError as error:
        raise _refuse(name, "has a status other than official, suggested or sample") from error
    body: dict[str, Any] = raw["body"]
    for needed in _NEEDED_LISTS.get(raw["kind"], ()):
        rows = body.get(needed)
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows
        ):
            raise _refuse(name, f"needs a list “{needed}” whose rows have an id")
    return Pack(
        raw["kind"], raw["version"], status, raw["source"], raw["date"], hashlib.sha256(data).hexdigest(), body, own
    )  # fmt: skip


def read_pack(path: Path) -> tuple[Pack, bytes]:
    """Read a pack file that the person gives, with its bytes. Raises FileRefused."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _refuse(path.name, f"cannot be read ({error.strerror or error})") from error
    return parse_pack(data, name=path.name, own=True), data


def to_json(pack: Pack) -> str:
    """The pack as the text of a file that `parse_pack` reads."""
    header = {"kind": pack.kind, "version": pack.version, "status": pack.status.value, "source": pack.source}
    return json.dumps({**header, "date": pack.date, "body": pack.body}, ensure_ascii=False, indent=2) + "\n"


def _refuse(name: str, why: str) -> FileRefused:
    return FileRefused(
        f"“{name}” {why}.", safe="The content in use was not changed.", todo="Choose a content pack in JSON form."
    )


@dataclass(frozen=True)
class PackChange:
    """One value that differs between two packs: its path (`milestones/M15/actual`), before, after (None: absent)."""

    path: str
    before: str | None
    after: str | None


def compare_packs(before: Pack, after: Pack) -> tuple[PackChange, ...]:
    """Every value that differs, matched by the rows' ids where rows have one, in the order of their paths."""
    old, new = dict(_flatten("", before.body)), dict(_flatten("", after.body))
    return tuple(
        PackChange(path, old.get(path), new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def _flatten(path: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flatten(f"{path}/{key}".lstrip("/"), inner)]
    if isinstance(value, list) and value and all(isinstance(row, dict) and "id" in row for row in value):
        return [pair for row in value for pair in _flatten(f"{path}/{row['id']}", row)]
    return [(path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]
