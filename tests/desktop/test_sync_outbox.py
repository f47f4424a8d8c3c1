"""What waits to be sent: shown first, queued once, held back, tried again, left out, withdrawn; nothing is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import sync_fixtures
from sync_hands import a_frozen, with_file
from sync_outbox_hands import an_endpoint, received, refused

from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import EvidenceEdit, Redaction
from desktop.submissions.model import EventKind, RecipientState, Scope, SubmissionDetails, SubmissionState
from desktop.sync.model import DeliveryState
from desktop.sync.wire.envelope import read
from local_db import deliveries as rows

clock, desk = sync_fixtures.clock, sync_fixtures.desk


def envelope(desk, uuid):
    return read(bytes(rows.envelope(desk.store.read(), uuid).bytes))


def only(desk, submission_id):
    (one,) = desk.outbox.deliveries(submission_id=submission_id)
    return one


def standing(desk, submission_id):
    return {one.recipient: one.state for one in desk.submissions.get(submission_id).recipients}


def next_version(desk, submission_id):
    made, _ = desk.submissions.new_version(submission_id, "A figure was wrong")
    desk.submissions.freeze(made)
    return made


def next_steps(desk):
    table = desk.submissions.table(desk.outbox.next_step)
    place = [column.key for column in table.columns].index("next")
    return {table.ids(at, 1)[0]: row[place] for at, row in enumerate(table.page(0, 10))}


def test_frozen_is_not_queued_and_a_route_says_who_gets_it(desk):
    endpoint = an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC", "REC"))
    assert desk.outbox.deliveries() == ()
    bsc, rec = desk.outbox.routes(made)
    assert (bsc.recipient, bsc.endpoint_id, bsc.delivery) == ("BSC", endpoint, "")
    assert (rec.recipient, rec.endpoint_id, rec.endpoint) == ("REC", None, "")


def test_the_next_step_in_the_list_is_to_send_it_only_where_an_endpoint_receives_and_until_it_is_queued(desk):
    made = a_frozen(desk, ("BSC",))
    assert next_steps(desk) == {made: "Export it"}
    an_endpoint(desk, recipients=("REC",))
    assert next_steps(desk) == {made: "Export it"}
    an_endpoint(desk, recipients=("BSC",), name="Elexon")
    assert next_steps(desk) == {made: "Send it"}
    desk.outbox.queue(made)
    assert next_steps(desk) == {made: "Wait for sync"}


def test_what_waits_for_an_endpoint_by_bundles_does_not_wait_for_sync(desk):
    made = a_frozen(desk, ("BSC",))
    an_endpoint(desk, recipients=("BSC",), address="")
    desk.outbox.queue(made)
    assert next_steps(desk) == {made: "Bring it in a bundle"}


def test_evidence_that_needs_redaction_is_said_before_it_goes_as_it_is(desk, tmp_path):
    an_endpoint(desk, recipients=("BSC",))
    path = tmp_path / "screen.txt"
    path.write_text("An address that is to be blacked out", "utf-8")
    (item,) = desk.evidence.add([path]).ids
    desk.evidence.edit([item], EvidenceEdit(redaction=Redaction.NEEDED))
    made, _ = desk.submissions.prepare(
        SubmissionDetails("evidence", scope=Scope(evidence=(item,)), recipients=("BSC",))
    )
    desk.submissions.freeze(made)
    (parcel,) = desk.outbox.preview(made)
    assert parcel.remarks == ("ACME-EVD-0001 is said to need redaction and is internal; it goes as it is.",)
    assert "screen.txt" in [one.name for one in parcel.files]


def test_one_that_is_online_gets_it_before_one_by_bundles_and_a_newer_version_goes_where_the_older_went(desk):
    by_bundles = an_endpoint(desk, recipients=("BSC",), address="")
    first = a_frozen(desk, ("BSC",))
    desk.outbox.queue(first)
    online = an_endpoint(desk, recipients=("BSC",), name="Online")
    other = a_frozen(desk, ("BSC",))
    assert [one.endpoint_id for one in desk.outbox.routes(other)] == [online]
    assert [one.endpoint_id for one in desk.outbox.routes(first)] == [by_bundles]
    assert [one.endpoint_id for one in desk.outbox.routes(next_version(desk, first))] == [by_bundles]


def test_what_will_be_sent_lists_each_file_and_nothing_of_other_recipients(desk, tmp_path):
    an_endpoint(desk, "Programme", recipients=("BSC",))
    an_endpoint(desk, "Code body", recipients=("REC",))
    made = with_file(desk, tmp_path, 3_000, recipients=("BSC", "REC"))
    first, second = desk.outbox.preview(made)
    assert (first.endpoint, second.endpoint) == ("Programme", "Code body")
    assert first.recipients == ("BSCCo (Elexon)",)
    roles = {one.role for one in first.files}
    assert {"body", "workbook", "evidence"} <= roles
    kept = desk.submissions.get(made)
    assert next(one for one in first.files if one.role == "body").sha256 == kept.sha256
    assert all(one.recipient in {"", "BSC"} for one in first.files)
    assert all(one.recipient in {"", "REC"} for one in second.files)
    assert first.size == sum({one.sha256: one.size for one in first.files}.values())
    assert first.mpan_choice is kept.details.mpan_choice
    assert not first.refusals
    assert not second.refusals
    desk.outbox.queue(made)
    for parcel in (first, second):
        (queued,) = desk.outbox.deliveries(endpoint_id=parcel.endpoint_id)
        assert desk.outbox.parcel(queued.uuid).files == parcel.files


def test_queueing_keeps_envelope_delivery_and_events_in_one_step(desk):
    an_endpoint(desk, recipients=("BSC", "REC"))
    made = a_frozen(desk, ("BSC", "REC"))
    steps = desk.store.undo_title()
    changed = desk.outbox.queue(made)
    assert changed.count == 1
    one = only(desk, made)
    assert (one.state, one.recipients, one.act) == (DeliveryState.QUEUED, ("BSC", "REC"), "submit")
    assert set(standing(desk, made).values()) == {RecipientState.QUEUED}
    said = envelope(desk, one.uuid)
    assert (said.id, said.reference, said.version, said.supersedes) == (one.uuid, "ACME-PPIR-0001", 1, "")
    assert (said.recipients, said.here, said.participant) == (("BSC", "REC"), ("BSC", "REC"), "acme")
    assert desk.submissions.verify_kept(made) == ()
    assert desk.store.undo_title() == steps


def test_a_draft_a_withdrawn_one_and_one_for_nobody_known_are_not_queued(desk):
    from freezing_hands import a_draft

    with pytest.raises(InvalidInput, match="not frozen yet"):
        desk.outbox.preview(a_draft(desk))
    made = a_frozen(desk)
    with pytest.raises(InvalidInput, match="No endpoint receives for"):
        desk.outbox.queue(made)
    an_endpoint(desk, recipients=("BSC",))
    desk.submissions.withdraw(made, "Wrong figures")
    with pytest.raises(InvalidInput, match="was withdrawn"):
        desk.outbox.queue(made)
    with pytest.raises(InvalidInput, match="is not for"):
        desk.outbox.preview(a_frozen(desk, ("BSC",)), ["MCC"])
    assert desk.outbox.deliveries() == ()


def test_what_is_queued_already_stays_and_the_rest_is_queued(desk):
    an_endpoint(desk, "First", recipients=("BSC",))
    made = a_frozen(desk, ("BSC", "REC"))
    desk.outbox.queue(made)
    before = only(desk, made)
    with pytest.raises(InvalidInput, match="queued for First already"):
        desk.outbox.queue(made)
    an_endpoint(desk, "Second", recipients=("REC",))
    assert desk.outbox.preview(made)[0].refusals == ("It is queued for First already.",)
    desk.outbox.queue(made)
    assert {one.endpoint for one in desk.outbox.deliveries()} == {"First", "Second"}
    assert desk.outbox.get(before.uuid) == before


def test_an_endpoint_gets_one_envelope_so_all_of_its_recipients_go_together(desk):
    an_endpoint(desk, "Both", recipients=("BSC", "REC"))
    made = a_frozen(desk, ("BSC", "REC"))
    with pytest.raises(InvalidInput, match="choose all of them"):
        desk.outbox.queue(made, ["BSC"])
    assert desk.outbox.deliveries() == ()
    desk.outbox.queue(made, ["rec", "BSCCo (Elexon)"])
    assert only(desk, made).recipients == ("BSC", "REC")


def test_limits_of_the_endpoint_and_a_lost_file_are_said_before_anything_is_queued(desk, tmp_path):
    an_endpoint(desk, recipients=("BSC",), limits={"blob": 2_000})
    made = with_file(desk, tmp_path, 900_000, name="film.mp4")
    (parcel,) = desk.outbox.preview(made)
    assert any("film.mp4 is larger than" in why for why in parcel.refusals)
    lost = next(one for one in parcel.files if one.role == "evidence")
    desk.blobs.path(lost.sha256).unlink()
    assert any("film.mp4 is not in the workspace" in why for why in desk.outbox.preview(made)[0].refusals)
    with pytest.raises(InvalidInput, match=r"film\.mp4"):
        desk.outbox.queue(made)
    assert desk.outbox.deliveries() == ()


def test_not_signed_in_yet_is_said(desk):
    an_endpoint(desk, recipients=("BSC",), participant="")
    (parcel,) = desk.outbox.preview(a_frozen(desk, ("BSC",)))
    assert any("not signed in" in why for why in parcel.refusals)


def test_left_out_is_a_record_and_the_recipient_is_not_waiting_any_more(desk):
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    one = only(desk, made)
    with pytest.raises(InvalidInput, match="Say why"):
        desk.outbox.leave_out(one.uuid, " ")
    desk.outbox.leave_out(one.uuid, "It goes by post")
    assert only(desk, made).state is DeliveryState.LEFT_OUT
    assert standing(desk, made) == {"BSC": RecipientState.FROZEN}
    assert desk.submissions.frozen_bytes(made)
    (taken,) = [each for each in desk.submissions.events(made) if each.kind is EventKind.TAKEN_BACK]
    assert "by post" in taken.note
    assert desk.submissions.verify_kept(made) == ()
    assert desk.outbox.leave_out(one.uuid, "Again").count == 0
    desk.outbox.queue(made)
    again = only(desk, made)
    assert (again.uuid, again.state, again.sha256) == (one.uuid, DeliveryState.QUEUED, one.sha256)
    assert standing(desk, made) == {"BSC": RecipientState.QUEUED}


def test_what_was_received_is_not_left_out(desk):
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    received(desk, only(desk, made))
    with pytest.raises(InvalidInput, match="there is a receipt"):
        desk.outbox.leave_out(only(desk, made).uuid, "Too late")


def test_the_reason_for_leaving_out_is_shown_each_time_and_stays_out_of_the_log_that_goes_to_support(desk, tmp_path):
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    for reason in ("Ask Jo first", "By post instead"):
        desk.outbox.queue(made)
        uuid = only(desk, made).uuid
        refused(desk, only(desk, made), "invalid", 422)
        desk.outbox.leave_out(uuid, reason)
        assert desk.outbox.get(uuid).left_out == reason
        assert desk.outbox.get(uuid).trouble.slug == "invalid", "what the endpoint said stays known"
    told = [line.detail for line in desk.outbox.history(uuid) if line.event == "left out"]
    assert told == ["Ask Jo first", "By post instead"]
    desk.outbox.export_log(tmp_path / "log.txt")
    assert "Jo" not in (tmp_path / "log.txt").read_text("utf-8")
    desk.outbox.queue(made)
    assert desk.outbox.get(uuid).left_out == ""


def test_a_newer_version_replaces_the_one_that_went_there(desk):
    an_endpoint(desk, recipients=("BSC",))
    first = a_frozen(desk, ("BSC",))
    desk.outbox.queue(first)
    second = next_version(desk, first)
    desk.outbox.queue(second)
    assert envelope(desk, only(desk, second).uuid).supersedes == only(desk, first).uuid
    assert "goes after ACME-PPIR-0001 v1" in only(desk, second).trouble.what


def test_a_newer_version_of_one_that_never_went_replaces_nothing(desk):
    an_endpoint(desk, recipients=("BSC",))
    first = a_frozen(desk, ("BSC",))
    second = next_version(desk, first)
    desk.outbox.queue(second)
    assert envelope(desk, only(desk, second).uuid).supersedes == ""


def test_an_older_version_does_not_follow_a_newer_one(desk):
    an_endpoint(desk, recipients=("BSC",))
    first = a_frozen(desk, ("BSC",))
    second = next_version(desk, first)
    desk.outbox.queue(second)
    with pytest.raises(InvalidInput, match="Version 2 of it was queued"):
        desk.outbox.queue(first)
    desk.outbox.leave_out(only(desk, second).uuid, "The older one is right")
    (parcel,) = desk.outbox.preview(first)
    assert parcel.cautions == ("A newer version supersedes it: that is the one to send.",)
    desk.outbox.queue(first)
    assert only(desk, first).state is DeliveryState.QUEUED


def test_leaving_the_older_one_out_makes_the_newer_one_anew(desk):
    an_endpoint(desk, recipients=("BSC",))
    first = a_frozen(desk, ("BSC",))
    desk.outbox.queue(first)
    second = next_version(desk, first)
    desk.outbox.queue(second)
    before = only(desk, second)
    desk.outbox.leave_out(only(desk, first).uuid, "The newer one is enough")
    old, new = sorted(desk.outbox.deliveries(submission_id=second), key=lambda one: one.state is DeliveryState.QUEUED)
    assert (old.uuid, old.state) == (before.uuid, DeliveryState.LEFT_OUT)
    assert new.state is DeliveryState.QUEUED
    assert new.trouble is None
    assert envelope(desk, new.uuid).supersedes == ""
    assert standing(desk, second) == {"BSC": RecipientState.QUEUED}
    assert desk.outbox.routes(second)[0].delivery == new.uuid


def test_one_that_needs_the_person_stands_in_the_way_of_what_replaces_it_until_it_is_left_out(desk):
    an_endpoint(desk, recipients=("BSC",))
    first = a_frozen(desk, ("BSC",))
    desk.outbox.queue(first)
    refused(desk, only(desk, first), "invalid", 422)
    second = next_version(desk, first)
    with pytest.raises(InvalidInput, match="v1 could not be sent"):
        desk.outbox.queue(second)
    desk.outbox.leave_out(only(desk, first).uuid, "Replaced")
    desk.outbox.queue(second)
    assert envelope(desk, only(desk, second).uuid).supersedes == ""


def test_nothing_is_queued_on_top_of_what_this_workspace_does_not_have(desk):
    """The endpoint said which version stands there: it may be another submission with the same number."""
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    other = "0b0b0b0b-0000-4000-8000-000000000001"
    refused(desk, only(desk, made), "superseded-base", 409, their_base=other)
    desk.outbox.leave_out(only(desk, made).uuid, "Another one is there")
    newer = next_version(desk, made)
    for one in (made, newer):
        with pytest.raises(InvalidInput, match="has a version of ACME-PPIR-0001 that this workspace does not have"):
            desk.outbox.queue(one)


def test_on_top_of_its_own_that_the_endpoint_named_it_can_be_queued(desk):
    an_endpoint(desk, recipients=("BSC",))
    first = a_frozen(desk, ("BSC",))
    desk.outbox.queue(first)
    there = only(desk, first)
    received(desk, there)
    second = next_version(desk, first)
    desk.outbox.queue(second)
    refused(desk, only(desk, second), "superseded-base", 409, their_base=there.uuid)
    desk.outbox.leave_out(only(desk, second).uuid, "Made anew")
    desk.outbox.queue(second)
    assert envelope(desk, desk.outbox.routes(second)[0].delivery).supersedes == there.uuid


def test_withdrawing_leaves_out_what_never_went_and_tells_who_has_it(desk):
    an_endpoint(desk, "Has it", recipients=("BSC",))
    an_endpoint(desk, "Has it not", recipients=("REC",))
    made = a_frozen(desk, ("BSC", "REC"))
    desk.outbox.queue(made)
    there, waits = desk.outbox.deliveries()
    received(desk, there)
    with pytest.raises(InvalidInput, match="was not withdrawn"):
        desk.outbox.queue_withdrawal(made)
    desk.submissions.withdraw(made, "The figures were those of last year")
    assert desk.outbox.queue_withdrawal(made).count == 2
    assert desk.outbox.get(waits.uuid).state is DeliveryState.LEFT_OUT
    told = next(one for one in desk.outbox.deliveries() if one.act == "withdraw")
    said = envelope(desk, told.uuid)
    assert (said.of, said.reason, said.attachments) == (there.uuid, "The figures were those of last year", ())
    assert (told.endpoint, told.size, told.state) == ("Has it", 0, DeliveryState.QUEUED)
    assert desk.outbox.queue_withdrawal(made).count == 0
    assert desk.submissions.get(made).state is SubmissionState.WITHDRAWN
    assert desk.submissions.verify_kept(made) == ()


def test_a_withdrawal_of_one_that_may_be_there_goes_after_it(desk):
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    one = only(desk, made)
    with desk.store.write() as connection:
        rows.change(connection, one.uuid, "2026-11-23", state="sending", tried="2026-11-23T12:00:00+00:00")
    desk.submissions.withdraw(made, "Wrong")
    desk.outbox.queue_withdrawal(made)
    told = next(each for each in desk.outbox.deliveries() if each.act == "withdraw")
    assert "goes after" in told.trouble.what
    assert desk.outbox.get(one.uuid).may_be_there


def test_the_list_begins_with_what_needs_the_person(desk):
    an_endpoint(desk, recipients=("BSC",))
    made = [a_frozen(desk, ("BSC",)) for _ in range(5)]
    for one in made:
        desk.outbox.queue(one)
    received(desk, only(desk, made[0]), "2026-11-23T09:00:00Z")
    received(desk, only(desk, made[3]), "2026-11-23T10:00:00Z")
    refused(desk, only(desk, made[4]), "invalid", 422)
    desk.outbox.leave_out(only(desk, made[2]).uuid, "Not needed")
    assert [one.submission_id for one in desk.outbox.deliveries()] == [made[4], made[1], made[3], made[0], made[2]]


def test_held_back_let_go_and_tried_again(desk):
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    one = only(desk, made)
    desk.outbox.set_paused([one.uuid], True)
    assert only(desk, made).paused
    desk.outbox.set_paused([one.uuid], False)
    assert not only(desk, made).paused
    assert desk.outbox.set_paused([one.uuid], False).count == 0
    assert [line.event for line in desk.outbox.history(one.uuid)] == ["queued", "held back", "let go on"]
    refused(desk, one, "invalid", 422)
    assert only(desk, made).state is DeliveryState.NEEDS_YOU
    assert desk.outbox.try_again().count == 1
    again = only(desk, made)
    assert (again.state, again.trouble, again.next_try_at) == (DeliveryState.QUEUED, None, None)
    with pytest.raises(NotFound):
        desk.outbox.set_paused(["00000000-0000-4000-8000-000000000000"], True)
    with pytest.raises(NotFound):
        desk.outbox.get("00000000-0000-4000-8000-000000000000")


def test_a_receipt_of_the_night_has_the_day_of_great_britain(desk):
    an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    received(desk, only(desk, made), "2026-06-30T23:30:00Z")
    (event,) = [one for one in desk.submissions.events(made) if one.kind is EventKind.RECEIVED]
    assert event.day == "2026-07-01"
    assert standing(desk, made) == {"BSC": RecipientState.RECEIVED}
    assert only(desk, made).received_at == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert desk.submissions.verify_kept(made) == ()


def test_a_receipt_of_what_was_left_out_or_withdrawn_counts_all_the_same(desk):
    an_endpoint(desk, recipients=("BSC",))
    first, second = a_frozen(desk, ("BSC",)), a_frozen(desk, ("BSC",))
    for one in (first, second):
        desk.outbox.queue(one)
    desk.outbox.leave_out(only(desk, first).uuid, "By post")
    received(desk, only(desk, first))
    desk.submissions.withdraw(second, "Wrong")
    received(desk, only(desk, second))
    assert {standing(desk, one)["BSC"] for one in (first, second)} == {RecipientState.RECEIVED}
    assert desk.submissions.verify_all_kept() == tuple((name, ()) for name, _ in desk.submissions.verify_all_kept())


def test_the_receipt_page_stands_by_itself_and_shows_what_is_in_it(desk):
    an_endpoint(desk, "<Central & Sons>", recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    with pytest.raises(InvalidInput, match="no receipt"):
        desk.outbox.receipt_text(only(desk, made).uuid)
    received(desk, only(desk, made))
    one = only(desk, made)
    page = desk.outbox.receipt_text(one.uuid)
    assert "&lt;Central &amp; Sons&gt;" in page
    assert "<Central" not in page
    assert one.receipt in page
    assert one.sha256 in page
    assert all(file.sha256 in page for file in desk.outbox.parcel(one.uuid).files)
    assert "is not accepted" in page
    assert "http" not in page.replace("https://mhhs", "").lower().split("<body>")[1]


def test_the_log_for_support_has_no_meter_numbers_no_tokens_and_no_home(desk, tmp_path, own_home):
    from local_db import sync_log
    from local_db.sync_log import LogRow

    endpoint = an_endpoint(desk, recipients=("BSC",))
    made = a_frozen(desk, ("BSC",))
    desk.outbox.queue(made)
    detail = f"1200023456789 in {own_home}/files, Authorization: Bearer canary-token, code=canary-code"
    with desk.store.write() as connection:
        sync_log.add(connection, LogRow("2026-11-23T12:00:01+00:00", endpoint, "item", "waits", detail, "rq-1"))
    desk.outbox.export_log(tmp_path / "log.txt")
    text = (tmp_path / "log.txt").read_text()
    assert "canary" not in text
    assert "1200023456789" not in text
    assert str(own_home) not in text
    assert "rq-1" in text
    assert "submit ACME-PPIR-0001 v1" in text
    assert [one.event for one in desk.outbox.log()] == ["waits", "queued"]
    assert json.dumps([one.detail for one in desk.outbox.log(limit=1)])
