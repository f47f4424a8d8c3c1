"""The kill points of the central service: see desktop/sync/wire/points.py."""

from __future__ import annotations

from desktop.sync.wire.points import KILLED, Kill, Points, Seen

_points = Points()
reach = _points.reach
install = _points.install

__all__ = ["KILLED", "Kill", "Seen", "install", "reach"]
