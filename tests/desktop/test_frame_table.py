"""Tables over a frame: filters, search, sorting and counts, against what plain Python says."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.browse.frame_table import FrameTable, natural
from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op, TableSource, View
from desktop.errors import InvalidInput

COLUMNS = (
    Column("key", "Key", ColumnKind.IDENTIFIER, 8),
    Column("title", "Title", ColumnKind.TEXT, 20),
    Column("status", "Status", ColumnKind.TEXT, 10, facet=True),
    Column("tags", "Tags", ColumnKind.TEXT, 10, facet=True),
    Column("due", "Due", ColumnKind.DATE, 10),
    Column("cases", "Cases", ColumnKind.NUMBER, 6),
)
ROWS = (
    (11, "QT-10", "Change of supplier", "Passed", ["smart"], "2026-11-02", 2),
    (12, "QT-9", "change of agent", "Failed", ["smart", "advanced"], "", None),
    (13, "QT-100", "Outage of 72 hours", "", [], "2026-10-30", 0),
    (14, "", "Zürich", "Passed", ["advanced"], "2026-11-01", 5),
)


def load() -> pl.DataFrame:
    schema = {"id": pl.Int64} | {column.key: pl.String for column in COLUMNS}
    schema |= {"tags": pl.List(pl.String), "cases": pl.Int64}
    return pl.DataFrame(ROWS, schema=schema, orient="row")


def made(**given: object) -> FrameTable:
    return FrameTable(COLUMNS, load, **given)  # type: ignore[arg-type]


def shown(table: FrameTable, view: View) -> list[int]:
    table.apply(view)
    return table.ids(0, 100)


def test_it_is_a_table_source_and_shows_all_rows_in_their_natural_order():
    table = made()
    assert isinstance(table, TableSource)
    assert (table.total(), table.count(), table.ids(0, 100)) == (4, 4, [11, 12, 13, 14])
    assert table.page(1, 1) == [("QT-9", "change of agent", "Failed", "smart, advanced", "", None)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter("status", Op.IS_ANY, ("Passed", "")), [11, 13, 14]),
        (Filter("status", Op.IS_NONE, ("Passed",)), [12, 13]),
        (Filter("title", Op.CONTAINS, ("CHANGE",)), [11, 12]),
        (Filter("title", Op.NOT_CONTAINS, ("change", "outage")), [14]),
        (Filter("key", Op.STARTS, ("qt-1",)), [11, 13]),
        (Filter("due", Op.BEFORE, ("2026-11-01",)), [13]),
        (Filter("due", Op.AFTER, ("2026-11-01",)), [11]),
        (Filter("cases", Op.AFTER, ("0",)), [11, 14]),
        (Filter("cases", Op.EMPTY), [12]),
        (Filter("due", Op.NOT_EMPTY), [11, 13, 14]),
        (Filter("tags", Op.IS_ANY, ("advanced",)), [12, 14]),
        (Filter("tags", Op.IS_NONE, ("advanced",)), [11, 13]),
        (Filter("tags", Op.EMPTY), [13]),
        (Filter("tags", Op.IS_ANY, ("smart", "")), [11, 12, 13]),
    ],
)
def test_a_filter_keeps_the_rows_that_meet_it(condition: Filter, expected: list[int]):
    assert shown(made(), View(filters=(condition,))) == expected


def test_every_searched_word_must_stand_in_the_row():
    assert shown(made(), View(text="agent change")) == [12]


def test_the_search_also_finds_what_is_behind_the_rows():
    asked: list[str] = []

    def behind(text: str) -> list[int]:
        asked.append(text)
        return [13]

    assert shown(made(search=behind), View(text="zürich")) == [13, 14]
    assert asked == ["zürich"]


def test_identifiers_sort_by_their_numbers_and_empty_cells_last_both_ways():
    assert shown(made(), View(sort="key")) == [12, 11, 13, 14]
    assert shown(made(), View(sort="key", descending=True)) == [13, 11, 12, 14]


def test_a_rank_orders_the_values_and_their_counts():
    table = made(ranks={"status": ("Failed", "Passed")}, words={"status": "No result"})
    assert shown(table, View(sort="status")) == [12, 11, 14, 13]
    assert [one.value for one in table.facets("status")] == ["Failed", "Passed", ""]
    assert table.facets("status")[-1] == FacetValue("", "No result", 1)


def test_counts_pass_over_the_column_s_own_filter_and_count_each_of_several_values():
    table = made()
    table.apply(View(filters=(Filter("tags", Op.IS_ANY, ("smart",)), Filter("status", Op.IS_ANY, ("Passed",)))))
    assert table.count() == 1
    assert {one.value: one.count for one in table.facets("tags")} == {"smart": 1, "advanced": 1}
    assert {one.value: one.count for one in table.facets("status")} == {"Passed": 1, "Failed": 1}


def test_a_row_is_found_by_its_id_unless_the_view_leaves_it_out():
    table = made()
    table.apply(View(sort="title"))
    assert table.ids(table.position(13) or 0, 1) == [13]
    table.apply(View(text="agent"))
    assert table.position(13) is None
    assert table.position(99) is None


def test_a_column_that_is_not_there_is_refused_by_name():
    with pytest.raises(InvalidInput, match="owner"):
        made().apply(View(sort="owner"))
    with pytest.raises(InvalidInput, match="title"):
        made().facets("title")


def test_rows_read_anew_keep_the_view():
    rows = list(ROWS)
    table = FrameTable(COLUMNS, lambda: load().filter(pl.col("id").is_in([row[0] for row in rows])))
    table.apply(View(sort="cases", descending=True))
    rows.pop(0)
    table.reload()
    assert (table.ids(0, 10), table.view.sort) == ([14, 13, 12], "cases")


def test_a_table_without_rows_answers():
    table = FrameTable(COLUMNS, lambda: load().clear())
    table.apply(View(filters=(Filter("tags", Op.IS_ANY, ("smart",)),), text="x", sort="status"))
    assert (table.total(), table.count(), table.page(0, 10), table.facets("status")) == (0, 0, [], [])


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=20))
def test_natural_order_is_the_order_of_the_numbers(numbers: list[int]):
    assert sorted((f"A-{number}" for number in numbers), key=natural) == [f"A-{number}" for number in sorted(numbers)]
