"""The button that starts an import, the same on every page; off where nothing can be written."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from ui.context import Context
from ui.widgets.basics import button


def import_button(context: Context, role: str = "") -> QPushButton:
    """`Import a portfolio…`, which asks for the file on the Imports page."""
    made = button("Import a portfolio…", lambda: context.commands.run("workspace.import"), role=role)
    if context.workspace.read_only:
        made.setEnabled(False)
        made.setToolTip("This workspace is open for reading only")
    return made
