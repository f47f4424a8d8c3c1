"""Results of steps come in as the qualification test grid has them: a row for each step of a case."""

from __future__ import annotations

import json

import openpyxl
import pytest
from record_hands import changed, importing, told

from desktop.errors import InvalidInput
from desktop.records.model import ChangeKind, RecordKind, RunDetails
from desktop.testing.import_results import NO_REASON
from desktop.testing.model import Status
from desktop.testing.workbooks import BookKind

HEADINGS = [
    "Test Case", "Step", "Description", "Source", "Recipient", "Message", "Who", "Valid", "Status", "Evidence", "Files",
]  # fmt: skip
GRID = [
    HEADINGS,
    ["QT-1", 10, "Send a switch", "SUPI", "CSS", "CSS01700", "QP", "Auto", "Passed", "Auto", "a.log"],
    ["", 20, "Tell the registration", "CSS", "REGS", "CSS02800", "QTE", "N/A", "Passed", "None", ""],
    ["", 30, "Publish", "REGS", "SUPI", "PUB-031", "QTE", "Auto", "Failed", "None", ""],
    ["QT-2", 10, "Send a reading", "SUPI", "DIP", "IF-041", "QP", "Auto", "Passed", "Auto", "b.log"],
    ["", 20, "Take it", "DIP", "SUPC", "PUB-041", "QTE", "Auto", "N/A", "None", ""],
]
MERGES = ["A2:A4", "A5:A6"]
NOTE = "2 cases take the worst status of their steps."


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def cases(at):
    """T-1 has the steps 10, 20 and 30; T-2 has none."""
    at.take(
        at.csv("Test case ID,Title,Step,Action", "T-1,Send,10,Go", ",,20,Wait", ",,30,Look", "T-2,Answer,,"),
        RecordKind.CASES,
    )


def stage(at, *lines, **options):
    return at.stage(at.csv(*lines, name="grid.csv"), RecordKind.RESULTS, **options)


def take(at, *lines, **options):
    return at.imports.commit(stage(at, *lines, **options))


def run_of(at, *case_ids):
    run_id, _ = at.workspace.test_runs.start(RunDetails(title="By hand"), list(case_ids))
    return run_id


def results(at):
    return at.rows("SELECT key, status, reason FROM result ORDER BY id")


def steps(at):
    return at.rows(
        "SELECT r.key, s.position, s.status, s.evidence, s.files, s.remark FROM step_result AS s "
        "JOIN result AS r ON r.id = s.result_id ORDER BY r.id, s.position"
    )


GRID_STEPS = [
    ("QT-1", 1, "Passed", "Auto", "a.log", ""),
    ("QT-1", 2, "Passed", "None", "", ""),
    ("QT-1", 3, "Failed", "None", "", ""),
    ("QT-2", 1, "Passed", "Auto", "b.log", ""),
    ("QT-2", 2, "Not applicable", "None", "", ""),
]


def filled(rows):
    """The same with the id on each row."""
    made, key = [rows[0]], ""
    for row in rows[1:]:
        key = row[0] or key
        made.append([key, *row[1:]])
    return made


@pytest.mark.parametrize(("rows", "merges"), [(GRID, ()), (GRID, MERGES), (filled(GRID), ())])
def test_the_grid_comes_in_with_its_cases_steps_and_results(at, rows, merges):
    staged = at.stage(at.xlsx(rows, merges, name="grid.xlsx"), RecordKind.RESULTS)
    assert told(staged.counts) == {"added": 2}
    assert NOTE in staged.notes
    (first, _) = changed(staged, "added")
    assert first.fields["Status"] == ("", "Failed")
    assert first.fields["Step 10: files"] == ("", "a.log")
    at.imports.commit(staged)
    assert results(at) == [("QT-1", "Failed", ""), ("QT-2", "Passed", "")]
    assert steps(at) == GRID_STEPS
    case = at.workspace.requirements.case(1)
    assert [(one.step, one.description, one.source, one.recipient, one.message, one.who, one.valid)
            for one in case.steps] == [tuple(map(str, row[1:8])) for row in GRID[1:4]]  # fmt: skip
    frozen = json.loads(at.rows("SELECT frozen FROM result WHERE key = 'QT-1'")[0][0])
    assert [one["message"] for one in frozen["steps"]] == ["CSS01700", "CSS02800", "PUB-031"]
    assert not at.workspace.test_runs.result(1).case_changed
    assert at.rows("SELECT count(*) FROM evidence") == [(0,)]


