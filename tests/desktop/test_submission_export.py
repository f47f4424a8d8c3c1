"""What a submission writes for its recipients: names by their patterns, the same bytes each time, never over others."""

from __future__ import annotations

import hashlib
import os
import zipfile

import openpyxl
import pytest
from freezing_hands import WalkingClock, a_draft, a_frozen, acme
from signing_hands import own_pack

from desktop.errors import FileRefused, InvalidInput, WorkspaceDamaged
from desktop.excel.saving import NotSaved
from desktop.jobs import Cancelled, Job
from desktop.participant.model import Contact
from desktop.report.privacy import BULLETS, MpanChoice
from desktop.submissions.filling.model import CellRule, TableRule, TemplateMapping
from desktop.submissions.model import EventKind, NotFreezable, RecipientState


@pytest.fixture
def clock():
    return WalkingClock()


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


@pytest.fixture
def out(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def patterns(desk, file, **patterns):
    """Take a pack whose recipients want these patterns; a name that ends with * is wanted as a ZIP."""
    body = dict(desk.submissions.pack().body)
    body["delivery"] = [
        {"id": key, "pattern": pattern.rstrip("*"), "zip": pattern.endswith("*")} for key, pattern in patterns.items()
    ]
    own_pack(desk, file, "submissions", body)


def test_names_follow_the_pattern_and_one_file_serves_two(desk, out):
    made = a_frozen(desk, ("BSC", "REC", "MCC"))
    names = desk.submissions.file_names(made)
    assert names == {
        "BSC": ("ACME-PPIR-0001_PPIR_v1_2026-11-23.xlsx",),
        "REC": ("ACME-PPIR-0001_PPIR_v1_2026-11-23.xlsx",),
        "MCC": ("ACME-PPIR-0001_PPIR_v1_2026-11-23.zip",),
    }
    exported, changed = desk.submissions.export(made, out)
    assert {one.recipient: tuple(path.name for path in one.paths) for one in exported} == names
    assert sorted(path.name for path in out.iterdir()) == sorted({name for some in names.values() for name in some})
    assert all(digest(path) == told for one in exported for path, told in zip(one.paths, one.sha256, strict=True))
    assert changed.count == 3
    events = [one for one in desk.submissions.events(made) if one.kind is EventKind.EXPORTED]
    assert {(one.recipient, one.file_name, one.sha256) for one in events} == {
        (one.recipient, one.paths[0].name, one.sha256[0]) for one in exported
    }
    assert {one.state for one in desk.submissions.get(made).recipients} == {RecipientState.EXPORTED}
    assert desk.submissions.get(made).next_step == "Send it, then say so"


def test_a_zip_is_the_same_bytes_each_time_and_holds_what_was_frozen(desk, out, tmp_path):
    made = a_frozen(desk)
    first, _ = desk.submissions.export(made, out, ("bsc",), as_zip=True)
    (tmp_path / "again").mkdir()
    second, _ = desk.submissions.export(made, tmp_path / "again", ("BSCCo (Elexon)",), as_zip=True)
    assert first[0].paths[0].read_bytes() == second[0].paths[0].read_bytes()
    (file,) = desk.submissions.files(made)
    with zipfile.ZipFile(first[0].paths[0]) as packed:
        assert packed.namelist() == ["ACME-PPIR-0001_PPIR_v1_2026-11-23.xlsx"]
        assert hashlib.sha256(packed.read(packed.namelist()[0])).hexdigest() == file.sha256
        assert packed.testzip() is None


def test_what_is_there_stays_and_what_is_there_otherwise_is_refused(desk, out):
    made = a_frozen(desk)
    exported, _ = desk.submissions.export(made, out, ("BSC",))
    path = exported[0].paths[0]
    before = path.stat().st_mtime_ns, len(desk.submissions.events(made))
    desk.submissions.export(made, out, ("BSC",))
    assert (path.stat().st_mtime_ns, len(desk.submissions.events(made))) == before
    path.write_bytes(b"somebody else's")
    with pytest.raises(FileRefused, match="there already"):
        desk.submissions.export(made, out)
    assert path.read_bytes() == b"somebody else's"
    assert [one.name for one in out.iterdir()] == [path.name]


def test_a_link_is_never_written_through(desk, out, tmp_path):
    made = a_frozen(desk)
    (name,) = desk.submissions.file_names(made)["BSC"]
    (out / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused):
        desk.submissions.export(made, out, ("BSC",))
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("inside", ["", "evidence", "staging/x", "a folder of mine"])
def test_the_workspace_itself_is_no_place(desk, inside):
    made = a_frozen(desk)
    place = desk.folder / inside
    place.mkdir(parents=True, exist_ok=True)
    for write in (desk.submissions.export, desk.submissions.write_again):
        with pytest.raises(InvalidInput, match="workspace's own"):
            write(made, place)
    assert not list(desk.folder.rglob("*.xlsx"))
    assert desk.submissions.get(made).next_step == "Export it"


def test_what_was_frozen_is_exported_as_it_was_wanted_then(desk, tmp_path, out):
    patterns(desk, tmp_path / "then.json", BSC="{document} of {reference}", MCC="{document} then*")
    made = a_frozen(desk, ("BSC", "MCC"))
    first, _ = desk.submissions.export(made, out)
    patterns(desk, tmp_path / "now.json", BSC="other*", MCC="other still")
    body = dict(desk.submissions.pack().body)
    body["kinds"] = [{**one, "code": "XX"} for one in body["kinds"]]
    own_pack(desk, tmp_path / "codes.json", "submissions", body)
    (tmp_path / "again").mkdir()
    again, _ = desk.submissions.export(made, tmp_path / "again")
    assert [(one.recipient, [path.name for path in one.paths], one.sha256) for one in again] == [
        (one.recipient, [path.name for path in one.paths], one.sha256) for one in first
    ]


@pytest.mark.parametrize("became", ["superseded", "withdrawn"])
def test_what_was_sent_is_written_again_whatever_became_of_it(desk, out, tmp_path, became):
    made = a_frozen(desk)
    desk.submissions.export(made, out)
    if became == "withdrawn":
        desk.submissions.withdraw(made, "It was the wrong one")
    else:
        newer, _ = desk.submissions.new_version(made, "A row was wrong")
        assert desk.submissions.newer_frozen(made) == ""
        desk.submissions.freeze(newer)
        assert desk.submissions.newer_frozen(made) == desk.submissions.get(newer).name
        assert desk.submissions.newer_frozen(newer) == ""
    before = desk.submissions.events(made)
    (tmp_path / "again").mkdir()
    desk.submissions.write_again(made, tmp_path / "again")
    assert {one.name: digest(one) for one in (tmp_path / "again").iterdir()} == {
        one.name: digest(one) for one in out.iterdir()
    }
    assert desk.submissions.events(made) == before
    for number, file in enumerate(desk.submissions.files(made)):
        desk.submissions.save_file(made, file, out / f"copy {number}")
        assert digest(out / f"copy {number}") == file.sha256


def test_a_folder_that_is_not_there_or_lets_nobody_write_is_said(desk, out):
    made = a_frozen(desk)
    with pytest.raises(NotSaved, match="is not there"):
        desk.submissions.export(made, out / "no such")
    if os.geteuid() != 0:
        out.chmod(0o500)
        with pytest.raises(NotSaved):
            desk.submissions.export(made, out)
        out.chmod(0o700)
    assert {one.state for one in desk.submissions.get(made).recipients} == {RecipientState.FROZEN}


def test_an_export_that_is_cancelled_leaves_nothing(desk, out):
    made = a_frozen(desk, ("BSC", "MCC"))
    job = Job(lambda told: job.cancel() if told.what == "Writing" and told.done == 1 else None)
    with pytest.raises(Cancelled):
        desk.submissions.export(made, out, job=job)
    assert list(out.iterdir()) == []
    assert [one.kind for one in desk.submissions.events(made)] == [EventKind.FROZEN]


def test_a_damaged_kept_file_is_never_exported(desk, out):
    made = a_frozen(desk)
    path = desk.blobs.path(desk.submissions.files(made)[0].sha256)
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(WorkspaceDamaged):
        desk.submissions.export(made, out)
    with pytest.raises(WorkspaceDamaged):
        desk.submissions.save_file(made, desk.submissions.files(made)[0], out / "x.xlsx")
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "pattern", ["{recipient}/{participant}:{date}", "{nobody} {version!r} {reference}", "con", "..", "{"]
)
def test_nothing_is_frozen_under_a_pattern_that_gives_no_name_that_every_system_takes(desk, tmp_path, pattern):
    patterns(desk, tmp_path / "pack.json", BSC=pattern, REC="{participant}")
    with pytest.raises(NotFreezable, match="names that every system takes"):
        a_frozen(desk)


