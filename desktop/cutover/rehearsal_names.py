"""Files of a rehearsal say so in their names: nobody takes one for the plan that is worked to."""

from __future__ import annotations

from desktop.cutover.calendar_file import REHEARSAL
from desktop.cutover.model import PlanSummary
from desktop.errors import InvalidInput


def must_say_rehearsal(plan: PlanSummary, name: str, better: str) -> None:
    """Raises InvalidInput (`field` path) when the file of a rehearsal does not say so; `better`: a name that does."""
    if plan.rehearsal and REHEARSAL.casefold() not in name.casefold():
        raise InvalidInput(
            f"{plan.ref} is a rehearsal, so that the name of its file has to say REHEARSAL.",
            field="path",
            safe="Nothing was written.",
            todo=f"Call it {better}.",
        )
