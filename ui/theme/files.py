"""Where the window's own data files are."""

from __future__ import annotations

from pathlib import Path

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def resource(*parts: str) -> Path:
    """The path of a file below `resources/`, in a checkout and in a built app alike."""
    return _RESOURCES.joinpath(*parts)
