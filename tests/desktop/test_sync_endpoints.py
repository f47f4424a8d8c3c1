"""Endpoints of a workspace: signed in against a scripted endpoint on the loopback, with secrets in the keyring only."""

from __future__ import annotations

import base64
import json
import socket
from dataclasses import replace

import keyring
import pytest
from keyring.backends import fail

from desktop.app import Workspace
from desktop.changes import Subject
from desktop.declarations import keyrings
from desktop.errors import FileRefused, InvalidInput, NotFound, ReadOnly, WorkspaceError
from desktop.sync.model import Connection, EndpointDetails, ProxyChoice, StepState, Trouble
from desktop.sync.troubles import SyncTrouble
from desktop.sync.wire.invitation import Invitation
from desktop.sync.wire.problems import Problem, Retry
from desktop.sync.wire.protocol import Info
from tests.loopback import ENDPOINT, INFO, answer, proxying, scripted, told
from tests.made_certificates import Authority
from tests.memory_keyring import memory_keyring

CODE = "canary-code-7H4K"
TOKEN = "canary-token-"
JWKS = {"keys": [{"kid": "k1", "kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]}
STRAIGHT = EndpointDetails(connection=Connection(ProxyChoice.NONE, connect_seconds=2, read_seconds=2))


class Door:
    """A scripted endpoint: one code, which lets one laptop in, with the same answer every time it is asked."""

    def __init__(self):
        self.info = dict(INFO)
        self.codes = {CODE: "ACME"}
        self.devices = {}
        self.tokens = {}
        self.lose = 0
        """How many answers to enrolments are lost after they were done."""
        self.jwks = JWKS
        self.token = TOKEN

    def __call__(self, request, link):
        path = request.target.partition("?")[0]
        if path == "/v1/info":
            link.sendall(answer(self.info))
        elif path.startswith("/v1/devices/"):
            self.enrol(path.rpartition("/")[2], json.loads(request.body), link)
        elif request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens:
            link.sendall(answer({"items": [], "next": "", "has_more": False, "epoch": "x"}))
        else:
            link.sendall(problem("sign-in"))

    def enrol(self, uuid, body, link):
        key = (uuid, body["public_key"])
        used = self.devices.get(body["code"])
        if body["code"] not in self.codes or (used is not None and used != key):
            link.sendall(problem("bad-code", "The code is not known, was used, or has expired. Ask for a new one."))
            return
        self.devices[body["code"]] = key
        self.tokens[self.token + uuid] = uuid
        if self.lose:
            self.lose -= 1
            link.close()
            return
        link.sendall(
            answer({
                "participant": self.codes[body["code"]], "participant_name": "Acme", "token": self.token + uuid,
                "endpoint": self.info["endpoint"], "epoch": self.info["epoch"], "jwks": self.jwks,
                "recipients": self.info["recipients"],
            })
        )  # fmt: skip


def problem(slug, detail=""):
    made = Problem(slug, detail)
    return answer(made.as_json(), f"{made.kind.status} X", kind="application/problem+json")


@pytest.fixture
def ring():
    with memory_keyring() as made:
        yield made


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def server(door):
    with scripted(door) as made:
        yield made


@pytest.fixture
def workspace(tmp_path, clock, ring):
    with Workspace.create(tmp_path / "desk", "Acme Energy Limited", "ACME", actor="bob", clock=clock) as made:
        yield made


@pytest.fixture
def endpoints(workspace):
    return workspace.endpoints


@pytest.fixture
def added(endpoints, server):
    return endpoints.add(server.address, CODE, details=STRAIGHT, device_name="laptop 1")[0]


def invitation(path, address, **more):
    made = Invitation(
        address,
        ENDPOINT,
        "Endpoint of tests",
        INFO["epoch"],
        ("BSC",),
        "ACME",
        "Acme",
        CODE,
        "2027-01-01T00:00:00Z",
        JWKS,
    )
    path.write_text(replace(made, **more).to_text())
    return path


# -- adding -----------------------------------------------------------------------------------------------------------


def test_an_endpoint_is_added_by_address_and_code(endpoints, server, door, ring, workspace):
    endpoint_id, changes = endpoints.add(server.address + "/", CODE, details=STRAIGHT, device_name="laptop 1")
    found = endpoints.get(endpoint_id)
    assert changes.subjects == {Subject.ENDPOINTS}
    assert (found.name, found.uuid, found.participant) == ("Endpoint of tests", ENDPOINT, "ACME")
    assert (found.address, found.recipients, found.device_name) == (server.address, ("BSC",), "laptop 1")
    assert found.signed_in_at == workspace.clock()
    assert door.devices[CODE][0] == found.device_uuid
    public = endpoints.signing_key(endpoint_id).public_key().public_bytes_raw()
    assert base64.b64decode(door.devices[CODE][1]) == public
    with endpoints.transport(endpoint_id) as transport:
        assert transport.call("GET", "/v1/changes").json()["items"] == []
    assert sorted(one.rpartition("/")[2] for one in ring.entries) == ["seed", "token"]


def test_neither_token_key_code_nor_password_is_in_the_workspace_or_its_log(endpoints, server, ring, workspace):
    details = EndpointDetails(connection=replace(STRAIGHT.connection, proxy_user="me"))
    endpoints.add(server.address, CODE, details=details, proxy_password="canary-pass")
    assert len(ring.entries) == 3
    secrets = [CODE, TOKEN, "canary-pass", *ring.entries.values()]
    workspace.store.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for path in workspace.folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            data = path.read_bytes()
            assert not [one for one in secrets if one.encode() in data], path.name


def test_a_lost_answer_is_mended_by_the_same_laptop_with_the_same_code(endpoints, server, door, ring):
    door.lose = 1
    with pytest.raises(SyncTrouble):
        endpoints.add(server.address, CODE, details=STRAIGHT)
    assert endpoints.endpoints() == ()
    used = door.devices[CODE]
    endpoint_id, _ = endpoints.add(server.address, f" {CODE} \n", details=STRAIGHT)
    assert endpoints.get(endpoint_id).device_uuid == used[0]
    assert not [one for one in ring.entries if "half way" in one]


def test_a_wrong_code_points_to_its_field_and_keeps_nothing(endpoints, server, ring):
    with pytest.raises(InvalidInput) as raised:
        endpoints.add(server.address, "WRONG", details=STRAIGHT)
    assert raised.value.field == "code"
    assert raised.value.what == "The code is not known, was used, or has expired."
    assert raised.value.todo == "Check the code, or ask the endpoint's people for a new one."
    assert (endpoints.endpoints(), ring.entries) == ((), {})


def test_a_second_laptop_does_not_come_in_by_a_used_code(endpoints, server, added, tmp_path, clock):
    with (
        Workspace.create(tmp_path / "other", "Acme Energy Limited", "ACME", actor="eve", clock=clock) as other,
        pytest.raises(InvalidInput) as raised,
    ):
        other.endpoints.add(server.address, CODE, details=STRAIGHT)
    assert raised.value.field == "code"


@pytest.mark.parametrize(
    ("address", "code", "field"),
    [("http://central.example", CODE, "address"), ("", CODE, "address"), ("https://a.example", "  ", "code")],
)
def test_what_cannot_be_used_points_to_its_field(endpoints, address, code, field):
    with pytest.raises(InvalidInput) as raised:
        endpoints.add(address, code)
    assert raised.value.field == field


def test_an_endpoint_is_added_once_and_names_are_not_given_twice(endpoints, server, door, added):
    with pytest.raises(InvalidInput, match="in the list already"):
        endpoints.add(server.address, CODE, details=STRAIGHT)
    door.info["endpoint"] = ENDPOINT.replace("1", "6")
    with scripted(lambda request, link: link.sendall(answer(door.info, endpoint=door.info["endpoint"]))) as other:
        with pytest.raises(InvalidInput) as raised:
            endpoints.add(other.address, CODE, details=STRAIGHT)
        assert raised.value.field == "name"


def test_without_a_safe_keyring_nothing_is_added_and_the_code_is_not_used(endpoints, server, door, monkeypatch):
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())
    monkeypatch.setattr(keyrings, "_started_since", lambda: None)
    with pytest.raises(SyncTrouble) as raised:
        endpoints.add(server.address, CODE, details=STRAIGHT)
    assert raised.value.trouble.slug == "keyring"
    assert "neither by network nor by bundle" in raised.value.trouble.todo
    assert (endpoints.endpoints(), door.devices) == ((), {})


def test_an_endpoint_that_does_not_answer_is_told_and_not_added(endpoints, ring):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(WorkspaceError, match="refuses connections"):
        endpoints.add(f"http://127.0.0.1:{port}", CODE, details=STRAIGHT)
    assert (endpoints.endpoints(), ring.entries) == ((), {})


def test_a_token_that_no_keyring_takes_is_not_kept(endpoints, server, door):
    door.token = "x" * 1300
    with pytest.raises(SyncTrouble, match="cannot be understood"):
        endpoints.add(server.address, CODE, details=STRAIGHT)
    assert endpoints.endpoints() == ()


# -- by invitation ----------------------------------------------------------------------------------------------------


def test_an_invitation_lets_in_online(endpoints, server, tmp_path):
    endpoint_id, _ = endpoints.add_invitation(invitation(tmp_path / "i.json", server.address), details=STRAIGHT)
    assert endpoints.get(endpoint_id).signed_in_at is not None


def test_an_invitation_of_another_endpoint_or_with_other_keys_is_not_taken(endpoints, server, tmp_path):
    path = invitation(tmp_path / "i.json", server.address, endpoint=ENDPOINT.replace("1", "7"))
    with pytest.raises(SyncTrouble, match="Another endpoint"):
        endpoints.add_invitation(path, details=STRAIGHT)
    other = {"keys": [{**JWKS["keys"][0], "x": "BBBB"}]}
    with pytest.raises(InvalidInput, match="other keys"):
        endpoints.add_invitation(invitation(tmp_path / "j.json", server.address, jwks=other), details=STRAIGHT)
    assert endpoints.endpoints() == ()


@pytest.mark.parametrize("address", ["", "https://central.example"])
def test_a_laptop_without_a_network_is_let_in_by_its_first_bundle(endpoints, tmp_path, address):
    path = invitation(tmp_path / "i.json", address)
    endpoint_id, _ = endpoints.add_invitation(path, online=False, device_name="laptop 2")
    found = endpoints.get(endpoint_id)
    assert (found.online, found.signed_in_at, found.participant) == (False, None, "ACME")
    asked = endpoints.enrolment(endpoint_id)
    assert (asked["code"], asked["name"]) == (CODE, "laptop 2")
    key = endpoints.signing_key(endpoint_id)
    assert base64.b64decode(asked["public_key"]) == key.public_key().public_bytes_raw()
    with pytest.raises(InvalidInput, match="bundles only"):
        endpoints.transport(endpoint_id)
    endpoints.enrolled_by_bundle(endpoint_id)
    assert endpoints.enrolment(endpoint_id) is None
    assert endpoints.get(endpoint_id).signed_in_at is not None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "mhhs-desk/invitation/1"}', "\0" * 300_000])
def test_what_is_no_invitation_is_refused(endpoints, tmp_path, text):
    (tmp_path / "i.json").write_text(text)
    with pytest.raises(FileRefused):
        endpoints.add_invitation(tmp_path / "i.json")


# -- signed in, and not any more --------------------------------------------------------------------------------------


def test_a_copied_workspace_says_that_the_laptop_is_not_signed_in_and_becomes_a_laptop_of_its_own(
    endpoints, server, door, added, ring
):
    first = endpoints.get(added)
    with memory_keyring():  # the copy came to another computer: its keyring knows nothing
        for ask in (endpoints.transport, endpoints.signing_key):
            with pytest.raises(SyncTrouble) as raised:
                ask(added)
            assert (raised.value.trouble.slug, raised.value.trouble.retry) == ("sign-in", Retry.ENDPOINT)
            assert "not in this computer's keyring" in raised.value.trouble.what
        door.codes["NEW"] = "ACME"
        assert endpoints.sign_in_again(added, "NEW").subjects == {Subject.ENDPOINTS}
        second = endpoints.get(added)
        assert second.device_uuid != first.device_uuid
        with endpoints.transport(added) as transport:
            transport.call("GET", "/v1/changes")
    assert len(door.tokens) == 2


def test_signing_in_again_forgets_the_old_key_and_what_stopped_the_endpoint(endpoints, door, added, ring):
    endpoints.failed(added, Trouble("It stopped.", retry=Retry.ENDPOINT, slug="sign-in"))
    old = endpoints.get(added)
    assert (old.trouble.slug, old.tries) == ("sign-in", 1)
    door.codes["NEW"] = "ACME"
    endpoints.sign_in_again(added, "NEW")
    assert endpoints.get(added).trouble is None
    assert not [one for one in ring.entries if old.device_uuid in one]


def test_a_code_for_another_participant_does_not_turn_the_workspace_over(endpoints, door, added):
    before = endpoints.get(added)
    door.codes["THEIRS"] = "OTHER"
    with pytest.raises(InvalidInput, match="another participant"):
        endpoints.sign_in_again(added, "THEIRS")
    assert endpoints.get(added) == before


def test_a_locked_keyring_is_told_and_works_when_it_is_unlocked(endpoints, added, ring):
    ring.locked = True
    with pytest.raises(SyncTrouble) as raised:
        endpoints.transport(added)
    assert raised.value.trouble.slug == "keyring"
    ring.locked = False
    endpoints.transport(added).close()


def test_an_altered_key_signs_nothing(endpoints, added, ring):
    found = endpoints.get(added)
    keyring.set_password("MHHS Desk sync", f"{found.uuid}/{found.device_uuid}/seed", "not a seed")
    with pytest.raises(SyncTrouble) as raised:
        endpoints.signing_key(added)
    assert raised.value.trouble.slug == "sign-in"


# -- changing, pausing, removing, finding -----------------------------------------------------------------------------


def test_contacts_are_shared_only_where_a_person_agreed(endpoints, added, server, door, workspace):
    assert not endpoints.get(added).contacts
    assert endpoints.set_contacts(added, True).subjects == {Subject.ENDPOINTS}
    assert endpoints.get(added).contacts
    assert not endpoints.set_contacts(added, True).subjects
    told = workspace.store.read().execute("SELECT title FROM audit ORDER BY seq DESC LIMIT 1").fetchall()
    assert told == [("Keep our contacts up to date at Endpoint of tests",)]
    endpoints.edit(added, replace(STRAIGHT, contacts=False))
    assert not endpoints.get(added).contacts
    endpoints.edit(added, replace(STRAIGHT, contacts=True))
    endpoints.remove(added, "Not ours")
    door.codes["NEW"] = "ACME"
    again, _ = endpoints.add(server.address, "NEW", details=STRAIGHT)
    assert (again, endpoints.get(again).contacts) == (added, False), "the consent ends with the endpoint"


def test_what_a_person_changes_is_kept_and_in_the_log(endpoints, added, workspace, ring):
    connection = Connection(ProxyChoice.OWN, proxy="proxy.example:8080", proxy_user="me", read_seconds=5)
    details = EndpointDetails("Central", connection, metered=True, cap_kib=64, recipients=("BSC", "REC"))
    endpoints.edit(added, details, proxy_password="canary-pass")
    found = endpoints.get(added)
    assert (found.name, found.metered, found.cap_kib, found.recipients) == ("Central", True, 64, ("BSC", "REC"))
    assert found.connection == replace(connection, proxy="http://proxy.example:8080")
    assert "canary-pass" in ring.entries.values()
    endpoints.edit(added, EndpointDetails(connection=found.connection), proxy_password="")
    assert "canary-pass" not in ring.entries.values()
    assert (endpoints.get(added).name, endpoints.get(added).recipients) == ("Central", ("BSC",))
    told = workspace.store.read().execute("SELECT title FROM audit ORDER BY seq DESC LIMIT 2").fetchall()
    assert told == [("Change the endpoint Central",)] * 2


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (EndpointDetails(connection=Connection(read_seconds=0)), "read_seconds"),
        (EndpointDetails(connection=Connection(connect_seconds=9999)), "connect_seconds"),
        (EndpointDetails(connection=Connection(ProxyChoice.OWN, proxy="socks5://x")), "proxy"),
        (EndpointDetails(connection=Connection(ca_file="/nowhere.pem")), "ca_file"),
        (EndpointDetails(connection=Connection(proxy_user="a:b")), "proxy_user"),
        (EndpointDetails(cap_kib=-1), "cap_kib"),
        (EndpointDetails(name="x" * 300), "name"),
        (EndpointDetails(address="http://central.example"), "address"),
    ],
)
def test_a_change_that_cannot_be_used_points_to_its_field(endpoints, added, details, field):
    before = endpoints.get(added)
    with pytest.raises(InvalidInput) as raised:
        endpoints.edit(added, details)
    assert raised.value.field == field
    assert endpoints.get(added) == before


