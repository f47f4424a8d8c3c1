"""The page of what has left: what stands there, what it says of personal data, and where it leads."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import buttons, run, texts
from test_accessibility import check_names
from window_care import settle

from desktop.browse.view import Filter, Op, View
from desktop.participant.model import Scope as Role
from desktop.submissions.model import EventKind, Scope, SubmissionDetails
from ui.main_window import MainWindow
from ui.pages.left import LeftPage
from ui.pages.submissions import SubmissionsPage


@pytest.fixture
def page(opened: MainWindow) -> LeftPage:
    opened.show_page("left")
    settle()
    assert isinstance(opened.current, LeftPage)
    return opened.current


def handed_over(page: LeftPage, folder: Path) -> None:
    """A submission over a file that was exported and handed over."""
    workspace = page.context.workspace
    workspace.participant.save_scope(Role("ACME", "supplier"))
    file = folder / "proof.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    (item,) = workspace.evidence.add([file]).ids
    details = SubmissionDetails("evidence", scope=Scope(evidence=(item,)), recipients=("BSC",))
    made, _ = workspace.submissions.prepare(details)
    workspace.submissions.freeze(made)
    (folder / "out").mkdir()
    workspace.submissions.export(made, folder / "out")
    page.context.hub.publish(workspace.submissions.say(made, EventKind.HANDED_OVER, "BSC", note="By e-mail"))
    settle()


def test_an_empty_one_says_what_will_stand_here(page: LeftPage) -> None:
    said = texts(page)
    assert "Nothing has left this laptop yet" in said
    assert "the receipt for it" in said
    assert not page.pane.isVisible()
    assert not page.export_button.isEnabled()
    assert "Show the submissions" in buttons(page)
    check_names(page)


def test_every_line_says_how_to_whom_and_what_personal_data_was_in_it(page: LeftPage, tmp_path: Path) -> None:
    handed_over(page, tmp_path)
    source = page.panel.source
    assert source is not None
    assert source.total() >= 2
    page.panel.show_id(source.ids(0, 1)[0])
    settle()
    assert page.pane.isVisible()
    assert page.pane.what.text() == "Submission, as was said"
    assert "How: Handed over" in page.pane.grids["Where it went"].text()
    assert "Last four digits" in page.pane.grids["Personal data"].text()
    page.panel.apply(View(filters=(Filter("channel", Op.IS_ANY, ("Exported only",)),)))
    settle()
    page.panel.show_id(source.ids(0, 1)[0])
    settle()
    assert page.pane.told.text() == "It was written to a file. Whether that was handed on is not known here."
    check_names(page)


def test_a_line_leads_to_its_submission(page: LeftPage, tmp_path: Path) -> None:
    handed_over(page, tmp_path)
    source = page.panel.source
    assert source is not None
    page.panel.show_id(source.ids(0, 1)[0])
    settle()
    window = page.window()
    assert isinstance(window, MainWindow)
    run(window, "left.submission")
    settle()
    assert isinstance(window.current, SubmissionsPage)


def test_a_line_stays_chosen_when_more_leaves(page: LeftPage, tmp_path: Path) -> None:
    handed_over(page, tmp_path)
    source = page.panel.source
    assert source is not None
    first = source.ids(0, 1)[0]
    page.panel.show_id(first)
    settle()
    many = source.total()
    workspace = page.context.workspace
    again = tmp_path / "again"
    again.mkdir()
    workspace.submissions.export(1, again)
    page.context.hub.publish(workspace.submissions.say(1, EventKind.RECEIVED, "BSC"))
    settle()
    assert source.total() > many
    assert page.panel.current_id() == first


def test_what_personal_data_is_in_it_is_read_whole_beside_long_names(page: LeftPage, tmp_path: Path) -> None:
    handed_over(page, tmp_path)
    page.window().resize(1280, 800)
    settle()
    table, section = page.panel.table, page.panel.model.section("personal")
    assert table.columnViewportPosition(section) + table.columnWidth(section) <= table.viewport().width()
    assert table.columnWidth(section) >= table.fontMetrics().horizontalAdvance("Titles and file names only")
