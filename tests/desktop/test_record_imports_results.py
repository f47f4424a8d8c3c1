"""Results come in: a run with frozen copies, or an open run brought up to date."""

from __future__ import annotations

import json

import pytest
from record_hands import changed, importing, told

from desktop.errors import InvalidInput, NotFound
from desktop.records.model import RecordKind, RunDetails
from desktop.testing.import_results import NO_REASON
from desktop.testing.model import Status

CASES = ("Test case ID,Title,Req ID,Step,Action", "T-1,Send,FR-1,1,Go", "T-2,Answer,,,", "T-3,Migrate,,,")
RESULTS = (
    "Test case ID,Result,Executed on,Tester,Actual result",
    "T-1,Pass,2026-11-20,Sam,",
    "T-2,FAIL,20/11/2026 14:30,Sam,No answer",
    "T-3,n/a,,,",
)


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        made.take(made.csv("Req ID,Title", "FR-1,Send"))
        made.take(made.csv(*CASES), RecordKind.CASES)
        yield made


def stage(at, *lines, **options):
    return at.stage(at.csv(*lines, name="SIT cycle 1.csv"), RecordKind.RESULTS, **options)


def take(at, *lines, **options):
    return at.imports.commit(stage(at, *lines, **options))


def kept(at):
    return at.rows("SELECT key, status, reason, message, tester, executed FROM result ORDER BY id")


def test_a_file_of_results_becomes_one_run_with_frozen_copies(at):
    staged = stage(at, *RESULTS, run=RunDetails(title="Cycle 1", stage="SIT", environment="UIT"))
    assert told(staged.counts) == {"added": 3}
    done = at.imports.commit(staged)
    run = at.workspace.test_runs.run(done.run_id)
    assert (run.ref, run.title, run.stage, run.import_id) == ("ACME-RUN-0001", "Cycle 1", "SIT", done.import_id)
    assert run.counts == {**run.counts, Status.PASSED: 1, Status.FAILED: 1, Status.NOT_APPLICABLE: 1}
    assert kept(at) == [
        ("T-1", "Passed", "", "", "Sam", "2026-11-20"),
        ("T-2", "Failed", "", "No answer", "Sam", "2026-11-20T14:30:00"),
        ("T-3", "Not applicable", NO_REASON, "", "", "2026-11-23"),
    ]
    frozen = json.loads(at.rows("SELECT frozen FROM result WHERE key = 'T-1'")[0][0])
    assert frozen["requirements"] == ["FR-1"]
    assert frozen["steps"][0]["description"] == "Go"
    assert not at.workspace.test_runs.result(1).case_changed


def test_the_run_is_called_as_the_file_and_the_same_file_again_is_nothing_to_do(at):
    first = take(at, *RESULTS)
    assert at.workspace.test_runs.run(first.run_id).title == "SIT cycle 1"
    again = take(at, *RESULTS)
    assert again.already
    assert again.run_id == first.run_id
    assert told(again.counts) == {"unchanged": 3}
    other = take(at, *RESULTS, run=RunDetails(title="Once more"))
    assert other.run_id != first.run_id


def test_results_go_into_an_open_run_and_update_it(at):
    run_id, _ = at.workspace.test_runs.start(RunDetails(title="By hand"), [1, 2])
    staged = stage(at, *RESULTS, into_run=run_id)
    assert told(staged.counts) == {"added": 1, "changed": 2}
    at.imports.commit(staged)
    assert len(at.workspace.test_runs.runs()) == 1
    assert [row[1] for row in kept(at)] == ["Passed", "Failed", "Not applicable"]
    later = take(at, RESULTS[0], RESULTS[2].replace("FAIL", "Passed"), into_run=run_id)
    assert told(later.counts) == {"changed": 1}
    assert at.imports.past()[0].counts
    at.undo()
    assert kept(at)[1][1] == "Failed"


def test_a_finished_run_takes_no_results(at):
    run_id, _ = at.workspace.test_runs.start(RunDetails(title="By hand"), [1])
    at.workspace.test_runs.finish(run_id)
    with pytest.raises(InvalidInput) as refused:
        stage(at, *RESULTS, into_run=run_id)
    assert refused.value.field == "into_run"
    with pytest.raises(NotFound):
        stage(at, *RESULTS, into_run=99)


