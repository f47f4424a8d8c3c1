"""The Ctrl+K palette: type a few letters of a command, a page or a record, press Return."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.commands import Commands, Found
from ui.theme.theme import Theme

OFF = "not now"
"""What stands with a command that cannot be run now."""
_FOUND = Qt.ItemDataRole.UserRole


class PaletteDialog(QDialog):
    """Floats over the window; Up and Down choose while typing goes on; Escape closes."""

    def __init__(self, parent: QWidget, commands: Commands, theme: Theme) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._commands = commands
        self._theme = theme
        self.setWindowTitle("Find a command, a page or a record")
        self.setProperty("role", "popup")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type a command, a page, a check, an MPAN…")
        self.search.setAccessibleName("Find a command, a page or a record")
        self.search.setFont(theme.font("heading"))
        self.search.installEventFilter(self)
        column.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("What was found")
        self.list.setItemDelegate(_FoundDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(20, 20))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _item: self._run())
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._run)
        self._chosen: Found | None = None
        width = min(unit * 40, round(parent.width() * 0.8))
        self.resize(width, unit * 24)
        top = parent.mapToGlobal(parent.rect().topLeft())
        self.move(top.x() + (parent.width() - width) // 2, top.y() + round(unit * 4.5))
        self._fill("")

    def found(self) -> list[Found]:
        """What the list shows now."""
        return [self.list.item(place).data(_FOUND) for place in range(self.list.count())]

    @property
    def chosen(self) -> Found | None:
        """What the person chose; run it after the dialog has closed."""
        return self._chosen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            if event.key() in steps and self.list.count():
                row = self.list.currentRow() + steps[Qt.Key(event.key())]
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
                item = self.list.currentItem()
                self.search.setAccessibleDescription(item.text() if item else "")
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for found in self._commands.find(typed):
            item = QListWidgetItem(found.text)
            if found.icon:
                item.setIcon(self._theme.icon(found.icon, "muted"))
            item.setData(_FOUND, found)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                ", ".join(part for part in (found.text, found.hint, found.kind, "" if found.ready else OFF) if part),
            )
            self.list.addItem(item)
        if not self.list.count():
            item = QListWidgetItem(f"Nothing found for “{typed}”")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        found = item.data(_FOUND) if item else None
        if found is not None and found.ready:
            self._chosen = found
            self.accept()


class _FoundDelegate(QStyledItemDelegate):
    """Title and hint at the left, the key or the kind at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index) -> QSize:  # type: ignore[no-untyped-def]
        return QSize(10, round(option.fontMetrics.height() * 1.9))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index) -> None:  # type: ignore[no-untyped-def]
        found = index.data(_FOUND)
        self.initStyleOption(option, index)
        style = option.widget.style()
        option.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        gap = self._theme.px(2)
        left = option.rect.left() + gap * 2 + 24
        right = option.rect.right() - gap
        if found is None:
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, index.data())
            return
        painter.save()
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.colour("muted"))
        kind = found.kind if found.ready else f"{found.kind} · {OFF}"
        kind_width = painter.fontMetrics().horizontalAdvance(kind)
        painter.drawText(QRect(right - kind_width, option.rect.top(), kind_width, option.rect.height()), middle, kind)
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text" if found.ready else "muted"))
        words = painter.fontMetrics().elidedText(
            found.text, Qt.TextElideMode.ElideRight, right - kind_width - gap - left
        )
        painter.drawText(QRect(left, option.rect.top(), right - left, option.rect.height()), middle, words)
        start = left + painter.fontMetrics().horizontalAdvance(words) + gap * 2
        room = right - kind_width - gap * 2 - start
        if found.hint and room > gap * 8:
            painter.setFont(self._theme.font("small"))
            painter.setPen(self._theme.colour("muted"))
            hint = painter.fontMetrics().elidedText(found.hint, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(start, option.rect.top(), room, option.rect.height()), middle, hint)
        painter.restore()
