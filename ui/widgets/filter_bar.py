"""The filter bar: one field for a text or a column's name, and a chip for each filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from desktop.browse.view import Column, FacetValue, Filter, Op, View
from ui.theme.theme import Theme
from ui.widgets.basics import icon_button
from ui.widgets.filter_editor import FilterEditor
from ui.widgets.flow import Flow

WAIT = 250
"""Milliseconds of stillness after which what was typed is searched for."""
OPPOSITE = {
    Op.IS_ANY: Op.IS_NONE, Op.IS_NONE: Op.IS_ANY, Op.CONTAINS: Op.NOT_CONTAINS, Op.NOT_CONTAINS: Op.CONTAINS,
    Op.EMPTY: Op.NOT_EMPTY, Op.NOT_EMPTY: Op.EMPTY,
}  # fmt: skip
NEGATIVE = {Op.IS_NONE, Op.NOT_CONTAINS}


class FilterBar(QWidget):
    """Shows a view's filters and text, and asks for others through `view_wanted(filters, text)`."""

    view_wanted = Signal(object, str)
    leave = Signal()
    """Down or Escape in the field: the keyboard wants back to the table."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: dict[str, Column] = {}
        self._filters: tuple[Filter, ...] = ()
        self._text = ""
        self.facet_values: Callable[[str], list[FacetValue]] = lambda _key: []
        """Gives the values of a facet column for the editor to choose from."""
        self._flow = Flow(self, theme.px(2))
        self.field = _Field()
        self.field.setPlaceholderText("Search, or type a column’s name")
        self.field.setAccessibleName("Search the table, or type a column’s name to filter by it")
        self.field.setClearButtonEnabled(True)
        self.field.setAcceptDrops(False)  # a file dropped here is for the window: the field would take its address
        self.field.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        self._search_icon = self.field.addAction(
            theme.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        theme.changed.connect(self._tint)
        self._flow.addWidget(self.field)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setMaxVisibleItems(12)
        self.field.setCompleter(self._completer)
        self._completer.activated.connect(self._column_chosen)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT)
        self._wait.timeout.connect(self._search)
        self.field.textEdited.connect(lambda _text: self._wait.start())
        self.field.textChanged.connect(lambda text: None if text or not self._text else self._wait.start())
        self.field.returnPressed.connect(self._search)
        self.field.left.connect(self.leave)

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """The columns that can be filtered by."""
        self._columns = {column.key: column for column in columns}
        self._names.setStringList([_suggestion(column) for column in columns])

    def show_view(self, view: View) -> None:
        """Show the chips and the text of a view."""
        if view.text != self._text:
            self._text = view.text
            self.field.setText(view.text)
        if view.filters == self._filters:
            return
        self._filters = view.filters
        for place in reversed(range(self._flow.count())):
            item = self._flow.itemAt(place)
            widget = item.widget() if item else None
            if isinstance(widget, Chip):
                self._flow.takeAt(place)
                widget.hide()
                widget.deleteLater()
        for place, one in enumerate(view.filters):
            chip = Chip(
                self._theme, one, self._columns[one.column].title if one.column in self._columns else one.column
            )
            chip.edit_wanted.connect(lambda place=place: self.edit(place))
            chip.remove_wanted.connect(lambda place=place: self.remove(place))
            self._flow.insert(place, chip)
            chip.show()
        self._flow.activate()
        self.updateGeometry()

    def focus_search(self) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def chips(self) -> list[Chip]:
        """The chips shown, in order."""
        parts = (self._flow.itemAt(place) for place in range(self._flow.count()))
        return [item.widget() for item in parts if item and isinstance(item.widget(), Chip)]  # type: ignore[misc]

    def edit(self, place: int) -> None:
        """Open the editor of one chip."""
        old = self._filters[place]
        self._open_editor(old, place, self.chips()[place])

    def remove(self, place: int) -> None:
        """Take one filter away."""
        self.view_wanted.emit(self._filters[:place] + self._filters[place + 1 :], self._text)
        self.field.setFocus()

    def start_filter(self, key: str) -> None:
        """Open the editor for a new filter on a column."""
        column = self._columns[key]
        self._open_editor(Filter(key, Op.IS_ANY if column.facet else Op.CONTAINS), None, self.field)

    def _open_editor(self, old: Filter, place: int | None, at: QWidget) -> None:
        column = self._columns.get(old.column)
        if column is None:
            return
        editor = FilterEditor(self._theme, column, old, self.facet_values(column.key) if column.facet else [], self)

        def taken(new: Filter | None) -> None:
            filters = list(self._filters)
            if place is not None:
                filters[place : place + 1] = [new] if new else []
            elif new:
                filters.append(new)
            self.view_wanted.emit(tuple(filters), self._text)

        editor.taken.connect(taken)
        editor.popup_below(at)

    def _column_chosen(self, suggestion: str) -> None:
        key = next((key for key, column in self._columns.items() if _suggestion(column) == suggestion), None)
        self._wait.stop()
        # The completer writes its suggestion into the field after this signal.
        QTimer.singleShot(0, self, lambda: self.field.setText(self._text))
        if key:
            QTimer.singleShot(0, self, lambda: self.start_filter(key))

    def _search(self) -> None:
        self._wait.stop()
        text = self.field.text().strip()
        if text != self._text and not any(text == _suggestion(column) for column in self._columns.values()):
            self._text = text
            self.view_wanted.emit(self._filters, text)

    def _tint(self) -> None:
        self._search_icon.setIcon(self._theme.icon("search", "muted"))


class _Field(QLineEdit):
    """The search field; Down without a popup, and Escape when empty, leave it."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif event.key() == Qt.Key.Key_Down and not self._is_suggesting():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _is_suggesting(self) -> bool:
        completer = self.completer()
        popup = completer.popup() if completer else None
        return popup is not None and popup.isVisible()


class Chip(QFrame):
    """One filter in words, a button that opens its editor, and a button that removes it."""

    edit_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, theme: Theme, one: Filter, title: str) -> None:
        super().__init__()
        self.filter = one
        self.setProperty("role", "chip")
        self.setProperty("negative", "true" if one.op in NEGATIVE else "false")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.words = words(one, title)
        text = QToolButton()
        full = self.words if len(self.words) <= 48 else f"{self.words[:47]}…"
        text.setText(full)
        text.setAccessibleName(f"Filter: {self.words}. Press to change")
        text.setToolTip(f"{self.words}\nClick to change, Delete to remove")
        text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text.clicked.connect(lambda _checked=False: self.edit_wanted.emit())
        row.addWidget(text)
        row.addWidget(icon_button(theme, "close", f"Remove the filter: {self.words}", self.remove_wanted.emit))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)


def words(one: Filter, title: str) -> str:
    """A filter as a person reads it: `Severity: Block or High`, `State is not Gone`, `MPAN contains 14`."""
    if one.op in (Op.EMPTY, Op.NOT_EMPTY):
        return f"{title} {one.op.value}"
    listed = " or ".join(one.values[:3]) + (f" or {len(one.values) - 3} more" if len(one.values) > 3 else "")
    if one.op is Op.IS_ANY:
        return f"{title}: {listed}"
    if one.op is Op.IS_NONE:
        return f"{title} is not {listed}"
    return f"{title} {one.op.value} {listed}"


def negated(one: Filter) -> Filter:
    """The filter turned round; one without an opposite comes back as it is."""
    return replace(one, op=OPPOSITE.get(one.op, one.op))


def _suggestion(column: Column) -> str:
    return f"Filter by {column.title}…"
