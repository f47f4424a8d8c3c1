"""What became another between two readings of a sheet, in words: the signatory looks at it again before signing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop.declarations.model import OpenItem, ReliedOn, Sheet
from ui.widgets.declaration_look import with_ref

_STANDS = re.compile(r" is not finished \((.*)\)$")
"""How an activity that is open ends: how it stands, and when it is due."""
LISTED = 6
"""So many differences are named; the rest are counted."""


def differences(before: Sheet, after: Sheet) -> list[str]:
    """A sentence for each part of the sheet that is another one; empty when nothing that is shown changed."""
    found: list[str] = []
    old, new = dict(before.answers), dict(after.answers)
    found += [f"The answer to “{one.text}” is another one." for one in new if one in old and old[one] != new[one]]
    if set(old) != set(new):
        found.append("Other questions are asked.")
    found += _open(before, after)
    found += _relied(before.evidence, after.evidence)
    found += _relied(before.relied_on, after.relied_on)
    if before.statement != after.statement:
        found.append("The statement is another one.")
    if (before.recipients, before.roles, before.milestone) != (after.recipients, after.roles, after.milestone):
        found.append("Recipients, roles or milestone are others.")
    if before.declaration.details != after.declaration.details and not found:
        found.append("What was prepared is another one.")
    return found


def _open(before: Sheet, after: Sheet) -> list[str]:
    """What is open no more, open now, or open in another way; of what is relied on otherwise, that alone is told."""
    old = [one for one in before.open_items if one not in set(after.open_items)]
    new = [one for one in after.open_items if one not in set(before.open_items)]
    relied, now = _by_ref(before.relied_on), _by_ref(after.relied_on)
    told_below = {ref for (kind, ref), one in now.items() if relied.get((kind, ref), one).sha256 != one.sha256}
    moved = {one.ref for one in old if one.ref} & {one.ref for one in new}
    pairs = {ref: (_of(old, ref), _of(new, ref)) for ref in moved}
    single = {ref: (was[0], now[0]) for ref, (was, now) in pairs.items() if len(was) == len(now) == 1}
    gone = [one for one in old if one.ref not in single and one.ref not in told_below]
    return [
        *(f"No longer open: {with_ref(one.ref, one.text)}" for one in gone),
        *(_moved(*single[one.ref]) for one in new if one.ref in single),
        *(f"Open now: {with_ref(one.ref, one.text)}" for one in new if one.ref not in single),
    ]


def _of(items: list[OpenItem], ref: str) -> list[OpenItem]:
    return [one for one in items if one.ref == ref]


def _moved(was: OpenItem, now: OpenItem) -> str:
    """RB-003: now ready to start. What is said in brackets is compared; otherwise the new words are told."""
    before, after = _STANDS.search(was.text), _STANDS.search(now.text)
    if before is None or after is None or was.text[: before.start()] != now.text[: after.start()]:
        return f"Now: {with_ref(now.ref, now.text)}"
    parts = [one for one in after[1].split(", ") if one not in before[1].split(", ")] or [after[1]]
    return f"{now.ref.rpartition('/')[2]}: now {', '.join(parts)}"


def changed_words(before: Sheet, after: Sheet) -> str:
    """The message over the sheet when it changed since it was read."""
    found = differences(before, after)
    lines = found[:LISTED]
    if more := len(found) - LISTED if len(found) > LISTED else 0:
        lines.append(f"and {more:,} more")
    head = "It has changed since you read it. What you typed is kept; read it again and tick the box anew."
    return "\n".join([head, *lines])


def _relied(before: tuple[ReliedOn, ...], after: tuple[ReliedOn, ...]) -> list[str]:
    old, new = _by_ref(before), _by_ref(after)
    lines = [f"Added: {_called(one)}" for key, one in new.items() if key not in old]
    lines += [f"Gone: {_called(one)}" for key, one in old.items() if key not in new]
    lines += [f"Changed: {_called(one)}" for key, one in new.items() if key in old and old[key].sha256 != one.sha256]
    return lines


def _by_ref(relied: tuple[ReliedOn, ...]) -> Mapping[tuple[str, str], ReliedOn]:
    return {(one.kind, one.ref): one for one in relied}


def _called(one: ReliedOn) -> str:
    return with_ref(one.ref, one.title) if one.kind == "evidence" else one.title
