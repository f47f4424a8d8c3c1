"""Every participant has a list of changes of its own; what it wrote is counted, and files are found by their hash.

Changes for everybody were rows of nobody ('') until now: each participant gets a copy, at the place where it read them.
Cursors that laptops have are known no more: they compare, and read from the start (docs/sync-protocol.md).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection, Table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT_A_TIME = 1_000


def upgrade() -> None:
    """Make it so."""
    op.add_column("change", sa.Column("number", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("participant", sa.Column("written", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])
    op.create_index("ix_submission_received", "submission", ["act", "received_at", "id", "state"])
    op.create_index("ix_submission_counted", "submission", ["act", "state", "kind", "participant"])
    op.drop_index("ix_change_participant_seq", "change")
    connection = op.get_bind()
    _number(connection)
    _count(connection)
    op.create_index("ix_change_number", "change", ["participant", "number"], unique=True)


def _number(connection: Connection) -> None:
    change = sa.Table("change", sa.MetaData(), autoload_with=connection)
    everybody = connection.execute(sa.text("SELECT id FROM participant ORDER BY id")).scalars().all()
    newest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(change.c.seq), 0))).scalar_one()
    last: Counter[str] = Counter()
    copies: list[dict[str, Any]] = []
    numbers: list[dict[str, int]] = []
    # Only two columns of all of them: receipts of thousands of files are large.
    for seq, whose in connection.execute(sa.select(change.c.seq, change.c.participant).order_by(change.c.seq)).all():
        for one in [whose] if whose else everybody:
            last[one] += 1
            if whose:
                numbers.append({"this_seq": seq, "its_number": last[one]})
            else:
                newest += 1
                copies.append({"from": seq, "seq": newest, "participant": one, "number": last[one]})
    given = sa.update(change).where(change.c.seq == sa.bindparam("this_seq")).values(number=sa.bindparam("its_number"))
    for start in range(0, len(numbers), _AT_A_TIME):
        connection.execute(given, numbers[start : start + _AT_A_TIME])
    _copy(connection, change, copies)
    connection.execute(sa.delete(change).where(change.c.participant == ""))


def _copy(connection: Connection, change: Table, copies: list[dict[str, Any]]) -> None:
    for one in copies:
        row = connection.execute(sa.select(change).where(change.c.seq == one["from"])).mappings().one()
        own = {name: one[name] for name in ("seq", "participant", "number")}
        connection.execute(sa.insert(change).values({**row, **own}))


def _count(connection: Connection) -> None:
    """Bytes of envelopes; answers that were given before are not counted."""
    connection.execute(
        sa.text(
            "UPDATE participant SET written = COALESCE("
            "(SELECT SUM(LENGTH(bytes)) FROM submission WHERE submission.participant = participant.id), 0)"
        )
    )
