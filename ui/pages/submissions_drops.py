"""What may be dropped on the submissions: a reviewer's copy of a workbook, or a sealed pack to be verified."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.jobs import Job
from desktop.packs.layout import BAGIT_NAME
from desktop.packs.model import PackVerdict
from desktop.packs.recognising import may_be_pack
from desktop.packs.verify import verify
from ui.context import Context
from ui.dialogs.pack_verdict import show_pack_verdict
from ui.dialogs.review_import import import_review
from ui.dropping import Drop
from ui.widgets.evidence_drop import area_of

READ_ONLY = "This workspace is open for reading only: the comments of a review cannot be taken"


def offered(context: Context, page: QWidget, paths: list[Path]) -> Drop | None:
    """What dropping these would do; None for what the page has no meaning for. Asked at each move of the pointer."""
    if len(paths) != 1:
        return None
    path = paths[0]
    if is_pack(path):
        return Drop("page", path, f"Drop to verify the sealed pack “{path.name}”", area_of(page))
    if path.suffix.casefold() != ".xlsx":
        return None
    if context.workspace.read_only:
        return Drop("no", path, READ_ONLY, area_of(page))
    return Drop("page", path, f"Drop to read “{path.name}” as a reviewer's copy", area_of(page))


def take(context: Context, page: QWidget, path: Path) -> None:
    """Verify a pack, or read a review."""
    if is_pack(path):
        verify_pack(context, page, path)
    else:
        import_review(context, page, path)


def verify_pack(context: Context, page: QWidget, pack: Path) -> None:
    """Check every byte, then show what it came to."""

    def work(job: Job) -> PackVerdict:
        return verify(pack, job=job)

    context.read(
        "Verifying the pack", work, lambda verdict: show_pack_verdict(page, context.theme, verdict), quiet=False
    )


def is_pack(path: Path) -> bool:
    """Whether it is a ZIP or a folder that can be a sealed pack; another ZIP is a portfolio."""
    if path.is_dir():
        return (path / BAGIT_NAME).is_file()
    if path.suffix.casefold() != ".zip":
        return False
    try:
        return _looked(path, path.stat().st_mtime_ns)
    except OSError:
        return False


@lru_cache(maxsize=4)
def _looked(path: Path, _changed: int) -> bool:
    return may_be_pack(path)
