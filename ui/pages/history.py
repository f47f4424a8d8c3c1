"""History: every change, who made it and when, what stood before and after, and whether the log is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from desktop.browse.view import TableSource
from desktop.changes import Subject
from desktop.history import ChainReport, Entry
from ui.commands import Command
from ui.context import Tone
from ui.pages.page import Page
from ui.widgets.basics import EmptyState, button, label
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

FIRST_COLUMNS = ("seq", "at", "title", "actor", "action")
VERIFY_HINT = "Read every entry of the history and check that it fits the one before"


class HistoryPage(Page):
    """The audit log as a table, with the details of the chosen entry beside it."""

    id = "history"
    title = "History"
    subtitle = "Every change, who made it and when. The last steps can be taken back with Edit › Undo."
    icon = "history"
    subjects = frozenset(Subject)

    def build(self) -> None:
        self.header.add_action(button("Check the log", self._verify, tip=VERIFY_HINT))
        empty = EmptyState(
            self.context.theme, "history", "Nothing has been done yet", "Each import, check and change is listed here."
        )
        self.panel = TablePanel(self.context, "history", title="History", empty=empty)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.panel)
        self.split.addWidget(self._detail_pane())
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 1)
        self.body.addWidget(self.split, 1)
        self.panel.current_changed.connect(self._show_entry)
        self.context.commands.add(
            Command(
                "history.verify",
                "Check the log",
                self._verify,
                "Tools",
                icon="history",
                page="history",
                whole=True,
                hint=VERIFY_HINT,
            )
        )

    def refresh(self, subjects: frozenset[Subject]) -> None:
        history = self.context.workspace.history
        self.context.read("Reading the history", lambda _job: history.entries(), self._fill)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split)}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))

    def _fill(self, source: TableSource) -> None:
        first = self.panel.source is None and self.panel.views.last() is None
        # What was done stands before who did it: in a narrow window the last columns are out of sight.
        self.panel.set_source(source, replace(source.view, columns=FIRST_COLUMNS) if first else None)

    def _detail_pane(self) -> QWidget:
        pane = QWidget()
        column = QVBoxLayout(pane)
        column.setContentsMargins(self.context.theme.px(3), 0, 0, 0)
        self.what = label("", "heading", wrap=True, selectable=True)
        self.who = label("", "muted", wrap=True, selectable=True)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setProperty("role", "reading")
        self.details.setAccessibleName("Details of the chosen entry")
        for widget in (self.what, self.who):
            column.addWidget(widget)
        column.addWidget(self.details, 1)
        pane.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        return pane

    def _show_entry(self, seq: object) -> None:
        if not isinstance(seq, int):
            self.what.setText("")
            self.who.setText("Choose an entry to see what it changed.")
            self.details.setPlainText("")
            return
        self.context.read("Reading the entry", lambda _job: self.context.workspace.history.entry(seq), self._fill_entry)

    def _fill_entry(self, entry: Entry) -> None:
        self.what.setText(entry.title)
        self.who.setText(f"No. {entry.seq} · {entry.actor} · {entry.at[:19].replace('T', ' ')} UTC")
        self.details.setPlainText("\n".join([*described(entry.body), "", f"Hash of this entry: {entry.hash}"]))

    def _verify(self) -> None:
        self.context.read("Checking the log", self.context.workspace.history.verify, self._told, quiet=False)

    def _told(self, report: ChainReport) -> None:
        if report.ok:
            self.context.say(f"All {report.entries:,} entries are as they were written.", Tone.GOOD)
        else:
            self.context.say(
                f"Entry {report.broken_at} of the history is not as it was written ({report.why}). The entries before "
                "it are whole. Keep this workspace as it is and compare it with a backup.",
                Tone.ERROR,
            )


def described(body: dict[str, Any]) -> list[str]:
    """The details of an entry as lines that people read; nested values are set out below their name."""
    lines: list[str] = []
    for name, value in body.items():
        words = name if "-" in name else name.replace("_", " ").capitalize()
        if isinstance(value, dict) and value:
            lines += [f"{words}:", *(f"    {line}" for line in described(value))]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{words}:")
            for one in value:
                lines += [f"    {line}" for line in described(one)] + [""]
        else:
            lines.append(f"{words}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return lines
