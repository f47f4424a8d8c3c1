"""The menu of a row: the page's own actions, filters by the cell under the pointer, copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from ui.widgets.view_edits import with_value

if TYPE_CHECKING:
    from ui.widgets.table_panel import TablePanel

LONGEST = 30
"""Characters of a cell that a menu line shows."""


def row_menu(panel: TablePanel, at: QPoint) -> QMenu | None:
    """The menu for the cell at a point of the table; None where there is no cell."""
    index = panel.table.indexAt(at)
    if not index.isValid():
        return None
    menu = QMenu(panel)
    if panel.row_menu:
        panel.row_menu(menu)
        menu.addSeparator()
    column = panel.model.columns[index.column()]
    value = str(panel.model.data(index, Qt.ItemDataRole.EditRole) or "")
    shown = value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    words = f"{column.title} “{shown}”" if value else f"{column.title} empty"
    menu.addAction(f"Show only {words}", lambda: panel.apply(with_value(panel.view, column.key, value)))
    menu.addAction(f"Leave out {words}", lambda: panel.apply(with_value(panel.view, column.key, value, without=True)))
    menu.addAction(f"Select all with {words}", lambda: panel.select_matching(column.key, value))
    menu.addSeparator()
    for name in ("table.copy", "table.select_all", "table.export", "table.columns"):
        menu.addAction(panel.context.commands.action(name))
    return menu


def show_row_menu(panel: TablePanel, at: QPoint) -> None:
    """Open the menu for the cell at a point of the table."""
    menu = row_menu(panel, at)
    if menu is not None:
        menu.exec(panel.table.viewport().mapToGlobal(at))
        menu.deleteLater()
