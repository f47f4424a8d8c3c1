"""Undoable edits: images, steps, refusals, and that undo survives a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlcipher3 import dbapi2

from local_db import audit
from local_db.connection import Store
from local_db.errors import ReadOnly, WorkspaceError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "workspace.db")
    yield made
    made.close()


def edit(store, title="Edit", subjects=("participant",), **more):
    return store.edit(action="test.edit", title=title, subjects=subjects, actor="Jo", at=NOON, **more)


def undo(store):
    return store.undo(actor="Jo", at=NOON)


def redo(store):
    return store.redo(actor="Jo", at=NOON)


def contacts(store):
    return store.read().execute("SELECT id, name, phone FROM contact ORDER BY id").fetchall()


def work(store):
    return store.read().execute("SELECT fingerprint, status, owner FROM finding_work ORDER BY fingerprint").fetchall()


def last_entry(store):
    row = store.read().execute("SELECT action, title, body FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return row[0], row[1], json.loads(row[2])


def add(store, *names, title="Add"):
    with edit(store, title) as one:
        return [one.insert("contact", {"hat": "data_owner", "name": name}) for name in names]


def test_an_insert_is_undone_and_done_again_under_the_same_id(store):
    (row_id,) = add(store, "Jo", title="Add Jo")
    assert (store.undo_title(), store.redo_title()) == ("Add Jo", None)
    undone = undo(store)
    assert (undone.title, undone.subjects, undone.count) == ("Add Jo", ("participant",), 1)
    assert contacts(store) == []
    assert (store.undo_title(), store.redo_title()) == (None, "Add Jo")
    redo(store)
    assert contacts(store) == [(row_id, "Jo", "")]


def test_an_update_is_undone_exactly(store):
    first, second = add(store, "Jo", "Sam")
    with edit(store, "Phone") as one:
        assert one.update("contact", [first, 999], {"phone": "0123"}) == 1
    assert contacts(store) == [(first, "Jo", "0123"), (second, "Sam", "")]
    undo(store)
    assert contacts(store) == [(first, "Jo", ""), (second, "Sam", "")]


def test_a_delete_is_undone_with_every_column(store):
    with edit(store) as one:
        one.insert("contact", {"hat": "signatory", "name": "Æ “quoted” \\ \n", "email": "a@b", "phone": "00"})
    before = store.read().execute("SELECT * FROM contact").fetchall()
    with edit(store, "Remove") as one:
        assert one.delete("contact", [before[0][0]]) == 1
    assert contacts(store) == []
    undo(store)
    assert store.read().execute("SELECT * FROM contact").fetchall() == before


def test_an_upsert_adds_what_is_missing_and_changes_what_is_there(store):
    with edit(store) as one:
        one.upsert("finding_work", [5, 7], {"owner": "Jo"})
    with edit(store, "Assign") as one:
        assert one.upsert("finding_work", [7, 8, 8], {"owner": "Sam"}) == 2
    assert work(store) == [(5, "open", "Jo"), (7, "open", "Sam"), (8, "open", "Sam")]
    undo(store)
    assert work(store) == [(5, "open", "Jo"), (7, "open", "Jo")]
    undo(store)
    assert work(store) == []
    redo(store)
    redo(store)
    assert work(store) == [(5, "open", "Jo"), (7, "open", "Sam"), (8, "open", "Sam")]


def test_fingerprints_as_large_as_sqlite_takes_are_kept_exactly(store):
    ids = [2**63 - 1, -(2**63), 2**53 + 1]
    with edit(store) as one:
        one.upsert("finding_work", ids, {"note": "x"})
    undo(store)
    redo(store)
    assert sorted(row[0] for row in work(store)) == sorted(ids)


def test_several_changes_to_one_row_are_one_step(store):
    with edit(store, "All at once") as one:
        row_id = one.insert("contact", {"hat": "data_owner", "name": "Jo"})
        one.update("contact", [row_id], {"name": "Joanna"})
        one.update("contact", [row_id], {"phone": "1"})
    assert contacts(store) == [(row_id, "Joanna", "1")]
    undo(store)
    assert contacts(store) == []
    redo(store)
    assert contacts(store) == [(row_id, "Joanna", "1")]


def test_an_edit_that_changes_nothing_leaves_no_step_no_entry_and_keeps_redo(store):
    (row_id,) = add(store, "Jo")
    with edit(store, "Phone") as one:
        one.update("contact", [row_id], {"phone": "1"})
    undo(store)
    before = audit.head(store.read())
    with edit(store, "Nothing") as one:
        one.update("contact", [row_id], {"phone": ""})
        gone = one.insert("contact", {"hat": "data_owner", "name": "x"})
        one.delete("contact", [gone])
    assert audit.head(store.read()) == before
    assert (store.undo_title(), store.redo_title()) == ("Add", "Phone")


def test_a_new_edit_forgets_what_could_be_done_again(store):
    add(store, "Jo", title="First")
    undo(store)
    add(store, "Sam", title="Second")
    assert (store.undo_title(), store.redo_title()) == ("Second", None)
    with pytest.raises(WorkspaceError, match="nothing to redo"):
        redo(store)


def test_undo_and_redo_survive_a_restart(store, tmp_path):
    add(store, "Jo", title="First")
    add(store, "Sam", title="Second")
    undo(store)
    store.close()
    again = Store.open(tmp_path / "workspace.db")
    assert (again.undo_title(), again.redo_title()) == ("First", "Second")
    redo(again)
    undo(again)
    undo(again)
    assert contacts(again) == []
    again.close()


def recorded(store, title, *, barrier):
    with store.write():
        store.record("x", title, {}, actor="Jo", at=NOON, barrier=barrier)


def test_undo_and_redo_never_go_back_past_a_step_that_cannot_be_undone(store, tmp_path):
    add(store, "Jo", title="First")
    add(store, "Sam", title="Second")
    undo(store)
    recorded(store, "Make a report", barrier=False)
    assert (store.undo_title(), store.redo_title(), store.undo_barrier()) == ("First", "Second", None)
    recorded(store, "Sign it", barrier=True)
    assert (store.undo_title(), store.redo_title(), store.undo_barrier()) == (None, None, "Sign it")
    store.close()
    again = Store.open(tmp_path / "workspace.db")
    assert again.undo_barrier() == "Sign it"
    with pytest.raises(WorkspaceError, match="“Sign it” cannot be undone"):
        undo(again)
    with pytest.raises(WorkspaceError, match="nothing to redo"):
        redo(again)
    assert [name for _, name, _ in contacts(again)] == ["Jo"]
    again.close()


def test_after_a_step_that_cannot_be_undone_the_next_edits_are_undone_as_far_as_it(store):
    add(store, "Jo", title="First")
    recorded(store, "Sign it", barrier=True)
    add(store, "Sam", title="Second")
    add(store, "Kim", title="Third")
    assert (store.undo_title(), store.undo_barrier()) == ("Third", None)
    undo(store)
    undo(store)
    assert (store.undo_title(), store.redo_title(), store.undo_barrier()) == (None, "Second", "Sign it")
    redo(store)
    assert [name for _, name, _ in contacts(store)] == ["Jo", "Sam"]
    # Another edit instead of the third: its id is given again, and still it is offered.
    add(store, "Lee", title="Fourth")
    assert (store.undo_title(), store.undo_barrier()) == ("Fourth", None)


def test_a_write_that_fails_ends_no_chain(store):
    add(store, "Jo", title="First")

    def fails() -> None:
        with store.write():
            store.record("x", "Sign it", {}, actor="Jo", at=NOON, barrier=True)
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert (store.undo_title(), store.undo_barrier()) == ("First", None)


def test_rows_that_changed_since_are_not_overwritten(store):
    (row_id,) = add(store, "Jo")
    with edit(store, "Phone") as one:
        one.update("contact", [row_id], {"phone": "1"})
    with store.write() as connection:
        connection.execute("UPDATE contact SET phone = '2' WHERE id = ?", (row_id,))
    head = audit.head(store.read())
    with pytest.raises(WorkspaceError, match="“Phone” cannot be undone: 1 of its records has changed since"):
        undo(store)
    assert contacts(store) == [(row_id, "Jo", "2")]
    assert audit.head(store.read()) == head


def test_a_removed_row_that_was_made_again_is_not_overwritten(store):
    (row_id,) = add(store, "Jo")
    with edit(store, "Remove") as one:
        one.delete("contact", [row_id])
    with store.write() as connection:
        connection.execute("INSERT INTO contact (id, hat, name) VALUES (?, 'x', 'other')", (row_id,))
    with pytest.raises(WorkspaceError, match="changed since"):
        undo(store)


EXCEPTION = {
    "check_id": "FMT-01", "reason": "r", "approver": "a", "approved_at": "2026-11-23", "expires": "2027-01-01",
    "population": 2, "covers": "listed", "created_at": "x", "created_by": "Jo",
}  # fmt: skip


def test_rows_that_refer_to_one_another_are_undone_together(store):
    with edit(store, "Accept 2 findings") as one:
        exception = one.insert("exception", EXCEPTION)
        one.upsert("finding_work", [1, 2], {"exception_id": exception})
    assert undo(store).count == 3
    assert work(store) == []
    assert redo(store).count == 3
    assert len(work(store)) == 2


def test_what_newer_records_refer_to_is_not_removed(store):
    with edit(store, "Exception") as one:
        exception = one.insert("exception", EXCEPTION)
    with store.write() as connection:
        connection.execute("INSERT INTO finding_work (fingerprint, exception_id) VALUES (1, ?)", (exception,))
    with pytest.raises(WorkspaceError, match="newer records refer to"):
        undo(store)
    assert store.read().execute("SELECT count(*) FROM exception").fetchone()[0] == 1


def test_a_small_edit_is_in_the_audit_log_row_by_row(store):
    (row_id,) = add(store, "Jo")
    with edit(store, "Phone", body={"why": "asked"}) as one:
        one.update("contact", [row_id], {"phone": "1"})
    action, title, body = last_entry(store)
    assert (action, title, body["why"]) == ("test.edit", "Phone", "asked")
    (change,) = body["changes"]
    place = change["columns"].index("phone")
    (row,) = change["rows"]
    assert (row["id"], row["before"][place], row["after"][place]) == (row_id, "", "1")


def test_a_bulk_edit_is_in_the_audit_log_as_numbers_and_a_digest(store):
    with edit(store) as one:
        one.upsert("finding_work", range(60_000), {"owner": "Jo"})
    body = last_entry(store)[2]
    (change,) = body["changes"]
    assert (change["added"], change["changed"], change["removed"]) == (60_000, 0, 0)
    assert len(change["digest"]) == 64
    assert "rows" not in change


def test_undo_and_redo_write_entries_of_their_own(store):
    add(store, "Jo", title="Add Jo")
    undo(store)
    assert last_entry(store)[:2] == ("undo", "Undo: Add Jo")
    redo(store)
    assert last_entry(store)[:2] == ("redo", "Redo: Add Jo")
    assert audit.verify(store.read()).ok


def test_an_edit_that_fails_leaves_nothing(store):
    with pytest.raises(dbapi2.IntegrityError), edit(store) as one:  # noqa: PT012
        one.insert("contact", {"hat": "data_owner", "name": "Jo"})
        one.insert("scope", {"mpid": "ABCD", "role": "supplier", "reliance": "nonsense"})
    assert contacts(store) == []
    assert store.undo_title() is None
    assert audit.head(store.read()).seq == 0
    add(store, "Sam")
    assert [row[1] for row in contacts(store)] == ["Sam"]


def test_unknown_tables_and_columns_are_our_fault_and_raise(store):
    with pytest.raises(ValueError, match="no table"), edit(store) as one:
        one.insert("nothing", {"a": 1})
    with pytest.raises(ValueError, match="no column"), edit(store) as one:
        one.update("contact", [1], {"id": 7})


def test_a_reader_cannot_edit(store, tmp_path):
    reader = Store.open(tmp_path / "workspace.db", read_only=True)
    with pytest.raises(ReadOnly), edit(reader):
        pass
    with pytest.raises(ReadOnly):
        undo(reader)
    reader.close()


def test_a_table_with_a_text_key_is_undone_too(store):
    with edit(store) as one:
        row_id = one.insert("setting", {"name": "default_mpan_choice", "value": '"full"'})
    with edit(store) as one:
        one.update("setting", [row_id], {"value": '"counts"'})
    undo(store)
    assert store.read().execute("SELECT name, value FROM setting").fetchall() == [("default_mpan_choice", '"full"')]
    undo(store)
    redo(store)
    assert store.read().execute("SELECT name, value FROM setting").fetchall() == [("default_mpan_choice", '"full"')]


def test_only_so_many_steps_are_kept_and_the_newest_always(store, monkeypatch):
    from local_db import undo_log

    monkeypatch.setattr(undo_log, "KEPT_STEPS", 3)
    monkeypatch.setattr(undo_log, "KEPT_IMAGES", 10)
    monkeypatch.setattr(undo_log, "COUNTED_FROM", 5)
    for number in range(6):
        add(store, str(number))
    assert store.read().execute("SELECT count(*) FROM undo_step").fetchone()[0] == 3
    with edit(store, "Large") as one:
        one.upsert("finding_work", range(100), {"owner": "Jo"})
    assert store.read().execute("SELECT title FROM undo_step").fetchall() == [("Large",)]
    assert store.read().execute("SELECT count(*) FROM undo_image").fetchone()[0] == 100
    undo(store)
    assert work(store) == []


def test_an_edit_inside_a_write_belongs_to_it(store):
    with pytest.raises(ZeroDivisionError), store.write():  # noqa: PT012
        add(store, "Jo")
        1 / 0  # noqa: B018
    assert contacts(store) == []
    assert store.undo_title() is None


def test_an_edit_inside_an_edit_is_our_fault_and_raises(store):
    with pytest.raises(RuntimeError, match="inside"), edit(store) as outer:  # noqa: PT012
        outer.insert("contact", {"hat": "x", "name": "Jo"})
        with edit(store):
            pass
    assert contacts(store) == []


def test_a_table_whose_columns_are_called_as_those_of_the_log_is_undone_too(store):
    with store.write() as connection:
        connection.execute("CREATE TABLE oddly (id INTEGER PRIMARY KEY, place TEXT, row_id TEXT, before TEXT) STRICT")
    with edit(store, "Add") as one:
        number = one.insert("oddly", {"place": "Cover!C5", "row_id": "1", "before": "x"})
    with edit(store, "Change") as one:
        one.update("oddly", [number], {"place": "Cover!C6"})
    undo(store)
    assert store.read().execute("SELECT place, row_id, before FROM oddly").fetchall() == [("Cover!C5", "1", "x")]
