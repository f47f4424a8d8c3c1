"""The panel that every list of the window uses: filter bar, facets, table, counts, columns, saved views, copy, export.

A page makes one and gives it a source:

    self.panel = TablePanel(context, "findings", title="Findings", empty=EmptyState(...))
    self.panel.set_source(source)            # a desktop.browse TableSource; the view remembered last is applied again
    self.panel.activated.connect(self._open) # Return or double click: the row's id
    self.panel.current_changed.connect(...)  # the row with the cursor, for a detail pane: id or None
    self.panel.selection_changed.connect(...)
    self.panel.add_tool(button(...))         # buttons at the right of the filter bar
    self.panel.row_menu = lambda menu: menu.addAction(context.commands.action("findings.accept"))
    self.panel.edit_cell = lambda row_id, column, text: ...   # columns with editable=True

and asks it: `view`, `selected_ids()`, `selected_count()`, `current_id()`, `cells()`; tells it: `apply(view)`,
`show_id(id)`, `reload()` (rows may have come or gone), `rows_changed()` (only cells did),
`select_matching(column, value)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop.browse.view import ColumnKind, FacetValue, TableSource, View
from desktop.errors import PlainError
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.models.paged_table import PagedTableModel
from ui.widgets.basics import EmptyState, button, label
from ui.widgets.column_chooser import ColumnChooser
from ui.widgets.facet_panel import FacetPanel
from ui.widgets.filter_bar import FilterBar
from ui.widgets.row_menu import show_row_menu
from ui.widgets.table_copy import may_copy, put_on_clipboard, tab_separated
from ui.widgets.table_view import DeskTable
from ui.widgets.table_widths import keep_width, kept_widths
from ui.widgets.view_edits import fitting, matching_ranges, toggled
from ui.widgets.views_menu import ViewsMenu

T = TypeVar("T")
DIRECT_BELOW = 20_000
"""Rows up to which a view is applied at once; above, a worker does it so that the window never waits."""


FACETS_FROM = 40
"""Heights of a line of text that a panel must be wide to show facets beside its rows."""


def rows_of(count: int) -> str:
    """A number of rows in words."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


