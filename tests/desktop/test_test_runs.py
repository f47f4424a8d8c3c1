"""Runs keep cases as they were; results and steps are said by people, and a finished run takes no more."""

from __future__ import annotations

import sqlite3

import pytest

from desktop.changes import Subject
from desktop.errors import InvalidInput, NotFound
from desktop.records.model import RunDetails
from desktop.testing.model import CaseEdit, RequirementEdit, ResultEdit, Status, Step, StepResult
from desktop.testing.requirements import RequirementService
from desktop.testing.runs import RunService
from desktop.testing.stepping import suggested_status
from local_db.connection import Store

TODAY = "2026-11-23"
P, F, B, N, X = Status.PASSED, Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.NOT_APPLICABLE


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "workspace.db")
    yield made
    made.close()


@pytest.fixture
def cases(store, clock):
    """One requirement; T-1 with two steps for it, T-2 and T-3 for none."""
    made = RequirementService(store, "Jo", clock)
    made.add_requirement("R-1", RequirementEdit(title="Needed"))
    made.add_case("T-1", CaseEdit(title="First", steps=(Step(1, "1", "Send"), Step(2, "1b", "Look"))), [1])
    made.add_case("T-2", CaseEdit(title="Second"))
    made.add_case("T-3", CaseEdit(title="Third"))
    return made


@pytest.fixture
def runs(store, cases, clock):
    return RunService(store, "Jo", clock)


def statuses(runs, run_id):
    table = runs.table(run_id)
    return {row[0]: row[2] for row in table.page(0, table.count())}


def undo(store, clock):
    store.undo(actor="Jo", at=clock())


def test_a_run_starts_with_every_case_not_run(runs, store, clock):
    run_id, changes = runs.start(RunDetails(" PIT  cycle 1 ", "functional", "pit_exit", "UAT"), [2, 1, 2])
    assert (changes.title, changes.subjects) == ("Start the run DESK-RUN-0001 with 2 test cases", {Subject.RESULTS})
    run = runs.run(run_id)
    assert (run.title, run.stage, run.gate, run.environment) == ("PIT cycle 1", "functional", "pit_exit", "UAT")
    assert (run.started, run.finished, run.tester, run.open, run.cases) == (TODAY, "", "Jo", True, 2)
    assert run.counts == {P: 0, F: 0, B: 0, N: 2, X: 0}
    assert runs.runs() == (run,)
    undo(store, clock)
    assert runs.runs() == ()
    with pytest.raises(NotFound):
        runs.run(run_id)


def test_a_reference_is_given_once_even_if_its_run_was_undone(runs, store, clock):
    runs.start(RunDetails("First"), [1])
    undo(store, clock)
    run_id, _ = runs.start(RunDetails("Second"), [1])
    assert runs.run(run_id).ref == "DESK-RUN-0002"


@pytest.mark.parametrize(
    ("details", "case_ids", "field"),
    [
        (RunDetails(" "), [1], "title"),
        (RunDetails("x"), [], "cases"),
        (RunDetails("x", started="yesterday"), [1], "started"),
        (RunDetails("x", started="2026-11-02", finished="2026-11-01"), [1], "finished"),
    ],
)
def test_a_run_without_title_or_cases_or_with_days_that_cannot_be_is_refused(runs, details, case_ids, field):
    with pytest.raises(InvalidInput) as refused:
        runs.start(details, case_ids)
    assert refused.value.field == field
    assert runs.runs() == ()


def test_a_run_of_a_case_that_is_gone_leaves_nothing_behind(runs):
    with pytest.raises(NotFound):
        runs.start(RunDetails("x"), [1, 99])
    assert runs.runs() == ()


def test_a_case_that_is_changed_later_stays_in_the_run_as_it_was(runs, cases):
    runs.start(RunDetails("x"), [1])
    cases.edit_cases([1], CaseEdit(title="Otherwise", steps=(Step(1, "9", "Other"),)))
    result = runs.result(1)
    assert (result.title, result.frozen["title"], result.frozen["requirements"]) == ("First", "First", ["R-1"])
    assert [one.step.description for one in result.steps] == ["Send", "Look"]
    assert result.case_changed
    assert [row[-1] for row in runs.table().page(0, 1)] == ["Case changed since its run"]


