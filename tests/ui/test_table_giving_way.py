"""Columns that give way where a table is narrow: which first, how far, and that they come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_tables import MadeTable
from window_care import settle

from desktop.browse.view import View
from ui.main_window import MainWindow
from ui.widgets.table_giving_way import GivingWay, Way
from ui.widgets.table_panel import TablePanel
from ui.widgets.table_widths import keep_width

VIEW = View(columns=("check", "message", "party", "since", "mpan"))
WIDE = 1400


@pytest.fixture
def panel(opened: MainWindow) -> Iterator[TablePanel]:
    made = TablePanel(opened.context, "narrow", facets=False)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def fill(panel: TablePanel, *ways: Way) -> dict[str, int]:
    """Show rows in a wide table that gives way so; the widths that its texts need."""
    GivingWay(panel, *ways)
    panel.resize(WIDE, 500)
    panel.set_source(MadeTable(40), VIEW)
    settle()
    return widths(panel)


def widths(panel: TablePanel) -> dict[str, int]:
    return {key: panel.table.columnWidth(panel.model.section(key)) for key in VIEW.columns}


def narrow(panel: TablePanel, missing: int, through: str = "") -> None:
    """So narrow that so many pixels are missing for the columns up to one."""
    last = VIEW.columns.index(through) if through else len(VIEW.columns) - 1
    needed = sum(list(widths(panel).values())[: last + 1])
    panel.resize(panel.width() - panel.table.viewport().width() + needed - missing, 500)
    settle()


def test_the_first_gives_way_before_the_second_and_both_come_back(panel: TablePanel) -> None:
    before = fill(panel, Way("message", 20), Way("party", 16))
    letter = panel.table.fontMetrics().averageCharWidth()
    narrow(panel, 30)
    assert widths(panel) == before | {"message": before["message"] - 30}
    panel.resize(WIDE, 500)
    settle()
    room = before["message"] - 20 * letter
    narrow(panel, room + 10)
    assert widths(panel) == before | {"message": 20 * letter, "party": before["party"] - 10}
    panel.resize(WIDE, 500)
    settle()
    assert widths(panel) == before


def test_rows_that_are_read_anew_while_it_is_narrow_do_not_make_it_narrow_for_good(panel: TablePanel) -> None:
    before = fill(panel, Way("message", 20))
    narrow(panel, 60)
    panel.reload()
    settle()
    panel.resize(WIDE, 500)
    settle()
    assert widths(panel) == before


def test_one_gives_way_further_until_the_one_that_matters_is_whole_in_sight(panel: TablePanel) -> None:
    before = fill(panel, Way("message", 28), Way("message", 12, through="since"))
    letter = panel.table.fontMetrics().averageCharWidth()
    narrow(panel, before["message"] - 20 * letter, through="since")
    assert widths(panel)["message"] == 20 * letter
    since = panel.model.section("since")
    assert panel.table.columnViewportPosition(since) + before["since"] == panel.table.viewport().width()


def test_a_width_that_a_person_gave_stays(panel: TablePanel) -> None:
    keep_width(panel.context.settings, panel.name, "message", 400)
    fill(panel, Way("message", 20), Way("party", 16))
    narrow(panel, 30)
    assert widths(panel)["message"] == 400
