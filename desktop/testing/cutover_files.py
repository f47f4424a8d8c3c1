"""Files out of a cutover plan: a workbook and a CSV that come back in, and a calendar of its deadlines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from desktop import __version__
from desktop.clock import Clock, today
from desktop.content.service import ContentService
from desktop.cutover.calendar_file import REHEARSAL, calendar_bytes, plan_events
from desktop.cutover.model import PlanSummary, PlanView
from desktop.cutover.rehearsal_names import must_say_rehearsal
from desktop.cutover.service import CutoverService
from desktop.errors import InvalidInput, NotFound
from desktop.excel.names import file_name
from desktop.excel.saving import replacing
from desktop.jobs import Job
from desktop.milestones.service import MilestoneService
from desktop.own_files import must_be_free
from desktop.participant.service import ParticipantService
from desktop.report.gather import participant_facts
from desktop.report.view_export import READING_ENDING
from desktop.testing.book_cutover import COMING_BACK, coming_back, cutover_draft
from desktop.testing.book_parts import build
from desktop.testing.book_sources import BookFacts, BookSources
from desktop.testing.numbering import Number, numbered, sha256_of
from desktop.testing.own_activities import MARK, beside_headings, labels_of
from local_db import audit, reports, settings
from local_db.connection import Store

ENDINGS = (".xlsx", ".ics", ".csv")
"""Workbook, calendar, and the activities alone."""

EXACT = "This CSV is exact, for machines and to come back in. Give people the workbook: it runs no cell as a formula."
"""What is said of a CSV of a plan."""


@dataclass(frozen=True)
class CutoverFile:
    """A file that was written. `number` counts the workbooks of a plan from 1; 0 = not numbered.

    Calendars and CSVs have none, nor has a workbook from a workspace that is open for reading only.
    """

    path: Path
    plan_ref: str
    rehearsal: bool
    number: int
    rows: int
    sha256: str
    made_at: datetime


class CutoverFiles:
    """What pages and commands call about files out of a plan. Every call may run on a worker thread."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        participant: ParticipantService,
        content: ContentService,
        milestones: MilestoneService,
        cutover: CutoverService,
        declarations_due: Callable[[int], Sequence[tuple[str, str, date]]],
        books: Callable[[], BookSources],
        actor: str,
        clock: Clock,
    ) -> None:
        """`declarations_due`: (reference, title, day) of the declarations of a plan that are still to be signed.

        `books` gives what evidence is referred to through, new each time; `actor` stands on the cover and in the log.
        """
        self._store = store
        self._participant = participant
        self._content = content
        self._milestones = milestones
        self._cutover = cutover
        self._declarations_due = declarations_due
        self._books = books
        self._actor = actor
        self._clock = clock

    def name(self, plan_id: int, ending: str = ".xlsx") -> str:
        """The name to offer: ACME Cutover plan ACME-CUT-0001 version 2 2026-11-28.xlsx; a rehearsal says so first.

        Raises NotFound.
        """
        plan = self._plan(plan_id)
        number = self._next(plan) if ending == ".xlsx" else 0
        parts = (
            REHEARSAL if plan.rehearsal else "",
            self._participant.get().short_name,
            "Cutover deadlines" if ending == ".ics" else "Cutover plan",
            plan.ref,
            f"version {number}" if number else "",
            today(self._clock).isoformat(),
        )
        return file_name(" ".join(part for part in parts if part), ending)

    def write(self, path: Path, plan_id: int, job: Job | None = None) -> CutoverFile:
        """Write the file that the ending of the name asks for, in place of `path`.

        A workbook gets the next number and is noted with its hash. Of a rehearsal the name has to say so. Raises
        InvalidInput (`field` path), NotFound when there is no such plan or nothing to write, NotSaved with the old
        file kept, Cancelled.
        """
        job = job or Job()
        ending = path.suffix.casefold()
        if ending not in ENDINGS:
            raise InvalidInput(
                "A cutover plan is written to a name that ends in .xlsx (workbook), .ics (calendar) or .csv.",
                field="path",
            )
        must_be_free(self._store.path.parent, path)
        made_at = self._clock()
        view = self._cutover.plan(plan_id, made_at)
        plan = view.plan
        must_say_rehearsal(plan, path.name, self.name(plan_id, ending))
        if path.name.casefold().endswith(READING_ENDING):
            raise InvalidInput(
                f"{EXACT} A name that ends in {READING_ENDING} says something else.",
                todo="Choose another name, or write the workbook (.xlsx).",
                field="path",
            )
        if not view.activities:
            raise NotFound(f"The plan {plan.ref} has no activity yet, so there is nothing to write.")
        if ending == ".xlsx":
            with numbered(self._store, _noted(plan), path.name, made_at, self._actor) as taken:
                return self._book(path, view, taken, job)
        data = self._calendar(view, made_at) if ending == ".ics" else _csv(view)
        job.check()
        with replacing(path) as file:
            file.write(data)
        return CutoverFile(path, plan.ref, plan.rehearsal, 0, len(view.activities), sha256_of(path), made_at)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _plan(self, plan_id: int) -> PlanSummary:
        found = next((one for one in self._cutover.plans() if one.id == plan_id), None)
        if found is None:
            raise NotFound("This cutover plan is not there any more.", todo="Choose another one.")
        return found

    def _next(self, plan: PlanSummary) -> int:
        return 0 if self._store.read_only else reports.count(self._store, _noted(plan)) + 1

    def _book(self, path: Path, view: PlanView, taken: Number, job: Job) -> CutoverFile:
        job.report("Gathering the cutover plan", 0, 0, "")
        plan = view.plan
        with self._store.reading():
            sources = self._books()
            draft = cutover_draft(view, sources)
            book = build("cutover", self._facts(plan, taken), draft, sources)
        book.save(path, job)
        taken.written = True
        sha256 = sha256_of(path)
        made = CutoverFile(path, plan.ref, plan.rehearsal, taken.number, draft.rows, sha256, taken.made_at)
        if not self._store.read_only:
            with self._store.write() as connection:
                reports.complete(connection, taken.report_id, sha256)
                body = {
                    "plan": plan.ref,
                    "number": taken.number,
                    "name": path.name,
                    "sha256": sha256,
                    "rows": made.rows,
                }
                title = f"Write the cutover plan {plan.ref}, version {taken.number}"
                self._store.record("workbook.write", title, body, actor=self._actor, at=self._clock())
        return made

    def _facts(self, plan: PlanSummary, taken: Number) -> BookFacts:
        person = participant_facts(self._participant)
        head = audit.head(self._store.read())
        names = {one.id: one.name for one in self._milestones.milestones()}
        return BookFacts(
            person.name,
            person.mpids,
            None,
            taken.number,
            taken.made_at,
            self._actor,
            f"{head.seq}:{head.h}" if head.seq else "",
            self._content.pack("cutover_plans"),
            __version__,
            None,
            plan,
            names.get(plan.details.milestone, plan.details.milestone),
        )

    def _calendar(self, view: PlanView, at: datetime) -> bytes:
        plan = view.plan
        wanted = {*view.milestones, plan.details.milestone}
        milestones = [
            (one.id, one.name, one.day)
            for one in self._milestones.milestones()
            if one.id in wanted and one.day is not None and not one.reached
        ]
        events = plan_events(view, milestones, self._declarations_due(plan.id))
        workspace_id = settings.fact(self._store, "workspace_id") or "unknown"
        return calendar_bytes(f"{plan.name} ({plan.ref})", events, workspace_id, at)


def _csv(view: PlanView) -> bytes:
    """The activities in the columns that come back in, exactly; UTF-8 with the mark by which Excel knows it.

    Cells that begin as formulas do stay as they are: this file is for machines, and for coming back in. The workbook is
    the one for people.
    """
    beside = beside_headings(labels_of(one.extra for one in view.activities))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(field.heading for field in COMING_BACK), *beside, MARK])
    for one in view.activities:
        writer.writerow([*coming_back(one), *(one.extra.get(label, "") for label in beside.values()), view.plan.ref])
    return text.getvalue().encode("utf-8-sig")


def _noted(plan: PlanSummary) -> str:
    """How a workbook of a plan is called in the list of what was made."""
    return f"Cutover plan {plan.ref}"
