"""Files into the evidence store: kept once, one step to undo, everything else refused by name with a sentence."""

from __future__ import annotations

import os
import sys
import threading
import tracemalloc
import unicodedata
from pathlib import Path

import pytest
from evidence_hands import NOON, desk, requirement, write
from hypothesis import given
from hypothesis import strategies as st

from desktop.app import Workspace
from desktop.errors import FileRefused, InvalidInput, NotFound, ReadOnly
from desktop.evidence.model import EvidenceDetails, EvidenceEdit, Target, TargetKind
from desktop.evidence.naming import left_words
from desktop.evidence.taking import Reading, Source, kept_name
from desktop.jobs import Cancelled, Job

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and rights of POSIX")


@pytest.fixture
def at(tmp_path):
    with desk(tmp_path / "acme", "REQ-1", "REQ-2") as made:
        yield made


def kept(at):
    """The files in the evidence folder, and what is left in the staging folder."""
    files = [path.name for path in (at.folder / "evidence").glob("??/*")]
    staging = at.folder / "staging"
    return sorted(files), list(staging.iterdir()) if staging.is_dir() else []


def whys(added):
    return {one.name: one.why for one in added.refused}


def test_a_file_becomes_an_item_with_its_details_and_links_in_one_step(at, tmp_path):
    path = write(tmp_path / "Test report.txt", "all passed")
    details = EvidenceDetails(author="Sam", expires="2027-01-31", tags=("SIT", "a", "sit"))
    added = at.evidence.add([path], details, [requirement(1), requirement(2)])
    assert added.changes.title == "Add ACME-EVD-0001"
    item = at.evidence.get(added.ids[0])
    assert (item.ref, item.details.title, item.details.collector, item.details.collected) == (
        "ACME-EVD-0001",
        "Test report",
        "Jo",
        "2026-11-23",
    )
    assert item.details.tags == ("a", "SIT")
    assert (item.newest.file_name, item.newest.size, item.newest.kind) == ("Test report.txt", 10, "Text")
    assert [use.name.ref for use in at.evidence.used_in(item.id)] == ["REQ-1", "REQ-2"]
    assert [proof.ref for proof in at.evidence.proofs(requirement(1))] == ["ACME-EVD-0001"]
    at.history.undo()
    with pytest.raises(NotFound):
        at.evidence.get(item.id)
    assert at.evidence.counts(TargetKind.REQUIREMENT) == {}
    at.history.redo()
    assert at.evidence.get(item.id) == item
    assert at.evidence.verify().ok


def test_a_reference_is_never_given_twice(at, tmp_path):
    at.evidence.add([write(tmp_path / "one.txt", "1")])
    at.history.undo()
    added = at.evidence.add([write(tmp_path / "two.txt", "2")])
    assert at.evidence.get(added.ids[0]).ref == "ACME-EVD-0002"


def test_titles_of_steps_hold_no_file_names(at, tmp_path):
    added = at.evidence.add([write(tmp_path / "Jane Doe 1012345678901.txt", "1")])
    at.evidence.replace(added.ids[0], write(tmp_path / "John Doe.txt", "2"), "Jane left")
    at.evidence.withdraw(added.ids, "Jane asked for it")
    titles = [row[4] for row in at.history.entries().page(0, 10)]
    assert not [title for title in titles if "Doe" in title or "Jane" in title]


def test_content_that_is_evidence_already_is_linked_and_not_kept_twice(at, tmp_path):
    first = at.evidence.add([write(tmp_path / "a.txt", "same")], targets=[requirement(1)])
    again = at.evidence.add([write(tmp_path / "b.txt", "same")], targets=[requirement(1), requirement(2)])
    assert (again.ids, again.known) == (first.ids, first.ids)
    assert again.changes.title == "Link ACME-EVD-0001"
    assert len(at.evidence.used_in(first.ids[0])) == 2
    nothing = at.evidence.add([tmp_path / "b.txt"], targets=[requirement(2)])
    assert not nothing.changes.subjects
    assert len(kept(at)[0]) == 1


