"""Settings: the participant, its scope and people, the checks, content packs, backups, and how the window looks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QStackedWidget

from desktop.changes import Subject
from ui.context import Context
from ui.pages.page import Page
from ui.pages.payloads import ShowSection
from ui.widgets.settings_appearance import AppearanceSection
from ui.widgets.settings_backups import BackupsSection
from ui.widgets.settings_calendar import CalendarSection
from ui.widgets.settings_checks import ChecksSection
from ui.widgets.settings_content import ContentSection
from ui.widgets.settings_participant import ParticipantSection
from ui.widgets.settings_people import PeopleSection
from ui.widgets.settings_section import Section
from ui.widgets.settings_tables import TablesSection

SECTIONS: tuple[tuple[str, str, Callable[[Context], Section]], ...] = (
    ("participant", "Participant and scope", ParticipantSection),
    ("people", "People", PeopleSection),
    ("checks", "Checks", ChecksSection),
    ("calendar", "Working days", CalendarSection),
    ("tables", "Industry tables", TablesSection),
    ("content", "Content packs", ContentSection),
    ("backups", "Backups", BackupsSection),
    ("appearance", "Appearance", AppearanceSection),
)
"""Id, words, and the section's widget; a new section is one line here and one file."""


class SettingsPage(Page):
    """The list of sections at the left, the chosen one at the right."""

    id = "settings"
    title = "Settings"
    subtitle = "Changes take effect at once and can be undone with Edit › Undo."
    icon = "settings"
    subjects = frozenset({Subject.PARTICIPANT, Subject.CONTENT, Subject.SETTINGS})

    def build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(self.context.theme.px(5))
        self.list = QListWidget()
        self.list.setAccessibleName("Sections of the settings")
        self.list.setFixedWidth(self.fontMetrics().averageCharWidth() * 30)
        self.list.setSpacing(2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stack = QStackedWidget()
        self.sections: dict[str, Section] = {}
        for name, words, make in SECTIONS:
            self.list.addItem(words)
            self.sections[name] = make(self.context)
            self.stack.addWidget(self.sections[name])
        self.list.currentRowChanged.connect(self._show)
        row.addWidget(self.list)
        row.addWidget(self.stack, 1)
        self.body.addLayout(row, 1)
        self.list.setCurrentRow(0)

    def refresh(self, subjects: frozenset[Subject]) -> None:
        for section in self.sections.values():
            section.refresh()

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowSection):
            self._choose(payload.section)

    def state(self) -> dict[str, object]:
        return {"section": SECTIONS[max(0, self.list.currentRow())][0]}

    def restore(self, state: dict[str, object]) -> None:
        self._choose(str(state.get("section", "")))

    def _choose(self, section: str) -> None:
        for place, (name, _, _) in enumerate(SECTIONS):
            if name == section:
                self.list.setCurrentRow(place)

    def _show(self, place: int) -> None:
        self.stack.setCurrentIndex(max(0, place))
