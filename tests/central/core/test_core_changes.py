"""Changes, records and answers."""

from __future__ import annotations

import uuid

import pytest

from central.central import Central
from tests.central.core_world import both, refused
from tests.central_laptop import Laptop, items_of


def test_changes_are_read_in_pages_to_the_end(central: Central, laptop: Laptop, stranger: Laptop) -> None:
    for number in range(4):
        laptop.hand_over(central, reference=f"R-{number}")
        stranger.hand_over(central, reference=f"R-{number}")
    cursor, got = "", []
    while True:
        page = central.feed.page("ACME", cursor, 3)
        got += [one.seq for one in page.items]
        cursor = page.next
        if not page.has_more:
            break
    assert got == [one["seq"] for one in items_of(central)]
    assert len(got) == 8
    page = central.feed.page("ACME", cursor, 3)
    assert (page.items, page.next) == ((), cursor)


@pytest.mark.parametrize("cursor", ["x", ".", ".1", "{epoch}.", "{epoch}.99", "{epoch}.-1", "{epoch}.²", "{other}.0"])
def test_a_cursor_that_is_not_known_asks_to_start_again(central: Central, cursor: str) -> None:
    epoch = central.info().epoch
    asked = cursor.format(epoch=epoch, other=uuid.uuid4())
    assert refused(central.feed.page, "ACME", asked) == ("resync-required", {"epoch": epoch})


@both
def test_a_record_is_replaced_by_whoever_saw_the_one_that_stands(central: Central, laptop: Laptop) -> None:
    two = Laptop().enrol(central)
    mine, theirs = {"lead": {"name": "A"}}, {"lead": {"name": "B"}}
    put = central.records.put
    assert refused(central.records.get, laptop.caller, "contacts")[0] == "not-found"
    assert put(laptop.caller, "contacts", 0, mine) == 1
    assert put(laptop.caller, "contacts", 0, mine) == 1
    conflict = refused(put, two.caller, "contacts", 0, theirs)
    assert conflict == ("version-conflict", {"current": {"version": 1, "value": mine}})
    assert put(two.caller, "contacts", 1, theirs) == 2
    assert central.records.get(laptop.caller, "contacts") == (2, theirs)
    assert [(one["type"], one["version"]) for one in items_of(central)] == [("record", 1), ("record", 2)]
    assert items_of(central, "OTHER") == []
    assert refused(put, laptop.caller, "other", 0, mine)[0] == "not-found"
    for wrong in ({"x": {"age": "3"}}, {"": {}}, {"x": 5}, {"x": {"name": "y" * 301}}, {"x": {"name": "\x00"}}):
        assert refused(put, laptop.caller, "contacts", 2, wrong)[0] == "invalid"
    assert "A" not in {one.detail for one in central.audit.entries()}


@both
def test_an_answer_in_a_review_is_appended_once_and_told_to_every_laptop(
    central: Central, laptop: Laptop, stranger: Laptop
) -> None:
    made, _ = laptop.hand_over(central)
    other, _ = stranger.hand_over(central)
    said = {"submission": made.id, "text": "We changed it.", "author": "J", "table": "t", "row": "r", "column": "c"}
    name = str(uuid.uuid4())
    first = central.talk.put(laptop.caller, name, said)
    assert central.talk.put(Laptop().enrol(central).caller, name, said) == first
    assert refused(central.talk.put, laptop.caller, name, {**said, "text": "No"})[0] == "submission-differs"
    assert central.talk.put(stranger.caller, name, {"submission": other.id, "text": "x"})["id"] == name
    for wrong in ({"text": " "}, {"text": "\x00"}, {"text": "\ud800"}, {"row": 5}, {"in_reply_to": str(uuid.uuid4())}):
        assert refused(central.talk.put, laptop.caller, str(uuid.uuid4()), {**said, **wrong})[0] == "invalid"
    comments = [one["data"] for one in items_of(central) if one["type"] == "comment"]
    assert [(one["id"], one["text"], one["row"], one["from"]) for one in comments] == [
        (name, "We changed it.", "r", "participant")
    ]
    central.talk.put(laptop.caller, str(uuid.uuid4()), {**said, "in_reply_to": name})
