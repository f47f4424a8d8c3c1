"""Long lists on the signing screen: the first lines of each, the rest when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.widgets.basics import button, label
from ui.widgets.trace_links import Lines

EACH = 50
"""Lines that one label holds: a single label of thousands of lines is laid out slowly."""


class Folded(QWidget):
    """Lines, `shown` of them at first; a button below shows all, or fewer again. `name` tells what they are."""

    def __init__(
        self,
        name: str,
        lines: Sequence[str],
        shown: int,
        words: str,
        *,
        whole: bool = False,
        remember: Callable[[str, bool], object] = lambda _name, _whole: None,
    ) -> None:
        """`words` stand on the button; `remember(name, whole)` hears when it is opened or folded."""
        super().__init__()
        self.name = name
        self._lines, self._shown, self._words, self._remember = lines, shown, words, remember
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._texts = Lines()
        column.addWidget(self._texts)
        self.button: QPushButton | None = None
        self._whole = whole
        if len(lines) > shown:
            self.button = button("", self._toggle, role="link")
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._fill()

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._remember(self.name, self._whole)
        self._fill()

    def _fill(self) -> None:
        lines = self._lines if self._whole else self._lines[: self._shown]
        self._texts.fill(texts(lines))
        self._texts.setVisible(bool(lines))
        if self.button is not None:
            self.button.setText("Show fewer" if self._whole else self._words)
            self.button.setAccessibleName(f"{self.button.text()}: {self.name}")


def texts(lines: Sequence[str], nothing: str = "") -> list[QWidget]:
    """Lines as labels; `nothing` where there are none."""
    if not lines:
        return [label(nothing, "muted", wrap=True)] if nothing else []
    return [
        label("\n".join(lines[place : place + EACH]), wrap=True, selectable=True)
        for place in range(0, len(lines), EACH)
    ]
