"""Every page with data and every dialog of the pages can be used by keyboard and is spoken, in each scheme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from desk_steps import copied, kept, noon, portfolio_file
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names, controls
from window_care import focusable, settle
from words_whole import cut_buttons, cut_labels

from desktop.cleanse.exceptions import ExceptionRequest
from desktop.content.pack import PackChange
from ui.dialogs.exceptions import ExceptionsDialog
from ui.dialogs.form import Field, FormDialog
from ui.dialogs.make_report import MakeReportDialog
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.pages.payloads import ImportFile, ShowSection
from ui.pages.settings import SECTIONS
from ui.theme.theme import Appearance
from ui.widgets.settings_content import PackChangesDialog

PLACES = [
    *(entry.id for entry in PAGES),
    *(f"settings/{name}" for name, _, _ in SECTIONS),
    "imports/map",
    "imports/preview",
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one portfolio of 200 rows, checked, and one exception."""
    folder = tmp_path_factory.mktemp("spoken")
    made = kept(folder / "acme", noon, portfolio_file(folder / "p.csv", 200))
    from desktop.app import Workspace

    with Workspace.open(made, actor="Pat", clock=noon) as workspace:
        cleanse = workspace.cleanse
        cleanse.accept(cleanse.findings().ids(0, 2), ExceptionRequest("Known", "Robin", date(2027, 1, 31)))
    return made


@pytest.fixture
def desk(window: MainWindow, template: Path, own_home: Path) -> MainWindow:
    window.door.open(copied(template, own_home / "acme"))
    return window


def go(desk: MainWindow, place: str, own_home: Path) -> None:
    page, _, rest = place.partition("/")
    if page == "imports" and rest:
        desk.show_page("imports", ImportFile(portfolio_file(own_home / "new.csv", 40)))
        if rest == "preview":
            desk.current.flow.next_button.click()
    else:
        desk.show_page(page, ShowSection(rest) if rest else None)
    settle()


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_and_is_reached_by_the_tab_key(desk: MainWindow, place: str, own_home: Path) -> None:
    go(desk, place, own_home)
    check_names(desk)
    page = desk.current
    assert page is not None
    assert {one for one in controls(page) if one.isVisibleTo(page)} <= set(focusable(page))


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK, Appearance.CONTRAST])
def test_no_button_and_no_heading_is_cut_at_1280_by_800_and_at_1024_by_640(
    desk: MainWindow, own_home: Path, appearance: Appearance
) -> None:
    desk.choose_appearance(appearance)
    for width, height in ((1280, 800), (1024, 640)):
        desk.resize(width, height)
        for place in PLACES:
            go(desk, place, own_home)
            cut = cut_buttons(desk.current) + cut_labels(desk.current)
            assert not cut, (place, width, cut)


def _exceptions(desk: MainWindow) -> QDialog:
    found = desk.context.workspace.cleanse.exceptions()
    return ExceptionsDialog(desk, found, withdraw=print, approve=print, writable=True)


def _report(desk: MainWindow) -> QDialog:
    return MakeReportDialog(desk, desk.context.workspace.reports, (("bsc", "BSC"),), Path("somewhere"))


def _form(desk: MainWindow) -> QDialog:
    fields = (
        Field("a", "One", hint="A hint. " * 20),
        Field("b", "Two", "x", (("x", "X"),)),
        Field("c", "Three", long=True),
    )
    return FormDialog(desk, "A form", fields, "Save it", print, "Some words before it. " * 10)


def _pack(desk: MainWindow) -> QDialog:
    return PackChangesDialog(desk, desk.context.workspace.content.pack("milestones"), (PackChange("a.b", "1", "2"),))


@pytest.mark.parametrize("make", [_exceptions, _report, _form, _pack])
def test_every_dialog_of_the_pages_is_named_and_shows_its_words_whole(
    desk: MainWindow, make: Callable[[MainWindow], QDialog]
) -> None:
    dialog = make(desk)
    check_names(dialog)
    dialog.show()
    settle()
    assert not cut_labels(dialog)
    assert dialog.windowTitle()
    dialog.reject()
    dialog.deleteLater()
