"""The Overview page: how bad it is, whose it is, where it is going, what was not checked, what comes next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from desk_steps import buttons, choose, copied, kept, noon, portfolio_file, press, run, texts
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_care import settle

from desktop.browse.view import Filter, Op
from desktop.cleanse.check_settings import configure
from desktop.cleanse.exceptions import ExceptionRequest
from desktop.cleanse.finding_table import DEFAULT_VIEW
from desktop.cleanse.model import Severity
from desktop.cleanse.work import FindingEdit
from desktop.pit.model import DeliverableEdit
from ui.main_window import MainWindow
from ui.pages.overview import OverviewPage, rest_words


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two runs: 400 rows, then 300 of them, so that some findings are gone."""
    folder = tmp_path_factory.mktemp("overview")
    files = portfolio_file(folder / "october.csv", 400), portfolio_file(folder / "november.csv", 300)
    return kept(folder / "acme", noon, *files)


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> OverviewPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("overview")
    settle()
    assert isinstance(window.current, OverviewPage)
    return window.current


def figure(page: OverviewPage, name: str) -> tuple[str, str]:
    number, note = page.figures[name]
    return number.text(), note.text()


def test_an_empty_page_says_why_and_offers_the_import(opened: MainWindow, own_home: Path) -> None:
    opened.show_page("overview")
    settle()
    page = opened.current
    assert page is not None
    assert "No portfolio has been imported yet" in texts(page)
    assert list(buttons(page)) == ["Import a portfolio…"]
    asked = choose(portfolio_file(own_home / "p.csv", 20))
    press(page, "Import a portfolio…")
    assert asked == ["Import a portfolio"]
    assert opened.current is not None
    assert opened.current.id == "imports"


def test_the_figures_agree_with_the_service(page: OverviewPage) -> None:
    overview = page.context.workspace.cleanse.overview(date(2026, 11, 23))
    assert figure(page, "open")[0] == f"{overview.open:,}"
    assert figure(page, "gone") == (f"{overview.gone:,}", "100 rows fewer than the file before.")
    assert figure(page, "clean")[1].startswith(f"{overview.rows_without_findings:,} of 300; ")
    assert figure(page, "due")[0] == "Nothing overdue"
    for count in overview.by_severity:
        assert page.severity.bars[count.key].accessibleName().startswith(f"{count.key}: {count.open:,}")
    assert sum(count.open for count in overview.by_party) == overview.open
    assert page.header.findChildren(type(page.notice))[1].text() == (
        "november.csv · 300 rows · extracted 20 Nov 2026, 3 days old · checked as of 23 Nov 2026"
    )


@pytest.mark.parametrize("how", ["mouse", "key"])
def test_a_bar_leads_to_its_findings(page: OverviewPage, window: MainWindow, how: str) -> None:
    bar = page.severity.bars["Block"]
    if how == "mouse":
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton)
    else:
        bar.setFocus()
        QTest.keyClick(bar, Qt.Key.Key_Space)
    settle()
    assert window.current is not None
    assert window.current.id == "cleanse"
    table = window.current.table()
    assert table is not None
    assert table.view.filters == (*DEFAULT_VIEW.filters, Filter("severity", Op.IS_ANY, ("Block",)))
    assert table.source is not None
    assert bar.accessibleName().startswith(f"Block: {table.source.count():,}.")


def test_the_bars_of_the_parties_lead_to_their_findings(page: OverviewPage, window: MainWindow) -> None:
    counts = {one.key: one.open for one in page.context.workspace.cleanse.overview(date(2026, 11, 23)).by_party}
    key = max(counts, key=counts.__getitem__)
    QTest.mouseClick(page.party.bars[key], Qt.MouseButton.LeftButton)
    settle()
    assert window.current is not None
    table = window.current.table()
    assert table is not None
    assert table.source is not None
    assert table.source.count() == counts[key]


