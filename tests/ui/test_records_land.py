"""With real workers: what another page asks to be shown is what the page shows, the first time that it opens too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_steps import copied
from made_testing import workspace_with_runs
from pytestqt.qtbot import QtBot
from window_care import done_with

from desktop.evidence.model import Target, TargetKind
from ui.app import make_window
from ui.main_window import MainWindow
from ui.pages.defects import DefectsPage
from ui.pages.evidence import EvidencePage
from ui.pages.payloads import ShowEvidence, ShowRun, ShowTarget
from ui.pages.test_runs import RunsPage
from ui.pages.traceability import CASES, TraceabilityPage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_with_runs(tmp_path_factory.mktemp("land") / "acme")


@pytest.fixture
def threaded(qapp, own_home: Path, clock, qtbot: QtBot, template: Path) -> Iterator[MainWindow]:
    """The window with a workspace, whose jobs run on workers as they do at a person's desk."""
    made = make_window(qapp, own_home / "config", clock=clock, actor="Pat", root=own_home / "workspaces", serial=False)
    made.resize(1280, 800)
    made.show()
    made.door.open(copied(template, own_home / "acme"))
    qtbot.waitUntil(lambda: made.context.open_workspace is not None)
    rest(made, qtbot)
    yield made
    done_with(made)


def rest(window: MainWindow, qtbot: QtBot) -> None:
    """Until no worker has anything left to do."""
    qtbot.waitUntil(lambda: not window.context.jobs.running())


@pytest.mark.parametrize("result", [3, 5, 7])
def test_a_result_is_shown_the_first_time_test_runs_opens(threaded: MainWindow, qtbot: QtBot, result: int) -> None:
    threaded.context.navigate("testruns", ShowTarget(Target(TargetKind.RESULT, result)))
    rest(threaded, qtbot)
    page = threaded.current
    assert isinstance(page, RunsPage)
    assert page.run is not None
    assert page.run.id == threaded.context.workspace.test_runs.result(result).run_id
    qtbot.waitUntil(lambda: page.panel.current_id() == result)
    qtbot.waitUntil(lambda: page.pane.result is not None and page.pane.result.id == result)


def test_a_run_is_shown_the_first_time_test_runs_opens(threaded: MainWindow, qtbot: QtBot) -> None:
    threaded.context.navigate("testruns", ShowRun(1))
    rest(threaded, qtbot)
    page = threaded.current
    assert isinstance(page, RunsPage)
    assert page.run is not None
    assert page.run.id == 1
    assert page.panel.source is not None
    assert page.panel.source.total() == 5


def test_records_of_the_other_pages_are_shown_the_first_time_they_open(threaded: MainWindow, qtbot: QtBot) -> None:
    go = threaded.context.navigate
    go("traceability", ShowTarget(Target(TargetKind.TEST_CASE, 4)))
    rest(threaded, qtbot)
    trace = threaded.current
    assert isinstance(trace, TraceabilityPage)
    assert (trace.shown_table, trace.panels[CASES].current_id()) == (CASES, 4)
    go("defects", ShowTarget(Target(TargetKind.DEFECT, 2)))
    rest(threaded, qtbot)
    defects = threaded.current
    assert isinstance(defects, DefectsPage)
    assert defects.table().current_id() == 2
    go("evidence", ShowEvidence(1))
    rest(threaded, qtbot)
    evidence = threaded.current
    assert isinstance(evidence, EvidencePage)
    assert evidence.panel.current_id() == 1
