"""Reviewers and administrators, and the audit."""

from __future__ import annotations

import re

import pytest

from central.audit import Audit
from tests.central.review_world import (
    ADMINISTRATOR,
    PASSWORD,
    browser,
    let_in,
)


class TestAudit:
    def test_the_chain_is_shown_checked_and_paged(self, running, admin):
        page = admin.post("/review/audit").text
        assert "entries are as they were made." in page
        assert isinstance(running.central.audit, Audit)
        oldest = admin.get("/review/audit?before=3").text
        assert len(re.findall(r'<th scope="row" class="number">', oldest)) == 2
        assert admin.get("/review/audit?before=x").status_code == 200


class TestPeople:
    def test_somebody_is_added_changed_and_disabled_at_once(self, running, admin):
        assert admin.post(
            "/review/people", {"name": "nina", "role": "reviewer", "password": PASSWORD}
        ).status_code == 303  # fmt: skip
        nina = browser(running.address, "nina")
        assert nina.get("/review/").status_code == 200
        assert nina.get("/review/people").status_code == 403
        assert admin.post("/review/people/nina/role", {"role": "administrator"}).status_code == 303
        assert nina.get("/review/").status_code == 303  # her session ended with it
        nina = browser(running.address, "nina")
        assert nina.get("/review/people").status_code == 200
        assert admin.post("/review/people/nina/disable", {"why": "Left."}).status_code == 303
        assert nina.get("/review/").status_code == 303
        assert nina.sign_in("nina").status_code == 401
        assert admin.post("/review/people/nina/enable").status_code == 303
        assert admin.post("/review/people/nina/password", {"password": "another made-up one 7"}).status_code == 303
        assert nina.sign_in("nina").status_code == 401
        assert nina.sign_in("nina", "another made-up one 7").status_code == 303
        assert admin.post("/review/people/nobody/enable").status_code == 404

    @pytest.mark.parametrize(
        "form",
        [
            {"name": "", "role": "reviewer", "password": PASSWORD},
            {"name": "a b", "role": "reviewer", "password": PASSWORD},
            {"name": "<i>", "role": "reviewer", "password": PASSWORD},
            {"name": "rita", "role": "reviewer", "password": PASSWORD},
            {"name": "otto", "role": "king", "password": PASSWORD},
            {"name": "otto", "role": "reviewer", "password": "short"},
            {"name": "otto", "role": "reviewer", "password": "aaaaaaaaaaaaaaa"},
            {"name": "otto", "role": "reviewer", "password": "this is otto himself"},
        ],
    )
    def test_a_person_that_cannot_be_is_refused(self, admin, form):
        assert admin.post("/review/people", form).status_code == 422

    def test_the_last_administrator_stays(self, tmp_path):
        from central.refusals import Refused
        from tests.central_server import Central, settings

        central = Central(settings(tmp_path))
        let_in(central)
        for change in (
            lambda: central.people.disable(ADMINISTRATOR, "x", "t"),
            lambda: central.people.set_role(ADMINISTRATOR, "reviewer", "t"),
        ):
            with pytest.raises(Refused, match="Nobody would administer"):
                change()
        assert [one.role for one in central.people.all() if not one.disabled] == ["administrator", "reviewer"]
        central.close()
