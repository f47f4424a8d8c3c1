"""Rounds against a real central service: what is sent arrives once, and is received by a checked receipt only."""

from __future__ import annotations

import json
import shutil

import pytest
import sync_fixtures
from sync_hands import a_frozen, acme, at_point, moved, signed_in, state_of, with_file

from desktop.errors import ReadOnly
from desktop.jobs import Cancelled, Job
from desktop.submissions.model import EventKind, RecipientState
from desktop.sync.model import DeliveryState, Tone
from desktop.sync.wire.problems import Retry
from local_db import deliveries as rows
from local_db import endpoints as endpoint_rows
from tests.central_server import serving

clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk
running, central = sync_fixtures.running, sync_fixtures.central


def queued(desk, *recipients):
    made = a_frozen(desk, recipients or ("BSC",))
    desk.outbox.queue(made)
    return desk.outbox.deliveries(submission_id=made)[0]


def left(desk, uuid):
    return [(one.what, one.name) for one in reversed(rows.departures(desk.store.read(), [uuid]))]


def test_a_round_sends_and_keeps_the_checked_receipt(desk, running, central):
    one = queued(desk, "BSC", "REC")
    (done,) = desk.sync.now()
    assert (done.sent, done.received, done.waiting, done.needs_you, done.trouble) == (1, 1, 0, 0, None)
    got = desk.outbox.get(one.uuid)
    assert got.state is DeliveryState.RECEIVED
    assert got.receipt
    assert running.central.receiving.status("ACME", one.uuid)["receipt"] == got.receipt
    standings = {each.recipient: each.state for each in desk.submissions.get(one.submission_id).recipients}
    assert set(standings.values()) == {RecipientState.RECEIVED}
    assert desk.submissions.verify_kept(one.submission_id) == ()
    names = [name for _, name in left(desk, one.uuid)]
    assert names == [*(file.name for file in desk.outbox.parcel(one.uuid).files), f"{one.uuid}.json"]
    (line,) = desk.sync.lines()
    assert (line.words, line.tone, line.waiting) == ("All received", Tone.GOOD, 0)
    assert desk.endpoints.get(central).last_ok_at is not None
    assert "ACME-PPIR-0001" in desk.outbox.receipt_text(one.uuid)


def test_a_round_without_anything_to_send_only_asks(desk, central):
    (done,) = desk.sync.now()
    assert (done.sent, done.trouble) == (0, None)
    assert desk.sync.lines()[0].words == "Nothing to send"
    assert desk.sync.lines()[0].tone is Tone.NEUTRAL


def test_the_same_envelope_twice_is_one_submission_with_one_receipt(desk, running, central):
    one = queued(desk)
    desk.sync.now()
    receipt = desk.outbox.get(one.uuid).receipt
    with desk.store.write() as connection:
        rows.change(connection, one.uuid, "2026-11-23", state="sending")
    desk.sync.now()
    assert desk.outbox.get(one.uuid).receipt == receipt
    events = [each.kind for each in desk.submissions.events(one.submission_id)]
    assert events.count(EventKind.RECEIVED) == 1
    assert len(left(desk, one.uuid)) == len(desk.outbox.parcel(one.uuid).files) + 1


POINTS = (
    "round.info", "delivery.uploading", "upload.asked", "upload.part", "upload.part-sent", "upload.complete",
    "delivery.sending", "delivery.answered", "receipt.checked", "receipt.kept", "receipt.committed", "feed.page",
    "feed.taken",
)  # fmt: skip


class Cut(BaseException):
    """The program ends here."""


def cut():
    raise Cut


def test_cut_off_anywhere_the_next_round_ends_it(desk, running, central):
    for point in POINTS:
        one = queued(desk)
        with at_point(point, cut), pytest.raises(Cut):
            desk.sync.now()
        (done,) = desk.sync.now()
        assert done.trouble is None, point
        assert state_of(desk, one.uuid) == "received", point
        assert running.central.receiving.status("ACME", one.uuid)["receipt"] == desk.outbox.get(one.uuid).receipt
        kinds = [each.kind for each in desk.submissions.events(one.submission_id)]
        assert kinds.count(EventKind.RECEIVED) == 1, point
    assert not [name for name, faults in desk.submissions.verify_all_kept() if faults]


