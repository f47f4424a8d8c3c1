"""The declarations pack read into words. A pack that the person brought may lack anything but ids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from desktop.content.pack import Pack
from desktop.declarations.model import Capacity, Question, Wording

KIND = "declarations"
CONFIRM = "I confirm that what is declared here is true to the best of my knowledge, and that I may sign it."
"""The words beside the box where a pack gives none."""
ANSWER_KINDS = ("text", "yes/no", "date")

_PLACE = re.compile(r"\{[^{}\n]*\}")


def wordings_of(pack: Pack) -> tuple[Wording, ...]:
    """The wordings in the pack's order; of two with one id the first."""
    known = capacities_of(pack)
    found: dict[str, Wording] = {}
    for row in pack.body["wordings"]:
        found.setdefault(row["id"], _wording(row, known))
    return tuple(found.values())


def capacities_of(pack: Pack) -> tuple[Capacity, ...]:
    """In which capacities somebody may sign."""
    return tuple(
        Capacity(row["id"], _text(row, "name") or row["id"], _text(row, "about"), row.get("rec_only") is True)
        for row in pack.body["capacities"]
    )


def unknown_wording(wording_id: str, capacities: Sequence[Capacity]) -> Wording:
    """What stands for a wording that the pack in use does not have: no statement, so that nobody can sign it.

    What was signed before can still be withdrawn, in any capacity of the pack.
    """
    return Wording(wording_id, wording_id, "", "", CONFIRM, (), (), tuple(capacities))


def filled(statement: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The statement with everything put in, and the places ({like this}) for which there is nothing; they stay."""
    left: list[str] = []

    def put(found: re.Match[str]) -> str:
        value = values.get(found.group()[1:-1].strip().casefold(), "")
        if not value:
            left.append(found.group())
        return value or found.group()

    return _PLACE.sub(put, statement), tuple(dict.fromkeys(left))


def _wording(row: Mapping[str, Any], known: Sequence[Capacity]) -> Wording:
    allowed = _texts(row, "capacities")
    return Wording(
        id=row["id"],
        title=_text(row, "title") or row["id"],
        about=_text(row, "about"),
        statement=_text(row, "statement"),
        confirm=_text(row, "confirm") or CONFIRM,
        questions=_questions(row),
        recipients=_texts(row, "recipients"),
        capacities=tuple(one for one in known if not allowed or one.id in allowed),
        milestone=_text(row, "milestone"),
        # What does not say that it is the Code Body's own text is a placeholder.
        placeholder=row.get("placeholder") is not False,
        next_steps=_texts(row, "next_steps"),
        replaced_by=_text(row, "replaced_by"),
    )


def _questions(row: Mapping[str, Any]) -> tuple[Question, ...]:
    found: dict[str, Question] = {}
    rows = row.get("questions")
    for one in rows if isinstance(rows, list) else []:
        if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"]:
            kind = _text(one, "kind")
            question = Question(
                one["id"],
                _text(one, "text") or one["id"],
                one.get("needed") is not False,
                kind if kind in ANSWER_KINDS else "text",
                _text(one, "hint"),
            )
            found.setdefault(question.id, question)
    return tuple(found.values())


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = row.get(name)
    return tuple(one for one in values if isinstance(one, str)) if isinstance(values, list) else ()
