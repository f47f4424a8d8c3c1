"""What submissions of testing and evidence say, worked out by hand; keys, and personal data that does not leave."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from submission_kind_hands import COUNTS, FULL, LAST_FOUR, everything, rows, said, sources_of, table
from testing_hands import workspace_that_tests

from desktop.app import Workspace
from desktop.errors import InvalidInput
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.excel.book import Kind
from desktop.jobs import Cancelled, Job
from desktop.submissions.content import Column
from desktop.submissions.kinds.gathering import FILES_AS_THEY_ARE, choices, gather, gathered_kinds, scope_words
from desktop.submissions.kinds.keyed import Keys, Sheet, keyed_table
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.registry import KINDS
from desktop.submissions.kinds.relied import hash_of
from desktop.submissions.model import Scope
from desktop.testing.model import CaseEdit, DefectDetails, RequirementEdit, ResultEdit, Status, WorkOffDetails

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MPAN = "1200000000017"
EXIT = Scope("pit_exit")


@pytest.fixture
def desk(tmp_path: Path):
    with workspace_that_tests(tmp_path / "workspace", lambda: NOON) as made:
        yield made


def test_the_rttm_counts_what_is_covered_and_names_what_is_open(desk: Workspace) -> None:
    content = said(desk, "rttm", EXIT)
    assert content.title == "RTTM at PIT exit"
    # R-1 Passed and R-6 Not applicable are covered; R-2 Failed, R-3 Not run, R-4 no case, R-5 relies are not.
    assert {name: content.values[f"requirements.{name}"] for name in ("total", "covered", "not_covered", "failed")} == {
        "total": "6", "covered": "2", "not_covered": "4", "failed": "1",
    }  # fmt: skip
    assert content.values["defects.blocking"] == "1"
    assert content.open_points == (
        "4 of 6 requirements not covered: 1 No test case, 1 Failed, 1 Not run, 1 Relies, not proven.",
        "For no requirement: 1 test case.",
        "Open defects of a severity that blocks a gate, 1: ACME-DEF-0001.",
        FILES_AS_THEY_ARE,
    )
    assert FILES_AS_THEY_ARE not in said(desk, "rttm", EXIT, FULL).open_points
    assert FILES_AS_THEY_ARE not in said(desk, "rttm", Scope("pit_exit", with_evidence=False)).open_points
    assert list(rows(content, "requirements")) == ["R-1", "R-2", "R-3", "R-4", "R-5", "R-6"]
    assert list(rows(content, "matrix")) == ["R-1 T-1", "R-2 T-2", "R-3 T-3", "R-4", "R-5", "R-6"]
    assert list(rows(content, "test_cases")) == ["T-1", "T-2", "T-3 1", "T-3 2a", "T-4"]
    assert rows(content, "matrix")["R-1 T-1"]["evidence"] == "ACME-EVD-0001"


def test_the_rttm_has_the_file_that_proves_a_result_and_not_what_it_proves_elsewhere(desk: Workspace) -> None:
    (file,) = said(desk, "rttm", EXIT).evidence
    assert (file.ref, file.revision, file.file_name, file.size) == ("ACME-EVD-0001", 1, "proof.txt", 10)
    assert file.proves == ("Result ACME-RUN-0002 T-1 Gain",)
    assert said(desk, "pit_plan", EXIT).evidence[0].proves == ("Deliverable ACME-PIT-0001 PIT plan",)


def test_a_newer_file_is_the_one_that_leaves_and_a_withdrawn_one_leaves_no_more(
    desk: Workspace, tmp_path: Path
) -> None:
    newer = tmp_path / "proof2.txt"
    newer.write_text("It passed again.", encoding="utf-8")
    desk.evidence.replace(1, newer)
    content = said(desk, "rttm", EXIT)
    assert [(one.revision, one.file_name) for one in content.evidence] == [(2, "proof2.txt")]
    assert "Evidence whose file was replaced is to be confirmed for: R-1." in content.open_points
    desk.evidence.withdraw([1], "Wrong run")
    assert said(desk, "rttm", EXIT).evidence == ()


def test_what_it_relies_on_changes_its_hash_with_what_it_is(desk: Workspace) -> None:
    before = {one.ref: one.sha256 for one in said(desk, "rttm", EXIT).relies}
    assert list(before) == ["pit_plan", "requirements", "ACME-RUN-0002", "ACME-RUN-0001"]
    assert before["pit_plan"] == desk.content.pack("pit_plan").sha256
    assert {one.ref: one.sha256 for one in said(desk, "rttm", EXIT).relies} == before
    desk.test_runs.set_results([4], ResultEdit(Status.PASSED, executed="2026-11-22"))
    after = {one.ref: one.sha256 for one in said(desk, "rttm", EXIT).relies}
    assert {ref for ref in before if before[ref] != after[ref]} == {"ACME-RUN-0002"}


def test_the_completion_report_says_what_stands_before_the_gate(desk: Workspace) -> None:
    content = said(desk, "pit_completion", EXIT)
    assert content.values["exit.not_met"] == "5"
    assert content.values["runs.open"] == "1"
    assert (content.values["test_cases.passed"], content.values["test_cases.not_run"]) == ("1", "2")
    assert "Not met: No open defect of severity High (ACME-DEF-0001)." in content.open_points
    assert rows(content, "exit_summary")["Every run is finished"]["standing"] == "Not met"
    assert list(rows(content, "results"))[:3] == ["ACME-RUN-0002 T-1", "ACME-RUN-0002 T-2", "ACME-RUN-0002 T-3"]
    assert list(rows(content, "steps")) == ["ACME-RUN-0002 T-3 1", "ACME-RUN-0002 T-3 2a"]


def test_the_plan_and_the_work_off_plan_count_what_is_open(desk: Workspace) -> None:
    plan = said(desk, "pit_plan", EXIT)
    assert (plan.values["deliverables.total"], plan.values["deliverables.at_gate"]) == ("14", "5")
    assert "Reliance not proven, 1: ACME-REL-0001." in plan.open_points
    left = said(desk, "work_off")
    assert (left.values["work_off.open"], left.values["work_off.late"], left.values["defects.open"]) == ("2", "1", "2")
    assert list(rows(left, "work_off")) == ["ACME-WOP-0001", "ACME-WOP-0002"]
    assert "Work-off items that nobody agreed yet, 1: ACME-WOP-0001." in left.open_points


def test_main_tables_have_columns_for_the_reviewer_and_they_leave_empty(desk: Workspace) -> None:
    found = table(said(desk, "rttm", EXIT), "requirements")
    assert [column.title for column in found.columns if column.for_reviewer] == [
        "Reviewer's comment", "Reviewer's status",
    ]  # fmt: skip
    assert {row[-2:] for row in found.rows()} == {("", "")}


def test_the_ids_of_columns_are_those_that_templates_were_mapped_to(desk: Workspace) -> None:
    found = {one.id: [column.id for column in one.columns[1:4]] for one in said(desk, "rttm", EXIT).tables}
    assert found == {
        "not_covered": ["cover", "requirement", "title"],
        "coverage": ["by", "name", "requirements"],
        "matrix": ["requirement", "title_of_the_requirement", "family"],
        "requirements": ["requirement_id", "title", "text"],
        "test_cases": ["test_case_id", "title", "scenario"],
        "to_look_at": ["what", "requirement", "title_of_the_requirement"],
    }


def test_notes_stay_here_unless_everything_is_shown(desk: Workspace) -> None:
    assert rows(said(desk, "rttm", EXIT), "requirements")["R-5"]["note"] == "note left out"
    assert rows(said(desk, "rttm", EXIT, FULL), "requirements")["R-5"]["note"] == "of the vendor"


def test_all_evidence_in_use_or_what_was_chosen(desk: Workspace, tmp_path: Path) -> None:
    second = tmp_path / "second.txt"
    second.write_text("2", encoding="utf-8")
    desk.evidence.add([second], EvidenceDetails("Log", expires="2026-11-01"))
    content = said(desk, "evidence")
    assert [one.ref for one in content.evidence] == ["ACME-EVD-0001", "ACME-EVD-0002"]
    assert content.values == {
        "evidence.total": "2", "evidence.bytes": "11", "evidence.to_confirm": "0", "evidence.expired": "1",
    }  # fmt: skip
    assert content.open_points == (
        "Linked to nothing: ACME-EVD-0002.",
        "Evidence that is not good any more: ACME-EVD-0002.",
        FILES_AS_THEY_ARE,
    )
    assert list(rows(content, "proofs")) == [
        "ACME-EVD-0001 result ACME-RUN-0002 T-1", "ACME-EVD-0001 deliverable ACME-PIT-0001",
    ]  # fmt: skip
    assert [one.ref for one in said(desk, "evidence", Scope(evidence=(2,))).evidence] == ["ACME-EVD-0002"]
    desk.evidence.withdraw([2], "Old")
    assert [one.ref for one in said(desk, "evidence").evidence] == ["ACME-EVD-0001"]
    for chosen in ((2,), (1, 77)):
        with pytest.raises(InvalidInput) as refused:
            said(desk, "evidence", Scope(evidence=chosen))
        assert refused.value.field == "scope"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_where_there_is_nothing_to_say(tmp_path: Path, kind: str) -> None:
    with Workspace.create(tmp_path / "w", "Acme", "ACME", actor="Jo", clock=lambda: NOON) as empty:
        for scope in (Scope(), Scope("pit_exit", 9, 9, (9,), (9,))):
            with pytest.raises(InvalidInput) as refused:
                gather(kind, scope, LAST_FOUR, sources_of(empty), Job())
            assert refused.value.field == "scope"


def test_scopes_are_offered_and_named(desk: Workspace) -> None:
    sources = sources_of(desk)
    assert [one.id for one in choices("rttm", sources)] == ["pit_entry", "pit_exit", "qt_entry", "qt_exit"]
    assert scope_words("rttm", EXIT, sources) == "PIT exit"
    assert (scope_words("work_off", Scope(), sources), choices("work_off", sources)) == ("", ())
    assert scope_words("evidence", Scope(evidence=(1,)), sources) == "1 item"
    with pytest.raises(InvalidInput, match="no gate"):
        scope_words("rttm", Scope("nowhere"), sources)


def test_gathering_can_be_cancelled(desk: Workspace) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        gather("rttm", EXIT, LAST_FOUR, sources_of(desk), job)


def plant(desk: Workspace, folder: Path) -> None:
    """An MPAN in every text that a person types: keys, titles, notes, reasons, messages, names of files."""
    for number, text in enumerate((f"{MPAN} a", f"b-{MPAN}", f"see 12 0000 0000 017 or {MPAN}"), start=1):
        key = f"{MPAN}-{number}"
        edit = RequirementEdit(title=text, text=text, family=text, stage=text, owner=text, note=text, party=text)
        desk.requirements.add_requirement(key, edit)
        desk.requirements.add_case(f"T-{key}", CaseEdit(title=text, scenario=text, description=text, note=text))
    desk.defects.save(DefectDetails(f"Lost {MPAN}", f"BUG {MPAN}", f"{MPAN} is lost", "high", owner=MPAN))
    desk.defects.save_work_off(
        WorkOffDetails(f"Find {MPAN}", MPAN, defect_id=3, owner=MPAN, agreed_by=MPAN, agreed_on="2026-11-20", note=MPAN)
    )
    desk.test_runs.set_results([4], ResultEdit(Status.BLOCKED, reason=MPAN, message=MPAN, tester=MPAN))
    file = folder / f"screen {MPAN}.txt"
    file.write_text("x", encoding="utf-8")
    details = EvidenceDetails(f"Screen of {MPAN}", MPAN, f"By {MPAN}")
    targets = [Target(TargetKind.RESULT, 4), Target(TargetKind.DEFECT, 3), Target(TargetKind.REQUIREMENT, 7)]
    desk.evidence.add([file], details, [*targets, Target(TargetKind.DELIVERABLE, 2)])


@pytest.mark.parametrize("choice", [LAST_FOUR, COUNTS])
def test_no_mpan_leaves_in_any_text_unless_everything_is_shown(desk: Workspace, tmp_path: Path, choice) -> None:
    plant(desk, tmp_path)
    for kind in ("rttm", "pit_plan", "pit_completion", "work_off", "evidence"):
        text = everything(said(desk, kind, EXIT, choice))
        assert MPAN not in text
        assert "0000 0000 017" not in text
        assert MPAN in everything(said(desk, kind, EXIT, FULL))


def test_keys_that_hold_an_mpan_are_told_apart_and_stay_the_same(desk: Workspace, tmp_path: Path) -> None:
    plant(desk, tmp_path)
    first, again = (list(rows(said(desk, "rttm", EXIT), "requirements")) for _ in range(2))
    assert first == again
    assert len(set(first)) == 9
    assert all(key.startswith("k") and len(key) == 17 for key in first[6:])


def test_a_hash_of_what_it_relies_on_gives_no_masked_digit_away() -> None:
    masked, full = (Masking(choice, b"0" * 32) for choice in (LAST_FOUR, FULL))
    other = "1200099990017"  # the same last four
    assert hash_of(masked, "answer", MPAN) == hash_of(masked, "answer", other)
    assert hash_of(full, "answer", MPAN) != hash_of(full, "answer", other)


_SHEET = Sheet("things", "Things", "Things", "", (Column("name", "Name"), Column("count", "Count", Kind.NUMBER)))


@given(st.lists(st.text(max_size=30) | st.sampled_from(["", "a", "a #2", "a #3", MPAN, f"x {MPAN}"]), max_size=30))
def test_keys_are_there_and_each_once_whatever_they_are_made_of(made_of: list[str]) -> None:
    for choice in (LAST_FOUR, FULL):
        found = keyed_table(_SHEET, [(one, 1) for one in made_of], made_of, Masking(choice, b"0" * 32))
        keys = [row[0] for row in found.rows()]
        assert len(set(keys)) == len(made_of)
        assert all(isinstance(key, str) and key and key == key.strip() and "\n" not in key for key in keys)
        if choice is LAST_FOUR:
            assert not any(MPAN in str(row) for row in found.rows())


def test_rows_that_nothing_tells_apart_are_numbered() -> None:
    take = Keys().take
    assert [take(one) for one in ("a", "a #2", "a", "a", "", " ")] == ["a", "a #2", "a #3", "a #4", "row", "row #2"]


def test_the_day_of_the_gate_is_on_the_cover(desk: Workspace) -> None:
    desk.pit.set_gate("pit_exit", current=date(2026, 12, 4))
    content = said(desk, "rttm", EXIT)
    assert dict(content.position)["Day of the gate"] == "4 Dec 2026"
    assert content.values["gate.day"] == "2026-12-04"


def test_every_kind_has_one_row_and_one_module():
    assert gathered_kinds() == set(KINDS)
