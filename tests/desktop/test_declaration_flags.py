"""Declarations of a cutover plan: open items, rehearsals, the activity that needs one, and what changed since."""

from __future__ import annotations

import time
from datetime import date

import pytest
from signing_hands import PASSPHRASE, WORDS, acme, body_of, draft, own_pack, shipped_body, sign

from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityType, PlanDetails, Predecessor
from desktop.declarations.model import DeclarationDetails, DeclarationState
from desktop.declarations.verify import verify
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.testing.model import DefectDetails


@pytest.fixture
def desk(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        yield workspace


@pytest.fixture
def plan(desk):
    """T-1, then T-2 which is the declaration, then T-3; and T-4 which waits for nothing."""
    made, _ = desk.cutover.add_plan(PlanDetails("Go-live", milestone="M15"))
    activities = (
        ActivityDetails("T-1", "Deploy"),
        ActivityDetails(
            "T-2", "Declare", type=ActivityType.DECLARATION, predecessors=(Predecessor("T-1"),),
            declaration_needed="cutover_readiness",
        ),
        ActivityDetails("T-3", "Go live", predecessors=(Predecessor("T-2"),)),
        ActivityDetails("T-4", "Tell customers", external=True, responsible="LDSO"),
    )  # fmt: skip
    for one in activities:
        desk.cutover.add(made, one)
    return made


def activity(desk, plan, key):
    return desk.cutover.activity_id(plan, key)


def of_plan(desk, plan, **other):
    return draft(desk, plan_id=plan, activity_id=activity(desk, plan, "T-2"), milestone="", **other)


def opened(desk, made):
    return [(one.kind, one.text) for one in desk.declarations.sheet(made).open_items if one.kind != "not checked"]


def flags(desk, made):
    return desk.declarations.get(made).flags


# -- the sheet --------------------------------------------------------------------------------------------------------


def test_the_plan_gives_the_milestone_and_the_activity_gives_the_plan(desk, plan):
    made = draft(desk, activity_id=activity(desk, plan, "T-2"), milestone="")
    one = desk.declarations.get(made)
    assert one.details.plan_id == plan
    assert desk.declarations.sheet(made).milestone.startswith("M15 ·")


def test_what_comes_before_it_is_open_and_what_waits_for_it_is_not_spoken_of(desk, plan):
    made = of_plan(desk, plan)
    assert opened(desk, made) == [
        ("activity", "T-1 Deploy is not finished (ready to start)"),
        ("activity", "T-4 Tell customers (LDSO) is not finished (ready to start)"),
    ]
    desk.cutover.tick([activity(desk, plan, "T-1")])
    desk.cutover.not_needed([activity(desk, plan, "T-4")], "nobody to tell")
    assert opened(desk, made) == [("activity", "T-4 Tell customers (LDSO) is not to be done: nobody to tell")]


def test_a_failed_validation_is_told_first(desk, plan):
    desk.cutover.add(plan, ActivityDetails("T-9", "Smoke test", type=ActivityType.VALIDATION))
    desk.cutover.tick([activity(desk, plan, "T-9")], outcome="fail", remark="no lights")
    made = of_plan(desk, plan)
    assert opened(desk, made)[0] == ("activity", "T-9 Smoke test ended in “fail”: no lights")


def test_defects_that_block_exit_are_told(desk, plan):
    blocking = next(one.id for one in desk.pit.severities() if one.blocks_exit)
    harmless = next(one.id for one in desk.pit.severities() if not one.blocks_exit)
    for severity in (blocking, harmless):
        desk.defects.save(DefectDetails(f"Broken {severity}", severity=severity))
    told = [text for kind, text in opened(desk, of_plan(desk, plan)) if kind == "defect"]
    assert len(told) == 1
    assert f"Broken {blocking}" in told[0]


def test_evidence_of_other_activities_is_bound_in_and_told_where_it_does_not_hold(desk, plan, tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("deployed", encoding="utf-8")
    target = Target(TargetKind.ACTIVITY, activity(desk, plan, "T-1"))
    (one,) = desk.evidence.add([path], EvidenceDetails(), [target]).ids
    made = of_plan(desk, plan)
    assert [each.ref for each in desk.declarations.sheet(made).evidence] == ["ACME-EVD-0001"]
    desk.evidence.withdraw([one], "wrong log")
    assert ("evidence", "ACME-EVD-0001 log was withdrawn: wrong log") in opened(desk, made)
    assert desk.declarations.sheet(made).problems == ()


def test_an_activity_of_another_plan_is_refused(desk, plan):
    other, _ = desk.cutover.add_plan(PlanDetails("Another"))
    with pytest.raises(InvalidInput) as refused:
        draft(desk, plan_id=other, activity_id=activity(desk, plan, "T-2"))
    assert refused.value.field == "activity_id"
    for details in ({"plan_id": 99}, {"activity_id": 99}):
        with pytest.raises(NotFound):
            draft(desk, **details)


# -- the activity that needs it ---------------------------------------------------------------------------------------


def test_the_activity_can_be_ticked_once_its_declaration_is_signed_and_is_not_ticked_by_itself(desk, plan):
    desk.cutover.tick([activity(desk, plan, "T-1")])
    made = of_plan(desk, plan)
    with pytest.raises(InvalidInput):
        desk.cutover.tick([activity(desk, plan, "T-2")])
    sign(desk, made)
    one = desk.cutover.plan(plan).by_id(activity(desk, plan, "T-2"))
    assert not one.done
    assert any("ACME-DEC-0001" in text for text in one.declarations)
    desk.cutover.tick([activity(desk, plan, "T-2")])
    assert desk.cutover.plan(plan).by_id(activity(desk, plan, "T-2")).done
    assert flags(desk, made) == ()


def test_a_withdrawn_one_counts_no_more(desk, plan):
    desk.cutover.tick([activity(desk, plan, "T-1")])
    made = of_plan(desk, plan)
    sign(desk, made)
    desk.declarations.withdraw(made, "wrong", WORDS, passphrase=PASSPHRASE)
    with pytest.raises(InvalidInput):
        desk.cutover.tick([activity(desk, plan, "T-2")])


# -- rehearsals -------------------------------------------------------------------------------------------------------


def test_a_rehearsal_is_signed_and_never_submitted(desk, plan):
    practice, _ = desk.cutover.rehearse(plan)
    made = draft(desk, plan_id=practice)
    assert desk.declarations.get(made).rehearsal
    copy = sign(desk, made)
    assert body_of(desk, made)["rehearsal"] is True
    assert b"REHEARSAL" in desk.declarations.files(made)["declaration.html"]
    assert "rehearsal" in copy.next_steps[0]
    with pytest.raises(InvalidInput, match="is a rehearsal: it is never submitted"):
        desk.declarations.say(made, DeclarationState.SUBMITTED)
    assert desk.declarations.get(made).state is DeclarationState.SIGNED
    second, _ = desk.declarations.new_version(made, "again")
    assert desk.declarations.get(second).rehearsal
    assert desk.declarations.verify_kept(made).ok


SUBMITTED = ("submitted", "acknowledged", "returned")
INSERTED = (
    "INSERT INTO declaration (ref, version, wording, title, rehearsal, state, created_at, created_by) "
    "VALUES ('ACME-DEC-0099', 1, 'w', 't', 1, '{}', '', 'Jo')"
)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        *((f"UPDATE declaration SET state = '{one}' WHERE id = {{id}}", "never submitted") for one in SUBMITTED),
        *((INSERTED.format(one), "never submitted") for one in SUBMITTED),
        *(
            (
                f"INSERT INTO declaration_event (declaration_id, state, at, by) VALUES ({{id}}, '{one}', '', 'Jo')",
                "never submitted",
            )
            for one in SUBMITTED
        ),
        ("UPDATE declaration SET rehearsal = 0 WHERE id = {id}", "stays a rehearsal"),
        ("UPDATE declaration SET rehearsal = 0, state = 'submitted' WHERE id = {id}", "rehearsal"),
        ("UPDATE declaration SET rehearsal = 1 WHERE id = {live}", "stays a rehearsal"),
        ("UPDATE cutover_plan SET rehearsal_of = NULL WHERE id = {practice}", "stays a rehearsal"),
        ("UPDATE cutover_plan SET rehearsal_of = {practice} WHERE id = {plan}", "stays a rehearsal"),
    ],
)
@pytest.mark.parametrize("is_signed", [False, True])
def test_the_database_itself_refuses_that_a_rehearsal_is_submitted(desk, plan, change, why, is_signed):
    from sqlcipher3 import dbapi2

    practice, _ = desk.cutover.rehearse(plan)
    made, live = draft(desk, plan_id=practice), draft(desk, plan_id=plan)
    if is_signed:
        sign(desk, made)
    if is_signed and "SET rehearsal" in change:
        why = "rehearsal|never edited"
    with pytest.raises(dbapi2.IntegrityError, match=why), desk.store.write() as connection:
        connection.execute(change.format(id=made, live=live, plan=plan, practice=practice))
    with desk.store.write() as connection:  # what is none may be
        connection.execute(INSERTED.format("submitted").replace("'t', 1", "'t', 0"))
        connection.execute(
            "INSERT INTO declaration_event (declaration_id, state, at, by) VALUES (?, 'submitted', '', 'Jo')", (live,)
        )


