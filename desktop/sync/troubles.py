"""Troubles: raised on the way to an endpoint, kept beside what they stopped, read again."""

from __future__ import annotations

import json
from dataclasses import asdict

from desktop.errors import WorkspaceError
from desktop.sync.model import Trouble
from desktop.sync.wire.problems import Met, Retry

NO_ENDPOINT, OTHER_ENDPOINT, GARBLED = "not-an-endpoint", "other-endpoint", "garbled"
"""Slugs of what answers in place of the endpoint and shows no sign-in page: it says nothing that an endpoint says, it
has another id, or its answer came in a form that cannot be read."""
UNREADABLE, COMPARING = "unreadable", "comparing"
_LEFT_OUT = "left_out"
OF_THE_ITEM = {UNREADABLE, COMPARING}
"""Slugs of what says nothing of the endpoint or of the way to it: everything else goes on."""


class SyncTrouble(WorkspaceError):
    """What kept a call from succeeding: whoever sends judges by `trouble.retry` who can mend it.

    `retry_after`: seconds that the endpoint asks to be left alone, None when it does not say. `met`: the problem of
    the answer, with its extension members; None when there was no answer of the endpoint.
    """

    def __init__(self, trouble: Trouble, *, retry_after: float | None = None, met: Met | None = None) -> None:
        """Keep all three."""
        self.trouble = trouble
        self.retry_after = retry_after
        self.met = met
        super().__init__(trouble.what, todo=trouble.todo)


def as_text(trouble: Trouble | None) -> str:
    """As it is kept in a column: JSON; `{}` = none."""
    return "{}" if trouble is None else json.dumps(asdict(trouble), ensure_ascii=False, sort_keys=True)


def with_left_out(text: str, reason: str) -> str:
    """What is kept in a column, with why it is not sent any more. What an endpoint said of it stays known."""
    try:
        body = json.loads(text or "{}")
    except ValueError:
        body = {}
    return json.dumps(
        {**(body if isinstance(body, dict) else {}), _LEFT_OUT: reason}, ensure_ascii=False, sort_keys=True
    )


def why_left_out(text: str) -> str:
    """Why it is not sent any more; '' where that is not kept."""
    try:
        body = json.loads(text or "{}")
    except ValueError:
        return ""
    reason = body.get(_LEFT_OUT) if isinstance(body, dict) else None
    return reason if isinstance(reason, str) else ""


def read(text: str) -> Trouble | None:
    """What is kept in a column; None for none, and for what cannot be read."""
    try:
        body = json.loads(text or "{}")
        if not body:
            return None
        known = {name: body[name] for name in ("what", "todo", "slug", "request_id", "at") if name in body}
        return Trouble(**known, retry=Retry(body.get("retry", Retry.AUTO)), status=int(body.get("status", 0)))
    except (ValueError, TypeError, AttributeError):
        return None
