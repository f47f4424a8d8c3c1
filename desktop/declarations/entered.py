"""What a person gives for a draft, made into what is kept; each refusal names its field."""

from __future__ import annotations

import json

from desktop.declarations.model import DeclarationDetails, Question, Wording
from desktop.errors import InvalidInput
from desktop.typed_days import WAYS, read_day

LONGEST_TEXT = 20_000
LONGEST_LINE = 300
"""Characters of an answer or a note, and of a title, a name or a position."""
YES, NO = "yes", "no"
ANSWER = "answer."
"""How the field of an answer begins in a refusal or a problem; the question's id follows."""

_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


def line(text: str, field: str, longest: int = LONGEST_LINE) -> str:
    """One line without blanks around it. Raises InvalidInput when it is too long or no text."""
    return _checked(" ".join(text.split()), field, longest)


def paragraph(text: str, field: str) -> str:
    """A text of any number of lines. Raises InvalidInput when it is too long or no text."""
    return _checked("\n".join(one.rstrip() for one in text.strip().splitlines()), field, LONGEST_TEXT)


def day(text: str, field: str) -> str:
    """A day as it is kept; '' stays ''. Raises InvalidInput for what is none."""
    if not text.strip():
        return ""
    found = read_day(text)
    if found is None:
        raise InvalidInput(f"“{text.strip()[:40]}” is no day.", todo=f"Write it as {WAYS}.", field=field)
    return found.isoformat()


def answer(question: Question, text: str) -> str:
    """An answer as it is kept; '' = none. Raises InvalidInput for one that is not of the question's kind."""
    field = f"{ANSWER}{question.id}"
    if question.answer_kind == "date":
        return day(text, field)
    if question.answer_kind == "yes/no":
        said = text.strip().casefold()
        if said and said not in _YES | _NO:
            raise InvalidInput(f"Answer “{question.text}” with yes or no.", field=field)
        return "" if not said else YES if said in _YES else NO
    return paragraph(text, field)


def columns(details: DeclarationDetails, wording: Wording, actor: str) -> dict[str, object]:
    """The columns of a draft. Raises InvalidInput, also for an answer to a question that the wording does not ask."""
    asked = {one.id: one for one in wording.questions}
    answers = {}
    for key, text in details.answers.items():
        if key not in asked:
            raise InvalidInput(
                f"“{wording.title}” does not ask “{key}”.",
                safe="Nothing was changed.",
                todo=f"It asks: {', '.join(asked) or 'nothing'}.",
                field=f"{ANSWER}{key}",
            )
        if kept := answer(asked[key], text):
            answers[key] = kept
    return {
        "wording": wording.id,
        "title": line(details.title, "title") or wording.title,
        "plan_id": details.plan_id,
        "activity_id": details.activity_id,
        "milestone": details.milestone,
        "recipients": json.dumps(list(dict.fromkeys(details.recipients))),
        "roles": json.dumps(list(dict.fromkeys(details.roles))),
        "due": day(details.due, "due"),
        "answers": json.dumps(answers, ensure_ascii=False),
        "note": paragraph(details.note, "note"),
        "prepared_by": line(details.prepared_by, "prepared_by") or actor,
    }


def _checked(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise InvalidInput(f"Use at most {longest:,} characters.", field=field)
    if any(0xD800 <= ord(one) <= 0xDFFF or (ord(one) < 32 and one not in "\n\t") for one in text):
        raise InvalidInput("There is a character in it that cannot be written.", todo="Type it anew.", field=field)
    return text
