"""The one registry of commands: menus, page actions, the Ctrl+K palette, the shortcut sheet and the tests read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from rapidfuzz import fuzz

from ui.theme.theme import Theme

MENUS = ("File", "Edit", "View", "Go", "Help")
"""The menus of the menu bar, in order. A command with another menu name makes a menu before Help."""


def always() -> bool:
    """The `enabled` of a command that always is."""
    return True


@dataclass(frozen=True)
class Command:
    """One thing the person can ask for, however they ask for it."""

    id: str
    """`<where>.<what>`: `workspace.open`, `findings.accept`. Stable: tests and settings use it."""
    text: str
    """The menu's words, with `…` when a question follows: `Open workspace…`."""
    run: Callable[[], object]
    menu: str = "File"
    """The menu it stands in; '' = in no menu (palette and key only)."""
    group: str = ""
    """Commands of one group stand together; a separator is drawn between groups."""
    shortcut: str = ""
    """In Qt's portable words (`Ctrl+Shift+E`); several are separated by a space."""
    icon: str = ""
    hint: str = ""
    """One sentence for the tooltip, the status bar and the palette."""
    enabled: Callable[[], bool] = always
    """Asked after each change and each page switch; must be quick."""
    title: Callable[[], str] | None = None
    """The words now, when they change (`Undo Accept 312 findings`)."""
    checked: Callable[[], bool] | None = None
    """For a command that is a switch: whether it is on."""
    page: str = ""
    """The id of the page it belongs to: off while another page is shown. '' = everywhere."""


@dataclass(frozen=True)
class Found:
    """Something the palette found that is no command: a record, a page, a saved view."""

    text: str
    hint: str
    icon: str
    run: Callable[[], object]
    kind: str = "Record"


Provider = Callable[[str], Iterable[Found]]
"""Finds records for what was typed in the palette, best first, at most about twenty, in a few milliseconds."""


class Commands(QObject):
    """Holds the commands and one QAction for each."""

    changed = Signal()
    """Commands were added or removed: menus rebuild."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._providers: list[Provider] = []
        self.current_page = ""
        theme.changed.connect(self._tint)

    def add(self, *commands: Command) -> None:
        """Register commands. Raises ValueError for an id that is taken or a shortcut in use on the same page."""
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"command {command.id} is there already")
            for key in command.shortcut.split():
                for other in self._commands.values():
                    if key in other.shortcut.split() and (
                        not command.page or command.page == other.page or not other.page
                    ):
                        raise ValueError(f"{key} of {command.id} belongs to {other.id}")
            action = QAction(command.text, self._window)
            action.setShortcuts([QKeySequence(key) for key in command.shortcut.split()])
            action.setStatusTip(command.hint)
            action.setToolTip(self._tip(command))
            action.setCheckable(command.checked is not None)
            action.setObjectName(command.id)
            action.triggered.connect(lambda _checked=False, name=command.id: self.run(name))
            self._window.addAction(action)
            self._commands[command.id] = command
            self._actions[command.id] = action
        self._tint()
        self.refresh()
        self.changed.emit()

    def remove(self, prefix: str) -> None:
        """Forget every command whose id starts with `prefix` (a page that goes takes its commands along)."""
        for name in [name for name in self._commands if name.startswith(prefix)]:
            action = self._actions.pop(name)
            self._window.removeAction(action)
            action.deleteLater()
            del self._commands[name]
        self.changed.emit()

    def remove_page(self, page_id: str) -> None:
        """Forget every command that belongs to a page, whatever its id: the page goes with its workspace."""
        for name in [name for name, command in self._commands.items() if command.page == page_id]:
            self.remove(name)

    def all(self) -> tuple[Command, ...]:
        """Every command, in the order they were added."""
        return tuple(self._commands.values())

    def get(self, name: str) -> Command:
        """A command by id. Raises KeyError."""
        return self._commands[name]

    def action(self, name: str) -> QAction:
        """The QAction of a command, for a menu or a button. Raises KeyError."""
        return self._actions[name]

    def words(self, command: Command) -> str:
        """What the command is called now."""
        return command.title() if command.title else command.text

    def available(self, command: Command) -> bool:
        """Whether it can be run now."""
        return command.page in ("", self.current_page) and command.enabled()

    def run(self, name: str) -> bool:
        """Run a command if it is enabled; say whether it ran."""
        command = self._commands[name]
        if not self.available(command):
            return False
        command.run()
        self.refresh()
        return True

    def refresh(self) -> None:
        """Ask every command anew for its words and whether it is enabled."""
        for name, command in self._commands.items():
            action = self._actions[name]
            action.setEnabled(self.available(command))
            if command.title:
                action.setText(command.title())
            if command.checked:
                action.setChecked(command.checked())

    def add_provider(self, provider: Provider) -> None:
        """Let the palette find records: the provider is asked at each keystroke."""
        self._providers.append(provider)

    def remove_provider(self, provider: Provider) -> None:
        """Stop asking a provider."""
        self._providers.remove(provider)

    def find(self, typed: str, limit: int = 30) -> list[Found]:
        """Commands and records for what was typed, best first; every available command when nothing was."""
        scored: list[tuple[float, Found]] = []
        for command in self._commands.values():
            if not self.available(command):
                continue
            words = self.words(command).removesuffix("…")
            score = match(typed, f"{words} {command.hint}", words) if typed.strip() else 100.0
            if score >= 55:
                keys = ", ".join(
                    self._actions[command.id].shortcut().toString(QKeySequence.SequenceFormat.NativeText).split()
                )
                kind = keys or command.menu
                found = Found(self.words(command), command.hint, command.icon, lambda c=command: self.run(c.id), kind)  # type: ignore[misc]
                scored.append((score, found))
        for provider in self._providers:
            if typed.strip():
                for place, found in enumerate(provider(typed.strip())):
                    scored.append((89.0 - place * 0.1, found))
        scored.sort(key=lambda pair: -pair[0])
        return [found for _, found in scored[:limit]]

    def _tip(self, command: Command) -> str:
        keys = QKeySequence(command.shortcut.split()[0]).toString() if command.shortcut else ""
        words = command.hint or command.text.removesuffix("…")
        return f"{words} ({keys})" if keys else words

    def _tint(self) -> None:
        for name, command in self._commands.items():
            if command.icon:
                self._actions[name].setIcon(self._theme.icon(command.icon))


def match(typed: str, text: str, title: str) -> float:
    """How well the typed words fit, 0 to 100: a title that starts so, then words in any order, then near misses."""
    typed, title, text = typed.casefold().strip(), title.casefold(), text.casefold()
    if title.startswith(typed):
        return 100.0
    if all(any(word.startswith(part) for word in title.split()) for part in typed.split()):
        return 95.0
    if typed in title:
        return 92.0
    return max(fuzz.WRatio(typed, title) * 0.9, fuzz.partial_ratio(typed, text) * 0.8 if len(typed) > 2 else 0.0)
