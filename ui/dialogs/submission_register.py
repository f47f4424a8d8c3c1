"""The register of everything that was ever frozen, exported, sent and answered: to look through, print and keep."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.jobs import Job
from desktop.submissions.model import RegisterEntry
from ui import paper
from ui.context import Context
from ui.dialogs.form_size import fit_screen
from ui.models.paged_table import shown_date
from ui.printing import pdf_of, print_on
from ui.widgets.basics import button, label
from ui.widgets.small_table import SmallTable

TITLE = "Register of submissions"
ABOUT = "Newest first. Exported is not sent, received is not accepted. Nothing is ever taken out of it."
NOTHING = "Nothing was frozen yet: what you freeze, export and note stands here from then on."
NO_MATCH = "No entry has all these words."
HEADINGS = ("Day", "Submission", "What happened", "Recipient")
"""The rest of an entry stands below the list, in full."""


class RegisterDialog(QDialog):
    """The entries with a filter, printing and a PDF."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context = context
        self._entries: Sequence[RegisterEntry] = ()
        self._html = ""
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(TITLE, "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by any word")
        self.filter.setAccessibleName("Filter the register")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _text: self._show())
        column.addWidget(self.filter)
        self.list = SmallTable(TITLE, HEADINGS, NOTHING)
        self.list.list.itemSelectionChanged.connect(self._explain)
        column.addWidget(self.list, 1)
        self.detail = label("", wrap=True, selectable=True)
        column.addWidget(self.detail)
        row = QHBoxLayout()
        self.print_button = button("Print…", self.print)
        self.pdf_button = button("Save as PDF…", self.save)
        for one in (self.print_button, self.pdf_button):
            one.setEnabled(False)
            row.addWidget(one)
        self.count = label("", "small")
        row.addWidget(self.count)
        row.addStretch()
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        row.addWidget(box)
        column.addLayout(row)
        fit_screen(self, unit * 64, unit * 48)
        self.filter.setFocus()
        submissions = context.workspace.submissions

        def work(_job: Job) -> tuple[tuple[RegisterEntry, ...], str]:
            return submissions.register(), submissions.register_html()

        context.read("Reading the register", work, self._fill)

    def print(self) -> None:
        """Ask for a printer and print it."""
        printer: QPrinter | None = paper.ask_printer(self, TITLE, paper.page_layout(landscape=True))
        if printer is not None:
            print_on(printer, self._html)

    def save(self) -> None:
        """Ask for a name and write it as PDF."""
        html = self._html
        if path := paper.ask_pdf(self, self._context, TITLE):
            paper.save_pdf(self, self._context, path, lambda: pdf_of(html, landscape=True))

    def _fill(self, found: tuple[tuple[RegisterEntry, ...], str]) -> None:
        self._entries, self._html = found
        for one in (self.print_button, self.pdf_button):
            one.setEnabled(bool(self._entries))
        self._show()

    def _show(self) -> None:
        words = self.filter.text().casefold().split()
        rows = [(place, _cells(one)) for place, one in enumerate(self._entries)]
        texts = [" ".join((*row[1], *_more(one))).casefold() for row, one in zip(rows, self._entries, strict=True)]
        shown = [row for row, text in zip(rows, texts, strict=True) if all(word in text for word in words)]
        self.list.empty.setText(NO_MATCH if rows else NOTHING)
        self.list.fill(shown, writable=False)
        every = f"{len(rows):,} entr{'y' if len(rows) == 1 else 'ies'}"
        self.count.setText(f"{len(shown):,} of {every}" if words else every)
        self._explain()

    def _explain(self) -> None:
        """Show the chosen entry in full."""
        place = self.list.key()
        self.detail.setText("\n".join(_more(self._entries[place])) if isinstance(place, int) else "")


def _cells(one: RegisterEntry) -> tuple[str, ...]:
    what = f"{one.what} (taken back)" if one.taken_back else one.what
    day = one.day or one.at.date().isoformat()
    return (shown_date(day), one.name, what, one.recipient)


def _more(one: RegisterEntry) -> tuple[str, ...]:
    """What else is known of an entry, in lines."""
    noted = f"Noted on {shown_date(one.at.isoformat())} by {one.by}"
    pairs = (("Their reference", one.their_ref), ("Note", one.note), ("File", one.file_name), ("SHA-256", one.sha256))
    return (one.title, noted, *(f"{name}: {text}" for name, text in pairs if text))


def show_register(context: Context, parent: QWidget) -> None:
    """Show it until it is closed."""
    dialog = RegisterDialog(context, parent)
    dialog.exec()
    dialog.deleteLater()
