"""The base of every page, and how to write one.

A page is one file in `ui/pages/`, one class, one line in `ui/pages/__init__.py`:

    class HistoryPage(Page):
        id = "history"                  # stable; `context.navigate("history", payload)` goes there
        title = "History"
        icon = "history"                # a file of resources/icons
        subjects = frozenset(Subject)   # which changes make it stale

        def build(self) -> None:        # called once, when the page is first shown
            self.header.set_subtitle("Every change, who made it and when")
            self.header.add_action(button("Check the chain", self._verify, role="primary"))
            self.panel = TablePanel(self.context, "history", empty=EmptyState(...))
            self.body.addWidget(self.panel, 1)
            self.context.commands.add(
                Command("history.verify", "Check the chain", self._verify, menu="Tools", page="history")
            )

        def refresh(self, subjects: frozenset[Subject]) -> None:   # after build, and when shown after a change
            history = self.context.workspace.history
            self.context.read("Reading the history", lambda job: history.entries(), self.panel.set_source)

        def open(self, payload: object) -> None:                   # navigate(..., payload): select that entry
            ...

        def table(self) -> TablePanel | None:                      # lets Ctrl+F, Ctrl+C, Export this view reach it
            return self.panel

        def drop(self, paths, at) -> Drop | None:                  # files dragged over the page: what would be done
        def dropped(self, paths, at) -> None:                      # ... and doing it (`ui/widgets/evidence_drop.py`)

Rules: no SQL, no rule of the business, no file format in a page. Slow reads go through `context.read`, every write
through `context.change` (a service method that returns `Changes`). `PlainError` needs no handling: it becomes a banner.
Give every control words or an accessible name (`tests/ui/test_accessibility.py` walks your page). Colours come from
`context.theme` or a style-sheet role (`label(text, "muted")`), never from a literal. An empty page shows `EmptyState`:
why, and the next step. Navigating: `context.navigate("portfolio", ShowRow(snapshot_id, row))`; payload types are frozen
dataclasses in `ui/pages/payloads.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.changes import Changes, Subject
from ui.context import Context
from ui.dropping import Drop
from ui.widgets.basics import PageHeader

if TYPE_CHECKING:
    from ui.widgets.table_panel import TablePanel


class Page(QWidget):
    """One page of the window: built when first shown, refreshed when shown stale."""

    id: str = ""
    title: str = ""
    subtitle: str = ""
    icon: str = ""
    subjects: frozenset[Subject] = frozenset()
    """The changes that make this page stale."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setObjectName(f"page.{self.id}")
        self.setAccessibleName(self.title)
        self._built = False
        self._stale: frozenset[Subject] = frozenset()
        self.body = QVBoxLayout(self)
        theme = context.theme
        self.body.setContentsMargins(theme.px(5), theme.px(4), theme.px(5), theme.px(3))
        self.body.setSpacing(theme.px(3))
        self.header = PageHeader(self.title, self.subtitle)
        self.body.addWidget(self.header)
        context.hub.changed.connect(self._changed)

    def build(self) -> None:
        """Make the widgets; called once, when the page is first shown."""
        raise NotImplementedError

    def refresh(self, subjects: frozenset[Subject]) -> None:
        """Read anew what depends on `subjects`; called after `build` with all of the page's own subjects."""

    def open(self, payload: object) -> None:
        """Show what another page asked for; called after `build` and `refresh`."""

    def call(self, title: str, subtitle: str) -> None:
        """Say what the page shows now, where that is something else than what it is called."""
        self.header.set_title(title)
        self.header.set_subtitle(subtitle)
        self.setAccessibleName(title)

    def table(self) -> TablePanel | None:
        """The table that the table commands (find, copy, export ...) are about, if the page has one."""
        return None

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        """What dropping these files at a place of the screen would do here; None = nothing of this page's own.

        Asked at each move while files hang over the page, also while the page is read; must be quick.
        """
        return None

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        """Take the files; called after a drop for which `drop` gave a `Drop` of the kind `page`."""

    def state(self) -> dict[str, object]:
        """What to remember of this page between two runs, as JSON values (splitter sizes, chosen tab)."""
        return {}

    def restore(self, state: dict[str, object]) -> None:
        """Take back what `state` gave, in this run or an earlier one; called after `build`, before `refresh`."""

    def may_close(self) -> str | None:
        """What would be lost if the workspace were closed now, as a sentence; None = nothing. The person is asked."""
        return None

    def closing(self) -> None:
        """The workspace is about to be closed: remember what has not been remembered yet."""

    def shown(self, remembered: dict[str, object] | None = None) -> None:
        """Called by the window each time the page comes to the front."""
        if not self._built:
            self._built = True
            self.build()
            if remembered:
                self.restore(remembered)
            self.refresh(self.subjects)
        elif self._stale:
            self.refresh(self._stale)
        self._stale = frozenset()

    @property
    def built(self) -> bool:
        """Whether the page has ever been shown."""
        return self._built

    def _changed(self, changes: Changes) -> None:
        concerned = changes.subjects & self.subjects
        if concerned and self._built:
            self._stale |= concerned
            if self.isVisible():
                # After the job that published it has ended, so that the page may start one of its own.
                QTimer.singleShot(0, self, self._refresh_if_stale)

    def _refresh_if_stale(self) -> None:
        if self._stale and self.isVisible():
            stale, self._stale = self._stale, frozenset()
            self.refresh(stale)
