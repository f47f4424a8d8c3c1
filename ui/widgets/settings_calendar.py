"""Working days: whose bank holidays count, and days that are closed besides."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QRadioButton

from desktop.errors import InvalidInput
from desktop.settings import WorkspaceSettings
from desktop.working_days import Calendar
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field, ask
from ui.models.paged_table import shown_date
from ui.widgets.basics import Card
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable


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

    def refresh(self) -> None:
        settings = self.context.workspace.settings.get()
        for calendar, choice in self.choices.items():
            choice.setChecked(settings.calendar == calendar)
            choice.setEnabled(self.writable)
        self.closed.fill(
            [(text, (shown_date(text), f"{typed_day(text, ''):%A}")) for text in settings.closed_days],
            writable=self.writable,
        )

    def _choose(self, calendar: Calendar) -> None:
        settings = self.context.workspace.settings.get()
        if settings.calendar != calendar:
            self._save(replace(settings, calendar=calendar.value))

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
