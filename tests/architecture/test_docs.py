"""Documents that are written from the code are what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("make_pages", ROOT / "docs" / "make_pages.py")
assert _SPEC is not None
assert _SPEC.loader is not None
make_pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make_pages)


@pytest.mark.parametrize("name", sorted(make_pages.PAGES))
def test_the_page_is_what_the_code_says(name):
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == make_pages.PAGES[name](), "run: python docs/make_pages.py"


def test_every_decision_note_opens_with_its_number():
    for note in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        number = int(note.name[:4])
        assert note.read_text(encoding="utf-8").startswith(f"# {number}. "), note.name


def test_the_licences_of_everything_that_is_shipped_are_listed():
    import re

    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    listed = set(
        re.findall(r"^\| ([a-z0-9_.-]+) \|", (ROOT / "packaging/licences/THIRD-PARTY.md").read_text(), re.MULTILINE)
    )
    assert locked <= listed, "run: python packaging/licences/collect.py"


def test_no_tracked_text_names_this_machine_or_a_registry():
    import subprocess

    hosts = r"python" r"hosted\.org|registry\.npm" r"js\.org"  # in parts, so that this line does not name them
    pattern = rf"(^|[^A-Za-z0-9])/(work|farm|root)/|{hosts}"
    found = subprocess.run(
        ["git", "grep", "-nIE", pattern, "--", "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""
