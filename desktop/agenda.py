"""What is late and what comes next: gates, deliverables, defects, evidence, cutover, declarations, submissions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from desktop.browse.view import Filter, Op, View
from desktop.cutover.service import CutoverService
from desktop.declarations.service import DeclarationService
from desktop.evidence.model import Target, TargetKind
from desktop.evidence.service import EvidenceService
from desktop.milestones.service import MilestoneService
from desktop.pit.service import PitService
from desktop.submissions.due import COMMENTS
from desktop.submissions.service import SubmissionService
from desktop.testing.defects import DefectService

AHEAD = timedelta(days=60)
"""So far ahead things are named."""

GATE, EVIDENCE, MILESTONE, SUBMISSION = "gate", "evidence", "milestone", "submission"
"""Kinds of entry besides those of `TargetKind`."""


@dataclass(frozen=True)
class Due:
    """One thing to do by a day; None: comments to answer for which nobody set one.

    `kind`: one of the above or a TargetKind's value; `target` leads to it, if it can.

    `evidence_id` for EVIDENCE, `submission_id` for SUBMISSION (None: of a request whose answers are not prepared yet).
    `late`: its day has passed and it is still to be done.
    """

    day: date | None
    kind: str
    title: str
    detail: str
    late: bool
    target: Target | None = None
    evidence_id: int | None = None
    submission_id: int | None = None


class Agenda:
    """Reads what the services know and puts it in the order in which it has to be looked at."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        pit: PitService,
        defects: DefectService,
        evidence: EvidenceService,
        milestones: MilestoneService,
        cutover: CutoverService,
        declarations: DeclarationService,
        submissions: SubmissionService,
    ) -> None:
        self._pit, self._defects, self._evidence = pit, defects, evidence
        self._milestones, self._cutover, self._declarations = milestones, cutover, declarations
        self._submissions = submissions

    def due(self, today: date) -> tuple[Due, ...]:
        """What is late, longest first, then what comes within `AHEAD`, by day, then comments that have no day."""
        found = [
            *self._gates(today), *self._deliverables(today), *self._promised(today), *self._ending(today),
            *self._own_milestones(today), *self._activities(today), *self._to_sign(today),
            *self._to_hand_over(today),
        ]  # fmt: skip
        return tuple(
            sorted(
                (one for one in found if one.late or one.day is None or today <= one.day <= today + AHEAD),
                key=lambda one: (not one.late, one.day or date.max, one.kind != GATE, one.title),
            )
        )

    def _gates(self, today: date) -> list[Due]:
        found = []
        for state in self._pit.gate_states(today):
            gate = state.gate
            if gate.actual is None and gate.day is not None and gate.day >= today:
                detail = f"{state.finished} of {state.deliverables} deliverables finished"
                found.append(Due(gate.day, GATE, gate.name, detail, late=False))
        return found

    def _deliverables(self, today: date) -> list[Due]:
        gates = {one.id: one.name for one in self._pit.gates()}
        return [
            Due(
                one.planned, TargetKind.DELIVERABLE.value, one.title,
                ", ".join(part for part in (one.ref, gates.get(one.gate, one.gate), one.owner or "no owner") if part),
                one.late_by > 0, Target(TargetKind.DELIVERABLE, one.id),
            )
            for one in self._pit.deliverables(today)
            if one.planned is not None and not one.status.finished
        ]  # fmt: skip

    def _promised(self, today: date) -> list[Due]:
        """Open defects and work-off items with a day. One that was put off is promised by its work-off item."""
        found = []
        for defect in self._defects.defects():
            day, details = _day(defect.details.due), defect.details
            if day and details.status.is_open and not defect.work_off:
                kind = TargetKind.DEFECT
                found.append(
                    Due(day, kind.value, details.title, f"{defect.ref}, {details.owner or 'no owner'}", day < today,
                        Target(kind, defect.id))
                )  # fmt: skip
        for item in self._defects.work_off_items(day=today):
            day = _day(item.details.due)
            if day and not item.details.closed:
                kind = TargetKind.WORK_OFF
                owner = item.details.owner or "no owner"
                found.append(
                    Due(day, kind.value, item.details.title, f"{item.ref}, {owner}", item.late, Target(kind, item.id))
                )
        return found

    def _ending(self, today: date) -> list[Due]:
        """Evidence in use that ends: one that has ended proves nothing any more."""
        table = self._evidence.table()
        last = (today + AHEAD + timedelta(days=1)).isoformat()
        table.apply(
            View(
                filters=(Filter("expires", Op.BEFORE, (last,)), Filter("state", Op.IS_NONE, ("Withdrawn", "Unlinked")))
            )
        )
        found = []
        for row, cells in zip(table.ids(0, table.count()), table.frame(0, table.count()).to_dicts(), strict=True):
            day = _day(str(cells["expires"]))
            if day:
                found.append(
                    Due(day, EVIDENCE, f"Evidence ends: {cells['title']}", str(cells["ref"]), day < today,
                        evidence_id=row)
                )  # fmt: skip
        return found

    def _own_milestones(self, today: date) -> list[Due]:
        """Those of the participant, and those for which it works to another day than the programme.

        The programme's own days stand among the next dates already.
        """
        found = []
        for one in self._milestones.milestones():
            if one.day is None or one.reached or not (one.own or one.current):
                continue
            told = one.note or ("Your own milestone" if one.own else "The day that you work to")
            found.append(Due(one.day, MILESTONE, one.name, told, late=one.day < today))
        return found

    def _activities(self, today: date) -> list[Due]:
        """What is to be finished in open plans that are no rehearsal: ours, and what others owe us."""
        now = datetime.combine(today, time(12), UTC)
        found = []
        for plan in self._cutover.plans():
            if plan.rehearsal or plan.details.closed:
                continue
            for one in self._cutover.plan(plan.id, now).activities:
                day = one.due or one.planned.finish
                if day is None or one.state.finished:
                    continue
                who = one.details.owner or one.details.responsible or "no owner"
                late = day.day < today
                told = ", ".join((one.details.key, plan.details.title, who))
                target = Target(TargetKind.ACTIVITY, one.id)
                found.append(Due(day.day, TargetKind.ACTIVITY.value, one.details.title, told, late, target))
        return found

    def _to_sign(self, today: date) -> list[Due]:
        found = []
        for one in self._declarations.due(today):
            if one.day is not None:
                made = one.declaration
                told = f"{made.name}, {made.state.title.lower()}"
                target = Target(TargetKind.DECLARATION, made.id)
                kind = TargetKind.DECLARATION.value
                found.append(Due(one.day, kind, made.details.title, told, one.day < today, target))
        return found

    def _to_hand_over(self, today: date) -> list[Due]:
        """Submissions on their way, comments on them, and answers to requests.

        What the PIT plan or a milestone asks for stands here already as a deliverable or a date.
        """
        return [
            Due(
                one.day, SUBMISSION, one.title, one.detail if one.submission_id else f"To be answered: {one.detail}",
                one.late, submission_id=one.submission_id,
            )
            for one in self._submissions.due(today)
            if (one.day is not None or one.what == COMMENTS)
            and (one.submission_id is not None or (one.scope is not None and one.scope.request_id is not None))
        ]  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
