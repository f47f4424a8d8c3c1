"""Milestones: what the pack says of each, the day that counts, and the participant's own."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.app import Workspace
from desktop.changes import Subject
from desktop.content.service import shipped_pack
from desktop.errors import InvalidInput, NotFound
from desktop.pit.model import DeliverableEdit

TODAY = date(2026, 11, 23)


@pytest.fixture
def acme(tmp_path, clock):
    """A new workspace; today is Monday 23 November 2026."""
    workspace = Workspace.create(tmp_path / "acme", "Acme Energy", "ACME", actor="Jo", clock=clock)
    yield workspace
    workspace.close()


def of(workspace: Workspace, milestone_id: str):
    return next(one for one in workspace.milestones.milestones() if one.id == milestone_id)


# -- what the pack says -----------------------------------------------------------------------------------------------


def test_the_pack_has_sixteen_milestones_in_their_order(acme):
    assert [one.id for one in acme.milestones.milestones()] == [f"M{number}" for number in range(1, 17)]
    assert acme.milestones.pack().version == shipped_pack("milestones").version


@pytest.mark.parametrize("milestone_id", ["M1", "M2", "M3", "M4", "M7"])
def test_what_no_public_page_says_is_not_invented(acme, milestone_id):
    one = of(acme, milestone_id)
    assert one.title == "Not confirmed from public pages"
    assert one.day is None
    assert one.pack is not None
    assert (one.pack.definition, one.pack.baselines, one.pack.actual, one.pack.acts) == ("", (), None, False)


def test_what_is_general_knowledge_or_our_reading_says_so(acme):
    assert "general knowledge" in of(acme, "M5").pack.definition
    assert "our reading" in of(acme, "M6").pack.note
    assert "general knowledge" in of(acme, "M9").pack.definition


def test_every_date_names_its_source_and_plans_follow_one_another(acme):
    order = ["2021", "CR022", "CR055", "Latest plan"]
    for one in acme.milestones.milestones():
        assert one.pack is not None
        plans = [planned.plan for planned in one.pack.baselines]
        assert plans == sorted(set(plans), key=order.index)
        dates = [*one.pack.baselines, *([one.pack.actual] if one.pack.actual else [])]
        assert all(planned.source for planned in dates)
        assert one.pack.definition or "Not confirmed" in one.title


@pytest.mark.parametrize(
    ("milestone_id", "plans"),
    [
        ("M10", [("CR022", "2025-06"), ("CR055", "2025-09")]),
        ("M14", [("CR022", "2026-03"), ("CR055", "2026-10-28")]),
        ("M15", [("CR022", "2026-10"), ("CR055", "2027-05-07"), ("Latest plan", "2027-05-07")]),
        (
            "M16",
            [("2021", "2025-10"), ("CR022", "2026-12"), ("CR055", "2027-07-02"), ("Latest plan", "2027-07-02")],
        ),
    ],
)
def test_all_plans_are_kept_beside_one_another(acme, milestone_id, plans):
    pack = of(acme, milestone_id).pack
    assert pack is not None
    assert [(one.plan, one.text) for one in pack.baselines] == plans


def test_the_swap_of_m11_and_m12_is_told_at_both(acme):
    assert "M11 as Smart" in of(acme, "M11").pack.note
    assert "M12 as Advanced" in of(acme, "M12").pack.note
    assert "Unmetered" in of(acme, "M11").title
    assert "Smart" in of(acme, "M12").title


def test_dates_of_the_earlier_plan_name_the_pages_that_give_them(acme):
    packs = [one.pack for one in acme.milestones.milestones() if one.pack is not None]
    dates = {one.id: {planned.plan: planned for planned in one.baselines} for one in packs}
    m8, m15 = dates["M8"]["CR022"], dates["M15"]["CR022"]
    assert "CR055 decision" not in m15.source
    assert m15.source.startswith("Programme pages on M15 acceptance criteria")
    assert m8.source == "Elexon article on the assurance of legacy suppliers and agents"


def test_the_source_of_a_date_has_its_own_date_where_it_is_known(acme):
    assert of(acme, "M9").pack.baselines[0].dated == "2024-11-29"


# -- the day that counts ----------------------------------------------------------------------------------------------


def test_what_happened_counts_before_what_was_planned(acme):
    one = of(acme, "M10")
    assert (one.day, one.reached, one.source) == (date(2025, 9, 24), True, "Reached: Programme page on milestone 10")
    assert one.baseline == date(2025, 9, 30)


def test_a_month_alone_counts_as_its_last_day_and_says_so(acme):
    assert (of(acme, "M9").day, of(acme, "M9").exact) == (date(2023, 10, 31), False)
    assert of(acme, "M14").exact


def test_the_newest_plan_counts_until_the_participant_says_another_day(acme):
    assert (of(acme, "M15").day, of(acme, "M15").reached) == (date(2027, 5, 7), False)
    assert of(acme, "M15").source.startswith("Latest plan: ")
    changes = acme.milestones.save("M15", current=date(2027, 6, 4), note="Told in the bilateral")
    assert changes.subjects == {Subject.MILESTONES, Subject.CUTOVER, Subject.PIT}
    one = of(acme, "M15")
    assert (one.day, one.current, one.baseline, one.note) == (
        date(2027, 6, 4), date(2027, 6, 4), date(2027, 5, 7), "Told in the bilateral",
    )  # fmt: skip
    assert "as said here" in one.source
    assert acme.milestones.days()["M15"] == date(2027, 6, 4)
    acme.store.undo(actor="Jo", at=acme.clock())
    assert of(acme, "M15").day == date(2027, 5, 7)


def test_the_participants_actual_day_counts_before_everything(acme):
    acme.milestones.save("M14", current="2026-11-20")
    acme.milestones.save("M14", actual="2026-11-18")
    assert (of(acme, "M14").day, of(acme, "M14").reached) == (date(2026, 11, 18), True)
    acme.milestones.save("M10", actual="2025-10-01")
    assert of(acme, "M10").day == date(2025, 10, 1)
    acme.milestones.save("M14", current="", actual="")
    assert of(acme, "M14").day == date(2026, 10, 28)


def test_what_was_cleared_leaves_nothing_behind(acme):
    acme.milestones.save("M14", current="2026-11-20", note="why")
    acme.milestones.save("M14", current="", note="")
    assert acme.store.read().execute("SELECT count(*) FROM milestone_day").fetchone()[0] == 0
    acme.milestones.save("M14", current="")
    assert acme.store.read().execute("SELECT count(*) FROM milestone_day").fetchone()[0] == 0


def test_a_milestone_without_any_day_is_not_among_the_days(acme):
    assert "M7" not in acme.milestones.days()
    acme.milestones.save("M7", current="2027-01-04")
    assert acme.milestones.days()["M7"] == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"current": "soon"}, "current"),
        ({"current": "1999-12-31"}, "current"),
        ({"actual": "2026-11-24"}, "actual"),
        ({"title": "Other words"}, "title"),
        ({"baseline": "2026-11-20"}, "baseline"),
        ({"note": "x" * 40_000}, "note"),
    ],
)
def test_what_cannot_be_said_of_a_milestone_of_the_pack_is_refused_at_its_field(acme, given, field):
    with pytest.raises(InvalidInput) as caught:
        acme.milestones.save("M14", **given)
    assert caught.value.field == field
    assert of(acme, "M14").current is None


def test_an_unknown_milestone_is_not_found(acme):
    with pytest.raises(NotFound):
        acme.milestones.save("M99", current="2026-11-20")
    with pytest.raises(NotFound):
        acme.milestones.remove("own/nothing")


# -- the participant's own --------------------------------------------------------------------------------------------


def test_an_own_milestone_stands_after_the_packs_by_its_day(acme):
    late, _ = acme.milestones.add("Go-live weekend", baseline=date(2026, 12, 5))
    soon, _ = acme.milestones.add("PAB", baseline="2026-12-01", note="Target")
    never, _ = acme.milestones.add("Some day")
    assert [one.id for one in acme.milestones.milestones()][16:] == [soon, late, never]
    one = of(acme, late)
    assert (late, one.own, one.name, one.day, one.source) == (
        "own/go-live-weekend", True, "Go-live weekend", date(2026, 12, 5), "As first planned here",
    )  # fmt: skip


def test_an_own_milestone_keeps_its_id_and_its_baseline(acme):
    milestone, _ = acme.milestones.add("Go-live", baseline="2026-12-05")
    acme.milestones.save(milestone, title="Go-live of Acme", current="2026-12-12")
    one = of(acme, milestone)
    assert (one.title, one.day, one.baseline) == ("Go-live of Acme", date(2026, 12, 12), date(2026, 12, 5))
    acme.milestones.save(milestone, baseline="2026-12-05")
    with pytest.raises(InvalidInput, match="a baseline is kept"):
        acme.milestones.save(milestone, baseline="2026-12-06")
    acme.milestones.save(milestone, baseline="2026-12-06", rebaseline=True)
    assert of(acme, milestone).baseline == date(2026, 12, 6)


def test_titles_are_needed_and_tell_milestones_apart(acme):
    acme.milestones.add("Go-live")
    for title in ("", "  ", "go-LIVE", "m14", "Full transition complete", "x" * 201):
        with pytest.raises(InvalidInput) as caught:
            acme.milestones.add(title)
        assert caught.value.field == "title"
    other, _ = acme.milestones.add("Go live")
    assert other == "own/go-live-2"
    assert acme.milestones.add("Ωμέγα")[0] == "own/milestone"


def test_titles_of_steps_hold_no_words_of_a_person(acme):
    milestone, changes = acme.milestones.add("Dinner with Alex Morgan")
    assert "Alex" not in changes.title
    assert "Alex" not in acme.milestones.save(milestone, current="2026-12-12").title
    assert "Alex" not in acme.milestones.remove(milestone).title


def test_an_own_milestone_is_removed_and_comes_back_with_undo(acme):
    milestone, _ = acme.milestones.add("Go-live")
    acme.milestones.remove(milestone)
    assert milestone not in {one.id for one in acme.milestones.milestones()}
    acme.store.undo(actor="Jo", at=acme.clock())
    assert of(acme, milestone).title == "Go-live"
    with pytest.raises(InvalidInput, match="content pack"):
        acme.milestones.remove("M14")


def test_a_milestone_on_which_something_hangs_is_not_removed(acme):
    milestone, _ = acme.milestones.add("Go-live", baseline="2026-12-05")
    acme.pit.set_gate("pit_exit", milestone=milestone, milestone_days=-5)
    with pytest.raises(InvalidInput, match="1 gate of the PIT plan"):
        acme.milestones.remove(milestone)
    acme.pit.set_gate("pit_exit", milestone="")
    acme.milestones.remove(milestone)


def test_what_was_said_of_a_milestone_outlives_a_pack_without_it(acme, tmp_path):
    acme.milestones.save("M14", current="2026-11-20")
    file = tmp_path / "own.json"
    file.write_text(
        '{"kind": "milestones", "version": "9", "status": "official", "source": "My copy", "date": "2026-11-01",'
        ' "body": {"milestones": [{"id": "M15", "title": "The end", "baselines": []}]}}',
        encoding="utf-8",
    )
    acme.content.take(file)
    assert [one.id for one in acme.milestones.milestones()] == ["M15", "M14"]
    assert of(acme, "M14").day == date(2026, 11, 20)
    assert "not in the content pack" in of(acme, "M14").title


# -- gates of the PIT plan that hang on one ---------------------------------------------------------------------------


def gate(workspace: Workspace, gate_id: str = "pit_exit"):
    return next(one for one in workspace.pit.gates() if one.id == gate_id)


def test_a_gate_on_a_milestone_is_planned_so_many_working_days_from_it_and_moves_with_it(acme):
    milestone, _ = acme.milestones.add("Go-live", baseline="2027-01-04")
    acme.pit.set_gate("pit_exit", milestone=milestone, milestone_days=-5)
    # Before Monday 4 January 2027: 31, 30, 29 December, then 24 and 23; 25, 28 December and 1 January are off.
    assert gate(acme).current == date(2026, 12, 23)
    acme.milestones.save(milestone, current="2027-01-11")
    assert gate(acme).day == date(2027, 1, 4)
    acme.milestones.save(milestone, current="2026-11-30", actual="2026-11-20")
    assert gate(acme).planned == date(2026, 11, 13)


def test_what_hangs_on_such_a_gate_moves_too_and_is_shown_before(acme):
    milestone, _ = acme.milestones.add("Go-live", baseline="2027-01-11")
    acme.pit.add("Report", "", DeliverableEdit(gate="pit_exit", offset=5))
    moves = acme.pit.moves("pit_exit", milestone=milestone, milestone_days="0")
    assert [(one.before, one.after) for one in moves] == [(None, date(2027, 1, 4))]
    changes = acme.pit.set_gate("pit_exit", milestone=milestone)
    assert changes.title == "Change PIT exit: 1 deliverable moved with it"
    assert [(one.before, one.after) for one in acme.pit.moves_with({milestone: "2027-01-18"})] == [
        (date(2027, 1, 4), date(2027, 1, 11))
    ]
    assert acme.pit.moves_with({"M15": "2030-01-01"}) == ()
    assert [one.after for one in acme.pit.moves_with({milestone: ""})] == [None]


def test_a_day_of_its_own_takes_a_gate_off_its_milestone_and_back(acme):
    acme.pit.set_gate("pit_exit", milestone="M15", milestone_days=-10)
    acme.pit.set_gate("pit_exit", milestone_days=-11)
    assert gate(acme).current == date(2027, 4, 21)  # 3 May is a bank holiday
    acme.pit.set_gate("pit_exit", current="2027-04-01")
    assert (gate(acme).milestone, gate(acme).milestone_days, gate(acme).current) == ("", 0, date(2027, 4, 1))
    acme.pit.set_gate("pit_exit", milestone="M15")
    assert gate(acme).current == date(2027, 5, 7)
    acme.pit.set_gate("pit_exit", milestone="")
    assert (gate(acme).milestone, gate(acme).current) == ("", None)


def test_a_gate_on_a_milestone_without_a_day_falls_back_on_its_baseline(acme):
    acme.pit.set_gate("pit_exit", baseline="2027-03-01")
    acme.pit.set_gate("pit_exit", milestone="M7")
    assert (gate(acme).current, gate(acme).day) == (None, date(2027, 3, 1))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"milestone": "M99"}, "milestone"),
        ({"milestone": "M15", "current": "2027-01-04"}, "milestone"),
        ({"milestone": "M15", "milestone_days": "many"}, "milestone_days"),
        ({"milestone": "M15", "milestone_days": 9_999}, "milestone_days"),
    ],
)
def test_what_cannot_be_said_of_a_gate_on_a_milestone_is_refused(acme, given, field):
    with pytest.raises(InvalidInput) as caught:
        acme.pit.set_gate("pit_exit", **given)
    assert caught.value.field == field