def test_the_same_grid_again_is_nothing_to_do_and_undo_takes_all_back(at):
    path = at.xlsx(GRID, MERGES, name="grid.xlsx")
    first = at.take(path, RecordKind.RESULTS)
    again = at.take(path, RecordKind.RESULTS)
    assert (again.already, again.run_id) == (True, first.run_id)
    assert told(again.counts) == {"unchanged": 2}
    assert told(at.stage(path, RecordKind.RESULTS, into_run=first.run_id).counts) == {"unchanged": 2}
    at.undo()
    for table in ("test_run", "result", "step_result", "test_case", "test_step"):
        assert at.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_what_changed_is_told_step_by_step(at):
    cases(at)
    run_id = run_of(at, 1)
    lines = ("Test case ID,Step,Status,Remark,Files", "T-1,10,Passed,,x.log", "T-1,20,Failed,No answer,")
    staged = stage(at, *lines, into_run=run_id)
    (one,) = changed(staged, "changed")
    assert one.fields == {
        "Status": ("Not run", "Failed"),
        "Executed on": ("", "2026-11-23"),
        "Step 10: status": ("Not run", "Passed"),
        "Step 10: files": ("", "x.log"),
        "Step 20: status": ("Not run", "Failed"),
        "Step 20: remark": ("", "No answer"),
    }
    assert "1 case takes the worst status of its steps." in staged.notes
    at.imports.commit(staged)
    lines = (lines[0], "T-1,Step 010,Passed,,", "T-1,20,Passed,,", "T-1,30,Passed,,")
    staged = stage(at, *lines, into_run=run_id)
    (one,) = changed(staged, "changed")
    assert one.fields == {
        "Status": ("Failed", "Passed"),
        "Step 20: status": ("Failed", "Passed"),
        "Step 30: status": ("Not run", "Passed"),
    }
    at.imports.commit(staged)
    assert steps(at)[1] == ("T-1", 2, "Passed", "", "", "No answer")
    at.undo()
    assert [row[2] for row in steps(at)] == ["Passed", "Failed"]


def test_a_blank_cell_clears_only_when_it_is_meant_to(at):
    cases(at)
    run_id = run_of(at, 1)
    take(at, "Test case ID,Step,Status,Remark,Evidence", "T-1,10,Passed,Slow,Auto", into_run=run_id)
    lines = ("Test case ID,Step,Status,Remark,Evidence", "T-1,10,,,")
    assert take(at, *lines, into_run=run_id).already
    take(at, *lines, into_run=run_id, clear_blanks=True)
    assert steps(at) == [("T-1", 1, "Passed", "", "", "")]


def test_a_step_that_a_known_case_does_not_have_is_refused_and_the_others_are_taken(at):
    cases(at)
    staged = stage(at, "Test case ID,Step,Status", "T-1,10,Passed", "T-1,40,Failed", "T-1,20,Passed", "T-1,30,Passed")
    (one,) = changed(staged, "refused")
    assert (one.key, one.row, one.reason) == (
        "T-1", 3, "The case has no step 40: it was tested with 10, 20, 30.",
    )  # fmt: skip
    at.imports.commit(staged)
    assert results(at) == [("T-1", "Passed", "")]
    assert len(steps(at)) == 3
    staged = stage(at, "Test case ID,Step,Status,Tester", "T-1,40,Failed,Sam")
    assert told(staged.counts) == {"refused": 1}


def test_a_known_case_without_steps_gets_them_before_it_was_tested_and_not_afterwards(at):
    cases(at)
    staged = stage(at, "Test case ID,Step,Action,Status", "T-2,1,Ask,Passed", "T-2,2,Hear,Passed")
    assert any("2 steps will be added to 1 test case without steps here: T-2." in note for note in staged.notes)
    at.imports.commit(staged)
    assert [one.description for one in at.workspace.requirements.case(2).steps] == ["Ask", "Hear"]
    assert not at.workspace.test_runs.result(1).case_changed
    at.undo()
    assert at.workspace.requirements.case(2).steps == ()
    run_of(at, 2)
    staged = stage(at, "Test case ID,Step,Action,Status", "T-2,1,Ask,Passed")
    assert told(staged.counts) == {"refused": 1}
    assert "no steps here" in changed(staged, "refused")[0].reason


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (("Passed", "Failed", "Blocked"), "Failed", ""),
        (("Passed", "Not run", "Blocked"), "Blocked", "Step 30: no line"),
        (("Passed", "Not run", "N/A"), "Not run", ""),
        (("Passed", "", "Passed"), "Not run", ""),
        (("Passed", "N/A", "N/A"), "Passed", ""),
        (("N/A", "N/A", "N/A"), "Not applicable",
         "Step 10 does not apply\nStep 20 does not apply\nStep 30: no line"),
        (("", "", ""), "Not run", ""),
    ],
)  # fmt: skip
def test_a_case_takes_the_worst_status_of_its_steps(at, words, status, reason):
    cases(at)
    rows = [f"T-1,{number},{word},{remark}" for number, word, remark in zip((10, 20, 30), words, ("", "", "no line"))]  # noqa: B905
    take(at, "Test case ID,Step,Status,Remark", *rows)
    assert results(at) == [("T-1", status, reason)]


