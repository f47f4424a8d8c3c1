"""Texts that try to be more than texts."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.central.review_pages_world import fresh, handed
from tests.central.review_world import (
    body_of,
    browser,
    table_of,
)


class TestHostileTexts:
    HOSTILE = (
        '"><script>alert(1)</script>', "'-alert(1)-'", "{{ 7*7 }}", "&lt;b&gt;", "</textarea><img src=x onerror=1>",
        "\u202egnp.exe", "a\r\nSet-Cookie: x=1", "%0d%0aSet-Cookie:x",
    )  # fmt: skip

    @pytest.mark.parametrize("text", HOSTILE)
    def test_are_text_wherever_they_stand(self, reviewer, laptop, text):
        body = body_of(
            title=text, kind_name=text, covering=text, open_points=[text], position=[[text, text]],
            recipients=[{"id": "B", "name": text, "code_body": ""}], deadline={"day": None, "words": text},
            tables=[table_of(((text, text, 1),), title=text, about=text)],
            changes={"before": "", "counts": [[text, 1, 2, 3]], "rows": [], "left_out": 0, "same_choice": True},
            checks=[dict.fromkeys(("rule", "title", "severity", "recipient", "outcome", "detail"), text)],
        )  # fmt: skip
        one = handed(laptop, body, title=text, kind=text, app=text, files=(("evidence", text, b"x"),), reason=text)
        answers = [
            reviewer.get("/review/?text=" + quote(text)),
            reviewer.get("/review/?kind=" + quote(text) + "&participant=" + quote(text)),
            reviewer.get(f"/review/submissions/{one}?find={quote(text)}&row={quote(text)}&table={quote(text)}"),
            reviewer.post(
                f"/review/submissions/{one}/comments", {"text": text, "kind": text, "proposed": text, "row": text}
            ),
            reviewer.post(f"/review/submissions/{one}/decisions", {"note": text, "their_ref": text, "state": text}),
            reviewer.post(
                f"/review/submissions/{one}/comments",
                {
                    "text": text,
                    "table": "requirements",
                    "row": text,
                    "id": fresh(reviewer.get(f"/review/submissions/{one}").text),
                },
            ),
            reviewer.get(f"/review/submissions/{one}"),
        ]
        for answer in answers:
            assert answer.status_code in {200, 303, 422, 412}
            assert "<script" not in answer.text
            assert "<img" not in answer.text
            assert "onerror=1>" not in answer.text.replace("&gt;", "")
            assert "x" not in answer.headers.get("Set-Cookie", "")
            assert not re.search(r"\b49\b", answer.text)
        file = reviewer.get(f"/review/submissions/{one}/files/1")
        assert file.status_code == 200
        shown = file.headers["Content-Disposition"]
        assert re.fullmatch(r"attachment; filename=\"[^\"\\/\r\n]+\"; filename\*=UTF-8''[A-Za-z0-9._%~-]+", shown), (
            shown
        )
        assert "Set-Cookie" not in file.headers

    def test_every_answer_has_the_headers_of_a_careful_site(self, reviewer, running):
        for path in ("/review/", "/review/sign-in", "/review/nothing", "/review/review.css", "/"):
            answer = reviewer.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script" not in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "X-Endpoint" in answer.headers
        assert browser(running.address).get("/review/").headers["Cache-Control"] == "no-store"
