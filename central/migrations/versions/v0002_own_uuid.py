"""Laptops of two participants may have the same uuid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    op.add_column("device", sa.Column("own_uuid", sa.String(length=36), server_default="", nullable=False))
