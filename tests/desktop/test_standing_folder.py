"""Industry tables out of a folder: one version, only what the checks use, all text."""

from __future__ import annotations

import pytest

from desktop.cleanse.standing_folder import read_standing_data
from desktop.errors import FileRefused

WANTED = ("Standard_Settlement_Configuration", "Meter_Timeswitch_Class")


def write(folder, name, text="Code,To\n0001,\n"):
    (folder / name).write_text(text, encoding="utf-8")


def test_tables_are_named_without_their_version_and_stay_text(tmp_path):
    write(tmp_path, "Standard_Settlement_Configuration_377.csv")
    write(tmp_path, "Line_Loss_Factor_Class_377.csv", "not read")
    data = read_standing_data(tmp_path, WANTED)
    assert data.version == "377"
    assert {name: table.rows() for name, table in data.tables.items()} == {
        "Standard_Settlement_Configuration": [("0001", "")]
    }


def test_the_real_tables_are_read(industry_data):
    data = read_standing_data(industry_data / "mdd377", WANTED)
    assert data.version == "377"
    assert data.tables["Standard_Settlement_Configuration"].height == 965


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((), "none of the tables"),
        (("Meter_Timeswitch_Class_376.csv", "Standard_Settlement_Configuration_377.csv"), "several versions"),
    ],
)
def test_a_folder_that_cannot_serve_is_refused_in_a_sentence(tmp_path, files, words):
    for name in files:
        write(tmp_path, name)
    with pytest.raises(FileRefused, match=words):
        read_standing_data(tmp_path, WANTED)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        read_standing_data(tmp_path / "nowhere", WANTED)


def test_a_table_that_is_no_csv_is_refused(tmp_path):
    write(tmp_path, "Meter_Timeswitch_Class_377.csv", "")
    with pytest.raises(FileRefused, match="not a CSV table"):
        read_standing_data(tmp_path, WANTED)
