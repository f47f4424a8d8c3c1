"""What cells say: words of a status, ids with what nobody sees, days as people write them."""

from __future__ import annotations

import pytest
from record_hands import changed, importing, told

from desktop.records.cells import BadCell, value_of
from desktop.records.fields import by_name
from desktop.records.model import RecordKind
from desktop.typed_days import read_day

EXECUTED = by_name(RecordKind.RESULTS)["executed"]


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def statuses(at):
    return at.rows("SELECT key, status, message FROM result ORDER BY id")


@pytest.mark.parametrize("word", ["Completed", "complete", "DONE", "Executed", "finished"])
def test_a_word_that_says_only_that_it_was_run_refuses_its_row(at, word):
    staged = at.stage(at.csv("Test case ID,Result", f"T-1,{word}", "T-2,Pass"), RecordKind.RESULTS)
    (one,) = changed(staged, "refused")
    assert (one.row, one.key) == (2, "T-1")
    assert f"“{word}”" in one.reason
    assert "say Passed or Failed" in one.reason
    assert told(staged.counts) == {"added": 1, "refused": 1}


def test_plain_words_are_taken_without_a_note_and_others_are_told_and_kept(at):
    lines = (
        "Test case ID,Result,Remarks",
        "T-1,Passed,", "T-2,PASS,", "T-3,ok,", "T-4,Success,",
        "T-5,Passed with comments,Late answer", "T-6,passed with  comments,", "T-7,Green,", "T-8,not met,",
        "T-9,In progress,",
    )  # fmt: skip
    path = at.csv(*lines)
    staged = at.stage(path, RecordKind.RESULTS)
    assert [note for note in staged.notes if "taken as" in note] == [
        "2 rows: Status “Passed with comments” taken as Passed.",
        "1 row: Status “Green” taken as Passed.",
        "1 row: Status “not met” taken as Failed.",
        "1 row: Status “In progress” taken as Not run.",
    ]
    at.imports.commit(staged)
    assert statuses(at) == [
        ("T-1", "Passed", ""), ("T-2", "Passed", ""), ("T-3", "Passed", ""), ("T-4", "Passed", ""),
        ("T-5", "Passed", "Late answer\nStatus in the file: Passed with comments"),
        ("T-6", "Passed", "Status in the file: passed with comments"),
        ("T-7", "Passed", "Status in the file: Green"), ("T-8", "Failed", "Status in the file: not met"),
        ("T-9", "Not run", ""),
    ]  # fmt: skip
    assert at.take(path, RecordKind.RESULTS).already


def test_the_words_of_a_step_are_kept_with_the_step(at):
    path = at.csv("Test case ID,Step,Status,Remark", "T-1,1,Green,Slow", "T-1,2,Passed,", "T-1,3,Completed,")
    assert "say Passed or Failed" in "".join(
        one.reason for one in changed(at.stage(path, RecordKind.RESULTS), "refused")
    )
    at.take(at.csv("Test case ID,Step,Status,Remark", "T-1,1,Green,Slow", "T-1,2,Passed,"), RecordKind.RESULTS)
    assert at.rows("SELECT status, remark FROM step_result ORDER BY position") == [
        ("Passed", "Slow\nStatus in the file: Green"), ("Passed", ""),
    ]  # fmt: skip
    assert statuses(at) == [("T-1", "Passed", "")]


def test_a_foreign_word_of_a_defect_is_told_with_its_count(at):
    lines = ("Defect ID,Title,Status", "J-1,x,Verified", "J-2,y,Verified", "J-3,z,Closed")
    staged = at.stage(at.csv(*lines), RecordKind.DEFECTS)
    assert [note for note in staged.notes if "taken as" in note] == ["2 rows: Status “Verified” taken as closed."]


ODD = (
    "FR\u200b-1",
    "FR\ufeff-1",
    "FR\u2011" + "1",
    "FR\u20131",
    "F\u00adR-1",
    "\u200eFR-1\u200f",
    "FR\u2060-1",
    "FR\u22121",
)


@pytest.mark.parametrize("key", ODD)
def test_characters_that_nobody_sees_make_no_other_id(at, key):
    at.take(at.csv("Req ID,Title", "FR-1,Send", "FR-2,Other"))
    staged = at.stage(at.csv("Req ID,Title", f"{key},Send", "FR-2,Other", name="second.csv"))
    assert told(staged.counts) == {"unchanged": 2}
    (note,) = (note for note in staged.notes if "nobody sees" in note)
    assert note.startswith("1 cell of ids holds")
    assert note.endswith(": FR-1.")


def test_a_no_break_space_in_an_id_is_a_blank_and_links_find_their_cases(at):
    at.take(at.csv("Req ID,Title,Test cases", "FR 1,Send,T-1"))
    staged = at.stage(at.csv("Req ID,Title,Test cases", "FR\u00a01,Send,T\u20111", name="second.csv"))
    assert told(staged.counts) == {"unchanged": 1}
    assert any(note.startswith("2 cells of ids hold") for note in staged.notes)
    assert at.rows("SELECT count(*) FROM test_case") == [(1,)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03", "03/11/2026", "3/11/2026", "3-11-2026", "3.11.2026", "03.11.26", "3 Nov 2026", "3 November 2026",
        "03-Nov-26", "3rd Nov 2026", "3-nov-2026", "03NOV2026",
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(text):
    assert value_of(text, EXECUTED) == "2026-11-03"
    assert value_of(f"{text} 09:30", EXECUTED) == "2026-11-03T09:30:00"


@pytest.mark.parametrize(
    "text",
    ["3/11/26", "26/11/03", "11/23/2026", "31.02.2026", "3 Novo 2026", "3 2026", "30 Feb 26", "soon", "3.11", "1.2.3"],
)
def test_what_is_no_day_or_may_be_several_is_refused_with_its_text(text):
    assert read_day(text) is None
    with pytest.raises(BadCell, match=text.replace(".", r"\.")):
        value_of(text, EXECUTED)


def test_a_day_in_september_and_one_of_this_century():
    assert str(read_day("9 Sept 27")) == "2027-09-09"
    assert str(read_day("1.1.99")) == "2099-01-01"
