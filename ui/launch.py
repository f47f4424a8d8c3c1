"""The one door of `mhhs-desk`: no command opens the window, a command does its work without one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.cli import main as command_line


def main(argv: Sequence[str] | None = None) -> int:
    """Run MHHS Desk with these arguments (the program's own when None); returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not _wants_window(arguments):
        return command_line(arguments, printer=_pdf_of)
    from ui.app import main as window

    return window(arguments)


def _pdf_of(page: str) -> bytes:
    """Print with Qt, which is loaded only when a command prints."""
    from ui.printing import pdf_of

    return pdf_of(page)


def _wants_window(arguments: list[str]) -> bool:
    if not arguments or arguments[0].startswith("--smoke") or arguments[0] == "--workspace":
        return True
    if Path(arguments[0]).is_dir() and arguments[0] != "demo":
        return True  # a workspace folder, as a file manager hands it over
    if arguments[0] != "demo" or not {"--headless", "--json", "-h", "--help"}.isdisjoint(arguments):
        return False
    if has_display():
        return True
    sys.stderr.write("There is no display here, so the demo runs without a window.\n")
    return False


def has_display() -> bool:
    """Whether a person would see a window: on Windows and macOS, and with an X11 or Wayland display elsewhere."""
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
