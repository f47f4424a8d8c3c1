"""The way out to an endpoint, against real servers on the loopback that behave as badly as networks do."""

from __future__ import annotations

import contextlib
import gzip
import logging
import socket
import struct
import threading
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop import __version__
from desktop.errors import InvalidInput
from desktop.jobs import Cancelled, Job
from desktop.sync import answers, proxies, redaction
from desktop.sync.model import Connection, ProxyChoice
from desktop.sync.proxies import Proxy, proxy_for
from desktop.sync.transport import SyncTrouble, Transport
from desktop.sync.wire.problems import Problem, Retry
from tests.conftest import NOON
from tests.loopback import ENDPOINT, INFO, answer, proxying, scripted, told
from tests.made_certificates import Authority

TOKEN = "canary-token-5f1d"
OTHER = "22222222-2222-3333-4444-555555555555"
STRAIGHT = Connection(ProxyChoice.NONE, connect_seconds=2, read_seconds=2)


def transport(server, connection=STRAIGHT, **more):
    return Transport(server.address, connection, token=TOKEN, clock=lambda: NOON, **more)


def trouble_of(server, connection=STRAIGHT, *, method="GET", **more):
    with transport(server, connection, **more) as made, pytest.raises(SyncTrouble) as raised:
        made.call(method, "/v1/changes")
    return raised.value


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusting(authority):
    return Connection(ProxyChoice.NONE, ca_file=str(authority.path), connect_seconds=2, read_seconds=2)


# -- what every call is like ------------------------------------------------------------------------------------------


def test_every_call_carries_the_headers_of_the_protocol():
    with scripted(told(answer({"a": 1}))) as server, transport(server) as made:
        got = made.call("PUT", "/v1/records/contacts", json={"b": 2}, headers={"If-Match": '"3"'})
    [asked] = server.requests
    assert got.json() == {"a": 1}
    assert (asked.headers["authorization"], asked.headers["x-protocol"]) == (f"Bearer {TOKEN}", "1")
    assert asked.headers["user-agent"] == f"mhhs-desk/{__version__}"
    assert asked.headers["x-request-id"] == got.request_id
    assert (asked.headers["content-type"], asked.headers["if-match"]) == ("application/json", '"3"')
    assert asked.body == b'{"b":2}'
    assert TOKEN not in asked.target


def test_who_it_is_is_asked_without_signing_in():
    with scripted(told(answer(INFO))) as server, transport(server) as made:
        assert made.info().name == "Endpoint of tests"
    assert "authorization" not in server.requests[0].headers


def test_one_connection_serves_many_calls():
    links = set()

    def note(_, link):
        links.add(link.fileno())
        link.sendall(answer({}))

    with scripted(note) as server, transport(server) as made:
        for _ in range(5):
            made.call("GET", "/v1/changes")
    assert len(links) == 1


def test_cookies_of_one_answer_are_not_sent_with_the_next_call():
    with scripted(told(answer({}, headers={"Set-Cookie": "who=me"}))) as server, transport(server) as made:
        made.call("GET", "/v1/changes")
        made.call("GET", "/v1/changes")
    assert "cookie" not in server.requests[1].headers


def test_an_expected_status_is_an_answer_and_not_a_trouble():
    with scripted(told(answer(status="404 Not Found"))) as server, transport(server) as made:
        assert made.call("HEAD", "/v1/blobs/x", expected=(404,)).status == 404


def test_netrc_proxies_and_certificates_of_the_environment_change_nothing(own_home, monkeypatch, authority):
    (own_home / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.path))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.path))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with scripted(told(answer({}))) as server, transport(server) as made:
        made.call("GET", "/v1/changes")
        assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    with scripted(told(answer({})), authority.server()) as server:
        assert trouble_of(server).trouble.slug == "tls"


# -- not the endpoint -------------------------------------------------------------------------------------------------


