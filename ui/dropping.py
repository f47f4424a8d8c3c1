"""What dropping these files on the window would do, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ui.workspace_door import WORKSPACE_FILE

PORTFOLIO_ENDINGS = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".zip", ".gz"}


@dataclass(frozen=True)
class Drop:
    """`kind` is what it is: a workspace to open, a portfolio to import, or nothing we can take."""

    kind: Literal["workspace", "portfolio", "no"]
    path: Path
    words: str


def understand(paths: list[Path], workspace_open: bool, read_only: bool) -> Drop:  # noqa: PLR0911
    """Say what a drop of these paths means now. `paths` is not empty."""
    path = paths[0]
    if len(paths) > 1:
        return Drop("no", path, f"{len(paths)} files: drop one portfolio file at a time")
    if path.is_dir() or path.name == WORKSPACE_FILE:
        folder = path.parent if path.name == WORKSPACE_FILE else path
        if (folder / WORKSPACE_FILE).is_file():
            return Drop("workspace", folder, f"Drop to open the workspace “{folder.name}”")
        return Drop("no", folder, f"“{folder.name}” is not a workspace folder: there is no {WORKSPACE_FILE} in it")
    if path.suffix.lower() not in PORTFOLIO_ENDINGS:
        return Drop(
            "no",
            path,
            f"“{path.name}” cannot be imported: a portfolio is a CSV, an Excel workbook (.xlsx) or a ZIP of one CSV",
        )
    if not workspace_open:
        return Drop("no", path, f"Open a workspace first, then drop “{path.name}” to import it")
    if read_only:
        return Drop("no", path, "This workspace is open for reading only: nothing can be imported")
    return Drop("portfolio", path, f"Drop to look at “{path.name}” before importing it. The file itself is not changed")
