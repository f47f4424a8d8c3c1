"""The table panel used as a person uses it: filter, sort, choose, select, copy, columns, views."""

from __future__ import annotations

import threading
from time import thread_time

import pytest
from made_tables import MadeTable
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from desktop.browse.view import Filter, Op, View
from desktop.jobs import Job
from ui.main_window import MainWindow
from ui.models.facet_list import FacetEntry
from ui.widgets.column_chooser import ColumnChooser
from ui.widgets.row_menu import row_menu
from ui.widgets.table_copy import tab_separated
from ui.widgets.table_panel import TablePanel
from ui.widgets.view_edits import fitting, toggled


@pytest.fixture
def panel(opened: MainWindow, qtbot):
    made = TablePanel(opened.context, "findings")
    made.resize(1200, 700)
    made.set_source(MadeTable(3000))
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def threaded(opened: MainWindow):
    """A panel over enough rows to need a worker, with real threads."""
    opened.context.jobs.serial = False
    made = TablePanel(opened.context, "findings", facets=False)
    made.resize(1200, 700)
    made.show()
    yield made
    opened.context.jobs.shut_down()
    made.close()
    made.deleteLater()


BLOCK = Filter("severity", Op.IS_ANY, ("Block",))


def facet_row(panel: TablePanel, column: str, value: str) -> int:
    model = panel.facets.model
    for row in range(model.rowCount()):
        entry: FacetEntry = model.entry(row)
        if entry.value and (entry.column.key, entry.value.value) == (column, value):
            return row
    raise AssertionError(f"no facet {column}={value}")


def click_facet(panel: TablePanel, column: str, value: str, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    view = panel.facets.list
    index = panel.facets.model.index(facet_row(panel, column, value))
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(index).center())


def test_it_says_how_many_rows_there_are(panel: TablePanel) -> None:
    assert panel.count_label.text() == "3,000 rows"
    panel.apply(View(filters=(BLOCK,)))
    assert panel.count_label.text() == f"{panel.source.count():,} of 3,000 rows"


def test_a_click_on_a_facet_includes_its_value_and_a_second_takes_it_off(panel: TablePanel) -> None:
    click_facet(panel, "severity", "High")
    assert panel.view.filters == (Filter("severity", Op.IS_ANY, ("High",)),)
    click_facet(panel, "severity", "High")
    assert panel.view.filters == ()


def test_alt_click_on_a_facet_leaves_its_value_out(panel: TablePanel) -> None:
    click_facet(panel, "party", "Supplier", Qt.KeyboardModifier.AltModifier)
    assert panel.view.filters == (Filter("party", Op.IS_NONE, ("Supplier",)),)


@pytest.mark.parametrize(("key", "op"), [(Qt.Key.Key_Space, Op.IS_ANY), (Qt.Key.Key_Delete, Op.IS_NONE)])
def test_facets_work_by_keyboard(panel: TablePanel, key: Qt.Key, op: Op) -> None:
    panel.facets.list.setCurrentIndex(panel.facets.model.index(facet_row(panel, "state", "Gone")))
    QTest.keyClick(panel.facets.list, key)
    assert panel.view.filters == (Filter("state", op, ("Gone",)),)


def test_facets_show_the_rows_each_value_would_leave(panel: TablePanel) -> None:
    panel.apply(View(filters=(BLOCK,)))
    entry = panel.facets.model.entry(facet_row(panel, "severity", "Low"))
    assert entry.value.count > 0
    assert entry.mark == ""
    assert panel.facets.model.entry(facet_row(panel, "severity", "Block")).mark == "include"


def test_a_click_on_a_heading_sorts_up_then_down_then_not(panel: TablePanel) -> None:
    header = panel.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(panel.model.section("mpan")) + 20, 8)
    seen = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        seen.append((panel.view.sort, panel.view.descending, header.isSortIndicatorShown()))
    assert seen == [("mpan", False, True), ("mpan", True, True), ("", False, False)]


def test_typing_searches_after_a_moment_and_return_at_once(panel: TablePanel, qtbot) -> None:
    panel.focus_search()
    with qtbot.waitSignal(panel.view_changed):
        QTest.keyClicks(panel.bar.field, "profile")
    assert panel.view.text == "profile"
    panel.bar.field.selectAll()
    QTest.keyClicks(panel.bar.field, "no such words")
    QTest.keyClick(panel.bar.field, Qt.Key.Key_Return)
    assert panel.source.count() == 0
    assert panel._nothing.isVisible()
    panel.clear_filters()
    assert panel.source.count() == 3000
    assert panel.bar.field.text() == ""
    assert not panel._nothing.isVisible()


