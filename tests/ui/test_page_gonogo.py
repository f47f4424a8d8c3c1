"""The go/no-go page as a person uses it: choose the plan, see what stands in the way, go there, put it on paper."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import pypdf
import pytest
from desk_steps import choose, noon, press, run, said, texts, when_asked
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QDialog, QPushButton
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, ActivityType, PlanDetails
from desktop.uk_time import Moment
from ui.main_window import MainWindow
from ui.pages.gonogo import GoNoGoPage
from ui.pages.payloads import ShowActivity


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of six activities, and its rehearsal. Today is 23 November 2026, noon."""
    folder = tmp_path_factory.mktemp("gonogo") / "acme"
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        cutover = workspace.cutover
        plan, _ = cutover.add_plan(PlanDetails("Go-live of Acme"))
        for key, title, more in (
            ("A", "Freeze the data", {"start_at": "2026-11-16"}),
            ("B", "Reconcile with distributors", {"start_at": "2026-11-17", "due_at": "2026-11-19", "owner": "Priya"}),
            ("C", "Check the messages", {"start_at": "2026-11-20", "type": ActivityType.VALIDATION}),
            ("D", "Load the portfolio", {"start_at": "2026-11-26"}),
            ("E", "Decide", {"start_at": "2026-11-27", "type": ActivityType.GO_NO_GO}),
            ("F", "Print <b>letters</b> & send", {"start_at": "2026-12-01"}),
        ):
            cutover.add(plan, ActivityDetails(key, title, **more))
        ids = {one.details.key: one.id for one in cutover.plan(plan).activities}
        from desktop.cutover.model import ActivityEdit

        cutover.edit([ids["E"]], ActivityEdit(predecessors="D"))
        cutover.rehearse(plan)
        cutover.tick([ids["A"]], at=Moment(date(2026, 11, 16)))
        cutover.tick([ids["C"]], at=Moment(date(2026, 11, 20)), outcome="fail", remark="Half of them were lost")
        cutover.not_needed([ids["F"]], "No letters are sent")
    return folder


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> GoNoGoPage:
    window.door.open(shutil.copytree(template, own_home / "acme"))
    return shown(window)


def shown(window: MainWindow, payload: object = None) -> GoNoGoPage:
    window.show_page("gonogo", payload)
    settle()
    assert isinstance(window.current, GoNoGoPage)
    return window.current


def window_of(page: GoNoGoPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def part(page: GoNoGoPage, name: str) -> str:
    """What a part says; '' while it is hidden."""
    made = page.shown_sheet.parts[name]
    return texts(made) + " ".join(b.text() for b in made.findChildren(QPushButton)) if made.isVisible() else ""


def pdf_text(path: Path) -> str:
    return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages).split())


def test_without_a_plan_the_page_leads_to_the_cutover(opened: MainWindow) -> None:
    page = shown(opened)
    assert "There is no cutover plan to decide on yet" in texts(page)
    assert not page.print_button.isVisible()
    run_is_off = opened.context.commands.get("gonogo.print")
    assert not opened.context.commands.available(run_is_off)
    press(page, "Go to Cutover")
    assert opened.current.id == "cutover"


def test_what_stands_in_the_way_comes_first_then_each_activity_where_it_belongs(page: GoNoGoPage) -> None:
    assert page.plans.currentText() == "ACME-CUT-0001  Go-live of Acme"
    assert "As it stood Mon 23 Nov 2026 12:00, UK time" in texts(page)
    assert page.shown_sheet.verdict.text() == "3 things stand in the way"
    said_here = texts(page.shown_sheet)
    assert "1. C Check the messages ended in “fail”: Half of them were lost." in said_here
    assert "2. B Reconcile with distributors is not finished; it was to be by 19 Nov 2026." in said_here
    assert "3. No portfolio was ever imported and checked here." in said_here
    figures = {name: figure.text() for name, (figure, _) in page.shown_sheet.figures.items()}
    assert figures == {"failed": "1", "late": "1", "open": "1", "waiting": "1", "to_confirm": "0", "done": "2"}
    assert "C Check the messages" in part(page, "failed")
    assert "B Reconcile with distributors" in part(page, "late")
    assert "Priya" in part(page, "late")
    assert "D Load the portfolio" in part(page, "open")
    assert "E Decide" in part(page, "waiting")
    assert "not needed: No letters are sent" in part(page, "done")
    assert not part(page, "to_confirm")


def test_an_activity_leads_to_its_place_in_the_plan(page: GoNoGoPage) -> None:
    window = window_of(page)
    asked: list[tuple[str, object]] = []
    page.context.shell.show_page = lambda page_id, payload: asked.append((page_id, payload))  # type: ignore[method-assign]
    press(page.shown_sheet.parts["late"], "B Reconcile with distributors")
    ids = {one.details.key: one.id for one in window.context.workspace.cutover.plan(1).activities}
    assert asked == [("cutover", ShowActivity(1, ids["B"]))]
    del page.context.shell.show_page


