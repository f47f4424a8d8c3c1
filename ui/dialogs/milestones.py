"""Every milestone: what it is, what was planned in which plan, what happened, and the day that is worked to here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QSplitter, QVBoxLayout, QWidget

from desktop import clock
from desktop.changes import Changes, Subject
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.milestones.service import MilestoneDay
from ui.context import Context
from ui.dialogs.confirm import confirm
from ui.dialogs.cutover_slip import slip_lines, slip_words
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field
from ui.dialogs.form_size import fit_height
from ui.dialogs.pit_forms import typed
from ui.dialogs.pit_gate import moved_lines as moved_lines_of_pit
from ui.dialogs.saving_form import SavingForm, Work, ask_and_save
from ui.widgets.basics import label
from ui.widgets.pit_look import day_words
from ui.widgets.small_table import SmallTable

LISTED = 6


class MilestonesDialog(QDialog):
    """The list at the left, the chosen milestone at the right; changing its days is a form with what moves."""

    def __init__(self, context: Context, parent: QWidget | None, wanted: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("Milestones")
        self._context = context
        self._all: dict[str, MilestoneDay] = {}
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("Milestones", "heading"))
        pack = context.workspace.milestones.pack()
        column.addWidget(
            label(
                f"{pack.label}. Deadlines of cutover activities and gates of the PIT plan hang on the day that counts, "
                "and move with it.",
                "muted",
                wrap=True,
            )
        )
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        self.list = SmallTable(
            "Milestones",
            ("Milestone", "Day that counts"),
            "The content pack has no milestone. Add one of your own, such as your go-live.",
            add=self.add,
            edit=self.edit,
            remove=self.remove,
        )
        assert self.list.add_button is not None
        assert self.list.edit_button is not None
        self.list.add_button.setText("Add your own…")
        self.list.edit_button.setText("Change its days…")
        self.list.list.itemSelectionChanged.connect(self._explain)
        split.addWidget(self.list)
        split.addWidget(self._right(unit))
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([unit * 36, unit * 36])
        column.addWidget(split, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 76, unit * 40)
        context.hub.changed.connect(self._changed)
        self._wanted, self._first = wanted, True
        self._today = clock.today(context.clock)
        self._read()

    # -- what the list asks --------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Add a milestone of the participant's own."""
        milestones = self._context.workspace.milestones

        def work_of(values: dict[str, str]) -> Work:
            if not values["title"]:
                raise InvalidInput("A milestone needs a title.", field="title")
            day = typed_day(values["baseline"], "baseline") or ""

            def work(_job: Job) -> Changes:
                self._wanted, changes = milestones.add(values["title"], baseline=day, note=values["note"])
                return changes

            return work

        fields = (
            Field("title", "Title", hint="Such as your go-live, or a PAB date."),
            Field("baseline", "Planned for", hint="dd/mm/yyyy. What was planned first; may be empty."),
            Field("note", "Note", long=True),
        )
        ask_and_save(self._context, self, "Add a milestone of your own", fields, "Add the milestone", work_of)

    def edit(self, key: object) -> None:
        """Change the days of a milestone, showing what moves."""
        if one := self._all.get(str(key)):
            dialog = MilestoneForm(self._context, self, one)
            dialog.exec()
            dialog.deleteLater()

    def remove(self, key: object) -> None:
        """Remove one of the participant's own, after a question."""
        one, milestones = self._all.get(str(key)), self._context.workspace.milestones
        if one is not None and one.own and confirm(
            self, f"Remove “{one.title}”?", "Edit › Undo brings it back.", "Remove the milestone"
        ):  # fmt: skip
            self._context.change("Removing", lambda _job: milestones.remove(one.id), quiet=True)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _right(self, unit: int) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(unit, 0, 0, 0)
        self.title = label("", "heading", wrap=True, selectable=True)
        self.counts = label("", "strong", wrap=True, selectable=True)
        self.here = label("", wrap=True, selectable=True)
        self.note = label("", wrap=True, selectable=True)
        self.plans = SmallTable("Planned in", ("Plan", "Day", "Source"), "No plan gives it a day.")
        for widget in (self.title, self.counts, self.here, self.note):
            column.addWidget(widget)
        self.plans_heading = label("What was planned, and what happened", "strong")
        column.addWidget(self.plans_heading)
        column.addWidget(self.plans, 1)
        column.addStretch()
        return place

    def _changed(self, changes: Changes) -> None:
        if changes.subjects & {Subject.MILESTONES, Subject.CONTENT}:
            self._read()

    def _read(self) -> None:
        milestones = self._context.workspace.milestones
        self._context.read("Reading the milestones", lambda _job: milestones.milestones(), self._fill)

    def _fill(self, found: Sequence[MilestoneDay]) -> None:
        self._all = {one.id: one for one in found}
        writable = not self._context.workspace.read_only
        self.list.fill([(one.id, (one.name, day_of(one))) for one in found], writable=writable)
        if self._first and not self._wanted:
            self._wanted = next((one.id for one in found if one.day and one.day >= self._today), "")
        self._first = False
        if self._wanted in self._all:
            self.list.list.selectRow(list(self._all).index(self._wanted))
        self._wanted = ""
        self._explain()

    def _explain(self) -> None:
        one = self._all.get(str(self.list.key()))
        assert self.list.remove_button is not None
        self.list.remove_button.setEnabled(one is not None and one.own and not self._context.workspace.read_only)
        self.title.setText(one.name if one else "")
        self.counts.setText(f"{day_of(one)}: {one.source}" if one else "")
        self.here.setText("\n".join(here_lines(one)) if one else "")
        self.here.setVisible(bool(self.here.text()))
        self.note.setText(_pack_note(one) if one else "")
        self.note.setVisible(bool(self.note.text()))
        for part in (self.plans_heading, self.plans):
            part.setVisible(one is not None and not one.own)
        self.plans.fill([(number, cells) for number, cells in enumerate(planned_rows(one))] if one else [])


