"""How much one participant may keep: who fills its own room takes nothing from others, and goes on with more of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from central.__main__ import main
from central.central import Central
from central.refusals import Refused
from central.room import Usage, usage, usage_of
from central.settings import Room, Settings, SettingsWrong, read
from desktop.sync.answers import refusal
from desktop.sync.wire.problems import Retry
from tests.central_laptop import Laptop, sha
from tests.conftest import NOON

KIB = 1024


@pytest.fixture(params=["sqlite", "postgresql"])
def central(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Central]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = opened(tmp_path, database, Room(waiting=100 * KIB, kept=150 * KIB))
    yield made
    made.close()


def opened(folder: Path, database: str, room: Room) -> Central:
    made = Central(Settings(data=folder / "central", database=database, room=room), clock=lambda: NOON)
    made.participants.add("ACME", "Acme Energy", "test")
    made.participants.add("OTHER", "Other Energy", "test")
    return made


def full(action, *args: object, **more: object) -> str:
    with pytest.raises(Refused) as found:
        action(*args, **more)
    problem = found.value.problem
    assert problem.slug == "no-room", problem
    return str(problem.more["of"])


def used(central: Central, whose: str = "ACME") -> Usage:
    with central.db.read() as connection:
        assert usage_of(connection, whose) == usage(connection)[whose]
        return usage_of(connection, whose)


def test_files_that_no_submission_names_have_an_end_and_others_go_on(central: Central) -> None:
    laptop, stranger = Laptop().enrol(central), Laptop("OTHER").enrol(central)
    sent = [bytes([number]) * 50 * KIB for number in range(2)]
    for one in sent:
        laptop.upload(central, one)
    assert full(laptop.upload, central, b"x") == "waiting"
    assert full(Laptop().enrol(central).upload, central, b"from another laptop") == "waiting"
    stranger.upload(central, b"y" * 90 * KIB)
    laptop.upload(central, sent[0])  # what is there already costs nothing
    laptop.submit(central, laptop.envelope(tuple(sent)))
    assert used(central).waiting == 0
    laptop.upload(central, b"x")
    assert used(central).waiting == 1


def test_what_was_said_to_come_counts_before_it_comes(central: Central) -> None:
    laptop = Laptop().enrol(central)
    begun = {"offset": 0, "length": 100 * KIB, "complete": False}
    part_of(central, laptop, b"large", **begun)
    assert full(laptop.upload, central, b"x") == "waiting"
    assert used(central) == Usage(100 * KIB, 100 * KIB)


def test_what_one_laptop_began_can_be_cleared_so_that_the_others_of_its_participant_go_on(central: Central) -> None:
    laptop, stranger = Laptop().enrol(central), Laptop("OTHER").enrol(central)
    sent = b"in a submission"
    laptop.hand_over(central, files=(sent,))
    part_of(central, laptop, b"large", offset=0, length=90 * KIB, complete=False)
    stranger.upload(central, b"y" * 90 * KIB)
    assert full(Laptop().enrol(central).upload, central, b"x" * 20 * KIB) == "waiting"
    assert central.uploads.sweep("ACME", days=1) == 0
    assert central.uploads.sweep("ACME", days=-1) == 1  # of a clock that stands still
    Laptop().enrol(central).upload(central, b"x" * 20 * KIB)
    assert used(central, "OTHER").waiting == 90 * KIB
    assert central.uploads.head("ACME", sha(sent)).complete


def test_a_file_that_is_begun_again_as_a_longer_one_is_asked_too(central: Central) -> None:
    laptop = Laptop().enrol(central)
    with pytest.raises(Refused):  # its row is there, and no byte of it
        part_of(central, laptop, b"", name="a" * 64, offset=0, length=5, complete=False)
    longer = {"name": "a" * 64, "offset": 0, "complete": False}
    assert full(part_of, central, laptop, b"x", **longer, length=101 * KIB) == "waiting"
    part_of(central, laptop, b"x", **longer, length=100 * KIB)


def test_everything_together_has_an_end_envelopes_and_answers_too(central: Central) -> None:
    laptop = Laptop().enrol(central)
    made, _ = laptop.hand_over(central, (b"b" * 99 * KIB,))
    before = used(central).kept
    answer = {"submission": made.id, "text": "x" * 5_000, "author": "J"}
    said = 0
    while used(central).kept + 5_100 < 150 * KIB:
        central.talk.put(laptop.caller, str(uuid.uuid4()), answer)
        said += 1
    assert used(central).kept == before + said * (5_000 + 1 + 36)
    assert full(central.talk.put, laptop.caller, str(uuid.uuid4()), {**answer, "text": "x" * 9_000}) == "kept"
    assert full(laptop.upload, central, b"z" * 6 * KIB) == "kept"
    contacts = {str(number): {"name": "x" * 300} for number in range(20)}
    assert full(central.records.put, laptop.caller, "contacts", 0, contacts) == "kept"
    central.records.put_by("ACME", "reviewer", "contacts", 0, contacts)  # a reviewer's is not counted
    large = laptop.envelope((b"b" * 99 * KIB,), title="t" * 2_000, reference="R-9")
    names = tuple(replace(large.attachments[0], role="evidence", name=f"{number}.txt") for number in range(40))
    assert full(laptop.submit, central, replace(large, attachments=(*large.attachments, *names))) == "kept"


def test_with_more_room_it_goes_on(tmp_path: Path) -> None:
    central = opened(tmp_path, "", Room(waiting=KIB, kept=KIB))
    laptop = Laptop().enrol(central)
    assert full(laptop.upload, central, b"z" * 2 * KIB) == "kept"
    central.close()
    central = Central(Settings(data=tmp_path / "central"))
    laptop.upload(central, b"z" * 2 * KIB)
    central.close()


def test_a_person_reads_one_sentence_and_the_laptop_tries_again(tmp_path: Path) -> None:
    central = opened(tmp_path, "", Room(waiting=2**30, kept=KIB))
    with pytest.raises(Refused) as found:
        Laptop().enrol(central).upload(central, b"z" * 2 * KIB)
    central.close()
    body = json.dumps(found.value.problem.as_json()).encode()
    trouble = refusal(507, {}, body, name="Programme", now=datetime(2026, 11, 28, tzinfo=UTC)).trouble
    assert trouble.what == "Programme: The endpoint has no room. ACME has reached the 0 MiB that it may keep there."
    assert (trouble.retry, trouble.todo) == (Retry.AUTO, "Tell the endpoint's people.")


def test_an_administrator_sees_it_and_sets_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--data", str(tmp_path / "central")]
    assert main(["setup", *folder, "--room-kept", str(4 * 2**20), "--room-waiting", str(2**20)]) == 0
    central = opened(tmp_path, "", Room())
    Laptop().enrol(central).upload(central, b"z" * 2**19)
    central.close()
    capsys.readouterr()
    assert main(["participant", "list", *folder]) == 0
    line = next(one for one in capsys.readouterr().out.splitlines() if one.startswith("ACME"))
    assert "0.5 MiB (12 %)" in line
    assert "0.5 MiB (50 %)" in line
    assert main(["participant", "list", *folder, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["room"] == {"waiting": 2**20, "kept": 4 * 2**20}
    assert body["participants"][0]["waiting"] == 2**19


@pytest.mark.parametrize("wrong", ["0", "-1", "much", "1.5"])
def test_a_room_that_is_none_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsWrong):
        read({"data": str(tmp_path), "room_kept": wrong}, {})


def part_of(central: Central, laptop: Laptop, data: bytes, *, name: str = "b" * 64, **more: object):
    from central.uploads import digest_of

    return central.uploads.append(laptop.participant, name, digest=digest_of(data), parts=data, **more)
