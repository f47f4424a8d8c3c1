"""Remembering where a divider stands, as JSON values for a page's `state`."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSplitter


def kept_sizes(split: QSplitter) -> list[int]:
    """The sizes to remember."""
    return split.sizes()


def put_sizes_back(split: QSplitter, remembered: object) -> None:
    """Give a divider its remembered place; anything that is not one is passed over.

    A page takes back its state before it is laid out, and a divider without room for its sizes would spoil them: so
    they are given once the page stands.
    """
    if (
        isinstance(remembered, list)
        and len(remembered) == split.count()
        and all(isinstance(n, int) for n in remembered)
    ):
        sizes = [max(0, int(size)) for size in remembered]
        QTimer.singleShot(0, split, lambda: split.setSizes(sizes))
