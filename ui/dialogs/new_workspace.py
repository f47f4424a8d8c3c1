"""New workspace: the organisation's name, a short name for files, and the folder."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.basics import button, label, main_button, set_role


class NewWorkspaceDialog(QDialog):
    """Refuses, in words beside the field, what cannot become a workspace."""

    def __init__(self, parent: QWidget | None, place: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("New workspace")
        self._place = place
        self._own_short = self._own_folder = False
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label("New workspace", "heading"))
        column.addWidget(
            label(
                "A workspace is one folder on this computer that holds everything of one organisation.",
                "muted",
                wrap=True,
            )
        )
        form = QFormLayout()
        self.name = QLineEdit()
        self.name.setPlaceholderText("Acme Energy Supply Limited")
        self.short = QLineEdit()
        self.short.setMaxLength(20)
        self.folder = QLineEdit()
        form.addRow("&Organisation", self.name)
        form.addRow("&Short name", self.short)
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(button("Choose…", self._choose))
        form.addRow("&Folder", row)
        folder_label = form.labelForField(row)
        if folder_label is not None:
            folder_label.setBuddy(self.folder)  # type: ignore[attr-defined]
        self.folder.setAccessibleName("Folder")
        column.addLayout(form)
        self.wrong = label("", "block", wrap=True)
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.make = button("Create workspace", self._accept, role="primary")
        main_button(box, self.make)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 30)
        self.name.textEdited.connect(self._follow)
        self.short.textEdited.connect(self._short_edited)
        self.folder.textEdited.connect(lambda _text: setattr(self, "_own_folder", True))

    def answer(self) -> tuple[Path, str, str]:
        """Folder, name, short name."""
        return Path(self.folder.text()).expanduser(), self.name.text().strip(), self.short.text().strip()

    def _follow(self, text: str) -> None:
        if not self._own_short:
            words = re.findall(r"[A-Za-z0-9]+", text)
            self.short.setText(words[0].upper()[:12] if words else "")
        self._follow_folder()

    def _short_edited(self, _text: str) -> None:
        self._own_short = True
        self._follow_folder()

    def _follow_folder(self) -> None:
        if not self._own_folder and self.short.text():
            self.folder.setText(str(self._place / f"MHHS {self.short.text()}"))

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Choose an empty folder", str(self._place))
        if chosen:
            self._own_folder = True
            self.folder.setText(chosen)

    def _accept(self) -> None:
        folder, name, short = self.answer()
        trouble: tuple[str, QLineEdit | None] = ("", None)
        if not name:
            trouble = ("Give the organisation's name.", self.name)
        elif not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _-]*", short):
            trouble = ("The short name goes into file names: letters, digits, spaces, - and _ only.", self.short)
        elif not self.folder.text().strip():
            trouble = ("Choose a folder.", self.folder)
        elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            trouble = ("That folder is not empty. A workspace needs a folder of its own.", self.folder)
        for field in (self.name, self.short, self.folder):
            set_role(field, wrong="true" if field is trouble[1] else "false")
        self.wrong.setText(trouble[0])
        if trouble[1] is not None:
            trouble[1].setFocus()
        else:
            self.accept()
