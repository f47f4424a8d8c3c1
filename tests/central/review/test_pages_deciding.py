"""Comments and decisions, and what the participant is told of them."""

from __future__ import annotations

import hashlib

import pytest

from desktop.submissions.body import row_line
from tests.central.review_pages_world import fresh, handed, seen
from tests.central.review_world import (
    REVIEWER,
    body_of,
    table_of,
)


class TestComments:
    def comment(self, reviewer, one, **form):
        form.setdefault("id", fresh(reviewer.get(f"/review/submissions/{one}").text))
        return reviewer.post(f"/review/submissions/{one}/comments", form)

    def test_on_a_cell_the_participant_is_told_where(self, running, reviewer, laptop):
        one = handed(laptop)
        answer = self.comment(
            reviewer, one, text="Which test?\r\nSay it.", kind="question", proposed="TST-1", table="requirements",
            row="REQ-002", column="tests", anchor="row",
        )  # fmt: skip
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("#row")
        told = [said for said in laptop.told("comment") if said["submission"] == one]
        assert len(told) == 1
        wanted = ("author", "text", "kind", "proposed", "table", "row", "column", "from")
        assert {key: told[0][key] for key in wanted} == {
            "author": REVIEWER, "text": "Which test?\nSay it.", "kind": "question", "proposed": "TST-1",
            "table": "requirements", "row": "REQ-002", "column": "tests", "from": "reviewer",
        }  # fmt: skip
        page = reviewer.get(f"/review/submissions/{one}?at=REQ-002").text
        assert page.count("Which test?") == 2  # in the list of all, and beside its row
        newest = running.central.audit.entries(limit=1)[0]
        assert (newest.actor, newest.action, newest.subject) == (REVIEWER, "commented", one)

    def test_on_a_row_of_a_long_table_and_on_evidence_and_on_the_whole(self, reviewer, laptop):
        data = b"".join(row_line((f'K"{number}', "x", number)) for number in range(60))
        lines = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        body = body_of(tables=[table_of(None, lines=lines, count=60)])
        one = handed(laptop, body, files=(("rows", "r.jsonl", data),))
        for place in (
            {"table": "requirements", "row": 'K"55'},
            {"table": "evidence_files", "row": "EVD-0001", "column": "title"},
            {"table": "requirements"},
            {},
        ):
            assert self.comment(reviewer, one, text="Said.", **place).status_code == 303, place
        told = [said for said in laptop.told("comment") if said["submission"] == one]
        assert [(said["table"], said["row"]) for said in told] == [
            ("requirements", 'K"55'), ("evidence_files", "EVD-0001"), ("requirements", ""), ("", ""),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "form",
        [
            {"text": " \r\n "},
            {"text": "x" * 10_001},
            {"text": "x", "kind": "shouting"},
            {"text": "x", "table": "nowhere"},
            {"text": "x", "table": "requirements", "row": "REQ-999"},
            {"text": "x", "table": "requirements", "row": "REQ-001", "column": "nope"},
            {"text": "x", "table": "requirements", "column": "tests"},
            {"text": "x", "row": "REQ-001"},
            {"text": "x", "in_reply_to": "nothing"},
            {"text": "x", "id": "no uuid"},
        ],
    )
    def test_what_would_not_land_is_refused_and_what_was_typed_stays(self, reviewer, laptop, untouched, form):
        one = untouched
        answer = self.comment(reviewer, one, **form)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert [said for said in laptop.told("comment") if said["submission"] == one] == []

    def test_sending_the_form_twice_says_it_once(self, reviewer, laptop):
        one = handed(laptop)
        form = {"id": fresh(reviewer.get(f"/review/submissions/{one}").text), "text": "Once."}
        assert [self.comment(reviewer, one, **form).status_code for _ in range(2)] == [303, 303]
        assert [said["text"] for said in laptop.told("comment") if said["submission"] == one] == ["Once."]

    def test_a_participants_answer_is_in_the_thread_and_can_be_answered(self, running, reviewer, laptop):
        one = handed(laptop)
        self.comment(reviewer, one, text="Why?", table="requirements", row="REQ-001")
        asked = laptop.told("comment")[-1]["id"]
        uuid = "11111111-2222-4333-8444-555555555555"
        said = {"submission": one, "text": "Because <b>so</b>.", "author": "Morgan", "in_reply_to": asked,
                "table": "requirements", "row": "REQ-001"}  # fmt: skip
        running.central.talk.put(laptop.caller, uuid, said)
        page = reviewer.get(f"/review/submissions/{one}").text
        assert "Because &lt;b&gt;so&lt;/b&gt;." in page
        assert self.comment(reviewer, one, text="Thank you.", in_reply_to=uuid).status_code == 303
        told = laptop.told("comment")[-1]
        assert (told["in_reply_to"], told["table"], told["row"]) == (uuid, "requirements", "REQ-001")


