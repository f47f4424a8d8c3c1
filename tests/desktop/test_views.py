"""Saved views and the view that comes back."""

from __future__ import annotations

import pytest

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.changes import Subject
from desktop.errors import InvalidInput, NotFound

VIEW = View((Filter("severity", Op.IS_ANY, ("Block", "High")),), "Größe", "mpan", True, ("mpan", "check"))


@pytest.fixture
def workspace(tmp_path, clock):
    made = Workspace.create(tmp_path / "acme", "Acme", "ACME", actor="Jo", clock=clock)
    yield made
    made.close()


@pytest.fixture
def views(workspace):
    return workspace.views


def test_a_view_comes_back_as_it_was_saved(views):
    changes = views.save("findings", "  Worst   first ", VIEW)
    assert changes.subjects == {Subject.VIEWS}
    (saved,) = views.list("findings")
    assert (saved.name, saved.table, saved.view) == ("Worst first", "findings", VIEW)
    assert views.list("portfolio") == ()


def test_views_are_listed_by_name_without_regard_to_case(views):
    for name in ("beta", "Alpha", "gamma"):
        views.save("findings", name, View())
    assert [one.name for one in views.list("findings")] == ["Alpha", "beta", "gamma"]


def test_saving_under_the_same_name_replaces(views):
    views.save("findings", "Mine", View())
    views.save("findings", "MINE", VIEW)
    views.save("portfolio", "Mine", View(text="other"))
    (saved,) = views.list("findings")
    assert (saved.name, saved.view) == ("MINE", VIEW)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_view_needs_a_name_of_a_sensible_length(views, name):
    with pytest.raises(InvalidInput) as caught:
        views.save("findings", name, View())
    assert caught.value.field == "name"


def test_removing_and_taking_it_back(views, workspace):
    views.save("findings", "Mine", VIEW)
    (saved,) = views.list("findings")
    views.remove(saved.id)
    assert views.list("findings") == ()
    with pytest.raises(NotFound):
        views.remove(saved.id)
    workspace.history.undo()
    assert views.list("findings") == (saved,)


def test_a_view_that_this_version_cannot_read_is_left_out_and_left_alone(views, workspace):
    with workspace.store.write() as connection:
        connection.execute("INSERT INTO saved_view (table_name, name, spec) VALUES ('findings', 'Odd', '{\"v\": 9}')")
    assert views.list("findings") == ()
    count = workspace.store.read().execute("SELECT count(*) FROM saved_view").fetchone()[0]
    assert count == 1


def test_the_last_view_of_each_table_comes_back_and_is_neither_logged_nor_undone(views, workspace):
    before = workspace.history.head()
    assert views.last("findings") is None
    views.remember("findings", VIEW)
    views.remember("portfolio", View(text="x"))
    assert views.last("findings") == VIEW
    views.remember("findings", View())
    assert views.last("findings") is None
    assert views.last("portfolio") == View(text="x")
    assert workspace.history.head() == before
    assert workspace.history.undo_title() is None


def test_remembering_the_same_view_again_writes_nothing(views, workspace):
    views.remember("findings", VIEW)
    before = workspace.store.writer.total_changes
    views.remember("findings", VIEW)
    assert workspace.store.writer.total_changes == before


def test_remembered_views_are_no_settings(views, workspace, caplog):
    views.remember("findings", VIEW)
    workspace.settings.get()
    assert caplog.records == []