def test_the_trend_is_told_in_words_too(page: OverviewPage) -> None:
    words = page.trend.accessibleDescription()
    assert words.count("23 Nov 2026: ") == 2
    assert " gone" in words


def test_checks_that_did_not_run_are_named_with_the_reason(page: OverviewPage, window: MainWindow) -> None:
    said = texts(page)
    assert "What was not checked" in said
    assert "Could not run: " in said
    content, cleanse = window.context.workspace.content, window.context.workspace.cleanse
    window.context.change(
        "Saving", lambda _job: configure(content, "FMT-01", on=False, severity=Severity.BLOCK, settings={})
    )
    window.context.change("Checking", lambda job: cleanse.run(2, date(2026, 11, 23), job).changes)
    settle()
    overview = cleanse.overview(date(2026, 11, 23))
    assert "FMT-01" in [one.check_id for one in overview.not_checked]


def test_one_more_check_is_one() -> None:
    words = [rest_words(more, partly) for more, partly in ((0, 0), (1, 0), (2, 1), (0, 1), (0, 3))]
    assert words == [
        "",
        "1 more check did not run. The report lists them all.",
        "2 more checks did not run; 1 check ran in part. The report lists them all.",
        "1 check ran in part. The report lists them all.",
        "3 checks ran in part. The report lists them all.",
    ]


def test_work_and_exceptions_show_at_once(page: OverviewPage, window: MainWindow) -> None:
    cleanse = window.context.workspace.cleanse
    some = cleanse.findings().ids(0, 3)
    window.context.change("Saving", lambda _job: cleanse.edit(some[:1], FindingEdit(due=date(2026, 11, 1))))
    settle()
    assert figure(page, "due")[0] == "1 overdue"
    before = int(figure(page, "open")[0])
    request = ExceptionRequest("Known", "Robin", date(2026, 12, 1))
    window.context.change("Saving", lambda _job: cleanse.accept(some[1:], request))
    settle()
    assert int(figure(page, "open")[0]) == before - 2
    assert "2 accepted besides" in figure(page, "open")[1]
    assert "01 Dec 2026  Exception for " in texts(page)
    run(window, "edit.undo")
    assert int(figure(page, "open")[0]) == before


def test_an_import_that_was_not_checked_is_offered_to_be_checked(
    page: OverviewPage, window: MainWindow, own_home: Path
) -> None:
    assert "Check it now" not in buttons(page)
    portfolio = window.context.workspace.portfolio
    source = portfolio.read(portfolio_file(own_home / "december.csv", 120))
    staged = portfolio.stage(source, {item: one.heading for item, one in portfolio.suggest(source).items()})
    source.close()
    window.context.change("Importing", lambda _job: portfolio.commit(staged).changes)
    settle()
    assert "“december.csv” has been imported but not checked yet." in texts(page)
    press(page, "Check it now")
    assert "has been imported but not checked yet" not in texts(page)
    assert "december.csv · 120 rows" in texts(page)


def test_reading_only_offers_nothing_that_writes(window: MainWindow, template: Path, own_home: Path) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("overview")
    settle()
    assert window.current is not None
    state = buttons(window.current)
    assert state["Import a portfolio…"] is False
    assert state["Make the report…"] is True


def test_what_is_late_in_testing_is_told_and_leads_to_it(page: OverviewPage, window: MainWindow) -> None:
    workspace = window.context.workspace
    change = DeliverableEdit(current=date(2026, 11, 20))
    window.context.change("Adding", lambda _job: workspace.pit.add("Test plan", "supplier", change))
    settle()
    assert figure(page, "due")[0] == "1 overdue"
    assert "1 of them in testing and cutover" in figure(page, "due")[1]
    assert "Late, 20 Nov 2026" in texts(page)
    press(page, "Test plan")
    settle()
    assert window.current is not None
    assert window.current.id == "pit"
    table = window.current.table()
    assert table is not None
    assert table.cells()["title"] == "Test plan"
