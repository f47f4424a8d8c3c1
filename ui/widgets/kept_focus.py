"""A control that is off while its work runs keeps its place for the keyboard: the focus waits, and comes back to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

_WAITS = "waits_for_the_focus"
"""Property of the widget where the focus waits: the control that it belongs to."""


def switch(control: QWidget, on: bool) -> None:
    """Let a control be used, or not, without the focus going from it to another action.

    Left to itself, Qt gives the focus of a control that goes off to the next one, so that the next Space would do what
    nobody asked for. Here it waits at the widget around the control, where no key does anything and Tab goes on from.
    It comes back as soon as the control is on again, unless the person went elsewhere meanwhile.
    """
    around = control.parentWidget()
    if around is None:
        control.setEnabled(on)
        return
    if not on and control.isEnabled() and control.window().focusWidget() is control:
        around.setFocus(Qt.FocusReason.OtherFocusReason)
        around.setProperty(_WAITS, control)
    control.setEnabled(on)
    if on and around.property(_WAITS) is control:
        around.setProperty(_WAITS, None)
        if around.window().focusWidget() is around:
            control.setFocus(Qt.FocusReason.OtherFocusReason)
