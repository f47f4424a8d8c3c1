"""Starts the window: `ui.app:main`."""

from __future__ import annotations

import argparse
import getpass
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.clock import Clock, system_clock
from ui.job_runner import JobRunner
from ui.main_window import MainWindow
from ui.theme.files import resource
from ui.theme.theme import Appearance, Theme


def make_application(argv: Sequence[str]) -> QApplication:
    """The QApplication with our names, style and icon; the one that is there already, if there is one."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], *argv])
    app.setApplicationName("MHHS Desk")
    app.setOrganizationName("MHHS Desk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("mhhs-desk")
    app.setStyle("Fusion")
    app.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    return app


def make_window(
    app: QApplication, settings: QSettings, *, actor: str, clock: Clock, home: Path, serial: bool = False
) -> MainWindow:
    """The main window with everything wired; `serial` runs jobs at once, for tests and screenshots."""
    try:
        appearance = Appearance(str(settings.value("appearance", "system")))
    except ValueError:
        appearance = Appearance.SYSTEM
    theme = Theme(app, appearance)
    return MainWindow(theme, settings, JobRunner(serial=serial), actor=actor, clock=clock, home=home)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed. Returns the exit status.

    `argv` may name a workspace folder to open. Hidden options, for the smoke test of a built app: `--smoke` opens that
    workspace, shows every page once and quits with 0 (1 when anything failed); `--screenshot-dir DIR` writes a picture of
    each page on the way; `--quit-after-shown` quits as soon as the window was painted.
    """
    options = _options().parse_args(list(sys.argv[1:] if argv is None else argv))
    app = make_application([])
    settings = settings_file()
    window = make_window(app, settings, actor=actor_name(), clock=system_clock, home=Path.home())
    _report_faults(window)
    window.show()
    faults: list[str] = []
    window.context.jobs.fault.connect(lambda _doing, trace: faults.append(trace))
    window.context.jobs.plain_failure.connect(faults.append)
    after = None
    if options.smoke:
        from ui.smoke import visit_pages

        after = lambda: visit_pages(window, options.screenshot_dir, app.quit)  # noqa: E731
        window.context.jobs.plain_failure.connect(lambda _text: app.exit(1))
        window.context.jobs.fault.connect(lambda _doing, _trace: app.exit(1))
    elif options.quit_after_shown:
        QTimer.singleShot(200, app.quit)
    if options.workspace:
        window.door.open(options.workspace, after)
    elif after:
        QTimer.singleShot(0, after)
    status = app.exec()
    if options.smoke and faults:
        sys.stderr.write("\n".join(faults) + "\n")
        status = 1
    window.close()
    return status


def settings_file(folder: Path | None = None) -> QSettings:
    """The window's own settings; in `folder` when given, else in the person's settings folder."""
    from desktop.paths import config_folder

    return QSettings(str((folder or config_folder()) / "window.ini"), QSettings.Format.IniFormat)


def actor_name() -> str:
    """The name for the audit log: the account's."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown person"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mhhs-desk", description="The window of MHHS Desk.")
    parser.add_argument("workspace", nargs="?", type=Path, help="a workspace folder to open")
    for flag in ("--smoke", "--quit-after-shown"):
        parser.add_argument(flag, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--screenshot-dir", type=Path, help=argparse.SUPPRESS)
    return parser


def _report_faults(window: MainWindow) -> None:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        window.context.jobs.fault.emit("using the window", "".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = hook


if __name__ == "__main__":
    raise SystemExit(main())
