"""The queue and one submission, over real HTTP."""

from __future__ import annotations

import hashlib
import re

from desktop.submissions.body import row_line
from tests.central.review_pages_world import handed, numbers
from tests.central.review_world import (
    REVIEWER,
    Laptop,
    body_of,
    table_of,
)


class TestQueue:
    def test_what_waits_is_shown_with_counts(self, reviewer, laptop):
        one = handed(laptop, title="The one of the queue")
        page = reviewer.get("/review/").text
        assert f"/review/submissions/{one}" in page
        assert "The one of the queue" in page
        assert 'aria-current="page">Queue' in page

    def test_it_is_filtered_by_participant_kind_state_and_text(self, running, reviewer, laptop):
        other = Laptop(running.central, "OTHER")
        mine = handed(laptop, title="Zebra 50% done", kind="work_off")
        theirs = other.hand_over(title="Zebra_of others")

        def shown(query):
            page = reviewer.get(f"/review/?{query}")
            assert page.status_code == 200
            return [one for one in (mine, theirs) if one in page.text]

        assert shown("text=zebra") == [mine, theirs]
        assert shown("text=zebra&participant=OTHER") == [theirs]
        assert shown("text=ZEBRA&kind=work_off") == [mine]
        assert shown("text=50%25") == [mine]
        assert shown("text=%25") == [mine]  # no wild card
        assert shown("text=Zebra_") == [theirs]
        assert shown("text=zebra&state=accepted") == []
        assert shown("text=zebra&state=all") == [mine, theirs]
        assert shown("text=zebra&state=nonsense&page=minus&order=up") == [mine, theirs]

    def test_nothing_that_fits_says_so(self, reviewer):
        assert "Nothing fits this search" in reviewer.get("/review/?text=nobody+wrote+this").text

    def test_pages_hold_25_and_newest_or_oldest_come_first(self, running, reviewer, laptop):
        for number in range(27):
            handed(laptop, title=f"Paged {number:02}")
        first = reviewer.get("/review/?text=Paged").text
        second = reviewer.get("/review/?text=Paged&page=2").text
        assert re.findall(r"Paged \d\d", first) == [f"Paged {one:02}" for one in range(26, 1, -1)]
        assert re.findall(r"Paged \d\d", second) == ["Paged 01", "Paged 00"]
        assert "26–27 of 27" in second
        oldest = reviewer.get("/review/?text=Paged&order=oldest").text
        assert re.findall(r"Paged \d\d", oldest)[0] == "Paged 00"
        assert re.findall(r"Paged \d\d", reviewer.get("/review/?text=Paged&page=999").text) == ["Paged 01", "Paged 00"]


