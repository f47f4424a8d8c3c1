"""Making, changing, closing and removing plans, and finding one by what people call it."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.changes import Changes, Subject
from desktop.clock import today
from desktop.cutover import entered
from desktop.cutover.context import NOTHING, Desk, changes
from desktop.cutover.editing import forget
from desktop.cutover.links import Net
from desktop.cutover.model import PlanDetails, PlanSummary
from desktop.errors import InvalidInput, NotFound
from desktop.uk_time import Moment, read_moment
from local_db import audit
from local_db import cutover as rows
from local_db.connection import Connection
from local_db.cutover import PlanRow
from local_db.edit import Edit
from local_db.references import next_references

KIND = "CUT"
LONGEST_TITLE = 200


class Plans:
    """Writes what is said of plans."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def plans(self) -> tuple[PlanSummary, ...]:
        """See CutoverService."""
        return in_order([summary_of(row) for row in rows.plans(self._desk.store.read())])

    def add(self, details: PlanDetails) -> tuple[int, Changes]:
        """See CutoverService."""
        values = self._values(details)
        title = "Add a cutover plan"
        with self._desk.edit("plan", title) as edit:
            plan_id = new_plan(self._desk, edit, values)
        return plan_id, changes(title, 1)

    def edit(self, plan_id: int, details: PlanDetails) -> Changes:
        """See CutoverService."""
        with self._desk.store.reading() as connection:
            before = self._desk.plan_row(connection, plan_id)
        values = self._values(details)
        differing = [name for name, value in values.items() if value != getattr(before, name)]
        if not differing:
            return Changes()
        title = f"Change {', '.join(_WORDS.get(name, name) for name in differing)} of {before.ref}"
        if "closed" in differing and bool(values["closed"]) != bool(before.closed):
            title = f"Close plan {before.ref}" if values["closed"] else f"Open plan {before.ref} again"
        with self._desk.edit("plan", title) as edit:
            edit.update("cutover_plan", [plan_id], {name: values[name] for name in differing})
        return changes(title, 1)

    def remove(self, plan_id: int) -> Changes:
        """See CutoverService."""
        with self._desk.store.reading() as connection:
            plan = self._desk.plan_row(connection, plan_id)
            declared = rows.declarations_of_plan(connection, plan_id)
            rehearsals = [one.ref for one in rows.plans(connection) if one.rehearsal_of == plan_id]
        if declared:
            raise InvalidInput(
                f"{_some(declared)} {'was' if len(declared) == 1 else 'were'} made for {plan.ref}.",
                safe=NOTHING,
                todo="Close the plan instead: what was declared for it stays readable.",
            )
        if rehearsals:
            raise InvalidInput(
                f"{_some(rehearsals)} {'is a rehearsal' if len(rehearsals) == 1 else 'are rehearsals'} of {plan.ref}.",
                safe=NOTHING,
                todo="Remove what was rehearsed first, or close the plan instead.",
            )
        title = f"Remove {plan.ref}"
        with self._desk.edit("plan", title) as edit:
            net = Net.read(edit.connection, plan_id)
            activity_ids = list(net.links)
            net.links = {}
            net.write(edit)
            forget(edit, activity_ids)
            edit.delete("cutover_plan", [plan_id])
        return changes(title, 1, Subject.EVIDENCE)

    def by_ref(self, text: str) -> PlanSummary:
        """See CutoverService."""
        said = " ".join(text.split()).casefold()
        plans = self.plans()
        if not said:
            found = [one for one in plans if not one.details.closed and not one.rehearsal]
            if not found:
                raise NotFound("There is no open cutover plan.", todo="Make one, or name a plan that is closed.")
        else:
            found = [one for one in plans if one.ref.casefold() == said] or [
                one for one in plans if said in (one.details.title.casefold(), one.name.casefold())
            ]
            if not found:
                raise NotFound(f"There is no cutover plan “{text.strip()}”.", todo=f"Use one of: {_listed(plans)}.")
        if len(found) > 1:
            raise InvalidInput(f"Several plans fit: {_listed(found)}.", todo="Name one by its reference.", field="plan")
        return found[0]

    def _values(self, details: PlanDetails) -> dict[str, str]:
        title = " ".join(details.title.split())
        if not title:
            raise InvalidInput("A plan needs a title.", field="title")
        if len(title) > LONGEST_TITLE:
            raise InvalidInput(f"Use at most {LONGEST_TITLE} characters.", field="title")
        return {
            "title": title,
            "milestone": entered.milestone(details.milestone, self._desk.milestone_ids()),
            "note": entered.text(details.note, "note"),
            "review": entered.text(details.review, "review"),
            "closed": self._closed(details.closed),
        }

    def _closed(self, said: str) -> str:
        if not said.strip():
            return ""
        found = read_moment(said)
        if found is None:
            raise InvalidInput(f"“{said.strip()[:60]}” is no day.", todo="Write it as 2026-10-28.", field="closed")
        day = entered.fitting(Moment(found.day), "closed").day
        if day > today(self._desk.clock):
            raise InvalidInput("The day on which a plan was closed cannot lie ahead.", field="closed")
        return day.isoformat()


def new_plan(desk: Desk, edit: Edit, values: dict[str, str], *, rehearsal_of: int | None = None) -> int:
    """Add a plan inside an edit; it gets the next reference. Gives its id."""
    return edit.insert(
        "cutover_plan",
        {
            "ref": next_references(edit.connection, KIND)[0],
            "rehearsal_of": rehearsal_of,
            "created_at": audit.timestamp(desk.clock()),
            "created_by": desk.actor,
            **values,
        },
    )


def summary_of(row: PlanRow) -> PlanSummary:
    """A plan as it is listed."""
    return PlanSummary(
        row.id,
        row.ref,
        PlanDetails(row.title, row.milestone, row.note, row.review, row.closed),
        row.key,
        row.rehearsal_of,
        row.source,
        row.activities,
        row.finished,
        row.created_at,
    )


def in_order(plans: Sequence[PlanSummary]) -> tuple[PlanSummary, ...]:
    """Open ones first, newest first; rehearsals, newest first, after the plan that they rehearse."""
    real = sorted((one for one in plans if not one.rehearsal), key=lambda one: (bool(one.details.closed), -one.id))
    found: list[PlanSummary] = []
    for one in real:
        rehearsals = [other for other in plans if other.rehearsal_of == one.id]
        found += [one, *sorted(rehearsals, key=lambda other: (bool(other.details.closed), -other.id))]
    return tuple(found)


def taken_from(connection: Connection) -> dict[str, int]:
    """Plan of the pack to the newest plan that was made from it, open ones before closed; rehearsals do not count."""
    plans = [row for row in rows.plans(connection) if row.key and row.rehearsal_of is None]
    return {row.key: row.id for row in sorted(plans, key=lambda row: (not row.closed, row.id))}


_WORDS = {"closed": "the day of closing"}


def _some(refs: Sequence[str]) -> str:
    return ", ".join(refs[:3]) + (f" and {len(refs) - 3} more" if len(refs) > 3 else "")


def _listed(plans: Sequence[PlanSummary]) -> str:
    return "; ".join(f"{one.ref} {one.name}" for one in plans[:8]) or "none is there yet"
