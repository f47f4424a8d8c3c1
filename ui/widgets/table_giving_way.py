"""Columns of a table give way, one after the other, so that those after them stay in sight where it is narrow."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject

from ui.widgets.table_panel import TablePanel
from ui.widgets.table_widths import kept_widths


@dataclass(frozen=True)
class Way:
    """A column that may be narrower than its texts."""

    key: str
    least: int
    """Characters that it keeps at least, and its heading."""
    through: str = ""
    """It gives way until the columns up to and with this one are in sight; '' = all of them."""


class GivingWay(QObject):
    """Makes columns narrower when not all fit, in the order of `ways`; a width that a person gave stays.

    A column may give way more than once: a little, then more for the sake of one that matters more.
    """

    def __init__(self, panel: TablePanel, *ways: Way) -> None:
        super().__init__(panel)
        self._panel, self._ways = panel, ways
        self._natural: dict[str, int] = {}
        self._given: dict[str, int] = {}
        panel.loaded.connect(self._loaded)
        panel.table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _loaded(self) -> None:
        """Remember what their texts need. A width that was given here is none: it stays when rows are read anew."""
        for key in {way.key for way in self._ways}:
            section = self._panel.model.section(key)
            width = self._panel.table.columnWidth(section) if section >= 0 else 0
            if width != self._given.get(key):
                self._natural[key] = width
        self._fit()

    def _fit(self) -> None:
        panel, table = self._panel, self._panel.table
        kept = kept_widths(panel.context.settings, panel.name)
        sections = {key: panel.model.section(key) for key, width in self._natural.items() if width and key not in kept}
        sections = {key: section for key, section in sections.items() if section >= 0}
        widths = [table.columnWidth(section) for section in range(panel.model.columnCount())]
        for key, section in sections.items():
            widths[section] = self._natural[key]
        for way in self._ways:
            if (section := sections.get(way.key, -1)) < 0:
                continue
            last = panel.model.section(way.through) if way.through else -1
            missing = sum(widths[: last + 1] if last >= 0 else widths) - table.viewport().width()
            heading = table.horizontalHeader().sectionSizeHint(section)
            least = min(widths[section], max(table.fontMetrics().averageCharWidth() * way.least, heading))
            widths[section] = max(least, widths[section] - max(0, missing))
        table.blockSignals(True)  # it is no width that a person gave
        for key, section in sections.items():
            self._given[key] = widths[section]
            if widths[section] != table.columnWidth(section):
                table.setColumnWidth(section, widths[section])
        table.blockSignals(False)
