"""The folder of industry tables (Market Domain Data) that the checks use: version, tables, or what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from desktop.cleanse.standing_folder import (
    STANDING_TABLES,
    RememberedStanding,
    StandingData,
    read_standing_data,
    remembered_standing,
)
from desktop.jobs import Job
from ui.widgets.basics import button, label
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable


class TablesSection(Section):
    """Choose a folder, see what is in it, forget it."""

    heading = "Industry tables"
    about = (
        "Some checks compare your portfolio with Market Domain Data: which settlement configurations, meter timeswitch "
        "classes and market participants there are. Choose the folder where your own copy lies as CSV files. It is "
        "read at each run and stays where it is. A change counts from the next run of the checks."
    )

    def build(self) -> None:
        self.choose_button = button("Choose a folder…", self._choose)
        self.forget_button = button("Forget the folder", self._forget)
        self.folder = label("", wrap=True, selectable=True)
        self.trouble = label("", "block", wrap=True, selectable=True)
        self.tables = SmallTable(
            "Industry tables",
            ("Table", "Version", "Rows"),
            "No industry tables. The checks that need them say so under “What was not checked”.",
            more=(self.choose_button, self.forget_button),
        )
        for widget in (self.folder, self.trouble):
            self.column.addWidget(widget)
            widget.hide()
        self.column.addWidget(self.tables, 1)
        self._shown: str | None = None

    def refresh(self) -> None:
        folder = self.context.workspace.settings.get().standing_folder
        self.choose_button.setEnabled(self.writable)
        self.forget_button.setEnabled(self.writable and bool(folder))
        if folder == self._shown and not self.isVisible():
            return
        self._shown = folder
        self.folder.setText(f"Folder: {folder}")
        self.folder.setVisible(bool(folder))
        self.context.read("Reading industry tables", lambda _job: remembered_standing(folder), self._fill)

    def _fill(self, found: RememberedStanding) -> None:
        self.trouble.setText(
            f"{found.trouble} The checks that need these tables could not run." if found.trouble else ""
        )
        self.trouble.setVisible(bool(found.trouble))
        rows = [
            (name, (name.replace("_", " "), found.version or "Not given", f"{found.tables[name].height:,}"))
            if name in found.tables
            else (name, (name.replace("_", " "), "Not in this folder", ""))
            for name in STANDING_TABLES
        ]
        self.tables.fill(rows if found.tables else [])

    def _choose(self) -> None:
        before = self.context.workspace.settings.get().standing_folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Industry tables: choose the folder", before)
        if chosen:
            self.take(Path(chosen))

    def take(self, folder: Path) -> None:
        """Remember a folder, after it was read; one that cannot serve is refused in a banner."""

        def look(_job: Job) -> StandingData:
            return read_standing_data(folder)

        self.context.read("Reading industry tables", look, lambda _data: self._remember(str(folder)), quiet=False)

    def _forget(self) -> None:
        self._remember("")

    def _remember(self, folder: str) -> None:
        settings = self.context.workspace.settings
        self.context.change(
            "Saving", lambda _job: settings.set(replace(settings.get(), standing_folder=folder)), quiet=True
        )
