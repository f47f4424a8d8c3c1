"""Signing, superseding, withdrawing, what is said afterwards, exporting; nothing is ever half done."""

from __future__ import annotations

import base64
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from signing_hands import (
    NAME,
    PASSPHRASE,
    WORDS,
    acme,
    body_of,
    draft,
    own_pack,
    shipped_body,
    sign,
    with_key,
)

from desktop.declarations.model import (
    SIGNATURE_WORDS,
    DeclarationState,
    SignatoryWords,
    SigningRefused,
)
from desktop.declarations.scan_look import look_at, must_be_as_shown
from desktop.declarations.scans import read_scan
from desktop.declarations.verify import verify
from desktop.errors import FileRefused, InvalidInput, PlainError, WorkspaceError
from desktop.jobs import Job

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


def withdraw(desk, made, grounds="The wrong day"):
    return desk.declarations.withdraw(made, grounds, WORDS, passphrase=PASSPHRASE)


def untouched(desk, made, head):
    """Nothing of a signature was kept."""
    assert desk.history.head() == head
    assert desk.declarations.get(made).state is DeclarationState.DRAFT
    assert desk.declarations.events(made) == ()
    with pytest.raises(InvalidInput, match="not signed yet"):
        desk.declarations.files(made)


# -- what is signed ---------------------------------------------------------------------------------------------------


def test_a_signature_freezes_what_was_read(desk):
    made = draft(desk)
    head = desk.history.head()
    sheet = desk.declarations.sheet(made)
    with_key(desk)
    copy = sign(desk, made)
    body = body_of(desk, made)
    assert body["wording"]["statement"] == sheet.statement
    assert body["wording"]["placeholder"] is True
    assert [one["text"] for one in body["open_items"]] == [one.text for one in sheet.open_items]
    assert {one["id"]: one["answer"] for one in body["answers"]} == {one.id: text for one, text in sheet.answers}
    assert body["signature_kind"] == SIGNATURE_WORDS
    assert body["signatory"]["name"] == NAME
    assert body["signed_at"] == "2026-11-23T12:00:00Z"
    assert body["audit_head"]["seq"] == head.seq + 1  # the key was made in between
    assert {one["kind"] for one in body["packs"]} >= {"declarations", "recipients", "milestones", "cleanse_checks"}
    assert copy.declaration.state is DeclarationState.SIGNED
    assert copy.next_steps
    assert set(copy.files) == {
        "declaration.json", "declaration.sig", "public-key.pem", "declaration.html", "how-to-verify.txt",
    }  # fmt: skip


def test_the_signature_is_of_the_bytes_that_are_exported(desk, tmp_path):
    made = draft(desk)
    sign(desk, made)
    files = desk.declarations.files(made)
    public = base64.b64decode(json.loads(files["declaration.json"])["key"]["public_key"])
    Ed25519PublicKey.from_public_bytes(public).verify(files["declaration.sig"], files["declaration.json"])
    folder = desk.declarations.export(made, tmp_path)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == files
    assert verify(folder).ok


def test_what_the_participant_becomes_later_does_not_change_what_was_signed(desk):
    made = draft(desk)
    sign(desk, made)
    before = desk.declarations.files(made)
    details = desk.declarations.get(made).details
    assert (details.roles, details.recipients) == (("supplier",), ("BSC", "REC", "DIP"))
    desk.participant.save(replace(desk.participant.get(), name="Another Name"))
    assert desk.declarations.files(made) == before
    assert desk.declarations.get(made).details == details
    assert desk.declarations.verify_kept(made).ok


def test_the_copies_go_to_paper_where_there_is_a_printer(desk, tmp_path):
    made = draft(desk)
    with_key(desk)
    digest = desk.declarations.sheet(made).digest
    copy = desk.declarations.sign(
        made, WORDS, digest=digest, passphrase=PASSPHRASE, printer=lambda page: PDF + page[:9].encode()
    )
    assert "declaration.pdf" in copy.files
    assert verify(desk.declarations.export(made, tmp_path)).ok


@pytest.mark.parametrize(("actor", "same"), [("ada  LOVELACE", True), ("Jo", False)])
def test_the_record_says_when_preparer_and_signatory_are_one(tmp_path, clock, actor, same):
    with acme(tmp_path / "desk", clock, actor=actor) as workspace:
        made = draft(workspace)
        copy = sign(workspace, made)
        assert copy.declaration.same_person is same
        assert body_of(workspace, made)["same_person"] is same


