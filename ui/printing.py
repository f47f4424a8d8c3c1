"""Prints an HTML page as an A4 PDF: from the window's workers, and from the command line without a window.

The command line imports this only once it prints, since it loads Qt. The page may name a text that is drawn across
every sheet: `<meta name="watermark" content="REHEARSAL">`. Nothing that a page points to is loaded.
"""

from __future__ import annotations

import html as escaping
import re
import sys

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from ui.theme.tokens import LIGHT

MARGIN_MM = 18
UNITS = 96
"""Units in an inch that a page is laid out in, whatever the screen has: the px of HTML."""
DOTS = 1200
"""Dots in an inch that places on the sheet are rounded to; letters stay outlines."""
FOOT = 30
"""Units that the line at the foot of each sheet is high."""
_FAMILIES = ["DejaVu Sans", "Arial", "Helvetica"]
_WATERMARK = re.compile(r'<meta name="watermark" content="([^"]*)">')

_own_application: QGuiApplication | None = None
"""Kept for as long as the program runs: Qt cannot make a second one reliably."""


def pdf_of(html: str, landscape: bool = False) -> bytes:
    """The PDF of a page, its sheets numbered.

    From any thread of Qt where an application runs (in a plain Python thread Qt grumbles over its timers); without one,
    one that needs no screen is made, on the main thread only.
    """
    _need_application()
    into = QBuffer()
    into.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(into)
    turned = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), turned, margins, QPageLayout.Unit.Millimeter))
    writer.setResolution(DOTS)
    writer.setCreator("MHHS Desk")
    print_on(writer, html)
    into.close()
    return bytes(into.data().data())


def print_on(device: QPagedPaintDevice, html: str) -> int:
    """Print a page onto the sheets of a device (a PDF, a printer), numbered; gives how many it took."""
    dots = device.logicalDpiX()
    room = QRectF(0, 0, device.width() * UNITS / dots, device.height() * UNITS / dots)
    sheet = QSizeF(room.width(), room.height() - FOOT)
    document = _document(html, sheet)
    title = document.metaInformation(document.MetaInformation.DocumentTitle)
    if isinstance(device, QPdfWriter):
        device.setTitle(title)
    found = _WATERMARK.search(html)
    across = escaping.unescape(found[1]) if found else ""
    painter = QPainter(device)
    painter.scale(dots / UNITS, dots / UNITS)
    try:
        for number in range(document.pageCount()):
            if number:
                device.newPage()
            painter.save()
            painter.translate(0, -number * sheet.height())
            document.drawContents(painter, QRectF(0, number * sheet.height(), sheet.width(), sheet.height()))
            painter.restore()
            if across:
                _draw_across(painter, room, across)
            _draw_foot(painter, room, title, f"Page {number + 1} of {document.pageCount()}")
    finally:
        painter.end()
    return document.pageCount()


class _OfItself(QTextDocument):
    """Loads nothing: no picture, no style sheet, from nowhere. Keeps what it is measured for as long as it lives."""

    def __init__(self) -> None:
        """`measure`: what letters are measured for, the same on every screen."""
        super().__init__()
        self.measure = QImage(1, 1, QImage.Format.Format_ARGB32)
        self.measure.setDotsPerMeterX(round(UNITS / 0.0254))
        self.measure.setDotsPerMeterY(round(UNITS / 0.0254))

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


def _document(html: str, sheet: QSizeF) -> QTextDocument:

    document = _OfItself()
    document.documentLayout().setPaintDevice(document.measure)
    document.setUseDesignMetrics(True)
    document.setDocumentMargin(0)
    document.setPageSize(sheet)
    document.setHtml(html)
    return document


def _draw_across(painter: QPainter, room: QRectF, text: str) -> None:
    """Large from corner to corner, so pale that the writing is read through it."""
    painter.save()
    font = QFont(_FAMILIES)
    font.setBold(True)
    font.setPixelSize(1000)
    wide = QFontMetricsF(font).horizontalAdvance(text) or 1.0
    font.setPixelSize(min(int(1000 * room.width() / wide), int(room.height() / 4)))
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.text))
    painter.setOpacity(0.15)
    painter.translate(room.center())
    painter.rotate(-45)
    painter.drawText(
        QRectF(-room.width(), -room.height() / 4, 2 * room.width(), room.height() / 2),
        Qt.AlignmentFlag.AlignCenter,
        text,
    )
    painter.restore()


def _draw_foot(painter: QPainter, room: QRectF, left: str, right: str) -> None:

    painter.save()
    font = QFont(_FAMILIES)
    font.setPixelSize(11)
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.text))
    line = QRectF(0, room.height() - FOOT, room.width(), FOOT)
    left = QFontMetricsF(font).elidedText(left, Qt.TextElideMode.ElideRight, room.width() * 0.75)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, left)
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, right)
    painter.restore()


def _need_application() -> None:
    """Fonts need a Qt application. The command line has none, and often no screen to make one for."""
    global _own_application  # noqa: PLW0603 - one for the whole program, as Qt wants it

    if QCoreApplication.instance() is None:
        # Off screen Qt finds no fonts on Windows; there the ordinary platform needs no screen either.
        platform = [] if sys.platform == "win32" else ["-platform", "offscreen"]
        _own_application = QGuiApplication([sys.argv[0] or "mhhs-desk", *platform])
