"""What is due to whom, and the register of what was sent: worked-out cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cutover_hands import Clock
from request_hands import a_request
from signing_hands import own_pack, shipped_body

from desktop.agenda import SUBMISSION
from desktop.app import Workspace
from desktop.errors import InvalidInput
from desktop.participant.model import Scope as Role
from desktop.submissions.due import due_of
from desktop.submissions.model import EventKind, Scope, SubmissionDetails, SubmissionState

TODAY = date(2026, 11, 23)
"""A Monday."""


@pytest.fixture
def acme(tmp_path):
    with Workspace.create(tmp_path / "desk", "Acme <Energy> Ltd", "ACME", actor="Jo", clock=Clock()) as workspace:
        workspace.participant.save_scope(Role("ACME", "supplier"))
        path = tmp_path / "log.txt"
        path.write_bytes(b"abc")
        workspace.evidence.add([path])
        workspace.folder_for_tests = tmp_path
        yield workspace


def what(acme: Workspace, today: date = TODAY) -> list[tuple[str, str, bool]]:
    return [(one.what, one.kind, one.late) for one in acme.submissions.due(today)]


def draft(acme: Workspace, **details: object) -> int:
    return acme.submissions.prepare(SubmissionDetails("evidence", **{"recipients": ("BSC", "REC")} | details))[0]


def test_a_draft_is_due_at_its_deadline(acme):
    draft(acme, due="2026-11-22")
    draft(acme, due="2026-11-24")
    draft(acme)
    found = acme.submissions.due(TODAY)
    assert [(one.day, one.late) for one in found] == [
        (date(2026, 11, 22), True), (date(2026, 11, 24), False), (None, False),
    ]  # fmt: skip
    assert found[0].recipients == ("BSCCo (Elexon)", "REC Code Manager")
    assert found[0].submission_id is not None


def test_each_step_on_its_way_is_told_for_those_with_whom_it_stands_there(acme):
    one = draft(acme)
    acme.submissions.freeze(one)
    assert what(acme) == [("frozen", "evidence", False)]
    acme.submissions.export(one, acme.folder_for_tests, ("BSC",))
    assert {(each.what, each.recipients) for each in acme.submissions.due(TODAY)} == {
        ("exported", ("BSCCo (Elexon)",)),
        ("frozen", ("REC Code Manager",)),
    }
    acme.submissions.say(one, EventKind.HANDED_OVER, "BSC")
    assert what(acme) == [("frozen", "evidence", False)]
    acme.submissions.say(one, EventKind.HANDED_OVER, "REC")
    assert what(acme) == []


def test_what_was_exported_and_not_said_to_be_sent_is_told_as_that_however_long_ago(acme):
    one = draft(acme)
    acme.submissions.freeze(one)
    acme.submissions.export(one, acme.folder_for_tests)
    acme.clock.set(2026, 12, 9)
    (found,) = acme.submissions.due(date(2026, 12, 9))
    assert (found.what, found.late) == ("exported", False)
    assert "Exported 12 working days ago, not said to be sent" in found.detail
    assert [standing.waiting for standing in acme.submissions.get(one).recipients] == [0, 0]
    acme.submissions.say(one, EventKind.RECEIVED)
    acme.clock.set(2026, 12, 11)
    assert [standing.waiting for standing in acme.submissions.get(one).recipients] == [2, 2]


def test_what_is_out_for_ten_working_days_is_told(acme):
    one = draft(acme)
    acme.submissions.freeze(one)
    acme.submissions.say(one, EventKind.HANDED_OVER)
    # Monday 23 November; ten working days later is Monday 7 December.
    assert what(acme, date(2026, 12, 4)) == []
    (found,) = acme.submissions.due(date(2026, 12, 7))
    assert (found.what, found.late, found.day) == ("unanswered", True, date(2026, 12, 7))
    assert "no answer for 10 working days" in found.detail
    assert acme.submissions.due(date(2026, 12, 9))[0].day == date(2026, 12, 7)
    acme.settings.set(replace(acme.settings.get(), unanswered_days=3))
    assert what(acme, date(2026, 11, 26)) == [("unanswered", "evidence", True)]
    acme.clock.set(2026, 12, 9)
    acme.submissions.say(one, EventKind.RECEIVED, "BSC")
    assert [each.recipients for each in acme.submissions.due(date(2026, 12, 9))] != []
    acme.submissions.say(one, EventKind.ACCEPTED, "BSC")
    assert [each.recipients for each in acme.submissions.due(date(2026, 12, 9))] == [("REC Code Manager",)]


def test_changes_that_are_asked_for_are_told_until_the_next_version_is_begun(acme):
    one = draft(acme, recipients=("BSC",))
    acme.submissions.freeze(one)
    acme.submissions.say(one, EventKind.HANDED_OVER)
    acme.submissions.say(one, EventKind.CHANGES_REQUESTED, note="More of it")
    assert what(acme) == [("changes requested", "evidence", False)]
    acme.submissions.new_version(one, "They asked")
    assert what(acme) == [("draft", "evidence", False)]
    assert acme.submissions.due(TODAY)[0].detail == "ACME-EVPK-0001 v2, a draft"


def test_whether_a_newer_version_is_begun_is_asked_of_each_submission_once(acme, monkeypatch):
    one = draft(acme, recipients=("BSC",))
    acme.submissions.freeze(one)
    acme.submissions.say(one, EventKind.HANDED_OVER)
    (sent,) = acme.submissions.submissions(date(2026, 12, 7))
    asked = []

    class Told(str):
        """A reference that tells of each comparison with another."""

        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            asked.append(other)
            return str(self) == str(other)

    many = [replace(sent, ref=Told(f"ACME-EVPK-{number:04}")) for number in range(200)]
    found = due_of(acme.submissions._desk, many, date(2026, 12, 7))
    assert len([one for one in found if one.what == "unanswered"]) == 200
    assert len(asked) < 10 * len(many), "each with each would be 40,000"


def test_the_versions_of_one_reference_are_read_without_all_others(acme):
    first = draft(acme, recipients=("BSC",))
    acme.submissions.freeze(first)
    second, _ = acme.submissions.new_version(first, "A page was missing")
    acme.submissions.freeze(second)
    draft(acme, recipients=("BSC",))
    read = []
    connection = acme.submissions._desk.store.read()
    connection.set_trace_callback(read.append)
    found = acme.submissions.versions(first)
    connection.set_trace_callback(None)
    assert [(one.id, one.version) for one in found] == [(second, 2), (first, 1)]
    assert any("FROM submission WHERE" in one for one in read)
    assert not [one for one in read if "WHERE true" in one], "all submissions, or all that happened to them, are read"
    assert acme.submissions.newer_frozen(first) == "ACME-EVPK-0001 v2"
    assert acme.submissions.newer_frozen(second) == ""
    assert acme.submissions.versions(99) == ()


def test_what_was_withdrawn_is_due_no_more(acme):
    one = draft(acme)
    acme.submissions.freeze(one)
    acme.submissions.withdraw(one, "Of another system")
    assert what(acme) == []


def test_a_request_whose_answers_were_withdrawn_is_due_again(acme):
    number = a_request(acme)
    one, _ = acme.submissions.prepare(SubmissionDetails("info_request", scope=Scope(request_id=number)))
    assert what(acme) == [("draft", "info_request", False)]
    acme.submissions.freeze(one)
    acme.submissions.withdraw(one, "The wrong answers")
    assert what(acme) == [("not begun", "info_request", False)]


def test_a_comment_to_answer_is_told_before_what_has_a_day_and_in_place_of_no_answer(acme):
    one = draft(acme, recipients=("BSC",))
    acme.submissions.freeze(one)
    acme.submissions.say(one, EventKind.HANDED_OVER)
    acme.reviews.enter(one, "BSC", "Which meters?")
    found = acme.submissions.due(date(2026, 12, 7))[0]
    assert (found.what, found.late) == ("comments", False)
    assert found.detail == "ACME-EVPK-0001 v1: Handed over, no receipt yet, 1 comment to answer"


def test_comments_are_on_the_agenda_by_the_term_of_the_recipient_else_without_a_day(acme, tmp_path):
    delivery = [{"id": "BSC", "answer_days": 5}, {"id": "REC", "answer_days": "soon"}]
    body = shipped_body(acme, "submissions")
    own_pack(acme, tmp_path / "pack.json", "submissions", {**body, "delivery": delivery})
    one, two = draft(acme, recipients=("BSC", "REC")), draft(acme, recipients=("REC",))
    for each, whose in ((one, "REC"), (one, "BSC"), (two, "REC")):
        if acme.submissions.get(each).state is SubmissionState.DRAFT:
            acme.submissions.freeze(each)
        acme.reviews.enter(each, whose, "Which meters?")
    noted = [one for one in acme.agenda.due(TODAY) if one.kind == SUBMISSION]
    # Taken in on Monday 23 November: five working days later is Monday 30 November.
    assert [(due.day, due.submission_id, due.late) for due in noted] == [
        (date(2026, 11, 30), one, False), (None, two, False)
    ]  # fmt: skip
    assert "BSCCo (Elexon) is to have answers within 5 working days, by 30 Nov 2026" in noted[0].detail
    assert acme.agenda.due(date(2026, 12, 1))[0].late
    (asked,) = [each for each in acme.reviews.comments(one) if each.recipient == "BSC"]
    acme.reviews.answer(asked.id, "All of them")
    left = {(due.day, due.submission_id) for due in acme.agenda.due(TODAY) if due.kind == SUBMISSION}
    assert left == {(None, one), (None, two)}, "what is answered is owed no more"


def test_a_request_is_due_until_its_answers_are_prepared(acme):
    number = a_request(acme)
    (found,) = acme.submissions.due(TODAY)
    assert (found.what, found.day, found.recipients) == (
        "not begun", date(2026, 12, 3), ("Programme (Migration Control Centre)",),
    )  # fmt: skip
    assert found.scope == Scope(request_id=number)
    assert [one.title for one in acme.agenda.due(TODAY) if one.kind == SUBMISSION] == [found.title]
    acme.submissions.prepare(SubmissionDetails("info_request", scope=found.scope))
    assert what(acme) == [("draft", "info_request", False)]
    (entry,) = [one for one in acme.agenda.due(TODAY) if one.kind == SUBMISSION]
    assert entry.submission_id is not None


def test_deliverables_of_the_plan_are_due_once_for_each_gate(acme):
    acme.participant.save_scope(Role("LDSO", "ldso"))
    acme.pit.set_gate("pit_entry", current="2026-12-18")
    acme.pit.take()
    found = [one for one in acme.submissions.due(TODAY) if one.what == "not begun"]
    kinds = [(one.kind, one.scope.gate) for one in found if one.scope]
    assert len(kinds) == len(set(kinds))
    assert ("rttm", "pit_entry") in kinds
    assert all(one.day is not None for one in found)
    acme.pit.set_gate("pit_exit", current="2026-12-21")
    assert ("rttm", "pit_exit") in [(one.kind, one.scope.gate) for one in acme.submissions.due(TODAY) if one.scope]
    acme.submissions.prepare(SubmissionDetails("rttm", scope=Scope("pit_entry")))
    left = [(one.kind, one.scope.gate) for one in acme.submissions.due(TODAY) if one.what == "not begun" and one.scope]
    assert ("rttm", "pit_entry") not in left
    assert ("rttm", "pit_exit") in left


@pytest.mark.parametrize("days", [0, -1, 251])
def test_the_days_until_an_answer_is_missed_are_within_a_year(acme, days):
    with pytest.raises(InvalidInput) as refused:
        acme.settings.set(replace(acme.settings.get(), unanswered_days=days))
    assert refused.value.field == "unanswered_days"


def test_the_register_says_no_more_than_is_known(acme):
    one = draft(acme, title="Meter 1012345678345 <b>", recipients=("BSC",))
    assert acme.submissions.register() == ()
    assert "Nothing was ever frozen or sent." in acme.submissions.register_html()
    acme.submissions.freeze(one)
    acme.submissions.export(one, acme.folder_for_tests)
    acme.submissions.say(one, EventKind.HANDED_OVER, note="<script>by e-mail</script>")
    acme.submissions.say(one, EventKind.RECEIVED, their_ref="REC & 9")
    said = [each.id for each in acme.submissions.events(one) if each.kind is EventKind.RECEIVED]
    acme.submissions.take_back(said[0], "Of another one")
    found = acme.submissions.register()
    assert [each.what for each in found] == [
        "Taken back: what was said was a mistake",
        "Received; that is not accepted",
        "Handed over, as was said here",
        "Exported; that is not sent",
        "Frozen",
    ]
    assert [each.taken_back for each in found] == [False, True, False, False, False]
    page = acme.submissions.register_html()
    head = acme.history.head()
    assert head.h in page
    assert f"entry {head.seq:,}" in page
    assert "Acme &lt;Energy&gt; Ltd" in page
    assert "<script>" not in page
    assert "REC &amp; 9" in page
    assert "1012345678345" not in page
    assert "Received means a receipt, not acceptance." in page
    assert page.count("http") == 0
