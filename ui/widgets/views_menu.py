"""Saved views of one table: choose, save, rename, delete; the last view is remembered by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton

from desktop.browse.view import View
from desktop.changes import Changes
from desktop.errors import PlainError
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.widgets.basics import follow_icon


class ViewsMenu(QToolButton):
    """A button with a menu; `chosen` carries the View to apply."""

    chosen = Signal(object)

    def __init__(self, context: Context, table: str) -> None:
        super().__init__()
        self._context = context
        self._table = table
        self.current: Callable[[], View] = View
        """Gives the view to save."""
        self.setText("Views")
        self.setProperty("role", "button")
        self.setToolTip("Saved views of this table")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow_icon(self, context.theme, "view")
        self.clicked.connect(lambda _checked=False: self.popup())

    def last(self) -> View | None:
        """The view that this table had when it was last used."""
        workspace = self._context.open_workspace
        return workspace.views.last(self._table) if workspace else None

    def remember(self, view: View) -> None:
        """Remember the view for the next time; in a read-only workspace it is let go."""
        if not self._context.can_write:
            return
        try:
            self._context.workspace.views.remember(self._table, view)
        except PlainError as error:
            self._context.say(str(error), Tone.WARNING)

    def menu_now(self) -> QMenu:
        """The menu as it is now."""
        menu = QMenu(self)
        workspace = self._context.open_workspace
        saved = list(workspace.views.list(self._table)) if workspace else []
        for one in saved:
            action = menu.addAction(one.name, partial(self.chosen.emit, one.view))
            action.setCheckable(True)
            action.setChecked(one.view == self.current())
        if saved:
            menu.addSeparator()
        menu.addAction("All rows, usual columns", lambda: self.chosen.emit(View()))
        menu.addSeparator()
        writable = self._context.can_write
        menu.addAction("Save this view…", self._save).setEnabled(writable)
        if saved:
            rename = menu.addMenu("Rename")
            delete = menu.addMenu("Delete")
            for one in saved:
                rename.addAction(one.name, partial(self._rename, one.id, one.name, one.view))
                delete.addAction(one.name, partial(self._delete, one.id, one.name))
            rename.setEnabled(writable)
            delete.setEnabled(writable)
        return menu

    def popup(self) -> None:
        """Open the menu under the button."""
        menu = self.menu_now()
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))
        menu.deleteLater()

    def _save(self) -> None:
        name, taken = QInputDialog.getText(self.window(), "Save this view", "Name of the view:")
        if taken and name.strip():
            views, table, view = self._context.workspace.views, self._table, self.current()
            self._context.change("Saving the view", lambda _job: views.save(table, name.strip(), view), quiet=True)

    def _rename(self, number: int, old: str, view: View) -> None:
        name, taken = QInputDialog.getText(self.window(), "Rename the view", "Name of the view:", text=old)
        if taken and name.strip() and name.strip() != old:
            views, table = self._context.workspace.views, self._table

            def work(_job: object) -> Changes:
                changes = views.save(table, name.strip(), view)
                views.remove(number)
                return changes

            self._context.change("Renaming the view", work, quiet=True)

    def _delete(self, number: int, name: str) -> None:
        if confirm(
            self.window(), f"Delete the view “{name}”?", "The rows themselves are not touched.", "Delete the view"
        ):
            views = self._context.workspace.views
            self._context.change("Deleting the view", lambda _job: views.remove(number), quiet=True)
