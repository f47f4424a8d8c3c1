"""The tables that the revisions make are those that the service works with, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from central.central import Central
from central.migrations import new
from central.tables import metadata


def test_the_revisions_make_the_tables_of_this_version(central: Central) -> None:
    """After a change of tables.py: `python -m central.migrations.new 0004 "What it changes"`."""
    with central.db.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("first", [True, False])
def test_a_revision_is_written_from_the_tables(first: bool) -> None:
    made = new.written("0004", "Something more", first=first)
    compile(made, "revision", "exec")
    assert ("create_table" in made) is first
    assert ('down_revision = "0003"' in made) is not first