def test_select_all_is_one_range_and_gives_every_id(panel: TablePanel) -> None:
    panel.select_all()
    assert panel.selected_ranges() == [(0, 3000)]
    assert panel.selected_count() == 3000
    assert panel.selected_ids()[:2] == [7, 17]
    assert panel.selection_label.text() == "3,000 selected"


def test_separate_ranges_are_merged_where_they_touch(panel: TablePanel) -> None:
    panel.select_ranges([(0, 2), (2, 3), (10, 1)])
    assert panel.selected_ranges() == [(0, 5), (10, 1)]
    assert panel.selected_ids() == [7, 17, 27, 37, 47, 107]


def test_ids_follow_the_sort(panel: TablePanel) -> None:
    panel.apply(View(sort="mpan", descending=True))
    panel.select_ranges([(0, 1)])
    assert panel.selected_ids() == [29997]


def test_select_matching_finds_the_rows_of_a_value(panel: TablePanel) -> None:
    panel.select_matching("severity", "Low")
    ids = panel.selected_ids()
    assert ids
    assert all(panel.source.cells_of((row_id - 7) // 10)[1] == "Low" for row_id in ids)
    assert len(ids) == sum(panel.source.cells_of(row)[1] == "Low" for row in range(3000))


def test_return_and_double_click_open_the_row(panel: TablePanel, qtbot) -> None:
    panel.select_ranges([])
    panel.table.setCurrentIndex(panel.model.index(4, 0))
    with qtbot.waitSignal(panel.activated) as said:
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert said.args == [47]
    assert panel.current_id() == 47
    assert panel.cells()["mpan"] == "1000000000148"


def test_excel_keys_select_the_column_and_the_row(panel: TablePanel) -> None:
    panel.table.setCurrentIndex(panel.model.index(4, 2))
    QTest.keyClick(panel.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert panel.selected_ranges() == [(4, 1)]
    QTest.keyClick(panel.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert panel.selected_count() == 3000
    assert panel.table.selected_columns() == [2]
    QTest.keyClick(panel.table, Qt.Key.Key_End)
    assert panel.table.currentIndex().column() == panel.model.columnCount() - 1
    QTest.keyClick(panel.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert panel.table.currentIndex().row() == 2999
    QTest.keyClick(panel.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert panel.table.currentIndex().row() == 0


def test_show_id_moves_the_cursor_and_clears_filters_that_hide_the_row(panel: TablePanel) -> None:
    assert panel.show_id(1007)
    assert panel.current_id() == 1007
    panel.apply(View(filters=(Filter("severity", Op.IS_ANY, ("nothing has this",)),)))
    assert panel.show_id(2007)
    assert panel.view.filters == ()
    assert panel.current_id() == 2007
    assert not panel.show_id(999_999_997)


def test_a_reload_keeps_the_cursor_on_its_row(panel: TablePanel) -> None:
    panel.show_id(1507)
    panel.reload()
    assert panel.current_id() == 1507


def test_the_last_view_of_a_table_comes_back(panel: TablePanel, opened: MainWindow) -> None:
    panel.apply(View(filters=(BLOCK,), sort="age", columns=("mpan", "age")))
    again = TablePanel(opened.context, "findings")
    again.set_source(MadeTable(500))
    assert again.view == View(filters=(BLOCK,), sort="age", columns=("mpan", "age"))
    assert again.table.horizontalHeader().isSortIndicatorShown()
    again.deleteLater()


def test_a_view_of_an_older_file_loses_only_what_this_table_has_not() -> None:
    view = View((Filter("gone", Op.EMPTY), BLOCK), "x", "gone", True, ("gone", "mpan"))
    assert fitting(view, {"severity", "mpan"}) == View((BLOCK,), "x", "", True, ("mpan",))


def test_including_a_value_that_was_left_out_turns_it_round() -> None:
    left_out = View((Filter("party", Op.IS_NONE, ("Supplier",)),))
    assert toggled(left_out, "party", "Supplier", exclude=False).filters == (Filter("party", Op.IS_ANY, ("Supplier",)),)


def test_copied_rows_have_headings_and_the_visible_columns(panel: TablePanel) -> None:
    panel.apply(View(columns=("mpan", "age")))
    panel.select_ranges([(1, 2)])
    panel.copy()
    assert QGuiApplication.clipboard().text() == "MPAN\tAge in days\n1000000000037\t1\n1000000000074\t2\n"


def test_a_copied_text_cannot_become_a_formula_and_tabs_stay_inside_their_cell() -> None:
    class Nasty(MadeTable):
        def page(self, start: int, length: int) -> list[tuple[object, ...]]:
            return [("=1+1", "a\tb", 'say "x"', "-5", None, "", "", 1, "")][:length]

    source = Nasty(1)
    text = tab_separated(source, source.columns[:5], [(0, 1)], Job())
    assert text.splitlines()[1] == '\'=1+1\t"a\tb"\t"say ""x"""\t-5\t'


def test_copying_without_a_selection_says_what_to_do(panel: TablePanel, opened: MainWindow) -> None:
    panel.table.clearSelection()
    panel.copy()
    assert opened.statusBar().currentMessage() == "Select rows first, then copy."


def test_columns_are_chosen_and_ordered(panel: TablePanel) -> None:
    chooser = ColumnChooser(panel, panel.source.columns, tuple(c.key for c in panel.model.columns))
    assert chooser.chosen() == ()
    chooser.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    chooser.list.setCurrentRow(1)
    QTest.keyClick(chooser, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert chooser.chosen()[:2] == ("state", "severity")
    chooser.search.setText("mpan")
    assert [
        chooser.list.item(i).text() for i in range(chooser.list.count()) if not chooser.list.item(i).isHidden()
    ] == ["MPAN"]
    panel.apply(View(columns=chooser.chosen()))
    assert [c.key for c in panel.model.columns][:2] == ["state", "severity"]
    chooser.deleteLater()


def test_a_dragged_heading_becomes_part_of_the_view(panel: TablePanel, qtbot) -> None:
    with qtbot.waitSignal(panel.view_changed):
        panel.table.horizontalHeader().moveSection(0, 2)
    assert panel.view.columns[:3] == ("severity", "state", "check")
    assert [c.key for c in panel.model.columns][:3] == ["severity", "state", "check"]
    assert panel.table.horizontalHeader().visualIndex(0) == 0


def test_a_width_the_person_gave_is_kept(panel: TablePanel, opened: MainWindow) -> None:
    panel.table.setColumnWidth(panel.model.section("mpan"), 321)
    panel.apply(View(sort="age"))
    assert panel.table.columnWidth(panel.model.section("mpan")) == 321
    again = TablePanel(opened.context, "findings")
    again.set_source(MadeTable(10))
    assert again.table.columnWidth(again.model.section("mpan")) == 321
    again.deleteLater()


def test_hiding_the_facets_is_remembered(panel: TablePanel, opened: MainWindow) -> None:
    assert panel.facets.isVisible()
    panel.toggle_filters()
    assert not panel.facets.isVisible()
    again = TablePanel(opened.context, "findings")
    again.set_source(MadeTable(10))
    assert again.facets.isHidden()
    again.deleteLater()


def test_in_a_narrow_window_the_rows_come_before_the_facets(panel: TablePanel, qapp) -> None:
    panel.resize(380, 700)
    qapp.processEvents()
    assert not panel.facets.isVisible()
    panel.resize(1200, 700)
    qapp.processEvents()
    assert panel.facets.isVisible()
    assert panel.facets.model.rowCount() > 0


def test_views_are_saved_listed_and_chosen(panel: TablePanel, opened: MainWindow) -> None:
    views = opened.context.workspace.views
    panel.apply(View(filters=(BLOCK,)))
    views.save("findings", "Worst first", panel.view)
    panel.apply(View())
    menu = panel.views.menu_now()
    action = next(action for action in menu.actions() if action.text() == "Worst first")
    action.trigger()
    assert panel.view.filters == (BLOCK,)
    menu.deleteLater()


def test_the_menu_of_a_row_filters_by_the_cell_under_the_pointer(panel: TablePanel) -> None:
    at = panel.table.visualRect(panel.model.index(2, panel.model.section("party"))).center()
    panel.row_menu = lambda menu: menu.addAction("Accept…")
    menu = row_menu(panel, at)
    words = [action.text() for action in menu.actions() if action.text()]
    value = panel.source.cells_of(2)[5]
    assert words[0] == "Accept…"
    assert words[1] == f"Show only Who mends it “{value}”"
    next(action for action in menu.actions() if action.text().startswith("Leave out")).trigger()
    assert panel.view.filters == (Filter("party", Op.IS_NONE, (value,)),)
    menu.deleteLater()
    assert row_menu(panel, QPoint(9_000, 5)) is None


def test_f2_edits_a_cell_that_can_be_edited_and_hands_its_text_on(panel: TablePanel, qapp) -> None:
    taken: list[tuple[int, str, str]] = []
    panel.edit_cell = lambda row_id, column, text: taken.append((row_id, column, text))
    panel.apply(View(columns=("mpan", "note")))
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.model.index(4, 1))
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "asked Pat")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qapp.processEvents()  # the delegate commits after the key
    assert taken == [(47, "note", "asked Pat")]


def test_many_rows_are_filtered_on_a_worker(threaded: TablePanel, qtbot) -> None:
    with qtbot.waitSignal(threaded.loaded):
        threaded.set_source(MadeTable(30_000))
    with qtbot.waitSignal(threaded.loaded):
        threaded.apply(View(filters=(BLOCK,)))
    assert threading.get_ident() not in threaded.source.applied_on
    assert threaded.model.rowCount() == threaded.source.count() < 30_000


def test_of_views_that_come_while_one_is_applied_only_the_newest_is_applied(threaded: TablePanel, qtbot) -> None:
    source = MadeTable(30_000)
    with qtbot.waitSignal(threaded.loaded):
        threaded.set_source(source)
    done = len(source.applied_on)
    for value in ("High", "Med", "Low"):
        threaded.apply(View(filters=(Filter("severity", Op.IS_ANY, (value,)),)))
    qtbot.waitUntil(
        lambda: (
            threaded.source.view.filters[:1] == (Filter("severity", Op.IS_ANY, ("Low",)),) and not threaded._working
        ),
        timeout=10_000,
    )
    assert len(source.applied_on) - done == 2
    assert threaded.model.data(threaded.model.index(0, 1)) == "Low"


def test_a_source_that_was_replaced_while_it_was_sorted_is_dropped(threaded: TablePanel, qtbot) -> None:
    with qtbot.waitSignal(threaded.loaded):
        threaded.set_source(MadeTable(30_000))
    threaded.apply(View(filters=(BLOCK,)))
    small = MadeTable(12)
    threaded.set_source(small, View())
    qtbot.waitUntil(lambda: not threaded.context.jobs.running(), timeout=10_000)
    assert threaded.source is small
    assert threaded.model.rowCount() == 12


def test_a_million_rows_select_and_jump_without_a_wait(opened: MainWindow, qapp) -> None:
    panel = TablePanel(opened.context, "big", facets=False)
    panel.resize(1200, 700)
    panel.show()
    panel.set_source(MadeTable(1_000_000))
    qapp.processEvents()
    begin = thread_time()
    panel.select_all()
    panel.table.repaint()
    selected = thread_time() - begin
    begin = thread_time()
    panel.table.scrollToBottom()
    panel.table.repaint()
    jumped = thread_time() - begin
    assert panel.selected_count() == 1_000_000
    assert selected < 1.0, "without a selection model of its own the header takes a minute"
    assert jumped < 1.0
    panel.close()
    panel.deleteLater()


@pytest.mark.parametrize(
    ("key", "effect"),
    [
        ("Ctrl+F", lambda panel: panel.bar.field.hasFocus()),
        ("Ctrl+Shift+L", lambda panel: panel.facets.isHidden()),
        ("Ctrl+A", lambda panel: panel.selected_count() == 3000),
    ],
)
def test_table_keys_reach_the_table_of_the_page(
    panel: TablePanel, opened: MainWindow, qapp, monkeypatch, key, effect
) -> None:
    page = opened.current
    page.body.addWidget(panel)
    monkeypatch.setattr(page, "table", lambda: panel, raising=False)
    opened.activateWindow()
    qapp.processEvents()
    opened.context.commands.refresh()
    command = next(c for c in opened.context.commands.all() if key in c.shortcut.split())
    assert command.id.startswith("table.")
    panel.table.setFocus()
    combination = QKeySequence(key)[0]
    QTest.keyClick(panel.table, combination.key(), combination.keyboardModifiers())
    assert effect(panel)
    panel.setParent(None)
