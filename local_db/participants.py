"""Queries about the participant, its scopes and its contacts."""

from __future__ import annotations

from typing import Any

from local_db.connection import Store


def participant(store: Store) -> dict[str, Any]:
    """The organisation's row without its id: name, short_name, pathway, notes."""
    return _rows(store, "SELECT name, short_name, pathway, notes FROM participant WHERE id = 1")[0]


def scopes(store: Store) -> list[dict[str, Any]]:
    """All scopes by MPID, role and segment."""
    return _rows(store, "SELECT id, mpid, role, segment, pathway, reliance FROM scope ORDER BY mpid, role, segment")


def contacts(store: Store) -> list[dict[str, Any]]:
    """All contacts by name."""
    return _rows(store, "SELECT id, hat, name, position, email, phone FROM contact ORDER BY name, id")


def _rows(store: Store, sql: str) -> list[dict[str, Any]]:
    cursor = store.read().execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
