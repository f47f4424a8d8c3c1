"""The table of evidence, its search, the check of all files, copies to open or save, and the export."""

from __future__ import annotations

import os
import stat

import openpyxl
import pytest
from evidence_hands import desk, pdf, requirement, write
from hypothesis import given
from hypothesis import strategies as st

from desktop.browse.view import Filter, Op, View
from desktop.errors import FileRefused, InvalidInput, NotFound, WorkspaceDamaged
from desktop.evidence.kept_files import safe_name
from desktop.evidence.model import Confidentiality, EvidenceDetails, EvidenceEdit
from desktop.evidence.searching import match_of
from desktop.excel.saving import NotSaved
from desktop.jobs import Cancelled, Job


@pytest.fixture
def at(tmp_path):
    with desk(tmp_path / "acme", "REQ-1", "REQ-2") as made:
        yield made


def add(at, path, content="x", targets=(), **details):
    return at.evidence.add([write(path, content)], EvidenceDetails(**details), targets).ids[0]


def shown(table, key):
    place = [column.key for column in table.columns].index(key)
    return [row[place] for row in table.page(0, table.count())]


def test_an_item_has_every_state_that_it_is_in(at, tmp_path):
    add(at, tmp_path / "1.txt", "1", [requirement(1)])
    add(at, tmp_path / "2.txt", "2", expires="2026-12-23")
    add(at, tmp_path / "3.txt", "3", [requirement(1)], expires="2026-11-22")
    gone = add(at, tmp_path / "4.txt", "4", expires="2026-11-22")
    stale = add(at, tmp_path / "5.txt", "5", [requirement(1), requirement(2)], expires="2026-11-23")
    at.evidence.withdraw([gone], "wrong system")
    at.evidence.replace(stale, write(tmp_path / "5b.txt", "5b"))
    table = at.evidence.table()
    assert shown(table, "state") == [
        "In use, Awaiting confirmation, Expiring within 30 days",
        "Withdrawn",
        "In use, Expired",
        "Unlinked, Expiring within 30 days",
        "In use",
    ]
    assert shown(table, "used_in")[0] == "REQ-1, REQ-2"
    assert shown(table, "awaiting")[0] == 2
    counts = {one.value: one.count for one in table.facets("state")}
    assert counts == {
        "In use": 3,
        "Unlinked": 1,
        "Awaiting confirmation": 1,
        "Expiring within 30 days": 2,
        "Expired": 1,
        "Withdrawn": 1,
    }
    table.apply(View((Filter("state", Op.IS_ANY, ("Expired",)),)))
    assert shown(table, "ref") == ["ACME-EVD-0003"]
    at.evidence.reinstate([gone])
    table.reload()
    assert table.count() == 2


def test_a_link_to_what_is_not_there_any_more_does_not_count(at, tmp_path):
    item = add(at, tmp_path / "1.txt", targets=[requirement(2)])
    with at.store.write() as connection:
        connection.execute("DELETE FROM requirement WHERE id = 2")
    assert shown(at.evidence.table(), "state") == ["Unlinked"]
    assert at.evidence.used_in(item)[0].name is None


def test_sizes_sort_as_numbers_and_facets_count(at, tmp_path):
    add(at, tmp_path / "a.txt", "x" * 3_000, tags=("SIT", "mail"))
    add(at, tmp_path / "b.txt", "x" * 200_000, collector="Sam", confidentiality=Confidentiality.CONFIDENTIAL)
    add(at, tmp_path / "c.pdf", pdf("x"), tags=("SIT",))
    table = at.evidence.table()
    table.apply(View(sort="size"))
    assert shown(table, "size") == [1, 3, 196]
    assert {one.value: one.count for one in table.facets("tags")} == {"SIT": 2, "mail": 1, "": 1}
    assert {one.value: one.count for one in table.facets("collector")} == {"Jo": 2, "Sam": 1}
    assert {one.value: one.count for one in table.facets("kind")} == {"Text": 2, "PDF document": 1}
    assert [one.value for one in table.facets("confidentiality")] == ["Internal", "Confidential"]


