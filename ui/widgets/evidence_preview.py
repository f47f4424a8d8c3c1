"""What can be seen of a kept file without opening it: the text or picture that the capped child process made."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.evidence.model import Preview, PreviewKind
from ui.widgets.basics import button, label

LINES = 13
"""Lines of text that a preview in the pane is tall at most."""


class PreviewBox(QWidget):
    """One preview with what it shows in words, and a button that shows it large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._title = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.text = reading_field("Preview of the file")
        self.picture = Picture(self.fontMetrics().height() * LINES)
        self.words = label("", "small", wrap=True)
        self.larger = button("Larger…", self.show_large, role="link")
        self.larger.setAccessibleName("Show the preview larger")
        row = QHBoxLayout()
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.larger, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.text)
        column.addWidget(self.picture)
        column.addLayout(row)
        self.wait("")

    def wait(self, words: str) -> None:
        """Nothing to be seen yet; `words` say why."""
        self._preview = None
        self.text.hide()
        self.picture.hide()
        self.larger.hide()
        self.words.setText(words)

    def show_preview(self, preview: Preview, title: str) -> None:
        """Show what was made of a file; `title` names it over the large one."""
        self.wait(preview.words)
        self._preview, self._title = preview, title
        if preview.kind is PreviewKind.TEXT:
            self.text.setPlainText(preview.text)
            self.text.setFixedHeight(self.fontMetrics().height() * min(LINES, _lines(preview.text) + 2))
            self.text.show()
            self.larger.show()
        elif preview.kind is PreviewKind.PICTURE and self.picture.take(preview.png):
            self.picture.setAccessibleName(f"Preview of {title}")
            self.picture.show()
            self.larger.show()

    @property
    def can_be_larger(self) -> bool:
        """Whether there is something to be shown large."""
        return not self.larger.isHidden()

    def show_large(self) -> None:
        """Show it in a window of its own."""
        if self._preview is not None:
            dialog = PreviewDialog(self.window(), self._preview, self._title)
            dialog.exec()
            dialog.deleteLater()


class Picture(QLabel):
    """A picture as wide as there is room, in its proportions, never larger than it is nor taller than `tallest`."""

    def __init__(self, tallest: int) -> None:
        super().__init__()
        self._tallest = tallest
        self._whole = QPixmap()
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def take(self, png: bytes) -> bool:
        """Show the picture in these bytes; False if they hold none."""
        image = image_of(png)
        self._whole = QPixmap.fromImage(image)
        self._scale()
        return not image.isNull()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._scale()

    def _scale(self) -> None:
        if self._whole.isNull():
            return
        ratio = self.devicePixelRatioF()
        whole = self._whole.size()
        room = QSize(max(40, self.width()), self._tallest) * ratio
        size = whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() > whole.width():
            size = whole
        shown = self._whole.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)
        self.setFixedHeight(max(1, round(shown.height() / ratio)))


class PreviewDialog(QDialog):
    """A preview as large as it is, with scroll bars."""

    def __init__(self, parent: QWidget | None, preview: Preview, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(preview.words, "muted", wrap=True))
        if preview.kind is PreviewKind.TEXT:
            field = reading_field(f"Preview of {title}")
            field.setPlainText(preview.text)
            column.addWidget(field, 1)
        else:
            area = QScrollArea()
            area.setAccessibleName(f"Preview of {title}")
            inside = QLabel()
            inside.setPixmap(QPixmap.fromImage(image_of(preview.png)))
            inside.setAccessibleName(f"Preview of {title}")
            inside.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            area.setWidget(inside)
            column.addWidget(area, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 60, unit * 40)


def reading_field(name: str) -> QPlainTextEdit:
    """A field of text to be read and copied; Tab leaves it."""
    field = QPlainTextEdit()
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setProperty("role", "reading")
    field.setAccessibleName(name)
    return field


def _lines(text: str) -> int:
    """About how many lines a text takes in the pane; counted no further than matters."""
    return sum(1 + len(line) // 44 for line in text.split("\n", LINES)[:LINES])


def image_of(png: bytes) -> QImage:
    """The picture in the bytes of a PNG file; no other format is tried. A null image if they hold none."""
    return QImage.fromData(png, "PNG")  # type: ignore[arg-type]  # the stub names bytes, which Qt's binding refuses
