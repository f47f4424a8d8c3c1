"""Bundles both ways with the real service: one submission and one receipt, whatever carried it."""

from __future__ import annotations

import json
import shutil
import zipfile
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import pytest
import sync_fixtures
from pack_hands import bagit
from sync_hands import WalkingClock, a_frozen, acme, at_point, signed_in, with_file

from central import points
from central.central import Central
from central.refusals import Refused
from central.reviews import Said
from desktop.errors import FileRefused, InvalidInput
from desktop.jobs import Cancelled, Job
from desktop.participant.model import Contact
from desktop.sync.model import DeliveryState, EndpointDetails
from desktop.sync.wire import receipts
from local_db import deliveries as rows
from tests.central_server import PARTICIPANTS, serving, settings


class _Died(BaseException):
    pass


clock, ring, desk = sync_fixtures.clock, sync_fixtures.ring, sync_fixtures.desk


@pytest.fixture
def central(tmp_path):
    made = Central(settings(tmp_path / "central"))
    for short, name in PARTICIPANTS.items():
        made.participants.add(short, name, "test")
    yield made
    made.close()


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def invited(desk, central, folder, participant="ACME", **details) -> int:
    """Add the service as an endpoint that is reached by bundles only."""
    path = folder / "endpoint.mhhs-invitation"
    path.write_text(central.devices.invite(participant, "test").to_text(), "utf-8")
    made, _ = desk.endpoints.add_invitation(path, details=EndpointDetails(name="By hand", **details))
    return made


def queued(desk, **more):
    made = a_frozen(desk, ("BSC",), **more)
    desk.outbox.queue(made)
    return desk.outbox.deliveries(submission_id=made)[0]


def returned(central, desk, endpoint, folder):
    return central.bundles.give("ACME", desk.endpoints.get(endpoint).device_uuid, folder)


def test_a_laptop_that_is_never_online_is_enrolled_sends_and_gets_its_receipt(desk, central, out):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    written, _ = desk.bundles.export(endpoint, out)
    assert written.deliveries == (one.uuid,)
    assert desk.outbox.get(one.uuid).state is not DeliveryState.RECEIVED
    assert desk.outbox.get(one.uuid).bundled_at is not None
    left = rows.departures(desk.store.read(), [one.uuid])
    assert {each.what for each in left} == {"file", "envelope"}
    assert {(each.channel, each.file_name) for each in left} == {("bundle", written.paths[0].name)}
    (taken,) = central.bundles.take(written.paths)
    assert {each.result for each in taken.items} == {"accepted"}, taken.items
    assert [each.kind for each in taken.items if each.kind in {"laptop", "submission"}] == ["laptop", "submission"]
    back = returned(central, desk, endpoint, out)
    got, _ = desk.bundles.take([back])
    assert (got.receipts, got.missing, got.notes) == (1, (), ())
    kept = desk.outbox.get(one.uuid)
    assert kept.state is DeliveryState.RECEIVED
    assert receipts.check(kept.receipt, central.info().jwks).number == 1
    assert desk.endpoints.get(endpoint).signed_in_at is not None
    assert desk.endpoints.get(endpoint).last_ok_at is not None, "the return bundle was the last contact"
    again, changes = desk.bundles.take([back])
    assert (again.receipts, again.items, again.already) == (0, 0, 1)
    assert not changes.subjects
    with pytest.raises(InvalidInput):
        desk.bundles.export(endpoint, out)


def test_a_return_never_holds_a_token_or_a_code(desk, central, out):
    endpoint = invited(desk, central, out)
    queued(desk)
    written, _ = desk.bundles.export(endpoint, out)
    central.bundles.take(written.paths)
    with zipfile.ZipFile(returned(central, desk, endpoint, out)) as bag:
        for name in bag.namelist():
            assert b"token" not in bag.read(name)


def test_a_bundle_is_a_bag_for_others_too(desk, central, out, tmp_path):
    endpoint = invited(desk, central, out)
    queued(desk)
    written, _ = desk.bundles.export(endpoint, out, split_mib=0)
    central.bundles.take(written.paths)
    for number, path in enumerate((*written.paths, returned(central, desk, endpoint, out))):
        with zipfile.ZipFile(path) as bag:
            bag.extractall(tmp_path / str(number))
        (top,) = (tmp_path / str(number)).iterdir()
        assert bagit().Bag(str(top)).validate()


