"""The data engine (polars) under its usual name, loaded when it is first used: `from desktop.frames import pl`.

For modules that are loaded for other things too. With `import polars as pl` in them every command, and the window
before it is painted, would wait for the engine and hold 25 MB of it: sending, listing and checking packs need none of
it. A module that makes expressions or data types while it is imported gains nothing and imports polars itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["pl"]

if TYPE_CHECKING:
    import polars as pl
else:

    class _Engine:
        """Stands for the module; a name that was asked for is found like any attribute from then on."""

        def __getattr__(self, name: str) -> object:
            import polars  # under the lock of importing: several threads may ask first

            found = getattr(polars, name)
            setattr(self, name, found)
            return found

    pl = _Engine()
