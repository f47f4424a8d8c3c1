"""A frozen submission is packed with what it froze, for all or for one, and what was sealed stands in the log."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evidence_hands import requirement
from pack_hands import bagit, body, both, sha256
from signing_hands import NAME, PASSPHRASE, acme, draft, sign, with_key

from desktop.declarations.verify import verify as verify_declaration
from desktop.errors import FileRefused, InvalidInput, NotFound, WorkspaceDamaged
from desktop.evidence.model import Confidentiality, EvidenceDetails, Redaction
from desktop.jobs import Cancelled, Job
from desktop.packs.verify import verify
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import EventKind, RecipientState, Scope, SubmissionDetails
from desktop.submissions.pack_plan import Payload
from local_db.errors import PlainError

MOMENT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    with acme(tmp_path / "acme", lambda: MOMENT) as made:
        with_key(made)
        yield made


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def add(workspace, tmp_path, name: str, data: bytes, **details) -> int:
    path = tmp_path / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return workspace.evidence.add([path], EvidenceDetails(**details)).ids[0]


def frozen(workspace, **details) -> int:
    """A frozen evidence pack, of a file if there is none yet."""
    if not list(workspace.folder.glob("evidence/*")):
        add(workspace, workspace.folder.parent, "plan.txt", b"the plan")
    one, _ = workspace.submissions.prepare(SubmissionDetails("evidence", **details))
    workspace.submissions.freeze(one)
    return one


def packed(workspace, one: int, out, **more):
    return workspace.packs.build(one, out, person=NAME, passphrase=PASSPHRASE, **more)


def payload(folder) -> dict[str, bytes]:
    root = folder / "data"
    return {one.relative_to(root).as_posix(): one.read_bytes() for one in root.rglob("*") if one.is_file()}


def test_a_pack_holds_the_frozen_bytes_the_workbook_and_every_file_of_evidence(workspace, tmp_path, out):
    add(workspace, tmp_path, "Prüf log.txt", b"passed")
    add(workspace, tmp_path, "CON.csv", b"a,b")
    one = frozen(workspace)
    built, changes = packed(workspace, one, out, as_zip=False)
    files = payload(built.parts[0])
    book = workspace.submissions.files(one)[0]
    assert files.pop("submission.json") == workspace.submissions.frozen_bytes(one)
    assert files.pop(book.name)[:2] == b"PK"
    assert files == {
        "evidence/ACME-EVD-0001-r1/Pruf-log.txt": b"passed",
        "evidence/ACME-EVD-0002-r1/file-CON.csv": b"a,b",
    }
    assert (built.files, built.name) == (4, "ACME-EVPK-0001-v1-pack-1")
    assert both(built.parts[0], built.fingerprint).ok
    assert bagit().Bag(str(built.parts[0])).validate()
    assert changes.title == "Seal ACME-EVPK-0001-v1-pack-1"


def test_what_was_sealed_is_kept_and_said_of_each_recipient(workspace, tmp_path, out):
    add(workspace, tmp_path, "log.txt", b"passed")
    one = frozen(workspace, recipients=("BSC", "REC"))
    before = workspace.history.verify().head
    built, _ = packed(workspace, one, out)
    kept = workspace.packs.packs(one)
    assert len(kept) == 1
    assert (kept[0].submission, kept[0].number, kept[0].form) == ("ACME-EVPK-0001 v1", 1, "zip")
    assert kept[0].parts == ((f"{built.name}.zip", built.part_sha256[0], built.parts[0].stat().st_size),)
    assert (kept[0].fingerprint, kept[0].person, kept[0].tag_manifest) == (
        built.fingerprint, NAME, built.tag_manifest_sha256
    )  # fmt: skip
    assert kept[0].audit_head == f"{before.seq} {before.h}"
    with zipfile.ZipFile(built.parts[0]) as inside:
        info = inside.read(f"{built.name}/bag-info.txt").decode()
    assert f"Audit-Head: {before.seq} {before.h}\n" in info
    events = [event for event in workspace.submissions.events(one) if event.kind is EventKind.PACKED]
    assert [(event.recipient, event.file_name, event.sha256) for event in events] == [
        (who, f"{built.name}.zip", built.part_sha256[0]) for who in ("BSC", "REC")
    ]
    states = {standing.recipient: standing.state for standing in workspace.submissions.get(one).recipients}
    assert set(states.values()) == {RecipientState.EXPORTED}
    last = workspace.history.verify().head.seq
    assert "Seal ACME-EVPK-0001-v1-pack-1" in [workspace.history.entry(at).title for at in range(before.seq, last)]
    assert workspace.history.verify().ok
    assert workspace.submissions.verify_kept(one) == ()


def test_each_pack_has_the_next_number_and_the_newest_is_first(workspace, tmp_path, out):
    one, other = frozen(workspace), frozen(workspace)
    for _ in range(2):
        packed(workspace, one, out)
    packed(workspace, other, out)
    assert [pack.name for pack in workspace.packs.packs()] == [
        "ACME-EVPK-0002-v1-pack-1", "ACME-EVPK-0001-v1-pack-2", "ACME-EVPK-0001-v1-pack-1"
    ]  # fmt: skip
    assert len(workspace.packs.packs(one)) == 2


def test_a_pack_for_one_recipient_is_said_of_that_one_only(workspace, out):
    one = frozen(workspace, recipients=("BSC", "REC"))
    built, _ = packed(workspace, one, out, recipient="REC Code Manager", as_zip=False)
    assert "Recipient: REC Code Manager\n" in (built.parts[0] / "bag-info.txt").read_text(encoding="utf-8")
    assert "BSCCo" not in (built.parts[0] / "bag-info.txt").read_text(encoding="utf-8")
    states = {standing.recipient: standing.state for standing in workspace.submissions.get(one).recipients}
    assert states == {"BSC": RecipientState.FROZEN, "REC": RecipientState.EXPORTED}
    assert workspace.packs.packs(one)[0].recipient == "REC"


def test_evidence_can_be_left_out_and_the_index_says_so(workspace, tmp_path, out):
    add(workspace, tmp_path, "log.txt", b"passed")
    add(workspace, tmp_path, "names.txt", b"Ada")
    one = frozen(workspace)
    plan = workspace.packs.plan(one, leave_out=("acme-evd-0002",))
    assert [left.title for left in plan.left_out] == ["ACME-EVD-0002 revision 1, names"]
    built, _ = packed(workspace, one, out, as_zip=False, leave_out=("ACME-EVD-0002",))
    assert not any("EVD-0002" in name for name in payload(built.parts[0]))
    assert both(built.parts[0]).ok
    assert "Left out: ACME-EVD-0002" in (built.parts[0] / "README.txt").read_text(encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        workspace.packs.plan(one, leave_out=("ACME-EVD-0099",))
    assert raised.value.field == "leave_out"


def test_a_submission_without_the_files_of_its_evidence_says_so(workspace, tmp_path, out):
    add(workspace, tmp_path, "log.txt", b"passed")
    one = frozen(workspace, scope=Scope(with_evidence=False))
    plan = workspace.packs.plan(one)
    assert not any(file.path.startswith("evidence/") for file in plan.files)
    assert [(left.title, left.why) for left in plan.left_out] == [
        ("ACME-EVD-0001 revision 1, log", "The submission was made without the files of its evidence.")
    ]
    built, _ = packed(workspace, one, out, as_zip=False)
    assert both(built.parts[0]).ok
    assert b"passed" not in payload(built.parts[0]).values()
    for page in ("README.txt", "index.html"):
        told = " ".join((built.parts[0] / page).read_text(encoding="utf-8").split())
        assert "The submission was made without the files of its evidence." in told


def test_evidence_that_needs_redaction_is_told(workspace, tmp_path):
    add(workspace, tmp_path, "a.txt", b"a", redaction=Redaction.NEEDED, confidentiality=Confidentiality.CONFIDENTIAL)
    add(workspace, tmp_path, "b.txt", b"b", redaction=Redaction.DONE, confidentiality=Confidentiality.CONFIDENTIAL)
    remarks = workspace.packs.plan(frozen(workspace)).remarks
    assert remarks == ("ACME-EVD-0001 is said to need redaction and is confidential; it is in here as it is.",)


@pytest.mark.parametrize(("choice", "words"), [(MpanChoice.COUNTS, "Counts only"), (MpanChoice.FULL, "in full")])
def test_the_choice_of_personal_data_stands_in_the_pack(workspace, out, choice, words):
    one = frozen(workspace, mpan_choice=choice)
    built, _ = packed(workspace, one, out, as_zip=False)
    assert words in (built.parts[0] / "index.html").read_text(encoding="utf-8")
    assert verify(built.parts[0]).personal_data == choice.value


def test_of_files_of_evidence_only_a_pack_that_holds_some_speaks(workspace, out):
    one = frozen(workspace)
    held, _ = packed(workspace, one, out, as_zip=False)
    without, _ = packed(workspace, one, out, as_zip=False, leave_out=("ACME-EVD-0001",))
    for folder, holds in ((held.parts[0], True), (without.parts[0], False)):
        assert ("Files of evidence were added" in (folder / "index.html").read_text(encoding="utf-8")) is holds
        assert both(folder).evidence is holds
        script = [sys.executable, str(folder / "verify_pack.py")]
        told = subprocess.run(script, capture_output=True, text=True, check=True).stdout
        assert ("Personal-Data: last-four; evidence files are as they were kept\n" in told) is holds


def test_a_signed_declaration_lies_in_it_and_verifies_by_itself(workspace, tmp_path, out):
    declaration = draft(workspace)
    sign(workspace, declaration)
    one, _ = workspace.submissions.prepare(SubmissionDetails("declarations", scope=Scope(declarations=(declaration,))))
    workspace.submissions.freeze(one)
    built, _ = packed(workspace, one, out, as_zip=False)
    (found,) = (built.parts[0] / "data" / "declarations").iterdir()
    assert verify_declaration(found).ok
    assert both(built.parts[0]).ok


def test_a_long_table_goes_as_a_file_of_rows(workspace, out):
    requirements(workspace, 5_100)
    gate = workspace.pit.gates()[0].id
    one, _ = workspace.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate=gate)))
    workspace.submissions.freeze(one)
    rows = [table for table in workspace.submissions.body(one)["tables"] if table["lines"]]
    assert rows
    built, _ = packed(workspace, one, out, as_zip=False)
    for table in rows:
        lines = (built.parts[0] / "data" / "rows" / f"{table['id']}.jsonl").read_text(encoding="utf-8").splitlines()
        assert len([json.loads(line) for line in lines]) == table["count"]
    assert both(built.parts[0]).ok


def requirements(workspace, count: int) -> None:
    with workspace.store.write() as connection:
        for at in range(1, count + 1):
            connection.execute("INSERT INTO requirement (key, title, hash) VALUES (?, 'T', 'h')", (f"R-{at}",))


# -- what is refused, and then nothing is left -------------------------------------------------------------------------


def state(workspace):
    return workspace.history.verify().head, workspace.packs.packs()


@pytest.mark.parametrize(
    "case", ["draft", "withdrawn", "person", "nobody", "recipient", "passphrase", "workspace", "gone"]
)
def test_what_cannot_be_packed_is_said_and_nothing_is_written(workspace, out, case):
    one = frozen(workspace)
    more = {"person": NAME, "passphrase": PASSPHRASE}
    where, kind = out, InvalidInput
    if case == "draft":
        one, _ = workspace.submissions.prepare(SubmissionDetails("evidence"))
    elif case == "withdrawn":
        workspace.submissions.withdraw(one, "A mistake")
    elif case == "gone":
        one, kind = 99, NotFound
    elif case == "workspace":
        where = workspace.folder / "evidence"
    else:
        more |= {"person": {"person": "Nobody Else"}, "nobody": {"person": " "}, "recipient": {"recipient": "Ofgem"},
                 "passphrase": {"passphrase": "wrong wrong wrong"}}[case]  # fmt: skip
    before = state(workspace)
    with pytest.raises(kind) as raised:
        workspace.packs.build(one, where, **more)
    assert str(raised.value)
    assert list(out.iterdir()) == []
    assert state(workspace) == before


def test_a_cancel_a_taken_name_and_a_lost_file_note_nothing(workspace, tmp_path, out):
    add(workspace, tmp_path, "log.txt", b"passed" * 9)
    one = frozen(workspace)
    before = state(workspace)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        packed(workspace, one, out, job=job)
    (out / "ACME-EVPK-0001-v1-pack-1.zip").write_bytes(b"mine")
    with pytest.raises(FileRefused):
        packed(workspace, one, out)
    (out / "ACME-EVPK-0001-v1-pack-1.zip").unlink()
    shutil.rmtree(workspace.folder / "evidence")
    with pytest.raises(WorkspaceDamaged):
        packed(workspace, one, out)
    assert list(out.iterdir()) == []
    assert state(workspace) == before


def test_when_it_cannot_be_noted_the_written_pack_goes_again(workspace, out, tmp_path):
    """Withdrawn by another thread while it was written."""
    one = frozen(workspace)

    def tell(progress):
        if progress.what == "Hashing the ZIP" and workspace.submissions.get(one).state.value == "frozen":
            workspace.submissions.withdraw(one, "A mistake")

    with pytest.raises(PlainError):
        packed(workspace, one, out, job=Job(tell))
    assert list(out.iterdir()) == []
    assert workspace.packs.packs() == ()


def test_a_superseded_version_can_still_be_packed(workspace, out):
    one = frozen(workspace)
    newer, _ = workspace.submissions.new_version(one, "A row was wrong")
    workspace.submissions.freeze(newer)
    built, _ = packed(workspace, one, out)
    assert verify(built.parts[0]).reference == "ACME-EVPK-0001 v1"


def test_what_was_proved_stands_beside_each_file(workspace, tmp_path, out):
    requirements(workspace, 1)
    path = tmp_path / "log.txt"
    path.write_bytes(b"passed")
    workspace.evidence.add([path], targets=[requirement(1)])
    one, _ = workspace.submissions.prepare(SubmissionDetails("rttm", scope=Scope(gate=workspace.pit.gates()[0].id)))
    workspace.submissions.freeze(one)
    about = {file.path: file.about for file in workspace.packs.plan(one).files}
    assert "R-1" in about["evidence/ACME-EVD-0001-r1/log.txt"]


def test_each_recipient_gets_its_own_filled_template_and_names_never_clash():
    names = ("Form (v1).xlsx", "form -v1-.XLSX", "Form.xlsx")
    whose = ("BSC", "BSC", "REC")
    made = body({})
    made["files"] += [
        {"role": "template", "recipient": who, "name": name, "sha256": sha256(name.encode()), "size": 1}
        for who, name in zip(whose, names, strict=True)
    ]
    made["files"][0]["name"] = "submission.json"
    made["recipients"] = [{"id": "BSC", "name": "Elexon"}, {"id": "REC", "name": "Code Manager"}]

    def gathered(recipient: str) -> Payload:
        payload = Payload(b"{}", made, Path)
        payload.gather(recipient, (), with_evidence=True)
        return payload

    everybody = gathered("")
    assert [one.path for one in everybody.files] == [
        "submission.json", "submission-2.json", "templates/BSC/Form-v1.xlsx", "templates/BSC/form-v1-2.XLSX",
        "templates/REC/Form.xlsx",
    ]  # fmt: skip
    assert everybody.left_out == []
    one = gathered("REC")
    assert [file.path for file in one.files][2:] == ["templates/REC/Form.xlsx"]
    assert [left.title for left in one.left_out] == ["Form (v1).xlsx (Elexon)", "form -v1-.XLSX (Elexon)"]
