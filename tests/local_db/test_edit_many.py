"""Edits of many rows at once promise what single ones do: images, undo and redo, the audit entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from local_db.connection import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "workspace.db")
    yield made
    made.close()


def edit(store, title="Edit"):
    return store.edit(action="test.edit", title=title, subjects=("participant",), actor="Jo", at=NOON)


def contacts(store):
    return store.read().execute("SELECT id, name, phone FROM contact ORDER BY id").fetchall()


def add(store, *names):
    with edit(store, "Add") as one:
        return one.insert_many("contact", ["hat", "name"], [("data_owner", name) for name in names])


def test_rows_added_together_have_ids_in_their_order_and_are_one_step(store):
    ids = add(store, "Jo", "Sam", "Alex")
    assert [(row[0], row[1]) for row in contacts(store)] == list(zip(ids, ["Jo", "Sam", "Alex"], strict=True))
    before = contacts(store)
    assert store.undo(actor="Jo", at=NOON).count == 3
    assert contacts(store) == []
    store.redo(actor="Jo", at=NOON)
    assert contacts(store) == before


def test_rows_are_added_after_those_that_are_there(store):
    first = add(store, "Jo")
    second = add(store, "Sam")
    assert second[0] == first[0] + 1
    store.undo(actor="Jo", at=NOON)
    assert [row[1] for row in contacts(store)] == ["Jo"]


def test_each_row_gets_values_of_its_own_and_they_are_undone_exactly(store):
    jo, sam = add(store, "Jo", "Sam")
    with edit(store, "Phones") as one:
        assert (
            one.update_many("contact", ["phone", "name"], {jo: ("1", "Joan"), sam: ("2", "Sam"), 999: ("3", "x")}) == 2
        )
    assert contacts(store) == [(jo, "Joan", "1"), (sam, "Sam", "2")]
    store.undo(actor="Jo", at=NOON)
    assert contacts(store) == [(jo, "Jo", ""), (sam, "Sam", "")]


def test_rows_changed_to_what_they_were_are_no_change(store):
    (jo,) = add(store, "Jo")
    with edit(store, "Nothing") as one:
        one.update_many("contact", ["name"], {jo: ("Jo",)})
        one.insert_many("contact", ["name"], [])
        one.update_many("contact", ["name"], {})
    assert store.undo_title() == "Add"


def test_rows_added_and_changed_in_one_edit_are_added_rows(store):
    with edit(store, "Both") as one:
        (jo,) = one.insert_many("contact", ["hat", "name"], [("data_owner", "Jo")])
        one.update_many("contact", ["name"], {jo: ("Joan",)})
    body = json.loads(store.read().execute("SELECT body FROM audit ORDER BY seq DESC LIMIT 1").fetchone()[0])
    assert [(one["table"], one["added"], one["changed"]) for one in body["changes"]] == [("contact", 1, 0)]
    store.undo(actor="Jo", at=NOON)
    assert contacts(store) == []


def test_unknown_columns_are_our_fault(store):
    with pytest.raises(ValueError, match="no column colour"), edit(store) as one:
        one.insert_many("contact", ["colour"], [("red",)])
    with pytest.raises(ValueError, match="no column colour"), edit(store) as one:
        one.update_many("contact", ["colour"], {1: ("red",)})