def test_an_endpoint_that_is_down_touches_no_other(desk, running, central, tmp_path):
    with serving(tmp_path / "second") as other:
        down = signed_in(desk, other, tmp_path, "Down", recipients=("REC",))
    with desk.store.write() as connection:
        endpoint_rows.change(connection, central, {"recipients": json.dumps(["BSC"])})
    one = queued(desk, "BSC", "REC")
    by_endpoint = {each.endpoint_id: each for each in desk.outbox.deliveries(submission_id=one.submission_id)}
    done = {each.endpoint_id: each for each in desk.sync.now()}
    assert done[central].received == 1
    assert done[down].trouble.retry is Retry.AUTO
    assert state_of(desk, by_endpoint[central].uuid) == "received"
    waits = desk.outbox.get(by_endpoint[down].uuid)
    assert (waits.state, waits.trouble, waits.tries) == (DeliveryState.QUEUED, None, 0)
    lines = {each.endpoint_id: each for each in desk.sync.lines()}
    assert lines[central].tone is Tone.GOOD
    assert (lines[down].words, lines[down].tone) == ("1 waiting · offline", Tone.WAITING)
    assert desk.endpoints.get(down).next_try_at is not None


def test_a_version_goes_after_the_one_that_it_replaces_and_both_are_there(desk, running, central, tmp_path):
    """The older one is large, the newer one small: small ones go first, but never before what they replace."""
    first = with_file(desk, tmp_path, 2_500_000)
    desk.outbox.queue(first)
    second, _ = desk.submissions.new_version(first, "Shorter")
    desk.submissions.freeze(second)
    desk.outbox.queue(second)
    (done,) = desk.sync.now()
    assert (done.received, done.needs_you, done.trouble) == (2, 0, None)
    old, new = (desk.outbox.deliveries(submission_id=each)[0] for each in (first, second))
    assert running.central.receiving.status("ACME", old.uuid)["state"] == "superseded"
    assert running.central.receiving.status("ACME", new.uuid)["state"] == "received"


def test_small_ones_go_before_large_ones_and_in_the_midst_of_them(desk, running, central, tmp_path):
    large = with_file(desk, tmp_path, 5_000_000)
    desk.outbox.queue(large)
    made = []
    with at_point("upload.part-sent", lambda: made.append(queued(desk)), number=3):
        (done,) = desk.sync.now()
    assert done.received == 2
    order = [one.item for one in reversed(desk.outbox.log()) if one.event == "received"]
    assert order == [made[0].uuid, desk.outbox.deliveries(submission_id=large)[0].uuid]


def test_metered_sends_small_ones_only(desk, running, tmp_path):
    signed_in(desk, running, tmp_path, metered=True)
    large = with_file(desk, tmp_path, 1_500_000)
    desk.outbox.queue(large)
    small = queued(desk)
    (done,) = desk.sync.now()
    assert (done.received, done.waiting) == (1, 1)
    assert state_of(desk, small.uuid) == "received"
    assert "not metered" in desk.sync.lines()[0].detail


def test_what_is_held_back_or_paused_is_not_sent(desk, running, central):
    held, other = queued(desk), queued(desk)
    desk.outbox.set_paused([held.uuid], True)
    desk.sync.now()
    assert (state_of(desk, held.uuid), state_of(desk, other.uuid)) == ("queued", "received")
    desk.outbox.set_paused([held.uuid], False)
    desk.endpoints.set_paused(central, True)
    (done,) = desk.sync.now()
    assert done.skipped == "paused"
    assert desk.sync.lines()[0].words == "1 waiting · paused"
    assert state_of(desk, held.uuid) == "queued"


