"""Freezing: all of it in one step or nothing, and from then on the same byte for byte, whatever changes around it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace

import openpyxl
import pytest
from freezing_hands import WalkingClock, a_draft, a_frozen, acme, asked, over, plain

from desktop import __version__
from desktop.app import Workspace
from desktop.errors import InvalidInput, ReadOnly, WorkspaceError
from desktop.jobs import Cancelled, Job
from desktop.participant.model import Participant
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import NotFreezable, Scope, SubmissionDetails, SubmissionState


@pytest.fixture
def clock():
    return WalkingClock()


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


def kept(desk):
    """Every kept file by its name."""
    return {path.name for path in (desk.folder / "evidence").glob("??/*")}


def staged(desk):
    place = desk.folder / "staging"
    return list(place.iterdir()) if place.is_dir() else []


def test_a_frozen_one_says_what_was_gathered_and_stands_in_files_by_its_hash(desk):
    made = a_draft(desk, covering="Dear all")
    gathered = plain(desk.submissions.content(made))
    one = desk.submissions.freeze(made)
    assert one.state is SubmissionState.FROZEN
    assert (one.frozen_by, one.frozen_at) == ("Jo", desk.clock())
    data = desk.submissions.frozen_bytes(made)
    assert hashlib.sha256(data).hexdigest() == one.sha256
    assert plain(desk.submissions.content(made)) == gathered
    body = desk.submissions.body(made)
    assert (body["reference"], body["version"], body["covering"]) == ("ACME-PPIR-0001", 1, "Dear all")
    assert [each["id"] for each in body["recipients"]] == ["BSC", "REC"]
    assert body["deadline"] == {"day": "2026-12-04", "words": "PPIR 31"}
    assert body["changes"] is None
    assert body["supersedes"] is None
    assert {each["kind"] for each in body["packs"]} == {"submissions", "recipients", "milestones"}
    assert body["participant"]["mpids"] == [{"mpid": "ACME", "roles": ["Supplier"]}]
    (workbook,) = desk.submissions.files(made)
    assert workbook.role == "workbook"
    assert desk.submissions.verify_kept(made) == ()
    assert staged(desk) == []


def test_it_stays_the_same_byte_for_byte_whatever_changes(desk, clock):
    request = asked(desk)
    made, _ = desk.submissions.prepare(over(request, recipients=("BSC", "REC")))
    desk.submissions.freeze(made)
    before = desk.submissions.frozen_bytes(made)
    said, files = plain(desk.submissions.content(made)), desk.submissions.files(made)
    workbook = desk.blobs.path(files[0].sha256).read_bytes()
    desk.requests.answer(desk.requests.questions(request)[0].id, "No")
    desk.participant.save(Participant("Other Energy", "OTHER"))
    for scope in desk.participant.scopes():
        desk.participant.remove_scope(scope.id)
    clock.walk(400)
    desk.close()
    with Workspace.open(desk.folder, actor="Kim", clock=clock) as again:
        assert again.submissions.frozen_bytes(made) == before
        assert plain(again.submissions.content(made)) == said
        assert again.submissions.files(made) == files
        assert again.blobs.path(files[0].sha256).read_bytes() == workbook
        assert [one.recipient for one in again.submissions.get(made).recipients] == ["BSC", "REC"]
        assert again.submissions.verify_kept(made) == ()
        assert again.verify().ok


def test_its_workbook_holds_the_content_hash_and_is_saved_as_it_was_frozen(desk, tmp_path):
    made = a_frozen(desk)
    (file,) = desk.submissions.files(made)
    desk.submissions.save_file(made, file, tmp_path / "copy.xlsx")
    assert hashlib.sha256((tmp_path / "copy.xlsx").read_bytes()).hexdigest() == file.sha256
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    told = {one.name: one.value for one in book.custom_doc_props.props}
    assert told["ContentSha256"] == desk.submissions.get(made).content_sha256
    cover = {row[1]: row[2] for row in book["Cover"].iter_rows(values_only=True)}
    assert cover["Made by"] == f"MHHS Desk {__version__}"
    with pytest.raises(InvalidInput):
        desk.submissions.save_file(made, file, desk.folder / "evidence" / "copy.xlsx")


def test_undo_never_goes_back_past_freezing(desk):
    made = a_frozen(desk)
    assert desk.store.undo_title() is None
    assert desk.store.undo_barrier() == "Freeze ACME-PPIR-0001 v1"
    with pytest.raises(WorkspaceError):
        desk.history.undo()
    for refusal in (
        lambda: desk.submissions.edit(made, desk.submissions.get(made).details),
        lambda: desk.submissions.remove(made),
        lambda: desk.submissions.freeze(made),
        lambda: desk.submissions.preview(made, desk.folder.parent / "x.xlsx"),
    ):
        with pytest.raises(InvalidInput, match="is frozen"):
            refusal()


def test_a_newer_version_supersedes_and_says_what_changed(desk):
    request = asked(desk)
    made, _ = desk.submissions.prepare(over(request))
    desk.submissions.freeze(made)
    desk.requests.answer(desk.requests.questions(request)[0].id, "No")
    newer, _ = desk.submissions.new_version(made, "The first answer was wrong")
    assert desk.submissions.get(made).state is SubmissionState.FROZEN
    desk.submissions.freeze(newer)
    assert desk.submissions.get(made).state is SubmissionState.SUPERSEDED
    assert desk.submissions.get(newer).state is SubmissionState.FROZEN
    body = desk.submissions.body(newer)
    assert body["supersedes"] == {
        "reference": "ACME-PPIR-0001",
        "version": 1,
        "sha256": desk.submissions.get(made).sha256,
    }
    assert body["reason"] == "The first answer was wrong"
    assert body["changes"]["before"] == "ACME-PPIR-0001 v1"
    changed = [(row["key"], row["kind"], row["before"], row["after"]) for row in body["changes"]["rows"]]
    assert ("1", "changed", "Yes", "No") in changed
    assert [event.kind.value for event in desk.submissions.events(made)] == ["frozen", "superseded"]
    assert desk.submissions.verify_all_kept() == (("ACME-PPIR-0001 v2", ()), ("ACME-PPIR-0001 v1", ()))


def test_cells_of_another_choice_of_personal_data_are_not_compared(desk):
    made = a_frozen(desk)
    newer, _ = desk.submissions.new_version(made, "They want it in full")
    details = replace(desk.submissions.get(newer).details, mpan_choice=MpanChoice.FULL)
    desk.submissions.edit(newer, details)
    desk.submissions.freeze(newer)
    assert desk.submissions.body(newer)["changes"]["same_choice"] is False


def test_the_same_content_gives_the_same_content_hash_but_for_when_it_was_made(desk, tmp_path, clock):
    made = a_draft(desk)
    shutil.copytree(desk.folder, tmp_path / "twin", ignore=shutil.ignore_patterns("*lock*"))
    first = desk.submissions.freeze(made)
    with Workspace.open(tmp_path / "twin", actor="Jo", clock=clock) as twin:
        second = twin.submissions.freeze(made)
        same = ("tables", "position", "values", "checks", "relies")
        assert [twin.submissions.body(made)[one] for one in same] == [desk.submissions.body(made)[one] for one in same]
        if twin.submissions.body(made)["audit"] == desk.submissions.body(made)["audit"]:
            assert (first.sha256, first.content_sha256) == (second.sha256, second.content_sha256)


# -- nothing is frozen by halves ---------------------------------------------------------------------------------------


def untouched(desk, made, before):
    assert desk.submissions.get(made).state is SubmissionState.DRAFT
    assert desk.submissions.events(made) == ()
    assert desk.submissions.files(made) == ()
    assert staged(desk) == []
    assert desk.store.read().execute("SELECT count(*) FROM frozen_submission").fetchone()[0] == 0
    assert desk.store.read().execute("SELECT max(seq) FROM audit").fetchone()[0] == before


def seq(desk):
    return desk.store.read().execute("SELECT max(seq) FROM audit").fetchone()[0]


def test_what_blocks_is_said_and_nothing_is_frozen(desk):
    made, _ = desk.submissions.prepare(over(asked(desk, questions=0)))
    before = seq(desk)
    with pytest.raises(InvalidInput):
        desk.submissions.freeze(made)
    untouched(desk, made, before)


def test_one_for_nobody_is_not_frozen(desk):
    desk.pit.take()
    gate = desk.pit.gates()[0].id
    made, _ = desk.submissions.prepare(SubmissionDetails("pit_plan", scope=Scope(gate=gate)))
    for scope in desk.participant.scopes():
        desk.participant.remove_scope(scope.id)
    before = seq(desk)
    with pytest.raises(NotFreezable, match="for nobody"):
        desk.submissions.freeze(made)
    untouched(desk, made, before)


@pytest.mark.parametrize("at", range(1, 12))
def test_a_cancel_at_any_moment_leaves_a_draft(desk, at):
    made = a_draft(desk)
    desk.submissions.content(made)  # the secret of row keys is made at the first time
    before, files = seq(desk), kept(desk)
    told = 0

    def progress(_):
        nonlocal told
        told += 1
        if told == at:
            job.cancel()

    job = Job(progress)
    try:
        desk.submissions.freeze(made, job)
    except Cancelled:
        untouched(desk, made, before)
        assert kept(desk) == files
    else:
        assert desk.submissions.verify_kept(made) == ()


def test_what_is_written_meanwhile_is_noticed_and_gathered_anew(desk):
    request = asked(desk)
    made, _ = desk.submissions.prepare(over(request))
    question = desk.requests.questions(request)[0].id
    said = []

    def once(progress):
        if progress.what == "Writing the workbook" and not said:
            said.append(1)
            desk.requests.answer(question, "Changed meanwhile")

    desk.submissions.freeze(made, Job(once))
    assert "Changed meanwhile" in json.dumps(desk.submissions.body(made)["tables"])


def test_what_is_written_again_and_again_is_told(desk):
    request = asked(desk)
    made, _ = desk.submissions.prepare(over(request))
    question = desk.requests.questions(request)[0].id

    def always(progress):
        if progress.what == "Keeping what was frozen":
            desk.requests.answer(question, f"Changed {seq(desk)}")

    with pytest.raises(WorkspaceError, match="Something else was written") as told:
        desk.submissions.freeze(made, Job(always))
    assert told.value.safe == "Nothing was frozen."
    untouched(desk, made, seq(desk))


def test_a_workspace_for_reading_freezes_nothing_and_shows_all(desk, clock):
    made, frozen = a_draft(desk), a_frozen(desk)
    data = desk.submissions.frozen_bytes(frozen)
    desk.close()
    with Workspace.open(desk.folder, clock=clock, read_only=True) as reading:
        assert reading.submissions.frozen_bytes(frozen) == data
        assert reading.submissions.verify_kept(frozen) == ()
        for refusal in (
            lambda: reading.submissions.freeze(made),
            lambda: reading.submissions.export(frozen, desk.folder.parent),
            lambda: reading.submissions.withdraw(frozen, "x"),
        ):
            with pytest.raises(ReadOnly):
                refusal()


def test_a_full_disk_is_said_in_a_sentence_and_leaves_a_draft(desk):
    made = a_draft(desk)
    desk.submissions.content(made)
    before = seq(desk)
    desk.store.writer.execute("PRAGMA max_page_count = 1")  # no larger than it is
    try:
        with pytest.raises(WorkspaceError, match="full"), desk.store.write() as connection:
            connection.execute("CREATE TABLE stuffing AS SELECT zeroblob(5000000) AS room")
        with pytest.raises(WorkspaceError, match="full"):
            desk.submissions.freeze(made)
    finally:
        desk.store.writer.execute("PRAGMA max_page_count = 1073741823")
    assert desk.submissions.verify_all_kept() == ()
    untouched(desk, made, before)


def test_a_preview_says_draft_and_has_no_number(desk, tmp_path):
    made = a_draft(desk)
    desk.submissions.preview(made, tmp_path / "look.xlsx")
    book = openpyxl.load_workbook(tmp_path / "look.xlsx")
    told = {one.name: one.value for one in book.custom_doc_props.props}
    assert not told["SubmissionRef"]
    assert "DRAFT" in str(book.worksheets[0]["A1"].value)
    assert desk.submissions.get(made).state is SubmissionState.DRAFT
