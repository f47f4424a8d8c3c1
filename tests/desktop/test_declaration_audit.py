"""Every bit flipped in the audit log, or in what a workspace keeps of a signature, is found."""

from __future__ import annotations

import gc
import json
import random

import pytest
from signing_hands import PASSPHRASE, WORDS, acme, draft, sign
from tampering_hands import flipped, raw, write_log_anew

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, PlanDetails
from desktop.declarations.model import DeclarationState
from desktop.errors import WorkspaceDamaged

AUDIT = ("seq", "at", "actor", "action", "title", "body", "body_hash", "prev", "h")
RECORD = ("kind", "body", "sha256", "signature", "files", "signed_at")


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        made = draft(workspace)
        workspace.declarations.answer(made, "scope", "something else")
        sign(workspace, made)
        yield workspace


def put(connection, table, column, row_id, value):
    """Write the bytes as the type that the column has, whatever they are."""
    new = value if isinstance(value, int) else bytes(value)
    as_text = "?" if isinstance(value, int) else "CAST(? AS TEXT)"
    connection.execute(f"UPDATE {table} SET {column} = {as_text} WHERE rowid = ?", (new, row_id))
    connection.commit()


def cell(connection, table, column, row_id):
    (value,) = connection.execute(
        f"SELECT CASE WHEN typeof({column}) = 'text' THEN CAST({column} AS BLOB) ELSE {column} END "
        f"FROM {table} WHERE rowid = ?",
        (row_id,),
    ).fetchone()
    return value


def found(workspace: Workspace) -> bool:
    """Whether the check of the workspace, and that of its history alone, both find something."""
    at_all = not workspace.verify().ok
    gc.collect(1)  # a query that failed in the middle would show the next one an old state
    return at_all and broken(workspace)


def broken(workspace: Workspace) -> bool:
    """Whether the check of the history finds something: a text that is none is damage, and said as such."""
    try:
        return not workspace.history.verify().ok
    except WorkspaceDamaged:
        pass
    gc.collect(1)
    return True


def bits_of(value) -> range:
    return range(8 * len(value)) if isinstance(value, bytes) else range(16)


def entries(connection):
    return [row[0] for row in connection.execute("SELECT seq FROM audit ORDER BY seq").fetchall()]


def test_nothing_is_found_where_nothing_was_changed(desk):
    with raw(desk) as connection:
        assert len(entries(connection)) >= 6
    assert desk.verify().ok
    assert desk.declarations.verify_kept(1).ok


def test_every_bit_of_the_entry_of_a_signature_counts(desk):
    with raw(desk) as connection:
        seq = entries(connection)[-1]
        missed = []
        for column in AUDIT:
            value = cell(connection, "audit", column, seq)
            for bit in bits_of(value):
                row_id = seq ^ (1 << bit) if column == "seq" else seq
                if column == "seq" and row_id in entries(connection):
                    continue  # two entries never have one number: the table itself refuses it
                new = row_id if column == "seq" else flipped(value, bit)
                put(connection, "audit", column, seq, new)
                if not broken(desk):
                    missed.append((column, bit))
                put(connection, "audit", column, row_id, value)
        assert missed == []
        assert desk.history.verify().ok


def test_a_bit_of_any_entry_counts(desk):
    chosen = random.Random(20261128)
    with raw(desk) as connection:
        for seq in entries(connection):
            for column in AUDIT[1:]:
                value = cell(connection, "audit", column, seq)
                if not value:
                    continue  # the first entry follows nothing
                put(connection, "audit", column, seq, flipped(value, chosen.randrange(8 * len(value))))
                assert found(desk), (seq, column)
                put(connection, "audit", column, seq, value)
    assert desk.verify().ok