def test_left_out_while_it_is_on_its_way_stops_between_parts(desk, running, central, tmp_path):
    large = with_file(desk, tmp_path, 5_000_000)
    desk.outbox.queue(large)
    (one,) = desk.outbox.deliveries()
    with at_point("upload.part-sent", lambda: desk.outbox.leave_out(one.uuid, "Wrong file"), number=2) as reached:
        (done,) = desk.sync.now()
    assert reached.count("upload.part-sent") == 2
    assert (done.sent, done.trouble) == (0, None)
    assert state_of(desk, one.uuid) == "left out"


def test_stop_in_the_middle_of_a_file_and_the_next_round_goes_on_from_there(desk, running, central, tmp_path):
    large = with_file(desk, tmp_path, 6_000_000)
    desk.outbox.queue(large)
    job = Job()
    with at_point("upload.part-sent", job.cancel, number=4) as reached, pytest.raises(Cancelled):
        desk.sync.now(job=job)
    assert reached.count("upload.part-sent") == 4
    (one,) = desk.outbox.deliveries()
    assert one.state is DeliveryState.QUEUED  # nothing is on its way now
    assert 0 < one.sent < one.size
    evidence = next(each for each in desk.outbox.parcel(one.uuid).files if each.role == "evidence")
    there = running.central.uploads.head("ACME", evidence.sha256).offset
    assert there == 3 * 1024 * 1024
    with at_point("never", lambda: None) as reached:
        desk.sync.now()
    assert reached.count("upload.part-sent") == 2  # 1 MiB, then all that is left
    assert state_of(desk, one.uuid) == "received"


def test_a_lost_file_needs_the_person_says_which_and_the_others_go_on(desk, running, central, tmp_path):
    broken = with_file(desk, tmp_path, 500_000, name="minutes.bin")
    desk.outbox.queue(broken)
    other = queued(desk)
    (one,) = desk.outbox.deliveries(submission_id=broken)
    evidence = next(each for each in desk.outbox.parcel(one.uuid).files if each.role == "evidence")
    path = desk.blobs.path(evidence.sha256)
    data = path.read_bytes()
    path.unlink()
    (done,) = desk.sync.now()
    assert (done.received, done.needs_you) == (1, 1)
    assert "minutes.bin is missing or damaged" in desk.outbox.get(one.uuid).trouble.what
    assert state_of(desk, other.uuid) == "received"
    assert "minutes" not in json.dumps([each.detail for each in desk.outbox.log()])
    path.write_bytes(b"x" * len(data))
    desk.outbox.try_again([one.uuid])
    desk.sync.now()
    assert "minutes.bin is missing or damaged" in desk.outbox.get(one.uuid).trouble.what
    path.write_bytes(data)
    desk.outbox.try_again()
    (done,) = desk.sync.now()
    assert done.received == 1


def test_too_large_for_the_endpoint_needs_the_person(desk, tmp_path):
    from desktop.sync.wire.protocol import Limits

    with serving(tmp_path / "strict", limits=Limits(blob=2_000_000)) as running:
        endpoint = signed_in(desk, running, tmp_path)
        with desk.store.write() as connection:  # it said so only later
            row = endpoint_rows.endpoint(connection, endpoint)
            said = json.loads(row.info)
            said["limits"]["blob"] = 9_000_000
            endpoint_rows.change(connection, endpoint, {"info": json.dumps(said)})
        made = with_file(desk, tmp_path, 3_000_000)
        desk.outbox.queue(made)
        (done,) = desk.sync.now()
        (one,) = desk.outbox.deliveries()
        assert (done.needs_you, one.state, one.trouble.slug) == (1, DeliveryState.NEEDS_YOU, "too-large")
        assert desk.sync.lines()[0].words == "1 needs you"
        assert desk.sync.lines()[0].tone is Tone.NEEDS_YOU


