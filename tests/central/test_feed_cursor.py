"""A cursor of the feed is known only where the change that it points at is still the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from central.central import Central
from central.refusals import Refused
from central.settings import Settings
from central.tables import change
from tests.central_laptop import Laptop


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Central]:
    made = Central(Settings(data=tmp_path / "central"))
    made.participants.add("ACME", "Acme Energy", "test")
    made.participants.add("OTHER", "Other Energy", "test")
    yield made
    made.close()


def cursor_of(central: Central) -> str:
    laptop = Laptop().enrol(central)
    laptop.hand_over(central, reference="R-1")
    return central.feed.page("ACME", "").next


def test_it_is_known_while_others_make_changes(central: Central) -> None:
    cursor = cursor_of(central)
    Laptop("OTHER").enrol(central).hand_over(central, reference="R-2")
    page = central.feed.page("ACME", cursor)
    assert (page.items, page.next, page.has_more) == ((), cursor, False)


def test_at_the_very_beginning_it_is_empty(central: Central) -> None:
    page = central.feed.page("ACME", "")
    assert (page.items, page.next) == ((), "")


@pytest.mark.parametrize(
    "other",
    [
        {"data": "{}"}, {"participant": "OTHER"}, {"version": 9}, {"item": "another"}, {"type": "weather"},
        {"at": "2026-11-23T09:00:00.001Z"}, None,
    ],
)  # fmt: skip
def test_of_a_change_that_is_another_or_gone_it_is_not_known(central: Central, other: dict[str, object] | None) -> None:
    cursor = cursor_of(central)
    at = (change.c.participant == "ACME") & (change.c.number == int(cursor.split(".")[1]))
    with central.db.write() as connection:
        connection.execute(delete(change).where(at) if other is None else update(change).where(at).values(**other))
    with pytest.raises(Refused) as error:
        central.feed.page("ACME", cursor)
    assert error.value.problem.slug == "resync-required"


def test_of_another_participant_it_is_not_known(central: Central) -> None:
    cursor = cursor_of(central)
    Laptop("OTHER").enrol(central).hand_over(central)
    with pytest.raises(Refused) as error:
        central.feed.page("OTHER", cursor)
    assert error.value.problem.slug == "resync-required"


@pytest.mark.parametrize("ending", ["", ".", ".x", ".é", ".0000000000000000", ".a.b"])
def test_without_its_mark_it_is_not_known(central: Central, ending: str) -> None:
    with pytest.raises(Refused) as error:
        central.feed.page("ACME", cursor_of(central).rpartition(".")[0] + ending)
    assert error.value.problem.slug == "resync-required"
