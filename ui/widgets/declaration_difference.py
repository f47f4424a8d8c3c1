"""What became another between two readings of a sheet, in words: the signatory looks at it again before signing."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.declarations.model import ReliedOn, Sheet
from ui.widgets.declaration_look import with_ref

LISTED = 6
"""So many differences are named; the rest are counted."""


def differences(before: Sheet, after: Sheet) -> list[str]:
    """A sentence for each part of the sheet that is another one; empty when nothing that is shown changed."""
    found: list[str] = []
    old, new = dict(before.answers), dict(after.answers)
    found += [f"The answer to “{one.text}” is another one." for one in new if one in old and old[one] != new[one]]
    if set(old) != set(new):
        found.append("Other questions are asked.")
    open_before, open_after = (set(one.open_items) for one in (before, after))
    found += [f"No longer open: {with_ref(one.ref, one.text)}" for one in before.open_items if one not in open_after]
    found += [f"Open now: {with_ref(one.ref, one.text)}" for one in after.open_items if one not in open_before]
    found += _relied(before.evidence, after.evidence)
    found += _relied(before.relied_on, after.relied_on)
    if before.statement != after.statement:
        found.append("The statement is another one.")
    if (before.recipients, before.roles, before.milestone) != (after.recipients, after.roles, after.milestone):
        found.append("Recipients, roles or milestone are others.")
    if before.declaration.details != after.declaration.details and not found:
        found.append("What was prepared is another one.")
    return found


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
