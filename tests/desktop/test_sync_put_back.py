"""An endpoint that was put back whole, its high-water mark too, does not know it: the laptop finds out."""

from __future__ import annotations

import json
import shutil

import pytest
import sync_fixtures
from sqlalchemy import text
from sync_hands import a_frozen, at_point, moved, state_of

from central.central import Central
from desktop.sync.model import DeliveryState, EndpointDetails
from local_db import endpoints as endpoint_rows
from tests.central_laptop import Laptop
from tests.central_server import PARTICIPANTS, serving, settings


class _Died(BaseException):
    pass


clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk
running, central = sync_fixtures.running, sync_fixtures.central


def queued(desk):
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    return desk.outbox.deliveries(submission_id=made)[0]


def busy(central, times):
    """Another participant makes new changes, so that every number is given again."""
    stranger = Laptop("OTHER").enrol(central)
    for number in range(times):
        stranger.hand_over(central, reference=f"R-{number}")


def decide(central, uuid, state, why):
    central.reviews.decide(uuid, state, why, "", central.reviews.one(uuid).state_version, "rita")


def compared(desk):
    return [one.detail for one in desk.outbox.log() if one.event == "compared anew"]


def note_of(desk, uuid):
    """What the endpoint said last of the state of a submission."""
    found = desk.store.read().execute("SELECT data FROM feed_item WHERE type = 'status' AND item = ?", (uuid,))
    return json.loads(found.fetchone()[0])["note"]


@pytest.mark.parametrize("others", [0, 1, 9])
def test_what_it_lost_is_sent_again_though_its_epoch_is_the_same(desk, tmp_path, running, central, others):
    early = queued(desk)
    desk.sync.now()
    shutil.copytree(running.settings.data, tmp_path / "backup")
    late, later = queued(desk), queued(desk)
    desk.sync.now()
    assert desk.sync.lines()[0].words == "All received"
    with serving(tmp_path / "backup") as restored:
        assert restored.central.info().epoch == running.central.info().epoch
        busy(restored.central, others)
        moved(desk, central, restored.address)
        (done,) = desk.sync.now()
        assert (done.received, done.trouble) == (2, None)
        for one in (early, late, later):
            there = restored.central.receiving.status("ACME", one.uuid)
            assert there["receipt"] == desk.outbox.get(one.uuid).receipt
        (detail,) = compared(desk)
        assert detail == "it does not have what it received last: 3 asked for, 2 of them to be sent again"
        assert desk.sync.lines()[0].words == "All received"
        assert desk.endpoints.row(central).cursor == restored.central.feed.page("ACME", "").next
        assert desk.sync.now()[0].sent == 0
        assert len(compared(desk)) == 1


def test_it_is_never_said_to_have_all_while_it_lacks_some(desk, tmp_path, running, central):
    shutil.copytree(running.settings.data, tmp_path / "backup")
    one = queued(desk)
    desk.sync.now()
    with serving(tmp_path / "backup") as restored:
        busy(restored.central, 9)
        moved(desk, central, restored.address)
        with at_point("reconcile.done", lambda: desk.outbox.set_paused([one.uuid], True)):  # it cannot go in this round
            desk.sync.now()
        assert state_of(desk, one.uuid) == "queued"
        assert desk.sync.lines()[0].words != "All received"


def test_cut_off_while_it_is_compared_it_is_compared_again(desk, tmp_path, running, central):
    shutil.copytree(running.settings.data, tmp_path / "backup")
    both = queued(desk), queued(desk)
    desk.sync.now()

    def die():
        raise _Died

    with serving(tmp_path / "backup") as restored:
        busy(restored.central, 9)
        moved(desk, central, restored.address)
        with at_point("reconcile.queued", die), pytest.raises(_Died):
            desk.sync.now()
        assert sorted(state_of(desk, one.uuid) for one in both) == ["queued", "received"]
        desk.sync.now()
        assert {state_of(desk, one.uuid) for one in both} == {"received"}
        assert restored.central.participants.get("ACME").receipts == 2


