"""The pages of the window, in the order of the navigation rail. How to write one: `ui/pages/page.py`.

A page is added here with one function and one line; its module is imported when the page is first shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.pages.page import Page


@dataclass(frozen=True)
class PageEntry:
    """What the rail, the Go menu and the palette need to know of a page before it is built."""

    id: str
    title: str
    icon: str
    hint: str
    load: Callable[[], type[Page]]
    group: str = ""
    """The part of the work it belongs to: pages of one group stand together, under its name."""
    at_bottom: bool = False
    """Stands at the foot of the rail (settings)."""


def _overview() -> type[Page]:
    from ui.pages.overview import OverviewPage

    return OverviewPage


def _cleanse() -> type[Page]:
    from ui.pages.cleanse import CleansePage

    return CleansePage


def _portfolio() -> type[Page]:
    from ui.pages.portfolio import PortfolioPage

    return PortfolioPage


def _imports() -> type[Page]:
    from ui.pages.imports import ImportsPage

    return ImportsPage


def _pit() -> type[Page]:
    from ui.pages.pit import PitPage

    return PitPage


def _evidence() -> type[Page]:
    from ui.pages.evidence import EvidencePage

    return EvidencePage


def _traceability() -> type[Page]:
    from ui.pages.traceability import TraceabilityPage

    return TraceabilityPage


def _testruns() -> type[Page]:
    from ui.pages.test_runs import RunsPage

    return RunsPage


def _defects() -> type[Page]:
    from ui.pages.defects import DefectsPage

    return DefectsPage


def _cutover() -> type[Page]:
    from ui.pages.cutover import CutoverPage

    return CutoverPage


def _declarations() -> type[Page]:
    from ui.pages.declarations import DeclarationsPage

    return DeclarationsPage


def _requests() -> type[Page]:
    from ui.pages.requests import RequestsPage

    return RequestsPage


def _gonogo() -> type[Page]:
    from ui.pages.gonogo import GoNoGoPage

    return GoNoGoPage


def _submissions() -> type[Page]:
    from ui.pages.submissions import SubmissionsPage

    return SubmissionsPage


def _sending() -> type[Page]:
    from ui.pages.sending import SendingPage

    return SendingPage


def _endpoints() -> type[Page]:
    from ui.pages.endpoints import EndpointsPage

    return EndpointsPage


def _left() -> type[Page]:
    from ui.pages.left import LeftPage

    return LeftPage


def _history() -> type[Page]:
    from ui.pages.history import HistoryPage

    return HistoryPage


def _settings() -> type[Page]:
    from ui.pages.settings import SettingsPage

    return SettingsPage


DATA, TESTING, CUTOVER, HANDING_OVER, RECORDS = "Data", "Testing", "Cutover", "Handing over", "Records"

PAGES: tuple[PageEntry, ...] = (
    PageEntry("overview", "Overview", "overview", "What is open, who mends it, what comes next", _overview),
    PageEntry("cleanse", "Cleanse", "cleanse", "Every finding, what it means and how far it is", _cleanse, DATA),
    PageEntry("portfolio", "Portfolio", "portfolio", "Every row as it stood in the file", _portfolio, DATA),
    PageEntry("imports", "Imports", "imports", "The files that were imported, and another one", _imports, DATA),
    PageEntry("pit", "PIT plan", "pit", "Gates, what has to be handed over, and reliance on others", _pit, TESTING),
    PageEntry(
        "traceability",
        "Traceability",
        "traceability",
        "What is required, what tests it, what proves it",
        _traceability,
        TESTING,
    ),
    PageEntry("testruns", "Test runs", "testruns", "What became of each test case, run by run", _testruns, TESTING),
    PageEntry("defects", "Defects", "defects", "What was found, and what is still to be worked off", _defects, TESTING),
    PageEntry(
        "cutover", "Cutover", "cutover", "What has to be done, when, by whom, and what waits for it", _cutover, CUTOVER
    ),
    PageEntry(
        "declarations", "Declarations", "declarations", "What is declared, signed and sent", _declarations, CUTOVER
    ),
    PageEntry("gonogo", "Go/no-go", "gonogo", "What stands in the way of a decision, on one sheet", _gonogo, CUTOVER),
    PageEntry(
        "requests", "Requests", "requests", "What others ask of you, and what you answer", _requests, HANDING_OVER
    ),
    PageEntry(
        "submissions",
        "Submissions",
        "submissions",
        "What is due to whom, what is out, what came back",
        _submissions,
        HANDING_OVER,
    ),
    PageEntry(
        "sending",
        "Sending",
        "sending",
        "What waits to be sent, what needs you, what has a receipt",
        _sending,
        HANDING_OVER,
    ),
    PageEntry(
        "endpoints",
        "Endpoints",
        "endpoints",
        "Where submissions are sent to, and what comes back",
        _endpoints,
        HANDING_OVER,
    ),
    PageEntry(
        "left", "What has left", "left", "What left this laptop, to whom, with what data in it", _left, HANDING_OVER
    ),
    PageEntry(
        "evidence", "Evidence", "evidence", "Files that prove something, and what relies on them", _evidence, RECORDS
    ),
    PageEntry("history", "History", "history", "Every change, who made it and when", _history, RECORDS),
    PageEntry(
        "settings", "Settings", "settings", "Participant, people, checks, content, backups", _settings, at_bottom=True
    ),
)