def test_pausing_is_kept_over_a_restart(endpoints, added, workspace, clock):
    assert endpoints.set_paused(added, True).title == "Pause the endpoint Endpoint of tests"
    assert endpoints.set_paused(added, True).subjects == frozenset()
    workspace.close()
    with Workspace.open(workspace.folder, actor="bob", clock=clock) as again:
        assert again.endpoints.get(added).paused


def test_a_removed_endpoint_is_kept_but_not_used_and_can_be_added_again(endpoints, server, door, added, ring):
    with pytest.raises(InvalidInput) as raised:
        endpoints.remove(added, " ")
    assert raised.value.field == "reason"
    endpoints.remove(added, "moved")
    assert ring.entries == {}
    assert endpoints.endpoints() == ()
    assert [one.removed for one in endpoints.endpoints(removed=True)] == ["moved"]
    with pytest.raises(InvalidInput, match="removed already"):
        endpoints.remove(added, "again")
    door.codes["NEW"] = "ACME"
    again, _ = endpoints.add(server.address, "NEW", details=STRAIGHT)
    assert again == added
    assert endpoints.get(added).removed == ""


def test_a_key_that_the_keyring_keeps_to_itself_does_not_keep_an_endpoint_from_being_removed(endpoints, added, ring):
    ring.locked = True
    assert "could not be removed from the keyring" in endpoints.remove(added, "moved").title


