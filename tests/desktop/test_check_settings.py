"""Settings of a check: written as a person writes them, kept in the pack, undone."""

from __future__ import annotations

import pytest

from desktop.cleanse.check_settings import check_info, configure, parse_setting, setting_text
from desktop.cleanse.model import Severity
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from local_db.connection import Store


@pytest.fixture
def content(tmp_path, clock):
    store = Store.create(tmp_path / "workspace.db")
    yield ContentService(store, "Ada", clock)
    store.close()


@pytest.mark.parametrize(
    ("name", "default", "text", "value"),
    [
        ("max_days", 31, "60", 60),
        ("report_blank", False, "Yes", True),
        ("range", [500, 783], "500, 790", [500, 790]),
        ("placeholders", ["null"], "null,  n/a ,", ["null", "n/a"]),
        ("planned_migration_date", None, "2027-05-07", "2027-05-07"),
        ("planned_migration_date", None, "", None),
    ],
)
def test_a_setting_is_read_in_the_form_of_its_default_and_shown_as_it_was_written(name, default, text, value):
    assert parse_setting(name, text, default) == value
    assert parse_setting(name, setting_text(value), default) == value


@pytest.mark.parametrize(
    ("name", "default", "text"),
    [("max_days", 31, "-1"), ("max_days", 31, "a month"), ("max_days", 31, "٣"), ("on", True, "perhaps"),
     ("range", [1, 2], "1, x"), ("first_date", "1996-04-01", "7 May")],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_names_itself(name, default, text):
    with pytest.raises(InvalidInput) as refused:
        parse_setting(name, text, default)
    assert refused.value.field == name


def test_a_check_is_set_and_only_what_differs_from_the_default_is_kept(content):
    configure(content, "FIL-03", on=True, severity=Severity.LOW, settings={"max_days": "45"})
    info = check_info(content, "FIL-03")
    assert (info.on, info.severity, info.settings["max_days"]) == (True, Severity.LOW, 45)
    configure(content, "FIL-03", on=False, severity=Severity.MED, settings={"max_days": "31"})
    assert content.pack("cleanse_checks").body["checks"]["FIL-03"] == {"on": False, "severity": "Med"}


def test_setting_a_check_can_be_undone(content):
    before = check_info(content, "FIL-03")
    configure(content, "FIL-03", on=False, severity=Severity.LOW, settings={"max_days": "45"})
    content._store.undo(actor="Ada", at=content._clock())
    assert check_info(content, "FIL-03") == before


def test_a_check_that_is_not_there_is_refused(content):
    with pytest.raises(NotFound):
        configure(content, "FIL-99", on=True, severity=Severity.LOW, settings={})