@pytest.mark.parametrize("seq", [1, 3, -1])
def test_an_entry_that_is_gone_is_missed_where_the_chain_knows_it(desk, seq):
    with raw(desk) as connection:
        seq = entries(connection)[seq] if seq < 0 else seq
        last = entries(connection)[-1]
        connection.execute("DELETE FROM audit WHERE seq = ?", (seq,))
        connection.commit()
    if seq == last:
        # A log cut at its end holds by itself; the signature that it told of does not.
        assert not desk.declarations.verify_kept(1).ok
    else:
        assert found(desk)


def test_a_log_written_anew_as_a_whole_does_not_hold_the_head_that_was_signed(desk):
    write_log_anew(desk, "something else", "something true")
    assert desk.history.verify().ok
    verdict = desk.declarations.verify_kept(1)
    assert not verdict.ok
    assert any("was rewritten" in fault for fault in verdict.faults)


def test_every_bit_of_what_is_kept_of_a_signature_counts(desk):
    chosen = random.Random(1128)
    with raw(desk) as connection:
        missed = []
        for column in RECORD:
            value = cell(connection, "declaration_record", column, 1)
            bits = list(bits_of(value))
            # Each bit of the short ones; of the long ones a sample.
            for bit in bits if len(bits) <= 800 else chosen.sample(bits, 60):
                put(connection, "declaration_record", column, 1, flipped(value, bit))
                verdict = desk.declarations.verify_kept(1)
                if verdict.ok:
                    missed.append((column, bit))
                if not verdict.kind:
                    gc.collect(1)  # a query that failed in the middle would show the next one an old state
                put(connection, "declaration_record", column, 1, value)
        assert missed == []
    assert desk.declarations.verify_kept(1).ok


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "Another title"),
        ("version", 7),
        ("ref", "ACME-DEC-0009"),
        ("wording", "data_cleanse"),
        ("rehearsal", 1),
        ("prepared_by", "Ada Lovelace"),
        ("roles", '["mem"]'),
        ("recipients", "[]"),
        ("milestone", "M15"),
        ("answers", "{}"),
        ("state", "acknowledged"),
        ("state", "withdrawn"),
        ("state", "draft"),
    ],
)
def test_a_row_that_was_changed_behind_our_back_does_not_hold(desk, column, value):
    with raw(desk) as connection:
        connection.execute(f"UPDATE declaration SET {column} = ?", (value,))
        connection.commit()
    verdict = desk.declarations.verify_kept(1)
    assert not verdict.ok
    assert verdict.faults


def test_what_happened_cannot_be_made_up(desk):
    with raw(desk) as connection:
        connection.execute(
            "INSERT INTO declaration_event (declaration_id, state, at, by) VALUES (1, 'withdrawn', '', 'Jo')"
        )
        connection.execute("UPDATE declaration SET state = 'withdrawn'")
        connection.commit()
    assert not desk.declarations.verify_kept(1).ok


def test_a_copy_that_was_changed_or_lost_does_not_hold(desk):
    with raw(desk) as connection:
        (files,) = connection.execute("SELECT files FROM declaration_record").fetchone()
    for name in json.loads(files).values():
        path = desk.blobs.path(name)
        data = path.read_bytes()
        path.write_bytes(flipped(data, 4_001))
        assert not desk.declarations.verify_kept(1).ok
        path.unlink()
        assert not desk.declarations.verify_kept(1).ok
        path.write_bytes(data)
    assert desk.declarations.verify_kept(1).ok


def test_a_record_that_is_gone_does_not_hold(desk):
    with raw(desk) as connection:
        connection.execute("DELETE FROM declaration_record")
        connection.commit()
    verdict = desk.declarations.verify_kept(1)
    assert not verdict.ok


