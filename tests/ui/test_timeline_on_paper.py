"""The timeline on paper and as PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pypdf
import pytest
from desk_steps import buttons, choose, press, when_asked
from made_plans import NOW, activity, long_plan, on, plan, small_plan, window
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QDialog
from timeline_steps import DAYS, shown, standing_timeline

from desktop.cutover.model import ActivityState, ActivityType, Rag
from ui.main_window import MainWindow
from ui.theme.theme import Appearance
from ui.widgets.timeline import Timeline
from ui.widgets.timeline_print import timeline_pdf

_MONDAY = datetime(2026, 11, 23)


@pytest.fixture
def timeline(window: MainWindow) -> Iterator[Timeline]:
    with standing_timeline(window) as made:
        yield made


# -- on paper ----------------------------------------------------------------------------------------------------------


def pages(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def test_a_long_plan_is_broken_over_pages_with_a_header_and_a_legend_on_each(timeline: Timeline) -> None:
    printed = pages(timeline_pdf(long_plan(), DAYS))
    assert len(printed) > 5
    for number, text in enumerate(printed, 1):
        assert f"Page {number} of {len(printed)}" in text
        assert "As it stood Mon 23 Nov 2026 12:00, UK time" in text
        for words in ("Activity", "2026 2027 Oct Nov Dec", "Today", "Baseline", "Critical path"):
            assert words in text
    told = " ".join(printed)
    assert all(f"T-{number:03} " in told for number in range(1, 301))


def test_a_printed_rehearsal_says_so_and_what_is_suggested_is_called_so(timeline: Timeline) -> None:
    from dataclasses import replace

    (text,) = pages(timeline_pdf(small_plan(rehearsal_of=7), DAYS))
    assert "REHEARSAL: M14 cutover" in text
    assert text.count("REHEARSAL") == 2  # the title, and across the page
    taken = small_plan(source="Cutover plans 2026.11")
    taken = replace(taken, plan=replace(taken.plan, key="m14"))
    (text,) = pages(timeline_pdf(taken, DAYS))
    assert "(suggested, not" in text
    assert "REHEARSAL" not in text


def test_paper_is_white_whatever_the_window_looks_like(timeline: Timeline, window: MainWindow) -> None:
    light = timeline_pdf(small_plan(), DAYS)
    window.context.theme.choose(Appearance.DARK)
    dark = timeline_pdf(small_plan(), DAYS)
    window.context.theme.choose(Appearance.LIGHT)
    assert abs(len(light) - len(dark)) < 200


def test_a_plan_without_days_cannot_be_printed(timeline: Timeline) -> None:
    with pytest.raises(ValueError, match="nothing has a day"):
        timeline_pdf(plan(activity(1, "One")))


def test_the_plan_is_kept_as_pdf_where_the_person_says(timeline: Timeline, own_home: Path) -> None:
    shown(timeline)
    target = own_home / "plan"

    def close(dialog: QDialog) -> None:
        assert dialog.windowTitle() == "The PDF is written"
        dialog.reject()

    asked = choose(target)
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, lambda: when_asked(close))
    press(timeline, "Save as PDF…")
    assert asked
    assert pages((own_home / "plan.pdf").read_bytes())[0].startswith("M14 cutover")


def test_the_plan_is_printed_on_the_printer_that_is_chosen(timeline: Timeline, own_home: Path) -> None:
    shown(timeline)
    target = own_home / "printed.pdf"

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, QPrintDialog)
        dialog.printer().setOutputFileName(str(target))
        dialog.done(QDialog.DialogCode.Accepted)

    asked = when_asked(drive)
    press(timeline, "Print…")
    assert asked == ["Print ACME-CUT-0001 M14 cutover timeline"]
    assert "Freeze the portfolio" in pages(target.read_bytes())[0]


def test_read_only_the_timeline_is_read_and_printed_but_slips_nothing_from_its_menu(timeline: Timeline) -> None:
    shown(timeline)
    assert not timeline.context.can_write  # no workspace is open here
    menu = timeline.menu()
    assert [action.isEnabled() for action in menu.actions() if action.text().startswith("Slip")] == [False, False]
    menu.deleteLater()
    assert buttons(timeline)["Print…"]


def test_milestones_done_late_or_without_baseline_are_drawn(timeline: Timeline) -> None:
    kind = ActivityType.MILESTONE
    shown(
        timeline,
        plan(
            activity(1, "Done", planned=window(on(11, 20)), type=kind, state=ActivityState.DONE, finished=on(11, 23)),
            activity(2, "Pushed", planned=window(on(11, 20)), forecast=window(on(11, 24)), type=kind, after="T-001"),
            activity(3, "Same day", planned=window(on(11, 24)), type=kind, after="T-002", rag=Rag.AMBER),
            activity(4, "Before its predecessor", planned=window(on(11, 18)), after="T-003"),
        ),
    )
    assert timeline.chart._chart.dated
    assert NOW.day == 23
    timeline.chart.viewport().grab()
