"""A row set out cell by cell, and lists that share a narrow pane."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.portfolio.snapshots import RowCell
from ui.widgets.row_cells import cell_texts
from ui.widgets.small_table import shared


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        (RowCell("Supplier", "DESK", "supplier", "Supplier", "DESK"), ("Supplier", "DESK")),
        (RowCell("Sup", " desk", "supplier", "Supplier", "DESK"), ("Supplier", " desk → DESK")),
        (RowCell("M", "Data not available", "mpan", "MPAN", None), ("MPAN", "Data not available → blank")),
        (RowCell("M", "  ", "mpan", "MPAN", None), ("MPAN", "  ")),
        (RowCell("Our note", "ask Pat"), ("Our note", "ask Pat  (not used)")),
        (RowCell("Our note", ""), ("Our note", "(not used)")),
    ],
)
def test_a_cell_is_told_with_what_it_is_compared_as_where_that_differs(cell: RowCell, texts: tuple[str, str]) -> None:
    assert cell_texts(cell) == texts


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=8), st.integers(300, 2000))
def test_columns_fit_the_room_and_none_gets_more_than_it_asks_for(natural: list[int], room: int) -> None:
    widths = shared(natural, room)
    assert sum(widths) <= max(room, 24 * len(natural))
    assert all(0 < width <= asked for width, asked in zip(widths, natural, strict=True))
    if sum(natural) <= room:
        assert widths == natural


def test_a_long_column_does_not_push_the_others_out() -> None:
    assert shared([900, 60, 100], 400) == [240, 60, 100]