def test_a_note_of_a_case_is_no_change_of_what_was_tested(runs, cases):
    runs.start(RunDetails("x"), [1])
    cases.edit_cases([1], CaseEdit(note="ask Kim", owner="Kim"))
    assert not runs.result(1).case_changed


def test_what_was_tested_cannot_be_written_over(runs, store):
    runs.start(RunDetails("x"), [1])
    with pytest.raises(Exception, match="frozen") as refused, store.write() as connection:
        connection.execute("UPDATE result SET frozen = '{}'")
    assert isinstance(refused.value, sqlite3.DatabaseError) or "Integrity" in type(refused.value).__name__


def test_results_are_set_together_and_taken_back_together(runs, store, clock):
    runs.start(RunDetails("x", tester="Sam"), [1, 2, 3])
    changes = runs.set_results([1, 3], ResultEdit(P))
    assert (changes.title, changes.count) == ("Set 2 results to Passed", 2)
    assert statuses(runs, 1) == {"T-1": "Passed", "T-2": "Not run", "T-3": "Passed"}
    one = runs.result(1)
    assert (one.executed, one.tester) == (TODAY, "Sam")
    assert runs.run(1).counts[P] == 2
    undo(store, clock)
    assert set(statuses(runs, 1).values()) == {"Not run"}
    assert (runs.result(1).executed, runs.result(1).tester) == ("", "")


@pytest.mark.parametrize("status", [B, X])
def test_blocked_and_not_applicable_need_a_reason(runs, status):
    runs.start(RunDetails("x"), [1])
    for reason in (None, "", "  "):
        with pytest.raises(InvalidInput) as refused:
            runs.set_results([1], ResultEdit(status, reason=reason))
        assert refused.value.field == "reason"
    runs.set_results([1], ResultEdit(status, reason="No environment"))
    assert (runs.result(1).status, runs.result(1).reason) == (status, "No environment")
    runs.set_results([1], ResultEdit(message="still so"))
    assert runs.result(1).reason == "No environment"
    with pytest.raises(InvalidInput):
        runs.set_results([1], ResultEdit(reason=""))


def test_a_reason_goes_with_the_status_that_needed_it(runs):
    runs.start(RunDetails("x"), [1])
    runs.set_results([1], ResultEdit(B, reason="No environment"))
    runs.set_results([1], ResultEdit(P))
    assert runs.result(1).reason == ""


def test_a_status_that_stays_keeps_its_day(runs):
    runs.start(RunDetails("x"), [1, 2])
    runs.set_results([1], ResultEdit(P, executed="2026-11-02"))
    runs.set_results([1, 2], ResultEdit(P))
    assert (runs.result(1).executed, runs.result(2).executed) == ("2026-11-02", TODAY)
    runs.set_results([1], ResultEdit(F))
    assert runs.result(1).executed == TODAY
    runs.set_results([1], ResultEdit(N))
    assert runs.result(1).executed == ""


@pytest.mark.parametrize("day", ["2026-11-24", "soon", "2026-02-30"])
def test_a_case_is_not_run_on_a_day_that_lies_ahead_or_is_none(runs, day):
    runs.start(RunDetails("x"), [1])
    with pytest.raises(InvalidInput) as refused:
        runs.set_results([1], ResultEdit(P, executed=day))
    assert refused.value.field == "executed"


def test_one_result_that_cannot_be_set_leaves_all_as_they_were(runs):
    runs.start(RunDetails("x"), [1])
    runs.start(RunDetails("y"), [1])
    runs.finish(1)
    with pytest.raises(InvalidInput) as refused:
        runs.set_results([1, 2], ResultEdit(P))
    assert "finished" in str(refused.value)
    with pytest.raises(NotFound):
        runs.set_results([2, 99], ResultEdit(P))
    assert runs.result(2).status is N