def test_the_search_looks_into_titles_tags_names_and_texts(at, tmp_path):
    first = add(at, tmp_path / "run-17.txt", "the needle lies here", title="Smoke test", tags=("régression",))
    second = add(at, tmp_path / "other.txt", "hay", title="Needle in the title")
    at.evidence.index()
    find = at.evidence.find
    assert find("needle") == [second, first]
    assert find("regress") == [first]
    assert find("run-17.txt") == [first]
    assert find("smoke needle") == [first]
    assert find("smok needle") == []
    assert find("needl") == [second, first]
    assert find("acme-evd-0002") == [second]
    assert find("") == [second, first]
    table = at.evidence.table()
    table.apply(View(text="lies her"))
    assert table.ids(0, 9) == [first]
    at.evidence.replace(first, write(tmp_path / "run-18.txt", "nothing"))
    at.evidence.index()
    assert find("lies") == []
    at.history.undo()
    assert find("lies") == [first]
    at.evidence.edit([first], EvidenceEdit(title="Renamed"))
    assert find("smoke") == []
    assert find("renamed") == [first]


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("searched")
    with desk(folder / "acme") as made:
        add(made, folder / "a.txt", "x", title='A "quoted" title')
        yield made


@given(st.text(max_size=40))
def test_no_words_are_a_wrong_search(searched, text):
    searched.evidence.find(text)


@pytest.mark.parametrize(
    "text", ['"', '""', "a OR", "AND", "NEAR(", "title:", "*", "^a", "a*b", "(", "-x", "\0", "\ud800"]
)
def test_words_that_mean_something_to_the_engine_mean_nothing_here(searched, text):
    searched.evidence.find(text)
    assert match_of(text).count('"') % 2 == 0


def test_damage_and_loss_are_named(at, tmp_path):
    whole = add(at, tmp_path / "whole.txt", "1")
    damaged = add(at, tmp_path / "damaged.txt", "2")
    missing = add(at, tmp_path / "missing.txt", "3")
    paths = {one: at.blobs.path(at.evidence.get(one).newest.sha256) for one in (whole, damaged, missing)}
    paths[damaged].write_bytes(b"4")
    paths[missing].unlink()
    report = at.evidence.verify()
    assert (report.checked, report.bytes) == (3, 3)
    assert [(one.ref, one.title, one.revision, one.damaged) for one in report.faults] == [
        ("ACME-EVD-0002", "damaged", 1, True),
        ("ACME-EVD-0003", "missing", 1, False),
    ]
    assert at.evidence.verified_path(at.evidence.get(whole).newest.sha256) == paths[whole]
    for one in (damaged, missing):
        with pytest.raises(WorkspaceDamaged):
            at.evidence.verified_path(at.evidence.get(one).newest.sha256)
        with pytest.raises(WorkspaceDamaged):
            at.evidence.save_copy(one, tmp_path / "copy")
        with pytest.raises(WorkspaceDamaged):
            at.evidence.copy_to_open(one)
    assert not (tmp_path / "copy").exists()
    assert at.evidence.preview(missing).words.startswith("No preview: the file is missing")


def test_a_copy_to_open_is_read_only_and_nothing_active_is_opened(at, tmp_path):
    item = add(at, tmp_path / "CON report?.txt".replace("?", "_"), "words")
    copy = at.evidence.copy_to_open(item)
    assert copy.read_text() == "words"
    assert not stat.S_IMODE(copy.stat().st_mode) & (stat.S_IWUSR | stat.S_IXUSR)
    for name, content in (("a.exe", b"MZ\0\0"), ("a.bat", b"x"), ("a.html", b"<html>"), ("report.pdf", b"MZ\0\0\0")):
        with pytest.raises(FileRefused, match="can run or act"):
            at.evidence.copy_to_open(add(at, tmp_path / name, content))


def test_each_revision_can_be_saved_and_none_that_is_not_there(at, tmp_path):
    item = add(at, tmp_path / "a.txt", "one")
    at.evidence.replace(item, write(tmp_path / "b.txt", "two"))
    at.evidence.save_copy(item, tmp_path / "copy", 1)
    assert (tmp_path / "copy").read_text() == "one"
    at.evidence.save_copy(item, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "two"
    with pytest.raises(NotFound):
        at.evidence.save_copy(item, tmp_path / "copy", 3)
    with pytest.raises(InvalidInput):
        at.evidence.save_copy(item, at.folder / "workspace.db")


def cells(path, sheet):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4)]


