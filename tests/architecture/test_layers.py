"""The arrows between rooms, and traps of the folder names we were given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import packaging

ROOT = Path(__file__).resolve().parents[2]


def test_import_contracts_hold():
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_our_packaging_folder_does_not_shadow_the_library():
    assert packaging.__file__ is not None
    assert "site-packages" in packaging.__file__
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_every_package_is_listed_for_installers():
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for room in ("local_db", "desktop", "ui", "central")
        for file in (ROOT / room).rglob("__init__.py")
    }
    assert found == listed


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "helpers", "misc", "common", "util", "helper"}
    assert [f for room in ("local_db", "desktop", "ui") for f in (ROOT / room).rglob("*.py") if f.stem in drawers] == []


def test_no_module_grows_past_six_hundred_lines():
    long = {
        str(f.relative_to(ROOT)): n
        for room in ("local_db", "desktop", "ui", "central")
        for f in (ROOT / room).rglob("*.py")
        if (n := len(f.read_text(encoding="utf-8").splitlines())) > 600
    }
    assert long == {}


def test_banned_sqlite_utils_calls_are_not_used():
    # transform() drops triggers; the others write rows behind the caller's back (measured with sqlite-utils 4.2.1).
    banned = (".transform(", "replace=True", "alter=True", "recreate=True", "ignore=True")
    hits = [
        f"{f.relative_to(ROOT)}: {word}"
        for f in (ROOT / "local_db").rglob("*.py")
        for word in banned
        if word in f.read_text(encoding="utf-8")
    ]
    assert hits == []