def test_a_rehearsal_says_so_and_the_chosen_plan_is_remembered(page: GoNoGoPage, own_home: Path) -> None:
    window = window_of(page)
    assert not page.shown_sheet.rehearsal.isVisible()
    page.plans.setCurrentIndex(1)
    page.plans.activated.emit(1)
    settle()
    assert "This is a rehearsal" in page.shown_sheet.rehearsal.text
    assert "REHEARSAL" in page.plans.currentText()
    assert page.state() == {"plan": 2}
    again = shown(window, ShowActivity(1))
    assert again.state() == {"plan": 1}
    again.restore({"plan": "nonsense"})
    again.refresh(again.subjects)
    assert again.state() == {"plan": 1}


def test_a_remembered_plan_that_is_gone_gives_way_to_the_first(page: GoNoGoPage) -> None:
    page.restore({"plan": 99})
    page.refresh(page.subjects)
    settle()
    assert page.state() == {"plan": 1}


def test_the_sheet_follows_what_is_done_elsewhere(page: GoNoGoPage) -> None:
    window = window_of(page)
    cutover = window.context.workspace.cutover
    late = cutover.activity_id(1, "B")
    window.context.hub.publish(cutover.tick([late], at=Moment(date(2026, 11, 20))))
    settle()
    assert not part(page, "late")
    assert page.shown_sheet.verdict.text() == "2 things stand in the way"


def test_it_is_read_anew_each_time_it_comes_to_the_front(page: GoNoGoPage) -> None:
    window = window_of(page)
    window.show_page("history")
    settle()
    window.context.workspace.cutover.tick(
        [window.context.workspace.cutover.activity_id(1, "B")], at=Moment(date(2026, 11, 20))
    )  # nobody was told
    shown(window)
    assert not part(page, "late")


def test_the_sheet_is_kept_as_pdf(page: GoNoGoPage, own_home: Path) -> None:
    target = own_home / "sheet.pdf"
    asked = choose(target)
    QTimer.singleShot(0, lambda: when_asked(QDialog.reject))
    run(window_of(page), "gonogo.pdf")
    assert asked
    text = pdf_text(target)
    for words in (
        "Go/no-go: Go-live of Acme",
        "C Check the messages ended in",
        "Print <b>letters</b> & send",
        "Decision",
    ):
        assert words in text
    assert "REHEARSAL" not in text


def test_a_rehearsal_is_printed_as_one(page: GoNoGoPage, own_home: Path) -> None:
    shown(window_of(page), ShowActivity(2))
    target = own_home / "rehearsed.pdf"

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, QPrintDialog)
        dialog.printer().setOutputFileName(str(target))
        dialog.done(QDialog.DialogCode.Accepted)

    asked = when_asked(drive)
    press(page, "Print…")
    assert asked == ["Print ACME-CUT-0002 go/no-go 2026-11-23"]
    assert "Sent to the printer" in said(window_of(page))
    assert pdf_text(target).count("REHEARSAL") >= 3


def test_the_sheet_is_copied_with_and_without_its_look(page: GoNoGoPage) -> None:
    press(page, "Copy")
    copied = QGuiApplication.clipboard().mimeData()
    assert "<h2>What stands in the way (3)</h2>" in copied.html()
    assert "What stands in the way (3)" in copied.text()
    assert "<h2>" not in copied.text()
    assert "Print <b>letters</b> & send" in copied.text()


def test_long_parts_show_the_first_and_the_rest_when_asked(page: GoNoGoPage) -> None:
    window = window_of(page)
    cutover = window.context.workspace.cutover
    for number in range(300):
        changes = cutover.add(1, ActivityDetails("", f"Late number {number}", due_at="2026-11-02"))[1]
    window.context.hub.publish(changes)
    settle()
    late = page.shown_sheet.parts["late"]
    assert late.heading.text() == "Late (301)"
    assert part(page, "late").count("Late number") < 12
    press(late, "Show 293 more")
    settle()
    assert part(page, "late").count("Late number 299") == 1
    assert page.shown_sheet.verdict.text() == "303 things stand in the way"


def test_titles_are_shown_as_they_stand(page: GoNoGoPage) -> None:
    (link,) = [one for one in page.findChildren(QPushButton) if "letters" in one.text()]
    assert link.text() == "F Print <b>letters</b> && send"  # two make one: it is no key
    assert link.accessibleName() == "F Print <b>letters</b> & send"
    assert "&lt;b&gt;letters" in link.toolTip()


def test_every_control_of_the_page_is_named(page: GoNoGoPage) -> None:
    check_names(page)