def test_a_redirect_to_another_host_is_not_followed_and_gets_no_sign_in():
    with scripted(told(answer({}))) as elsewhere:
        away = {"Location": f"http://localhost:{elsewhere.port}/login?canary=1"}
        with scripted(told(answer({}, "302 Found", endpoint="", headers=away))) as server:
            found = trouble_of(server).trouble
        assert elsewhere.requests == []
    assert (found.slug, found.retry) == ("captive", Retry.ENDPOINT)
    assert "localhost" in found.what
    assert "canary" not in f"{found.what}{found.todo}"


@pytest.mark.parametrize(
    "status", ["200 OK", "401 Unauthorized", "404 Not Found", "511 Network Authentication Required"]
)
def test_a_sign_in_page_of_the_network_is_told_as_one(status):
    page = answer(status=status, endpoint="", kind="text/html", raw=b"<html>Welcome to the hotel</html>")
    with scripted(told(page)) as server:
        found = trouble_of(server).trouble
    if status.startswith("511"):
        assert found.retry is Retry.AUTO
    else:
        assert (found.slug, found.retry) == ("captive", Retry.ENDPOINT)
        assert "sign-in page" in found.what


def test_another_endpoint_at_the_same_address_is_told():
    with scripted(told(answer({}, endpoint=OTHER))) as server:
        found = trouble_of(server, endpoint=ENDPOINT).trouble
    assert (found.slug, found.retry) == ("other-endpoint", Retry.ENDPOINT)
    assert "Another endpoint" in found.what


def test_a_gateway_that_cannot_reach_the_endpoint_is_waited_for():
    page = answer(status="502 Bad Gateway", endpoint="", kind="text/html", raw=b"<html>nginx</html>")
    with scripted(told(page)) as server:
        found = trouble_of(server)
    assert (found.trouble.retry, found.trouble.status) == (Retry.AUTO, 502)


def test_a_gateway_that_takes_less_at_once_says_so_by_its_status():
    page = answer(status="413 Content Too Large", endpoint="", kind="text/html", raw=b"<html>nginx</html>")
    with scripted(told(page)) as server:
        found = trouble_of(server)
    assert (found.trouble.retry, found.trouble.status, found.met.status) == (Retry.USER, 413, 413)


@pytest.mark.parametrize(
    "body",
    [{}, [], {**INFO, "protocol": {}}, {**INFO, "endpoint": "x"}, {**INFO, "limits": 3}, {**INFO, "endpoint": OTHER}],
)
def test_what_is_no_endpoint_does_not_pass_for_one(body):
    with scripted(told(answer(body))) as server, transport(server) as made, pytest.raises(SyncTrouble) as raised:
        made.info()
    assert (raised.value.trouble.slug, raised.value.trouble.retry) == ("not-an-endpoint", Retry.ENDPOINT)


@pytest.mark.parametrize(("least", "most", "says"), [(2, 9, "newer MHHS Desk"), (0, 0, "older than this")])
def test_versions_that_do_not_meet_are_told_by_side(least, most, says):
    body = {**INFO, "protocol": {"min": least, "max": most}}
    with scripted(told(answer(body))) as server, transport(server) as made, pytest.raises(SyncTrouble) as raised:
        made.info()
    assert raised.value.trouble.slug == "client-too-old"
    assert says in raised.value.trouble.what


# -- problems of the endpoint -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "retry"),
    [
        ("sign-in", Retry.ENDPOINT),
        ("client-too-old", Retry.ENDPOINT),
        ("too-large", Retry.USER),
        ("superseded-base", Retry.USER),
        ("reference-taken", Retry.USER),
        ("missing-blobs", Retry.AUTO),
        ("internal", Retry.AUTO),
    ],
)
def test_a_problem_says_who_can_mend_it(slug, retry):
    problem = Problem(slug, "in detail", {"missing": ["ab"]})
    body = answer(problem.as_json(), f"{problem.kind.status} X", kind="application/problem+json")
    with scripted(told(body)) as server:
        found = trouble_of(server)
    assert (found.trouble.slug, found.trouble.retry, found.trouble.status) == (slug, retry, problem.kind.status)
    assert found.met.more == {"missing": ["ab"]}
    assert "in detail" in found.trouble.what
    assert found.trouble.request_id == server.requests[0].headers["x-request-id"]


