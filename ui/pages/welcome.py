"""The first page: open, make, restore, the recent workspaces, and the sample to look around in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.context import Context
from ui.pages.page import Page
from ui.recent import Recent
from ui.widgets.basics import Card, label
from ui.widgets.choice import ChoiceButton

if TYPE_CHECKING:
    from ui.workspace_door import WorkspaceDoor

CHOICES = ("workspace.open", "workspace.new", "workspace.sample", "workspace.restore")
"""The commands that the page offers, in order."""


class WelcomePage(Page):
    """Shown while no workspace is open."""

    id = "welcome"
    title = "Welcome to MHHS Desk"
    subtitle = "From a portfolio file to a data cleanse progress report. Everything stays on this computer."
    icon = "welcome"

    def __init__(self, context: Context, door: WorkspaceDoor) -> None:
        super().__init__(context)
        self._door = door
        door.closed.connect(self._fill_recent)

    def build(self) -> None:
        """Two columns: what to do, and the recent workspaces."""
        theme = self.context.theme
        logo = QLabel()
        logo.setPixmap(theme.pixmap("app", 56))
        row = self.header.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(0, logo)
        row.insertSpacing(1, theme.px(3))
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(5))
        left = QVBoxLayout()
        left.setSpacing(theme.px(2))
        for name in CHOICES:
            left.addWidget(self._choice(name))
        left.addSpacing(theme.px(3))
        left.addWidget(
            label(
                "You can also drop a workspace folder on this window; once a workspace is open, a portfolio file too.",
                "small",
                wrap=True,
            )
        )
        left.addStretch()
        columns.addLayout(left, 4)
        card = Card("Recent workspaces")
        self.recent = QListWidget()
        self.recent.setAccessibleName("Recent workspaces")
        self.recent.setFrameShape(QListWidget.Shape.NoFrame)
        self.recent.setIconSize(QSize(24, 24))
        self.recent.setSpacing(1)
        self.recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.recent.itemActivated.connect(self._activate)
        self.recent.itemClicked.connect(self._activate)
        self.none_yet = label("None yet. The workspaces you open are listed here.", "muted", wrap=True)
        card.body.addWidget(self.none_yet)
        card.body.addWidget(self.recent, 1)
        self.delete_hint = label(
            "Press Delete to take one off this list. Nothing on disk is removed.", "small", wrap=True
        )
        card.body.addWidget(self.delete_hint)
        card.body.addStretch()
        columns.addWidget(card, 5)
        self.body.addSpacing(theme.px(3))
        self.body.addLayout(columns, 1)
        self._fill_recent()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.recent.hasFocus() and (item := self.recent.currentItem()):
            self._door.recent.forget(item.data(Qt.ItemDataRole.UserRole).folder)
            self._fill_recent()
        else:
            super().keyPressEvent(event)

    def _choice(self, name: str) -> QWidget:
        command = self.context.commands.get(name)
        run = self.context.commands.run
        words = (command.text.removesuffix("…"), command.hint)
        return ChoiceButton(self.context.theme, command.icon, words, lambda: run(name))

    def _fill_recent(self) -> None:
        if not self.built:
            return
        self.recent.clear()
        entries = self._door.recent.all()
        for entry in entries:
            item = QListWidgetItem(self._words(entry))
            item.setIcon(
                self.context.theme.icon("open" if entry.present else "warning", "accent" if entry.present else "muted")
            )
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setToolTip(str(entry.folder))
            if not entry.present:
                item.setForeground(self.context.theme.colour("muted"))
            self.recent.addItem(item)
        self.recent.setVisible(bool(entries))
        self.delete_hint.setVisible(bool(entries))
        self.none_yet.setVisible(not entries)

    def _words(self, entry: Recent) -> str:
        where = str(entry.folder)
        return f"{entry.name}\n{where}" if entry.present else f"{entry.name} (not found: Locate…)\n{where}"

    def _activate(self, item: QListWidgetItem) -> None:
        entry: Recent = item.data(Qt.ItemDataRole.UserRole)
        if entry.present:
            self._door.open(entry.folder)
        else:
            self._door.locate(entry.folder)
