"""What taking the newest text of a content pack into a plan would do, one row of the pack at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PlanChange:
    """What taking one row would do: a deliverable of the PIT plan, an activity of a cutover plan."""

    key: str
    title: str
    change: str
    """new, changed, gone (in the plan, not in the pack any more; it is kept)."""
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Field in words to (before, after)."""
