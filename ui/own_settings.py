"""The person's settings of the app on this computer, as the window uses them: read once, written at each change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.settings import AppSettings, load_app_settings, save_app_settings, with_recent, without_recent


class OwnSettings:
    """`values` is a desktop.settings.AppSettings; `change` replaces some of them and writes the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: AppSettings = load_app_settings(path)

    def change(self, **values: object) -> None:
        """Take other values: `change(theme="dark")`. A folder that cannot be written loses them at the end, no more."""
        self._keep(replace(self.values, **values))  # type: ignore[arg-type]

    def opened(self, folder: Path) -> None:
        """A workspace was opened: it goes to the top of the recent ones."""
        self._keep(with_recent(self.values, folder))

    def forget(self, folder: Path) -> None:
        """Take a workspace off the recent ones."""
        self._keep(without_recent(self.values, folder))

    def _keep(self, values: AppSettings) -> None:
        self.values = values
        try:
            save_app_settings(self.path, values)
        except OSError:
            return
