"""What a command does not need, it does not load: the data engine, workbooks, and the modules of other commands."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest
from freezing_hands import WalkingClock, a_draft, acme

from desktop.cli.main import COMMANDS, main, parser

ROOT = Path(__file__).resolve().parents[2]
CODE = ("desktop.cleanse.engine", "desktop.cleanse.service", "desktop.sample", "desktop.cli.cutover")
HEAVY = ("polars", "openpyxl", "PIL", "pypdf", "rapidfuzz", "icalendar", "PySide6")
RAN = f"""
import json, sys
from ui.launch import main
status = 0
for line in json.loads(sys.argv[1]):
    status = status or main(line)
loaded = [one for one in {HEAVY!r} if one in sys.modules]
loaded += [one for one in sys.modules if one.startswith({CODE!r})]
print("loaded", status, *loaded)
"""


def loaded(*lines: list[str]) -> list[str]:
    """Run these commands one after another in a process of its own: the status, and what of the above it loaded."""
    ran = subprocess.run(
        [sys.executable, "-c", RAN, json.dumps(lines)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ran.stdout.splitlines()[-1].split()[1:]


def test_the_version_and_the_help_of_a_group_load_none_of_it() -> None:
    assert loaded(["--version"], ["sync", "--help"], ["verify", "--help"]) == ["0"]


def test_following_and_sending_submissions_loads_neither_the_data_engine_nor_what_makes_them(tmp_path: Path) -> None:
    with acme(tmp_path / "w", WalkingClock()) as workspace:
        a_draft(workspace)
    here = ["--workspace", str(tmp_path / "w")]
    found = loaded(["submit", "list", *here], ["sync", "status", *here], ["sync", "now", *here])
    assert found == ["0"]


def test_a_command_alone_has_the_help_that_it_has_among_all() -> None:
    whole = _helps(parser())
    assert list(whole) == list(COMMANDS)
    for name in COMMANDS:
        assert _helps(parser(name))[name] == whole[name]


def test_a_word_that_is_no_command_is_answered_with_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synk"]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in COMMANDS)


def _helps(top: argparse.ArgumentParser) -> dict[str, str]:
    commands = next(one for one in top._actions if isinstance(one, argparse._SubParsersAction))
    return {name: one.format_help() for name, one in commands.choices.items()}
