"""What every section of the settings is: a heading, a sentence, and a way to read itself anew."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context
from ui.widgets.basics import label


class Section(QWidget):
    """Base of a section; `column` takes its widgets."""

    heading = ""
    about = ""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setAccessibleName(self.heading)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(context.theme.px(3))
        self.column.addWidget(label(self.heading, "heading"))
        if self.about:
            self.column.addWidget(label(self.about, "muted", wrap=True))
        self.build()

    def build(self) -> None:
        """Make the widgets under the heading."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Read from the services what is shown."""

    @property
    def writable(self) -> bool:
        """Whether changes may be made in this workspace."""
        return not self.context.workspace.read_only
