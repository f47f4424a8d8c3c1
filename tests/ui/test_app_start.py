"""The window as a program: it starts, opens what it is told to, shows every page and ends with an honest status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop.app import Workspace
from desktop.settings import load_app_settings
from ui.own_settings import OwnSettings
from ui.pages import PAGES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(own_home: Path, clock) -> Path:
    folder = own_home / "acme"
    Workspace.create(folder, "Acme", "ACME", actor="Pat", clock=clock).close()
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_smoke_shows_every_page_of_a_workspace_and_ends_with_zero(workspace: Path, tmp_path: Path) -> None:
    done = run("ui.app", "--smoke", "--workspace", str(workspace), "--screenshot-dir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in tmp_path.glob("*.png")} == {entry.id for entry in PAGES}


def test_smoke_without_a_workspace_shows_the_welcome_page() -> None:
    assert run("ui.app", "--smoke").returncode == 0


def test_smoke_of_what_is_no_workspace_ends_with_one_and_the_reason(tmp_path: Path) -> None:
    done = run("ui.app", "--smoke", "--workspace", str(tmp_path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_pictures_of_every_page_at_a_scale(workspace: Path, tmp_path: Path) -> None:
    done = run(
        "ui.screenshots",
        "--workspace",
        str(workspace),
        "--out",
        str(tmp_path),
        "--scale",
        "1.25",
        "--theme",
        "dark",
        "--size",
        "1000x700",
    )
    assert done.returncode == 0, done.stderr
    for entry in PAGES:
        assert QImage(str(tmp_path / f"{entry.id}.png")).width() == 1250


def test_own_settings_are_written_at_each_change(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    own = OwnSettings(path)
    own.change(theme="dark", text_percent=125)
    own.opened(tmp_path / "one")
    own.opened(tmp_path / "two")
    own.forget(tmp_path / "one")
    kept = load_app_settings(path)
    assert (kept.theme, kept.text_percent) == ("dark", 125)
    assert kept.recent == (str(tmp_path / "two"),)
    assert OwnSettings(path).values == own.values


def test_settings_that_cannot_be_written_do_not_stop_the_window(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    own = OwnSettings(blocked / "settings.json")
    own.change(theme="dark")
    assert own.values.theme == "dark"
