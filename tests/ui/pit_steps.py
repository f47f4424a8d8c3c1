"""A supplier's PIT plan, and what a person does on its page."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from desk_steps import fill, noon
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.app import Workspace
from desktop.participant.model import Contact, Scope
from desktop.pit.model import Deliverable
from ui.main_window import MainWindow
from ui.pages.pit import PitPage

ENTRY = date(2027, 1, 11)
"""The day of PIT entry in the plan."""


def made_pit(folder: Path) -> Path:
    """A supplier's plan; PIT entry is on 11 January 2027. Today is 23 November 2026."""
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
        workspace.participant.save_contact(Contact("test_manager", "Priya Natarajan"))
        workspace.pit.take()
        workspace.pit.set_gate("pit_entry", current=ENTRY)
    return folder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_pit(tmp_path_factory.mktemp("pit") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> PitPage:
    return shown(window, shutil.copytree(template, own_home / "acme"))


def shown(window: MainWindow, folder: Path, **how: bool) -> PitPage:
    window.door.open(folder, **how)
    window.show_page("pit")
    settle()
    assert isinstance(window.current, PitPage)
    return window.current


def window_of(page: PitPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def plan(page: PitPage) -> dict[str, Deliverable]:
    return {one.key.removeprefix("supplier/"): one for one in page.context.workspace.pit.deliverables()}


def put_cursor(page: PitPage, *keys: str) -> list[int]:
    """Put the cursor on a deliverable, or select several."""
    ids = [plan(page)[key].id for key in keys]
    assert page.panel.show_id(ids[0])
    settle()
    if len(ids) > 1:
        source = page.panel.source
        assert source is not None
        page.panel.select_ranges([(source.position(one), 1) for one in ids])
    return ids


def titles(page: PitPage) -> list[str]:
    source = page.panel.source
    assert source is not None
    return [str(row[0]) for row in source.page(0, 100)]


def fill_with(asked_for: list[str], **values: str):
    """Fill a form and keep its title."""

    def drive(dialog: QDialog) -> None:
        asked_for.append(dialog.windowTitle())
        fill(dialog, **values)

    return drive