def test_an_endpoint_is_found_by_what_people_call_it(endpoints, added, server):
    host = server.address.removeprefix("http://")
    for text in ("endpoint of TESTS", server.address, server.address + "/", ENDPOINT, str(added), host):
        assert endpoints.by_name(text).id == added
    for text in ("", "nobody", "99"):
        with pytest.raises(NotFound):
            endpoints.by_name(text)


def test_reading_only_changes_nothing(workspace, added, clock):
    workspace.close()
    with Workspace.open(workspace.folder, actor="bob", clock=clock, read_only=True) as reading:
        assert reading.endpoints.test(added).ok
        for change in (
            lambda: reading.endpoints.set_paused(added, True),
            lambda: reading.endpoints.edit(added, EndpointDetails()),
            lambda: reading.endpoints.remove(added, "x"),
            lambda: reading.endpoints.sign_in_again(added, "x"),
        ):
            with pytest.raises(ReadOnly):
                change()


def test_what_an_endpoint_says_of_itself_is_taken_over_but_not_over_a_persons_choice(endpoints, added):
    endpoints.failed(added, Trouble("offline", slug="offline"))
    endpoints.heard(added, Info.read({**INFO, "recipients": ["REC"]}), 1500)
    found = endpoints.get(added)
    assert (found.recipients, found.clock_ms, found.trouble, found.tries) == (("REC",), 1500, None, 0)
    endpoints.edit(added, EndpointDetails(recipients=("MCC",)))
    endpoints.heard(added, Info.read({**INFO, "recipients": ["BSC"]}))
    assert endpoints.get(added).recipients == ("MCC",)