class MilestoneForm(SavingForm):
    """The participant's own days of a milestone, with what moves under them while they are typed."""

    def __init__(self, context: Context, parent: QWidget | None, one: MilestoneDay) -> None:
        self._one = one
        own = (Field("title", "Title", one.title),) if one.own else ()
        first = (
            (Field("baseline", "Planned first", typed(one.baseline), hint="Said once; what was planned at the start."),)
            if one.own
            else ()
        )
        else_ = "what was planned first" if one.own else "the content pack"
        fields = (
            *own,
            *first,
            Field("current", "Day to work to", typed(one.current), hint=f"dd/mm/yyyy. Empty: as {else_} says."),
            Field("actual", "Reached on", typed(one.actual), hint="dd/mm/yyyy, once it was."),
            Field("note", "Note", one.note, long=True, hint="Why, and who says so."),
        )
        super().__init__(context, parent, one.name, fields, "Save the days", self._work, self._intro())
        self.moving = label("", "muted", wrap=True, selectable=True)
        self.moving.setAccessibleName("What moves with the milestone")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.wrong), self.moving)
        for name in ("baseline", "current", "actual"):
            field = self.fields.get(name)
            if isinstance(field, QLineEdit):
                field.textChanged.connect(lambda _text: self._preview())
        self.setMinimumWidth(self.fontMetrics().height() * 40)
        self._preview()

    def days(self) -> dict[str, date | str]:
        """The days that differ from what is kept. Raises InvalidInput at its field."""
        found: dict[str, date | str] = {}
        values = self.values()
        for name in ("baseline", "current", "actual"):
            if name in values:
                day = typed_day(values[name], name)
                if day != getattr(self._one, name):
                    found[name] = day or ""
        return found

    def _intro(self) -> str:
        return f"Counts now: {day_of(self._one)} ({self._one.source})."

    def _work(self, values: dict[str, str]) -> Work:
        days, one = self.days(), self._one
        title = values["title"] if one.own else None
        again = one.own and one.baseline is not None and "baseline" in days
        if again and not confirm(
            self,
            f"Replace what was planned first for “{one.title}”?",
            f"It is {day_words(one.baseline)}, and says how far the day moved since. To work to another day, "
            "give it under “Day to work to” instead.",
            "Replace what was planned first",
            dangerous=True,
        ):
            raise InvalidInput(
                "What was planned first is kept. Clear your change of it, or confirm it.", field="baseline"
            )
        milestones, note = self._context.workspace.milestones, values["note"]
        baseline, current, actual = (days.get(name) for name in ("baseline", "current", "actual"))

        def work(_job: Job) -> Changes:
            return milestones.save(
                one.id, title=title, baseline=baseline, current=current, actual=actual, note=note, rebaseline=again
            )

        return work

    def _preview(self) -> None:
        try:
            lines = moved_lines(self._context, self._one, self.days())
        except InvalidInput:
            lines = []
        self.moving.setText("\n".join(lines))
        fit_height(self)


