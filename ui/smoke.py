"""Shows every page once: the smoke test of a built app, and the pictures for the documentation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from ui.main_window import MainWindow
from ui.pages import PAGES


def visit_pages(window: MainWindow, pictures: Path | None, then: Callable[[], object]) -> None:
    """Show each page, wait until its jobs are done, take a picture if a folder is given, then call `then`."""
    wanted = [entry.id for entry in PAGES] if window.context.open_workspace else ["welcome"]

    def step() -> None:
        if window.context.jobs.running():
            return
        shown = window.current.id if window.current else ""
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            window.grab().save(str(pictures / f"{shown}.png"))
        if wanted:
            wanted.pop(0)
        if wanted:
            window.show_page(wanted[0], None)
        else:
            timer.stop()
            timer.deleteLater()
            then()

    timer = QTimer(window)
    timer.setInterval(120)
    timer.timeout.connect(step)
    if wanted and wanted[0] != "welcome":
        window.show_page(wanted[0], None)
    timer.start()