class TablePanel(QWidget):
    """One table with all its machinery. `name` is the key of saved views and column widths: never change it."""

    activated = Signal(object)
    current_changed = Signal(object)
    selection_changed = Signal()
    view_changed = Signal(object)
    loaded = Signal()
    """Rows are on the screen after a new source, a new view or a reload."""

    def __init__(
        self,
        context: Context,
        name: str,
        *,
        title: str = "",
        empty: EmptyState | None = None,
        facets: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.name = name
        self.title = title or name.replace("_", " ").capitalize()
        self.row_menu: Callable[[QMenu], object] | None = None
        """Adds the page's own actions to the top of a row's menu."""
        self.export_rows: Callable[[TableSource, str], object] | None = None
        """Takes (source, title) when the person asks for Export this view; None = the shell's export dialog."""
        self.looks: Callable[[str], tuple[str, str] | None] | None = None
        """Icon and colour role of a word in a column of the kind STATE; None (the start) = the states of findings."""
        self.facets_from = FACETS_FROM
        """Heights of a line of text that the panel must be wide to show facets; a page with wide rows asks for more."""
        self._wanted: View | None = None
        self._working = False
        self._target: TableSource | None = None
        self._facet_round = 0
        self._select_id: int | None = None
        self.model = PagedTableModel(self, self._icon)
        self.table = DeskTable(self.model, self.title)
        self.bar = FilterBar(context.theme)
        self.facets = FacetPanel(context.theme)
        self._with_facets = facets
        self.views = ViewsMenu(context, name)
        self.count_label = label("", "small")
        self.selection_label = label("", "small")
        self._lay_out(empty)
        self._connect()

    # -- the source and its view ---------------------------------------------------------------------------------------

    @property
    def source(self) -> TableSource | None:
        """What the table shows."""
        return self.model.source

    @property
    def view(self) -> View:
        """The view that is wanted (it may still be being applied)."""
        return self._wanted or (self.source.view if self.source else View())

    @property
    def edit_cell(self) -> Callable[[int, str, str], object] | None:
        """Takes (row id, column key, text) of a cell edited with F2; None (the start) = nothing can be edited."""
        return self.model.edit

    @edit_cell.setter
    def edit_cell(self, edit: Callable[[int, str, str], object] | None) -> None:
        self.model.edit = edit

    def set_source(self, source: TableSource, view: View | None = None) -> None:
        """Show a source with `view`, else with the view shown before here, else with the one this table had last."""
        before = self.source
        if view is None:
            view = self.view if before is not None else (self.views.last() or source.view)
        keys = {column.key for column in source.columns}
        view = fitting(view, keys)
        if before is None or self._working:
            self.model.set_source(source, view.columns)
            self.table.size_columns(kept_widths(self.context.settings, self.name))
        self._facet_round += 1
        self._fit_facets(source)
        self.bar.set_columns(source.columns)
        self._working = False
        self._target = source
        self._apply(view, source)

    def apply(self, view: View) -> None:
        """Filter, sort and lay out by another view."""
        if self._target is not None:
            self._apply(view, self._target)

    def reload(self, keep: int | None = None) -> None:
        """Rows may have come or gone: apply the view again and keep cursor and place.

        `keep`: the row that had the cursor, for a source that was read anew already and has its rows elsewhere now.
        """
        if self._target is not None:
            self._select_id = self.current_id() if keep is None else keep
            self._apply(self.view, self._target)

    def rows_changed(self) -> None:
        """Only cells changed: read the visible ones again, and the facets."""
        self.model.rows_changed()
        self._count_facets()

    # -- rows ----------------------------------------------------------------------------------------------------

    def has_current(self) -> bool:
        """Whether the cursor is on a row: what commands ask again and again, without reading anything."""
        return self.table.currentIndex().isValid()

    def current_id(self) -> int | None:
        """The id of the row with the cursor."""
        index = self.table.currentIndex()
        return self.model.row_id(index.row()) if index.isValid() else None

    def cells(self) -> dict[str, object]:
        """The cells of the row with the cursor, by column key."""
        index = self.table.currentIndex()
        source = self.source
        if not index.isValid() or source is None:
            return {}
        return dict(zip((column.key for column in source.columns), self.model.cells(index.row()), strict=False))

    def selected_ranges(self) -> list[tuple[int, int]]:
        """The selected rows as (first position, number), in order and without overlap."""
        return self.table.selected_ranges()

    def selected_count(self) -> int:
        """How many rows are selected, without listing them."""
        return sum(length for _, length in self.selected_ranges())

    def selected_ids(self) -> list[int]:
        """The ids of the selected rows, in the order shown. A million take some tens of milliseconds."""
        source = self.source
        if source is None:
            return []
        return [row_id for start, length in self.selected_ranges() for row_id in source.ids(start, length)]

    def select_all(self) -> None:
        """Select every row that the filters leave."""
        self.table.selectAll()

    def select_matching(self, column: str, value: str) -> None:
        """Select the rows of this view whose cell in `column` is `value`; read on a worker, page by page."""
        source = self.source
        if source is None:
            return
        self._read_long("Selecting rows", lambda job: matching_ranges(source, column, value, job), self.select_ranges)

    def select_ranges(self, ranges: list[tuple[int, int]]) -> None:
        """Select these rows, given as (first position, number)."""
        last = len(self.model.columns) - 1
        selection = QItemSelection()
        for start, length in ranges:
            selection.select(self.model.index(start, 0), self.model.index(start + length - 1, last))
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def show_id(self, row_id: int) -> bool:
        """Put the cursor on a row, clearing the filters if they hide it; False if there is no such row."""
        source = self.source
        if source is None:
            return False
        if self._working:
            self._select_id = row_id
            return True
        position = source.position(row_id)
        if position is None:
            if not (self.view.filters or self.view.text):
                return False
            self._select_id = row_id
            self._apply(replace(self.view, filters=(), text=""), source)
            return True
        self._put_cursor(position)
        return True

    # -- what the table commands do -----------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the selected rows on the clipboard: headings, tabs, as Excel takes them."""
        source, ranges = self.source, self.selected_ranges()
        if source is not None and may_copy(self.context, ranges):
            columns = tuple(self.model.columns[place] for place in self.table.selected_columns())
            self._read_long(
                "Copying",
                lambda job: tab_separated(source, columns, ranges, job),
                lambda text: put_on_clipboard(self.context, text, ranges),
            )

    def export(self) -> None:
        """Write the view as shown to a workbook."""
        if self.source is None:
            return
        if self.export_rows is not None:
            self.export_rows(self.source, self.title)
        else:
            from ui.dialogs.export_view import ask_export, write_view

            source, title, context = self.source, self.title, self.context
            asked = ask_export(self, context, source.count(), title)
            if asked:
                self._read_long(
                    "Exporting",
                    lambda job: write_view(context, source, title, asked, job),
                    lambda written: context.say(f"Written: {written}", Tone.GOOD),
                )

    def focus_search(self) -> None:
        """Put the keyboard into the filter bar."""
        self.bar.focus_search()

    def clear_filters(self) -> None:
        """Show every row."""
        self.apply(replace(self.view, filters=(), text=""))

    def toggle_filters(self) -> None:
        """Show or hide the panel of facets."""
        showing = not self.facets.isVisible()
        self.context.settings.setValue(f"tables/{self.name}/facets", "yes" if showing else "no")
        self.facets.setVisible(showing)
        if showing:
            self._count_facets()
            self.facets.list.setFocus()
        else:
            self.table.setFocus()

    def choose_columns(self) -> None:
        """Let the person choose, order and hide columns."""
        source = self.source
        if source is None:
            return
        chooser = ColumnChooser(self, source.columns, tuple(column.key for column in self.model.columns))
        if chooser.exec():
            self.apply(replace(self.view, columns=chooser.chosen()))
        chooser.deleteLater()

    def show_views(self) -> None:
        """Open the menu of saved views."""
        self.views.popup()

    def add_tool(self, widget: QWidget) -> None:
        """Put a button at the right of the filter bar."""
        self._tools.addWidget(widget)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _apply(self, view: View, source: TableSource) -> None:
        """Latest wins: of the views that come while a worker applies one, only the newest is applied next."""
        self._wanted = view
        self.bar.show_view(view)
        if self._working:
            return
        if source.total() <= DIRECT_BELOW or self.context.jobs.serial:
            source.apply(view)
            self._applied(source, view)
            return
        self._working = True
        if source is self.model.source:
            self.model.hold()

        def work(_job: Job) -> View:
            source.apply(view)
            return view

        self.context.jobs.run(
            "Filtering",
            work,
            done=lambda done: self._came(source, done),
            failed=lambda e: self._failed(str(e)),
            quiet=True,
        )

    def _read_long(self, title: str, work: Callable[[Job], T], done: Callable[[T], object]) -> None:
        """Read many rows on a worker; a view asked for meanwhile waits, so that the rows read are all of one view."""
        source = self._target
        if source is None or self._working:
            self.context.say("The table is still being read. Try again in a moment.", Tone.INFO)
            return
        view = source.view
        self._working = True

        def free() -> None:
            if source is self._target:
                self._working = False
                if self._wanted is not None and self._wanted != view:
                    self._apply(self._wanted, source)

        def finish(result: T) -> None:
            free()
            done(result)

        def fail(error: PlainError) -> None:
            free()
            self.context.say(str(error), Tone.ERROR)

        if self.context.jobs.run(title, work, done=finish, failed=fail, cancelled=free) is None:
            free()

    def _came(self, source: TableSource, view: View) -> None:
        if source is not self._target:
            return  # another source was set meanwhile
        self._working = False
        if self._wanted is not None and self._wanted != view:
            self._apply(self._wanted, source)
        else:
            self._applied(source, view)

    def _failed(self, text: str) -> None:
        self._working = False
        self._wanted = None
        self.model.reload()
        if self.source:
            self.bar.show_view(self.source.view)
        self.context.say(text, Tone.WARNING)

    def _applied(self, source: TableSource, view: View) -> None:
        self._wanted = None
        first = source is not self.model.source
        if first:
            self.model.set_source(source, view.columns)
        else:
            self.model.reload(view.columns)
        self.table.after_reset(view)
        self.table.size_columns(kept_widths(self.context.settings, self.name))
        self._say_count()
        self._stack.setCurrentIndex(1 if self._empty_place and source.total() == 0 else 0)
        self._nothing.setVisible(source.total() > 0 and source.count() == 0)
        if self._select_id is not None:
            row_id, self._select_id = self._select_id, None
            position = source.position(row_id)
            if position is not None:
                self._put_cursor(position)
        self._count_facets()
        self.views.remember(view)
        self._selection_moved()
        self.view_changed.emit(view)
        self.loaded.emit()

    def _count_facets(self) -> None:
        source = self.source
        if source is None or self.facets.isHidden():
            return
        columns = [column for column in source.columns if column.facet]
        self._facet_round += 1
        number = self._facet_round

        def work(_job: Job) -> dict[str, list[FacetValue]]:
            return {column.key: source.facets(column.key) for column in columns}

        def came(found: dict[str, list[FacetValue]]) -> None:
            if number == self._facet_round:
                self.facets.fill(tuple(columns), found, self.view)

        if source.total() <= DIRECT_BELOW:
            came(work(Job()))
        else:
            self.context.jobs.run("Counting", work, done=came, quiet=True)

    def _say_count(self) -> None:
        source = self.source
        if source is not None:
            count, total = source.count(), source.total()
            self.count_label.setText(rows_of(total) if count == total else f"{count:,} of {rows_of(total)}")

    def _selection_moved(self) -> None:
        count = self.selected_count()
        self.selection_label.setText(f"{count:,} selected" if count > 1 else "")
        self.selection_changed.emit()

    def _put_cursor(self, position: int) -> None:
        index = self.model.index(position, max(0, self.table.currentIndex().column()))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(index, flags)
        self.table.scrollTo(index, self.table.ScrollHint.PositionAtCenter)

    def _include(self, column: str, value: str, exclude: bool) -> None:
        self.apply(toggled(self.view, column, value, exclude))

    def _sort(self, column: str, descending: bool) -> None:
        self.apply(replace(self.view, sort=column, descending=descending))

    def _moved(self, keys: tuple[str, ...]) -> None:
        self.apply(replace(self.view, columns=keys))

    def _icon(self, kind: ColumnKind, value: str) -> QIcon | None:
        if kind is ColumnKind.SEVERITY:
            role = value.lower()
            return (
                self.context.theme.icon(f"severity-{role}", role) if role in ("block", "high", "med", "low") else None
            )
        if self.looks is not None:
            look = self.looks(value)
            return self.context.theme.icon(*look) if look else None
        name = {"new": "new", "still open": "still", "changed": "changed", "gone": "gone"}.get(value.lower())
        role = {"new": "accent", "gone": "good", "changed": "high"}.get(name or "", "muted")
        return self.context.theme.icon(f"state-{name}", role) if name else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._target is not None and self._fit_facets(self._target):
            self._count_facets()

    def _fit_facets(self, source: TableSource) -> bool:
        """Show the facets where there is room for them beside the rows; whether they have just appeared."""
        room = self.width() >= self.fontMetrics().height() * self.facets_from
        wanted = room and self._with_facets and self._wants_facets() and any(c.facet for c in source.columns)
        appeared = wanted and self.facets.isHidden()
        self.facets.setVisible(wanted)
        return appeared

    def _wants_facets(self) -> bool:
        return self.context.settings.value(f"tables/{self.name}/facets", "yes") == "yes"

    def _connect(self) -> None:
        self.bar.view_wanted.connect(lambda filters, text: self.apply(replace(self.view, filters=filters, text=text)))
        self.bar.facet_values = lambda key: self.source.facets(key) if self.source and not self._working else []
        self.bar.leave.connect(self.table.setFocus)
        self.facets.chosen.connect(self._include)
        self.table.sort_wanted.connect(self._sort)
        self.table.columns_moved.connect(self._moved)
        self.table.width_changed.connect(partial(keep_width, self.context.settings, self.name))
        self.table.row_activated.connect(lambda row: self.activated.emit(self.model.row_id(row)))
        self.table.current_row_changed.connect(lambda _row: self.current_changed.emit(self.current_id()))
        self.table.selection_moved.connect(self._selection_moved)
        self.table.customContextMenuRequested.connect(lambda at: show_row_menu(self, at))
        self.views.chosen.connect(self.apply)
        self.views.current = lambda: self.view
        self.context.theme.changed.connect(self.model.rows_changed)

    def _lay_out(self, empty: EmptyState | None) -> None:
        theme = self.context.theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedLayout()
        outer.addLayout(self._stack)
        full = QWidget()
        self._stack.addWidget(full)
        self._empty_place = empty is not None
        if empty is not None:
            self._stack.addWidget(empty)
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        top = QHBoxLayout()
        top.setSpacing(theme.px(2))
        top.addWidget(self.bar, 1)
        self._tools = QHBoxLayout()
        top.addLayout(self._tools)
        top.addWidget(self.views, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.facets)
        right = QWidget()
        inner = QVBoxLayout(right)
        inner.setContentsMargins(0, 0, 0, 0)
        self._nothing = QWidget()
        words = QHBoxLayout(self._nothing)
        words.addWidget(label("No row fits these filters.", "muted"))
        words.addWidget(button("Clear all filters", self.clear_filters, role="link"))
        words.addStretch()
        self._nothing.hide()
        inner.addWidget(self._nothing)
        inner.addWidget(self.table, 1)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([theme.px(4) * 13, theme.px(4) * 50])
        self.facets.setVisible(False)
        column.addWidget(splitter, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.count_label)
        foot.addStretch()
        foot.addWidget(self.selection_label)
        column.addLayout(foot)
