"""The panel of facets: every value with its count; a click includes it, Alt+click leaves it out."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.browse.view import Column, FacetValue, Filter, Op, View
from ui.models.facet_list import ENTRY, FacetEntry, FacetListModel, entries
from ui.theme.theme import Theme


class FacetPanel(QFrame):
    """Filled by the table panel; `chosen(column, value, exclude)` says what was clicked."""

    chosen = Signal(str, str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._opened: set[str] = set()
        self._last: tuple[tuple[Column, ...], dict[str, list[FacetValue]], View] = ((), {}, View())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.model = FacetListModel(self)
        self.list = _FacetList(theme)
        self.list.setModel(self.model)
        self.list.hit.connect(self._hit)
        column.addWidget(self.list)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 22)

    def fill(self, columns: tuple[Column, ...], facets: dict[str, list[FacetValue]], view: View) -> None:
        """Show these values; `view` says which of them are included or left out."""
        self._last = (columns, facets, view)
        self.model.fill(entries(columns, facets, marks(view.filters), self._opened))

    def _hit(self, row: int, exclude: bool) -> None:
        entry = self.model.entry(row)
        if entry.more:
            self._opened.add(entry.column.key)
            self.fill(*self._last)
        elif entry.value:
            self.chosen.emit(entry.column.key, entry.value.value, exclude)


def marks(filters: tuple[Filter, ...]) -> dict[str, dict[str, str]]:
    """Which values of which column are included or left out by these filters."""
    found: dict[str, dict[str, str]] = {}
    for one in filters:
        word = {Op.IS_ANY: "include", Op.IS_NONE: "exclude"}.get(one.op)
        if word:
            found.setdefault(one.column, {}).update(dict.fromkeys(one.values, word))
    return found


class _FacetList(QListView):
    """Clicks and keys become `hit(row, exclude)`: Space or Return includes, Alt+Space or Delete leaves out."""

    hit = Signal(int, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Filter by value")
        self.setAccessibleDescription("Space includes a value, Delete leaves it out")
        self.setItemDelegate(_FacetDelegate(theme, self))
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.hit.emit(index.row(), alt or event.button() == Qt.MouseButton.RightButton)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete)
        if event.key() in keys and index.isValid() and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.hit.emit(index.row(), alt or event.key() == Qt.Key.Key_Delete)
        else:
            super().keyPressEvent(event)


class _FacetDelegate(QStyledItemDelegate):
    """A mark, the words, a thin bar for the share, and the count at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        entry: FacetEntry = index.data(ENTRY)
        height = option.fontMetrics.height()
        return QSize(10, round(height * (2.1 if entry.value is None and not entry.more else 1.6)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: FacetEntry = index.data(ENTRY)
        theme, rect, gap = self._theme, option.rect, self._theme.px(2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        if entry.value is None and not entry.more:
            painter.setFont(theme.font("small", bold=True))
            painter.setPen(theme.colour("muted"))
            painter.drawText(rect.adjusted(gap, gap, -gap, 0), middle, entry.column.title)
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_MouseOver or entry.mark:
            painter.fillRect(rect, theme.colour("soft" if entry.mark else "raised"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.colour("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if entry.value is None:
            painter.setPen(theme.colour("accent"))
            painter.drawText(rect.adjusted(gap * 2 + 16, 0, -gap, 0), middle, index.data())
            painter.restore()
            return
        left = rect.left() + gap
        if entry.mark:
            picture = theme.pixmap(
                "check" if entry.mark == "include" else "remove", 16, "accent" if entry.mark == "include" else "block"
            )
            painter.drawPixmap(left, rect.center().y() - 7, picture)
        left += 16 + gap
        painter.setFont(theme.font("small"))
        count = f"{entry.value.count:,}"
        width = painter.fontMetrics().horizontalAdvance(count)
        right = rect.right() - gap
        painter.setPen(theme.colour("muted"))
        painter.drawText(QRect(right - width, rect.top(), width + 1, rect.height()), middle, count)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("muted" if entry.mark == "exclude" else "text"))
        room = right - width - gap - left
        words = painter.fontMetrics().elidedText(entry.value.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, rect.top(), room, rect.height()), middle, words)
        bar = QRectF(left, rect.bottom() - 2, max(2.0, (right - left) * entry.share), 2)
        painter.fillRect(bar, theme.colour("accent" if entry.mark == "include" else "line"))
        painter.restore()
