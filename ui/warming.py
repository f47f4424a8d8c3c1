"""Loads what pages and services will import, on a worker, so that nobody waits for it when a page is first opened."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from desktop.jobs import Job
from desktop.working_days import Calendar, bank_holidays
from ui.pages import PAGES

SERVICES = (
    "polars", "desktop.agenda", "desktop.cleanse.service", "desktop.content.service", "desktop.evidence.service",
    "desktop.participant.service", "desktop.pit.service", "desktop.portfolio.service", "desktop.report.service",
    "desktop.testing.defects", "desktop.testing.imports", "desktop.testing.requirements", "desktop.testing.runs",
    "desktop.testing.trace", "desktop.testing.workbooks", "desktop.cutover.table", "desktop.declarations.table",
    "desktop.pit.table", "desktop.requests.table", "desktop.submissions.table", "desktop.sync.departure_table",
)  # fmt: skip
"""The modules behind the services of a workspace and their tables, and the data engine."""


def warm(today: date, job: Job) -> None:
    """Import the services and pages (no widget is made) and work out the bank holidays of the years around today.

    Raises Cancelled.
    """
    for name in SERVICES:
        job.check()
        import_module(name)
    for entry in PAGES:
        job.check()
        entry.load()
    for year in range(today.year - 1, today.year + 3):
        for calendar in Calendar:
            job.check()
            bank_holidays(calendar, year)