def test_a_finished_run_takes_no_more_until_it_is_opened_again(runs, store, clock):
    runs.start(RunDetails("x", started="2026-11-20"), [1])
    with pytest.raises(InvalidInput):
        runs.finish(1, "2026-11-19")
    assert runs.finish(1).title == "Finish the run DESK-RUN-0001"
    assert (runs.run(1).finished, runs.run(1).open) == (TODAY, False)
    for change in (lambda: runs.set_results([1], ResultEdit(P)), lambda: runs.set_step(1, 1, P)):
        with pytest.raises(InvalidInput) as refused:
            change()
        assert refused.value.field == "run"
    runs.reopen(1)
    runs.set_results([1], ResultEdit(P))
    undo(store, clock)
    undo(store, clock)
    assert runs.run(1).finished == TODAY


def test_what_is_said_of_a_run_can_be_changed(runs):
    runs.start(RunDetails("x"), [1])
    runs.edit(1, RunDetails("Better", environment="UAT 2", note="two\nlines", started="2026-11-01"))
    run = runs.run(1)
    assert (run.title, run.environment, run.note, run.started, run.finished) == (
        "Better", "UAT 2", "two\nlines", "2026-11-01", "",
    )  # fmt: skip
    with pytest.raises(NotFound):
        runs.edit(9, RunDetails("x"))


# -- steps -------------------------------------------------------------------------------------------------------------


def test_a_step_is_set_without_touching_the_result(runs, store, clock):
    runs.start(RunDetails("x"), [1])
    changes = runs.set_step(1, 2, F, evidence="Auto", files="a.log", remark="no answer")
    assert changes.title == "Step 1b of T-1: Failed"
    result = runs.result(1)
    assert result.status is N
    second = result.steps[1]
    assert (second.status, second.evidence, second.files, second.remark) == (F, "Auto", "a.log", "no answer")
    assert result.steps[0] == StepResult(Step(1, "1", "Send"))
    runs.set_step(1, 2, P)
    assert (runs.result(1).steps[1].status, runs.result(1).steps[1].remark) == (P, "no answer")
    undo(store, clock)
    undo(store, clock)
    assert runs.result(1).steps[1].status is N


def test_a_step_that_the_case_did_not_have_is_not_found(runs):
    runs.start(RunDetails("x"), [1])
    with pytest.raises(NotFound):
        runs.set_step(1, 3, P)


@pytest.mark.parametrize(
    ("steps", "suggested"),
    [
        ((), None),
        ((N, N), None),
        ((P, P), P),
        ((P, X), P),
        ((X, X), X),
        ((P, N), N),
        ((P, F, N, B), F),
        ((P, B, N), B),
    ],
)
def test_steps_suggest_a_status_and_no_more(steps, suggested):
    assert suggested_status([StepResult(Step(1, "1"), one) for one in steps]) is suggested


# -- running again -----------------------------------------------------------------------------------------------------


def test_what_did_not_pass_is_run_again_as_it_reads_now(runs, cases):
    runs.start(RunDetails("Cycle 1", "functional", "pit_exit", "UAT", "Sam"), [1, 2, 3])
    runs.set_results([1], ResultEdit(F))
    runs.set_results([2], ResultEdit(P))
    cases.edit_cases([1], CaseEdit(title="Mended"))
    run_id, _ = runs.start_again(1)
    again = runs.run(run_id)
    assert (again.title, again.stage, again.gate, again.environment, again.tester) == (
        "Cycle 1, again", "functional", "pit_exit", "UAT", "Sam",
    )  # fmt: skip
    assert statuses(runs, run_id) == {"T-1": "Not run", "T-3": "Not run"}
    assert runs.result(4).title == "Mended"
    assert runs.result(1).title == "First"


def test_cases_that_do_not_apply_are_not_run_again(runs):
    runs.start(RunDetails("x"), [1, 2])
    runs.set_results([1], ResultEdit(X, reason="no such meters"))
    runs.set_results([2], ResultEdit(P))
    with pytest.raises(InvalidInput, match="nothing is to be run again"):
        runs.start_again(1)


def test_the_table_has_a_run_or_all_with_the_newest_first(runs):
    runs.start(RunDetails("x"), [1, 2])
    runs.start(RunDetails("y"), [3])
    assert [row[0] for row in runs.table().page(0, 9)] == ["T-3", "T-1", "T-2"]
    assert [row[0] for row in runs.table(1).page(0, 9)] == ["T-1", "T-2"]
    assert runs.table(99).total() == 0
