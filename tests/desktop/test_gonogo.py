"""The go/no-go sheet: each part worked out by hand from a runbook of twelve activities."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cutover_hands import Clock, acme, bring, ids, prove, runbook
from signing_hands import PASSPHRASE
from signing_hands import WORDS as SIGNATORY

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, ActivityType, PlanDetails, Rag
from desktop.declarations.model import Declaration, DeclarationDetails, DeclarationState
from desktop.errors import InvalidInput
from desktop.gonogo.in_the_way import in_the_way
from desktop.gonogo.words import declaration_words, despite_words
from desktop.participant.model import Scope
from desktop.testing.model import DefectDetails
from desktop.uk_time import Moment

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as made:
        yield made


def keys(some) -> list[str]:
    return [one.details.key for one in some]


def test_each_activity_stands_in_one_part(desk: Workspace, clock: Clock):
    plan = runbook(desk)
    clock.set(2026, 11, 27, 12)  # the Friday of the go-live weekend
    desk.cutover.tick(ids(desk, plan, "T-001"), at=Moment(date(2026, 11, 25)))
    sheet = desk.gonogo.sheet(plan)
    assert keys(sheet.done) == ["T-001"]
    assert keys(sheet.late) == ["T-002"]  # planned for the Wednesday, and it is Friday
    assert keys(sheet.open) == ["T-003"]
    assert keys(sheet.waiting) == [f"T-{number:03}" for number in range(4, 13)]
    assert sheet.failed == ()
    assert sheet.rag is Rag.RED
    counted = len(sheet.done) + len(sheet.late) + len(sheet.open) + len(sheet.waiting) + len(sheet.failed)
    assert counted == 12


def test_what_stands_in_the_way_is_told_in_sentences(desk: Workspace):
    sheet = desk.gonogo.sheet(runbook(desk))
    assert sheet.blockers == (
        "A declaration is not signed that is needed for T-010 Readiness declared: Cutover readiness.",
        "No portfolio was ever imported and checked here.",
    )


def test_a_failed_validation_comes_first_with_its_remark(desk: Workspace, clock: Clock):
    plan = runbook(desk)
    clock.set(2026, 11, 28, 18)
    late = "Run at once"
    desk.cutover.tick(
        ids(desk, plan, "T-007"), at=Moment(date(2026, 11, 28)), outcome="fail", remark="Two bills wrong", despite=late
    )
    sheet = desk.gonogo.sheet(plan)
    assert keys(sheet.failed) == ["T-007"]
    assert sheet.blockers[0] == "T-007 Smoke validation ended in “fail”: Two bills wrong."


def test_a_defect_that_keeps_a_gate_shut_stands_in_the_way_and_another_does_not(desk: Workspace):
    levels = {level.blocks_exit: level for level in reversed(desk.pit.severities())}
    desk.defects.save(DefectDetails("Bad", severity=levels[True].id))
    desk.defects.save(DefectDetails("Slight", severity=levels[False].id))
    sheet = desk.gonogo.sheet(runbook(desk))
    assert {(one.text, one.count, one.stands_in_the_way) for one in sheet.defects} == {
        (levels[True].name, 1, True),
        (levels[False].name, 1, False),
    }
    assert f"Defects of severity {levels[True].name} are open: 1." in sheet.blockers
    assert not any(levels[False].name in one for one in sheet.blockers)


def test_a_text_that_changed_after_it_was_done_asks_to_be_confirmed(desk: Workspace, clock: Clock):
    plan = runbook(desk)
    clock.set(2026, 11, 25, 18)
    desk.cutover.tick(ids(desk, plan, "T-001"), at=Moment(date(2026, 11, 25)))
    bring(desk, plan, {"T-001": {"title": "Freeze of changes", "description": "Corrections included"}})
    sheet = desk.gonogo.sheet(plan)
    assert keys(sheet.to_confirm) == keys(sheet.done) == ["T-001"]
    assert "T-001 Freeze of changes is done, but the plan says something else of it now." in sheet.blockers


def test_a_signed_declaration_takes_the_need_away_and_a_change_under_it_is_told(desk: Workspace, tmp_path):
    desk.participant.save_scope(Scope("ACME", "supplier", "S", "non_sit_sa"))
    plan = runbook(desk)
    (activity,) = ids(desk, plan, "T-010")
    desk.declarations.keys.make(SIGNATORY.name, passphrase=PASSPHRASE)
    made, _ = desk.declarations.prepare(
        DeclarationDetails("cutover_readiness", plan_id=plan, activity_id=activity, milestone="M14")
    )
    for question, answer in desk.declarations.sheet(made).answers:
        if question.needed and not answer:
            said = {"yes/no": "yes", "date": "2026-11-20"}.get(question.answer_kind, "Said")
            desk.declarations.answer(made, question.id, said)
    digest = desk.declarations.sheet(made).digest
    desk.declarations.sign(made, SIGNATORY, digest=digest, passphrase=PASSPHRASE)
    signed = desk.gonogo.sheet(plan)
    assert signed.declarations_missing == ()
    assert [one.name for one in signed.declarations] == ["ACME-DEC-0001 v1"]
    assert not any("ACME-DEC" in one for one in signed.blockers)
    desk.milestones.save("M14", current=date(2027, 1, 15))
    changed = desk.gonogo.sheet(plan)
    assert any(one.startswith("ACME-DEC-0001 v1 rests on something that has changed") for one in changed.blockers)


def test_the_printed_sheet_says_all_of_it_and_escapes_what_people_wrote(desk: Workspace, clock: Clock):
    plan = runbook(desk, "Go-live <b>& weekend</b>", milestone="M14")
    clock.set(2026, 11, 27, 12)
    sheet = desk.gonogo.sheet(plan)
    page = desk.gonogo.html(sheet)
    text = html.unescape(page)
    for one in (*sheet.late, *sheet.open, *sheet.waiting):
        assert one.details.key in text
        assert one.details.title in text
    for sentence in sheet.blockers:
        assert sentence in text
    assert "Go-live &lt;b&gt;&amp; weekend&lt;/b&gt;" in page
    assert "28 Oct 2026" in text  # M14, by the pack
    assert f"entry {sheet.audit_head[0]:,}" in text
    assert sheet.audit_head[1] in text
    assert "REHEARSAL" not in page


def test_a_rehearsal_says_so(desk: Workspace):
    rehearsal, _ = desk.cutover.rehearse(runbook(desk))
    sheet = desk.gonogo.sheet(rehearsal)
    assert "REHEARSAL" in desk.gonogo.html(sheet)
    assert desk.gonogo.name(sheet) == "REHEARSAL ACME Go-no-go ACME-CUT-0002 2026-11-23.pdf"


def test_it_is_written_as_a_page_or_printed_as_pdf(desk: Workspace, tmp_path):
    sheet = desk.gonogo.sheet(runbook(desk))
    desk.gonogo.write(sheet, tmp_path / "sheet.html")
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8") == desk.gonogo.html(sheet)
    desk.gonogo.write(sheet, tmp_path / "sheet.pdf", lambda page: b"%PDF of " + page[:15].encode())
    assert (tmp_path / "sheet.pdf").read_bytes() == b"%PDF of <!DOCTYPE html>"


def test_what_cannot_be_written_is_refused_in_a_sentence(desk: Workspace, tmp_path):
    sheet = desk.gonogo.sheet(runbook(desk))
    with pytest.raises(InvalidInput, match=r"ends in \.pdf or \.html"):
        desk.gonogo.write(sheet, tmp_path / "sheet.docx")
    with pytest.raises(InvalidInput, match="nothing that prints a PDF"):
        desk.gonogo.write(sheet, tmp_path / "sheet.pdf")
    assert not list(tmp_path.glob("sheet.*"))


def test_evidence_takes_away_what_an_activity_lacks(desk: Workspace, tmp_path):
    plan = runbook(desk)
    (backup,) = ids(desk, plan, "T-003")
    assert "Backup log" in html.unescape(desk.gonogo.html(desk.gonogo.sheet(plan)))
    prove(desk, backup, tmp_path)
    assert "Backup log" not in html.unescape(desk.gonogo.html(desk.gonogo.sheet(plan)))


def test_an_activity_that_is_a_declaration_needs_one_though_the_plan_names_no_wording(desk: Workspace):
    plan, _ = desk.cutover.add_plan(PlanDetails("Go-live"))
    desk.cutover.add(plan, ActivityDetails("D-1", "Directors sign", type=ActivityType.DECLARATION))
    sheet = desk.gonogo.sheet(plan)
    assert sheet.declarations_missing == ("D-1 Directors sign",)
    assert "A declaration is not signed that is needed for D-1 Directors sign." in sheet.blockers
    assert "This plan needs none" not in desk.gonogo.html(sheet)
    desk.cutover.not_needed(ids(desk, plan, "D-1"), "Said by letter")
    assert desk.gonogo.sheet(plan).declarations_missing == ()


def signed_one(number: int, state: DeclarationState, *flags: str, scan: bool = False) -> Declaration:
    return Declaration(
        number, f"ACME-DEC-{number:04}", 1, DeclarationDetails("x", "Ready"), state, False, None, "", None,
        "2026-11-20T09:00:00Z", signed_at="2026-11-23T23:30:00Z", signatory="Robin Hale", position="Director",
        scan=scan, flags=flags,
    )  # fmt: skip


def test_a_change_under_several_declarations_is_told_once_with_all_of_them(desk: Workspace):
    sheet = desk.gonogo.sheet(runbook(desk))
    state = DeclarationState
    declarations = (
        signed_one(1, state.SIGNED, "M14 moved.", "A file is newer."),
        signed_one(2, state.SUBMITTED, "M14 moved."),
        signed_one(3, state.WITHDRAWN, "M14 moved."),
    )
    told = [one for one in in_the_way(replace(sheet, declarations=declarations)) if "Changed" in one.title]
    assert [one.sentences for one in told] == [
        (
            "ACME-DEC-0001 v1 and ACME-DEC-0002 v1 rest on something that has changed since: M14 moved.",
            "ACME-DEC-0001 v1 rests on something that has changed since: A file is newer.",
        )
    ]


def test_who_signed_is_told_apart_from_what_became_of_it_and_a_document_is_no_signature():
    state = DeclarationState
    assert declaration_words(signed_one(1, state.SIGNED)) == "Signed by Robin Hale, Director, on 23 Nov 2026"
    acknowledged = "Signed by Robin Hale, Director, on 23 Nov 2026; acknowledged"
    assert declaration_words(signed_one(1, state.ACKNOWLEDGED)) == acknowledged
    assert declaration_words(signed_one(1, state.SUBMITTED, scan=True)) == (
        "Document attached in place of a signature, of Robin Hale, Director, on 23 Nov 2026; submitted"
    )


def test_many_of_one_kind_are_counted_on_the_first_sheet_and_listed_in_the_annex(desk: Workspace):
    plan, _ = desk.cutover.add_plan(PlanDetails("Go-live"))
    for number in range(1, 36):
        desk.cutover.add(plan, ActivityDetails(f"L-{number:02}", f"Late {number}", due_at="2026-11-02"))
    sheet = desk.gonogo.sheet(plan)
    first, annex = desk.gonogo.html(sheet).split("Annex: activities")
    assert first.endswith("<h1 style='page-break-before: always'>")
    assert "What stands in the way (36)" in first
    assert "and 27 more late activities: see the annex" in first
    assert "L-08" in first
    assert "L-09" not in first
    assert all(f"L-{number:02}" in annex for number in range(1, 36))
    assert "Decision" in first


def test_of_what_has_begun_too_early_the_reason_is_told_as_one_of_beginning(desk: Workspace):
    plan = runbook(desk)
    desk.cutover.start(ids(desk, plan, "T-002"), despite="The lead agreed")
    (begun,) = (one for one in desk.gonogo.sheet(plan).open if one.despite)
    assert despite_words(begun) == "begun although: The lead agreed"
    assert "begun although: The lead agreed" in desk.gonogo.html(desk.gonogo.sheet(plan))