def test_of_the_same_content_given_twice_one_is_kept_and_the_other_told(at, tmp_path):
    added = at.evidence.add([write(tmp_path / "a.txt", "same"), write(tmp_path / "b.txt", "same")])
    assert (len(added.ids), added.known, added.repeats) == (1, (), ("b.txt",))


def test_the_content_of_a_withdrawn_item_becomes_a_new_one(at, tmp_path):
    path = write(tmp_path / "a.txt", "same")
    first = at.evidence.add([path])
    at.evidence.withdraw(first.ids, "wrong system")
    again = at.evidence.add([path])
    assert again.known == ()
    assert again.ids != first.ids


def test_empty_files_are_taken_and_never_taken_for_one_another(at, tmp_path):
    added = at.evidence.add([write(tmp_path / "rejects 1.csv", ""), write(tmp_path / "rejects 2.csv", "")])
    assert [at.evidence.get(one).newest.kind for one in added.ids] == ["Empty file", "Empty file"]
    assert added.repeats == ()


def test_an_empty_file_is_known_by_its_name(at, tmp_path):
    folder = tmp_path / "out"
    first = at.evidence.add(
        [write(folder / "a" / "log.txt", ""), write(folder / "b" / "log.txt", ""), write(folder / "rejects.csv", "")]
    )
    assert (len(first.ids), first.known) == (3, ())
    again = at.evidence.add([folder])
    assert sorted(again.ids) == sorted(again.known) == sorted(first.ids)
    assert not again.changes.subjects
    other = at.evidence.add([write(folder / "c" / "errors.txt", "")])
    assert (len(other.ids), other.known) == (1, ())


def test_details_for_what_is_here_already_are_not_taken_and_said_so(at, tmp_path):
    path = write(tmp_path / "a.txt", "same")
    said = EvidenceDetails(title="Smoke", tags=("SIT", "smoke"), author="Sam")
    (item,) = at.evidence.add([path], said).ids
    again = at.evidence.add([path], EvidenceDetails(title="Load", expires="2026-12-31", tags=("sit",), author="Sam"))
    (left,) = again.left
    assert (left.ref, left.details, left.linked) == ("ACME-EVD-0001", ("title", "expiry"), False)
    assert left_words(left) == "ACME-EVD-0001 is here already: its title and expiry were left as they are."
    assert at.evidence.get(item).details.title == "Smoke"
    linked = at.evidence.add([path], EvidenceDetails(tags=("load",)), [requirement(1)])
    assert left_words(linked.left[0]) == "ACME-EVD-0001 is here already: it was linked; its tags were left as they are."
    assert at.evidence.add([path], said).left == ()
    assert at.evidence.add([path]).left == ()
    assert at.evidence.add_bytes(b"same", "x.txt", EvidenceDetails(expires="2027-01-01")).left[0].details == ("expiry",)


def test_a_folder_is_walked_and_what_is_not_taken_is_told(at, tmp_path):
    folder = tmp_path / "from test tool"
    for name in ("b/2.txt", "b/10.txt", "a.txt"):
        write(folder / name, name)
    for name in (".DS_Store", "b/Thumbs.db", "b/desktop.ini", "~$open.docx", ".git/config"):
        write(folder / name, "x")
    added = at.evidence.add([folder])
    assert [at.evidence.get(one).newest.file_name for one in added.ids] == ["a.txt", "2.txt", "10.txt"]
    assert at.evidence.get(added.ids[1]).newest.origin == str(folder / "b")
    assert sorted(whys(added)) == [
        "from test tool/.DS_Store",
        "from test tool/.git",
        "from test tool/b/Thumbs.db",
        "from test tool/b/desktop.ini",
        "from test tool/~$open.docx",
    ]
    assert all(one.passed_over for one in added.refused)
    assert added.changes.title == "Add 3 pieces of evidence"


@posix
def test_a_picked_link_is_followed_under_its_own_name_and_links_in_folders_are_not(at, tmp_path):
    target = write(tmp_path / "elsewhere" / "real.txt", "real")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.txt").symlink_to(target)
    (folder / "loop").symlink_to(folder)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    added = at.evidence.add([folder / "link.txt"])
    assert at.evidence.get(added.ids[0]).newest.file_name == "link.txt"
    walked = at.evidence.add([folder, tmp_path / "gone.txt"])
    assert walked.ids == ()
    assert set(whys(walked)) == {"folder/link.txt", "folder/loop", "gone.txt"}
    assert "points to nothing" in whys(walked)["gone.txt"]


