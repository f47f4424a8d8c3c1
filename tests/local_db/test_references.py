"""References: each number is given once, and none that something elsewhere is known to have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.app import Workspace
from local_db.references import FARTHEST, next_references, pass_over


@pytest.fixture
def workspace(tmp_path):
    made = Workspace.create(
        tmp_path / "desk", "Acme", "AC-ME", actor="Jo", clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)
    )
    with made as opened:
        yield opened


def test_a_number_that_is_taken_elsewhere_is_passed_over_and_no_other(workspace):
    with workspace.store.write() as connection:
        assert next_references(connection, "EVPK") == ["AC-ME-EVPK-0001"]
        assert pass_over(connection, "AC-ME-EVPK-0004")
        assert not pass_over(connection, "AC-ME-EVPK-0003"), "known"
        assert next_references(connection, "EVPK") == ["AC-ME-EVPK-0005"]
        assert pass_over(connection, "AC-ME-DCR-0001")
        assert next_references(connection, "DCR") == ["AC-ME-DCR-0002"]


def test_what_is_no_reference_of_this_participant_or_far_off_moves_nothing(workspace):
    with workspace.store.write() as connection:
        for said in ("", "EVPK-0007", "OTHER-EVPK-0007", "AC-ME-EVPK-", "AC-ME-evpk-0007", "AC-ME-EVPK-0007 v1",
                     f"AC-ME-EVPK-{FARTHEST + 1}", "AC-ME-EVPK-99999999999", "AC-ME-EVPK-٧"):  # fmt: skip
            assert not pass_over(connection, said)
        assert next_references(connection, "EVPK") == ["AC-ME-EVPK-0001"]
