"""Who may do what on the review pages: every route for every role, forms of other sites, guessing, sessions, tokens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.attempts import PER_ADDRESS, PER_BOTH
from central.central import Central
from central.pages.downloads import disposition
from central.pages.frame import HOME
from central.pages.router import router
from central.pages.visits import safe_back
from central.people import BROWSER, TOKEN
from central.queue import Filter
from central.refusals import Refused
from tests.central.review_world import ADMINISTRATOR, PASSWORD, REVIEWER, Browser, Laptop, browser, let_in
from tests.central_server import serving
from tests.central_server import settings as settings_of


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("access")) as one:
        let_in(one.central)
        yield one


@pytest.fixture(scope="module")
def laptop(running):
    return Laptop(running.central)


@pytest.fixture(scope="module")
def handed(laptop):
    return laptop.hand_over()


def routes() -> list[tuple[str, str]]:
    """Every method and path of the pages, from the router itself: a new one is in the matrix without being told."""
    found: list[tuple[str, str]] = []

    def walk(inside, prefix):
        for one in inside.routes:
            if hasattr(one, "methods"):
                found.extend((method, prefix + one.path) for method in one.methods)
            else:
                walk(one.original_router, HOME)

    walk(router, "")
    assert len(found) > 30
    return sorted(set(found))


OPEN = {"/review/sign-in", "/review/review.css", "/"}
"""Nothing but these answers to a stranger."""
FOR_REVIEWERS = {
    "/review", "/review/", "/review/{rest:path}", "/review/submissions/{submission_id}",
    "/review/submissions/{submission_id}/comments", "/review/submissions/{submission_id}/decisions",
    "/review/submissions/{submission_id}/files/{position}", "/review/submissions/{submission_id}/receipt",
    "/review/account", "/review/account/password", "/review/account/tokens", "/review/account/tokens/{short}/end",
    "/review/sign-out", "/review/packs/{sha256}", "/review/participants/{participant_id}",
}  # fmt: skip
READ_BY_REVIEWERS = {"/review/packs", "/review/participants"}
"""Reviewers see them; only administrators send their forms."""


def reviewer_may(method: str, path: str) -> bool:
    return (
        path in OPEN
        or path in FOR_REVIEWERS
        or path.startswith("/review/bundles")
        or (method == "GET" and path in READ_BY_REVIEWERS)
    )


def address(path: str, handed: str, laptop: Laptop) -> str:
    made = path.replace("{submission_id}", handed).replace("{position}", "0").replace("{participant_id}", "ACME")
    made = made.replace("{uuid}", laptop.uuid).replace("{rest:path}", "nowhere").replace("{name}", "rita")
    return re.sub(r"\{\w+\}", "x", made)


@pytest.mark.parametrize(("method", "path"), routes())
def test_every_route_for_every_role(running, laptop, handed, method, path):
    where = address(path, handed, laptop)
    stranger, machine = Browser(running.address), Browser(running.address)
    machine.session.headers["Authorization"] = f"Bearer {laptop.token}"
    person = Browser(running.address)
    person.session.headers["Authorization"] = f"Bearer {running.central.people.make_token(ADMINISTRATOR, 1)}"
    for who in (stranger, machine, person):
        answer = who.get(where) if method == "GET" else who.post(where, {}, csrf="0" * 64)
        if path in OPEN:
            assert answer.status_code in ({200, 303} if method == "GET" else {403})
        elif method == "GET":
            assert answer.status_code == 303
            assert answer.headers["Location"].startswith("/review/sign-in")
        else:
            assert answer.status_code == 401
        assert "Register the meter" not in answer.text
    made = _cached(running, REVIEWER)
    answer = made.get(where) if method == "GET" else made.post(where, {}, csrf="0" * 64)
    if method == "GET":
        assert answer.status_code == (403 if not reviewer_may(method, path) else answer.status_code)
        assert answer.status_code in {200, 303, 403, 404}
        if reviewer_may(method, path):
            assert answer.status_code != 403
    else:
        assert answer.status_code == 403  # the form is of no session of theirs, or it is not for them
        assert ("Only an administrator" in answer.text) is not reviewer_may(method, path)
    made = _cached(running, ADMINISTRATOR)
    answer = made.get(where) if method == "GET" else made.post(where, {}, csrf="0" * 64)
    assert answer.status_code in ({200, 303, 404} if method == "GET" else {403})
    assert "Only an administrator" not in answer.text


_browsers: dict[tuple[str, str], Browser] = {}


def _cached(running, name: str) -> Browser:
    return _browsers.setdefault((running.address, name), browser(running.address, name))


def test_a_persons_token_opens_nothing_of_the_protocol(running):
    token = running.central.people.make_token(ADMINISTRATOR, 1)
    headers = {"Authorization": f"Bearer {token}", "X-Protocol": "1"}
    for path in ("/v1/changes", "/v1/submissions/" + "1" * 36, "/v1/records/contacts"):
        assert requests.get(running.address + path, headers=headers, timeout=20).status_code in {401, 422}
    assert requests.get(running.address + "/v1/changes", headers=headers, timeout=20).status_code == 401


def test_a_session_is_no_token_and_a_token_no_session(running):
    people = running.central.people
    session, token = people.sign_in(REVIEWER, PASSWORD, "here"), people.make_token(REVIEWER, 1)
    assert people.caller(session, BROWSER).name == REVIEWER
    assert people.caller(session, TOKEN) is None
    assert people.caller(token, BROWSER) is None
    assert people.caller("", BROWSER) is None
    assert people.caller("x" * 10_000, BROWSER) is None
    cookie = {"Cookie": f"mhhs-review={token}"}
    assert (
        requests.get(running.address + "/review/", headers=cookie, timeout=20, allow_redirects=False).status_code == 303
    )


class TestForms:
    def test_one_without_the_token_of_this_session_does_nothing(self, running, handed):
        made = browser(running.address, REVIEWER)
        form = {"id": "11111111-2222-4333-8444-555555555555", "text": "Forged."}
        other = browser(running.address, ADMINISTRATOR)
        for csrf in ("", "x", "é", other.csrf()):
            assert made.post(f"/review/submissions/{handed}/comments", form, csrf=csrf).status_code == 403
        assert "Forged." not in made.get(f"/review/submissions/{handed}").text

    def test_one_of_another_site_does_nothing_even_with_the_token(self, running, handed):
        made = browser(running.address, REVIEWER)
        form = {"id": "11111111-2222-4333-8444-666666666666", "text": "Forged."}
        for origin in ("https://evil.example", "null", "", running.address + ".evil.example", "file://"):
            answer = made.post(f"/review/submissions/{handed}/comments", form, headers={"Origin": origin})
            assert answer.status_code == 403, origin
        answer = made.post(f"/review/submissions/{handed}/comments", form, headers={"Origin": running.address})
        assert answer.status_code == 303

    def test_signing_in_needs_the_form_too(self, running):
        made = Browser(running.address)
        form = {"name": REVIEWER, "password": PASSWORD}
        assert made.post("/review/sign-in", form, csrf="0" * 64).status_code == 403
        made.get("/review/sign-in")
        assert made.post("/review/sign-in", form, csrf="0" * 64).status_code == 403

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"{}", "application/json"),
            (b"", ""),
            (b"--x", "multipart/form-data; boundary=x"),
            (b"--x\r\n\r\n", "multipart/form-data"),
            (b"a=1", "multipart/form-data; boundary=" + "y" * 300),
            (b"&".join(b"a%d=1" % one for one in range(2000)), "application/x-www-form-urlencoded"),
            (b"csrf=%ff%fe&text=%00", "application/x-www-form-urlencoded"),
        ],
    )
    def test_a_damaged_one_is_refused(self, running, handed, body, kind):
        made = _cached(running, REVIEWER)
        answer = made.session.post(
            f"{running.address}/review/submissions/{handed}/comments",
            data=body,
            headers={"Content-Type": kind},
            timeout=20,
        )
        assert answer.status_code in {400, 403}

    def test_a_large_one_is_refused(self, running, handed):
        made = _cached(running, REVIEWER)
        assert made.post(f"/review/submissions/{handed}/comments", {"text": "x" * 300_000}).status_code == 413


class TestSigningIn:
    def test_the_cookie_is_for_this_host_and_no_script(self, running):
        made = Browser(running.address)
        answer = made.sign_in(REVIEWER, back="/review/packs")
        assert answer.headers["Location"] == "/review/packs"
        cookie = answer.headers["Set-Cookie"]
        for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
            assert word in cookie
        assert "Secure" not in cookie  # plain http on the loopback

    def test_behind_https_the_cookie_is_secure(self, tmp_path):
        with serving(tmp_path, address="https://code-body.example") as behind:
            answer = requests.get(behind.address + "/review/sign-in", headers={"Host": "code-body.example"}, timeout=20)
            cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith("__Host-mhhs-form=")
            assert "Secure" in cookie

    @pytest.mark.parametrize(
        "back",
        [
            "https://evil.example", "//evil.example", "/review//evil.example", "/review/\\evil.example", "/other",
            "/review/../x y", "javascript:alert(1)", "/review/?a=<script>", "/review/\r\nX: y",
            "/review/../../evil", "/review/..", "/review/./x", "/review/a/../../evil?b=c",
        ],
    )  # fmt: skip
    def test_nobody_is_sent_elsewhere_afterwards(self, running, back):
        assert Browser(running.address).sign_in(REVIEWER, back=back).headers["Location"] == "/review/"

    @given(st.text())
    def test_whatever_is_asked_for_stays_below_review(self, back):
        assert safe_back(back) in {"", back}
        assert safe_back(back) == "" or back.startswith("/review")

    def test_a_wrong_name_and_a_wrong_password_look_the_same(self, running):
        answers = [
            Browser(running.address).sign_in(name, "wrong password x")
            for name in (REVIEWER, "nobody", "<script>", "n" * 5_000)
        ]
        assert {one.status_code for one in answers} == {401}
        assert all("The name or the password is not right." in one.text for one in answers)
        assert all("<script>" not in one.text for one in answers)

    def test_signing_out_ends_the_session_on_the_server(self, running):
        made = browser(running.address, REVIEWER)
        cookies = dict(made.session.cookies)
        assert made.post("/review/sign-out").status_code == 303
        again = requests.get(running.address + "/review/", cookies=cookies, timeout=20, allow_redirects=False)
        assert again.status_code == 303

    def test_signing_in_again_ends_the_session_before(self, running):
        made = browser(running.address, REVIEWER)
        before = made.session.cookies["mhhs-review"]
        made.session.cookies.clear()
        made.get("/review/sign-in")
        made.session.cookies["mhhs-review"] = "of nobody"
        made.sign_in(REVIEWER)
        assert made.session.cookies.get_dict()["mhhs-review"] != before

    def test_the_own_password_is_changed_with_the_old_one(self, running):
        running.central.people.add("vera", "reviewer", PASSWORD, "t")
        here, there = browser(running.address, "vera"), browser(running.address, "vera")
        new = "quite another made-up one"
        for old, first, second, status in (
            ("wrong one, surely", new, new, 422), (PASSWORD, new, "different one 12", 422),
            (PASSWORD, "short", "short", 422),
            (PASSWORD, new, new, 303),
        ):  # fmt: skip
            answer = here.post("/review/account/password", {"old": old, "new": first, "again": second})
            assert answer.status_code == status
        assert here.get("/review/").status_code == 200
        assert there.get("/review/").status_code == 303
        assert browser(running.address).sign_in("vera").status_code == 401
        assert browser(running.address).sign_in("vera", new).status_code == 303

    def test_a_token_is_shown_once_and_ended(self, running):
        made = browser(running.address, REVIEWER)
        page = made.post("/review/account/tokens", {"days": "5"}).text
        token = re.search(r'<p class="code">([^<]+)</p>', page)[1]
        assert running.central.people.caller(token, TOKEN).name == REVIEWER
        later = made.get("/review/account").text
        assert token not in later
        for short in re.findall(r"tokens/([0-9a-f]{12})/end", later):
            assert made.post(f"/review/account/tokens/{short}/end").status_code == 303
        assert running.central.people.caller(token, TOKEN) is None
        for days in ("0", "-1", "999", "x", ""):
            assert made.post("/review/account/tokens", {"days": days}).status_code == 422
        assert (
            browser(running.address, ADMINISTRATOR).post("/review/account/tokens/000000000000/end").status_code == 404
        )


class TestGuessing:
    @pytest.fixture
    def world(self, tmp_path):
        now = [datetime(2026, 11, 23, 12, tzinfo=UTC)]
        central = Central(settings_of(tmp_path), lambda: now[0])
        let_in(central)
        yield central.people, now
        central.close()

    def guess(self, people, name, address):
        with pytest.raises(Refused) as refused:
            people.sign_in(name, "wrong password x", address)
        return refused.value.problem.slug

    def test_after_some_in_vain_the_right_password_waits_too_and_others_do_not(self, world):
        people, now = world
        assert [self.guess(people, REVIEWER, "a") for _ in range(PER_BOTH)] == ["sign-in"] * PER_BOTH
        assert self.guess(people, REVIEWER, "a") == "slow-down"
        with pytest.raises(Refused, match="slow-down"):
            people.sign_in(REVIEWER, PASSWORD, "a")
        assert people.sign_in(REVIEWER, PASSWORD, "elsewhere")  # nobody is locked out by others' guessing
        assert people.sign_in(ADMINISTRATOR, PASSWORD, "a")
        now[0] += timedelta(minutes=16)
        assert people.sign_in(REVIEWER, PASSWORD, "a")

    def test_one_address_cannot_go_through_names(self, world):
        people, _ = world
        said = [self.guess(people, f"name{number}", "a") for number in range(PER_ADDRESS + 2)]
        assert said == ["sign-in"] * PER_ADDRESS + ["slow-down"] * 2

    def test_who_is_right_at_last_starts_anew(self, world):
        people, _ = world
        for _ in range(3):
            for _ in range(PER_BOTH - 1):
                self.guess(people, REVIEWER, "a")
            assert people.sign_in(REVIEWER, PASSWORD, "a")

    def test_a_session_ends_after_twelve_hours(self, world):
        people, now = world
        token = people.sign_in(REVIEWER, PASSWORD, "a")
        now[0] += timedelta(hours=11, minutes=59)
        assert people.caller(token, BROWSER)
        now[0] += timedelta(minutes=1)
        assert people.caller(token, BROWSER) is None

    def test_too_many_are_told_when_to_come_back(self, running):
        running.central.people.add("gus", "reviewer", PASSWORD, "t")
        made = Browser(running.address)
        for _ in range(PER_BOTH):
            made.sign_in("gus", "wrong password x")
        answer = made.sign_in("gus")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "900"
        assert "Too many attempts" in answer.text


class TestNamesOfFiles:
    @given(st.text(max_size=400))
    def test_no_name_gets_out_of_its_header(self, name):
        shown = disposition(name)
        shown.encode("ascii")
        assert re.fullmatch(
            r"attachment; filename=\"[^\"\\/:\x00-\x1f\x7f]+\"; filename\*=UTF-8''[A-Za-z0-9._%~-]+", shown
        )
        assert "%2F" not in shown
        assert "%5C" not in shown
        assert len(shown) < 2_500

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Plan März.pdf", "attachment; filename=\"Plan Marz.pdf\"; filename*=UTF-8''Plan%20M%C3%A4rz.pdf"),
            ("../../etc/passwd", "attachment; filename=\"_.._etc_passwd\"; filename*=UTF-8''_.._etc_passwd"),
            ("..", "attachment; filename=\"file\"; filename*=UTF-8''file"),
            ("日本", "attachment; filename=\"file\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
            ('a"b\r\nX: y', "attachment; filename=\"a_b__X_ y\"; filename*=UTF-8''a_b__X_%20y"),
        ],
    )
    def test_names_as_they_are_saved(self, name, shown):
        assert disposition(name) == shown


class TestFilters:
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.fixed_dictionaries(
            {one: st.text(max_size=30) for one in ("text", "participant", "kind", "state", "order", "page")}
        )
    )
    def test_whatever_stands_in_the_address_of_the_queue_gives_a_page(self, running, handed, query):
        made = _cached(running, REVIEWER)
        asked = {key: text.encode("utf-8", "replace").decode() for key, text in query.items()}
        answer = made.get("/review/", params=asked)
        assert answer.status_code == 200
        assert "<h1>Queue</h1>" in answer.text

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=250), st.booleans(), st.integers(-5, 10**12))
    def test_a_title_is_found_by_any_part_of_it(self, running, handed, text, oldest, page):
        found = running.central.reviews.queue(Filter(text=text, oldest_first=oldest, page=page, state="all"))
        clean = text.replace("\x00", "").strip()[:200]
        everything = ("Requirements matrix", "ACME-RTTM-0001", handed, "Acme Energy (made up)", "ACME")
        wanted = any(clean.lower() in one.lower() for one in everything)
        if clean.isascii():
            assert bool(found.entries) == wanted

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.fixed_dictionaries({one: st.text(max_size=30) for one in ("table", "row", "at", "find", "page")}))
    def test_whatever_stands_in_the_address_of_a_submission_gives_a_page(self, running, handed, query):
        made = _cached(running, REVIEWER)
        asked = {key: text.encode("utf-8", "replace").decode() for key, text in query.items()}
        assert made.get(f"/review/submissions/{handed}", params=asked).status_code == 200
