"""The industry tables that a workspace remembers: a run uses them, and says why where it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desktop.app import Workspace
from desktop.cleanse.model import Outcome
from desktop.cleanse.standing_folder import remembered_standing
from desktop.sample.generated import MAPPING, portfolio

TODAY = date(2026, 11, 23)
CONFIGURATIONS = (
    "Standard Settlement Configuration Id,Effective From Settlement Date {SSC},Effective To Settlement Date {SSC},"
    "Standard Settlement Configuration Type\n393,01/04/1996,,I\n151,01/04/1996,,I\n"
)


@pytest.fixture
def workspace(tmp_path):
    portfolio(200).write_csv(tmp_path / "p.csv")
    with Workspace.create(
        tmp_path / "acme", "Acme", "ACME", actor="Pat", clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)
    ) as made:
        source = made.portfolio.read(tmp_path / "p.csv")
        staged = made.portfolio.stage(source, MAPPING)
        source.close()
        made.portfolio.commit(staged)
        yield made


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "mdd"
    folder.mkdir()
    (folder / "Standard_Settlement_Configuration_377.csv").write_text(CONFIGURATIONS, encoding="utf-8")
    return folder


def remember(workspace, folder):
    return workspace.settings.set(replace(workspace.settings.get(), standing_folder=str(folder)))


def outcome(workspace, check, **options):
    result = workspace.cleanse.run(1, TODAY, **options)
    return next(one for one in result.outcomes if one.check_id == check), result.run


def test_without_a_folder_a_check_says_that_its_table_has_not_been_loaded(workspace):
    found, run = outcome(workspace, "XFD-06")
    assert found.outcome is Outcome.COULD_NOT_RUN
    assert found.reason.endswith("which has not been loaded.")
    assert "Industry tables" not in run.packs


def test_the_remembered_folder_is_used_and_its_version_is_kept_with_the_run(workspace, tables):
    remember(workspace, tables)
    found, run = outcome(workspace, "XFD-06")
    assert found.outcome in (Outcome.PASSED, Outcome.FAILED)
    assert run.packs["Industry tables"]["version"] == "377"


def test_a_folder_that_is_gone_is_the_reason_of_its_checks_and_the_others_run(workspace, tables):
    remember(workspace, tables)
    before = {one.check_id for one in workspace.cleanse.run(1, TODAY).outcomes if one.outcome is Outcome.FAILED}
    for file in tables.iterdir():
        file.unlink()
    tables.rmdir()
    found, run = outcome(workspace, "XFD-06")
    assert found.outcome is Outcome.COULD_NOT_RUN
    assert found.reason.startswith("Needs the industry table Standard_Settlement_Configuration. “mdd” cannot be read")
    assert before
    assert run.open > 0


def test_tables_that_are_given_come_before_the_remembered_ones(workspace, tables):
    remember(workspace, tables)
    found, run = outcome(workspace, "XFD-06", standing={})
    assert found.reason.endswith("which has not been loaded.")
    assert "Industry tables" not in run.packs


def test_remembering_a_folder_is_one_step_that_is_undone(workspace, tables):
    changes = remember(workspace, tables)
    assert changes.title == "Change the folder of industry tables"
    assert workspace.history.undo_title() == "Change the folder of industry tables"
    workspace.history.undo()
    assert workspace.settings.get().standing_folder == ""


def test_no_folder_is_no_trouble():
    assert remembered_standing("").trouble == ""
    assert remembered_standing("").tables == {}


def test_a_folder_of_two_versions_is_told_in_a_sentence(tables):
    (tables / "Meter_Timeswitch_Class_376.csv").write_text("Meter Timeswitch Class Id\n1\n", encoding="utf-8")
    found = remembered_standing(str(tables))
    assert found.trouble == "“mdd” holds tables of several versions (376, 377)."
    assert found.tables == {}
