"""What the audit chain shows of tampering, and what it honestly does not."""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from local_db import audit
from local_db.connection import Store
from local_db.engine import connect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENTRIES = 40
TRIGGERS = ("audit_no_update", "audit_no_delete", "audit_only_next")


@pytest.fixture
def path(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    with store.write():
        for number in range(1, ENTRIES + 1):
            store.record("a.b", f"Step {number}", {"number": number}, actor="Jo", at=NOON + timedelta(minutes=number))
    store.close()
    return tmp_path / "workspace.db"


def report(path, known=None):
    with closing(connect(path)) as connection:
        return audit.verify(connection, known=known)


def head(path):
    with closing(connect(path)) as connection:
        return audit.head(connection)


def tamper(path, *statements):
    """Change the log as somebody with the file in hand would: without the triggers."""
    with closing(connect(path)) as connection:
        for trigger in TRIGGERS:
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def rewrite_from(path, seq):
    """Recompute every hash from an entry on, as a careful forger would."""
    with closing(connect(path)) as connection:
        prev = connection.execute("SELECT h FROM audit WHERE seq = ?", (seq - 1,)).fetchone()
        prev = prev[0] if prev else ""
        rows = connection.execute(
            "SELECT seq, at, actor, action, title, body_hash FROM audit WHERE seq >= ? ORDER BY seq", (seq,)
        ).fetchall()
        for number, at, actor, action, title, body_hash in rows:
            h = audit.entry_hash(
                seq=number, at=at, actor=actor, action=action, title=title, body_hash=body_hash, prev=prev
            )
            connection.execute("UPDATE audit SET prev = ?, h = ? WHERE seq = ?", (prev, h, number))
            prev = h


def test_an_untouched_log_fits(path):
    found = report(path)
    assert found.ok
    assert found.entries == ENTRIES
    assert found.head == head(path)


def test_an_empty_log_fits(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    assert audit.verify(store.read()) == audit.ChainReport(0, audit.Head(0, ""))
    store.close()


@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit SET title = 'x' WHERE seq = 7",
        "UPDATE audit SET body = '' WHERE seq = 7",
        "DELETE FROM audit WHERE seq = 7",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT seq, at, actor, action, 'x', body, body_hash, prev, h FROM audit WHERE seq = 7",
        "INSERT OR REPLACE INTO audit SELECT seq, at, actor, action, 'x', body, body_hash, prev, h FROM audit "
        "WHERE seq = 40",
        "INSERT INTO audit SELECT seq, at, actor, action, 'x', body, body_hash, prev, h FROM audit WHERE seq = 7 "
        "ON CONFLICT DO UPDATE SET title = 'x'",
        "INSERT INTO audit SELECT 42, at, actor, action, title, body, body_hash, h, h FROM audit WHERE seq = 40",
        "INSERT INTO audit SELECT 41, at, actor, action, title, body, body_hash, 'other', h FROM audit WHERE seq = 40",
    ],
)
def test_the_database_itself_refuses_what_is_not_an_append(path, recursive_triggers, attack):
    before = head(path)
    with closing(connect(path)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
        with pytest.raises(dbapi2.IntegrityError, match="audit"):
            connection.execute(attack)
    assert head(path) == before
    assert report(path).ok


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("title", "it was changed"), ("actor", "it was changed"), ("action", "it was changed"),
        ("at", "it was changed"),
        ("body", "its details were changed"), ("prev", "it does not follow the entry before it"),
        ("body_hash", "its details were changed"), ("h", "it was changed"),
    ],
)  # fmt: skip
def test_an_edited_entry_is_found(path, column, why):
    tamper(path, f"UPDATE audit SET {column} = 'x' WHERE seq = 7")
    found = report(path)
    assert (found.broken_at, found.why) == (7, why)


@pytest.mark.parametrize("number", [1, 7, ENTRIES])
@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("title", "it was changed"), ("actor", "it was changed"), ("at", "it was changed"), ("h", "it was changed"),
        ("body", "its details were changed"), ("body_hash", "its details were changed"),
        ("prev", "it does not follow the entry before it"),
    ],
)  # fmt: skip
def test_a_byte_that_makes_a_text_no_utf_8_is_found_at_its_entry(path, number, column, why):
    tamper(path, f"UPDATE audit SET {column} = CAST(x'FF' || {column} AS TEXT) WHERE seq = {number}")
    found = report(path)
    assert (found.entries, found.broken_at, found.why) == (number - 1, number, why)


def test_an_entry_that_is_missing_before_one_that_is_no_text_is_what_is_told(path):
    tamper(path, "DELETE FROM audit WHERE seq = 7", "UPDATE audit SET body = CAST(x'FF' AS TEXT) WHERE seq = 8")
    assert (report(path).broken_at, report(path).why) == (7, "entry 7 is missing")


