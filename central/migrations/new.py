"""`python -m central.migrations.new 0002 "What it changes"`: write a revision from what tables.py says now.

It compares the tables with an empty SQLite that has all revisions so far. Read what it wrote before it is used, and
raise NEWEST in running.py: a column that was renamed looks like one gone and another one new.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from central.migrations.running import NEWEST, upgrade
from central.tables import metadata

_FOLDER = Path(__file__).parent / "versions"


def written(number: str, message: str, *, first: bool = False) -> str:
    """The text of the revision; `first`: as if there were none before."""
    with create_engine("sqlite://").begin() as connection:
        if not first:
            upgrade(connection)
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        operations = produce_migrations(context, metadata).upgrade_ops
        assert operations is not None
        steps = render_python_code(operations, render_as_batch=True)
    steps = re.sub(r"^# ### .*$\n?|^ +# ### .*$\n?", "", steps, flags=re.MULTILINE).strip("\n")
    down = None if first else NEWEST
    return f'''"""{message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {f'"{down}"' if down else None}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    {steps.strip()}
'''


def main(arguments: list[str]) -> int:
    """Write the file; gives an exit code."""
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    number, message = arguments
    name = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")[:40]
    path = _FOLDER / f"v{number}_{name}.py"
    path.write_text(written(number, message.rstrip(".")), encoding="utf-8")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
