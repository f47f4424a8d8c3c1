"""The little window that changes one filter: how to compare, with what, and Not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op
from ui.theme.theme import Theme
from ui.widgets.basics import button, label

_VALUE = Qt.ItemDataRole.UserRole
_OPS = {
    ColumnKind.TEXT: (Op.CONTAINS, Op.NOT_CONTAINS, Op.IS_ANY, Op.IS_NONE, Op.STARTS, Op.EMPTY, Op.NOT_EMPTY),
    ColumnKind.IDENTIFIER: (Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS, Op.IS_ANY, Op.IS_NONE, Op.EMPTY, Op.NOT_EMPTY),
    ColumnKind.NUMBER: (Op.IS_ANY, Op.IS_NONE, Op.BEFORE, Op.AFTER, Op.EMPTY, Op.NOT_EMPTY),
    ColumnKind.DATE: (Op.BEFORE, Op.AFTER, Op.IS_ANY, Op.IS_NONE, Op.EMPTY, Op.NOT_EMPTY),
    ColumnKind.SEVERITY: (Op.IS_ANY, Op.IS_NONE),
    ColumnKind.STATE: (Op.IS_ANY, Op.IS_NONE, Op.EMPTY, Op.NOT_EMPTY),
}
_WORDS = {
    (ColumnKind.NUMBER, Op.BEFORE): "is less than",
    (ColumnKind.NUMBER, Op.AFTER): "is more than",
}


class FilterEditor(QFrame):
    """A popup; `taken` carries the new filter, or None when it came to nothing."""

    taken = Signal(object)

    def __init__(self, theme: Theme, column: Column, old: Filter, values: list[FacetValue], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self.setAccessibleName(f"Filter by {column.title}")
        self._column = column
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(3), theme.px(3), theme.px(3), theme.px(3))
        layout.setSpacing(theme.px(2))
        layout.addWidget(label(column.title, "heading"))
        self.ops = QComboBox()
        self.ops.setAccessibleName("How to compare")
        offered = list(_OPS[column.kind])
        if old.op not in offered:
            offered.append(old.op)
        for op in offered:
            self.ops.addItem(_WORDS.get((column.kind, op), op.value), op)
        self.ops.setCurrentIndex(offered.index(old.op))
        layout.addWidget(self.ops)
        self.one = QLineEdit(old.values[0] if old.values else "")
        self.one.setAccessibleName("Compare with")
        self.one.setPlaceholderText("2026-03-31" if column.kind is ColumnKind.DATE else "Text to compare with")
        layout.addWidget(self.one)
        self.many = QPlainTextEdit("\n".join(old.values))
        self.many.setTabChangesFocus(True)
        self.many.setAccessibleName("Values, one a line")
        self.many.setPlaceholderText("One value a line.\nA column copied from Excel can be pasted here.")
        self.many.setFixedHeight(theme.px(4) * 7)
        layout.addWidget(self.many)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search the values")
        self.search.setAccessibleName("Search the values")
        self.search.setClearButtonEnabled(True)
        layout.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("Values")
        self._fill(values, old)
        layout.addWidget(self.list)
        self._has_list = bool(values)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(button("Cancel", self.close))
        self.apply = button("Apply", self._take, role="primary")
        row.addWidget(self.apply)
        layout.addLayout(row)
        self.setMinimumWidth(theme.px(4) * 16)
        self.ops.currentIndexChanged.connect(lambda _place: self._fit())
        self.search.textChanged.connect(self._search)
        self.one.returnPressed.connect(self._take)
        self.search.returnPressed.connect(self._take)
        self._fit()

    @property
    def op(self) -> Op:
        """The chosen comparison."""
        return Op(self.ops.currentData())

    def popup_below(self, widget: QWidget) -> None:
        """Show below a widget, inside the screen, with the keyboard where one types."""
        self.adjustSize()
        at = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        at.setX(max(room.left(), min(at.x(), room.right() - self.width())))
        at.setY(max(room.top(), min(at.y(), room.bottom() - self.height())))
        self.move(at)
        self.show()
        for field in (self.search, self.one, self.many):
            if not field.isHidden():
                field.setFocus()
                return
        self.ops.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def answer(self) -> Filter | None:
        """The filter as set now; None when there is nothing to compare with."""
        op = self.op
        if op in (Op.EMPTY, Op.NOT_EMPTY):
            return Filter(self._column.key, op)
        if op in (Op.IS_ANY, Op.IS_NONE):
            if self._has_list:
                items = (self.list.item(place) for place in range(self.list.count()))
                values = [item.data(_VALUE) for item in items if item.checkState() == Qt.CheckState.Checked]
            else:
                values = list(
                    dict.fromkeys(line.strip() for line in self.many.toPlainText().splitlines() if line.strip())
                )
        else:
            values = [self.one.text().strip()] if self.one.text().strip() else []
        return Filter(self._column.key, op, tuple(values)) if values else None

    def _take(self) -> None:
        self.taken.emit(self.answer())
        self.close()

    def _fit(self) -> None:
        several = self.op in (Op.IS_ANY, Op.IS_NONE)
        none = self.op in (Op.EMPTY, Op.NOT_EMPTY)
        self.one.setVisible(not several and not none)
        self.many.setVisible(several and not self._has_list)
        self.search.setVisible(several and self._has_list and self.list.count() > 12)
        self.list.setVisible(several and self._has_list)
        self.adjustSize()

    def _fill(self, values: list[FacetValue], old: Filter) -> None:
        known = {value.value for value in values}
        extra = [FacetValue(value, value, 0) for value in old.values if value not in known] if values else []
        for value in [*values, *extra]:
            item = QListWidgetItem(f"{value.title}  ({value.count:,})")
            item.setData(_VALUE, value.value)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if value.value in old.values else Qt.CheckState.Unchecked)
            self.list.addItem(item)

    def _search(self, typed: str) -> None:
        for place in range(self.list.count()):
            item = self.list.item(place)
            item.setHidden(typed.casefold() not in item.text().casefold())