def test_the_titles_of_the_log_name_nobody(desk):
    made = draft(desk, prepared_by="Grace Hopper")
    sign(desk, made)
    withdraw(desk, made)
    table = desk.history.entries()
    titles = " ".join(str(cell) for row in table.page(0, 50) for cell in row)
    assert "Lovelace" not in titles
    assert "Hopper" not in titles
    assert "Sign ACME-DEC-0001 v1" in titles
    assert "Withdraw ACME-DEC-0001 v1" in titles


# -- what is refused --------------------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once(desk):
    made = draft(desk, answers={})
    digest = desk.declarations.sheet(made).digest
    head = desk.history.head()
    with pytest.raises(SigningRefused) as refused:
        desk.declarations.sign(made, SignatoryWords(" ", "", "", confirmed=False), digest=digest)
    fields = [one.field for one in refused.value.problems]
    assert fields == ["answer.scope", "answer.rehearsed", "answer.way_back", "name", "position", "capacity", "confirm"]
    assert refused.value.field == "answer.scope"
    untouched(desk, made, head)


def test_without_a_key_nothing_is_signed_and_no_other_persons_key_is_used(desk):
    made = draft(desk)
    with_key(desk, "Somebody Else")
    head = desk.history.head()
    digest = desk.declarations.sheet(made).digest
    with pytest.raises(SigningRefused, match="no signing key") as refused:
        desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE)
    assert refused.value.field == "key"
    untouched(desk, made, head)


@pytest.mark.parametrize("passphrase", ["", "correct horse batterx"])
def test_a_wrong_passphrase_leaves_nothing(desk, passphrase):
    made = draft(desk)
    with_key(desk)
    head = desk.history.head()
    with pytest.raises(InvalidInput) as refused:
        desk.declarations.sign(made, WORDS, digest=desk.declarations.sheet(made).digest, passphrase=passphrase)
    assert refused.value.field == "passphrase"
    untouched(desk, made, head)


def test_a_key_file_that_is_gone_leaves_nothing(desk):
    made = draft(desk)
    with_key(desk)
    for one in (desk.folder / "keys").iterdir():
        one.unlink()
    head = desk.history.head()
    with pytest.raises(PlainError):
        desk.declarations.sign(made, WORDS, digest=desk.declarations.sheet(made).digest, passphrase=PASSPHRASE)
    untouched(desk, made, head)


def test_what_changed_since_it_was_read_is_not_signed(desk):
    made = draft(desk)
    with_key(desk)
    digest = desk.declarations.sheet(made).digest
    desk.declarations.answer(made, "scope", "something else")
    head = desk.history.head()
    with pytest.raises(SigningRefused, match="has changed since you read it") as refused:
        desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE)
    assert refused.value.field == "digest"
    untouched(desk, made, head)


def test_a_capacity_that_may_not_sign_is_refused(desk):
    made = draft(desk)
    with_key(desk)
    digest = desk.declarations.sheet(made).digest
    for capacity in ("delegate", "king"):
        with pytest.raises(SigningRefused) as refused:
            desk.declarations.sign(made, replace(WORDS, capacity=capacity), digest=digest, passphrase=PASSPHRASE)
        assert refused.value.field == "capacity"


def test_it_is_signed_once(desk):
    made = draft(desk)
    digest = desk.declarations.sheet(made).digest
    sign(desk, made)
    with pytest.raises(SigningRefused, match="is signed already"):
        desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE)
    assert len(desk.declarations.events(made)) == 1


def test_of_two_who_sign_at_once_one_does(desk):
    made = draft(desk)
    with_key(desk)
    digest = desk.declarations.sheet(made).digest

    def signing(_number):
        try:
            desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE)
        except PlainError as error:
            return str(error)
        return "signed"

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(signing, range(3)))
    assert results.count("signed") == 1
    assert [one.state.value for one in desk.declarations.events(made)] == ["signed"]
    assert desk.declarations.verify_kept(made).ok


def test_something_written_while_it_is_signed_makes_it_sign_anew_over_the_new_head(desk):
    made = draft(desk)
    with_key(desk)
    written = []

    def printer(page):
        if not written:
            written.append(1)
            desk.participant.save(replace(desk.participant.get(), notes="meanwhile"))
        return PDF

    digest = desk.declarations.sheet(made).digest
    desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE, printer=printer)
    assert desk.declarations.verify_kept(made).ok
    assert body_of(desk, made)["audit_head"]["seq"] == desk.history.head().seq - 1


