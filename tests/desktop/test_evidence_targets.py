"""What evidence can prove is called by its own name, and a finding never by its whole MPAN."""

from __future__ import annotations

import pytest
from cleanse_hands import finding, hands

from desktop.evidence.model import TargetKind, TargetName
from desktop.evidence_targets import targets_of
from desktop.testing.model import CaseEdit, RequirementEdit


@pytest.fixture
def at(tmp_path):
    with hands(tmp_path / "workspace") as made:
        yield made


def test_requirements_and_cases_are_found_by_key_and_title_the_key_first(at):
    service = at.workspace.requirements
    for key, title in (("FR-10", "Send FR-1 again"), ("FR-1", "Send IF-021"), ("NF-1", "Stay up 100%")):
        service.add_requirement(key, RequirementEdit(title=title))
    service.add_case("T-1", CaseEdit(title="Send"))
    targets = targets_of(at.store)[TargetKind.REQUIREMENT]
    assert [name.ref for _, name in targets.find("fr-1", 9)] == ["FR-1", "FR-10"]
    assert [name.ref for _, name in targets.find("", 9)] == ["FR-10", "FR-1", "NF-1"]
    assert [name.ref for _, name in targets.find("", 2)] == ["FR-10", "FR-1"]
    assert [name.ref for _, name in targets.find("100%", 9)] == ["NF-1"]
    assert targets.find("_", 9) == []
    assert targets.names([2, 99]) == {2: TargetName("FR-1", "Send IF-021")}
    assert targets_of(at.store)[TargetKind.TEST_CASE].names([1]) == {1: TargetName("T-1", "Send")}


def test_a_finding_is_called_by_its_check_and_the_end_of_its_mpan(at):
    mpan = "1012345678345"
    at.run(finding(1, mpan=mpan), finding(2, "XFD-01", mpan="1099999999999"))
    targets = targets_of(at.store)[TargetKind.FINDING]
    (named,) = targets.names([1, 77]).values()
    assert named.ref == "FMT-01 …8345"
    assert mpan not in f"{named.ref} {named.title}"
    assert [one for one, _ in targets.find(mpan, 9)] == [1]
    assert [one for one, _ in targets.find("xfd-01", 9)] == [2]
    assert [one for one, _ in targets.find("", 1)] == [1]
    assert targets.find("nothing like it", 9) == []
    at.run(finding(2, "XFD-01", mpan="1099999999999"))
    assert targets.names([1])[1].ref == "FMT-01 …8345", "a finding that went is still called so"
    assert [one for one, _ in targets.find("", 9)] == [2]


def test_every_source_answers_in_an_empty_workspace(at):
    for source in targets_of(at.store).values():
        assert source.find("anything", 5) == []
        assert source.find("", 5) == []
        assert source.names([1, 2]) == {}
