"""Defects on the pack's scale, linked to results, and the work-off plan that keeps what is deferred."""

from __future__ import annotations

from datetime import date

import pytest
from testing_hands import workspace_that_tests

from desktop.errors import InvalidInput, NotFound
from desktop.testing.model import (
    DefectDetails,
    DefectStatus,
    ResultEdit,
    Status,
    WorkOffDetails,
    WorkOffStatus,
)
from desktop.testing.tables import LATE, NO_OWNER, NO_RETEST, NO_WORK_OFF, NOT_AGREED

TODAY = "2026-11-23"


@pytest.fixture
def workspace(tmp_path, clock):
    with workspace_that_tests(tmp_path / "w", clock) as made:
        yield made


@pytest.fixture
def defects(workspace):
    return workspace.defects


def rows(table):
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.page(0, table.count())]


def test_a_new_defect_is_open_from_today_and_knows_where_it_was_seen(defects):
    defect_id, changes = defects.save(DefectDetails(" Lost  message ", severity="critical"), None, [4, 4])
    assert changes.title == "Add the defect ACME-DEF-0003"
    found = defects.defect(defect_id)
    assert (found.ref, found.details.title, found.details.raised) == ("ACME-DEF-0003", "Lost message", TODAY)
    assert found.results == ((4, "ACME-RUN-0002", "T-2", Status.FAILED),)
    assert found.work_off == ()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (DefectDetails(" "), "title"),
        (DefectDetails("x", severity="awful"), "severity"),
        (DefectDetails("x", due="soon"), "due"),
        (DefectDetails("x", status=DefectStatus.CLOSED, raised="2026-11-02", closed="2026-11-01"), "closed"),
    ],
)
def test_a_defect_that_cannot_be_is_refused(defects, details, field):
    with pytest.raises(InvalidInput) as refused:
        defects.save(details)
    assert refused.value.field == field
    assert len(defects.defects()) == 2


def test_a_defect_of_a_result_that_is_not_there_is_not_added(defects):
    with pytest.raises(NotFound):
        defects.save(DefectDetails("x"), None, [99])
    assert len(defects.defects()) == 2


def test_closing_takes_today_and_opening_again_takes_the_day_away(defects):
    defects.edit([1, 2], status=DefectStatus.CLOSED)
    assert {one.details.closed for one in defects.defects()} == {TODAY}
    defects.edit([1], status=DefectStatus.READY)
    assert defects.defect(1).details.closed == ""
    defects.save(DefectDetails("x", status=DefectStatus.REJECTED, raised="2026-11-01", closed="2026-11-05"), 1)
    assert defects.defect(1).details.closed == "2026-11-05"


def test_several_defects_change_in_one_step(defects, workspace):
    changes = defects.edit([1, 2], severity="medium", owner=" Kim ", due="2026-12-01")
    assert (changes.title, changes.count) == ("Change 2 defects", 2)
    assert [(one.details.severity, one.details.owner, one.details.due) for one in defects.defects()] == [
        ("medium", "Kim", "2026-12-01")
    ] * 2
    workspace.history.undo()
    assert [one.details.severity for one in defects.defects()] == ["low", "high"]
    with pytest.raises(InvalidInput):
        defects.edit([1], severity="awful")
    with pytest.raises(NotFound):
        defects.edit([1, 99], owner="x")
    assert defects.defect(1).details.owner == "Sam"
    assert defects.edit([], owner="x") == defects.edit([1])


def test_a_severity_of_an_older_scale_stays_until_it_is_changed(defects, workspace):
    with workspace.store.write() as connection:
        connection.execute("UPDATE defect SET severity = 'S1' WHERE id = 1")
    kept = defects.defect(1).details
    defects.save(DefectDetails(kept.title, severity="S1", owner="Kim"), 1)
    assert defects.defect(1).details.severity == "S1"
    assert defects.open_by_severity() == {"critical": 0, "high": 0, "medium": 0, "low": 1, "S1": 1}
    with pytest.raises(InvalidInput):
        defects.save(DefectDetails("new", severity="S1"))


def test_links_to_results_are_added_once_and_taken_back(defects):
    assert defects.link(2, [4, 3]).count == 2
    assert not defects.link(2, [4]).subjects
    assert [one[0] for one in defects.defect(2).results] == [3, 4]
    assert defects.unlink(2, [3, 99]).count == 1
    assert [one[0] for one in defects.defect(2).results] == [4]


def test_a_deferred_defect_without_a_promise_is_told(defects):
    assert defects.deferred_without_work_off() == ()
    defects.edit_work_off([1], status=WorkOffStatus.DROPPED)
    assert [one.ref for one in defects.deferred_without_work_off()] == ["ACME-DEF-0002"]
    (row,) = [one for one in rows(defects.table()) if one["ref"] == "ACME-DEF-0002"]
    assert NO_WORK_OFF in row["flags"]
    defects.save_work_off(WorkOffDetails("again", defect_id=2))
    assert defects.deferred_without_work_off() == ()


