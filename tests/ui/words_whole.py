"""Whether words are shown whole: what of a window is narrower or lower than its text needs."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def cut_labels(root: QWidget) -> list[str]:
    """Wrapped texts in sight that are lower than they need at their width."""
    return [
        f"“{one.text()[:40]}” {one.height()} < {one.heightForWidth(one.width())}"
        for one in root.findChildren(QLabel)
        if one.isVisible() and one.wordWrap() and one.text() and one.height() < one.heightForWidth(one.width())
    ]


def cut_buttons(root: QWidget, *, but: tuple[type[QPushButton], ...] = ()) -> list[str]:
    """Buttons in sight that are narrower than their words; `but`: those that shorten them on purpose."""
    return [
        f"“{one.text()}” {one.width()} < {one.sizeHint().width()}"
        for one in root.findChildren(QPushButton)
        if one.isVisible() and one.text() and one.width() < one.sizeHint().width() and not isinstance(one, but)
    ]
