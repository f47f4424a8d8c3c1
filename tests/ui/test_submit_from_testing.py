"""From the PIT plan and from Traceability to a submission: its kind and gate are filled in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from desk_steps import noon, run, when_asked
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.app import Workspace
from desktop.participant.model import Scope
from desktop.pit.model import Gate
from desktop.submissions.kinds.gates import next_gate
from desktop.submissions.kinds.registry import kind_of_deliverable
from ui.dialogs.submission_prepare import PrepareSubmissionDialog
from ui.main_window import MainWindow
from ui.pages.pit import PitPage


@pytest.fixture
def planned(window: MainWindow, own_home: Path) -> MainWindow:
    """A supplier with the deliverables of the pack; PIT entry was passed."""
    folder = own_home / "acme"
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
        workspace.pit.take()
        workspace.pit.set_gate("pit_entry", actual=date(2026, 11, 2))
    window.door.open(folder)
    return window


def asked_for(window: MainWindow, command: str) -> tuple[str, tuple[str, ...]]:
    """The kind and what it is over, as the form for a new submission opens."""
    seen: list[tuple[str, tuple[str, ...]]] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        seen.append((dialog.kind.currentData(), dialog.picker.chosen()))

    when_asked(drive)
    run(window, command)
    return seen[0]


def test_a_deliverable_that_is_a_submission_is_prepared_at_its_gate(planned: MainWindow) -> None:
    planned.show_page("pit")
    settle()
    page = planned.current
    assert isinstance(page, PitPage)
    assert page.plan is not None
    gates = {state.gate.id for state in page.plan.states}
    seen: set[str] = set()
    for one in page.plan.deliverables:
        kind = kind_of_deliverable(one.key)
        if kind in seen or (one.gate not in gates):
            continue
        seen.add(kind)
        planned.show_page("pit")
        page.panel.show_id(one.id)
        settle()
        expected = kind or "pit_plan"
        assert asked_for(planned, "pit.submit") == (expected, () if kind == "work_off" else (one.gate,))
    assert {"", "pit_plan", "rttm", "pit_completion"} <= seen


def test_the_rttm_is_prepared_at_the_gate_that_comes_next(planned: MainWindow) -> None:
    gates = planned.context.workspace.pit.gates()
    planned.show_page("traceability")
    settle()
    assert asked_for(planned, "trace.submit") == ("rttm", (gates[1].id,))


def test_the_gate_that_comes_next_is_the_first_not_passed() -> None:
    passed, ahead = Gate("a", "A", actual=date(2026, 1, 5)), Gate("b", "B")
    assert next_gate((passed, ahead)) == "b"
    assert next_gate((passed,)) == "a"
    assert next_gate(()) == ""
