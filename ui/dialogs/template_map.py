"""Which of our items goes into which place of a recipient's form: a list of its places, a choice beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.submissions.content import Content
from desktop.submissions.filling.items import title_of
from desktop.submissions.filling.model import (
    CellRule,
    FillProblem,
    Item,
    Spot,
    SpotKind,
    TableRule,
    Template,
    TemplateLook,
    TemplateMapping,
)
from ui.context import Context
from ui.dialogs.confirm import confirm
from ui.dialogs.saving_form import save_and_close
from ui.dialogs.template_places import Line, PlaceTable
from ui.widgets.basics import button, label, main_button

MOST = 8
"""Problems that are listed at once."""
LONGEST = 300
"""Characters of what is said of the form above the list; all of it stands in the tool tip."""
GONE = "It was chosen before, and is not found in the form now"


@dataclass(frozen=True)
class MapFacts:
    """What the editor needs: the form, what can be put in, and what is suggested or was kept."""

    look: TemplateLook
    items: tuple[Item, ...]
    mapping: TemplateMapping
    content: Content
    suggested: bool
    """The mapping is a suggestion: nobody has looked at it yet."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The single values that the submission gives."""
    submission: str = ""
    """Name of the submission whose values are shown, where a person chose one of the kind; '' = the newest, or none."""


