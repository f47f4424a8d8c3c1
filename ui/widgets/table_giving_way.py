"""One column of a table gives way, so that those after it stay in sight where the table is narrow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from ui.widgets.table_panel import TablePanel
from ui.widgets.table_widths import kept_widths

LEAST = 14
"""Characters that it keeps at least unless told, and its heading; then the table scrolls."""


class GivingWay(QObject):
    """Makes `key` narrower than its texts when all columns do not fit; a width that a person gave stays."""

    def __init__(self, panel: TablePanel, key: str, least: int = LEAST) -> None:
        """`least`: characters that it keeps, however narrow the table is."""
        super().__init__(panel)
        self._panel, self._key, self._least = panel, key, least
        self._natural = 0
        panel.loaded.connect(self._loaded)
        panel.table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _loaded(self) -> None:
        section = self._panel.model.section(self._key)
        self._natural = self._panel.table.columnWidth(section) if section >= 0 else 0
        self._fit()

    def _fit(self) -> None:
        panel, table = self._panel, self._panel.table
        section = panel.model.section(self._key)
        if section < 0 or not self._natural or self._key in kept_widths(panel.context.settings, panel.name):
            return
        others = table.horizontalHeader().length() - table.columnWidth(section)
        heading = table.horizontalHeader().sectionSizeHint(section)
        least = max(table.fontMetrics().averageCharWidth() * self._least, heading)
        width = min(self._natural, max(least, table.viewport().width() - others))
        if width != table.columnWidth(section):
            table.blockSignals(True)  # it is no width that a person gave
            table.setColumnWidth(section, width)
            table.blockSignals(False)
