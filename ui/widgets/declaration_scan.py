"""The signed document that is to stand for a signature, as it is shown before it locks the declaration."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.declarations.scan_look import ScanLook, look_at
from desktop.errors import PlainError
from ui.context import Context
from ui.widgets.basics import label
from ui.widgets.evidence_files import sized
from ui.widgets.evidence_preview import PreviewBox

LOOK_AFTER = 300
"""Milliseconds after the last letter of a path until the file is looked at."""


class ScanPreview(QWidget):
    """Name, kind and size of a document, and what can be seen of it; hidden while none is named."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._path: Path | None = None
        self._reading: Path | None = None
        self.look: ScanLook | None = None
        """What is shown; None while nothing is, or while it is refused."""
        self.refused = ""
        """Why it cannot stand there."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.px(1))
        self.words = label("", "strong", wrap=True, selectable=True)
        self.preview = PreviewBox()
        column.addWidget(self.words)
        column.addWidget(self.preview)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_AFTER)
        self._timer.timeout.connect(self.read)
        self.hide()

    def show_path(self, path: Path | None) -> None:
        """Look at another document soon; None: none is named."""
        self._path, self.look, self.refused = path, None, ""
        self.hide()
        self._timer.stop()
        if path is not None:
            self._timer.start()

    def read(self) -> None:
        """Look at it now, away from the window's thread."""
        self._timer.stop()
        path = self._path
        if path is None or self._reading == path or not path.is_file():
            return
        self._reading = path
        self.words.setText(f"Looking at {path.name}…")
        self.preview.hide()
        self.show()
        self._context.jobs.run(
            "Looking at the signed document",
            lambda job: look_at(path, job),
            done=lambda look: self._came(path, look),
            failed=lambda error: self._refused(path, error),
            quiet=True,
        )

    def problem(self) -> str:
        """Why the declaration cannot be locked with it yet; '' = it was shown and can stand there."""
        if self.look is None and not self.refused:
            self.read()
        return self.refused or ("" if self.look else "See below what the document shows, then lock the declaration.")

    def _came(self, path: Path, look: ScanLook) -> None:
        self._reading = None
        if path != self._path:  # another one may have been named meanwhile
            return
        self.look = look
        self.words.setText(f"{look.file_name} · {look.kind} · {sized(look.size)}")
        self.preview.show_preview(look.preview, look.file_name)
        self.preview.show()
        self.show()

    def _refused(self, path: Path, error: PlainError) -> None:
        self._reading = None
        if path == self._path:
            self.refused = str(error)
            self.hide()  # it is said at the field
