"""The paged model: any number of rows, bounded memory, roles answered at once."""

from __future__ import annotations

import pytest
from made_tables import MadeTable
from PySide6.QtCore import QModelIndex, Qt

from desktop.browse.view import Column, ColumnKind, Filter, Op, View
from ui.models.paged_table import PAGE_ROWS, PAGES_KEPT, WAITING, PagedTableModel, shown, shown_date


@pytest.fixture
def model(qapp):
    made = PagedTableModel()
    made.set_source(MadeTable(100_000))
    yield made
    made.deleteLater()


def test_it_keeps_the_contract_of_a_qt_model(qapp, qtmodeltester) -> None:
    small = PagedTableModel()
    small.set_source(MadeTable(30))
    qtmodeltester.check(small)


def test_it_spans_all_rows_and_reads_only_what_is_asked_for(model: PagedTableModel) -> None:
    source = model.source
    assert model.rowCount() == 100_000
    for row in range(99_000, 99_030):
        model.data(model.index(row, 0))
    assert source.pages_read <= 2


def test_it_keeps_a_bounded_number_of_pages(model: PagedTableModel) -> None:
    for row in range(0, 100_000, PAGE_ROWS):
        model.cells(row)
    assert len(model._pages) == PAGES_KEPT


def test_hidden_columns_are_not_in_the_model_and_columns_follow_the_view(model: PagedTableModel) -> None:
    assert "Note" not in [column.title for column in model.columns]
    model.reload(("note", "mpan"))
    assert [model.headerData(0, Qt.Orientation.Horizontal), model.headerData(1, Qt.Orientation.Horizontal)] == [
        "Note",
        "MPAN",
    ]
    assert model.data(model.index(3, 1)) == "1000000000111"


def test_a_view_that_names_only_unknown_columns_shows_the_usual_ones(model: PagedTableModel) -> None:
    usual = model.columns
    model.reload(("no such column",))
    assert model.columns == usual


def test_other_roles_are_answered_with_nothing(model: PagedTableModel) -> None:
    index = model.index(0, 0)
    before = model.source.pages_read
    for role in (Qt.ItemDataRole.FontRole, Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.CheckStateRole):
        assert model.data(index, role) is None
    assert model.source.pages_read == before


def test_a_cell_is_spoken_with_its_heading(model: PagedTableModel) -> None:
    place = model.section("severity")
    assert model.data(model.index(0, place), Qt.ItemDataRole.AccessibleTextRole) == "Severity: Block"
    model.reload(("note",))
    assert model.data(model.index(1, 0), Qt.ItemDataRole.AccessibleTextRole) == "Note: empty"


def test_numbers_stand_right_and_identifiers_left(model: PagedTableModel) -> None:
    right = model.data(model.index(0, model.section("age")), Qt.ItemDataRole.TextAlignmentRole)
    left = model.data(model.index(0, model.section("mpan")), Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight
    assert left & Qt.AlignmentFlag.AlignLeft


def test_while_the_source_is_sorted_elsewhere_no_page_is_read(model: PagedTableModel) -> None:
    model.cells(0)
    before = model.source.pages_read
    model.hold()
    assert model.data(model.index(0, 0)) == "ROW-01"
    assert model.data(model.index(50_000, 0)) == WAITING
    assert model.row_id(50_000) is None
    assert model.source.pages_read == before
    model.reload()
    assert model.data(model.index(50_000, 0)) != WAITING


def test_a_page_that_comes_short_shows_waiting_cells_instead_of_failing(qapp) -> None:
    source = MadeTable(1000)
    model = PagedTableModel()
    model.set_source(source)
    source.apply(View(filters=(Filter("severity", Op.IS_ANY, ("Low",)),)))
    assert model.data(model.index(999, 0)) == WAITING


def test_row_ids_come_from_the_source(model: PagedTableModel) -> None:
    assert model.row_id(5) == 57
    assert model.row_id(-1) is None
    assert model.row_id(100_000) is None


def test_an_editable_cell_hands_its_text_on(model: PagedTableModel) -> None:
    taken: list[tuple[int, str, str]] = []
    model.reload(("mpan", "note"))
    note, mpan = model.index(2, 1), model.index(2, 0)
    assert not model.flags(note) & Qt.ItemFlag.ItemIsEditable
    model.edit = lambda row_id, key, text: bool(taken.append((row_id, key, text)) is None)
    assert model.flags(note) & Qt.ItemFlag.ItemIsEditable
    assert not model.flags(mpan) & Qt.ItemFlag.ItemIsEditable
    assert model.setData(note, "asked Pat")
    assert taken == [(27, "note", "asked Pat")]


def test_an_empty_model_answers_quietly(qapp) -> None:
    model = PagedTableModel()
    assert (model.rowCount(), model.columnCount()) == (0, 0)
    assert model.headerData(0, Qt.Orientation.Horizontal) is None
    assert model.rowCount(QModelIndex()) == 0


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, ColumnKind.TEXT, ""),
        (1234567, ColumnKind.NUMBER, "1,234,567"),
        ("0012", ColumnKind.IDENTIFIER, "0012"),
        ("2026-03-04", ColumnKind.DATE, "4 Mar 2026"),
        ("two\nlines", ColumnKind.TEXT, "two ⏎ lines"),
        (12, ColumnKind.TEXT, "12"),
    ],
)
def test_a_cell_as_text(value: object, kind: ColumnKind, text: str) -> None:
    assert shown(value, kind) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2026-11-23T09:05:00+00:00", "23 Nov 2026 09:05"),
        ("2026-02-30", "2026-02-30"),
        ("31/12/2025", "31/12/2025"),
        ("", ""),
    ],
)
def test_only_a_real_date_is_rewritten(raw: str, text: str) -> None:
    assert shown_date(raw) == text


def test_a_source_without_shown_columns_shows_them_all(qapp) -> None:
    class Hidden(MadeTable):
        columns = (Column("check", "Check", shown=False),)

    model = PagedTableModel()
    model.set_source(Hidden(3))
    assert model.columnCount() == 1
