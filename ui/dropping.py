"""What dropping these files on the window would do, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QRect

from ui.workspace_door import WORKSPACE_FILE

PORTFOLIO_ENDINGS = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".zip", ".gz"}

RESULT_ENDINGS = {".xml"}
"""Of results as test tools write them (JUnit XML)."""


@dataclass(frozen=True)
class Drop:
    """`kind` is what it is: a workspace, a portfolio, results of tests, for the page in front, or nothing we take."""

    kind: Literal["workspace", "portfolio", "records", "page", "no"]
    path: Path
    words: str
    area: QRect | None = None
    """What would take it, in global coordinates: that is framed, and the page stays in sight. None = the window."""


def workspace_folder(paths: Sequence[Path]) -> Path | None:
    """The workspace that is dropped, as its folder or its database; None if it is something else."""
    if len(paths) != 1:
        return None
    folder = paths[0].parent if paths[0].name == WORKSPACE_FILE else paths[0]
    return folder if (folder / WORKSPACE_FILE).is_file() else None


def files_in_words(paths: Sequence[Path]) -> str:
    """What is dropped, for the middle of a sentence: `“plan.pdf”`, `3 files`, `the folder “PIT”`, `2 folders and …`."""
    return _in_words(tuple(paths))


@lru_cache(maxsize=4)
def _in_words(paths: tuple[Path, ...]) -> str:
    """Asked at each move of the pointer; 300 files on a network drive are looked at once."""
    folders = sum(1 for path in paths if path.is_dir())
    files = len(paths) - folders
    if len(paths) == 1:
        return f"the folder “{paths[0].name}”" if folders else f"“{paths[0].name}”"
    parts = [
        f"{count:,} {one if count == 1 else f'{one}s'}"
        for count, one in ((folders, "folder"), (files, "file"))
        if count
    ]
    return " and ".join(parts)


def understand(paths: list[Path], workspace_open: bool, read_only: bool) -> Drop:  # noqa: PLR0911
    """Say what a drop of these paths means now, the page in front apart. `paths` is not empty."""
    path = paths[0]
    if len(paths) > 1:
        return Drop("no", path, f"{len(paths)} files: drop one portfolio file at a time")
    if path.is_dir() or path.name == WORKSPACE_FILE:
        folder = path.parent if path.name == WORKSPACE_FILE else path
        if workspace_folder(paths):
            return Drop("workspace", folder, f"Drop to open the workspace “{folder.name}”")
        return Drop("no", folder, f"“{folder.name}” is not a workspace folder: there is no {WORKSPACE_FILE} in it")
    if path.suffix.lower() not in PORTFOLIO_ENDINGS | RESULT_ENDINGS:
        return Drop(
            "no",
            path,
            f"“{path.name}” cannot be imported: a portfolio is a CSV, an Excel workbook (.xlsx) or a ZIP of one CSV",
        )
    if not workspace_open:
        return Drop("no", path, f"Open a workspace first, then drop “{path.name}” to import it")
    if read_only:
        return Drop("no", path, "This workspace is open for reading only: nothing can be imported")
    if path.suffix.lower() in RESULT_ENDINGS:
        return Drop("records", path, f"Drop to look at the test results in “{path.name}” before taking any")
    return Drop("portfolio", path, f"Drop to look at “{path.name}” before importing it. The file itself is not changed")
