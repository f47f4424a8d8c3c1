"""What tests of the window do around their subject: let Qt settle, let a window go, walk the Tab key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui.dialogs.confirm import ConfirmDialog
from ui.main_window import MainWindow


def settle() -> None:
    """Let Qt delete what was asked to be deleted and deliver what was posted."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def done_with(window: MainWindow) -> None:
    """Close a window as a person does and let go of it."""
    window.context.jobs.shut_down()
    QTimer.singleShot(0, drop_what_is_unfinished)
    assert window.close()
    window.context.theme.deleteLater()
    window.deleteLater()
    settle()


def drop_what_is_unfinished() -> None:
    """Answer the question about an import that a test left unfinished."""
    asked = QApplication.activeModalWidget()
    if isinstance(asked, ConfirmDialog):
        asked.accept()


def focusable(root: QWidget) -> list[QWidget]:
    """Every control below `root` that can be reached with the Tab key, in the order of the tab chain."""
    found: list[QWidget] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        if root.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(root):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
