"""Starts the window: `ui.app:main`."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.clock import Clock, system_clock
from desktop.paths import account_name, config_folder, settings_file
from ui.job_runner import JobRunner
from ui.main_window import MainWindow
from ui.own_settings import OwnSettings
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
    app: QApplication,
    folder: Path,
    *,
    clock: Clock,
    actor: str = "",
    root: Path | None = None,
    serial: bool = False,
) -> MainWindow:
    """The main window with everything wired.

    `folder` holds the person's settings (desktop.paths.config_folder, or a test's own), `root` is where new workspaces
    go; `actor` is the name for the audit log, '' = the one in the settings or the account's. `serial` runs jobs at
    once, for tests and screenshots.
    """
    own = OwnSettings(folder / settings_file().name)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    theme = Theme(app, Appearance(own.values.theme) if own.values.theme in set(Appearance) else Appearance.SYSTEM)
    name = actor or own.values.actor or account_name()
    return MainWindow(theme, settings, own, JobRunner(serial=serial), actor=name, clock=clock, root=root)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed. Returns the exit status.

    `argv`: nothing, a workspace folder (`--workspace DIR`), or `demo` for the sample workspace. Hidden options for the
    smoke test of a built app: `--smoke` shows every page once and quits with 0 (1 when anything failed),
    `--screenshot-dir DIR` writes a picture of each page on the way, `--quit-after-shown` quits once it was painted.
    """
    options = _options().parse_args(list(sys.argv[1:] if argv is None else argv))
    app = make_application([])
    window = make_window(app, config_folder(), clock=system_clock)
    _report_faults(window)
    faults: list[str] = []
    window.context.jobs.fault.connect(lambda _doing, trace: faults.append(trace))
    window.context.jobs.plain_failure.connect(faults.append)
    window.show()
    then: Callable[[], object] | None = None
    if options.smoke:
        from ui.smoke import visit_pages

        def then() -> None:
            visit_pages(window, options.screenshot_dir, app.quit)

        window.context.jobs.ended.connect(lambda _running: app.exit(1) if faults else None)
    elif options.quit_after_shown:
        QTimer.singleShot(200, app, app.quit)
    if options.what == "demo":
        window.door.enter_sample(options.out, then)
    elif options.workspace or options.what:
        window.door.open((options.workspace or Path(options.what)).absolute(), then)
    elif then:
        QTimer.singleShot(0, app, then)
    status = app.exec()
    if options.smoke and faults:
        sys.stderr.write("\n".join(faults) + "\n")
        status = 1
    window.close()
    return status


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mhhs-desk", description="The window of MHHS Desk.")
    parser.add_argument("what", nargs="?", default="", help="“demo”, or a workspace folder to open")
    parser.add_argument("--workspace", type=Path, help="the workspace folder to open")
    parser.add_argument("--out", type=Path, help="with demo: the folder for the sample workspace")
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