def test_a_withdrawal_is_verified_with_what_it_withdraws(desk):
    desk.declarations.withdraw(1, "wrong", WORDS, passphrase=PASSPHRASE)
    assert desk.declarations.verify_kept(1).ok
    with raw(desk) as connection:
        value = cell(connection, "declaration_record", "body", 2)
        place = value.index(b"wrong")
        put(connection, "declaration_record", "body", 2, flipped(value, 8 * place))
    verdict = desk.declarations.verify_kept(1)
    assert any(fault.startswith("Of the withdrawal") for fault in verdict.faults)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE declaration SET title = 'x'",
        "UPDATE declaration SET answers = '{}'",
        "UPDATE declaration SET state = 'draft'",
        "DELETE FROM declaration",
        "UPDATE declaration_record SET body = '{}'",
        "DELETE FROM declaration_record",
        "UPDATE declaration_event SET note = 'x'",
        "DELETE FROM declaration_event",
        "UPDATE declaration SET rehearsal = 1",
        "INSERT OR REPLACE INTO declaration_record SELECT * FROM declaration_record",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_signed(desk, change):
    from sqlcipher3 import dbapi2

    with pytest.raises(dbapi2.IntegrityError), desk.store.write() as connection:
        connection.execute(change)
    assert desk.declarations.verify_kept(1).ok
    assert desk.declarations.get(1).state is DeclarationState.SIGNED


def test_verifying_the_workspace_names_a_declaration_that_does_not_hold(desk):
    assert desk.verify().ok
    with desk.store.write() as connection:
        connection.execute("DROP TRIGGER a_signed_record_stays")
        connection.execute("UPDATE declaration_record SET body = replace(body, 'Acme', 'Acne')")
    found = desk.verify()
    assert not found.ok
    assert any(line.startswith("ACME-DEC-0001 v1 does not hold: ") for line in found.lines)


# -- rows beside the log ----------------------------------------------------------------------------------------------

WITNESSED = ("signing_key", "declaration", "declaration_record", "declaration_event")


@pytest.fixture
def busy(tmp_path, clock):
    """Two versions, a withdrawal, a submission, a retired key."""
    with acme(tmp_path / "busy", clock) as workspace:
        plan, _ = workspace.cutover.add_plan(PlanDetails("Go-live"))
        activity, _ = workspace.cutover.add(plan, ActivityDetails("T-1", "Deploy"))
        first = draft(
            workspace, plan_id=plan, activity_id=activity, due="2026-12-01", note="ours", recipients=("BSC", "REC")
        )
        sign(workspace, first)
        workspace.declarations.say(first, DeclarationState.SUBMITTED, recipient="BSC", note="CASE-1")
        second, _ = workspace.declarations.new_version(first, "Another day")
        sign(workspace, second)
        workspace.declarations.withdraw(second, "wrong", WORDS, passphrase=PASSPHRASE)
        key = workspace.declarations.keys.key_for(WORDS.name)
        workspace.declarations.keys.retire(key.id, "Left")
        yield workspace


def named(workspace) -> list[str]:
    """What the check of the workspace says, and that of each declaration agrees where it is of one."""
    told = workspace.declarations.verify_all_kept()
    found = [name for name, verdict in told if not verdict.ok]
    assert all(verdict.faults for _, verdict in told if not verdict.ok)
    lines = workspace.verify().lines
    assert [any(line.startswith(name) for line in lines) for name in found] == [True] * len(found)
    return found


def test_every_column_of_what_is_kept_of_signatures_is_held_against_the_log(busy):
    from sqlcipher3 import dbapi2

    # Every column matters: a state has to follow from the events, all others have to be as the log tells.
    assert named(busy) == []
    with raw(busy) as connection:
        missed = []
        for table in WITNESSED:
            cursor = connection.execute(f"SELECT * FROM {table}")
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    for new in edits(table, column, value):
                        change = f"UPDATE {table} SET {column} = ? WHERE id = ?"
                        try:
                            connection.execute(change, (new, row[0]))
                        except dbapi2.IntegrityError:
                            continue  # two rows never have one reference: the table itself refuses it
                        connection.commit()
                        if not named(busy):
                            missed.append((table, row[0], column, new))
                        connection.execute(change, (value, new if column == "id" else row[0]))
                        connection.commit()
        assert missed == []
    assert named(busy) == []


