"""Rehearsals: a copy for practice for ever, the baseline, and planned against actual."""

from __future__ import annotations

from datetime import date, time

import pytest
from cutover_hands import RUNBOOK, Clock, acme, by_key, declare, ids, prove, runbook
from sqlcipher3 import dbapi2

from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityState, Window
from desktop.cutover.rehearsal import difference_words
from desktop.errors import InvalidInput
from desktop.uk_time import Moment


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(tmp_path, clock):
    """A supplier's workspace at noon on Monday 23 November 2026."""
    workspace = acme(tmp_path / "acme", clock, "supplier")
    yield workspace
    workspace.close()


@pytest.fixture
def plan(desk):
    """The runbook of twelve activities."""
    return runbook(desk, milestone="M15")


def test_a_rehearsal_is_the_plan_without_what_was_done(desk, plan, tmp_path):
    desk.cutover.tick(ids(desk, plan, "T-001"))
    prove(desk, ids(desk, plan, "T-003")[0], tmp_path)
    copy, changes = desk.cutover.rehearse(plan)
    assert (changes.count, changes.title) == (12, "Make a rehearsal of ACME-CUT-0001")
    view = desk.cutover.plan(copy)
    assert (view.plan.rehearsal_of, view.plan.details.milestone) == (plan, "M15")
    assert view.plan.name == "REHEARSAL: Go-live weekend (rehearsal 1)"
    real, practised = by_key(desk, plan), by_key(desk, copy)
    assert [_plain(one.details) for one in practised.values()] == [_plain(one.details) for one in real.values()]
    assert _plain(practised["T-007"].details) == _plain(RUNBOOK[6])
    assert all(one.baseline == one.planned == real[key].planned for key, one in practised.items())
    assert {one.state for one in practised.values()} == {ActivityState.READY, ActivityState.WAITING}
    assert (practised["T-003"].evidence, real["T-003"].baseline) == (0, Window())


def _plain(details: ActivityDetails) -> tuple[object, ...]:
    """Details without the ids that links got."""
    links = [(one.key, one.lag) for one in details.predecessors]
    return tuple(value for name, value in vars(details).items() if name != "predecessors"), links


def test_what_is_practised_leaves_the_plan_alone(desk, plan):
    before = desk.cutover.plan(plan)
    copy, _changes = desk.cutover.rehearse(plan)
    desk.cutover.tick(ids(desk, copy, "T-001"))
    desk.cutover.edit(ids(desk, copy, "T-005"), ActivityEdit(title="Other"))
    desk.cutover.remove(ids(desk, copy, "T-006"))
    assert desk.cutover.plan(plan) == before
    desk.cutover.remove_plan(copy)
    assert desk.cutover.plan(plan) == before


def test_a_rehearsal_stays_one_and_is_not_rehearsed(desk, plan):
    copy, _changes = desk.cutover.rehearse(plan, " Dress  rehearsal ")
    assert desk.cutover.plan(copy).plan.details.title == "Dress rehearsal"
    with pytest.raises(InvalidInput, match="is a rehearsal itself"):
        desk.cutover.rehearse(copy)
    with pytest.raises(dbapi2.IntegrityError, match="a rehearsal stays a rehearsal"), desk.store.write() as connection:
        connection.execute("UPDATE cutover_plan SET rehearsal_of = NULL WHERE id = ?", (copy,))


def test_rehearsals_are_numbered_and_can_be_undone(desk, plan):
    for _each in range(2):
        desk.cutover.rehearse(plan)
    titles = [one.details.title for one in desk.cutover.plans() if one.rehearsal]
    assert sorted(titles) == ["Go-live weekend (rehearsal 1)", "Go-live weekend (rehearsal 2)"]
    desk.history.undo()
    assert [one.details.title for one in desk.cutover.plans()] == ["Go-live weekend", "Go-live weekend (rehearsal 1)"]


def test_a_rehearsed_declaration_counts_in_a_rehearsal_only(desk, plan):
    copy, _changes = desk.cutover.rehearse(plan)
    [real], [practised] = ids(desk, plan, "T-010"), ids(desk, copy, "T-010")
    declare(desk, real, rehearsal=True)
    declare(desk, practised, rehearsal=True)
    assert by_key(desk, plan)["T-010"].lacks == ("A signed declaration",)
    assert by_key(desk, copy)["T-010"].lacks == ()


def test_a_baseline_is_kept_until_it_is_set_again(desk, plan):
    desk.cutover.set_baseline(plan)
    [backup] = ids(desk, plan, "T-003")
    before = by_key(desk, plan)["T-003"].planned
    desk.cutover.do_slip(backup, 1)
    assert by_key(desk, plan)["T-003"].baseline == before
    with pytest.raises(InvalidInput) as caught:
        desk.cutover.set_baseline(plan)
    assert caught.value.field == "again"
    desk.cutover.set_baseline(plan, again=True)
    found = by_key(desk, plan)["T-003"]
    assert found.baseline == found.planned != before


def test_planned_against_actual_in_minutes_where_both_are_times_else_in_working_days(desk, plan, clock):
    copy, _changes = desk.cutover.rehearse(plan)
    clock.set(2026, 11, 30, 9, 0)
    cutover = desk.cutover
    cutover.tick(ids(desk, copy, "T-001"), at=Moment(date(2026, 11, 26)))
    cutover.start(ids(desk, copy, "T-003"), at=Moment(date(2026, 11, 27), time(20, 10)))
    cutover.tick(ids(desk, copy, "T-003"), at=Moment(date(2026, 11, 27), time(23, 25)), despite="Practice")
    cutover.tick(ids(desk, copy, "T-002"), at=Moment(date(2026, 11, 24)))
    cutover.not_needed(ids(desk, copy, "T-008"), "Nobody there to practise with")
    found = {one.key: one for one in cutover.comparison(copy)}
    assert "T-008" not in found
    backup = found["T-003"]
    assert (backup.start_difference, backup.finish_difference, backup.unit) == (10, 85, "min")
    assert backup.words == "1 h 25 min late"
    first = found["T-001"]
    assert (first.start_difference, first.finish_difference, first.unit) == (1, 1, "wd")
    assert (found["T-002"].start_difference, found["T-002"].words) == (None, "1 working day early")
    assert (found["T-012"].finish_difference, found["T-012"].words) == (None, "")


@pytest.mark.parametrize(
    ("count", "unit", "words"),
    [
        (None, "min", ""),
        (0, "wd", "as planned"),
        (2, "wd", "2 working days late"),
        (-60, "min", "1 h early"),
        (5, "min", "5 min late"),
    ],
)
def test_differences_are_said_in_words(count, unit, words):
    assert difference_words(count, unit) == words
