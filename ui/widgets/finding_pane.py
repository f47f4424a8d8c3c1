"""The pane that explains one finding: what is wrong, how it is mended, the row it stands in, its history, its work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QTableWidgetItem, QVBoxLayout, QWidget

from desktop.cleanse.detail import FindingDetail
from desktop.cleanse.exceptions import AcceptedException
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button, label, set_role
from ui.widgets.row_cells import ROW_HEADINGS, cell_texts
from ui.widgets.small_table import SmallTable


class FindingPane(QScrollArea):
    """Shows one finding; what can be done with it is asked of `show_row`, `show_finding`, `edit` and `accept`."""

    def __init__(  # noqa: PLR0915 - one lay-out
        self,
        theme: Theme,
        *,
        show_row: Callable[[int, int], object],
        show_finding: Callable[[int], object],
        edit: Callable[[], object],
        accept: Callable[[], object],
        evidence: QWidget | None = None,
    ) -> None:
        """`evidence`: what shows the evidence of the finding, a card of its own below the work."""
        super().__init__()
        self._theme, self._show_row, self._show_finding = theme, show_row, show_finding
        self._detail: FindingDetail | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("The chosen finding")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
        column.setSpacing(theme.px(2))
        self.setWidget(inside)
        top = QHBoxLayout()
        self._icon = QLabel()
        self.severity = label("", "small")
        top.addWidget(self._icon)
        top.addWidget(self.severity)
        top.addStretch()
        column.addLayout(top)
        self.title = label("Choose a finding to see what it means.", "heading", wrap=True, selectable=True)
        self.message = label("", wrap=True, selectable=True)
        column.addWidget(self.title)
        column.addWidget(self.message)
        self.cards: list[QWidget] = []
        self.mend = self._card(column, "How it is mended")
        self.verbs = QWidget()
        row = QVBoxLayout(self.verbs)
        row.setContentsMargins(0, 0, 0, 0)
        self.edit_button = button("Edit…", edit, tip="Owner, due date, note and status")
        self.accept_button = button(
            "Accept for a time…", accept, tip="An exception with a reason, an approver and an end"
        )
        self.row_button = button("Show the row", self._go_to_row)
        pair = QHBoxLayout()
        for made in (self.edit_button, self.accept_button):
            pair.addWidget(made)
        pair.addStretch()
        row.addLayout(pair)
        row.addWidget(self.row_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.verbs)
        self.cards.append(self.verbs)
        self.work = self._card(column, "Work")
        if evidence is not None:
            self._add_card(column, "Evidence", evidence)
        self.why = self._card(column, "Why it is checked")
        self.history = self._card(column, "History")
        self.related = SmallTable(
            "Other findings of this MPAN",
            ("Check", "Finding"),
            "None.",
            edit=lambda key: self._show_finding(_number(key)),
        )
        if self.related.edit_button:
            self.related.edit_button.setText("Show")
            self.related.edit_button.setAccessibleName("Show: other findings of this MPAN")
        self._add_card(column, "Other findings of this MPAN", self.related)
        self.cells = SmallTable("The row as it stood", ROW_HEADINGS, "The row is not kept any more.")
        self.cells.setMinimumHeight(self.fontMetrics().height() * 22)
        self._add_card(column, "The row", self.cells)
        column.addStretch()
        self.show_detail(None)
        theme.changed.connect(self._retint)

    def show_detail(self, detail: FindingDetail | None, *, writable: bool = True) -> None:
        """Show a finding; None when none is chosen."""
        self._detail = detail
        for card in self.cards:
            card.setVisible(detail is not None)
        self.severity.setText("")
        self.message.setText("")
        self._icon.clear()
        if detail is None:
            self.title.setText("Choose a finding to see what it means.")
            return
        self._tint()
        self.severity.setText(
            f"{detail.severity.value} · {detail.check_id} · {detail.state.value} · {detail.party.title}"
        )
        set_role(self.severity, role=detail.severity.value.lower())
        self.title.setText(detail.check_title)
        where = f"Row {detail.row:,}" if detail.row else "The file as a whole"
        stood = f", {detail.item_title}: “{detail.value}”" if detail.item_title else ""
        self.message.setText(f"{detail.message}\n{where}{stood}")
        self.mend.setText(detail.fix_hint + (f"\nSuggestion: {detail.suggestion}" if detail.suggestion else ""))
        self.why.setText(f"{detail.explanation}\nSource: {detail.basis}".strip())
        self.history.setText("\n".join(_history(detail)))
        self.work.setText("\n".join(_work(detail)))
        self.row_button.setEnabled(detail.row is not None)
        for made in (self.edit_button, self.accept_button):
            made.setEnabled(writable)
        self.related.fill([(one.fingerprint, (one.check_id, one.message)) for one in detail.related])
        self._fill_row(detail)

    def _fill_row(self, detail: FindingDetail) -> None:
        row = detail.portfolio_row
        if row is None:
            self.cells.fill([])
            return
        self.cells.fill([(place, cell_texts(cell)) for place, cell in enumerate(row.cells)])
        for place, cell in enumerate(row.cells):
            if detail.item in (cell.item, cell.heading) and detail.item:
                self.cells.list.selectRow(place)
                self._mark(place, detail.severity.value.lower())

    def _mark(self, row: int, severity: str) -> None:
        """Show the cell that the finding is about, wherever the cursor goes: bold and in the severity's colour."""
        for column in range(self.cells.list.columnCount()):
            item: QTableWidgetItem | None = self.cells.list.item(row, column)
            if item is None:
                continue
            font = item.font()
            font.setBold(True)
            item.setFont(font)
            item.setForeground(self._theme.colour(severity))
            if column == 0:
                self.cells.list.scrollToItem(item)

    def _card(self, column: QVBoxLayout, heading: str) -> QLabel:
        text = label("", wrap=True, selectable=True)
        self._add_card(column, heading, text)
        return text

    def _add_card(self, column: QVBoxLayout, heading: str, widget: QWidget) -> None:
        card = Card(heading)
        card.body.addWidget(widget)
        column.addWidget(card)
        self.cards.append(card)

    def _go_to_row(self) -> None:
        if self._detail and self._detail.row:
            self._show_row(self._detail.snapshot_id, self._detail.row)

    def _retint(self) -> None:
        self._tint()
        if self._detail:
            self._fill_row(self._detail)

    def _tint(self) -> None:
        if self._detail:
            name = self._detail.severity.value.lower()
            self._icon.setPixmap(self._theme.pixmap(f"severity-{name}", 18, name))


