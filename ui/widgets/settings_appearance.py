"""How the window looks: light, dark, high contrast, or like the system."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QRadioButton

from ui.theme.theme import Appearance
from ui.widgets.basics import Card
from ui.widgets.settings_section import Section


class AppearanceSection(Section):
    """One choice, kept for this computer and not for the workspace."""

    heading = "Appearance"
    about = "For this computer, whatever workspace is open."

    def build(self) -> None:
        card = Card("Colours")
        self.group = QButtonGroup(self)
        self.choices: dict[Appearance, QRadioButton] = {}
        for appearance in Appearance:
            choice = QRadioButton(appearance.title)
            choice.setChecked(self.context.theme.appearance is appearance)
            choice.toggled.connect(lambda on, a=appearance: self._choose(a) if on else None)
            self.group.addButton(choice)
            self.choices[appearance] = choice
            card.body.addWidget(choice)
        self.column.addWidget(card)
        self.column.addStretch()
        self.context.theme.changed.connect(self._follow)

    def _choose(self, appearance: Appearance) -> None:
        if self.context.theme.appearance is not appearance:
            self.context.commands.run(f"appearance.{appearance.value}")

    def _follow(self) -> None:
        self.choices[self.context.theme.appearance].setChecked(True)
