"""What one page can ask another to show; handed to `context.navigate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.browse.view import View


@dataclass(frozen=True)
class ShowRow:
    """Portfolio: show this data row (from 1) of this snapshot."""

    snapshot_id: int
    row: int


@dataclass(frozen=True)
class ShowFinding:
    """Cleanse: show the finding with this fingerprint."""

    fingerprint: int


@dataclass(frozen=True)
class ShowView:
    """Cleanse, Portfolio, History: apply this view to the page's table."""

    view: View


@dataclass(frozen=True)
class ImportFile:
    """Imports: start with this file (chosen in a menu or dropped on the window)."""

    path: Path


@dataclass(frozen=True)
class ChooseFile:
    """Imports: ask for a file and start with it."""


@dataclass(frozen=True)
class ShowSection:
    """Settings: show this section (`participant`, `checks`, `content`, `appearance` ...)."""

    section: str
