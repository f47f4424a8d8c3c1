"""What a person gives for a draft, made into what is kept; each refusal names its field."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from desktop.declarations.entered import LONGEST_LINE, day, line, paragraph
from desktop.errors import InvalidInput
from desktop.submissions.context import NOTHING, Desk
from desktop.submissions.kinds.gathering import scope_words
from desktop.submissions.model import KindInfo, Scope, SubmissionDetails
from desktop.submissions.resolving import default_recipients
from local_db.submissions import SubmissionRow


def columns(details: SubmissionDetails, kind: KindInfo, desk: Desk) -> dict[str, object]:
    """The columns of a draft. Raises InvalidInput.

    What follows from the kind and the roles is kept as '' or [], so that it follows them until it is frozen; a day of
    its own takes the place of a milestone.
    """
    words = scope_words(kind.id, details.scope, desk.sources)
    due, milestone = day(details.due, "due"), details.milestone.strip()
    if milestone:
        known = {one.id for one in desk.sources.milestones.milestones()}
        if milestone not in known:
            raise InvalidInput(
                f"“{milestone[:60]}” is none of the milestones that are known.",
                safe=NOTHING,
                todo=f"Choose from {', '.join(sorted(known)) or 'none: there are none yet'}.",
                field="milestone",
            )
    return {
        "title": line(details.title, "title") or _title(kind, words),
        "scope": scope_text(details.scope),
        "recipients": json.dumps(_recipients(details, kind, desk)),
        "milestone": "" if due or milestone == kind.milestone else milestone,
        "due": due,
        "mpan_choice": details.mpan_choice.value,
        "covering": paragraph(details.covering, "covering"),
        "note": paragraph(details.note, "note"),
    }


def own_title(row: SubmissionRow, kind: KindInfo, desk: Desk) -> str:
    """The title that a draft has when nobody gave it one."""
    try:
        return _title(kind, scope_words(kind.id, scope_of(row.scope) or Scope(), desk.sources))
    except InvalidInput:  # what it is over is not there any more
        return row.title


def kind_of(kind_id: str, desk: Desk) -> KindInfo:
    """The kind of a new draft. Raises InvalidInput for one that cannot be put together."""
    known = desk.kinds()
    if kind_id not in known:
        raise InvalidInput(
            f"“{kind_id[:60]}” is none of the kinds of submission that are known." if kind_id else "Choose a kind.",
            safe=NOTHING,
            todo=f"Choose from {', '.join(known) or 'none: the pack in use has none'}.",
            field="kind",
        )
    return known[kind_id]


def scope_text(scope: Scope) -> str:
    """A scope as it is kept."""
    return json.dumps(asdict(scope), ensure_ascii=False, sort_keys=True)


def scope_of(text: str) -> Scope | None:
    """A kept scope; None for a text that is none."""
    try:
        found = json.loads(text)
        return _scope(found) if isinstance(found, dict) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _title(kind: KindInfo, words: str) -> str:
    """Its kind, and what it is over in words."""
    return (f"{kind.name}: {words}" if words else kind.name)[:LONGEST_LINE]


def _scope(found: dict[str, Any]) -> Scope:
    def whole(name: str) -> int | None:
        value = found.get(name)
        return None if value is None else int(value)

    gate, with_evidence = found.get("gate", ""), found.get("with_evidence", True)
    if not isinstance(gate, str) or not isinstance(with_evidence, bool):
        raise TypeError("no scope")
    return Scope(
        gate,
        whole("plan_id"),
        whole("request_id"),
        tuple(int(one) for one in found.get("declarations", ())),
        tuple(int(one) for one in found.get("evidence", ())),
        with_evidence,
    )


def _recipients(details: SubmissionDetails, kind: KindInfo, desk: Desk) -> list[str]:
    """Those that were chosen, in the order of the pack; none where they are those that follow anyway."""
    known = desk.recipients()
    chosen = set(details.recipients)
    unknown = sorted(chosen - set(known))
    if unknown:
        raise InvalidInput(
            f"“{unknown[0][:60]}” is none of the recipients that are known.",
            safe=NOTHING,
            todo=f"Choose from {', '.join(known) or 'none: there are none yet'}.",
            field="recipients",
        )
    found = [one for one in known if one in chosen]
    return [] if found == list(default_recipients(kind, details.scope, desk)) else found
