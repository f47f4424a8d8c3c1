"""Deliverables out of a file: by key, words to ids, blanks as they are meant, and the way back without a difference."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pit_hands import acme, by_key

from desktop.changes import Subject
from desktop.errors import InvalidInput
from desktop.pit.incoming import FIELDS, folded
from desktop.pit.model import DeliverableStatus

PLAN = "supplier/pit_plan@pit_entry"


@pytest.fixture
def workspace(tmp_path, clock):
    made = acme(tmp_path / "acme", clock, "supplier")
    made.pit.take()
    yield made
    made.close()


def take(workspace, rows, source="Timelines v1.2"):
    store = workspace.store
    with store.edit(action="test", title="Import", subjects=[Subject.PIT], actor="Jo", at=workspace.clock()) as edit:
        return workspace.pit.upsert_in(edit, rows, source)


def test_an_official_timeline_comes_in_by_its_own_ids_and_words(workspace):
    rows = {
        "D-01": {"title": "PIT Test Plan", "gate": "PIT Entry", "baseline": "2026-12-04", "party_type": "Supplier"},
        "D-02": {
            "title": "PIT exit report",
            "gate": "Stage 9",
            "party_type": "Non-SIT supplier",
            "status": "SUBMITTED",
        },
    }
    found = take(workspace, rows)
    plan = by_key(workspace)
    one, two = plan["own/D-01"], plan["own/D-02"]
    assert found == {"D-01": one.id, "D-02": two.id}
    assert (one.gate, one.party_type, one.planned, one.source) == (
        "pit_entry", "supplier", date(2026, 12, 4), "Timelines v1.2",
    )  # fmt: skip
    # Words that we do not know stay as they stand, and the gate is shown.
    assert (two.gate, two.party) == ("Stage 9", "Non-SIT supplier")
    # Nobody said when it was handed over, so that day stays unknown.
    assert (two.status, two.actual, two.late_by) == (DeliverableStatus.SUBMITTED, None, 0)
    assert "Stage 9" in [gate.name for gate in workspace.pit.gates()]


def test_a_known_one_is_found_by_key_by_reference_and_by_the_key_of_its_import(workspace):
    take(workspace, {"D-01": {"title": "Mine"}})
    ref = by_key(workspace)[PLAN].ref
    connection = workspace.store.read()
    found = workspace.pit.matched(connection, [PLAN.upper(), ref.lower(), "D-01", "own/D-01", "nothing"])
    plan = by_key(workspace)
    assert found == {
        PLAN.upper(): plan[PLAN].id,
        ref.lower(): plan[PLAN].id,
        "D-01": plan["own/D-01"].id,
        "own/D-01": plan["own/D-01"].id,
    }


def test_what_is_said_of_each_comes_back_without_a_difference(workspace):
    workspace.pit.set_gate("pit_entry", current=date(2027, 1, 11))
    workspace.pit.set_baseline()
    before = workspace.pit.deliverables()
    said = workspace.pit.texts(workspace.store.read())
    rows = {one.key: said[one.id] for one in before}
    assert {row["party_type"] for row in rows.values()} == {"Supplier"}
    assert all(workspace.pit.checked(row) == row for row in rows.values())
    take(workspace, rows)
    assert workspace.pit.deliverables() == before
    assert workspace.history.undo_title != "Import"  # an import that changed nothing is no step


def test_only_what_is_given_changes_and_a_blank_clears(workspace):
    take(workspace, {PLAN: {"owner": "Jo", "remarks": "Looks good"}})
    take(workspace, {PLAN: {"owner": ""}})
    one = by_key(workspace)[PLAN]
    assert (one.owner, one.remarks, one.title) == ("", "Looks good", "PIT plan")


def test_another_party_type_in_a_file_does_not_make_the_packs_text_another_one(workspace):
    take(workspace, {PLAN: {"party_type": "Metering equipment manager (MEM)"}})
    one = by_key(workspace)[PLAN]
    assert (one.party_type, one.changed) == ("mem", False)
    assert workspace.pit.compare() == ()


def test_a_file_may_replace_a_baseline_and_undo_brings_it_back(workspace):
    take(workspace, {PLAN: {"baseline": "2026-12-01"}})
    take(workspace, {PLAN: {"baseline": "2026-12-08"}})
    assert by_key(workspace)[PLAN].baseline == date(2026, 12, 8)
    workspace.history.undo()
    assert by_key(workspace)[PLAN].baseline == date(2026, 12, 1)


def test_without_a_party_type_the_only_role_is_taken(workspace):
    take(workspace, {"D-01": {"title": "Mine"}})
    assert by_key(workspace)["own/D-01"].party_type == "supplier"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x", "baseline": "31/12/2026"}, "baseline"),
        ({"title": "x", "actual": "2026-11-24"}, "actual"),
        ({"title": "x", "status": "nearly"}, "status"),
        ({"title": "x", "offset": "2.5"}, "offset"),
        ({"owner": "Jo"}, "title"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field_and_nothing_is_kept(workspace, row, field):
    before = workspace.pit.deliverables()
    with pytest.raises(InvalidInput) as refused:
        take(workspace, {"D-01": {"title": "Fine"}, "D-02": row})
    assert refused.value.field == field
    assert workspace.pit.deliverables() == before


def test_a_row_is_checked_as_it_would_be_said(workspace):
    given = {"title": " Mine ", "gate": "qt-exit", "status": "In_Progress", "offset": " 05 ", "baseline": ""}
    assert workspace.pit.checked(given) == {
        "title": "Mine", "gate": "QT exit", "status": "in progress", "offset": "5", "baseline": "",
    }  # fmt: skip
    with pytest.raises(ValueError, match="no field"):
        workspace.pit.checked({"colour": "red"})


def test_the_fields_are_those_that_the_texts_give(workspace):
    assert set(FIELDS) == set(next(iter(workspace.pit.texts(workspace.store.read()).values())))


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)