def test_how_long_to_wait_is_read_in_seconds_and_as_a_date_by_the_endpoints_clock():
    ahead = NOON + timedelta(days=400)
    date = {
        "Date": format_datetime(ahead, usegmt=True),
        "Retry-After": format_datetime(ahead + timedelta(seconds=90), usegmt=True),
    }
    for headers, seconds in (({"Retry-After": "7"}, 7.0), (date, 90.0), ({"Retry-After": "soon"}, None)):
        with scripted(told(answer({}, "429 Too Many", headers=headers))) as server:
            assert trouble_of(server).retry_after == seconds


def test_a_wait_of_years_is_cut_to_a_day():
    assert answers.retry_after({"retry-after": "999999999999999"}, NOON) == 86_400.0
    assert answers.retry_after({"retry-after": "Fri, 01 Jan 2999 00:00:00 GMT"}, NOON) == 86_400.0


@given(st.text(max_size=40))
def test_no_wait_that_is_asked_for_breaks_anything(text):
    found = answers.retry_after({"retry-after": text}, NOON)
    assert found is None or 0 <= found <= 86_400.0


@given(st.integers(100, 999), st.binary(max_size=60))
def test_no_answer_breaks_its_reading(status, body):
    assert answers.refusal(status, {}, body, name="X", now=NOON).trouble.what
    assert answers.foreign(status, {}, host="x", proxy="", now=NOON).trouble.what


def test_an_early_answer_that_is_no_answer_is_waited_for_and_ends_the_connection():
    early = b"HTTP/1.1 104 Upload Resumption Supported\r\nX-Endpoint: " + ENDPOINT.encode() + b"\r\n\r\n"
    with scripted(told(early + answer({"first": 1}), answer({"second": 2}))) as server, transport(server) as made:
        with pytest.raises(SyncTrouble) as raised:
            made.call("GET", "/v1/changes")
        assert (raised.value.trouble.retry, raised.value.trouble.status) == (Retry.AUTO, 104)
        assert made.call("GET", "/v1/changes").json() == {"second": 2}


def test_the_other_clock_is_noted_and_decides_nothing():
    date = format_datetime(NOON + timedelta(hours=25), usegmt=True)
    with scripted(told(answer({}, headers={"Date": date}))) as server, transport(server) as made:
        assert made.call("GET", "/v1/changes").clock_ms == 25 * 3_600_000
        assert made.clock_ms == 25 * 3_600_000


# -- sizes and times --------------------------------------------------------------------------------------------------


def test_a_small_answer_that_unpacks_to_gigabytes_is_given_up():
    bomb = gzip.compress(b"\0" * 50_000_000)
    packed = answer(raw=bomb, headers={"Content-Encoding": "gzip"})
    with scripted(told(packed)) as server:
        found = trouble_of(server).trouble
    assert "more than this program takes" in found.what


