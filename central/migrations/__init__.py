"""The tables of the central service, version by version (alembic)."""
