"""Bundles brought to the review pages over real HTTP: taken in, in parts, refused, and the return bundle saved."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from pathlib import Path

import pytest

from central import passing
from desktop.sync.wire import bundle as wire
from desktop.sync.wire import envelope
from tests.central.review_world import REVIEWER, Laptop, body_of, browser, let_in, plain_envelope
from tests.central.waiting import until
from tests.central_server import serving


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("bundles")) as one:
        let_in(one.central)
        yield one


@pytest.fixture(scope="module")
def reviewer(running):
    return browser(running.address, REVIEWER)


@pytest.fixture
def laptop(running):
    return Laptop(running.central, name="Never <b>online</b>")


def bundle_of(laptop: Laptop, most: int = 0, more: bytes = b"", bundle: str = "") -> tuple[str, list[bytes]]:
    """The id of a submission, and the parts of a bundle that carries it."""
    body = json.dumps(body_of()).encode()
    files = [("body", "body.json", body)] + ([("evidence", "log.bin", more)] if more else [])
    attached = tuple(
        envelope.Attachment(role, "", name, hashlib.sha256(data).hexdigest(), len(data)) for role, name, data in files
    )
    made = envelope.Envelope(
        **{**plain_envelope(laptop.participant), "reference": f"R-{uuid.uuid4()}", "attachments": attached}
    )
    data = envelope.to_bytes(made)
    entries = [
        wire.small(f"submissions/{made.id}.json", data),
        wire.small(f"submissions/{made.id}.jws", envelope.sign(data, laptop.key, laptop.uuid).encode()),
        *(
            wire.Entry(f"blobs/{hashlib.sha256(one).hexdigest()}", len(one), one, cut=True)
            for _, _, one in files
        ),
    ]  # fmt: skip
    parts = wire.plan(entries, most)
    endpoint, bundle = laptop.central.identity.uuid, bundle or str(uuid.uuid4())
    written = []
    for number, some in enumerate(parts, start=1):
        header = wire.Header(
            bundle, wire.OUT, endpoint, laptop.participant, laptop.uuid, number, len(parts), "2026-11-23T12:00:00Z",
            submissions=(made.id,),
        )  # fmt: skip
        file = io.BytesIO()
        wire.write(file, "bag", header, some, lambda manifest: envelope.sign(manifest, laptop.key, laptop.uuid))
        written.append(file.getvalue())
    return made.id, written


def bring(who, *parts: bytes, names=()):
    chosen = [("file", (names[number] if names else f"part{number}.zip", one)) for number, one in enumerate(parts)]
    return who.post("/review/bundles", files=chosen)


def nothing_is_left(running) -> bool:
    passing = running.settings.data / "bundles" / "passing"
    return not passing.exists() or list(passing.iterdir()) == []


def test_a_bundle_is_taken_in_and_its_submission_waits_in_the_queue(running, reviewer, laptop):
    one, parts = bundle_of(laptop)
    answer = bring(reviewer, *parts)
    assert answer.status_code == 200
    assert "Everything in it is here." in answer.text
    assert running.central.reviews.one(one).channel == "bundle"
    assert "brought as a bundle" in reviewer.get(f"/review/submissions/{one}").text
    again = bring(reviewer, *parts)
    assert "Here already" in again.text
    assert "Taken in" not in again.text
    assert nothing_is_left(running)


def test_parts_come_now_and_later(running, reviewer, laptop):
    one, parts = bundle_of(laptop, 100 * 1024, bytes(range(256)) * 800)
    assert len(parts) >= 3
    assert "still to come" in bring(reviewer, *parts[1:]).text
    answer = bring(reviewer, parts[0])
    assert "Everything in it is here." in answer.text
    assert running.central.receiving.status("ACME", one)["state"] == "received"


def test_a_bundle_of_another_laptop_with_the_same_id_touches_no_part_that_waits(running, reviewer, laptop):
    bundle, large = str(uuid.uuid4()), bytes(range(256)) * 800
    other = Laptop(running.central, "OTHER")
    one, parts = bundle_of(laptop, 100 * 1024, large, bundle)
    theirs, whole = bundle_of(other, bundle=bundle)
    their_parts = bundle_of(other, 100 * 1024, large, bundle)[1]
    assert "still to come" in bring(reviewer, *parts[1:]).text
    assert "Everything in it is here." in bring(reviewer, *whole).text
    assert running.central.receiving.status("OTHER", theirs)["state"] == "received"
    assert "still to come" in bring(reviewer, their_parts[1]).text
    assert "Everything in it is here." in bring(reviewer, parts[0]).text
    assert running.central.receiving.status("ACME", one)["state"] == "received"


def test_a_kept_part_of_another_bundle_is_refused(running, reviewer, laptop):
    _, parts = bundle_of(laptop, 100 * 1024, bytes(range(256)) * 800)
    _, foreign = bundle_of(Laptop(running.central, "OTHER"), 100 * 1024, bytes(range(256)) * 800)
    assert "still to come" in bring(reviewer, parts[1]).text
    waiting = running.settings.data / "bundles" / "in"
    [kept] = [one for one in waiting.glob("*/*.zip") if one.read_bytes() == parts[1]]
    (kept.parent / "00003.zip").write_bytes(foreign[2])
    answer = bring(reviewer, parts[0])
    assert answer.status_code == 422
    assert "not of one bundle" in answer.text


def test_a_bundle_of_a_laptop_whose_uuid_another_has_is_answered_under_its_own(running, reviewer, laptop, tmp_path):
    twin = Laptop(running.central, "OTHER", uuid_=laptop.uuid)
    one, parts = bundle_of(twin)
    assert "Everything in it is here." in bring(reviewer, *parts).text
    assert running.central.receiving.status("OTHER", one)["state"] == "received"
    [kept] = [each.uuid for each in running.central.devices.all("OTHER") if each.uuid == twin.caller.device]
    path = running.central.bundles.give("OTHER", kept, tmp_path)
    part = wire.Part(path)
    assert part.header.device == laptop.uuid
    assert part.has(f"receipts/{one}.jws")
    part.close()


def test_the_return_bundle_carries_the_receipt_and_stays_nowhere(running, reviewer, laptop, tmp_path):
    one, parts = bundle_of(laptop)
    bring(reviewer, *parts)
    assert "Never &lt;b&gt;online&lt;/b&gt;" in reviewer.get("/review/bundles").text
    answer = reviewer.post(f"/review/bundles/ACME/{laptop.uuid}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="ACME-return-')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    Path(tmp_path / "return.zip").write_bytes(answer.content)
    part = wire.Part(tmp_path / "return.zip")
    assert part.has(f"receipts/{one}.jws")
    part.close()
    until(lambda: nothing_is_left(running))  # it is removed when the answer has gone out


def test_what_a_browser_or_a_killed_worker_left_behind_is_swept_a_day_later(tmp_path):
    left = passing.new_folder(tmp_path)
    (left / "return.zip").write_bytes(b"PK")
    made = left.stat().st_mtime
    assert passing.sweep(tmp_path, made + passing.LONGEST) == 0
    assert passing.sweep(tmp_path, made + passing.LONGEST + 1) == 1
    assert list(left.parent.iterdir()) == []
    assert passing.sweep(tmp_path / "nothing was ever brought here") == 0


@pytest.mark.parametrize("place", ["OTHER/{}", "ACME/11111111-2222-4333-8444-555555555555", "x/y"])
def test_a_return_bundle_is_for_a_laptop_of_that_participant_only(running, reviewer, laptop, place):
    assert reviewer.post(f"/review/bundles/{place.format(laptop.uuid)}").status_code == 404
    assert nothing_is_left(running)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip", b"PK\x03\x04" + b"\x00" * 100])
def test_what_is_no_bundle_is_refused_by_its_name(running, reviewer, data):
    answer = bring(reviewer, data, names=["<script>../../x.zip"])
    assert answer.status_code == 422
    assert "x.zip" in answer.text
    assert "<script" not in answer.text
    assert nothing_is_left(running)


def test_a_changed_bundle_or_one_of_nobody_is_refused(running, reviewer, laptop):
    one, parts = bundle_of(laptop)
    place = parts[0].index(b"Requirements matrix")
    assert bring(reviewer, parts[0][:place] + b"X" + parts[0][place + 1 :]).status_code == 422
    running.central.devices.revoke(laptop.uuid, "lost", "test")
    assert bring(reviewer, *parts).status_code == 403
    assert one not in reviewer.get("/review/?state=all").text


def test_nothing_chosen_is_said(reviewer):
    answer = reviewer.post("/review/bundles", files=[("file", ("", b""))])
    assert answer.status_code == 422
    assert "Choose a bundle" in answer.text


def test_a_name_as_long_as_can_be_is_taken(reviewer, laptop):
    _, parts = bundle_of(laptop)
    assert bring(reviewer, *parts, names=["日" * 200 + ".zip"]).status_code == 200
