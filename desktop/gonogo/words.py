"""How a go/no-go sheet says things, in the window and on paper alike."""

from __future__ import annotations

from datetime import datetime

from desktop.cutover.model import Activity
from desktop.declarations.model import Declaration, DeclarationState
from desktop.uk_time import civil

FAILED = "Failed or no-go"
"""The part of the activities that ended so."""


def declaration_words(one: Declaration) -> str:
    """Who signed it, as what, when, what became of it since; a document in place of a signature is told as one."""
    if not one.signed_at:
        return one.state.title
    who = ", ".join(part for part in (one.signatory, one.position) if part)
    day = civil(datetime.fromisoformat(one.signed_at))[0]
    on = f"on {day.day} {day:%b %Y}"
    signed = f"Document attached in place of a signature, of {who}, {on}" if one.scan else f"Signed by {who}, {on}"
    return signed if one.state is DeclarationState.SIGNED else f"{signed}; {one.state.value}"


def changes_words(one: Declaration) -> str:
    """What it rests on that has changed since, one in its words, more as a number; '' for what does not stand."""
    if not one.state.stands or not one.flags:
        return ""
    if len(one.flags) == 1:
        return one.flags[0]
    return f"{len(one.flags):,} things that it rests on have changed since."


def despite_words(one: Activity) -> str:
    """Why somebody went on although something was not ready; '' = nobody did."""
    if not one.despite:
        return ""
    return f"{'done' if one.finished else 'begun'} although: {one.despite}"


def outcome_words(one: Activity) -> str:
    """The state with its outcome, unless that says the same once more: Done: go; Failed."""
    same = one.outcome.casefold() in {"", "fail", "pass", "done"}
    return one.state.value if same else f"{one.state.value}: {one.outcome}"
