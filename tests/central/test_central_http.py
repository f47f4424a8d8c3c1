"""The calls of the protocol over real HTTP: what is answered, and what every answer has."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import threading
import uuid
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from central.__main__ import main
from central.people import ADMINISTRATOR, REVIEWER
from central.settings import Rates, read
from desktop.sync.wire import receipts
from desktop.sync.wire.problems import met
from desktop.sync.wire.protocol import UUID, Info, Limits, blob_path, submission_path
from tests.central_postgres import cluster
from tests.central_sender import File, Laptop
from tests.central_server import PATIENT, Running, serving

BODY = File(b'{"format":"mhhs-desk/submission/1"}')
PASSWORD = "correct-horse-staple-7"


@pytest.fixture
def laptop(server: Running) -> Laptop:
    made = Laptop(server.address)
    assert made.enrol(server.invite()).status_code == 200
    return made


@pytest.fixture
def stranger(server: Running) -> Laptop:
    """A laptop of another participant."""
    made = Laptop(server.address)
    assert made.enrol(server.invite("OTHER")).status_code == 200
    return made


def slug(answer: requests.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return met(answer.status_code, answer.content).slug


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/info", 200),
        ("GET", "/health", 200),
        ("GET", "/ready", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/v1/nowhere", 404),
        ("GET", "/v1/info/", 404),
        ("POST", "/v1/info", 405),
        ("PUT", "/v1/blobs/" + "0" * 64, 405),
        ("BREW", "/v1/info", 405),
        ("GET", "/v1/changes", 401),
        ("HEAD", "/v1/blobs/" + "0" * 64, 401),
        ("PUT", "/v1/devices/none", 400),
        ("GET", "/v1/review/submissions", 401),
    ],
)
def test_every_answer_says_who_gave_it_and_when(server: Running, method: str, path: str, status: int) -> None:
    asked = str(uuid.uuid4())
    answer = requests.request(
        method, server.address + path, headers={"X-Protocol": "1", "X-Request-Id": asked}, timeout=10
    )
    assert answer.status_code == status
    assert answer.headers["X-Endpoint"] == server.central.info().endpoint
    assert answer.headers["X-Request-Id"] == asked
    assert answer.headers["Date"].endswith("GMT")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in answer.headers
    assert "Server" not in answer.headers
    if status >= 400 and method != "HEAD":
        slug(answer)


def test_a_request_id_that_is_none_is_replaced(server: Running) -> None:
    answer = requests.get(server.address + "/v1/info", headers={"X-Request-Id": "<script>"}, timeout=10)
    assert UUID.fullmatch(answer.headers["X-Request-Id"])


def test_info_is_what_clients_read(server: Running) -> None:
    read = Info.read(requests.get(server.address + "/v1/info", timeout=10).json())
    assert read == server.central.info().__class__(**{**server.central.info().__dict__, "time": read.time})


def test_a_client_that_is_too_old_or_names_no_protocol_is_told(laptop: Laptop) -> None:
    too_old = laptop.ask("GET", "/v1/changes", headers={"X-Protocol": "0"})
    assert (too_old.status_code, slug(too_old), too_old.json()["min"]) == (426, "client-too-old", 1)
    for wrong in (None, "one", "", "2"):
        answer = laptop.ask("GET", "/v1/changes", headers={"X-Protocol": wrong})
        assert (answer.status_code, slug(answer)) == (400, "bad-request")


def test_a_submission_is_received_once_with_a_receipt_that_proves_it(server: Running, laptop: Laptop) -> None:
    made, answer = laptop.hand_over([BODY, File(b"", "evidence", "empty.txt")])
    assert answer.status_code == 201
    assert answer.json()["submission"] == made.id
    receipt = receipts.check(answer.json()["receipt"], laptop.enrolled["jwks"])
    data = hashlib.sha256(receipts_bytes(made)).hexdigest()
    files = [(one.sha256, one.size) for one in made.attachments]
    receipts.proves(receipt, endpoint=server.central.info().endpoint, submission=made.id, sha256=data, files=files)
    again = laptop.submit(made)
    assert (again.status_code, again.json()) == (200, answer.json())
    status = laptop.ask("GET", submission_path(made.id))
    assert status.json() == {**answer.json(), "state": "received", "their_ref": ""}
    types = [one["type"] for one in laptop.changes()["items"] if one["data"].get("submission") == made.id]
    assert "receipt" in types


def receipts_bytes(made: object) -> bytes:
    from desktop.sync.wire import envelope as wire

    assert isinstance(made, wire.Envelope)
    return wire.to_bytes(made)


def test_what_belongs_to_another_is_what_is_not_there(laptop: Laptop, stranger: Laptop) -> None:
    made, answer = laptop.hand_over([BODY])
    assert answer.status_code == 201
    nothing = stranger.ask("GET", submission_path(str(uuid.uuid4())))
    theirs = stranger.ask("GET", submission_path(made.id))
    assert (theirs.status_code, theirs.json()) == (nothing.status_code, nothing.json()) == (404, theirs.json())
    assert stranger.ask("HEAD", blob_path(BODY.sha256)).status_code == 404
    comment = {"submission": made.id, "text": "mine?"}
    there = stranger.ask("PUT", f"/v1/comments/{uuid.uuid4()}", json=comment)
    gone = stranger.ask("PUT", f"/v1/comments/{uuid.uuid4()}", json={**comment, "submission": str(uuid.uuid4())})
    assert (there.status_code, there.json()) == (gone.status_code, gone.json()) == (404, gone.json())
    assert not [one for one in stranger.changes()["items"] if one["data"].get("submission") == made.id]


def test_missing_files_and_other_bytes_are_told(laptop: Laptop) -> None:
    absent = File(b"not sent " + uuid.uuid4().bytes)
    made = laptop.envelope([absent])
    answer = laptop.submit(made)
    assert (answer.status_code, slug(answer)) == (409, "missing-blobs")
    assert answer.json()["missing"] == [absent.sha256]
    laptop.upload(absent.data)
    assert laptop.submit(made).status_code == 201
    other = laptop.envelope([absent], id=made.id, title="Other")
    answer = laptop.submit(other)
    assert (answer.status_code, slug(answer)) == (409, "submission-differs")


def test_parts_go_on_where_the_endpoint_says(laptop: Laptop) -> None:
    data = uuid.uuid4().bytes * 4096
    sha256 = hashlib.sha256(data).hexdigest()
    assert laptop.part(sha256, data[:1000], offset=0, length=len(data)).headers["Upload-Complete"] == "?0"
    wrong = laptop.part(sha256, data[2000:3000], offset=2000, length=len(data))
    assert (wrong.status_code, slug(wrong)) == (409, "mismatching-upload-offset")
    assert wrong.headers["Upload-Offset"] == "1000"
    head = laptop.ask("HEAD", blob_path(sha256))
    assert (head.status_code, head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (204, "1000", "65536")
    assert "max-append-size=" in head.headers["Upload-Limit"]
    flipped = laptop.part(
        sha256, data[1000:], offset=1000, length=len(data), **{"Content-Digest": "sha-256=:" + "A" * 43 + "=:"}
    )
    assert (flipped.status_code, slug(flipped)) == (400, "bad-digest")
    end = laptop.part(sha256, data[1000:], offset=1000, length=len(data))
    assert (end.status_code, end.headers["Upload-Complete"]) == (204, "?1")


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Offset": "-1"},
        {"Upload-Offset": "1e3"},
        {"Upload-Length": "9" * 17},
        {"Upload-Complete": "1"},
        {"Content-Digest": "md5=:x:"},
        {"Content-Type": "application/json"},
    ],
)
def test_a_part_with_other_headers_is_no_request_of_the_protocol(laptop: Laptop, headers: dict[str, str]) -> None:
    answer = laptop.part("0" * 64, b"x", offset=0, length=1, **headers)
    assert (answer.status_code, slug(answer)) == (400, "bad-request")


def test_contacts_are_replaced_only_by_who_saw_them(laptop: Laptop) -> None:
    path = "/v1/records/contacts"
    start = laptop.ask("GET", path)
    version = str(start.json().get("version", 0)) if start.ok else "0"
    mine = {"contact": {"name": uuid.uuid4().hex}}
    put = laptop.ask("PUT", path, json={"value": mine}, headers={"If-Match": version})
    assert put.status_code == 200
    assert put.headers["ETag"] == f'"{put.json()["version"]}"'
    assert laptop.ask("GET", path).json()["value"] == mine
    other = {"contact": {"name": "Other"}}
    conflict = laptop.ask("PUT", path, json={"value": other}, headers={"If-Match": version})
    assert (conflict.status_code, slug(conflict)) == (412, "version-conflict")
    assert conflict.json()["current"]["value"] == mine


def test_a_body_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    limits = Limits(part=2000, envelope=1000)
    with serving(tmp_path, limits=limits) as running:
        laptop = Laptop(running.address)
        laptop.enrol(running.invite())
        answer = laptop.part("0" * 64, b"x" * 2001, offset=0, length=2001)
        assert (answer.status_code, slug(answer), answer.json()["limit"]) == (413, "too-large", 2000)
        chunked = laptop.ask(
            "PUT", submission_path(str(uuid.uuid4())), data=iter([b"x" * 999, b"xx"]), headers={"X-Signature": "x"}
        )
        assert (chunked.status_code, slug(chunked), chunked.json()["limit"]) == (413, "too-large", 1000)
        comment = laptop.ask(
            "PUT",
            f"/v1/comments/{uuid.uuid4()}",
            data=iter([b"{" * 300_000]),
            headers={"Content-Type": "application/json"},
        )
        assert (comment.status_code, slug(comment)) == (413, "too-large")
        long = laptop.part("0" * 64, b"x", offset=0, length=limits.blob + 1)
        assert (long.status_code, slug(long), long.json()["limit"]) == (413, "too-large", limits.blob)


def test_who_asks_too_often_is_asked_to_wait(tmp_path: Path) -> None:
    rates = Rates(
        **{**PATIENT.__dict__, "device_second": 0.01, "device_burst": 5, "refused_second": 0.01, "refused_burst": 2}
    )
    with serving(tmp_path, rates=rates) as running:
        laptop = Laptop(running.address)
        laptop.enrol(running.invite())
        answers = [laptop.ask("GET", "/v1/changes") for _ in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [429]
        assert slug(answers[-1]) == "slow-down"
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert requests.get(running.address + "/v1/info", timeout=10).status_code == 200
        other = Laptop(running.address)
        right = running.invite()
        wrong = right.replace(json.loads(right)["code"], "AAAAA-AAAAA-AAAAA-AAAAA")
        assert [other.enrol(wrong).status_code for _ in range(3)] == [403, 403, 429]
        assert Laptop(running.address).enrol(right).status_code == 429


def test_a_revoked_laptop_may_not(server: Running, laptop: Laptop) -> None:
    server.central.devices.revoke(laptop.uuid, "lost", "test")
    answer = laptop.ask("GET", "/v1/changes")
    assert (answer.status_code, slug(answer)) == (403, "forbidden")


def test_a_client_that_goes_in_the_middle_of_a_part_leaves_nothing(server: Running, laptop: Laptop) -> None:
    sha256 = "1" * 64
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port)) as line:
        head = (
            f"PATCH {blob_path(sha256)} HTTP/1.1\r\nHost: x\r\nX-Protocol: 1\r\nContent-Length: 100000\r\n"
            f"Authorization: {laptop.session.headers['Authorization']}\r\nUpload-Offset: 0\r\nUpload-Length: 100000\r\n"
            f"Upload-Complete: ?1\r\nContent-Digest: sha-256=:{'A' * 43}=:\r\n"
            "Content-Type: application/partial-upload\r\n\r\n"
        )
        line.sendall(head.encode() + b"x" * 1000)
    assert laptop.ask("HEAD", blob_path(sha256)).status_code == 404
    assert requests.get(server.address + "/health", timeout=10).status_code == 200


def test_a_slow_line_keeps_nobody_waiting(server: Running, laptop: Laptop) -> None:
    """More slow laptops than there are threads: their parts wait outside, and another one is answered."""
    where = urlsplit(server.address)
    lines = []
    for number in range(40):
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
        line.putrequest("PATCH", blob_path(f"{number:064x}"))
        for name, value in {
            "X-Protocol": "1", "Authorization": laptop.session.headers["Authorization"], "Upload-Offset": "0",
            "Upload-Length": "1000", "Upload-Complete": "?1", "Content-Digest": f"sha-256=:{'A' * 43}=:",
            "Content-Type": "application/partial-upload", "Content-Length": "1000",
        }.items():  # fmt: skip
            line.putheader(name, str(value))
        line.endheaders(b"x")
        lines.append(line)
    _, answer = laptop.hand_over([BODY])
    assert answer.status_code == 201
    for line in lines:
        line.close()


def test_a_fault_of_the_service_says_nothing_of_the_inside(
    server: Running, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object) -> None:
        raise RuntimeError("the secret of the inside")

    monkeypatch.setattr(server.central.feed, "page", fails)
    answer = laptop.ask("GET", "/v1/changes")
    assert (answer.status_code, slug(answer)) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["X-Endpoint"] == server.central.info().endpoint


@pytest.fixture(scope="module")
def tokens(server: Running) -> dict[str, dict[str, str]]:
    """What programs of a reviewer and of an administrator send."""
    found = {}
    for name, role in (("jo", REVIEWER), ("sam", ADMINISTRATOR)):
        server.central.people.add(name, role, PASSWORD, "test")
        found[role] = {"Authorization": f"Bearer {server.central.people.make_token(name, 1)}"}
    return found


def test_a_reviewers_program_reads_comments_and_decides(
    server: Running, laptop: Laptop, tokens: dict[str, dict[str, str]]
) -> None:
    made, _ = laptop.hand_over([BODY, File(b"evidence " * 1000, "evidence", 'Prüfung "1".txt')])
    session = requests.Session()
    session.headers.update(tokens[REVIEWER])
    queue = session.get(server.address + "/v1/review/submissions", params={"find": made.reference}, timeout=10).json()
    assert [one["reference"] for one in queue["submissions"]] == [made.reference]
    one = queue["submissions"][0]["id"]
    detail = session.get(f"{server.address}/v1/review/submissions/{one}", timeout=10).json()
    assert detail["signature_holds"]
    assert [file["name"] for file in detail["files"]] == [BODY.name, 'Prüfung "1".txt']
    file = session.get(
        f"{server.address}/v1/review/submissions/{one}/files/{detail['files'][1]['position']}", timeout=10
    )
    assert file.content == b"evidence " * 1000
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    said = {"submission": one, "text": "Which month?"}
    comment = f"{server.address}/v1/review/comments/{uuid.uuid4()}"
    assert [session.put(comment, json=said, timeout=10).status_code for _ in range(2)] == [204, 204]
    decision = {"submission": one, "state": "accepted", "seen": detail["state_version"], "their_ref": "R-1"}
    path = f"{server.address}/v1/review/decisions/{uuid.uuid4()}"
    assert [session.put(path, json=decision, timeout=10).status_code for _ in range(2)] == [204, 204]
    stale = session.put(f"{server.address}/v1/review/decisions/{uuid.uuid4()}", json=decision, timeout=10)
    assert (stale.status_code, slug(stale)) == (412, "version-conflict")
    mine = [item for item in laptop.changes()["items"] if item["data"].get("submission") == made.id]
    assert [item["data"]["text"] for item in mine if item["type"] == "comment"] == ["Which month?"]
    assert [item["data"]["state"] for item in mine if item["type"] == "status"][-1] == "accepted"
    assert session.get(server.address + "/v1/changes", headers={"X-Protocol": "1"}, timeout=10).status_code == 401


def test_content_is_published_and_withdrawn_by_administrators_only(
    server: Running, laptop: Laptop, tokens: dict[str, dict[str, str]]
) -> None:
    pack = {
        "kind": "milestones", "version": "7", "status": "sample", "source": "made up", "date": "2026-11-28",
        "body": {"milestones": []},
    }  # fmt: skip
    data = json.dumps(pack).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    where = server.address + "/v1/review/packs"
    refused = requests.put(where, data=data, headers=tokens[REVIEWER], timeout=10)
    assert (refused.status_code, slug(refused)) == (403, "forbidden")
    assert requests.put(where, data=data, headers=tokens[ADMINISTRATOR], timeout=10).json()["sha256"] == sha256
    got = laptop.ask("GET", f"/v1/packs/{sha256}")
    assert (got.content, got.headers["ETag"]) == (data, f'"{sha256}"')
    same = laptop.ask("GET", f"/v1/packs/{sha256}", headers={"If-None-Match": got.headers["ETag"]})
    assert (same.status_code, same.content, same.headers["X-Endpoint"]) == (304, b"", got.headers["X-Endpoint"])
    assert laptop.ask("GET", "/v1/ref/milestones").content == data
    assert slug(laptop.ask("GET", "/v1/ref/pit_plan")) == "not-found"
    gone = requests.delete(f"{where}/{sha256}", params={"reason": "wrong"}, headers=tokens[ADMINISTRATOR], timeout=10)
    assert gone.status_code == 204
    assert slug(laptop.ask("GET", "/v1/ref/milestones")) == "not-found"
    assert laptop.ask("GET", f"/v1/packs/{sha256}").content == data


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_figures_without_a_token_go_through_no_proxy(server: Running, header: str) -> None:
    answer = requests.get(server.address + "/metrics", headers={header: "192.0.2.1"}, timeout=10)
    assert (answer.status_code, slug(answer)) == (401, "sign-in")
    assert "central_" not in answer.text


def test_figures_with_a_token_ask_everybody_for_it(tmp_path: Path) -> None:
    assert main(["setup", "--data", str(tmp_path), "--metrics-token", "figures"]) == 0
    with serving(tmp_path, metrics_token=read({"data": str(tmp_path)}, {}).metrics_token) as running:
        asked = [
            requests.get(running.address + "/metrics", headers=headers, timeout=10).status_code
            for headers in (
                {},
                {"Authorization": "Bearer other"},
                {"Authorization": "Bearer figures", "Via": "a proxy"},
            )
        ]
    assert asked == [401, 401, 200]


def test_figures_name_routes_and_nobody(server: Running, laptop: Laptop) -> None:
    laptop.hand_over([BODY])
    text = requests.get(server.address + "/metrics", timeout=10).text
    assert 'central_requests_total{method="PUT",route="/v1/submissions/{uuid}",status="201"}' in text
    assert "central_submissions_total" in text
    for secret in (laptop.uuid, laptop.enrolled["token"], BODY.sha256, "ACME"):
        assert secret not in text


def test_two_threads_that_send_the_same_get_the_same_receipt(server: Running, laptop: Laptop) -> None:
    laptop.upload(data := uuid.uuid4().bytes)
    made = laptop.envelope([File(data)])
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(laptop.submit(made))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len({one.json()["receipt"] for one in answers}) == 1


def test_a_database_that_is_gone_is_told_as_something_that_passes(tmp_path: Path) -> None:
    with ExitStack() as around:
        with cluster() as postgres:
            running = around.enter_context(serving(tmp_path, database=postgres.new()))
            laptop = Laptop(running.address)
            laptop.enrol(running.invite())
            made, answer = laptop.hand_over([BODY])
            assert answer.status_code == 201
            assert requests.get(running.address + "/ready", timeout=10).json() == {"status": "ready"}
        for gone in (
            requests.get(running.address + "/health", timeout=30),
            requests.get(running.address + "/ready", timeout=30),
            laptop.ask("GET", "/v1/changes"),
            laptop.submit(made),
        ):
            assert (gone.status_code, slug(gone)) == (503, "unavailable")
            assert int(gone.headers["Retry-After"]) >= 1
            assert gone.headers["X-Endpoint"] == laptop.enrolled["endpoint"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"value": {"contact": {"name": "\\ud800"}}}',
        b'{"value": {"contact": {"name": "\\u0000"}}}',
        b'{"value": {"contact": {"name": NaN}}}',
        b'{"value": {"a": ' + b"9" * 5_000 + b"}}",
        b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"value": ' + b'{"a":' * 30 + b"1" + b"}" * 30 + b"}",
        b'{"value": {}, "more": 1}',
    ],
    ids=range(12),
)
def test_a_hostile_body_is_refused_and_breaks_nothing(laptop: Laptop, text: bytes) -> None:
    headers = {"Content-Type": "application/json", "If-Match": "0"}
    answer = laptop.ask("PUT", "/v1/records/contacts", data=text, headers=headers)
    assert answer.status_code in {400, 422}, answer.text
    assert slug(answer) in {"bad-request", "invalid"}
