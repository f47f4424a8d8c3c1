"""Killed while a submission is frozen: a draft whole, or frozen whole (see freezing_kills.py)."""

from __future__ import annotations

import sys

import pytest

from tests.desktop.freezing_kills import campaign

KILLS = 4


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_submission_is_a_draft_whole_or_frozen_whole(tmp_path):
    tally = campaign(tmp_path, KILLS, seed=20261128)
    assert tally.kills == KILLS
    assert tally.frozen + tally.drafts == KILLS
    assert tally.sound, tally
