"""The receipt of an endpoint: to read, print, and keep as PDF or as a page that stands by itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QTextBrowser, QVBoxLayout, QWidget

from desktop.excel.saving import replacing
from desktop.jobs import Job
from desktop.sync.model import Delivery
from ui import paper
from ui.context import Context, Tone
from ui.dialogs.form_size import fit_screen
from ui.printing import pdf_of, print_on
from ui.widgets.basics import button, label
from ui.widgets.button_row import ButtonRow

PAGE, PDF = "Web page, with the signed text (*.html)", "PDF (*.pdf)"


class ReceiptDialog(QDialog):
    """Shows the page; nothing in it is loaded from anywhere."""

    def __init__(self, context: Context, parent: QWidget | None, one: Delivery, html: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Receipt for {one.submission}")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(f"Receipt for {one.submission}", "heading"))
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setAccessibleName("The receipt")
        self.page.setHtml(html)
        self.page.setProperty("role", "paper")
        column.addWidget(self.page, 1)
        column.addWidget(
            ButtonRow(
                button("Print…", lambda: print_receipt(self, one, html)),
                button("Save…", lambda: save_receipt(context, self, one, html)),
            )
        )
        box = QDialogButtonBox(self)
        box.addButton(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        fit_screen(self, unit * 46, unit * 46)


def show_receipt(context: Context, parent: QWidget, one: Delivery, html: str) -> None:
    """Show it until it is closed."""
    dialog = ReceiptDialog(context, parent, one, html)
    dialog.exec()
    dialog.deleteLater()


def print_receipt(parent: QWidget, one: Delivery, html: str) -> None:
    """Ask for a printer and print it."""
    printer = paper.ask_printer(parent, f"Receipt for {one.submission}", paper.page_layout(landscape=False))
    if printer is not None:
        print_on(printer, html)


def save_receipt(context: Context, parent: QWidget, one: Delivery, html: str) -> None:
    """Ask for a name and write it: as a page that has the signed text in it, or as PDF by the name's ending."""
    folder = Path(context.own.values.export_folder or Path.home())
    name = paper.file_name(f"Receipt {one.submission} {one.endpoint}")
    start = (folder if folder.is_dir() else Path.home()) / f"{name}.html"
    chosen, kind = QFileDialog.getSaveFileName(parent, "Save the receipt", str(start), f"{PAGE};;{PDF}")
    if not chosen:
        return
    path = Path(chosen)
    if path.suffix.casefold() not in {".html", ".pdf"}:
        path = path.with_name(f"{path.name}{'.pdf' if kind == PDF else '.html'}")
    context.own.change(export_folder=str(path.parent))
    if path.suffix.casefold() == ".pdf":
        paper.save_pdf(parent, context, path, lambda: pdf_of(html))
        return

    def work(_job: Job) -> Path:
        with replacing(path) as file:
            file.write(html.encode())
        return path

    context.read("Saving the receipt", work, lambda made: context.say(f"Written: {made}", Tone.GOOD), quiet=False)
