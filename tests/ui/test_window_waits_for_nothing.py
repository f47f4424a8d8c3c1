"""What the window must not do while a person waits: count, read whole tables, or import what a page needs."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit

from desktop.jobs import Cancelled, Job
from desktop.testing.model import Cover, Coverage, CoverageRow, DefectDetails
from ui.dialogs.form import Field, FormDialog
from ui.main_window import MainWindow
from ui.warming import warm
from ui.widgets.small_table import SmallTable
from ui.widgets.table_panel import rows_of
from ui.widgets.trace_coverage import CoverageStrip


def test_warming_loads_pages_and_services_and_the_bank_holidays() -> None:
    said = subprocess.run(
        [sys.executable, "-c",
         "import sys; from datetime import date; from desktop.jobs import Job; from ui.warming import warm\n"
         "from desktop.working_days import bank_holidays\n"
         "assert 'polars' not in sys.modules and 'ui.pages.pit' not in sys.modules\n"
         "warm(date(2026, 11, 23), Job())\n"
         "print('polars' in sys.modules, 'ui.pages.pit' in sys.modules, 'desktop.pit.service' in sys.modules,"
         " bank_holidays.cache_info().currsize)"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert said == ["True", "True", "True", "12"]


def test_warming_stops_when_it_is_cancelled() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        warm(date(2026, 11, 23), job)


def test_more_records_than_are_listed_are_told(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened.context.workspace
    for number in range(7):
        workspace.defects.save(DefectDetails(title=f"Sent twice {number}"))
    monkeypatch.setattr(type(workspace.test_runs), "runs", lambda _self: pytest.fail("all results were counted"))
    found = [one for one in opened.context.commands.find("sent twice") if one.kind == "Defect"]
    assert len(found) == 6
    assert found[-1].text == "More with “sent twice”…"
    assert all(one.hint != one.kind for one in found), "a kind is named once"
    found[-1].run()
    assert opened.current is not None
    assert opened.current.id == "defects"


def test_a_heading_is_whole_while_the_headings_have_room(qapp, qtbot) -> None:
    table = SmallTable("Runs", ["Run", "Blocked", "Not run", "Reason"], "None")
    qtbot.addWidget(table)
    table.fill([(1, ["A very long title of a run that goes on " * 4, "1", "2", "Because " * 20])])
    header = table.list.horizontalHeader()
    table.resize(sum(header.sectionSizeHint(place) for place in range(4)) + 60, 200)
    table.show()
    for place in range(4):
        assert table.list.columnWidth(place) >= header.sectionSizeHint(place)
    assert table.list.horizontalHeaderItem(1).toolTip() == "Blocked"
    table.close()


def test_one_row_is_one_row() -> None:
    assert [rows_of(count) for count in (0, 1, 2, 3000)] == ["0 rows", "1 row", "2 rows", "3,000 rows"]


def test_a_hint_stands_nearer_to_its_own_field(qapp, qtbot) -> None:
    dialog = FormDialog(
        None,
        "A form",
        (Field("a", "First", hint="About the first"), Field("b", "Second")),
        "Save",
        lambda _values: None,
    )
    qtbot.addWidget(dialog)
    dialog.show()
    hint = next(one for one in dialog.findChildren(QLabel) if one.text() == "About the first")
    first, second = dialog.fields["a"], dialog.fields["b"]
    assert isinstance(first, QLineEdit)
    assert hint.y() - first.geometry().bottom() < second.y() - hint.geometry().bottom()
    assert dialog.findChild(QFormLayout).labelForField(second).text() == "Second"
    dialog.close()


def test_the_coverage_is_no_taller_than_its_bars(theme, qtbot) -> None:
    strip = CoverageStrip(theme, lambda _column, _value: None)
    qtbot.addWidget(strip)
    before = strip.height()

    def rows(count: int) -> tuple[CoverageRow, ...]:
        return tuple(CoverageRow(f"Family {number}", 1, {Cover.PASSED: 1}) for number in range(count))

    strip.fill(Coverage(CoverageRow("", 2, {Cover.PASSED: 2}), rows(2), rows(2)))
    assert strip.height() < before
    strip.fill(Coverage(CoverageRow("", 9, {Cover.PASSED: 9}), rows(9), rows(2)))
    assert strip.height() == before
