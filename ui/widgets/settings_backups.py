"""The rolling backups, a backup to carry away, and a look whether every kept file is whole."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from desktop.app import BlobFaults
from ui.context import Tone
from ui.widgets.basics import button, label
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable


class BackupsSection(Section):
    """A line for each backup, newest first."""

    heading = "Backups"
    about = (
        "A backup is made when you close a workspace that has changed, at most once a day, and verified by "
        "opening it again. Seven daily, four weekly and twelve monthly ones are kept."
    )

    def build(self) -> None:
        self.now_button = button("Back up now", self._now)
        self.away_button = button("Back up to a file…", self._away, tip="One ZIP file, to keep on another drive")
        self.verify_button = button("Check the kept files", self._verify)
        self.backups = SmallTable(
            "Backups",
            ("Made", "Why", "Size of the database", "Kept files", "Where"),
            "No backup yet. One is made when you close the workspace.",
            more=(self.now_button, self.away_button, self.verify_button),
        )
        self.column.addWidget(self.backups, 1)
        self.column.addWidget(
            label("To restore one, close the workspace and choose Restore on the welcome page.", "small", wrap=True)
        )

    def refresh(self) -> None:
        workspace = self.context.workspace
        self.now_button.setEnabled(self.writable)
        self.context.read("Reading the backups", lambda _job: workspace.backups, self._fill)

    def _fill(self, backups: object) -> None:
        assert isinstance(backups, tuple)
        self.backups.fill(
            [
                (
                    str(b.path),
                    (
                        f"{b.made_at.astimezone():%d %b %Y %H:%M}",
                        b.reason.capitalize(),
                        f"{b.size / 1e6:,.1f} MB",
                        f"{b.files:,}" + (f" ({len(b.missing)} missing)" if b.missing else ""),
                        str(b.path),
                    ),
                )
                for b in backups
            ]
        )

    def _now(self) -> None:
        self._make(None)

    def _away(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Back up to: choose a folder")
        if folder:
            self._make(Path(folder))

    def _make(self, to: Path | None) -> None:
        workspace = self.context.workspace

        def done(info: object) -> None:
            self.context.say(f"Backed up and verified: {getattr(info, 'path', '')}", Tone.GOOD)
            self.refresh()

        self.context.jobs.run("Backing up", lambda job: workspace.backup(to, job=job), done=done, writes=True)

    def _verify(self) -> None:
        workspace = self.context.workspace
        self.context.read("Checking the kept files", workspace.verify_files, self._told, quiet=False)

    def _told(self, faults: BlobFaults) -> None:
        damaged, missing = len(faults.damaged), len(faults.missing)
        if damaged or missing:
            self.context.say(
                f"{_files(damaged)} damaged; {_files(missing).lower()} missing. "
                "The rest is safe. Restore the newest backup into a new folder to get them back.",
                Tone.ERROR,
            )
        else:
            self.context.say("Every kept file is whole.", Tone.GOOD)


def _files(count: int) -> str:
    return "No kept file is" if not count else "1 kept file is" if count == 1 else f"{count:,} kept files are"
