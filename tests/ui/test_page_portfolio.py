"""The Portfolio page: rows as they stood, one row in full, and the way to its findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import buttons, copied, kept, noon, portfolio_file, press, rows, run, texts
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_care import settle

from ui.main_window import MainWindow
from ui.pages.payloads import ShowRow
from ui.pages.portfolio import PortfolioPage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two portfolios, of 300 and of 400 rows, each checked."""
    folder = tmp_path_factory.mktemp("portfolio")
    files = portfolio_file(folder / "october.csv", 300), portfolio_file(folder / "november.csv", 400)
    return kept(folder / "acme", noon, *files)


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> PortfolioPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("portfolio")
    settle()
    assert isinstance(window.current, PortfolioPage)
    return window.current


def shown(page: PortfolioPage) -> int:
    assert page.panel.source is not None
    return page.panel.source.count()


def faulty_row(page: PortfolioPage) -> int:
    """A row with a finding and a readable MPAN."""
    cleanse = page.context.workspace.cleanse
    table = cleanse.findings()
    for fingerprint in table.ids(0, table.count()):
        detail = cleanse.detail(fingerprint)
        if detail.row and detail.mpan.isdigit() and len(detail.mpan) == 13:
            return detail.row
    raise AssertionError("no such row")


def test_an_empty_page_says_why_and_offers_the_import(opened: MainWindow) -> None:
    opened.show_page("portfolio")
    settle()
    assert opened.current is not None
    assert "No portfolio has been imported yet" in texts(opened.current)
    assert buttons(opened.current)["Import a portfolio…"] is True


def test_the_newest_import_is_shown_and_an_older_one_can_be_chosen(page: PortfolioPage) -> None:
    assert shown(page) == 400
    assert page.snapshots.currentText() == "november.csv (2026-11-23, 400 rows)"
    page.snapshots.setFocus()
    QTest.keyClick(page.snapshots, Qt.Key.Key_Down)
    assert shown(page) == 300
    assert page.snapshots.currentText().startswith("october.csv")


def test_an_mpan_is_found_however_it_is_spaced(page: PortfolioPage) -> None:
    row = page.context.workspace.portfolio.row(2, 7)
    mpan = row.item("mpan")
    assert mpan is not None
    assert mpan.cleaned is not None
    digits = mpan.cleaned
    field = page.panel.bar.field
    for typed in (f"{digits[:2]} {digits[2:6]} {digits[6:10]} {digits[10:]}", digits):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        settle()
        assert shown(page) >= 1
        assert page.panel.source is not None
        assert 7 in page.panel.source.ids(0, shown(page))
        assert shown(page) < 10


def test_a_row_is_shown_in_full_with_what_is_compared_and_what_was_found(page: PortfolioPage) -> None:
    row = faulty_row(page)
    page.panel.show_id(row)
    assert page.row_title.text().startswith(f"Row {row:,}, MPAN ")
    assert len(rows(page.cells.list)) == 26
    assert rows(page.findings.list)


def test_from_a_row_to_its_finding_and_back(page: PortfolioPage, window: MainWindow) -> None:
    row = faulty_row(page)
    page.panel.show_id(row)
    wanted = page.findings.key()
    press(page, "Show on the Cleanse page")
    assert window.current is not None
    assert window.current.id == "cleanse"
    table = window.current.table()
    assert table is not None
    assert table.current_id() == wanted
    run(window, "go.back")
    assert window.current is page
    run(window, "portfolio.finding")
    assert window.current is not page


def test_a_sound_row_says_that_nothing_was_found_and_offers_no_jump(page: PortfolioPage, window: MainWindow) -> None:
    cleanse, portfolio = page.context.workspace.cleanse, page.context.workspace.portfolio
    for row in range(1, 50):
        mpan = portfolio.row(2, row).item("mpan")
        if mpan and mpan.cleaned and not cleanse.findings_of(mpan.cleaned):
            break
    page.panel.show_id(row)
    assert "None: nothing was found for it" in texts(page)
    assert not window.context.commands.available(window.context.commands.get("portfolio.finding"))
    assert "Show on the Cleanse page" not in buttons(page)


def test_a_row_of_an_older_import_is_shown_when_it_is_asked_for(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("portfolio", ShowRow(1, 250))
    page = window.current
    assert isinstance(page, PortfolioPage)
    assert page.snapshots.currentText().startswith("october.csv")
    assert page.panel.current_id() == 250
    window.show_page("portfolio", ShowRow(2, 399))
    assert page.snapshots.currentText().startswith("november.csv")
    assert page.panel.current_id() == 399


def test_a_new_import_takes_the_place_of_the_newest(page: PortfolioPage, window: MainWindow, own_home: Path) -> None:
    portfolio = window.context.workspace.portfolio
    source = portfolio.read(portfolio_file(own_home / "december.csv", 120))
    staged = portfolio.stage(source, {item: one.heading for item, one in portfolio.suggest(source).items()})
    source.close()
    window.context.change("Importing", lambda _job: portfolio.commit(staged).changes)
    settle()
    assert page.snapshots.currentText().startswith("december.csv")
    assert shown(page) == 120


def test_reading_only_shows_everything(window: MainWindow, template: Path, own_home: Path) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("portfolio")
    page = window.current
    assert isinstance(page, PortfolioPage)
    assert shown(page) == 400
    assert not [name for name, on in buttons(page).items() if on and name.startswith("Import")]
