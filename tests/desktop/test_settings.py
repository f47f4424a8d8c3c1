"""Settings of the app and of a workspace: typed, defaults not written, unknown names dropped with a warning."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.app import Workspace
from desktop.changes import Changes, Subject
from desktop.errors import InvalidInput
from desktop.settings import (
    RECENT,
    AppSettings,
    WorkspaceSettings,
    load_app_settings,
    save_app_settings,
    with_recent,
    without_recent,
)


@pytest.fixture
def workspace(tmp_path, clock):
    made = Workspace.create(tmp_path / "acme", "Acme", "ACME", actor="Jo", clock=clock)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config" / "settings.json"


def test_without_a_file_the_defaults_hold(file, caplog):
    assert load_app_settings(file) == AppSettings()
    assert caplog.records == []


def test_only_what_differs_from_its_default_is_written(file):
    save_app_settings(file, AppSettings(theme="dark", text_percent=100))
    assert json.loads(file.read_text(encoding="utf-8")) == {"theme": "dark"}
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@given(
    st.builds(
        AppSettings,
        theme=st.sampled_from(["system", "dark"]),
        text_percent=st.integers(50, 300),
        actor=st.text(max_size=20),
        recent=st.lists(st.text(max_size=20)).map(tuple),
        columns=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    )
)
def test_what_was_saved_is_read_again(tmp_path_factory, settings):
    file = tmp_path_factory.getbasetemp() / "round" / "settings.json"
    save_app_settings(file, settings)
    assert load_app_settings(file) == settings


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "\0\0", "{" * 100])
def test_a_broken_file_gives_the_defaults_and_a_warning(file, caplog, text):
    file.parent.mkdir()
    file.write_text(text)
    assert load_app_settings(file) == AppSettings()
    assert len(caplog.records) == 1


def test_unknown_names_and_wrong_values_are_dropped_with_a_warning(file, caplog):
    file.parent.mkdir()
    file.write_text(
        json.dumps({"theme": "dark", "colour": "red", "text_percent": "big", "recent": [1], "columns": {"a": 1}})
    )
    assert load_app_settings(file) == AppSettings(theme="dark")
    assert len(caplog.records) == 4
    assert "colour" in caplog.text


def test_a_number_is_no_switch_and_a_switch_no_number(file):
    file.parent.mkdir()
    file.write_text(json.dumps({"text_percent": True}))
    assert load_app_settings(file).text_percent == 100


def test_recent_workspaces_are_listed_newest_first_without_doubles():
    settings = AppSettings()
    for number in [*range(20), 5]:
        settings = with_recent(settings, Path(f"/w/{number}"))
    assert len(settings.recent) == RECENT
    assert settings.recent[:3] == (
        str(Path("/w/5").absolute()),
        str(Path("/w/19").absolute()),
        str(Path("/w/18").absolute()),
    )
    assert without_recent(settings, Path("/w/5")).recent == settings.recent[1:]


def test_a_workspace_begins_with_the_defaults_and_stores_none(workspace):
    assert workspace.settings.get() == WorkspaceSettings()
    assert workspace.store.read().execute("SELECT count(*) FROM setting").fetchone()[0] == 0


def test_a_setting_is_kept_logged_and_undone(workspace):
    changed = replace(workspace.settings.get(), default_mpan_choice="counts", backup_at_close=False)
    changes = workspace.settings.set(changed)
    assert (changes.subjects, changes.count) == ({Subject.SETTINGS}, 2)
    assert workspace.settings.get() == changed
    assert workspace.history.undo_title() == "Change settings"
    workspace.history.undo()
    assert workspace.settings.get() == WorkspaceSettings()


def test_going_back_to_the_default_removes_the_row(workspace):
    workspace.settings.set(WorkspaceSettings(default_mpan_choice="full"))
    workspace.settings.set(WorkspaceSettings())
    assert workspace.store.read().execute("SELECT count(*) FROM setting").fetchone()[0] == 0


def test_setting_what_is_set_changes_nothing(workspace):
    before = workspace.history.head()
    assert workspace.settings.set(WorkspaceSettings()) == Changes()
    assert workspace.history.head() == before


def test_mpan_choices_are_remembered_per_recipient(workspace):
    settings = workspace.settings
    assert settings.mpan_choice("bsc") == "last-four"
    settings.remember_mpan_choice("bsc", "full")
    settings.remember_mpan_choice("rec", "counts")
    assert [settings.mpan_choice(one) for one in ("bsc", "rec", "dip")] == ["full", "counts", "last-four"]


def test_what_is_made_for_oneself_has_full_mpans_until_chosen_otherwise(workspace):
    assert workspace.settings.mpan_choice("") == "full"
    workspace.settings.remember_mpan_choice("", "last-four")
    assert workspace.settings.mpan_choice("") == "last-four"


def test_a_choice_that_is_the_default_anyway_is_not_an_edit(workspace):
    before = workspace.history.head()
    assert workspace.settings.remember_mpan_choice("bsc", "last-four") == Changes()
    assert workspace.history.head() == before


def test_an_unknown_choice_is_refused(workspace):
    with pytest.raises(InvalidInput, match="no way to export MPANs"):
        workspace.settings.remember_mpan_choice("bsc", "some")


def test_a_setting_of_a_newer_version_is_left_alone_with_a_warning(workspace, caplog):
    with workspace.store.write() as connection:
        connection.execute("INSERT INTO setting VALUES ('from_the_future', '1')")
    assert workspace.settings.get() == WorkspaceSettings()
    assert "from_the_future" in caplog.text
    workspace.settings.set(WorkspaceSettings(sample=True))
    assert workspace.store.read().execute("SELECT count(*) FROM setting").fetchone()[0] == 2
