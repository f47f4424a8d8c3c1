"""Would they bounce it? Every rule on a case that was worked out by hand, and what a person's own pack can do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cutover_hands import Clock, runbook
from cutover_hands import declare as declared
from request_hands import a_request, by_key

from desktop.app import Workspace
from desktop.content.pack import to_json
from desktop.errors import InvalidInput, PlainError
from desktop.evidence.model import EvidenceDetails
from desktop.jobs import Cancelled, Job
from desktop.participant.model import Scope as Role
from desktop.records.model import RunDetails
from desktop.report.privacy import MpanChoice
from desktop.requests.model import QuestionDetails, QuestionEdit
from desktop.submissions.acceptance.checking import check_draft
from desktop.submissions.acceptance.choosing import RULES
from desktop.submissions.content import KEY, BesideFile, Cell, Column, Content, EvidenceFile, Table, table_of
from desktop.submissions.model import (
    CheckLine,
    CheckReport,
    Mend,
    Outcome,
    Scope,
    Severity,
    SubmissionDetails,
)
from desktop.testing.model import (
    CaseEdit,
    DefectDetails,
    DefectStatus,
    RequirementEdit,
    ResultEdit,
    Status,
    WorkOffDetails,
)

TODAY = date(2026, 11, 23)
COLUMNS = (Column(KEY, "Row key"), Column("text", "Text"))


@pytest.fixture
def acme(tmp_path):
    with Workspace.create(tmp_path / "desk", "Acme Energy Ltd", "ACME", actor="Jo", clock=Clock()) as workspace:
        workspace.participant.save_scope(Role("ACME", "supplier"))
        yield workspace


def rows(*given: tuple[Cell, ...]) -> Table:
    return table_of("things", "Things", "Things", "", COLUMNS, given)


def content(*tables: Table, **more: Any) -> Content:
    return Content("evidence", "Evidence", (), tables or (rows(("A", "a")),), **more)


def evidence(ref: str = "ACME-EVD-0001", **more: Any) -> EvidenceFile:
    return EvidenceFile(
        ref, 1, "A log", "log.txt", **{"sha256": "a" * 64, "size": 3, "media_type": "text/plain"} | more
    )


def report(
    acme: Workspace, kind: str = "work_off", said: Content | PlainError | None = None, **details: Any
) -> CheckReport:
    number, _ = acme.submissions.prepare(SubmissionDetails(kind, **details))
    return check_draft(acme.submissions._desk, acme.submissions.get(number), said or content(), TODAY)


def line(found: CheckReport, rule: str) -> CheckLine:
    (one,) = [each for each in found.lines if each.rule == rule]
    return one


def outcome(found: CheckReport, rule: str) -> tuple[Outcome, int]:
    one = line(found, rule)
    return one.outcome, one.count


PASSED, FAILED, SKIPPED = (Outcome.PASSED, 0), Outcome.FAILED, (Outcome.SKIPPED, 0)


# -- structure: blocks -------------------------------------------------------------------------------------------------


def test_a_sound_draft_is_not_blocked_and_every_line_has_a_source(acme):
    found = report(acme, covering="Here it is.")
    assert found.blocked == ()
    assert found.advised == ()
    assert all(one.source for one in found.lines)
    assert [one.severity for one in found.lines] == sorted(
        (one.severity for one in found.lines), key=lambda one: one is not Severity.BLOCK
    )
    assert "suggested by MHHS Desk, not official" in found.pack


def test_a_participant_without_mpid_and_nobody_to_get_it_block(tmp_path):
    with Workspace.create(tmp_path / "bare", "Acme Energy Ltd", "ACME", actor="Jo", clock=Clock()) as bare:
        found = report(bare)
        assert {one.rule for one in found.blocked} == {"participant_named", "recipients_given"}
        assert line(found, "participant_named").examples[0][0] == "It has no MPID with a role."
        assert line(found, "participant_named").mend == Mend("settings", "settings:section=participant")


def test_nothing_to_say_blocks_once_and_leads_to_where_it_comes_from(acme):
    found = report(
        acme, "rttm", InvalidInput("There is no requirement yet.", todo="Import them."), scope=Scope("pit_exit")
    )
    assert [one.rule for one in found.blocked] == ["scope_there"]
    one = line(found, "scope_there")
    assert (one.detail, one.mend.page) == ("There is no requirement yet. Import them.", "traceability")
    assert outcome(found, "cells_fit") == SKIPPED


@pytest.mark.parametrize(
    ("text", "count"), [("a" * 32_767, 0), ("a" * 32_768, 1), ("\U0001f600" * 16_384, 1), ("\U0001f600" * 16_383, 0)]
)
def test_a_text_longer_than_a_cell_blocks(acme, text, count):
    found = report(acme, said=content(rows(("A", text), ("B", "b"))))
    assert line(found, "cells_fit").count == count
    assert len(found.blocked) == count


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ([("A", "a"), ("B", "a")], 0),
        ([("A", "a"), ("A", "b"), ("A", "c")], 2),
        ([("", "a"), (None, "b")], 2),
        ([(7, "a")], 1),
        ([("A",)], 1),
        ([("A", "a"), ("a", "b")], 0),
    ],
)
def test_keys_are_texts_and_each_stands_once(acme, given, count):
    found = report(acme, said=content(rows(*given)))
    assert line(found, "keys_unique").count == count


def test_ten_faults_are_counted_and_five_are_named(acme):
    found = line(report(acme, said=content(rows(*[("A", "a")] * 11))), "keys_unique")
    assert (found.count, len(found.examples)) == (10, 5)
    assert found.examples[0][0] == "Things: the key A stands more than once"


def test_evidence_is_there_with_its_size_and_not_read_at_each_check(acme, tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(b"abc")
    acme.evidence.add([path])
    kept = acme.evidence.by_ref("ACME-EVD-0001").newest
    sound = evidence(sha256=kept.sha256)
    passed = report(acme, said=content(evidence=(sound,)))
    assert outcome(passed, "evidence_kept") == PASSED
    assert "read again when it is frozen" in line(passed, "evidence_kept").detail
    found = report(acme, said=content(evidence=(sound, evidence("ACME-EVD-0002", sha256="b" * 64))))
    assert outcome(found, "evidence_kept") == (FAILED, 1)
    assert line(found, "evidence_kept").mend.target == "evidence:ref=ACME-EVD-0002"
    file = acme.blobs.path(kept.sha256)
    file.chmod(0o644)
    file.write_bytes(b"abd")
    assert outcome(report(acme, said=content(evidence=(sound,))), "evidence_kept") == PASSED
    file.write_bytes(b"abcd")
    assert outcome(report(acme, said=content(evidence=(sound,))), "evidence_kept") == (FAILED, 1)


def test_declarations_have_to_be_signed_and_to_stand(acme):
    plan = runbook(acme)
    activity = acme.cutover.plan(plan).activities[0].id
    declared(acme, activity)
    declared(acme, activity, "withdrawn")
    numbers = {one.ref: one.id for one in acme.declarations.declarations()}
    signed, withdrawn = numbers["ACME-DEC-0001"], numbers["ACME-DEC-0002"]
    found = report(acme, "declarations", content(), scope=Scope(declarations=(signed,)))
    assert outcome(found, "declarations_signed") == PASSED
    desk, kept = acme.submissions._desk, acme.submissions.submissions()[0]
    both = replace(kept, details=replace(kept.details, scope=Scope(declarations=(signed, withdrawn, 99))))
    found = check_draft(desk, both, content(), TODAY)
    assert outcome(found, "declarations_signed") == (FAILED, 2)
    assert line(found, "declarations_signed").examples[0][0] == "ACME-DEC-0002 v1 is withdrawn"
    none = replace(kept, details=replace(kept.details, scope=Scope()))
    assert outcome(check_draft(desk, none, content(), TODAY), "declarations_signed") == (FAILED, 1)


def test_a_rehearsal_is_never_submitted(acme):
    plan = runbook(acme)
    found = report(acme, "cutover_status", content(), scope=Scope(plan_id=plan))
    assert outcome(found, "no_rehearsal") == PASSED
    rehearsal, _ = acme.cutover.rehearse(plan)
    kept = acme.submissions.submissions()[0]
    over = replace(kept, details=replace(kept.details, scope=Scope(plan_id=rehearsal)))
    assert outcome(check_draft(acme.submissions._desk, over, content(), TODAY), "no_rehearsal") == (FAILED, 1)


def test_a_request_without_questions_blocks(acme):
    from desktop.requests.model import RequestDetails

    number, _ = acme.requests.add(RequestDetails("Readiness"))
    found = report(acme, "info_request", content(), scope=Scope(request_id=number), recipients=("MCC",))
    assert [one.rule for one in found.blocked] == ["questions_there"]
    acme.requests.add_question(number, QuestionDetails("1", "Ready?"))
    found = report(acme, "info_request", content(), scope=Scope(request_id=number), recipients=("MCC",))
    assert found.blocked == ()


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("{participant}_{document}_v{version}_{date}", ""),
        ("{participant}_{nonsense}", "asks for {nonsense}, which is not known"),
        ("{participant}/{document}", "is no name that every system takes"),
        ("{participant", "do not match"),
        ("x" * 120, "more than 120 bytes"),
    ],
)
def test_a_pattern_has_to_give_a_file_name(acme, tmp_path, pattern, says):
    own_pack(acme, tmp_path, delivery=[{"id": "BSC", "pattern": pattern}])
    found = line(report(acme, recipients=("BSC",)), "file_names")
    assert found.count == (1 if says else 0)
    assert not says or says in found.examples[0][0]


# -- content: advises --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("evidence_good", {"expires": "2026-11-22"}),
        ("evidence_redacted", {"redaction": "needed"}),
        ("evidence_not_confidential", {"confidentiality": "confidential"}),
        ("evidence_in_use", {"withdrawn": "Of another system"}),
        ("evidence_opens", {"active": True}),
    ],
)
def test_evidence_that_should_not_go_is_told(acme, rule, bad):
    good = evidence(expires="2026-11-23", redaction="done", confidentiality="internal")
    assert outcome(report(acme, said=content(evidence=(good,))), rule) == PASSED
    found = report(acme, said=content(evidence=(good, evidence("ACME-EVD-0002", **bad))))
    assert outcome(found, rule) == (FAILED, 1)
    assert line(found, rule).severity is Severity.ADVISE
    assert line(found, rule).mend == Mend("evidence", "evidence:ref=ACME-EVD-0002")
    assert outcome(report(acme), rule) == SKIPPED


def test_more_than_a_recipient_takes_is_told_with_how_to_split_it(acme):
    large = evidence(size=19_999_999)
    assert outcome(report(acme, said=content(evidence=(large,)), recipients=("BSC",)), "size_taken") == PASSED
    beside = BesideFile("documents", "a.pdf", b"12", "A")
    found = report(acme, said=content(evidence=(large, large), beside=(beside,)), recipients=("BSC", "REC"))
    assert outcome(found, "size_taken") == (FAILED, 2)
    assert line(found, "size_taken").mend.command.endswith("--split 20M")


def test_files_that_do_not_go_with_it_are_not_asked_how_they_leave(acme):
    large = evidence(size=30_000_000, redaction="needed", confidentiality="confidential", active=True)
    said = content(evidence=(large,))
    listed_only = report(acme, said=said, recipients=("REC",), scope=Scope(with_evidence=False))
    assert outcome(listed_only, "size_taken") == PASSED
    for rule in ("evidence_redacted", "evidence_not_confidential", "evidence_opens"):
        assert line(listed_only, rule).outcome is Outcome.SKIPPED
        assert outcome(report(acme, said=said), rule) == (FAILED, 1)


def test_questions_without_an_answer_and_changed_ones_are_told(acme):
    number = a_request(acme)
    questions = by_key(acme, number)
    acme.requests.change([questions["1.1"].id], QuestionEdit(answer="12"))
    acme.requests.change([questions["1.2"].id], QuestionEdit(not_for_us="All are traded"))
    acme.requests.change([questions["1.1"].id], QuestionEdit(text="How many in all?"))
    found = report(acme, "info_request", content(), scope=Scope(request_id=number))
    assert outcome(found, "questions_answered") == (FAILED, 2)
    assert line(found, "questions_answered").examples[0] == (
        "2.1: When do you finish PIT?",
        Mend("requests", "requests:key=2.1", "mhhs-desk request answer ACME-IRQ-0001 2.1"),
    )
    assert outcome(found, "answers_current") == (FAILED, 1)


def test_personal_data_in_full_for_several_is_told(acme):
    one = report(acme, mpan_choice=MpanChoice.FULL, recipients=("BSC",))
    assert outcome(one, "personal_data_needed") == PASSED
    two = report(acme, mpan_choice=MpanChoice.FULL, recipients=("BSC", "REC"))
    assert outcome(two, "personal_data_needed") == (FAILED, 2)
    masked = report(acme, mpan_choice=MpanChoice.LAST_FOUR, recipients=("BSC", "REC"))
    assert outcome(masked, "personal_data_needed") == PASSED


@pytest.mark.parametrize(("due", "found"), [("", SKIPPED), ("2026-11-23", PASSED), ("2026-11-22", (FAILED, 1))])
def test_a_deadline_that_passed_is_told(acme, due, found):
    assert outcome(report(acme, due=due), "in_time") == found


def test_no_covering_note_is_told(acme):
    assert outcome(report(acme), "covering_note") == (FAILED, 1)
    assert outcome(report(acme, covering="Here."), "covering_note") == PASSED


def case(acme: Workspace, key: str, status: Status | None, requirement: str) -> None:
    service = acme.requirements
    service.add_case(key, CaseEdit(title=key))
    matrix = acme.trace.matrix()
    number = next(one.id for one in matrix.cases if one.key == key)
    service.link([next(one.id for one in matrix.requirements if one.key == requirement)], [number])
    if status is not None:
        run, _ = acme.test_runs.start(RunDetails(f"Run of {key}"), [number])
        (result,) = acme.test_runs.table(run).ids(0, 1)
        reason = "Not ours" if status.needs_reason else None
        acme.test_runs.set_results([result], ResultEdit(status=status, reason=reason))


def test_requirements_are_told_by_what_they_lack(acme):
    for key in ("R-1", "R-2", "R-3", "R-4", "R-5"):
        acme.requirements.add_requirement(key, RequirementEdit(title="Do it"))
    acme.requirements.add_requirement("R-6", RequirementEdit(title="Not us", applies="Not a supplier's"))
    case(acme, "T-2", Status.FAILED, "R-2")
    case(acme, "T-3", Status.BLOCKED, "R-3")
    case(acme, "T-4", Status.PASSED, "R-4")
    case(acme, "T-5", None, "R-5")
    found = report(acme, "pit_completion", scope=Scope("pit_exit"))
    for rule, keys in (
        ("requirements_tested", ["R-1"]),
        ("requirements_pass", ["R-2", "R-3"]),
        ("requirements_run", ["R-5"]),
        ("requirements_proven", ["R-4"]),
    ):
        assert [what.split()[0] for what, _ in line(found, rule).examples] == keys, rule
    assert line(found, "requirements_tested").mend == Mend("traceability", "traceability:requirement=R-1")


def test_defects_block_an_exit_and_need_a_promise(acme):
    blocks = next(one.id for one in acme.pit.severities() if one.blocks_exit)
    other = next(one.id for one in acme.pit.severities() if not one.blocks_exit)
    for title, severity, status, owner, due in (
        ("Open and bad", blocks, DefectStatus.OPEN, "Jo", "2026-12-01"),
        ("Closed and bad", blocks, DefectStatus.CLOSED, "", ""),
        ("Open and small", other, DefectStatus.OPEN, "", "2026-12-01"),
        ("Put off", other, DefectStatus.DEFERRED, "", ""),
    ):
        acme.defects.save(DefectDetails(title, severity=severity, status=status, owner=owner, due=due))
    put_off = next(one.id for one in acme.defects.defects() if one.details.title == "Put off")
    acme.defects.save_work_off(WorkOffDetails("Mend it later", defect_id=put_off, owner="Jo", due="2026-11-20"))
    found = report(acme, "work_off")
    assert [what.split(" ", 1)[1] for what, _ in line(found, "blocking_defects").examples] == [
        f"Open and bad ({next(one.name for one in acme.pit.severities() if one.id == blocks)})"
    ]
    assert [what for what, _ in line(found, "defects_promised").examples] == ["ACME-DEF-0003 Open and small: no owner"]
    assert outcome(found, "work_off_in_time") == (FAILED, 1)
    assert outcome(report(acme, "rttm", scope=Scope("pit_entry")), "blocking_defects") == SKIPPED
    assert outcome(report(acme, "rttm", scope=Scope("pit_exit")), "blocking_defects") == (FAILED, 1)


def test_deliverables_of_the_gate_are_told_when_late_or_not_accepted(acme):
    acme.pit.set_gate("pit_entry", current="2026-11-13")
    acme.pit.take()
    all_of = acme.pit.deliverables(TODAY)
    of_gate = [one for one in all_of if one.gate == "pit_entry"]
    late = [one for one in all_of if one.late_by and not one.status.finished]
    assert late, "the gate has passed"
    found = report(acme, "pit_plan", scope=Scope("pit_entry"))
    assert line(found, "deliverables_in_time").count == len([one for one in late if one.gate == "pit_entry"])
    completed = report(acme, "pit_completion", scope=Scope("pit_entry"))
    assert line(completed, "deliverables_accepted").count == len(of_gate)


def test_comments_on_an_earlier_version_are_told_until_they_are_answered(acme, tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(b"abc")
    acme.evidence.add([path], EvidenceDetails(title="A log"))
    first, _ = acme.submissions.prepare(SubmissionDetails("evidence", recipients=("BSC",)))
    acme.submissions.freeze(first)
    comment, _ = acme.reviews.enter(first, "BSC", "Why?")
    second, _ = acme.submissions.new_version(first, "They asked")
    found = acme.submissions.check(second)
    assert outcome(found, "comments_answered") == (FAILED, 1)
    assert line(found, "comments_answered").mend.command == 'mhhs-desk submit comments "ACME-EVPK-0001 v1"'
    acme.reviews.answer(comment, "Because.")
    assert outcome(acme.submissions.check(second), "comments_answered") == PASSED


def test_a_frozen_one_tells_how_it_was_checked(acme, tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(b"abc")
    acme.evidence.add([path])
    number, _ = acme.submissions.prepare(SubmissionDetails("evidence", recipients=("BSC",)))
    before = acme.submissions.check(number)
    acme.submissions.freeze(number)
    after = acme.submissions.check(number, date(2030, 1, 1))
    assert [(one.rule, one.outcome, one.detail) for one in after.lines] == [
        (one.rule, one.outcome, one.detail) for one in before.lines
    ]
    assert after.as_of == TODAY
    assert "suggested by MHHS Desk, not official" in after.pack


# -- a person's own pack -----------------------------------------------------------------------------------------------


def own_pack(acme: Workspace, folder: Path, **body: Any) -> None:
    pack = acme.submissions.pack()
    made = json.loads(to_json(pack))
    made["version"], made["status"] = "9.1", "official"
    made["body"] |= body
    path = folder / "own.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    acme.content.take(path)


def test_a_rule_that_we_do_not_have_is_never_passed_silently(acme, tmp_path):
    own_pack(acme, tmp_path, acceptance=[{"id": "moon_phase", "title": "The moon is full", "severity": "block"}])
    found = line(report(acme), "moon_phase")
    assert (found.outcome, found.severity, found.title) == (Outcome.COULD_NOT_RUN, Severity.ADVISE, "The moon is full")
    assert "no rule “moon_phase”" in found.detail


def test_a_content_rule_that_a_pack_marks_as_block_advises_and_says_so(acme, tmp_path):
    own_pack(acme, tmp_path, acceptance=[{"id": "covering_note", "severity": "block"}])
    found = report(acme)
    one = line(found, "covering_note")
    assert (one.severity, one.outcome) == (Severity.ADVISE, Outcome.FAILED)
    assert "only rules about structure block" in one.detail
    assert found.blocked == ()


def test_a_structural_rule_that_a_pack_leaves_out_or_softens_blocks_all_the_same(acme, tmp_path):
    own_pack(acme, tmp_path, acceptance=[{"id": "cells_fit", "severity": "advise"}])
    found = report(acme, said=content(rows(("A", "a" * 32_768), ("A", "b"))))
    assert {one.rule for one in found.blocked} == {"cells_fit", "keys_unique"}
    assert "though the pack does not say so" in line(found, "cells_fit").detail
    assert "does not ask it here" in line(found, "keys_unique").detail


def test_a_recipient_can_have_a_rule_of_its_own_with_its_own_number(acme, tmp_path):
    rows_of_pack = [
        {"id": "bsc_fresh", "rule": "run_age", "severity": "advise", "recipient": "BSC", "params": {"days": 5}},
        {"id": "rec_fresh", "rule": "run_age", "severity": "advise", "recipient": "REC"},
        {"id": "odd", "rule": "run_age", "severity": "advise", "params": {"days": "ten", "weeks": 2}},
    ]
    own_pack(acme, tmp_path, acceptance=rows_of_pack)
    found = report(acme, recipients=("BSC",))
    named = [one.rule for one in found.lines if one.rule in {"bsc_fresh", "rec_fresh", "odd"}]
    assert named == ["bsc_fresh", "odd"]
    assert "is no whole number; 31 is used" in line(found, "odd").detail
    assert "no number “weeks”" in line(found, "odd").detail


def test_a_rule_of_a_recipient_that_nobody_knows_is_told_as_not_checked(acme, tmp_path):
    own_pack(acme, tmp_path, acceptance=[{"id": "covering_note", "severity": "advise", "recipient": "BCS"}])
    one = line(report(acme), "covering_note")
    assert (one.outcome, one.severity) == (Outcome.COULD_NOT_RUN, Severity.ADVISE)
    assert "“BCS” is none of the recipients that are known." in one.detail


def test_the_shipped_pack_names_every_rule_once_with_its_severity(acme):
    given = acme.submissions.pack().body["acceptance"]
    assert sorted(one["id"] for one in given) == sorted(RULES)
    assert {one["id"]: one["severity"] for one in given} == {code: rule.severity for code, rule in RULES.items()}
    kinds = {one.id for one in acme.submissions.kinds()}
    assert all(set(one["kinds"]) <= kinds for one in given)
    assert {one["id"]: one["params"] for one in given if one["params"]} == {
        code: dict(rule.params) for code, rule in RULES.items() if rule.params
    }


def test_it_can_be_cancelled(acme):
    number, _ = acme.submissions.prepare(SubmissionDetails("work_off"))
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        check_draft(acme.submissions._desk, acme.submissions.get(number), content(), TODAY, job)


def test_the_clock_of_the_workspace_gives_the_day(acme):
    acme.clock.set(2026, 12, 25)
    number, _ = acme.submissions.prepare(SubmissionDetails("work_off", due="2026-12-24"))
    assert outcome(acme.submissions.check(number), "in_time") == (FAILED, 1)
    assert acme.submissions.check(number).as_of == datetime(2026, 12, 25, tzinfo=UTC).date()
