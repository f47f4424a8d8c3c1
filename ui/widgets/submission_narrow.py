"""Keeps a pane as narrow as it is, whatever long words come into it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


def let_narrow(root: QWidget) -> None:
    """Let wrapped texts be narrower than their longest word (a path, a hash): else the pane is cut at the right."""
    for one in root.findChildren(QLabel):
        if one.wordWrap():
            one.setMinimumWidth(1)
