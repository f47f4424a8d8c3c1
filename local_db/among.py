"""A condition on any number of ids, bound as one JSON list: SQLite's limit on bound values never matters."""

from __future__ import annotations

import json
from collections.abc import Iterable


def among(column: str, ids: Iterable[int] | None) -> tuple[str, tuple[str, ...]]:
    """A condition for WHERE with what it binds; None = all of them. `column` goes into the SQL as it is."""
    if ids is None:
        return "true", ()
    return f"{column} IN (SELECT value FROM json_each(?))", (listed(ids),)  # noqa: S608 - fixed names


def listed(ids: Iterable[int]) -> str:
    """The ids as json_each() reads them."""
    return json.dumps([int(one) for one in ids])
