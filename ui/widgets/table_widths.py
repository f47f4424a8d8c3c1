"""The column widths that the person gave a table, kept in the window's settings."""

from __future__ import annotations

from PySide6.QtCore import QSettings


def kept_widths(settings: QSettings, table: str) -> dict[str, int]:
    """Pixels by column key."""
    raw = str(settings.value(f"tables/{table}/widths", ""))
    pairs = (part.rpartition("=") for part in raw.split(";") if "=" in part)
    return {key: int(width) for key, _, width in pairs if width.isdigit()}


def keep_width(settings: QSettings, table: str, key: str, width: int) -> None:
    """Remember one column's width."""
    widths = kept_widths(settings, table) | {key: width}
    settings.setValue(f"tables/{table}/widths", ";".join(f"{one}={pixels}" for one, pixels in widths.items()))
