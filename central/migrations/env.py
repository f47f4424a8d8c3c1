"""What alembic runs: on the connection that it is given, inside its transaction."""

from __future__ import annotations

from alembic import context

from central.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes tables by making new ones
)
context.run_migrations()
