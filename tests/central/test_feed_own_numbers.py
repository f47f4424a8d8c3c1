"""What a participant sees of the changes says nothing of the others: its numbers are its own, without a gap."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from central.central import Central
from central.database import Database
from central.migrations import running
from central.settings import Settings
from tests.central_laptop import Laptop, items_of


def content(version: str) -> bytes:
    header = {"kind": "code_lists", "version": version, "status": "sample", "source": "a test", "date": "2026-11-28"}
    return json.dumps({**header, "body": {"lists": []}}).encode()


def days_of(central: Central, *, busy: bool) -> list[tuple[object, ...]]:
    """What ACME sees of its own few changes, page by page; `busy`: while another participant works all the time."""
    one, other = Laptop().enrol(central), Laptop("OTHER").enrol(central)
    seen: list[tuple[object, ...]] = []
    after = ""
    for number in range(3):
        if busy:
            for each in range(number + 2):
                other.hand_over(central, reference=f"O-{number}-{each}")
        central.packs.publish(content(str(number)), "test")
        one.hand_over(central, reference=f"R-{number}")
        page = central.feed.page("ACME", after)
        after = page.next
        items = [(item.seq, item.type, item.version) for item in page.items]
        seen.append((items, after.split(".")[1], len(after), page.has_more))
    return seen


def test_it_is_the_same_beside_a_busy_one_as_alone(tmp_path: Path, postgres_url: str) -> None:
    found = []
    for name, database, busy in (("quiet", "", False), ("busy", "", True), ("other", postgres_url, True)):
        central = Central(Settings(data=tmp_path / name, database=database))
        central.participants.add("ACME", "Acme Energy", "test")
        central.participants.add("OTHER", "Other Energy", "test")
        found.append(days_of(central, busy=busy))
        central.close()
    assert found[0] == found[1] == found[2]
    assert [item[0] for items, *_ in found[0] for item in items] == list(range(1, 10))


def test_who_is_added_late_is_told_of_all_that_was_published_as_it_stands(tmp_path: Path) -> None:
    central = Central(Settings(data=tmp_path / "central"))
    central.participants.add("ACME", "Acme Energy", "test")
    first, second = (central.packs.publish(content(version), "test") for version in ("1", "2"))
    central.packs.withdraw(first.sha256, "a slip", "test")
    central.participants.add("LATE", "Late Energy", "test")
    central.participants.add("LATE", "Late Energy", "test")  # the same again tells nothing twice
    third = central.packs.publish(content("3"), "test")
    told = [(one["seq"], one["id"], one["version"], one["data"]["reason"]) for one in items_of(central, "LATE")]
    stands = {(first.sha256, 2, "a slip"), (second.sha256, 1, "")}
    assert {one[1:] for one in told[:2]} == stands
    assert told[2:] == [(3, third.sha256, 1, "")]
    assert [one["seq"] for one in items_of(central)] == [1, 2, 3, 4]
    central.close()


@pytest.mark.parametrize("on_postgres", [False, True])
def test_lists_of_before_become_lists_of_ones_own(
    tmp_path: Path, request: pytest.FixtureRequest, on_postgres: bool
) -> None:
    settings = Settings(
        data=tmp_path / "central", database=request.getfixturevalue("postgres_url") if on_postgres else ""
    )
    old = Database(settings.data, settings.database)
    rows = [("ACME", "a1"), ("", "pack"), ("OTHER", "o1"), ("OTHER", "o2"), ("ACME", "a2"), ("", "later")]
    with old.write() as connection:
        upgrade_to("0002", connection)
        for short in ("ACME", "OTHER"):
            connection.execute(
                text("INSERT INTO participant (id, name, added_at) VALUES (:id, :name, '2026')"),
                {"id": short, "name": short},
            )
        for seq, (whose, item) in enumerate(rows, 1):
            connection.execute(
                text(
                    "INSERT INTO change (seq, participant, type, item, version, data, at) "
                    "VALUES (:seq, :whose, 'pack', :item, 1, '{}', '2026')"
                ),
                {"seq": seq, "whose": whose, "item": item},
            )
    old.close()

    central = Central(settings)
    assert not central.was_put_back
    seen = {whose: [(one["seq"], one["id"]) for one in items_of(central, whose)] for whose in ("ACME", "OTHER", "")}
    assert seen == {
        "ACME": [(1, "a1"), (2, "pack"), (3, "a2"), (4, "later")],
        "OTHER": [(1, "pack"), (2, "o1"), (3, "o2"), (4, "later")],
        "": [],
    }
    central.packs.publish(content("1"), "test")
    assert [items_of(central, whose)[-1]["seq"] for whose in ("ACME", "OTHER")] == [5, 5]
    central.close()


def upgrade_to(revision: str, connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(running.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
