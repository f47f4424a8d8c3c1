"""Run the migrations from wherever the package stands: a source checkout or an installed one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from central.refusals import Refused

NEWEST = "0003"
"""The newest of versions/ (a test holds it): a database that is there already needs no alembic, and its 15 MB."""


def upgrade(connection: Connection) -> None:
    """To the newest version, in the transaction of the connection.

    Raises Refused (unavailable) for tables that a newer version of the service made: they are not touched.
    """
    if inspect(connection).has_table("alembic_version"):
        stands = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        if stands == [NEWEST]:
            return
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    known = {one.revision for one in script.walk_revisions()}
    there = MigrationContext.configure(connection).get_current_heads()
    if not set(there) <= known:
        raise Refused("unavailable", "The database was made by a newer version of mhhs-central: install that one.")
    if set(there) != set(script.get_heads()):
        command.upgrade(config, "head")
