"""Sync from the command line, against a real central service: the services of the window, told in words and JSON."""

from __future__ import annotations

import argparse
import io
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_hands import Desk
from freezing_hands import acme, asked, over

from central.refusals import Refused
from central.reviews import Said
from desktop.app import Workspace
from desktop.cli.main import parser
from desktop.clock import system_clock
from desktop.content.service import shipped_pack
from desktop.participant.model import Contact
from tests.central_server import Running, serving
from tests.memory_keyring import memory_keyring


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with memory_keyring(), serving(tmp_path / "central") as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a frozen submission."""
    folder = tmp_path / "desk"
    with acme(folder, system_clock) as workspace:
        made, _ = workspace.submissions.prepare(over(asked(workspace), recipients=("BSC", "MCC")))
        workspace.submissions.freeze(made)
    return folder


REF = "ACME-PPIR-0001"


def added(desk: Desk, running: Running, folder: Path, *more: object) -> Any:
    invitation = running.central.devices.invite("ACME", "test")
    outcome = desk.run(
        "sync", "add", running.address, "--code", invitation.code, "--name", "Programme", "--workspace", folder,
        "--json", "-", *more,
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    return outcome.report


def sync(desk: Desk, folder: Path, *words: object, status: int = 0) -> Any:
    outcome = desk.run("sync", *words, "--workspace", folder, "--json", "-")
    assert outcome.status == status, (outcome.out, outcome.err)
    return json.loads(outcome.out)


def test_an_endpoint_is_added_tested_listed_paused_and_removed(desk: Desk, running: Running, folder: Path) -> None:
    made = added(desk, running, folder)
    assert made["endpoint"]["name"] == "Programme"
    assert "token" not in json.dumps(made)
    report = sync(desk, folder, "test", "Programme")
    assert report["ok"]
    assert {step["id"] for step in report["report"]["steps"]} >= {"dns", "connect", "endpoint", "version", "sign-in"}
    assert [one["name"] for one in sync(desk, folder, "list")["endpoints"]] == ["Programme"]
    assert sync(desk, folder, "pause", "programme")["endpoint"]["paused"]
    assert sync(desk, folder, "now")["rounds"][0]["skipped"]
    assert not sync(desk, folder, "resume", "Programme")["endpoint"]["paused"]
    sync(desk, folder, "remove", "Programme", "--reason", "Not ours")
    assert sync(desk, folder, "list")["endpoints"] == []
    assert sync(desk, folder, "list", "--removed")["endpoints"][0]["removed"] == "Not ours"


def test_what_is_changed_of_an_endpoint_is_changed_and_the_rest_stays(
    desk: Desk, running: Running, folder: Path
) -> None:
    before = added(desk, running, folder, "--cap", "500", "--proxy", "none")["endpoint"]
    after = sync(desk, folder, "change", "Programme", "--name", "Code Body", "--recipient", "BSC", "--metered", "on")
    assert {key for key, value in after["endpoint"].items() if value != before[key]} == {
        "name", "recipients", "metered",
    }  # fmt: skip
    assert after["endpoint"]["recipients"] == ["BSC"]
    routes = {one["recipient"]: one["endpoint"] for one in sync(desk, folder, "preview", REF)["routes"]}
    assert routes == {"BSC": "Code Body", "MCC": ""}
    again = sync(desk, folder, "change", "Code Body", "--its-recipients", "--cap", "0")["endpoint"]
    assert again["recipients"] == before["recipients"]
    assert again["cap_kib"] == 0
    by_bundle = sync(desk, folder, "change", "Code Body", "--address", "", "--proxy", "http://proxy.example:8080")
    assert by_bundle["endpoint"]["address"] == ""
    assert by_bundle["endpoint"]["connection"]["proxy"] == "http://proxy.example:8080"


def test_a_recipient_that_nobody_knows_is_said_and_nothing_is_changed(
    desk: Desk, running: Running, folder: Path
) -> None:
    added(desk, running, folder)
    outcome = desk.run("sync", "change", "Programme", "--recipient", "BCS", "--cap", "9", "--workspace", folder)
    assert outcome.status == 1
    assert "There is no recipient BCS. Nothing was changed. Name some of BSC" in outcome.err
    assert sync(desk, folder, "list")["endpoints"][0]["cap_kib"] == 0


def test_the_code_comes_by_standard_input_so_that_no_history_has_it(
    desk: Desk, running: Running, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = running.central.devices.invite("ACME", "test").code
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{code}\n"))
    outcome = desk.run("sync", "add", running.address, "--code", "-", "--workspace", folder)
    assert outcome.status == 0, outcome.err
    assert code not in outcome.out + outcome.err
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    refused = desk.run("sync", "add", running.address, "--workspace", folder)
    assert (refused.status, "no terminal" in refused.err) == (1, True)


def test_an_invitation_adds_one_that_is_not_connected_to(desk: Desk, running: Running, folder: Path) -> None:
    file = desk.folder / "invitation.json"
    file.write_text(running.invite(), encoding="utf-8")
    made = sync(desk, folder, "add", "--invitation", file, "--offline")
    assert made["endpoint"]["signed_in_at"] is None


@pytest.mark.parametrize(
    "words",
    [
        ["add"],
        ["add", "https://x.example", "--invitation", "file"],
        ["add", "https://x.example", "--offline"],
        ["offers", "take"],
        ["conflicts", "--choose", "signatory.email=ours"],
        ["now", "--nothing"],
        ["export-bundle", "Programme", "--to", "out", "--split", "-1"],
    ],
)
def test_wrong_usage_is_status_2(desk: Desk, folder: Path, words: list[str]) -> None:
    assert desk.run("sync", *words, "--workspace", folder).status == 2


def test_an_endpoint_that_is_not_there_is_said_in_a_sentence(desk: Desk, folder: Path) -> None:
    outcome = desk.run("sync", "test", "Nobody", "--workspace", folder)
    assert outcome.status == 1
    assert outcome.err.strip().endswith(".")


def test_nothing_leaves_before_it_was_seen_and_queued_and_it_is_received_by_its_receipt(
    desk: Desk, running: Running, folder: Path
) -> None:
    added(desk, running, folder)
    sync(desk, folder, "now")
    assert sync(desk, folder, "left")["left"] == []
    (parcel,) = sync(desk, folder, "preview", REF)["parcels"]
    assert {file["role"] for file in parcel["files"]} >= {"body", "workbook"}
    (waiting,) = sync(desk, folder, "queue", REF)["deliveries"]
    assert waiting["state"] == "queued"
    assert sync(desk, folder, "status")["endpoints"][0]["waiting"] == 1
    (one,) = sync(desk, folder, "now")["rounds"]
    assert (one["sent"], one["received"], one["waiting"], one["trouble"]) == (1, 1, 0, None)
    assert sync(desk, folder, "status")["deliveries"] == []
    page = desk.folder / "receipt.html"
    assert sync(desk, folder, "receipt", REF, "--out", page)["receipts"][0]["receipt"]
    assert "Received is not accepted" in page.read_text(encoding="utf-8")
    listed = desk.folder / "left.csv"
    left = sync(desk, folder, "left", "--out", listed)["left"]
    assert {line["channel"] for line in left} == {"Sent"}
    assert listed.read_text(encoding="utf-8").count("\n") == len(left) + 1
    assert any(line["event"] == "received" for line in sync(desk, folder, "log", "Programme")["log"])
    log = desk.folder / "log.txt"
    sync(desk, folder, "log", "--out", log)
    assert log.stat().st_size


def test_what_waits_is_held_released_left_out_and_tried_again(desk: Desk, running: Running, folder: Path) -> None:
    added(desk, running, folder)
    (one,) = sync(desk, folder, "queue", REF)["deliveries"]
    assert sync(desk, folder, "hold", one["uuid"][:8])["deliveries"][0]["paused"]
    assert not sync(desk, folder, "release", REF)["deliveries"][0]["paused"]
    assert len(sync(desk, folder, "retry")["deliveries"]) == 1
    assert sync(desk, folder, "leave-out", REF, "--reason", "Too early")["deliveries"][0]["state"] == "left out"
    assert "left out: Too early\n" in desk.run("sync", "status", "--all", "--workspace", folder).out
    refused = desk.run("sync", "receipt", REF, "--workspace", folder)
    assert (refused.status, "left out" in refused.err) == (1, True)
    assert sync(desk, folder, "queue", REF)["deliveries"][0]["state"] == "queued"


def test_the_text_of_the_status_says_what_the_tool_tip_of_the_window_says(
    desk: Desk, running: Running, folder: Path
) -> None:
    added(desk, running, folder)
    with Workspace.open(folder) as workspace, workspace.store.write() as connection:
        connection.execute("UPDATE endpoint SET clock_ms = ?", (-2858 * 60_000,))
    outcome = desk.run("sync", "status", "--workspace", folder)
    assert "      This computer's clock (" in outcome.out
    assert "is 1 day ahead of that of the endpoint" in outcome.out


def test_what_cannot_be_reached_is_status_1_and_waits(desk: Desk, running: Running, folder: Path) -> None:
    added(desk, running, folder)
    sync(desk, folder, "queue", REF)
    with Workspace.open(folder) as workspace, workspace.store.write() as connection:
        connection.execute("UPDATE endpoint SET address = 'http://127.0.0.1:9'")
    (one,) = sync(desk, folder, "now", status=1)["rounds"]
    assert (one["waiting"], one["received"]) == (1, 0)
    assert one["trouble"]["what"].endswith(".")
    assert sync(desk, folder, "test", "Programme", status=1)["ok"] is False
    held_up = desk.run("sync", "status", "--workspace", folder).out
    assert one["trouble"]["what"] in held_up
    left = desk.run("sync", "leave-out", REF, "--reason", "Not this one", "--workspace", folder).out
    assert "left out: Not this one" in left
    assert "sync queue queues it again" in left
    assert one["trouble"]["what"] not in left


def test_what_reviewers_say_comes_with_a_round_and_answers_go_out(desk: Desk, running: Running, folder: Path) -> None:
    added(desk, running, folder)
    sync(desk, folder, "queue", REF)
    sync(desk, folder, "now")
    with Workspace.open(folder, read_only=True) as workspace:
        envelope = workspace.outbox.deliveries()[0].uuid
    said = Said(str(uuid.uuid4()), "Which gate?")
    running.central.reviews.comment(envelope, said, "viewer")
    seen = running.central.reviews.one(envelope)
    running.central.reviews.decide(envelope, "in review", "Two weeks", "BSC-7", seen.state_version, "viewer")
    sync(desk, folder, "now")
    assert desk.run("submit", "comments", "--workspace", folder, "--json", "-").report["comments"][0]["text"] == (
        "Which gate?"
    )
    with Workspace.open(folder) as workspace:
        standing = workspace.submissions.get(1).recipients[0]
        assert (standing.state.value, standing.their_ref) == ("in review", "BSC-7")
        workspace.reviews.answer(workspace.reviews.comments()[0].id, "PIT exit.")
    for _ in range(2):
        sync(desk, folder, "now")
    (asked_there,) = running.central.reviews.one(envelope).comments
    assert [one.text for one in (asked_there, *asked_there.replies)] == ["Which gate?", "PIT exit."]
    with Workspace.open(folder, read_only=True) as workspace:
        assert len(workspace.reviews.comments()) == 1


def test_published_content_is_offered_compared_taken_and_gone_back_from(
    desk: Desk, running: Running, folder: Path
) -> None:
    added(desk, running, folder)
    data = json.dumps(
        {
            "kind": "milestones", "version": "2031.1", "status": "official", "source": "Programme",
            "date": "2026-11-01", "body": {"milestones": []},
        }
    ).encode()  # fmt: skip
    made = running.central.packs.publish(data, "admin", "New plan")
    sync(desk, folder, "now")
    (offer,) = sync(desk, folder, "offers")["offers"]
    assert (offer["state"], offer["fetched"]) == ("offered", True)
    assert sync(desk, folder, "offers", "compare", "milestones")["differences"]
    assert sync(desk, folder, "offers", "take", made.sha256[:8])["offers"][0]["in_use"]
    running.central.packs.withdraw(made.sha256, "Wrong", "admin")
    sync(desk, folder, "now")
    assert sync(desk, folder, "status", status=1)["offers"][0]["withdrawn"] == "Wrong"
    sync(desk, folder, "offers", "back", "milestones")
    sync(desk, folder, "offers", "refuse", "2031.1")
    assert sync(desk, folder, "status")["offers"] == []
    with Workspace.open(folder, read_only=True) as workspace:
        assert workspace.content.pack("milestones").sha256 == shipped_pack("milestones").sha256


def test_contacts_that_were_changed_on_two_laptops_are_shown_and_chosen(
    desk: Desk, running: Running, folder: Path
) -> None:
    other = desk.folder / "other"
    for place, email in ((folder, "a@acme.example"), (other, "b@acme.example")):
        if place is other:
            acme(other, system_clock).close()
        with Workspace.open(place) as workspace:
            workspace.participant.save_contact(Contact("signatory", "Ann", email=email))
        added(desk, running, place, "--contacts")
    sync(desk, folder, "now")
    sync(desk, other, "now")
    (conflict,) = sync(desk, other, "conflicts", status=1)["conflicts"]
    (field,) = conflict["fields"]
    assert (field["field"], field["mine"], field["theirs"]) == (
        "signatory.email", "b@acme.example", "a@acme.example",
    )  # fmt: skip
    assert sync(desk, other, "conflicts", "--choose", "signatory.email=mine")["conflicts"] == []
    for place in (other, folder):
        sync(desk, place, "now")
        with Workspace.open(place, read_only=True) as workspace:
            assert [one.email for one in workspace.participant.contacts()] == ["b@acme.example"]


def test_contacts_go_after_a_person_said_on_and_no_more_after_off(desk: Desk, running: Running, folder: Path) -> None:
    def there() -> list[str]:
        try:
            return [one["name"] for one in running.central.records.of("ACME", "contacts")[1].values()]
        except Refused:
            return []

    def called(name: str) -> None:
        with Workspace.open(folder) as workspace:
            found = workspace.participant.contacts()
            workspace.participant.save_contact(Contact("signatory", name, id=found[0].id if found else None))
        sync(desk, folder, "now")

    assert not added(desk, running, folder)["endpoint"]["contacts"]
    called("Ann")
    assert there() == []
    assert sync(desk, folder, "contacts", "Programme", "on")["endpoint"]["contacts"]
    sync(desk, folder, "now")
    assert there() == ["Ann"]
    assert not sync(desk, folder, "contacts", "Programme", "off")["endpoint"]["contacts"]
    called("Bob")
    assert there() == ["Ann"]


def test_text_is_for_people(desk: Desk, running: Running, folder: Path) -> None:
    added(desk, running, folder)
    for words in (
        ["list"], ["preview", REF], ["queue", REF], ["status"], ["now"], ["status", "--all"], ["log"], ["left"],
        ["offers"], ["conflicts"], ["receipt", REF], ["test", "Programme"],
    ):  # fmt: skip
        outcome = desk.run("sync", *words, "--workspace", folder)
        assert outcome.status == 0, (words, outcome.err)
        assert outcome.out.strip(), words
        assert "{" not in outcome.out, words
        assert "None," not in outcome.out, words


def test_every_command_of_sync_that_takes_json_writes_json(desk: Desk, running: Running, folder: Path) -> None:
    page, out, back = desk.folder / "receipt.html", desk.folder / "out", desk.folder / "back.zip"
    calls: dict[str, list[object]] = {
        "add": [running.address, "--code", running.central.devices.invite("ACME", "test").code, "--name", "Programme"],
        "sign-in": ["Programme", "--code", running.central.devices.invite("ACME", "test").code],
        "list": [],
        "change": ["Programme", "--cap", "0"],
        "test": ["Programme"],
        "pause": ["Programme"],
        "resume": ["Programme"],
        "preview": [REF],
        "queue": [REF],
        "hold": [REF],
        "release": [REF],
        "retry": [REF],
        "export-bundle": ["Programme", "--to", out],
        "import-bundle": [back],
        "now": ["Programme"],
        "receipt": [REF, "--out", page],
        "contacts": ["Programme", "on"],
        "status": [],
        "log": [],
        "left": [],
        "offers": [],
        "conflicts": [],
        "leave-out": [f"{REF} v2", "--reason", "Not this one"],
        "remove": ["Programme", "--reason", "Over"],
    }
    top = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    below = next(one for one in top.choices["sync"]._actions if isinstance(one, argparse._SubParsersAction))
    assert sorted(below.choices) == sorted(calls)
    for name, options in calls.items():
        if name == "leave-out":  # what was received cannot be left out: another version can
            with Workspace.open(folder) as workspace:
                made, _ = workspace.submissions.new_version(1, "More")
                workspace.submissions.freeze(made)
            sync(desk, folder, "queue", f"{REF} v2")
        if name == "import-bundle":
            carried(running, folder, out, back)
        assert isinstance(sync(desk, folder, name, *options), dict), name


def carried(running: Running, folder: Path, out: Path, back: Path) -> None:
    """What was exported goes to the service by hand, and its return bundle comes back."""
    outcomes = running.central.bundles.take(sorted(out.glob("*.zip")))
    assert all(one.items for one in outcomes)
    with Workspace.open(folder, read_only=True) as workspace:
        device = workspace.endpoints.by_name("Programme").device_uuid
    made = running.central.bundles.give("ACME", device, back.parent / "given")
    made.rename(back)


def test_a_laptop_that_is_never_online_carries_a_bundle_and_gets_its_receipt(
    desk: Desk, running: Running, folder: Path
) -> None:
    file, out, back = desk.folder / "invitation.json", desk.folder / "out", desk.folder / "back.zip"
    file.write_text(running.invite(), encoding="utf-8")
    sync(desk, folder, "add", "--invitation", file, "--offline", "--name", "Programme")
    sync(desk, folder, "queue", REF)
    written = sync(desk, folder, "export-bundle", "Programme", "--to", out)["bundle"]
    assert len(written["paths"]) == 1
    (waiting,) = sync(desk, folder, "status")["deliveries"]
    assert (waiting["state"], waiting["bundled_at"] is not None) == ("queued", True)
    assert {line["channel"] for line in sync(desk, folder, "left")["left"]} == {"In a bundle"}
    carried(running, folder, out, back)
    taken = sync(desk, folder, "import-bundle", back)["taken"]
    assert (taken["receipts"], taken["missing"]) == (1, [])
    assert sync(desk, folder, "status", "--all")["deliveries"][0]["state"] == "received"
    assert sync(desk, folder, "receipt", REF)["receipts"][0]["receipt"]
    again = sync(desk, folder, "import-bundle", back)["taken"]
    assert again["receipts"] == 0
