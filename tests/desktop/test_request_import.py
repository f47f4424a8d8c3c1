"""Questions out of files: what is taken, kept, marked and refused, and what becomes of answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_hands import changed, importing, told

from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.records.mapping import suggest
from desktop.records.model import ChangeKind, ImportOptions, RecordKind
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.requests.table import CHANGED, MISSING, looks

KIND = RecordKind.QUESTIONS
HEAD = "No.,Section,Question,How to answer,Response"
FIRST = ("1.1,Data,How many?,A number,", "1.2,Data,Which?,,", "2.1,Testing,When?,,")


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        yield made


def new(at, *lines, head=HEAD, **options):
    """Take lines into a new request; gives its id."""
    return at.take(at.csv(head, *lines), KIND, new_request="Readiness", **options).request_id


def stage(at, request_id, *lines, head=HEAD, **options):
    return at.stage(at.csv(head, *lines), KIND, request=request_id, **options)


def take(at, request_id, *lines, head=HEAD, **options):
    return at.imports.commit(stage(at, request_id, *lines, head=head, **options))


def questions(at, request_id):
    return {one.details.key: one for one in at.workspace.requests.questions(request_id)}


def answer(at, request_id, key, text):
    at.workspace.requests.answer(questions(at, request_id)[key].id, text)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (
            ("Question No", "Topic", "Question", "Guidance notes", "Your response"),
            {"key": 0, "section": 1, "text": 2, "guidance": 3, "answer": 4},
        ),
        (("Ref", "Question Text", "Response", "Assigned to"), {"key": 0, "text": 1, "answer": 2, "owner": 3}),
        (("Item no", "Information requested", "Answer", "Comments"), {"key": 0, "text": 1, "answer": 2, "note": 3}),
        (("PPIR ref", "Question", "Participant response"), {"key": 0, "text": 1, "answer": 2}),
    ],
)
def test_the_headings_of_forms_are_known(labels, found):
    assert {name: labels.index(one.heading) for name, one in suggest(KIND, labels, []).items()} == found


def test_a_new_request_is_made_with_the_questions_in_one_step(at):
    request_id = new(at, *FIRST, source="PPIR 31", version="v1")
    one = at.workspace.requests.get(request_id)
    assert (one.ref, one.details, one.source) == (
        "ACME-IRQ-0001", RequestDetails("Readiness"), "PPIR 31, version v1"
    )  # fmt: skip
    assert [one.details for one in questions(at, request_id).values()] == [
        QuestionDetails("1.1", "How many?", "Data", "A number"),
        QuestionDetails("1.2", "Which?", "Data"),
        QuestionDetails("2.1", "When?", "Testing"),
    ]
    at.undo()
    assert at.workspace.requests.requests() == ()


def test_a_file_of_nothing_new_changes_nothing(at):
    request_id = new(at, *FIRST)
    done = take(at, request_id, *FIRST)
    assert (done.already, done.request_id, told(done.counts)) == (True, request_id, {"unchanged": 3})


def test_a_dry_run_keeps_nothing_and_the_commit_does_what_it_said(at):
    request_id = new(at, *FIRST)
    before = at.rows("SELECT * FROM info_question"), at.rows("SELECT count(*) FROM audit")
    staged = stage(at, request_id, "1.1,Data,How many in all?,A number,", "2.1,Testing,When?,,", "2.2,Testing,Who?,,")
    assert told(staged.counts) == {"added": 1, "changed": 1, "unchanged": 1, "missing": 1}
    assert (at.rows("SELECT * FROM info_question"), at.rows("SELECT count(*) FROM audit")) == before
    at.imports.commit(staged)
    found = questions(at, request_id)
    assert list(found) == ["1.1", "2.1", "2.2", "1.2"], "the order of the file; what it has no more comes after"
    assert [one.missing for one in found.values()] == [False, False, False, True]
    assert looks(found["1.2"]) == [MISSING]


def test_an_answer_whose_question_changed_stays_and_asks_to_be_looked_at(at):
    request_id = new(at, *FIRST)
    answer(at, request_id, "1.1", "12")
    staged = stage(at, request_id, "1.1,Data,How many in all?,A number,", *FIRST[1:])
    assert any("1 answered question asks something else" in note for note in staged.notes)
    at.imports.commit(staged)
    one = questions(at, request_id)["1.1"]
    assert (one.details.answer, looks(one)) == ("12", [CHANGED])
    at.undo()
    assert looks(questions(at, request_id)["1.1"]) == []


def test_what_was_missing_is_back_with_its_answer(at):
    request_id = new(at, *FIRST)
    answer(at, request_id, "1.2", "None")
    take(at, request_id, FIRST[0], FIRST[2])
    assert questions(at, request_id)["1.2"].missing
    staged = stage(at, request_id, *FIRST)
    assert told(staged.counts) == {"back": 1, "unchanged": 2}
    at.imports.commit(staged)
    one = questions(at, request_id)["1.2"]
    assert (one.missing, one.details.answer) == (False, "None")


def test_a_part_marks_nothing_nor_are_typed_questions_ever_missing(at):
    request_id = new(at, *FIRST)
    at.workspace.requests.add_question(request_id, QuestionDetails("9", "Typed?"))
    assert told(stage(at, request_id, FIRST[0], complete=False).counts) == {"unchanged": 1}
    assert told(stage(at, request_id, FIRST[0]).counts) == {"unchanged": 1, "missing": 2}


def test_versions_of_any_name_are_of_the_same_request_and_others_are_left_alone(at):
    first = new(at, *FIRST, source="PPIR 31", version="v1")
    second = new(at, "1.1,,Other?,,")
    take(at, first, FIRST[0], source="MHHS-DEL1", version="v2")
    assert [one.missing for one in questions(at, first).values()] == [False, True, True]
    assert at.workspace.requests.get(first).source == "MHHS-DEL1, version v2"
    assert [one.details.text for one in questions(at, second).values()] == ["Other?"]


def test_only_the_version_is_new(at):
    request_id = new(at, *FIRST, source="PPIR 31", version="v1")
    done = take(at, request_id, *FIRST, source="PPIR 31", version="v2")
    assert not done.already
    assert at.workspace.requests.get(request_id).source == "PPIR 31, version v2"


def test_blank_cells_leave_answers_and_a_filled_one_is_told_before_it_is_taken(at):
    request_id = new(at, *FIRST)
    answer(at, request_id, "1.1", "12")
    assert told(stage(at, request_id, *FIRST).counts) == {"unchanged": 3}
    staged = stage(at, request_id, "1.1,Data,How many?,A number,13", *FIRST[1:])
    assert any("another answer to 1 question" in note for note in staged.notes)
    assert changed(staged, "changed")[0].fields == {"Answer": ("12", "13")}
    cleared = stage(at, request_id, *FIRST, clear_blanks=True)
    assert changed(cleared, "changed")[0].fields == {"Answer": ("12", "")}


def test_an_answer_that_the_file_brought_and_we_changed_is_kept_unless_said_otherwise(at):
    request_id = new(at, "1.1,,How many?,,12")
    answer(at, request_id, "1.1", "13")
    staged = stage(at, request_id, "1.1,,How many?,,12")
    assert told(staged.counts) == {"unchanged": 1}
    assert "13 is kept" in staged.changes[0].note
    assert told(stage(at, request_id, "1.1,,How many?,,12", over_changes_here=True).counts) == {"changed": 1}


def test_numbers_are_known_again_in_any_case_and_one_that_stands_twice_is_not_sure(at):
    request_id = new(at, "A1,,x?,,")
    assert told(stage(at, request_id, "a1,,x?,,").counts) == {"unchanged": 1}
    staged = stage(at, request_id, "a1,,x?,,", "A1,,y?,,")
    assert told(staged.counts) == {"unchanged": 1, "refused": 1}


def test_rows_without_a_number_or_a_text_are_refused_and_told_why(at):
    staged = stage(at, new(at, *FIRST), "9,,,,", ",,No number?,,", f"{'8' * 61},,x?,,", "1.1,,,,7")
    reasons = [one.reason for one in changed(staged, "refused")]
    assert len(reasons) == 3
    assert reasons[0].startswith("It has no text")
    assert "No id stands in this row" in reasons[1]
    assert "60 characters" in reasons[2]
    assert changed(staged, "changed")[0].fields == {"Answer": ("", "7")}


def test_headings_of_parts_are_sections_and_other_columns_are_kept_beside(at):
    rows = [
        ["Q no", "Question", "Response", "Mandatory"], ["Part A: data", None, None, None],
        ["1", "How many?", None, "Yes"],
        ["Part B: testing", None, None, None], ["2", "When?", None, "No"],
    ]  # fmt: skip
    path = at.xlsx(rows, merges=("A2:D2", "A4:D4"))
    request_id = at.take(path, KIND, new_request="Form").request_id
    found = questions(at, request_id)
    assert [(one.details.section, dict(one.extra)) for one in found.values()] == [
        ("Part A: data", {"Mandatory": "Yes"}), ("Part B: testing", {"Mandatory": "No"}),
    ]  # fmt: skip


def test_rows_without_numbers_are_numbered_in_their_order_and_known_again_by_it(at):
    path = at.csv("Section,Question", "Data,How many?", "Data,Which?", name="form.csv")
    request_id = at.take(path, KIND, new_request="Form").request_id
    assert {key: one.details.text for key, one in questions(at, request_id).items()} == {
        "Q1": "How many?",
        "Q2": "Which?",
    }
    answer(at, request_id, "Q2", "None")
    staged = at.stage(path, KIND, request=request_id)
    assert told(staged.counts) == {"unchanged": 2}
    assert any("Q1, Q2" in note for note in staged.notes)
    with pytest.raises(InvalidInput, match="would become Q1, which is “How many"):
        at.stage(at.csv("Section,Question", "Data,Which?"), KIND, request=request_id)
    numbered = new(at, *FIRST)
    with pytest.raises(InvalidInput, match="would become Q1"):
        at.stage(path, KIND, request=numbered)


def test_nothing_says_where_they_go_or_the_request_is_closed_or_gone(at):
    path = at.csv(HEAD, *FIRST)
    with pytest.raises(InvalidInput) as refused:
        at.stage(path, KIND)
    assert refused.value.field == "request"
    with pytest.raises(NotFound):
        at.stage(path, KIND, request=99)
    request_id = new(at, *FIRST)
    at.workspace.requests.edit(request_id, RequestDetails("Readiness", closed="2026-11-23"))
    with pytest.raises(InvalidInput, match="was closed"):
        at.stage(path, KIND, request=request_id)


def test_answers_given_between_the_difference_and_the_commit_are_not_run_over(at):
    request_id = new(at, *FIRST)
    staged = stage(at, request_id, "1.1,Data,How many?,A number,13", *FIRST[1:])
    answer(at, request_id, "1.1", "12")
    with pytest.raises(FileRefused, match="changed since the difference"):
        at.imports.commit(staged)
    assert questions(at, request_id)["1.1"].details.answer == "12"


def test_each_question_knows_what_imports_changed_in_it(at):
    request_id = new(at, *FIRST, source="PPIR 31", version="v1")
    take(at, request_id, "1.1,Data,How many in all?,A number,", *FIRST[1:], source="PPIR 31", version="v2")
    past = at.imports.history(KIND, questions(at, request_id)["1.1"].id)
    assert [(one.version, one.change, one.fields.get("Question")) for one in past] == [
        ("v2", ChangeKind.CHANGED, ("How many?", "How many in all?")), ("v1", ChangeKind.ADDED, ("", "How many?")),
    ]  # fmt: skip


CELLS = st.text(st.sampled_from("aA1=+-@\"',;|\t\n\r\x00\x01\x1f\x7f\u200b\u0301\ufeff\U0001f600 "), max_size=12) | (
    st.sampled_from(["x" * 33_000, "y" * 300, "=HYPERLINK(1)", "1.1", "2026-11-01", "Yes"])
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4), clear=st.booleans())
def test_whatever_stands_in_the_cells_is_taken_or_refused(at, rows, clear):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = at.folder / "fuzzed.csv"
    path.write_text("\n".join(["No,Question,Answer,Other", *quoted]) + "\n", "utf-8", newline="")
    mapping = {"key": "No", "text": "Question", "answer": "Answer"}
    options = {"clear_blanks": clear}
    try:
        staged = at.stage(path, KIND, mapping=mapping, new_request="Fuzzed", **options)
    except FileRefused:
        return
    done = at.imports.commit(staged)
    if done.request_id is None:
        assert told(done.counts).keys() <= {"refused"}
        return
    again = at.stage(path, KIND, mapping=mapping, request=done.request_id, **options)
    assert told(again.counts).keys() <= {"unchanged", "refused"}
    assert at.imports.commit(again).already
    at.undo()


def test_options_say_where_they_go_in_one_place(at):
    assert ImportOptions().request is None
    staged = at.stage(at.csv(HEAD, *FIRST), KIND, request=new(at, *FIRST), new_request="Ignored")
    assert staged.options.new_request == ""
    assert json.loads(at.rows("SELECT mapping FROM record_import")[0][0])["key"] == "No."
