"""The rule of cover by worked-out cases, and the matrix followed both ways."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from testing_hands import workspace_that_tests

from desktop.errors import NotFound
from desktop.evidence.model import EvidenceEdit, Target, TargetKind
from desktop.pit.model import RelianceDetails, RelianceStatus
from desktop.pit.table import looks
from desktop.records.model import RunDetails
from desktop.testing.covering import cover_of, in_words
from desktop.testing.model import CaseEdit, Cover, LatestResult, RequirementEdit, ResultEdit, Status

P, F, B, N, X = Status.PASSED, Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.NOT_APPLICABLE
WITH, WITHOUT = True, False


@pytest.fixture
def workspace(tmp_path, clock):
    with workspace_that_tests(tmp_path / "w", clock) as made:
        yield made


# -- the rule ----------------------------------------------------------------------------------------------------------

RULE = [
    # applies, cases (status of the newest result, evidence), evidence on the requirement, reliance, cover
    (True, [], False, None, Cover.NO_CASE),
    (True, [], True, None, Cover.NO_CASE),
    (True, [], False, False, Cover.RELIES),
    (True, [], False, True, Cover.RELIANCE),
    (False, [], False, None, Cover.NOT_APPLICABLE),
    (False, [(F, WITHOUT)], False, True, Cover.NOT_APPLICABLE),
    (True, [(P, WITH)], False, None, Cover.PASSED),
    (True, [(P, WITHOUT)], False, None, Cover.NO_EVIDENCE),
    (True, [(P, WITHOUT)], True, None, Cover.PASSED),
    (True, [(P, WITH), (P, WITHOUT)], False, None, Cover.NO_EVIDENCE),
    (True, [(P, WITH), (P, WITH)], False, None, Cover.PASSED),
    (True, [(P, WITH), (N, WITH)], True, None, Cover.NOT_RUN),
    (True, [(P, WITH), (B, WITH), (N, WITH)], True, None, Cover.BLOCKED),
    (True, [(P, WITH), (B, WITH), (F, WITH)], True, None, Cover.FAILED),
    (True, [(P, WITH), (X, WITHOUT)], False, None, Cover.PASSED),
    (True, [(P, WITHOUT), (X, WITH)], False, None, Cover.NO_EVIDENCE),
    (True, [(X, WITH), (X, WITH)], True, None, Cover.ONLY_NOT_APPLICABLE),
    (False, [(X, WITHOUT)], False, None, Cover.NOT_APPLICABLE),
    (True, [(X, WITH)], False, True, Cover.RELIANCE),
    (True, [(X, WITH)], False, False, Cover.RELIES),
    (True, [(F, WITH)], True, True, Cover.FAILED),
    (True, [(P, WITH)], False, False, Cover.PASSED),
]


@pytest.mark.parametrize(("applies", "cases", "evidence", "reliance", "cover"), RULE)
def test_a_requirement_stands_by_the_worst_of_its_newest_results(applies, cases, evidence, reliance, cover):
    assert cover_of(applies=applies, cases=cases, evidence=evidence, reliance=reliance) is cover


CASES = st.lists(st.tuples(st.sampled_from(Status), st.booleans()), max_size=6)


@given(cases=CASES, more=CASES, evidence=st.booleans(), reliance=st.sampled_from([None, True, False]))
def test_more_cases_never_make_a_tested_requirement_better(cases, more, evidence, reliance):
    order = list(Cover)
    before = cover_of(applies=True, cases=cases, evidence=evidence, reliance=reliance)
    after = cover_of(applies=True, cases=[*cases, *more], evidence=evidence, reliance=reliance)
    if any(status is not X for status, _ in cases):
        assert order.index(after) <= order.index(before)


@given(cases=CASES, evidence=st.booleans(), reliance=st.sampled_from([None, True, False]))
def test_covered_means_that_nothing_is_left_to_do(cases, evidence, reliance):
    cover = cover_of(applies=True, cases=cases, evidence=evidence, reliance=reliance)
    left = [one for one in cases if one[0] is not X]
    done = all(status is P and (proven or evidence) for status, proven in left) if left else reliance is True
    assert cover.is_gap is not done


def test_counts_in_words_begin_with_the_worst():
    assert in_words([P, P, F, X, P]) == "1 Failed, 3 Passed, 1 Not applicable"
    assert in_words([]) == ""


# -- the newest result -------------------------------------------------------------------------------------------------


def newest(workspace, case_id=1):
    (found,) = [one for one in workspace.trace.requirement(1).cases if one.case_id == case_id]
    return found.latest.run_ref, found.latest.status


def run_of_first(workspace, status, executed="", reason=None):
    run_id, _ = workspace.test_runs.start(RunDetails("x"), [1])
    table = workspace.test_runs.table(run_id)
    if status is not N:
        workspace.test_runs.set_results(table.ids(0, 1), ResultEdit(status, reason=reason, executed=executed or None))
    return workspace.test_runs.run(run_id).ref


def test_the_later_day_counts_whatever_the_order_of_the_runs(workspace):
    run_of_first(workspace, F, "2026-11-19")
    assert newest(workspace) == ("ACME-RUN-0002", P)
    later = run_of_first(workspace, F, "2026-11-21")
    assert newest(workspace) == (later, F)


def test_on_the_same_day_the_later_run_counts(workspace):
    again = run_of_first(workspace, F, "2026-11-20")
    assert newest(workspace) == (again, F)
    moment = run_of_first(workspace, P, "2026-11-20T06:00:00+00:00")
    assert newest(workspace) == (moment, P)


def test_a_new_run_that_was_not_run_yet_hides_no_result(workspace):
    run_of_first(workspace, N)
    assert newest(workspace) == ("ACME-RUN-0002", P)
    blocked = run_of_first(workspace, B, reason="no data")
    assert newest(workspace) == (blocked, B)


def test_a_case_in_no_run_is_not_run(workspace):
    workspace.requirements.link([1], [4])
    (_, other) = workspace.trace.requirement(1).cases
    assert other.latest == LatestResult(None, "", N, "")
    assert workspace.trace.case(4).results == ()


# -- both ways ---------------------------------------------------------------------------------------------------------


def covers(workspace):
    table = workspace.trace.requirements()
    return {row[0]: row[4] for row in table.page(0, table.count())}


def test_every_requirement_stands_as_worked_out_by_hand(workspace):
    assert covers(workspace) == {
        "R-4": "No test case",
        "R-2": "Failed",
        "R-3": "Not run",
        "R-5": "Relies, not proven",
        "R-1": "Passed",
        "R-6": "Not applicable",
    }


def test_one_requirement_says_the_same_as_the_table(workspace):
    found = covers(workspace)
    for requirement_id in range(1, 7):
        traced = workspace.trace.requirement(requirement_id)
        assert traced.cover.value == found[traced.requirement.key]


def test_a_requirement_is_followed_to_its_defects(workspace):
    traced = workspace.trace.requirement(2)
    (case,) = traced.cases
    assert (case.key, case.latest.run_ref, case.latest.status) == ("T-2", "ACME-RUN-0002", F)
    assert [(ref, title) for _, ref, title, _ in case.defects] == [("ACME-DEF-0001", "Loss is lost")]
    assert workspace.trace.requirement(5).reliance == "ACME-REL-0001 Vendor plc"
    (proof,) = workspace.trace.requirement(1).cases[0].evidence
    assert (proof.ref, proof.file_name) == ("ACME-EVD-0001", "proof.txt")


def test_a_case_is_followed_back(workspace):
    traced = workspace.trace.case(2)
    assert [(one.key, one.cover) for one in traced.requirements] == [("R-2", Cover.FAILED)]
    assert [(one.run_ref, one.status) for one in traced.results] == [("ACME-RUN-0002", F), ("ACME-RUN-0001", B)]
    assert [ref for _, ref, _, _ in traced.defects] == ["ACME-DEF-0001"]
    assert len(workspace.trace.case(3).case.steps) == 2


def test_what_is_not_there_is_not_found(workspace):
    with pytest.raises(NotFound):
        workspace.trace.requirement(99)
    with pytest.raises(NotFound):
        workspace.trace.case(99)


def test_a_changed_requirement_asks_to_be_looked_at(workspace):
    workspace.requirements.edit_requirements([1], RequirementEdit(text="Shall not."))
    assert workspace.trace.requirement(1).cases[0].changed
    assert workspace.trace.case(1).requirements[0].changed
    assert workspace.trace.coverage().changed_links == 1
    workspace.requirements.confirm(workspace.requirements.links_to_confirm())
    assert workspace.trace.coverage().changed_links == 0


def test_withdrawn_evidence_proves_nothing(workspace):
    workspace.evidence.withdraw([1], "the wrong file")
    assert covers(workspace)["R-1"] == "Passed, no evidence"
    assert workspace.trace.requirement(1).cover is Cover.NO_EVIDENCE
    workspace.evidence.reinstate([1])
    workspace.evidence.unlink([one.link_id for one in workspace.evidence.used_in(1)])
    workspace.evidence.link([1], [Target(TargetKind.REQUIREMENT, 1)])
    assert covers(workspace)["R-1"] == "Passed"


def test_evidence_of_an_older_result_does_not_prove_the_newest(workspace):
    run_of_first(workspace, P, "2026-11-22")
    assert covers(workspace)["R-1"] == "Passed, no evidence"


def test_reliance_counts_when_it_is_proven(workspace):
    details = RelianceDetails("Vendor plc", status=RelianceStatus.AGREED, agreement="PRPF-1", agreed_by="BSC")
    workspace.pit.save_reliance(details, 1)
    workspace.evidence.link([1], [Target(TargetKind.RELIANCE, 1)])
    (reliance,) = workspace.pit.reliances()
    assert reliance.proven, reliance.missing
    assert covers(workspace)["R-5"] == "Reliance"


def test_coverage_is_counted_by_family_and_stage(workspace):
    coverage = workspace.trace.coverage()
    assert (coverage.whole.total, coverage.whole.gaps, coverage.orphan_cases) == (6, 4, 1)
    families = {row.name: (row.total, row.gaps) for row in coverage.by_family}
    assert families == {"functional": (3, 2), "migration": (1, 1), "non-functional": (1, 1), "operational": (1, 0)}
    assert coverage.by_family[0].counts[Cover.FAILED] == 1
    stages = {row.name: (row.total, row.gaps) for row in coverage.by_stage}
    assert stages == {"functional": (2, 1), "migration": (1, 1), "": (3, 2)}
    assert coverage.by_family[0].name == "functional"
    assert coverage.by_family[-1].name == "operational"


def test_an_empty_workspace_has_nothing_to_cover(tmp_path, clock):
    from desktop.app import Workspace

    with Workspace.create(tmp_path / "empty", "Acme", "ACME", actor="Jo", clock=clock) as made:
        coverage = made.trace.coverage()
        assert (coverage.whole.total, coverage.whole.gaps, coverage.by_family) == (0, 0, ())
        for table in (made.trace.requirements(), made.trace.cases(), made.defects.table(), made.test_runs.table()):
            assert (table.total(), table.page(0, 10)) == (0, [])


def test_a_case_with_a_new_text_says_so_beside_its_result(workspace):
    workspace.requirements.edit_cases([1], CaseEdit(expected="Something else"))
    assert workspace.trace.requirement(1).cases[0].latest.case_changed


# -- what has expired, and what only does not apply --------------------------------------------------------------------


def flags_of(table, key):
    row = next(row for row in table.page(0, table.count()) if row[0] == key)
    return row[[column.key for column in table.columns].index("flags")]


def test_evidence_proves_through_its_last_day_and_no_longer(tmp_path):
    day = [datetime(2026, 11, 23, 12, tzinfo=UTC)]
    with workspace_that_tests(tmp_path / "w", lambda: day[0]) as workspace:
        workspace.evidence.edit([1], EvidenceEdit(expires="2026-11-30"))
        day[0] = datetime(2026, 11, 30, 12, tzinfo=UTC)
        assert workspace.trace.requirement(1).cover is Cover.PASSED
        assert covers(workspace)["R-1"] == "Passed"
        day[0] = datetime(2026, 12, 1, 12, tzinfo=UTC)  # nothing was changed, only the day
        assert workspace.trace.requirement(1).cover is Cover.NO_EVIDENCE
        assert covers(workspace)["R-1"] == "Passed, no evidence"
        assert "Evidence expired" in flags_of(workspace.trace.requirements(), "R-1")
        assert "Evidence expired" in flags_of(workspace.trace.cases(), "T-1")
        results = workspace.test_runs.table()
        shown = {row[0]: row for row in results.page(0, 3)}
        names = [column.key for column in results.columns]
        assert shown["T-1"][names.index("flags")] == "Evidence expired, Passed, no evidence"
        workspace.evidence.edit([1], EvidenceEdit(expires="2026-12-31"))
        assert covers(workspace)["R-1"] == "Passed"


def test_a_table_that_is_kept_is_read_anew_with_the_day(tmp_path):
    day = [datetime(2026, 11, 23, 12, tzinfo=UTC)]
    with workspace_that_tests(tmp_path / "w", lambda: day[0]) as workspace:
        workspace.evidence.edit([1], EvidenceEdit(expires="2026-11-23"))
        assert workspace.trace.coverage().whole.counts[Cover.PASSED] == 1
        day[0] = datetime(2026, 11, 24, 12, tzinfo=UTC)
        assert workspace.trace.coverage().whole.counts[Cover.PASSED] == 0


def test_expired_evidence_proves_no_reliance(tmp_path, workspace):
    details = RelianceDetails("Vendor plc", status=RelianceStatus.AGREED, agreement="PRPF-1", agreed_by="BSC")
    workspace.pit.save_reliance(details, 1)
    workspace.evidence.link([1], [Target(TargetKind.RELIANCE, 1)])
    workspace.evidence.edit([1], EvidenceEdit(expires="2026-11-22"))
    (reliance,) = workspace.pit.reliances()
    assert (reliance.proven, reliance.missing) == (False, ("its evidence has expired",))
    assert covers(workspace)["R-5"] == "Relies, not proven"
    (deliverable,) = [one for one in workspace.pit.deliverables() if one.id == 1]
    assert (deliverable.evidence, deliverable.expired) == (1, 1)
    assert "Evidence expired" in looks(deliverable)


def test_a_requirement_whose_cases_do_not_apply_is_not_said_to_have_none(workspace):
    workspace.test_runs.set_results([3], ResultEdit(X, reason="no export"))
    traced = workspace.trace.requirement(1)
    assert traced.cover is Cover.ONLY_NOT_APPLICABLE
    assert traced.cover.is_gap
    assert covers(workspace)["R-1"] == "Only not applicable"
    assert covers(workspace)["R-4"] == "No test case"