def test_other_bytes_under_the_same_id_need_the_person(desk, running, central):
    one = queued(desk)
    kept = rows.envelope(desk.store.read(), one.uuid)
    desk.sync.now()
    with desk.store.write() as connection:
        connection.execute("DROP TRIGGER an_envelope_stays")
        other = bytes(kept.bytes).replace(b'"title":"', b'"title":"X')
        connection.execute("UPDATE envelope SET bytes = ?, sha256 = ? WHERE uuid = ?", (other, "0" * 64, one.uuid))
        rows.change(connection, one.uuid, "2026-11-23", state="queued")
    desk.sync.now()
    assert desk.outbox.get(one.uuid).trouble.slug == "submission-differs"


def test_what_another_laptop_sent_under_the_same_number_is_told_and_never_replaced(desk, running, central, tmp_path):
    """Two laptops of one participant, each with a first version of the same reference."""
    with acme(tmp_path / "other", desk.clock) as second:
        signed_in(second, running, tmp_path, "Theirs")
        theirs = queued(second)
        second.sync.now()
    mine = queued(desk)
    desk.sync.now()
    got = desk.outbox.get(mine.uuid)
    assert (got.state, got.trouble.slug) == (DeliveryState.NEEDS_YOU, "reference-taken")
    assert "Its reference belongs to another submission there. ACME-PPIR-0001 v1, “" in got.trouble.what
    assert "is there since" in got.trouble.what
    assert got.trouble.what.endswith("and this one replaces nothing. Nothing was changed.")
    assert "prepare it again: it gets another number" in got.trouble.todo
    desk.outbox.leave_out(mine.uuid, "Theirs is another one")
    newer, _ = desk.submissions.new_version(mine.submission_id, "A newer version is no way round")
    desk.submissions.freeze(newer)
    desk.outbox.queue(newer)
    (done,) = desk.sync.now()
    assert (done.received, done.trouble.slug) == (0, "reference-taken")
    other = queued(desk)
    assert other.submission == "ACME-PPIR-0002 v1"
    (done,) = desk.sync.now()
    assert done.received == 1
    assert running.central.receiving.status("ACME", theirs.uuid)["state"] == "received"


def test_numbers_that_another_laptop_used_are_not_given_again_once_the_changes_told_of_them(
    desk, running, central, tmp_path
):
    with acme(tmp_path / "other", desk.clock) as second:
        signed_in(second, running, tmp_path, "Theirs")
        theirs = [queued(second) for _ in range(2)]
        second.sync.now()
    seen = running.central.reviews.one(theirs[1].uuid)
    running.central.reviews.decide(theirs[1].uuid, "in review", "", "", seen.state_version, "reviewer")
    desk.sync.now()
    mine = queued(desk)
    assert mine.submission == "ACME-PPIR-0003 v1"
    (done,) = desk.sync.now()
    assert (done.received, done.trouble) == (1, None)


def test_withdrawn_after_it_was_received_the_endpoint_is_told(desk, running, central):
    one = queued(desk)
    desk.sync.now()
    desk.submissions.withdraw(one.submission_id, "Wrong figures")
    (done,) = desk.sync.now()  # nobody has to think of it
    assert done.received == 1
    assert running.central.receiving.status("ACME", one.uuid)["state"] == "withdrawn"
    told = next(each for each in desk.outbox.deliveries() if each.act == "withdraw")
    assert told.state is DeliveryState.RECEIVED
    assert desk.sync.now()[0].sent == 0


def test_a_restored_endpoint_gets_again_what_it_lost_from_the_same_bytes(desk, tmp_path, running, central):
    early = queued(desk)
    desk.sync.now()
    backup = tmp_path / "backup"
    shutil.copytree(running.settings.data, backup)
    late = queued(desk)
    desk.sync.now()
    first = desk.outbox.get(late.uuid).receipt
    shutil.copytree(running.settings.data / "marks", backup / "marks", dirs_exist_ok=True)
    with serving(backup) as restored:
        moved(desk, central, restored.address)
        (done,) = desk.sync.now()
        assert (done.received, done.trouble) == (1, None)
        assert restored.central.receiving.status("ACME", late.uuid)["state"] == "received"
        got = desk.outbox.get(late.uuid)
        assert (got.state, got.sha256) == (DeliveryState.RECEIVED, late.sha256)
        assert got.receipt != first
        assert desk.outbox.get(early.uuid).state is DeliveryState.RECEIVED
        log = {each.event: each for each in desk.outbox.log()}
        assert log["queued again"].item == late.uuid
        assert any(first in each.detail for each in desk.outbox.log() if each.event == "received")
        assert desk.endpoints.row(central).epoch == restored.central.info().epoch
        assert desk.sync.now()[0].sent == 0


