"""Placing reliance: proven only when it is agreed, holds today, and has evidence that awaits nothing."""

from __future__ import annotations

from datetime import date

import pytest
from pit_hands import acme

from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import Target, TargetKind
from desktop.pit.model import RelianceDetails, RelianceStatus
from desktop.testing.model import RequirementEdit

VENDOR = RelianceDetails("Fluxware Ltd", "Flow manager 7.2", "All interfaces to the DIP; not the billing")


@pytest.fixture
def workspace(tmp_path, clock):
    made = acme(tmp_path / "acme", clock, "supplier")
    yield made
    made.close()


def only(workspace, today=None):
    (one,) = workspace.pit.reliances(today)
    return one


def agreed(**more) -> RelianceDetails:
    return RelianceDetails("Fluxware Ltd", status=RelianceStatus.AGREED, **more)


def test_a_new_one_is_proposed_and_says_what_is_missing(workspace):
    workspace.pit.save_reliance(VENDOR)
    one = only(workspace)
    assert one.ref == "ACME-REL-0001"
    assert one.details == VENDOR
    assert (one.proven, one.missing) == (False, ("no agreement yet", "no evidence"))


def test_agreed_with_evidence_it_is_proven_until_a_new_revision_comes(workspace, tmp_path):
    workspace.pit.save_reliance(agreed(agreement="PRP-17", agreed_by="Elexon", expires="2027-06-30"))
    one = only(workspace)
    assert one.details.agreed_on == "2026-11-23"
    assert one.missing == ("no evidence",)
    file = tmp_path / "report.txt"
    file.write_text("version 1")
    added = workspace.evidence.add([file], targets=[Target(TargetKind.RELIANCE, one.id)])
    assert only(workspace).proven
    file.write_text("version 2")
    workspace.evidence.replace(added.ids[0], file)
    assert only(workspace).missing == ("evidence awaiting confirmation",)


@pytest.mark.parametrize(("today", "expired"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_it_holds_through_its_last_day(workspace, today, expired):
    workspace.pit.save_reliance(agreed(expires="2027-06-30"))
    one = only(workspace, today)
    assert one.expired is expired
    assert ("it expired on 30 Jun 2027" in one.missing) is expired


@pytest.mark.parametrize(
    ("status", "words"), [(RelianceStatus.DECLINED, "it was declined"), (RelianceStatus.ENDED, "it has ended")]
)
def test_what_is_declined_or_has_ended_proves_nothing(workspace, status, words):
    workspace.pit.save_reliance(RelianceDetails("Fluxware Ltd", status=status))
    assert words in only(workspace).missing


def test_a_reliance_with_requirements_is_not_removed(workspace):
    workspace.pit.save_reliance(VENDOR)
    one = only(workspace)
    workspace.requirements.add_requirement("R-1", RequirementEdit(title="Send IF-031", reliance_id=one.id))
    assert only(workspace).requirements == 1
    with pytest.raises(InvalidInput, match="1 requirement rests on ACME-REL-0001"):
        workspace.pit.remove_reliance(one.id)
    workspace.requirements.edit_requirements([1], RequirementEdit(reliance_id=0))
    workspace.pit.remove_reliance(one.id)
    assert workspace.pit.reliances() == ()
    workspace.history.undo()
    assert only(workspace).details == VENDOR
    workspace.history.redo()
    workspace.pit.save_reliance(VENDOR)
    assert only(workspace).ref == "ACME-REL-0002"


def test_changing_one_keeps_its_reference(workspace):
    workspace.pit.save_reliance(VENDOR)
    one = only(workspace)
    changes = workspace.pit.save_reliance(agreed(), one.id)
    assert changes.title == "Change reliance ACME-REL-0001"
    assert only(workspace).details.status is RelianceStatus.AGREED
    with pytest.raises(NotFound):
        workspace.pit.save_reliance(VENDOR, 99)
    with pytest.raises(NotFound):
        workspace.pit.remove_reliance(99)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (RelianceDetails("  "), "third_party"),
        (agreed(agreed_on="2026-11-24"), "agreed_on"),
        (agreed(agreed_on="2026-11-20", expires="2026-11-19"), "expires"),
        (agreed(expires="soon"), "expires"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(workspace, details, field):
    with pytest.raises(InvalidInput) as refused:
        workspace.pit.save_reliance(details)
    assert refused.value.field == field


def test_the_newest_comes_first_and_is_named_for_evidence(workspace):
    workspace.pit.save_reliance(VENDOR)
    workspace.pit.save_reliance(RelianceDetails("Other Ltd"))
    assert [one.details.third_party for one in workspace.pit.reliances()] == ["Other Ltd", "Fluxware Ltd"]
    (found,) = workspace.evidence.linkable(TargetKind.RELIANCE, "flow manager")
    assert found[1:] == ("ACME-REL-0001", "Fluxware Ltd · Flow manager 7.2")
