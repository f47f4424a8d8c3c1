"""Icons: drawn as SVG in `currentColor`, tinted with a colour of the scheme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme.files import resource

SIZES = (16, 20, 24, 32, 48, 64)
"""The sizes in which an icon is drawn, in device pixels; twice the size is drawn for fine screens."""


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """One icon of `size` logical pixels in one colour. Raises FileNotFoundError for a name that is not there."""
    return _pixmap(name, colour, size, ratio)


@lru_cache(maxsize=2000)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(
        QByteArray(resource("icons", f"{name}.svg").read_bytes().replace(b"currentColor", colour.encode()))
    )
    picture = QPixmap(QSize(size, size) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    picture.setDevicePixelRatio(ratio)  # after painting: the drawing fills the device pixels, not the logical ones
    return picture


@lru_cache(maxsize=500)
def icon(name: str, colour: str, faint: str = "", chosen: str = "") -> QIcon:
    """An icon in `colour`; in `faint` when disabled and in `chosen` when it is on."""
    result = QIcon()
    for mode, tint, state in (
        (QIcon.Mode.Normal, colour, QIcon.State.Off),
        (QIcon.Mode.Disabled, faint or colour, QIcon.State.Off),
        (QIcon.Mode.Selected, colour, QIcon.State.Off),
        (QIcon.Mode.Normal, chosen or colour, QIcon.State.On),
    ):
        for size in SIZES:
            for ratio in (1.0, 2.0):
                result.addPixmap(_pixmap(name, tint, size, ratio), mode, state)
    return result


def forget_icons() -> None:
    """Drop every drawn icon; pixmaps must not outlive the QApplication."""
    icon.cache_clear()
    _pixmap.cache_clear()