def test_steps_that_the_file_does_not_hold_count_as_they_stand(at):
    cases(at)
    take(at, "Test case ID,Step,Status", "T-1,10,Passed")
    assert results(at) == [("T-1", "Not run", "")]


@pytest.mark.parametrize(
    "lines",
    [
        ("Test case ID,Step,Status", "T-1,,Blocked", "T-1,10,Passed", "T-1,20,Failed", "T-1,30,Passed"),
        ("Test case ID,Status of the case,Step,Status", "T-1,Blocked,10,Passed", ",,20,Failed", ",,30,Passed"),
        ("Test case ID,Status,Step,Step status", "T-1,Blocked,10,Passed", "T-1,Blocked,20,Failed",
         "T-1,Blocked,30,Passed"),
    ],
)  # fmt: skip
def test_a_status_of_the_case_in_a_row_or_column_of_its_own_counts(at, lines):
    cases(at)
    staged = stage(at, *lines)
    assert not any("worst" in note for note in staged.notes)
    at.imports.commit(staged)
    assert results(at) == [("T-1", "Blocked", NO_REASON)]
    assert [row[2] for row in steps(at)] == ["Passed", "Failed", "Passed"]


def test_what_stands_beside_steps_is_put_together_for_the_case(at):
    cases(at)
    mapping = {
        "key": "Case", "step": "Step", "status": "Status", "tester": "Tester", "executed": "Day", "message": "Log",
        "seconds": "Time",
    }  # fmt: skip
    lines = ("Case,Step,Status,Tester,Day,Log,Time", "T-1,10,Passed,Sam,2026-11-02,one,1.5",
             "T-1,20,Passed,Kim,2026-11-03,two,2", "T-1,30,Passed,Sam,2026-11-01,one,1")  # fmt: skip
    take(at, *lines, mapping=mapping)
    assert at.rows("SELECT tester, executed, message, seconds FROM result") == [
        ("Sam, Kim", "2026-11-03", "one\ntwo", 4.5)
    ]


def test_a_step_in_two_rows_that_do_not_agree_keeps_the_first(at):
    cases(at)
    staged = stage(at, "Test case ID,Step,Status", "T-1,10,Failed", "T-1,10,Passed", "T-1,20,Passed", "T-1,20,Passed")
    (one,) = changed(staged, "refused")
    assert (one.row, one.reason) == (3, "Step 10 stands in row 2 too, and says otherwise there.")
    at.imports.commit(staged)
    assert [row[2] for row in steps(at)] == ["Failed", "Passed"]


def test_a_case_of_which_a_row_cannot_be_read_is_not_taken(at):
    cases(at)
    staged = stage(at, "Test case ID,Step,Source,Status", "T-1,10,A,Passed", "T-1,20,A,splendid", "T-1,30,A,Passed")
    assert told(staged.counts) == {"refused": 3}
    staged = stage(at, "Test case ID,Step,Source,Status", "T-1,10,A,Passed", "T-1,,B,Failed")
    assert told(staged.counts) == {"refused": 2}
    assert "no number" in changed(staged, "refused")[1].reason


def test_words_of_a_step_that_was_tested_stay(at):
    cases(at)
    staged = stage(at, "Test case ID,Step,Description,Status", "T-1,10,Go,Passed", "T-1,20,Something else,Passed")
    assert any(note.startswith("Worded otherwise in the file: 1 step,") for note in staged.notes)
    at.imports.commit(staged)
    assert at.workspace.requirements.case(1).steps[1].description == "Wait"


