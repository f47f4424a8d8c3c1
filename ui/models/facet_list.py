"""The values of every facet column with their counts, as one flat list that a screen reader can walk."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.browse.view import Column, ColumnKind, FacetValue

FIRST = 8
"""Values shown for a column before “Show all”."""
WORST_FIRST = ("Block", "High", "Med", "Low")
"""Severities are listed by weight and not by number: a person looks for the worst."""
ENTRY = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class FacetEntry:
    """One line: a heading (`value` None), a value, or `Show all 37…` (`more`)."""

    column: Column
    value: FacetValue | None = None
    mark: str = ""
    """`include`, `exclude` or ''."""
    more: int = 0
    share: float = 0.0
    """The count against the column's largest, 0 to 1, for the bar."""


class FacetListModel(QAbstractListModel):
    """Filled anew after each change of the view."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[FacetEntry] = []

    def fill(self, entries: list[FacetEntry]) -> None:
        """Show these lines. When the same lines come with other counts, the list keeps its place."""
        if [(e.column.key, e.value and e.value.value, e.more > 0) for e in entries] == [
            (e.column.key, e.value and e.value.value, e.more > 0) for e in self._entries
        ]:
            self._entries = entries
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> FacetEntry:
        """One line."""
        return self._entries[row]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: PLR0911
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
            ENTRY,
        ):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY:
            return entry
        if entry.more:
            return f"Show all {entry.more}…"
        if entry.value is None:
            return entry.column.title
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.value.title
        word = {"include": ", included", "exclude": ", excluded"}.get(entry.mark, "")
        spoken = f"{entry.column.title}: {entry.value.title}, {entry.value.count:,} rows{word}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{spoken}. Click to include, Alt+click to exclude."
        return spoken

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and (self._entries[index.row()].value or self._entries[index.row()].more):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags


def entries(
    columns: tuple[Column, ...],
    facets: dict[str, list[FacetValue]],
    marks: dict[str, dict[str, str]],
    opened: set[str],
) -> list[FacetEntry]:
    """The lines for these facets. `marks`: column -> value -> include/exclude; `opened`: columns shown in full."""
    lines: list[FacetEntry] = []
    for column in columns:
        values = facets.get(column.key)
        if not values:
            continue
        if column.kind is ColumnKind.SEVERITY:
            values = sorted(values, key=lambda one: WORST_FIRST.index(one.value) if one.value in WORST_FIRST else 9)
        lines.append(FacetEntry(column))
        largest = max(value.count for value in values) or 1
        marked = marks.get(column.key, {})
        first = values if column.key in opened else values[:FIRST]
        for value in first + [value for value in values if value.value in marked and value not in first]:
            lines.append(FacetEntry(column, value, marked.get(value.value, ""), 0, value.count / largest))
        if len(values) > len(first):
            lines.append(FacetEntry(column, more=len(values)))
    return lines
