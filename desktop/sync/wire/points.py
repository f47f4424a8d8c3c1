"""Kill points: named steps of either side at which a fault test may end it or raise. Nothing happens otherwise.

Two ways, for tests only: the environment variable MHHS_POINT = "name:n" ends the process at once (as a power cut
would) at the n-th reach of that name; `install` puts a function of the test in its place. Each side has points of its
own (desktop/sync/points.py, central/points.py), so that a test with both in one process ends one of them.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable

KILLED = 137
"""Exit code of a process that ended itself at a point: that of a process that was killed (128 + 9)."""

_lock = threading.Lock()


class Points:
    """The points of one side."""

    def __init__(self) -> None:
        """As the environment says."""
        self._hook: Callable[[str], None] | None = None
        name, _, number = os.environ.get("MHHS_POINT", "").rpartition(":")
        if name and number.isdecimal():
            self._hook = Kill(name, int(number))

    def reach(self, name: str) -> None:
        """Say that a step was reached."""
        if self._hook is not None:
            self._hook(name)

    def install(self, hook: Callable[[str], None] | None) -> None:
        """Call `hook` with every name that is reached (None: nothing any more). It may raise, or note the names."""
        self._hook = hook


class Seen:
    """A hook that notes how often each name was reached, for runs that try every reach of every name."""

    def __init__(self) -> None:
        """Nothing was reached yet."""
        self.reached: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        """Count it."""
        with _lock:
            self.reached[name] += 1


class Kill(Seen):
    """Ends the process at the n-th reach of a name."""

    def __init__(self, name: str, number: int) -> None:
        """`number` from 1."""
        super().__init__()
        self._name, self._number = name, number

    def __call__(self, name: str) -> None:
        """Count it, and end the process when it is the one."""
        super().__call__(name)
        if name == self._name and self.reached[name] >= self._number:
            os._exit(KILLED)
