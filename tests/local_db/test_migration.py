"""Which files are opened, brought up to date or refused."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from local_db import migrate
from local_db.connection import Store
from local_db.engine import connect
from local_db.errors import WorkspaceDamaged, WorkspaceError

SCHEMA = Path(migrate.__file__).parent / "schema"


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "workspace.db"
    Store.create(found).close()
    return found


def raw(path, *statements):
    with closing(connect(path)) as connection:
        for statement in statements:
            connection.execute(statement).fetchall()


def test_a_new_file_has_our_mark_the_newest_schema_and_the_expected_tables(path):
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x4D484844
        assert migrate.version_of(connection) == migrate.newest()
        assert migrate.schema_digest(connection) == migrate.expected_digest(migrate.newest())


def test_every_table_is_strict(path):
    with closing(connect(path)) as connection:
        loose = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict "
            "AND name NOT LIKE 'sqlite%'"
        ).fetchall()
    assert loose == []


def test_creating_over_a_file_is_refused(path):
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="already a workspace"):
        Store.create(path)
    assert path.read_bytes() == before


def test_a_newer_file_is_refused_and_not_touched(path):
    raw(path, f"PRAGMA user_version = {migrate.newest() + 1}")
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="made by a newer MHHS Desk"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"SQLite format 3\x00", b"PK\x03\x04" + b"\0" * 5000, bytes(range(256)) * 64],
    ids=["empty", "text", "header only", "zip", "noise"],
)
def test_what_is_no_database_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "workspace.db"
    path.write_bytes(content)
    with pytest.raises(WorkspaceDamaged, match="not a workspace"):
        Store.open(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "workspace.db"
    raw(path, "CREATE TABLE books (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(WorkspaceDamaged, match="not a workspace"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_truncated_file_is_refused(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WorkspaceDamaged):
        Store.open(path)


def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path):
    with pytest.raises(WorkspaceError, match="no workspace"):
        Store.open(tmp_path / "workspace.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "alteration",
    [
        "DROP TRIGGER audit_no_update",
        "DROP TRIGGER audit_no_delete",
        "DROP TRIGGER audit_only_next",
        "CREATE TABLE extra (x)",
        "CREATE VIEW peek AS SELECT 1",
        "CREATE TRIGGER sly AFTER INSERT ON contact BEGIN DELETE FROM scope; END",
        "ALTER TABLE contact ADD COLUMN fax TEXT",
    ],
)
def test_a_schema_that_somebody_altered_is_refused(path, alteration):
    raw(path, alteration)
    with pytest.raises(WorkspaceDamaged, match="altered"):
        Store.open(path)
    with pytest.raises(WorkspaceDamaged, match="altered"):
        Store.open(path, read_only=True)


def test_statistics_of_the_query_planner_are_no_alteration(path):
    raw(path, "ANALYZE")
    Store.open(path).close()


def newer_schema(folder, *scripts):
    shutil.copytree(SCHEMA, folder)
    for place, script in enumerate(scripts, start=migrate.newest() + 1):
        (folder / f"{place:04}_next.sql").write_text(script, encoding="utf-8")
    return folder


def test_a_migration_is_made_after_a_backup_and_keeps_the_rows(path, tmp_path):
    raw(path, "INSERT INTO contact (hat, name) VALUES ('data_owner', 'Jo')")
    schema = newer_schema(
        tmp_path / "schema",
        "ALTER TABLE contact ADD COLUMN team TEXT NOT NULL DEFAULT '';\n"
        "CREATE TRIGGER no_empty BEFORE INSERT ON contact WHEN NEW.name = '' BEGIN\n"
        "  SELECT RAISE(ABORT, 'a; name'); -- with a ; in it\nEND;\n",
    )
    calls = []
    assert migrate.needs_migration(path, schema)
    assert migrate.bring_up_to_date(path, lambda: calls.append("backup"), schema) == 1
    assert calls == ["backup"]
    assert not migrate.needs_migration(path, schema)
    with closing(connect(path)) as connection:
        migrate.check_schema(connection, path, schema)
        assert connection.execute("SELECT name, team FROM contact").fetchall() == [("Jo", "")]


def test_without_its_backup_nothing_is_migrated(path, tmp_path):
    schema = newer_schema(tmp_path / "schema", "CREATE TABLE more (x TEXT) STRICT;")

    def full():
        raise WorkspaceError("no room")

    with pytest.raises(WorkspaceError, match="no room"):
        migrate.bring_up_to_date(path, full, schema)
    Store.open(path).close()


def test_a_migration_that_fails_leaves_the_file_at_the_last_good_one(path, tmp_path):
    schema = newer_schema(
        tmp_path / "schema", "CREATE TABLE more (x TEXT) STRICT;", "CREATE TABLE half (x TEXT) STRICT; SELECT nothing;"
    )
    with pytest.raises(Exception, match="nothing"):
        migrate.bring_up_to_date(path, lambda: None, schema)
    with closing(connect(path)) as connection:
        assert migrate.version_of(connection) == migrate.newest() + 1
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "more" in names
    assert "half" not in names


def test_an_altered_file_is_not_migrated(path, tmp_path):
    schema = newer_schema(tmp_path / "schema", "CREATE TABLE more (x TEXT) STRICT;")
    raw(path, "DROP TRIGGER audit_no_delete")
    with pytest.raises(WorkspaceDamaged, match="altered"):
        migrate.bring_up_to_date(path, lambda: None, schema)


def test_migrations_are_numbered_without_a_gap(tmp_path):
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE a (x TEXT) STRICT;")
    (tmp_path / "0003_third.sql").write_text("CREATE TABLE b (x TEXT) STRICT;")
    with pytest.raises(RuntimeError, match="numbered"):
        migrate.migrations(tmp_path)


def test_a_script_that_ends_inside_a_statement_is_our_fault_and_said():
    with pytest.raises(RuntimeError, match="inside a statement"):
        migrate.statements("CREATE TABLE a (x TEXT) STRICT; CREATE TABLE b (x")
    assert migrate.statements("CREATE TABLE a (x TEXT); -- the end") == ["CREATE TABLE a (x TEXT);"]