def test_parts_come_in_any_order_some_now_and_some_later(desk, central, out):
    endpoint = invited(desk, central, out)
    made = with_file(desk, out, 5 * 2**20 // 2)
    desk.outbox.queue(made)
    written, _ = desk.bundles.export(endpoint, out, split_mib=1)
    assert len(written.paths) == 3
    assert all(path.stat().st_size <= 2**20 for path in written.paths)
    last, first, middle = written.paths[2], written.paths[0], written.paths[1]
    assert central.bundles.take(last)[0].missing == (1, 2)
    assert central.bundles.take([first, last])[0].missing == (2,)
    (taken,) = central.bundles.take(middle)
    assert all(one.ok for one in taken.items), taken.items
    assert not taken.missing
    for order in permutations(written.paths):
        assert {one.result for one in central.bundles.take(order)[0].items} == {"known"}
    assert not list((central.settings.data / "bundles" / "in").glob("*/*.zip"))


def test_what_goes_online_and_in_a_bundle_is_there_once(desk, tmp_path, out):
    with serving(tmp_path / "central") as running:
        endpoint = signed_in(desk, running, tmp_path)
        one = queued(desk)
        written, _ = desk.bundles.export(endpoint, out)
        desk.sync.now()
        online = desk.outbox.get(one.uuid).receipt
        (taken,) = running.central.bundles.take(written.paths)
        assert {each.result for each in taken.items} == {"known"}
        back = returned(running.central, desk, endpoint, out)
        got, _ = desk.bundles.take([back])
        assert (got.receipts, got.already) == (0, 1)
        assert desk.outbox.get(one.uuid).receipt == online
        two = queued(desk)
        written, _ = desk.bundles.export(endpoint, out)
        running.central.bundles.take(written.paths)
        desk.sync.now()
        assert desk.outbox.get(two.uuid).state is DeliveryState.RECEIVED
        assert running.central.participants.get("ACME").receipts == 2


def test_contacts_travel_in_no_bundle_before_a_person_agreed(desk, central, out):
    endpoint = invited(desk, central, out)
    hat = str(desk.participant.choices("hats")[0]["id"])
    desk.participant.save_contact(Contact(hat, "Jo Bloggs", "Manager", "jo@example.org"))
    queued(desk)
    written, _ = desk.bundles.export(endpoint, out)
    (path,) = written.paths
    with zipfile.ZipFile(path) as bundle:
        assert not [one for one in bundle.namelist() if "records/" in one]
    (taken,) = central.bundles.take(written.paths)
    assert "record" not in {one.kind for one in taken.items}
    assert "contacts" not in {one.what for one in rows.departures(desk.store.read(), [""])}


def test_contacts_travel_as_well_where_a_person_agreed(desk, central, out):
    endpoint = invited(desk, central, out, contacts=True)
    hat = str(desk.participant.choices("hats")[0]["id"])
    desk.participant.save_contact(Contact(hat, "Jo Bloggs", "Manager", "jo@example.org"))
    queued(desk)
    written, _ = desk.bundles.export(endpoint, out)
    (taken,) = central.bundles.take(written.paths)
    assert ("record", "contacts", "accepted") in [(one.kind, one.id, one.result) for one in taken.items]
    desk.bundles.take([returned(central, desk, endpoint, out)])
    assert desk.inbox.outgoing_records(endpoint) == ()


def test_answers_decisions_and_content_come_and_go_in_bundles(desk, central, out):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    central.reviews.comment(one.uuid, Said(str(uuid4()), "Which day is meant?"), "R. Viewer")
    body = desk.content.pack("milestones").body
    header = {"kind": "milestones", "version": "2027.1", "status": "sample", "source": "Made up", "date": "2026-11-23"}
    central.packs.publish(json.dumps({**header, "body": body}).encode(), "R. Viewer")
    got, _ = desk.bundles.take([returned(central, desk, endpoint, out)])
    assert (got.receipts, got.packs, got.notes) == (1, 1, ())
    assert [(offer.version, offer.fetched) for offer in desk.inbox.offers()] == [("2027.1", True)]
    (comment,) = desk.reviews.comments(one.submission_id)
    desk.reviews.answer(comment.id, "The first of May")
    (taken,) = central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    assert [(each.kind, each.result) for each in taken.items] == [("comment", "accepted")]
    (thread,) = central.reviews.one(one.uuid).comments
    assert [each.text for each in thread.replies] == ["The first of May"]
    desk.bundles.take([returned(central, desk, endpoint, out)])
    with pytest.raises(InvalidInput):
        desk.bundles.export(endpoint, out)


@pytest.mark.parametrize("point", ["bundle.written", "bundle.named"])
def test_killed_while_it_is_written_nothing_is_said_to_have_left(desk, central, out, point):
    endpoint = invited(desk, central, out)
    one = queued(desk)

    def die():
        raise _Died

    with at_point(point, die), pytest.raises(_Died):
        desk.bundles.export(endpoint, out)
    assert not list(out.glob("*.zip*"))
    assert desk.outbox.get(one.uuid).bundled_at is None
    assert rows.departures(desk.store.read(), [one.uuid]) == []
    assert desk.bundles.export(endpoint, out)[0].deliveries == (one.uuid,)


def test_cancelled_no_file_is_left(desk, central, out):
    endpoint = invited(desk, central, out)
    queued(desk)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        desk.bundles.export(endpoint, out, job=job)
    assert not list(out.glob("*.zip*"))


def test_a_bundle_never_takes_the_place_of_another(desk, central, out):
    endpoint = invited(desk, central, out)
    queued(desk)
    first, _ = desk.bundles.export(endpoint, out)
    before = first.paths[0].read_bytes()
    second, _ = desk.bundles.export(endpoint, out)
    assert second.paths != first.paths
    assert first.paths[0].read_bytes() == before


@pytest.mark.parametrize("point", ["return.enrolled", "return.receipts", "return.changes"])
def test_killed_while_a_return_is_taken_in_it_is_taken_again(desk, central, out, point):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    back = returned(central, desk, endpoint, out)

    def die():
        raise _Died

    with at_point(point, die), pytest.raises(_Died):
        desk.bundles.take([back])
    desk.bundles.take([back])
    assert desk.outbox.get(one.uuid).state is DeliveryState.RECEIVED
    assert desk.endpoints.row(endpoint).cursor == central.feed.page("ACME", "").next


def test_a_return_after_a_new_key_is_believed_through_the_old_one(desk, central, out):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    central.rotate("test")
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    desk.bundles.take([returned(central, desk, endpoint, out)])
    assert desk.outbox.get(one.uuid).state is DeliveryState.RECEIVED


def test_what_a_restored_endpoint_lost_goes_into_the_next_bundle(desk, central, out, tmp_path):
    endpoint = invited(desk, central, out)
    queued(desk)
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    desk.bundles.take([returned(central, desk, endpoint, out)])
    shutil.copytree(tmp_path / "central", tmp_path / "backup")
    two = queued(desk)
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    desk.bundles.take([returned(central, desk, endpoint, out)])
    assert desk.outbox.get(two.uuid).state is DeliveryState.RECEIVED
    restored = Central(settings(tmp_path / "backup"))
    restored.restored("test")
    got, _ = desk.bundles.take([returned(restored, desk, endpoint, out)])
    assert "1 of yours" in got.notes[0]
    assert desk.outbox.get(two.uuid).state is DeliveryState.QUEUED
    assert desk.endpoints.row(endpoint).cursor == restored.feed.page("ACME", "").next
    written, _ = desk.bundles.export(endpoint, out)
    assert written.deliveries == (two.uuid,)
    restored.bundles.take(written.paths)
    desk.bundles.take([returned(restored, desk, endpoint, out)])
    assert desk.outbox.get(two.uuid).state is DeliveryState.RECEIVED
    assert restored.participants.get("ACME").receipts == 2
    restored.close()


def changed(path: Path, target: Path, name_ends: str, data: bytes) -> Path:
    """The same bundle with another entry in it, hashes and all made good, so that only the signature is wrong."""
    import hashlib

    with zipfile.ZipFile(path) as bag:
        held = {one.filename: bag.read(one) for one in bag.infolist()}
    top = next(iter(held)).split("/")[0]
    (name,) = [one for one in held if one.endswith(name_ends)]
    held[name] = data

    def lines(of):
        return "".join(sorted(f"{hashlib.sha256(held[f'{top}/{one}']).hexdigest()}  {one}\n" for one in of)).encode()

    manifest = f"{top}/manifest-sha256.txt"
    held[manifest] = lines(one.removeprefix(f"{top}/") for one in held if "/data/" in one)
    held[f"{top}/tagmanifest-sha256.txt"] = lines(("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "signature.jws"))
    with zipfile.ZipFile(target, "w") as bag:
        for one, content in held.items():
            bag.writestr(one, content)
    return target


def test_a_forged_return_is_refused_and_nothing_taken_in(desk, central, out, tmp_path):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    back = returned(central, desk, endpoint, out)
    forged = changed(back, out / "forged.zip", "000000.json", json.dumps({}).encode())
    other = Central(settings(tmp_path / "another"))
    cut = out / "cut.zip"
    cut.write_bytes(back.read_bytes()[:-100])
    for path in (forged, cut, out / "not there.zip", desk.bundles.export(endpoint, out)[0].paths[0]):
        with pytest.raises(FileRefused):
            desk.bundles.take([path])
    other.close()
    assert desk.outbox.get(one.uuid).state is not DeliveryState.RECEIVED
    assert desk.endpoints.get(endpoint).signed_in_at is None


def test_a_bundle_that_was_changed_or_is_of_nobody_is_refused_by_the_endpoint(desk, central, out):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    path = desk.bundles.export(endpoint, out)[0].paths[0]
    forged = changed(path, out / "forged.zip", f"{one.uuid}.json", b"{}")
    for wrong in (forged, out / "not there.zip"):
        with pytest.raises(Refused):
            central.bundles.take(wrong)
    assert central.devices.all() == ()
    shutil.copy(path, out / "copy.zip")
    assert all(each.ok for each in central.bundles.take(out / "copy.zip")[0].items)
    central.devices.revoke(desk.endpoints.get(endpoint).device_uuid, "lost", "test")
    with pytest.raises(Refused, match="forbidden"):
        central.bundles.take(path)


def test_a_return_for_another_participant_is_refused(desk, central, out, tmp_path):
    endpoint = invited(desk, central, out)
    queued(desk)
    central.bundles.take(desk.bundles.export(endpoint, out)[0].paths)
    with pytest.raises(Refused, match="not-found"):
        central.bundles.give("OTHER", desk.endpoints.get(endpoint).device_uuid, out)
    back = returned(central, desk, endpoint, out)
    with acme(tmp_path / "other desk", WalkingClock()) as other:
        with pytest.raises(FileRefused, match="does not use"):
            other.bundles.take([back])
        folder = tmp_path / "theirs"
        folder.mkdir()
        invited(other, central, folder, "OTHER")
        with pytest.raises(FileRefused, match="for the participant"):
            other.bundles.take([back])


def test_wherever_the_endpoint_dies_the_same_bundle_is_taken_in_whole(desk, central, out, tmp_path):
    endpoint = invited(desk, central, out)
    one = queued(desk)
    desk.outbox.queue(with_file(desk, out, 3 * 2**20 // 2))
    paths = desk.bundles.export(endpoint, out, split_mib=1)[0].paths
    assert len(paths) == 2
    seen = points.Seen()
    points.install(seen)
    try:
        central.bundles.take(paths[1])
        central.bundles.take(paths)
    finally:
        points.install(None)
    assert {"bundle-part-kept", "bundle-taken", "bundle-file", "device-kept"} <= set(seen.reached)
    total = sum(seen.reached.values())
    before = central.receiving.status("ACME", one.uuid)["state"]
    assert before == "received"
    number = 0
    fresh = tmp_path / "fresh"
    for number in range(1, total + 1, 5):
        shutil.rmtree(fresh, ignore_errors=True)
        again = Central(settings(fresh))
        _same_endpoint(again, central)
        left = [number]

        def die(_name, left=left):
            left[0] -= 1
            if left[0] == 0:
                raise _Died

        points.install(die)
        try:
            again.bundles.take(paths[1])
            again.bundles.take(paths)
        except _Died:
            pass
        finally:
            points.install(None)
        (taken,) = again.bundles.take(paths)
        assert all(each.ok for each in taken.items), taken.items
        assert again.participants.get("ACME").receipts == 2
        assert len(again.devices.all()) == 1
        assert again.audit.verify().broken_at is None
        again.close()
    assert number > 20


def _same_endpoint(fresh: Central, of: Central) -> None:
    """Another service with the id and the unused invitation of the first, as a copy of it from before."""
    from sqlalchemy import select, update

    from central.tables import enrolment_code, meta

    fresh.participants.add("ACME", PARTICIPANTS["ACME"], "test")
    with of.db.read() as connection:
        codes = connection.execute(select(enrolment_code)).mappings().all()
    with fresh.db.write() as connection:
        connection.execute(update(meta).where(meta.c.key == "endpoint").values(value=of.identity.uuid))
        connection.execute(enrolment_code.insert(), [{**one, "used_at": "", "used_by": ""} for one in codes])
        fresh.identity.settle(connection)
