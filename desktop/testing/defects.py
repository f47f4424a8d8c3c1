"""Defects and the work-off plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.pit.service import PitService
from desktop.testing.model import Defect, DefectDetails, DefectStatus, WorkOff, WorkOffDetails, WorkOffStatus
from local_db.connection import Store


class DefectService:
    """What pages and commands call about defects and work-off items. Every call may run on a worker thread."""

    def __init__(self, store: Store, pit: PitService, actor: str, clock: Clock) -> None:
        raise NotImplementedError

    def defect(self, defect_id: int) -> Defect:
        """One. Raises NotFound."""
        raise NotImplementedError

    def save(
        self, details: DefectDetails, defect_id: int | None = None, result_ids: Sequence[int] = ()
    ) -> tuple[int, Changes]:
        """Add one (None) or change one, and link the results it was seen in; returns its id. Raises InvalidInput (no title, a severity that the scale does not have), NotFound."""
        raise NotImplementedError

    def edit(
        self,
        defect_ids: Sequence[int],
        *,
        status: DefectStatus | None = None,
        severity: str | None = None,
        owner: str | None = None,
        due: str | None = None,
    ) -> Changes:
        """Change several; one step. Closed takes today. Raises InvalidInput."""
        raise NotImplementedError

    def link(self, defect_id: int, result_ids: Sequence[int]) -> Changes:
        """Say that it was seen in these results too."""
        raise NotImplementedError

    def unlink(self, defect_id: int, result_ids: Sequence[int]) -> Changes:
        """Take that back."""
        raise NotImplementedError

    def work_off(self, item_id: int) -> WorkOff:
        """One work-off item. Raises NotFound."""
        raise NotImplementedError

    def save_work_off(self, details: WorkOffDetails, item_id: int | None = None) -> tuple[int, Changes]:
        """Add one (None) or change one; returns its id. Done or dropped without a day takes today. Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def edit_work_off(
        self,
        item_ids: Sequence[int],
        *,
        status: WorkOffStatus | None = None,
        owner: str | None = None,
        due: str | None = None,
        agreed_by: str | None = None,
        agreed_on: str | None = None,
    ) -> Changes:
        """Change several; one step. Raises InvalidInput."""
        raise NotImplementedError

    def table(self) -> FrameTable:
        """The defects as a table (columns: desktop/testing/tables.py)."""
        raise NotImplementedError

    def work_off_table(self, today: date | None = None) -> FrameTable:
        """The work-off plan as a table."""
        raise NotImplementedError