def show_milestones(context: Context, parent: QWidget, wanted: str = "") -> None:
    """Show the dialog until it is closed; `wanted` is chosen first, '' = the first whose day lies ahead."""
    dialog = MilestonesDialog(context, parent, wanted)
    dialog.exec()
    dialog.deleteLater()


def moved_lines(context: Context, one: MilestoneDay, days: dict[str, date | str]) -> list[str]:
    """What would move if a milestone had these days; the day that would count first."""
    day = one.day_with(days)
    if day == one.day:
        return ["The day that counts stays, so nothing moves."] if days else []
    then = {one.id: day.isoformat() if day else ""}
    slips, gates = context.workspace.cutover.moves(then), context.workspace.pit.moves_with(then)
    lines = [f"Would count: {day_words(day, 'no day')}."]
    if not slips and not gates:
        return [f"{lines[0]} No activity of a cutover plan and no deliverable of the PIT plan moves."]
    if slips:
        lines += [f"Cutover: {slip_words(slips)}", *slip_lines(slips, LISTED)]
    if gates:
        lines += [
            f"PIT plan: {len(gates):,} move{'s' if len(gates) == 1 else ''}.",
            *moved_lines_of_pit(gates, LISTED)[1:],
        ]
    return lines


def day_of(one: MilestoneDay) -> str:
    """The day that counts, as exactly as it is known: Wed 28 Oct 2026, or October 2026 for a month."""
    if one.day is None:
        return "No day yet"
    return day_words(one.day) if one.exact else f"{one.day:%B %Y}"


def here_lines(one: MilestoneDay) -> list[str]:
    """What the participant says of it."""
    said = (
        ("Day to work to", day_words(one.current)),
        ("Reached here on", day_words(one.actual)),
        ("Planned first", day_words(one.baseline) if one.own else ""),
        ("Note", one.note),
    )
    return [f"{name}: {value}" for name, value in said if value]


def planned_rows(one: MilestoneDay) -> list[tuple[str, str, str]]:
    """Each plan's date with its source, as exactly as the source gives it, and what really happened."""
    if one.pack is None:
        return []
    rows = [(planned.plan, _as_given(planned.text, planned.day), planned.source) for planned in one.pack.baselines]
    actual = one.pack.actual
    return [*rows, *([("Happened", _as_given(actual.text, actual.day), actual.source)] if actual else [])]


def _pack_note(one: MilestoneDay) -> str:
    if one.pack is None:
        return "A milestone of your own."
    acts = "" if one.pack.acts else "Participants have nothing to do for it."
    return "\n".join(text for text in (acts, one.pack.note) if text)


def _as_given(text: str, day: date) -> str:
    return f"{day:%B %Y}" if len(text) == len("2026-10") else day_words(day)