def test_a_defect_closed_without_a_passed_retest_is_told(defects, workspace):
    defects.edit([1], status=DefectStatus.CLOSED)
    (row,) = [one for one in rows(defects.table()) if one["ref"] == "ACME-DEF-0001"]
    assert row["flags"] == NO_RETEST
    workspace.test_runs.set_results([4], ResultEdit(Status.PASSED))
    (row,) = [one for one in rows(defects.table()) if one["ref"] == "ACME-DEF-0001"]
    assert row["flags"] == ""


def test_the_table_says_what_a_defect_hangs_on(defects):
    defects.edit([1], due="2026-11-20")
    first, second = rows(defects.table())
    assert (first["ref"], first["severity"], first["cases"], first["requirements"], first["key"]) == (
        "ACME-DEF-0001", "High", "T-2", "R-2", "BUG-7",
    )  # fmt: skip
    assert first["flags"] == LATE
    assert (second["severity"], second["work_off"], second["flags"]) == ("Low", "ACME-WOP-0001", NO_OWNER)
    on_the_day = rows(defects.table(date(2026, 11, 20)))
    assert on_the_day[0]["flags"] == ""


# -- the work-off plan -------------------------------------------------------------------------------------------------


def test_an_item_is_for_a_defect_or_a_requirement_and_knows_their_names(defects):
    item_id, changes = defects.save_work_off(WorkOffDetails("Both", defect_id=1, requirement_id=2, due="2026-11-22"))
    assert changes.title == "Add the work-off item ACME-WOP-0003"
    found = defects.work_off(item_id)
    assert (found.defect_ref, found.requirement_key, found.late) == ("ACME-DEF-0001", "R-2", True)
    assert defects.defect(1).work_off == ("ACME-WOP-0003",)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (WorkOffDetails(" ", defect_id=1), "title"),
        (WorkOffDetails("x"), "defect_id"),
        (WorkOffDetails("x", defect_id=1, agreed_on="2026-11-01"), "agreed_by"),
        (WorkOffDetails("x", defect_id=1, due="31.11.2026"), "due"),
    ],
)
def test_an_item_that_cannot_be_is_refused(defects, details, field):
    with pytest.raises(InvalidInput) as refused:
        defects.save_work_off(details)
    assert refused.value.field == field


@pytest.mark.parametrize("details", [WorkOffDetails("x", defect_id=99), WorkOffDetails("x", requirement_id=99)])
def test_an_item_for_something_that_is_gone_is_not_found(defects, details):
    with pytest.raises(NotFound):
        defects.save_work_off(details)


def test_late_is_open_past_its_day(defects):
    (late, day_less) = defects.work_off_items()
    assert (late.details.due, late.late, day_less.late) == ("2026-11-02", True, False)
    assert not defects.work_off_items(day=date(2026, 11, 2))[0].late
    defects.edit_work_off([1], status=WorkOffStatus.DONE)
    done = defects.work_off(1)
    assert (done.late, done.details.closed) == (False, TODAY)
    assert [one.ref for one in defects.work_off_items()] == ["ACME-WOP-0002", "ACME-WOP-0001"]


def test_items_change_together_and_are_agreed_by_somebody(defects, workspace):
    changes = defects.edit_work_off([1, 2], owner="Alex", due="2026-12-01", agreed_by="REC", agreed_on=TODAY)
    assert (changes.title, changes.count) == ("Change 2 work-off items", 2)
    assert {one.details.agreed_by for one in defects.work_off_items()} == {"REC"}
    workspace.history.undo()
    with pytest.raises(InvalidInput) as refused:
        defects.edit_work_off([1, 2], agreed_on=TODAY)
    assert refused.value.field == "agreed_by"
    assert defects.work_off(1).details.agreed_on == ""


def test_the_plan_as_a_table_says_what_is_missing(defects):
    first, second = rows(defects.work_off_table())
    assert (first["ref"], first["defect"], first["flags"]) == (
        "ACME-WOP-0001",
        "ACME-DEF-0002",
        f"{LATE}, {NOT_AGREED}",
    )
    assert (second["requirement"], second["agreed_by"]) == ("R-4", "BSC")
    assert NO_OWNER in second["flags"]


def test_what_was_done_is_undone_step_by_step(defects, workspace):
    before = defects.defects(), defects.work_off_items()
    defects.save(DefectDetails("x"), None, [3])
    defects.save_work_off(WorkOffDetails("y", defect_id=3))
    defects.unlink(1, [4])
    for _ in range(3):
        workspace.history.undo()
    assert (defects.defects(), defects.work_off_items()) == before
