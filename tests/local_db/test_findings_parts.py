"""Parts of findings come back as they were written, in order, and damage is noticed."""

import json
from datetime import UTC, datetime

import pytest

from local_db import findings, runs
from local_db.connection import Store
from local_db.errors import WorkspaceDamaged
from local_db.findings import Part
from local_db.runs import CountRow, OutcomeRow, RunRow

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "workspace.db")
    with made.write() as connection:
        connection.execute("INSERT INTO blob VALUES ('b', 'snapshots', 1, '2026-11-23')")
        connection.execute(
            "INSERT INTO snapshot (id, file_name, file_size, file_sha256, mapping_hash, blob_sha256, row_count,"
            " headings, mapping, reading, imported_at, imported_by)"
            " VALUES (1, 'p.csv', 1, 'a', 'm', 'b', 1, '[]', '{}', '{}', '2026-11-23', 'Ada')"
        )
    yield made
    made.close()


def run(store, number, present=(), gone=(), counts=()):
    row = RunRow(1, number - 1 or None, "2026-11-23", AT.isoformat(), AT.isoformat(), "0", "{}", "Ada", 0, 0, 0, number)
    with store.write() as connection:
        runs.insert_run(connection, row, [OutcomeRow("FMT-01", "failed", 1, "")], counts)
        findings.write_parts(connection, number, present, gone)


def test_the_newest_run_holds_what_is_there_and_every_run_keeps_what_went(store):
    run(store, 1, [Part(2, b"one"), Part(1, b"two")])
    run(store, 2, [Part(1, b"three")], [Part(1, b"went 2")])
    run(store, 3, [], [Part(1, b"went 3"), Part(1, b"went 3 too")])
    assert list(findings.present_parts(store.read())) == []
    assert list(findings.gone_parts(store.read())) == [b"went 3", b"went 3 too", b"went 2"]
    run(store, 4, [Part(1, b"a"), Part(1, b"b")])
    assert list(findings.present_parts(store.read())) == [b"a", b"b"]


def test_one_changed_byte_is_noticed(store):
    run(store, 1, [Part(1, b"good"), Part(1, b"bad")])
    with store.write() as connection:
        connection.execute("UPDATE finding_part SET data = CAST('bed' AS BLOB) WHERE part = 1")
    with pytest.raises(WorkspaceDamaged, match="damaged"):
        list(findings.present_parts(store.read()))


def test_runs_outcomes_and_counts_come_back(store):
    counts = [
        CountRow("FMT-01", "mpan", "Block", "SUP", 1, 2, 3, 4),
        CountRow("FMT-01", "ssc", "Block", "SUP", 10, 0, 0, 0),
    ]
    run(store, 1, counts=counts)
    assert runs.newest_run(store.read()) == 1
    assert runs.counts(store, 1) == counts
    assert [count.open for count in counts] == [6, 10]
    assert runs.outcomes(store, 1) == [OutcomeRow("FMT-01", "failed", 1, "")]
    assert runs.severity_trend(store) == [(1, "Block", 11, 2, 3, 4)]
    assert runs.open_of_check(store.read(), 1, "FMT-01", "") == 16
    assert runs.open_of_check(store.read(), 1, "FMT-01", "ssc") == 10
    assert runs.open_of_check(store.read(), 1, "FMT-02", "") == 0
    assert json.loads(runs.runs(store)[0].packs) == {}


def test_before_the_first_run_there_is_none(store):
    assert runs.newest_run(store.read()) is None
    assert runs.runs(store) == []
    assert list(findings.present_parts(store.read())) == list(findings.gone_parts(store.read())) == []


def test_work_is_read_for_some_findings_or_for_all(store):
    many = list(range(-600, 600))
    with store.edit(action="x", title="x", subjects=["findings"], actor="Ada", at=AT) as edit:
        edit.upsert("finding_work", many, {"owner": "Northgrid"})
    assert len(findings.work(store)) == len(many)
    some = [*range(-5, 5), 10_000]
    assert sorted(row.fingerprint for row in findings.work(store, some)) == list(range(-5, 5))
    assert len(findings.work(store, many)) == len(many)
    assert findings.work(store, []) == []
    assert findings.owners(store) == ("Northgrid",)
    assert not findings.has_due_or_listed(store)
    with store.edit(action="x", title="x", subjects=["findings"], actor="Ada", at=AT) as edit:
        edit.update("finding_work", [7], {"due": "2026-12-01"})
    assert findings.has_due_or_listed(store)