def _number(key: object) -> int:
    assert isinstance(key, int)
    return key


def _day(day: date) -> str:
    return f"{day:%d %b %Y}"


def _ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"


def _history(detail: FindingDetail) -> list[str]:
    lines = [f"First seen on {_day(detail.first_seen.as_of)}, {_ago(detail.age_days)}"]
    if detail.since.run_id != detail.first_seen.run_id:
        lines.append(f"Gone in between; back since {_day(detail.since.as_of)}")
    if detail.changed:
        lines.append(f"Last changed on {_day(detail.changed.as_of)}")
    if detail.gone:
        lines.append(f"Gone since {_day(detail.gone.as_of)}: a later file no longer shows it")
    elif detail.not_checked_because:
        lines.append(f"Not checked in the newest run: {detail.not_checked_because}")
    return lines


def _work(detail: FindingDetail) -> list[str]:
    work = detail.work
    lines = [f"Status: {work.status.value}", f"Owner: {work.owner or 'nobody yet'}"]
    if work.due:
        lines.append(f"Due: {_day(work.due)}")
    if work.note:
        lines.append(f"Note: {work.note}")
    if detail.exception:
        lines.append(exception_line(detail.exception))
    return lines


def exception_line(exception: AcceptedException) -> str:
    """An exception in one sentence."""
    return f"Exception by {exception.approver}: {exception.terms}. Reason: {exception.reason}"