@posix
def test_pipes_devices_and_what_may_not_be_read_are_refused_and_nothing_waits(at, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    good = write(tmp_path / "good.txt", "good")
    locked = write(tmp_path / "locked.txt", "secret")
    locked.chmod(0)
    added = at.evidence.add([tmp_path / "pipe", Path("/dev/zero"), tmp_path / "missing.txt", locked, good])
    expected = {"pipe", "zero", "missing.txt"} | ({"locked.txt"} if os.geteuid() else set())
    assert set(whys(added)) == expected
    assert "good.txt" in [at.evidence.get(one).newest.file_name for one in added.ids]
    assert all(why.endswith(".") for why in whys(added).values())


@posix
def test_a_pipe_that_took_a_files_place_is_refused_when_it_is_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileRefused, match="pipe"):
        Reading(Source(tmp_path / "pipe", "pipe", "", 10))


@pytest.mark.parametrize("change", ["grows", "shrinks", "is rewritten", "vanishes"])
def test_a_source_that_changes_half_way_is_refused_and_the_others_are_added(at, tmp_path, change):
    path = write(tmp_path / "big.bin", os.urandom(3_000_000))
    good = write(tmp_path / "good.txt", "good")
    told = []

    def act(progress):
        told.append(progress)
        if len(told) != 4:  # after some blocks of the first file
            return
        if change == "grows":
            with path.open("ab") as file:
                file.write(b"x" * 10)
        elif change == "shrinks":
            os.truncate(path, 2_500_000)
        elif change == "is rewritten":
            with path.open("r+b") as file:
                file.write(b"other")
            os.utime(path, (1, 1))
        elif sys.platform != "win32":
            path.unlink()

    added = at.evidence.add([path, good], job=Job(act))
    names = [at.evidence.get(one).newest.file_name for one in added.ids]
    if change == "vanishes":  # an open file can be read to its end
        assert names == ["big.bin", "good.txt"]
    else:
        assert names == ["good.txt"]
        assert "while it was read" in whys(added)["big.bin"]
    assert at.evidence.verify().ok
    assert kept(at)[1] == []


def test_a_cancel_leaves_nothing(at, tmp_path):
    paths = [write(tmp_path / f"{n}.bin", os.urandom(2_500_000)) for n in range(3)]
    told = []

    def cancel(progress):
        told.append(progress)
        if len(told) == 7:
            job.cancel()

    job = Job(cancel)
    with pytest.raises(Cancelled):
        at.evidence.add(paths, job=job)
    assert kept(at) == ([], [])
    assert at.evidence.table().total() == 0
    assert at.store.undo_title() is None


def test_nobody_waits_for_a_large_file_and_it_takes_little_memory(at, tmp_path):
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(150_000_000)
    waited = []

    def others(progress):
        if progress.what == "Copying the files" and progress.done and not waited:
            other = threading.Thread(target=lambda: at.views.save("evidence", "mine", at.evidence.table().view))
            other.start()
            other.join(20)
            waited.append(other.is_alive())

    tracemalloc.start()
    added = at.evidence.add([path], job=Job(others))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert waited == [False]
    assert peak < 40_000_000
    assert at.evidence.get(added.ids[0]).newest.size == 150_000_000


@posix
def test_a_full_disk_is_a_sentence_and_nothing_is_left(at, tmp_path):
    import resource

    path = write(tmp_path / "big.bin", os.urandom(4_000_000))
    small = write(tmp_path / "small.txt", "small")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
    try:
        with pytest.raises(Exception, match=r"The disk is full.*Nothing of this step was saved\.") as refused:
            at.evidence.add([small, path])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert type(refused.value).__name__ == "WorkspaceError"
    assert kept(at) == ([], [])
    assert at.evidence.add([small, path]).changes.count == 2


