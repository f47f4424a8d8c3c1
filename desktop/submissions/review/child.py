"""The child process that opens a reviewer's copy: capped, without network, answering by a file only."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from desktop.capped import inside

CHILD_FLAG = "--read-review-child"
"""First argument that makes the frozen program this child instead of the window."""
MODULE = "desktop.submissions.review.child"
MEMORY_LIMIT = 6 * 1024**3
"""Bytes of address space; polars reserves far more than it uses. The parent watches the memory in use as well."""
FILE_LIMIT = 512 * 1024**2
RESULT, PLAN = "result.json", "plan.json"


def main(argv: list[str]) -> int:
    """Run as the child: `identify COPY FOLDER SECONDS` or `compare COPY FOLDER SECONDS SENT` (with FOLDER/plan.json).

    Progress goes to standard output as JSON lines; the answer is FOLDER/result.json. The end of standard input means
    that the parent is gone, and ends the child too.
    """
    task, copy, folder, seconds = argv[0], Path(argv[1]), Path(argv[2]), int(argv[3])
    inside.cap(seconds=seconds, memory=MEMORY_LIMIT, file_size=FILE_LIMIT)
    inside.end_with_parent()

    from desktop.errors import FileRefused
    from desktop.submissions.review import comparing
    from desktop.submissions.review.plan import read_plan

    sys.addaudithook(inside.no_network)
    answer: dict[str, object]
    try:
        if task == "identify":
            answer = comparing.identify(copy, inside.Reporter())
        else:
            plan = read_plan(json.loads((folder / PLAN).read_text("utf-8")))
            answer = comparing.compared(copy, Path(argv[4]), plan, inside.Reporter())
    except FileRefused as refusal:
        answer = {"refused": refusal.what}
    except MemoryError:
        _quit(folder, "it needs more memory than may be used")
    except BaseException as error:  # noqa: BLE001,RUF100 - whatever a hostile file provokes is a refusal, never a traceback
        _quit(folder, f"its contents are damaged or not as in any workbook ({type(error).__name__})")
    inside.answer(folder / RESULT, answer)
    return 0


def _quit(folder: Path, reason: str) -> NoReturn:
    inside.answer(folder / RESULT, {"failed": reason})
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
