"""Working days: whose bank holidays count, days that are closed besides, and after how many an answer is missed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton

from desktop.errors import InvalidInput
from desktop.settings import MOST_UNANSWERED, WorkspaceSettings
from desktop.working_days import Calendar
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field, ask
from ui.models.paged_table import shown_date
from ui.widgets.basics import Card, label
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable
from ui.widgets.spin_box import SpinBox


class _Days(SpinBox):
    """Turns by its arrows and keys only: the wheel is for scrolling past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CalendarSection(Section):
    """The calendar of this workspace."""

    heading = "Working days"
    about = (
        "The PIT plan counts in working days: Monday to Friday without bank holidays. England and Wales is where the "
        "Code Bodies and the programme are; choose another calendar if your plan goes by it."
    )

    def build(self) -> None:
        card = Card("Bank holidays of")
        self.group = QButtonGroup(self)
        self.choices: dict[Calendar, QRadioButton] = {}
        for calendar in Calendar:
            choice = QRadioButton(calendar.title)
            choice.clicked.connect(lambda _on=False, c=calendar: self._choose(c))
            self.group.addButton(choice)
            self.choices[calendar] = choice
            card.body.addWidget(choice)
        self.column.addWidget(card)
        card = Card("Closed besides")
        self.closed = SmallTable(
            "Closed days",
            ("Day", "Weekday"),
            "None. Add a bank holiday that was announced late, or a day on which your organisation is closed.",
            add=self._ask_day,
            remove=lambda key: self._without(str(key)),
        )
        card.body.addWidget(self.closed)
        self.column.addWidget(card, 1)
        card = Card("Waiting for an answer")
        self.unanswered = _Days()
        self.unanswered.setRange(1, MOST_UNANSWERED)
        self.unanswered.setAccessibleName("Working days after which an answer is missed")
        self.unanswered.setMinimumWidth(self.fontMetrics().averageCharWidth() * 12)
        self.unanswered.editingFinished.connect(self._wait)
        row = QHBoxLayout()
        row.addWidget(label("A submission that is out is told as unanswered after"))
        row.addWidget(self.unanswered)
        row.addWidget(label("working days"))
        row.addStretch()
        card.body.addLayout(row)
        said = f"1 to {MOST_UNANSWERED}. Ten are suggested by MHHS Desk; no rule of a recipient is known."
        card.body.addWidget(label(said, "muted", wrap=True))
        self.column.addWidget(card)

    def refresh(self) -> None:
        settings = self.context.workspace.settings.get()
        for calendar, choice in self.choices.items():
            choice.setChecked(settings.calendar == calendar)
            choice.setEnabled(self.writable)
        self.unanswered.setValue(settings.unanswered_days)
        self.unanswered.setEnabled(self.writable)
        self.closed.fill(
            [(text, (shown_date(text), f"{typed_day(text, ''):%A}")) for text in settings.closed_days],
            writable=self.writable,
        )

    def _choose(self, calendar: Calendar) -> None:
        settings = self.context.workspace.settings.get()
        if settings.calendar != calendar:
            self._save(replace(settings, calendar=calendar.value))

    def _wait(self) -> None:
        settings = self.context.workspace.settings.get()
        if self.writable and settings.unanswered_days != self.unanswered.value():
            self._save(replace(settings, unanswered_days=self.unanswered.value()))

    def _ask_day(self) -> None:
        known = self.context.workspace.settings.get().closed_days

        def check(values: dict[str, str]) -> str:
            day = typed_day(values["day"], "day")
            if day is None:
                raise InvalidInput("Give the day.", field="day")
            if day.isoformat() in known:
                raise InvalidInput("This day is in the list already.", field="day")
            return day.isoformat()

        fields = (Field("day", "Day", hint="dd/mm/yyyy"),)
        values = ask(self, "Add a closed day", fields, "Add the day", check)
        if values is not None:
            settings = self.context.workspace.settings.get()
            days = tuple(sorted({*settings.closed_days, check(dict(values))}))
            self._save(replace(settings, closed_days=days))

    def _without(self, text: str) -> None:
        settings = self.context.workspace.settings.get()
        self._save(replace(settings, closed_days=tuple(day for day in settings.closed_days if day != text)))

    def _save(self, settings: WorkspaceSettings) -> None:
        service = self.context.workspace.settings
        self.context.change("Saving", lambda _job: service.set(settings), quiet=True)