def test_a_damaged_kept_file_is_made_whole_by_the_same_file(at, tmp_path):
    path = write(tmp_path / "a.txt", "whole")
    added = at.evidence.add([path])
    sha256 = at.evidence.get(added.ids[0]).newest.sha256
    at.blobs.path(sha256).write_bytes(b"broken")
    assert [one.damaged for one in at.evidence.verify().faults] == [True]
    at.evidence.add([path])
    assert at.evidence.verify().ok


def test_the_workspaces_own_files_are_not_taken(at, tmp_path):
    write(tmp_path / "a.txt", "a")
    inside = next(iter(at.evidence.add([tmp_path / "a.txt"]).ids))
    own = at.blobs.path(at.evidence.get(inside).newest.sha256)
    added = at.evidence.add([at.folder / "workspace.db", own, tmp_path])
    assert added.ids == (inside,)
    assert set(whys(added)) >= {"workspace.db", own.name}


def test_a_detail_or_a_target_that_is_wrong_adds_nothing(at, tmp_path):
    path = write(tmp_path / "a.txt", "a")
    for details, field in (
        (EvidenceDetails(collected="yesterday"), "collected"),
        (EvidenceDetails(period_from="2026-02-01", period_to="2026-01-01"), "period_to"),
        (EvidenceDetails(title="x" * 301), "title"),
        (EvidenceDetails(tags=("x" * 61,)), "tags"),
    ):
        with pytest.raises(InvalidInput) as refused:
            at.evidence.add([path], details)
        assert refused.value.field == field
    with pytest.raises(NotFound, match="requirement"):
        at.evidence.add([path], targets=[requirement(99)])
    assert at.evidence.table().total() == 0


def test_a_workspace_for_reading_only_refuses_and_is_still_read(at, tmp_path):
    at.evidence.add([write(tmp_path / "a.txt", "a")])
    with Workspace.open(at.folder, read_only=True) as reader:
        assert reader.evidence.table().total() == 1
        assert reader.evidence.index() == 0
        for step in (
            lambda: reader.evidence.add([tmp_path / "a.txt"]),
            lambda: reader.evidence.add_bytes(b"x", "x.txt"),
            lambda: reader.evidence.replace(1, tmp_path / "a.txt"),
            lambda: reader.evidence.edit([1], EvidenceEdit(title="x")),
        ):
            with pytest.raises(ReadOnly):
                step()


def test_pasted_bytes_are_kept_with_their_origin(at):
    added = at.evidence.add_bytes(b"\x89PNG\r\n\x1a\n", "Screenshot.png", targets=[requirement(1)])
    newest = at.evidence.get(added.ids[0]).newest
    assert (newest.file_name, newest.kind, newest.origin) == ("Screenshot.png", "PNG picture", "clipboard")


def test_names_are_kept_in_one_unicode_form_and_without_marks_nobody_sees(at, tmp_path):
    path = write(tmp_path / unicodedata.normalize("NFD", "Prüfung\u202egpj.txt"), "x")
    assert at.evidence.get(at.evidence.add([path]).ids[0]).newest.file_name == "Prüfunggpj.txt"


