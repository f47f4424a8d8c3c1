"""The order of the Tab key in what is filled anew: what is made last would come last otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.widgets.declaration_fields import tab_through


def buttons_of(parts: Iterable[QWidget]) -> list[QWidget]:
    """The links and buttons in some parts, part by part from the top."""
    found: list[QWidget] = []
    for part in parts:
        found += [part] if isinstance(part, QAbstractButton) else part.findChildren(QAbstractButton)
    return found


def tab_from(first: QWidget, widgets: Iterable[QWidget]) -> None:
    """Let the Tab key go from `first` through these, as far as the keyboard can be in them."""
    tab_through([one for one in (first, *widgets) if one.focusPolicy() != Qt.FocusPolicy.NoFocus])
