"""Requirements and test cases: what is to be tested by what."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.records.model import PastChange
from desktop.testing.model import Case, CaseEdit, Requirement, RequirementEdit
from local_db.connection import Store


class RequirementService:
    """What pages and commands call about requirements and cases. Every call may run on a worker thread."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        raise NotImplementedError

    def requirement(self, requirement_id: int) -> Requirement:
        """One. Raises NotFound."""
        raise NotImplementedError

    def add_requirement(self, key: str, change: RequirementEdit) -> Changes:
        """A requirement typed by hand. Raises InvalidInput for a key that is empty or taken, or without a title."""
        raise NotImplementedError

    def edit_requirements(self, requirement_ids: Sequence[int], change: RequirementEdit) -> Changes:
        """Change requirements; one step. Raises InvalidInput."""
        raise NotImplementedError

    def case(self, case_id: int) -> Case:
        """One with its steps. Raises NotFound."""
        raise NotImplementedError

    def add_case(self, key: str, change: CaseEdit, requirement_ids: Sequence[int] = ()) -> Changes:
        """A case typed by hand, for these requirements. Raises InvalidInput."""
        raise NotImplementedError

    def edit_cases(self, case_ids: Sequence[int], change: CaseEdit) -> Changes:
        """Change cases; one step. Raises InvalidInput."""
        raise NotImplementedError

    def link(self, requirement_ids: Sequence[int], case_ids: Sequence[int]) -> Changes:
        """Say that each case is for each requirement, as it reads now; links that are there stay."""
        raise NotImplementedError

    def unlink(self, link_ids: Sequence[int]) -> Changes:
        """Remove links."""
        raise NotImplementedError

    def confirm(self, link_ids: Sequence[int]) -> Changes:
        """Say that the case still tests the requirement as it reads now."""
        raise NotImplementedError

    def links_to_confirm(self) -> list[int]:
        """Ids of links whose requirement reads otherwise than when they were looked at."""
        raise NotImplementedError

    def requirement_history(self, requirement_id: int) -> tuple[PastChange, ...]:
        """What imports changed in it, newest first."""
        raise NotImplementedError

    def case_history(self, case_id: int) -> tuple[PastChange, ...]:
        """What imports changed in it, newest first."""
        raise NotImplementedError
