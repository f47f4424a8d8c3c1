"""The child process that opens a workbook from a stranger: capped, without network, answering by files only."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

CHILD_FLAG = "--read-workbook-child"
"""First argument that makes the frozen program this child instead of the window."""
MEMORY_LIMIT = 6 * 1024**3
"""Bytes of address space; polars reserves far more than it uses. The parent watches the memory in use as well."""
FILE_LIMIT = 8 * 1024**3
RESULT = "result.json"
PARQUET = "rows.parquet"
_EVERY = 0.1
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.system",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
    "ctypes.",
    "urllib.",
)


def main(argv: list[str]) -> int:
    """Run as the child: `inspect WORKBOOK FOLDER SECONDS` or `read WORKBOOK FOLDER SECONDS [SHEET]`.

    Progress goes to standard output as JSON lines; the answer is FOLDER/result.json (and FOLDER/rows.parquet).
    The end of standard input means that the parent is gone, and ends the child too.
    """
    task, workbook, folder, seconds = argv[0], Path(argv[1]), Path(argv[2]), int(argv[3])
    sheet = argv[4] if len(argv) > 4 else None
    _cap(seconds)
    threading.Thread(target=_end_with_parent, daemon=True).start()

    from desktop.errors import FileRefused
    from desktop.portfolio.readers import xlsx_sheet

    sys.addaudithook(_no_network)
    answer: dict[str, object]
    try:
        if task == "inspect":
            answer = {"sheets": [asdict(one) for one in xlsx_sheet.inspect(workbook, _Reporter())]}
        else:
            answer = {"reading": asdict(xlsx_sheet.read(workbook, sheet, folder / PARQUET, _Reporter()))}
    except FileRefused as refusal:
        answer = {"refused": {"what": refusal.what, "safe": refusal.safe, "todo": refusal.todo}}
    except MemoryError:
        _quit(folder, {"failed": "it needs more memory than may be used"})
    except BaseException as error:  # noqa: BLE001,RUF100 - whatever a hostile file provokes is a refusal, never a traceback
        if "No space left" in str(error):
            _quit(folder, {"failed": "there is not enough free disk space for its rows"})
        _quit(folder, {"failed": f"its contents are damaged or not as in any workbook ({type(error).__name__})"})
    _answer(folder, answer)
    return 0


class _Reporter:
    """Writes progress lines, ten a second at most."""

    def __init__(self) -> None:
        self._last = 0.0
        self._what = ""

    def __call__(self, what: str, done: int, total: int, unit: str) -> None:
        now = time.monotonic()
        if now - self._last < _EVERY and what == self._what:
            return
        self._last, self._what = now, what
        sys.stdout.write(json.dumps([what, done, total, unit]) + "\n")
        sys.stdout.flush()


def _quit(folder: Path, answer: dict[str, object]) -> NoReturn:
    _answer(folder, answer)
    os._exit(1)


def _answer(folder: Path, answer: dict[str, object]) -> None:
    (folder / RESULT).write_text(json.dumps(answer), encoding="utf-8")


def _cap(seconds: int) -> None:
    """Cap memory, processor time and file size where the system can; elsewhere the parent's watch is the cap."""
    try:
        import resource
    except ImportError:  # Windows
        return
    caps = [(resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, FILE_LIMIT), (resource.RLIMIT_CORE, 0)]
    if sys.platform.startswith("linux"):
        caps.append((resource.RLIMIT_AS, MEMORY_LIMIT))
    for which, value in caps:
        _, hard = resource.getrlimit(which)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (wanted, hard))


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(2)


def _no_network(event: str, _arguments: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
