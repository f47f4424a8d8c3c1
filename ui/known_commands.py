"""The commands of pages that were not built yet, so that menus, palette and shortcut sheet know them from the start.

What they are called stands in `resources/window/page-commands.json`, written from the pages themselves by
`python -m ui.known_commands` after a command was added or reworded (a test says so). Building a page only to learn its
commands would make opening a workspace slow. The page's own command takes the place of the one that stands in.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ui.commands import Command
from ui.pages import PAGES

FILE = Path(__file__).resolve().parents[1] / "resources" / "window" / "page-commands.json"
_SAID = ("id", "text", "menu", "group", "shortcut", "icon", "hint", "page", "whole")
"""What is kept of a command: all but what it does and whether it can be done now."""


def _nothing() -> None:
    """What a command that stands in does itself: its page is shown instead, and brings the real one."""


def page_commands() -> list[Command]:
    """A command for each one that a page will bring, in the order of the pages."""
    return [Command(**kept, run=_nothing, stands_in=True) for kept in json.loads(FILE.read_text("utf-8"))]


def said_of(commands: Iterable[Command]) -> list[dict[str, object]]:
    """What the file holds of commands, page by page."""
    places = [entry.id for entry in PAGES]
    ordered = sorted((one for one in commands if one.page), key=lambda one: places.index(one.page))
    return [{name: getattr(one, name) for name in _SAID if getattr(one, name) or name == "menu"} for one in ordered]


def main() -> int:
    """Build every page of an empty workspace and write down the commands that they bring."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.clock import system_clock
    from ui.app import make_application, make_window
    from ui.theme.icons import forget_icons

    FILE.write_text("[]\n", "utf-8")
    app = make_application([])
    with tempfile.TemporaryDirectory(prefix="mhhs-commands-") as own:
        window = make_window(app, Path(own), clock=system_clock, actor="Nobody", root=Path(own), serial=True)
        window.door.create(Path(own) / "workspace", "Nobody Limited", "NONE")
        for entry in PAGES:
            window.show_page(entry.id)
        said = said_of(window.context.commands.all())
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in said)
        FILE.write_text(f"[\n{lines}\n]\n", "utf-8")
        window.close()
        window.deleteLater()
        app.processEvents()
        forget_icons()
    sys.stdout.write(f"{len(said)} commands of pages\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
