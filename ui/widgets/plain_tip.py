"""Tooltips of texts that people and files give: Qt would read what looks like HTML as HTML, pictures included."""

from __future__ import annotations

from html import escape


def plain_tip(text: str) -> str:
    """A text for `setToolTip` and `QToolTip`: shown as it stands, its lines kept, long ones wrapped."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if text else ""
