"""The list of what has left: every channel, to whom, with what personal data, and which receipt there is for it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from freezing_hands import WalkingClock
from openpyxl import load_workbook
from sync_inbox_hands import Desk, a_desk

from desktop.browse.view import Filter, Op, View
from desktop.errors import InvalidInput
from desktop.submissions.model import EventKind
from desktop.sync.departure_words import AS_IT_IS, CONTACTS, EXPORTED, HANDED_OVER, SENT
from desktop.sync.wire import envelope
from local_db import deliveries
from local_db.deliveries import DepartureRow


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = a_desk(tmp_path / "workspace", WalkingClock())
    with closing(made.workspace):
        yield made


def sent(desk: Desk, recipients: tuple[str, ...] = ("BSC",)) -> str:
    """A submission whose envelope and files left by sync."""
    one = desk.queued(recipients)
    with desk.workspace.store.write() as connection:
        kept = deliveries.envelope(connection, one.uuid)
        assert kept is not None
        for file in envelope.read(kept.bytes).attachments:
            row = DepartureRow(
                "2026-11-24T10:00:00Z", "sync", desk.endpoint, one.uuid, "file", file.name, file.sha256, file.size
            )  # fmt: skip
            deliveries.add_departure(connection, row)
        row = DepartureRow(
            "2026-11-24T10:01:00Z", "sync", desk.endpoint, one.uuid, "envelope", "envelope.json", kept.sha256, 9
        )  # fmt: skip
        deliveries.add_departure(connection, row)
    return one.uuid


def test_is_empty_before_anything_has_left(desk: Desk) -> None:
    desk.queued()
    assert desk.workspace.departures.departures() == ()
    assert desk.workspace.departures.table().total() == 0


def test_names_every_file_that_was_sent_with_its_endpoint_and_what_was_chosen_of_mpans(desk: Desk) -> None:
    sent(desk)
    found = desk.workspace.departures.departures()
    assert {(one.channel, one.to) for one in found} == {(SENT, "Programme")}
    assert found[0].what == "Delivery note"
    body = next(one for one in found if one.what == "Submission (frozen data)")
    assert (body.submission[:4], body.personal_data) == ("ACME", "Last four digits")
    assert (body.size or 0) > 0
    assert body.receipt == ""


def test_says_which_receipt_there_is(desk: Desk) -> None:
    uuid = sent(desk)
    one = desk.workspace.outbox.get(uuid)
    desk.take(desk.item("receipt", uuid, submission=uuid, receipt=desk.receipt(one)))
    assert {each.receipt for each in desk.workspace.departures.departures()} == {
        "Received 23 Nov 2026 23:30 by their clock"
    }


def test_holds_exports_and_what_was_handed_over_but_not_what_was_said_by_mistake(desk: Desk, tmp_path: Path) -> None:
    one = desk.queued(("BSC", "MCC"))
    submissions = desk.workspace.submissions
    (tmp_path / "out").mkdir()
    submissions.export(one.submission_id, tmp_path / "out")
    submissions.say(one.submission_id, EventKind.HANDED_OVER, "MCC", note="By e-mail")
    submissions.say(one.submission_id, EventKind.HANDED_OVER, "BSC", note="By mistake")
    mistake = submissions.events(one.submission_id)[-1]
    submissions.take_back(mistake.id, "It was not")
    found = desk.workspace.departures.departures()
    assert "By mistake" not in {each.name for each in found}
    handed = next(each for each in found if each.channel == HANDED_OVER)
    assert (handed.name, handed.personal_data, handed.to) == ("By e-mail", "Last four digits", name_of(desk, "MCC"))
    exported = [each for each in found if each.channel == EXPORTED]
    assert exported
    assert all(each.name and each.sha256 for each in exported)
    assert any(each.size for each in exported)  # that of a kept file is known


def test_says_that_contacts_are_personal_data_and_that_evidence_leaves_as_it_is(desk: Desk) -> None:
    with desk.workspace.store.write() as connection:
        row = DepartureRow("2026-11-24T10:00:00Z", "sync", desk.endpoint, "", "contacts", "contacts", "0" * 64, 120)
        deliveries.add_departure(connection, row)
    (one,) = desk.workspace.departures.departures()
    assert (one.what, one.personal_data, one.submission) == ("Contacts", CONTACTS, "")
    assert AS_IT_IS == "As the file is"


def test_is_filtered_by_channel_and_its_rows_keep_their_numbers_when_more_leaves(desk: Desk) -> None:
    sent(desk)
    table = desk.workspace.departures.table()
    before = table.total()
    desk.workspace.submissions.say(1, EventKind.HANDED_OVER, "BSC")
    table.reload()
    table.apply(View(filters=(Filter("channel", Op.IS_ANY, (HANDED_OVER,)),)))
    assert (table.count(), table.total()) == (1, before + 1)


@pytest.mark.parametrize("name", ["left.csv", "left.xlsx"])
def test_is_saved_for_whoever_asks(desk: Desk, tmp_path: Path, name: str) -> None:
    sent(desk)
    path = tmp_path / name
    desk.workspace.departures.save(path)
    many = len(desk.workspace.departures.departures())
    if name.endswith("csv"):
        with path.open(newline="", encoding="utf-8") as file:
            assert len(list(csv.reader(file))) == many + 1
    else:
        texts = {str(cell.value) for sheet in load_workbook(path) for row in sheet for cell in row}
        assert "Last four digits" in texts


def test_is_not_saved_under_another_ending(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        desk.workspace.departures.save(tmp_path / "left.txt")


def name_of(desk: Desk, recipient: str) -> str:
    return str(next(one["name"] for one in desk.workspace.participant.choices("recipients") if one["id"] == recipient))


def test_a_delivery_note_is_called_by_its_submission_and_its_uuid_is_kept(desk: Desk) -> None:
    uuid = sent(desk)
    note = next(one for one in desk.workspace.departures.departures() if one.what == "Delivery note")
    assert note.name == f"Delivery note of {note.submission}"
    assert (note.delivery, note.submission != "") == (uuid, True)
