"""Asks for a printer or for the name of a PDF, remembers the folder, and says where the file is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.excel.saving import replacing
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.reporting import show_folder

MARGIN = 12.0
"""Millimetres around each page."""


def page_layout(size: QPageSize.PageSizeId = QPageSize.PageSizeId.A4, *, landscape: bool) -> QPageLayout:
    """A paper with our margins."""
    return QPageLayout(
        QPageSize(size),
        QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait,
        QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN),
        QPageLayout.Unit.Millimeter,
    )


def ask_printer(parent: QWidget, name: str, layout: QPageLayout) -> QPrinter | None:
    """Ask for a printer with its paper, this one at first; None when the person gave up. A file can be printed to."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setCreator("MHHS Desk")
    printer.setDocName(name)
    printer.setPageLayout(layout)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"Print {name}")
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return printer if accepted else None


def ask_pdf(parent: QWidget, context: Context, name: str) -> Path | None:
    """Ask where a PDF goes; None when the person gave up."""
    folder = Path(context.own.values.export_folder or Path.home())
    start = (folder if folder.is_dir() else Path.home()) / f"{file_name(name)}.pdf"
    chosen, _ = QFileDialog.getSaveFileName(parent, f"Save {name} as PDF", str(start), "PDF (*.pdf)")
    if not chosen:
        return None
    path = Path(chosen)
    path = path if path.suffix.casefold() == ".pdf" else path.with_name(f"{path.name}.pdf")
    context.own.change(export_folder=str(path.parent))
    return path


def save_pdf(parent: QWidget, context: Context, path: Path, make: Callable[[], bytes]) -> None:
    """Write what `make` gives (on a worker) in one piece, and offer to show it in its folder."""

    def work(_job: Job) -> Path:
        made = make()
        with replacing(path) as file:
            file.write(made)
        return path

    def done(written: Path) -> None:
        context.say(f"Written: {written}", Tone.GOOD)
        if confirm(parent, "The PDF is written", str(written), "Show the folder", other="Close"):
            show_folder(written)

    context.read("Saving the PDF", work, done, quiet=False)


def file_name(text: str) -> str:
    """A text as the name of a file on every system."""
    return re.sub(r"[^\w-]+", "-", text).strip("-") or "document"
