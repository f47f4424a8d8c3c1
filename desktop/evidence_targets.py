"""What evidence can be linked to: one source of names for each kind of target, from the capability that has it."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.evidence.model import TargetKind, Targets
from local_db.connection import Store


def targets_of(store: Store) -> Mapping[TargetKind, Targets]:
    """The sources of names; each reads when it is asked, not before."""
    raise NotImplementedError
