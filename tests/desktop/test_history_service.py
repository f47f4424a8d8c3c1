"""The history: undo and redo by name, the log as a table, and the check of its chain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, TableSource, View
from desktop.changes import Changes, Subject
from desktop.errors import InvalidInput, NotFound, WorkspaceError
from desktop.jobs import Cancelled, Job


@pytest.fixture
def workspace(tmp_path, clock):
    times = iter(clock() + timedelta(hours=7 * n) for n in range(1000))
    made = Workspace.create(tmp_path / "acme", "Acme", "ACME", actor="Jo", clock=lambda: next(times))
    yield made
    made.close()


@pytest.fixture
def history(workspace):
    with workspace.store.write():
        for number in range(1, 30):
            workspace.store.record(
                "portfolio.import" if number % 3 else "cleanse.run",
                f"Step {number}, 100 % of it" if number == 7 else f"Step {number}",
                {"number": number},
                actor="Sam" if number % 2 else "Jo",
                at=workspace.clock(),
            )
    return workspace.history


def titles(table):
    return [row[4] for row in table.page(0, table.count())]


def test_undo_and_redo_name_the_step_and_what_it_touched(workspace):
    workspace.views.save("findings", "Mine", View())
    history = workspace.history
    assert history.undo_title() == "Save view “Mine”"
    assert history.undo() == Changes(frozenset({Subject.VIEWS}), "Undone: Save view “Mine”", 1)
    assert workspace.views.list("findings") == ()
    assert (history.undo_title(), history.redo_title()) == (None, "Save view “Mine”")
    assert history.redo() == Changes(frozenset({Subject.VIEWS}), "Redone: Save view “Mine”", 1)
    assert len(workspace.views.list("findings")) == 1


def test_nothing_to_undo_is_a_sentence(workspace):
    with pytest.raises(WorkspaceError, match="nothing to undo"):
        workspace.history.undo()


def test_the_log_is_a_table_source_newest_first(history):
    table = history.entries()
    assert isinstance(table, TableSource)
    assert (table.total(), table.count()) == (30, 30)
    assert table.ids(0, 3) == [30, 29, 28]
    assert table.page(0, 1) == [(30, "2026-12-01 23:00:00", "Sam", "portfolio.import", "Step 29")]
    assert table.page(28, 10)[-1][4] == "Make the workspace"
    assert table.page(99, 10) == []


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (Filter("actor", Op.IS_ANY, ("Sam",)), 15), (Filter("actor", Op.IS_NONE, ("Sam",)), 15),
        (Filter("action", Op.IS_ANY, ("cleanse.run", "workspace.create")), 10),
        (Filter("title", Op.CONTAINS, ("%",)), 1),
        (Filter("title", Op.NOT_CONTAINS, ("step",)), 1), (Filter("title", Op.STARTS, ("Step 1", "Step 2")), 22),
        (Filter("seq", Op.BEFORE, ("4",)), 3), (Filter("seq", Op.AFTER, ("28",)), 2),
        (Filter("at", Op.BEFORE, ("2026-11-24",)), 2), (Filter("at", Op.AFTER, ("2026-11-30",)), 4),
        (Filter("at", Op.AFTER, ("2026-12-01 09",)), 2),
        (Filter("at", Op.BEFORE, ("2026-11-23 19:00:00",)), 1), (Filter("at", Op.STARTS, ("2026-11-23 1",)), 2),
        (Filter("at", Op.CONTAINS, (" 19:00",)), 2),
        (Filter("title", Op.EMPTY), 0), (Filter("title", Op.NOT_EMPTY), 30), (Filter("actor", Op.IS_ANY, ()), 0),
    ],
)  # fmt: skip
def test_every_kind_of_filter(history, one, count):
    table = history.entries()
    table.apply(View(filters=(one,)))
    assert table.count() == count
    assert table.total() == 30


def test_searching_and_sorting(history):
    table = history.entries()
    table.apply(View(text="step 2", sort="title"))
    assert titles(table) == sorted(titles(table))
    assert len(titles(table)) == 11
    table.apply(View(sort="seq", descending=False))
    assert table.ids(0, 3) == [1, 2, 3]
    table.apply(View(sort="seq", descending=True))
    assert table.ids(0, 2) == [30, 29]


def test_positions_follow_the_view(history):
    table = history.entries()
    table.apply(View(filters=(Filter("actor", Op.IS_ANY, ("Sam",)),)))
    for place, number in enumerate(table.ids(0, 99)):
        assert table.position(number) == place
    assert table.position(1) is None


def test_facets_count_under_all_filters_but_their_own(history):
    table = history.entries()
    table.apply(View(filters=(Filter("actor", Op.IS_ANY, ("Jo",)), Filter("action", Op.IS_ANY, ("cleanse.run",)))))
    assert [(f.value, f.count) for f in table.facets("actor")] == [("Sam", 5), ("Jo", 4)]
    assert [(f.value, f.count) for f in table.facets("action")] == [
        ("portfolio.import", 10), ("cleanse.run", 4), ("workspace.create", 1)
    ]  # fmt: skip
    with pytest.raises(InvalidInput):
        table.facets("title")


@pytest.mark.parametrize(
    "view",
    [View(sort="h"), View(filters=(Filter("body; DROP TABLE audit", Op.EMPTY),)), View(columns=("nothing",))],
)
def test_an_unknown_column_is_refused_and_the_view_stays(history, view):
    table = history.entries()
    with pytest.raises(InvalidInput, match="no column"):
        table.apply(view)
    assert table.view == View()
    assert table.count() == 30


def test_an_entry_shows_its_details(history):
    entry = history.entry(8)
    assert (entry.title, entry.body) == ("Step 7, 100 % of it", {"number": 7})
    with pytest.raises(NotFound):
        history.entry(99)


def test_the_chain_is_verified_against_a_head_kept_elsewhere(history):
    kept = history.head()
    assert history.verify().ok
    assert history.verify(known=kept).entries == 30
    job = Job()
    job.cancel()
    assert history.verify().head == kept


def test_a_long_verification_can_be_cancelled(workspace, clock):
    with workspace.store.write():
        for _ in range(5000):
            workspace.store.record("a.b", "T", {}, actor="Jo", at=clock())
    job = Job(lambda _progress: job.cancel())
    job.cancel()
    with pytest.raises(Cancelled):
        workspace.history.verify(job)


VIEWS = st.builds(
    View,
    st.lists(
        st.builds(
            Filter,
            st.sampled_from(["seq", "at", "actor", "action", "title"]),
            st.sampled_from(list(Op)),
            st.lists(st.text(max_size=6) | st.sampled_from(["Sam", "%", "_", "\\", "7", "-1"]), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    st.text(max_size=5),
    st.sampled_from(["", "seq", "at", "actor", "action", "title"]),
    st.booleans(),
)


def test_any_view_is_answered_consistently(history):
    table = history.entries()

    @given(VIEWS)
    def answered(view):
        table.apply(view)
        ids = table.ids(0, 99)
        assert len(ids) == table.count() == len(table.page(0, 99))
        assert sorted(set(ids)) == sorted(ids)
        assert [row[0] for row in table.page(0, 99)] == ids
        for column in ("actor", "action"):
            if not any(one.column == column for one in view.filters):
                assert sum(one.count for one in table.facets(column)) == table.count()

    answered()
