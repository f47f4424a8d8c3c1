"""The log of sync: what was done with which endpoint, filtered, and written to a file for support."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.changes import Changes, Subject
from desktop.sync.model import Endpoint, LogLine
from ui.context import Context, Tone
from ui.dialogs.form import narrow
from ui.dialogs.form_size import fit_screen
from ui.widgets.basics import button, label
from ui.widgets.declaration_look import counted
from ui.widgets.small_table import SmallTable

TITLE = "Log of sync"
ABOUT = (
    "What was sent, taken in or went wrong, newest first. There are no codes, tokens or MPANs in it, so that it can be "
    "given to support; the request number is how the endpoint finds the same in its own log."
)
HEADINGS = ("When", "Endpoint", "What", "More", "About", "Request")
SHOWN = 1000
"""Lines that are listed; the file has all of them."""


class LogDialog(QDialog):
    """Reads anew while it is open, when something was done."""

    def __init__(
        self, context: Context, parent: QWidget | None, endpoints: Sequence[Endpoint], chosen: int | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context = context
        self._lines: tuple[LogLine, ...] = ()
        self._asked = 0
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(TITLE, "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        row = QHBoxLayout()
        self.of = QComboBox()
        self.of.setAccessibleName("Endpoint")
        self.of.addItem("All endpoints", None)
        for one in endpoints:
            self.of.addItem(f"{one.name}{' (not used any more)' if one.removed else ''}", one.id)
        self.of.setCurrentIndex(max(0, self.of.findData(chosen)) if chosen is not None else 0)
        self.of.currentIndexChanged.connect(lambda _place: self.read())
        self.typed = QLineEdit()
        self.typed.setAccessibleName("Find in the log")
        self.typed.setPlaceholderText("Find in the log")
        self.typed.setClearButtonEnabled(True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(150)
        self._later.timeout.connect(self._fill)
        self.typed.textChanged.connect(lambda _text: self._later.start())
        row.addWidget(narrow(self.of), 1)
        row.addWidget(self.typed, 2)
        column.addLayout(row)
        self.count = label("", "small")
        column.addWidget(self.count)
        self.list = SmallTable("Lines of the log", HEADINGS, "Nothing was done yet.")
        column.addWidget(self.list, 1)
        self.list.list.itemSelectionChanged.connect(self._say_line)
        self.line = label("", "small", wrap=True, selectable=True)
        column.addWidget(self.line)
        box = QDialogButtonBox(self)
        self.copy_button = button("Copy", self.copy, tip="The lines that are listed")
        self.save_button = button("Save for support…", self.save, tip="A file with all lines of what is chosen above")
        box.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        fit_screen(self, unit * 70, unit * 42)
        context.hub.changed.connect(self._changed)
        self.read()
        self.typed.setFocus()

    def read(self) -> None:
        """Read the lines of the chosen endpoint."""
        self._asked += 1
        asked, outbox, number = self._asked, self._context.workspace.outbox, self.of.currentData()

        def came(lines: tuple[LogLine, ...]) -> None:
            if asked == self._asked:
                self._lines = lines
                self._fill()

        self._context.read("Reading the log", lambda _job: outbox.log(endpoint_id=number, limit=SHOWN), came)

    def shown(self) -> list[LogLine]:
        """The lines with every word that was typed."""
        words = self.typed.text().casefold().split()
        return [one for one in self._lines if all(word in " ".join(_cells(one)).casefold() for word in words)]

    def copy(self) -> None:
        """Put the listed lines on the clipboard."""
        lines = ["\t".join(HEADINGS), *("\t".join(_cells(one)) for one in self.shown())]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self._context.say(f"{counted(len(lines) - 1, 'line')} copied", Tone.GOOD)

    def save(self) -> None:
        """Ask for a file and write the log for support."""
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the log for support", "sync-log.txt", "Text (*.txt);;All files (*)"
        )
        if not chosen:
            return
        outbox, number, path = self._context.workspace.outbox, self.of.currentData(), Path(chosen)
        self._context.read(
            "Saving the log",
            lambda _job: outbox.export_log(path, endpoint_id=number),
            lambda _none: self._context.say(f"Saved {path}", Tone.GOOD),
        )

    def done(self, result: int) -> None:
        """It hears of no change any more, and shows no answer that comes late."""
        self._asked += 1
        self._later.stop()
        self._context.hub.changed.disconnect(self._changed)
        super().done(result)

    def _changed(self, changes: Changes) -> None:
        if changes.subjects & {Subject.ENDPOINTS, Subject.DELIVERIES, Subject.INBOX}:
            self.read()

    def _fill(self) -> None:
        shown = self.shown()
        self.list.empty.setText("Nothing in the log has these words." if self._lines else "Nothing was done yet.")
        self.list.fill([(place, _row(one)) for place, one in enumerate(shown)])
        more = f", the newest {SHOWN:,}; the file has all" if len(self._lines) >= SHOWN else ""
        found = f"{len(shown):,} of {counted(len(self._lines), 'line')}"
        self.count.setText(f"{found if len(shown) != len(self._lines) else counted(len(shown), 'line')}{more}")
        self.copy_button.setEnabled(bool(shown))
        self._say_line()

    def _say_line(self) -> None:
        place, shown = self.list.key(), self.shown()
        there = isinstance(place, int) and place < len(shown)
        self.line.setText(" · ".join(cell for cell in _cells(shown[int(str(place))]) if cell) if there else "")


def _cells(one: LogLine) -> tuple[str, ...]:
    when = f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}"
    return when, one.endpoint, one.event, one.detail, one.item, one.request_id


def _row(one: LogLine) -> tuple[str, ...]:
    """As it is listed; in full it stands below the list."""
    _when, endpoint, event, detail, item, request = _cells(one)
    return f"{one.at.astimezone():%d %b %H:%M:%S}", endpoint, event, detail, _short(item), _short(request)


def _short(text: str) -> str:
    return f"{text[:8]}…" if len(text) in {36, 64} else text


def show_log(context: Context, parent: QWidget, endpoints: Sequence[Endpoint], chosen: int | None = None) -> None:
    """Show it until it is closed."""
    dialog = LogDialog(context, parent, endpoints, chosen)
    try:
        dialog.exec()
    finally:
        dialog.deleteLater()