def test_an_answer_that_is_packed_unasked_is_read_all_the_same():
    packed = answer(raw=gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"})
    with scripted(told(packed)) as server, transport(server) as made:
        assert made.call("GET", "/v1/changes").json() == {"a": 1}


@pytest.mark.parametrize(
    "headers", [{"Content-Encoding": "br"}, {"Content-Encoding": "gzip"}], ids=["unknown", "not what it says"]
)
def test_an_answer_that_cannot_be_unpacked_is_told(headers):
    with scripted(told(answer(raw=b"plain", headers=headers))) as server:
        assert "cannot be read" in trouble_of(server).trouble.what


@pytest.mark.parametrize("announced", [True, False])
def test_no_answer_is_longer_than_its_cap(announced):
    body = b"x" * 5000
    long = (
        answer(raw=body) if announced else b"HTTP/1.1 200 OK\r\nX-Endpoint: " + ENDPOINT.encode() + b"\r\n\r\n" + body
    )

    def give(_, link):
        link.sendall(long)
        link.shutdown(socket.SHUT_WR)

    with scripted(give) as server, transport(server) as made:
        with pytest.raises(SyncTrouble, match="more than"):
            made.call("GET", "/v1/packs/x", cap=4999)
        assert made.call("GET", "/v1/packs/x", cap=5000).body == body


def test_a_short_body_is_a_broken_connection_and_not_an_answer():
    def give(_, link):
        link.sendall(answer(raw=b"x" * 100, headers={"Content-Length": "200"}))
        link.shutdown(socket.SHUT_WR)

    with scripted(give) as server:
        found = trouble_of(server).trouble
    assert (found.slug, found.retry) == ("connect", Retry.AUTO)


@pytest.mark.parametrize("head", [True, False], ids=["head", "body"])
def test_an_answer_that_drips_for_ever_is_given_up_in_time(head):
    ended = threading.Event()

    def drip(_, link):
        link.sendall(b"HTTP/1.1 200 OK\r\n" if head else answer(raw=b"", headers={"Content-Length": "100000"}))
        with contextlib.suppress(OSError):
            while not ended.wait(0.02):
                link.sendall(b"X-A: b\r\n" if head else b"x")

    started = time.monotonic()
    with scripted(drip) as server:
        with transport(server, seconds=0.3) as made, pytest.raises(SyncTrouble) as raised:
            made.call("GET", "/v1/changes", seconds=-24.0 if not head else None)  # 100 kB would be given 24 s more
        ended.set()
    assert raised.value.trouble.slug == "timeout"
    assert time.monotonic() - started < 2


def test_stop_ends_a_call_on_a_silent_link_within_a_moment():
    job = Job()
    asked = threading.Event()

    def silent(_, link):
        asked.set()
        link.recv(1)

    started = time.monotonic()
    with scripted(silent) as server, transport(server, Connection(ProxyChoice.NONE)) as made:
        threading.Thread(target=lambda: (asked.wait(5), job.cancel())).start()
        with pytest.raises(Cancelled):
            made.call("GET", "/v1/changes", job=job)
    assert time.monotonic() - started < 2


def test_a_silent_endpoint_is_a_timeout():
    with scripted(lambda _, link: link.recv(1)) as server:
        found = trouble_of(server, Connection(ProxyChoice.NONE, read_seconds=0.2)).trouble
    assert (found.slug, found.retry) == ("timeout", Retry.AUTO)


def test_a_reset_in_the_middle_is_a_broken_connection():
    def reset(_, link):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()

    with scripted(reset) as server:
        found = trouble_of(server).trouble
    assert (found.slug, found.retry) == ("connect", Retry.AUTO)
    assert len(server.requests) == 1  # what may have been done is not done again behind the caller's back


def test_nobody_there_and_no_such_name_are_told_apart():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address, slugs in ((f"http://127.0.0.1:{port}", {"connect"}), ("https://nobody.invalid", {"dns", "offline"})):
        with Transport(address, STRAIGHT) as made, pytest.raises(SyncTrouble) as raised:
            made.info()
        assert raised.value.trouble.slug in slugs
        assert raised.value.trouble.retry is Retry.AUTO


# -- trust ------------------------------------------------------------------------------------------------------------


def test_an_authority_of_an_extra_file_is_trusted_and_told(authority, trusting):
    with scripted(told(answer(INFO)), authority.server()) as server, transport(server, trusting) as made:
        made.info()
        assert (made.certificate.subject, made.certificate.issuer) == ("127.0.0.1", "Authority of tests")
        assert made.certificate.own_ca


@pytest.mark.parametrize(
    ("host", "days", "own", "says"),
    [
        ("127.0.0.1", 5, False, "not signed by an authority"),
        ("127.0.0.1", -1, True, "has expired"),
        ("elsewhere.example", 5, True, "certificate of another host"),
    ],
)
def test_each_fault_of_a_certificate_is_said_plainly_and_nothing_is_sent(authority, trusting, host, days, own, says):
    with scripted(told(answer(INFO)), authority.server(host, days=days)) as server:
        found = trouble_of(server, trusting if own else STRAIGHT).trouble
    assert (found.slug, found.retry) == ("tls", Retry.ENDPOINT)
    assert says in found.what
    assert server.requests == []


def test_another_authority_with_the_same_name_is_not_trusted(tmp_path, trusting):
    other = Authority(tmp_path / "other")
    with scripted(told(answer(INFO)), other.server()) as server:
        assert trouble_of(server, trusting).trouble.slug == "tls"


def test_what_speaks_no_tls_is_told(trusting):
    with scripted(told(answer(INFO))) as server:
        server.address = server.address.replace("http:", "https:")
        found = trouble_of(server, trusting).trouble
    assert found.slug in {"tls", "connect"}


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff" * 100, b"x" * 5_000_000])
def test_a_file_that_holds_no_certificates_is_refused_by_name(tmp_path, content):
    path = tmp_path / "root.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"root\.pem") as raised:
        Transport("https://127.0.0.1:9", Connection(ca_file=str(path)))
    assert raised.value.field == "ca_file"


# -- proxies ----------------------------------------------------------------------------------------------------------


def by_proxy(proxy, authority, **more):
    return Connection(
        ProxyChoice.OWN, proxy=proxy.address, ca_file=str(authority.path), connect_seconds=2, read_seconds=2, **more
    )


def test_a_call_through_a_proxy_signs_in_to_the_proxy_only(authority):
    credentials = Proxy("", "müller", "pass:word").authorization
    with (
        scripted(told(answer(INFO)), authority.server("endpoint.example")) as server,
        proxying(credentials=credentials, to={"endpoint.example": server.port}) as proxy,
    ):
        server.address = "https://endpoint.example"
        connection = by_proxy(proxy, authority, proxy_user="müller")
        with transport(server, connection, proxy_password="pass:word") as made:
            assert made.info().name == "Endpoint of tests"
            made.call("GET", "/v1/changes")
    assert {one.method for one in proxy.requests} == {"CONNECT"}
    assert TOKEN not in proxy.seen
    assert "proxy-authorization" not in server.seen


def test_a_plain_endpoint_of_this_computer_goes_through_a_proxy_when_that_is_chosen(authority):
    with (
        scripted(told(answer(INFO))) as server,
        proxying() as proxy,
        transport(server, by_proxy(proxy, authority)) as made,
    ):
        assert made.info().name == "Endpoint of tests"
    assert proxy.requests[0].target.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("line", "says", "retry"),
    [
        ("407 Proxy Authentication Required", "asks for a sign-in", Retry.ENDPOINT),
        ("403 Forbidden", "does not allow this address", Retry.ENDPOINT),
        ("502 Bad Gateway", "502", Retry.AUTO),
    ],
)
def test_what_a_proxy_refuses_is_told_apart(authority, scheme, line, says, retry):
    with proxying(line) as proxy, scripted(told(answer(INFO))) as server:
        server.address = f"{scheme}://127.0.0.1:{server.port}"
        found = trouble_of(server, by_proxy(proxy, authority)).trouble
    assert server.requests == []
    if scheme == "https" or line.startswith("407"):
        assert found.slug == "proxy"
        assert says in found.what
        assert found.retry is retry
    else:  # over plain HTTP nobody can tell who answered
        assert found.retry in {Retry.AUTO, Retry.ENDPOINT}