def test_an_export_is_copies_under_safe_names_with_a_list(at, tmp_path):
    first = add(at, tmp_path / "a" / "=cmd report.txt", "1", [requirement(1)], title="=1+1", collected="2026-11-01")
    add(at, tmp_path / "CON.txt", "2")
    add(at, tmp_path / ("n" * 200 + ".txt"), "3")
    at.evidence.withdraw([add(at, tmp_path / "gone.txt", "4")], "old")
    write(tmp_path / "out" / "ACME-EVD-0002 CON.txt", "the person's own")
    made = at.evidence.export(tmp_path / "out")
    assert [path.name for path in made.files[:2]] == ["ACME-EVD-0001 =cmd report.txt", "ACME-EVD-0002 CON (2).txt"]
    assert all(len(path.name.encode()) <= 120 for path in made.files)
    assert made.index.name == "Evidence index 2026-11-23.xlsx"
    assert (tmp_path / "out" / "ACME-EVD-0002 CON.txt").read_text() == "the person's own"
    assert len(made.files) == 3
    heading, *rows = cells(made.index, "Evidence")
    row = dict(zip(heading, rows[0], strict=True))
    assert (row["Reference"], row["Title"], row["File"]) == ("ACME-EVD-0001", "=1+1", "ACME-EVD-0001 =cmd report.txt")
    assert row["SHA-256"] == at.evidence.get(first).newest.sha256
    assert openpyxl.load_workbook(made.index)["Evidence"]["B5"].data_type == "s"
    assert cells(made.index, "What it proves")[1][:4] == ["ACME-EVD-0001", "=1+1", "Requirement", "REQ-1"]
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.endswith(".part")]


def test_a_file_without_an_ending_is_exported_twice_beside_itself(at, tmp_path):
    add(at, tmp_path / "Makefile", "1")
    out = tmp_path / "out"
    assert [path.name for path in at.evidence.export(out).files] == ["ACME-EVD-0001 Makefile"]
    assert [path.name for path in at.evidence.export(out).files] == ["ACME-EVD-0001 Makefile (2)"]


def test_what_comes_to_be_there_while_it_is_exported_is_not_said_to_be_a_full_disk(at, tmp_path):
    add(at, tmp_path / "a.txt", "1")
    out = tmp_path / "out"
    job = Job(lambda _progress: write(out / "ACME-EVD-0001 a.txt", "theirs"))
    with pytest.raises(NotSaved) as refused:
        at.evidence.export(out, job=job)
    assert "came to be there" in str(refused.value)
    assert "Make room" not in str(refused.value)
    assert (out / "ACME-EVD-0001 a.txt").read_text() == "theirs"


def test_an_export_that_stops_leaves_nothing_of_it(at, tmp_path):
    ids = [add(at, tmp_path / f"{n}.txt", str(n)) for n in range(4)]
    out = tmp_path / "new" / "out"
    told = []

    def cancel(progress):
        told.append(progress)
        if len(told) == 3:
            job.cancel()

    job = Job(cancel)
    with pytest.raises(Cancelled):
        at.evidence.export(out, job=job)
    assert not out.exists()
    at.blobs.path(at.evidence.get(ids[3]).newest.sha256).write_bytes(b"?")
    with pytest.raises(WorkspaceDamaged, match="ACME-EVD-0004"):
        at.evidence.export(out)
    assert not out.exists()
    assert len(at.evidence.export(out, ids[:2]).files) == 2


def test_an_export_that_cannot_be_is_refused(at, tmp_path):
    with pytest.raises(InvalidInput):
        at.evidence.export(tmp_path / "out")
    item = add(at, tmp_path / "a.txt", "a")
    for folder in (at.folder, at.folder / "evidence" / "x", tmp_path / "a.txt"):
        with pytest.raises(InvalidInput):
            at.evidence.export(folder)
    with pytest.raises(NotFound):
        at.evidence.export(tmp_path / "out", [item, 99])
    if os.name != "nt":
        with pytest.raises(NotSaved):
            at.evidence.export(tmp_path / "a.txt" / "below")


@given(st.text(max_size=300))
def test_any_kept_name_makes_a_safe_one(name):
    made = safe_name(name, "ACME-EVD-0001 ")
    assert made.startswith("ACME-EVD-0001")
    assert len(made.encode()) <= 120
    assert not set(made) & set('<>:"/\\|?*\0')