class MapDialog(QDialog):
    """The editor; it saves before it closes, and asks before it forgets what was chosen."""

    def __init__(self, context: Context, parent: QWidget | None, template: Template, facts: MapFacts) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"What goes where in {template.title}")
        self._context, self._template, self._facts = context, template, facts
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(f"What goes where in {template.title}", "heading", wrap=True))
        about = "Only the places that you choose are written; everything else of the form stays as it is."
        if facts.suggested:
            about += " What is chosen now is suggested by the names: look at every line before you keep it."
        if facts.submission:
            about += f" What it would say is shown of {facts.submission}."
        column.addWidget(label(about, "muted", wrap=True))
        told = [("It holds, and keeps: " + "; ".join(facts.look.holds) + ".", "small")] if facts.look.holds else []
        for text, role in (*told, *((f"•  {remark}", "warning") for remark in facts.look.remarks)):
            said = label(text if len(text) <= LONGEST else f"{text[:LONGEST]}…", role, wrap=True)
            said.setToolTip(text)
            column.addWidget(said)
        column.addLayout(self._filtering())
        self.table = PlaceTable(self._chosen)
        column.addWidget(self.table, 1)
        self.wrong = label("", "block", wrap=True, selectable=True)
        self.told = label("", wrap=True, selectable=True)
        for one in (self.wrong, self.told):
            one.hide()
            column.addWidget(one)
        row = QHBoxLayout()
        self.check_button = button("Would it fill?", self.check, tip="Tries it with what the submission says now")
        row.addWidget(self.check_button)
        row.addStretch()
        box = QDialogButtonBox(self)
        self.verb = button("Keep it", self.save, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        row.addWidget(box)
        column.addLayout(row)
        self.table.fill(_lines(facts))
        self._before = self.mapping()
        self.resize(unit * 76, unit * 42)
        self.filter.setFocus()
        self._show()

    def _filtering(self) -> QHBoxLayout:
        """What narrows the list: a form has up to thousands of places."""
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by place, by what stands there, or by our item")
        self.filter.setAccessibleName("Filter the places")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _text: self._show())
        self.only_filled = QCheckBox("Only what is filled")
        self.only_filled.toggled.connect(lambda _on: self._show())
        self.count = label("", "small")
        line = QHBoxLayout()
        line.addWidget(self.filter, 1)
        line.addWidget(self.only_filled)
        line.addWidget(self.count)
        return line

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def mapping(self) -> TemplateMapping:
        """What is chosen now; translations, and tables that are not listed, are kept as they are."""
        cells, tables = [], []
        for line in self.table.lines:
            if not line.chosen or line.letter:
                continue
            if line.spot.kind is SpotKind.TABLE:
                below = (self.table.lines[one] for one in line.columns)
                columns = tuple((one.letter, one.chosen) for one in below if one.chosen)
                if columns:
                    first = _first_row(self._facts.mapping, line.spot, line.chosen)
                    tables.append(TableRule(line.spot.sheet, heading_row(line.spot), line.chosen, columns, first))
            else:
                cells.append(CellRule(spot_name(line.spot), line.chosen))
        # In the order of the form, however the rows stand: so that the same choices are the same mapping.
        order = {spot_name(one): place for place, one in enumerate(self._facts.look.spots)}
        cells.sort(key=lambda one: order.get(one.spot, len(order)))
        listed = {(one.spot.sheet, heading_row(one.spot)) for one in self.table.lines if one.columns}
        tables += [one for one in self._facts.mapping.tables if (one.sheet, one.heading_row) not in listed]
        tables.sort(key=lambda one: (one.sheet, one.heading_row))
        return TemplateMapping(tuple(cells), tuple(tables), self._facts.mapping.translations)

    def check(self) -> None:
        """Say what stands in the way of filling it so, or that nothing does."""
        templates, number, mapping = self._context.workspace.templates, self._template.id, self.mapping()
        content, values = self._facts.content, self._facts.values

        def work(_job: Job) -> tuple[FillProblem, ...]:
            return templates.problems(number, mapping, content, values or None)

        def done(found: tuple[FillProblem, ...]) -> None:
            self.check_button.setEnabled(True)
            stop, other = [one.words for one in found if one.refuses], [one.words for one in found if not one.refuses]
            self.wrong.setText(_listed(stop))
            self.wrong.setVisible(bool(stop))
            fine = "" if stop else "It can be filled so."
            self.told.setText("\n".join(part for part in (fine, _listed(other)) if part))
            self.told.setVisible(bool(self.told.text()))

        def failed(error: PlainError) -> None:
            self.check_button.setEnabled(True)
            self.show_wrong(error)

        self.check_button.setEnabled(False)
        self._context.jobs.run("Trying the form", work, done=done, failed=failed, quiet=True)

    def save(self) -> None:
        """Keep it as the next version."""
        templates, number, mapping = self._context.workspace.templates, self._template.id, self.mapping()
        if not mapping.cells and not mapping.tables:
            self.wrong.setText(
                "Nothing is chosen, so the form would stay empty. Choose an item for one place at least."
            )
            self.wrong.show()
            self.table.setFocus()
            return

        def work(_job: Job) -> Changes:
            return templates.save_mapping(number, mapping)

        save_and_close(self._context, self, work)

    def show_wrong(self, error: PlainError) -> None:
        """Say what was refused."""
        self.told.hide()
        self.wrong.setText(str(error))
        self.wrong.show()

    def reject(self) -> None:
        """Give it up; what was chosen and not kept is asked about."""
        if self.mapping() == self._before or confirm(
            self, "Give up what you chose?", "What goes where was changed and is not kept.", "Give it up",
            dangerous=True, other="Go on",
        ):  # fmt: skip
            super().reject()

    # -- the rows ------------------------------------------------------------------------------------------------------

    def _chosen(self, row: int) -> None:
        self.wrong.hide()
        self.told.hide()
        line = self.table.lines[row]
        if line.columns:
            columns = _columns(self._facts, line.chosen)
            for one in line.columns:
                self.table.offer(one, columns)
            self._show()

    def _show(self) -> None:
        """Hide the rows that the filter leaves out, and columns of tables that nothing goes into."""
        words, filled = self.filter.text().casefold().split(), self.only_filled.isChecked()
        lines, shown, places = self.table.lines, 0, 0
        for row, line in enumerate(lines):
            above = lines[line.table_line] if line.letter else line
            text = f"{above.place} {above.what} {line.place} {line.what} {line.item.title if line.item else ''}"
            there = all(word in text.casefold() for word in words) and (bool(line.chosen) or not filled)
            there = there and (not line.letter or bool(above.chosen))
            self.table.setRowHidden(row, not there)
            if not line.letter:
                places += 1
                shown += there
        every = f"{places:,} place{'' if places == 1 else 's'}"
        self.count.setText(every if shown == places else f"{shown:,} of {every}")
        self.table.lay_out()


