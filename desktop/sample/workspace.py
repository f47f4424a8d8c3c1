"""The sample workspace: a made-up supplier with three months of a made-up portfolio, some of it worked on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes
from desktop.cleanse.exceptions import ExceptionRequest
from desktop.cleanse.finding_table import FindingTable
from desktop.cleanse.model import WorkStatus
from desktop.cleanse.work import FindingEdit
from desktop.clock import Clock
from desktop.declarations.model import PdfPrinter
from desktop.jobs import Job
from desktop.participant.model import Contact, Participant, Scope
from desktop.portfolio.items import ITEMS
from desktop.sample import cutover, submissions, sync, testing
from desktop.sample.generated import MAPPING, portfolio

NAME = "Sample Energy Supply Limited (made-up data)"
SHORT_NAME = "SAMPLE"
MONTHS: tuple[tuple[int, int, date], ...] = (
    (2, 2_340, date(2026, 9, 21)),
    (1, 2_372, date(2026, 10, 21)),
    (0, 2_400, date(2026, 11, 20)),
)
"""Months before the newest, rows, and the day the extract was made."""


def build(
    folder: Path, *, clock: Clock, job: Job | None = None, actor: str = "", printer: PdfPrinter | None = None
) -> None:
    """Build the sample workspace in a new or empty folder.

    Every name, number and address in it is made up. The months are imported and checked as if in their time. With a
    `printer` signed declarations have a PDF copy. Raises WorkspaceError when the folder cannot be used, Cancelled with
    nothing left in it.
    """
    job = job or Job()
    time = _Clock(clock)
    workspace = Workspace.create(folder, NAME, SHORT_NAME, actor=actor, clock=time)
    try:
        workspace.settings.set(replace(workspace.settings.get(), sample=True))
        _introduce(workspace)
        with tempfile.TemporaryDirectory(prefix="mhhs-sample-") as scratch:
            files = Path(scratch)
            days = [
                *_months(workspace, files, job),
                *testing.steps(workspace, files, job),
                *cutover.steps(workspace, files, job, printer),
                *submissions.steps(workspace, files, job),
                *sync.steps(workspace, job),
            ]
            for day, what, step in sorted(days, key=lambda one: one[0]):
                job.report(what)
                time.set_day(day)
                step()
    except BaseException:
        workspace.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    workspace.close()


class _Clock:
    """A clock that is set to the sample's months, one minute on at each reading, then runs on as the given one."""

    def __init__(self, real: Clock) -> None:
        self._now = min(real(), datetime(2026, 9, 21, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.step()
        return self._now

    def set_day(self, day: date) -> None:
        """Go to the morning of a day."""
        self._now = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)

    def step(self) -> None:
        """One minute on."""
        self._now += timedelta(minutes=1)


def _months(workspace: Workspace, scratch: Path, job: Job) -> Iterator[tuple[date, str, Callable[[], None]]]:
    """The portfolios of three months; after the second somebody worked on its findings."""
    for month in MONTHS:
        _, _, extracted = month

        def step(month: tuple[int, int, date] = month) -> None:
            _import_and_check(workspace, scratch, month, job)
            if month[0] == 1:
                _work(workspace, month[2])

        yield extracted, f"Importing and checking the sample of {extracted:%B %Y}", step


def _introduce(workspace: Workspace) -> None:
    people = workspace.participant
    people.save(Participant(NAME, SHORT_NAME, "non_sit_sa", "Everything in this workspace is made up."))
    people.save_scope(Scope("DESK", "supplier", "S", "non_sit_sa"))
    people.save_scope(Scope("DESK", "supplier", "A", "non_sit_sa"))
    people.save_contact(Contact("data_owner", "Morgan Reed", "Data analyst", "morgan.reed@sample.example"))
    people.save_contact(Contact("test_manager", "Morgan Reed", "Data analyst", "morgan.reed@sample.example"))
    people.save_contact(Contact("cutover_lead", "Morgan Reed", "Data analyst", "morgan.reed@sample.example"))
    people.save_contact(Contact("signatory", "Alex Hartley", "Director", "alex.hartley@sample.example"))


def _import_and_check(workspace: Workspace, scratch: Path, month: tuple[int, int, date], job: Job) -> None:
    before, rows, extracted = month
    file = scratch / f"sample-portfolio-{extracted:%Y-%m}.csv"
    frame = portfolio(rows, month=before).with_columns(
        pl.lit(f"{extracted:%d/%m/%Y}").alias(ITEMS["extract_date"].title)
    )
    file.write_text(frame.write_csv(), encoding="utf-8")
    source = workspace.portfolio.read(file, job)
    try:
        staged = workspace.portfolio.stage(source, MAPPING, job)
    finally:
        source.close()
    committed = workspace.portfolio.commit(staged, extracted)
    workspace.cleanse.run(committed.snapshot.id, extracted + timedelta(days=1), job)


def _work(workspace: Workspace, today: date) -> None:
    """What a person did after the second month: assigned, noted, sent, and accepted something for a time."""
    cleanse = workspace.cleanse
    table = cleanse.findings()

    def on(check: str, change: Callable[[list[int]], Changes]) -> None:
        found = _of_check(table, check)
        if found:
            change(found)

    due = today + timedelta(days=40)
    on(
        "FMT-20",
        lambda ids: cleanse.edit(ids, FindingEdit(owner="Northgrid data desk", due=due, status=WorkStatus.SENT)),
    )
    on("FMT-18", lambda ids: cleanse.edit(ids, FindingEdit(owner="Meterwise", due=due, status=WorkStatus.IN_PROGRESS)))
    on("FMT-05", lambda ids: cleanse.edit(ids[:5], FindingEdit(note="Checked against the bill: mistyped at sign-up.")))
    on(
        "FMT-17",
        lambda ids: cleanse.accept(
            ids,
            ExceptionRequest(
                "Type code of a pilot meter; the MEM renames it with the next technical details.",
                "Alex Hartley",
                today + timedelta(days=120),
            ),
        ),
    )


def _of_check(table: FindingTable, check: str) -> list[int]:
    table.apply(View(filters=(Filter("check", Op.IS_ANY, (check,)),)))
    return table.ids(0, table.count())