def test_the_name_of_an_exported_rehearsal_says_that_it_is_one(desk, plan, tmp_path):
    practice, _ = desk.cutover.rehearse(plan)
    made = draft(desk, plan_id=practice)
    sign(desk, made)
    desk.declarations.withdraw(made, "wrong", WORDS, passphrase=PASSPHRASE)
    folder = desk.declarations.export(made, tmp_path)
    packed = desk.declarations.export(made, tmp_path, as_zip=True)
    name = f"REHEARSAL-{desk.declarations.get(made).ref}-v1"
    assert (folder.name, packed.name) == (name, f"{name}.zip")
    assert (tmp_path / f"{name}-withdrawal.zip").is_file()
    for path in (folder, packed):
        verdict = verify(path)
        assert verdict.ok
        assert any("It was withdrawn by" in note for note in verdict.notes)


def test_a_rehearsal_stays_one(desk, plan):
    practice, _ = desk.cutover.rehearse(plan)
    rehearsed, live = draft(desk, plan_id=practice), draft(desk, plan_id=plan)
    for made, other in ((rehearsed, plan), (live, practice), (rehearsed, None)):
        with pytest.raises(InvalidInput) as refused:
            desk.declarations.edit(made, DeclarationDetails("data_cleanse", plan_id=other))
        assert refused.value.field == "plan_id"
    assert [one.declaration.id for one in desk.declarations.due()] == [live]


