"""The menu bar: File, Edit, View and Go, a menu for each stage of the work as on the rail, and Help.

The commands of a page stand in a menu of its name under the menu of its stage, so that there are as many menus at the
top as there are stages, however many pages there come to be: they have to be seen side by side in 1024 pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QMenuBar

from ui.commands import MENUS, Command, Commands
from ui.pages import PAGES

STAGES = tuple(dict.fromkeys(entry.group for entry in PAGES if entry.group))
"""The menus of the stages, in the order of the rail."""
_STAGE = {entry.id: entry.group for entry in PAGES if entry.group}


def fill_menus(bar: QMenuBar, commands: Commands) -> None:
    """Put every command that stands in a menu into its place; a menu without a command is not there."""
    bar.clear()
    for old in bar.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
        old.setParent(None)
        old.deleteLater()
    shown = [one for one in commands.all() if one.menu]
    by_menu: dict[str, list[Command]] = {}
    for one in shown:
        by_menu.setdefault(_STAGE.get(one.page, one.menu), []).append(one)
    known = (*MENUS[:-1], *STAGES)
    others = [name for name in by_menu if name not in (*known, MENUS[-1])]
    names = [name for name in (*known, *others, MENUS[-1]) if name in by_menu]
    for name, words in zip(names, with_mnemonics(names, MENUS), strict=True):
        menu = _menu(words, bar)
        if name in STAGES:
            _fill_stage(menu, commands, by_menu[name])
        else:
            _fill(menu, commands, by_menu[name])
        bar.addMenu(menu)


def with_mnemonics(names: Sequence[str], first: Iterable[str] = ()) -> list[str]:
    """The names with & before a letter that no other has; those in `first` have theirs before the others choose."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in (*(one for one in first if one in names), *names):
        if name in found:
            continue
        at = next((place for place, letter in enumerate(name) if letter.isalpha() and letter.lower() not in taken), -1)
        if at >= 0:
            taken.add(name[at].lower())
        found[name] = f"{name[:at]}&{name[at:]}" if at >= 0 else name
    return [found[name] for name in names]


def _fill_stage(menu: QMenu, commands: Commands, found: Sequence[Command]) -> None:
    """What belongs to no page first, then page by page; a page with one command alone needs no menu of its own."""
    _fill(menu, commands, [one for one in found if not one.page])
    pages = [entry for entry in PAGES if any(one.page == entry.id for one in found)]
    of_page = {entry.id: [one for one in found if one.page == entry.id] for entry in pages}
    several = [entry for entry in pages if len(of_page[entry.id]) > 1]
    words = iter(with_mnemonics([entry.title for entry in several]))
    if not menu.isEmpty():
        menu.addSeparator()
    for entry in pages:
        if entry in several:
            inner = _menu(next(words), menu)
            _fill(inner, commands, of_page[entry.id])
            menu.addMenu(inner)
        else:
            _fill(menu, commands, of_page[entry.id])


def _fill(menu: QMenu, commands: Commands, found: Sequence[Command]) -> None:
    """Commands of one group stand together, a line between groups."""
    group = None
    for one in sorted(found, key=lambda each: each.group):
        if group not in (None, one.group):
            menu.addSeparator()
        group = one.group
        menu.addAction(commands.action(one.id))


def _menu(words: str, parent: QMenuBar | QMenu) -> QMenu:
    made = QMenu(words, parent)
    made.setToolTipsVisible(True)
    return made