class TestDecisions:
    def decide(self, reviewer, one, state, note="", **more):
        page = reviewer.get(f"/review/submissions/{one}").text
        form = {"state": state, "note": note, "seen": seen(page), "id": fresh(page), **more}
        return reviewer.post(f"/review/submissions/{one}/decisions", form)

    def test_taken_into_review_returned_and_accepted(self, running, reviewer, laptop):
        one = handed(laptop)
        steps = (("in review", ""), ("changes requested", "Row 2 has no test."), ("accepted", "Good."))
        for state, note in steps:
            assert self.decide(reviewer, one, state, note, their_ref="PA-7").status_code == 303
        told = [said for said in laptop.told("status") if said["submission"] == one]
        assert [(said["state"], said["note"], said["by"], said["their_ref"]) for said in told][-3:] == [
            (state, note, REVIEWER, "PA-7") for state, note in steps
        ]
        assert running.central.receiving.status("ACME", one)["state"] == "accepted"
        versions = [
            item.version
            for item in running.central.feed.page("ACME", "", 1000).items
            if item.type == "status" and item.id == one
        ]
        assert versions == sorted(set(versions))
        page = reviewer.get(f"/review/submissions/{one}").text
        assert page.index("Good.") < page.index("Row 2 has no test.")

    def test_returning_needs_a_note_and_keeps_what_was_typed(self, reviewer, laptop):
        one = handed(laptop)
        answer = self.decide(reviewer, one, "changes requested", " ", their_ref="PA-8")
        assert answer.status_code == 422
        assert "Say which changes you ask for." in answer.text
        assert 'value="PA-8"' in answer.text

    @pytest.mark.parametrize("state", ["received", "withdrawn", "superseded", "", "nonsense", "Accepted"])
    def test_a_state_that_cannot_follow_is_refused(self, reviewer, untouched, state):
        assert self.decide(reviewer, untouched, state).status_code == 422

    def test_an_accepted_one_can_only_be_returned(self, reviewer, laptop):
        one = handed(laptop)
        assert self.decide(reviewer, one, "accepted").status_code == 303
        assert self.decide(reviewer, one, "in review").status_code == 422
        assert self.decide(reviewer, one, "changes requested", "We looked again.").status_code == 303

    def test_somebody_who_decided_meanwhile_is_not_overwritten(self, running, reviewer, admin, laptop):
        one = handed(laptop)
        page = reviewer.get(f"/review/submissions/{one}").text
        assert self.decide(admin, one, "accepted").status_code == 303
        answer = reviewer.post(
            f"/review/submissions/{one}/decisions",
            {"state": "changes requested", "note": "No.", "seen": seen(page), "id": fresh(page)},
        )
        assert answer.status_code == 412
        assert "It changed meanwhile: it is accepted now." in answer.text
        assert "No." in answer.text
        assert running.central.receiving.status("ACME", one)["state"] == "accepted"

    def test_the_same_form_twice_decides_once(self, reviewer, laptop):
        one = handed(laptop)
        page = reviewer.get(f"/review/submissions/{one}").text
        form = {"state": "in review", "seen": seen(page), "id": fresh(page)}
        answers = [reviewer.post(f"/review/submissions/{one}/decisions", form).status_code for _ in range(2)]
        assert answers == [303, 303]
        told = [said for said in laptop.told("status") if said["submission"] == one and said["state"] == "in review"]
        assert len(told) == 1