def test_something_written_again_and_again_leaves_it_unsigned(desk):
    made = draft(desk)
    with_key(desk)
    times = iter(range(99))

    def printer(_page):
        desk.participant.save(replace(desk.participant.get(), notes=f"meanwhile {next(times)}"))
        return PDF

    digest = desk.declarations.sheet(made).digest
    with pytest.raises(WorkspaceError, match="at the same moment"):
        desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE, printer=printer)
    assert desk.declarations.get(made).state is DeclarationState.DRAFT


def test_a_change_of_the_declaration_while_it_is_signed_is_not_signed(desk):
    made = draft(desk)
    with_key(desk)

    def printer(_page):
        desk.declarations.answer(made, "scope", "quickly something else")
        return PDF

    digest = desk.declarations.sheet(made).digest
    with pytest.raises(SigningRefused, match="has changed since you read it"):
        desk.declarations.sign(made, WORDS, digest=digest, passphrase=PASSPHRASE, printer=printer)
    assert desk.declarations.get(made).state is DeclarationState.DRAFT


def test_a_printer_that_fails_leaves_nothing(desk):
    made = draft(desk)
    with_key(desk)
    head = desk.history.head()

    def printer(_page):
        raise WorkspaceError("The printer has no paper.")

    with pytest.raises(WorkspaceError, match="no paper"):
        desk.declarations.sign(
            made, WORDS, digest=desk.declarations.sheet(made).digest, passphrase=PASSPHRASE, printer=printer
        )
    untouched(desk, made, head)


# -- with a signed document -------------------------------------------------------------------------------------------


