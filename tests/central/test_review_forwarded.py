"""What X-Forwarded-For and -Proto say is believed only where a proxy is said to stand before the service."""

from __future__ import annotations

import pytest

from central.attempts import PER_BOTH
from central.cli.serving import options
from central.settings import SettingsWrong, read
from tests.central.review_world import REVIEWER, Browser, let_in
from tests.central_server import serving


def statuses(running):
    found = []
    for number in range(PER_BOTH + 1):
        who = Browser(running.address)
        who.session.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        found.append(who.sign_in(REVIEWER, "wrong password x").status_code)
    return found


@pytest.mark.parametrize(("trusted", "last"), [(False, 429), (True, 401)])
def test_a_made_up_address_gives_no_more_attempts_without_a_trusted_proxy(tmp_path, trusted, last):
    with serving(tmp_path, trusted_proxy=trusted) as running:
        let_in(running.central)
        assert statuses(running) == [401] * PER_BOTH + [last]


def test_a_forwarded_scheme_is_believed_of_a_trusted_proxy_only(tmp_path):
    for trusted in (False, True):
        with serving(tmp_path, trusted_proxy=trusted) as running:
            who = Browser(running.address)
            who.session.headers["X-Forwarded-Proto"] = "https"
            assert ("Secure" in who.get("/review/sign-in").headers["Set-Cookie"]) is trusted


def test_the_setting_is_yes_or_no_and_no_by_itself(tmp_path):
    here = {"data": str(tmp_path)}
    assert options(read(here, {}))["proxy_headers"] is False
    given = read({**here, "trusted_proxy": "yes"}, {})
    assert options(given)["proxy_headers"] is True
    assert read({}, given.environment()).trusted_proxy
    with pytest.raises(SettingsWrong, match="trusted_proxy"):
        read({**here, "trusted_proxy": "maybe"}, {})
