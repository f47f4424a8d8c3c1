"""E-mail messages: the main headers, the text, and the names of what is attached."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from desktop.evidence.reading import markup
from desktop.evidence.reading.answer import Unreadable
from desktop.evidence.reading.gathering import Gathered

_MOST = 64 * 1024 * 1024
"""Bytes of a message that is read."""
_MOST_PARTS = 1_000
_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read(path: Path, gathered: Gathered) -> str:
    """The text of a message; attachments are named and not opened."""
    if path.stat().st_size > _MOST:
        raise Unreadable("the message is larger than 64 MB")
    with path.open("rb") as file:
        message = BytesParser(policy=policy.default).parse(file)
    for name in _HEADERS:
        value = _header(message, name)
        if value:
            gathered.line(f"{name}: {value}")
    gathered.line()
    attached = 0
    plain = any(part.get_content_type() == "text/plain" for part in message.walk())
    for place, part in enumerate(message.walk()):
        if place >= _MOST_PARTS or gathered.full:
            break
        if part.is_multipart():
            continue
        called = part.get_filename()
        if called or part.get_content_disposition() == "attachment":
            attached += 1
            gathered.line(f"Attached: {called or 'without a name'}")
        elif part.get_content_type() == "text/plain":
            gathered.line(_text(part))
        elif part.get_content_type() == "text/html" and not plain:
            markup.words_of(_text(part), gathered)
            gathered.line()
    return f"E-mail message with {attached} attached" if attached else "E-mail message"


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):  # a header that the parser cannot take apart
        return ""


def _text(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
