"""The model of every long table: any number of rows, read from a `TableSource` a page at a time, bounded in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from desktop.browse.view import Column, ColumnKind, TableSource

PAGE_ROWS = 200
PAGES_KEPT = 60
WAITING = "…"
"""Shown in a cell while its page may not be read, because the source is being sorted on a worker."""

_Index = QModelIndex | QPersistentModelIndex
_DISPLAY = Qt.ItemDataRole.DisplayRole
_ALIGN = Qt.ItemDataRole.TextAlignmentRole
_TIP = Qt.ItemDataRole.ToolTipRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_PICTURE = Qt.ItemDataRole.DecorationRole
_EDIT = Qt.ItemDataRole.EditRole
_ANSWERED = frozenset(int(role) for role in (_DISPLAY, _ALIGN, _TIP, _SPOKEN, _PICTURE, _EDIT))
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class PagedTableModel(QAbstractTableModel):
    """Rows are positions in the source's view; columns are the visible ones, in the person's order."""

    def __init__(
        self, parent: QObject | None = None, picture: Callable[[ColumnKind, str], QIcon | None] | None = None
    ) -> None:
        super().__init__(parent)
        self._source: TableSource | None = None
        self._columns: list[tuple[int, Column]] = []
        self._count = 0
        self._pages: OrderedDict[int, list[tuple[object, ...]]] = OrderedDict()
        self._held = False
        self._picture = picture
        self.edit: Callable[[int, str, str], object] | None = None
        """Takes (row id, column key, text) of an edited cell; False = not taken; None = nothing is editable."""

    @property
    def source(self) -> TableSource | None:
        """Where the rows come from."""
        return self._source

    def set_source(self, source: TableSource | None, columns: tuple[str, ...] = ()) -> None:
        """Show another source; `columns` are the visible keys in order, empty = the source's own choice."""
        self.beginResetModel()
        self._source = source
        self._take_columns(columns)
        self._take_rows()
        self.endResetModel()

    def reload(self, columns: tuple[str, ...] | None = None) -> None:
        """The source's view has changed: read everything anew."""
        self.beginResetModel()
        if columns is not None:
            self._take_columns(columns)
        self._take_rows()
        self.endResetModel()

    def rows_changed(self) -> None:
        """Cells have changed, rows have not come or gone: read what is visible again."""
        self._pages.clear()
        if self._count and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(self._columns) - 1))

    def hold(self) -> None:
        """Read no page until the next `reload`: a worker is sorting the source."""
        self._held = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """The visible columns, in order."""
        return tuple(column for _, column in self._columns)

    def section(self, key: str) -> int:
        """Where a column stands, -1 if it is not visible."""
        return next((place for place, (_, column) in enumerate(self._columns) if column.key == key), -1)

    def row_id(self, row: int) -> int | None:
        """The id of the row at a position."""
        if self._source is None or not 0 <= row < self._count or self._held:
            return None
        found = self._source.ids(row, 1)
        return found[0] if found else None

    def cells(self, row: int) -> tuple[object, ...]:
        """All cells of a row in the source's column order; () while they cannot be read."""
        number, place = divmod(row, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None:
            if self._held or self._source is None:
                return ()
            page = self._source.page(number * PAGE_ROWS, PAGE_ROWS)
            self._pages[number] = page
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        elif next(reversed(self._pages)) != number:
            self._pages.move_to_end(number)
        return page[place] if place < len(page) else ()

    # -- Qt's own calls: the view asks `data` seven times for each painted cell, so the first line turns most away -----

    def data(self, index: _Index, role: int = _DISPLAY) -> object:  # noqa: PLR0911
        if role not in _ANSWERED:
            return None
        place, column = self._columns[index.column()]
        kind = column.kind
        if role == _ALIGN:
            return _RIGHT if kind is ColumnKind.NUMBER else _LEFT
        if role == _PICTURE and kind is not ColumnKind.SEVERITY and kind is not ColumnKind.STATE:
            return None
        cells = self.cells(index.row())
        if not cells:
            return WAITING if role == _DISPLAY else None
        value = cells[place]
        if role == _DISPLAY:
            return "" if column.icon_only and self._icon(kind, value) is not None else shown(value, kind)
        if role == _PICTURE:
            return self._icon(kind, value)
        if role == _EDIT:
            return "" if value is None else str(value)
        text = shown(value, kind)
        if role == _SPOKEN:
            return f"{column.title}: {text or 'empty'}"
        return text if len(text) > column.width or column.icon_only else None

    def _icon(self, kind: ColumnKind, value: object) -> QIcon | None:
        return self._picture(kind, str(value)) if self._picture is not None and value else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if orientation == Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == _DISPLAY else None
        if not 0 <= section < len(self._columns):
            return None
        column = self._columns[section][1]
        if role == _DISPLAY:
            return column.title
        if role == _ALIGN:
            return _RIGHT if column.kind is ColumnKind.NUMBER else _LEFT
        if role == _TIP:
            return f"{column.title}: {column.about}{'. Click' if column.about else 'click'} to sort"
        return None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        if self.edit is not None and self._columns[index.column()][1].editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: _Index, value: object, role: int = _EDIT) -> bool:
        row_id = self.row_id(index.row())
        if role != _EDIT or self.edit is None or row_id is None:
            return False
        return self.edit(row_id, self._columns[index.column()][1].key, str(value)) is not False

    def _take_columns(self, keys: tuple[str, ...]) -> None:
        every = (
            {column.key: (place, column) for place, column in enumerate(self._source.columns)} if self._source else {}
        )
        wanted = [every[key] for key in keys if key in every]
        self._columns = wanted or [pair for pair in every.values() if pair[1].shown] or list(every.values())

    def _take_rows(self) -> None:
        self._held = False
        self._pages.clear()
        self._count = self._source.count() if self._source else 0


def shown(value: object, kind: ColumnKind) -> str:
    """A cell as text: numbers with thousands separators, dates as `4 Mar 2026`, identifiers and texts as they stand."""
    if value is None:
        return ""
    if kind is ColumnKind.NUMBER and isinstance(value, int):
        return f"{value:,}"
    if kind is ColumnKind.DATE:
        return shown_date(str(value))
    text = str(value)
    return text.replace("\n", " ⏎ ") if "\n" in text else text


def shown_date(text: str) -> str:
    """An ISO date or instant as people here write it; any other text as it stands."""
    if len(text) >= 10 and text[4] == text[7] == "-":
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return text
        clock = f" {text[11:16]}" if len(text) >= 16 and text[10] in "T " else ""
        if text.endswith(" GMT"):  # the second of a time that clocks show twice; see desktop/uk_time.py
            clock = f"{clock.replace('h', ':')} GMT"
        return f"{day.day} {day:%b %Y}{clock}"
    return text
