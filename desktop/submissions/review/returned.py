"""A reviewer's copy, read in a capped child process; whatever goes wrong there is one sentence here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from desktop.capped import parent
from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.submissions.review.answer import MOST_COMMENTS, Remark
from desktop.submissions.review.child import CHILD_FLAG, MODULE, PLAN, RESULT
from desktop.submissions.review.model import Difference, DifferenceKind
from desktop.submissions.review.plan import Plan

SECONDS = 120
SECONDS_PER_MEGABYTE = 20
"""Time that a copy and what was sent may take together; honest ones take a tenth of it."""
RESIDENT_LIMIT = 3 * 1024**3
LARGEST = 500 * 1024**2
"""Bytes of a copy that is opened at all."""
NOTHING = "Nothing was taken in."
TODO = "Ask the reviewer to save it as an .xlsx workbook and to send it again."
_OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Marks:
    """What a workbook says of itself, and its sheets."""

    properties: Mapping[str, str]
    cells: Mapping[str, str]
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class Brought:
    """What a copy brings, before it is held against what is known."""

    remarks: tuple[Remark, ...]
    differences: tuple[Difference, ...]
    told: tuple[str, ...]
    matched: int


def identify(path: Path, job: Job) -> Marks:
    """What a copy says of itself. Raises FileRefused, Cancelled."""
    _check(path)
    with tempfile.TemporaryDirectory(prefix="mhhs-desk-") as folder:
        answer = _run("identify", path, Path(folder), job, [])
    try:
        return Marks(_texts(answer["properties"]), _texts(answer["cells"]), tuple(str(one) for one in answer["sheets"]))
    except (KeyError, TypeError, AttributeError):
        raise _failed(path, "its reader gave no answer") from None


def compare(path: Path, sent: Path, plan: Plan, job: Job) -> Brought:
    """What a copy brings against the file that was sent. Raises FileRefused, Cancelled."""
    _check(path)
    with tempfile.TemporaryDirectory(prefix="mhhs-desk-") as folder:
        (Path(folder) / PLAN).write_text(json.dumps(plan.as_json()), encoding="utf-8")
        answer = _run("compare", path, Path(folder), job, [str(sent.resolve())])
    return read_answer(path, answer)


def read_answer(path: Path, answer: Mapping[str, Any]) -> Brought:
    """What the child answers of a copy. Raises FileRefused for an answer that is none."""
    try:
        told = [str(one) for one in answer["told"]]
        if left := int(answer["left_out"]):
            told.append(f"{left:,} more differences are not listed.")
        return Brought(
            tuple(_remark(one) for one in answer["remarks"][:MOST_COMMENTS]),
            tuple(_difference(one) for one in answer["differences"]),
            tuple(told),
            int(answer["matched"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _failed(path, "its reader gave no answer") from None


def _remark(raw: Mapping[str, Any]) -> Remark:
    texts = {one.name: str(raw[one.name]) for one in fields(Remark) if one.name != "resolved"}
    return Remark(**texts, resolved=raw["resolved"] is True)


def _difference(raw: Mapping[str, Any]) -> Difference:
    texts = _texts(raw)
    kind = DifferenceKind(texts.pop("kind"))
    return Difference(kind, **texts)


def _texts(raw: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in raw.items()}


def _check(path: Path) -> None:
    """Refuse what is no workbook by its first bytes, with the reason that fits it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise _failed(path, f"it could not be opened ({error.strerror or 'unknown reason'})") from None
    if size > LARGEST:
        raise _failed(path, f"it is larger than {LARGEST // 1024**2:,} MB")
    if head.startswith(_OLD):
        raise _failed(path, "it is protected by a password, or of a form older than .xlsx")
    if not head.startswith(b"PK"):
        raise _failed(path, "it is no Excel workbook (.xlsx)")
    if b"mimetypeapplication/vnd.oasis" in head:
        raise _failed(path, "it is an OpenDocument file")


def _run(task: str, path: Path, folder: Path, job: Job, more: list[str]) -> dict[str, Any]:
    """Run the child to its end and give its answer; it is ended on cancel, on time and on memory."""
    job.check()
    seconds = SECONDS + SECONDS_PER_MEGABYTE * (path.stat().st_size // 1024**2)
    line = parent.command(CHILD_FLAG, MODULE, [task, str(path.resolve()), str(folder.resolve()), str(seconds), *more])
    watch = parent.Watch(
        seconds, RESIDENT_LIMIT, too_long="reading it took far longer than a workbook of its size takes"
    )
    try:
        code = parent.run(line, folder, job, watch, environment={"POLARS_MAX_THREADS": "1"})
    except parent.ChildEnded as ended:
        raise _failed(path, str(ended)) from None
    try:
        answer = json.loads((folder / RESULT).read_text("utf-8"))
    except (OSError, ValueError):
        # No answer: killed by a cap, or a library aborted the process, as polars can.
        raise _failed(path, "its contents made the reader stop, as a damaged or hostile file does") from None
    if "refused" in answer:
        raise FileRefused(str(answer["refused"]), safe=NOTHING, todo=TODO)
    if code != 0 or "failed" in answer:
        raise _failed(path, str(answer.get("failed", "its reader stopped")))
    return dict(answer)


def _failed(path: Path, reason: str) -> FileRefused:
    return FileRefused(f"{path.name} could not be read: {reason}.", safe=NOTHING, todo=TODO)