def test_a_proxy_that_is_not_there_is_told_as_the_proxy(authority):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    connection = Connection(ProxyChoice.OWN, proxy=f"http://127.0.0.1:{port}", connect_seconds=1)
    with Transport("https://127.0.0.1:9", connection) as made, pytest.raises(SyncTrouble) as raised:
        made.info()
    assert (raised.value.trouble.slug, raised.value.trouble.retry) == ("proxy", Retry.AUTO)
    assert "cannot be reached" in raised.value.trouble.what


def test_the_systems_proxy_is_asked_for_each_address(monkeypatch):
    for name in ("all_proxy", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://u%40x:p%3Aq@proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    found = proxy_for("https://outside.example", Connection())
    assert (found.address, found.user, found.password) == ("http://proxy.example:3128", "u@x", "p:q")
    assert "p:q" not in repr(found)
    assert proxy_for("https://inside.example/", Connection()) is None
    assert proxy_for("https://outside.example", Connection(ProxyChoice.NONE)) is None
    assert proxy_for("https://a.example", Connection(), resolver=lambda _: "proxy:8080").address == "http://proxy:8080"
    assert proxy_for("https://a.example", Connection(), resolver=lambda _: "") is None


@pytest.mark.parametrize(
    "text", ["", "socks5://127.0.0.1:1", "http://", "http://a:b:c", "http://a/b", "http://u:p@host:1"]
)
def test_what_is_no_proxy_of_ones_own_is_refused(text):
    with pytest.raises(InvalidInput) as raised:
        proxies.own(text)
    assert raised.value.field == "proxy"


# -- logs -------------------------------------------------------------------------------------------------------------

CANARIES = (
    "canary-token-5f1d",
    "canary-code-77",
    "canary-pass-99",
    "canary-query-11",
    "canary-sig-22",
    "1012345678901",
)


def test_no_secret_comes_through_any_logger(caplog, authority):
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG):
            with scripted(told(answer({}, "500 X"))) as server, transport(server) as made:
                logging.getLogger("urllib3").setLevel(logging.DEBUG)
                with pytest.raises(SyncTrouble):
                    made.call(
                        "PUT", "/v1/devices/x", json={"code": "canary-code-77"}, query={"after": "canary-query-11"},
                        headers={"X-Signature": "canary-sig-22"},
                    )  # fmt: skip
            connection = Connection(ProxyChoice.OWN, proxy="http://127.0.0.1:9", proxy_user="me", connect_seconds=1)
            with Transport("https://127.0.0.1:9", connection, token=TOKEN, proxy_password="canary-pass-99") as made:
                logging.getLogger("urllib3").setLevel(logging.DEBUG)
                with pytest.raises(SyncTrouble):
                    made.call("GET", "/v1/changes", query={"after": "canary-query-11"})
            for name in ("urllib3.connectionpool", "requests", "desktop.sync.rounds", "keyring.backend"):
                redaction.guard()
                log = logging.getLogger(name)
                log.setLevel(logging.DEBUG)
                redaction.guard()
                log.warning(
                    "Authorization: Bearer canary-token-5f1d sent to https://me:canary-pass-99@host/x?y=canary-query-11"
                )
                log.warning("headers %s", {"authorization": "Bearer canary-token-5f1d", "X-Signature": "canary-sig-22"})
                log.warning('{"code": "canary-code-77", "token": "canary-token-5f1d"} for 1012345678901')
                try:
                    int("Bearer canary-token-5f1d")
                except ValueError:
                    log.exception("it failed")
    finally:
        logging.getLogger("urllib3").setLevel(logging.WARNING)
        for name in ("urllib3.connectionpool", "requests", "desktop.sync.rounds", "keyring.backend"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert "connectionpool" in caplog.text or caplog.records
    for canary in CANARIES:
        assert canary not in caplog.text
    assert "*********8901" in caplog.text


def test_no_secret_is_in_what_is_raised_or_shown(authority):
    with scripted(told(answer({}, "401 X"))) as server:
        found = trouble_of(server)
    assert TOKEN not in f"{found!r} {found} {found.trouble} {found.__cause__!r} {found.met}"


def test_a_path_under_the_persons_folder_is_shortened(own_home):
    assert redaction.redacted(f"{own_home}/x") == "~/x"