def test_rows_of_steps_go_to_the_run_that_stands_above_them(at):
    cases(at)
    first, second = run_of(at, 1), run_of(at, 1)
    staged = stage(
        at, "Run,Test case ID,Step,Status", "ACME-RUN-0001,T-1,10,Passed", ",,20,Passed", "ACME-RUN-0002,T-1,10,Failed",
        ",T-1,30,Blocked",
    )  # fmt: skip
    assert told(staged.counts) == {"changed": 2}
    at.imports.commit(staged)
    said = "SELECT r.run_id, s.position, s.status FROM step_result AS s JOIN result AS r ON r.id = s.result_id"
    assert at.rows(f"{said} ORDER BY 1, 2") == [
        (first, 1, "Passed"), (first, 2, "Passed"), (second, 1, "Failed"), (second, 3, "Blocked"),
    ]  # fmt: skip


def test_a_finished_run_takes_no_steps(at):
    cases(at)
    at.workspace.test_runs.finish(run_of(at, 1))
    staged = stage(at, "Run,Test case ID,Step,Status", "ACME-RUN-0001,T-1,10,Passed")
    assert told(staged.counts) == {"refused": 1}


def test_what_is_of_a_step_needs_the_step(at):
    with pytest.raises(InvalidInput) as refused:
        stage(
            at,
            "Id,Status,Evidence",
            "T-1,Passed,Auto",
            mapping={"key": "Id", "status": "Status", "step_evidence": "Evidence"},
        )
    assert refused.value.field == "step"


def workbook(at):
    path = at.folder / "completion.xlsx"
    at.workspace.workbooks.write(path, BookKind.COMPLETION, "pit_exit")
    return path


def edit(path, sheet, column, key, text):
    """Put a text into the first row whose cells hold the key's texts."""
    book = openpyxl.load_workbook(path)
    rows = list(book[sheet].iter_rows())
    heading = next(row for row in rows if any(cell.value == column for cell in row))
    at = next(cell.column for cell in heading if cell.value == column)
    row = next(row for row in rows if [cell.value for cell in row[: len(key)]] == list(key))
    row[at - 1].value = text
    book.save(path)


def test_steps_of_the_completion_workbook_come_back_as_what_was_edited(at):
    at.take(at.xlsx(GRID, MERGES, name="grid.xlsx"), RecordKind.RESULTS)
    at.workspace.test_runs.set_step(1, 2, Status.BLOCKED, remark="line\ndown")
    path = workbook(at)
    assert at.stage(path, RecordKind.RESULTS, sheet="Steps").counts[ChangeKind.UNCHANGED] == 2
    assert told(at.stage(path, RecordKind.RESULTS, sheet="Steps").counts) == {"unchanged": 2}
    assert at.imports.read(path, RecordKind.RESULTS).sheet == "Results"
    edit(path, "Steps", "Status", ("ACME-RUN-0001", "QT-1", "30"), "Passed")
    edit(path, "Steps", "Remark", ("ACME-RUN-0001", "QT-1", "30"), "Mended")
    staged = at.stage(path, RecordKind.RESULTS, sheet="Steps")
    (one,) = staged.changes
    assert (one.key, one.fields) == (
        "QT-1", {"Step 30: status": ("Failed", "Passed"), "Step 30: remark": ("", "Mended")},
    )  # fmt: skip
    at.imports.commit(staged)
    assert steps(at)[2] == ("QT-1", 3, "Passed", "None", "", "Mended")
    assert results(at)[0][1] == "Failed"
    at.undo()
    assert steps(at)[2] == ("QT-1", 3, "Failed", "None", "", "")


def test_steps_of_one_number_keep_their_places_on_the_way_out_and_back(at):
    lines = ("Test case ID,Title,Step,Action", "T-1,Send,1,Go", ",,1,Stop", ",,2,Look")
    at.take(at.csv(*lines), RecordKind.CASES)
    run_of(at, 1)
    at.workspace.test_runs.set_step(1, 2, Status.FAILED, remark="x")
    path = workbook(at)
    assert told(at.stage(path, RecordKind.RESULTS, sheet="Steps").counts) == {"unchanged": 1}
    edit(path, "Steps", "Status", ("ACME-RUN-0001", "T-1", "1"), "Passed")
    (one,) = at.stage(path, RecordKind.RESULTS, sheet="Steps").changes
    assert one.fields == {"Step 1 (place 1): status": ("Not run", "Passed")}
