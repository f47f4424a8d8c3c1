"""The one registry of commands: menus, page actions, the Ctrl+K palette, the shortcut sheet and the tests read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from rapidfuzz import fuzz

from ui.theme.theme import Theme

LEAST = 55
"""How well what was typed must fit, of 100, to be offered."""

NAMED = 90
"""How well what was typed fits a title that has it in it."""

MENUS = ("File", "Edit", "View", "Go", "Help")
"""The menus of the menu bar, in order. The stages of the work, and a menu of another name, stand before Help."""


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
    """The menu it stands in; '' = in no menu (palette and key only). With a `page`, it stands in that page's menu."""
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
    """The id of the page it belongs to; asked for from elsewhere, that page is shown first. '' = everywhere."""
    whole: bool = False
    """About the page as a whole, not about chosen rows: asked for from another page, it runs there at once."""
    stands_in: bool = False
    """Known before its page was built; the page's own command of the same id takes its place."""
    by_name: bool = False
    """The palette finds it only by the start of its first word: nobody should undo by a near miss."""


@dataclass(frozen=True)
class Found:
    """Something the palette found that is no command: a record, a page, a saved view."""

    text: str
    hint: str
    icon: str
    run: Callable[[], object]
    kind: str = "Record"
    ready: bool = True
    """Whether it can be run now; what cannot is listed last, greyed."""


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
        self._given: dict[str, str] = {}
        """The keys that each action has now: asking Qt for them costs more than everything else in `refresh`."""
        self._providers: list[Provider] = []
        self.current_page = ""
        self.page_titles: dict[str, str] = {}
        """What the pages are called, by id."""
        self.ask_on_page: Callable[[Command], object] | None = None
        """Brings the page of a command to the front and runs it there; None = commands wait for their page."""
        theme.changed.connect(self._tint)

    def add(self, *commands: Command) -> None:
        """Register commands; one that stands in gives way to the page's own.

        Raises ValueError for an id that is taken or a shortcut in use on the same page.
        """
        new = False
        for command in commands:
            before = self._commands.get(command.id)
            if before is not None and not before.stands_in:
                raise ValueError(f"command {command.id} is there already")
            self._refuse_taken_keys(command)
            new = new or before is None or (before.menu, before.group) != (command.menu, command.group)
            action = self._actions.get(command.id) or self._new_action(command.id)
            action.setText(command.text)
            action.setStatusTip(command.hint)
            action.setToolTip(self._tip(command))
            action.setCheckable(command.checked is not None)
            self._commands[command.id] = command
        self._tint()
        self.refresh()
        if new:
            self.changed.emit()

    def _refuse_taken_keys(self, command: Command) -> None:
        for key in command.shortcut.split():
            for other in self._commands.values():
                same_place = not command.page or command.page == other.page or not other.page
                if other.id != command.id and same_place and key in other.shortcut.split():
                    raise ValueError(f"{key} of {command.id} belongs to {other.id}")

    def _new_action(self, name: str) -> QAction:
        action = QAction(self._window)
        action.setObjectName(name)
        action.triggered.connect(lambda: self.ask(name))
        self._window.addAction(action)
        self._actions[name] = action
        return action

    def remove(self, prefix: str) -> None:
        """Forget every command whose id starts with `prefix`."""
        self._forget([name for name in self._commands if name.startswith(prefix)])

    def remove_of_pages(self) -> None:
        """Forget every command that belongs to a page, whatever its id: pages go with their workspace."""
        self._forget([name for name, command in self._commands.items() if command.page])

    def _forget(self, names: list[str]) -> None:
        for name in names:
            action = self._actions.pop(name)
            self._window.removeAction(action)
            action.deleteLater()
            del self._commands[name]
            self._given.pop(name, None)
        if names:
            self.changed.emit()

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
        """Whether it can be run now, without going to another page."""
        return command.page in ("", self.current_page) and not command.stands_in and command.enabled()

    def elsewhere(self, command: Command) -> bool:
        """Whether it belongs to a page that is not in front and can be brought there."""
        return self.ask_on_page is not None and command.page not in ("", self.current_page)

    def run(self, name: str) -> bool:
        """Run a command if it is enabled; say whether it ran."""
        command = self._commands[name]
        if not self.available(command):
            return False
        command.run()
        self.refresh()
        return True

    def ask(self, name: str) -> None:
        """What menus and the palette do: run a command, on its page when another one is in front."""
        command = self._commands[name]
        if self.ask_on_page is not None and self.elsewhere(command):
            self.ask_on_page(command)
        else:
            self.run(name)

    def refresh(self) -> None:
        """Ask every command anew for its words, whether it is enabled and whether its keys are its own here."""
        for name, command in self._commands.items():
            action = self._actions[name]
            elsewhere = self.elsewhere(command)
            # A key means what it means on the page in front: other pages have the same keys.
            keys = "" if elsewhere else command.shortcut
            if self._given.get(name, "") != keys:
                action.setShortcuts([QKeySequence(key) for key in keys.split()])
                self._given[name] = keys
            action.setEnabled(elsewhere or self.available(command))
            if command.title:
                action.setText(command.title())
            if command.checked:
                action.setChecked(command.checked())

    def keys(self, command: Command) -> str:
        """Its keys in the words of this system, '' when it has none."""
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(QKeySequence(key).toString(native) for key in command.shortcut.split())

    def where(self, command: Command) -> str:
        """The page it belongs to, else its menu."""
        return self.page_titles.get(command.page, command.menu)

    def add_provider(self, provider: Provider) -> None:
        """Let the palette find records: the provider is asked at each keystroke."""
        self._providers.append(provider)

    def remove_provider(self, provider: Provider) -> None:
        """Stop asking a provider."""
        self._providers.remove(provider)

    def find(self, typed: str, limit: int = 30) -> list[Found]:
        """Commands of every page and records for what was typed, best first; every command when nothing was.

        What cannot be run now stands last. Of two that fit alike, the one of the page in front comes first.
        """
        typed = typed.strip()
        scored: list[tuple[bool, float, Found]] = []
        for command in self._commands.values():
            elsewhere = self.elsewhere(command)
            ready = elsewhere or self.available(command)
            score = self._score(command, typed) if typed else 100.0
            if score < LEAST or not (typed or ready):
                continue
            kind = self.where(command) if elsewhere else self.keys(command) or self.where(command)
            found = Found(self.words(command), command.hint, command.icon, partial(self.ask, command.id), kind, ready)
            scored.append((ready, score - elsewhere, found))
        if not typed:
            limit = len(scored)
        for provider in self._providers:
            if typed:
                for place, found in enumerate(provider(typed)):
                    scored.append((True, 89.0 - place * 0.1, found))
        scored.sort(key=lambda one: (not one[0], -one[1]))
        # What was named and cannot be run now stays among them, however many near misses stand before it.
        named = [one for one in scored[limit:] if typed and not one[0] and one[1] >= NAMED][: limit // 6]
        return [found for _, _, found in (*scored[: limit - len(named)], *named)]

    def _score(self, command: Command, typed: str) -> float:
        words = self.words(command).removesuffix("…")
        if command.by_name:
            name, said = words.casefold().split()[0], typed.casefold()
            return match(typed, words, words) if name.startswith(said) or said.startswith(name) else 0.0
        page = self.page_titles.get(command.page, "")
        score = match(typed, f"{words} {command.hint}", words)
        return max(score, match(typed, "", f"{page} {words}") - 1) if page else score

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
