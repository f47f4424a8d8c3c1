"""What submissions of cleanse, requests, cutover and declarations say, worked out by hand."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cleanse_hands import MPANS, finding, hands
from cutover_hands import Clock, ids, prove, runbook
from request_hands import a_request, acme, by_key
from request_hands import prove as prove_question
from signing_hands import PASSPHRASE, WORDS, draft, sign
from signing_hands import acme as signing_acme
from submission_kind_hands import COUNTS, FULL, LAST_FOUR, everything, rows, said, sources_of, table

from desktop.app import Workspace
from desktop.cleanse.exceptions import ExceptionRequest
from desktop.cleanse.work import FindingEdit
from desktop.errors import InvalidInput
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.requests.model import QuestionEdit
from desktop.submissions.kinds.gathering import FILES_AS_THEY_ARE, choices, scope_words
from desktop.submissions.model import Scope

MPAN = "1200000000017"


@pytest.fixture
def checked(tmp_path: Path):
    """Two runs: findings 1 to 6, then 5 and 6 gone and 7 new; 1 accepted, one check that could not run."""
    with hands(tmp_path / "workspace") as made:
        first = [
            finding(n, severity="Block" if n == 1 else "High", message=f"{MPANS[n]} is wrong.") for n in range(1, 7)
        ]
        made.run(*first, not_run=("XFD-01",))
        made.run(*first[:4], finding(7, check="FMT-02"), not_run=("XFD-01",))
        made.cleanse.accept([1], ExceptionRequest(f"Agreed for {MPANS[0]}", "Eve", date(2027, 1, 31)))
        made.cleanse.edit([2], FindingEdit(owner=f"Kim {MPANS[5]}", note=f"Call about {MPANS[6]}"))
        yield made


def test_the_cleanse_report_says_the_newest_run_and_what_moved_since_the_one_before(checked) -> None:
    content = said(checked.workspace, "cleanse_report")
    wanted = {"open": "4", "open_block": "0", "open_high": "4", "new": "1", "gone": "2", "excepted": "1"}
    assert {name: content.values[f"findings.{name}"] for name in wanted} == wanted
    assert table(content, "findings").count == 5
    since = rows(content, "since_last_run")
    assert {key: (row["new_since_then"], row["gone_since_then"]) for key, row in since.items()} == {
        "FMT-01": (0, 2), "FMT-02": (1, 0),
    }  # fmt: skip
    assert rows(content, "not_checked")["XFD-01"]["why"] == "The file has no such column."
    assert "Open findings of severity High: 4." in content.open_points
    assert "Accepted for a time, and not counted as open: 1 finding." in content.open_points
    assert [one.kind for one in content.relies][:2] == ["run", "snapshot"]
    assert content.relies[1].sha256 == checked.snapshot.file_sha256


def test_what_is_accepted_is_new_in_no_table(checked) -> None:
    checked.cleanse.accept([7], ExceptionRequest("Agreed", "Eve", date(2027, 1, 31)))
    content = said(checked.workspace, "cleanse_report")
    assert rows(content, "findings_by_check")["FMT-02"]["new"] == 0
    assert "FMT-02" not in rows(content, "since_last_run")
    assert "Accepted findings are not counted" in table(content, "since_last_run").about


@pytest.mark.parametrize("choice", [LAST_FOUR, COUNTS])
def test_what_the_catalogue_says_is_not_masked_and_what_others_wrote_is(checked, choice) -> None:
    with checked.workspace.store.write() as connection:
        connection.execute(
            "UPDATE check_outcome SET check_id = ? WHERE check_id = 'XFD-01'", (f"a published register {MPAN}",)
        )
    content = said(checked.workspace, "cleanse_report", choice=choice)
    run = rows(content, "checks_run")
    assert run["FMT-03"]["source"] == "[bessible] a published register holds 2.00006E+12"
    for check in checked.cleanse.catalogue():
        assert run[check.id]["the_rule_in_words"] == check.explanation
        assert run[check.id]["what_it_finds"] == check.title
    other = next(row for key, row in run.items() if key not in {one.id for one in checked.cleanse.catalogue()})
    assert MPAN not in str(other)
    assert MPANS[0] not in str(rows(content, "exceptions"))


def test_keys_of_findings_stay_from_run_to_run(checked) -> None:
    before = rows(said(checked.workspace, "cleanse_report"), "findings")
    checked.run(*(finding(n) for n in (2, 3, 9)), not_run=("XFD-01",))
    after = rows(said(checked.workspace, "cleanse_report"), "findings")
    assert len(before.keys() & after.keys()) == 2
    assert all(key.startswith("k") for key in after)
    assert set(rows(said(checked.workspace, "cleanse_report", choice=FULL), "findings")) == {"2", "3", "9"}


def test_rows_stay_those_of_the_moment_they_were_gathered_at(checked) -> None:
    content = said(checked.workspace, "cleanse_report")
    before = list(table(content, "findings").rows())
    checked.run(finding(20), not_run=("XFD-01",))
    checked.cleanse.edit([2], FindingEdit(owner="Somebody else"))
    assert list(table(content, "findings").rows()) == before


def test_no_mpan_leaves_with_findings_unless_everything_is_shown(checked, tmp_path: Path) -> None:
    file = tmp_path / f"letter {MPANS[1]}.txt"
    file.write_text("x", encoding="utf-8")
    checked.workspace.evidence.add(
        [file], EvidenceDetails(f"About {MPANS[1]}"), [Target(TargetKind.FINDING, 2), Target(TargetKind.FINDING, 3)]
    )
    for choice in (LAST_FOUR, COUNTS):
        content = said(checked.workspace, "cleanse_report", choice=choice)
        text = everything(content)
        assert not [one for one in MPANS if one in text]
        assert len(content.evidence) == 1
    assert content.evidence[0].proves == ("Finding",)
    assert table(content, "findings").count == 0
    assert "Left out: 5 findings" in table(content, "findings").about
    assert MPANS[1] in everything(said(checked.workspace, "cleanse_report", choice=FULL))


def test_evidence_of_a_finding_that_is_gone_does_not_leave(checked, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_text("x", encoding="utf-8")
    checked.workspace.evidence.add([file], targets=[Target(TargetKind.FINDING, 6)])
    assert said(checked.workspace, "cleanse_report").evidence == ()


def test_many_findings_stream_without_being_held(tmp_path: Path) -> None:
    with hands(tmp_path / "workspace") as made:
        made.run(*(finding(n) for n in range(1, 20_001)))
        found = table(said(made.workspace, "cleanse_report"), "findings")
        tracemalloc.start()
        count = sum(1 for _ in found.rows())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == found.count == 20_000
        assert most < 20_000 * 1_000  # bytes: keys and one block of texts, not the tables of a workbook


def test_answers_leave_and_notes_stay(tmp_path: Path) -> None:
    with acme(tmp_path) as desk:
        request = a_request(desk)
        found = {key: one.id for key, one in by_key(desk, request).items()}
        desk.requests.answer(found["1.1"], f"As {MPAN} shows: 12,345")
        desk.requests.change([found["1.1"]], QuestionEdit(note="Do not tell them", owner="Kim"))
        desk.requests.change([found["1.2"]], QuestionEdit(not_for_us="We trade all of them"))
        prove_question(desk, tmp_path, found["1.1"])
        content = said(desk, "info_request", Scope(request_id=request))
        assert content.title == "Answers to PPIR 31: Readiness for migration"
        assert {name: content.values[f"questions.{name}"] for name in ("total", "answered", "not_for_us", "open")} == {
            "total": "4", "answered": "1", "not_for_us": "1", "open": "2",
        }  # fmt: skip
        answers = rows(content, "questions")
        assert list(answers) == ["1.1", "1.2", "2.1", "2.2"]
        assert answers["1.1"]["answer"] == "As •••••••••0017 shows: 12,345"
        assert answers["1.1"]["evidence"] == "ACME-EVD-0001"
        assert [row["status"] for row in answers.values()] == [
            "Answered", "Not for us", "No answer", "No answer",
        ]  # fmt: skip
        assert content.open_points == ("Questions without an answer, 2: 2.1, 2.2.", FILES_AS_THEY_ARE)
        assert content.evidence[0].proves == ("Question ACME-IRQ-0001 1.1 How many MPANs will you migrate?",)
        shown = everything(said(desk, "info_request", Scope(request_id=request), FULL))
        assert MPAN in shown
        assert not [word for word in ("Do not tell them", "Kim") if word in shown]


def test_an_answer_whose_question_reads_otherwise_is_an_open_point(tmp_path: Path) -> None:
    with acme(tmp_path) as desk:
        request = a_request(desk)
        found = {key: one.id for key, one in by_key(desk, request).items()}
        for one in found.values():
            desk.requests.answer(one, "Yes")
        desk.requests.change([found["2.1"]], QuestionEdit(text="When do you finish PIT, and where?"))
        content = said(desk, "info_request", Scope(request_id=request))
        assert content.values["questions.to_look_at"] == "1"
        assert content.open_points == ("Answers to look at again, because their question reads otherwise, 1: 2.1.",)


def test_a_cutover_plan_is_told_by_its_keys(tmp_path: Path) -> None:
    clock = Clock()
    with signing_acme(tmp_path / "desk", clock) as desk:
        plan = runbook(desk)
        prove(desk, ids(desk, plan, "T-003")[0], tmp_path)
        clock.set(2026, 11, 26, 9)
        content = said(desk, "cutover_status", Scope(plan_id=plan))
        activities = rows(content, "activities")
        assert list(activities)[:3] == ["T-001", "T-002", "T-003"]
        assert content.values["activities.total"] == str(len(activities)) == "12"
        assert content.values["activities.finished"] == "0"
        assert content.values["plan.ref"] == "ACME-CUT-0001"
        assert [one.proves for one in content.evidence] == [("Activity ACME-CUT-0001 T-003 Back up",)]
        late = next(point for point in content.open_points if point.startswith("Late"))
        assert late == "Late, 2: T-001, T-002."
        before = content.relies[-1].sha256
        desk.cutover.tick(ids(desk, plan, "T-001"))
        assert said(desk, "cutover_status", Scope(plan_id=plan)).relies[-1].sha256 != before


def test_what_it_is_over_names_no_mpan_since_titles_are_made_of_it(tmp_path: Path) -> None:
    with signing_acme(tmp_path / "desk", Clock()) as desk:
        plan = runbook(desk, f"Cutover of {MPAN}")
        words = scope_words("cutover_status", Scope(plan_id=plan), sources_of(desk))
        assert words == "ACME-CUT-0001 Cutover of •••••••••0017"
        assert MPAN not in everything(said(desk, "cutover_status", Scope(plan_id=plan)))


def test_a_rehearsal_is_in_no_submission(tmp_path: Path) -> None:
    with signing_acme(tmp_path / "desk", Clock()) as desk:
        plan = runbook(desk)
        rehearsal, _ = desk.cutover.rehearse(plan)
        sources = sources_of(desk)
        assert [one.id for one in choices("cutover_status", sources)] == [str(plan)]
        for ask in (said, lambda *given: scope_words(given[1], given[2], sources)):
            with pytest.raises(InvalidInput, match="rehearsal") as refused:
                ask(desk, "cutover_status", Scope(plan_id=rehearsal))
            assert refused.value.field == "scope"
        made = draft(desk, plan_id=rehearsal)
        sign(desk, made)
        assert choices("declarations", sources) == ()
        with pytest.raises(InvalidInput, match="rehearsal"):
            said(desk, "declarations", Scope(declarations=(made,)))


def test_signed_declarations_go_with_the_zip_that_verifies(tmp_path: Path) -> None:
    with signing_acme(tmp_path / "desk", Clock()) as desk:
        made, unsigned = draft(desk), draft(desk)
        sign(desk, made)
        file = tmp_path / "proof.txt"
        file.write_text("x", encoding="utf-8")
        desk.evidence.add([file], targets=[Target(TargetKind.DECLARATION, made)])
        content = said(desk, "declarations", Scope(declarations=(made,)))
        signed = desk.declarations.files(made)["declaration.json"]
        row = rows(content, "declarations")["ACME-DEC-0001 v1"]
        assert row["sha256"] == content.relies[0].sha256 == hashlib.sha256(signed).hexdigest()
        assert (row["signatory"], row["state"], row["file"]) == ("Ada Lovelace", "Signed", "ACME-DEC-0001-v1.zip")
        (beside,) = content.beside
        assert (beside.folder, beside.name) == ("declarations", "ACME-DEC-0001-v1.zip")
        with zipfile.ZipFile(io.BytesIO(beside.data)) as packed:
            assert json.loads(packed.read("declaration.json")) == json.loads(signed)
        assert [one.ref for one in content.evidence] == ["ACME-EVD-0001"]
        assert content.open_points[-2] == "The signed files are as they were signed: nothing can be masked in them."
        with pytest.raises(InvalidInput, match="not signed"):
            said(desk, "declarations", Scope(declarations=(made, unsigned)))
        assert [one.id for one in choices("declarations", sources_of(desk))] == [str(made)]


def test_a_withdrawn_declaration_says_so_and_goes_with_its_withdrawal(tmp_path: Path) -> None:
    with signing_acme(tmp_path / "desk", Clock()) as desk:
        made = draft(desk)
        sign(desk, made)
        desk.declarations.withdraw(made, "A test was wrong.", WORDS, passphrase=PASSPHRASE)
        assert choices("declarations", sources_of(desk)) == ()
        content = said(desk, "declarations", Scope(declarations=(made,)))
        assert [one.name for one in content.beside] == ["ACME-DEC-0001-v1.zip", "ACME-DEC-0001-v1-withdrawal.zip"]
        assert content.open_points[0] == "ACME-DEC-0001 v1 was withdrawn, and is not to be relied on."
        assert content.values["declarations.standing"] == "0"


def test_a_workspace_for_reading_only_can_be_gathered_from(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with acme(tmp_path) as desk:
        request = a_request(desk)
    with Workspace.open(tmp_path / "desk", clock=lambda: now, read_only=True) as desk:
        assert said(desk, "info_request", Scope(request_id=request)).values["questions.open"] == "4"
