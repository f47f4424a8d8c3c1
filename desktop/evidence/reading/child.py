"""The child process that opens files of evidence: capped, without network, one answer for each file."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from desktop.capped import inside
from desktop.evidence.reading.answer import SHOWN_TEXT, TASKS, Answer, Task, Unreadable, Want, answer_name, picture_name

MEMORY_LIMIT = 2 * 1024**3
"""Bytes of address space."""
FILE_LIMIT = 64 * 1024**2
"""Bytes of any file that it writes."""


def main(argv: list[str]) -> int:
    """Run as the child: `FOLDER SECONDS`; the tasks are FOLDER/tasks.json, the answers FOLDER/0.json, 1.json ...

    A line goes to standard output before each file. The end of standard input ends the child.
    """
    folder, seconds = Path(argv[0]), int(argv[1])
    inside.cap(seconds=seconds, memory=MEMORY_LIMIT, file_size=FILE_LIMIT)
    inside.end_with_parent()

    from desktop.evidence.reading import formats

    formats.load()
    sys.addaudithook(inside.no_network)
    tasks = [Task(**one) for one in json.loads((folder / TASKS).read_text("utf-8"))]
    for place, task in enumerate(tasks):
        sys.stdout.write(json.dumps(["Reading", place, len(tasks), "files"]) + "\n")
        sys.stdout.flush()
        told, last = _read(task, folder / picture_name(place))
        aside = folder / f"{place}.part"
        inside.answer(aside, asdict(told))
        aside.replace(folder / answer_name(place))
        if last:
            os._exit(1)
    return 0


def _read(task: Task, picture: Path) -> tuple[Answer, bool]:
    """The answer to a task, and whether the child has to end after it: its memory may be used up."""
    from desktop.evidence.reading import formats

    try:
        made = formats.read(Path(task.path), task.media_type, Want(task.want), picture)
    except Unreadable as reason:
        return Answer("none", str(reason)), False
    except MemoryError:
        return Answer("failed", "it needs more memory than may be used"), True
    except BaseException:  # noqa: BLE001,RUF100 - whatever a hostile file provokes is an answer, never a traceback
        return Answer("failed", "its contents are damaged or not as its kind has them"), True
    if task.want == Want.PREVIEW and len(made.text) > SHOWN_TEXT:
        return Answer("part", made.words, made.text[:SHOWN_TEXT], made.picture), False
    return made, False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
