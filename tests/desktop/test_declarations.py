"""Drafts of declarations: wording, answers, the sheet that a signatory reads, states before the signature, undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing_hands import ANSWERS, acme, draft, own_pack, shipped_body, sign

from desktop.app import Workspace
from desktop.content.service import shipped_pack
from desktop.cutover.model import ActivityDetails, PlanDetails
from desktop.declarations import entered
from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.declarations.model import DeclarationDetails, DeclarationState, Question
from desktop.declarations.wording_pack import filled, wordings_of
from desktop.errors import InvalidInput, NotFound, WorkspaceError
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.participant.model import Scope


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


def problems(workspace, declaration_id):
    return {one.field: one.text for one in workspace.declarations.sheet(declaration_id).problems}


# -- the wording pack --------------------------------------------------------------------------------------------------


def test_every_shipped_wording_is_a_placeholder_that_says_what_is_to_take_its_place():
    pack = shipped_pack("declarations")
    wordings = wordings_of(pack)
    assert len(wordings) >= 4
    assert pack.status.value == "suggested"
    for one in wordings:
        assert one.placeholder
        assert one.replaced_by
        assert one.confirm.startswith("I confirm that")
        assert one.questions
        assert one.next_steps
        assert filled(one.statement, dict.fromkeys(("organisation", "milestone", "roles", "reference"), "X"))[1] == ()


def test_a_pack_of_the_persons_own_may_lack_everything_but_ids(desk, tmp_path):
    body = {
        "capacities": [{"id": "director"}],
        "wordings": [{"id": "bare"}, {"id": "odd", "questions": [1, {"id": "q"}, {}]}],
    }
    own_pack(desk, tmp_path / "p.json", "declarations", body)
    bare, odd = desk.declarations.wordings()
    assert (bare.title, bare.statement, bare.questions, bare.placeholder) == ("bare", "", (), True)
    assert [one.text for one in odd.questions] == ["q"]
    made, _ = desk.declarations.prepare(DeclarationDetails("bare"))
    assert "has no statement" in problems(desk, made)["wording"]


def test_a_place_that_nothing_is_known_for_stays_and_is_a_problem(desk, tmp_path):
    body = {
        "capacities": [{"id": "director"}],
        "wordings": [{"id": "w", "statement": "{organisation} says {something} {something} of {milestone}."}],
    }
    own_pack(desk, tmp_path / "p.json", "declarations", body)
    made, _ = desk.declarations.prepare(DeclarationDetails("w"))
    sheet = desk.declarations.sheet(made)
    assert sheet.statement == "Acme Energy says {something} {something} of (no milestone given yet)."
    assert {one.field for one in sheet.problems} == {"wording", "milestone"}
    assert "{something}" in problems(desk, made)["wording"]


def test_without_a_role_the_statement_says_so_in_words(tmp_path, clock):
    with Workspace.create(tmp_path / "bare", "Acme Energy", "ACME", actor="Jo", clock=clock) as bare:
        made, _ = bare.declarations.prepare(DeclarationDetails("cutover_readiness"))
        sheet = bare.declarations.sheet(made)
        assert "(no role given yet)" in sheet.statement
        assert "{" not in sheet.statement
        assert {"roles", "milestone"} <= set(problems(bare, made))


@given(st.text(), st.dictionaries(st.sampled_from(["organisation", "milestone"]), st.text()))
def test_filling_a_statement_never_fails_and_never_fills_what_was_put_in(statement, values):
    text, left = filled(statement, values)
    if "{" not in statement:
        assert (text, left) == (statement, ())
    assert filled("{organisation}", {"organisation": "{milestone}", "milestone": "M"})[0] == "{milestone}"


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_takes_what_was_left_open_from_the_wording_and_the_participant(desk):
    made, changes = desk.declarations.prepare(DeclarationDetails("reverse_migration"))
    assert changes.title == "Prepare ACME-DEC-0001"
    one = desk.declarations.get(made)
    assert (one.name, one.state, one.details.title) == (
        "ACME-DEC-0001 v1", DeclarationState.DRAFT, "Reverse migration function deployed",
    )  # fmt: skip
    assert one.details.prepared_by == "Jo"
    sheet = desk.declarations.sheet(made)
    assert sheet.milestone.startswith("M10 ·")
    assert sheet.roles == ("Supplier",)
    assert sheet.recipients == ("BSCCo (Elexon)", "REC Code Manager", "DIP Manager")
    assert "placeholder" in sheet.pack_label


def test_what_is_missing_is_named_with_its_field(desk):
    made, _ = desk.declarations.prepare(DeclarationDetails("cutover_readiness"))
    assert set(problems(desk, made)) == {"answer.scope", "answer.rehearsed", "answer.way_back", "milestone"}
    with pytest.raises(InvalidInput, match="What is the organisation ready to do") as refused:
        desk.declarations.make_ready(made)
    assert refused.value.field == "answer.scope"


def test_a_participant_without_a_role_cannot_declare(desk):
    made = draft(desk)
    desk.participant.remove_scope(desk.participant.scopes()[0].id)
    assert set(problems(desk, made)) == {"roles"}


def test_a_wordings_recipients_are_those_of_the_roles_and_those_of_everybody(tmp_path, clock):
    with acme(tmp_path / "desk", clock, "mem") as workspace:
        made = draft(workspace, "service_activation", answers={})
        names = workspace.declarations.sheet(made).recipients
        assert names == ("REC Code Manager", "DIP Manager", "Programme (Migration Control Centre)")


@pytest.mark.parametrize(
    ("roles", "asked", "capacities"),
    [
        (("mem",), (), ["director", "delegate"]),
        (("supplier", "mem"), (), ["director"]),
        (("supplier", "mem"), ("mem",), ["director", "delegate"]),
        (("data_service",), (), ["director"]),
        (("ldso",), (), ["director"]),
    ],
)
def test_a_delegate_signs_only_for_roles_that_the_rec_alone_governs(tmp_path, clock, roles, asked, capacities):
    with acme(tmp_path / "desk", clock, *roles) as workspace:
        sheet = workspace.declarations.sheet(draft(workspace, roles=asked))
        assert [one.id for one in sheet.capacities] == capacities


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [("rehearsed", "Y", "yes"), ("rehearsed", " No ", "no"), ("rehearsed", "", None), ("scope", " a \n b ", "a\n b")],
)
def test_answers_are_kept_in_one_way(desk, question, given, kept):
    made = draft(desk, answers={})
    desk.declarations.answer(made, question, given)
    assert desk.declarations.get(made).details.answers.get(question) == kept


@pytest.mark.parametrize(
    ("wording", "question", "given"),
    [
        ("cutover_readiness", "rehearsed", "perhaps"),
        ("reverse_migration", "deployed_on", "31/02/2026"),
        ("cutover_readiness", "nothing", "x"),
        ("cutover_readiness", "scope", "x" * 20_001),
        ("cutover_readiness", "scope", "a\ud800b"),
    ],
)
def test_an_answer_that_cannot_be_used_names_its_question(desk, wording, question, given):
    made = draft(desk, wording, answers={})
    with pytest.raises(InvalidInput) as refused:
        desk.declarations.answer(made, question, given)
    assert refused.value.field == f"answer.{question}"


@given(st.text(), st.sampled_from(["text", "yes/no", "date"]))
def test_an_answer_is_refused_by_its_question_or_kept_in_a_way_that_can_be_signed(text, kind):
    question = Question("q", "Which?", answer_kind=kind)
    try:
        kept = entered.answer(question, text)
    except InvalidInput as refused:
        assert refused.field == "answer.q"  # noqa: PT017 - most texts are taken
        return
    assert entered.answer(question, kept) == kept
    assert read_canonical(canonical_bytes({"q": kept}))["q"] == kept


def test_a_day_is_read_as_people_write_it(desk):
    made = draft(desk, "reverse_migration", answers={"deployed_on": "3 Sep 2025"})
    assert desk.declarations.get(made).details.answers == {"deployed_on": "2025-09-03"}


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (DeclarationDetails("nothing"), "wording"),
        (DeclarationDetails(""), "wording"),
        (DeclarationDetails("data_cleanse", milestone="M99"), "milestone"),
        (DeclarationDetails("data_cleanse", roles=("king",)), "roles"),
        (DeclarationDetails("data_cleanse", recipients=("me",)), "recipients"),
        (DeclarationDetails("data_cleanse", due="someday"), "due"),
        (DeclarationDetails("data_cleanse", answers={"x": "y"}), "answer.x"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_with_its_field(desk, details, field):
    with pytest.raises(InvalidInput) as refused:
        desk.declarations.prepare(details)
    assert refused.value.field == field
    assert desk.declarations.declarations() == ()


def test_changing_one_that_is_ready_makes_it_a_draft_again(desk):
    made = draft(desk)
    desk.declarations.make_ready(made)
    assert desk.declarations.get(made).state is DeclarationState.READY
    assert desk.declarations.edit(made, desk.declarations.get(made).details).title == ""
    assert desk.declarations.get(made).state is DeclarationState.READY
    desk.declarations.answer(made, "scope", "something else")
    assert desk.declarations.get(made).state is DeclarationState.DRAFT
    desk.declarations.make_ready(made)
    desk.declarations.back_to_draft(made)
    assert desk.declarations.get(made).state is DeclarationState.DRAFT


def test_every_step_before_the_signature_can_be_undone(desk):
    made = draft(desk)
    desk.declarations.answer(made, "scope", "something else")
    desk.declarations.make_ready(made)
    desk.history.undo()
    assert desk.declarations.get(made).state is DeclarationState.DRAFT
    desk.history.undo()
    assert desk.declarations.get(made).details.answers == ANSWERS
    desk.history.redo()
    assert desk.declarations.get(made).details.answers["scope"] == "something else"
    desk.declarations.remove(made)
    assert desk.declarations.declarations() == ()
    desk.history.undo()
    assert desk.declarations.get(made).details.answers["scope"] == "something else"


def test_a_number_is_never_given_twice(desk):
    draft(desk)
    desk.history.undo()
    assert desk.declarations.get(draft(desk)).ref == "ACME-DEC-0002"


def test_a_draft_takes_its_links_along_when_it_is_removed(desk, tmp_path):
    made = draft(desk)
    link(desk, tmp_path, made)
    desk.declarations.remove(made)
    (one,) = desk.evidence.table().ids(0, 5)
    assert desk.evidence.used_in(one) == ()


def test_another_wording_drops_answers_that_it_does_not_ask_for(desk):
    made = draft(desk)
    details = desk.declarations.get(made).details
    desk.declarations.edit(
        made, DeclarationDetails("data_cleanse", answers={**details.answers, "portfolio": "all of it"}, milestone="M14")
    )
    assert desk.declarations.get(made).details.answers == {"portfolio": "all of it"}


def test_a_wording_that_the_pack_lost_is_a_problem_and_the_draft_stays(desk, tmp_path):
    made = draft(desk)
    body = shipped_body(desk, "declarations")
    body["wordings"] = [one for one in body["wordings"] if one["id"] != "cutover_readiness"]
    own_pack(desk, tmp_path / "p.json", "declarations", body)
    assert set(problems(desk, made)) == {"wording"}
    assert desk.declarations.get(made).details.answers == ANSWERS
    desk.declarations.edit(made, DeclarationDetails("data_cleanse", milestone="M14"))
    assert "wording" not in problems(desk, made)


# -- references --------------------------------------------------------------------------------------------------------


def test_a_reference_finds_the_newest_version_or_the_one_named(desk):
    made = draft(desk)
    sign(desk, made)
    second, _ = desk.declarations.new_version(made, "another day")
    assert desk.declarations.by_ref("acme-dec-0001").id == second
    assert desk.declarations.by_ref("ACME-DEC-0001 v1").id == made
    for text in ("", "ACME-DEC-0002", "ACME-DEC-0001 v3", "ACME-DEC-0001 v", "a b c"):
        with pytest.raises(NotFound):
            desk.declarations.by_ref(text)


# -- evidence and open items -------------------------------------------------------------------------------------------


def link(workspace, tmp_path, declaration_id, name="proof.txt", **details):
    path = tmp_path / name
    path.write_text(f"text of {name}", encoding="utf-8")
    target = Target(TargetKind.DECLARATION, declaration_id)
    return workspace.evidence.add([path], EvidenceDetails(**details), [target]).ids[0], path


def test_evidence_that_nobody_can_rely_on_stands_in_the_way(desk, tmp_path):
    made = draft(desk)
    one, path = link(desk, tmp_path, made)
    assert problems(desk, made) == {}
    assert [each.title for each in desk.declarations.sheet(made).evidence] == ["proof (proof.txt, revision 1)"]
    path.write_text("another text", encoding="utf-8")
    desk.evidence.replace(one, path)
    assert "newer file" in problems(desk, made)["evidence"]
    desk.evidence.confirm([use.link_id for use in desk.evidence.used_in(one)])
    assert problems(desk, made) == {}
    desk.evidence.withdraw([one], "wrong file")
    assert "was withdrawn" in problems(desk, made)["evidence"]
    assert desk.declarations.sheet(made).evidence == ()


def test_expired_evidence_stands_in_the_way(desk, tmp_path):
    made = draft(desk)
    link(desk, tmp_path, made, expires="2026-11-22")
    assert "good through 2026-11-22" in problems(desk, made)["evidence"]


def test_evidence_finds_a_declaration_by_its_reference(desk, tmp_path):
    made = draft(desk)
    one, _ = link(desk, tmp_path, made)
    (use,) = desk.evidence.used_in(one)
    assert (use.name.ref, use.name.title) == ("ACME-DEC-0001 v1", "Cutover readiness")
    (found,) = desk.evidence.linkable(TargetKind.DECLARATION, "readiness dec-0001")
    assert found[0] == Target(TargetKind.DECLARATION, made)


def test_without_any_check_that_is_said(desk):
    sheet = desk.declarations.sheet(draft(desk))
    assert [one.text for one in sheet.open_items] == ["No check of a portfolio was ever run here."]


def test_what_is_open_does_not_stand_in_the_way(desk):
    made = draft(desk)
    assert desk.declarations.sheet(made).open_items
    desk.declarations.make_ready(made)


# -- new versions ------------------------------------------------------------------------------------------------------


def test_a_newer_version_carries_answers_only_to_questions_that_read_as_they_did(desk, tmp_path):
    made = draft(desk)
    link(desk, tmp_path, made)
    sign(desk, made)
    body = shipped_body(desk, "declarations")
    body["wordings"][0]["questions"][0]["text"] = "Something else?"
    own_pack(desk, tmp_path / "p.json", "declarations", body)
    second, changes = desk.declarations.new_version(made, "another day")
    assert changes.title == "Start ACME-DEC-0001 v2"
    one = desk.declarations.get(second)
    assert (one.version, one.supersedes, one.reason) == (2, made, "another day")
    assert set(one.details.answers) == {"rehearsed", "way_back"}
    assert one.evidence == 1
    assert desk.declarations.get(made).state is DeclarationState.SIGNED
    desk.history.undo()
    with pytest.raises(NotFound):
        desk.declarations.get(second)


def test_a_newer_version_is_refused_where_it_makes_no_sense(desk):
    made = draft(desk)
    with pytest.raises(InvalidInput, match="v1 is not signed yet"):
        desk.declarations.new_version(made, "why not")
    sign(desk, made)
    with pytest.raises(InvalidInput) as refused:
        desk.declarations.new_version(made, "  ")
    assert refused.value.field == "reason"
    second, _ = desk.declarations.new_version(made, "another day")
    with pytest.raises(InvalidInput, match="ACME-DEC-0001 v2"):
        desk.declarations.new_version(made, "again")
    sign(desk, second)
    with pytest.raises(InvalidInput, match="superseded"):
        desk.declarations.new_version(made, "again")


# -- the table and what is due -----------------------------------------------------------------------------------------


def test_the_table_shows_every_version(desk):
    made = draft(desk, due="2026-11-20", note="for the board")
    table = desk.declarations.table()
    (row,) = table.page(0, 9)
    shown = dict(zip([one.key for one in table.columns], row, strict=True))
    assert shown["ref"] == "ACME-DEC-0001 v1"
    assert shown["state"] == "Draft"
    assert shown["look"] == "Overdue"
    assert shown["milestone"] == "M14"
    assert shown["recipients"] == "BSCCo (Elexon), REC Code Manager, DIP Manager"
    sign(desk, made)
    desk.declarations.new_version(made, "another day")
    table.reload()
    assert table.total() == 2


def test_an_empty_table_opens(desk):
    assert desk.declarations.table().page(0, 9) == []


def test_what_is_to_be_signed_is_due_on_its_day_or_its_milestones(desk):
    late = draft(desk, due="2027-01-01")
    first = draft(desk)
    signed = draft(desk)
    sign(desk, signed)
    due = desk.declarations.due()
    assert [one.declaration.id for one in due] == [first, late]
    assert due[1].day.isoformat() == "2027-01-01"
    assert due[0].day == {one.id: one.day for one in desk.milestones.milestones()}["M14"]


def test_a_signed_one_is_not_edited_answered_or_removed(desk):
    made = draft(desk)
    sign(desk, made)
    calls = (
        lambda: desk.declarations.edit(made, DeclarationDetails("data_cleanse")),
        lambda: desk.declarations.answer(made, "scope", "x"),
        lambda: desk.declarations.make_ready(made),
        lambda: desk.declarations.back_to_draft(made),
        lambda: desk.declarations.remove(made),
    )
    for call in calls:
        with pytest.raises(InvalidInput, match="is signed, and what was signed is never changed"):
            call()


def test_undo_ends_at_the_signature_and_takes_nothing_older_back(desk):
    made = draft(desk)
    desk.declarations.answer(made, "scope", "something else")
    desk.declarations.make_ready(made)
    sign(desk, made)
    assert (desk.history.undo_title(), desk.history.undo_barrier()) == (None, "Sign ACME-DEC-0001 v1")
    with pytest.raises(WorkspaceError, match="“Sign ACME-DEC-0001 v1” cannot be undone"):
        desk.history.undo()
    assert desk.declarations.get(made).state is DeclarationState.SIGNED
    assert desk.declarations.verify_kept(made).ok
    assert desk.history.verify().ok


def test_undo_after_something_was_said_or_withdrawn_leaves_ticks_as_they_are(desk):
    made = draft(desk)
    sign(desk, made)
    plan, _ = desk.cutover.add_plan(PlanDetails("Go-live"))
    one, _ = desk.cutover.add(plan, ActivityDetails("T-1", "Deploy"))
    desk.cutover.tick([one])
    ticked = desk.history.undo_title()
    assert "T-1" in ticked
    desk.declarations.say(made, DeclarationState.SUBMITTED)
    assert desk.history.undo_barrier() == "Say that ACME-DEC-0001 v1 was submitted"
    with pytest.raises(WorkspaceError, match="cannot be undone"):
        desk.history.undo()
    assert desk.cutover.plan(plan).activities[0].done
    desk.cutover.untick([one])
    desk.history.undo()
    assert desk.cutover.plan(plan).activities[0].done
    assert desk.history.undo_title() is None


def test_read_only_workspaces_show_declarations(desk, tmp_path, clock):
    made = draft(desk)
    sign(desk, made)
    desk.close()
    from desktop.app import Workspace

    with Workspace.open(desk.folder, clock=clock, read_only=True) as again:
        assert again.declarations.get(made).state is DeclarationState.SIGNED
        assert again.declarations.sheet(made).statement
        assert again.declarations.verify_kept(made).ok
        with pytest.raises(WorkspaceError):
            draft(again)


def test_a_second_role_changes_the_digest_of_what_is_read(desk):
    made = draft(desk)
    before = desk.declarations.sheet(made).digest
    assert desk.declarations.sheet(made).digest == before
    desk.participant.save_scope(Scope("METR", "mem"))
    assert desk.declarations.sheet(made).digest != before