def test_a_flipped_bit_in_the_file_is_found_at_its_entry(path):
    marked = b'{"number":23}'
    data = path.read_bytes()
    assert data.count(marked) == 1
    place = data.index(marked) + 2
    path.write_bytes(data[:place] + bytes([data[place] ^ 0x80]) + data[place + 1 :])
    found = report(path)
    assert (found.broken_at, found.why) == (23, "its details were changed")
    # The same through a workspace's own reader, which tells damage in a sentence.
    store = Store.open(path)
    assert audit.verify(store.read()) == found
    store.close()


def test_a_removed_entry_is_found(path):
    tamper(path, "DELETE FROM audit WHERE seq = 7")
    assert (report(path).broken_at, report(path).why) == (7, "entry 7 is missing")


def test_an_inserted_gap_is_found(path):
    tamper(path, "UPDATE audit SET seq = seq + 1000 WHERE seq >= 20")
    assert report(path).broken_at == 20


def test_two_exchanged_entries_are_found(path):
    tamper(
        path,
        "UPDATE audit SET seq = -1 WHERE seq = 10",
        "UPDATE audit SET seq = 10 WHERE seq = 11",
        "UPDATE audit SET seq = 11 WHERE seq = -1",
    )
    assert report(path).broken_at == 10


def test_a_cut_tail_is_not_seen_by_the_chain_alone_but_by_a_head_kept_elsewhere(path):
    kept = head(path)
    tamper(path, "DELETE FROM audit WHERE seq > 30")
    assert report(path).ok
    found = report(path, known=kept)
    assert not found.ok
    assert found.why == f"the log was cut: it once reached entry {ENTRIES}"


def test_a_rewritten_chain_is_not_seen_by_the_chain_alone_but_by_a_head_kept_elsewhere(path):
    kept = head(path)
    tamper(path, "UPDATE audit SET title = 'x' WHERE seq = 7")
    rewrite_from(path, 7)
    assert report(path).ok
    found = report(path, known=kept)
    assert (found.broken_at, found.why) == (ENTRIES, "the log was rewritten before the known entry")


def test_what_came_after_the_known_head_is_not_vouched_for(path):
    with closing(connect(path)) as connection:
        kept = audit.Head(20, connection.execute("SELECT h FROM audit WHERE seq = 20").fetchone()[0])
    tamper(path, "UPDATE audit SET title = 'x' WHERE seq = 30")
    rewrite_from(path, 30)
    assert report(path, known=kept).ok


def test_the_body_is_in_the_chain_by_its_hash_only(path):
    with closing(connect(path)) as connection:
        row = connection.execute(
            "SELECT seq, at, actor, action, title, body_hash, prev, h FROM audit WHERE seq = 5"
        ).fetchone()
    keys = ("seq", "at", "actor", "action", "title", "body_hash", "prev")
    assert audit.entry_hash(**dict(zip(keys, row[:7], strict=True))) == row[7]


def test_a_known_hash_never_changes():
    assert (
        audit.entry_hash(seq=1, at="2026-11-23T12:00:00.000000+00:00", actor="Jo", action="a.b", title="T",
                         body_hash="0" * 64, prev="")
        == "1fc71b101c6d7ac683d0f00019f77dcaa46898697ce3bc1e4a94b888e9318829"
    )  # fmt: skip


def test_times_are_kept_in_utc_and_need_a_zone():
    summer = datetime(2026, 7, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    assert audit.timestamp(summer) == "2026-07-01T12:00:00.000000+00:00"
    with pytest.raises(ValueError, match="time zone"):
        audit.timestamp(datetime(2026, 7, 1, 13))


def test_canonical_text_does_not_depend_on_order_and_keeps_letters():
    assert audit.canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    with pytest.raises(ValueError, match="Out of range"):
        audit.canonical({"a": float("nan")})


def test_recording_needs_a_transaction(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    with pytest.raises(RuntimeError):
        store.record("a.b", "T", {}, actor="Jo", at=NOON)
    store.close()


def test_verifying_tells_how_far_it_is_and_can_be_stopped(tmp_path):
    store = Store.create(tmp_path / "workspace.db")
    with store.write():
        for number in range(10_000):
            store.record("a.b", "T", {"n": number}, actor="Jo", at=NOON)
    seen = []
    assert audit.verify(store.read(), lambda done, of: seen.append((done, of))).ok
    assert seen == [(5000, 10_000), (10_000, 10_000)]

    def stop(_done, _of):
        raise KeyError("stop")

    with pytest.raises(KeyError):
        audit.verify(store.read(), stop)
    store.close()


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.integers(1, 2**62), WORDS, WORDS, WORDS, WORDS, WORDS, WORDS)
def test_the_hash_is_that_of_the_canonical_text(seq, at, actor, action, title, body_hash, prev):
    told = {"seq": seq, "at": at, "actor": actor, "action": action, "title": title, "body": body_hash}
    by_hand = hashlib.sha256(b"mhhs-desk-audit-v1\0" + prev.encode() + b"\0" + audit.canonical(told).encode())
    assert by_hand.hexdigest() == audit.entry_hash(
        seq=seq, at=at, actor=actor, action=action, title=title, body_hash=body_hash, prev=prev
    )
