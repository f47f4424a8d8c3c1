"""What workers count together: the folder goes with the process that made it, or with the next that starts."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest

from central import shared_figures
from central.api.asked import FILE, Shared

LATER = 3600.0


@pytest.fixture
def above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_workers_are_told_where_they_count_and_nothing_is_left_afterwards(above: Path) -> None:
    environ: dict[str, str] = {}
    with shared_figures.shared(environ):
        (folder,) = above.iterdir()
        assert environ == {"PROMETHEUS_MULTIPROC_DIR": str(folder), FILE: str(folder / "asked")}
        Shared(Path(environ[FILE])).close()
    assert not list(above.iterdir())


def test_what_a_killed_process_left_is_swept_and_what_another_still_uses_is_not(above: Path) -> None:
    left = above / "mhhs-central-figures-left"
    left.mkdir()
    (left / "held").touch()
    with shared_figures.shared({}):
        assert left.exists(), "it may be one that is just being made"
        assert shared_figures.sweep(above, time.time() + LATER) == 1
        assert not left.exists()
        assert len(list(above.iterdir())) == 1
    assert shared_figures.sweep(above, time.time() + LATER) == 0