# -- what changed since -----------------------------------------------------------------------------------------------


@pytest.fixture
def signed(desk, plan, tmp_path):
    """Signed with T-1 done, T-4 open, and a piece of evidence."""
    desk.cutover.tick([activity(desk, plan, "T-1")])
    made = of_plan(desk, plan)
    path = tmp_path / "proof.txt"
    path.write_text("first", encoding="utf-8")
    desk.evidence.add([path], EvidenceDetails(title="Proof"), [Target(TargetKind.DECLARATION, made)])
    sign(desk, made)
    assert flags(desk, made) == ()
    return made


def test_a_newer_file_of_evidence_flags_it_with_before_and_after(desk, signed, tmp_path):
    path = tmp_path / "newer.txt"
    path.write_text("second", encoding="utf-8")
    desk.evidence.replace(1, path)
    (flag,) = flags(desk, signed)
    assert "ACME-EVD-0001" in flag
    assert "Was: proof.txt, revision 1. Now: newer.txt, revision 2." in flag


def test_withdrawn_evidence_flags_it(desk, signed):
    desk.evidence.withdraw([1], "a forgery")
    assert "was withdrawn: a forgery" in flags(desk, signed)[0]
    desk.evidence.reinstate([1])
    assert flags(desk, signed) == ()


def test_a_milestone_that_moved_flags_it(desk, signed):
    desk.milestones.save("M15", current=date(2027, 6, 1))
    (flag,) = flags(desk, signed)
    assert flag.startswith("Was: M15")
    assert "Now: M15" in flag
    assert "1 Jun 2027" in flag
    desk.history.undo()
    assert flags(desk, signed) == ()


def test_a_tick_taken_back_flags_it(desk, plan, signed):
    desk.cutover.untick([activity(desk, plan, "T-1")])
    (flag,) = flags(desk, signed)
    assert flag.startswith("Was: Activity T-1 Deploy: done")


