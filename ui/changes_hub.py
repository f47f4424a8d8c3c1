"""One signal that tells every page what a write changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.changes import Changes


class ChangesHub(QObject):
    """Services return `Changes`; whoever called them publishes it here; pages decide whether they care."""

    changed = Signal(object)
    """Carries a `Changes`."""

    def publish(self, changes: Changes) -> None:
        """Tell every page. Nothing is sent when nothing changed."""
        if changes.subjects:
            self.changed.emit(changes)
