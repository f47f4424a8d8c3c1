"""The rows of a snapshot as a table: filters, search, sorting, pages and facets against plain Python."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.browse.view import Filter, Op, TableSource, View
from desktop.errors import InvalidInput
from desktop.portfolio import table as table_module
from desktop.portfolio.reading import FaultKind, Reading
from desktop.portfolio.row_store import RowStore
from desktop.portfolio.snapshots import SnapshotColumns, item_columns
from desktop.portfolio.table import PortfolioTable

HEADINGS = ("MPAN", "#", "PC", "Start", "Note")
MAPPING = {"mpan": "MPAN", "profile_class": "PC", "supply_start_date": "Start"}
ROWS = [
    ("1014569292506", "b", "01", "01/04/2020", "Rose Cottage"),
    ("10 5000 0636 890", "a", "3", "2019-05-02", "rose garden"),
    ("", "c", "", "", ""),
    ("1050000664025", "a", "01", "31/12/2021", "ÉCOLE"),
    ("nonsense", "d", "01", "not a day", "100% sure"),
]


def snapshot_of(folder: Path, rows: list[tuple[str, ...]], **reading: object) -> SnapshotColumns:
    path = folder / "cells.parquet"
    schema = {f"c{place}": pl.String for place in range(len(HEADINGS))}
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path, row_group_size=65_536)
    return SnapshotColumns(
        path, len(rows), Reading("csv", HEADINGS, len(rows), **reading), HEADINGS, MAPPING,
        item_columns(HEADINGS, MAPPING), None,
    )  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> PortfolioTable:
    return PortfolioTable(snapshot_of(tmp_path, ROWS))


def left(
    table: PortfolioTable, *filters: Filter, text: str = "", sort: str = "", descending: bool = False
) -> list[int]:
    table.apply(View(filters, text, sort, descending))
    ids = table.ids(0, 100)
    assert len(ids) == table.count()
    assert [row[0] for row in table.page(0, 100)] == ids
    assert [row[1:] for row in table.page(0, 100)] == [ROWS[row - 1] for row in ids]
    assert [table.position(row) for row in ids] == list(range(len(ids)))
    return ids


def test_it_is_a_table_source_with_mapped_columns_under_their_titles(table: PortfolioTable) -> None:
    assert isinstance(table, TableSource)
    assert [(column.key, column.title) for column in table.columns] == [
        ("#", "Row"), ("MPAN", "MPAN"), ("# (2)", "#"), ("PC", "Profile Class"), ("Start", "Supply Start Date"),
        ("Note", "Note"),
    ]  # fmt: skip
    assert [column.key for column in table.columns if column.facet] == ["PC"]


def test_the_natural_order_is_the_files(table: PortfolioTable) -> None:
    assert left(table) == [1, 2, 3, 4, 5]
    assert (table.total(), table.count()) == (5, 5)
    assert table.page(1, 2) == [(2, *ROWS[1]), (3, *ROWS[2])]
    assert table.page(4, 10) == [(5, *ROWS[4])]
    assert table.page(5, 10) == []
    assert table.ids(3, 10) == [4, 5]
    assert table.position(6) is None
    assert table.position(0) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter("PC", Op.IS_ANY, ("01",)), [1, 4, 5]),
        (Filter("PC", Op.IS_ANY, ("01", "3")), [1, 2, 4, 5]),
        (Filter("PC", Op.IS_NONE, ("01",)), [2, 3]),
        (Filter("PC", Op.EMPTY), [3]),
        (Filter("PC", Op.NOT_EMPTY), [1, 2, 4, 5]),
        (Filter("Note", Op.CONTAINS, ("ROSE",)), [1, 2]),
        (Filter("Note", Op.CONTAINS, ("école",)), [4]),
        (Filter("Note", Op.CONTAINS, ("0%",)), [5]),
        (Filter("Note", Op.CONTAINS, (".",)), []),
        (Filter("Note", Op.NOT_CONTAINS, ("rose",)), [3, 4, 5]),
        (Filter("Note", Op.STARTS, ("rose g",)), [2]),
        (Filter("MPAN", Op.CONTAINS, ("1050000636890",)), [2]),
        (Filter("MPAN", Op.CONTAINS, ("10 50000 6368 90",)), [2]),
        (Filter("MPAN", Op.CONTAINS, ("5000",)), [2, 4]),
        (Filter("MPAN", Op.CONTAINS, ("sens",)), [5]),
        (Filter("MPAN", Op.STARTS, ("1050",)), [2, 4]),
        (Filter("Start", Op.BEFORE, ("2020-04-01",)), [2]),
        (Filter("Start", Op.AFTER, ("01/04/2020",)), [4]),
        (Filter("# (2)", Op.AFTER, ("a",)), [1, 3, 5]),
        (Filter("#", Op.AFTER, ("3",)), [4, 5]),
        (Filter("#", Op.BEFORE, ("2",)), [1]),
        (Filter("#", Op.IS_ANY, ("2", "5")), [2, 5]),
        (Filter("#", Op.NOT_EMPTY), [1, 2, 3, 4, 5]),
        (Filter("#", Op.EMPTY), []),
    ],
)
def test_filters(table: PortfolioTable, condition: Filter, expected: list[int]) -> None:
    assert left(table, condition) == expected


def test_filters_are_joined_by_and_with_the_text(table: PortfolioTable) -> None:
    assert left(table, Filter("PC", Op.IS_ANY, ("01",)), Filter("# (2)", Op.IS_ANY, ("a",))) == [4]
    assert left(table, Filter("PC", Op.IS_ANY, ("01",)), text="rose") == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rose", [1, 2]),
        ("1050000636890", [2]),
        ("10 5000 0636 890", [2]),
        ("2021", [4]),
        ("zzz", []),
        ("  ", [1, 2, 3, 4, 5]),
    ],
)
def test_the_text_is_looked_for_in_every_column(table: PortfolioTable, text: str, expected: list[int]) -> None:
    assert left(table, text=text) == expected


@pytest.mark.parametrize(
    ("key", "descending", "expected"),
    [
        ("Start", False, [2, 1, 4, 5, 3]),
        ("Start", True, [5, 4, 1, 2, 3]),
        ("# (2)", False, [2, 4, 1, 3, 5]),
        ("# (2)", True, [5, 3, 1, 2, 4]),
        ("PC", False, [1, 4, 5, 2, 3]),
        ("#", True, [5, 4, 3, 2, 1]),
        ("MPAN", False, [1, 2, 4, 5, 3]),
        ("MPAN", True, [5, 4, 2, 1, 3]),
    ],
)
def test_sorting_keeps_rows_alike_in_order_and_blanks_last(
    table: PortfolioTable, key: str, descending: bool, expected: list[int]
) -> None:
    assert left(table, sort=key, descending=descending) == expected


def test_a_sorted_and_filtered_view(table: PortfolioTable) -> None:
    assert left(table, Filter("PC", Op.IS_ANY, ("01",)), sort="Start", descending=True) == [5, 4, 1]
    assert table.position(2) is None


def test_facets_count_under_all_filters_but_their_own(table: PortfolioTable) -> None:
    table.apply(View((Filter("PC", Op.IS_ANY, ("3",)), Filter("Note", Op.NOT_EMPTY))))
    assert [(one.value, one.title, one.count) for one in table.facets("PC")] == [("01", "01", 3), ("3", "3", 1)]
    table.apply(View())
    assert [(one.value, one.title, one.count) for one in table.facets("PC")][-1] in {("3", "3", 1), ("", "(blank)", 1)}
    assert sum(one.count for one in table.facets("PC")) == 5


@pytest.mark.parametrize(
    "view",
    [
        View((Filter("Colour", Op.EMPTY),)),
        View(sort="Colour"),
        View(columns=("MPAN", "Colour")),
        View((Filter("Start", Op.AFTER, ("soon",)),)),
        View((Filter("#", Op.AFTER, ("x",)),)),
    ],
)
def test_a_view_that_does_not_fit_is_said_and_changes_nothing(table: PortfolioTable, view: View) -> None:
    table.apply(View(sort="PC"))
    before = table.ids(0, 10)
    with pytest.raises(InvalidInput):
        table.apply(view)
    assert table.ids(0, 10) == before


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(*[st.text(st.sampled_from("ab1 é\x1f"), max_size=3)] * 5), min_size=1, max_size=60),
    st.sampled_from(["# (2)", "PC", "Note"]),
    st.booleans(),
    st.sampled_from(["a", "1", "É", " "]),
)
def test_any_view_is_what_plain_python_says(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], key: str, descending: bool, part: str
) -> None:
    table = PortfolioTable(snapshot_of(tmp_path_factory.mktemp("rows"), rows, fault_counts={FaultKind.CONTROL: 1}))
    place = [column.key for column in table.columns].index(key) - 1
    table.apply(View((Filter("Note", Op.CONTAINS, (part,)),), sort=key, descending=descending))
    kept = [number for number, row in enumerate(rows, start=1) if part.lower() in row[4].lower()]
    numeric = all(not row[place] or (row[place].isascii() and row[place].isdigit()) for row in rows)
    filled = [number for number in kept if rows[number - 1][place]]
    # A stable sort, also when it is turned round: rows alike stay in file order.
    filled.sort(
        key=lambda number: int(rows[number - 1][place]) if numeric else rows[number - 1][place].encode(),
        reverse=descending,
    )
    expected = filled + [number for number in kept if not rows[number - 1][place]]
    assert table.ids(0, 100) == expected
    assert table.page(0, 100) == [(number, *rows[number - 1]) for number in expected]


@pytest.mark.parametrize("view", [View(), View(sort="#", descending=True), View((Filter("PC", Op.IS_ANY, ("01",)),))])
def test_frames_are_the_pages_wherever_they_are_cut(
    table: PortfolioTable, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_module, "FRAME_WINDOW", 2)
    table.apply(view)
    keys = [column.key for column in table.columns]
    for start in range(6):
        for length in range(6):
            frame = table.frame(start, length)
            assert frame.columns == keys
            assert frame.rows() == table.page(start, length)


def test_pages_are_the_same_with_and_without_the_row_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"{number:013d}", str(number % 7), "01", "", "\x1fé" * (number % 3)) for number in range(3_000)]
    snapshot = snapshot_of(tmp_path, rows, fault_counts={FaultKind.CONTROL: 1})
    view = View((Filter("# (2)", Op.IS_NONE, ("3",)),), sort="# (2)", descending=True)
    stored, plain = PortfolioTable(snapshot), PortfolioTable(snapshot)
    stored.apply(view)
    monkeypatch.setattr(table_module.RowStore, "build", lambda *_: None)
    plain.apply(view)
    assert stored.page(900, 400) == plain.page(900, 400)
    assert stored.page(2_500, 400) == plain.page(2_500, 400)
    assert len(plain.page(2_500, 400)) == len(plain.ids(2_500, 400))


def test_a_row_store_gives_rows_in_any_order(tmp_path: Path) -> None:
    store = RowStore.build(snapshot_of(tmp_path, ROWS))
    assert store is not None
    assert store.rows([4, 0, 2, 0]) == [list(ROWS[4]), list(ROWS[0]), list(ROWS[2]), list(ROWS[0])]
    assert store.rows([]) == []
