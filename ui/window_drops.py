"""Files dragged over the window: what dropping them would do is said while they hang there, then done.

The page in front is asked first (`Page.drop`), because it knows what its rows take; a workspace is opened wherever it
is dropped, and what the page has no meaning for is a portfolio to import, or refused in a sentence.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from ui.context import Tone
from ui.dropping import Drop, understand, workspace_folder
from ui.pages import PAGES
from ui.pages.payloads import ImportFile, ImportRecords
from ui.widgets.drop_overlay import DropOverlay

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.pages.page import Page


class WindowDrops:
    """Takes the window's drag and drop events."""

    def __init__(self, window: MainWindow, overlay: DropOverlay) -> None:
        self._window, self._overlay = window, overlay

    def drag(self, event: QDragEnterEvent | QDragMoveEvent) -> None:
        """Files are over the window, or have moved: say what a drop here would do."""
        drop = self._understand(event)
        if drop is None:
            self._overlay.hide()
            event.ignore()
            return
        self._overlay.offer(drop.words, refused=drop.kind == "no", area=drop.area)
        _take(event)

    def leave(self) -> None:
        """The files were taken away again."""
        self._overlay.hide()

    def drop(self, event: QDropEvent) -> None:
        """Do what was said."""
        self._overlay.hide()
        drop = self._understand(event)
        if drop is None:
            return
        _take(event)
        window, page = self._window, self._window.current
        if drop.kind == "workspace":
            window.door.open(drop.path)
        elif drop.kind == "portfolio":
            window.show_page("imports", ImportFile(drop.path))
        elif drop.kind == "records":
            window.show_page("traceability", ImportRecords(drop.path))
        elif drop.kind == "page" and page is not None:
            paths, at = _paths(event), self._place(event)
            # Once the drop is over: the program that the files come from waits for that, and the page may ask first.
            QTimer.singleShot(0, page, lambda: page.dropped(paths, at))
        else:
            window.show_message(drop.words, Tone.WARNING)

    def _understand(self, event: QDropEvent) -> Drop | None:
        paths = _paths(event)
        if not paths:
            return None
        workspace = self._window.context.open_workspace
        page: Page | None = self._window.current
        if workspace is not None and page is not None and workspace_folder(paths) is None:
            wanted = page.drop(paths, self._place(event))
            if wanted is not None:
                return wanted
        imports = any(entry.id == "imports" for entry in PAGES)
        return understand(paths, workspace is not None and imports, bool(workspace and workspace.read_only))

    def _place(self, event: QDropEvent) -> QPoint:
        return self._window.mapToGlobal(event.position().toPoint())


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _take(event: QDropEvent) -> None:
    """Always as a copy: a file manager that offers to move its files would delete them after a move."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
