"""What an import would keep: rows, what is cleaned, what a spreadsheet has spoiled, faults, first rows."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QLineEdit,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.portfolio.cleaning import clean_series
from desktop.portfolio.items import ITEMS
from desktop.portfolio.preview import ItemPreview
from desktop.portfolio.staging import Source, Staged
from ui.theme.theme import Theme
from ui.widgets.basics import Card, label, set_role
from ui.widgets.small_table import SmallTable

FIRST_ROWS = 50
FAULTS_LISTED = 200


def visible(text: str) -> str:
    """A cell's text with what cannot be seen in it shown: spaces at the ends, other blanks, control characters."""
    ends = (0, len(text) - 1)

    def mark(place: int, one: str) -> str:
        if one == " " and place not in ends:
            return one
        return "·" if one.isspace() else one if one.isprintable() else "¤"

    return "".join(mark(place, one) for place, one in enumerate(text))


class ImportPreview(QWidget):
    """Read only but for the extract date."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, theme.px(1), 0)
        self._column.setSpacing(theme.px(3))
        scroll.setWidget(inside)
        outer.addWidget(scroll)
        self.summary = label("", wrap=True)
        self._column.addWidget(self.summary)
        self.fewer = label("", "block", wrap=True)
        self.fewer.hide()
        self._column.addWidget(self.fewer)
        form = QFormLayout()
        self.extract_date = QLineEdit()
        self.extract_date.setPlaceholderText("dd/mm/yyyy")
        self.extract_date.setMaximumWidth(self.fontMetrics().averageCharWidth() * 18)
        form.addRow("E&xtracted on", self.extract_date)
        self.date_wrong = label("", "block", wrap=True)
        self.date_wrong.hide()
        form.addRow("", self.date_wrong)
        form.addRow(
            "", label("The day the file was made, if you know it. Old extracts are said to be old.", "small", wrap=True)
        )
        self._column.addLayout(form)
        self.spoiled_card = Card("A spreadsheet has spoiled some cells")
        self.spoiled = label("", wrap=True, selectable=True)
        self.spoiled_card.body.addWidget(self.spoiled)
        self._column.addWidget(self.spoiled_card)
        self.cleaned = SmallTable(
            "What is cleaned for comparing",
            ("Item", "What is done", "Cells", "As it stands → as it is compared"),
            "Nothing needs cleaning.",
        )
        self._add("Cleaned for comparing; the text as it stands is kept", self.cleaned, 0)
        self.faults = SmallTable("Faults met while reading", ("Row", "What"), "No fault was met while reading.")
        self.faults_card = self._add("Met while reading", self.faults, 0)
        self.rows = QTableWidget()
        self.rows.setAccessibleName("First rows of the file")
        self.rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.rows.setTabKeyNavigation(False)
        self.rows.setWordWrap(False)
        self._add("First rows", self.rows, 14)

    def fill(self, source: Source, staged: Staged, items: tuple[ItemPreview, ...], extracted: date | None) -> None:
        """Show what a commit of this would keep."""
        used = len(staged.mapping)
        notes = " ".join(dict.fromkeys((*source.notes, *staged.notes)))
        self.summary.setText(
            f"{staged.rows:,} rows under {len(staged.reading.headings)} headings, {used} of them used. {notes}".strip()
        )
        last = f"{date.fromisoformat(staged.fewer_than):%d/%m/%Y}" if staged.fewer_than else ""
        self.fewer.setText(
            f"{staged.fewer:,} rows fewer than the last file of {last}. Is this the whole portfolio? "
            "What is not in it will show as Gone."
        )
        self.fewer.setVisible(bool(staged.fewer))
        self.extract_date.setText(f"{extracted:%d/%m/%Y}" if extracted else "")
        self._fill_spoiled(items)
        self.cleaned.fill(
            [
                (
                    (one.item.name, note.what),
                    (
                        one.item.title,
                        note.what.capitalize(),
                        f"{note.count:,}",
                        "   ".join(f"{visible(e.before)} → {e.after}" for e in note.examples[:2]),
                    ),
                )
                for one in items
                for note in one.cleaned
            ]
        )
        reading = staged.reading
        listed = reading.faults[:FAULTS_LISTED]
        rows = [(place, (f"{f.row:,}" if f.row else "File", f.message)) for place, f in enumerate(listed)]
        rest = sum(reading.fault_counts.values()) - len(listed)
        if rest > 0:
            rows.append((-1, ("", f"and {rest:,} more; the checks and the report list them")))
        self.faults.fill(rows)
        for table in (self.cleaned, self.faults):
            # As tall as what it lists, up to eight lines; the rest scrolls.
            count = table.list.rowCount()
            table.setFixedHeight(round(self.fontMetrics().height() * (2 + 1.75 * min(8, count) if count else 1.5)))
        self._fill_rows(source, staged)

    def day(self) -> date | None:
        """The extract date as typed; None when left empty. Raises ValueError (the field says what is wrong)."""
        text = self.extract_date.text().strip()
        wrong = ""
        found: date | None = None
        if text:
            try:
                found = datetime.strptime(text, "%d/%m/%Y").date()
            except ValueError:
                wrong = f"“{text}” is not a day such as 20/11/2026."
        self.date_wrong.setText(wrong)
        self.date_wrong.setVisible(bool(wrong))
        set_role(self.extract_date, wrong="true" if wrong else "false")
        if wrong:
            self.extract_date.setFocus()
            raise ValueError(wrong)
        return found

    def _add(self, title: str, widget: QWidget, lines: int) -> Card:
        card = Card(title)
        widget.setMinimumHeight(self.fontMetrics().height() * lines)
        card.body.addWidget(widget)
        self._column.addWidget(card)
        return card

    def _fill_spoiled(self, items: tuple[ItemPreview, ...]) -> None:
        lines = [
            f"{one.item.title} (“{one.heading}”): {note.count:,} cells are {note.kind.value}. "
            f"For example: {', '.join(note.examples)}"
            for one in items
            for note in one.spoiled
        ]
        lost = any(note.lost for one in items for note in one.spoiled)
        if lost:
            lines.append(
                "Lost digits cannot be brought back from this file, and nothing is guessed. Export it again with these "
                "columns formatted as text; you can also import it as it is and see the rows among the findings."
            )
        self.spoiled.setText("\n".join(lines))
        self.spoiled_card.setVisible(bool(lines))

    def _fill_rows(self, source: Source, staged: Staged) -> None:
        items = {heading: name for name, heading in staged.mapping.items()}
        samples = source.samples[:FIRST_ROWS]
        self.rows.setColumnCount(len(source.headings))
        self.rows.setRowCount(len(samples))
        self.rows.setHorizontalHeaderLabels(
            [
                f"{ITEMS[items[h]].title}\n{h}" if h in items and ITEMS[items[h]].title != h else h
                for h in source.headings
            ]
        )
        import polars as pl

        for place, heading in enumerate(source.headings):
            texts = [cells[place] if place < len(cells) else "" for cells in samples]
            cleaned = (
                clean_series(pl.Series(texts, dtype=pl.String), ITEMS[items[heading]]).to_list()
                if heading in items
                else texts
            )
            for row, (text, clean) in enumerate(zip(texts, cleaned, strict=True)):
                changed = clean is not None and clean != text and bool(text.strip())
                cell = QTableWidgetItem(f"{text}  →  {clean}" if changed else text)
                cell.setToolTip(
                    f"As it stands: {visible(text)}\nCompared as: {clean if clean is not None else 'blank'}"
                )
                self.rows.setItem(row, place, cell)
        for place in range(min(60, len(source.headings))):
            self.rows.resizeColumnToContents(place)
            self.rows.setColumnWidth(place, min(self.rows.columnWidth(place) + 12, 260))
