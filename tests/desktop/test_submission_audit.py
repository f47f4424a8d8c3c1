"""Whatever is changed in what a workspace keeps of frozen submissions is found, and told with the workspace."""

from __future__ import annotations

import random
import shutil

import pytest
from freezing_hands import WalkingClock, a_draft, acme, asked, over
from signing_hands import NAME, PASSPHRASE, with_key
from sqlcipher3 import dbapi2
from tampering_hands import flipped, raw, write_log_anew

from desktop.app import Workspace
from desktop.submissions.model import EventKind, SubmissionState
from local_db import audit
from local_db.audit import ChainReport

TABLES = {
    "submission": "id", "frozen_submission": "submission_id", "submission_file": "id", "submission_event": "id",
    "sealed_pack": "id",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A superseded version of which much was said and a pack was sealed, a withdrawn one, and a draft: made once."""
    clock, folder = WalkingClock(), tmp_path_factory.mktemp("audit")
    with acme(folder / "busy", clock) as workspace:
        serve = workspace.submissions
        first, _ = serve.prepare(over(asked(workspace), recipients=("BSC", "REC"), covering="Dear all", note="ours"))
        serve.freeze(first)
        (folder / "out").mkdir()
        serve.export(first, folder / "out")
        serve.say(first, EventKind.HANDED_OVER, note="By e-mail")
        serve.say(first, EventKind.RECEIVED, "BSC", their_ref="EL-77")
        serve.take_back(serve.events(first)[-1].id, "It was another one")
        with_key(workspace)
        workspace.packs.build(first, folder / "out", person=NAME, passphrase=PASSPHRASE)
        clock.walk(1)
        second, _ = serve.new_version(first, "An answer was wrong")
        serve.freeze(second)
        serve.withdraw(second, "The wrong request")
        a_draft(workspace)
    return folder / "busy", clock


@pytest.fixture
def busy(made, tmp_path):
    """A copy of it that is open."""
    folder, clock = made
    shutil.copytree(folder, tmp_path / "busy")
    with Workspace.open(tmp_path / "busy", actor="Jo", clock=clock) as workspace:
        yield workspace


def named(workspace) -> list[str]:
    """What does not hold, by name; the check of the workspace says the same."""
    found = [name for name, faults in workspace.submissions.verify_all_kept() if faults]
    assert len(workspace.verify().submissions) == len(found)
    return found


def test_what_the_log_came_to_is_taken_and_not_found_out_again(busy):
    chain = ChainReport(0, audit.Head(0, ""), 1, "it was said so")
    for verified in (busy.submissions.verify_all_kept(chain=chain), busy.declarations.verify_all_kept(chain=chain)):
        assert all("does not hold from entry 1: it was said so" in str(faults) for _, faults in verified)
    assert busy.submissions.verify_all_kept(chain=chain)
    assert busy.verify().ok


def edits(table, column, value):
    """Values that somebody could put there."""
    if isinstance(value, int):
        return [value + 50]
    if value is None:
        return [1]
    if column == "state":
        return [one for one in ("draft", "frozen", "superseded", "withdrawn", "nonsense") if one != value]
    return [f"{value}x", "" if value else "y"]


def test_nothing_is_found_where_nothing_was_changed(busy):
    assert busy.verify().ok
    assert [name for name, _ in busy.submissions.verify_all_kept()] == ["ACME-PPIR-0001 v2", "ACME-PPIR-0001 v1"]


def test_every_column_of_what_is_kept_is_held_against_the_log(busy):
    with raw(busy) as connection:
        missed = []
        for table, key in TABLES.items():
            cursor = connection.execute(f"SELECT rowid, * FROM {table}")
            columns = [one[0] for one in cursor.description][1:]
            for row_id, *row in cursor.fetchall():
                if table == "submission" and "draft" in row:
                    continue
                for column, value in zip(columns, row, strict=True):
                    for new in edits(table, column, value):
                        try:
                            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (new, row_id))
                        except dbapi2.IntegrityError:
                            continue  # two rows never have one number: the table itself refuses it
                        connection.commit()
                        if not [one for one, faults in busy.submissions.verify_all_kept() if faults]:
                            missed.append((table, row_id, column, new))
                        moved = new if column == key and isinstance(new, int) else row_id
                        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, moved))
                        connection.commit()
        assert missed == []
    assert named(busy) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_is_gone_is_missed(busy, table):
    with raw(busy) as connection:
        where = "WHERE state <> 'draft'" if table == "submission" else ""
        connection.execute(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table} {where})")
        connection.commit()
    assert named(busy)
    assert not busy.verify().ok


@pytest.mark.parametrize(
    "forged",
    [
        "INSERT INTO submission_event (submission_id, recipient, kind, at, by) VALUES (1, 'BSC', 'accepted', '', 'Jo')",
        "INSERT INTO submission_event (submission_id, recipient, kind, at, by) VALUES (9, 'BSC', 'accepted', '', 'Jo')",
        "INSERT INTO submission_file (submission_id, role, name, sha256, size) VALUES (1, 'template', 'x', '', 1)",
        "INSERT INTO frozen_submission VALUES (3, 'a', 'b', 1, '', 'Jo')",
        "INSERT INTO submission (ref, version, kind, title, state, created_at, created_by) "
        "VALUES ('ACME-PPIR-0009', 1, 'info_request', 't', 'frozen', '', 'Jo')",
        "UPDATE submission SET state = 'frozen' WHERE id = 3",
    ],
)
def test_a_row_that_the_log_does_not_tell_of_is_found(busy, forged):
    with raw(busy) as connection:
        connection.execute(forged)
        connection.commit()
    assert named(busy)


def test_a_kept_file_that_was_changed_or_lost_is_found(busy):
    chosen = random.Random(1128)
    with raw(busy) as connection:
        hashes = [row[0] for row in connection.execute("SELECT sha256 FROM frozen_submission").fetchall()]
        hashes += [row[0] for row in connection.execute("SELECT sha256 FROM submission_file").fetchall()]
    assert len(hashes) == 4
    for one in hashes:
        path = busy.blobs.path(one)
        data = path.read_bytes()
        bit = chosen.randrange(8 * len(data))
        path.write_bytes(flipped(data, bit))
        assert named(busy)
        path.unlink()
        assert named(busy)
        path.write_bytes(data)
    assert named(busy) == []


def test_a_log_written_anew_as_a_whole_does_not_hold_the_head_that_was_frozen(busy):
    write_log_anew(busy, "Readiness", "Idleness")
    assert busy.history.verify().ok
    assert any("was rewritten" in fault for fault in busy.submissions.verify_kept(1))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE submission SET title = 'x' WHERE id = 1",
        "UPDATE submission SET state = 'draft' WHERE id = 1",
        "DELETE FROM submission WHERE id = 1",
        "UPDATE frozen_submission SET content = 'x'",
        "DELETE FROM frozen_submission",
        "UPDATE submission_file SET name = 'x'",
        "DELETE FROM submission_file",
        "UPDATE submission_event SET note = 'x'",
        "DELETE FROM submission_event",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_frozen(busy, change):
    with pytest.raises(dbapi2.IntegrityError), busy.store.write() as connection:
        connection.execute(change)
    assert named(busy) == []
    assert busy.submissions.get(1).state is SubmissionState.SUPERSEDED


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((column, value) for column in ("scope", "recipients") for value in ("{bad", "7", "[[1]]", "null", "{}")),
        ("due", "soon"), ("state", "nonsense"), ("milestone", "{}"), ("mpan_choice", "some"), ("kind", "memo"),
        ("created_at", "once"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("damaged", [1, 3])
def test_one_damaged_submission_never_takes_the_others_with_it(busy, column, value, damaged):
    with raw(busy) as connection:
        connection.execute(f"UPDATE submission SET {column} = ? WHERE id = ?", (value, damaged))
        connection.commit()
    assert {one.id for one in busy.submissions.submissions()} == {1, 2, 3}
    assert busy.submissions.table().count() == 3
    if damaged == 1:
        assert "ACME-PPIR-0001 v1" in named(busy)
