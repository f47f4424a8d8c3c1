"""The timeline on paper: pages across, rows broken over them, header and legend on each.

Always black on white whatever the window looks like. A rehearsal says so across every page, and what is suggested is
called so.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from desktop.cutover.model import PlanView
from desktop.uk_time import moment_at
from desktop.working_days import WorkingDays
from ui.paper import page_layout
from ui.theme.tokens import LIGHT, mixed
from ui.widgets.cutover_look import moment_words
from ui.widgets.timeline_legend import legend_height, paint_legend
from ui.widgets.timeline_look import Canvas, Look, Place
from ui.widgets.timeline_paint import paint
from ui.widgets.timeline_rows import Chart, chart, shown_at_first
from ui.widgets.timeline_scale import DAY, Scale

_TEXT, _FINE = 9.0, 4.0
"""Height of the text in points; how many times finer than that icons are drawn."""
_MANY = 60
"""From so many rows on the larger paper is offered first."""


def timeline_pdf(
    view: PlanView,
    days: WorkingDays | None = None,
    names: Mapping[str, str] | None = None,
    *,
    size: QPageSize.PageSizeId = QPageSize.PageSizeId.A4,
) -> bytes:
    """The whole plan as PDF. Raises ValueError when nothing in it has a day."""
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(kept)
    writer.setCreator("MHHS Desk")
    writer.setTitle(view.plan.name)
    writer.setPageLayout(page_layout(size, landscape=True))
    print_timeline(view, writer, days, names)
    kept.close()
    return bytes(kept.data().data())


def fitting_size(view: PlanView) -> QPageSize.PageSizeId:
    """A3 where A4 would take many pages."""
    return QPageSize.PageSizeId.A3 if len(view.activities) > _MANY else QPageSize.PageSizeId.A4


def print_timeline(
    view: PlanView,
    device: QPagedPaintDevice,
    days: WorkingDays | None = None,
    names: Mapping[str, str] | None = None,
) -> int:
    """Paint the whole plan onto the pages of a device (QPdfWriter, QPrinter); gives how many pages it took.

    `days` shades what is no working day. Raises ValueError when nothing in the plan has a day.
    """
    made = chart(view, names)
    if not made.dated:
        raise ValueError("nothing has a day")
    painter = QPainter(device)
    try:
        paper = device.pageLayout().paintRect(QPageLayout.Unit.Point)
        finer = device.logicalDpiX() / 72
        painter.scale(finer, finer)
        return _Pages(painter, device, made, view, days, QRectF(0, 0, paper.width(), paper.height())).all()
    finally:
        painter.end()


class _Pages:
    """One printing: everything in points from the corner of the page."""

    def __init__(  # noqa: PLR0917 - all of one printing
        self,
        painter: QPainter,
        device: QPagedPaintDevice,
        made: Chart,
        view: PlanView,
        days: WorkingDays | None,
        page: QRectF,
    ) -> None:
        self._painter, self._device, self._made, self._view, self._days, self._page = (
            painter, device, made, view, days, page,
        )  # fmt: skip
        self._look = Look(LIGHT, _font(_TEXT), _font(_TEXT, bold=True), _font(_TEXT * 0.92), _FINE, 0.5)
        line = self._look.line
        self._head, self._foot = line * 3.4, legend_height(self._look, page.width() * 0.75) + line * 0.6
        self._left = round(min(page.width() * 0.32, line * 24))

    def all(self) -> int:
        """Paint every page; gives how many."""
        look, rows = self._look, len(self._made.rows)
        room = self._page.height() - self._head - self._foot
        fits = max(1, int((room - look.header) // look.row))
        starts = list(range(0, rows, fits))
        for number, first in enumerate(starts, 1):
            if number > 1:
                self._device.newPage()
            self._one(first, min(fits, rows - first), number, len(starts))
        return len(starts)

    def _one(self, first: int, count: int, number: int, of: int) -> None:
        painter, look, page = self._painter, self._look, self._page
        self._words(number, of)
        tall = look.header + count * look.row
        low, high = shown_at_first(self._made)
        room = page.width() - self._left
        pad = room * 0.025
        per_day = (room - 2 * pad) / max((high - low) / DAY, 0.25)
        scale = Scale(low - DAY * (pad / per_day), per_day)
        painter.save()
        painter.translate(0, self._head)
        painter.setClipRect(QRectF(0, 0, page.width(), tall))
        place = Place(self._left, look.header, page.width(), tall, look.row, first * look.row, scale)
        paint(Canvas(painter, look, self._made, place), self._days)
        painter.restore()
        painter.setPen(look.outline)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0, self._head, page.width(), tall))
        paint_legend(painter, look, QRectF(0, page.height() - self._foot + look.line * 0.5, page.width() * 0.75, 0))
        if self._view.plan.rehearsal:
            watermark(painter, page)

    def _words(self, number: int, of: int) -> None:
        painter, look, page, plan = self._painter, self._look, self._page, self._view.plan
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(look.text)
        painter.setFont(_font(_TEXT * 1.5, bold=True))
        painter.drawText(QRectF(0, 0, page.width() * 0.75, look.line * 1.8), left, plan.name)
        painter.setFont(look.body)
        painter.drawText(QRectF(0, 0, page.width(), look.line * 1.8), right, f"Page {number} of {of}")
        painter.setPen(look.muted)
        painter.setFont(look.small)
        line = QRectF(0, look.line * 1.8, page.width(), look.line * 1.2)
        painter.drawText(
            line, left, " · ".join(one for one in (plan.ref, source_words(self._view), ends_words(self._view)) if one)
        )
        painter.drawText(line, right, f"As it stood {moment_words(moment_at(self._view.now))}, UK time")


def source_words(view: PlanView) -> str:
    """What the plan was taken from; of what we ship, that it is suggested."""
    source = view.plan.source
    if view.plan.key and "suggested" not in source.casefold():
        source = f"{source} (suggested, not official)" if source else "Suggested, not official"
    return source


def ends_words(view: PlanView) -> str:
    """When the plan ends, and when by the forecast where that is another moment; '' without days."""
    if view.planned_end is None:
        return ""
    planned = f"Ends {moment_words(view.planned_end)}"
    if view.ends is None or view.ends == view.planned_end:
        return planned
    return f"{planned} by the plan, {moment_words(view.ends)} by the forecast"


def watermark(painter: QPainter, page: QRectF) -> None:
    """Write across a page that it is a rehearsal. What is under it stays readable."""
    painter.save()
    painter.setFont(_font(page.width() / 8, bold=True))
    painter.setPen(QColor(mixed(LIGHT.block, LIGHT.surface, 0.5)))
    painter.setOpacity(0.35)
    painter.translate(page.center())
    painter.rotate(-24)
    whole = QRectF(-page.width(), -page.height() / 2, page.width() * 2, page.height())
    painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, "REHEARSAL")
    painter.restore()


def _font(points: float, *, bold: bool = False) -> QFont:
    """A font of the window in a size of the paper: the painter is scaled so that a pixel is a point."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(max(1, round(points)))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font