def test_numbers_of_changes_that_are_given_again_are_not_stepped_over(desk, tmp_path, running, central):
    """Only what the endpoint said was lost: every receipt is there, and the place in the list is another change's."""
    one = queued(desk)
    desk.sync.now()
    shutil.copytree(running.settings.data, tmp_path / "backup")
    decide(running.central, one.uuid, "in review", "As it was said first.")
    desk.sync.now()
    assert note_of(desk, one.uuid) == "As it was said first."
    with serving(tmp_path / "backup") as restored:
        decide(restored.central, one.uuid, "in review", "As it was said again.")
        busy(restored.central, 9)
        moved(desk, central, restored.address)
        (done,) = desk.sync.now()
        assert (done.sent, done.trouble) == (0, None)
        assert note_of(desk, one.uuid) == "As it was said again."
        (detail,) = compared(desk)
        assert (
            detail
            == "it does not know the place in the list of changes any more: 1 asked for, 0 of them to be sent again"
        )
        desk.sync.now()
        assert len(compared(desk)) == 1


def test_a_place_as_it_was_written_before_is_asked_for_anew(desk, running, central):
    one = queued(desk)
    desk.sync.now()
    row = desk.endpoints.row(central)
    with desk.store.write() as connection:
        endpoint_rows.change(connection, central, {"cursor": row.cursor.rpartition(".")[0]})
    (done,) = desk.sync.now()
    assert (done.sent, done.trouble) == (0, None)
    assert desk.endpoints.row(central).cursor == row.cursor
    assert state_of(desk, one.uuid) == "received"


def test_what_it_lost_goes_into_the_next_bundle(desk, tmp_path):
    out = tmp_path / "stick"
    out.mkdir()
    live = Central(settings(tmp_path / "live"))
    for short, name in PARTICIPANTS.items():
        live.participants.add(short, name, "test")
    (out / "it.mhhs-invitation").write_text(live.devices.invite("ACME", "test").to_text(), "utf-8")
    endpoint, _ = desk.endpoints.add_invitation(out / "it.mhhs-invitation", details=EndpointDetails(name="By hand"))

    def there_and_back(central):
        central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
        return back(central)

    def back(central):
        given = central.bundles.give("ACME", desk.endpoints.get(endpoint).device_uuid, out)
        return desk.bundles.take([given])[0]

    early = queued(desk)
    there_and_back(live)
    shutil.copytree(tmp_path / "live", tmp_path / "backup")
    late = queued(desk)
    there_and_back(live)
    live.close()
    restored = Central(settings(tmp_path / "backup"))
    assert not restored.was_put_back
    busy(restored, 9)
    got = back(restored)
    assert "1 of yours" in got.notes[0]
    assert desk.outbox.get(early.uuid).state is DeliveryState.RECEIVED
    assert desk.outbox.get(late.uuid).state is DeliveryState.QUEUED
    there_and_back(restored)
    assert desk.outbox.get(late.uuid).state is DeliveryState.RECEIVED
    assert desk.endpoints.row(endpoint).cursor == restored.feed.page("ACME", "").next
    assert restored.participants.get("ACME").receipts == 2
    restored.close()


def test_another_receipt_for_the_newest_is_taken_and_one_that_proves_nothing_is_asked_about_once(
    desk, running, central
):
    one, two = queued(desk), queued(desk)
    desk.sync.now()
    real = desk.outbox.get(two.uuid).receipt

    def stands(jws):
        with desk.store.write() as connection:
            connection.execute("UPDATE delivery SET receipt = ? WHERE uuid = ?", (jws, two.uuid))

    head, body, signature = real.split(".")
    stands(f"{head}.{body}.{signature[::-1]}")
    desk.sync.now()
    assert desk.outbox.get(two.uuid).receipt == real
    assert compared(desk) == [
        "it has another receipt for what it received last: 2 asked for, 0 of them to be sent again"
    ]
    strange = running.central.receiving.status("ACME", one.uuid)["receipt"]
    with running.central.db.write() as connection:
        connection.execute(text("UPDATE receipt SET jws = :a WHERE jws = :b"), {"a": f"{strange}x", "b": real})
    for _ in range(3):
        desk.sync.now()
    assert len(compared(desk)) == 2
    assert desk.outbox.get(two.uuid).receipt == real
