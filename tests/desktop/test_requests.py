"""Information requests: what is kept of them, how answers follow their questions, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from request_hands import DETAILS, QUESTIONS, a_request, acme, by_key, prove

from desktop.browse.view import Filter, Op, View
from desktop.changes import Subject
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import Target, TargetKind
from desktop.requests.entered import text_hash
from desktop.requests.model import QuestionDetails, QuestionEdit, RequestDetails
from desktop.requests.table import ANSWERED, AWAITING, CHANGED, MISSING, NOT_FOR_US, OPEN, looks
from desktop.submissions.model import Scope, SubmissionDetails


@pytest.fixture
def at(tmp_path):
    with acme(tmp_path) as made:
        yield made


@pytest.fixture
def request_id(at):
    return a_request(at)


def ids(at, request_id):
    return {key: one.id for key, one in by_key(at, request_id).items()}


# -- requests ----------------------------------------------------------------------------------------------------------


def test_a_request_has_our_reference_and_says_how_far_its_answers_are(at, request_id):
    one = at.requests.get(request_id)
    assert (one.ref, one.name, one.details) == ("ACME-IRQ-0001", "PPIR 31: Readiness for migration", DETAILS)
    assert (one.questions, one.answered, one.open, one.to_look_at, one.missing) == (4, 0, 4, 0, 0)
    assert one.sender_name != "MCC"
    at.requests.answer(ids(at, request_id)["1.1"], "12,345")
    at.requests.change([ids(at, request_id)["1.2"]], QuestionEdit(not_for_us="All are traded"))
    assert (at.requests.get(request_id).answered, at.requests.get(request_id).open) == (2, 2)


def test_it_is_found_by_either_reference_or_its_title_and_told_when_several_fit(at, request_id):
    for text in ("acme-irq-0001", "PPIR  31", "readiness for migration"):
        assert at.requests.by_ref(text).id == request_id
    with pytest.raises(NotFound, match="ACME-IRQ-0001"):
        at.requests.by_ref("PPIR 32")
    at.requests.add(RequestDetails("Again", "PPIR 31"))
    with pytest.raises(InvalidInput, match="ACME-IRQ-0002"):
        at.requests.by_ref("PPIR 31")


def test_open_ones_come_first_by_the_day_they_are_due(at):
    for title, due, closed in (
        ("a", "", ""), ("b", "2026-12-09", ""), ("c", "2026-11-20", ""), ("d", "2026-11-01", "2026-11-02"),
    ):  # fmt: skip
        at.requests.add(RequestDetails(title, due=due, closed=closed))
    assert [one.details.title for one in at.requests.requests()] == ["c", "b", "a", "d"]
    found = at.requests.due(date(2026, 11, 23))
    assert [(one.request.details.title, one.day, one.late) for one in found] == [
        ("c", date(2026, 11, 20), True), ("b", date(2026, 12, 9), False), ("a", None, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (RequestDetails(" "), "title"),
        (RequestDetails("x" * 301), "title"),
        (RequestDetails("a", sender="NOBODY"), "sender"),
        (RequestDetails("a", received="2026-02-30"), "received"),
        (RequestDetails("a", due="soon"), "due"),
        (RequestDetails("a", received="2026-11-05", due="2026-11-04"), "due"),
        (RequestDetails("a", closed="2026-11-24"), "closed"),
        (RequestDetails("a", note="x" * 40_000), "note"),
        (RequestDetails("a", due="1999-12-31"), "due"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_kept(at, details, field):
    with pytest.raises(InvalidInput) as refused:
        at.requests.add(details)
    assert refused.value.field == field
    assert at.requests.requests() == ()


def test_days_are_read_as_people_write_them_and_a_sender_by_its_name(at):
    name = at.requests.senders()["MCC"]
    made, _ = at.requests.add(RequestDetails(" A  b ", sender=name.upper(), received="5 Nov 2026", due="03/12/2026"))
    details = at.requests.get(made).details
    assert (details.title, details.sender, details.received, details.due) == ("A b", "MCC", "2026-11-05", "2026-12-03")


def test_editing_says_what_it_changed_and_nothing_when_nothing_is(at, request_id):
    assert at.requests.edit(request_id, DETAILS).title == ""
    changes = at.requests.edit(request_id, replace(DETAILS, due="2026-12-04", note="x"))
    assert (changes.title, changes.subjects) == (
        "Change the due day, note of ACME-IRQ-0001", frozenset({Subject.REQUESTS})
    )  # fmt: skip
    at.history.undo()
    assert at.requests.get(request_id).details == DETAILS


def test_nothing_of_a_closed_request_changes_until_it_is_open_again(at, request_id):
    question = ids(at, request_id)["1.1"]
    assert at.requests.edit(request_id, replace(DETAILS, closed="2026-11-23")).title == "Close ACME-IRQ-0001"
    for write in (
        lambda: at.requests.answer(question, "x"),
        lambda: at.requests.add_question(request_id, QuestionDetails("9", "x")),
        lambda: at.requests.remove_questions([question]),
        lambda: at.requests.paste(request_id, [{"key": "9", "text": "x"}]),
        lambda: at.requests.looked_at([question]),
    ):
        with pytest.raises(InvalidInput, match="was closed on 2026-11-23"):
            write()
    assert at.requests.edit(request_id, DETAILS).title == "Open ACME-IRQ-0001 again"
    at.requests.answer(question, "x")


def test_a_request_goes_with_its_questions_and_links_and_comes_back_with_them(at, request_id, tmp_path):
    before = at.requests.questions(request_id)
    prove(at, tmp_path, before[0].id)
    at.requests.remove(request_id)
    assert at.requests.requests() == ()
    assert at.store.read().execute("SELECT count(*) FROM info_question").fetchone()[0] == 0
    assert at.store.read().execute("SELECT count(*) FROM evidence_link").fetchone()[0] == 0
    with pytest.raises(NotFound):
        at.requests.questions(request_id)
    at.history.undo()
    assert at.requests.questions(request_id) == (replace(before[0], proofs=1), *before[1:])


def test_a_request_whose_answers_were_frozen_stays(at, request_id):
    def freeze(state):
        with at.store.write() as connection:
            connection.execute(
                "INSERT INTO submission (ref, version, kind, title, scope, state, created_at, created_by) "
                "VALUES ('ACME-PPIR-0001', 1, 'info_request', 'Answers', json_object('request_id', ?), ?, 'x', 'x')",
                (request_id, state),
            )

    freeze("frozen")
    with pytest.raises(InvalidInput, match=r"frozen in ACME-PPIR-0001 v1"):
        at.requests.remove(request_id)
    assert len(at.requests.questions(request_id)) == 4


def test_a_request_stays_under_a_draft_of_its_answers(at, request_id):
    draft, _ = at.submissions.prepare(SubmissionDetails("info_request", scope=Scope(request_id=request_id)))
    name = at.submissions.get(draft).name
    with pytest.raises(InvalidInput, match=f"{name} is a draft of the answers") as refused:
        at.requests.remove(request_id)
    assert refused.value.todo == "Remove it first, or close the request."
    at.submissions.remove(draft)
    at.requests.remove(request_id)
    at.history.undo()
    at.history.undo()
    assert at.submissions.get(draft).details.scope.request_id == request_id
    assert at.submissions.check(draft).lines, "what it is over is there again"


# -- questions and answers ---------------------------------------------------------------------------------------------


def test_questions_stand_in_the_order_in_which_they_were_added(at, request_id):
    assert [one.details for one in at.requests.questions(request_id)] == list(QUESTIONS)
    assert [one.position for one in at.requests.questions(request_id)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (QuestionDetails("", "x"), "key"),
        (QuestionDetails("9", " "), "text"),
        (QuestionDetails("1.1", "x"), "key"),
        (QuestionDetails("9" * 61, "x"), "key"),
        (QuestionDetails("9", "x", answer="y" * 40_000), "answer"),
    ],
)
def test_a_question_needs_a_number_of_its_own_and_a_text(at, request_id, details, field):
    with pytest.raises(InvalidInput) as refused:
        at.requests.add_question(request_id, details)
    assert refused.value.field == field
    assert len(at.requests.questions(request_id)) == 4


def test_a_number_is_taken_whatever_its_case_and_a_question_keeps_its_own(at, request_id):
    made, _ = at.requests.add_question(request_id, QuestionDetails("A1", "x"))
    with pytest.raises(InvalidInput):
        at.requests.add_question(request_id, QuestionDetails("a1", "y"))
    at.requests.edit_question(made, QuestionDetails("a1", "y"))
    with pytest.raises(InvalidInput):
        at.requests.edit_question(made, QuestionDetails("1.2", "y"))
    assert at.requests.question_id(request_id, " A1 ") == made
    with pytest.raises(NotFound):
        at.requests.question_id(request_id, "A2")


def test_a_changed_question_asks_to_be_looked_at_once_it_was_answered(at, request_id):
    first = ids(at, request_id)["1.1"]
    at.requests.change([first], QuestionEdit(text="How many in all?"))
    assert not at.requests.question(first).look_again
    at.requests.answer(first, "12")
    at.requests.change([first], QuestionEdit(text="How many  in\nall?", owner="Jo"))
    assert not at.requests.question(first).look_again, "only laid out anew"
    at.requests.change([first], QuestionEdit(guidance="With those that are not traded."))
    assert looks(at.requests.question(first)) == [CHANGED]
    assert at.requests.get(request_id).to_look_at == 1
    assert at.requests.looked_at([first]).title == "Say that the answer to question 1.1 still holds"
    assert looks(at.requests.question(first)) == []
    assert at.requests.looked_at([first]).title == ""
    at.requests.change([first], QuestionEdit(text="How many of them?"))
    at.requests.answer(first, "13")
    assert looks(at.requests.question(first)) == [], "who answers has looked"


def test_taking_the_answer_back_leaves_nothing_to_look_at(at, request_id):
    first = ids(at, request_id)["1.1"]
    at.requests.answer(first, "12")
    at.requests.change([first], QuestionEdit(text="Other?"))
    assert at.requests.answer(first, "").title == "Take back the answer to question 1.1"
    assert not at.requests.question(first).look_again
    assert not at.requests.question(first).answered
    at.history.undo()
    assert at.requests.question(first).look_again
    assert at.requests.question(first).details.answer == "12"


def test_several_are_changed_in_one_step(at, request_id):
    all_of_them = list(ids(at, request_id).values())
    changes = at.requests.change(all_of_them, QuestionEdit(owner="Morgan Reed"))
    assert (changes.title, changes.count) == ("Change owner of 4 questions", 4)
    assert at.requests.change(all_of_them, QuestionEdit(not_for_us="No PIT")).title == (
        "Say that 4 questions do not apply"
    )
    at.history.undo()
    at.history.undo()
    assert {one.details.owner for one in at.requests.questions(request_id)} == {""}


def test_titles_of_steps_never_hold_a_number_that_may_be_of_a_person(at, request_id):
    made, changes = at.requests.add_question(request_id, QuestionDetails("Ask Sam Cole", "x"))
    assert changes.title == "Add a question to ACME-IRQ-0001"
    assert at.requests.answer(made, "y").title == "Answer a question"
    assert at.requests.change([made], QuestionEdit(owner="Sam Cole")).title == "Change owner of a question"


def test_paste_adds_and_changes_by_number_in_one_step(at, request_id):
    rows = [{"key": "9", "text": "New?"}, {"key": "1.1", "answer": "12"}, {"key": "1.2", "section": "Portfolio"}]
    changes = at.requests.paste(request_id, rows)
    assert (changes.title, changes.count) == ("Paste questions into ACME-IRQ-0001", 2)
    found = by_key(at, request_id)
    assert list(found) == ["1.1", "1.2", "2.1", "2.2", "9"]
    assert found["1.1"].details.answer == "12"
    assert found["1.1"].details.text == QUESTIONS[0].text
    assert at.requests.paste(request_id, rows).title == ""
    for bad in ([{"text": "x"}], [{"key": "8"}], [{"key": "7", "text": "x"}, {"key": "7", "text": "y"}]):
        with pytest.raises(InvalidInput):
            at.requests.paste(request_id, bad)
    at.history.undo()
    assert list(by_key(at, request_id)) == ["1.1", "1.2", "2.1", "2.2"]


def test_evidence_is_linked_to_an_answer_and_counted_and_found(at, request_id, tmp_path):
    first = ids(at, request_id)["1.1"]
    item = prove(at, tmp_path, first)
    assert at.requests.question(first).proofs == 1
    (use,) = at.evidence.used_in(item)
    assert use.target == Target(TargetKind.QUESTION, first)
    (found,) = at.evidence.linkable(TargetKind.QUESTION, "2.1 pit")
    assert found == (
        Target(TargetKind.QUESTION, ids(at, request_id)["2.1"]), "ACME-IRQ-0001 2.1", "When do you finish PIT?"
    )  # fmt: skip
    newer = tmp_path / "newer.txt"
    newer.write_text("12,346\n", "utf-8")
    at.evidence.replace(item, newer)
    assert looks(at.requests.question(first)) == [AWAITING]
    at.requests.remove_questions([first])
    assert at.evidence.used_in(item) == ()
    assert at.evidence.get(item).id == item


def test_the_table_counts_states_and_finds_words(at, request_id):
    numbers = ids(at, request_id)
    at.requests.answer(numbers["1.1"], "12,345 MPANs")
    at.requests.change([numbers["2.2"]], QuestionEdit(not_for_us="An agent signs"))
    with at.store.write() as connection:
        connection.execute("UPDATE info_question SET missing = 1 WHERE id = ?", (numbers["1.2"],))
    table = at.requests.table(request_id)
    assert [(one.title, one.count) for one in table.facets("state")] == [(OPEN, 2), (ANSWERED, 1), (NOT_FOR_US, 1)]
    assert {one.title: one.count for one in table.facets("look")} == {MISSING: 1, "Nothing": 3}
    table.apply(View(text="mpans migrate"))
    assert table.ids(0, 9) == [numbers["1.1"]]
    table.apply(View(filters=(Filter("section", Op.IS_ANY, ("Testing",)),)))
    assert table.ids(0, 9) == [numbers["2.1"]]


TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=TEXTS, text=TEXTS, answer=TEXTS, owner=TEXTS)
def test_whatever_is_typed_is_kept_as_it_can_be_read_again_or_refused(at, key, text, answer, owner):
    request_id, _ = at.requests.add(RequestDetails("Typed"))
    try:
        made, _ = at.requests.add_question(request_id, QuestionDetails(key, text, answer=answer, owner=owner))
    except InvalidInput:
        assert not " ".join(key.replace("\0", "").split()) or not text.replace("\0", "").strip()
        return
    one = at.requests.question(made)
    assert at.requests.edit_question(made, one.details).title == ""
    assert at.requests.question(made) == one
    at.history.undo()
    assert at.requests.questions(request_id) == ()


def test_a_hash_is_of_what_is_asked_alone():
    values = {"text": "a", "guidance": "b", "answer": "c", "section": "d", "key": "1"}
    assert text_hash(values) == text_hash({**values, "answer": "x", "section": "y", "key": "2"})
    assert text_hash(values) != text_hash({**values, "guidance": "x"})
    assert text_hash({"text": "ab", "guidance": ""}) != text_hash({"text": "a", "guidance": "b"})
