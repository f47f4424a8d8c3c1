"""Workbooks from strangers, read in a capped child process; whatever goes wrong there is one sentence here."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.capped import parent
from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.portfolio.readers.child import CHILD_FLAG, PARQUET, RESULT
from desktop.portfolio.reading import FaultKind, RawTable, Reading, ReadingFault

SECONDS = 60
SECONDS_PER_MEGABYTE = 4
"""Time a workbook may take: honest ones take a tenth of this, so a slow laptop still has room."""
RESIDENT_LIMIT = 3 * 1024**3
"""Bytes of memory in use at which the child is ended."""
_KEEP_MEMORY = {
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1",
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "2147483648",
    "MALLOC_TOP_PAD_": "67108864",
}
"""What jemalloc (of polars) and glibc are told: keep freed memory for the next block. The child lives for seconds, and
a sixth of its time went into giving pages back and taking them again. Other systems' allocators do not listen."""
_NOTHING = "Nothing was imported."
_TODO = "Open it in Excel, save it as a new .xlsx workbook (or as CSV UTF-8) and choose that."


@dataclass(frozen=True)
class SheetInfo:
    """A sheet: its name, whether it is hidden, and how many rows (title rows included) and columns hold values."""

    name: str
    hidden: bool
    rows: int
    columns: int
    headings: tuple[str, ...] = ()
    """What stands where the headings of a table would stand."""


@dataclass(frozen=True)
class WorkbookInfo:
    """The sheets of a workbook in its own order; chart and macro sheets are left out."""

    sheets: tuple[SheetInfo, ...]


def inspect_workbook(path: Path, job: Job) -> WorkbookInfo:
    """Tell the sheets of a workbook and their sizes.

    Raises:
        FileRefused: it could not be read.
        Cancelled: the person cancelled.

    """
    with tempfile.TemporaryDirectory(prefix="mhhs-desk-") as folder:
        answer = _run("inspect", path, Path(folder), job)
        try:
            return WorkbookInfo(
                tuple(
                    SheetInfo(
                        str(one["name"]),
                        bool(one["hidden"]),
                        int(one["rows"]),
                        int(one["columns"]),
                        tuple(str(heading) for heading in one["headings"]),
                    )
                    for one in answer["sheets"]
                )
            )
        except (KeyError, TypeError, ValueError):
            raise _failed(path, "its reader gave no answer") from None


def read_workbook(path: Path, sheet: str | None, staging: Path, job: Job) -> RawTable:
    """Read one sheet of a workbook into a Parquet file in `staging`; None: the first visible sheet with values.

    Nothing is left in `staging` when it is refused or cancelled.

    Raises:
        FileRefused: it could not be read.
        Cancelled: the person cancelled.

    """
    with _own_folder(staging) as folder:
        answer = _run("read", path, folder, job, sheet)
        try:
            reading = _reading(answer["reading"])
            made = folder / PARQUET
            target = staging / f"{folder.name}.parquet"
            made.replace(target)
        except (KeyError, TypeError, ValueError, OSError):
            raise _failed(path, "its reader gave no answer") from None
    return RawTable(str(target), reading)


@contextmanager
def _own_folder(staging: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="workbook-", dir=staging))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reading(told: dict[str, Any]) -> Reading:
    """The child's answer as values of ours; anything of another shape raises."""
    faults = tuple(
        ReadingFault(FaultKind(one["kind"]), one["row"], one["column"], str(one["value"]), str(one["message"]))
        for one in told["faults"]
    )
    return Reading(
        format="xlsx",
        headings=tuple(str(heading) for heading in told["headings"]),
        rows=int(told["rows"]),
        sheet=str(told["sheet"]),
        heading_row=int(told["heading_row"]),
        faults=faults,
        fault_counts={FaultKind(kind): int(count) for kind, count in told["fault_counts"].items()},
        blank_rows=tuple((int(first), int(last)) for first, last in told["blank_rows"]),
        above=tuple(tuple(str(cell) for cell in row) for row in told["above"]),
    )


def _command(task: str, path: Path, folder: Path, seconds: int, sheet: str | None) -> list[str]:
    arguments = [
        task,
        str(path.resolve()),
        str(folder.resolve()),
        str(seconds),
        *([sheet] if sheet is not None else []),
    ]
    return parent.command(CHILD_FLAG, "desktop.portfolio.readers.child", arguments)


def _run(task: str, path: Path, folder: Path, job: Job, sheet: str | None = None) -> dict[str, Any]:
    """Run the child to its end and give its answer; it is ended on cancel, on time and on memory."""
    job.check()
    try:
        seconds = SECONDS + SECONDS_PER_MEGABYTE * (path.stat().st_size // 1024**2)
    except OSError as error:
        raise _failed(path, f"it could not be opened ({error.strerror or 'unknown reason'})") from None
    watch = parent.Watch(
        seconds, RESIDENT_LIMIT, too_long="reading it took far longer than a workbook of its size takes"
    )
    environment = {"POLARS_MAX_THREADS": "1", **_KEEP_MEMORY}
    try:
        code = parent.run(_command(task, path, folder, seconds, sheet), folder, job, watch, environment=environment)
    except parent.ChildEnded as ended:
        raise _failed(path, str(ended)) from None
    return _answer_of(code, path, folder)


def _answer_of(code: int, path: Path, folder: Path) -> dict[str, Any]:
    try:
        answer = json.loads((folder / RESULT).read_text("utf-8"))
    except (OSError, ValueError):
        # No answer: killed by a cap, or a library aborted the process, as calamine and polars can.
        raise _failed(path, "its contents made the reader stop, as a damaged or hostile file does") from None
    if "refused" in answer:
        refused = answer["refused"]
        raise FileRefused(str(refused["what"]), safe=str(refused["safe"]), todo=str(refused["todo"]))
    if code != 0 or "failed" in answer:
        raise _failed(path, str(answer.get("failed", "its reader stopped")))
    return dict(answer)


def _failed(path: Path, reason: str) -> FileRefused:
    return FileRefused(f"{path.name} could not be read: {reason}.", safe=_NOTHING, todo=_TODO)
