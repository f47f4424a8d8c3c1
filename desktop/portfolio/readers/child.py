"""The child process that opens a workbook from a stranger: capped, without network, answering by files only."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from desktop.capped import inside

CHILD_FLAG = "--read-workbook-child"
"""First argument that makes the frozen program this child instead of the window."""
MEMORY_LIMIT = 6 * 1024**3
"""Bytes of address space; polars reserves far more than it uses. The parent watches the memory in use as well."""
FILE_LIMIT = 8 * 1024**3
RESULT = "result.json"
PARQUET = "rows.parquet"


def main(argv: list[str]) -> int:
    """Run as the child: `inspect WORKBOOK FOLDER SECONDS` or `read WORKBOOK FOLDER SECONDS [SHEET]`.

    Progress goes to standard output as JSON lines; the answer is FOLDER/result.json (and FOLDER/rows.parquet).
    The end of standard input means that the parent is gone, and ends the child too.
    """
    task, workbook, folder, seconds = argv[0], Path(argv[1]), Path(argv[2]), int(argv[3])
    sheet = argv[4] if len(argv) > 4 else None
    inside.cap(seconds=seconds, memory=MEMORY_LIMIT, file_size=FILE_LIMIT)
    inside.end_with_parent()

    import polars  # noqa: F401 - loaded now (desktop/frames.py would load it later): loading a library is forbidden below

    from desktop.errors import FileRefused
    from desktop.portfolio.readers import xlsx_sheet

    sys.addaudithook(inside.no_network)
    answer: dict[str, object]
    try:
        if task == "inspect":
            answer = {"sheets": [asdict(one) for one in xlsx_sheet.inspect(workbook, inside.Reporter())]}
        else:
            answer = {"reading": asdict(xlsx_sheet.read(workbook, sheet, folder / PARQUET, inside.Reporter()))}
    except FileRefused as refusal:
        answer = {"refused": {"what": refusal.what, "safe": refusal.safe, "todo": refusal.todo}}
    except MemoryError:
        _quit(folder, {"failed": "it needs more memory than may be used"})
    except BaseException as error:  # noqa: BLE001,RUF100 - whatever a hostile file provokes is a refusal, never a traceback
        if "No space left" in str(error):
            _quit(folder, {"failed": "there is not enough free disk space for its rows"})
        _quit(folder, {"failed": f"its contents are damaged or not as in any workbook ({type(error).__name__})"})
    inside.answer(folder / RESULT, answer)
    return 0


def _quit(folder: Path, answer: dict[str, object]) -> NoReturn:
    inside.answer(folder / RESULT, answer)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
