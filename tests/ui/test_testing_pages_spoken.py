"""The testing pages with records can be used by keyboard, are spoken, and show their words whole, in each scheme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk_steps import copied
from made_testing import rttm, workspace_with_runs
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names, controls
from window_care import focusable, settle
from words_whole import cut_buttons, cut_labels

from desktop.evidence.model import Target, TargetKind
from desktop.records.model import RecordKind
from ui.dialogs.case_form import CaseDialog
from ui.dialogs.choose_records import ChooseRecordsDialog
from ui.dialogs.make_workbook import MakeWorkbookDialog
from ui.dialogs.start_run import StartRunDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ImportRecords, ShowTarget
from ui.theme.theme import Appearance
from ui.widgets.record_past import PastImportsDialog
from ui.widgets.trace_links import LinkLine

PLACES = ("requirement", "test_case", "result", "defect", "work_off", "map", "difference")
PAGES = {"result": "testruns", "defect": "defects", "work_off": "defects"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_with_runs(tmp_path_factory.mktemp("testing-spoken") / "acme")


@pytest.fixture
def desk(window: MainWindow, template: Path, own_home: Path) -> MainWindow:
    window.door.open(copied(template, own_home / "acme"))
    return window


def go(desk: MainWindow, place: str, own_home: Path) -> None:
    if place in ("map", "difference"):
        file = rttm(own_home / "RTTM.xlsx", ("R-1", "Requirement 1", "functional", ""), ("R-9", "New", "", "x"))
        desk.show_page("traceability", ImportRecords(file, RecordKind.REQUIREMENTS))
        if place == "difference":
            desk.current.flow.next_button.click()  # type: ignore[union-attr]
    else:
        kind = TargetKind(place)
        number = {TargetKind.REQUIREMENT: 4, TargetKind.TEST_CASE: 4}.get(kind, 2 if place == "result" else 1)
        desk.show_page(PAGES.get(place, "traceability"), ShowTarget(Target(kind, number)))
    settle()


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_and_is_reached_by_the_tab_key(desk: MainWindow, place: str, own_home: Path) -> None:
    go(desk, place, own_home)
    check_names(desk)
    page = desk.current
    assert page is not None
    assert {one for one in controls(page) if one.isVisibleTo(page)} <= set(focusable(page))


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.CONTRAST])
def test_no_button_and_no_heading_is_cut_at_1280_by_800_and_at_1024_by_640(
    desk: MainWindow, own_home: Path, appearance: Appearance
) -> None:
    desk.choose_appearance(appearance)
    for width, height in ((1280, 800), (1024, 640)):
        desk.resize(width, height)
        for place in PLACES:
            go(desk, place, own_home)
            assert desk.current is not None
            # A line of links is shortened with dots, and has its tooltip.
            cut = cut_buttons(desk.current, but=(LinkLine,)) + cut_labels(desk.current)
            assert not cut, (place, width, cut)


def _cases(desk: MainWindow) -> QDialog:
    source = desk.context.workspace.trace.cases()
    return ChooseRecordsDialog(
        desk, "Link test cases", source, keys=("key", "title"), verb="Link", word=("test case", "test cases")
    )


def _case(desk: MainWindow) -> QDialog:
    return CaseDialog(desk, desk.context.workspace.requirements.case(1), ("Functional",), print, "It is linked. " * 12)


def _run(desk: MainWindow) -> QDialog:
    return StartRunDialog(
        desk, chosen=2, cases=5, stages=(("Functional", 5),), runs=((1, "Round 1", 3),), gates=(("g", "PIT exit"),),
        save=print,
    )  # fmt: skip


def _book(desk: MainWindow) -> QDialog:
    return MakeWorkbookDialog(desk, lambda kind, gate: f"{kind}{gate}.xlsx", (("g", "PIT exit"),), Path.home())


def _past(desk: MainWindow) -> QDialog:
    return PastImportsDialog(desk, desk.context.workspace.record_imports.past())


@pytest.mark.parametrize("make", [_cases, _case, _run, _book, _past])
def test_every_dialog_is_named_and_shows_its_words_whole(
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
