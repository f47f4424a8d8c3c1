"""Saved means saved: a writing program killed at random instants (see kill_campaign.py)."""

from __future__ import annotations

import sys

import pytest

from local_db import opening
from tests.local_db.kill_campaign import NOON, Tally, campaign, check

KILLS = 30


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX; Windows runs it through the campaign")
def test_thirty_kills_lose_nothing_and_tear_nothing(tmp_path):
    tally = campaign(tmp_path, KILLS, seed=20261123)
    assert tally.kills == KILLS
    assert tally.acknowledged > KILLS
    assert (tally.lost, tally.torn, tally.broken) == (0, 0, 0)


def test_the_campaign_itself_notices_loss_and_tearing(tmp_path):
    """The control: what the campaign calls lost and torn is really found."""
    made = opening.create(tmp_path / "acme", name="Acme", short_name="ACME", app_version="0", actor="Jo", now=NOON)
    with made.store.write() as connection:
        connection.execute(
            "INSERT INTO exception (check_id, reason, approver, approved_at, expires, population, covers, created_at, "
            "created_by) VALUES ('FMT-01', 'r', 'a', 'x', 'y', 3, 'listed', 'x', 'Jo')"
        )
        connection.execute("INSERT INTO finding_work (fingerprint, exception_id) VALUES (1, 1)")
        connection.execute("INSERT INTO blob (sha256, area, size, added_at) VALUES ('ab', 'evidence', 1, 'x')")
    made.store.close()
    made.lock.release()
    tally = Tally()
    check(tmp_path / "acme", {1, 2}, tally)
    assert (tally.lost, tally.torn, tally.broken) == (1, 2, 0)