def test_a_key_that_the_pinned_one_vouches_for_is_taken_and_another_is_not(desk, running, central):
    first = queued(desk)
    running.central.keys.rotate()
    (done,) = desk.sync.now()
    assert done.received == 1
    assert state_of(desk, first.uuid) == "received"
    assert len(json.loads(desk.endpoints.row(central).jwks)["keys"]) == 2
    with desk.store.write() as connection:
        row = endpoint_rows.endpoint(connection, central)
        strange = json.loads(row.jwks)
        for key in strange["keys"]:
            key["x"] = "A" * 43
        endpoint_rows.change(connection, central, {"jwks": json.dumps(strange)})
    second = queued(desk)
    (done,) = desk.sync.now()
    assert done.needs_you == 1
    got = desk.outbox.get(second.uuid)
    assert (got.receipt, got.trouble.slug) == ("", "receipt")
    assert desk.sync.lines()[0].tone is Tone.NEEDS_YOU


def test_revoked_stops_the_endpoint_until_the_person_mends_it(desk, running, central):
    one = queued(desk)
    running.central.devices.revoke(desk.endpoints.get(central).device_uuid, "stolen", "test")
    (done,) = desk.sync.now()
    assert done.trouble.retry is Retry.ENDPOINT
    assert state_of(desk, one.uuid) in {"queued", "uploading"}
    (line,) = desk.sync.lines()
    assert line.tone is Tone.NEEDS_YOU
    assert line.words.endswith("1 waiting")


def test_waiting_times_are_kept_grow_and_are_passed_over_when_asked(desk, clock, tmp_path):
    desk.sync._round._chance = lambda: 1.0
    with serving(tmp_path / "gone") as running:
        endpoint = signed_in(desk, running, tmp_path)
    queued(desk)
    waits = []
    for _ in range(12):
        desk.sync.now()
        waits.append((desk.endpoints.get(endpoint).next_try_at - clock()).total_seconds())
    assert waits[:5] == [5, 10, 20, 40, 80]
    assert waits[-1] == 900
    assert desk.endpoints.get(endpoint).tries == 12
    clock.walk(3)
    assert "waiting 3 days" in desk.sync.lines()[0].detail


def test_reading_only_refuses(desk, tmp_path, clock):
    from desktop.app import Workspace

    desk.close()
    with Workspace.open(tmp_path / "desk", read_only=True, actor="Jo", clock=clock) as reading:
        assert reading.sync.lines() == ()
        with pytest.raises(ReadOnly):
            reading.sync.now()


def test_a_clock_that_is_wrong_is_said_and_changes_nothing(desk, clock, running, central):
    one = queued(desk)
    clock.walk(40)
    desk.sync.now()
    assert state_of(desk, one.uuid) == "received"
    assert desk.endpoints.get(central).clock_wrong
    assert "clock" in desk.sync.lines()[0].detail


def test_what_nobody_foresaw_is_told_and_ends_no_round_for_good(desk, running, central):
    one = queued(desk)

    def broken():
        raise ArithmeticError

    with at_point("round.info", broken):
        (done,) = desk.sync.now()
    assert done.trouble.slug == "unforeseen"
    assert "ArithmeticError" in desk.sync.lines()[0].detail
    (done,) = desk.sync.now()
    assert (done.trouble, state_of(desk, one.uuid)) == (None, "received")
