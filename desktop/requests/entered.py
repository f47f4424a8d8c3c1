"""What a person or a file gives of a request or a question, made into what is kept; each refusal names its field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from desktop.errors import InvalidInput
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.typed_days import WAYS, read_day

LONGEST_LINE = 300
LONGEST_KEY = 60
LONGEST_TEXT = 32_767
"""Characters: what a cell of a workbook holds, so that every text can be handed on."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)

FIELDS = ("key", "section", "text", "guidance", "answer", "owner", "not_for_us", "note")
"""The fields that a person or a file gives of a question, by name; all of them are texts."""
_LINES = ("section", "owner")


def line(text: str, field: str, most: int = LONGEST_LINE) -> str:
    """One line, its blanks made single. Raises InvalidInput when it is too long."""
    text = " ".join(text.replace("\0", "").split())
    if len(text) > most:
        raise InvalidInput(f"Use at most {most} characters.", field=field)
    return text


def passage(text: str, field: str) -> str:
    """A text of several lines without blanks around it. Raises InvalidInput when no cell of a workbook holds it."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field)
    return text


def day(text: str, field: str) -> str:
    """A day as ISO text, or ''. Raises InvalidInput for anything else."""
    text = text.strip()
    if not text:
        return ""
    found = read_day(text)
    if found is None:
        raise InvalidInput(f"“{text[:60]}” is no day.", todo=f"Write it as {WAYS}.", field=field)
    if not EARLIEST <= found <= LATEST:
        raise InvalidInput(f"The day must lie between {EARLIEST.year} and {LATEST.year}.", field=field)
    return found.isoformat()


def request_values(details: RequestDetails, senders: Mapping[str, str], today: date) -> dict[str, str]:
    """The columns of a request. `senders`: id of the recipients pack to name. Raises InvalidInput (its field)."""
    values = {
        "title": line(details.title, "title"),
        "their_ref": line(details.their_ref, "their_ref"),
        "sender": _sender(details.sender, senders),
        "received": day(details.received, "received"),
        "due": day(details.due, "due"),
        "note": passage(details.note, "note"),
        "closed": day(details.closed, "closed"),
    }
    if not values["title"]:
        raise InvalidInput("A request needs a title.", field="title")
    if values["received"] and values["due"] and values["due"] < values["received"]:
        raise InvalidInput("It would be due before it was received.", field="due")
    if values["closed"] > today.isoformat():
        raise InvalidInput("The day on which a request was closed cannot lie ahead.", field="closed")
    return values


def checked(given: Mapping[str, str]) -> dict[str, str]:
    """Fields of a question as they are kept. Raises InvalidInput, its field named."""
    values: dict[str, str] = {}
    for name, raw in given.items():
        if name not in FIELDS:
            raise ValueError(f"a question has no field {name}")
        values[name] = _read(name, raw)
    if values.get("key") == "":
        raise InvalidInput("A question needs its number, as the document has it.", field="key")
    if values.get("text") == "":
        raise InvalidInput("A question needs its text.", field="text")
    return values


def question_values(details: QuestionDetails) -> dict[str, str]:
    """The columns of what a person says of a question. Raises InvalidInput, its field named."""
    return checked({name: getattr(details, name) for name in FIELDS})


def text_hash(values: Mapping[str, object]) -> str:
    """Of what a question asks: another one means that its answer has to be looked at.

    Blanks count for nothing: a document that is only laid out anew asks the same.
    """
    asked = [" ".join(str(values.get(name) or "").split()) for name in ("text", "guidance")]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:32]


def _read(name: str, raw: str) -> str:
    if name == "key":
        return line(raw, name, LONGEST_KEY)
    return line(raw, name) if name in _LINES else passage(raw, name)


def _sender(text: str, senders: Mapping[str, str]) -> str:
    text = " ".join(text.split())
    if not text or text in senders:
        return text
    for one, name in senders.items():
        if text.casefold() in (one.casefold(), name.casefold()):
            return one
    raise InvalidInput(
        f"“{text[:60]}” is none of the recipients of the programme content.",
        todo=f"Use one of: {', '.join(senders)}; or leave it out.",
        field="sender",
    )
