"""Ctrl+K and an MPAN, however it is spaced: its finding, its row, or a plain word that there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import copied, kept, noon, portfolio_file, run, said, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from window_care import settle

from desktop.cutover.model import ActivityDetails, PlanDetails
from ui.main_window import MainWindow
from ui.pages.cutover import CutoverPage
from ui.record_finder import digits_of


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one portfolio of 300 rows, checked."""
    folder = tmp_path_factory.mktemp("finder")
    return kept(folder / "acme", noon, portfolio_file(folder / "p.csv", 300))


@pytest.fixture
def desk(window: MainWindow, template: Path, own_home: Path) -> MainWindow:
    window.door.open(copied(template, own_home / "acme"))
    return window


def faulty(desk: MainWindow) -> tuple[str, int, int]:
    """MPAN, fingerprint and row of a finding with a readable MPAN."""
    cleanse = desk.context.workspace.cleanse
    table = cleanse.findings()
    for fingerprint in table.ids(0, table.count()):
        detail = cleanse.detail(fingerprint)
        if detail.row and len(detail.mpan) == 13 and cleanse.findings_of(detail.mpan)[0].fingerprint == fingerprint:
            return detail.mpan, fingerprint, detail.row
    raise AssertionError("no such finding")


def type_in_palette(desk: MainWindow, text: str, lines: int = 0) -> None:
    def drive(dialog: QDialog) -> None:
        field = dialog.findChild(QLineEdit)
        assert field is not None
        QTest.keyClicks(field, text)
        for _ in range(lines):
            QTest.keyClick(field, Qt.Key.Key_Down)
        QTest.keyClick(field, Qt.Key.Key_Return)

    when_asked(drive)
    run(desk, "app.palette")


@pytest.mark.parametrize("spaced", [False, True])
def test_an_mpan_leads_to_its_finding(desk: MainWindow, spaced: bool) -> None:
    mpan, fingerprint, _ = faulty(desk)
    type_in_palette(desk, f"{mpan[:2]} {mpan[2:6]} {mpan[6:10]} {mpan[10:]}" if spaced else mpan)
    assert desk.current is not None
    assert desk.current.id == "cleanse"
    table = desk.current.table()
    assert table is not None
    assert table.current_id() == fingerprint


def test_an_mpan_leads_to_its_row(desk: MainWindow) -> None:
    mpan = desk.context.workspace.portfolio.row(1, 42).item("mpan")
    assert mpan is not None
    assert mpan.cleaned is not None
    type_in_palette(desk, mpan.cleaned, lines=1)
    assert desk.current is not None
    assert desk.current.id == "portfolio"
    table = desk.current.table()
    assert table is not None
    assert table.current_id() == 42


def test_a_part_of_an_mpan_lists_what_holds_it(desk: MainWindow) -> None:
    mpan, _, row = faulty(desk)
    type_in_palette(desk, mpan[2:10])
    table = desk.table()
    assert table is not None
    assert table.source is not None
    assert table.source.count() >= 1
    type_in_palette(desk, mpan[2:10], lines=1)
    settle()
    table = desk.table()
    assert table is not None
    assert table.source is not None
    assert row in table.source.ids(0, table.source.count())


def test_an_unknown_mpan_is_told(desk: MainWindow) -> None:
    type_in_palette(desk, "1000000000008")
    assert said(desk) == "There is no finding of MPAN 1000000000008."
    type_in_palette(desk, "1000000000008", lines=1)
    assert said(desk) == "There is no MPAN 1000000000008 in the newest portfolio."


def test_words_and_short_numbers_are_no_mpan(window: MainWindow) -> None:
    assert [digits_of(text) for text in ("import", "12345", "12 3456", "MPAN 1234567", "1" * 22)] == [
        "", "", "123456", "", "",
    ]  # fmt: skip
    assert [found.kind for found in window.context.commands.find("2300073687874")] == []


def test_activities_of_open_plans_and_plans_are_found_by_what_they_are_called(desk: MainWindow) -> None:
    cutover = desk.context.workspace.cutover
    past, _ = cutover.add_plan(PlanDetails("Rehearsed in spring"))
    cutover.add(past, ActivityDetails("RB-150", "Tell the old agents"))
    cutover.edit_plan(past, PlanDetails("Rehearsed in spring", closed="2026-11-01"))
    plan, _ = cutover.add_plan(PlanDetails("Go-live of the interfaces"))
    for number in range(140, 160):
        cutover.add(plan, ActivityDetails(f"RB-{number}", f"Step {number} of the night"))
    (found,) = desk.context.commands.find("RB-150")[:1]
    assert (found.text, found.kind) == ("RB-150 Step 150 of the night", "Activity")
    assert not any("old agents" in one.text for one in desk.context.commands.find("RB-150"))
    type_in_palette(desk, "RB-150")
    settle()
    assert isinstance(desk.current, CutoverPage)
    assert desk.current.pane.title.text() == "Step 150 of the night"
    type_in_palette(desk, "rehearsed in spring")
    settle()
    assert desk.current.plan_id == past
    assert any(one.text.startswith("More with") for one in desk.context.commands.find("of the night"))