@posix
def test_a_name_that_is_no_text_is_kept_as_one(at, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt"))
    path.write_bytes(b"x")
    assert at.evidence.get(at.evidence.add([path]).ids[0]).newest.file_name == "bad\ufffd.txt"


@given(st.text())
def test_any_name_can_be_kept(name):
    made = kept_name(name)
    assert made
    assert made == unicodedata.normalize("NFC", made)
    made.encode()


def test_a_long_path_is_read(at, tmp_path):
    folder = tmp_path.joinpath(*["x" * 60] * 12)
    path = write(folder / ("y" * 200 + ".txt"), "deep")
    assert at.evidence.get(at.evidence.add([path]).ids[0]).newest.size == 4


def test_a_replaced_file_is_another_revision_and_every_link_awaits_confirmation(at, tmp_path):
    item = at.evidence.add([write(tmp_path / "v1.txt", "1")], targets=[requirement(1), requirement(2)]).ids[0]
    changes = at.evidence.replace(item, write(tmp_path / "v2.txt", "2"), "a newer run")
    assert changes.title == "Replace the file of ACME-EVD-0001; 2 links to confirm"
    found = at.evidence.get(item)
    assert [(one.number, one.file_name, one.reason) for one in found.revisions] == [
        (2, "v2.txt", "a newer run"),
        (1, "v1.txt", ""),
    ]
    assert at.evidence.counts(TargetKind.REQUIREMENT) == {1: (1, 1), 2: (1, 1)}
    first, second = at.evidence.used_in(item)
    assert at.evidence.confirm([first.link_id, first.link_id]).count == 1
    assert [use.awaiting for use in at.evidence.used_in(item)] == [False, True]
    assert not at.evidence.replace(item, tmp_path / "v2.txt").subjects
    at.history.undo()
    at.history.undo()
    assert at.evidence.get(item).newest.number == 1
    assert at.evidence.counts(TargetKind.REQUIREMENT) == {1: (1, 0), 2: (1, 0)}
    assert second.target == requirement(2)


def test_what_cannot_replace_is_refused(at, tmp_path):
    item = at.evidence.add([write(tmp_path / "v1.txt", "1")]).ids[0]
    for path in (tmp_path / "nothing.txt", tmp_path):
        with pytest.raises(FileRefused):
            at.evidence.replace(item, path)
    with pytest.raises(NotFound):
        at.evidence.replace(99, tmp_path / "v1.txt")


def test_an_edit_of_many_items_is_one_step(at, tmp_path):
    ids = at.evidence.add([write(tmp_path / f"{n}.txt", str(n)) for n in range(3)], EvidenceDetails(tags=("x",))).ids
    change = EvidenceEdit(expires="2027-01-01", add_tags=("new",), remove_tags=("X",))
    assert at.evidence.edit(ids, change).title == "Change expiry and tags of 3 pieces of evidence"
    assert {at.evidence.get(one).details.tags for one in ids} == {("new",)}
    at.history.undo()
    assert {at.evidence.get(one).details.tags for one in ids} == {("x",)}
    with pytest.raises(InvalidInput) as refused:
        at.evidence.edit(ids, EvidenceEdit(title=" "))
    assert refused.value.field == "title"


def test_links_are_added_once_and_removed(at, tmp_path):
    item = at.evidence.add([write(tmp_path / "a.txt", "a")]).ids[0]
    assert at.evidence.link([item], [requirement(1)], "see page 3").count == 1
    assert at.evidence.link([item], [requirement(1), requirement(2)]).count == 1
    uses = at.evidence.used_in(item)
    assert [use.note for use in uses] == ["see page 3", ""]
    assert at.evidence.unlink([use.link_id for use in uses]).title == "Remove 2 links of evidence"
    assert at.evidence.used_in(item) == ()
    assert not at.evidence.unlink([12345]).subjects
    assert [target for target, *_ in at.evidence.linkable(TargetKind.REQUIREMENT, "REQ-2")] == [requirement(2)]


def test_a_kind_without_names_is_shown_by_number(at, tmp_path):
    target = Target(TargetKind.ANSWER, 7)
    item = at.evidence.add([write(tmp_path / "a.txt", "a")], targets=[target]).ids[0]
    assert at.evidence.used_in(item)[0].name.ref == "answer 7"
    assert at.evidence.linkable(TargetKind.ANSWER) == []


def test_backups_hold_the_evidence(at, tmp_path):
    at.evidence.add([write(tmp_path / "a.txt", "kept")])
    info = at.backup()
    assert info.files == 1
    assert info.made_at == NOON


def test_the_same_files_added_by_several_at_once_are_kept_once(at, tmp_path):
    paths = [write(tmp_path / "source" / f"{n}.bin", os.urandom(300_000)) for n in range(6)]
    made, failed = [], []

    def add():
        try:
            made.append(at.evidence.add(paths))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert failed == []
    assert {added.ids for added in made} == {made[0].ids}
    assert sorted(len(added.known) for added in made) == [0, 6, 6, 6]
    assert at.evidence.table().total() == 6
    assert len(kept(at)[0]) == 6
    assert kept(at)[1] == []
    assert at.evidence.verify().ok