def test_a_signed_document_stands_for_a_signature(desk, tmp_path):
    made = draft(desk)
    scan = tmp_path / "Signed by Ada.pdf"
    scan.write_bytes(PDF)
    copy = desk.declarations.sign_with_scan(made, WORDS, scan, digest=desk.declarations.sheet(made).digest)
    scan.unlink()
    assert copy.declaration.scan
    assert copy.declaration.fingerprint == ""
    folder = desk.declarations.export(made, tmp_path)
    assert (folder / "signed-document.pdf").read_bytes() == PDF
    assert verify(folder).unproven
    assert verify(folder, sha256=copy.files["declaration.json"]).ok
    assert copy.files["declaration.json"] in copy.next_steps[-1]
    assert desk.declarations.verify_kept(made).ok
    withdraw_refused = pytest.raises(SigningRefused, match="no signing key")
    with withdraw_refused:
        withdraw(desk, made)
    with_key(desk)
    assert withdraw(desk, made).declaration.state is DeclarationState.WITHDRAWN
    assert desk.declarations.verify_kept(made).ok


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.pdf", b""),
        ("run.pdf", b"MZ\0\0" + b"\0" * 600),
        ("script.sh", b"#!/bin/sh\nrm x\n"),
        ("scan.txt", b"x"),
        ("scan.pdf", b"x"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_a_file_that_cannot_stand_for_a_signature_is_refused(desk, tmp_path, name, data):
    made = draft(desk)
    path = tmp_path / name
    path.write_bytes(data)
    head = desk.history.head()
    for one in (path, tmp_path, tmp_path / "nowhere.pdf"):
        with pytest.raises(FileRefused):
            desk.declarations.sign_with_scan(made, WORDS, one, digest=desk.declarations.sheet(made).digest)
    untouched(desk, made, head)


@pytest.mark.parametrize("data", [PDF, b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff" + b"\0" * 40])
def test_what_a_signed_document_is_follows_from_its_bytes(tmp_path, data):
    path = tmp_path / "scan.dat"
    path.write_bytes(data)
    assert read_scan(path).data == data


def test_a_signed_document_is_looked_at_before_it_locks_and_a_change_after_that_is_refused(tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(PDF)
    look = look_at(path, Job())
    assert (look.file_name, look.kind, look.size) == ("scan.pdf", "PDF document", len(PDF))
    assert look.preview.words
    must_be_as_shown(path, look.sha256)
    path.write_bytes(PDF + b"\n")
    with pytest.raises(FileRefused, match="has changed since it was shown"):
        must_be_as_shown(path, look.sha256)


# -- superseding and withdrawing --------------------------------------------------------------------------------------


def test_a_newer_version_supersedes_when_it_is_signed_and_links_back(desk):
    made = draft(desk)
    sign(desk, made)
    first = body_of(desk, made)
    second, _ = desk.declarations.new_version(made, "another day")
    assert desk.declarations.get(made).state is DeclarationState.SIGNED
    sign(desk, second)
    one, other = desk.declarations.get(made), desk.declarations.get(second)
    assert (one.state, one.superseded_by) == (DeclarationState.SUPERSEDED, second)
    assert (other.state, other.supersedes) == (DeclarationState.SIGNED, made)
    link = body_of(desk, second)["supersedes"]
    assert (link["reference"], link["version"], link["reason"]) == ("ACME-DEC-0001", 1, "another day")
    assert link["sha256"] == sign_hash(desk, made)
    assert body_of(desk, made) == first
    assert [each.state.value for each in desk.declarations.events(made)] == ["signed", "superseded"]
    assert all(desk.declarations.verify_kept(each).ok for each in (made, second))


def sign_hash(desk, made):
    from desktop.declarations.body import sha256

    return sha256(desk.declarations.files(made)["declaration.json"])


def test_a_withdrawal_is_a_signed_record_of_its_own(desk, tmp_path):
    made = draft(desk)
    sign(desk, made)
    before = desk.declarations.files(made)
    copy = withdraw(desk, made, "  The wrong\nday  ")
    assert copy.declaration.state is DeclarationState.WITHDRAWN
    assert desk.declarations.files(made) == before
    body = json.loads(desk.declarations.withdrawal_files(made)["declaration.json"])
    assert body["grounds"] == "The wrong\nday"
    assert body["withdraws"] == {"reference": "ACME-DEC-0001", "version": 1, "sha256": sign_hash(desk, made)}
    folder = desk.declarations.export(made, tmp_path)
    assert verify(folder).ok
    assert verify(tmp_path / "ACME-DEC-0001-v1-withdrawal").ok
    assert any("withdrawn" in note for note in verify(folder).notes)
    assert desk.declarations.verify_kept(made).ok


def test_what_does_not_stand_is_not_withdrawn(desk):
    made = draft(desk)
    with pytest.raises(InvalidInput, match="is not signed"):
        withdraw(desk, made)
    sign(desk, made)
    with pytest.raises(SigningRefused) as refused:
        withdraw(desk, made, "  ")
    assert refused.value.field == "grounds"
    withdraw(desk, made)
    with pytest.raises(InvalidInput, match="was withdrawn already"):
        withdraw(desk, made)


def test_what_was_signed_can_be_withdrawn_when_the_pack_lost_its_wording(desk, tmp_path):
    made = draft(desk)
    sign(desk, made)
    body = shipped_body(desk, "declarations")
    body["wordings"] = body["wordings"][1:]
    own_pack(desk, tmp_path / "p.json", "declarations", body)
    assert withdraw(desk, made).declaration.state is DeclarationState.WITHDRAWN


def test_a_draft_is_signed_though_its_forerunner_was_withdrawn_meanwhile(desk):
    made = draft(desk)
    sign(desk, made)
    second, _ = desk.declarations.new_version(made, "another day")
    withdraw(desk, made)
    sign(desk, second)
    assert desk.declarations.get(made).state is DeclarationState.WITHDRAWN
    assert desk.declarations.get(second).state is DeclarationState.SIGNED
    assert all(desk.declarations.verify_kept(each).ok for each in (made, second))


# -- afterwards -------------------------------------------------------------------------------------------------------


def say(desk, made, *states):
    for state, recipient in states:
        desk.declarations.say(made, DeclarationState(state), recipient=recipient, note="why")
    return desk.declarations.get(made).state.value


def test_received_is_not_accepted(desk):
    made = draft(desk)
    sign(desk, made)
    assert say(desk, made, ("submitted", "")) == "submitted"
    assert say(desk, made, ("acknowledged", "")) == "acknowledged"
    assert say(desk, made, ("returned", "")) == "returned"
    assert say(desk, made, ("submitted", "")) == "submitted"
    assert [one.state.value for one in desk.declarations.events(made)] == [
        "signed", "submitted", "acknowledged", "returned", "submitted",
    ]  # fmt: skip
    assert desk.declarations.verify_kept(made).ok


def test_each_recipient_goes_its_own_way(desk):
    made = draft(desk)
    sign(desk, made)
    assert say(desk, made, ("submitted", "BSC"), ("submitted", "rec code manager")) == "submitted"
    assert say(desk, made, ("acknowledged", "BSC")) == "submitted"
    with pytest.raises(InvalidInput, match="for DIP: it cannot be acknowledged"):
        say(desk, made, ("acknowledged", "DIP"))
    assert say(desk, made, ("returned", "REC")) == "returned"
    assert say(desk, made, ("submitted", "REC"), ("acknowledged", "REC")) == "acknowledged"
    with pytest.raises(InvalidInput, match="is not for"):
        say(desk, made, ("submitted", "MCC"))
    assert desk.declarations.verify_kept(made).ok


@pytest.mark.parametrize("state", ["draft", "ready", "signed", "withdrawn", "superseded"])
def test_only_what_is_told_by_hand_is_said(desk, state):
    made = draft(desk)
    sign(desk, made)
    with pytest.raises(InvalidInput):
        desk.declarations.say(made, DeclarationState(state))


def test_a_step_that_cannot_follow_is_refused(desk):
    made = draft(desk)
    with pytest.raises(InvalidInput, match="not signed yet"):
        say(desk, made, ("submitted", ""))
    sign(desk, made)
    with pytest.raises(InvalidInput, match="It can be submitted"):
        say(desk, made, ("acknowledged", ""))
    say(desk, made, ("submitted", ""))
    with pytest.raises(InvalidInput, match="why it was returned"):
        desk.declarations.say(made, DeclarationState.RETURNED)
    withdraw(desk, made)
    with pytest.raises(InvalidInput, match="is withdrawn"):
        say(desk, made, ("submitted", ""))


# -- export -----------------------------------------------------------------------------------------------------------


def test_an_export_writes_over_nothing(desk, tmp_path):
    made = draft(desk)
    with pytest.raises(InvalidInput, match="not signed yet"):
        desk.declarations.export(made, tmp_path)
    sign(desk, made)
    path = desk.declarations.export(made, tmp_path, as_zip=True)
    assert path.name == "ACME-DEC-0001-v1.zip"
    assert zipfile.is_zipfile(path)
    assert verify(path).ok
    before = path.read_bytes()
    assert desk.declarations.there_already(made, tmp_path, as_zip=True) == (path,)
    assert desk.declarations.export(made, tmp_path, as_zip=True) == path
    path.write_bytes(before + b"x")
    with pytest.raises(FileRefused, match="is there already"):
        desk.declarations.export(made, tmp_path, as_zip=True)
    assert path.read_bytes() == before + b"x"
    with pytest.raises(PlainError):
        desk.declarations.export(made, tmp_path / "nowhere")
    with pytest.raises(PlainError):
        desk.declarations.export(made, desk.folder / "evidence")


@pytest.mark.parametrize("change", ["more", "less", "other", "link"])
def test_a_folder_that_is_not_the_same_is_left_alone_and_refused(desk, tmp_path, change):
    made = draft(desk)
    sign(desk, made)
    path = desk.declarations.export(made, tmp_path)
    (path / ".DS_Store").write_bytes(b"of the system")
    assert desk.declarations.export(made, tmp_path) == path
    if change == "more":
        (path / "note.txt").write_text("mine", encoding="utf-8")
    elif change == "less":
        (path / "declaration.sig").unlink()
    elif change == "other":
        (path / "declaration.sig").write_bytes(b"\0" * 64)
    else:
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    before = sorted(one.name for one in path.iterdir())
    assert desk.declarations.there_already(made, tmp_path) == ()
    with pytest.raises(FileRefused, match="with something else in it"):
        desk.declarations.export(made, tmp_path)
    assert sorted(one.name for one in path.iterdir()) == before


def test_exports_of_one_declaration_are_the_same_bytes(desk, tmp_path):
    made = draft(desk)
    sign(desk, made)
    first, second = (tmp_path / "a", tmp_path / "b")
    first.mkdir()
    second.mkdir()
    one = desk.declarations.export(made, first, as_zip=True)
    assert one.read_bytes() == desk.declarations.export(made, second, as_zip=True).read_bytes()


def test_what_was_signed_survives_backup_and_restore(desk, tmp_path, clock):
    from desktop.app import Workspace, restore

    made = draft(desk)
    sign(desk, made)
    files = desk.declarations.files(made)
    desk.backup(tmp_path / "backup.zip")
    desk.close()
    restore(tmp_path / "backup.zip", tmp_path / "again", clock=clock)
    with Workspace.open(tmp_path / "again", clock=clock) as again:
        assert again.declarations.files(made) == files
        assert again.declarations.verify_kept(made).ok