def test_another_text_of_an_activity_flags_it(desk, plan, signed):
    desk.cutover.edit([activity(desk, plan, "T-4")], ActivityEdit(description="and the press"))
    (flag,) = flags(desk, signed)
    assert flag == "What activity T-4 Tell customers asks: changed since."


def test_an_activity_that_was_added_or_removed_flags_it(desk, plan, signed):
    desk.cutover.add(plan, ActivityDetails("T-5", "One more"))
    (flag,) = flags(desk, signed)
    assert "with 3 activities" in flag
    assert "with 4 activities" in flag
    desk.history.undo()
    desk.cutover.remove([activity(desk, plan, "T-4")])
    assert any("T-4 Tell customers is not here any more" in one for one in flags(desk, signed))


def test_what_waits_for_it_and_what_was_open_goes_on_without_a_flag(desk, plan, signed):
    desk.cutover.tick([activity(desk, plan, "T-2")])
    desk.cutover.tick([activity(desk, plan, "T-3")])
    desk.cutover.tick([activity(desk, plan, "T-4")])
    desk.cutover.edit([activity(desk, plan, "T-3")], ActivityEdit(title="Go live at last", owner="Jo"))
    assert flags(desk, signed) == ()


def test_another_pack_flags_it(desk, signed, tmp_path):
    own_pack(desk, tmp_path / "p.json", "declarations", shipped_body(desk, "declarations"))
    (flag,) = flags(desk, signed)
    assert "Now: Declaration wording 9.1 (official" in flag


def test_a_first_check_flags_it(desk, signed, tmp_path):
    portfolio = tmp_path / "portfolio.csv"
    portfolio.write_text("mpan,postcode\n1200000000013,XX\n", encoding="utf-8")
    from desktop.cli.main import main

    folder = desk.folder
    desk.close()
    assert main(["check", str(portfolio), "--workspace", str(folder)]) == 0
    from desktop.app import Workspace

    with Workspace.open(folder, clock=desk.clock) as again:
        (flag,) = flags(again, signed)
        assert flag.startswith("Was: No portfolio was ever checked here. Now: Open findings:")


def test_only_what_stands_is_flagged(desk, plan, signed):
    desk.cutover.untick([activity(desk, plan, "T-1")])
    assert flags(desk, signed)
    desk.declarations.withdraw(signed, "because of it", WORDS, passphrase=PASSPHRASE)
    assert flags(desk, signed) == ()


def test_the_table_says_what_to_look_at(desk, plan, signed):
    desk.cutover.untick([activity(desk, plan, "T-1")])
    table = desk.declarations.table()
    (row,) = table.page(0, 9)
    shown = dict(zip([one.key for one in table.columns], row, strict=True))
    assert shown["look"] == "Something it rests on changed"
    assert (shown["plan"], shown["activity"]) == ("ACME-CUT-0001", "T-2")


def test_two_hundred_declarations_are_read_as_quickly_as_one_plan(desk, plan):
    for number in range(5, 105):
        desk.cutover.add(plan, ActivityDetails(f"T-{number}", f"Activity {number}"))
    first = of_plan(desk, plan)
    sign(desk, first)
    # Two hundred of them, as rows: signing each with its passphrase would be the slow part.
    with desk.store.write() as connection:
        for number in range(2, 201):
            connection.execute(
                "INSERT INTO declaration (ref, version, wording, title, plan_id, activity_id, state, created_at, "
                "created_by) SELECT 'ACME-DEC-' || ?, 1, wording, title, plan_id, activity_id, 'draft', created_at, "
                "created_by FROM declaration WHERE id = 1",
                (f"{number:04}",),
            )
            made = connection.execute("SELECT last_insert_rowid()").fetchone()[0]
            connection.execute(
                "INSERT INTO declaration_record (declaration_id, kind, body, sha256, signature, key_id, files, "
                "signed_at) SELECT ?, kind, body, sha256, signature, key_id, files, signed_at FROM declaration_record "
                "WHERE declaration_id = 1",
                (made,),
            )
            connection.execute("UPDATE declaration SET state = 'signed' WHERE id = ?", (made,))
    began = time.process_time()
    found = desk.declarations.declarations()
    took = time.process_time() - began
    assert len(found) == 200
    assert all(one.flags == () for one in found)
    assert took < 5
