"""What every test of the window gets: one application, a window of its own, and a check that nothing is left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThreadPool, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from window_care import done_with, settle

from ui.app import make_application, make_window
from ui.main_window import MainWindow
from ui.theme.icons import forget_icons
from ui.theme.theme import Theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of some things that it cannot do them; that is no fault of ours."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def qapp(qapp_args, pytestconfig) -> Iterator[QApplication]:
    """The one application of the test run, with our style. Never quit it: Qt cannot make a second one reliably."""
    app = make_application([])
    yield app
    forget_icons()


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window open, a timer running, a thread alive or a key pressed."""
    threads_before = set(threading.enumerate())
    yield
    settle()
    if qapp.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        spare = QWidget()
        QTest.keyRelease(spare, Qt.Key.Key_Shift)  # QTest leaves the modifier of a click behind
        spare.deleteLater()
    open_windows = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    described = [f"{type(widget).__name__} “{widget.windowTitle()}”" for widget in open_windows]
    for widget in open_windows:
        widget.close()
        widget.deleteLater()
    settle()
    assert not described, f"windows left open: {described}"
    assert QThreadPool.globalInstance().activeThreadCount() == 0, "work left in the global thread pool"
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in threads_before and isinstance(thread, threading.Thread)
    ]
    left = [thread for thread in left if thread.is_alive() and not isinstance(thread, threading._DummyThread)]
    assert not left, f"threads left running: {left}"
    timers = [timer for timer in gc.get_objects() if type(timer) is QTimer and is_running(timer)]
    assert not timers, f"timers left running: {[timer.parent() for timer in timers]}"


def is_running(timer: QTimer) -> bool:
    """Whether a timer is alive and would fire."""
    try:
        return timer.isActive()
    except RuntimeError:  # its C++ half is gone
        return False


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """A theme applied to the application, light unless the test changes it."""
    made = Theme(qapp)
    yield made
    made.deleteLater()
    qapp.setStyleSheet("")


@pytest.fixture
def window(qapp: QApplication, own_home: Path, clock, qtbot) -> Iterator[MainWindow]:
    """The main window on the welcome page, shown, with serial jobs and settings of its own."""
    made = make_window(qapp, own_home / "config", clock=clock, actor="Pat", root=own_home / "workspaces", serial=True)
    made.resize(1280, 800)
    made.show()
    yield made
    done_with(made)


@pytest.fixture
def opened(window: MainWindow, own_home: Path) -> MainWindow:
    """The main window with a new, empty workspace open for writing."""
    window.door.create(own_home / "workspaces" / "acme", "Acme Energy Supply Limited", "ACME")
    assert window.context.open_workspace is not None
    return window
