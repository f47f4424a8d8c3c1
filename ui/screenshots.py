"""Takes a picture of every page without a screen: `python -m ui.screenshots --workspace DIR --out DIR`.

For the documentation and for looking at one's own work: `--theme light|dark|contrast`, `--scale 1.25`,
`--size 1280x800`, `--page overview` (several times), `--tab Timeline`, `--welcome` for the page without a workspace.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def main(argv: Sequence[str] | None = None) -> int:
    """Write `<page>.png` for each page into the folder; returns the exit status."""
    options = _options().parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    from desktop.clock import system_clock
    from ui.app import make_application, make_window
    from ui.pages import PAGES
    from ui.theme.icons import forget_icons
    from ui.theme.theme import Appearance

    app = make_application([])
    options.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mhhs-pictures-") as own:
        window = make_window(app, Path(own), clock=system_clock, actor="Pictures", root=Path(own), serial=True)
        window.context.jobs.fault.connect(lambda _doing, trace: faults.append(trace))
        window.context.jobs.plain_failure.connect(faults.append)
        window.context.theme.choose(Appearance(options.theme))
        width, _, height = options.size.partition("x")
        window.resize(int(width), int(height))
        window.show()
        pages: list[str] = []
        if options.welcome or not options.workspace:
            app.processEvents()
            window.grab().save(str(options.out / "welcome.png"))
        if options.workspace:
            window.door.open(options.workspace.absolute(), read_only=True)
            window.hide_notices()
            pages = options.page or [entry.id for entry in PAGES]
        for page in pages:
            window.show_page(page)
            _show_tab(window, options.tab)
            for _ in range(3):
                app.processEvents()
            window.grab().save(str(options.out / f"{page}.png"))
        window.close()
        window.deleteLater()
        app.processEvents()
        forget_icons()
    sys.stderr.write("\n".join(faults) + "\n" if faults else "")
    return 1 if faults else 0


def _show_tab(window: QWidget, words: str) -> None:
    """Bring the tab with these words to the front, wherever a page in sight has one; '' = as the page begins."""
    from PySide6.QtWidgets import QTabBar

    for bar in window.findChildren(QTabBar) if words else ():
        names = [bar.tabText(at).replace("&", "") for at in range(bar.count())]
        if bar.isVisible() and words in names:
            bar.setCurrentIndex(names.index(words))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ui.screenshots", description=__doc__)
    parser.add_argument("--workspace", type=Path, help="opened for reading only")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--theme", choices=["light", "dark", "contrast"], default="light")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--size", default="1280x800", help="in logical pixels")
    parser.add_argument("--page", action="append", help="only this page; may be given several times")
    parser.add_argument("--tab", default="", help="the tab to show, by its words")
    parser.add_argument("--welcome", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
