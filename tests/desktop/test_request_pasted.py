"""Cells copied out of a spreadsheet become questions: which column is what, and what taking them would do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.requests.model import Question, QuestionDetails
from desktop.requests.pasted import CHANGED, NEW, NOT_TAKEN, SAME, foreseen, read_pasted

HERE = (Question(1, 1, QuestionDetails("3.1", "Who leads the migration?", "People"), False, False, 0, 1),)


def test_number_section_and_question_are_told_without_headings() -> None:
    pasted = read_pasted("3.1\tPeople\tWho leads the migration?\r\n3.2\tPeople\tWho stands in?\r\n")
    assert pasted is not None
    assert (pasted.fields, pasted.headed) == (("key", "section", "text"), False)
    assert [one.what for one in foreseen(pasted, pasted.fields, HERE, headed=False)] == [SAME, NEW]


def test_headings_say_which_column_is_what() -> None:
    pasted = read_pasted("Question\tResponse\tRef\nWho leads?\tPat\t3.1\n")
    assert pasted is not None
    assert (pasted.fields, pasted.headed) == (("text", "answer", "key"), True)
    [one] = foreseen(pasted, pasted.fields, HERE, headed=True)
    assert (one.what, one.values) == (CHANGED, {"text": "Who leads?", "answer": "Pat", "key": "3.1"})


def test_a_cell_of_several_lines_is_one_question() -> None:
    pasted = read_pasted('4.1\t"Who leads?\nAnd who ""stands in""?"\n4.2\tWhen?')
    assert pasted is not None
    assert [row[1] for row in pasted.rows] == ['Who leads?\nAnd who "stands in"?', "When?"]


def test_rows_without_a_number_get_one_and_a_number_comes_once() -> None:
    pasted = read_pasted("Who leads?\nWho stands in?")
    assert pasted is not None
    assert [one.values["key"] for one in foreseen(pasted, pasted.fields, (), headed=False)] == ["Q1", "Q2"]
    twice = read_pasted("5.1\tWho leads here?\n5.1\tWho stands in?\n5.2\t")
    assert twice is not None
    assert [one.what for one in foreseen(twice, twice.fields, HERE, headed=False)] == [NEW, NOT_TAKEN, NOT_TAKEN]


def test_a_blank_cell_leaves_what_is_here() -> None:
    pasted = read_pasted("3.1\t\tWho leads the migration?")
    assert pasted is not None
    assert [one.what for one in foreseen(pasted, pasted.fields, HERE, headed=False)] == [SAME]


def test_a_text_of_one_line_is_no_table() -> None:
    assert read_pasted("Look at this") is None
    assert read_pasted(" \n ") is None


@given(st.text(alphabet=st.sampled_from('a1 "\t\n\r\0é'), max_size=40))
def test_any_text_is_read_or_is_no_table(text: str) -> None:
    pasted = read_pasted(text)
    if pasted is not None:
        assert all(len(row) == len(pasted.fields) for row in pasted.rows)
        keys = [one.values["key"] for one in foreseen(pasted, pasted.fields, (), headed=False) if one.what == NEW]
        assert len(keys) == len({key.casefold() for key in keys})
