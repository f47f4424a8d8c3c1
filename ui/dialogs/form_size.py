"""The size of a dialog with wrapped texts: as tall as its words need at its width, and taller when more are shown."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def fit_height(dialog: QDialog) -> None:
    """Make a dialog tall enough for its wrapped texts; never smaller than it is. Qt by itself counts them too low."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    width = max(dialog.width(), dialog.minimumWidth()) if dialog.isVisible() else dialog.minimumWidth()
    height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
    dialog.resize(width, max(height, dialog.height() if dialog.isVisible() else 0))


def fit_screen(dialog: QDialog, width: int, height: int) -> None:
    """Make a dialog so large, but no larger than the screen has room for, its frame included."""
    room = dialog.screen().availableGeometry()
    margin = dialog.fontMetrics().height() * 3
    dialog.resize(min(width, room.width() - margin), min(height, room.height() - margin))
