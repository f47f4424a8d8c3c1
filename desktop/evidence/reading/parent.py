"""Asking the capped child to read files; whatever a file does to it is an answer here, never a failure."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from desktop.capped import parent
from desktop.errors import WorkspaceError
from desktop.evidence.reading.answer import (
    CHILD_FLAG,
    MODULE,
    TASKS,
    Answer,
    Task,
    Want,
    answer_name,
    picture_name,
)
from desktop.jobs import Job

SECONDS = 30
"""That one file may take."""
RESIDENT_LIMIT = 1024**3
"""Bytes of memory in use at which the child is ended."""
AT_ONCE = 50
"""Files that one child reads: starting one takes as long as reading several."""
_LARGEST_PICTURE = 32 * 1024 * 1024
_SILENT = "its contents made the reader stop, as a damaged or hostile file does"


def preview(path: Path, media_type: str, job: Job) -> tuple[Answer, bytes]:
    """What can be shown of one file, and the PNG where it is a picture. Raises Cancelled, WorkspaceError (no room)."""
    with _own_folder() as folder:
        answer = _answers([Task(str(path.absolute()), media_type, Want.PREVIEW.value)], folder, job)[0]
        if not answer.picture:
            return answer, b""
        return answer, _picture(folder / picture_name(0))


def texts(files: Sequence[tuple[Path, str]], job: Job) -> Iterator[tuple[int, Answer]]:
    """The texts of files (path, media type), with their places, as soon as each is there.

    A file that ends the child is answered as failed, and another child goes on behind it. Raises Cancelled,
    WorkspaceError.
    """
    tasks = [Task(str(path.absolute()), media_type, Want.TEXT.value) for path, media_type in files]
    start = 0
    while start < len(tasks):
        with _own_folder() as folder:
            found = _answers(tasks[start : start + AT_ONCE], folder, job)
        for answer in found:
            yield start, answer
            start += 1


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder for one child. Raises WorkspaceError when there is no room, or when the child cannot be started."""
    folder: Path | None = None
    try:
        folder = Path(tempfile.mkdtemp(prefix="mhhs-desk-"))
        yield folder
    except (OSError, parent.ChildNotStarted) as error:
        why = str(error) if isinstance(error, parent.ChildNotStarted) else (error.strerror or str(error)).lower()
        raise WorkspaceError(
            f"The files could not be looked into: {why}.",
            safe="The evidence itself is unchanged.",
            todo="Make room on the disk with the temporary files, close other programs, and try again.",
        ) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _answers(tasks: Sequence[Task], folder: Path, job: Job) -> list[Answer]:
    """The answers of one child, of the first file at least; where it ended early the last one says why."""
    (folder / TASKS).write_text(json.dumps([asdict(task) for task in tasks]), encoding="utf-8")
    seconds = SECONDS * len(tasks)
    line = parent.command(CHILD_FLAG, MODULE, [str(folder.resolve()), str(seconds)])
    watch = parent.Watch(SECONDS, RESIDENT_LIMIT, each=True, too_long="reading it took far too long")
    reason = _SILENT
    try:
        parent.run(line, folder, job, watch, on_line=_quiet)
    except parent.ChildNotStarted:
        raise
    except parent.ChildEnded as ended:
        reason = str(ended)
    found: list[Answer] = []
    for place in range(len(tasks)):
        answer = _answer(folder / answer_name(place))
        if answer is None:
            break
        found.append(answer)
    # A child that ended by itself after an answer has said in it why; else the next file is what ended it.
    if len(found) < len(tasks) and (not found or found[-1].state != "failed"):
        found.append(Answer("failed", reason))
    return found


def _quiet(_what: str, _done: int, _total: int, _unit: str) -> None:
    """The child's lines are signs of life; who asked tells the progress."""


def _answer(path: Path) -> Answer | None:
    """An answer as a value of ours; None when it is not there or of another shape."""
    try:
        told = json.loads(path.read_text("utf-8"))
        state = str(told["state"])
        if state not in {"read", "part", "none", "failed"}:
            return None
        return Answer(state, str(told["words"])[:300], str(told["text"]), bool(told["picture"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _picture(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_PICTURE:
            return b""
        return path.read_bytes()
    except OSError:
        return b""
