"""Requests and questions in JSON and in lines, for every command of `mhhs-desk request`."""

from __future__ import annotations

from typing import Any

from desktop.requests.model import InfoRequest, Question
from desktop.requests.table import looks, state_of


def request_json(one: InfoRequest) -> dict[str, Any]:
    """A request with how far its answers are."""
    details = one.details
    return {
        "ref": one.ref,
        "their_ref": details.their_ref,
        "title": details.title,
        "sender": details.sender,
        "received": details.received or None,
        "due": details.due or None,
        "closed": details.closed or None,
        "source": one.source,
        "questions": one.questions,
        "answered": one.answered,
        "to_look_at": one.to_look_at,
        "missing": one.missing,
    }


def question_json(one: Question) -> dict[str, Any]:
    """A question with its answer."""
    details = one.details
    return {
        "key": details.key,
        "section": details.section,
        "text": details.text,
        "guidance": details.guidance,
        "state": state_of(one),
        "answer": details.answer,
        "not_for_us": details.not_for_us,
        "owner": details.owner,
        "evidence": one.proofs,
        "look_at": looks(one),
    }


def request_line(one: InfoRequest) -> str:
    """A request in one line."""
    due = f"closed {one.details.closed}" if one.details.closed else f"due {one.details.due or 'on no day'}"
    look = f", {one.to_look_at:,} to look at" if one.to_look_at else ""
    return f"{one.ref}  {one.name}: {one.answered:,} of {one.questions:,} answered{look}, {due}"


def question_line(one: Question) -> str:
    """A question in one line."""
    look = looks(one)
    told = f" ({'; '.join(look)})" if look else ""
    return f"  {one.details.key} {_short(one.details.text)}: {state_of(one)}{told}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:97]}..."
