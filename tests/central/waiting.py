"""Waiting for what another thread does: it is looked at again and again, and comes true or fails the test."""

from __future__ import annotations

import threading
from collections.abc import Callable


def until(true: Callable[[], object]) -> None:
    """Return once it is true; raises AssertionError after some ten seconds."""
    pause = threading.Event()
    for _ in range(1000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it never came true")
