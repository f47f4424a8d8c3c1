"""Keys, epochs, a database that was put back, the audit, and starting."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from central.central import Central
from central.settings import Settings
from central.tables import audit, blob
from desktop.sync.wire import receipts
from tests.central.core_world import both, opened, part, refused, together
from tests.central_laptop import Laptop, sha


def test_a_new_key_is_vouched_for_by_the_old_one_and_old_receipts_stay_good(central: Central, laptop: Laptop) -> None:
    pinned = central.info().jwks
    _, old = laptop.hand_over(central)
    name = central.rotate("test")
    _, new = laptop.hand_over(central, reference="R-2")
    keys = central.info().jwks
    assert receipts.check(old, keys).number == 1
    assert receipts.check(new, keys).number == 2
    with pytest.raises(receipts.ReceiptWrong):
        receipts.check(new, pinned)
    vouched = receipts.check_bytes(keys["rotations"][0], pinned, "mhhs-desk/key/1")
    assert f'"kid":"{name}"'.encode() in vouched
    for one in (central.settings.data / "keys").iterdir():
        assert one.stat().st_mode & 0o777 == 0o600


@both
def test_a_database_put_back_from_a_backup_begins_a_new_epoch(settings: Settings) -> None:
    central = opened(settings)
    laptop = Laptop().enrol(central)
    first, jws = laptop.hand_over(central)
    cursor = central.feed.page("ACME", "").next
    epoch = central.info().epoch
    dump = kept(central)
    second, _ = laptop.hand_over(central, reference="R-2")
    put_back(central, dump)
    central.close()
    central = Central(settings)
    assert central.was_put_back
    assert central.info().epoch != epoch
    assert refused(central.feed.page, "ACME", cursor)[0] == "resync-required"
    assert central.receiving.status("ACME", first.id)["receipt"] == jws
    assert refused(central.receiving.status, "ACME", second.id)[0] == "not-found"
    again, created = laptop.submit(central, second)
    assert created
    assert receipts.check(again, central.info().jwks).epoch == central.info().epoch
    central.close()
    central = Central(settings)
    assert not central.was_put_back
    assert central.restored("test") == central.info().epoch != epoch
    central.close()
    central = Central(settings)
    assert not central.was_put_back
    central.close()


def test_an_epoch_that_another_process_begins_is_told_at_once(central: Central, settings: Settings) -> None:
    laptop = Laptop().enrol(central)
    laptop.hand_over(central)
    cursor = central.feed.page("ACME", "").next
    other = Central(settings)
    epoch = other.restored("test")
    other.close()
    central.marks.told(cursor.rpartition(".")[0], 99)
    assert refused(central.feed.page, "ACME", cursor) == ("resync-required", {"epoch": epoch})
    _, jws = laptop.hand_over(central, reference="R-2")
    assert receipts.check(jws, central.info().jwks).epoch == epoch
    again = Central(settings)
    assert not again.was_put_back
    again.close()


def test_a_file_whose_row_was_lost_with_the_database_is_not_sent_again(central: Central, laptop: Laptop) -> None:
    laptop.upload(central, b"large")
    with central.db.write() as connection:
        connection.execute(blob.delete())
    assert central.uploads.head("ACME", sha(b"large")).complete
    with central.db.write() as connection:
        connection.execute(blob.delete())
    assert refused(part, central, laptop, b"large", 0, 5)[0] == "blob-complete"


@pytest.mark.parametrize("how", ["UPDATE audit SET subject = 'x' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2"])
def test_a_changed_or_missing_entry_of_the_audit_shows(central: Central, laptop: Laptop, how: str) -> None:
    assert central.audit.verify().broken_at is None
    with central.db.write() as connection:
        connection.execute(text(how))
        assert connection.execute(select(audit)).first() is not None
    assert central.audit.verify().broken_at == 2


@both
def test_two_that_start_at_the_same_time_are_one_endpoint(settings: Settings) -> None:
    made: list[Central] = []
    together(4, lambda: made.append(Central(settings)))
    assert len({one.info().endpoint for one in made}) == 1
    assert len({one.info().epoch for one in made}) == 1
    assert len({str(one.info().jwks) for one in made}) == 1
    for one in made:
        one.close()


def kept(central: Central) -> dict:
    from central.tables import metadata

    with central.db.read() as connection:
        return {one: [dict(row) for row in connection.execute(select(one)).mappings()]
                for one in metadata.sorted_tables}  # fmt: skip


def put_back(central: Central, dump: dict) -> None:
    with central.db.write() as connection:
        for table in reversed(list(dump)):
            connection.execute(table.delete())
        for table, rows in dump.items():
            if rows:
                connection.execute(table.insert(), rows)
