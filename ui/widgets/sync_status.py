"""The status bar's lines of sync: one for each endpoint, in words with an icon; several make one line with a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from desktop.clock import Clock
from desktop.sync.model import EndpointLine, Tone
from ui.pages.payloads import ShowEndpoint
from ui.theme.theme import Theme
from ui.widgets.endpoint_look import TONES, contact_words, line_words, short_name

EACH = 3
"""So many endpoints have a line of their own."""
SHARE = 0.5
"""How much of the window's width the lines may take before they become one."""
NAME, WORDS = 22, 40
"""Characters after which a name (in its middle) and a line are shortened; the tooltip has all."""
_WORST = (Tone.NEEDS_YOU, Tone.BUSY, Tone.WAITING, Tone.NEUTRAL, Tone.GOOD)
READ_ONLY = "This workspace is open for reading only: nothing is sent from here."

OFFLINE = "offline"
"""The one word of the lines for an endpoint that is not reached."""

Go = Callable[[str, object], None]
"""Goes to a page, with what to show there."""


class SyncStatus(QWidget):
    """Hidden while there is no endpoint. A click leads to what waits, else to the endpoint."""

    def __init__(self, theme: Theme, go: Go, clock: Clock) -> None:
        super().__init__()
        self._theme, self._go, self._clock = theme, go, clock
        self._lines: tuple[EndpointLine, ...] = ()
        self._read_only = False
        self._room = 0
        self.setAccessibleName("How sync stands")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, theme.px(1), 0)
        self._row.setSpacing(theme.px(1))
        self._each: list[_Line] = [_Line() for _ in range(EACH)]
        self._all = _Line()
        self._menu = QMenu(self._all)
        self._menu.setToolTipsVisible(True)
        self._all.setMenu(self._menu)
        self._all.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for made in (*self._each, self._all):
            made.hide()
            self._row.addWidget(made)
        for place, made in enumerate(self._each):
            made.clicked.connect(partial(self._clicked, place))
        theme.changed.connect(self._fill)
        self.hide()

    def show_lines(self, lines: Sequence[EndpointLine], *, read_only: bool = False) -> None:
        """Show these; none hides it."""
        self._lines, self._read_only = tuple(lines), read_only
        self._fill()

    def fit(self, width: int) -> None:
        """The window has this width now."""
        self._room = round(width * SHARE)
        self._fill()

    def texts(self) -> list[str]:
        """What a screen reader says of each line that is shown."""
        return [made.accessibleName() for made in (*self._each, self._all) if made.isVisibleTo(self)]

    def menu(self) -> QMenu:
        """What the line of many endpoints opens."""
        return self._menu

    # -- how -----------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        lines = self._lines
        self.setVisible(bool(lines))
        for made, line in zip(self._each, [*lines, *[None] * EACH], strict=False):
            if line is not None:
                self._say(made, f"{short_name(line.name, NAME)}: {_lower(line)}", line)
        wanted = sum(made.sizeHint().width() for made, _ in zip(self._each, lines, strict=False))
        apart = len(lines) <= EACH and (len(lines) <= 1 or not self._room or wanted <= self._room)
        for place, made in enumerate(self._each):
            made.setVisible(apart and place < len(lines))
        self._all.setVisible(bool(lines) and not apart)
        self._menu.clear()
        if not apart:
            self._fill_all(lines)

    def _fill_all(self, lines: Sequence[EndpointLine]) -> None:
        worst = min((one.tone for one in lines), key=_WORST.index)
        waiting, needs_you = sum(one.waiting for one in lines), sum(one.needs_you for one in lines)
        parts = [f"{len(lines)} endpoints"]
        parts += [f"{waiting} waiting"] if waiting else []
        parts += [f"{needs_you} need{'s' if needs_you == 1 else ''} you"] if needs_you else []
        stuck = sum(one.tone is Tone.NEEDS_YOU and not one.needs_you for one in lines)
        parts += [f"{stuck} stopped"] if stuck else []
        away = sum(OFFLINE in one.words.split(" · ") for one in lines)
        parts += [OFFLINE if away == len(lines) else f"{away} {OFFLINE}"] if away else []
        if len(parts) == 1:
            parts.append("all received" if worst is Tone.GOOD else "nothing to send")
        words = " · ".join(parts)
        told = "\n".join(f"{one.name}: {line_words(one)}" for one in lines)
        self._all.say(words, f"{words}\n{told}", self._theme, worst)
        for one in lines:
            icon, role = TONES[one.tone]
            action = self._menu.addAction(
                self._theme.icon(icon, role), f"{one.name}: {line_words(one)}".replace("&", "&&")
            )
            action.setToolTip(self._tip(one))
            action.triggered.connect(partial(self._go_to, one))

    def _say(self, made: _Line, words: str, line: EndpointLine) -> None:
        made.say(_short(words, NAME + WORDS), self._tip(line), self._theme, line.tone)
        made.setAccessibleName(f"{line.name}: {line_words(line)}")

    def _tip(self, line: EndpointLine) -> str:
        parts = (
            f"{line.name}: {line_words(line)}",
            contact_words(line.last_contact, self._clock(), online=line.online).capitalize(),
            line.detail,
            READ_ONLY if self._read_only else "",
        )
        return "\n".join(part for part in parts if part)

    def _clicked(self, place: int) -> None:
        if place < len(self._lines):
            self._go_to(self._lines[place])

    def _go_to(self, line: EndpointLine, *_ignored: object) -> None:
        if line.needs_you or (line.waiting and line.tone is not Tone.NEEDS_YOU):
            self._go("sending", None)
        else:
            self._go("endpoints", ShowEndpoint(line.endpoint_id))


class _Line(QToolButton):
    """One line: an icon and words; never in the way of what is said beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("role", "status")
        self.setAccessibleName("How sync stands with an endpoint")  # until it says so
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        size = round(self.fontMetrics().height() * 0.95)
        self.setIconSize(QSize(size, size))

    def say(self, words: str, tip: str, theme: Theme, tone: Tone) -> None:
        """Show words with the icon of a tone."""
        icon, role = TONES[tone]
        self.setText(words.replace("&", "&&"))
        self.setToolTip(tip)
        self.setAccessibleName(words)
        self.setIcon(theme.icon(icon, role))


def _lower(line: EndpointLine) -> str:
    words = line_words(line)
    return words[:1].lower() + words[1:]


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
