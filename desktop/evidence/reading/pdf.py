"""The text of PDF documents, page by page."""

from __future__ import annotations

import logging
from pathlib import Path

from desktop.evidence.reading.answer import Unreadable
from desktop.evidence.reading.gathering import Gathered

_MOST = 512 * 1024 * 1024
"""Bytes of a document that is read: all of it is held in memory by its reader where it is damaged."""


def load() -> None:
    """Import the library."""
    import pypdf

    logging.getLogger(pypdf.__name__).setLevel(logging.CRITICAL)


def read(path: Path, gathered: Gathered) -> str:
    """The text of a document; pages that are pictures have none."""
    from pypdf import PdfReader

    if path.stat().st_size > _MOST:
        raise Unreadable("the document is larger than 512 MB")
    with path.open("rb") as file:
        document = PdfReader(file, strict=False)
        if document.is_encrypted and not document.decrypt(""):
            raise Unreadable("it is protected by a password")
        pages = len(document.pages)
        for page in document.pages:
            if gathered.full:
                break
            gathered.line(page.extract_text() or "")
    return f"PDF document, {pages:,} page{'' if pages == 1 else 's'}"