def test_two_zips_of_other_content_never_share_a_name(desk, tmp_path, out):
    patterns(desk, tmp_path / "pack.json", BSC="same", REC="same*")
    made = a_frozen(desk)
    assert desk.submissions.file_names(made) == {"BSC": ("same.xlsx",), "REC": ("same.zip",)}
    desk.submissions.export(made, out)
    assert sorted(one.name for one in out.iterdir()) == ["same.xlsx", "same.zip"]


def test_an_export_is_no_step_of_undo_and_a_draft_has_none(desk, out):
    made = a_frozen(desk)
    draft = a_draft(desk)
    desk.submissions.export(made, out)
    assert desk.store.undo_title() == "Prepare ACME-PPIR-0002"
    for refusal in (
        lambda: desk.submissions.export(draft, out),
        lambda: desk.submissions.file_names(draft),
        lambda: desk.submissions.frozen_bytes(draft),
    ):
        with pytest.raises(InvalidInput, match="not frozen yet"):
            refusal()
    with pytest.raises(InvalidInput) as refused:
        desk.submissions.export(made, out, ("MCC",))
    assert refused.value.field == "recipient"


# -- recipients' own templates -----------------------------------------------------------------------------------------


@pytest.fixture
def returned(desk, tmp_path):
    """BSC has a form of its own: the reference goes into B1, the questions and answers below row 3."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Return"
    sheet["A1"], sheet["C1"] = "Reference", "=LEN(B1)"
    for place, words in enumerate(("Number", "Answer"), start=1):
        sheet.cell(3, place, words)
    book.save(tmp_path / "return.xlsx")
    template, _ = desk.templates.add(tmp_path / "return.xlsx", recipient="BSC", kind="info_request")
    mapping = TemplateMapping(
        (CellRule("Return!B1", "submission.ref"),),
        (TableRule("Return", 3, "questions", (("A", "row_key"), ("B", "answer"))),),
    )
    desk.templates.save_mapping(template.id, mapping)
    return template


def test_who_has_a_template_gets_it_filled_first_then_the_workbook(desk, out, returned):
    made = a_frozen(desk)
    workbook, template = desk.submissions.files(made)
    assert (workbook.role, template.role, template.recipient) == ("workbook", "template", "BSC")
    assert desk.submissions.file_names(made) == {
        "BSC": ("ACME-PPIR-0001_PPIR_v1_2026-11-23.xlsx", "ACME-PPIR-0001_PPIR-workbook_v1_2026-11-23.xlsx"),
        "REC": ("ACME-PPIR-0001_PPIR_v1_2026-11-23_REC.xlsx",),
    }
    exported, _ = desk.submissions.export(made, out)
    assert exported[0].sha256 == (template.sha256, workbook.sha256)
    assert exported[1].sha256 == (workbook.sha256,)
    sheet = openpyxl.load_workbook(exported[0].paths[0])["Return"]
    assert [sheet["B1"].value, sheet["C1"].value] == ["ACME-PPIR-0001", "=LEN(B1)"]
    assert [[cell.value for cell in row] for row in sheet["A4:B5"]] == [["1", "Yes"], ["2", "Yes"]]
    assert desk.submissions.verify_kept(made) == ()


def test_two_recipients_forms_of_one_name_are_kept_under_names_of_their_own(desk, tmp_path, returned):
    theirs, _ = desk.templates.add(tmp_path / "return.xlsx", recipient="REC", kind="info_request")
    desk.templates.save_mapping(theirs.id, TemplateMapping((CellRule("Return!B1", "participant.name"),)))
    made = a_frozen(desk)
    names = {one.recipient: one.name for one in desk.submissions.files(made) if one.role == "template"}
    assert names == {"BSC": "return.xlsx", "REC": "return-REC.xlsx"}
    assert desk.submissions.verify_kept(made) == ()


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        (MpanChoice.FULL, "020 7946 0958"),
        (MpanChoice.LAST_FOUR, f"{BULLETS}0958"),
        (MpanChoice.COUNTS, BULLETS),
    ],
)
def test_a_telephone_goes_into_a_form_as_the_choice_of_personal_data_says(desk, out, returned, choice, shown):
    desk.participant.save_contact(Contact("signatory", "Ann Smith", phone="020 7946 0958"))
    desk.templates.save_mapping(returned.id, TemplateMapping((CellRule("Return!B1", "contact.phone"),)))
    made = a_frozen(desk, ("BSC",), mpan_choice=choice)
    exported, _ = desk.submissions.export(made, out)
    assert openpyxl.load_workbook(exported[0].paths[0])["Return"]["B1"].value == shown


def test_what_was_filled_stays_when_the_template_is_mapped_anew_or_retired(desk, out, returned):
    made = a_frozen(desk)
    desk.templates.save_mapping(returned.id, TemplateMapping((CellRule("Return!B1", "participant.name"),)))
    desk.templates.retire(returned.id, "A newer one came")
    exported, _ = desk.submissions.export(made, out, ("BSC",))
    assert openpyxl.load_workbook(exported[0].paths[0])["Return"]["B1"].value == "ACME-PPIR-0001"
    assert desk.submissions.verify_kept(made) == ()


def test_a_template_that_cannot_be_filled_without_loss_freezes_nothing(desk, returned):
    made = a_draft(desk)
    path = desk.blobs.path(returned.sha256)
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises((FileRefused, WorkspaceDamaged, NotFreezable)):
        desk.submissions.freeze(made)
    assert desk.submissions.files(made) == ()
    assert list((desk.folder / "staging").iterdir()) == []
