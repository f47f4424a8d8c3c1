"""Whatever is done to a plan in whatever order: it can be read, has no cycle, and undo leads back step by step."""

from __future__ import annotations

from cutover_hands import Clock, acme, bring, runbook
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.app import Workspace
from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityType, Rag
from desktop.errors import PlainError

PLACES = st.integers(0, 14)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("link"), PLACES, PLACES),
        st.tuples(st.just("remove"), PLACES, st.just(0)),
        st.tuples(st.just("move"), PLACES, PLACES),
        st.tuples(st.just("tick"), PLACES, PLACES),
        st.tuples(st.just("untick"), PLACES, st.just(0)),
        st.tuples(st.just("start"), PLACES, st.just(0)),
        st.tuples(st.just("type"), PLACES, st.integers(0, 5)),
        st.tuples(st.just("skip"), PLACES, st.just(0)),
        st.tuples(st.just("slip"), PLACES, st.integers(-9, 9)),
        st.tuples(st.just("rag"), PLACES, st.just(0)),
        st.tuples(st.just("add"), PLACES, st.just(0)),
        st.tuples(st.just("bring"), PLACES, PLACES),
        st.tuples(st.just("baseline"), st.just(0), st.just(0)),
        st.tuples(st.just("confirm"), PLACES, st.just(0)),
    ),
    max_size=14,
)


@given(steps=STEPS)
@settings(max_examples=12, deadline=None)
def test_every_step_leads_back(tmp_path_factory, steps):
    with acme(tmp_path_factory.mktemp("undo") / "acme", Clock(), "supplier") as desk:
        plan = runbook(desk)
        cutover = desk.cutover
        seen = [cutover.plan(plan)]
        for step in steps:
            titled = desk.store.undo_title()
            before = cutover.plan(plan)
            number = desk.store.read().execute("SELECT max(id) FROM undo_step").fetchone()[0]
            try:
                _do(desk, plan, *step)
            except PlainError:
                assert desk.store.undo_title() == titled, "what is refused is no step"
                assert cutover.plan(plan) == before
            if desk.store.read().execute("SELECT max(id) FROM undo_step").fetchone()[0] != number:
                seen.append(cutover.plan(plan))
        keys = [one.details.key for one in seen[-1].activities]
        assert len(keys) == len(set(keys))
        assert desk.store.read().execute("PRAGMA foreign_key_check").fetchall() == []
        for earlier in reversed(seen[:-1]):
            desk.history.undo()
            assert cutover.plan(plan) == earlier


def _do(desk: Workspace, plan: int, what: str, place: int, other: int) -> None:
    cutover = desk.cutover
    all_of_them = cutover.plan(plan).activities
    if not all_of_them:
        return
    one = all_of_them[place % len(all_of_them)]
    two = all_of_them[other % len(all_of_them)]
    key, other_key = one.details.key, two.details.key
    outcomes = one.details.type.outcomes
    match what:
        case "link":
            cutover.edit([one.id], ActivityEdit(predecessors=f"{other_key} + {other} h" if other else ""))
        case "remove":
            cutover.remove([one.id])
        case "move":
            cutover.move([one.id, two.id], two.id if other % 2 else None)
        case "tick":
            outcome = outcomes[other % len(outcomes)] if outcomes else ""
            cutover.tick([one.id], outcome=outcome, remark="x", despite="y" if other % 3 else "")
        case "untick":
            cutover.untick([one.id], "z")
        case "start":
            cutover.start([one.id])
        case "type":
            cutover.edit([one.id], ActivityEdit(type=list(ActivityType)[other]))
        case "skip":
            cutover.not_needed([one.id], "" if one.not_needed else "not here")
        case "slip":
            moved = cutover.slip(one.id, other)
            cutover.do_slip(one.id, other)
            after = {each.id: each.planned for each in cutover.plan(plan).activities}
            assert all(after[each.id] == each.after for each in moved), "what was shown is what happened"
        case "rag":
            cutover.say_rag([one.id], Rag.NONE if one.rag_reason else Rag.RED, "so")
        case "add":
            cutover.add(plan, ActivityDetails("", "New"))
        case "bring":
            bring(desk, plan, {key: {"title": f"{other}", "predecessors": other_key}, f"N-{other}": {"title": "n"}})
        case "baseline":
            cutover.set_baseline(plan, again=True)
        case "confirm":
            cutover.confirm([one.id])