# -- testing ----------------------------------------------------------------------------------------------------------

STEPS = ["address", "proxy", "dns", "connect", "tls", "endpoint", "version", "sign-in", "clock"]


def test_a_connection_that_works_passes_every_step(endpoints, added):
    report = endpoints.test(added)
    assert report.ok
    assert [one.id for one in report.steps] == STEPS
    assert {one.state for one in report.steps} <= {StepState.PASSED, StepState.WARNING}
    assert (report.name, report.recipients) == ("Endpoint of tests", ("BSC",))


def test_an_address_is_tested_before_it_is_added_without_a_sign_in(endpoints, server):
    report = endpoints.test_address(server.address, STRAIGHT.connection)
    assert report.ok
    assert "sign-in" not in [one.id for one in report.steps]


def failing(report):
    assert report.failed is not None
    where = [one.id for one in report.steps].index(report.failed.id)
    assert all(one.state is StepState.PASSED for one in report.steps[:where])
    assert all(one.state is StepState.NOT_REACHED for one in report.steps[where + 1 :])
    assert report.failed.detail
    return report.failed.id


def test_each_test_names_the_step_that_failed(endpoints, added, door, server, ring, tmp_path):
    straight = STRAIGHT.connection
    assert failing(endpoints.test_address("http://central.example", straight)) == "address"
    own = Connection(ProxyChoice.OWN, proxy="socks5://x")
    assert failing(endpoints.test_address(server.address, own)) == "proxy"
    assert failing(endpoints.test_address("https://nobody.invalid", straight)) == "dns"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert failing(endpoints.test_address(f"http://127.0.0.1:{port}", straight)) == "connect"
    authority = Authority(tmp_path / "ca")
    with scripted(door, authority.server()) as secure:
        report = endpoints.test_address(secure.address, straight)
        assert failing(report) == "tls"
        assert report.certificate.issuer == "Authority of tests"
        with proxying("407 X") as proxy:
            through = Connection(ProxyChoice.OWN, proxy=proxy.address)
            assert failing(endpoints.test_address(secure.address, through)) == "proxy"
        trusted = replace(straight, ca_file=str(authority.path))
        report = endpoints.test_address(secure.address, trusted)
        assert report.ok
        assert report.certificate.own_ca
    with scripted(told(answer(kind="text/html", endpoint="", raw=b"<html>"))) as portal:
        assert failing(endpoints.test_address(portal.address, straight)) == "endpoint"
    door.info["protocol"] = {"min": 2, "max": 3}
    assert failing(endpoints.test(added)) == "version"
    door.info["protocol"] = {"min": 1, "max": 1}
    door.tokens.clear()
    assert failing(endpoints.test(added)) == "sign-in"
    ring.locked = True
    assert failing(endpoints.test(added)) == "sign-in"


def test_a_clock_that_is_far_off_is_a_warning_and_stops_nothing(endpoints, added, server):
    late = {"Date": "Mon, 23 Nov 2026 13:00:00 GMT"}
    with scripted(told(answer(INFO, headers=late))) as other:
        report = endpoints.test_address(other.address, STRAIGHT.connection)
    assert report.ok
    clock = report.steps[-1]
    assert (clock.id, clock.state) == ("clock", StepState.WARNING)
    assert "1 hour ahead" in clock.detail
