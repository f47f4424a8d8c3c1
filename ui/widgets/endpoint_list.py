"""The endpoints as a list: for each its name, how it stands with icon and words, the last contact, its recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.sync.model import Endpoint, EndpointLine, Tone
from ui.theme.theme import Theme
from ui.widgets.endpoint_look import TONES, contact_words, line_spoken, line_words, names_of

ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class EndpointRow:
    """What the list shows of one."""

    endpoint: Endpoint
    line: EndpointLine
    contact: str
    recipients: str


def row_of(one: Endpoint, line: EndpointLine | None, names: Mapping[str, str], now: datetime) -> EndpointRow:
    """A row of the list; `line` None: it is not used any more."""
    line = line or EndpointLine(one.id, one.name, "not used any more", Tone.NEUTRAL, 0, 0, one.last_ok_at)
    return EndpointRow(
        one, line, contact_words(one.last_ok_at, now, online=one.online), names_of(one.recipients, names)
    )


class EndpointList(QListWidget):
    """`chosen` says which one the cursor is on, by number."""

    chosen = Signal(int)
    removing = Signal()
    """The Delete key was pressed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("Endpoints")
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Drawn(theme, self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.currentRowChanged.connect(lambda _row: self._tell())
        theme.changed.connect(self.viewport().update)

    def fill(self, rows: Sequence[EndpointRow], wanted: int | None = None) -> None:
        """Show these; the chosen one stays chosen, unless another is wanted."""
        kept = wanted if wanted is not None else self.current_id()
        self.blockSignals(True)
        self.clear()
        for one in rows:
            item = QListWidgetItem(one.endpoint.name)
            item.setData(ROW, one)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, line_spoken(one.line, one.contact, one.recipients))
            tip = [
                one.endpoint.name,
                one.endpoint.address or "By bundles only",
                f"Receives for {one.recipients}",
                one.line.detail,
            ]
            item.setToolTip("\n".join(part for part in tip if part))
            self.addItem(item)
        ids = [one.endpoint.id for one in rows]
        if rows:
            self.setCurrentRow(ids.index(kept) if kept in ids else 0)
        self.blockSignals(False)
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removing.emit()
        else:
            super().keyPressEvent(event)

    def current_id(self) -> int | None:
        """The endpoint that the cursor is on."""
        row = self._row()
        return row.endpoint.id if row else None

    def texts(self) -> list[str]:
        """What is said of each, as a screen reader says it."""
        return [str(self.item(place).data(Qt.ItemDataRole.AccessibleTextRole)) for place in range(self.count())]

    def _row(self) -> EndpointRow | None:
        item = self.currentItem()
        found = item.data(ROW) if item is not None else None
        return found if isinstance(found, EndpointRow) else None

    def _tell(self) -> None:
        number = self.current_id()
        self.chosen.emit(number if number is not None else -1)


class _Drawn(QStyledItemDelegate):
    """Three lines of text beside an icon, each shortened with dots where the list is narrow."""

    def __init__(self, theme: Theme, parent: EndpointList) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(option.fontMetrics.averageCharWidth() * 20, option.fontMetrics.height() * 3 + self._theme.px(4))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        one = index.data(ROW)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        if not isinstance(one, EndpointRow):
            return
        theme, high, gap = self._theme, option.fontMetrics.height(), self._theme.px(2)
        icon, role = TONES[one.line.tone]
        size = round(high * 1.2)
        room = option.rect.adjusted(gap, gap, -gap, -gap)
        painter.save()
        painter.drawPixmap(room.left(), room.top() + high + (high - size) // 2, theme.pixmap(icon, size, role))
        left = room.left() + size + gap
        lines = (
            (one.endpoint.name, theme.font(bold=True), "text"),
            (line_words(one.line), theme.font(), role),
            ("  ·  ".join(part for part in (one.contact, one.recipients) if part), theme.font("small"), "muted"),
        )
        for place, (text, font, colour) in enumerate(lines):
            where = QRect(left, room.top() + place * high, room.right() - left, high)
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
