"""About MHHS Desk: what it is, its version, and the licences of what it stands on."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import __version__
from ui.theme.theme import Theme
from ui.widgets.basics import label

_PARTS = (
    ("PySide6-Essentials", "Qt for Python, LGPL-3.0; Qt libraries are used unmodified and can be replaced"),
    ("polars", "MIT"),
    ("openpyxl", "MIT"),
    ("sqlite-utils", "Apache-2.0"),
    ("sqlcipher3", "zlib/libpng; SQLCipher: BSD-style, Zetetic LLC"),
    ("rapidfuzz", "MIT"),
    ("platformdirs", "MIT"),
    ("filelock", "Unlicense or MIT"),
    ("keyring", "MIT"),
    ("requests", "Apache-2.0"),
    ("holidays", "MIT"),
)


def licences_text() -> str:
    """One line for each library, with its version when it can be found."""
    lines = []
    for name, licence in _PARTS:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = ""
        lines.append(f"{name} {version}: {licence}".replace("  ", " ").replace(" :", ":"))
    return "\n".join(lines)


class AboutDialog(QDialog):
    """Name, version, promise, licences."""

    def __init__(self, parent: QWidget | None, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowTitle("About MHHS Desk")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(5), theme.px(5), theme.px(5), theme.px(4))
        column.setSpacing(theme.px(2))
        column.addWidget(label("MHHS Desk", "title"))
        column.addWidget(label(f"Version {__version__}", "muted", selectable=True))
        column.addWidget(
            label(
                "The desk of one electricity-market participant for market-wide half-hourly settlement. It works "
                "without a network, keeps everything in one folder on this computer and never changes the files "
                "you give it.",
                wrap=True,
            )
        )
        column.addWidget(label("What it stands on", "heading"))
        text = QPlainTextEdit(licences_text())
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setProperty("role", "reading")
        text.setAccessibleName("Libraries and their licences")
        column.addWidget(text, 1)
        column.addWidget(
            label("The licence texts are in the folder “licences” beside the program.", "small", wrap=True)
        )
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        unit = self.fontMetrics().height()
        self.resize(unit * 34, unit * 28)
