"""The tables of testing: gaps first, counted by what people filter by, and read again after a change."""

from __future__ import annotations

import pytest
from testing_hands import workspace_that_tests

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.errors import InvalidInput
from desktop.records.model import RunDetails
from desktop.testing import tables
from desktop.testing.model import CaseEdit, Cover, RequirementEdit, ResultEdit, Status


@pytest.fixture
def workspace(tmp_path, clock):
    with workspace_that_tests(tmp_path / "w", clock) as made:
        yield made


def rows(table):
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.page(0, table.count())]


def keys(table):
    return [row["key"] for row in rows(table)]


def counts(table, column):
    return {one.title: one.count for one in table.facets(column)}


def test_requirements_come_with_the_gaps_first(workspace):
    table = workspace.trace.requirements()
    assert keys(table) == ["R-4", "R-2", "R-3", "R-5", "R-1", "R-6"]
    assert [one.value for one in table.facets("cover")] == [
        "No test case", "Failed", "Not run", "Relies, not proven", "Passed", "Not applicable",
    ]  # fmt: skip
    table.apply(View(sort="cover", descending=True))
    assert keys(table)[0] == "R-6"
    table.apply(View())
    assert keys(table) == ["R-1", "R-2", "R-3", "R-4", "R-5", "R-6"]


def test_a_row_says_what_hangs_on_the_requirement(workspace):
    found = {row["key"]: row for row in rows(workspace.trace.requirements())}
    assert (found["R-1"]["cases"], found["R-1"]["results"], found["R-1"]["evidence"]) == (1, "1 Passed", 1)
    assert (found["R-2"]["results"], found["R-2"]["defects"], found["R-2"]["flags"]) == (
        "1 Failed",
        1,
        tables.OPEN_DEFECT,
    )
    assert (found["R-4"]["work_off"], found["R-4"]["flags"]) == ("ACME-WOP-0002", tables.WORK_OFF_OPEN)
    assert found["R-5"]["reliance"] == "ACME-REL-0001 Vendor plc"
    assert found["R-6"]["applies"] == "No unmetered supplies"


def test_evidence_that_hangs_on_a_case_and_its_result_counts_once(workspace):
    from desktop.evidence.model import Target, TargetKind

    workspace.evidence.link([1], [Target(TargetKind.TEST_CASE, 1), Target(TargetKind.REQUIREMENT, 1)])
    found = {row["key"]: row for row in rows(workspace.trace.requirements())}
    assert (found["R-1"]["evidence"], found["R-1"]["awaiting"]) == (1, 0)


def test_a_replaced_file_is_to_be_confirmed_on_all_it_proves(workspace, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("It passed, really.", encoding="utf-8")
    workspace.evidence.replace(1, other, "a better one")
    for table in (workspace.trace.requirements(), workspace.trace.cases(), workspace.test_runs.table()):
        flagged = [row["key"] for row in rows(table) if tables.TO_CONFIRM in row["flags"]]
        assert flagged in (["R-1"], ["T-1"])


def test_what_is_to_be_looked_at_can_be_filtered_and_counted(workspace):
    workspace.requirements.edit_requirements([1, 2], RequirementEdit(text="Otherwise."))
    table = workspace.trace.requirements()
    assert counts(table, "flags") == {
        tables.LOOK_AGAIN: 2, "(nothing)": 3, tables.OPEN_DEFECT: 1, tables.WORK_OFF_OPEN: 1,
    }  # fmt: skip
    table.apply(View((Filter("flags", Op.IS_ANY, (tables.LOOK_AGAIN,)),), sort="key"))
    assert keys(table) == ["R-1", "R-2"]
    assert rows(table)[0]["changed"] == 1
    table.apply(View((Filter("flags", Op.EMPTY),)))
    assert keys(table) == ["R-3", "R-5", "R-6"]


def test_requirements_are_searched_by_their_text_and_filtered_by_cover(workspace):
    table = workspace.trace.requirements()
    table.apply(View(text="migrate SUPPLY"))
    assert keys(table) == ["R-3"]
    table.apply(View((Filter("cover", Op.IS_ANY, (Cover.PASSED.value, Cover.FAILED.value)),)))
    assert keys(table) == ["R-1", "R-2"]
    assert counts(table, "family") == {"functional": 1, "Functional": 1}
    with pytest.raises(InvalidInput):
        table.apply(View(sort="colour"))


def test_cases_for_nothing_come_first_then_those_without_a_result(workspace):
    workspace.requirements.add_case("T-5", _case("Never run"), [3])
    table = workspace.trace.cases()
    assert keys(table) == ["T-4", "T-5", "T-2", "T-3", "T-1"]
    found = {row["key"]: row for row in rows(table)}
    assert found["T-4"]["flags"] == f"{tables.NO_REQUIREMENT}, {tables.NO_RESULT}"
    assert (found["T-2"]["status"], found["T-2"]["run"], found["T-2"]["results"]) == ("Failed", "ACME-RUN-0002", 2)
    assert (found["T-2"]["executed"], found["T-2"]["requirements"], found["T-2"]["defects"]) == ("2026-11-21", "R-2", 1)


def _case(title):
    from desktop.testing.model import CaseEdit

    return CaseEdit(title=title)


def test_a_table_that_is_read_again_keeps_its_view(workspace):
    table = workspace.trace.requirements()
    table.apply(View((Filter("cover", Op.IS_ANY, (Cover.FAILED.value,)),)))
    assert keys(table) == ["R-2"]
    workspace.test_runs.set_results([4], ResultEdit(Status.PASSED))
    table.reload()
    assert keys(table) == []
    assert table.total() == 6


def test_results_say_whether_they_are_proven(workspace):
    found = {(row["run"], row["key"]): row for row in rows(workspace.test_runs.table())}
    assert found["ACME-RUN-0002", "T-1"]["evidence"] == 1
    assert found["ACME-RUN-0002", "T-1"]["flags"] == ""
    assert found["ACME-RUN-0002", "T-2"]["defects"] == "ACME-DEF-0001"
    assert found["ACME-RUN-0002", "T-3"]["steps"] == 1
    assert found["ACME-RUN-0001", "T-2"]["reason"] == "No environment"
    workspace.evidence.unlink([one.link_id for one in workspace.evidence.used_in(1)])
    found = {(row["run"], row["key"]): row for row in rows(workspace.test_runs.table(2))}
    assert found["ACME-RUN-0002", "T-1"]["flags"] == tables.NO_EVIDENCE


def test_every_column_can_be_sorted_both_ways_and_every_facet_counted(workspace):
    for table in (
        workspace.trace.requirements(),
        workspace.trace.cases(),
        workspace.test_runs.table(),
        workspace.defects.table(),
        workspace.defects.work_off_table(),
    ):
        for column in table.columns:
            for descending in (False, True):
                table.apply(View(sort=column.key, descending=descending))
                assert table.count() == table.total() > 0
            if column.facet:
                assert sum(one.count for one in table.facets(column.key)) >= table.total()


def test_the_gate_of_a_result_has_the_name_of_the_plan(tmp_path, clock):
    with Workspace.create(tmp_path / "acme", "Acme Energy", "ACME", actor="Ann", clock=clock) as workspace:
        workspace.requirements.add_case("T-1", CaseEdit(title="Take a message"))
        run, _ = workspace.test_runs.start(RunDetails("First", gate="pit_exit"), [1])
        table = workspace.test_runs.table(run)
        assert [one.value for one in table.facets("gate")] == ["PIT exit"]
