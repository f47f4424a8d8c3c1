"""Which reader takes a file, by its media type; runs in the child only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.evidence.reading import archives, mail, markup, office, pdf, pictures, plain
from desktop.evidence.reading.answer import MOST_TEXT, Answer, Unreadable, Want
from desktop.evidence.reading.gathering import Gathered

Reader = Callable[[Path, Gathered], str]
"""Puts a file's text into a `Gathered` and returns what it is, for people. Raises Unreadable, or anything at all."""

_READERS: dict[str, Reader] = {
    "text/plain": plain.read,
    "text/csv": plain.read,
    "text/x-script": plain.read,
    "text/x-url": plain.read,
    "text/x-desktop": plain.read,
    "text/x-scf": plain.read,
    "text/x-registry": plain.read,
    "application/json": plain.read,
    "application/xml": plain.read,
    "text/html": markup.read,
    "image/svg+xml": markup.read,
    "message/rfc822": mail.read,
    "application/pdf": pdf.read,
    "application/rtf": plain.read_rtf,
    "application/zip": archives.read,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office.read_word,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office.read_excel,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": office.read_slides,
    "application/vnd.oasis.opendocument.text": office.read_open_document,
    "application/vnd.oasis.opendocument.spreadsheet": office.read_open_document,
    "application/vnd.oasis.opendocument.presentation": office.read_open_document,
    "application/vnd.oasis.opendocument.graphics": office.read_open_document,
}


def load() -> None:
    """Import what the readers need, before the child gives up its right to load libraries."""
    pdf.load()
    pictures.load()


def read(path: Path, media_type: str, want: Want, picture: Path) -> Answer:
    """What a file holds. Raises Unreadable, and anything else over a hostile file."""
    if media_type in pictures.MEDIA_TYPES:
        if want is Want.TEXT:
            return Answer("none", "a picture has no text")
        return Answer("read", pictures.make(path, media_type, picture), picture=True)
    if media_type == "application/x-empty":
        raise Unreadable("the file is empty")
    reader = _READERS.get(media_type)
    if reader is None:
        raise Unreadable("files of this kind are not opened here")
    gathered = Gathered(MOST_TEXT)
    words = reader(path, gathered)
    text = gathered.text
    if not text.strip():
        raise Unreadable(f"there is no text in it ({words})")
    return Answer("part" if gathered.full else "read", words, text)
