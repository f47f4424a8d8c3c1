"""A text that saves by itself: when the typing rests, when the keyboard leaves it, and before another one is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from ui.widgets.basics import label, set_role

REST = 1500
"""Milliseconds without a key after which it is saved, and after which it is tried again while something else writes."""

Done = Callable[[str], object]
"""Told when a text was saved: '', or why it was not."""


class SavedText(QWidget):
    """`save` takes (key, text, done) and says whether it could begin; what could not is tried again."""

    leave = Signal()
    """Escape was pressed: the keyboard should go where it came from."""

    def __init__(self, name: str, save: Callable[[int, str, Done], bool], hint: str = "", lines: int = 6) -> None:
        super().__init__()
        self._save = save
        self._key: int | None = None
        self._pending: dict[int, str] = {}
        """Texts that are not saved yet, by key; also those that were refused, so that nothing typed is lost."""
        self._refused: dict[int, str] = {}
        self._going: set[int] = set()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(self.fontMetrics().height() * 0.2))
        self.editor = _Editor()
        self.editor.setAccessibleName(name)
        self.editor.setPlaceholderText(hint)
        self.editor.setMinimumHeight(self.fontMetrics().height() * lines)
        self.editor.textChanged.connect(self._typed)
        self.editor.left.connect(self.flush)
        self.editor.escaped.connect(self._leave)
        column.addWidget(self.editor, 1)
        self.state = label("", "small", wrap=True)
        column.addWidget(self.state)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST)
        self._timer.timeout.connect(self.flush)
        self.setFocusProxy(self.editor)

    @property
    def unsaved(self) -> tuple[int, ...]:
        """Keys of the texts that are not saved."""
        return tuple(self._pending)

    @property
    def refused(self) -> bool:
        """Whether a text could not be saved."""
        return bool(self._refused)

    def typing(self) -> bool:
        """Whether the keyboard is in it, or will be when the window is in front again."""
        return self.window().focusWidget() is self.editor

    def show_text(self, key: int | None, text: str, *, locked: bool = False) -> None:
        """Show what is kept under a key; what was typed under it and is not saved stands instead."""
        other = key != self._key
        if other:
            self.flush()
        self._key = key
        shown = self._pending.get(key, text) if key is not None else ""
        now = self.editor.toPlainText()
        # A blank at the end is not kept, and whoever goes on typing needs it.
        if other or (now != shown and not (self.typing() and now.strip() == shown.strip())):
            place = 0 if other else self.editor.textCursor().position()
            self.editor.blockSignals(True)
            self.editor.setPlainText(shown)
            self.editor.blockSignals(False)
            cursor = self.editor.textCursor()
            cursor.setPosition(min(place, len(self.editor.toPlainText())))
            self.editor.setTextCursor(cursor)
        locked = locked or key is None
        changed = locked != self.editor.isReadOnly()
        self.editor.setReadOnly(locked)
        if other or changed:
            self._say()

    def flush(self) -> None:
        """Save what is not saved yet."""
        self._timer.stop()
        for key, text in list(self._pending.items()):
            if key in self._going or key in self._refused:
                continue
            self._going.add(key)
            if not self._save(key, text, lambda why, key=key, text=text: self._saved(key, text, why)):  # type: ignore[misc]
                self._going.discard(key)
                self._timer.start()
                return

    def take_unsaved(self) -> dict[int, str]:
        """What is not saved, for whoever saves it at once because the window is about to close."""
        self._timer.stop()
        found, self._pending = self._pending, {}
        return found

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush()

    def _leave(self) -> None:
        self.flush()
        self.leave.emit()

    def _typed(self) -> None:
        if self._key is None:
            return
        self._pending[self._key] = self.editor.toPlainText()
        self._refused.pop(self._key, None)
        self._say()
        self._timer.start()

    def _saved(self, key: int, text: str, why: str) -> None:
        self._going.discard(key)
        if why:
            if self._pending.get(key) == text:
                self._refused[key] = why
        elif self._pending.get(key) == text:
            del self._pending[key]
        else:
            self._timer.start()  # typed on meanwhile
        if key == self._key:
            self._say(saved=not why)

    def _say(self, *, saved: bool = False) -> None:
        key = self._key if self._key is not None else 0
        why = self._refused.get(key, "")
        words = f"Not saved: {why}" if why else "Saving…" if key in self._pending else "Saved" if saved else ""
        only_read = self.editor.isReadOnly()
        self.state.setText(words or ("" if only_read else "Saves by itself."))
        self.state.setVisible(bool(self.state.text()))
        set_role(self.state, role="block" if why else "small")
        self.editor.setAccessibleDescription(self.state.text() or "It can only be read.")


class _Editor(QPlainTextEdit):
    """Tells when the keyboard leaves it and when Escape is pressed; Tab goes on to the next control."""

    left = Signal()
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
