"""How much of what is required is proven: all of it, by family and by stage, as bars with words; a click filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.testing.model import Cover, Coverage, CoverageRow
from ui.theme.theme import Theme
from ui.widgets.basics import Card, follow_icon, label
from ui.widgets.flow import Flow
from ui.widgets.trace_look import COVERS

LINES = 5
"""Bars that a card shows at once; the rest scrolls."""
FEWEST_LINES = 4
"""Lines that there is always room for: the words under the whole bar take as many in a narrow window."""
_ORDER = (
    Cover.PASSED, Cover.RELIANCE, Cover.NO_EVIDENCE, Cover.RELIES, Cover.NOT_RUN, Cover.BLOCKED, Cover.FAILED,
    Cover.ONLY_NOT_APPLICABLE, Cover.NO_CASE,
)  # fmt: skip
"""What is proven first, so that bars of one column can be compared from the left."""

Wanted = Callable[[str, str], object]
"""Takes (column, value): show the requirements whose cell in that column is that value; '' and '' = all gaps."""


def applying(row: CoverageRow) -> int:
    """How many requirements of a row apply: only these have to be proven."""
    return row.total - row.counts.get(Cover.NOT_APPLICABLE, 0)


def proven(row: CoverageRow) -> int:
    """How many of those have nothing left to do."""
    return applying(row) - row.gaps


def _figure(row: CoverageRow) -> str:
    return f"{proven(row):,} of {applying(row):,}"


class CoverageBar(QPushButton):
    """One line: the name, a bar in parts, `42 of 60`. What it says in colours it says in words to whoever asks."""

    def __init__(self, theme: Theme, row: CoverageRow, go: Callable[[], object], widest: str = "") -> None:
        """`widest` is the longest figure beside it, so that the bars of a column end at one line."""
        super().__init__()
        self._theme, self._row, self._widest = theme, row, widest
        self.setProperty("role", "link")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        parts = ", ".join(
            f"{row.counts[one]:,} {one.value[0].lower()}{one.value[1:]}" for one in Cover if row.counts.get(one)
        )
        self._name = row.name or "(none named)"
        self.setAccessibleName(f"{self._name}: {_figure(row)} proven; {parts}")
        self.setToolTip(f"{self._name}: {parts}\nClick to show only these")
        self.clicked.connect(lambda _checked=False: go())

    def sizeHint(self) -> QSize:
        height = self.fontMetrics().height()
        return QSize(height * 14, round(height * 1.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 8, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, metrics, width = self._theme.tokens, self.fontMetrics(), self.width()
        height, middle = metrics.height(), self.height() / 2
        if self.hasFocus() or self.underMouse():
            painter.setPen(QColor(tokens.focus) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(QRectF(1, 1, width - 2, self.height() - 2), 4, 4)
        pad = round(height * 0.3)
        figure = _figure(self._row)
        figure_width = metrics.horizontalAdvance(self._widest or figure)
        name_width = min(round(width * 0.36), metrics.horizontalAdvance("Operational rd"))
        base = round(middle - height / 2) + metrics.ascent()
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text))
        name = self._name[:1].upper() + self._name[1:]
        painter.drawText(pad, base, metrics.elidedText(name, Qt.TextElideMode.ElideRight, name_width))
        painter.drawText(width - pad - metrics.horizontalAdvance(figure), base, figure)
        left = pad + name_width + pad
        track = QRectF(left, middle - height * 0.22, width - left - figure_width - 2 * pad, height * 0.44)
        paint_parts(painter, self._theme, self._row, track)


def paint_parts(painter: QPainter, theme: Theme, row: CoverageRow, track: QRectF) -> None:
    """The bar in parts: what is proven from the left, gaps after it, a gap of a pixel between two parts."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.tokens.raised))
    painter.drawRoundedRect(track, 2, 2)
    if not applying(row) or track.width() <= 0:
        return
    x = track.left()
    for cover in _ORDER:
        count = row.counts.get(cover, 0)
        if count:
            wide = max(2.0, track.width() * count / applying(row))
            painter.setBrush(QColor(getattr(theme.tokens, COVERS[cover][1])))
            painter.drawRect(QRectF(x, track.top(), min(wide, track.right() - x) - 1, track.height()))
            x += wide