def _lines(facts: MapFacts) -> list[Line]:
    """A line for each place, those first that are likely: chosen, named, tables, then what has a label."""
    cells = {one.spot: one.item for one in facts.mapping.cells}
    tables = {(one.sheet, one.heading_row): one for one in facts.mapping.tables}
    single = [one for one in facts.items if not one.table]
    ours = [Item(table.id, table.title) for table in facts.content.tables]
    found = [*facts.look.spots]
    listed = {spot_name(one) for one in found if one.kind is not SpotKind.TABLE}
    found += [_lost(one.spot) for one in facts.mapping.cells if one.spot not in listed]

    def likely(spot: Spot) -> int:
        if spot.kind is SpotKind.TABLE:
            return 0 if (spot.sheet, heading_row(spot)) in tables else 2
        if spot_name(spot) in cells:
            return 0
        return 1 if spot.kind is SpotKind.NAME else 3 if spot.label and not spot.locked else 4

    lines: list[Line] = []
    for spot in sorted(found, key=likely):
        if spot.kind is not SpotKind.TABLE:
            chosen = cells.get(spot_name(spot), "")
            lines.append(Line(spot, spot_name(spot), spot.label, _with(single, chosen), chosen))
            continue
        rule = tables.get((spot.sheet, heading_row(spot)))
        about = f"{spot.label or 'A table'}, {len(spot.headings):,} column{'' if len(spot.headings) == 1 else 's'}"
        about = f"{about}, {spot.room:,} rows" if spot.room else about
        table = Line(spot, f"{spot.sheet}!{spot.place}", about, ours, "")
        table.chosen = rule.table if rule else ""
        table.items = _with(ours, table.chosen)
        at = len(lines)
        lines.append(table)
        kept, columns = dict(rule.columns) if rule else {}, _columns(facts, table.chosen)
        for letter, heading in spot.headings:
            chosen = kept.get(letter, "")
            table.columns.append(len(lines))
            lines.append(
                Line(spot, f"    column {letter}", f"    {heading}", _with(columns, chosen), chosen, letter, at)
            )
    return lines


def _with(items: Sequence[Item], chosen: str) -> Sequence[Item]:
    """The items, and what was chosen before although this submission does not have it: it is not dropped in silence."""
    if not chosen or any(one.id == chosen for one in items):
        return items
    return [*items, Item(chosen, f"{title_of(chosen)} (not in this submission)")]


def _columns(facts: MapFacts, table: str) -> list[Item]:
    return [Item(one.column or one.id, one.title, one.example) for one in facts.items if table and one.table == table]


def _lost(place: str) -> Spot:
    sheet, _, cell = place.rpartition("!")
    return Spot(SpotKind.CELL if sheet else SpotKind.NAME, sheet, cell, GONE)


def _first_row(mapping: TemplateMapping, spot: Spot, table: str) -> int:
    wanted = (spot.sheet, heading_row(spot), table)
    return next((one.first_row for one in mapping.tables if (one.sheet, one.heading_row, one.table) == wanted), 0)


def _listed(words: Sequence[str]) -> str:
    more = [f"…  and {len(words) - MOST:,} more"] if len(words) > MOST else []
    return "\n".join([*(f"•  {one}" for one in words[:MOST]), *more])


def spot_name(spot: Spot) -> str:
    """How a rule names a place: the defined name, or sheet and cell."""
    return spot.place if spot.kind is SpotKind.NAME else f"{spot.sheet}!{spot.place}"


def heading_row(spot: Spot) -> int:
    """The row of the headings of a table: 7 of A7:H7."""
    return int("".join(one for one in spot.place.split(":")[0] if one.isdigit()) or 0)
