"""The History page: every change with its details, and whether the log is as it was written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from desk_steps import banner, copied, kept, noon, portfolio_file, press, run, said, texts
from window_care import settle

from desktop.cleanse.work import FindingEdit
from ui.main_window import MainWindow
from ui.pages.history import HistoryPage, described


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one portfolio of 200 rows, checked."""
    folder = tmp_path_factory.mktemp("history")
    return kept(folder / "acme", noon, portfolio_file(folder / "p.csv", 200))


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> HistoryPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("history")
    settle()
    assert isinstance(window.current, HistoryPage)
    return window.current


def titles(page: HistoryPage) -> list[str]:
    source = page.panel.source
    assert source is not None
    place = [column.key for column in source.columns].index("title")
    return [str(line[place]) for line in source.page(0, source.count())]


def test_every_step_is_listed_newest_first_and_undo_is_a_step_of_its_own(page: HistoryPage, window: MainWindow) -> None:
    before = titles(page)
    assert any(one.startswith("Import a portfolio of 200 rows") for one in before)
    cleanse = window.context.workspace.cleanse
    some = cleanse.findings().ids(0, 2)
    window.context.change("Saving", lambda _job: cleanse.edit(some, FindingEdit(owner="Robin")))
    settle()
    assert titles(page)[0] == "Assign 2 findings"
    run(window, "edit.undo")
    assert len(titles(page)) == len(before) + 2
    assert "Assign 2 findings" in titles(page)[0]


def test_the_chosen_entry_is_shown_in_words(page: HistoryPage) -> None:
    assert page.panel.source is not None
    page.panel.show_id(page.panel.source.ids(titles(page).index("Import a portfolio of 200 rows"), 1)[0])
    assert page.what.text() == "Import a portfolio of 200 rows"
    assert " · Pat · 2026-11-23 12:00:00 UTC" in page.who.text()
    details = page.details.toPlainText()
    assert "File: p.csv" in details
    assert "Rows: 200" in details
    assert "Hash of this entry: " in details


def test_a_whole_log_is_said_to_be_whole(page: HistoryPage, window: MainWindow) -> None:
    press(page, "Check the log")
    entries = len(titles(page))
    assert said(window) == f"All {entries:,} entries are as they were written."
    run(window, "history.verify")
    assert banner(window) == ""


def test_a_log_that_was_changed_behind_our_back_is_told_with_the_entry(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    folder = copied(template, own_home / "acme")
    connection = sqlite3.connect(folder / "workspace.db")
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
    guards = guards.fetchall()
    for name, _ in guards:
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE audit SET title = 'Import a portfolio of 100 rows' WHERE seq = 2")
    for _, again in guards:
        connection.execute(again)
    connection.commit()
    connection.close()
    window.door.open(folder)
    window.show_page("history")
    settle()
    assert window.current is not None
    press(window.current, "Check the log")
    assert banner(window).startswith("Entry 2 of the history is not as it was written")
    assert "Keep this workspace as it is" in banner(window)


def test_nested_details_are_set_out_below_their_name() -> None:
    body = {"rows": 3, "mapping": {"mpan": "MPAN"}, "made": [{"file": "a.xlsx"}], "FMT-01": None, "empty": {}}
    assert described(body) == [
        "Rows: 3", "Mapping:", "    Mpan: MPAN", "Made:", "    File: a.xlsx", "", "FMT-01: null", "Empty: {}",
    ]  # fmt: skip


def test_a_new_workspace_lists_that_it_was_made(opened: MainWindow) -> None:
    opened.show_page("history")
    settle()
    page = opened.current
    assert isinstance(page, HistoryPage)
    assert titles(page)
    assert "Every change, who made it and when." in texts(page)