class TestSubmission:
    def test_it_shows_who_what_when_and_that_the_signature_holds(self, reviewer, laptop):
        one = handed(laptop, files=(("evidence", "log.txt", b"hello"),))
        page = reviewer.get(f"/review/submissions/{one}").text
        for words in (
            "Laptop one", laptop.uuid, "Holds: the bytes are those that this laptop signed", "BSCCo", "As agreed.",
            "One was not run.", "Register the meter", "Every row has a test", "log.txt", "5 bytes", "Evidence files",
        ):  # fmt: skip
            assert words in page, words

    def test_changed_bytes_show_as_a_signature_that_does_not_hold(self, running, reviewer, laptop):
        from sqlalchemy import text

        one = handed(laptop)
        with running.central.db.write() as connection:
            connection.execute(
                text("UPDATE submission SET bytes = replace(bytes, '\"1.4.0\"', '\"1.4.1\"') WHERE id = :one"),
                {"one": one},
            )
            changed = connection.execute(
                text("UPDATE submission SET bytes = CAST(bytes AS BLOB) WHERE id = :one"), {"one": one}
            )
        assert changed.rowcount == 1
        assert "The signature does not hold" in reviewer.get(f"/review/submissions/{one}").text

    def test_files_are_saved_under_their_name_and_that_is_in_the_audit(self, running, reviewer, laptop):
        one = handed(laptop, files=(("evidence", "log.txt", b"<script>alert(1)</script>"),))
        answer = reviewer.get(f"/review/submissions/{one}/files/1")
        assert answer.content == b"<script>alert(1)</script>"
        assert answer.headers["Content-Disposition"] == "attachment; filename=\"log.txt\"; filename*=UTF-8''log.txt"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        newest = running.central.audit.entries(limit=1)[0]
        assert (newest.actor, newest.action, newest.subject) == (REVIEWER, "file downloaded", one)

    def test_the_receipt_can_be_saved(self, running, reviewer, laptop):
        from desktop.sync.wire import receipts

        one = handed(laptop)
        answer = reviewer.get(f"/review/submissions/{one}/receipt")
        assert receipts.check(answer.text, running.central.keys.jwks()).submission == one

    def test_long_tables_are_paged_from_their_file(self, reviewer, laptop):
        rows = tuple((f"REQ-{number:04}", f"Words {number}", number) for number in range(1, 131))
        data = b"".join(row_line(one) for one in rows)
        lines = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        body = body_of(tables=[table_of(None, lines=lines, count=130)])
        one = handed(laptop, body, files=(("rows", "requirements.jsonl", data),))
        first = reviewer.get(f"/review/submissions/{one}").text
        assert ("REQ-0050" in first, "REQ-0051" in first) == (True, False)
        assert "Rows 1–50 of 130" in first
        assert "Rows 101–130 of 130" in reviewer.get(f"/review/submissions/{one}?page=3").text
        assert "Rows 101–130 of 130" in reviewer.get(f"/review/submissions/{one}?at=REQ-0120").text
        found = reviewer.get(f"/review/submissions/{one}?find=words+12").text
        assert re.findall(r"Words \d+", found) == [f"Words {one}" for one in (12, 120, *range(121, 130))]

    def test_a_body_that_cannot_be_read_leaves_the_files_and_the_decision(self, reviewer, laptop):
        for data in (b"no json", b'{"format":"x"}', b"\xff"):
            page = reviewer.get(f"/review/submissions/{handed(laptop, data)}").text
            assert "The tables cannot be shown" in page
            assert "body.json" in page
            assert "Keep the decision" in page

    def test_lines_that_are_not_a_file_of_the_submission_are_not_read(self, reviewer, laptop):
        """Nor those of another submission of the same participant."""
        elsewhere = laptop.upload(row_line(("KEY-1", "Secret of another", 1)))
        body = body_of(tables=[table_of(None, lines={"sha256": elsewhere, "size": 9}, count=1)], evidence=[])
        page = reviewer.get(f"/review/submissions/{handed(laptop, body)}").text
        assert "was not handed over with it" in page
        assert "Secret of another" not in page

    def test_versions_are_a_chain_and_an_old_one_points_to_the_new_one(self, reviewer, laptop):
        reference = f"ACME-RTTM-{next(numbers):04}"
        old = laptop.hand_over(reference=reference)
        new = laptop.hand_over(reference=reference, version=2, supersedes=old, reason="Row 3 was wrong.")
        page = reviewer.get(f"/review/submissions/{old}").text
        assert "A newer version replaces this one" in page
        assert f'href="/review/submissions/{new}"' in page
        assert "Keep the decision" not in page
        assert "Row 3 was wrong." in reviewer.get(f"/review/submissions/{new}").text
        laptop.withdraw(new, "Sent by mistake.", reference=reference, version=2)
        page = reviewer.get(f"/review/submissions/{new}").text
        assert "The participant withdrew this version" in page
        assert "Sent by mistake." in page

    def test_what_is_not_there_is_a_page_that_says_so(self, reviewer):
        for path in ("submissions/nothing", "submissions/x/files/0", "nothing", "packs/abc", "participants/NOBODY"):
            answer = reviewer.get(f"/review/{path}")
            assert answer.status_code == 404
            assert "There is no such page" in answer.text