def test_a_file_that_names_its_runs_updates_each_and_leaves_finished_ones(at):
    first, _ = at.workspace.test_runs.start(RunDetails(title="A"), [1])
    at.workspace.test_runs.start(RunDetails(title="B"), [1])
    at.workspace.test_runs.finish(first)
    staged = stage(
        at, "Run,Test case ID,Status", "ACME-RUN-0001,T-1,Passed", "ACME-RUN-0002,T-1,Failed", "OTHER-7,T-2,Passed"
    )
    assert told(staged.counts) == {"added": 1, "changed": 1, "refused": 1}
    assert "was finished" in changed(staged, "refused")[0].reason
    assert any("OTHER-7" in note for note in staged.notes)


def test_unknown_cases_are_added_and_told(at):
    staged = stage(at, "Test case ID,Title,Result", "T-9,Ninth,ok", "T-1,Send,ok")
    assert any("T-9" in note for note in staged.notes)
    at.imports.commit(staged)
    assert at.rows("SELECT key, title FROM test_case WHERE key = 'T-9'") == [("T-9", "Ninth")]


def test_a_case_can_be_named_by_its_title(at):
    take(at, "Name,Result", "Answer,passed", "Something new,passed")
    assert [row[0] for row in kept(at)] == ["T-2", "Something new"]


def test_unknown_words_and_dates_refuse_their_rows(at):
    staged = stage(at, "Test case ID,Result,Date", "T-1,splendid,", "T-2,Pass,31/02/2026", "T-3,Pass,2026-11-01")
    reasons = [one.reason for one in changed(staged, "refused")]
    assert "“splendid” is not known" in reasons[0]
    assert "is no date" in reasons[1]
    assert told(staged.counts) == {"added": 1, "refused": 2}


def test_the_last_of_several_results_of_a_case_counts_when_their_days_say_so(at):
    lines = ("Test case ID,Result,Date", "T-1,Fail,2026-11-01", "T-1,Pass,2026-11-05", "T-2,Pass,", "T-2,Fail,")
    staged = stage(at, *lines)
    assert told(staged.counts) == {"added": 1, "refused": 2}
    at.imports.commit(staged)
    assert kept(at)[0][:2] == ("T-1", "Passed")


@pytest.mark.parametrize(
    ("word", "status"),
    [("PASS", "Passed"), ("ok", "Passed"), ("Fail", "Failed"), ("Error", "Failed"), ("Blocked", "Blocked"),
     ("Not Run", "Not run"), ("untested", "Not run"), ("N/A", "Not applicable"), ("skipped", "Not run"),
     ("", "Not run")],
)  # fmt: skip
def test_words_for_a_status(at, word, status):
    take(at, "Test case ID,Result,Why", f"T-1,{word},because")
    assert kept(at)[0][1] == status


def test_a_blank_status_does_not_undo_a_result(at):
    run_id, _ = at.workspace.test_runs.start(RunDetails(title="By hand"), [1])
    take(at, "Test case ID,Result", "T-1,Pass", into_run=run_id)
    assert take(at, "Test case ID,Result", "T-1,", into_run=run_id).already


def test_an_import_of_results_is_one_step_to_undo(at):
    take(at, *RESULTS, "T-9,ok,,,")
    at.undo()
    for table, count in (("result", 0), ("test_run", 0), ("test_case", 3), ("requirement_case", 1)):
        assert at.rows(f"SELECT count(*) FROM {table}") == [(count,)]


def test_what_is_said_of_the_run_is_checked(at):
    for details, field in (
        (RunDetails(title="x" * 600), "title"),
        (RunDetails(started="soon"), "started"),
        (RunDetails(started="2026-11-02", finished="2026-11-01"), "finished"),
    ):
        with pytest.raises(InvalidInput) as refused:
            stage(at, *RESULTS, run=details)
        assert refused.value.field == field


def test_a_run_takes_its_day_where_a_result_has_none(at):
    take(at, "Test case ID,Result", "T-1,Pass", run=RunDetails(title="x", started="2026-11-10"))
    assert kept(at)[0][5] == "2026-11-10"


def test_a_result_without_an_id_is_not_taken_for_that_of_the_case_above(at):
    rows = [
        ["Test case ID", "Stage of it", "Status"],
        ["T-1", "1", "Passed"],
        ["", "2", "Failed"],
        ["T-2", "1", "Passed"],
    ]
    staged = at.stage(at.xlsx(rows, ["A2:A3"]), RecordKind.RESULTS)
    assert told(staged.counts) == {"added": 1, "refused": 2}
    assert all(one.key == "T-1" for one in changed(staged, "refused"))