class _WholeBar(QWidget):
    """The bar of everything; its words stand beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.row = CoverageRow("", 0, {})
        self.setFixedHeight(round(self.fontMetrics().height() * 0.7))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_parts(painter, self._theme, self.row, QRectF(self.rect()))


class CoverageStrip(QWidget):
    """Three cards side by side; `wanted(column, value)` when something is clicked."""

    def __init__(self, theme: Theme, wanted: Wanted) -> None:
        super().__init__()
        self._theme, self._wanted = theme, wanted
        self.setAccessibleName("Coverage")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        unit = self.fontMetrics().height()
        whole = Card()
        whole.setAccessibleName("All requirements")
        self.figure = label("", "heading", wrap=True)
        whole.body.addWidget(self.figure)
        self.bar = _WholeBar(theme)
        whole.body.addWidget(self.bar)
        self._legend_box = QWidget()
        self._legend = Flow(self._legend_box, gap=theme.px(1))
        whole.body.addWidget(self._legend_box)
        whole.body.addStretch()
        self.links: dict[Cover, QPushButton] = {}
        self.families: dict[str, QPushButton] = {}
        self.stages: dict[str, QPushButton] = {}
        self._family_column, by_family = self._column("By family")
        self._stage_column, by_stage = self._column("By stage")
        for card, stretch in ((whole, 5), (by_family, 4), (by_stage, 4)):
            card.body.setContentsMargins(unit, round(unit * 0.5), unit, round(unit * 0.5))
            card.body.setSpacing(round(unit * 0.25))
            row.addWidget(card, stretch)
        self._give_room(LINES)
        theme.changed.connect(self.update)

    def fill(self, coverage: Coverage) -> None:
        """Show this coverage."""
        whole = coverage.whole
        self.bar.row = whole
        self.bar.update()
        share = f" ({proven(whole) * 100 // applying(whole)}%)" if applying(whole) else ""
        self.figure.setText(f"{_figure(whole)} proven{share}" if applying(whole) else "No requirement that applies yet")
        self._fill_legend(whole)
        self.families = self._fill_column(self._family_column, "family", coverage.by_family)
        self.stages = self._fill_column(self._stage_column, "stage", coverage.by_stage)
        self._give_room(max(FEWEST_LINES, len(coverage.by_family), len(coverage.by_stage)))

    def _give_room(self, lines: int) -> None:
        """As tall as the bars that are there, up to `LINES`: the rows below want the rest."""
        self.setFixedHeight(round(self.fontMetrics().height() * (1.4 * min(lines, LINES) + 3.2)))

    def _fill_legend(self, whole: CoverageRow) -> None:
        while item := self._legend.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.links = {}
        for cover in Cover:
            if count := whole.counts.get(cover, 0):
                icon, role = COVERS[cover]
                made = QPushButton(f"{count:,} {cover.value}")
                made.setProperty("role", "link")
                made.setAutoDefault(False)
                made.setToolTip(f"Show the requirements that stand at “{cover.value}”")
                made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
                follow_icon(made, self._theme, icon, role)
                made.clicked.connect(lambda _checked=False, one=cover: self._wanted("cover", one.value))
                self._legend.addWidget(made)
                self.links[cover] = made
        self._legend.addWidget(QLabel())  # a flow's last part takes the rest of its line
        self._legend_box.updateGeometry()

    def _column(self, heading: str) -> tuple[QVBoxLayout, Card]:
        card = Card()
        card.setAccessibleName(heading)
        card.body.addWidget(label(heading, "strong"))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll.setWidget(inside)
        card.body.addWidget(scroll, 1)
        return column, card

    def _fill_column(self, column: QVBoxLayout, key: str, rows: Sequence[CoverageRow]) -> dict[str, QPushButton]:
        while item := column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        bars: dict[str, QPushButton] = {}
        widest = max((_figure(one) for one in rows), key=len, default="")
        for one in rows:
            bars[one.name] = CoverageBar(self._theme, one, lambda name=one.name: self._wanted(key, name), widest)  # type: ignore[misc]
            column.addWidget(bars[one.name])
        if not rows:
            column.addWidget(label("Nothing to count yet.", "muted"))
        column.addStretch()
        return bars
