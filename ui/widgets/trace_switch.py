"""The row over the tables of traceability: which table is in front, what asks to be looked at, the coverage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import button, follow_icon
from ui.widgets.trace_actions import counted


class TraceSwitch(QWidget):
    """Says what the person wants; the page does it."""

    def __init__(  # noqa: PLR0917 - one row, one call
        self,
        theme: Theme,
        tables: Sequence[tuple[str, str]],
        switch: Callable[[str], object],
        show_changed: Callable[[], object],
        show_orphans: Callable[[], object],
        toggle_coverage: Callable[[], object],
    ) -> None:
        """`tables` are (name, words); `switch` gets the name of the one that is wanted."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        self._group = QButtonGroup(self)
        self.switches: dict[str, QToolButton] = {}
        for name, words in tables:
            made = QToolButton()
            made.setProperty("role", "button")
            made.setText(words)
            made.setCheckable(True)
            made.setAccessibleName(f"Show the {words.lower()}")
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.clicked.connect(lambda _checked=False, name=name: switch(name))
            self._group.addButton(made)
            self.switches[name] = made
            row.addWidget(made)
        row.addSpacing(theme.px(3))
        self.changed_button = button(
            "Links to look at", show_changed, role="link", tip="Their requirement changed since it was looked at"
        )
        follow_icon(self.changed_button, theme, "status-gap", "high")
        self.orphan_button = button("Cases for no requirement", show_orphans, role="link")
        self.strip_button = button("Hide the coverage", toggle_coverage, role="link")
        for widget in (self.changed_button, self.orphan_button):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self.strip_button)

    def put_in_front(self, name: str) -> None:
        """Mark the table that is in front."""
        self.switches[name].setChecked(True)

    def say_coverage(self, *, hidden: bool) -> None:
        """Offer to show the coverage, or to hide it."""
        self.strip_button.setText("Show the coverage" if hidden else "Hide the coverage")

    def say_counts(self, changed: int, orphans: int) -> None:
        """How many links ask to be looked at, and how many cases are for no requirement."""
        self.changed_button.setText(f"{counted(changed, ('link', 'links'))} to look at")
        self.changed_button.setVisible(bool(changed))
        self.orphan_button.setText(f"{counted(orphans, ('case', 'cases'))} for no requirement")
        self.orphan_button.setVisible(bool(orphans))