def edits(table, column, value):
    """Values that somebody could put there."""
    if column == "id":
        return [value + 50]
    if isinstance(value, int):
        return [value + 1, value + 7] if column != "rehearsal" else [1 - value]
    if value is None:
        return [1]
    if column == "state" and table == "declaration":
        return [one for one in ("draft", "ready", "signed", "acknowledged", "nonsense") if one != value]
    return [f"{value}x", "" if value else "y"]


@pytest.mark.parametrize("table", WITNESSED)
def test_a_row_that_is_gone_is_missed(busy, table):
    with raw(busy) as connection:
        (last,) = connection.execute(f"SELECT max(id) FROM {table}").fetchone()
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (last,))
        connection.commit()
    assert named(busy)


@pytest.mark.parametrize(
    "forged",
    [
        "INSERT INTO declaration_event (declaration_id, state, at, by) VALUES (1, 'submitted', '', 'Jo')",
        "INSERT INTO declaration_event (declaration_id, state, at, by) VALUES (9, 'submitted', '', 'Jo')",
        "INSERT INTO declaration (ref, version, wording, title, state, created_at, created_by) "
        "VALUES ('ACME-DEC-0009', 1, 'w', 't', 'signed', '', 'Jo')",
        "INSERT INTO signing_key (fingerprint, public_key, person, kept, created_at, created_by) "
        "VALUES ('a', 'b', 'Mallory', 'file', '', 'Jo')",
        "INSERT INTO declaration_record (declaration_id, kind, body, sha256, signature, files, signed_at) "
        "VALUES (1, 'scan', '{}', '', '', '{}', '')",
        "UPDATE declaration_record SET key_id = (SELECT max(id) FROM signing_key) + 1",
    ],
)
def test_a_row_that_the_log_does_not_tell_of_is_found(busy, forged):
    with raw(busy) as connection:
        connection.execute(forged)
        connection.commit()
    assert named(busy)


def test_a_key_that_the_log_tells_otherwise_of_is_named_with_what_it_signed(busy):
    with raw(busy) as connection:
        connection.execute("UPDATE signing_key SET person = 'Mallory'")
        connection.commit()
    fingerprint = busy.declarations.get(1).fingerprint
    assert named(busy) == ["ACME-DEC-0001 v2", "ACME-DEC-0001 v1", f"Signing key {fingerprint[:16]}"]
    assert "The audit log tells of another person of the signing key." in busy.declarations.verify_kept(1).faults


# -- damaged rows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((column, value) for column in ("answers", "roles", "recipients") for value in ("{bad", "7", "[[1]]", "null")),
        ("answers", '{"scope": 7}'), ("due", "soon"), ("state", "nonsense"), ("milestone", "{}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("damaged", [1, 2])
def test_one_damaged_declaration_is_told_and_the_others_are_read(busy, column, value, damaged):
    plan = busy.declarations.get(1).details.plan_id
    draft(busy)
    with raw(busy) as connection:
        connection.execute(f"UPDATE declaration SET {column} = ? WHERE id IN (?, 3)", (value, damaged))
        connection.commit()
    found = {one.id: one for one in busy.declarations.declarations()}
    assert set(found) == {1, 2, 3}
    if column != "milestone":
        assert all("damaged" in found[one].flags[0] and found[one].damaged for one in (damaged, 3))
        assert busy.declarations.sheet(3).problems
    assert not found[3 - damaged].damaged
    assert named(busy) == [found[damaged].name] or (column, value) == ("state", "nonsense")
    assert found[damaged].name in named(busy)
    assert not busy.declarations.verify_kept(damaged).ok
    assert busy.declarations.table().total() == 3
    assert busy.declarations.due() is not None
    assert len(busy.gonogo.sheet(plan).declarations) == 2
    assert busy.history.verify().ok
