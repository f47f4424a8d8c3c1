"""Where a workbook is written to: a field for its path, the system's chooser beside it, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit

from ui.widgets.basics import button, label, set_role

_SUFFIX = ".xlsx"


class SaveAs(QHBoxLayout):
    """A row of a form. `what` is written, as one says it ("the report"); `wrong` is for the dialog to place."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self.field = QLineEdit()
        self.field.setAccessibleName("Save as")
        self.addWidget(self.field, 1)
        self.addWidget(button("Choose…", self._choose))
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()

    def path(self) -> Path:
        """What the field says."""
        return Path(self.field.text().strip()).expanduser()

    def offer(self, name: str, folder: Path) -> None:
        """Offer a name in the folder that the field names already, else in `folder`."""
        self.field.setText(str((self.path().parent if self.field.text() else folder) / name))

    def is_right(self, not_excel: str) -> bool:
        """Whether the path can be written to; else it is told beside the field, which gets the keyboard.

        `not_excel` tells that the name has another ending.
        """
        path = self.path()
        trouble = ""
        if path.suffix.lower() != _SUFFIX:
            trouble = not_excel
        elif not path.parent.is_dir():
            trouble = f"There is no folder {path.parent}. Choose another."
        self.wrong.setText(trouble)
        self.wrong.setVisible(bool(trouble))
        set_role(self.field, wrong="true" if trouble else "false")
        if trouble:
            self.field.setFocus()
        return not trouble

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self.field.window(), f"Save {self._what} as", self.field.text(), f"Excel workbooks (*{_SUFFIX})"
        )
        if chosen:
            self.field.setText(chosen if chosen.lower().endswith(_SUFFIX) else f"{chosen}{_SUFFIX}")
